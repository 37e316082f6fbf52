"""The table of derivative rules: a line for each NumPy function, written in plain NumPy itself."""

from bpkit.graphs.rules import (  # noqa: F401  each fills its part
    decompositions,
    elementwise,
    grids,
    inserting,
    linear_algebra,
    missing_values,
    norms,
    padding,
    products,
    reductions,
    shapes,
    signals,
    statistics,
)
from bpkit.graphs.rules.rule import CONSTANTS, FUNCTIONS, RULES, Rule, describe
from bpkit.graphs.rules.special import learn_special_functions

__all__ = ["CONSTANTS", "FUNCTIONS", "RULES", "Rule", "describe", "learn_special_functions"]
