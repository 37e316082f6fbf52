"""Run in a chapter's kernel before its first cell: plots by Matplotlib then come as SVG and PDF, for figures.py."""

import base64
import io
from typing import Any

import matplotlib
from IPython.display import display
from matplotlib.figure import Figure

from bpkit.plot.figure import described

matplotlib.rcParams["svg.hashsalt"] = "bpkit"  # the same ids in each run


def file(figure: Figure, kind: str, metadata: dict[str, Any]) -> bytes:
    """Return a figure as a file, without the time at which it was made."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format=kind, bbox_inches="tight", metadata=metadata)
    return buffer.getvalue()


class DescribedInFiles:
    """What takes the place of two methods of `described`: files are made with the figure, and shown instead of it."""

    make = described.__init__

    def __init__(self: Any, figure: Figure, words: str, **options: Any) -> None:
        self.files = {
            "image/svg+xml": file(figure, "svg", {"Date": None}).decode(),
            "application/pdf": base64.b64encode(
                file(figure, "pdf", {"CreationDate": None, "Title": words, "Subject": words})
            ).decode(),
        }
        DescribedInFiles.make(self, figure, words, **options)

    def _ipython_display_(self: Any) -> None:
        display({**self.files, "text/plain": self.words}, raw=True)  # type: ignore[no-untyped-call]


described.__init__ = DescribedInFiles.__init__  # type: ignore[method-assign]
described._ipython_display_ = DescribedInFiles._ipython_display_  # type: ignore[method-assign]
