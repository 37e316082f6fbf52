"""How a reader's function is called: with the problem's arguments by name, or by position where its names differ."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bpkit.problems.form import Wrong

_PLACES = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


def caller(answer: Callable[..., Any], names: Sequence[str]) -> Callable[[Mapping[str, Any]], Any]:
    """Return how to call the reader's function with the arguments of an instance, which have these names.

    A parameter that has one of the names gets that argument; the other parameters get the arguments that are left, in
    the problem's order.

    Raises Wrong for a function that takes another number of arguments.

    >>> caller(lambda f, target: f - target, ["f", "y"])({"f": 4.0, "y": 1.0})
    3.0
    """
    signature = signature_of(answer)
    if signature is None:  # some built-in functions have none; those take their arguments by position
        return lambda arguments: answer(*arguments.values())
    if takes_anything(signature):
        return lambda arguments: by_name_or_place(answer, arguments)
    try:
        signature.bind(**dict.fromkeys(names))
    except TypeError:
        order = in_place(signature, names)
        return lambda arguments: answer(*(arguments[name] for name in order), **keywords(signature, arguments))
    return lambda arguments: answer(**arguments)


def signature_of(answer: Callable[..., Any]) -> inspect.Signature | None:
    """The function's signature, or None where it has none or does not tell."""
    try:
        return inspect.signature(answer)
    except Exception:  # what a reader's own __signature__ or __call__ may raise is theirs
        return None


def takes_anything(signature: inspect.Signature) -> bool:
    """Whether the function passes on what it gets, as what a decorator without functools.wraps makes does."""
    kinds = [parameter.kind for parameter in signature.parameters.values()]
    return kinds == [inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD]


def by_name_or_place(answer: Callable[..., Any], arguments: Mapping[str, Any]) -> Any:
    """Call by name; where the function inside has other names for its arguments, by position."""
    try:
        return answer(**arguments)
    except TypeError as error:
        if "keyword argument" not in str(error):
            raise
    return answer(*arguments.values())


def keywords(signature: inspect.Signature, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the arguments that the function takes by keyword alone."""
    only = inspect.Parameter.KEYWORD_ONLY
    return {
        name: arguments[name] for name, one in signature.parameters.items() if one.kind is only and name in arguments
    }


def in_place(signature: inspect.Signature, names: Sequence[str]) -> list[str]:
    """The names of the arguments in the order in which the function takes them."""
    parameters = list(signature.parameters.values())
    by_keyword = [one.name for one in parameters if one.kind is inspect.Parameter.KEYWORD_ONLY]
    wanted = [name for name in names if name not in by_keyword]
    places = [one for one in parameters if one.kind in _PLACES][: len(wanted)]
    known = {one.name for one in places} & set(wanted)
    left = iter([name for name in wanted if name not in known])
    order = [one.name if one.name in known else next(left, one.name) for one in places]
    order += left  # for a function that ends in *others
    try:
        signature.bind(*order, **{name: None for name in by_keyword if name in names})
    except TypeError as error:
        expected = ", ".join(names)
        raise Wrong(
            f"Your function cannot be called as this problem calls it, with ({expected}): it is defined with "
            f"{signature}, and so there is {error}."
        ) from None
    return order
