"""The mode explorer: what forward and reverse mode cost on a chain of layers whose sizes the reader chooses."""

import ipywidgets

from bpkit.numerical.arguments import whole_number
from bpkit.plot._mode_cost import DEEPEST, LARGEST, WIDTH, mode_cost
from bpkit.plot.jacobian_cost import layer_sizes
from bpkit.plot.svg import Picture
from bpkit.widgets.frame import Controls, Explorer, grid, reset_button, show, slider


def mode_explorer(inputs: int = 48, depth: int = 4, width: int = 24, outputs: int = 4) -> Explorer:
    """Return a widget with sliders for the inputs, the depth, the width of the hidden layers and the outputs.

    It draws the chain, what forward and reverse mode carry along it, and what the whole Jacobian costs in
    multiplications and memory (`bpkit.plot._mode_cost` says what is counted). A chain of one layer has no hidden layer,
    so the width changes nothing there. The arguments are where the sliders start and where the reset button brings
    them back to.

    Raises TypeError or ValueError for a depth that is not a whole number from 1 to 8, and for another argument that is
    not a whole number from 1 to 64.

    >>> len(mode_explorer().children)
    2
    """
    start = {"inputs": inputs, "depth": depth, "width": width, "outputs": outputs}
    controls = Controls(**{name: _slider(name, value) for name, value in start.items()})
    place = ipywidgets.HTML()

    def picture() -> Picture:
        return mode_cost(layer_sizes(**controls.values()))

    def redraw() -> None:
        show(picture(), place)

    still = picture()
    controls.on_change(redraw)
    redraw()
    sliders = grid([controls[name] for name in start], columns=2)
    sliders.layout.flex = "1"
    above = [sliders, reset_button("all sliders to the start", controls, redraw)]
    return Explorer("Mode explorer", [ipywidgets.HBox(above, layout={"max_width": f"{WIDTH}px"}), place], still)


def _slider(name: str, value: int) -> ipywidgets.IntSlider:
    largest = DEEPEST if name == "depth" else LARGEST
    value = whole_number(name, value)
    if value > largest:
        raise ValueError(f"{name} is {value}, expected at most {largest}, as on the slider.")
    return slider(name, value, 1, largest, label_width=52)
