"""What a case of a derivative rule is: a use of an entry of the table, and the arguments that fit it."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

NEW = np.lib.NumpyVersion(np.__version__) >= "2.1.0"  # with some options that NumPy 2.0 does not know


class Argument(NamedTuple):
    """An array to draw: its shape (None: any that broadcasts), bounds, and what makes it fit, such as invertible."""

    shape: tuple[int, ...] | None = None
    low: float = -3.0
    high: float = 3.0
    fit: Callable[[Any], Any] = lambda x: x


class Case(NamedTuple):
    """A use of an entry: f(xp, *arguments), where xp is NumPy, or jax.numpy for a second opinion."""

    entry: Any
    f: Callable[..., Any]
    arguments: tuple[Argument, ...]
    analytic: bool  # does NumPy compute it for complex numbers, so that the complex step can be taken?
    jax: bool
    away: Callable[..., Any]  # the distance to the nearest kink, where the lattice of values does not see to it


CASES: list[Case] = []


def case(entry: Any, arguments: Any, *functions: Any, analytic: bool = True, jax: bool = True, away: Any = None):
    """Add functions of the same arguments, given as shapes or Arguments."""
    arguments = tuple(one if isinstance(one, Argument) else Argument(one) for one in arguments)
    for f in functions:
        CASES.append(Case(entry, f, arguments, analytic, jax, away or (lambda *values: 1.0)))
