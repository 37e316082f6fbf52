"""Names what is added or left out: a constant, a number of the instance, or an argument entry by entry."""

import math

import numpy as np

from bpkit.problems.diagnosis.evidence import Evidence
from bpkit.problems.diagnosis.quantities import named_alike, quantities


def offset(evidence: Evidence) -> str:
    """Name the difference between what was given and what is right; empty where there is no name for it."""
    if not evidence.pairs or not evidence.is_telling:
        return ""
    return constant_offset(evidence) or argument_offset(evidence)


def constant_offset(evidence: Evidence) -> str:
    """Name a difference that is one number for all entries of an instance."""
    differences = [given - right for given, right in evidence.pairs]
    if any(d.size == 0 or np.ptp(d) > 2 * s for d, s in zip(differences, evidence.scales, strict=True)):
        return ""
    numbers = [float(d[0]) for d in differences]
    if np.ptp(numbers) <= 4 * max(evidence.scales):
        size = abs(numbers[0])
        if size < 100 * max(evidence.scales) and size % 1 != 0:
            return ""  # so small that it may be anything
        direction = "large" if numbers[0] > 0 else "small"
        if math.isclose(size, 1.0, rel_tol=1e-5):
            return f"too {direction} by 1 on every input."
        return f"too {direction} by one and the same number on every input."
    if len({np.sign(n) for n in numbers}) == 1:
        known = quantities(evidence.instances)
        if name := named_alike([abs(n) for n in numbers], known):
            return f"too {'large' if numbers[0] > 0 else 'small'} on every input, by {name}."
    return ""


def argument_offset(evidence: Evidence) -> str:
    """Name a difference that is an argument of the same form."""
    for name in evidence.instances[0]:
        for sign, sentence in ((1.0, "too large by `{}`."), (-1.0, "too small by `{}`.")):
            if adds(evidence, name, sign):
                return sentence.format(name)
    return ""


def adds(evidence: Evidence, name: str, sign: float) -> bool:
    """Whether what was given is what is right, with an argument added to it entry by entry."""
    for (given, right), scale, arguments in zip(evidence.pairs, evidence.scales, evidence.instances, strict=True):
        argument = arguments[name]
        if not isinstance(argument, np.ndarray | float) or np.size(argument) != right.size or right.size == 0:
            return False
        if np.shape(argument) != np.shape(evidence.right[0]) and right.size > 1 and len(evidence.instances) == 1:
            return False
        if np.abs(given - right - sign * np.ravel(argument)).max() > 2 * scale + 1e-9:
            return False
    return True
