"""Stochastic gradient descent: one step against the gradient (7.3), with momentum or without."""

from collections.abc import Sequence

from bpkit.numerical.arrays import Array
from bpkit.optim.groups import Group, Groups, not_negative
from bpkit.optim.optimizer import Optimizer


class SGD(Optimizer):
    """Stochastic gradient descent (7.3), in place, for all parameters ϕ with gradients g:

        g ← g + weight_decay·ϕ
        v ← momentum·v + g
        ϕ ← ϕ − lr·v                       with nesterov: ϕ ← ϕ − lr·(g + momentum·v)

    Semantics as PyTorch's: the first velocity v is the first gradient, and g is not multiplied by 1 − momentum. `lr`
    may be changed between steps. `groups` are pairs of arrays and what is different for them, `lr` or `weight_decay`:
    for weights that decay and biases that do not, `groups=[(net.beta, {"weight_decay": 0})]`. Gradients are given in
    the order of `parameters` all the same.

    Raises TypeError or ValueError for a negative setting, `nesterov` without momentum, what is not a group of these
    parameters, and gradients that do not fit the parameters.

    Source: equation 7.3; Polyak (1964), "Some methods of speeding up the convergence of iteration methods", for
    momentum; Nesterov (1983) in the form of Sutskever et al. (2013), "On the importance of initialization and momentum
    in deep learning"; Krogh and Hertz (1992), "A simple weight decay can improve generalization".

    >>> import numpy as np
    >>> beta, omega = np.array([1.0]), np.array([1.0])
    >>> optimizer = SGD([beta, omega], lr=0.1, weight_decay=0.5, groups=[([beta], {"weight_decay": 0})])
    >>> optimizer.step([np.array([2.0]), np.array([2.0])])
    >>> beta, omega
    (array([0.8]), array([0.75]))
    """

    settings = ("momentum", "nesterov")

    def __init__(
        self,
        parameters: Sequence[Array],
        lr: float,
        *,
        momentum: float = 0.0,
        nesterov: bool = False,
        weight_decay: float = 0.0,
        groups: Groups = (),
    ) -> None:
        if not isinstance(nesterov, bool):
            raise TypeError(f"nesterov is {nesterov!r}, expected True or False.")
        self.momentum, self.nesterov = not_negative("momentum", momentum), nesterov
        if self.nesterov and not self.momentum:
            raise ValueError("nesterov is True, but momentum is 0: pass a momentum, such as momentum=0.9.")
        super().__init__(parameters, lr, weight_decay, groups, moments=["velocity"] if self.momentum else [])

    def _change(self, group: Group, phi: Array, g: Array, *moments: Array) -> None:
        if group.weight_decay:
            g = g + group.weight_decay * phi
        if self.momentum:
            (v,) = moments
            v *= self.momentum
            v += g
            g = g + self.momentum * v if self.nesterov else v
        phi -= group.lr * g  # 7.3
