"""Functions and derivatives as programs that are recorded once and run often: a just-in-time compiler."""

from collections.abc import Callable
from typing import Any

import numpy as np

from bpkit.graphs.recorded_program import Program
from bpkit.graphs.surroundings import Place, changed, surroundings, uses_tracked
from bpkit.graphs.tracked import Tracked

Function = Callable[..., Any]

PROGRAMS = 16  # kept for arguments of one form, one for each way through the function's branches


class compiled:
    """Return f as a function that records its NumPy calls once and from then on repeats them, without f.

    What is repeated is a short program: calls whose results nothing needs are left out, equal ones shared, large
    arrays used again. `print` shows it. It composes with the derivatives: bp.compiled(bp.grad(f)) records the backward
    pass too; where the compiled function itself is differentiated, f runs as it stands.

    It is recorded again for arguments of another form, shape or type; where a branch on values goes another way; and
    when something f uses besides its arguments has changed: a variable, an array's entries, an attribute. Numbers and
    arrays are the arguments that may vary; Python's whole numbers, texts and truth values are parts of the form.
    A single float64 is computed with Python's math, whose last bit may differ from NumPy's; all else is what f gives,
    to the last bit, but for the sign of a zero.

    Raises TypeError where a repetition would not be the same: for random numbers that f draws, printing, variables
    that f changes, float(x), arrays written in place; and for arguments that are neither numbers nor arrays.

    >>> import bpkit as bp
    >>> slope = bp.compiled(bp.grad(lambda x: np.exp(2 * x) + x**2))
    >>> float(slope(0.0))
    2.0
    >>> print(slope)
    def gradient(x):
        x = float(x)
        t0 = 2 * x
        t1 = math.exp(t0)
        t2 = t1 * 2
        t3 = t0 + t2
        return t3,
    """

    def __init__(self, f: Function) -> None:
        if not callable(f):
            raise TypeError(f"f is a {type(f).__name__}, expected a function: bp.compiled(f), not bp.compiled(f(x)).")
        self.__wrapped__ = f
        self.__name__ = getattr(f, "__name__", "f")
        self._programs: dict[Any, list[Program]] = {}
        self._places: list[Place] = []

    def __call__(self, *args: Any, **settings: Any) -> Any:
        numbers: list[Any] = []
        form = (_form(args, numbers), _form(settings, numbers) if settings else None)
        if any(isinstance(x, Tracked) for x in numbers):  # it is being differentiated, or recorded itself
            return self.__wrapped__(*args, **settings)
        if changed(self._places) is not None:
            self._programs.clear()
        for program in self._programs.get(form, ()):
            found = program(numbers)
            if found is not None:
                return found[0]
        return self._record(form, args, settings, numbers)

    def _record(self, form: Any, args: Any, settings: Any, numbers: list[Any]) -> Any:
        f = self.__wrapped__
        places = surroundings(f)
        if uses_tracked(places):  # a closure over a value that is being differentiated
            return f(*args, **settings)
        program = Program(f, args, settings, places)
        if not self._programs:
            self._places = places
        of_form = self._programs.setdefault(form, [])
        of_form.insert(0, program)
        del of_form[PROGRAMS:]
        found = program(numbers)
        assert found is not None, "the arguments it was recorded with"
        return found[0]

    def __str__(self) -> str:
        texts = [program.text for of_form in self._programs.values() for program in of_form]
        return "\n".join(texts).rstrip("\n") if texts else f"{self!r}, not called yet"

    def __repr__(self) -> str:
        return f"compiled({self.__name__})"


def _form(x: Any, numbers: list[Any]) -> Any:
    """What programs depend on: the form of the arguments, without the numbers, which are added to the list."""
    kind = type(x)
    if kind is float or kind is np.float64:
        numbers.append(x)
        return float
    if kind is np.ndarray and x.dtype.kind in "fiub":
        numbers.append(x)
        return x.shape, x.strides, x.dtype
    if isinstance(x, tuple | list):
        return (kind, *[_form(part, numbers) for part in x])
    if isinstance(x, dict):
        return (kind, *[(key, _form(part, numbers)) for key, part in x.items()])
    if x is None or isinstance(x, bool | int | str):
        return kind, x
    if (isinstance(x, np.generic) and x.dtype.kind in "fiub") or isinstance(x, Tracked):
        numbers.append(x)
        return kind
    raise TypeError(
        f"an argument holds a {kind.__name__}, expected numbers, arrays of them, and lists, tuples and dicts of these: "
        "a function or an object is used from inside the function, not given to it."
    )
