"""Gradient checkpointing: store less on the way forward, and compute it again on the way back.

How it is counted. A network is cut into n *blocks*, directly behind every layer that is a Linear or holds some.
Activation 0 is the input, and activation k + 1 is what block k makes of activation k: the pre-activation f_k, as in
problem 7.11. What stands between two Linears (activation, normalization, dropout) costs next to nothing, and is run
again from there whenever it is needed.

An *evaluation* is one run of a block forward; the first sweep, n of them, is included. To *reverse* block k,
activations k and k + 1 have to be there. Its output k + 1 is there already, because the block behind it was reversed
with it as input; afterwards it is let go. The *peak* is how many activations are alive at most, among them the input
and the output of the block that runs.

*Slots* hold the activations that are stored, the input among them. Besides, two at most are in hand: the output that
waits to be reversed and the activation made last. When blocks are passed through, both the input and the output of the
one that runs are alive, so the peak is slots + 3 at most.

    schedule            evaluations  peak
    store_all(64)                64    65
    every(64, 8)                120    16
    binomial(64, 8)             138    11
    every(50, 10)                95    15      problem 7.11: 5 checkpoints, 45 recomputed
"""

from bpkit.checkpoint.actions import Action, Advance, Free, Recompute, Reverse, Store
from bpkit.checkpoint.binomial_schedule import binomial, fewest_evaluations
from bpkit.checkpoint.block import Block, Sizes, blocks, measure
from bpkit.checkpoint.counting import Cost, cost, validate
from bpkit.checkpoint.executor import backprop
from bpkit.checkpoint.memory import Memory
from bpkit.checkpoint.meter import Meter, Reading, held_bytes
from bpkit.checkpoint.schedules import Schedule, every, sqrt, store_all
from bpkit.checkpoint.unequal import optimal

__all__ = [
    "Action", "Advance", "Block", "Cost", "Free", "Memory", "Meter", "Reading", "Recompute", "Reverse", "Schedule",
    "Sizes", "Store", "backprop", "binomial", "blocks", "cost", "every", "fewest_evaluations", "held_bytes", "measure",
    "optimal", "sqrt", "store_all", "validate",
]  # fmt: skip
