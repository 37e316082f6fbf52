"""The table of derivative rules: a line for each NumPy function, written in plain NumPy itself."""

from bpkit.graphs.rules import elementwise, linear_algebra, padding, products, reductions, shapes  # noqa: F401  each fills its part
from bpkit.graphs.rules.rule import CONSTANTS, FUNCTIONS, RULES, Rule, describe

__all__ = ["CONSTANTS", "FUNCTIONS", "RULES", "Rule", "describe"]
