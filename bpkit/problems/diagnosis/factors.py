"""Names a factor: the same one everywhere, or one that is a number of the instance, as the number of examples is."""

import math
from collections.abc import Callable, Sequence

import numpy as np

from bpkit.problems.diagnosis.evidence import Evidence
from bpkit.problems.diagnosis.quantities import named_alike, quantities

# What is said of a constant factor: a number that stands there besides, or one that is missing.
CONSTANTS: tuple[tuple[float, str], ...] = (
    (2.0, "2"), (3.0, "3"), (4.0, "4"), (8.0, "8"), (10.0, "10"), (100.0, "100"), (1000.0, "1000"),
    (math.pi, "π"), (2 * math.pi, "2π"), (math.sqrt(2), "√2"), (math.sqrt(3), "√3"), (math.log(2), "log 2"),
    (math.log(10), "log 10, as between log and log10"), (math.sqrt(2 * math.pi), "√(2π)"), (1.5, "3/2"),
)  # fmt: skip

# The ways in which a quantity can be the factor, and how each is said.
POWERS: tuple[tuple[Callable[[float], float], str], ...] = (
    (lambda c: c, "on every input these are the right numbers times {}"),
    (lambda c: 1 / c, "on every input these are the right numbers divided by {}"),
    (lambda c: c**2, "on every input these are the right numbers times the square root of {}"),
    (lambda c: 1 / c**2, "on every input these are the right numbers divided by the square root of {}"),
    (lambda c: math.sqrt(abs(c)), "on every input these are the right numbers times the square of {}"),
    (lambda c: 1 / math.sqrt(abs(c)), "on every input these are the right numbers divided by the square of {}"),
    (lambda c: c / 2, "on every input these are the right numbers times twice {}"),
    (lambda c: 2 / c, "on every input these are the right numbers divided by half of {}"),
    (lambda c: 2 * c, "on every input these are the right numbers times half of {}"),
    (lambda c: 1 / (2 * c), "on every input these are the right numbers divided by twice {}"),
)


def factor(evidence: Evidence) -> str:
    """Name the factor between what was given and what is right; empty where there is none, or no name for it."""
    found = factors(evidence)
    numbers = list(found.values())
    if any(not 1e-100 < abs(number) < 1e100 for number in numbers):
        return ""  # a value that has run away, not a factor
    if not numbers or not (evidence.is_telling or math.isclose(abs(numbers[0]), 1.0, rel_tol=1e-5)):
        return ""
    exact = 4 * evidence.tolerance
    if np.ptp(numbers) <= exact * abs(numbers[0]):
        return constant(numbers[0], exact)
    if len(set(np.sign(numbers))) > 1:
        return ""
    negative = numbers[0] < 0
    known = {name: [values[i] for i in found] for name, values in quantities(evidence.instances).items()}
    for power, sentence in POWERS:
        if name := named_alike([power(abs(c)) for c in numbers], known):
            return ("has the wrong sign, and " if negative else "") + sentence.format(name) + "."
    return of_its_own(evidence, numbers)


def factors(evidence: Evidence) -> dict[int, float]:
    """The one factor of each instance, by the instance's number; empty where there is not one for all entries.

    An instance on which both are 0 has none, and is left out.
    """
    found: dict[int, float] = {}
    for i, (given, right) in enumerate(evidence.pairs):
        if not right.any():
            if given.any():
                return {}
            continue
        largest = int(np.abs(right).argmax())
        c = float(given[largest] / right[largest])
        if c == 0 or not np.abs(given - c * right).max() <= evidence.scales[i] * max(1.0, abs(c)):
            return {}
        found[i] = c
    return found


def constant(c: float, exact: float) -> str:
    """What to say of a factor that is the same on every instance; `exact` is how much it may differ from its name."""
    sign, size = ("has the wrong sign" if c < 0 else ""), abs(c)
    if math.isclose(size, 1.0, rel_tol=exact):
        return f"{sign}." if sign else ""
    for number, name in CONSTANTS:
        if math.isclose(size, number, rel_tol=exact):
            return f"{sign}{', and ' if sign else ''}there is a factor of {name} too many."
        if math.isclose(size, 1 / number, rel_tol=exact):
            return f"{sign}{', and ' if sign else ''}a factor of {name} is missing."
    return ""


def of_its_own(evidence: Evidence, numbers: Sequence[float]) -> str:
    """What to say of a factor that has no name: that it is one for all entries, and another on each instance."""
    longest = max(np.count_nonzero(right) for _, right in evidence.pairs)
    if longest < 3 or len(numbers) < 2 or not all(evidence.wrong_instances):
        return ""
    return "on each input all entries are off by one factor, and it differs from input to input."
