"""The gate viewer: which ReLU units pass a gradient for a chosen input, and what a change of one parameter does."""

from typing import Any

import ipywidgets
import numpy as np
from numpy.typing import ArrayLike

from bpkit.plot._gates import gates, parameter_name
from bpkit.plot.gate_network import LARGEST, REACH, Parameter, parameters
from bpkit.widgets.explorer import Explorer, show


def gate_viewer(
    x: ArrayLike = (1.0, -1.0),
    y: float = 1.0,
    changed: Parameter = ("omega", 1, 0, 0),
    by: float = 0.1,
) -> Explorer:
    """Return a widget with sliders for the two inputs, the target, and the change of one weight or bias.

    The network is that of `bpkit.plot.gate_network`, the passes are 7.23–7.25. `changed` is (kind, k, row, column),
    counted from 0, of the parameter that changes by `by`. The arguments are where the controls start and where the
    reset button brings them back to.

    Raises TypeError or ValueError when `x` (two) or `y` is not a number between −3 and 3, when there is no such
    parameter, or when `by` is not between −1 and 1.

    >>> len(gate_viewer().children)
    3
    """
    still = gates(x, y, changed, by)  # refuses what the sliders cannot show
    x_1, x_2 = np.asarray(x, dtype=float).tolist()
    controls = {
        "x₁": _slider("x₁", x_1, LARGEST, 0.1),
        "x₂": _slider("x₂", x_2, LARGEST, 0.1),
        "y": _slider("y", y, LARGEST, 0.1),
        "change": ipywidgets.Dropdown(description="change", value=changed, layout={"width": "300px"},
                                      options=[(parameter_name(one), one) for one in parameters()]),
        "by Δ": _slider("by Δ", by, REACH, 0.01),
    }  # fmt: skip
    start = {name: control.value for name, control in controls.items()}
    place = ipywidgets.HTML()

    def redraw(_: Any = None) -> None:
        x_1, x_2, y, changed, by = (control.value for control in controls.values())
        show(gates((x_1, x_2), y, changed, by), place)

    def reset(_: Any) -> None:
        for name, control in controls.items():
            control.value = start[name]

    for control in controls.values():
        control.observe(redraw, names="value")
    redraw()

    button = ipywidgets.Button(description="reset", tooltip="all controls to the start", layout={"width": "auto"})
    button.on_click(reset)
    *numbers, which, size = controls.values()
    return Explorer("Gate viewer", [ipywidgets.HBox(numbers), ipywidgets.HBox([which, size, button]), place], still)


def _slider(name: str, value: float, largest: float, step: float) -> ipywidgets.FloatSlider:
    # The number beside the slider can be typed into: in Notebook 7 the arrow keys do not reach the slider.
    return ipywidgets.FloatSlider(description=name, value=value, min=-largest, max=largest, step=step,
                                  readout_format=".2f", layout={"width": "320px"},
                                  style={"description_width": "44px"})  # fmt: skip
