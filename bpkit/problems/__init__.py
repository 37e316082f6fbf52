"""The self-checks of the problems; `check` is the way in."""

from bpkit.problems.checking import check

__all__ = ["check"]
