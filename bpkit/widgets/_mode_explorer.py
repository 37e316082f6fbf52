"""The mode explorer: what forward and reverse mode cost on a chain of layers whose sizes the reader chooses."""

from typing import Any

import ipywidgets

from bpkit.numerical.arguments import whole_number
from bpkit.plot._mode_cost import DEEPEST, LARGEST, WIDTH, mode_cost
from bpkit.plot.jacobian_cost import layer_sizes
from bpkit.plot.svg import Picture
from bpkit.widgets.explorer import Explorer, show


def mode_explorer(inputs: int = 48, depth: int = 4, width: int = 24, outputs: int = 4) -> Explorer:
    """Return a widget with sliders for the inputs, the depth, the width of the hidden layers and the outputs.

    It draws the chain, what forward and reverse mode carry along it, and what the whole Jacobian costs in
    multiplications and memory (`bpkit.plot._mode_cost` says what is counted). A chain of one layer has no hidden layer,
    so the width changes nothing there. The arguments are where the sliders start and where the reset button brings
    them back to.

    Raises TypeError or ValueError for a depth that is not a whole number from 1 to 8, and for another argument that is
    not one from 1 to 64.

    >>> len(mode_explorer().children)
    2
    """
    start = {"inputs": inputs, "depth": depth, "width": width, "outputs": outputs}
    sliders = {name: _slider(name, value, DEEPEST if name == "depth" else LARGEST) for name, value in start.items()}
    still = _picture(sliders)
    place = ipywidgets.HTML()

    def redraw(_: Any = None) -> None:
        show(_picture(sliders), place)

    def reset(_: Any) -> None:
        for name, slider in sliders.items():
            slider.value = start[name]

    for slider in sliders.values():
        slider.observe(redraw, names="value")
    redraw()

    button = ipywidgets.Button(description="reset", tooltip="all sliders to the start", layout={"width": "auto"})
    button.on_click(reset)
    grid = ipywidgets.GridBox(list(sliders.values()), layout={"grid_template_columns": "1fr 1fr", "flex": "1"})
    controls = ipywidgets.HBox([grid, button], layout={"max_width": f"{WIDTH}px"})
    return Explorer("Mode explorer", [controls, place], still)


def _picture(sliders: dict[str, ipywidgets.IntSlider]) -> Picture:
    return mode_cost(layer_sizes(**{name: slider.value for name, slider in sliders.items()}))


def _slider(name: str, value: int, largest: int) -> ipywidgets.IntSlider:
    value = whole_number(name, value)
    if value > largest:
        raise ValueError(f"{name} is {value}, expected at most {largest}, as on the slider.")
    # The number beside the slider can be typed into: in Notebook 7 the arrow keys do not reach the slider.
    return ipywidgets.IntSlider(description=name, value=value, min=1, max=largest, layout={"width": "auto"},
                                style={"description_width": "52px"})  # fmt: skip
