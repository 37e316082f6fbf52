"""A training loop in which a bug can be planted, for problem 6.e. (Reading on gives the six bugs away.)"""

from collections.abc import Callable, Mapping
from typing import Any

from bpkit.problems.numbered import require_number

Train = Callable[..., list[float]]


def train(
    phi: float, gradient: Callable[[float], float], batches: int, epochs: int, lr: float, momentum: float,
    step_size: int, gamma: float,
    reductions: Callable[[int, int, int], int] = lambda epoch, iteration, step_size: epoch // step_size,
    velocity: Callable[..., float] = lambda v, g, momentum, lr: momentum * v + g,
    moved: Callable[[float, float], float] = lambda v, lr: lr * v,
    forgets: bool = False,
    adds_up: bool = False,
) -> list[float]:  # fmt: skip
    """Momentum and a schedule on one number: ϕ before the first iteration and after each; later keywords plant bugs.

    >>> train(1.0, lambda phi: 2.0, batches=2, epochs=1, lr=0.1, momentum=0.0, step_size=1, gamma=0.5)
    [1.0, 0.8, 0.6000000000000001]
    """
    path, v, added, rate_before = [phi], 0.0, 0.0, lr
    for epoch in range(epochs):
        for batch in range(batches):
            rate = lr * gamma ** reductions(epoch, epoch * batches + batch, step_size)
            if forgets and rate != rate_before:
                v = 0.0
            rate_before = rate
            added = (added if adds_up else 0.0) + gradient(path[-1])
            v = velocity(v, added, momentum, rate)
            path.append(path[-1] - moved(v, rate))
    return path


# The bugs the statement of 6.e lists, as keywords of `train`; two of them are in no version.
BUGS: Mapping[str, Mapping[str, Any]] = {
    "each-batch": {"reductions": lambda epoch, iteration, step_size: iteration // step_size},
    "one-early": {"reductions": lambda epoch, iteration, step_size: (epoch + 1) // step_size},
    "again-and-again": {"reductions": lambda epoch, iteration, step_size: max(0, epoch + 1 - step_size)},
    "never": {"reductions": lambda epoch, iteration, step_size: 0},
    "rate-in-velocity": {
        "velocity": lambda v, g, momentum, lr: momentum * v + lr * g,
        "moved": lambda v, lr: v,
    },
    "averaged": {"velocity": lambda v, g, momentum, lr: momentum * v + (1 - momentum) * g},
    "new-optimizer": {"forgets": True},
    "no-zero-grad": {"adds_up": True},
}
PLANTED = ("rate-in-velocity", "each-batch", "no-zero-grad", "again-and-again", "new-optimizer", "one-early")


def train_with_bug(number: int) -> Train:
    """Return version 1, 2, …, 6 of a training loop with one bug (problem 6.e); version 0 has none.

    It is called with phi, gradient, batches, epochs, lr, momentum, step_size and gamma, and returns the values of ϕ
    before the first iteration and after each.

    Raises ValueError for another number.

    >>> correct = train_with_bug(0)
    >>> correct(1.0, lambda phi: 2.0, batches=2, epochs=1, lr=0.1, momentum=0.0, step_size=1, gamma=0.5)[1]
    0.8
    """
    require_number(number, 0, len(PLANTED))
    bug = BUGS[PLANTED[number - 1]] if number else {}

    def version(
        phi: float, gradient: Callable[[float], float], batches: int, epochs: int, lr: float, momentum: float,
        step_size: int, gamma: float,
    ) -> list[float]:  # fmt: skip
        return train(phi, gradient, batches, epochs, lr, momentum, step_size, gamma, **bug)

    return version
