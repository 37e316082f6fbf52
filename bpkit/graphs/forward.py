"""Forward mode: values that carry their tangent, the derivative along one direction, through every operation."""

from collections.abc import Callable
from typing import Any

from bpkit.graphs.arraylike import ArrayLike
from bpkit.graphs.lengths import Length
from bpkit.graphs.rules import Rule
from bpkit.graphs.tracked import DerivativeError, Recording, leaked


class Dual(ArrayLike):
    """A value and its tangent, of the same shape: f(x + εẋ) = f(x) + ε·∂f/∂x·ẋ, with ε² = 0."""

    __slots__ = ("tangent",)

    def __init__(self, recording: Recording, value: Any, tangent: Any) -> None:
        self.recording, self.value, self.tangent = recording, value, tangent

    def follow(self, rule: Rule, value: Any, inputs: Any, values: Any, settings: dict[str, Any]) -> Any:
        """Carry the tangents of the inputs to the result; a result that does not depend on them is a plain array."""
        if rule.forward is None:
            raise DerivativeError(f"{rule.name} has a rule for reverse mode alone: add forward=… to bp.defrule.")
        recording = self.recording
        if recording.closed:
            raise leaked(self)
        tangents = [x.tangent if isinstance(x, Dual) and x.recording is recording else None for x in inputs]
        tangent = rule.forward(tangents, value, *values, **settings)
        return value if tangent is None else Dual(recording, value, tangent)

    def length(self, square: Callable[[], Any]) -> "LengthDual":
        """Return this value as one that knows its square."""
        y = LengthDual(self.recording, self.value, self.tangent)
        y.square = square
        return y

    def __repr__(self) -> str:
        return f"Dual({self.value!r}, tangent={self.tangent!r})"


class LengthDual(Length, Dual):
    """A length with its tangent."""

    __slots__ = ("square",)
