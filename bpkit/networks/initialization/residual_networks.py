"""Fixup: an initialization with which very deep residual networks train without normalization."""

from collections.abc import Callable

import numpy as np
from numpy.typing import DTypeLike

from bpkit.init.variance import Random, he
from bpkit.layers import Layer, Linear, ReLU, Residual, ScalarBias, ScalarMultiplier
from bpkit.networks.network import Network
from bpkit.numerical.arguments import whole_number


def fixup(
    rows_in: int,
    width: int,
    rows_out: int,
    *,
    blocks: int,
    layers: int = 2,
    activation: Callable[[], Layer] = ReLU,
    rng: Random,
    dtype: DTypeLike = float,
) -> Network:
    """Return a residual MLP of L blocks, h′ = h + F(h), with m linear layers in each F, initialized by Fixup.

    1. The output layer and the last linear layer of each F are zero, so that each block starts as the identity.
    2. All other weights are He's; inside F they are multiplied by L^(−1/(2m − 2)), so that one step of SGD changes the
       output as much as in a network without F, for any number of blocks.
    3. Each F ends with a scalar multiplier, 1 at the start, and each linear layer inside F has a scalar bias before it,
       0 at the start. The paper has one before each activation too; here the β of the linear layer contains it.

    Raises ValueError for sizes that are not positive whole numbers and for fewer than two linear layers in F.

    Source: Zhang, Dauphin and Ma (2019), "Fixup initialization: residual learning without normalization".

    >>> net = fixup(3, 8, 1, blocks=100, rng=0)
    >>> len(net.omega), bool(net.omega[2].any()), bool(net.omega[-1].any())
    (202, False, False)
    """
    blocks, layers = whole_number("blocks", blocks), whole_number("layers", layers, 2)
    rng = np.random.default_rng(rng)
    scale = blocks ** (-1 / (2 * layers - 2))

    def linear(source: int, to: int, factor: float) -> Linear:
        return Linear(source, to, init=lambda shape, rng: factor * he(shape, rng), rng=rng, dtype=dtype)

    def block() -> Residual:
        inside: list[Layer] = []
        for number in range(layers):
            last = number == layers - 1
            inside += [ScalarBias(dtype=dtype), linear(width, width, 0.0 if last else scale)]
            inside.append(ScalarMultiplier(dtype=dtype) if last else activation())
        return Residual(inside)

    first = linear(rows_in, width, 1.0)
    return Network([first, *(block() for _ in range(blocks)), linear(width, rows_out, 0.0)])
