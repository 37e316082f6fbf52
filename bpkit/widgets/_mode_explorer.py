"""The mode explorer: what forward and reverse mode cost on a chain of layers whose sizes the reader chooses."""

from collections.abc import Sequence
from typing import Any

import ipywidgets

from bpkit.plot._mode_cost import DEEPEST, LARGEST, WIDTH, mode_cost
from bpkit.plot.svg import Picture
from bpkit.widgets.frame import Controls, Explorer, fit, grid, legible, reset_button, show, slider

_MULTIPLICATIONS, _MEMORY = "multiplications", "memory, too"  # what the picture counts
_HIDDEN = [f"layer {k}" for k in range(1, DEEPEST)]  # the sliders of all layers but the last


def mode_explorer(sizes: Sequence[int] = (48, 24, 24, 24, 4)) -> Explorer:
    """Return a widget with sliders for the depth, the inputs, the outputs and the width of each layer in between.

    It draws the chain, what forward and reverse mode carry along it, and what the whole Jacobian costs in
    multiplications and, when the reader asks for it, in memory (`bpkit.plot._mode_cost` says what is counted). `sizes`
    is (n_0, …, n_L), where the sliders start and where the reset button brings them back to. A layer that a greater
    depth adds has, at first, the width of the last hidden layer of `sizes`.

    Raises TypeError or ValueError for sizes that are not two to nine whole numbers from 1 to 64.

    >>> len(mode_explorer().children)
    3
    """
    still = mode_cost(sizes)
    hidden = list(sizes[1:-1])
    added = hidden[-1] if hidden else sizes[0]
    widths = hidden + [added] * (len(_HIDDEN) - len(hidden))
    controls = Controls(
        inputs=_slider("inputs", sizes[0]),
        depth=_slider("depth", len(sizes) - 1, DEEPEST),
        outputs=_slider("outputs", sizes[-1]),
        counted=ipywidgets.ToggleButtons(options=[_MULTIPLICATIONS, _MEMORY], tooltip="what is counted",
                                         style={"button_width": "120px"}),
        **{name: _slider(name, width) for name, width in zip(_HIDDEN, widths, strict=True)},
    )  # fmt: skip
    place = ipywidgets.HTML()
    picture = legible([place], still.width)
    fit(picture, still.width, still.height, above=100)

    def redraw() -> None:
        chosen = controls.values()
        used = _HIDDEN[: chosen["depth"] - 1]
        for name in _HIDDEN:
            controls[name].layout.display = "" if name in used else "none"
        show(_picture(chosen, used), place)

    controls.on_change(redraw)
    redraw()
    sliders = grid([controls[name] for name in ("inputs", "depth", "outputs", *_HIDDEN)], columns=3)
    sliders.layout.flex = "1"
    above = [sliders, reset_button("all sliders to the start", controls, redraw)]
    sheet = ipywidgets.HBox(above, layout={"max_width": f"{WIDTH}px"})
    return Explorer("Mode explorer", [sheet, controls["counted"], picture], still)


def _picture(chosen: dict[str, Any], used: Sequence[str]) -> Picture:
    sizes = (chosen["inputs"], *(chosen[name] for name in used), chosen["outputs"])
    return mode_cost(sizes, memory=chosen["counted"] == _MEMORY)


def _slider(name: str, value: int, largest: int = LARGEST) -> ipywidgets.IntSlider:
    return slider(name, value, 1, largest, label_width=52)
