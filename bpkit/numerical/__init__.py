"""Looking at numbers: what a caller passed, derivatives by differences and complex steps, and the gradient check."""

from bpkit.numerical.differences import Difference, complex_step, differentiate, rounding_noise

__all__ = ["Difference", "complex_step", "differentiate", "rounding_noise"]
