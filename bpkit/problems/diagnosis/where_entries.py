"""Says which entries of a part are wrong, where that has a pattern: by their place, or by an argument's sign there."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from bpkit.problems.diagnosis.evidence import Evidence
from bpkit.problems.diagnosis.where_instances import counted
from bpkit.problems.form import numbers

SIGNS: tuple[tuple[Callable[[Any], Any], str], ...] = (
    (lambda z: z != 0, "right only where {} is 0."),
    (lambda z: z < 0, "wrong wherever {} is negative; right elsewhere."),
    (lambda z: z > 0, "wrong wherever {} is positive; right elsewhere."),
    (lambda z: z == 0, "wrong wherever {} is 0; right elsewhere."),
    (np.isnan, "wrong wherever {} is nan; right elsewhere."),
    (lambda z: np.abs(z) > 10, "wrong wherever {} is large in size; right elsewhere."),
)
FEWEST = 3  # entries on either side before a sign is named
MOST_BESIDE = 4  # arguments of a part's form; of more than these the sign of one fits by chance
FEWEST_LINES = 4  # entries, rows or columns, on all instances together, before a place is named
FEWEST_INSTANCES = 3  # wrong ones, before a place in the middle is named, or a row or column on some of them alone
ONLY = ((True, "wrong in {} only; the others are right."), (False, "right in {} only."))


def where_entries(evidence: Evidence) -> str:
    """Say where the wrong entries are; empty where all are wrong, or no pattern is seen on every instance."""
    if not evidence.pairs or all(wrong.all() for wrong in evidence.wrong_entries):
        return ""
    place, wrong = by_place(evidence), evidence.wrong_instances
    if place and not all(wrong):
        return f"{counted(wrong)}; on the others {place}"
    return place or by_sign(evidence)


def by_place(evidence: Evidence) -> str:
    """Say in which entries, rows or columns the wrong ones are, when that is the same on every instance."""
    for kind, flags in lines_of(evidence):
        wrong = [one for one in flags if any(one)]
        if all(len(one) == 1 for one in wrong) or sum(map(len, wrong)) < FEWEST_LINES:
            continue
        if len(wrong) < min(len(flags), 2 if kind == "entry" else FEWEST_INSTANCES):
            continue  # a place on a few instances alone may be a coincidence
        for place in (only_end, right_up_to, wrong_up_to, only_place):
            if place is only_place and len(flags) > 1 and len(wrong) < FEWEST_INSTANCES:
                continue
            if sentence := place(kind, wrong):
                return sentence
    return on_diagonal(evidence)


def lines_of(evidence: Evidence) -> Iterator[tuple[str, list[list[bool]]]]:
    """What the part is made of: for each kind of line, which of them hold something wrong, on every instance."""
    if all(isinstance(right, list) for right in evidence.right):
        yield "entry", [in_lists(*pair) for pair in zip(evidence.wrong_entries, evidence.right, strict=True)]
        return
    masks = [
        wrong.reshape(np.shape(right)) for wrong, right in zip(evidence.wrong_entries, evidence.right, strict=True)
    ]
    if all(mask.ndim == 1 for mask in masks):
        yield "entry", [mask.tolist() for mask in masks]
    if all(mask.ndim == 2 for mask in masks):
        yield "row", [mask.any(axis=1).tolist() for mask in masks]
        yield "column", [mask.any(axis=0).tolist() for mask in masks]


def in_lists(wrong: Any, right: Sequence[Any]) -> list[bool]:
    """Which entries of a list hold something wrong."""
    ends = np.cumsum([numbers(one).size for one in right])
    return [bool(part.any()) for part in np.split(wrong, ends[:-1])]


def only_end(kind: str, wrong: Sequence[Sequence[bool]]) -> str:
    """The sentence for a first or last line that is the only one wrong, or the only one right."""
    for state, sentence in ONLY:
        if all(is_only(one, state, len(one) - 1) for one in wrong):
            return sentence.format(f"the last {kind}")
        if all(is_only(one, state, 0) for one in wrong):
            return sentence.format(f"the first {kind}")
    return ""


def only_place(kind: str, wrong: Sequence[Sequence[bool]]) -> str:
    """The sentence for any other line that is the only one wrong, or the only one right."""
    for state, sentence in ONLY:
        place = list(wrong[0]).index(state) if state in wrong[0] else len(wrong[0])
        if all(is_only(one, state, place) for one in wrong):
            return sentence.format(f"{kind} {place}")
    return ""


def is_only(flags: Sequence[bool], state: bool, place: int) -> bool:
    """Whether one line alone is in this state, the one in this place."""
    return list(flags).count(state) == 1 and place < len(flags) and flags[place] == state


def right_up_to(kind: str, wrong: Sequence[Sequence[bool]]) -> str:
    """The sentence for lines that are right in front and wrong from one place on."""
    first = {list(one).index(True) for one in wrong}
    if len(first) == 1 and 0 not in first and all(all(one[min(first) :]) for one in wrong):
        return f"right up to {kind} {min(first) - 1}, wrong after it."
    return ""


def wrong_up_to(kind: str, wrong: Sequence[Sequence[bool]]) -> str:
    """The sentence for lines that are wrong in front and right from one place on."""
    if any(all(one) for one in wrong):
        return ""
    first = {list(one).index(False) for one in wrong}
    if len(first) == 1 and 0 not in first and not any(any(one[min(first) :]) for one in wrong):
        return f"wrong up to {kind} {min(first) - 1}, right after it."
    return ""


def on_diagonal(evidence: Evidence) -> str:
    """The sentence for square matrices whose diagonal alone is wrong, or right."""
    if not all(map(is_square, evidence.right)):
        return ""
    pairs = [
        (wrong.reshape(np.shape(right)), np.eye(len(right), dtype=bool))
        for wrong, right in zip(evidence.wrong_entries, evidence.right, strict=True)
        if wrong.any() and len(right) > 1
    ]
    if pairs and all(np.array_equal(wrong, diagonal) for wrong, diagonal in pairs):
        return "wrong on the diagonal only."
    if pairs and all(np.array_equal(wrong, ~diagonal) for wrong, diagonal in pairs):
        return "right on the diagonal only."
    return ""


def is_square(right: Any) -> bool:
    """Whether a right part is a square matrix."""
    return not isinstance(right, list) and np.ndim(right) == 2 and len(right) == len(right[0])


def by_sign(evidence: Evidence) -> str:
    """Say of which sign an argument, or the right number itself, is wherever an entry is wrong and nowhere else."""
    wrong = np.concatenate(evidence.wrong_entries)
    found = [sentence.format(name) for name, values in beside(evidence).items()
             if (sentence := sign_of(values, wrong))]  # fmt: skip
    return found[0] if len(found) in (1, 2) else ""


def sign_of(values: Any, wrong: Any) -> str:
    """The sentence about the sign that these numbers have where an entry is wrong and nowhere else."""
    for is_so, sentence in SIGNS:
        so = is_so(values)
        if np.array_equal(so, wrong) and min(so.sum(), (~so).sum()) >= FEWEST:
            return sentence
    return ""


def beside(evidence: Evidence) -> Mapping[str, Any]:
    """The numbers that stand beside each number of the part: its own right value, and arguments of the same form."""
    found = {}
    for name in evidence.instances[0]:
        values = [arguments[name] for arguments in evidence.instances]
        if all(same_form(*pair) for pair in zip(values, evidence.right, strict=True)):
            found[f"`{name}`"] = np.concatenate([np.ravel(numbers(value)) for value in values])
    if len(found) > MOST_BESIDE:
        found = {}
    return {**found, "the right value": np.concatenate([right for _, right in evidence.pairs])}


def same_form(value: Any, right: Any) -> bool:
    """Whether a value is an array of a part's shape, or a list of such arrays."""
    if isinstance(right, list):
        return isinstance(value, list) and len(value) == len(right) and all(map(same_form, value, right))
    return isinstance(value, np.ndarray | float) and np.shape(value) == np.shape(right)
