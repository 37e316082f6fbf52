"""What is shown of a reader's progress: as text in a terminal, and as HTML or Markdown in a notebook."""

import html
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bpkit.problems.result import as_html

MARKS = {"solved": "✓", "tried": "◐", "open": "○"}  # beside the word, so that nothing depends on colours


@dataclass(frozen=True)
class View:
    """Something to look at. It is falsy: nothing was checked, so nothing is right."""

    text: str
    rich: str
    kind: str = "text/html"

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return self.text

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/plain": self.text, self.kind: self.rich}


def linked(text: str, address: str) -> str:
    """Return a text as HTML, with a link if there is an address.

    >>> linked("a < b", "x.ipynb")
    '<a href="x.ipynb">a &lt; b</a>'
    """
    shown = html.escape(text)
    return f'<a href="{html.escape(address)}">{shown}</a>' if address else shown


def paragraphs(sentences: Sequence[str]) -> str:
    """Return sentences as HTML, each in a line of its own."""
    return "".join(f"<div>{as_html(sentence)}</div>" for sentence in sentences)


def counted(number: int, one: str) -> str:
    """Return a number with its noun.

    >>> counted(1, "point"), counted(2, "point")
    ('1 point', '2 points')
    """
    return f"{number} {one}" if number == 1 else f"{number} {one}s"
