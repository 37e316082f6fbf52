"""Lets a reader add the derivative rule of a function."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

import numpy as np

from bpkit.graphs.batched import by_rows
from bpkit.graphs.rules import FUNCTIONS, RULES, Rule, describe, learn_special_functions
from bpkit.graphs.rules.rule import Known, add_rule, elementwise
from bpkit.graphs.tracked import DerivativeError, Tracked, apply, is_differentiated

Function = Callable[..., Any]

_ADDED: set[Any] = set()  # a rule added here may be replaced, so that a cell can be run again


def defrule(
    function: Function, *derivatives: Any, reverse: Sequence[Function | None] = (), forward: Function | None = None,
    residuals: bool = False,
) -> Function:  # fmt: skip
    """Add a derivative rule for a NumPy function or one of your own, and return the function to call.

    For an elementwise function give its derivatives, one for each argument, as functions of the result y and the
    arguments. For any other give `reverse`, a function for each argument that returns its contribution
    reverse[i](g, y, *arguments), where g is the gradient of y, and, for forward mode, forward(tangents, y, *arguments),
    where the tangent of a constant argument is None. Rules are plain NumPy, so they can be differentiated again. Call a
    NumPy function as before; instead of a function of your own, call the one that defrule returns. Arguments that are
    given to it by name are settings, constants that `reverse` and `forward` get by name too.

    With `residuals`, the function returns a pair: its result, and anything that the rule would have to compute again;
    `reverse` and `forward` get it by name, residuals=…. It is a constant, so such a rule gives first derivatives only.

    Raises ValueError for a function that already has a rule, or unless exactly one of derivatives and reverse is given,
    or for residuals without reverse; TypeError if one of them is not a function.

    >>> import bpkit as bp
    >>> cube = bp.defrule(lambda x: x * x * x, lambda y, x: 3 * x * x)
    >>> float(bp.grad(cube)(2.0)), float(bp.grad(bp.grad(cube))(2.0))
    (12.0, 12.0)
    """
    _check(function, derivatives, reverse, forward, residuals)
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
    known = _call(rule, bool(derivatives), residuals)
    if (getattr(function, "__module__", None) or "").partition(".")[0] == "numpy" or isinstance(function, np.ufunc):
        FUNCTIONS[function] = Known(known, frozenset(), len(rule.reverse))
        return function
    return known


def _check(function: Any, derivatives: Any, reverse: Any, forward: Any, residuals: bool) -> None:
    """Raise an error for arguments of `defrule` that do not make a rule."""
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
    if residuals and not reverse:
        raise ValueError("residuals are for reverse=[…]: derivatives of each entry follow from y and the arguments.")


def _checked(function: Function, derivatives: Any, reverse: Any, forward: Any) -> tuple[Any, Any, Any]:
    """Return the functions of a rule so that each raises DerivativeError when it returns nothing."""

    def checked(derivative: Any, what: str) -> Any:
        if not callable(derivative):  # 1, -1, 0 or None
            return derivative

        def call(*arguments: Any, **settings: Any) -> Any:
            found = derivative(*arguments, **settings)
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


def _call(rule: Rule, by_entry: bool, residuals: bool) -> Function:
    @wraps(rule.function)
    def call(*arguments: Any, **settings: Any) -> Any:
        if len(arguments) != len(rule.reverse):
            raise TypeError(f"{rule.name} got {len(arguments)} argument(s), but its rule is for {len(rule.reverse)}.")
        if settings and by_entry:
            raise TypeError(
                f"{rule.name} got {', '.join(settings)} by name, which derivatives of each entry cannot use."
            )
        if residuals and "residuals" in settings:
            raise TypeError(f"{rule.name} got residuals=…, which is what its rule calls what the function has saved.")
        for name, given in settings.items():
            if isinstance(given, Tracked):
                raise DerivativeError(
                    f"{rule.name} got a value that is being differentiated as {name}=…, but what is given by name "
                    "is a constant in its rule: give it by position, with a function in reverse."
                )
        return apply(_with_residuals(rule) if residuals else whole, arguments, settings)

    def function(*values: Any, **settings: Any) -> Any:  # the values of an inner recording may belong to an outer one
        if any(isinstance(x, Tracked) for x in values):
            return apply(whole, values, settings)
        return _number(rule.function(*values, **settings))

    whole = rule._replace(function=function)
    return call


def _with_residuals(rule: Rule) -> Rule:
    """The rule for one call, which keeps what the function saves until the derivative asks for it."""
    saved: list[Any] = []

    def function(*values: Any, **settings: Any) -> Any:
        if any(isinstance(x, Tracked) for x in values):
            raise _differentiated_again(rule)
        found = rule.function(*values, **settings)
        if not isinstance(found, tuple) or len(found) != 2:
            raise DerivativeError(
                f"{rule.name} returned a {type(found).__name__}, but with residuals=True it returns a pair: its "
                "result, and what its rule needs again."
            )
        saved[:] = found[1:]
        return _number(found[0])

    def informed(derivative: Function | None) -> Any:
        def with_saved(given: Any, *arguments: Any, **settings: Any) -> Any:
            if any(is_differentiated(x) for x in arguments):
                raise _differentiated_again(rule)
            return derivative(given, *arguments, residuals=saved[0], **settings)  # type: ignore[misc]

        return derivative and with_saved

    reverse = [informed(one) for one in rule.reverse]
    return rule._replace(function=function, reverse=reverse, forward=informed(rule.forward))


def _differentiated_again(rule: Rule) -> DerivativeError:
    return DerivativeError(
        f"{rule.name} has a rule with residuals, which are constants: it can be differentiated once, and not compiled. "
        "Without residuals=True, a rule may compute them from y and the arguments."
    )


def _number(y: Any) -> Any:
    """A result with a dtype, as everything inside has."""
    return np.float64(y) if type(y) is float else y
