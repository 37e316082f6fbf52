"""The state of an optimizer or a schedule: arrays and numbers by name, to be saved and restored."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from bpkit.numerical.arguments import shortened
from bpkit.numerical.arrays import Array

State = dict[str, Any]  # arrays, and Python's numbers


def checked_state(state: Any, own: State, *, of: str, settings: tuple[str, ...]) -> dict[str, Array]:
    """Return `state` as arrays if it has the names, shapes and types of `own`; `settings` must be equal, too.

    What was a Python number, or a list of them, may have become an array in a file, and the other way round.

    Raises TypeError if `state` is not a mapping or a type differs, ValueError for other names, shapes or settings.

    >>> checked_state({"steps": np.array(3)}, {"steps": 0}, of="Adam", settings=())
    {'steps': array(3)}
    """
    if not isinstance(state, Mapping):
        raise TypeError(f"state is a {type(state).__name__}, expected what {of}'s state() returned.")
    for name in sorted(own.keys() ^ state.keys()):
        has, lacks = (f"this {of}", "the state") if name in own else ("the state", f"this {of}")
        raise ValueError(
            f"{has} has {shortened(repr(name))}, but {lacks} has not: was the state saved from one made like this?"
        )
    found = {name: _array(name, state[name]) for name in own}
    for name, array in found.items():
        expected = np.asarray(own[name])
        if array.dtype != expected.dtype:
            raise TypeError(f"state[{name!r}] is {array.dtype}, expected {expected.dtype} for this {of}.")
        if array.shape != expected.shape:
            raise ValueError(f"state[{name!r}] has shape {array.shape}, expected {expected.shape} for this {of}.")
        if name in settings and not np.array_equal(array, expected):
            raise ValueError(
                f"state[{name!r}] is {array.tolist()}, but this {of} has {expected.tolist()}: make it with the same "
                "settings, then restore its state."
            )
    return found


def _array(name: str, value: Any) -> Array:
    try:
        return np.asarray(value)
    except ValueError:
        raise TypeError(f"state[{name!r}] is a list whose rows differ in length, expected numbers.") from None
