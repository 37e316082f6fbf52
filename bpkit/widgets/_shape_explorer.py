"""The shape explorer: the factors of 7.17–7.19 to scale, multiplied in an order the reader chooses, and its cost."""

from collections.abc import Callable, Sequence

import ipywidgets

from bpkit.plot._shapes import LARGEST, WIDTH, shapes
from bpkit.plot.matrix_chain import EQUATIONS, SIZES, Table, carry_out, factors, left_to_right, multiply, right_to_left
from bpkit.widgets.frame import Controls, Explorer, button, fit, grid, legible, reset_button, row, show, slider


def shape_explorer(sizes: Sequence[int] = (10, 40, 60, 30, 5), examples: int = 1, equation: str = "7.19") -> Explorer:
    """Return a widget with a slider for D_i, D_1, D_2, D_3, D_f and the batch size I, and a choice of the equation.

    The reader multiplies the factors of 7.17, 7.18 or 7.19 with the × buttons between them, in any order, or all of
    them from right to left or from left to right; every product is drawn and its multiplications are counted. Other
    sizes keep the order, another equation starts with nothing multiplied. The arguments are where the controls start
    and where the reset button brings them back to.

    Raises TypeError or ValueError when a size or `examples` is not a whole number from 1 to 100, or for an unknown
    equation.

    >>> len(shape_explorer().children)
    3
    """
    still = shapes(sizes, equation, examples)  # raises for a start that the sliders cannot show
    start = dict(zip((*SIZES, "I"), (*map(int, sizes), int(examples)), strict=True))
    sliders = {name: slider(_as_in_the_book(name), value, 1, LARGEST, label_width=32) for name, value in start.items()}
    which = ipywidgets.ToggleButtons(options=[(f"equation {one}", one) for one in EQUATIONS], value=equation,
                                     tooltip="equation", layout={"width": "auto"},
                                     style={"button_width": "auto"})  # fmt: skip
    shown = _Products(Controls(**sliders, equation=which), list(sliders))
    buttons = [
        button("right to left", "from the loss back", lambda: shown.choose(right_to_left(shown.factors()))),
        button("left to right", "from the front on", lambda: shown.choose(left_to_right(shown.factors()))),
        shown.back,
        reset_button("all controls to the start", shown.controls, shown.change_equation),
    ]
    products = legible([shown.between, shown.place], still.width)
    fit(products, still.width, still.height, above=128)
    above = [grid(list(sliders.values()), 3, WIDTH), row([which, *buttons])]
    return Explorer("Shape explorer", [*above, products], still)


def _as_in_the_book(name: str) -> str:
    """Return the label of a size with its subscript; there is no letter for a small f, so D_f stays as it is.

    >>> _as_in_the_book("D_1")
    'D₁'
    """
    for plain, subscript in zip("i123", "ᵢ₁₂₃", strict=True):
        name = name.replace(f"_{plain}", subscript)
    return name


class _Products:
    """The picture, the × buttons above it, and the order in which they were pressed.

    A class, because no control holds that order.
    """

    def __init__(self, controls: Controls, sizes: list[str]) -> None:
        self.controls, self.sizes = controls, sizes
        self.order: tuple[int, ...] = ()
        self.back = button("← reset order", "nothing multiplied yet, same sizes", lambda: self.choose(()))
        self.signs = [button("×", "", self.press(sign)) for sign in range(6)]
        for sign in self.signs:
            sign.layout.width = "40px"
        self.between = ipywidgets.GridBox(layout={"justify_items": "center"})
        self.what, self.place = ipywidgets.HTML("multiply"), ipywidgets.HTML()
        controls.on_change(self.redraw, *sizes)
        controls.on_change(self.change_equation, "equation")
        self.change_equation()

    def factors(self) -> Table:
        """Return the factors of the chosen equation, as if all sizes were 1."""
        return factors((1, 1, 1, 1, 1), self.controls["equation"].value)

    def redraw(self) -> None:
        *sizes, examples = (self.controls[name].value for name in self.sizes)
        show(shapes(sizes, self.controls["equation"].value, examples, self.order), self.place)

    def choose(self, order: tuple[int, ...]) -> None:
        self.order = order
        self.redraw()
        _label(self.signs, self.factors(), order)

    def press(self, sign: int) -> Callable[[], None]:
        def action() -> None:
            if sign not in self.order:  # a second click can be on its way before the button has left the page
                self.choose((*self.order, sign))
                left = left_to_right(carry_out(self.factors(), self.order)[0])
                # The button that has the keyboard leaves the page: the next one takes it over.
                nearest = min(left, key=lambda other: (other < sign, abs(other - sign)), default=None)
                (self.back if nearest is None else self.signs[nearest]).focus()

        return action

    def change_equation(self) -> None:
        self.choose(())
        count = len(self.factors()) - 1
        # As in the picture below: the left side and each factor have a column, and × stands where two columns meet.
        self.between.layout.grid_template_columns = f"1.5fr repeat({count}, 1fr) 0.5fr"
        self.between.children = [self.what, *self.signs[:count]]


def _label(signs: list[ipywidgets.Button], equation: Table, order: tuple[int, ...]) -> None:
    """Say on each × what it multiplies; hide those that are carried out, without moving the rest."""
    table, _ = carry_out(equation, order)
    left = left_to_right(table)
    for sign, one in enumerate(signs):
        one.layout.visibility = "visible" if sign in left else "hidden"
        if sign in left:
            product = multiply(table, sign)[1]
            one.tooltip = f"multiply {product.left.name} by {product.right.name}"
