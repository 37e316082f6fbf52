"""Names an answer that is nearly right: to how many digits."""

import math

import numpy as np

from bpkit.problems.diagnosis.evidence import Evidence

FEWEST = 2  # digits that must agree before an answer is called nearly right,
FEWEST_OF_FEW = 3  # and where there are so few numbers that two digits may agree by chance
FEW = 6


def digits(evidence: Evidence) -> str:
    """Say to how many digits every number agrees; empty where some do not, and where whole numbers are asked for."""
    if not evidence.pairs or all((right % 1 == 0).all() for _, right in evidence.pairs):
        return ""
    agreeing = min(digits_of(given, right) for given, right in evidence.pairs)
    if agreeing < (FEWEST if sum(right.size for _, right in evidence.pairs) >= FEW else FEWEST_OF_FEW):
        return ""
    return f"nearly right: about {agreeing} digits agree{cause(agreeing)}."


def digits_of(given: np.ndarray, right: np.ndarray) -> int:
    """To how many digits the worst of these numbers agrees, each measured against its own size."""
    size = np.maximum(np.abs(right), 1e-9 * np.abs(right).max(initial=0.0))
    errors = np.abs(given - right)
    worst = float(np.max(np.divide(errors, size, out=np.zeros_like(errors), where=errors > 0), initial=0.0))
    return 15 if worst < 1e-15 else 0 if worst > 0.1 else math.floor(-math.log10(2 * worst))


def cause(agreeing: int) -> str:
    """What leaves so many digits right; said as a possibility, because other things do, too."""
    if agreeing <= 3:
        return ", as with a rounded constant, or a difference quotient with a long step"
    return ", as with float32, or a difference quotient taken to one side"
