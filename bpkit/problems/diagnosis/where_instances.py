"""Says on which instances a part is wrong, and what these have in common that the others have not."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from bpkit.problems.diagnosis.evidence import Evidence
from bpkit.problems.diagnosis.features import features, opposites
from bpkit.problems.problem import Arguments

FEWEST = 2  # instances on either side before a property of their form is named,
FEWEST_BY_CHANCE = 3  # and one of the numbers that were drawn, which a few can share by chance
DRAWN = (
    "negative",
    "entries that are 0",
    "equal entries",
    "odd",
    "even",
    "sorted",
    "less than",
    "at least",
    "equal `",
    " 0",
    " 1",
)


def common_property(evidence: Evidence) -> str:
    """Say what the instances on which the part is wrong have in common; empty where nothing is seen."""
    wrong = evidence.wrong_instances
    common = "" if all(wrong) else in_common(wrong, evidence.instances)
    return f"{counted(wrong)}; wrong where {common}." if common else ""


def example(evidence: Evidence) -> str:
    """Say on how many instances the part is right and name one on which it is wrong; empty where all are wrong."""
    wrong = evidence.wrong_instances
    if all(wrong):
        return ""
    right = [arguments for arguments, is_wrong in zip(evidence.instances, wrong, strict=True) if not is_wrong]
    found = described(evidence.instances[wrong.index(True)], right)
    if not found:
        return f"{counted(wrong)}, and wrong on the others."
    return f"{counted(wrong)}; wrong{', for example,' if wrong.count(True) > 1 else ''} for {found}."


def counted(wrong: Sequence[bool]) -> str:
    """How many of the instances are right."""
    return f"right on {wrong.count(False)} of {len(wrong)} inputs"


def in_common(wrong: Sequence[bool], instances: Sequence[Arguments]) -> str:
    """The property that exactly the wrong instances have; empty without one, and where too few could have it."""
    fewer = min(wrong.count(True), wrong.count(False))
    if fewer < FEWEST:
        return ""
    of_each = [opposites(features(arguments)) for arguments in instances]
    names = dict.fromkeys(name for found in of_each for name in found)
    telling = [name for name in names if [found.get(name, False) for found in of_each] == list(wrong)]
    of_form = [name for name in telling if not any(words in name for words in DRAWN)]
    if not of_form and fewer < FEWEST_BY_CHANCE:
        return ""
    named = of_form or telling
    return " and ".join(named) if len(named) <= 2 else ""


def described(arguments: Arguments, others: Sequence[Arguments]) -> str:
    """An instance by those of its arguments that look different from the same ones of all the others."""
    told = []
    for name, value in arguments.items():
        text = appearance(name, value)
        if text and all(text != appearance(name, other[name]) for other in others):
            told.append(text)
    return " and ".join(told[:2])


def appearance(name: str, value: Any) -> str:
    """An argument in a few words; empty for one that has none, as a function."""
    if isinstance(value, bool | int | str | np.integer):
        return f"`{name}` = {value!r}" if not isinstance(value, np.integer) else f"`{name}` = {int(value)}"
    if isinstance(value, float):
        return f"`{name}` = {value:.0f}" if value % 1 == 0 else ""  # a drawn number says nothing
    if isinstance(value, np.ndarray):
        return f"`{name}` of shape {value.shape}"
    if isinstance(value, list | tuple):
        if len(value) <= 8 and all(isinstance(one, int) for one in value):
            return f"`{name}` = {list(value)}"
        return f"`{name}` of length {len(value)}"
    return ""
