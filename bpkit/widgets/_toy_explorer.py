"""The toy explorer: the chain of figures 7.3–7.5 in live numbers, a term at a time, and a nudge of one parameter."""

from typing import Any

import ipywidgets
import numpy as np
from numpy.typing import ArrayLike

from bpkit.numerical.arguments import real_array
from bpkit.plot._chain import chain, symbol
from bpkit.plot._nudge import REACH, nudge
from bpkit.plot._toy_steps import FORWARD, PASS_1, PASS_2, toy_steps
from bpkit.widgets.explorer import Explorer, show

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
    5
    """
    start = {"x": _in_range("x", x), "y": _in_range("y", y)}
    start |= {f"beta{k}": value for k, value in enumerate(_in_range("beta", beta, shape=(4,)))}
    start |= {f"omega{k}": value for k, value in enumerate(_in_range("omega", omega, shape=(4,)))}
    sliders = {name: _slider(symbol(name), float(value), LARGEST) for name, value in start.items()}
    step = ipywidgets.BoundedIntText(description="term", value=0, min=0, max=_LAST[PASS_2], layout={"width": "150px"})
    which = ipywidgets.Dropdown(description="nudge", value="omega2", layout={"width": "150px"},
                                options=[(symbol(name), name) for name in start if name not in "xy"])  # fmt: skip
    size = _slider("by", 0.1, REACH, width="240px")
    chain_place, nudge_place = ipywidgets.HTML(), ipywidgets.HTML()

    def redraw_chain(_: Any = None) -> None:
        values = {name: slider.value for name, slider in sliders.items()}
        show(chain(toy_steps(**_model(values)), step.value, values), chain_place)

    def redraw_nudge(_: Any = None) -> None:
        values = {name: slider.value for name, slider in sliders.items()}
        show(nudge(**_model(values), parameter=which.value, size=size.value), nudge_place)

    def reset(_: Any) -> None:
        for name, slider in sliders.items():
            slider.value = start[name]
        step.value, which.value, size.value = 0, "omega2", 0.1

    for control in (*sliders.values(), step):
        control.observe(redraw_chain, names="value")
    for control in (*sliders.values(), which, size):
        control.observe(redraw_nudge, names="value")
    redraw_chain()
    redraw_nudge()

    buttons = ipywidgets.HBox(
        [step, *_step_buttons(step), _button("reset", "all sliders and steps to the start", reset)]
    )
    still = chain(toy_steps(**_model(start)), _LAST[PASS_2], start)
    return Explorer(
        "Toy explorer",
        [_grid(sliders), buttons, chain_place, ipywidgets.HBox([which, size]), nudge_place],
        still,
    )


def _model(values: dict[str, Any]) -> dict[str, Any]:
    """The arguments of the toy model from the sliders' values by name."""
    return {"x": values["x"], "y": values["y"], "beta": np.array([values[f"beta{k}"] for k in range(4)]),
            "omega": np.array([values[f"omega{k}"] for k in range(4)])}  # fmt: skip


def _in_range(name: str, value: Any, shape: tuple[int, ...] = ()) -> Any:
    array = real_array(name, value, shape=shape)
    if np.any(np.abs(array) > LARGEST):
        raise ValueError(
            f"{name} is {value!r}, expected values between −{LARGEST:g} and {LARGEST:g}, as on the sliders."
        )
    return array.tolist()


def _slider(name: str, value: float, largest: float, width: str = "auto") -> ipywidgets.FloatSlider:
    # The number beside the slider can be typed into: in Notebook 7 the arrow keys do not reach the slider.
    return ipywidgets.FloatSlider(description=name, value=value, min=-largest, max=largest, step=0.01,
                                  readout_format=".2f", layout={"width": width},
                                  style={"description_width": "24px"})  # fmt: skip


def _button(words: str, tooltip: str, action: Any) -> ipywidgets.Button:
    button = ipywidgets.Button(description=words, tooltip=tooltip, layout={"width": "auto"})
    button.on_click(action)
    return button


def _step_buttons(step: ipywidgets.BoundedIntText) -> list[ipywidgets.Button]:
    """Back, forward, and to the end of each pass."""

    def go(to: int) -> Any:
        return lambda _: setattr(step, "value", to)

    def move(by: int) -> Any:
        return lambda _: setattr(step, "value", min(max(step.value + by, 0), step.max))

    return [
        _button("◀ previous term", "one term back", move(-1)),
        _button("next term ▶", "compute the next term", move(1)),
        *(_button(f"{phase} ▶▶", f"to the end of the {phase}", go(last)) for phase, last in _LAST.items()),
    ]


def _grid(sliders: dict[str, ipywidgets.FloatSlider]) -> ipywidgets.GridBox:
    """x and y, the biases and the weights, in one row each."""
    empty = ipywidgets.HTML()
    children = [sliders["x"], sliders["y"], empty, empty, *(s for name, s in sliders.items() if name not in "xy")]
    return ipywidgets.GridBox(children, layout={"grid_template_columns": "repeat(4, 1fr)", "max_width": "1000px"})
