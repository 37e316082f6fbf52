"""One program of a compiled function: recorded, checked by a second recording, simplified, and carried out."""

import inspect
import io
import math
import re
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from bpkit.graphs.nested import Rebuild, flatten
from bpkit.graphs.program import input_names, made, write
from bpkit.graphs.simplified import simplified
from bpkit.graphs.surroundings import Place, changed
from bpkit.graphs.traced import Constant, Slot, Traced, Tracing, mapped
from bpkit.graphs.tracked import name_of
from bpkit.graphs.variables import call
from bpkit.numerical.underflow import ignore_underflow


class Recorded(NamedTuple):
    """A trace of a function, the slots of its arguments, and its results: slots and constants, with their form."""

    trace: Tracing
    inputs: list[Slot]
    outputs: list[Any]
    rebuild: Rebuild


class Program:
    """The program that f is for arguments of one form, as long as its guards hold.

    Raises TypeError where a repetition would not do what f does.
    """

    def __init__(self, f: Callable[..., Any], args: Any, settings: Any, places: Sequence[Place]) -> None:
        recorded = _record(f, args, settings)
        again = _record(f, args, settings)
        _refuse_changes(f, places, recorded, again)
        instructions, resolve = simplified(recorded.trace.instructions, recorded.trace.values, recorded.outputs)
        self._name = name_of(f) if name_of(f).isidentifier() else "compiled"
        self._rebuild = recorded.rebuild
        self._python_numbers = [  # results that come as Python's numbers and are to be NumPy's
            i for i, x in enumerate(recorded.outputs)
            if isinstance(x, Slot) and type(recorded.trace.values[x.number]) is np.float64
        ]  # fmt: skip
        self._single = isinstance(recorded.rebuild(range(len(recorded.outputs))), int)  # one result, in no list
        names = dict(zip(recorded.inputs, input_names(_labels(f, args, settings)), strict=True))
        self._parts = (instructions, recorded.trace.values, names, [resolve(x) for x in recorded.outputs], self._name)
        self.text, objects, places_of = write(*self._parts, quick=True)
        self._buffers = places_of.buffers
        self._free: list[list[Any]] = []  # work arrays that no call is using: calls in threads have their own
        self._quick = made(self.text, objects, self._name)
        if re.search(r"= (?!float|math\.)\w*\.?\w+\(|\[", self.text):  # a call of NumPy, or an array
            self._quick = ignore_underflow(self._quick)

    def __call__(self, numbers: Sequence[Any]) -> tuple[Any] | None:
        """Return the result for these arguments, in a tuple; None if a guard does not hold."""
        buffers = self._free.pop() if self._free else [np.empty_like(value) for value in self._buffers]
        try:
            found = self._quick(*numbers, *buffers)
            if found is not None and not all(map(math.isfinite, [found[i] for i in self._python_numbers])):
                found = self._exact(*numbers, *buffers)
        except (ArithmeticError, ValueError):  # math.exp(1000), 1 / 0: NumPy has inf and NaN for them, and a warning
            found = self._exact(*numbers, *buffers)
        finally:
            if self._buffers:
                self._free.append(buffers)
        if found is None:
            return None
        if self._single:
            return (np.float64(found[0]),) if self._python_numbers else found
        results = list(found)
        for i in self._python_numbers:
            results[i] = np.float64(results[i])
        return (self._rebuild(results),)

    @cached_property
    def _exact(self) -> Callable[..., Any]:
        """The same with NumPy's functions alone."""
        text, objects, _ = write(*self._parts, quick=False)
        return ignore_underflow(made(text, objects, self._name))


def _record(f: Callable[..., Any], args: Any, settings: Any) -> Recorded:
    """Run f on values that write down what is done with them."""
    leaves, rebuild = flatten((args, settings))
    trace = Tracing(f)
    given = [_number(x) for x in leaves]
    traced = [trace.new(x) if isinstance(x, np.ndarray | np.generic) else x for x in given]
    inputs = [x.slot for x in traced if isinstance(x, Traced)]
    args, settings = rebuild(traced)
    printed = _Printed()
    with redirect_stdout(printed), np.errstate(under="ignore"):
        y = call(f, args, settings, trace)
    if printed.anything:
        raise TypeError(f"{name_of(f)} prints, which a compiled function would not do again: print its result instead.")
    outputs, rebuild = flatten(y)
    for x in outputs:
        if not isinstance(x, Traced | np.ndarray | np.generic | float | int):
            raise TypeError(f"{name_of(f)} returned a {type(x).__name__}, expected numbers, arrays, or nests of them.")
    kept = [x.slot if isinstance(x, Traced) else Constant(x) if isinstance(x, np.ndarray) else x for x in outputs]
    return Recorded(trace, inputs, kept, rebuild)


class _Printed(io.TextIOBase):
    """Standard output that notices whether anything was written."""

    anything = False

    def write(self, text: str) -> int:
        self.anything = True
        return len(text)


def _number(x: Any) -> Any:
    """An argument as it is recorded: Python's fractions and arrays without axes as NumPy's numbers."""
    if type(x) is float:
        return np.float64(x)
    return x[()] if isinstance(x, np.ndarray) else x


def _labels(f: Callable[..., Any], args: Any, settings: Any) -> list[str]:
    """A name for each number among the arguments."""
    try:
        names = [one.name for one in inspect.signature(f).parameters.values()]
    except (TypeError, ValueError):
        names = []
    names += [f"x{i}" for i in range(len(names), len(args))]
    labels = []
    for name, value in [*zip(names, args, strict=False), *settings.items()]:
        labels += [name for x in flatten(value)[0] if isinstance(_number(x), np.ndarray | np.generic)]
    return labels


def _refuse_changes(f: Callable[..., Any], places: Sequence[Place], one: Recorded, other: Recorded) -> None:
    """Raise TypeError if running f changed something, or if a second run was not like the first."""
    what = changed(list(places))
    if what is not None:
        raise TypeError(
            f"{name_of(f)} changes {what} whenever it runs, which a compiled function would not do again: give it as "
            "an argument and return what becomes of it."
        )
    if _comparable(one) != _comparable(other):
        raise TypeError(
            f"{name_of(f)} did not do the same when it ran twice with the same arguments, as with random numbers or "
            "the time of day: draw them outside, and give them as an argument."
        )


def _comparable(recorded: Recorded) -> Any:
    """What two runs of the same program have in common: their operations, slots, constants."""

    def shown(x: Any) -> Any:
        if isinstance(x, Constant):
            return (x.kind, x.bytes)
        return repr(x) if isinstance(x, float | int | str | np.generic | Slot | None) else type(x).__name__

    instructions = [
        (one.name, mapped(one.args, shown), mapped(one.settings, shown), one.slot)
        for one in recorded.trace.instructions
    ]
    return instructions, [shown(x) for x in recorded.outputs]
