"""What all our widgets have in common: a column of controls and pictures that is a still picture without a kernel."""

from collections.abc import Sequence
from typing import Any

import ipywidgets

from bpkit.plot.svg import Picture


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


def show(picture: Picture, place: ipywidgets.HTML) -> None:
    """Put a picture into its place on the page."""
    place.value = picture.svg
