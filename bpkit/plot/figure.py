"""Shows a Matplotlib figure together with a description for readers who cannot see it."""

import html
import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import matplotlib.figure


class described:
    """A finished Matplotlib figure that shows as an image with `words` as its alternative text, and in numbers.

    Under the image, folded, stands what is drawn, to `digits` significant digits: a screen reader can read it, and a
    comparison of stored outputs, which skips images, finds a curve that has changed. Take as many digits as come out
    the same on every machine.

    A class, because Jupyter asks the object itself how it is shown; printed, it is its words and numbers. The figure is
    closed, so that it is not shown a second time.

    >>> import matplotlib.pyplot
    >>> described(matplotlib.pyplot.figure(), "An empty figure.")
    An empty figure.
    """

    def __init__(self, figure: "matplotlib.figure.Figure", words: str, *, digits: int = 3) -> None:
        # Not at the top: most pictures are SVG, and are drawn where there is no Matplotlib, as in a web page.
        import matplotlib.pyplot

        from bpkit.plot.figure_in_numbers import figure_in_numbers

        buffer = io.BytesIO()
        figure.savefig(buffer, format="png", dpi=110, bbox_inches="tight")
        self.numbers = figure_in_numbers(figure, digits)
        matplotlib.pyplot.close(figure)
        self.png = buffer.getvalue()
        self.words = words

    def __repr__(self) -> str:
        return "\n".join(text for text in (self.words, self.numbers) if text)

    def _ipython_display_(self) -> None:
        # Two outputs: of the formats of one, a notebook shows only what it likes best, and that is the image.
        from IPython.display import display  # only IPython calls this method

        image = {"image/png": self.png, "text/plain": repr(self)}
        display(image, metadata={"image/png": {"alt": self.words}}, raw=True)  # type: ignore[no-untyped-call]
        if self.numbers:
            display({"text/plain": "In numbers", "text/html": self._in_numbers()}, raw=True)  # type: ignore[no-untyped-call]

    def _in_numbers(self) -> str:
        return f"<details><summary>In numbers</summary><pre>{html.escape(self.numbers)}</pre></details>"
