"""What goes into a differentiated function and what comes out: checked, taken apart, and handed over."""

import inspect
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from bpkit.nested import Rebuild, flatten
from bpkit.tracked import DerivativeError, Tracked

Function = Callable[..., Any]


def chosen(f: Function, args: tuple[Any, ...], argnums: int | Sequence[int]) -> tuple[list[Any], Rebuild]:
    """Return the arrays with respect to which f is differentiated, and what puts their gradients into their form.

    Raises DerivativeError for what is not a floating-point number, ValueError when there is no such argument.
    """
    several = not isinstance(argnums, int)
    numbers = tuple(argnums) if isinstance(argnums, Sequence) else (argnums,)
    for number in numbers:
        if not -len(args) <= number < len(args):
            raise ValueError(
                f"argnums is {argnums!r}, but {_name(f)} was called with {len(args)} positional argument(s): "
                "arguments count from 0, and those given by name cannot be chosen."
            )
    leaves, rebuild = flatten(tuple(args[number] for number in numbers) if several else args[numbers[0]])
    return [variable(leaf, f, args, numbers) for leaf in leaves], rebuild


def put(args: tuple[Any, ...], argnums: int | Sequence[int], new: Any) -> list[Any]:
    """Return the arguments with the chosen ones replaced."""
    changed = list(args)
    if isinstance(argnums, int):
        changed[argnums] = new
    else:
        for number, value in zip(argnums, new, strict=True):
            changed[number] = value
    return changed


def variable(value: Any, f: Function | None = None, args: Any = (), numbers: Any = ()) -> Any:
    """Return a floating-point number or array, or say why it has no derivative."""
    if isinstance(value, Tracked):
        return value
    if isinstance(value, float):
        return np.float64(value)
    array: Any = value if isinstance(value, np.ndarray | np.generic) else np.asarray(value)
    if array.dtype.kind != "f":
        raise _no_variable(value, array, f, args, numbers)
    return array if array.ndim else array[()]


def one_number(y: Any, f: Function) -> None:
    """Raise DerivativeError unless f returned one real number."""
    if isinstance(y, list | tuple | dict):
        raise DerivativeError(
            f"{_name(f)} returned a {type(y).__name__}, but a gradient is that of one number: return the loss alone, "
            "or use bp.jacrev for the derivatives of several results."
        )
    if np.shape(y) != ():
        slip = "y[0]" if np.shape(y) == (1,) else "its sum"
        raise DerivativeError(
            f"{_name(f)} returned an array of shape {np.shape(y)}, but a gradient is that of one number: did you mean "
            f"to return {slip}? For the derivatives of all entries use bp.jacrev."
        )
    real_results([y], f)


def real_results(results: Iterable[Any], f: Function) -> None:
    """Raise DerivativeError for a result that is not of real numbers."""
    for y in results:
        dtype = y.dtype if isinstance(y, Tracked) else np.asarray(y).dtype
        if dtype.kind not in "fiub":
            kind = "complex numbers" if dtype.kind == "c" else "nothing" if y is None else f"a {type(y).__name__}"
            raise DerivativeError(f"{_name(f)} returned {kind}, but only real numbers have a derivative here.")


def called(f: Function, args: Iterable[Any], settings: dict[str, Any]) -> Any:
    """Call f; where NumPy hides one of our errors behind a message of its own, as for a[0] = x, show ours."""
    try:
        return f(*args, **settings)
    except DerivativeError:
        raise
    except Exception as error:
        hidden: BaseException | None = error
        while hidden is not None and not isinstance(hidden, DerivativeError):
            hidden = hidden.__cause__ or hidden.__context__
        if hidden is None:
            raise
        raise hidden.with_traceback(error.__traceback__) from None


def own_arrays(found: Sequence[Any], values: Sequence[Any], others: Iterable[Any] = ()) -> list[Any]:
    """Return derivatives as arrays of the type of the values that nobody else holds; None stands for zeros."""
    taken = {id(one) for one in others}
    results = []
    for g, value in zip(found, values, strict=True):
        dtype = value.dtype
        if g is None:
            g = np.zeros(value.shape, dtype)[()]
        elif isinstance(g, Tracked):
            g = g if g.dtype == dtype else g.astype(dtype)
        elif not value.shape:
            g = dtype.type(g)
        elif id(g) in taken or g.base is not None or g.dtype != dtype:
            g = np.array(g, dtype)
        taken.add(id(g))
        results.append(g)
    return results


def _no_variable(value: Any, array: Any, f: Function | None, args: Any, numbers: Any) -> DerivativeError:
    where = "x" if f is None else _argument_names(f, args, numbers)
    if array.dtype.kind in "iub":
        fix = f"{value}.0" if isinstance(value, int) and not isinstance(value, bool) else "x.astype(float)"
        return DerivativeError(
            f"{where} has a value of type {array.dtype}, but only floating-point numbers have derivatives: write {fix}."
        )
    kind = "complex numbers" if array.dtype.kind == "c" else f"a {type(value).__name__}"
    return DerivativeError(f"{where} has {kind}, but derivatives here are with respect to real floating-point numbers.")


def _argument_names(f: Function, args: Any, numbers: Any) -> str:
    try:
        names = list(inspect.signature(f).parameters)
        return " or ".join(f"argument {names[number]!r}" for number in numbers)
    except (ValueError, TypeError, IndexError):
        return f"argument {' or '.join(map(str, numbers))}"


def _name(f: Any) -> str:
    name = getattr(f, "__name__", "f")
    return "the function" if name == "<lambda>" else name
