"""Schedules: how an optimizer's learning rates change from epoch to epoch."""

import math

import numpy as np

from bpkit.numerical.arguments import whole_number
from bpkit.optim.groups import not_negative
from bpkit.optim.optimizer import Optimizer
from bpkit.optim.state import State, checked_state


class Schedule:
    """Changes the learning rates of all groups of an optimizer; call `step` at the end of each epoch.

    Each rate is computed from the one before, as in PyTorch, so a rate that was changed by hand stays changed, and two
    schedules for one optimizer work together.
    """

    settings: tuple[str, ...] = ()  # attributes that must be the same when a state is restored
    progress = ("optimizer", "steps", "_first")  # what changes in a training

    def __init__(self, optimizer: Optimizer) -> None:
        if not isinstance(optimizer, Optimizer):
            raise TypeError(f"optimizer is a {type(optimizer).__name__}, expected one such as bp.SGD(…) or bp.Adam(…).")
        self.optimizer, self.steps = optimizer, 0
        self._first = [group.lr for group in optimizer.groups]

    def step(self) -> None:
        """Go to the next epoch: change the learning rate of each group."""
        self.steps += 1
        for group, first in zip(self.optimizer.groups, self._first, strict=True):
            group.lr = self._next(group.lr, first)

    def _next(self, lr: float, first: float) -> float:
        """The rate for epoch `self.steps`, from that of the epoch before and the first of all."""
        raise NotImplementedError(f"{type(self).__name__} has no _next.")

    def state(self) -> State:
        """Return numbers by name; the present learning rates are in the optimizer's state."""
        state: State = {"steps": self.steps, "first_lr": np.array(self._first)}
        return state | {name: getattr(self, name) for name in self.settings}

    def restore(self, state: State) -> None:
        """Put back what `state()` returned, from a schedule that was made with the same settings.

        Restore the optimizer too: it has the present learning rates. Nothing is changed when something does not fit.

        Raises TypeError or ValueError for any other state.
        """
        found = checked_state(state, self.state(), of=type(self).__name__, settings=self.settings)
        steps = whole_number("state['steps']", found["steps"].item(), least=0)
        self._first = [not_negative("state['first_lr']", lr) for lr in found["first_lr"].tolist()]
        self.steps = steps


class StepLR(Schedule):
    """Multiplies the learning rates by `gamma` after every `step_size` epochs; figure 7.8 halves them every 10.

    Raises TypeError or ValueError for a step_size that is not a positive whole number, or a negative gamma.

    Source: figure 7.8; PyTorch's StepLR.

    >>> from bpkit.optim.sgd import SGD
    >>> optimizer = SGD([np.zeros(1)], lr=0.1)
    >>> schedule = StepLR(optimizer, step_size=2, gamma=0.5)
    >>> for epoch in range(5):
    ...     print(optimizer.lr)
    ...     schedule.step()
    0.1
    0.1
    0.05
    0.05
    0.025
    """

    settings = ("step_size", "gamma")

    def __init__(self, optimizer: Optimizer, step_size: int, gamma: float = 0.1) -> None:
        super().__init__(optimizer)
        self.step_size, self.gamma = whole_number("step_size", step_size), not_negative("gamma", gamma)

    def _next(self, lr: float, first: float) -> float:
        return lr * self.gamma if self.steps % self.step_size == 0 else lr


class CosineAnnealingLR(Schedule):
    """Lowers the learning rates to `eta_min` within `T_max` epochs, along half a period of a cosine:

        lr_t = eta_min + ½(lr_0 − eta_min)(1 + cos(π t / T_max))

    After T_max epochs it follows the cosine up again, as in PyTorch.

    Raises TypeError or ValueError for a T_max that is not a positive whole number, or a negative eta_min.

    Source: Loshchilov and Hutter (2017), "SGDR: stochastic gradient descent with warm restarts", equation 5, without
    the restarts.

    >>> from bpkit.optim.sgd import SGD
    >>> optimizer = SGD([np.zeros(1)], lr=0.1)
    >>> schedule = CosineAnnealingLR(optimizer, T_max=4)
    >>> for epoch in range(5):
    ...     print(round(optimizer.lr, 4))
    ...     schedule.step()
    0.1
    0.0854
    0.05
    0.0146
    0.0
    """

    settings = ("T_max", "eta_min")

    def __init__(self, optimizer: Optimizer, T_max: int, eta_min: float = 0.0) -> None:
        super().__init__(optimizer)
        self.T_max, self.eta_min = whole_number("T_max", T_max), not_negative("eta_min", eta_min)

    def _next(self, lr: float, first: float) -> float:
        if (self.steps - 1 - self.T_max) % (2 * self.T_max) == 0:
            # From eta_min itself no factor leads back up, so the first step away from it is added.
            return lr + (first - self.eta_min) * (1 - math.cos(math.pi / self.T_max)) / 2
        before, now = (1 + math.cos(math.pi * t / self.T_max) for t in (self.steps - 1, self.steps))
        return self.eta_min + (lr - self.eta_min) * now / before
