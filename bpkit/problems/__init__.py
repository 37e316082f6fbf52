"""The self-checks of the problems; `check` is the way in."""

from bpkit.problems.judge import check

__all__ = ["check"]
