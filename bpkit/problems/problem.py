"""What a problem is, as data: its points, hints, random instances, right answer and known wrong ones."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

Arguments = Mapping[str, Any]  # the keyword arguments a reader's function is called with
Entries = Mapping[str, Any]  # the parts of an answer by name: numbers, arrays, lists of arrays, or words


class Unfit(Exception):
    """Raised by a problem's `measure` for an answer that cannot be measured, with the sentence that says why."""


@dataclass(frozen=True)
class Slip:
    """A known wrong answer: what it gives for the same arguments, and the sentence that names it.

    `answer` may give fewer entries than the right answer, and entries of another shape; an entry of the reader's that
    equals it on every instance is taken for this slip. It may raise ValueError on an instance whose shapes the slip
    does not fit, never on the first.

    A slip that is `whole` is one error that spoils all of its entries together: it is named only where the reader's
    answer has every one of them. One that is `alone` is named only where it explains everything that is wrong.
    """

    answer: Callable[..., Entries]
    sentence: str
    whole: bool = False
    alone: bool = False


@dataclass(frozen=True)
class Problem:
    """One problem.

    `truth` gives the right entries for the arguments that `instances` draws; the reader's function is called with the
    same arguments. Where `instances` is None the answer is not a function but a value (a number, a word, a tuple), and
    `truth` takes no argument. `tolerance` is the relative error that passes for rounding.

    Where many answers are right, as there are many good schedules, `measure` gives the entries that are compared: it is
    called with the answer and the arguments, and raises Unfit for an answer that does not do what it must.

    `follows` says how a part comes from earlier ones: by the name of the later part, the names of the earlier and the
    formula, a function of these as a dictionary and of the arguments. A part that is wrong only because an earlier one
    is wrong is then not blamed for it.
    """

    id: str
    title: str
    points: int
    minutes: int
    hints: tuple[str, ...]
    truth: Callable[..., Entries]
    instances: Callable[[np.random.Generator], Sequence[Arguments]] | None = None
    slips: tuple[Slip, ...] = ()
    measure: Callable[..., Entries] | None = None
    follows: Mapping[str, tuple[tuple[str, ...], Callable[..., Any]]] = field(default_factory=dict)
    tolerance: float = 1e-6  # finite differences are a right answer too, and good to about 1e-9 near 1
