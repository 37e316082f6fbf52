"""GradInit: learns scales for the initial weights from the loss after the first step of SGD."""

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from bpkit.layers import Dropout
from bpkit.networks.initialization.data_driven import layers_of_kind, set_parameters, unchanged_by_errors
from bpkit.networks.losses import Loss
from bpkit.networks.network import Network
from bpkit.numerical.arguments import real_number, whole_number
from bpkit.numerical.arrays import Array
from bpkit.numerical.underflow import ignore_underflow

Batch = tuple[Any, Any]


@ignore_underflow
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

    where S̃ is the batch after S. Each of `steps` changes the scales by at most `rate`, which falls to 0 (the paper uses
    Adam). The best scales met are taken, the start included, so the loss after the first step never rises unless the
    bound was broken. `net` is changed in place and returned; an error leaves it as it was. Take a loss with
    reduction="mean", so that bound and lr do not depend on the size of the batches.

    Raises ValueError for settings out of range, no batches, Dropout layers, whose masks change the loss each time, and
    when no scales met the bound.

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
    _check_settings(bound, rate, least)
    steps, batches = whole_number("steps", steps), _checked_batches(net, batches, lr)
    start = [array.copy() for array in net.parameters]
    scales, best, lowest = np.ones(len(start)), None, math.inf
    with unchanged_by_errors(net):
        for step in range(steps + 1):
            _scale(net, start, scales)
            value, norm, slope = objective(net, loss, batches, lr, bound, start)
            if norm <= bound and value < lowest:
                best, lowest = scales, value
            steepest = np.abs(slope).max(initial=0.0)
            if steepest == 0 or not math.isfinite(steepest):
                break
            scales = np.maximum(scales - rate * (1 - step / steps) * slope / steepest, least)
        if best is None:
            raise ValueError(
                f"no scales were found that bring the norm of every batch's gradient to {bound} or below: raise bound "
                'or steps, or take a loss with reduction="mean".'
            )
        _scale(net, start, best)
    return net


@ignore_underflow
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
    total = 0.0
    for batch, after in zip(batches, [*batches[1:], batches[0]], strict=True):
        with _moved(net, _gradients(net, loss, batch)[1], -lr):
            total += _gradients(net, loss, after)[0]
    return total / len(batches)


def objective(
    net: Network, loss: Loss, batches: Sequence[Batch], lr: float, bound: float, start: Sequence[Array]
) -> tuple[float, float, Array]:
    """Return the loss after the first step, the largest norm of a gradient, and the slope along which to descend.

    While the bound is broken, the scales descend along the gradient of the largest ‖g_S‖, otherwise along that of the
    loss. With ĝ = ∂ℓ_S̃/∂θ after the step and H the second derivatives of ℓ_S, these are

        ∂/∂m_i ℓ_S̃ = θ⁰_i · (ĝ − lr·Hĝ)_i     and     ∂/∂m_i ‖g_S‖ = θ⁰_i · (H g_S)_i / ‖g_S‖.
    """
    found = [_gradients(net, loss, batch)[1] for batch in batches]
    norms = [_norm(g) for g in found]
    norm = max(norms)
    value, slope = 0.0, [np.zeros_like(array) for array in start]
    for batch, after, g in zip(batches, [*batches[1:], batches[0]], found, strict=True):
        with _moved(net, g, -lr):
            loss_after, g_after = _gradients(net, loss, after)
        value += loss_after / len(batches)
        if norm <= bound:
            curved = _second_derivatives_times(net, loss, batch, g_after)
            slope = [s + (a - lr * c) for s, a, c in zip(slope, g_after, curved, strict=True)]
    if norm > bound:
        worst = norms.index(norm)
        slope = _second_derivatives_times(net, loss, batches[worst], found[worst])
    return value, norm, np.array([float(np.vdot(s, array)) for s, array in zip(slope, start, strict=True)])


def _second_derivatives_times(net: Network, loss: Loss, batch: Batch, vector: Sequence[Array]) -> list[Array]:
    """H·v as a central difference of gradients, (g(θ + s·v) − g(θ − s·v)) / 2s."""
    length = _norm(vector)
    if length == 0:
        return [np.zeros_like(array) for array in net.parameters]
    step = float(np.cbrt(np.finfo(net.dtype).eps)) * max(1.0, _norm(net.parameters)) / length
    sides = []
    for sign in (1, -1):
        with _moved(net, vector, sign * step):
            sides.append(_gradients(net, loss, batch)[1])
    return [(ahead - behind) / (2 * step) for ahead, behind in zip(*sides, strict=True)]


def _gradients(net: Network, loss: Loss, batch: Batch) -> tuple[float, tuple[Array, ...]]:
    """Loss and gradients as in training, but running statistics stay as they are."""
    trace = net.forward(batch[0], training=True)
    value, dl_doutput = loss.value_and_gradient(trace.output, batch[1])
    return value, net.backward(trace, dl_doutput).parameters


def _norm(arrays: Sequence[Array]) -> float:
    return math.sqrt(sum(float(np.vdot(array, array)) for array in arrays))


def _scale(net: Network, start: Sequence[Array], scales: Array) -> None:
    set_parameters(net, [m * array for m, array in zip(scales, start, strict=True)])


@contextmanager
def _moved(net: Network, direction: Sequence[Array], length: float) -> Iterator[None]:
    """Inside, the parameters are moved along a direction."""
    before = [array.copy() for array in net.parameters]
    try:
        set_parameters(net, [array + length * along for array, along in zip(before, direction, strict=True)])
        yield
    finally:
        set_parameters(net, before)


def _check_settings(bound: float, rate: float, least: float) -> None:
    for name, value in (("bound", bound), ("rate", rate)):
        if real_number(name, value) <= 0:
            raise ValueError(f"{name} is {value!r}, expected a positive number.")
    if not 0 <= real_number("least", least) <= 1:
        raise ValueError(f"least is {least!r}, expected a number between 0 and 1, where the scales start.")


def _checked_batches(net: Network, batches: Any, lr: float) -> list[Batch]:
    if real_number("lr", lr) < 0:
        raise ValueError(f"lr is {lr!r}, expected a learning rate that is not negative.")
    found = list(batches)
    if not found or any(not isinstance(batch, tuple) or len(batch) != 2 for batch in found):
        raise ValueError("batches is not a list of pairs (x, y), at least one: did you mean [(x, y)]?")
    if layers_of_kind(net.layers, Dropout):
        raise ValueError("net has Dropout layers, whose masks make the loss another one each time: add them later.")
    return found
