"""What the products of 7.17–7.19 cost in any order: the numbers of `plot.shapes` and the shape explorer."""

from collections.abc import Sequence
from typing import NamedTuple

from bpkit.numerical.arguments import whole_number
from bpkit.plot.svg import subscript

EQUATIONS = ("7.17", "7.18", "7.19")
SIZES = ("D_i", "D_1", "D_2", "D_3", "D_f")


class Factor(NamedTuple):
    """A factor of 7.17–7.19, or a product of neighbours: the derivative ∂of/∂by for one example.

    `first` and `last` number the factors it is made of, from 0 at the left; a factor of the equation itself has both
    the same. `per_example` tells whether its entries differ from example to example.
    """

    of: str
    by: str
    rows: int
    columns: int
    diagonal: bool
    per_example: bool
    first: int
    last: int

    @property
    def name(self) -> str:
        return f"∂{self.of}/∂{self.by}"


Table = tuple[Factor, ...]  # the factors still to be multiplied, from left to right


class Product(NamedTuple):
    """One product of two neighbours, and how many multiplications it costs; `times` is how often it is done."""

    left: Factor
    right: Factor
    result: Factor
    times: int
    multiplications: int


def factors(sizes: Sequence[int], equation: str) -> Table:
    """Return the factors of the right side of 7.17, 7.18 or 7.19, from left to right.

    `sizes` is (D_i, D_1, D_2, D_3, D_f). ∂h_{k+1}/∂f_k is a D_{k+1} × D_{k+1} diagonal matrix, ∂f_k/∂h_k = Ω_kᵀ is
    D_k × D_{k+1} (7.20), where D_4 is D_f, and ∂ℓ/∂f_3 is D_f × 1. Only the Ω_kᵀ are the same for every example.
    D_i appears in none: f_0 has D_1 entries.

    Raises TypeError or ValueError when `sizes` is not five whole numbers of at least 1, or for an unknown equation.

    >>> [(factor.name, factor.rows, factor.columns) for factor in factors((2, 3, 4, 5, 6), "7.17")]
    [('∂h₃/∂f₂', 5, 5), ('∂f₃/∂h₃', 5, 6), ('∂ℓ/∂f₃', 6, 1)]
    """
    if not hasattr(sizes, "__len__") or len(sizes) != len(SIZES):
        raise ValueError(f"sizes is {sizes!r}, expected the five sizes {', '.join(SIZES)}.")
    width = [whole_number(name, size) for name, size in zip(SIZES, sizes, strict=True)]
    if equation not in EQUATIONS:
        raise ValueError(f"equation is {equation!r}, expected one of {', '.join(map(repr, EQUATIONS))}.")
    found: list[Factor] = []
    for k in range(3 - EQUATIONS.index(equation), 4):
        f_below, h, f = f"f{subscript(k - 1)}", f"h{subscript(k)}", f"f{subscript(k)}"
        place = len(found)
        found.append(Factor(h, f_below, width[k], width[k], True, True, place, place))
        found.append(Factor(f, h, width[k], width[k + 1], False, False, place + 1, place + 1))
    place = len(found)
    return (*found, Factor("ℓ", "f₃", width[4], 1, False, True, place, place))


def multiply(table: Table, sign: int, examples: int = 1) -> tuple[Table, Product]:
    """Carry out one × sign: replace the two neighbours beside it by their product, and count its multiplications.

    `sign` counts the × signs of the equation from 0 at the left. A p × q matrix times a q × r matrix costs p·q·r
    multiplications; a diagonal matrix is written in full, so it costs as much as any other matrix. When one of the two
    differs from example to example the product does too, and is done once for each of the `examples`. (For an Ω_kᵀ
    times a vector that is what one product with all the vectors side by side costs.)

    Raises ValueError when there is no such sign on the table.

    >>> multiply(factors((2, 3, 4, 5, 6), "7.17"), sign=1, examples=10)[1].multiplications
    300
    """
    at = next((i for i, factor in enumerate(table[:-1]) if factor.last == sign), None)
    if at is None:
        signs = ", ".join(str(factor.last) for factor in table[:-1]) or "none"
        raise ValueError(f"sign is {sign!r}, expected a × sign that is still on the table: {signs}.")
    left, right = table[at : at + 2]
    result = Factor(right.of, left.by, left.rows, right.columns, False,
                    left.per_example or right.per_example, left.first, right.last)  # fmt: skip
    times = examples if result.per_example else 1
    product = Product(left, right, result, times, times * left.rows * left.columns * right.columns)
    return (*table[:at], result, *table[at + 2 :]), product


def carry_out(table: Table, order: Sequence[int], examples: int = 1) -> tuple[Table, tuple[Product, ...]]:
    """Carry out the × signs in the given order, not necessarily all: what is then on the table, and each product.

    Raises ValueError when a sign is not there or comes twice.

    >>> table, products = carry_out(factors((2, 3, 4, 5, 6), "7.17"), order=(1, 0))
    >>> [factor.name for factor in table], [product.multiplications for product in products]
    (['∂ℓ/∂f₂'], [30, 25])
    """
    products = []
    for sign in order:
        table, product = multiply(table, sign, examples)
        products.append(product)
    return table, tuple(products)


def cost_of_order(table: Table, order: Sequence[int], examples: int = 1) -> int:
    """Return the multiplications of all products in the given order.

    Raises ValueError when a sign is not there or comes twice.

    >>> table = factors((10, 40, 40, 40, 40), "7.19")
    >>> cost_of_order(table, left_to_right(table)), cost_of_order(table, right_to_left(table))
    (321600, 9600)
    """
    return sum(product.multiplications for product in carry_out(table, order, examples)[1])


def left_to_right(table: Table) -> tuple[int, ...]:
    """Return the × signs in the order that starts at the left."""
    return tuple(factor.last for factor in table[:-1])


def right_to_left(table: Table) -> tuple[int, ...]:
    """Return the × signs in the order of the backward pass, which starts at the loss."""
    return left_to_right(table)[::-1]


def elementwise_cost(table: Table, examples: int = 1) -> int:
    """Return the multiplications of the algorithm of 7.24, which never builds a diagonal matrix.

    It goes from right to left as well. A diagonal p × p factor is the elementwise product with 𝕀[f > 0] and costs p
    multiplications for each example.

    >>> elementwise_cost(factors((2, 3, 4, 5, 6), "7.17"))  # 5·6 for Ω₃ᵀ and 5 for the diagonal
    35
    """
    return examples * sum(one.rows * (1 if one.diagonal else one.columns) for one in table[:-1])


def cheapest(table: Table, examples: int = 1) -> int:
    """Return the multiplications of the cheapest of all orders, by dynamic programming.

    The cheapest way to a product of neighbours ends with some × sign, and has the cheapest way to either side of it.

    >>> table = factors((1, 1, 1, 2, 1), "7.19")
    >>> cheapest(table), cost_of_order(table, right_to_left(table))
    (10, 11)
    """
    best = {(i, i): (0, factor) for i, factor in enumerate(table)}
    for length in range(1, len(table)):
        for i in range(len(table) - length):
            ways = []
            for middle in range(i, i + length):
                (cost_left, left), (cost_right, right) = best[i, middle], best[middle + 1, i + length]
                _, product = multiply((left, right), left.last, examples)
                ways.append((cost_left + cost_right + product.multiplications, product.result))
            best[i, i + length] = min(ways)
    return best[0, len(table) - 1][0]
