"""Weights that preserve lengths: orthogonal matrices, and convolutions with one at their centre."""

from typing import Any

import numpy as np

from bpkit.init.variance import Random, Shape, checked_shape
from bpkit.numerical.arguments import real_number, whole_number
from bpkit.numerical.arrays import Array


def orthogonal(shape: Shape, rng: Random, *, gain: float = 1.0) -> Array:
    """Draw a matrix with orthonormal columns (rows, if it is wider than high), times `gain`; uniformly among all.

    A square one preserves the length of every vector in the forward pass and of every gradient in the backward pass;
    for ReLUs a gain of √2 makes up for the negative half that they set to 0.

    Raises ValueError when `shape` is not (D_out, D_in).

    Source: Saxe, McClelland and Ganguli (2014), "Exact solutions to the nonlinear dynamics of learning in deep linear
    neural networks"; the signs as in Mezzadri (2007), "How to generate random matrices from the classical compact
    groups".

    >>> omega = orthogonal((2, 4), rng=0)
    >>> np.allclose(omega @ omega.T, np.eye(2))
    True
    """
    rows, columns = checked_shape(shape)
    q, r = np.linalg.qr(np.random.default_rng(rng).normal(size=(max(rows, columns), min(rows, columns))))
    q = q * np.where(np.diag(r) < 0, -1.0, 1.0)  # without this, the distribution would not be uniform
    return real_number("gain", gain) * (q if rows >= columns else q.T)


def delta_orthogonal(shape: tuple[int, int, int, int], rng: Random, *, gain: float = 1.0) -> Array:
    """Draw a length-preserving convolution (C_out, C_in, height, width): orthogonal at the centre, 0 elsewhere.

    Raises ValueError for any other shape, for an even height or width, and when C_out < C_in, since fewer channels
    cannot preserve all lengths.

    Source: Xiao et al. (2018), "Dynamical isometry and a mean field theory of CNNs".

    >>> kernel = delta_orthogonal((3, 3, 5, 5), rng=0)
    >>> np.allclose(kernel[:, :, 2, 2] @ kernel[:, :, 2, 2].T, np.eye(3)), int(np.count_nonzero(kernel))
    (True, 9)
    """
    if not isinstance(shape, tuple) or len(shape) != 4:
        raise ValueError(f"shape is {shape!r}, expected (C_out, C_in, height, width).")
    sizes: Any = tuple(whole_number(f"shape[{i}]", size) for i, size in enumerate(shape))
    if sizes[0] < sizes[1] or sizes[2] % 2 == 0 or sizes[3] % 2 == 0:
        raise ValueError(
            f"shape is {shape!r}, expected at least as many output as input channels, and an odd height and width, "
            "which have a centre."
        )
    kernel = np.zeros(sizes)
    kernel[:, :, sizes[2] // 2, sizes[3] // 2] = orthogonal(sizes[:2], rng, gain=gain)
    return kernel
