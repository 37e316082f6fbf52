"""Shows a Matplotlib figure together with a description for readers who cannot see it."""

import io
from typing import Any

import matplotlib.figure
import matplotlib.pyplot


class described:
    """A finished Matplotlib figure that shows as an image with `words` as its alternative text.

    A class, because Jupyter asks the object itself how it is shown; printed, it is `words`. The figure is closed, so
    that it is not shown a second time.

    >>> described(matplotlib.pyplot.figure(), "An empty figure.")
    An empty figure.
    """

    def __init__(self, figure: matplotlib.figure.Figure, words: str) -> None:
        buffer = io.BytesIO()
        figure.savefig(buffer, format="png", dpi=110, bbox_inches="tight")
        matplotlib.pyplot.close(figure)
        self.png = buffer.getvalue()
        self.words = words

    def __repr__(self) -> str:
        return self.words

    def _repr_png_(self) -> tuple[bytes, dict[str, Any]]:
        return self.png, {"alt": self.words}
