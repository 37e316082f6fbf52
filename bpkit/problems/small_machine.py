"""A machine with little memory and little time, on which problem 7.11 is carried out."""

import functools
import weakref
from typing import Any

import numpy as np

RUNS = 2  # of a layer, unless it is one of the last, which may run once


class Machine:
    """A ReLU network of `layers` layers, in memory for `memory` activations.

    A layer may run twice, but the last `once` of them only once.

    Activation 0 is the input, `machine.x`; activation k + 1 is the pre-activation f_k that layer k makes of activation
    k. The machine counts the activations that are alive, whoever holds them: one is let go when nothing refers to it
    any more, neither a list nor a variable.

    Raises MemoryError and RuntimeError, each with a sentence, as soon as there is no place or no time.

    >>> machine = Machine(layers=3, memory=4)
    >>> f = machine.forward(0, machine.x)
    >>> machine
    a machine of 3 layers: 1 evaluation, at most 2 of 4 activations alive at once
    """

    def __init__(self, layers: int, memory: int, once: int = 0, rng: np.random.Generator | int | None = 0) -> None:
        rng = np.random.default_rng(rng)
        width, examples = 4, 3
        self.layers, self.memory, self.once, self.peak = layers, memory, once, 1
        self.runs = [0] * layers
        # Weights that keep most units on, however deep: each row adds up to about 1.
        self._omega = np.eye(width) + rng.normal(0, 0.05, size=(layers, width, width))
        self._y = rng.normal(size=(width, examples))
        self.x = rng.uniform(0.5, 2.0, size=(width, examples))
        self._alive: dict[int, tuple[Any, int]] = {}  # by identity: a weak reference, and which activation it is
        self._keep_track(self.x, 0)

    def forward(self, k: int, activation: Any) -> Any:
        """Run layer k: return activation k + 1 for activation k."""
        self._check(k, activation)
        self.runs[k] += 1
        if self.runs[k] > RUNS:
            raise RuntimeError(f"layer {k} runs for the third time, and there is time for two.")
        if self.runs[k] > 1 and k >= self.layers - self.once:
            raise RuntimeError(
                f"layer {k} runs for the second time, and for the last {self.once} layers there is time for one run: "
                "keep what they make in the first sweep."
            )
        result = self._omega[k] @ self._entering(k, activation)
        self._keep_track(result, k + 1)
        self.peak = max(self.peak, len(self._alive))
        if len(self._alive) > self.memory:
            alive = stretches(sorted(number for _, number in self._alive.values()))
            raise MemoryError(
                f"{len(self._alive)} activations are alive, and there is memory for {self.memory}: {alive}."
            )
        return result

    def loss_gradient(self, activation: Any) -> Any:
        """Return ∂ℓ/∂f of the last layer, from its pre-activation, the last activation."""
        self._check(self.layers, activation)
        return 2 * (activation - self._y)

    def backward(self, k: int, activation: Any, dl_df: Any) -> tuple[Any, Any]:
        """Go back through layer k: from activation k and ∂ℓ/∂f_k, return ∂ℓ/∂f_{k−1} and ∂ℓ/∂Ω_k (7.24, 7.22)."""
        self._check(k, activation)
        slope = (activation > 0) if k > 0 else 1.0
        return slope * (self._omega[k].T @ dl_df), dl_df @ self._entering(k, activation).T

    @functools.cached_property
    def gradients(self) -> list[Any]:
        """The right ∂ℓ/∂Ω, found with all the memory it takes; only the check looks here."""
        activations = [self.x]
        for k, omega in enumerate(self._omega):
            activations.append(omega @ self._entering(k, activations[-1]))
        dl_df = 2 * (activations[-1] - self._y)
        found: list[Any] = []
        for k in reversed(range(self.layers)):
            found.insert(0, dl_df @ self._entering(k, activations[k]).T)
            dl_df = (activations[k] > 0) * (self._omega[k].T @ dl_df)
        return found

    @staticmethod
    def _entering(k: int, activation: Any) -> Any:
        """What layer k multiplies by its weights: x as it is, a pre-activation through the ReLU."""
        return np.maximum(activation, 0.0) if k > 0 else activation

    def _keep_track(self, activation: Any, number: int) -> None:
        activation.flags.writeable = False
        place, alive = id(activation), self._alive
        alive[place] = weakref.ref(activation, lambda _: alive.pop(place)), number

    def _check(self, k: int, activation: Any) -> None:
        """Raise ValueError unless this is activation k, as the machine made it."""
        if isinstance(k, bool) or not isinstance(k, int | np.integer) or not 0 <= k <= self.layers:
            raise ValueError(f"k is {k!r}, but the layers have the numbers 0 to {self.layers - 1}.")
        _, number = self._alive.get(id(activation), (None, None))
        if number is None:
            raise ValueError(
                f"this array does not come from the machine: what is needed here is activation {k} itself, no copy."
            )
        if number != k:
            raise ValueError(f"this is activation {number}, but activation {k} is needed here.")

    def __deepcopy__(self, memo: Any) -> "Machine":
        return self  # there is one machine: a copy would count for itself

    def __repr__(self) -> str:
        evaluations = sum(self.runs)
        return (
            f"a machine of {self.layers} layers: {evaluations} evaluation{'s' * (evaluations != 1)}, "
            f"at most {self.peak} of {self.memory} activations alive at once"
        )


def stretches(numbers: list[int]) -> str:
    """Write sorted whole numbers with dashes: 0, 10, 20–23."""
    found: list[list[int]] = []
    for number in numbers:
        if found and number == found[-1][-1] + 1:
            found[-1].append(number)
        else:
            found.append([number])
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 2 else ", ".join(map(str, run)) for run in found)
