"""Adam and AdamW: steps in units of the learning rate, whatever the size of the gradients."""

import math
from collections.abc import Sequence

import numpy as np

from bpkit.numerical.arguments import real_number
from bpkit.numerical.arrays import Array
from bpkit.optim.groups import Group, Groups
from bpkit.optim.optimizer import Optimizer


class Adam(Optimizer):
    """Adaptive moment estimation, in place, for all parameters ϕ with gradients g, in step t = 1, 2, …:

        g ← g + weight_decay·ϕ
        m ← β₁·m + (1 − β₁)·g              the mean of recent gradients
        v ← β₂·v + (1 − β₂)·g²             the mean of their squares
        m̂ = m / (1 − β₁ᵗ),  v̂ = v / (1 − β₂ᵗ)     because both begin at zero
        ϕ ← ϕ − lr·m̂ / (√v̂ + eps)

    `betas` is (β₁, β₂), each at least 0 and below 1; `eps` is positive. Semantics as PyTorch's. `lr` may be changed
    between steps; `groups` as in `SGD`.

    Raises TypeError or ValueError for settings out of their range, what is not a group of these parameters, and
    gradients that do not fit the parameters.

    Source: Kingma and Ba (2015), "Adam: a method for stochastic optimization", algorithm 1.

    >>> phi = np.array([1.0, 1.0])
    >>> Adam([phi], lr=0.1).step([np.array([2.0, -0.001])])
    >>> phi.round(4)
    array([0.9, 1.1])
    """

    settings = ("beta1", "beta2", "eps", "decoupled_weight_decay")
    decoupled_weight_decay = False

    def __init__(
        self,
        parameters: Sequence[Array],
        lr: float = 0.001,
        *,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        groups: Groups = (),
    ) -> None:
        if not isinstance(betas, list | tuple) or len(betas) != 2:
            raise TypeError(f"betas is {betas!r}, expected a pair of numbers such as (0.9, 0.999).")
        self.beta1, self.beta2 = (real_number(f"betas[{i}]", beta) for i, beta in enumerate(betas))
        for i, beta in enumerate((self.beta1, self.beta2)):
            if not 0 <= beta < 1:
                raise ValueError(f"betas[{i}] is {beta:g}, expected a number of at least 0 and below 1.")
        self.eps = real_number("eps", eps)
        if self.eps <= 0:
            raise ValueError(f"eps is {eps!r}, expected a positive number: without it, a gradient of 0 gives 0/0.")
        super().__init__(parameters, lr, weight_decay, groups, moments=["first_moment", "second_moment"])

    def _change(self, group: Group, phi: Array, g: Array, *moments: Array) -> None:
        m, v = moments
        if group.weight_decay and self.decoupled_weight_decay:
            phi *= 1 - group.lr * group.weight_decay
        elif group.weight_decay:
            g = g + group.weight_decay * phi
        m *= self.beta1
        m += (1 - self.beta1) * g
        v *= self.beta2
        squares = g * g
        squares *= 1 - self.beta2
        v += squares
        # lr·m̂ / (√v̂ + eps), multiplied above and below by √(1 − β₂ᵗ), so that no array is corrected for its beginning.
        correction = math.sqrt(1 - self.beta2**self.steps)
        change = np.sqrt(v)
        change += self.eps * correction
        np.divide(m, change, out=change)
        change *= group.lr * correction / (1 - self.beta1**self.steps)
        phi -= change


class AdamW(Adam):
    """Adam with a weight decay that shrinks the parameters themselves, apart from the gradients' moments:

        ϕ ← ϕ − lr·weight_decay·ϕ          instead of g ← g + weight_decay·ϕ; then as in `Adam`

    In `Adam` the decay is divided by √v̂, so parameters with large gradients hardly decay; here all decay alike.

    Source: Loshchilov and Hutter (2019), "Decoupled weight decay regularization", in PyTorch's form, where the decay is
    multiplied by lr.

    >>> phi = np.array([1.0])
    >>> AdamW([phi], lr=0.1, weight_decay=0.5).step([np.array([0.0])])
    >>> phi
    array([0.95])
    """

    decoupled_weight_decay = True

    def __init__(
        self,
        parameters: Sequence[Array],
        lr: float = 0.001,
        *,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.01,
        groups: Groups = (),
    ) -> None:
        super().__init__(parameters, lr, betas=betas, eps=eps, weight_decay=weight_decay, groups=groups)
