"""The activations: functions applied to every pre-activation on its own, each with its slope."""

import numpy as np

from bpkit.layers.layer import Activation, Array, Out
from bpkit.numerical.arguments import real_number
from bpkit.numerical.underflow import ignore_underflow


class ReLU(Activation):
    """a[z] = max(0, z); the slope is 𝕀[z > 0], so it is 0 at z = 0.

    Source: equation 7.24 and figure 7.6.

    >>> ReLU().activate(np.array([-2.0, 0.0, 3.0]))
    array([0., 0., 3.])
    """

    in_place = True

    def activate(self, f: Array, out: Out = None) -> Array:
        return np.maximum(f, 0.0, out=out)

    def pull_back(self, f: Array, h: Array, dl_dh: Array, out: Out = None) -> Array:
        return np.multiply(f > 0.0, dl_dh, out=out)  # 7.24


class LeakyReLU(Activation):
    """a[z] = z for z > 0, else α·z; the slope is 1 or α, and α at z = 0.

    Source: equation 7.41.

    >>> LeakyReLU(alpha=0.5).activate(np.array([-2.0, 3.0]))
    array([-1.,  3.])
    """

    in_place = True
    settings = ("alpha",)

    def __init__(self, alpha: float = 0.1) -> None:
        self.alpha = real_number("alpha", alpha)

    @ignore_underflow
    def activate(self, f: Array, out: Out = None) -> Array:
        return np.multiply(f, _one_or(self.alpha, f), out=out)  # 7.41

    @ignore_underflow
    def pull_back(self, f: Array, h: Array, dl_dh: Array, out: Out = None) -> Array:
        return np.multiply(dl_dh, _one_or(self.alpha, f), out=out)


class Sigmoid(Activation):
    """sig[z] = 1 / (1 + exp[−z]); the slope is sig[z]·(1 − sig[z]), at most ¼.

    Source: equation 7.37, whose exponent lacks its minus sign in the text.

    >>> Sigmoid().activate(np.array([-1e4, 0.0, 1e4]))
    array([0. , 0.5, 1. ])
    """

    in_place = True

    @ignore_underflow
    def activate(self, f: Array, out: Out = None) -> Array:
        return sigmoid(f, out)

    @ignore_underflow
    def pull_back(self, f: Array, h: Array, dl_dh: Array, out: Out = None) -> Array:
        return np.multiply(dl_dh, h * (1 - h), out=out)


class Tanh(Activation):
    """tanh z; the slope is 1 − tanh² z.

    >>> Tanh().activate(np.array([-1e4, 0.0, 1e4]))
    array([-1.,  0.,  1.])
    """

    in_place = True

    def activate(self, f: Array, out: Out = None) -> Array:
        return np.tanh(f, out=out)

    @ignore_underflow
    def pull_back(self, f: Array, h: Array, dl_dh: Array, out: Out = None) -> Array:
        return np.multiply(dl_dh, 1 - h * h, out=out)


class Softplus(Activation):
    """log(1 + exp z), a smooth ReLU; the slope is sig[z].

    >>> Softplus().activate(np.array([-1e4, 1e4]))
    array([    0., 10000.])
    """

    in_place = True

    @ignore_underflow
    def activate(self, f: Array, out: Out = None) -> Array:
        return np.logaddexp(f, f.dtype.type(0), out=out)

    @ignore_underflow
    def pull_back(self, f: Array, h: Array, dl_dh: Array, out: Out = None) -> Array:
        return np.multiply(dl_dh, sigmoid(f), out=out)


class SELU(Activation):
    """λz for z > 0, else λα(exp z − 1); the slope is λ or λα·exp z, and λα at z = 0.

    λ and α are such that mean 0 and variance 1 of the pre-activations are a fixed point.

    Source: Klambauer et al. (2017), "Self-normalizing neural networks".

    >>> SELU().activate(np.array([-1e4, 1.0])).round(4)
    array([-1.7581,  1.0507])
    """

    in_place = True

    scale = 1.0507009873554805  # λ
    alpha = 1.6732632423543772

    @ignore_underflow
    def activate(self, f: Array, out: Out = None) -> Array:
        below = (self.scale * self.alpha) * np.expm1(np.minimum(f, 0))  # cut at 0, where exp cannot overflow
        return np.add(self.scale * np.maximum(f, 0), below, out=out)

    @ignore_underflow
    def pull_back(self, f: Array, h: Array, dl_dh: Array, out: Out = None) -> Array:
        slope = np.where(f > 0, self.scale, h + self.scale * self.alpha)
        return np.multiply(dl_dh, slope, out=out)


def sigmoid(z: Array, out: Out = None) -> Array:
    """Return 1 / (1 + exp[−z]) without overflow: the exponential is only taken of −|z|.

    >>> sigmoid(np.array([-800.0, 0.0]))
    array([0. , 0.5])
    """
    small = np.exp(-np.abs(z))
    return np.divide(np.where(z >= 0, 1, small), 1 + small, out=out)


def _one_or(alpha: float, f: Array) -> Array:
    """The slope of a leaky ReLU, in f's floating type."""
    return np.where(f > 0, f.dtype.type(1), f.dtype.type(alpha))
