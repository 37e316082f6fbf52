"""Makes the instructions of a trace fewer without changing a bit of what they give: folds, shares, prunes."""

import operator
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bpkit.graphs.traced import Constant, Instruction, Slot, leaves, mapped

Resolve = Callable[[Any], Any]


def simplified(
    instructions: Sequence[Instruction], values: Sequence[Any], outputs: Sequence[Any]
) -> tuple[list[Instruction], Resolve]:
    """Return the instructions that the outputs and the guards need, and what stands for each slot of the trace now.

    What depends on no input is a constant; what is computed twice is computed once; a product with 1 is its factor.
    """
    replaced: dict[Slot, Any] = {}

    def resolve(x: Any) -> Any:
        return replaced.get(x, x) if isinstance(x, Slot) else x

    kept: list[Instruction] = []
    known: dict[Any, Slot | None] = {}
    for each in instructions:
        one = each._replace(args=mapped(each.args, resolve), settings=mapped(each.settings, resolve))
        slot = one.slot
        if not any(isinstance(x, Slot) for x in leaves((one.args, one.settings))):
            if slot is not None:
                replaced[slot] = _constant(values[slot.number])
            continue
        if slot is not None:
            one = _with_single_number(one, values)
            same = _same_as(one, values)
            if same is not None:
                replaced[slot] = same
                continue
        key = _key((one.function, one.args, one.settings, None if slot else _constant(one.expected)))
        if key not in known:
            known[key] = slot
            kept.append(one)
        elif slot is not None:
            replaced[slot] = known[key]
    return _needed(kept, [resolve(x) for x in outputs]), resolve


def _needed(instructions: list[Instruction], outputs: Sequence[Any]) -> list[Instruction]:
    """Leave out the instructions on which neither an output nor a guard depends."""
    needed = {x for x in outputs if isinstance(x, Slot)}
    kept = []
    for one in reversed(instructions):
        if one.slot is None or one.slot in needed:
            needed.update(x for x in leaves((one.args, one.settings)) if isinstance(x, Slot))
            kept.append(one)
    return kept[::-1]


def _constant(value: Any) -> Any:
    return Constant(value) if isinstance(value, np.ndarray) else value


def _with_single_number(one: Instruction, values: Sequence[Any]) -> Instruction:
    """Write a constant array of equal numbers as that number, where the other argument has the result's shape."""
    if not isinstance(one.function, np.ufunc) or one.function.signature or len(one.args) != 2 or one.slot is None:
        return one
    result = values[one.slot.number]
    for i, x in enumerate(one.args):
        other = one.args[1 - i]
        if (
            isinstance(x, Constant) and isinstance(other, Slot) and x.array.size and x.array.dtype == result.dtype
            and np.shape(values[other.number]) == result.shape
            and x.bytes == x.array.flat[0].tobytes() * x.array.size
        ):  # fmt: skip
            return one._replace(args=(x.array.flat[0], other) if i == 0 else (other, x.array.flat[0]))
    return one


def _same_as(one: Instruction, values: Sequence[Any]) -> Any:
    """Return the slot or constant that has the same value as the result of an instruction, None if there is none."""
    assert one.slot is not None
    result, args = values[one.slot.number], one.args
    if isinstance(result, tuple | list):  # of a function with several results
        return None
    if len(args) == 2 and result.dtype.kind == "f":
        for x, other in (args, args[::-1]):
            number = isinstance(x, float | int) or (isinstance(x, np.generic) and x.dtype == result.dtype)
            if one.function is np.multiply and number and x == 1 and _alike(other, result, values):
                return other
        if one.function is operator.pow and isinstance(args[1], int | float) and isinstance(args[0], Slot):
            if args[1] == 1 and _alike(args[0], result, values):
                return args[0]
            if args[1] == 0:
                return _constant(result)
    if one.name == "astype" and _alike(args[0], result, values):
        return args[0]
    if one.function is np.positive and _alike(args[0], result, values):
        return args[0]
    return None


def _alike(x: Any, result: Any, values: Sequence[Any]) -> bool:
    """Whether x is a slot whose value has the type and the layout of the result."""
    return (
        isinstance(x, Slot)
        and type(values[x.number]) is type(result)
        and (values[x.number].shape, values[x.number].strides, values[x.number].dtype)
        == (result.shape, result.strides, result.dtype)
    )


def _key(tree: Any) -> Any:
    """Something that can be a key of a dict and is equal for equal instructions."""
    if isinstance(tree, tuple | list):
        return (type(tree), *(_key(part) for part in tree))
    if isinstance(tree, dict):
        return tuple((name, _key(part)) for name, part in tree.items())
    if isinstance(tree, slice):
        return (slice, _key(tree.start), _key(tree.stop), _key(tree.step))
    if isinstance(tree, Constant):
        return (tree.kind, tree.bytes)
    if isinstance(tree, float | int | np.generic):
        return (type(tree), repr(tree))  # 0.0 and -0.0 are equal, but not the same; nor are 1 and 1.0 and True
    return tree if tree.__hash__ else id(tree)
