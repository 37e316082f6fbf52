"""Numerical checks: of arguments, and of gradients by finite differences and complex steps."""

from bpkit.numerical.differences import Difference, complex_step, differentiate, rounding_noise

__all__ = ["Difference", "complex_step", "differentiate", "rounding_noise"]
