"""Pictures of the book: pure functions from numbers to drawings."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # each is loaded when it is first used: a page in a browser needs few of them
    from bpkit.plot._angles import angles
    from bpkit.plot._bars import bars
    from bpkit.plot._both_modes import both_modes
    from bpkit.plot._chain import chain
    from bpkit.plot._class_maps import class_maps
    from bpkit.plot._crossover import crossover
    from bpkit.plot._curves import curves
    from bpkit.plot._fitted import fitted
    from bpkit.plot._gantt import gantt
    from bpkit.plot._gates import gates
    from bpkit.plot._gradient_graph import gradient_graph
    from bpkit.plot._graph import graph
    from bpkit.plot._histograms import histograms
    from bpkit.plot._images import images
    from bpkit.plot._jacobian import jacobian
    from bpkit.plot._learning_curves import learning_curves
    from bpkit.plot._matrix_backward import matrix_backward
    from bpkit.plot._mode_cost import mode_cost
    from bpkit.plot._moving_points import moving_points
    from bpkit.plot._network import network
    from bpkit.plot._nudge import nudge
    from bpkit.plot._pareto import pareto
    from bpkit.plot._relu_slope import relu_slope
    from bpkit.plot._runs import runs
    from bpkit.plot._shapes import shapes
    from bpkit.plot._three_shifts import three_shifts
    from bpkit.plot._timeline import timeline
    from bpkit.plot._toy_steps import Step, toy_steps
    from bpkit.plot._training_run import training_run
    from bpkit.plot._turning_gradient import turning_gradient
    from bpkit.plot._valley import valley
    from bpkit.plot._variances import training_loss, variances
    from bpkit.plot.figure import described
    from bpkit.plot.svg import Picture

__all__ = [
    "Picture", "Step", "angles", "bars", "both_modes", "chain", "class_maps", "crossover", "curves", "described",
    "fitted", "gantt", "gates", "gradient_graph", "graph", "histograms", "images", "jacobian", "learning_curves",
    "matrix_backward", "mode_cost", "moving_points", "network", "nudge", "pareto", "relu_slope", "runs", "shapes",
    "three_shifts", "timeline", "toy_steps", "training_loss", "training_run", "turning_gradient", "valley",
    "variances",
]  # fmt: skip
_ELSEWHERE = {  # the others are in _name
    "Picture": "svg",
    "Step": "_toy_steps",
    "described": "figure",
    "training_loss": "_variances",
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'bpkit.plot' has no attribute {name!r}")
    module = _ELSEWHERE.get(name, f"_{name}")
    found = globals()[name] = getattr(import_module(f"bpkit.plot.{module}"), name)  # the next time it is simply there
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
