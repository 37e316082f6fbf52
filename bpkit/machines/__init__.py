"""Training on many machines: the schemes of section 7.8 as functions of `comm`, and a world to run them in.

A scheme is a function that every rank runs, and `comm` is how it talks to the others, with the names of mpi4py:
`comm.rank`, `comm.size`, `comm.Send`, `comm.Recv`, …. `run` carries it out in one process, the same way every time, and
counts bytes, messages and time. `mpirun` calls the same function on real processes, under MPI. In a script that mpiexec
starts it gets `MPI.COMM_WORLD`: it runs on a cluster as it stands.

    scheme                                 what a rank has          equal to one machine
    backprop                               some examples            to the last bit (parts in rank order)
    pipeline with naive, gpipe, …          some layers              to the last bit (micro-batches in order)
    tensor_parallel                        some units               up to rounding
    combined                               some of each             up to rounding
    asynchronous                           all, but out of date     to the last bit, with the same old gradients
    hogwild                                all, but out of date     no: on real processes no two runs are alike
    average_with_neighbours                a model of its own       no: its mean is what is close
"""

from bpkit.machines.communicator import Communicator
from bpkit.machines.counting import Bar, Cost, cost
from bpkit.machines.data_parallel import backprop
from bpkit.machines.gossip import average_with_neighbours
from bpkit.machines.old_gradients import asynchronous, hogwild
from bpkit.machines.on_mpi import mpirun
from bpkit.machines.pipeline_parallel import pipeline
from bpkit.machines.reduction import all_reduce
from bpkit.machines.schedules import (
    Action,
    Backward,
    BackwardInput,
    BackwardWeights,
    Forward,
    Schedule,
    gpipe,
    naive,
    one_f_one_b,
    zero_bubble,
)
from bpkit.machines.simulated import Run, run
from bpkit.machines.split_layers import SplitInputs, SplitOutputs, tensor_parallel
from bpkit.machines.three_at_once import combined
from bpkit.machines.window import Window
from bpkit.machines.world import Deadlock, RankError
from bpkit.numerical.even_slices import even_slices

__all__ = [
    "Action", "Backward", "BackwardInput", "BackwardWeights", "Bar", "Communicator", "Cost", "Deadlock", "Forward",
    "RankError", "Run", "Schedule", "SplitInputs", "SplitOutputs", "Window", "all_reduce", "asynchronous",
    "average_with_neighbours", "backprop", "combined", "cost", "even_slices", "gpipe", "hogwild", "mpirun", "naive",
    "one_f_one_b", "pipeline", "run", "tensor_parallel", "zero_bubble",
]  # fmt: skip
