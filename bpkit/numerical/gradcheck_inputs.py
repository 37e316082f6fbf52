"""Checks what `gradcheck` is given and what f and gradient return: one sentence for each thing that can be wrong."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from bpkit.numerical.arrays import Array
from bpkit.numerical.gradcheck_arguments import argument_names, as_given, in_one_row, is_list_of_arrays, names
from bpkit.numerical.gradcheck_diagnosis import GradcheckError, place

Function = Callable[..., Any]


def checked_arguments(f: Any, gradient: Any, x: tuple[Any, ...]) -> list[Array]:
    """The arguments as float64 arrays in one row, once it is clear that f and gradient are functions."""
    for name, given, what in (("f", f, "function"), ("gradient", gradient, "function that computes the gradient")):
        if not callable(given):
            fix = f"pass the {what}, not its result."
            raise TypeError(f"{name} is {described(given)}, but it must be a function: {fix}")
    if not x:
        raise ValueError("gradcheck got no x: call gradcheck(f, gradient, x) with the point at which to compare.")
    return [checked_argument(value, name) for value, name in zip(in_one_row(x), names(f, x), strict=True)]


def checked_argument(value: Any, name: str) -> Array:
    """A float64 copy of an argument, or an error that says what is wrong with it."""
    if not isinstance(value, (np.ndarray, float, int, np.generic)):
        slip = ": write np.array(…)" if isinstance(value, (list, tuple)) else ""
        raise TypeError(f"{name} is {described(value)}, but must be a float or an array of float64{slip}.")
    array = np.array(value, order="K")
    if array.dtype.kind in "iub":
        raise TypeError(f"{name} is of type {array.dtype}, which cannot move by small steps: write 1.0 for 1.")
    if array.dtype != np.float64:
        raise TypeError(f"{name} is of type {array.dtype}, but gradcheck needs float64: convert with .astype(float).")
    if array.size == 0:
        raise ValueError(f"{name} has shape {array.shape}, so it has no entry to compare.")
    if not np.isfinite(array).all():
        raise ValueError(f"{name} holds NaN or infinity, where no derivative can be compared.")
    return array


def one_number(value: Any) -> float:
    """The one real number that f must return."""
    if value is None:
        raise TypeError("f returns None, but must return one number: is a return missing?")
    array = np.asarray(value)
    if array.dtype.kind not in "fiub" or array.dtype in (np.float32, np.float16):
        slip = ": convert with .astype(float)" if array.dtype.kind == "f" else ""
        raise TypeError(f"f returns a value of type {array.dtype}, but must return one float64{slip}.")
    if array.size != 1:
        raise TypeError(f"f returns an array of shape {array.shape}, but must return one number: sum it?")
    return float(array.reshape(()))


def copies(arrays: list[Any], x: tuple[Any, ...]) -> list[Any]:
    """Fresh copies of the arrays, as numbers and lists where x, what the caller passed, has numbers and lists."""
    row = [
        a.copy() if isinstance(value, np.ndarray) else a[()] if isinstance(value, np.floating) else a.item()
        for a, value in zip(arrays, in_one_row(x), strict=True)
    ]
    return as_given(row, x)


def call_on_copies(function: Function, role: str, arrays: list[Array], x: tuple[Any, ...], called: list[str]) -> Any:
    """function(*x) on copies of x, which it must not change."""
    given = copies(arrays, x)
    kept = in_one_row(given)  # a function may also put other arrays into a list
    result = function(*given)
    for k, (copy, a, name) in enumerate(zip(kept, arrays, called, strict=True)):
        if np.shape(copy) != a.shape or not np.array_equal(copy, a):
            message = f"{role} changes {name} in place: compute on a copy, as in x = x + 1, not x += 1."
            raise GradcheckError(message, "in place", k)
    return result


def check_repeatable(f: Function, arrays: list[Array], x: tuple[Any, ...]) -> None:
    """f must return a finite number, and the same one twice."""
    first, second = (one_number(call_on_copies(f, "f", arrays, x, names(f, x))) for _ in range(2))
    if not math.isfinite(first):
        raise ValueError(f"f returns {first} at x: check at a point where f is finite.")
    if not math.isclose(first, second, rel_tol=1e-12):
        message = (
            f"f is not deterministic: two calls with the same x return {first:.6g} and {second:.6g}; "
            "if it draws random numbers, start it from a fixed rng in each call."
        )
        raise GradcheckError(message, "not deterministic")


def checked_gradients(f: Function, result: Any, arrays: list[Array], x: tuple[Any, ...]) -> list[Array]:
    """One finite float64 array of the right shape for each array of the row."""
    gradients, called = gradients_in_one_row(f, result, x), names(f, x)
    claimed = [np.asarray(g) for g in gradients]
    for name, g, c in zip(called, gradients, claimed, strict=True):
        if c.dtype.kind not in "fiub":
            raise TypeError(f"gradient returns {described(g)} for {name}, but must return real numbers.")
    for k, (name, c) in enumerate(zip(called, claimed, strict=True)):
        if c.shape != arrays[k].shape:
            raise wrong_shape(claimed, arrays, k, called)
        if not np.isfinite(c).all():
            entry = tuple(int(i) for i in np.argwhere(~np.isfinite(c))[0])
            value = float(c[entry])
            message = f"At {place(name, entry)} the gradient claims {value}, which is not a finite number."
            raise GradcheckError(message, "not finite", k, entry, value)
        if c.dtype in (np.float32, np.float16):
            message = f"The gradient of {name} is {c.dtype}, but must be float64: compute in .astype(float)."
            raise GradcheckError(message, "float32", k)
    return [c.astype(float) for c in claimed]


def gradients_in_one_row(f: Function, result: Any, x: tuple[Any, ...]) -> list[Any]:
    """What gradient returned, one for each array of the row, once there are as many as arguments and arrays."""
    one_list = len(x) == 1 and is_list_of_arrays(x[0])
    parts = list(result) if isinstance(result, (tuple, list)) and not one_list else [result]
    if len(parts) != len(x):
        arguments = "1 argument" if len(x) == 1 else f"{len(x)} arguments"
        slip = "an array for an array" if len(x) == 1 else "a tuple with one for each, in order"
        raise ValueError(f"gradient returns {len(parts)} of the gradients of {arguments}: return {slip}.")
    for name, part, value in zip(argument_names(f, x), parts, x, strict=True):
        if is_list_of_arrays(value) and not (isinstance(part, (tuple, list)) and len(part) == len(value)):
            got = f"{len(part)} of its gradients" if isinstance(part, (tuple, list)) else described(part)
            expected = f"a list with a gradient for each of its {len(value)}"
            raise ValueError(f"gradient returns {got} for {name}, a list of arrays: return {expected}.")
    return [one for part, value in zip(parts, x, strict=True) for one in (part if is_list_of_arrays(value) else [part])]


def wrong_shape(claimed: list[Array], arrays: list[Array], k: int, called: list[str]) -> GradcheckError:
    """The error for a gradient whose shape is not its argument's."""
    got, expected = claimed[k].shape, arrays[k].shape
    name = "the argument" if len(arrays) == 1 else called[k]
    others = [j for j in range(len(arrays)) if j != k and claimed[j].shape == expected and got == arrays[j].shape]
    summed = [i for i, (g, e) in enumerate(zip(got, expected, strict=False)) if g != e]
    axes = ", ".join(map(str, summed)) if len(summed) == 1 else str(tuple(summed))
    cause, slip = "shape", "."
    if got == expected[::-1]:
        cause, slip = "transposed", ": transpose it."
    elif others:
        cause, slip = "swapped", f": swapped with the gradient of {called[others[0]]}?"
    elif len(got) == len(expected) and all(expected[i] == 1 for i in summed):
        batch = " (the batch)" if summed == [1] and len(got) == 2 else ""
        slip = f": sum over axis {axes}{batch}, with keepdims=True."
    elif len(got) == len(expected) and all(got[i] == 1 for i in summed):
        slip = f": it seems summed over axis {axes}, which must stay."
    elif math.prod(got) == math.prod(expected):
        slip = ": keep the shape (keepdims=True, or .reshape)."
    message = f"The gradient has shape {got}, {name} has shape {expected}{slip}"
    return GradcheckError(message, cause, k)


def described(value: object) -> str:
    """A value as messages speak of it."""
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    return "None" if value is None else f"{value!r}"[:40] + f" ({type(value).__name__})"
