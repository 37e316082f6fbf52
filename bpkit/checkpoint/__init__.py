"""Gradient checkpointing: store less in the forward pass, and recompute it in the backward pass.

How costs are counted. A network is split into n *blocks*, after every layer that is a Linear or contains one.
Activation 0 is the input, and activation k + 1 is the output of block k: the pre-activation f_k, as in problem 7.11.
The layers between two Linears (activation, normalization, dropout) cost next to nothing, and are run again whenever
needed.

An *evaluation* is one run of a block forward; the first sweep, n of them, is included. To *reverse* block k takes
activations k and k + 1. Its output k + 1 is there already, as the input of the block reversed before; it is freed
afterwards. The *peak* is the largest number of activations alive at once, including the input and the output of the
running block.

*Slots* hold the stored activations, including the input. At most two more are *in hand*, outside the slots: the output
that waits to be reversed, and the latest activation computed. While a block runs, both its input and its output are
alive, so the peak is at most slots + 3.

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
