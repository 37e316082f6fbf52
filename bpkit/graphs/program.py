"""Writes instructions as the text of a Python function that a reader can read, and makes it a function."""

import keyword
import math
import operator
import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bpkit.graphs.memory_reuse import Places, arrange, slots
from bpkit.graphs.rules import describe
from bpkit.graphs.traced import Constant, Instruction, Slot

OPERATORS = {
    np.add: "+", np.subtract: "-", np.multiply: "*", np.divide: "/", np.matmul: "@", np.negative: "-",
    operator.pow: "**", np.greater: ">", np.greater_equal: ">=", np.less: "<", np.less_equal: "<=", np.equal: "==",
    np.not_equal: "!=",
}  # fmt: skip
ARITHMETIC = {np.add, np.subtract, np.multiply, np.divide, np.negative}
# Python's own functions of single numbers, which take a tenth of the time of NumPy's. NumPy has several versions of
# exp, sin and others, for different processors, so the last bit may differ, as between two processors.
OF_ONE_NUMBER = {
    np.exp: "math.exp", np.log: "math.log", np.sin: "math.sin", np.cos: "math.cos", np.tan: "math.tan",
    np.sqrt: "math.sqrt", np.tanh: "math.tanh", np.sinh: "math.sinh", np.cosh: "math.cosh", np.arctan: "math.atan",
    np.arcsin: "math.asin", np.arccos: "math.acos", np.arctan2: "math.atan2", np.expm1: "math.expm1",
    np.log1p: "math.log1p", np.log2: "math.log2", np.log10: "math.log10", np.hypot: "math.hypot", np.absolute: "abs",
    operator.pow: "math.pow", np.power: "math.pow",
}  # fmt: skip


class Text:
    """The text of a program as it grows, and the objects that its names stand for."""

    def __init__(self, names: dict[Slot, str], values: Sequence[Any], *, single: bool) -> None:
        self.names, self.values, self.single = dict(names), values, single
        self.lines: list[str] = []
        self.objects: dict[str, Any] = {"np": np, "math": math}
        self.python_numbers: set[Slot] = set()  # single numbers that are Python's, not NumPy's
        self.only_guarded: set[Slot] = set()  # comparisons on which the program branches, and no more
        self._known: dict[Any, str] = {}

    def line(self, text: str) -> None:
        """Add a line of the function's body."""
        self.lines.append("    " + text)

    def argument(self, x: Any, *, exact: bool = True) -> str:
        """An argument as text; with `exact`, a single number becomes NumPy's again."""
        if isinstance(x, Slot):
            return f"np.float64({self.names[x]})" if exact and x in self.python_numbers else self.names[x]
        if isinstance(x, Constant):
            return self.object(x.array, (x.kind, x.bytes), "c")
        if type(x) in (tuple, list):
            parts = ", ".join(self.argument(part, exact=exact) for part in x)
            return f"[{parts}]" if type(x) is list else f"({parts},)" if len(x) == 1 else f"({parts})"
        if isinstance(x, slice):
            return f"slice({self.argument(x.start)}, {self.argument(x.stop)}, {self.argument(x.step)})"
        if x is None or x is Ellipsis or type(x) in (bool, str):
            return "..." if x is Ellipsis else repr(x)
        if type(x) in (int, float) or (type(x) is np.float64 and self.single):
            number = repr(x if type(x) is int else float(x))
            if math.isfinite(x):
                return f"({number})" if number.startswith("-") else number
        return self.object(x, (type(x), repr(x)), "c")

    def object(self, what: Any, key: Any, name: str) -> str:
        """The name of an object that cannot be written as text."""
        if key not in self._known:
            name = re.sub(r"\W+", "_", name).strip("_") or "f"
            taken = {*self.objects, *self.names.values()}
            free = name
            number = 0
            while free in taken or keyword.iskeyword(free) or (name == "c" and free == "c"):
                number += 1
                free = f"{name}{number}"
            self._known[key] = free
            self.objects[free] = what
        return self._known[key]

    def function(self, one: Instruction) -> str:
        """The name of an instruction's function: NumPy's own, where it has one."""
        function: Any = one.function
        owner = getattr(function, "__self__", None)
        public = f"{describe(owner)}.{function.__name__}" if isinstance(owner, np.ufunc) else describe(function)
        found: Any = {"np": np}
        try:
            found = np
            for part in public.split(".")[1:]:
                found = getattr(found, part)
        except AttributeError:
            found = None
        if public.startswith("np.") and (found is function or (owner is not None and found == function)):
            return public
        return self.object(function, id(function), one.name)


def write(
    instructions: Sequence[Instruction],
    values: Sequence[Any],
    inputs: dict[Slot, str],
    outputs: Sequence[Any],
    name: str,
    *,
    quick: bool,
) -> tuple[str, dict[str, Any], Places]:
    """Return the text of a function that carries out the instructions, the objects it names, and its work arrays.

    The function returns a tuple of outputs, or None where a guard does not hold. With `quick`, single numbers are
    Python's; only where all numbers are float64, because Python's take on the type of the array they meet.
    """
    single = all(getattr(value, "dtype", np.dtype(bool)).char in "d?lqbBhHiILQ" for value in values)
    places = arrange(instructions, values, inputs, outputs)
    text = Text(inputs, values, single=single)
    for slot, label in inputs.items():
        if isinstance(values[slot.number], np.float64):
            text.line(f"{label} = {'float' if quick and single else 'np.float64'}({label})")
            if quick and single:
                text.python_numbers.add(slot)
    read = {x for one in instructions if one.slot is not None for x in slots(one)}.union(outputs)
    text.only_guarded = {one.args[0] for one in instructions if one.slot is None} - read
    for number, one in enumerate(instructions):
        if one.slot is None:
            _guard(text, one)
        else:
            text.names[one.slot] = f"t{number}"
            _instruction(text, one, places, quick=quick and single)
        if places.ends[number]:
            text.line(f"del {', '.join(text.names[slot] for slot in places.ends[number])}")
    text.line(f"return {', '.join(_output(text, x, places) for x in outputs)}{',' if len(outputs) == 1 else ''}")
    parameters = ", ".join([*inputs.values(), *(f"b{i}" for i in range(len(places.buffers)))])
    return "\n".join([f"def {name}({parameters}):", *text.lines]) + "\n", text.objects, places


def made(text: str, objects: dict[str, Any], name: str) -> Callable[..., Any]:
    """Return the function of a text that `write` made. No part of the text is anything that a user has typed."""
    exec(compile(text, f"<compiled {name}>", "exec"), objects)
    function: Callable[..., Any] = objects[name]
    return function


def _guard(text: Text, one: Instruction) -> None:
    """Return at once where the value is not what it was."""
    label = text.names[one.args[0]]
    if one.name == "guard" and isinstance(one.expected, bool | np.bool_):
        text.line(f"if {'not ' if one.expected else ''}{label}: return None")
    elif one.name == "shape":
        text.line(f"if {label}.shape != {one.expected!r}: return None")
    elif isinstance(one.expected, np.ndarray):
        text.line(f"if not np.array_equal({label}, {text.argument(Constant(one.expected))}): return None")
    else:
        text.line(f"if {label} != {text.argument(one.expected)}: return None")


def _instruction(text: Text, one: Instruction, places: Places, *, quick: bool) -> None:
    assert one.slot is not None
    value, label = text.values[one.slot.number], text.names[one.slot]
    if quick and type(value) is np.float64 and (found := _of_one_number(text, one)):
        text.python_numbers.add(one.slot)
        text.line(f"{label} = {found}")
        return
    weak = text.single and (getattr(value, "ndim", 0) > 0 or one.slot in text.only_guarded)
    weak = weak and (one.function in OPERATORS or isinstance(one.function, np.ufunc))
    arguments = [text.argument(x, exact=not weak) for x in one.args]
    if one.slot in places.buffer_of:
        function = np.square if one.function is operator.pow else one.function
        if function is np.square:
            arguments = arguments[:1]
        called = text.function(one._replace(function=function))
        text.line(f"{label} = {called}({', '.join([*arguments, f'out=b{places.buffer_of[one.slot]}'])})")
    elif one.function in OPERATORS and not one.settings:
        text.line(f"{label} = {_infix(OPERATORS[one.function], arguments)}")
    elif one.function is operator.getitem:
        text.line(f"{label} = {arguments[0]}[{_index(text, one.args[1])}]")
    elif one.name == "astype":
        text.line(f"{label} = {arguments[0]}.astype({arguments[1]})")
    else:
        named = [f"{key}={text.argument(x)}" for key, x in one.settings.items()]
        text.line(f"{label} = {text.function(one)}({', '.join([*arguments, *named])})")


def _of_one_number(text: Text, one: Instruction) -> str | None:
    """An operation on single numbers in Python's terms, None if there are none."""
    function: Any = one.function
    if one.settings or not all(
        isinstance(x, float) or type(x) is int or (isinstance(x, Slot) and type(text.values[x.number]) is np.float64)
        for x in one.args
    ):
        return None
    arguments = [text.argument(x, exact=False) for x in one.args]
    if function in (operator.pow, np.power, np.square) and (function is np.square or one.args[1] == 2):
        return f"{arguments[0]} * {arguments[0]}"
    if function in ARITHMETIC:
        return _infix(OPERATORS[function], arguments)
    return f"{OF_ONE_NUMBER[function]}({', '.join(arguments)})" if function in OF_ONE_NUMBER else None


def _infix(sign: str, arguments: list[str]) -> str:
    return f"{sign}{arguments[0]}" if len(arguments) == 1 else f"{arguments[0]} {sign} {arguments[1]}"


def _index(text: Text, index: Any) -> str:
    """An index as it is written between brackets."""
    if isinstance(index, slice):
        first, last, step = (
            "" if part is None else text.argument(part) for part in (index.start, index.stop, index.step)
        )
        return f"{first}:{last}" + (f":{step}" if step else "")
    if type(index) is tuple and index:
        return ", ".join(_index(text, part) for part in index) + ("," if len(index) == 1 else "")
    return text.argument(index)


def _output(text: Text, x: Any, places: Places) -> str:
    """A result: an array of its own, which shares memory with no argument, no constant and no other result."""
    label = text.argument(x, exact=False)
    return f"{label}.copy()" if isinstance(x, Constant) or (isinstance(x, Slot) and x in places.copied) else label


def input_names(labels: Sequence[str]) -> list[str]:
    """Labels as names that nothing else in a text has."""
    names = [re.sub(r"\W+", "_", label).strip("_") or "x" for label in labels]
    names = [f"{name}_" if re.fullmatch(r"[tbc]\d*|np|math|float|abs|slice", name) else name for name in names]
    names = [f"x_{name}" if name[0].isdigit() or keyword.iskeyword(name) else name for name in names]
    return [f"{name}_{i}" if names.count(name) > 1 else name for i, name in enumerate(names)]
