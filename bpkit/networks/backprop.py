"""The whole of 7.23–7.25 in one call: loss and gradients of a batch."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bpkit.layers.sequence import backward_through, forward_through
from bpkit.networks.losses import Loss, Penalty, if_any
from bpkit.networks.network import Network
from bpkit.networks.trace import Gradients
from bpkit.numerical.underflow import ignore_underflow


@ignore_underflow
def backprop(
    net: Network,
    loss: Loss,
    x: Any,
    y: Any,
    *,
    weights: Any = None,
    penalty: Penalty | None = None,
    training: bool = True,
    rng: np.random.Generator | int | None = None,
    out: Gradients | None = None,
) -> tuple[float, Gradients]:
    """Return the loss of a batch and its derivatives with respect to all parameters (7.23–7.25).

    The same as `trace = net.forward(x, training=training, rng=rng)`, `loss(trace.output, y)` and
    `net.backward(trace, loss.gradient(trace.output, y))`, to the last bit, but faster: the trace is not returned,
    so its memory is used again for the next batch of this size. In training, layers with running statistics
    (`bp.BatchNorm`) bring them up to date, which `net.forward` does not. `weights` (I,) multiply the losses of the
    examples, as in `bp.LeastSquares`; `penalty` is added to the loss, and its derivative to the weights' gradients.

    The gradients are new arrays, unless `out` is what an earlier call returned: then they are written into its arrays,
    which saves time on large networks. In a loop, begin with `grads = None` and pass `out=grads`.

    Raises what `net.forward` and the loss raise, and TypeError or ValueError if `out` does not fit the network.

    >>> import bpkit as bp
    >>> net = bp.mlp([2, 3, 1], rng=0)
    >>> value, grads = bp.backprop(net, bp.LeastSquares(), [[1.0], [2.0]], [[0.0]])
    >>> grads.omega[0].shape
    (3, 2)
    >>> value, again = bp.backprop(net, bp.LeastSquares(), [[2.0], [1.0]], [[0.0]], out=grads)
    >>> again.omega[0] is grads.omega[0]
    True
    """
    x = net.checked(x)
    gradients = net.layout.gradients(out)
    by_layer = net.layout.by_layer(gradients)
    rng = None if rng is None else np.random.default_rng(rng)
    memory = net.step_memory.take(net.layers, x)
    values, stored = forward_through(net.layers, x, training=training, rng=rng, outs=memory.outputs)
    value, dl_doutput = loss.value_and_gradient(values[-1], y, out=memory.dl_doutput, **if_any(weights))
    backward_through(net.layers, values, stored, dl_doutput, by_layer, outs=memory.dl_dinputs, wanted=False)
    if training:
        for layer, one in zip(net.layers, stored, strict=True):
            if layer.state:
                layer.remember(one)
    net.step_memory.put_back(memory)
    grads = net.layout.named(gradients, by_layer, out=out)
    return (value, grads) if penalty is None else (value + penalise(net, grads.omega, penalty), grads)


def penalise(net: Network, gradients: Sequence[NDArray[Any]], penalty: Penalty) -> float:
    """Add the penalty's derivative to the gradients of the weights, and return the penalty; a shared Ω counts once."""
    weights = {id(omega): (omega, gradient) for omega, gradient in zip(net.omega, gradients, strict=True)}
    for omega, gradient in weights.values():
        gradient += penalty.gradient(omega)
    return penalty([omega for omega, _ in weights.values()])
