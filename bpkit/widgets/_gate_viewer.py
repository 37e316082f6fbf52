"""The gate viewer: which ReLU units pass a gradient for a chosen input, and what a change of one parameter does."""

import ipywidgets
import numpy as np
from numpy.typing import ArrayLike

from bpkit.plot._gates import gates
from bpkit.plot.gate_network import LARGEST, REACH, Parameter, parameters
from bpkit.plot.gate_words import parameter_name
from bpkit.widgets.frame import Controls, Explorer, fit, legible, reset_button, row, show, slider


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
    still = gates(x, y, changed, by)  # raises for a start that the sliders cannot show
    x_1, x_2 = np.asarray(x, dtype=float).tolist()
    controls = Controls(
        x_1=_slider("x₁", x_1, LARGEST, 0.1),
        x_2=_slider("x₂", x_2, LARGEST, 0.1),
        y=_slider("y", y, LARGEST, 0.1),
        changed=ipywidgets.Dropdown(description="change", value=changed, layout={"width": "300px"},
                                    options=[(parameter_name(one), one) for one in parameters()]),
        by=_slider("by Δ", by, REACH, 0.01),
    )  # fmt: skip
    place = ipywidgets.HTML()
    picture = legible([place], still.width)
    fit(picture, still.width, still.height, above=64)

    def redraw() -> None:
        x_1, x_2, y, by = (controls[name].value for name in ("x_1", "x_2", "y", "by"))
        show(gates((x_1, x_2), y, controls["changed"].value, by), place)

    controls.on_change(redraw)
    redraw()
    inputs = row([controls["x_1"], controls["x_2"], controls["y"]])
    reset = reset_button("all controls to the start", controls, redraw)
    change = row([controls["changed"], controls["by"], reset])
    return Explorer("Gate viewer", [inputs, change, picture], still)


def _slider(label: str, value: float, largest: float, step: float) -> ipywidgets.FloatSlider:
    return slider(label, value, -largest, largest, step=step, label_width=44, width="272px")
