"""Starting values that look at data: LSUV, the start of ActNorm, and GradInit."""

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from bpkit.init.orthogonal_matrices import orthogonal
from bpkit.init.variance import Random
from bpkit.layers import ActNorm, Dropout, Layer, Linear, Residual
from bpkit.networks.losses import Loss
from bpkit.networks.network import Network
from bpkit.numerical.arguments import real_number, whole_number
from bpkit.numerical.arrays import Array

Batch = tuple[Any, Any]


def lsuv(net: Network, x: Any, *, tolerance: float = 0.1, max_steps: int = 10, rng: Random) -> Network:
    """Give every linear layer orthogonal weights, then scale them until its output on the batch x has variance 1.

    Layers are done in their order, each with the outputs of those before it. The variance is that over all units and
    examples, Ω is divided by its root, and this is repeated until it is within `tolerance` of 1: with biases at zero
    once is enough. Biases are left as they are, and other layers act as they do outside training. `net` is changed in
    place and returned; where an error is raised it is as before.

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

    with _unchanged_by_errors(net):
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


def actnorm(net: Network, x: Any) -> Network:
    """Set every ActNorm layer so that its output on the batch x has mean 0 and variance 1 in every row.

    Layers are done in their order, each with the outputs of those before it: γ = 1/√v and δ = −μ/√v, with the mean μ
    and the variance v of the row over the batch. Other layers act as they do outside training. `net` is changed in
    place and returned; where an error is raised it is as before.

    Raises ValueError when there is no ActNorm layer or one is used twice, for a batch of one, and for a row that is
    the same for all examples.

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

    with _unchanged_by_errors(net):
        if not _each_used_once(net, ActNorm):
            raise ValueError("net has no ActNorm layer, so there is nothing to set: add bp.ActNorm(rows) layers.")
        _through(net.layers, x, normalise)
    return net


def gradinit(
    net: Network,
    loss: Loss,
    batches: Sequence[Batch],
    *,
    lr: float,
    bound: float = 1.0,
    steps: int = 100,
    rate: float = 0.1,
    least: float = 0.01,
) -> Network:
    """Learn a scale for every array of parameters, such that the first step of SGD leads to a low loss.

    With the scales m, the parameters are θ_i = m_i·θ⁰_i, and g_S = ∂ℓ_S/∂θ for a batch S. The scales minimise the
    loss after the first step (see `first_step_loss`),

        mean over the batches of ℓ_S̃(θ − lr·g_S),    subject to ‖g_S‖ ≤ bound,  m_i ≥ least,

    where S̃ is the batch after S. While the bound is broken, m goes down the gradient of the largest ‖g_S‖, otherwise
    down that of the loss. With ĝ = ∂ℓ_S̃/∂θ after the step and H the second derivatives of ℓ_S, these are

        ∂/∂m_i ℓ_S̃ = θ⁰_i · (ĝ − lr·Hĝ)_i     and     ∂/∂m_i ‖g_S‖ = θ⁰_i · (H g_S)_i / ‖g_S‖,

    and a product with H is a central difference of gradients along that vector. Each of `steps` changes the scales by
    at most `rate`, which falls to 0 (the paper uses Adam). The best scales met, those before the first step included,
    are the ones taken, so the loss after the first step never rises unless the bound was broken. `net` is changed in
    place and returned; where an error is raised it is as before. Take a loss with reduction="mean", so that bound and
    lr do not depend on the size of the batches.

    Raises ValueError for settings out of range, no batches, Dropout layers, whose masks make the loss another one each
    time, and when no scales met keep to the bound.

    Source: Zhu et al. (2021), "GradInit: learning to initialize neural networks for stable and efficient training",
    algorithm 1.

    >>> import bpkit as bp
    >>> net, loss = bp.mlp([2, 8, 1], rng=0), bp.LeastSquares("mean")
    >>> batches = [([[0.0, 1.0], [1.0, 1.0]], [[1.0, 0.0]])]
    >>> before = bp.init.first_step_loss(net, loss, batches, lr=0.1)
    >>> net = bp.init.gradinit(net, loss, batches, lr=0.1)
    >>> bp.init.first_step_loss(net, loss, batches, lr=0.1) < before
    True
    """
    for name, value in (("bound", bound), ("rate", rate)):
        if real_number(name, value) <= 0:
            raise ValueError(f"{name} is {value!r}, expected a positive number.")
    if not 0 <= real_number("least", least) <= 1:
        raise ValueError(f"least is {least!r}, expected a number between 0 and 1, where the scales start.")
    steps = whole_number("steps", steps)
    batches = _checked_batches(net, batches, lr)
    start = [array.copy() for array in net.parameters]
    scales = np.ones(len(start))
    best, lowest = None, math.inf

    with _unchanged_by_errors(net):
        for step in range(steps + 1):
            _set(net, [m * array for m, array in zip(scales, start, strict=True)])
            value, norm, slope = _promise(net, loss, batches, lr, bound, start)
            if norm <= bound and value < lowest:
                best, lowest = scales.copy(), value
            largest = np.abs(slope).max(initial=0.0)
            if largest == 0 or not math.isfinite(largest):
                break
            scales = np.maximum(scales - rate * (1 - step / steps) * slope / largest, least)
        if best is None:
            raise ValueError(
                f"no scales were found that bring the norm of every batch's gradient to {bound} or below: raise bound "
                'or steps, or take a loss with reduction="mean".'
            )
        _set(net, [m * array for m, array in zip(best, start, strict=True)])
    return net


def first_step_loss(net: Network, loss: Loss, batches: Sequence[Batch], *, lr: float) -> float:
    """Return what `gradinit` lowers: the loss of the next batch after one step of SGD on a batch, averaged over them.

    The batch after the last is the first; the network is left as it is.

    Raises ValueError for an lr that is negative, no batches, and Dropout layers.

    Source: Zhu et al. (2021), "GradInit: learning to initialize neural networks for stable and efficient training".

    >>> import bpkit as bp
    >>> net = bp.Network([bp.Linear.of([[0.0]], [[1.0]])])  # f = x; the loss x² has the slopes 2x and 2x²
    >>> round(first_step_loss(net, bp.LeastSquares(), [([[1.0]], [[0.0]])], lr=0.1), 4)
    0.36
    """
    batches = _checked_batches(net, batches, lr)
    here = [array.copy() for array in net.parameters]
    with _left_as_it_is(net):
        total = 0.0
        for batch, after in zip(batches, [*batches[1:], batches[0]], strict=True):
            _set(net, here)
            _move(net, _gradients(net, loss, batch)[1], -lr)
            total += _gradients(net, loss, after)[0]
    return total / len(batches)


def _promise(
    net: Network, loss: Loss, batches: Sequence[Batch], lr: float, bound: float, start: Sequence[Array]
) -> tuple[float, float, Array]:
    """The loss after the first step, the largest norm of a gradient, and the slope to go down, by the scales."""
    here = [array.copy() for array in net.parameters]
    found = [_gradients(net, loss, batch)[1] for batch in batches]
    norms = [_norm(g) for g in found]
    norm = max(norms)
    value, slope = 0.0, [np.zeros_like(array) for array in here]
    for batch, after, g in zip(batches, [*batches[1:], batches[0]], found, strict=True):
        _move(net, g, -lr)
        loss_after, g_after = _gradients(net, loss, after)
        value += loss_after / len(batches)
        _set(net, here)
        if norm <= bound:
            curved = _second_derivatives_times(net, loss, batch, g_after)
            slope = [s + (a - lr * c) for s, a, c in zip(slope, g_after, curved, strict=True)]
    if norm > bound:
        worst = norms.index(norm)
        slope = _second_derivatives_times(net, loss, batches[worst], found[worst])
    return value, norm, np.array([float(np.vdot(s, array)) for s, array in zip(slope, start, strict=True)])


def _second_derivatives_times(net: Network, loss: Loss, batch: Batch, vector: Sequence[Array]) -> list[Array]:
    """H·v as (g(θ + s·v) − g(θ − s·v)) / 2s; the net is left as it is."""
    here = [array.copy() for array in net.parameters]
    length = _norm(vector)
    if length == 0:
        return [np.zeros_like(array) for array in here]
    step = float(np.cbrt(np.finfo(net.dtype).eps)) * max(1.0, _norm(here)) / length
    sides = []
    for sign in (1, -1):
        _move(net, vector, sign * step)
        sides.append(_gradients(net, loss, batch)[1])
        _set(net, here)
    return [(ahead - behind) / (2 * step) for ahead, behind in zip(*sides, strict=True)]


def _gradients(net: Network, loss: Loss, batch: Batch) -> tuple[float, tuple[Array, ...]]:
    """Loss and gradients as in training, but nothing is remembered."""
    trace = net.forward(batch[0], training=True)
    value, dl_doutput = loss.value_and_gradient(trace.output, batch[1])
    return value, net.backward(trace, dl_doutput).parameters


def _norm(arrays: Sequence[Array]) -> float:
    return math.sqrt(sum(float(np.vdot(array, array)) for array in arrays))


def _set(net: Network, values: Sequence[Array]) -> None:
    for array, value in zip(net.parameters, values, strict=True):
        array[...] = value


def _move(net: Network, direction: Sequence[Array], length: float) -> None:
    for array, along in zip(net.parameters, direction, strict=True):
        array += length * along


def _checked_batches(net: Network, batches: Any, lr: float) -> list[Batch]:
    if real_number("lr", lr) < 0:
        raise ValueError(f"lr is {lr!r}, expected a learning rate that is not negative.")
    found = list(batches)
    if not found or any(not isinstance(batch, tuple) or len(batch) != 2 for batch in found):
        raise ValueError("batches is not a list of pairs (x, y), at least one: did you mean [(x, y)]?")
    if _all(net.layers, Dropout):
        raise ValueError("net has Dropout layers, whose masks make the loss another one each time: add them later.")
    return found


def _several(name: str, net: Network, x: Any) -> Array:
    x = net.checked(x)
    if x.shape[1] == 1:
        raise ValueError(f"x is a batch of one, but {name} needs a variance over examples: pass several.")
    return x


def _through(layers: Sequence[Layer], x: Array, visit: Callable[[Layer, Array], None]) -> Array:
    """Run the layers; each is shown with its input before it runs, those inside residual connections too."""
    for layer in layers:
        if isinstance(layer, Residual):
            x = x + _through(layer.layers, x, visit)
        else:
            visit(layer, x)
            x = layer.forward(x)[0]
    return x


def _all(layers: Sequence[Layer], kind: type[Layer]) -> list[Layer]:
    found: list[Layer] = []
    for layer in layers:
        found += [layer] if isinstance(layer, kind) else _all(getattr(layer, "layers", ()), kind)
    return found


def _each_used_once(net: Network, kind: type[Layer]) -> int:
    """How many layers of a kind there are; those used twice are refused, since one value cannot suit both places."""
    found = _all(net.layers, kind)
    if len({id(layer.parameters[0]) for layer in found}) < len(found):
        raise ValueError(f"net uses a {kind.__name__} layer twice, and one scale cannot suit both places.")
    return len(found)


@contextmanager
def _unchanged_by_errors(net: Network) -> Iterator[None]:
    before = [array.copy() for array in net.parameters]
    try:
        yield
    except BaseException:
        _set(net, before)
        raise


@contextmanager
def _left_as_it_is(net: Network) -> Iterator[None]:
    before = [array.copy() for array in net.parameters]
    try:
        yield
    finally:
        _set(net, before)
