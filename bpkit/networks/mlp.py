"""The multilayer perceptron of section 7.4: linear layers with an activation between them."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from bpkit.init.variance import he
from bpkit.layers import Layer, Linear, ReLU
from bpkit.networks.block import Block
from bpkit.networks.network import Network
from bpkit.numerical.arguments import whole_number


def mlp(
    sizes: Sequence[int],
    *,
    activation: Callable[[], Layer] = ReLU,
    init: Callable[[tuple[int, int], np.random.Generator], Any] = he,
    rng: np.random.Generator | int,
    dtype: DTypeLike = float,
) -> Network:
    """Return the network of 7.16: `sizes` are D_i, D_1, …, D_K, D_o, and every hidden layer has the activation.

    `activation` makes a layer when called (the class `bp.ReLU`, or `lambda: bp.LeakyReLU(0.2)`); `init` is called with
    (D_out, D_in) and a generator for each Ω; biases start at zero.

    Raises ValueError for fewer than two sizes or one that is not positive, TypeError for an activation that is a layer.

    Source: equations 7.16 and 7.23.

    >>> [omega.shape for omega in mlp([10, 40, 40, 5], rng=0).omega]
    [(40, 10), (40, 40), (5, 40)]
    """
    if isinstance(sizes, int) or len(sizes) < 2:
        raise ValueError(f"sizes is {sizes!r}, expected at least two sizes, input and output, such as [10, 40, 5].")
    if isinstance(activation, Layer):
        raise TypeError(f"activation is the layer {activation!r}, expected what makes one: bp.ReLU, without brackets.")
    sizes = [whole_number(f"sizes[{number}]", size) for number, size in enumerate(sizes)]
    rng = np.random.default_rng(rng)
    linear = [Linear(D_in, D_out, init=init, rng=rng, dtype=dtype) for D_in, D_out in pairwise(sizes)]
    # All parameters in one block, so that an optimizer can change them all at once.
    arrays = iter(Block.of_copies([array for layer in linear for array in layer.parameters]))
    layers: list[Layer] = []
    for beta, omega in zip(arrays, arrays, strict=True):
        layers += [Linear.of(beta, omega), activation()]
    return Network(layers[:-1])
