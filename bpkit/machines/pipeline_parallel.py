"""Pipeline parallel training: each rank has one stage of the network, and carries out its part of a schedule."""

import copy
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from bpkit.checkpoint import Meter
from bpkit.layers.composite import Composite
from bpkit.layers.dropout import Dropout
from bpkit.layers.layer import Array, Layer, Rng
from bpkit.machines.checkpointed_stage import Checkpointed, Checkpoints, KeepAll, MicroBatch, Postponed
from bpkit.machines.counting import check_stage
from bpkit.machines.schedules import Action, Backward, BackwardInput, BackwardWeights, Forward, Schedule
from bpkit.networks.losses import Loss, example_weights, if_any
from bpkit.networks.network import Network
from bpkit.networks.step_memory import heights_through
from bpkit.networks.trace import Gradients
from bpkit.numerical.even_slices import even_slices
from bpkit.numerical.underflow import ignore_underflow


def pipeline(
    comm: Any,
    net: Network,
    loss: Loss,
    x: Any,
    y: Any,
    schedule: Schedule,
    *,
    weights: Any = None,
    training: bool = True,
    rng: Sequence[np.random.Generator | int] | None = None,
    checkpoints: Checkpoints | None = None,
    meter: Meter | None = None,
) -> tuple[float | None, Gradients]:
    """Return the loss of the batch and the derivatives of this rank's stage, `net.stages(comm.size)[comm.rank]`.

    The batch is cut into the micro-batches of the schedule. Stage r sends h_k to stage r + 1 and ∂ℓ/∂h_k back; only the
    first reads x and only the last reads y, and it alone knows the loss: the others return None. Every schedule gives,
    to the last bit, what `bp.accumulate` gives with as many parts, provided it finishes the micro-batches in order.
    `rng` has a generator or seed for each micro-batch, the same on every rank, as in `bp.accumulate`; generators are
    copied. `weights` are those of the batch's examples, as in `bp.backprop`. With `checkpoints`, such as
    `bp.checkpoint.sqrt`, each micro-batch keeps on this stage only what that schedule for the stage's blocks stores;
    the rest is computed again, with the same bits. `meter` notes the bytes of the activations that the stage holds.

    Raises ValueError for a schedule with another number of stages than ranks, or more micro-batches than examples, and
    for checkpoints that are no schedule for the stage's blocks.

    Source: section 7.8; checkpoints in each stage: Huang et al. (2019), "GPipe".

    >>> import bpkit as bp
    >>> net, x, y = bp.mlp([2, 3, 1], rng=0), np.ones((2, 10)), np.zeros((1, 10))
    >>> schedule = bp.machines.one_f_one_b(2, 5)
    >>> run = bp.machines.run(lambda comm: pipeline(comm, net, bp.LeastSquares(), x, y, schedule), 2)
    >>> run.results[1][0] == bp.accumulate(net, bp.LeastSquares(), x, y, parts=5)[0]
    True
    """
    if comm.size != len(schedule.stages):
        raise ValueError(f"schedule has {len(schedule.stages)} stages, but there are {comm.size} ranks, one for each.")
    stages = net.stages(comm.size)
    before = [layer for stage in stages[: comm.rank] for layer in stage.layers]
    masks = Masks(before, net.rows[0], rng, schedule.micro_batches)
    return run_stage(
        comm, stages[comm.rank], loss, net.checked(x), np.asarray(y), schedule, weights=weights, training=training,
        generator=masks.generator, checkpoints=checkpoints, meter=meter,
    )  # fmt: skip


@ignore_underflow
def run_stage(
    comm: Any, stage: Network, loss: Loss, x: Array, y: Array, schedule: Schedule, *, weights: Any = None,
    training: bool = True, generator: Any = lambda micro_batch, examples: None,
    checkpoints: Checkpoints | None = None, meter: Meter | None = None,
) -> tuple[float | None, Gradients]:  # fmt: skip
    """Carry out one stage's part of a schedule on a network that may be a stage cut once more."""
    check_stage(schedule, comm.rank)  # each rank its own: all of them are checked, once
    if schedule.micro_batches > x.shape[1]:
        raise ValueError(
            f"schedule has {schedule.micro_batches} micro-batches, but the batch has {x.shape[1]} examples: a "
            "micro-batch needs at least one."
        )
    columns = even_slices(x.shape[1], schedule.micro_batches)
    weights = None if weights is None else example_weights(weights, x.shape[1])
    run = _Stage(comm, stage, loss, x, y, weights, columns, training, checkpoints, meter)
    for action in schedule.stages[comm.rank]:
        i = action.micro_batch
        run.action = action
        if isinstance(action, Forward):
            run.forward(i, generator(i, columns[i].stop - columns[i].start))
        if isinstance(action, Backward | BackwardInput):
            run.backward_input(i, put_off=isinstance(action, BackwardInput))
        if isinstance(action, Backward | BackwardWeights):
            run.backward_weights(i)
        run.watch()
    for request in run.requests:
        request.Wait()
    assert run.total is not None  # every micro-batch has gone back
    return (run.value if run.is_last else None), run.total


@dataclass
class _Stage:
    """One stage at work: what is alive on it, and the sum so far."""

    comm: Any
    net: Network
    loss: Loss
    x: Array
    y: Array
    weights: Array | None
    columns: list[slice]
    training: bool
    checkpoints: Checkpoints | None
    meter: Meter | None
    action: Action | None = None  # the one that is carried out
    alive: dict[int, MicroBatch] = field(default_factory=dict)
    outputs: dict[int, Array] = field(default_factory=dict)
    postponed: dict[int, tuple[Gradients, list[Postponed]]] = field(default_factory=dict)
    sent: dict[int, Any] = field(default_factory=dict)
    requests: list[Any] = field(default_factory=list)
    value: float = 0.0
    total: Gradients | None = None

    @property
    def is_last(self) -> bool:
        return bool(self.comm.rank == self.comm.size - 1)

    def watch(self, *inside: Any) -> None:
        """Note the activations that are held; `inside` are those of a block that runs."""
        if self.meter:
            later = [(h, g) for _, parts in self.postponed.values() for _, h, g, _ in parts]
            self.meter.read(self.action, [one.held for one in self.alive.values()], later, inside)

    def forward(self, i: int, rng: Rng) -> None:
        """Get micro-batch i from the stage before, run it, and send it on."""
        comm, columns = self.comm, self.columns[i]
        if comm.rank == 0:
            h = self.x[:, columns]
        else:
            assert self.net.rows[0] is not None  # a stage after the first begins with a linear layer
            h = np.empty((self.net.rows[0], columns.stop - columns.start), self.net.dtype)
            comm.Recv(h, comm.rank - 1, tag=i)
        self.alive[i] = (
            Checkpointed(self.net, self.checkpoints, self.training)
            if self.checkpoints
            else KeepAll(self.net, self.training)
        )
        output = self.outputs[i] = self.alive[i].forward(h, rng, self.watch)
        if not self.is_last:
            self.sent[i] = comm.Isend(np.ascontiguousarray(output), comm.rank + 1, tag=i)

    def backward_input(self, i: int, put_off: bool) -> None:
        """Get ∂ℓ/∂output of micro-batch i from the next stage or the loss, and send ∂ℓ/∂input to the one before."""
        comm, columns, output = self.comm, self.columns[i], self.outputs.pop(i)
        if self.is_last:
            own = None if self.weights is None else self.weights[columns]
            one, g = self.loss.value_and_gradient(output, self.y[..., columns], **if_any(own))
            self.value += self._share(i) * one
        else:
            g = np.empty(output.shape, output.dtype)
            comm.Recv(g, comm.rank + 1, tag=i)
            self.sent.pop(i).Wait()  # the next stage has used it: nothing of it is kept any longer
        del output
        arrays = self.net.layout.gradients(None)
        by_layer = self.net.layout.by_layer(arrays)
        g, postponed = self.alive[i].backward(g, by_layer, comm.rank > 0, put_off, self.watch)
        del self.alive[i]
        if comm.rank > 0:
            self.requests.append(comm.Isend(np.ascontiguousarray(g), comm.rank - 1, tag=i))
        self.postponed[i] = self.net.layout.named(arrays, by_layer), postponed

    def backward_weights(self, i: int) -> None:
        """Compute what was put off, and add the derivatives of micro-batch i to the sum."""
        grads, postponed = self.postponed.pop(i)
        for layer, h, g, gradients in postponed:
            layer.write_gradients(h, g, gradients)
        for gradient in grads.parameters:
            gradient *= self._share(i)
        if self.total is None:
            self.total = grads
        else:
            for added, gradient in zip(self.total.parameters, grads.parameters, strict=True):
                added += gradient

    def _share(self, i: int) -> float:
        columns = self.columns[i]
        return (columns.stop - columns.start) / self.x.shape[1] if self.loss.reduction == "mean" else 1


class Masks:
    """Each micro-batch's random numbers, as one machine would draw them: those of earlier stages are passed over."""

    def __init__(self, before: Sequence[Layer], rows: int | None, rng: Any, micro_batches: int) -> None:
        if rng is not None and len(rng) != micro_batches:
            raise ValueError(f"rng has {len(rng)} generators, but there are {micro_batches} micro-batches.")
        if rng is not None and any(isinstance(layer, Composite) for layer in before):
            raise ValueError("rng is given, but a stage cannot know how many numbers a layer made of layers draws.")
        heights = heights_through(before, rows) if before and rows is not None else []
        self.dropped = [height for layer, height in zip(before, heights, strict=False) if isinstance(layer, Dropout)]
        self.rng = rng

    def generator(self, micro_batch: int, examples: int) -> Rng:
        """Return the generator of a micro-batch, at the place where this stage begins to draw."""
        if self.rng is None:
            return None
        generator = np.random.default_rng(copy.deepcopy(self.rng[micro_batch]))  # in a simulated world ranks share it
        for height in self.dropped:
            generator.random((height, examples))
        return generator
