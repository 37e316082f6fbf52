"""Data, pipeline and tensor parallel training at once."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from bpkit.machines.data_parallel import no_gradients, summed
from bpkit.machines.pipeline_parallel import Masks, run_stage
from bpkit.machines.schedules import Schedule
from bpkit.machines.split_layers import tensor_parallel
from bpkit.networks.losses import Loss
from bpkit.networks.network import Network
from bpkit.networks.trace import Gradients
from bpkit.numerical.arguments import whole_number


def combined(
    comm: Any, net: Network, loss: Loss, x: Any, y: Any, schedule: Schedule, *, data: int, tensor: int,
    weights: Any = None, rng: Sequence[np.random.Generator | int] | None = None,
) -> tuple[float | None, Gradients]:  # fmt: skip
    """Return the loss of the whole batch and the derivatives of the parameters that this rank has.

    The ranks are data × stages × tensor: rank number (d·P + s)·T + t has the examples d, the stage s and the units t.
    x, y and `weights` are the examples d. Ranks that have the same parameters add up their derivatives; those of one
    stage share its units as in `tensor_parallel`; and stages pass on micro-batches as in `pipeline`, whose `rng` has a
    generator or seed for each micro-batch of the examples d. There may be no examples d.

    Raises ValueError for another number of ranks, and what these functions raise.

    Source: section 7.8; Narayanan et al. (2021), "Efficient large-scale language model training on GPU clusters using
    Megatron-LM".

    >>> import bpkit as bp
    >>> net, x, y = bp.mlp([2, 4, 3, 4, 1], rng=0), np.ones((2, 4)), np.zeros((1, 4))
    >>> def step(comm):
    ...     mine = bp.machines.even_slices(4, 2)[comm.rank // 4]
    ...     schedule = bp.machines.gpipe(2, 2)
    ...     return combined(comm, net, bp.LeastSquares(), x[:, mine], y[:, mine], schedule, data=2, tensor=2)
    >>> value = bp.machines.run(step, 8).results[-1][0]
    >>> bool(np.isclose(value, bp.backprop(net, bp.LeastSquares(), x, y)[0]))
    True
    """
    data, tensor, pipe = whole_number("data", data), whole_number("tensor", tensor), len(schedule.stages)
    if comm.size != data * pipe * tensor:
        raise ValueError(f"there are {comm.size} ranks, expected data × stages × tensor = {data} × {pipe} × {tensor}.")
    d, s, t = comm.rank // (pipe * tensor), comm.rank // tensor % pipe, comm.rank % tensor
    same_parameters = comm.Split(s * tensor + t, d)
    same_examples = comm.Split(d * tensor + t, s)
    same_stage = comm.Split(d * pipe + s, t)
    stages, examples = net.stages(pipe), np.shape(x)[-1]
    stage, value = tensor_parallel(same_stage, stages[s]), 0.0
    if examples:
        before = [layer for one in stages[:s] for layer in one.layers]
        masks = Masks(before, net.rows[0], rng, schedule.micro_batches)
        own, grads = run_stage(
            same_examples, stage, loss, net.checked(x), np.asarray(y), schedule, weights=weights,
            generator=masks.generator,
        )  # fmt: skip
        value = own or 0.0
    else:
        grads = no_gradients(stage)
    total, grads = summed(same_parameters, loss, value, grads, examples)
    return (total if s == pipe - 1 else None), grads
