"""Decides which results of a program are written into arrays that are used again, and when large ones are let go."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from bpkit.graphs.traced import Instruction, Slot, leaves

LARGE = 1 << 14  # bytes from which on writing into an existing array is faster than getting a new one


class Places(NamedTuple):
    """Where results go: the kinds of the work arrays, who writes into which, what ends where, what is copied."""

    buffers: list[Any]  # values like which the work arrays are made
    buffer_of: dict[Slot, int]
    ends: list[list[Slot]]  # by instruction: the large values that nothing needs after it
    copied: set[Slot]  # outputs that would share memory with an input or another output


def arrange(
    instructions: Sequence[Instruction], values: Sequence[Any], inputs: Iterable[Slot], outputs: Sequence[Any]
) -> Places:
    """Find, for each large result of an elementwise operation or a matrix product, a work array that is free then."""
    owners = _owners(instructions, inputs)
    returned = [x for x in outputs if isinstance(x, Slot)]
    kept = {y for x in returned for y in owners[x]} | set(inputs)
    last = {x: len(instructions) for x in returned}
    for number in range(len(instructions) - 1, -1, -1):
        for x in slots(instructions[number]):
            last.setdefault(x, number)
    last_of_owner: dict[Slot, int] = {}
    for x, number in last.items():
        for y in owners[x]:
            last_of_owner[y] = max(number, last_of_owner.get(y, -1))

    places = Places([], {}, [[] for _ in instructions], _copied(returned, owners, values, set(inputs)))
    free: dict[Any, list[int]] = {}
    for number, one in enumerate(instructions):
        read = {x for y in slots(one) for x in owners[y]}
        ending = sorted(x for x in read if last_of_owner[x] == number and x in places.buffer_of)
        in_place = isinstance(one.function, np.ufunc) and one.function.signature is None
        if in_place:
            _release(ending, places, values, free)
        slot = one.slot
        if slot is not None and slot not in kept and _can_write(one, values[slot.number]):
            kind = _kind(values[slot.number])
            if not free.get(kind):
                places.buffers.append(values[slot.number])
                free[kind] = [len(places.buffers) - 1]
            places.buffer_of[slot] = free[kind].pop()
        if not in_place:
            _release(ending, places, values, free)
        places.ends[number] += [
            x for x in sorted(slots(one)) if last[x] == number and _is_large(values[x.number]) and x not in kept
        ]
    return places


def _owners(instructions: Sequence[Instruction], inputs: Iterable[Slot]) -> dict[Slot, set[Slot]]:
    """For each slot, the slots in whose memory its value may lie: itself, or those of the arguments it is a view of."""
    owners = {x: {x} for x in inputs}
    for one in instructions:
        if one.slot is not None:
            owners[one.slot] = {y for x in slots(one) for y in owners[x]} if one.view else {one.slot}
    return owners


def _copied(
    returned: Sequence[Slot], owners: dict[Slot, set[Slot]], values: Sequence[Any], inputs: set[Slot]
) -> set[Slot]:
    taken, copied = set(inputs), set()
    for x in returned:
        if isinstance(values[x.number], np.ndarray) and owners[x] & taken:
            copied.add(x)
        taken |= owners[x]
    return copied


def _can_write(one: Instruction, value: Any) -> bool:
    return (
        _is_large(value)
        and value.dtype.kind == "f"
        and not one.view
        and not one.settings
        and ((isinstance(one.function, np.ufunc) and one.function.nout == 1) or _is_square(one))
    )


def _is_square(one: Instruction) -> bool:
    return one.name == "power" and len(one.args) == 2 and type(one.args[1]) is int and one.args[1] == 2


def _is_large(value: Any) -> bool:
    return isinstance(value, np.ndarray) and value.nbytes >= LARGE


def _kind(value: Any) -> Any:
    return value.shape, value.strides, value.dtype


def _release(ending: Iterable[Slot], places: Places, values: Sequence[Any], free: dict[Any, list[int]]) -> None:
    for x in ending:
        free.setdefault(_kind(values[x.number]), []).append(places.buffer_of[x])


def slots(one: Instruction) -> set[Slot]:
    """The slots that an instruction reads."""
    return {x for x in leaves((one.args, one.settings)) if isinstance(x, Slot)}
