"""The derivative rule of an operation, the table of all rules, and the few patterns that nearly all follow.

A rule says what an operation does to a gradient in reverse mode (`reverse`: one function for each input, which returns
its contribution to ∂ℓ/∂input) and to tangents in forward mode (`forward`). Both are plain NumPy. A rule that runs on
recorded values is recorded itself, which gives second derivatives.
"""

import inspect
import sys
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from bpkit.graphs.tracked import apply

Function = Callable[..., Any]


class Rule(NamedTuple):
    """How to differentiate y = function(*inputs, **settings).

    reverse[i](g, y, *inputs, **settings) is the contribution to the gradient of input i, where g is that of y; it is
    None where the derivative is zero everywhere it exists. forward(tangents, y, *inputs, **settings) is the tangent of
    y, or None if y is constant; the tangent of a constant input is None. Inputs come in the type of y, whatever their
    own, so that a rule computes as precisely as NumPy computed y.
    """

    name: str
    function: Function
    reverse: Any  # by the number of the input
    forward: Function | None
    one_input: bool = False  # whose type is that of y, so that nothing has to be converted; not set for lengths
    own: bool = False  # made by bp.defrule: it gets its arguments as the program gave them
    square: Function | None = None  # of a length: its square, as a function of the inputs and settings
    sparse: Function | None = None  # what to call instead where an input is a sparse matrix of SciPy


class Known(NamedTuple):
    """The function to call instead of a NumPy function, and which of its arguments it accepts."""

    call: Function
    names: frozenset[str]  # the settings
    positions: int  # the number of arguments that come in NumPy's order, and so may be given without a name


RULES: dict[Any, Rule] = {}  # by NumPy function; other operations by name
FUNCTIONS: dict[Function, Known] = {}  # functions that NumPy passes to __array_function__
CONSTANTS: set[Function] = set()  # functions whose results have no derivative: truth values, positions, shapes


# The patterns


def elementwise(function: Function, *derivatives: Any, name: str = "", own: bool = False) -> Rule:
    """A function of each entry. The derivatives, one for each input, are functions of y and the inputs, or ±1 or 0.

    The same line serves both modes: gradients and tangents are multiplied by the same number.
    """
    number = len(derivatives)
    reverse = [_elementwise_reverse(i, derivative, number) for i, derivative in enumerate(derivatives)]
    return add_rule(function, reverse, _elementwise_forward(derivatives), name, own)


def linear(function: Function, transposed: Function, name: str = "") -> Rule:
    """A linear function of its one input: `transposed(g, x, **settings)`; its tangent is the function itself."""

    def forward(tangents: Any, y: Any, x: Any, **settings: Any) -> Any:
        return function(tangents[0], **settings)

    return add_rule(function, [lambda g, y, x, **settings: transposed(g, x, **settings)], forward, name)


def multilinear(function: Function, *contributions: Function, name: str = "") -> Rule:
    """A function that is linear in each input, like a product: `contributions[i](g, *inputs, **settings)`."""
    reverse = [_without_y(contribution) for contribution in contributions]
    return add_rule(function, reverse, multilinear_forward(function), name)


def reduction(function: Function, weights: Function, name: str = "") -> Rule:
    """A reduction along an axis: `weights(y, x, axis)` are ∂y/∂x, where y keeps the axis, with size 1."""

    def reverse(g: Any, y: Any, x: Any, axis: Any = None, keepdims: bool = False) -> Any:
        return spread(g, axis, keepdims) * weights(spread(y, axis, keepdims), x, axis)

    def forward(tangents: Any, y: Any, x: Any, axis: Any = None, keepdims: bool = False) -> Any:
        return np.sum(tangents[0] * weights(spread(y, axis, keepdims), x, axis), axis=axis, keepdims=keepdims)

    return add_rule(function, [reverse], forward, name)


def flat(function: Function, *, name: str = "", inputs: int = 1) -> Rule:
    """A function whose derivative is zero wherever it has one."""

    def forward(tangents: Any, y: Any, *values: Any, **settings: Any) -> None:
        return None

    return add_rule(function, [None] * inputs, forward, name)


def composed(*functions: Function) -> Callable[[Function], Function]:
    """Differentiate NumPy functions by running the decorated function, made of operations with rules, instead."""

    def register(ours: Function) -> Function:
        for function in functions:
            names = frozenset(inspect.signature(ours).parameters)
            FUNCTIONS[function] = Known(ours, names, _in_order(ours, function))
        return ours

    return register


def constant(*functions: Function) -> None:
    """Let functions work on the plain arrays: their results have no derivative."""
    CONSTANTS.update(functions)


def add_rule(function: Function, reverse: Any, forward: Function | None, name: str = "", own: bool = False) -> Rule:
    """Enter a rule into the table: under the NumPy function or, for any other operation, under its name."""
    rule = Rule(
        name or getattr(function, "__name__", "f"),
        function,
        reverse,
        forward,
        isinstance(reverse, list) and len(reverse) == 1,
        own,
    )
    RULES[name or function] = rule
    return rule


# Parts of rules


class Scattered(NamedTuple):
    """A contribution that is zero but at an index: `backward` adds it there, and need not make the zeros each time.

    So a loop over the entries x[0], x[1], … of n takes time in proportion to n, and not to n².
    """

    g: Any
    index: Any
    shape: tuple[int, ...]

    def dense(self) -> Any:
        """It as an array, with the zeros."""
        zeros = np.zeros(self.shape, self.g.dtype)
        if is_basic(self.index):
            zeros[self.index] = self.g
        else:
            np.add.at(zeros, self.index, self.g)
        return zeros

    def add_to(self, total: Any) -> None:
        """Add it to an array: where entries are repeated in the index, their gradients add up."""
        if is_basic(self.index):
            total[self.index] += self.g
        else:
            np.add.at(total, self.index, self.g)


def is_basic(index: Any) -> bool:
    """Whether an index takes no entry twice: whole numbers and slices."""
    parts = index if isinstance(index, tuple) else (index,)
    return all(part is None or part is Ellipsis or isinstance(part, slice | int | np.integer) for part in parts)


class ForAnyNumber:
    """The `reverse` of an operation with any number of inputs: that of input i is contribution(i, g, y, *inputs)."""

    def __init__(self, contribution: Function) -> None:
        self.contribution = contribution

    def __getitem__(self, i: int) -> Function:
        return partial(self.contribution, i)


def as_numpy(function: Function, y: Any, *arrays: Any) -> Any:
    """Return y with the value of NumPy's own function(*arrays), to the last bit; its derivatives stay those of y."""
    name = getattr(function, "func", function).__name__  # of a partial too
    reverse = [lambda g, y, *arrays: g, *[None] * len(arrays)]
    rule = Rule(name, lambda y, *arrays: function(*arrays), reverse, lambda tangents, y, *arrays: tangents[0])
    return apply(rule, (y, *arrays), {})


def length(rule: Rule, square: Function) -> Rule:
    """Tell the rule of a length how its square follows from the inputs, which are smooth where the length is 0."""

    def value(*arrays: Any, **settings: Any) -> Any:
        return np.square(rule.function(*arrays, **settings))

    def exactly(*inputs: Any, **settings: Any) -> Any:
        return as_numpy(partial(value, **settings), square(*inputs, **settings), *inputs)

    key = rule.function if rule.function in RULES else rule.name
    RULES[key] = rule._replace(one_input=False, square=exactly)
    return RULES[key]


def multilinear_forward(function: Function) -> Function:
    """Return the product rule: the forward rule of a function that is linear in each input."""

    def forward(tangents: Any, y: Any, *inputs: Any, **settings: Any) -> Any:
        terms = [
            function(*inputs[:i], tangent, *inputs[i + 1 :], **settings)
            for i, tangent in enumerate(tangents)
            if tangent is not None
        ]
        return total(terms)

    return forward


def total(terms: list[Any]) -> Any:
    """Return the sum of the terms, None if there are none."""
    if not terms:
        return None
    result = terms[0]
    for term in terms[1:]:
        result = result + term
    return result


def unbroadcast(g: Any, x: Any) -> Any:
    """Sum g over the axes along which x was repeated to reach g's shape: every copy contributes.

    >>> unbroadcast(np.ones((2, 3)), np.zeros((2, 1)))
    array([[3.],
           [3.]])
    """
    if isinstance(g, float) and isinstance(x, float):
        return g
    shape = x.shape if hasattr(x, "shape") else np.shape(x)
    found = g.shape if hasattr(g, "shape") else np.shape(g)
    if found == shape:
        return g
    new = len(found) - len(shape)
    if new > 0:
        g = np.add.reduce(g, axis=tuple(range(new)))
    stretched = tuple([i for i, size in enumerate(shape) if size == 1 and found[new + i] != 1])
    return np.add.reduce(g, axis=stretched, keepdims=True) if stretched else g  # np.sum without its overhead


def spread(y: Any, axis: Any, keepdims: bool) -> Any:
    """Return a reduction's result with the axes it lost, of size 1."""
    return y if keepdims or axis is None else np.expand_dims(y, axis)


def describe(function: Function) -> str:
    """The public name of a function.

    >>> describe(np.linalg.eigh)
    'np.linalg.eigh'
    """
    name = getattr(function, "__name__", repr(function))
    if isinstance(function, np.ufunc):  # not all say where they come from
        places = {"np": np, "scipy.special": sys.modules.get("scipy.special")}
        return next(
            (f"{place}.{name}" for place, module in places.items() if getattr(module, name, 0) is function), name
        )
    module = getattr(function, "__module__", None) or ""
    public = module.replace("numpy", "np", 1).partition("._")[0] + "."  # numpy.linalg._linalg, numpy._core.fromnumeric
    return (public if module.partition(".")[0] == "numpy" and public.count(".") <= 2 else "") + name


def defaults(function: Function) -> dict[str, Any]:
    """The parameters of a NumPy function in their order, with their defaults; empty if NumPy does not say.

    >>> defaults(np.cumsum)
    {'a': <class 'inspect._empty'>, 'axis': None, 'dtype': None, 'out': None}
    """
    try:
        parameters = inspect.signature(function).parameters.values()
    except ValueError:
        return {}
    return {one.name: one.default for one in parameters if one.kind is not one.VAR_KEYWORD}


def _in_order(ours: Function, function: Function) -> int:
    """How many leading arguments `ours` takes in the same order as NumPy does, even if it names them differently."""
    parameters, of_numpy = inspect.signature(ours).parameters.values(), defaults(function)
    if not of_numpy or any(one.kind is one.VAR_POSITIONAL for one in parameters):
        return sys.maxsize
    names = [one.name for one in parameters if one.kind is not one.KEYWORD_ONLY]
    pairs = enumerate(zip(names, of_numpy, strict=False))
    return next(
        (i for i, (name, theirs) in pairs if name != theirs and name in of_numpy), min(len(names), len(of_numpy))
    )


def _elementwise_reverse(i: int, derivative: Any, number: int) -> Function | None:
    if isinstance(derivative, int):
        if derivative == 0:
            return None
        if number == 1:
            return (lambda g, y, x: g) if derivative == 1 else (lambda g, y, x: -g)
        if derivative == 1:
            return lambda g, y, *inputs: unbroadcast(g, inputs[i])
        return lambda g, y, *inputs: unbroadcast(-g, inputs[i])
    if number == 1:
        return lambda g, y, x: g * derivative(y, x)
    return lambda g, y, *inputs: unbroadcast(g * derivative(y, *inputs), inputs[i])


def _elementwise_forward(derivatives: Sequence[Any]) -> Function:
    def forward(tangents: Any, y: Any, *inputs: Any) -> Any:
        terms = []
        for tangent, derivative in zip(tangents, derivatives, strict=True):
            if tangent is not None and not isinstance(derivative, int):
                terms.append(tangent * derivative(y, *inputs))
            elif tangent is not None and derivative != 0:
                terms.append(tangent if derivative == 1 else -tangent)
        tangent = total(terms)
        if tangent is None or np.shape(tangent) == np.shape(y):
            return tangent
        return np.broadcast_to(tangent, np.shape(y))

    return forward


def _without_y(contribution: Function) -> Function:
    return lambda g, y, *inputs, **settings: contribution(g, *inputs, **settings)
