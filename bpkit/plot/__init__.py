"""Pictures of the book: pure functions from numbers to drawings."""

from bpkit.plot.chain import chain
from bpkit.plot.crossover import crossover
from bpkit.plot.figure import described
from bpkit.plot.gates import gates
from bpkit.plot.gradient_graph import gradient_graph
from bpkit.plot.graph import graph
from bpkit.plot.mode_cost import mode_cost
from bpkit.plot.network import network
from bpkit.plot.nudge import nudge
from bpkit.plot.pareto import pareto
from bpkit.plot.relu_slope import relu_slope
from bpkit.plot.shapes import shapes
from bpkit.plot.svg import Picture
from bpkit.plot.timeline import timeline
from bpkit.plot.toy_steps import Step, toy_steps
from bpkit.plot.training_run import training_run
from bpkit.plot.variances import training_loss, variances

__all__ = [
    "Picture", "Step", "chain", "crossover", "described", "gates", "gradient_graph", "graph", "mode_cost", "network",
    "nudge", "pareto", "relu_slope", "shapes", "timeline", "toy_steps", "training_loss", "training_run",
    "variances",
]  # fmt: skip
