"""What makes a network, a loss or an optimizer what it is, apart from what is trained: plain values, all the way down.

Files of networks are made of it, and a snapshot knows by it to which training it belongs.
"""

import hashlib
from collections.abc import Mapping
from types import CodeType, FunctionType
from typing import Any

import numpy as np

from bpkit.layers.composite import Composite
from bpkit.layers.layer import Layer
from bpkit.numerical.arguments import shortened
from bpkit.numerical.arrays import Array

Numbers = Mapping[int, int]  # of arrays that a training changes, by their id


def configuration(value: Any, trained: Numbers | None = None, inside: tuple[Any, ...] = ()) -> Any:
    """Return the configuration of a layer, a loss, an optimizer, a setting … as JSON has them: lists, dicts, numbers.

    Of an object these are the name of its class and its attributes, apart from those that its class lists as
    `progress`: what changes in a training, or follows from the others. Arrays are given by their numbers in `trained`;
    others, such as a mask, by their contents. `inside` are the objects around the value.

    >>> from bpkit.layers import Dropout
    >>> configuration([Dropout(0.25), np.float32(0.5), np.tanh])
    [{'name': 'Dropout', 'settings': {'p': 0.25}}, 0.5, {'name': 'tanh'}]
    """
    trained = trained or {}
    if isinstance(value, np.ndarray) and id(value) in trained:
        return {"array": trained[id(value)]}
    if isinstance(value, np.ndarray | np.generic) and value.ndim == 0:
        value = value.item()
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if any(value is one for one in inside):  # it refers to itself
        return {"name": type(value).__name__}
    inside = (*inside, value)
    match value:
        case np.ndarray():
            return fingerprint(value)
        case list() | tuple():
            return [configuration(one, trained, inside) for one in value]
        case dict():
            return {str(key): configuration(one, trained, inside) for key, one in value.items()}
        case np.dtype():
            return str(value)
        case Layer():
            return _of_layer(value, trained, inside)
        case FunctionType():
            cells = [cell.cell_contents for cell in value.__closure__ or ()]
            settings = [value.__defaults__, value.__kwdefaults__, cells]
            return {"name": _of_code(value.__code__), "settings": configuration(settings, trained, inside)}
    if hasattr(value, "__name__"):  # a class, or a function that is not written in Python
        return {"name": value.__name__}
    return {"name": type(value).__name__, "settings": configuration(_attributes(value), trained, inside)}


def fingerprint(array: Array) -> str:
    """Return what tells the array from others: shape, type, and the SHA-256 of its contents.

    >>> fingerprint(np.zeros(2))[:20]
    '(2,) float64 374708f'
    """
    contents = np.ascontiguousarray(array).reshape(-1).view(np.uint8)
    return f"{array.shape} {array.dtype} {hashlib.sha256(contents.data).hexdigest()}"


def difference(one: Any, other: Any, place: str) -> str | None:
    """Return the first place where two configurations differ, with both values, or None if they are the same.

    >>> difference({"p": [0.5, 1]}, {"p": [0.5, 2]}, "net")
    'net.p[1] was 1 and is 2'
    """
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        pairs = [(one[key], other[key], f"{place}.{key}") for key in one]
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        pairs = [(*both, f"{place}[{number}]") for number, both in enumerate(zip(one, other, strict=True))]
    else:
        if isinstance(one, list) and isinstance(other, list):
            return f"{place} had {len(one)} elements and has {len(other)}"
        was, now = (" ".join(repr(value).split()) for value in (one, other))
        return None if was == now else f"{place} was {shortened(was)} and is {shortened(now)}"
    return next((found for pair in pairs if (found := difference(*pair))), None)


def _of_layer(layer: Layer, trained: Numbers, inside: tuple[Any, ...]) -> dict[str, Any]:
    """The name of a layer, the layers inside or the numbers of its arrays, and its settings."""
    found: dict[str, Any] = {"name": type(layer).__name__}
    attributes = _attributes(layer) | {name: getattr(layer, name) for name in layer.settings}
    for kind in ("parameters", "state"):
        arrays = attributes.pop(kind, getattr(layer, kind))
        if arrays and not isinstance(layer, Composite):
            found[kind] = [trained.get(id(array)) for array in arrays]
    if isinstance(layer, Composite):
        attributes.pop("layers", None)
        attributes.pop(layer.made_of, None)
        found[layer.made_of] = configuration(getattr(layer, layer.made_of), trained, inside)
    settings = {name: one for name, one in attributes.items() if id(one) not in trained}
    if settings or not isinstance(layer, Composite):
        found["settings"] = configuration(settings, trained, inside)
    return found


def _attributes(value: Any) -> dict[str, Any]:
    """The attributes of an object, those in slots too, without those that change in a training."""
    state = object.__getstate__(value)
    found: dict[str, Any] = {}
    for part in state if isinstance(state, tuple) else (state,):
        found |= part or {}
    return {name: one for name, one in found.items() if name not in getattr(value, "progress", ())}


def _of_code(code: CodeType) -> str:
    """The name of a function, and what tells its code from others under this name."""
    inner = [_of_code(one) if isinstance(one, CodeType) else repr(one) for one in code.co_consts]
    return f"{code.co_name} {hashlib.sha256(repr((code.co_code, code.co_names, inner)).encode()).hexdigest()}"
