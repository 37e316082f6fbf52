"""Estimate how long a reader needs for a notebook: python tools/reading_time.py chapters/*.ipynb

Prose is read at 150 words a minute, folded notes and the links at the end excepted. A line of code takes a quarter of
a minute, to read and run; a prediction two minutes; a widget three. Displayed formulas count as one word. A code cell
with the tag "run-folded", which checks what the reader wrote or holds code of an earlier chapter, takes no time.
"""

import re
import sys
from pathlib import Path
from typing import NamedTuple

from notebook_files import read

from bpkit import widgets

RUN_FOLDED = "run-folded"
WIDGET = re.compile(rf"\b({'|'.join(widgets.__all__)})\(")


class Length(NamedTuple):
    """What a notebook contains that takes time: numbers of words, lines of code, predictions, widgets."""

    words: int
    lines: int
    predictions: int
    widgets: int

    @property
    def minutes(self) -> float:
        """The reader's time, in minutes."""
        return self.words / 150 + self.lines / 4 + 2 * self.predictions + 3 * self.widgets


def words(markdown: str) -> int:
    """Return the number of words of prose, without folded notes and with one word for each displayed formula."""
    unfolded = re.sub(r"<details>.*?</details>", "", markdown, flags=re.DOTALL)
    prose = re.sub(r"\$\$.*?\$\$", " formula ", unfolded, flags=re.DOTALL)
    return len(re.findall(r"[^\W\d_][\w'’-]*", prose))


def length(path: Path) -> Length:
    """Return the length of the notebook at `path`."""
    cells = [cell for cell in read(path).cells if cell.id != "navigation"]
    prose = [cell.source for cell in cells if cell.cell_type == "markdown"]
    new = [cell for cell in cells if cell.cell_type == "code" and RUN_FOLDED not in cell.metadata.get("tags", [])]
    code = [line for cell in new for line in cell.source.splitlines()]
    return Length(
        words=sum(words(text) for text in prose),
        lines=sum(bool(line.strip()) and not line.lstrip().startswith("#") for line in code),
        predictions=sum("**Predict" in text for text in prose),
        widgets=sum(bool(WIDGET.search(line)) for line in code),
    )


if __name__ == "__main__":
    for name in sys.argv[1:]:
        measured = length(Path(name))
        counts = ", ".join(f"{number} {what}" for what, number in measured._asdict().items())
        print(f"{name}: {measured.minutes:.0f} minutes; {counts}")
