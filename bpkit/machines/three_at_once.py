"""Data, pipeline and tensor parallel training at once."""

from typing import Any

import numpy as np

from bpkit.machines.data_parallel import summed
from bpkit.machines.pipeline_parallel import run_stage
from bpkit.machines.schedules import Schedule
from bpkit.machines.split_layers import tensor_parallel
from bpkit.networks.losses import Loss
from bpkit.networks.network import Network
from bpkit.networks.trace import Gradients
from bpkit.numerical.arguments import whole_number


def combined(
    comm: Any, net: Network, loss: Loss, x: Any, y: Any, schedule: Schedule, *, data: int, tensor: int,
    weights: Any = None,
) -> tuple[float | None, Gradients]:  # fmt: skip
    """Return the loss of the whole batch and the derivatives of the parameters that this rank has.

    The ranks are data × stages × tensor: rank number (d·P + s)·T + t has the examples d, the stage s and the units t.
    x, y and `weights` are the examples d. Ranks that have the same parameters add up their derivatives; those of one
    stage share its units as in `tensor_parallel`; and stages pass on micro-batches as in `pipeline`.

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
    stage = tensor_parallel(same_stage, net.stages(pipe)[s])
    x, y = net.checked(x), np.asarray(y)
    value, grads = run_stage(same_examples, stage, loss, x, y, schedule, weights=weights)
    total, grads = summed(same_parameters, loss, value or 0.0, grads, x.shape[1])
    return (None if value is None else total), grads
