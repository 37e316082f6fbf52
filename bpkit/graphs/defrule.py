"""Lets a reader add the derivative rule of a function."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

import numpy as np

from bpkit.graphs.batched import by_rows
from bpkit.graphs.rules import FUNCTIONS, RULES, Rule, describe, learn_special_functions
from bpkit.graphs.rules.rule import Known, add_rule, elementwise
from bpkit.graphs.tracked import DerivativeError, Tracked, apply

Function = Callable[..., Any]

_ADDED: set[Any] = set()  # a rule added here may be replaced, so that a cell can be run again


def defrule(
    function: Function, *derivatives: Any, reverse: Sequence[Function | None] = (), forward: Function | None = None
) -> Function:
    """Add a derivative rule for a NumPy function or one of your own, and return the function to call.

    For an elementwise function give its derivatives, one for each argument, as functions of the result y and the
    arguments. For any other give `reverse`, a function for each argument that returns its contribution
    reverse[i](g, y, *arguments), where g is the gradient of y, and, for forward mode, forward(tangents, y, *arguments),
    where the tangent of a constant argument is None. Rules are plain NumPy, so they can be differentiated again. Call a
    NumPy function as before; instead of a function of your own, call the one that defrule returns.

    Raises ValueError for a function that already has a rule, or unless exactly one of derivatives and reverse is given;
    TypeError if one of them is not a function.

    >>> import bpkit as bp
    >>> cube = bp.defrule(lambda x: x * x * x, lambda y, x: 3 * x * x)
    >>> float(bp.grad(cube)(2.0)), float(bp.grad(bp.grad(cube))(2.0))
    (12.0, 12.0)
    """
    if not callable(function):
        raise TypeError(f"function is a {type(function).__name__}, expected a function such as np.sinc.")
    if not isinstance(reverse, list | tuple):
        raise TypeError(f"reverse is a {type(reverse).__name__}, expected a list of functions, one for each argument.")
    for derivative in derivatives:
        if not callable(derivative) and not (isinstance(derivative, int) and derivative in (-1, 0, 1)):
            raise TypeError(
                f"a derivative is {derivative!r}, expected a function of the result and the arguments, such as "
                f"lambda y, x: {derivative!r}, or one of the numbers 1, -1 and 0."
            )
    if any(not callable(given) for given in (*reverse, forward) if given is not None):
        raise TypeError("reverse and forward hold functions, or None for an argument that has no derivative.")
    if derivatives and forward is not None:
        raise ValueError("forward belongs to reverse=[…]: derivatives of each entry serve both directions.")
    if bool(derivatives) == bool(reverse):
        raise ValueError(
            "defrule takes either the derivatives of a function of each entry, one for each argument, or reverse=[…]: "
            f"it got {len(derivatives)} derivative(s) and {len(reverse)} in reverse."
        )
    if isinstance(function, np.ufunc) and function.nin != len(derivatives or reverse):
        raise ValueError(f"{describe(function)} has {function.nin} argument(s): give a derivative for each.")
    learn_special_functions()
    if (function in RULES or function in FUNCTIONS) and function not in _ADDED:
        raise ValueError(f"{describe(function)} has a rule already: give your own function another name.")
    _ADDED.add(function)
    derivatives, reverse, forward = _checked(function, derivatives, reverse, forward)
    if derivatives:
        rule = elementwise(function, *derivatives, own=True)
    else:
        rule = add_rule(function, reverse, forward, own=True)
    known = _call(rule)
    if (getattr(function, "__module__", None) or "").partition(".")[0] == "numpy" or isinstance(function, np.ufunc):
        FUNCTIONS[function] = Known(known, frozenset(), len(rule.reverse))
        return function
    return known


def _checked(function: Function, derivatives: Any, reverse: Any, forward: Any) -> tuple[Any, Any, Any]:
    """Return the functions of a rule so that each raises DerivativeError when it returns nothing."""

    def checked(derivative: Any, what: str) -> Any:
        if not callable(derivative):  # 1, -1, 0 or None
            return derivative

        def call(*arguments: Any) -> Any:
            found = derivative(*arguments)
            if found is None or isinstance(found, tuple | list | str | dict):
                kind = "nothing" if found is None else f"a {type(found).__name__}"
                raise DerivativeError(
                    f"the rule of {describe(function)} is wrong: {what} returned {kind}, expected a number or an array"
                    f"{', so a return is missing' if found is None else ''}."
                )
            return found

        return call

    return (
        [checked(one, f"the derivative for argument {i}") for i, one in enumerate(derivatives)],
        [one and by_rows(checked(one, f"reverse[{i}]")) for i, one in enumerate(reverse)],
        forward and by_rows(checked(forward, "forward")),
    )


def _call(rule: Rule) -> Function:
    @wraps(rule.function)
    def call(*arguments: Any) -> Any:
        if len(arguments) != len(rule.reverse):
            raise TypeError(f"{rule.name} got {len(arguments)} argument(s), but its rule is for {len(rule.reverse)}.")
        return apply(whole, arguments, {})

    def function(*values: Any) -> Any:  # the values of an inner recording may belong to an outer one
        if any(isinstance(x, Tracked) for x in values):
            return apply(whole, values, {})
        y = rule.function(*values)
        return np.float64(y) if type(y) is float else y  # which has a dtype, as everything inside has

    whole = rule._replace(function=function)
    return call
