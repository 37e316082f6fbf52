"""The shape explorer: its counts against multiplications really carried out, its picture to scale, its controls."""

import re
import unicodedata
import xml.etree.ElementTree as ElementTree
from itertools import permutations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bpkit.plot._shapes import HEIGHT, WIDTH, shapes
from bpkit.plot.matrix_chain import (
    EQUATIONS,
    carry_out,
    cheapest,
    cost_of_order,
    elementwise_cost,
    factors,
    left_to_right,
    multiply,
    right_to_left,
)
from bpkit.widgets._shape_explorer import shape_explorer

SIGNS = {"7.17": 2, "7.18": 4, "7.19": 6}
MIXED = (3, 100, 2, 50, 1)


class Counted:
    """A number that counts how often it and its like are multiplied."""

    multiplications = 0

    def __init__(self, value):
        self.value = value

    def __add__(self, other):
        return Counted(self.value + other.value)

    def __mul__(self, other):
        Counted.multiplications += 1
        return Counted(self.value * other.value)


def counted(array):
    return np.vectorize(Counted, otypes=[object])(array)


def network(sizes, examples, rng):
    """Ω₁ … Ω₃, 𝕀[f₀ > 0] … 𝕀[f₂ > 0] and ∂ℓ/∂f₃ of a batch, small whole numbers."""
    _, *width = sizes
    omega = [None, *(rng.integers(-3, 4, size=(width[k], width[k - 1])) for k in (1, 2, 3))]
    gate = [rng.integers(0, 2, size=(width[k], examples)) for k in range(3)]
    return omega, gate, rng.integers(-3, 4, size=(width[3], examples))


def backward(omega, gate, dl_df, down_to):
    """The lines of 7.24."""
    for k in range(3, down_to, -1):
        dl_df = gate[k - 1] * (omega[k].T @ dl_df)
    return dl_df


def matrices(omega, gate, dl_df, equation):
    """The factors as the equation writes them; one that differs from example to example is a list of matrices."""
    table, examples = [], dl_df.shape[1]
    for k in range(3 - EQUATIONS.index(equation), 4):
        table += [[np.diag(gate[k - 1][:, i]) for i in range(examples)], omega[k].T]
    return [*table, [dl_df[:, [i]] for i in range(examples)]]


def multiplied(table, order, examples):
    """Carry out the × signs; what is the same for all examples is multiplied once."""
    table = list(enumerate(table))  # with the number of its last factor
    for sign in order:
        at = [last for last, _ in table].index(sign)
        left, (last, right) = table[at][1], table[at + 1]
        if isinstance(left, list) or isinstance(right, list):
            left, right = (one if isinstance(one, list) else [one] * examples for one in (left, right))
            result = [a @ b for a, b in zip(left, right, strict=True)]
        else:
            result = left @ right
        table[at : at + 2] = [(last, result)]
    return table[0][1]


widths = st.integers(1, 4)
states = st.sampled_from(EQUATIONS).flatmap(
    lambda equation: st.tuples(
        st.just(equation),
        st.tuples(widths, widths, widths, widths, widths),
        st.integers(1, 3),
        st.permutations(range(SIGNS[equation])),
    )
)


@settings(max_examples=60)
@given(states, st.integers(0, 2**32 - 1))
def test_the_count_is_that_of_multiplications_carried_out(state, seed):
    equation, sizes, examples, order = state
    omega, gate, dl_df = network(sizes, examples, np.random.default_rng(seed))
    expected = backward(omega, gate, dl_df, down_to=2 - EQUATIONS.index(equation))

    table = [[counted(one) for one in entry] if isinstance(entry, list) else counted(entry)
             for entry in matrices(omega, gate, dl_df, equation)]  # fmt: skip
    Counted.multiplications = 0
    result = multiplied(table, order, examples)
    assert cost_of_order(factors(sizes, equation), order, examples) == Counted.multiplications
    values = np.hstack([np.vectorize(lambda number: number.value)(one) for one in result])
    np.testing.assert_array_equal(values, expected)

    arguments = [None, *map(counted, omega[1:])], list(map(counted, gate)), counted(dl_df)
    Counted.multiplications = 0
    backward(*arguments, down_to=2 - EQUATIONS.index(equation))
    assert elementwise_cost(factors(sizes, equation), examples) == Counted.multiplications


def test_factors_have_the_sizes_of_the_matrices_they_stand_for():
    sizes = (2, 3, 4, 5, 6)
    for equation in EQUATIONS:
        drawn = matrices(*network(sizes, 1, np.random.default_rng(0)), equation)
        for factor, matrix in zip(factors(sizes, equation), drawn, strict=True):
            assert factor.per_example == isinstance(matrix, list)
            assert (factor.rows, factor.columns) == (matrix[0] if factor.per_example else matrix).shape


@settings(max_examples=15)
@given(states)
def test_cheapest_is_the_least_of_all_orders(state):
    equation, sizes, examples, _ = state
    table = factors(sizes, equation)
    orders = permutations(range(SIGNS[equation]))
    assert cheapest(table, examples) == min(cost_of_order(table, order, examples) for order in orders)


def right_left_best(sizes, equation="7.19"):
    table = factors(sizes, equation)
    return cost_of_order(table, right_to_left(table)), cost_of_order(table, left_to_right(table)), cheapest(table)


def test_right_to_left_is_cheapest_when_no_layer_has_a_single_unit():
    for width in (1, 2, 3, 10, 100):
        right, left, best = right_left_best((7, width, width, width, width))
        assert right == best == 6 * width**2 and left == 5 * width**3 + width**2
    for equation in EQUATIONS:
        for sizes in product((1,), *[(2, 3, 4)] * 4):
            right, left, best = right_left_best(sizes, equation)
            assert right == best < left


def test_left_to_right_never_wins_but_another_order_can():
    for equation in EQUATIONS:
        for sizes in product((1,), *[(1, 2, 3)] * 4):
            right, left, _ = right_left_best(sizes, equation)
            assert left >= right
    # After a layer of one unit ∂ℓ/∂f is one number: cheaper to multiply by it where the layers are narrow.
    table = factors((1, 2, 5, 1, 3), "7.19")
    assert cost_of_order(table, right_to_left(table)) == 48
    assert cost_of_order(table, (5, 4, 2, 1, 0, 3)) == cheapest(table) == 45


def test_products_have_the_chain_rule_s_names():
    table, products = carry_out(factors(MIXED, "7.19"), (2, 0, 5))
    assert [factor.name for factor in table] == ["∂f₁/∂f₀", "∂f₂/∂f₁", "∂h₃/∂f₂", "∂ℓ/∂h₃"]
    assert [step.result.name for step in products] == ["∂f₂/∂f₁", "∂f₁/∂f₀", "∂ℓ/∂h₃"]


def rectangles(picture):
    """Width and height of the factors' rectangles, the left side's first, with their frames."""
    boxes = list(ElementTree.fromstring(picture.svg).iter("{http://www.w3.org/2000/svg}rect"))[1:-4]  # sheet, legend
    return [(float(box.get("width")) + 1, float(box.get("height")) + 1) for box in boxes]


@pytest.mark.parametrize("sizes", [(1,) * 5, (100,) * 5, MIXED, (10, 40, 60, 30, 5)])
@pytest.mark.parametrize("equation", EQUATIONS)
@pytest.mark.parametrize("examples", [1, 64, 100])
def test_rectangles_are_to_one_scale_within_their_places(sizes, equation, examples):
    table = factors(sizes, equation)
    scales = []
    for order in ((), left_to_right(table)[:2], right_to_left(table)):
        picture = shapes(sizes, equation, examples, order)
        assert (picture.width, picture.height) == (WIDTH, HEIGHT) and repr(picture) == picture.words
        shown = [(table[0].rows, examples)]
        shown += [(one.rows, examples if one.of == "ℓ" else one.columns) for one in carry_out(table, order)[0]]
        drawn = rectangles(picture)
        scale = max(map(max, drawn)) / max(map(max, shown))
        scales.append(scale)
        for (width, height), (rows, columns) in zip(drawn, shown, strict=True):
            assert width == pytest.approx(max(scale * columns, 2), abs=0.02)
            assert height == pytest.approx(max(scale * rows, 2), abs=0.02)
            assert width <= WIDTH / (len(table) + 1) - 10 and height <= 160.02
        for one in carry_out(table, order)[0]:
            assert f"{one.name} {one.rows} × {examples if one.of == 'ℓ' else one.columns}" in picture.words
        assert ("one per example" in picture.svg) == (examples > 1 and len(order) < len(table) - 1)
        assert shapes(sizes, equation, examples, order) == picture
    assert scales == pytest.approx([scales[0]] * 3, abs=0.01), "multiplying does not change the scale"


def test_the_picture_tells_all_costs():
    picture = shapes((100,) * 5, "7.19", 10, order=(5, 4))
    shown = [text.text for text in ElementTree.fromstring(picture.svg).iter("{http://www.w3.org/2000/svg}text")]
    for cost in ("600,000", "50,100,000", "83.5", "303,000", "100,000", "200,000", "100·100·1 · 10 examples"):
        assert cost in shown
    assert "Multiplications so far: 200,000, in 2 of 6 products." in picture.words


def _plain(label):
    return re.sub("[ᵢ₁₂₃]", lambda found: "_" + unicodedata.normalize("NFKC", found[0]), label)


def controls(explorer):
    """Every control by what is written on it, the × buttons on the page, and the picture's place."""
    grid, row, products = explorer.children
    between, place = products.children
    named = {_plain(child.description): child for child in (*grid.children, *row.children)} | {
        "equation": row.children[0]
    }
    return named, lambda: [sign for sign in between.children[1:] if sign.layout.visibility != "hidden"], place


def test_start_and_every_slider_draw_by_the_pure_function():
    named, _, place = controls(shape_explorer(MIXED, 64, "7.18"))
    assert place.value == shapes(MIXED, "7.18", 64).svg
    values = [*MIXED, 64]
    for i, name in enumerate(("D_i", "D_1", "D_2", "D_3", "D_f", "I")):
        named[name].value = values[i] = 7 + i
        assert place.value == shapes(values[:5], "7.18", values[5]).svg


def test_sign_buttons_multiply_neighbours_in_any_order():
    named, signs, place = controls(shape_explorer())
    assert len(signs()) == 6
    for pressed, order in ((2, (2,)), (0, (2, 0)), (3, (2, 0, 5))):
        signs()[pressed].click()
        assert place.value == shapes((10, 40, 60, 30, 5), order=order).svg
    assert signs()[0].tooltip == "multiply ∂f₁/∂f₀ by ∂f₂/∂f₁"
    named["D_1"].value = 9  # other sizes keep the order
    assert place.value == shapes((10, 9, 60, 30, 5), order=(2, 0, 5)).svg
    named["← reset order"].click()
    assert place.value == shapes((10, 9, 60, 30, 5)).svg and len(signs()) == 6


def test_a_second_click_on_a_sign_that_is_gone_does_nothing():
    _, signs, place = controls(shape_explorer())
    sign = signs()[0]
    sign.click()
    sign.click()
    signs()[0].click()  # what a click raises is only logged, so see that the next one still works
    assert place.value == shapes((10, 40, 60, 30, 5), order=(0, 1)).svg


def test_whole_orders_another_equation_and_reset():
    named, signs, place = controls(shape_explorer())
    start = place.value
    for words, order in (("right to left", (5, 4, 3, 2, 1, 0)), ("left to right", (0, 1, 2, 3, 4, 5))):
        named[words].click()
        assert place.value == shapes((10, 40, 60, 30, 5), order=order).svg and not signs()
    for equation, count in SIGNS.items():
        named["equation"].value = equation
        assert place.value == shapes((10, 40, 60, 30, 5), equation).svg and len(signs()) == count
        named["right to left"].click()
        assert not signs()
    named["equation"].value = "7.17"
    named["I"].value, named["D_f"].value = 64, 100
    signs()[1].click()
    named["reset"].click()
    assert place.value == start and len(signs()) == 6


def test_a_page_without_a_kernel_gets_the_still_picture():
    data = shape_explorer()._repr_mimebundle_()
    assert data["text/html"].startswith('<img alt="Equation 7.19 for 1 example.')
    assert data["text/plain"].startswith("Shape explorer: run this cell to use it.")
    assert not re.search(r"\b(nan|inf)\b", data["text/html"])


@pytest.mark.parametrize(
    ("call", "error", "sentence"),
    [
        (lambda: shape_explorer((1, 2, 3)), ValueError, "sizes is (1, 2, 3), expected the five sizes D_i, D_1, D_2,"),
        (lambda: shape_explorer((1, 2, 3, 4, 0)), ValueError, "D_f is 0, expected a whole number of at least 1."),
        (lambda: shape_explorer((1, 2, 101, 4, 5)), ValueError, "D_2 is 101, expected at most 100, as on the sliders."),
        (lambda: shape_explorer(examples=0), ValueError, "examples is 0, expected a whole number of at least 1."),
        (lambda: shape_explorer(examples=2.0), TypeError, "examples is float 2.0, expected a whole number."),
        (lambda: shape_explorer(equation=7.19), ValueError, "equation is 7.19, expected one of '7.17', '7.18', '7.19'"),
        (lambda: shape_explorer(7), ValueError, "sizes is 7, expected the five sizes"),
        (lambda: shapes(MIXED, order=(0, 0)), ValueError, "sign is 0, expected a × sign that is still on the table"),
        (lambda: multiply(factors(MIXED, "7.17"), 2), ValueError, "sign is 2, expected a × sign that is still on the"),
    ],
)  # fmt: skip
def test_bad_input_gets_one_clear_sentence(call, error, sentence):
    with pytest.raises(error) as raised:
        call()
    assert sentence in str(raised.value) and "\n" not in str(raised.value)
