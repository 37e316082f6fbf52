"""The toy explorer: the chain of figures 7.3–7.5 in live numbers, a term at a time, and a nudge of one parameter."""

from collections.abc import Callable
from typing import Any

import ipywidgets
import numpy as np
from numpy.typing import ArrayLike

from bpkit.numerical.arguments import real_array
from bpkit.plot._chain import chain, symbol
from bpkit.plot._nudge import REACH, nudge
from bpkit.plot._toy_steps import FORWARD, PASS_1, PASS_2, toy_steps
from bpkit.widgets.frame import Controls, Explorer, below, button, fit, grid, move, reset_button, row, show, slider

LARGEST = 3.0  # every slider runs from −3 to 3, where exp stays harmless

_LAST = {FORWARD: 8, PASS_1: 15, PASS_2: 23}  # the number of steps done when each pass is over


def toy_explorer(
    x: float = 0.5,
    y: float = 1.0,
    beta: ArrayLike = (0.1, 0.2, 0.3, 0.4),
    omega: ArrayLike = (0.9, -0.8, 0.7, 0.6),
) -> Explorer:
    """Return a widget with a slider for x, y and each of the eight parameters of 7.5.

    Buttons walk the forward pass (7.8), backward pass 1 (7.9–7.12) and backward pass 2 (7.13–7.15) one term at a time;
    below, one parameter is nudged and the predicted change of the loss stands beside the true one. The arguments are
    where the sliders start and where the reset button brings them back to.

    Raises TypeError or ValueError when an argument is not a number between −3 and 3, or has the wrong shape.

    >>> len(toy_explorer().children)
    3
    """
    start = _start(x, y, beta, omega)
    controls = Controls(**_sliders(start), **_others(list(start)))
    chain_place, nudge_place = ipywidgets.HTML(), ipywidgets.HTML()

    def redraw_chain() -> None:
        inputs = {name: controls[name].value for name in start}
        show(chain(toy_steps(**_model(inputs)), controls["step"].value, inputs), chain_place)

    def redraw_nudge() -> None:
        inputs = {name: controls[name].value for name in start}
        show(nudge(**_model(inputs), parameter=controls["which"].value, size=controls["by"].value), nudge_place)

    def redraw() -> None:
        redraw_chain()
        redraw_nudge()

    controls.on_change(redraw_chain, *start, "step")
    controls.on_change(redraw_nudge, *start, "which", "by")
    redraw()
    reset = reset_button("all sliders and steps to the start", controls, redraw)
    buttons = [*_step_buttons(controls["step"]), reset]
    still = chain(toy_steps(**_model(start)), _LAST[PASS_2], start)
    nudged = row([controls["which"], controls["by"]])
    fit(chain_place, still.width, still.height, above=161 + 60)  # 60: so that the nudge is seen to follow
    return Explorer("Toy explorer", [
        _grid(controls, list(start)), row([controls["step"], *buttons]),
        below([chain_place, nudged, nudge_place], still.width, above=161),
    ], still)  # fmt: skip


def _start(x: float, y: float, beta: ArrayLike, omega: ArrayLike) -> dict[str, float]:
    """The values by the names that `chain` uses; raises for a start that the sliders cannot show."""
    start = {"x": _in_range("x", x), "y": _in_range("y", y)}
    start |= {f"beta{k}": value for k, value in enumerate(_in_range("beta", beta, shape=(4,)))}
    return start | {f"omega{k}": value for k, value in enumerate(_in_range("omega", omega, shape=(4,)))}


def _in_range(name: str, value: Any, shape: tuple[int, ...] = ()) -> Any:
    array = real_array(name, value, shape=shape)
    if np.any(np.abs(array) > LARGEST):
        raise ValueError(
            f"{name} is {value!r}, expected values between −{LARGEST:g} and {LARGEST:g}, as on the sliders."
        )
    return array.tolist()


def _sliders(start: dict[str, float]) -> dict[str, ipywidgets.FloatSlider]:
    return {name: slider(symbol(name), float(value), -LARGEST, LARGEST, step=0.01, label_width=24)
            for name, value in start.items()}  # fmt: skip


def _others(inputs: list[str]) -> dict[str, ipywidgets.Widget]:
    """The term that is reached, the parameter that is nudged, and by how much."""
    return {
        "step": ipywidgets.BoundedIntText(description="term", value=0, min=0, max=_LAST[PASS_2],
                                          layout={"width": "150px"}),
        "which": ipywidgets.Dropdown(description="nudge", value="omega2", layout={"width": "150px"},
                                     options=[(symbol(name), name) for name in inputs if name not in "xy"]),
        "by": slider("by", 0.1, -REACH, REACH, step=0.01, label_width=24, width="240px"),
    }  # fmt: skip


def _model(values: dict[str, Any]) -> dict[str, Any]:
    """The arguments of the toy model from the sliders' values by name."""
    return {"x": values["x"], "y": values["y"], "beta": np.array([values[f"beta{k}"] for k in range(4)]),
            "omega": np.array([values[f"omega{k}"] for k in range(4)])}  # fmt: skip


def _step_buttons(step: ipywidgets.BoundedIntText) -> list[ipywidgets.Button]:
    """Back, forward, and to the end of each pass."""

    def go(to: int) -> Callable[[], None]:
        return lambda: setattr(step, "value", to)

    return [
        button("◀ previous term", "one term back", move(step, -1)),
        button("next term ▶", "compute the next term", move(step, 1)),
        *(button(f"{phase} ▶▶", f"to the end of the {phase}", go(last)) for phase, last in _LAST.items()),
    ]


def _grid(controls: Controls, inputs: list[str]) -> ipywidgets.GridBox:
    """x and y, the biases and the weights, in one row each."""
    empty = ipywidgets.HTML()
    x, y, *parameters = (controls[name] for name in inputs)
    return grid([x, y, empty, empty, *parameters], columns=4, width=1000)
