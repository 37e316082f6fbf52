"""Names what is wrong with an answer, the most specific finding first; `diagnose` is the way in."""

from bpkit.problems.diagnosis.report import diagnose

__all__ = ["diagnose"]
