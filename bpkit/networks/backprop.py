"""The whole of 7.23–7.25 in one call: loss and gradients of a batch, in memory that is used again."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bpkit.layers.sequence import backward_through, for_each_layer, forward_through
from bpkit.networks.losses import Loss, Penalty
from bpkit.networks.network import Network
from bpkit.networks.step_memory import Lender, StepMemory
from bpkit.networks.trace import Gradients


def backprop(
    net: Network,
    loss: Loss,
    x: Any,
    y: Any,
    *,
    penalty: Penalty | None = None,
    training: bool = True,
    rng: np.random.Generator | int | None = None,
) -> tuple[float, Gradients]:
    """Return the loss of a batch and its derivatives with respect to all parameters (7.23–7.25).

    The same as `trace = net.forward(x, training=training, rng=rng)`, `loss(trace.output, y)` and
    `net.backward(trace, loss.gradient(trace.output, y))`, to the last bit, but faster: nobody sees the trace, so the
    network keeps its memory for the next call with a batch of this size. The gradients are the caller's, and stay as
    they are. In training, layers with running statistics (`bp.BatchNorm`) bring them up to date, which `net.forward`
    does not. `penalty` is added to the loss, and its derivative to the weights' gradients.

    Raises what `net.forward` and the loss raise.

    >>> import bpkit as bp
    >>> net = bp.mlp([2, 3, 1], rng=0)
    >>> value, grads = bp.backprop(net, bp.LeastSquares(), [[1.0], [2.0]], [[0.0]])
    >>> grads.omega[0].shape
    (3, 2)
    """
    x = net.checked(x)
    memory, lender = _borrow(net, x)
    rng = None if rng is None else np.random.default_rng(rng)
    values, kept = forward_through(net.layers, x, training=training, rng=rng, outs=memory.outputs)
    value, dl_doutput = loss.value_and_gradient(values[-1], y, out=memory.dl_doutput)
    gradients = lender.lend()
    places = net.places(gradients)
    cut = for_each_layer(net._counts, places)
    backward_through(net.layers, values, kept, dl_doutput, cut, outs=memory.dl_dinputs, wanted=False)
    if training:
        for j in net._remembering:
            net.layers[j].remember(kept[j])
    net._memory.append((memory, lender))
    found = net.gathered(gradients, places)
    return (value, found) if penalty is None else (value + penalise(net, found.omega, penalty), found)


def _borrow(net: Network, x: NDArray[Any]) -> tuple[StepMemory, Lender]:
    """Take what the last call left, if it fits; a second thread finds nothing there and makes its own."""
    memory, lender = left_by_last_call(net)
    if memory is None or memory.examples != x.shape[1] or memory.rows != x.shape[0]:
        memory = None  # freed before the new one is made
        memory = StepMemory(net.layers, x.shape[0], x.shape[1], net.dtype)
    return memory, lender


def left_by_last_call(net: Network) -> tuple[StepMemory | None, Lender]:
    """Take what the network keeps for this call; nobody else has it until it is put back into `net._memory`."""
    try:
        memory, lender = net._memory.pop()
    except IndexError:
        memory, lender = None, Lender([array.shape for array in net.parameters], net.dtype)
    return memory, lender


def penalise(net: Network, gradients: Sequence[NDArray[Any]], penalty: Penalty) -> float:
    """Add the penalty's derivative to the gradients of the weights, and return the penalty; a shared Ω counts once."""
    weights = {id(omega): (omega, gradient) for omega, gradient in zip(net.omega, gradients, strict=True)}
    for omega, gradient in weights.values():
        gradient += penalty.gradient(omega)
    return penalty([omega for omega, _ in weights.values()])
