"""The mode explorer: its counts against products really carried out, its pictures to scale, its controls."""

import re
import xml.etree.ElementTree as ElementTree
from functools import cache
from itertools import chain, combinations, pairwise, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bpkit.plot import crossover, mode_cost
from bpkit.plot._mode_cost import HEIGHT, WIDTH
from bpkit.plot.jacobian_cost import (
    best_order,
    forward_memory,
    forward_multiplications,
    layer_sizes,
    reverse_memory,
    reverse_multiplications,
)  # fmt: skip
from bpkit.widgets._mode_explorer import mode_explorer

START = {"inputs": 48, "depth": 4, "outputs": 4} | {f"layer {k}": 24 for k in range(1, 8)}
ODD = (4, 1, 1, 64, 5)
INDEX = str.maketrans("₁₂₃₄₅₆₇₈₉", "123456789")


class Factor:
    """A matrix that counts what its products cost, by carrying them out number by number."""

    multiplications = 0

    def __init__(self, entries):
        self.entries = entries

    def __mul__(self, other):
        assert self.entries.shape[1] == other.entries.shape[0]
        product = np.zeros((self.entries.shape[0], other.entries.shape[1]), dtype=int)
        for i, j in np.ndindex(*product.shape):
            for k in range(self.entries.shape[1]):
                Factor.multiplications += 1
                product[i, j] += self.entries[i, k] * other.entries[k, j]
        return Factor(product)


def jacobians(sizes):
    rng = np.random.default_rng(len(sizes))
    return [Factor(rng.integers(-2, 3, size=(sizes[k], sizes[k - 1]))) for k in range(1, len(sizes))]


def forward_mode(factors):
    carried = Factor(np.eye(factors[0].entries.shape[1], dtype=int))
    for factor in factors:
        carried = factor * carried
    return carried


def reverse_mode(factors):
    carried = Factor(np.eye(factors[-1].entries.shape[0], dtype=int))
    for factor in reversed(factors):
        carried = carried * factor
    return carried


def as_written(factors, written):
    """Carry out the runs, the walks back and the products that the words name."""
    stack = [[]]
    for token in re.findall(r"(?:J[₁-₉])+ by \d+ (?:run|walk)|[()]", written):
        if token == "(":
            stack.append([])
            continue
        if token == ")":
            one = stack.pop()
        else:
            numbers = [int(k.translate(INDEX)) for k in re.findall("[₁-₉]", token)]
            assert numbers == list(range(numbers[0], numbers[-1] - 1, -1))
            part = factors[numbers[-1] - 1 : numbers[0]]
            mode, ends = (forward_mode, (0, 1)) if token.endswith("run") else (reverse_mode, (-1, 0))
            assert int(re.search(r"\d+", token)[0]) == part[ends[0]].entries.shape[ends[1]]
            one = [mode(part)]
        stack[-1].append(one[0] * one[1] if len(one) == 2 else one[0])
    (both,) = stack
    return both[0] * both[1] if len(both) == 2 else both[0]


def counted(multiply, *arguments):
    Factor.multiplications = 0
    result = multiply(*arguments)
    return result.entries, Factor.multiplications


chains = st.lists(st.integers(1, 5), min_size=2, max_size=7)


@settings(max_examples=60)
@given(chains)
def test_the_counts_are_those_of_products_carried_out(sizes):
    factors = jacobians(sizes)
    jacobian, forward = counted(forward_mode, factors)
    same, reverse = counted(reverse_mode, factors)
    again, best = counted(as_written, factors, best_order(sizes).written)
    np.testing.assert_array_equal(jacobian, same)
    np.testing.assert_array_equal(jacobian, again)
    assert forward == forward_multiplications(sizes)
    assert reverse == reverse_multiplications(sizes)
    assert best == best_order(sizes).multiplications


def every_way(sizes):
    """The costs of all ways, without dynamic programming: choose where to cut, each part's mode, and the products."""

    @cache
    def products(n):
        if len(n) == 2:
            return frozenset({0})
        return frozenset(n[k - 1] * n[k] * n[k + 1] + rest for k in range(1, len(n) - 1)
                         for rest in products(n[:k] + n[k + 1 :]))  # fmt: skip

    def part(n, end):
        return n[end] * sum(a * b for a, b in pairwise(n))

    inner = range(1, len(sizes) - 1)
    for cuts in chain.from_iterable(combinations(inner, count) for count in range(len(inner) + 1)):
        at = (0, *cuts, len(sizes) - 1)
        parts = [sizes[a : b + 1] for a, b in pairwise(at)]
        for ends in product((0, -1), repeat=len(parts)):
            carried = sum(map(part, parts, ends))
            yield from (carried + one for one in products(tuple(sizes[k] for k in at)))


@settings(max_examples=60, deadline=None)
@given(chains)
def test_the_cheapest_way_is_the_least_of_all(sizes):
    ways = set(every_way(sizes))
    assert best_order(sizes).multiplications == min(ways)
    assert {forward_multiplications(sizes), reverse_multiplications(sizes)} <= ways


def test_forward_mode_is_reverse_mode_of_the_reversed_chain():
    for sizes in (ODD, (3, 4), (48, 24, 24, 24, 4)):
        assert forward_multiplications(sizes) == reverse_multiplications(sizes[::-1])
        assert best_order(sizes).multiplications == best_order(sizes[::-1]).multiplications


def held_forward(sizes, at_once):
    """The most numbers a forward walk holds between two layers."""
    values, tangents = np.ones(sizes[0]), np.eye(sizes[0])[:, :at_once]
    held = [values.size + tangents.size]
    for factor in jacobians(sizes):
        values, tangents = factor.entries @ values, factor.entries @ tangents
        held.append(values.size + tangents.size)
    return max(held)


def held_reverse(sizes, at_once):
    """The most numbers a walk there and back holds between two layers, when the values stay."""
    values = [np.ones(sizes[0])]
    for factor in jacobians(sizes):
        values.append(factor.entries @ values[-1])
    gradients = np.eye(sizes[-1])[:at_once]
    held = [gradients.size]
    for factor in reversed(jacobians(sizes)):
        gradients = gradients @ factor.entries
        held.append(gradients.size)
    return sum(one.size for one in values) + max(held)


@settings(max_examples=40)
@given(chains)
def test_memory_is_what_a_walk_along_the_chain_holds(sizes):
    for at_once in (1, sizes[0]):
        assert sum(forward_memory(sizes, at_once)) == held_forward(sizes, at_once)
    for at_once in (1, sizes[-1]):
        assert sum(reverse_memory(sizes, at_once)) == held_reverse(sizes, at_once)
    assert sum(forward_memory(sizes)) == 2 * max(sizes)
    assert reverse_memory(sizes).values == sum(sizes)


def test_a_thin_middle_makes_a_mixed_way_cheapest():
    sizes = layer_sizes(inputs=64, depth=5, width=2, outputs=64)
    # Two runs through J₅, two walks through the rest, and the outer product: 2·128 + 2·140 + 64·2·64.
    assert best_order(sizes) == (8728, "(J₅ by 2 runs)(J₄J₃J₂J₁ by 2 walks)")
    assert forward_multiplications(sizes) == reverse_multiplications(sizes) == 17152
    assert best_order((7, 3)) == (63, "J₁ by 3 walks") and best_order((7, 3, 2)) == (54, "J₂J₁ by 2 walks")


@given(chains)
def test_the_mode_that_starts_at_the_smaller_end_is_the_cheaper_one_whatever_the_widths(sizes):
    assert forward_multiplications(sizes) * sizes[-1] == reverse_multiplications(sizes) * sizes[0]


def test_a_chain_of_one_width_has_the_sizes_asked_for():
    assert layer_sizes(5, 1, 9, 2) == (5, 2) and layer_sizes(5, 3, 9, 2) == (5, 9, 9, 2)


def elements(picture, tag):
    return list(ElementTree.fromstring(picture.svg).iter("{http://www.w3.org/2000/svg}" + tag))


def written(picture):
    return [element.text for element in elements(picture, "text")]


def rectangles(picture):
    """Width and height of all rectangles but the sheet, with their frames."""
    return [(float(one.get("width")) + 1, float(one.get("height")) + 1) for one in elements(picture, "rect")[1:]]


@pytest.mark.parametrize("sizes", [(1, 1), (64,) * 9, ODD, (3, 64, 2, 50, 1, 64, 7), (48, 24, 24, 24, 4), (2, 3, 2)])
def test_layers_and_what_is_carried_are_to_one_scale(sizes):
    picture = mode_cost(sizes)
    assert (picture.width, picture.height) == (WIDTH, HEIGHT) and repr(picture) == picture.words
    assert mode_cost(sizes) == picture
    count = len(sizes)
    drawn = rectangles(picture)
    layers, forward, reverse = drawn[:count], drawn[count : 2 * count], drawn[2 * count : 3 * count]
    unit = max(height for _, height in layers) / max(sizes)
    assert unit <= 8 and unit * max(sizes) <= 80.02
    for size, layer, down, back in zip(sizes, layers, forward, reverse, strict=True):
        assert layer == pytest.approx((12, max(unit * size, 2)), abs=0.02)
        assert down == pytest.approx((max(unit * sizes[0], 2), max(unit * size, 2)), abs=0.02)
        assert back == pytest.approx((max(unit * size, 2), max(unit * sizes[-1], 2)), abs=0.02)
        assert f"{size} × {sizes[0]}" in written(picture) and f"{sizes[-1]} × {size}" in written(picture)
    assert f"h{10 * unit:.2f}m0 -5v10" in picture.svg


@settings(max_examples=40)
@given(chains)
def test_the_costs_below_what_is_carried_add_up(sizes):
    words = written(mode_cost(sizes))
    steps = [int(one[2:].replace(",", "")) for one in words if one and one.startswith("+ ")]
    split = len(sizes) - 1
    assert sum(steps[:split]) == forward_multiplications(sizes)
    assert sum(steps[split:]) == reverse_multiplications(sizes)
    assert words.count("identity") == 2


def test_the_picture_tells_all_costs_with_bars_to_scale():
    picture = mode_cost(ODD, memory=True)
    for cost in ("1,556 = 4 · 389", "1,945 = 5 · 389", "409",
                 "64 + 64 = 128", "64 + 256 = 320", "75 + 64 = 139", "75 + 320 = 395"):  # fmt: skip
        assert cost in written(picture) and cost.split(" = ")[0] in picture.words
    bars = [width for width, height in rectangles(picture) if height == 15]
    assert bars[:3] == pytest.approx([150 * 1556 / 1945, 150, 150 * 409 / 1945], abs=0.02)
    numbers = [64, 64, 64, 256, 75, 64, 75, 320]
    assert bars[3:] == pytest.approx([120 / 395 * number for number in numbers], abs=0.02)
    bars = [width for width, height in rectangles(mode_cost(ODD[::-1])) if height == 15]
    assert bars == pytest.approx([150, 150 * 1556 / 1945, 150 * 409 / 1945], abs=0.02)


def test_what_was_not_asked_for_or_says_nothing_new_is_not_drawn():
    picture = mode_cost((48, 24, 24, 24, 4))
    assert [width for width, height in rectangles(picture) if height == 15] == pytest.approx([150, 12.5], abs=0.02)
    assert not re.search("emory|held|heap", " ".join([picture.words, *filter(None, written(picture))]))


@pytest.mark.parametrize(
    ("sizes", "sentence"),
    [
        ((48, 24, 24, 24, 4), "Reverse mode wins because it carries 4 rows, and forward mode 48 columns; forward mode "
                              "costs 12 times as much."),
        ((1, 5, 5, 9), "Forward mode wins because it carries 1 column, and reverse mode 9 rows; reverse mode costs "
                       "9 times as much."),
        ((4, 5, 5, 4), "Both modes cost the same: forward mode carries 4 columns, reverse mode 4 rows."),
        ((64, 1, 1, 1, 63), "Reverse mode wins because it carries 63 rows, and forward mode 64 columns; forward mode "
                            "costs 129 more."),
        ((6, 4), "Reverse mode wins because it carries 4 rows, and forward mode 6 columns; forward mode costs 1.5 "
                 "times as much."),
        (ODD, "Cheaper still is (J₄J₃ by 1 run)(J₂J₁ by 1 walk): 409 multiplications."),
        (ODD, "reverse mode keeps the values of all layers, 75 numbers, for the way back; forward mode those of one "
              "layer, 64."),
    ],
)  # fmt: skip
def test_a_sentence_says_which_mode_wins_and_why(sizes, sentence):
    picture = mode_cost(sizes, memory=True)
    assert sentence in picture.words
    assert sentence in " ".join(filter(None, written(picture)))
    least = min(forward_multiplications(sizes), reverse_multiplications(sizes))
    assert ("Cheaper still" in picture.words) == (best_order(sizes).multiplications < least)


@settings(max_examples=60)
@given(st.lists(st.sampled_from((1, 2, 3, 9, 30, 64)), min_size=4, max_size=9))
def test_what_is_carried_is_told_in_words(sizes):
    tangents, gradients = re.findall(
        r"(?:column for each input|row for each output): ([^.]*)\.", mode_cost(sizes).words
    )
    assert tangents == ", ".join(f"{rows} × {sizes[0]}" for rows in sizes[1:])
    assert gradients == ", ".join(f"{sizes[-1]} × {columns}" for columns in reversed(sizes[:-1]))


@settings(max_examples=60)
@given(st.lists(st.sampled_from((1, 2, 3, 9, 30, 64)), min_size=4, max_size=9))
def test_the_reason_given_is_true(sizes):
    forward, reverse = forward_multiplications(sizes), reverse_multiplications(sizes)
    words = mode_cost(sizes).words
    assert ("Forward mode wins" in words, "Reverse mode wins" in words) == (forward < reverse, reverse < forward)
    assert ("wins because" in words) == (sizes[0] != sizes[-1])
    assert not re.search(r"costs (1 times|0 more)|\b(nan|inf)\b", words)


def line(picture, colour):
    """The points of the line of a colour."""
    (found,) = [one for one in elements(picture, "polyline") if one.get("stroke") == colour]
    return [tuple(map(float, point.split(","))) for point in found.get("points").split()]


@pytest.mark.parametrize("case", [(16, 4, 32), (1, 1, 4), (40, 8, 3), (100, 5, 10)])
def test_the_curves_cross_in_the_ring(case):
    inputs, depth, width = case
    picture = crossover(*case)
    forward, reverse = line(picture, "#ffd58a"), line(picture, "#0b3d91")
    ring = elements(picture, "circle")[0]
    x, y = float(ring.get("cx")), float(ring.get("cy"))
    assert (x, y) in forward and (x, y) in reverse
    meet = forward_multiplications(layer_sizes(inputs, depth, width, inputs))
    assert f"{meet:,}" in written(picture)
    top = max(2 * inputs - 1, 7)
    for outputs, points, at, count in ((top, forward, -1, forward_multiplications),
                                       (1, reverse, 0, reverse_multiplications)):  # fmt: skip
        height = (250.0 - y) * count(layer_sizes(inputs, depth, width, outputs)) / meet
        assert 250.0 - points[at][1] == pytest.approx(height, abs=0.1, rel=1e-2)
    # Lower on the sheet is cheaper: reverse mode left of the ring, forward mode right of it.
    assert forward[0][1] <= reverse[0][1] and forward[-1][1] > reverse[-1][1]


def controls(explorer):
    above, counted, box = explorer.children
    (grid, reset), (place,) = above.children, box.children
    return {child.description: child for child in (*grid.children, reset)} | {"counted": counted}, place


def shown(named):
    return [name for name, control in named.items() if control.layout.display != "none"]


def test_start_and_every_slider_draw_by_the_pure_function():
    named, place = controls(mode_explorer())
    assert list(named) == [*START, "reset", "counted"]
    assert {name: named[name].value for name in START} == START
    assert place.value == mode_cost((48, 24, 24, 24, 4)).svg
    for i, name in enumerate(START):
        named[name].value = 8 if name == "depth" else 5 + i
    assert place.value == mode_cost((5, 8, 9, 10, 11, 12, 13, 14, 7)).svg
    named["layer 3"].value = 2
    assert place.value == mode_cost((5, 8, 9, 2, 11, 12, 13, 14, 7)).svg
    named["counted"].value = "memory, too"
    assert place.value == mode_cost((5, 8, 9, 2, 11, 12, 13, 14, 7), memory=True).svg


def test_the_thin_layer_of_the_chapter_can_be_made():
    named, place = controls(mode_explorer())
    for name, value in {"inputs": 64, "outputs": 64, "layer 1": 32, "layer 2": 2, "layer 3": 32}.items():
        named[name].value = value
    assert place.value == mode_cost((64, 32, 2, 32, 64)).svg
    assert forward_multiplications((64, 32, 2, 32, 64)) == reverse_multiplications((64, 32, 2, 32, 64)) == 270336
    assert best_order((64, 32, 2, 32, 64)) == (16640, "(J₄J₃ by 2 runs)(J₂J₁ by 2 walks)")


def test_only_the_sliders_of_layers_that_are_there_are_shown():
    named, place = controls(mode_explorer((9, 3, 5)))
    assert shown(named) == ["inputs", "depth", "outputs", "layer 1", "reset", "counted"]
    named["depth"].value = 4
    assert shown(named) == ["inputs", "depth", "outputs", "layer 1", "layer 2", "layer 3", "reset", "counted"]
    assert place.value == mode_cost((9, 3, 3, 3, 5)).svg
    named["depth"].value = 1
    assert shown(named) == ["inputs", "depth", "outputs", "reset", "counted"] and place.value == mode_cost((9, 5)).svg
    named["reset"].click()
    assert "layer 1" in shown(named) and place.value == mode_cost((9, 3, 5)).svg


def test_sliders_reach_their_ends_and_can_be_typed_into():
    named, place = controls(mode_explorer((1, 1)))
    for name in START:
        largest = 8 if name == "depth" else 64
        assert (named[name].min, named[name].max, named[name].readout) == (1, largest, True)
        named[name].value = largest
    assert place.value == mode_cost((64,) * 9).svg


def test_reset_brings_the_start_back():
    named, place = controls(mode_explorer((7, 2, 6, 9)))
    start = place.value
    assert start == mode_cost((7, 2, 6, 9)).svg
    for name in START:
        named[name].value = 1
    assert place.value != start
    named["reset"].click()
    assert place.value == start and named["inputs"].value == 7


def test_a_page_without_a_kernel_gets_the_still_picture():
    explorer = mode_explorer((5, 24, 24, 24, 4))
    data = explorer._repr_mimebundle_()
    controls(explorer)[0]["inputs"].value = 9
    assert explorer._repr_mimebundle_()["text/html"] == data["text/html"]
    assert data["text/html"].startswith('<img alt="5 inputs and 4 layers of 24, 24, 24, 4 units.')
    assert data["text/plain"].startswith("Mode explorer: run this cell to use it. Still picture: 5 inputs")


@pytest.mark.parametrize(
    ("call", "error", "sentence"),
    [
        (lambda: mode_explorer((0, 4)), ValueError, "sizes[0] is 0, expected a whole number of at least 1."),
        (lambda: mode_explorer((4, 2.0)), TypeError, "sizes[1] is float 2.0, expected a whole number."),
        (lambda: mode_explorer(48), ValueError, "sizes is 48, expected the number of inputs and the size of each"),
        (lambda: mode_cost((4, 65, 2)), ValueError, "sizes[1] is 65, expected at most 64, as on the sliders."),
        (lambda: mode_cost((1,) * 10), ValueError, "sizes has 9 layers after the inputs, expected at most 8."),
        (lambda: mode_cost((4, 0)), ValueError, "sizes[1] is 0, expected a whole number of at least 1."),
        (lambda: forward_multiplications((4,)), ValueError, "sizes is (4,), expected the number of inputs and the size "
                                                            "of each layer, one or more."),
        (lambda: best_order(7), ValueError, "sizes is 7, expected the number of inputs and the size of each layer"),
        (lambda: reverse_multiplications("48"), TypeError, "sizes[0] is str '4', expected a whole number."),
        (lambda: reverse_memory((4, 2), at_once=0), ValueError, "at_once is 0, expected a whole number of at least 1."),
        (lambda: crossover(depth=0), ValueError, "depth is 0, expected a whole number of at least 1."),
        (lambda: crossover(inputs=1.5), TypeError, "inputs is float 1.5, expected a whole number."),
    ],
)  # fmt: skip
def test_bad_input_gets_one_clear_sentence(call, error, sentence):
    with pytest.raises(error) as raised:
        call()
    assert sentence in str(raised.value) and "\n" not in str(raised.value)
