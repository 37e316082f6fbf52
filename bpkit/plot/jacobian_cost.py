"""What a chain's Jacobian costs: the numbers of `plot.mode_cost`, `plot.crossover` and the mode explorer."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from bpkit.numerical.arguments import whole_number
from bpkit.plot.svg import counted, subscript


class Order(NamedTuple):
    """A way to the Jacobian: what it costs, and of which runs, walks back and products it is made."""

    multiplications: int
    written: str


class JacobianMemory(NamedTuple):
    """How many numbers are held when a layer is done: values of layers, and derivatives (tangents or gradients)."""

    values: int
    derivatives: int


def layer_sizes(inputs: int, depth: int, width: int, outputs: int) -> tuple[int, ...]:
    """Return the sizes (n_0, …, n_L) of a chain of L = depth layers; all but the last have `width` units.

    Raises TypeError or ValueError for an argument that is not a whole number of at least 1.

    >>> layer_sizes(inputs=48, depth=4, width=24, outputs=4)
    (48, 24, 24, 24, 4)
    """
    n_0, depth = whole_number("inputs", inputs), whole_number("depth", depth)
    hidden = (whole_number("width", width),) * (depth - 1)
    return (n_0, *hidden, whole_number("outputs", outputs))


def forward_multiplications(sizes: Sequence[int]) -> int:
    """Return the multiplications of forward mode for the Jacobian, J_L(…(J_2(J_1 I))): n_0·Σ n_k·n_{k−1}.

    `sizes` is (n_0, …, n_L): the number of inputs, and of units in each of L layers. J_k is n_k × n_{k−1}, with no
    zeros known in advance. n_0 tangents, one for each input, start as the columns of the identity I; each costs a
    multiplication for every entry of every Jacobian. The cost of the layers' values and slopes is not counted.

    Raises TypeError or ValueError when `sizes` is not two or more whole numbers of at least 1.

    >>> forward_multiplications((48, 24, 24, 24, 4))  # 48·(24·48 + 24·24 + 24·24 + 4·24)
    115200
    """
    n = whole_sizes(sizes)
    return n[0] * entries(n)


def reverse_multiplications(sizes: Sequence[int]) -> int:
    """Return the multiplications of reverse mode for the Jacobian, (((I J_L)J_{L−1})…)J_1: n_L·Σ n_k·n_{k−1}.

    n_L gradients, one for each output, are carried back from layer to layer; counted as in `forward_multiplications`.

    >>> reverse_multiplications((48, 24, 24, 24, 4))  # 4·(24·48 + 24·24 + 24·24 + 4·24)
    9600
    """
    n = whole_sizes(sizes)
    return n[-1] * entries(n)


def best_order(sizes: Sequence[int]) -> Order:
    """Return the cheapest way to the Jacobian by runs, walks back and products, by dynamic programming.

    A part J_last…J_first of the chain is found by a run for each of its inputs, by a walk back for each of its outputs,
    or as the product of two parts, each of which is found in its cheapest way. Of equally cheap ways runs are
    preferred, then walks. (On a graph that is not a chain the problem is NP-hard.)

    Source: Griewank and Naumann (2003); for graphs Naumann (2008).

    >>> best_order((48, 24, 24, 24, 4)), best_order((64, 32, 2, 32, 64))
    (Order(multiplications=9600, written='J₄J₃J₂J₁ by 4 walks'), Order(multiplications=16640, written='(J₄J₃ by 2 runs)(J₂J₁ by 2 walks)'))
    """  # noqa: E501
    n = whole_sizes(sizes)
    best: dict[tuple[int, int], Order] = {}
    for length in range(1, len(n)):
        for first in range(1, len(n) - length + 1):
            last = first + length - 1
            part, inputs, outputs = n[first - 1 : last + 1], n[first - 1], n[last]
            name = "".join(f"J{subscript(k)}" for k in range(last, first - 1, -1))
            ways = [Order(inputs * entries(part), f"{name} by {counted(inputs, 'run')}"),
                    Order(outputs * entries(part), f"{name} by {counted(outputs, 'walk')}")]  # fmt: skip
            for middle in range(last - 1, first - 1, -1):
                left, right = best[middle + 1, last], best[first, middle]
                cost = left.multiplications + right.multiplications + outputs * n[middle] * inputs
                ways.append(Order(cost, f"({left.written})({right.written})"))
            best[first, last] = min(ways, key=lambda way: way.multiplications)
    return best[1, len(n) - 1]


def entries(n: Sequence[int]) -> int:
    """Return the number of entries of all Jacobians of a chain together."""
    return sum(a * b for a, b in pairwise(n))


def forward_memory(sizes: Sequence[int], at_once: int = 1) -> JacobianMemory:
    """Return what forward mode holds at most: the values of one layer, max n_k, and `at_once` tangents of its size.

    One tangent at a time is 2·max n_k numbers, and the layers are run n_0 times; with n_0 at once they are run once.

    >>> forward_memory((48, 24, 24, 24, 4)), forward_memory((48, 24, 24, 24, 4), at_once=48)
    (JacobianMemory(values=48, derivatives=48), JacobianMemory(values=48, derivatives=2304))
    """
    largest = max(whole_sizes(sizes))
    return JacobianMemory(largest, whole_number("at_once", at_once) * largest)


def reverse_memory(sizes: Sequence[int], at_once: int = 1) -> JacobianMemory:
    """Return what reverse mode holds at most: the values of *all* layers, Σ n_k, and `at_once` gradients of one layer.

    The values are kept for the way back, because J_k depends on them; that is the price of reverse mode. None is freed
    on the way, so that further rows can use them.

    >>> reverse_memory((48, 24, 24, 24, 4)), reverse_memory((48, 24, 24, 24, 4), at_once=4)
    (JacobianMemory(values=124, derivatives=48), JacobianMemory(values=124, derivatives=192))
    """
    n = whole_sizes(sizes)
    return JacobianMemory(sum(n), whole_number("at_once", at_once) * max(n))


def whole_sizes(sizes: Sequence[int]) -> tuple[int, ...]:
    if not hasattr(sizes, "__len__") or len(sizes) < 2:
        raise ValueError(f"sizes is {sizes!r}, expected the number of inputs and the size of each layer, one or more.")
    return tuple(whole_number(f"sizes[{k}]", size) for k, size in enumerate(sizes))
