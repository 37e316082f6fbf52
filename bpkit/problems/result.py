"""What a check answers: a record that is truthy when passed and reads well in a notebook and in a terminal."""

import html
import re
from dataclasses import dataclass
from typing import Literal

Outcome = Literal["passed", "not passed", "not attempted yet"]

# Each outcome has its own mark, so that nothing depends on telling colours apart.
_MARKS: dict[str, tuple[str, str]] = {
    "passed": ("✓", "#1b7837"),
    "not passed": ("✗", "#b35806"),
    "not attempted yet": ("○", "#666666"),
}


@dataclass(frozen=True)
class Result:
    """The outcome of one check. `message` has one sentence for each thing found; it never gives the answer away.

    `remarks` are about an answer that is right: what may go wrong with it later.

    >>> result = Result("7.1", "passed")
    >>> bool(result), result
    (True, ✓ Problem 7.1: passed)
    """

    problem: str
    outcome: Outcome
    message: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self.outcome == "passed"

    def __repr__(self) -> str:
        headline = f"{_MARKS[self.outcome][0]} Problem {self.problem}: {self.outcome}"
        return "\n  ".join([headline, *self.message, *(f"Remark: {remark}" for remark in self.remarks)])

    def _ipython_display_(self) -> None:
        # Shown, not returned as the cell's value: nbgrader takes the value of a graded cell for points.
        from IPython.display import display  # only IPython calls this method

        display({"text/plain": repr(self), "text/html": self._repr_html_()}, raw=True)  # type: ignore[no-untyped-call]

    def _repr_html_(self) -> str:
        mark, colour = _MARKS[self.outcome]
        body = "".join(f"<div>{as_html(sentence)}</div>" for sentence in self.message)
        body += "".join(f"<div><i>Remark:</i> {as_html(remark)}</div>" for remark in self.remarks)
        return (
            f'<div style="border-left: 4px solid {colour}; padding: 2px 10px">'
            f"<b>{mark} Problem {self.problem}: {self.outcome}</b>{body}</div>"
        )


@dataclass(frozen=True)
class Hint:
    """One hint of a problem, and how to get the next."""

    problem: str
    number: int
    of: int
    text: str

    def __repr__(self) -> str:
        return f"Hint {self.number} of {self.of} for problem {self.problem}: {self.text}{self._next()}"

    def _repr_html_(self) -> str:
        following = html.escape(self._next())
        return f"<div><b>Hint {self.number} of {self.of}</b>: {as_html(self.text)}<i>{following}</i></div>"

    def _next(self) -> str:
        if self.number == self.of:
            return ""
        return f'  (More: check.hint("{self.problem}", {self.number + 1}))'


def as_html(sentence: str) -> str:
    """Return a sentence as HTML; what stands in backticks is code.

    >>> as_html("`a < b` is so.")
    '<code>a &lt; b</code> is so.'
    """
    return re.sub("`([^`]+)`", r"<code>\1</code>", html.escape(sentence))
