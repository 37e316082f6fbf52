"""Starting values computed from data, layer by layer: LSUV and the start of ActNorm."""

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from bpkit.init.orthogonal_matrices import orthogonal
from bpkit.init.variance import Random
from bpkit.layers import ActNorm, Layer, Linear, Residual
from bpkit.networks.network import Network
from bpkit.numerical.arguments import real_number, whole_number
from bpkit.numerical.arrays import Array
from bpkit.numerical.underflow import ignore_underflow


@ignore_underflow
def lsuv(net: Network, x: Any, *, tolerance: float = 0.1, max_steps: int = 10, rng: Random) -> Network:
    """Give every linear layer orthogonal weights, then scale them until its output on the batch x has variance 1.

    Layers are done in order, each with the outputs of those before it. Ω is divided by the root of the variance over
    all units and examples until that is within `tolerance` of 1: with zero biases once is enough. Biases are left as
    they are, and other layers act as they do outside training. `net` is changed in place and returned; an error leaves
    it as it was.

    Raises ValueError for a batch of one, a layer whose inputs are the same for all examples, a layer used twice, and a
    variance that is not within the tolerance after `max_steps` divisions.

    Source: Mishkin and Matas (2016), "All you need is a good init".

    >>> import bpkit as bp
    >>> net = bp.init.lsuv(bp.mlp([3, 20, 20, 1], rng=0), np.eye(3), rng=0)
    >>> [float(f.var().round(2)) for f in net.forward(np.eye(3)).f]
    [1.0, 1.0, 1.0]
    """
    x, rng = _several("LSUV", net, x), np.random.default_rng(rng)
    if real_number("tolerance", tolerance) <= 0:
        raise ValueError(f"tolerance is {tolerance!r}, expected a positive number.")
    max_steps, place = whole_number("max_steps", max_steps), iter(range(len(net.omega)))

    def scale(layer: Layer, h: Array) -> None:
        if isinstance(layer, Linear):
            _scale_to_one(layer, h, next(place), tolerance, max_steps, rng)

    with unchanged_by_errors(net):
        _each_used_once(net, Linear)
        _through(net.layers, x, scale)
    return net


def _scale_to_one(layer: Linear, h: Array, k: int, tolerance: float, max_steps: int, rng: np.random.Generator) -> None:
    if (h == h[:, :1]).all():
        raise ValueError(
            f"the inputs of linear layer {k} are the same for all examples, so their variance cannot be set: are the "
            "examples in x all equal, or are the units before it all off?"
        )
    layer.omega[...] = orthogonal(layer.omega.shape, rng)
    for _ in range(max_steps):
        variance = float(np.var(layer.forward(h)[0], dtype=float))
        if abs(variance - 1) <= tolerance:
            return
        if not 0 < variance < math.inf:
            raise ValueError(f"the output of linear layer {k} has variance {variance}, which no scale brings to 1.")
        layer.omega[...] /= math.sqrt(variance)
    variance = float(np.var(layer.forward(h)[0], dtype=float))
    if not abs(variance - 1) <= tolerance:
        raise ValueError(
            f"the output of linear layer {k} has variance {variance:.4g} after {max_steps} steps, not within "
            f"{tolerance} of 1: are its biases large, or does it need more max_steps?"
        )


@ignore_underflow
def actnorm(net: Network, x: Any) -> Network:
    """Set every ActNorm layer so that its output on the batch x has mean 0 and variance 1 in every row.

    Layers are done in order, each with the outputs of those before it: γ = 1/√v and δ = −μ/√v, with the mean μ and the
    variance v of the row over the batch. Other layers act as they do outside training. `net` is changed in place and
    returned; an error leaves it as it was.

    Raises ValueError if there is no ActNorm layer or one is used twice, for a batch of one, and for a row that is the
    same for all examples.

    Source: Kingma and Dhariwal (2018), "Glow: generative flow with invertible 1×1 convolutions".

    >>> import bpkit as bp
    >>> bp.init.actnorm(bp.Network([bp.ActNorm(1)]), [[1.0, 5.0]])([[1.0, 5.0]])
    array([[-1.,  1.]])
    """
    x = _several("ActNorm", net, x)

    def normalise(layer: Layer, h: Array) -> None:
        if isinstance(layer, ActNorm):
            constant = np.flatnonzero((h == h[:, :1]).all(axis=1))
            if constant.size:
                raise ValueError(
                    f"row {constant[0]} of what enters {layer} is the same for all examples, so no scale gives it "
                    "variance 1: is a unit off, or a feature constant?"
                )
            wide = h.astype(float)
            deviation = wide.std(axis=1, keepdims=True)
            layer.gamma[...] = 1 / deviation
            layer.delta[...] = -(wide.mean(axis=1, keepdims=True) / deviation)

    with unchanged_by_errors(net):
        if not _each_used_once(net, ActNorm):
            raise ValueError("net has no ActNorm layer, so there is nothing to set: add bp.ActNorm(rows) layers.")
        _through(net.layers, x, normalise)
    return net


def _several(name: str, net: Network, x: Any) -> Array:
    x = net.checked(x)
    if x.shape[1] == 1:
        raise ValueError(f"x is a batch of one, but {name} needs a variance over examples: pass several.")
    return x


def _through(layers: Sequence[Layer], x: Array, visit: Callable[[Layer, Array], None]) -> Array:
    """Run the layers, those inside residual connections too, and call visit(layer, input) before each."""
    for layer in layers:
        if isinstance(layer, Residual):
            x = x + _through(layer.layers, x, visit)
        else:
            visit(layer, x)
            x = layer.forward(x)[0]
    return x


def layers_of_kind(layers: Sequence[Layer], kind: type[Layer]) -> list[Layer]:
    """The layers of a kind, those inside other layers too."""
    found: list[Layer] = []
    for layer in layers:
        found += [layer] if isinstance(layer, kind) else layers_of_kind(getattr(layer, "layers", ()), kind)
    return found


def _each_used_once(net: Network, kind: type[Layer]) -> int:
    """The number of layers of a kind; raises ValueError if one is used twice, since no value can suit both places."""
    found = layers_of_kind(net.layers, kind)
    if len({id(layer.parameters[0]) for layer in found}) < len(found):
        raise ValueError(f"net uses a {kind.__name__} layer twice, and one scale cannot suit both places.")
    return len(found)


def set_parameters(net: Network, values: Sequence[Array]) -> None:
    """Write values into the arrays of net.parameters."""
    for array, value in zip(net.parameters, values, strict=True):
        array[...] = value


@contextmanager
def unchanged_by_errors(net: Network) -> Iterator[None]:
    """Restore the parameters if an error is raised inside."""
    before = [array.copy() for array in net.parameters]
    try:
        yield
    except BaseException:
        set_parameters(net, before)
        raise
