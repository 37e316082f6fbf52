"""The shape explorer: the factors of 7.17–7.19 to scale, multiplied in an order of the reader's, and what it costs."""

from collections.abc import Sequence
from typing import Any

import ipywidgets

from bpkit.plot._shapes import LARGEST, WIDTH, shapes
from bpkit.plot.chain_cost import EQUATIONS, SIZES, Table, carry_out, factors, left_to_right, multiply, right_to_left
from bpkit.widgets.explorer import Explorer, show


def shape_explorer(sizes: Sequence[int] = (10, 40, 60, 30, 5), examples: int = 1, equation: str = "7.19") -> Explorer:
    """Return a widget with a slider for D_i, D_1, D_2, D_3, D_f and the batch size I, and a choice of the equation.

    The reader multiplies the factors of 7.17, 7.18 or 7.19 with the × buttons between them, in any order, or all of
    them from right to left or from left to right; every product is drawn and its multiplications are counted. Other
    sizes keep the order, another equation starts with nothing multiplied. The arguments are where the controls start
    and where the reset button brings them back to.

    Raises TypeError or ValueError when a size or `examples` is not a whole number from 1 to 100, or for an unknown
    equation.

    >>> len(shape_explorer().children)
    4
    """
    still = shapes(sizes, equation, examples)  # refuses what the sliders cannot show
    start = dict(zip((*SIZES, "I"), (*map(int, sizes), int(examples)), strict=True))
    sliders = {name: _slider(name, value) for name, value in start.items()}
    which = ipywidgets.ToggleButtons(options=[(f"equation {one}", one) for one in EQUATIONS], value=equation,
                                     layout={"width": "auto"}, style={"button_width": "auto"})  # fmt: skip
    signs = [ipywidgets.Button(description="×", layout={"width": "40px"}) for _ in range(6)]
    between = ipywidgets.GridBox(layout={"width": "100%", "max_width": f"{WIDTH}px", "justify_items": "center"})
    what, place = ipywidgets.HTML("multiply"), ipywidgets.HTML()
    order: tuple[int, ...] = ()

    def redraw(_: Any = None) -> None:
        *widths, batch = (slider.value for slider in sliders.values())
        show(shapes(widths, which.value, batch, order), place)

    def choose(new: tuple[int, ...]) -> None:
        nonlocal order
        order = new
        redraw()
        _label(signs, which.value, order)

    def press(sign: int) -> None:
        if sign not in order:  # a second click can be on its way before the button has left the page
            choose((*order, sign))

    def change_equation(_: Any = None) -> None:
        choose(())
        count = len(_everything(which.value)) - 1
        # As in the picture below: the left side and each factor have a column, and × stands where two columns meet.
        between.layout.grid_template_columns = f"1.5fr repeat({count}, 1fr) 0.5fr"
        between.children = [what, *signs[:count]]

    def reset(_: Any) -> None:
        for name, slider in sliders.items():
            slider.value = start[name]
        which.value = equation
        choose(())

    for slider in sliders.values():
        slider.observe(redraw, names="value")
    which.observe(change_equation, names="value")
    for sign, button in enumerate(signs):
        button.on_click(lambda _, sign=sign: press(sign))
    change_equation()

    buttons = [
        _button("right to left", "from the loss back", lambda _: choose(right_to_left(_everything(which.value)))),
        _button("left to right", "from the front on", lambda _: choose(left_to_right(_everything(which.value)))),
        _button("← reset order", "nothing multiplied yet, same sizes", lambda _: choose(())),
        _button("reset", "all controls to the start", reset),
    ]
    grid = ipywidgets.GridBox(list(sliders.values()), layout={"grid_template_columns": "repeat(3, 1fr)",
                                                              "max_width": f"{WIDTH}px"})  # fmt: skip
    row = ipywidgets.HBox([which, *buttons], layout={"flex_flow": "row wrap"})
    return Explorer("Shape explorer", [grid, row, between, place], still)


def _everything(equation: str) -> Table:
    """The factors of an equation, of any size."""
    return factors((1, 1, 1, 1, 1), equation)


def _label(signs: list[ipywidgets.Button], equation: str, order: tuple[int, ...]) -> None:
    """Each × on the table says what it multiplies; the others leave the page, and the rest stay in place."""
    table, _ = carry_out(_everything(equation), order)
    left = left_to_right(table)
    for sign, button in enumerate(signs):
        button.layout.visibility = "visible" if sign in left else "hidden"
        if sign in left:
            product = multiply(table, sign)[1]
            button.tooltip = f"multiply {product.left.name} by {product.right.name}"


def _slider(name: str, value: int) -> ipywidgets.IntSlider:
    # The number beside the slider can be typed into: in Notebook 7 the arrow keys do not reach the slider.
    return ipywidgets.IntSlider(description=name, value=value, min=1, max=LARGEST, layout={"width": "auto"},
                                style={"description_width": "32px"})  # fmt: skip


def _button(words: str, tooltip: str, action: Any) -> ipywidgets.Button:
    button = ipywidgets.Button(description=words, tooltip=tooltip, layout={"width": "auto"})
    button.on_click(action)
    return button
