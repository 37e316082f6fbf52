"""Sliders and buttons around the pictures (ipywidgets); each redraws by calling one pure function of `bpkit.plot`."""

from bpkit.widgets.gate_viewer import gate_viewer
from bpkit.widgets.graph_stepper import graph_stepper
from bpkit.widgets.initialization_laboratory import initialization_laboratory
from bpkit.widgets.memory_timeline import memory_timeline
from bpkit.widgets.mode_explorer import mode_explorer
from bpkit.widgets.shape_explorer import shape_explorer
from bpkit.widgets.toy_explorer import toy_explorer
from bpkit.widgets.training_laboratory import training_laboratory

__all__ = [
    "gate_viewer", "graph_stepper", "initialization_laboratory", "memory_timeline", "mode_explorer",
    "shape_explorer", "toy_explorer", "training_laboratory",
]  # fmt: skip
