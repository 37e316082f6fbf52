"""Softmax and its logarithm: each column of numbers becomes probabilities that add up to one."""

import numpy as np

from bpkit.layers.layer import Activation, Array, Out
from bpkit.numerical.underflow import ignore_underflow


class Softmax(Activation):
    """q_d = exp f_d / Σ exp f, column by column.

    Its Jacobian diag(q) − qqᵀ is full, but its product with a column needs no matrix: q ⊙ (g − Σ q⊙g). Before a
    cross-entropy leave this layer out: `bp.CrossEntropy` takes the logits.

    >>> Softmax().activate(np.array([[1e4], [1e4]]))
    array([[0.5],
           [0.5]])
    """

    in_place = True

    @ignore_underflow
    def activate(self, f: Array, out: Out = None) -> Array:
        powers = np.exp(f - f.max(axis=0))
        return np.divide(powers, powers.sum(axis=0), out=out)

    @ignore_underflow
    def pull_back(self, f: Array, h: Array, dl_dh: Array, out: Out = None) -> Array:
        return np.multiply(h, dl_dh - np.sum(h * dl_dh, axis=0), out=out)


class LogSoftmax(Activation):
    """log q_d = f_d − log Σ exp f, column by column; it does not saturate where the softmax does.

    The product of its transposed Jacobian with a column is g − q·Σg.

    >>> LogSoftmax().activate(np.array([[1e4], [0.0]]))
    array([[     0.],
           [-10000.]])
    """

    in_place = True

    @ignore_underflow
    def activate(self, f: Array, out: Out = None) -> Array:
        shifted = f - f.max(axis=0)
        return np.subtract(shifted, np.log(np.exp(shifted).sum(axis=0)), out=out)

    @ignore_underflow
    def pull_back(self, f: Array, h: Array, dl_dh: Array, out: Out = None) -> Array:
        return np.subtract(dl_dh, np.exp(h) * dl_dh.sum(axis=0), out=out)
