"""A formula typed into the graph stepper (chapter 3), read by a small grammar and never run as code."""

import ast
import difflib
import keyword
import re
import unicodedata
from collections.abc import Callable
from functools import reduce
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from bpkit.graphs.rules import Rule
from bpkit.graphs.tracked import apply

LONGEST = 300  # characters
MOST_OPERATIONS = 60
MOST_VARIABLES = 8
DEEPEST = 20  # parentheses within each other
LARGEST_EXPONENT = 100.0
LARGEST_NUMBER = 1e100

# Two operations of the layers, which have no NumPy function of their own; the slope of the ReLU at 0 is 0.
_RELU = Rule("relu", lambda x: x * (x > 0), [lambda g, y, x: g * (x > 0)], lambda tangents, y, x: tangents[0] * (x > 0))
_SIGMOID = Rule(
    "sigmoid",
    lambda x: 1 / (1 + np.exp(-x)),
    [lambda g, y, x: g * y * (1 - y)],
    lambda tangents, y, x: tangents[0] * y * (1 - y),
)

FUNCTIONS: dict[str, Callable[..., Any]] = {
    "exp": np.exp,
    "log": np.log,
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "tanh": np.tanh,
    "sqrt": np.sqrt,
    "abs": np.absolute,
    "max": np.maximum,
    "min": np.minimum,
    "relu": lambda x: apply(_RELU, (x,), {}),
    "sigmoid": lambda x: apply(_SIGMOID, (x,), {}),
}
_OPERATORS: dict[type, Callable[..., Any]] = {
    ast.Add: np.add,
    ast.Sub: np.subtract,
    ast.Mult: np.multiply,
    ast.Div: np.divide,
    ast.Pow: np.power,
}

_TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?P<name>[A-Za-z_]\w*)"
    r"|(?P<operator>\*\*|//|[-+*/])|(?P<other>[(),.]))",
    re.ASCII,
)
_SLIPS = {
    "^": "a power is written **, as in x**2",
    "²": "a power is written **, as in x**2",
    "³": "a power is written **, as in x**2",
    "√": "a root is written sqrt(x)",
    "|": "an absolute value is written abs(x)",
    "=": "write the right-hand side alone",
    **dict.fromkeys("×·⋅∙", "a product is written *"),
    **dict.fromkeys("÷∕", "a quotient is written /"),
    **dict.fromkeys("−–—", "minus is written -, as on the keyboard"),
    **dict.fromkeys("[]{}", "parentheses are round, as in exp(x)"),
    **dict.fromkeys("<>!&%@~", "there are only + - * / ** and the functions"),
    **dict.fromkeys("'\"`\\#$;:?", "there are only numbers, variables, functions and + - * / **"),
}


class _Operation(NamedTuple):
    """One operation: its function, and its arguments, which are numbers or the positions of earlier results."""

    function: Callable[..., Any]
    arguments: tuple["float | _At", ...]


class _At(NamedTuple):
    """The position of a result: the variables come first, then the operations."""

    position: int


def parse(text: str) -> tuple[Callable[..., Any], tuple[str, ...]]:
    """Return the function that a formula stands for, and the names of its variables in order of appearance.

    A formula has numbers, variables, + - * / **, parentheses and the functions exp, log, sin, cos, tan, tanh, sqrt,
    abs, max, min, relu and sigmoid. The function takes the variables in their order and works on floats and on values
    that are being recorded or differentiated, one operation for each one in the formula; equal parts are computed once,
    and constant parts in advance. Where a formula has no value, the result is nan or infinite, as in NumPy.

    Raises TypeError if `text` is not a string, and ValueError if it is not a formula, or one that is too long or too
    deep, or that has a constant exponent beyond ±100.

    >>> function, names = parse("exp(x)**2 + sin(y)/3")
    >>> names, float(function(0.0, 0.0))
    (('x', 'y'), 1.0)
    """
    if not isinstance(text, str):
        raise TypeError(f"text is {type(text).__name__}, expected a formula in quotes, such as 'x*exp(y)'.")
    tokens = _tokens(text)
    _check_order(tokens)
    names = tuple(dict.fromkeys(token for kind, token in tokens if kind == "name" and token not in FUNCTIONS))
    if not names:
        raise _error("the formula has no variable", "write one such as x*exp(y)")
    if len(names) > MOST_VARIABLES:
        raise _error(f"the formula has {len(names)} variables", f"at most {MOST_VARIABLES} are allowed")
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        raise _error(f"{text.strip()!r} cannot be read", "an operator or a parenthesis is out of place") from error
    reader = _Reader(names)
    result = reader.read(tree.body)
    operations = tuple(reader.operations)

    def function(*values: Any) -> Any:
        if len(values) != len(names):
            raise TypeError(f"the formula has {len(names)} variable(s), {', '.join(names)}, but got {len(values)}.")
        found = [float(x) if isinstance(x, int | np.integer) else x for x in values]
        with np.errstate(all="ignore"):  # no warning: the caller sees nan or infinity
            for one in operations:
                found.append(one.function(*(found[x.position] if isinstance(x, _At) else x for x in one.arguments)))
        return found[result.position] if isinstance(result, _At) else result

    return function, names


def _error(what: str, instead: str) -> ValueError:
    return ValueError(f"{what}: {instead}.")


def _tokens(text: str) -> list[tuple[str, str]]:
    """Split a text into numbers, names and signs; raise ValueError for anything else."""
    if len(text) > LONGEST:
        raise _error(f"the formula has {len(text)} characters", f"at most {LONGEST} are allowed")
    if not text.strip():
        raise _error("the formula is empty", "write one such as x*exp(y)")
    if len(text.strip().splitlines()) > 1:
        raise _error("the formula has several lines", "write it in one")
    tokens, position, end = [], 0, len(text.rstrip())
    while position < end:
        found = _TOKEN.match(text, position)
        if found is None:
            raise _unknown_sign(text[position:].lstrip()[0])
        tokens.append((str(found.lastgroup), found[str(found.lastgroup)]))
        position = found.end()
    for (_, before), (_, after) in pairwise(tokens):
        if "." in (before, after):
            beside = after if before == "." else before
            raise _error(
                f"the dot beside {beside} belongs to no number",
                "dots stand in decimals such as 0.5 alone; it is exp(x), not np.exp(x)",
            )
    for kind, token in tokens:
        if kind == "name" and keyword.iskeyword(token):
            raise _error(f"{token} is a word of the language Python", "a variable needs another name")
        if kind == "name" and (token.startswith("_") or len(token) > 20):
            raise _error(f"{token[:30]} is no name of a variable", "it starts with a letter and has at most 20 signs")
        if kind == "number" and not float(token) <= LARGEST_NUMBER:
            raise _error(f"the number {token[:30]} is too large", f"at most {LARGEST_NUMBER:g} is allowed")
        if kind == "number" and re.match(r"0\d+$", token):
            raise _error(f"the number {token[:30]} starts with 0", "write it without")
    return tokens


def _unknown_sign(sign: str) -> ValueError:
    if sign in _SLIPS:
        return _error(f"{sign} is no sign of a formula", _SLIPS[sign])
    what = f"{sign if sign.isprintable() else ascii(sign)} ({unicodedata.name(sign, 'unnamed sign').lower()})"
    if sign.isalnum():
        return _error(f"{what} is not on the list", "names have the letters a–z and A–Z, digits and _")
    return _error(f"{what} is no sign of a formula", "there are only numbers, variables, functions and + - * / **")


def _check_order(tokens: list[tuple[str, str]]) -> None:
    """Check each pair of neighbouring tokens, where most slips show."""
    signs, depth = sum(kind == "operator" for kind, _ in tokens), 0
    if tokens[0][1] in ("*", "/", "**", "//", ",", ".", ")"):
        raise _error(f"the formula starts with {tokens[0][1]}", "a number, a variable or a function is missing there")
    if signs > MOST_OPERATIONS:
        raise _error(f"the formula has {signs} operations", f"at most {MOST_OPERATIONS} are allowed")
    for (kind, token), (following, after) in zip(tokens, [*tokens[1:], ("end", "")], strict=True):
        depth += (token == "(") - (token == ")")
        if depth < 0:
            raise _error("a ) has no (", "one is missing before it, or this one is too many")
        if depth > DEEPEST:
            raise _error(f"more than {DEEPEST} parentheses lie within each other", "write the formula with fewer")
        _check_pair(kind, token, following, after)
    if depth:
        raise _error(f"{depth} of the ( stay open" if depth > 1 else "a ( stays open", "a ) is missing")


def _check_pair(kind: str, token: str, following: str, after: str) -> None:
    ends_value, starts_value = (
        kind in ("number", "name") or token == ")",
        following in ("number", "name") or after == "(",
    )
    if token in FUNCTIONS:
        if after != "(":
            argument = after if following in ("number", "name") else "x"
            raise _error(f"the function {token} has no argument", f"write {token}({argument})")
    elif kind == "name" and after == "(":
        close = difflib.get_close_matches({"ln": "log", "arcsin": "sin", "maximum": "max", "minimum": "min"}
                                          .get(token, token), FUNCTIONS, 1)  # fmt: skip
        likely = f"did you mean {close[0]}, or the product {token}*(…)?" if close else f"is it a product, {token}*(…)?"
        raise ValueError(f"{token}(…) is none of the functions {', '.join(FUNCTIONS)}: {likely}")
    elif ends_value and starts_value:
        left, right = "(…)" if token == ")" else token, "(…)" if after == "(" else after
        space = " " if kind == following else ""
        raise _error(f"{left}{space}{right} has no sign in between", f"a product is written {left}*{right}")
    if "//" in (token, after):
        raise _error("// is no sign of a formula", "a quotient is written /")
    opens = kind == "operator" or token in ("(", ",")
    if opens and (after in (")", ",", "*", "/", "**") or following == "end"):
        what = f"after {token} comes {after}" if after else f"the formula ends with {token}"
        raise _error(what, "a number, a variable or a function is missing there")


class _Reader:
    """Turns a syntax tree into operations. A class, because it collects them while it goes through the tree."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self.operations: list[_Operation] = []
        self.positions = {name: i for i, name in enumerate(names)}
        self.known: dict[Any, _At] = {}

    def read(self, tree: ast.AST) -> float | _At:
        """Return where the result of a part of the formula is found. Anything that is not listed here is refused."""
        if isinstance(tree, ast.Constant) and isinstance(tree.value, int | float):
            return float(tree.value)
        if isinstance(tree, ast.Name) and tree.id in self.positions:
            return _At(self.positions[tree.id])
        if isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.UAdd):
            return self.read(tree.operand)
        if isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.USub):
            return self.operation("-", np.negative, self.read(tree.operand))
        if isinstance(tree, ast.BinOp) and type(tree.op) in _OPERATORS:
            left, right = self.read(tree.left), self.read(tree.right)
            if isinstance(tree.op, ast.Pow) and isinstance(right, float) and abs(right) > LARGEST_EXPONENT:
                raise _error(f"the exponent {right:g} is too large", f"at most ±{LARGEST_EXPONENT:g} is allowed")
            return self.operation(type(tree.op).__name__, _OPERATORS[type(tree.op)], left, right)
        if isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name) and tree.func.id in FUNCTIONS:
            return self.call(tree.func.id, tree)
        if isinstance(tree, ast.Tuple):
            raise _error("a comma stands outside of max and min", "a decimal is written with a dot, as in 1.5")
        raise _error("this is no formula", "there are only numbers, variables, functions and + - * / **")

    def call(self, name: str, tree: ast.Call) -> float | _At:
        """Read a function and its arguments."""
        if tree.keywords or any(isinstance(argument, ast.Starred) for argument in tree.args):
            raise _error(f"an argument of {name} starts with a star", "a product has something on both of its sides")
        several, given = name in ("max", "min"), len(tree.args)
        if given < 2 if several else given != 1:
            expected = "at least 2 are" if several else "1 is"
            raise _error(f"{name} got {given} argument{'' if given == 1 else 's'}", f"{expected} expected")
        arguments = [self.read(argument) for argument in tree.args]
        return (
            reduce(lambda *given: self.operation(name, FUNCTIONS[name], *given), arguments)
            if several
            else (self.operation(name, FUNCTIONS[name], *arguments))
        )

    def operation(self, name: str, function: Callable[..., Any], *arguments: float | _At) -> float | _At:
        """Add an operation, unless the same one is there already or all of its arguments are numbers."""
        if all(isinstance(x, float) for x in arguments):
            with np.errstate(all="ignore"):
                value = float(function(*arguments)) + 0.0
            if not abs(value) <= LARGEST_NUMBER:
                raise _error(f"a part without variables comes to {value:g}", "it has to be a number of moderate size")
            return value
        key = (name, *arguments)
        if key not in self.known:
            if len(self.operations) >= MOST_OPERATIONS:
                raise _error("the formula has too many operations", f"at most {MOST_OPERATIONS} are allowed")
            self.operations.append(_Operation(function, arguments))
            self.known[key] = _At(len(self.positions) + len(self.operations) - 1)
        return self.known[key]
