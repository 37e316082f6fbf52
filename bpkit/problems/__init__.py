"""The self-checks of the problems; `check` is the way in."""

from bpkit.problems.self_check import check

__all__ = ["check"]
