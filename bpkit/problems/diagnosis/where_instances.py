"""Says on which instances a part is wrong, and what these have in common that the others have not."""

from collections.abc import Sequence

from bpkit.problems.diagnosis.evidence import Evidence
from bpkit.problems.diagnosis.features import features, opposites
from bpkit.problems.problem import Arguments

FEWEST = 3  # instances on either side before a property is named, which a few can share by chance
DRAWN = ("odd", "even", "less than", "at least", "equal `", " 0", " 1")  # of the numbers drawn; the form comes first


def common_property(evidence: Evidence) -> str:
    """Say what the instances on which the part is wrong have in common; empty where nothing is seen."""
    wrong = evidence.wrong_instances
    common = "" if all(wrong) else in_common(wrong, evidence.instances)
    return f"{counted(wrong)}; wrong where {common}." if common else ""


def some_right(evidence: Evidence) -> str:
    """Say on how many instances the part is right; empty where all are wrong.

    None of them is shown: what looks special about it need not be what makes the answer wrong.
    """
    wrong = evidence.wrong_instances
    return "" if all(wrong) else f"{counted(wrong)}, and wrong on the others."


def counted(wrong: Sequence[bool]) -> str:
    """How many of the instances are right."""
    return f"right on {wrong.count(False)} of {len(wrong)} inputs"


def in_common(wrong: Sequence[bool], instances: Sequence[Arguments]) -> str:
    """The property that exactly the wrong instances have; empty without one, and where too few could have it."""
    if min(wrong.count(True), wrong.count(False)) < FEWEST:
        return ""
    of_each = [opposites(features(arguments)) for arguments in instances]
    names = dict.fromkeys(name for found in of_each for name in found)
    telling = [name for name in names if [found.get(name, False) for found in of_each] == list(wrong)]
    of_form = [name for name in telling if not any(words in name for words in DRAWN)]
    named = of_form or telling
    return " and ".join(named) if len(named) <= 2 else ""
