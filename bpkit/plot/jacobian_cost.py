"""What a chain's Jacobian costs: the numbers of `plot.mode_cost`, `plot.crossover` and the mode explorer."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from bpkit.numerical.arguments import whole_number
from bpkit.plot.svg import subscript


class Order(NamedTuple):
    """An order of multiplying the Jacobians: what it costs, and how it is written with parentheses."""

    multiplications: int
    written: str


class JacobianMemory(NamedTuple):
    """How many numbers are held between two layers: values of layers, and derivatives (tangents or gradients)."""

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
    """Return the multiplications of forward mode for the Jacobian, J_L(…(J_3(J_2 J_1))): n_0·Σ n_k·n_{k−1}, k ≥ 2.

    `sizes` is (n_0, …, n_L): the number of inputs, and of units in each of L layers. J_k is n_k × n_{k−1}, with no
    zeros known in advance, and a p × q matrix times a q × r matrix costs p·q·r multiplications. n_0 tangents, one for
    each input, are carried from layer to layer; the first product, J_1 times the identity, is J_1 and costs nothing.
    What the layers' values and their J_k cost is the same in every order, and not counted.

    Raises TypeError or ValueError when `sizes` is not two or more whole numbers of at least 1.

    >>> forward_multiplications((48, 24, 24, 24, 4))  # 48·(24·24 + 24·24 + 4·24)
    59904
    """
    n = whole_sizes(sizes)
    return n[0] * sum(a * b for a, b in pairwise(n[1:]))


def reverse_multiplications(sizes: Sequence[int]) -> int:
    """Return the multiplications of reverse mode for the Jacobian, ((J_L J_{L−1})…)J_1: n_L·Σ n_k·n_{k−1}, k < L.

    n_L gradients, one for each output, are carried back from layer to layer; counted as in `forward_multiplications`.

    >>> reverse_multiplications((48, 24, 24, 24, 4))  # 4·(24·48 + 24·24 + 24·24)
    9216
    """
    n = whole_sizes(sizes)
    return n[-1] * sum(a * b for a, b in pairwise(n[:-1]))


def best_order(sizes: Sequence[int]) -> Order:
    """Return the cheapest of all orders of multiplying the Jacobians, by dynamic programming.

    The cheapest way to J_last…J_first ends with one product, and has the cheapest way to either side of it. Of equally
    cheap orders forward mode is preferred. (On a graph that is not a chain the problem is NP-hard.)

    Source: Griewank and Naumann (2003); for graphs Naumann (2008).

    >>> best_order((48, 24, 24, 24, 4)), best_order((9, 2, 2, 2, 9))
    (Order(multiplications=9216, written='((J₄J₃)J₂)J₁'), Order(multiplications=206, written='J₄((J₃J₂)J₁)'))
    """
    n = whole_sizes(sizes)
    best = {(k, k): Order(0, f"J{subscript(k)}") for k in range(1, len(n))}
    for length in range(1, len(n) - 1):
        for first in range(1, len(n) - length):
            last = first + length
            ways = [
                (best[middle + 1, last][0] + best[first, middle][0] + n[last] * n[middle] * n[first - 1], middle)
                for middle in range(last - 1, first - 1, -1)  # forward mode comes first
            ]
            cost, middle = min(ways, key=lambda way: way[0])
            left, right = best[middle + 1, last].written, best[first, middle].written
            left, right = left if middle + 1 == last else f"({left})", right if first == middle else f"({right})"
            best[first, last] = Order(cost, left + right)
    return best[1, len(n) - 1]


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
