"""What a function uses besides its arguments: closures, globals, defaults, attributes; and whether it has changed."""

import functools
import types
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from bpkit.graphs.tracked import Tracked

Read = Callable[[], Any]
Place = tuple[str, Read, Any]  # how it is called in messages, how it is read, and what it was

_NOTHING = object()
_LIBRARIES = ("numpy", "scipy", "bpkit", "math", "builtins", "functools", "itertools", "operator")
_PLAIN = (type(None), bool, int, float, complex, str, bytes)


def surroundings(f: Any) -> list[Place]:
    """Return the places outside a function that its result may depend on, as far as they can be seen.

    They are the variables of its closure and its module that its code names, what these hold (numbers, arrays, lists,
    dicts, attributes of objects), its defaults, and the same for the functions it calls.
    """
    places: list[Place] = []
    open_ends: list[tuple[str, Any, frozenset[str]]] = [("the function", f, frozenset())]
    seen: dict[int, Any] = {}
    while open_ends:
        label, value, names = open_ends.pop()
        if isinstance(value, _PLAIN) or id(value) in seen:
            continue
        seen[id(value)] = value  # kept, so that its id is not given to another object
        content = _content(value)
        if content is not None:
            places.append((label, functools.partial(_content, value), content))
        for part, read, part_names in _parts(label, value, names):
            found = read()
            if not (isinstance(value, types.FunctionType) and _of_library(value.__module__ or "")):
                places.append((part, read, found))
            open_ends.append((part, found, part_names))
    return places


def changed(places: list[Place]) -> str | None:
    """Return what to call a place whose value is no longer what it was, None if there is none."""
    for label, read, expected in places:
        found = read()
        if found is not expected and not _same(found, expected):
            return label
    return None


def uses_tracked(places: list[Place]) -> bool:
    """Whether a function's surroundings hold a value whose derivative is being followed."""
    return any(isinstance(value, Tracked) for _, _, value in places)


def _same(a: Any, b: Any) -> bool:
    """Whether two plain values are equal and of one type; other objects are the same or not."""
    if type(a) is not type(b):
        return False
    if isinstance(a, float):
        return a == b or (a != a and b != b)
    return isinstance(a, (*_PLAIN, tuple, dict)) and bool(a == b)


def _content(value: Any) -> Any:
    """A snapshot of what can change inside an object; None for those that hold nothing of their own."""
    if isinstance(value, np.ndarray) and value.dtype != object:
        return (value.shape, value.strides, value.dtype.str, value.tobytes())
    if isinstance(value, np.random.Generator):
        return _plain_state(value.bit_generator.state)
    if isinstance(value, np.random.RandomState):
        return _plain_state(value.get_state(legacy=False))
    if isinstance(value, list | tuple | set | frozenset | dict):
        return (type(value).__name__, len(value), *(id(part) for part in value))
    return None


def _plain_state(state: Any) -> Any:
    """A random generator's state without arrays, which `==` compares entry by entry."""
    if isinstance(state, dict):
        return tuple((key, _plain_state(part)) for key, part in state.items())
    return state.tobytes() if isinstance(state, np.ndarray) else state


def _parts(label: str, value: Any, names: frozenset[str]) -> Iterator[tuple[str, Read, frozenset[str]]]:
    """What an object refers to: a name for it, how it is read, and the names by which code may reach its attributes."""
    if isinstance(value, types.FunctionType):
        yield from _of_function(value)
    elif isinstance(value, types.MethodType):
        own = _names(getattr(value.__func__, "__code__", None))
        yield label, lambda: value.__self__, own
        yield label, lambda: value.__func__, own
    elif isinstance(value, functools.partial):
        for part in ("func", "args", "keywords"):
            yield label, functools.partial(getattr, value, part), names
    elif isinstance(value, list | tuple):
        for i in range(len(value)):
            yield f"{label}[{i}]", functools.partial(_item, value, i), names
    elif isinstance(value, dict):
        for key in list(value):
            yield f"{label}[{key!r}]", functools.partial(value.get, key, _NOTHING), names
    elif isinstance(value, types.ModuleType | type):
        if not _of_library(value.__name__ if isinstance(value, types.ModuleType) else value.__module__):
            for name in sorted(names & set(vars(value))):
                yield f"{label}.{name}", functools.partial(getattr, value, name, _NOTHING), names
    elif not isinstance(value, np.ndarray | np.generic | np.random.Generator | types.BuiltinFunctionType | np.ufunc):
        yield from _of_object(label, value)


def _of_function(f: types.FunctionType) -> Iterator[tuple[str, Read, frozenset[str]]]:
    names = _names(f.__code__)
    for name, cell in zip(f.__code__.co_freevars, f.__closure__ or (), strict=True):
        yield name, functools.partial(_cell, cell), names
    for default in (*(f.__defaults__ or ()), *(f.__kwdefaults__ or {}).values()):
        if not isinstance(default, _PLAIN):
            yield "a default", functools.partial(_itself, default), names
    if not _of_library(f.__module__ or ""):
        for name in sorted(names & set(f.__globals__)):
            yield name, functools.partial(f.__globals__.get, name, _NOTHING), names


def _of_object(label: str, value: Any) -> Iterator[tuple[str, Read, frozenset[str]]]:
    """The attributes of an object, and the methods that its class defines."""
    kind = type(value)
    if _of_library(kind.__module__) and not kind.__module__.startswith("bpkit"):
        return
    for name in list(getattr(value, "__dict__", ())):
        yield f"{label}.{name}", functools.partial(getattr, value, name, _NOTHING), frozenset()
    for name in getattr(kind, "__slots__", ()):
        yield f"{label}.{name}", functools.partial(getattr, value, name, _NOTHING), frozenset()
    for name, method in list(vars(kind).items()):
        if isinstance(method, types.FunctionType):
            yield f"{label}.{name}", functools.partial(getattr, kind, name, _NOTHING), frozenset()


def _names(code: types.CodeType | None) -> frozenset[str]:
    """The global names and attributes that code mentions, in the functions inside it too."""
    if code is None:
        return frozenset()
    inner = (_names(part) for part in code.co_consts if isinstance(part, types.CodeType))
    return frozenset(code.co_names).union(*inner)


def _cell(cell: types.CellType) -> Any:
    try:
        return cell.cell_contents
    except ValueError:  # not yet assigned
        return _NOTHING


def _itself(value: Any) -> Any:
    return value


def _item(value: Any, i: int) -> Any:
    return value[i] if i < len(value) else _NOTHING


def _of_library(module: str) -> bool:
    return module.partition(".")[0] in _LIBRARIES
