"""Groups of parameters that have a learning rate or a weight decay of their own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from bpkit.numerical.arguments import real_number
from bpkit.numerical.arrays import Array

Groups = Sequence[tuple[Sequence[Array], Mapping[str, float]]]  # arrays, and what is different for them


@dataclass(eq=False)
class Group:
    """What holds for some of the parameters: the present learning rate, and the weight decay."""

    progress: ClassVar[tuple[str, ...]] = ("lr",)

    lr: float
    weight_decay: float
    own_lr: bool = False  # given for this group, so that it does not follow the optimizer's


def not_negative(name: str, value: Any) -> float:
    """Return `value` as a float of at least 0, or raise an error that names the argument.

    >>> not_negative("lr", 1)
    1.0
    """
    number = real_number(name, value)
    if number < 0:
        raise ValueError(f"{name} is {value!r}, expected a number that is not negative.")
    return number


def grouped(
    parameters: Sequence[Array], lr: float, weight_decay: float, groups: Groups
) -> tuple[list[Group], list[int]]:
    """Return the groups, the first of them for all parameters that `groups` does not name, and each parameter's number.

    Raises TypeError or ValueError for what is not a group of these parameters.

    >>> beta, omega = np.zeros(2), np.ones(3)
    >>> grouped([beta, omega], 0.1, 0.01, [([beta], {"weight_decay": 0})])[1]
    [1, 0]
    """
    found = [Group(not_negative("lr", lr), not_negative("weight_decay", weight_decay))]
    positions = {id(array): position for position, array in enumerate(parameters)}
    numbers = [0] * len(parameters)
    for number, one in enumerate(groups, start=1):
        name = f"groups[{number - 1}]"
        arrays, options = _pair(name, one)
        found.append(_group(name, options, found[0]))
        for array in arrays:
            if id(array) not in positions:
                raise ValueError(
                    f"{name} has an array of shape {np.shape(array)} that is not among the parameters: "
                    "pass the arrays themselves, such as net.beta, not copies of them."
                )
            if numbers[positions[id(array)]]:
                raise ValueError(f"{name} has an array of shape {array.shape} that a group has already: name it once.")
            numbers[positions[id(array)]] = number
    return found, numbers


def _pair(name: str, group: Any) -> tuple[Sequence[Array], Mapping[str, float]]:
    if (
        not isinstance(group, list | tuple)
        or len(group) != 2
        or not isinstance(group[0], list | tuple)
        or not isinstance(group[1], Mapping)
    ):
        raise TypeError(f'{name} is not a pair of arrays and options, such as (net.beta, {{"weight_decay": 0}}).')
    return group[0], group[1]


def _group(name: str, options: Mapping[str, float], default: Group) -> Group:
    for option in options:
        if option not in ("lr", "weight_decay"):
            raise ValueError(f"{name} has the option {option!r}, expected 'lr' or 'weight_decay'.")
    lr = not_negative(f"{name}: lr", options.get("lr", default.lr))
    decay = not_negative(f"{name}: weight_decay", options.get("weight_decay", default.weight_decay))
    return Group(lr, decay, own_lr="lr" in options)
