"""The arguments and results of a differentiated function: selected, checked, and converted."""

import inspect
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from bpkit.graphs.nested import Rebuild, flatten, leaves_like
from bpkit.graphs.tracked import DerivativeError, Recording, Tracked, converted, name_of, not_leaked

Function = Callable[..., Any]


def selected(f: Function, args: tuple[Any, ...], argnums: int | Sequence[int]) -> tuple[list[Any], Rebuild]:
    """Return the arrays with respect to which f is differentiated, and a function that nests gradients like them.

    Raises DerivativeError for anything but floating-point numbers, ValueError if there is no such argument or one is
    selected twice, TypeError for positions that are not whole numbers.
    """
    several = isinstance(argnums, (list, tuple))
    numbers: tuple[Any, ...] = tuple(argnums) if isinstance(argnums, (list, tuple)) else (argnums,)
    for number in numbers:
        if not isinstance(number, (int, np.integer)):
            raise TypeError(
                f"argnums is {argnums!r}, expected the position of an argument, such as 0, or a tuple of positions."
            )
        if not -len(args) <= number < len(args):
            raise ValueError(
                f"argnums is {argnums!r}, but {name_of(f)} was called with {len(args)} positional argument(s): "
                "arguments count from 0, and those given by name cannot be chosen."
            )
    if several and len({number % len(args) for number in numbers}) < len(numbers):
        raise ValueError(f"argnums is {argnums!r}, which chooses an argument twice: name each once.")
    leaves, rebuild = flatten(tuple(args[number] for number in numbers) if several else args[numbers[0]])
    return [variable(leaf, f, args, numbers) for leaf in leaves], rebuild


def replaced(args: tuple[Any, ...], argnums: int | Sequence[int], new: Any) -> list[Any]:
    """Return the arguments, with the selected ones replaced."""
    changed = list(args)
    for number, value in zip(argnums, new, strict=True) if isinstance(argnums, (list, tuple)) else [(argnums, new)]:
        changed[number] = value  # type: ignore[index]
    return changed


def variable(value: Any, f: Function | None = None, args: Any = (), numbers: Any = ()) -> Any:
    """Return a floating-point number or array, or raise an error that says why it has no derivative."""
    if isinstance(value, Tracked) and value.dtype.kind == "f":
        return not_leaked(value)
    if isinstance(value, float):
        return np.float64(value)
    if isinstance(value, Tracked):
        value = value.value
    array: Any = value if isinstance(value, (np.ndarray, np.generic)) else np.asarray(value)
    if array.dtype.kind != "f" or (type(array) is not np.ndarray and isinstance(array, np.ndarray)):
        raise _no_variable(value, array, f, args, numbers)
    return array if array.ndim else array[()]


def one_number(y: Any, f: Function) -> None:
    """Raise DerivativeError unless f returned one real number."""
    if isinstance(y, (list, tuple, dict)):
        raise DerivativeError(
            f"{name_of(f)} returned a {type(y).__name__}, but a gradient is that of one number: return the loss alone, "
            "or use bp.jacrev for the derivatives of several results."
        )
    shape = y.shape if isinstance(y, Tracked) else np.shape(y)
    if shape != ():
        slip = "y[0]" if shape == (1,) else "its sum"
        raise DerivativeError(
            f"{name_of(f)} returned an array of shape {shape}, but a gradient is that of one number: did you mean "
            f"to return {slip}? For the derivatives of all entries use bp.jacrev."
        )
    floating_point(y, f)


def floating_point(y: Any, f: Function) -> None:
    """Raise DerivativeError unless f's result, or a part of it, is made of floating-point numbers."""
    dtype = dtype_of(y)
    if dtype.kind != "f":
        real_results([y], f)
        raise DerivativeError(
            f"{name_of(f)} returned a value of type {dtype}, but only floating-point numbers have derivatives: a "
            "comparison, a count or an accuracy has none, and a constant is written as 3.0."
        )


def real_results(results: Iterable[Any], f: Function) -> None:
    """Raise DerivativeError unless the results are real numbers."""
    results = list(results)
    if not results:
        raise DerivativeError(f"{name_of(f)} returned nothing, but only real numbers have a derivative here.")
    for y in results:
        dtype = y.dtype if isinstance(y, Tracked) else np.asarray(y).dtype
        if dtype.kind not in "fiub":
            kind = "complex numbers" if dtype.kind == "c" else "nothing" if y is None else f"a {type(y).__name__}"
            raise DerivativeError(f"{name_of(f)} returned {kind}, but only real numbers have a derivative here.")


def call(f: Function, args: Iterable[Any], settings: dict[str, Any], recording: Recording | None = None) -> Any:
    """Call f, and close its recording then; where NumPy replaces one of our errors, as for a[0] = x, say the cause."""
    try:
        return f(*args, **settings)
    except ValueError as error:
        if not (isinstance(error.__cause__, DerivativeError) and "setting an array element" in str(error)):
            raise
        raise DerivativeError(
            "a value that is being differentiated cannot be written into a plain array, as in a[0] = x, because its "
            "derivative would be lost: collect the parts in a list and np.stack them, or use np.where."
        ).with_traceback(error.__traceback__) from None  # unnamed: a name would be a reference cycle
    finally:
        if recording is not None:
            recording.close()


def fresh_arrays(found: Sequence[Any], values: Sequence[Any], others: Iterable[Any] = ()) -> list[Any]:
    """Return derivatives as arrays of the type of the values, none of which shares memory with another or `others`.

    None stands for zeros. Raises DerivativeError for a derivative that has not the shape of its value.
    """
    taken = {id(array) for array in others}
    results = []
    for g, value in zip(found, values, strict=True):
        shape, dtype = getattr(value, "shape", ()), getattr(value, "dtype", _FLOAT)
        if g is None:
            g = np.zeros(shape, dtype if dtype.kind == "f" else float)[()]
        elif getattr(g, "shape", ()) != shape:
            raise DerivativeError(
                f"the derivative of a value of shape {shape} came out with shape {np.shape(g)}: the rule of an "
                "operation is wrong, one of your own perhaps (see bp.defrule)."
            )
        elif isinstance(g, Tracked):
            g = converted(not_leaked(g), dtype)
        elif not shape:
            g = dtype.type(g)
        elif id(g) in taken or g.base is not None or g.dtype != dtype:
            g = np.array(g, dtype)
        taken.add(id(g))
        results.append(g)
    return results


_FLOAT = np.dtype(float)


def _no_variable(value: Any, array: Any, f: Function | None, args: Any, numbers: Any) -> DerivativeError:
    where = "x" if f is None else _argument_names(f, args, numbers)
    if array.dtype.kind in "iub":
        fix = "x.astype(float)" if array.ndim else f"{value}.0" if type(value) is int else "float(x)"
        return DerivativeError(
            f"{where} has a value of type {array.dtype}, but only floating-point numbers have derivatives: write {fix}."
        )
    if array.dtype.kind == "f":
        return DerivativeError(
            f"{where} has a {type(value).__name__}, which may compute otherwise than an array: use np.asarray(x)."
        )
    kind = "complex numbers" if array.dtype.kind == "c" else f"a {type(value).__name__}"
    return DerivativeError(f"{where} has {kind}, but derivatives here are with respect to real floating-point numbers.")


def _argument_names(f: Function, args: Any, numbers: Any) -> str:
    try:
        names = list(inspect.signature(f).parameters)
        return " or ".join(f"argument {names[number]!r}" for number in numbers)
    except (ValueError, TypeError, IndexError):
        return f"argument {' or '.join(map(str, numbers))}"


def with_auxiliary(y: Any, recording: Recording, f: Function) -> tuple[Any, Any]:
    """Return the two parts of a result: the number that is differentiated, and the rest without the recording."""
    if not isinstance(y, tuple | list) or len(y) != 2:
        raise DerivativeError(
            f"{name_of(f)} returned a {type(y).__name__}, but with has_aux=True it returns a pair: the number to "
            "differentiate, and anything else."
        )
    leaves, rebuild = flatten(y[1])
    return y[0], rebuild([inside(leaf, recording) for leaf in leaves])


def inside(y: Any, recording: Recording) -> Any:
    """The value of a result of this recording, which may belong to an outer one, but not to one that has ended."""
    return not_leaked(y.value if isinstance(y, Tracked) and y.recording is recording else y)


def dtype_of(x: Any) -> Any:
    return x.dtype if isinstance(x, Tracked | np.ndarray | np.generic) else np.asarray(x).dtype


def directions_like(given: Any, form: Any, name: str, of: str) -> list[Any]:
    """Check that the given directions are nested like the values in `form`, and have their shapes."""
    leaves = leaves_like(given, form)
    if leaves is None:
        raise ValueError(
            f"{name} must be built like {of}: the same lists, tuples and keys, with a direction for each array, of its "
            "shape."
        )
    directions: list[Any] = []
    for leaf, value in zip(leaves, flatten(form)[0], strict=True):
        if np.shape(leaf) != np.shape(value):
            raise ValueError(f"{name} has shape {np.shape(leaf)}, but {of} {np.shape(value)}: they must be the same.")
        dtype = dtype_of(value)
        if isinstance(leaf, Tracked):
            directions.append(leaf)
            continue
        array = np.asarray(leaf)
        if array.dtype.kind not in "fiub":
            raise DerivativeError(f"{name} has {array.dtype}, expected real numbers.")
        directions.append(array.astype(dtype if dtype.kind == "f" else float, copy=False)[()])
    return directions
