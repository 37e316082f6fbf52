"""The settings of a call, in NumPy's order and in ours: those that change nothing are dropped, unknown ones refused."""

from collections.abc import Callable
from typing import Any

import numpy as np

from bpkit.graphs.rules import describe
from bpkit.graphs.rules.rule import Known, defaults
from bpkit.graphs.tracked import DerivativeError


def known_form(function: Callable[..., Any], known: Known, args: Any, settings: dict[str, Any]) -> Any:
    """Name the arguments that NumPy's signature has in other places than ours, and drop those that change nothing.

    Raises DerivativeError for a setting that the rule does not know.
    """
    of_numpy = defaults(function)
    named = dict(zip(list(of_numpy)[known.positions :], args[known.positions :], strict=False)) | settings
    for name, given in named.items():
        if name not in known.names and not usual(name, given, of_numpy.get(name, np._NoValue)):
            refuse_settings(function, {name: given})
    return args[: known.positions], {
        name: given for name, given in named.items() if name in known.names and given is not np._NoValue
    }


def usual(name: str, given: Any, default: Any = None) -> bool:
    """Whether a setting is what NumPy takes anyway."""
    if given is default or given is np._NoValue:
        return True
    if name in _USUAL and default in (None, np._NoValue):
        default = _USUAL[name]
    return type(given) is type(default) and isinstance(given, str | int) and given == default


_USUAL = {"where": True, "order": "K", "casting": "same_kind", "subok": True}


def refuse_settings(function: Callable[..., Any], settings: dict[str, Any]) -> None:
    name = describe(function)
    if "out" in settings:
        raise DerivativeError(
            f"{name}(…, out=…), or an operator such as a += x on a plain array a, writes the result into an existing "
            "array, which cannot hold a derivative: write a = a + x, without out."
        )
    option = next(iter(settings))
    raise DerivativeError(f"{name} has no derivative rule for {option}=…: write the same without {option}.")
