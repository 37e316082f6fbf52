"""Numbers, arrays, words, and lists, tuples and dictionaries of them as JSON and back: nothing that runs when read."""

import base64
import json
from typing import Any

import numpy as np


class NotPlainError(TypeError):
    """A value that is more than numbers, words and arrays of them, such as a function or a network."""


def dumps(value: Any) -> str:
    """Return a value as one line of JSON.

    >>> loads(dumps({"f": [1.5, (None, "a")]}))
    {'f': [1.5, (None, 'a')]}
    >>> loads(dumps(np.arange(3.0)))
    array([0., 1., 2.])
    """
    return json.dumps(encoded(value))


def loads(line: str) -> Any:
    """Return the value that `dumps` made a line of; raise ValueError for any other line."""
    try:
        return decoded(json.loads(line))
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise ValueError(f"this is not a plain value: {error}") from None


def encoded(value: Any) -> Any:
    """Return a value as what JSON has, with the name of its type where JSON has none.

    Raises NotPlainError if there is no such thing.
    """
    if value is None or type(value) in (bool, int, float, str):
        return value
    if value is ...:
        return {"ellipsis": []}
    if isinstance(value, complex) and not isinstance(value, np.generic):
        return {"complex": [value.real, value.imag]}
    if isinstance(value, list):
        return {"list": [encoded(one) for one in value]}
    if isinstance(value, tuple):
        return {"tuple": [encoded(one) for one in value]}
    if isinstance(value, dict):
        return {"dict": [[encoded(key), encoded(one)] for key, one in value.items()]}
    if isinstance(value, np.ndarray | np.generic) or hasattr(value, "__array__"):
        array = np.asarray(value)
        if array.dtype.kind in "biufcU":
            data = base64.b64encode(array.tobytes()).decode()
            return {"scalar" if isinstance(value, np.generic) else "array": [array.dtype.str, list(array.shape), data]}
    raise NotPlainError(f"a {type(value).__name__} is no plain value")


def decoded(value: Any) -> Any:
    """Return what `encoded` was given."""
    if not isinstance(value, dict):
        return value
    ((kind, content),) = value.items()
    match kind:
        case "ellipsis":
            return ...
        case "complex":
            return complex(*content)
        case "list":
            return [decoded(one) for one in content]
        case "tuple":
            return tuple(decoded(one) for one in content)
        case "dict":
            return {decoded(key): decoded(one) for key, one in content}
        case "array" | "scalar":
            dtype, shape, data = content
            array = np.frombuffer(base64.b64decode(data), np.dtype(dtype)).reshape(shape).copy()
            return array if kind == "array" else array[()]
    raise ValueError(f"{kind!r} is no kind of value")
