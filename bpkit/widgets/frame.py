"""The frame of every widget: controls that redraw and reset, sliders, buttons, and a still picture of the whole."""

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import ipywidgets

from bpkit.plot.svg import Picture

BARS = 136  # px: JupyterLab's bars above and below a notebook, and the margins of an output
SMALLEST = 0.75  # of a picture's own size, in which letters of 12 px are 9 px high
NARROWEST = 0.7  # of a picture's own width: as far as it shrinks in a narrow window
BESIDE_A_LABEL = 154  # px: the number beside a slider, its margins, and a track of about 60


class Explorer(ipywidgets.VBox):  # type: ignore[misc]  # ipywidgets has no type information
    """A column of widgets that knows its name and a still picture of itself.

    A class, because Jupyter asks the object itself how it is shown. Readers without a kernel (a web page, a preview)
    get the still picture; everyone else gets the widget.
    """

    def __init__(self, name: str, children: Sequence[ipywidgets.Widget], still: Picture) -> None:
        super().__init__(children)
        self._name = name
        self._still = still

    def __repr__(self, **_: Any) -> str:
        return f"{self._name}: run this cell to use it. Still picture: {self._still.words}"

    def _repr_mimebundle_(self, **options: Any) -> Any:
        shown = super()._repr_mimebundle_(**options)
        if shown is not None:
            shown["text/plain"] = repr(self)
            shown["text/html"] = self._still._repr_html_()
        return shown


class Controls:
    """The controls of a widget by name; they know where they started.

    A class, because it remembers whether several controls are being set together: until that is done, no change of one
    of them calls anything, so that the picture is drawn once, at the end.
    """

    def __init__(self, **named: ipywidgets.Widget) -> None:
        self._named = named
        self._start = self.values()
        self._set_together = False

    def __getitem__(self, name: str) -> Any:
        return self._named[name]

    def values(self) -> dict[str, Any]:
        """Return the value of each control, by name."""
        return {name: control.value for name, control in self._named.items()}

    def on_change(self, action: Callable[[], None], *names: str) -> None:
        """Call `action` whenever one of these controls changes; without names, whenever any does."""

        def changed(_: Any) -> None:
            if not self._set_together:
                action()

        for name in names or self._named:
            self._named[name].observe(changed, names="value")

    @contextmanager
    def together(self) -> Iterator[None]:
        """Let controls change inside a `with` block without calling anything."""
        self._set_together = True
        try:
            yield
        finally:
            self._set_together = False

    def set(self, **values: Any) -> None:
        """Set several controls without calling anything."""
        with self.together():
            for name, value in values.items():
                self._named[name].value = value

    def reset(self) -> None:
        """Set all controls to their start without calling anything."""
        self.set(**self._start)


def look(label_width: int, width: str = "auto") -> dict[str, Any]:
    """Return the keyword arguments that give a control its width and its label `label_width` px."""
    return {"layout": {"width": width, "max_width": "100%"}, "style": {"description_width": f"{label_width}px"}}


def slider(
    label: str, value: float, low: float, high: float, *, label_width: int, step: float | None = None,
    digits: str = ".2f", width: str = "auto",
) -> Any:  # fmt: skip
    """Return a slider for whole numbers or, where there is a `step`, for numbers that are written with `digits`.

    The number beside it can be typed into: in Notebook 7 the arrow keys do not reach the slider.
    """
    ends = {"description": label, "value": value, "min": low, "max": high} | look(label_width, width)
    if step is None:
        return ipywidgets.IntSlider(**ends)
    return ipywidgets.FloatSlider(step=step, readout_format=digits, **ends)


def logarithmic_slider(label: str, value: float, low: float, high: float, *, label_width: int, step: float,
                       digits: str) -> Any:  # fmt: skip
    """Return a slider from `low` to `high` that moves by powers of ten; `step` is that of the exponent."""
    exponents = {"base": 10, "min": math.log10(low), "max": math.log10(high), "step": step}
    return ipywidgets.FloatLogSlider(description=label, value=value, readout_format=digits, **exponents,
                                     **look(label_width))  # fmt: skip


def as_shown(control: ipywidgets.Widget) -> Any:
    """Return the value of a control as the number beside the slider shows it; other controls show what they have."""
    value = control.value
    return float(format(value, control.readout_format)) if isinstance(value, float) else value


def check_range(name: str, value: float, low: float, high: float) -> None:
    """Raise ValueError for a start that a control cannot show."""
    if not low <= value <= high:
        raise ValueError(f"{name} is {value!r}, expected {low:g} to {high:g}, as on the control.")


def button(words: str, tooltip: str, action: Callable[[], None]) -> ipywidgets.Button:
    """Return a button that calls `action`."""
    made = ipywidgets.Button(description=words, tooltip=tooltip, layout={"width": "auto", "flex": "0 0 auto"})
    made.on_click(lambda _: action())
    return made


def reset_button(tooltip: str, controls: Controls, redraw: Callable[[], None]) -> ipywidgets.Button:
    """Return a button that brings all controls back to their start and redraws once."""

    def reset() -> None:
        controls.reset()
        redraw()

    return button("reset", tooltip, reset)


def move(control: ipywidgets.Widget, by: int) -> Callable[[], None]:
    """Return the action of a button that moves a control by so much, but not beyond its ends."""
    return lambda: setattr(control, "value", min(max(control.value + by, control.min), control.max))


def next_seed(control: ipywidgets.Widget) -> Callable[[], None]:
    """Return the action of a button that goes on to the next seed, and from the last one to 0."""
    return lambda: setattr(control, "value", (control.value + 1) % (control.max + 1))


def grid(children: Sequence[ipywidgets.Widget], columns: int, width: int | None = None) -> ipywidgets.GridBox:
    """Lay widgets out in columns of equal width, `width` px together at most.

    In a narrow window there are fewer columns than `columns`, so that each slider keeps a track that can be used.
    """
    labels = [int(child.style.description_width.removesuffix("px")) for child in children if has_label(child)]
    least = max(labels, default=0) + BESIDE_A_LABEL
    column = f"minmax(min(100%, max({least}px, 100% / {columns} - 8px)), 1fr)"
    layout = {"grid_template_columns": f"repeat(auto-fill, {column})"}
    return ipywidgets.GridBox(children, layout=layout | _at_most(width))


def has_label(control: ipywidgets.Widget) -> bool:
    """Tell whether a control has a label of a fixed width."""
    return getattr(getattr(control, "style", None), "description_width", "").endswith("px")


def row(children: Sequence[ipywidgets.Widget], width: int | None = None) -> ipywidgets.HBox:
    """Lay widgets out side by side, and in several lines where there is no room."""
    return ipywidgets.HBox(children, layout={"flex_flow": "row wrap"} | _at_most(width))


def fit(place: ipywidgets.DOMWidget, width: int, height: int, above: int) -> None:
    """Let a picture shrink in a low window, so that it is in sight together with what stands `above` px over it.

    `width` and `height` are the picture's own. It shrinks only as far as its letters can be read.
    """
    fitting = f"max({SMALLEST * width:g}px, (100vh - {BARS + above}px) * {width / height:.4g})"
    place.layout.max_width = f"min({width}px, {fitting})"


def legible(children: Sequence[ipywidgets.DOMWidget], width: int) -> ipywidgets.VBox:
    """Lay out a picture, and what belongs over it, so that its letters stay legible: in a narrow window they scroll.

    `width` is the picture's own. The controls, which are not in this box, stay where they are.
    """
    for child in children:
        child.layout.flex = "0 0 auto"
        child.layout.min_width = f"{NARROWEST * width:g}px"
    return ipywidgets.VBox(children, layout={"margin": "0"})


def below(children: Sequence[ipywidgets.DOMWidget], width: int, above: int) -> ipywidgets.VBox:
    """Lay out pictures below controls that are `above` px high; in a low window they scroll, and the controls stay."""
    box = legible(children, width)
    box.layout.max_height = f"max(320px, 100vh - {BARS + above}px)"
    return box


def show(picture: Picture, place: ipywidgets.HTML) -> None:
    """Put a picture into its place on the page."""
    place.value = picture.svg


def say(words: str, place: ipywidgets.HTML) -> None:
    """Write a line that a screen reader reads aloud; an empty one takes the same room."""
    place.value = f'<span aria-live="polite">{words or "&nbsp;"}</span>'


def _at_most(width: int | None) -> dict[str, str]:
    return {} if width is None else {"max_width": f"{width}px"}
