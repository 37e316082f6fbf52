"""Graphs as pictures, typed formulas, and the graph stepper: what is drawn, what is refused, and what is said."""

import ast
import itertools
import math
import re
import warnings
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

import bpkit as bp
from bpkit.plot import expression, svg
from bpkit.plot._graph import graph, node_names, number, text_width
from bpkit.plot.expression import parse
from bpkit.plot.graph_layout import layout
from bpkit.plot.graph_walk import MOST_NODES, local_derivative, walk
from bpkit.plot.stepper_page import NUMBERS, SYMBOLS, sentence, stepper_graph, stepper_page
from bpkit.widgets._graph_stepper import EXAMPLES, graph_stepper

SVG = "{http://www.w3.org/2000/svg}"

# A random computation: each line takes two earlier results, by their distance, and an operation.
OPERATIONS = (lambda a, b: a + b, lambda a, b: a * b, lambda a, b: a - b, lambda a, b: np.sin(a), np.maximum,
              lambda a, b: 2.5 * a, lambda a, b: a**2, lambda a, b: a / (b * b + 1), lambda a, b: a * a)  # fmt: skip
programs = st.lists(st.tuples(st.integers(1, 12), st.integers(1, 4), st.sampled_from(OPERATIONS)), max_size=24)


def recorded(program, inputs, outputs):
    def f(*values):
        values = list(values)
        for a, b, operation in program:
            values.append(operation(values[-min(a, len(values))], values[-min(b, len(values))]))
        return values[-outputs:]

    return bp.record(f, *(float(i + 1) for i in range(inputs)))


def corners(place):
    return place.x - place.width / 2, place.y - place.height / 2, place.x + place.width / 2, place.y + place.height / 2


def points_of(path):
    """Points along an SVG path of M, H, V, C and q, close to each other."""
    found, (x, y) = [], (0.0, 0.0)
    for command, numbers in re.findall(r"([MHVCq])([^MHVCq]*)", path):
        values = [float(one) for one in re.findall(r"-?[\d.]+", numbers)]
        start = x, y
        if command == "M":
            x, y = values
        elif command in "HV":
            x, y = (values[0], y) if command == "H" else (x, values[0])
            found += [(start[0] + t * (x - start[0]), start[1] + t * (y - start[1])) for t in np.linspace(0, 1, 40)]
        else:
            ends = [(values[i] + (x if command == "q" else 0), values[i + 1] + (y if command == "q" else 0))
                    for i in range(0, len(values), 2)]  # fmt: skip
            controls = [start, *ends]
            n = len(controls) - 1
            for t in np.linspace(0, 1, 25):
                weights = [math.comb(n, i) * t**i * (1 - t) ** (n - i) for i in range(n + 1)]
                found.append(tuple(sum(w * c[axis] for w, c in zip(weights, controls, strict=True)) for axis in (0, 1)))
            x, y = ends[-1]
    return found


@settings(max_examples=120, deadline=None)
@given(programs, st.integers(1, 5), st.integers(1, 2), st.booleans())
def test_no_boxes_overlap_and_no_arrow_runs_through_a_box(program, inputs, outputs, room):
    drawn = recorded(program, inputs, outputs)
    assume(len(drawn.nodes) <= 25)
    sizes = {node: (46.0 + 13 * (node.number % 5), 46.0) for node in drawn.nodes}
    arranged = layout(drawn, sizes, room_below=room)
    boxes = {node: corners(place) for node, place in arranged.places.items()}
    assert set(boxes) == set(drawn.nodes)
    assert {place.height - place.box for place in arranged.places.values()} == {19.0 if room else 0.0}
    for left, top, right, bottom in boxes.values():
        assert left >= 8 and top >= 8 and right <= arranged.width - 8 and bottom <= arranged.height - 8
    for one, other in itertools.combinations(boxes.values(), 2):
        assert one[2] + 8 <= other[0] or other[2] + 8 <= one[0] or one[3] + 8 <= other[1] or other[3] + 8 <= one[1]
    wires = sorted((wire.start.number, wire.end.number) for wire in arranged.wires)
    assert wires == sorted((x.number, node.number) for node in drawn.nodes for x in drawn.inputs_of(node))
    for wire in arranged.wires:
        for x, y in points_of(wire.path):
            assert 0 <= x <= arranged.width and 0 <= y <= arranged.height
            for left, top, right, bottom in boxes.values():
                assert not (left + 0.2 < x < right - 0.2 and top + 0.2 < y < bottom - 0.2)
        # From the right side of one box to the left side of the other.
        (x_0, y_0), (x_1, y_1) = wire.tail, wire.tip
        start, end = boxes[wire.start], boxes[wire.end]
        assert x_0 == start[2] and start[1] < y_0 < start[3] and x_1 == end[0] and end[1] < y_1 < end[3]
        assert points_of(wire.path)[0] == pytest.approx((x_0, y_0), abs=0.1)
        assert points_of(wire.path)[-1] == pytest.approx((x_1, y_1), abs=7)
    assert arranged.width <= 1500  # at a page width of 900 px, letters are not smaller than 8 px


def ems(words):
    """Widths in DejaVu Serif, in parts of the font size: none of these letters is wider than that."""
    narrow = dict.fromkeys(" .,:;|()[]ijltrf", 0.4) | dict.fromkeys("₀₁₂₃₄₅₆₇₈₉⁰¹²³⁴⁵⁶⁷⁸⁹⁻", 0.44)
    wide = dict.fromkeys("mMwW", 0.95) | dict.fromkeys("+−×÷=<>", 0.84)
    return sum(narrow.get(letter) or wide.get(letter) or 0.64 for letter in words)


@settings(max_examples=60, deadline=None)
@given(programs, st.integers(1, 4), st.booleans(), st.booleans())
def test_pictures_of_graphs_are_well_formed_described_and_no_text_leaves_its_box(program, inputs, values, table):
    drawn = recorded(program, inputs, 1)
    assume(len(drawn.nodes) <= 25)
    grad_table = {node: -123.456 / (node.number + 1) for node in drawn.nodes} if table else None
    picture = graph(drawn, values=values, grad_table=grad_table, highlighted=drawn.nodes[::2])
    root = ElementTree.fromstring(picture.svg)
    assert root.get("aria-label") == picture.words == repr(picture)
    boxes = [box for box in root.iter(f"{SVG}rect") if box.get("rx") == "8"]
    assert len(boxes) == len(drawn.nodes)
    assert sum(box.get("stroke") == svg.DARK and float(box.get("stroke-width")) > 2 for box in boxes) == len(
        drawn.nodes[::2]
    )
    below = 0
    for text in root.iter(f"{SVG}text"):
        x, y, wide = float(text.get("x")), float(text.get("y")), ems(text.text) * float(text.get("font-size"))
        around = []
        for box in boxes:
            left, top, width, height = (float(box.get(key)) for key in ("x", "y", "width", "height"))
            if left <= x - wide / 2 and x + wide / 2 <= left + width and top < y < top + height + 19:
                around.append(box)
        assert len(around) == 1
        if text.text.startswith("◂"):
            below += 1
            for box in boxes:
                left, top, width, height = (float(box.get(key)) for key in ("x", "y", "width", "height"))
                assert y + 5 < top or y - 5 > top + height or x + wide / 2 < left or x - wide / 2 > left + width
    assert below == (len(drawn.nodes) if table else 0)
    for node in drawn.nodes:
        assert (number(node.value) in [text.text for text in root.iter(f"{SVG}text")]) or not values


def lines_of(drawn, **options):
    return [text.text for text in ElementTree.fromstring(graph(drawn, **options).svg).iter(f"{SVG}text")]


PLANAR = [walk(text, values).graph for _, text, values in EXAMPLES]
PLANAR.append(bp.record(lambda a, b, c, d: a * d + b * c, 1.0, 2.0, 3.0, 4.0))  # if the inputs are put in order
PLANAR.append(bp.record(lambda a, b, c: np.sin(a) * np.exp(c) + np.cos(b) * 3, 1.0, 2.0, 3.0))


@pytest.mark.parametrize("drawn", PLANAR)
def test_no_arrows_cross_where_none_has_to(drawn):
    arranged = layout(drawn, dict.fromkeys(drawn.nodes, (60.0, 46.0)))
    ways = [(wire, points_of(wire.path)) for wire in arranged.wires]
    for (one, first), (other, second) in itertools.combinations(ways, 2):
        if one.start is other.start:  # one line that parts
            continue
        assert min(math.dist(p, q) for p in first for q in second) > 4


def test_names_constants_shapes_and_order_of_arguments_are_shown():
    drawn = bp.record(lambda x, y: (3 * x - y) ** 2 / 7 + 2**x + np.maximum(0, y) - 1, 1.0, 2.0)
    lines = lines_of(drawn, names=["a", "f1"])
    for words in ("a", "f₁", "u₁", "3 ·", "u₁ − f₁", "□²", "÷ 7", "2^□", "max[0, □]", "− 1"):
        assert words in lines
    assert graph(drawn).words.startswith("A graph of 11 nodes, from left to right: x = 1; y = 2; u₁ = 3 × x = 3;")
    arrays = bp.record(lambda x: np.sum(np.ones((2, 3)) @ x), np.ones(3))
    assert {"(3,)", "(2, 3) @", "(2,)", "sum", "6"} <= set(lines_of(arrays))
    assert "(3,)" not in lines_of(arrays, values=False)
    assert len(lines_of(bp.record(lambda x: x * x, 3.0))) == 5
    constant = bp.record(lambda x, y: x + y, 1.0, 2.0).gradient_graph()
    assert "constant outputs: 1, 1" in lines_of(constant)
    many = bp.record(lambda *x: sum(x), *np.ones(6))
    assert list(node_names(many).values())[:7] == ["x₁", "x₂", "x₃", "x₄", "x₅", "x₆", "u₁"]
    assert len(set(node_names(many, ["u1"]).values())) == len(many.nodes)


def test_a_gradient_graph_and_nested_recordings_can_be_drawn():
    seen = []

    def inner(x):
        seen.append(lines_of(bp.record(np.sin, x)))
        return x

    bp.grad(inner)(0.5)
    assert "0.5" in seen[0]
    first = bp.record(lambda w: np.sin(np.sin(np.sin(w))), 1.0)
    picture = graph(first.gradient_graph().gradient_graph(), names=["w"])
    assert "A graph of 28 nodes" in picture.words and picture.width < 1500
    folded = ElementTree.fromstring(graph(bp.record(lambda x: [x := np.sin(x) for _ in range(24)][-1], 1.0)).svg)
    assert float(folded.get("width")) < 1250
    tops = [float(box.get("y")) for box in folded.iter(f"{SVG}rect") if box.get("rx") == "8"]
    assert len(set(tops)) == 3 and tops == sorted(tops)  # rows, read like lines of text


def test_a_picture_says_the_derivative_with_respect_to_each_box():
    drawn = graph(bp.record(lambda a, b, c: (a + b) * c, -2.0, 5.0, -4.0), names=["a", "b", "c"], derivatives=True)
    assert drawn.words.endswith(
        "Derivatives of the output: −4 with respect to a, −4 with respect to b, 3 with respect to c, "
        "−4 with respect to u₁, 1 with respect to u₂."
    )
    assert drawn.svg.count("◂ −4") == 3


@pytest.mark.parametrize(
    ("arguments", "error", "sentence"),
    [
        ({"graph": np.sin}, TypeError, "graph is ufunc, expected a Graph: call bp.record(f, *inputs) first."),
        ({"names": "xyz"}, TypeError, "names is 'xyz', expected a list of texts such as"),
        ({"names": ["a"] * 9}, ValueError, "names has 9 entries, but the graph has 2 nodes: constants are no nodes"),
        ({"grad_table": {bp.record(np.cos, 2.0).nodes[0]: 1}}, ValueError, "grad_table holds Node(np.float64(2.0),"),
        ({"grad_table": {}, "derivatives": True}, ValueError, "derivatives and grad_table both say what stands"),
        ({"highlighted": [3]}, ValueError, "highlighted holds 3, which is no node of this graph: take nodes from"),
    ],
)  # fmt: skip
def test_bad_arguments_of_the_picture_get_one_clear_sentence(arguments, error, sentence):
    with pytest.raises(error) as raised:
        graph(**{"graph": bp.record(np.sin, 1.0), **arguments})
    assert sentence in str(raised.value) and "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("value", "words"),
    [(3.0, "3"), (-0.0, "0"), (-1234567.0, "−1.235e6"), (1e-30, "1e−30"), (0.1 + 0.2, "0.3"),
     (np.ones((2, 0)), "(2, 0)"), (1e100, "1e100"), (math.inf, "inf"), (12345, "1.234e4"), (-0.5, "−0.5")],
)  # fmt: skip
def test_numbers_have_four_significant_digits(value, words):
    assert number(value) == words


# Formulas. A trusted evaluator of our own: trees of tuples, floats, and Python's arithmetic.

UNARY = {"exp": math.exp, "sin": math.sin, "cos": math.cos, "tanh": math.tanh, "tan": math.tan, "abs": abs,
         "relu": lambda x: x if x > 0 else 0.0, "sigmoid": lambda x: 1 / (1 + math.exp(-x)),
         "sqrt": math.sqrt, "log": math.log}  # fmt: skip
BINARY = {"+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b, "/": lambda a, b: a / b,
          "**": math.pow}  # fmt: skip
leaves = st.one_of(st.sampled_from("xyz"), st.integers(0, 4).map(float), st.sampled_from([0.5, 1.25, 0.1]))


def grown(parts):
    return st.one_of(
        st.tuples(st.sampled_from(sorted(UNARY)), parts),
        st.tuples(st.sampled_from(["+", "-", "*", "/"]), parts, parts),
        st.tuples(st.just("**"), parts, st.sampled_from([2.0, 3.0, -1.0, 0.5, 0.0, 1.0])),
        st.tuples(st.sampled_from(["max", "min"]), parts, parts),
        st.tuples(st.just("-"), parts),
    )


trees = st.recursive(leaves, grown, max_leaves=8).filter(lambda tree: re.search(r"\b[xyz]\b", written(tree)))


def written(tree):
    """A tree as text, in parentheses wherever there is doubt."""
    if not isinstance(tree, tuple):
        return str(tree)
    name, *parts = tree
    if name in BINARY and len(parts) == 2:
        return f"({written(parts[0])}){name}({written(parts[1])})"
    return f"{name}({', '.join(map(written, parts))})"


def evaluated(tree, values):
    if not isinstance(tree, tuple):
        return values[tree] if isinstance(tree, str) else tree
    name, *parts = tree
    results = [evaluated(part, values) for part in parts]
    if name in ("max", "min"):
        return max(results) if name == "max" else min(results)
    if name == "-" and len(parts) == 1:
        return -results[0]
    return (BINARY if name in BINARY else UNARY)[name](*results)


numbers = st.integers(-24, 24).map(lambda n: n / 8)
VALUES = st.fixed_dictionaries({"x": numbers, "y": numbers, "z": numbers})


def trusted(tree, values):
    """The value, or None where there is none (a division by zero, a root of a negative number, an overflow)."""
    try:
        value = evaluated(tree, values)
    except (ArithmeticError, ValueError):
        return None
    return value if isinstance(value, float | int) and abs(value) < 1e8 else None


def slope(tree, values, name):
    """A central difference, None where it and the slopes of the two sides disagree: near kinks and poles."""
    found = []
    for h in (1e-4, 3e-5):
        left, here, right = (trusted(tree, {**values, name: values[name] + by}) for by in (-h, 0.0, h))
        if None in (left, here, right) or abs(left + right - 2 * here) > 1e-2 * h * (1 + abs(right - left) / h):
            return None
        found.append((right - left) / (2 * h))
    return found[1] if abs(found[0] - found[1]) <= 1e-4 * (1 + abs(found[1])) else None


def parsed(tree):
    """The function of a tree and its names; trees that the grammar refuses for their constants are skipped."""
    try:
        return parse(written(tree))
    except ValueError as error:
        assume(not re.search("a part without variables|no variable|exponent|lie within|characters", str(error)))
        raise


@settings(max_examples=250, deadline=None)
@given(trees, VALUES)
def test_formulas_agree_with_a_trusted_evaluator_on_floats_nodes_and_duals(tree, values):
    function, names = parsed(tree)
    text = written(tree)
    assert names == tuple(dict.fromkeys(re.findall(r"\b[xyz]\b", text)))
    arguments = [values[name] for name in names]
    expected = trusted(tree, values)
    assume(expected is not None)
    assert float(function(*arguments)) == pytest.approx(expected, rel=1e-9, abs=1e-9)
    assert float(function(*map(np.float64, arguments))) == pytest.approx(expected, rel=1e-9, abs=1e-9)
    slopes = [slope(tree, values, name) for name in names]
    assume(None not in slopes)
    with np.errstate(all="ignore"):
        gradient = [float(bp.grad(function, argnums=i)(*arguments)) for i in range(len(names))]
        along = [float(bp.jvp(function, tuple(arguments), tuple(float(j == i) for j in range(len(names))))[1])
                 for i in range(len(names))]  # fmt: skip
    assume(np.all(np.isfinite(gradient)))
    scale = 2e-3 * (1 + max(map(abs, slopes)))
    np.testing.assert_allclose(gradient, slopes, atol=scale)
    np.testing.assert_allclose(along, gradient, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2 - 3 - x", -3.0), ("2/4/x", 0.25), ("-x**2", -4.0), ("2**3**x", 512.0), ("2*x**-1", 1.0), ("--x", 2.0),
        ("+x", 2.0), ("1e1*x + .5 + 2.", 22.5), ("max(x, 3, 1)", 3.0), ("min(x, 3, 1)", 1.0), (" x\t* 4 ", 8.0),
        ("-2**2 + 0*x", -4.0), ("(x)", 2.0), ("relu(-x) + sigmoid(0*x)", 0.5), ("x*x/x - x + x", 2.0),
    ],
)  # fmt: skip
def test_precedence_is_pythons(text, value):
    function, names = parse(text)
    assert names == ("x",) and float(function(2.0)) == value == float(function(2))


def test_equal_parts_are_computed_once_and_constants_before():
    function, _ = parse("exp(exp(x) + exp(x)**2) + sin(exp(x) + exp(x)**2)")
    recorded = bp.record(function, 0.1)
    assert [node.operation for node in recorded.nodes] == ["input", "exp", "power", "add", "exp", "sin", "add"]
    assert [node.operation for node in bp.record(parse("x*(2*3 + sqrt(4))")[0], 1.0).nodes] == ["input", "multiply"]
    assert float(parse("(x - y)/(y - x)")[0](2.0, 5.0)) == -1  # not equal
    relu = bp.record(parse("relu(x)")[0], 0.0)
    assert relu.nodes[-1].operation == "relu" and bp.grad(parse("relu(x)")[0])(0.0) == 0
    np.testing.assert_allclose(bp.grad(bp.grad(parse("sigmoid(x)")[0]))(0.7), -0.0747, atol=2e-4)
    with pytest.raises(TypeError, match=r"the formula has 2 variable\(s\), x, y, but got 1\."):
        parse("x*y")[0](1.0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert np.isnan(parse("log(x)")[0](-1.0)) and parse("1/x")[0](0.0) == math.inf


HOSTILE = [
    ("__import__('os').system('true')", "' is no sign of a formula"),
    ("x.__class__", "the dot beside x belongs to no number: dots stand in decimals"),
    ("().__class__.__bases__", "the dot beside ) belongs to no number"),
    ("lambda x: x", ": is no sign of a formula"),
    ("lambda", "lambda is a word of the language Python: a variable needs another name."),
    ("9**9**9", "the formula has no variable"),
    ("x**9**9", "the exponent 3.8742e+08 is too large: at most ±100 is allowed."),
    ("x + 9**9**9**9", "the exponent 3.8742e+08 is too large"),
    ("x + 9**99/0", "a part without variables comes to inf"),
    ("x + 1e99*1e99", "a part without variables comes to 1e+198"),
    ("1e400*x", "the number 1e400 is too large"),
    ("(" * 150 + "x" + ")" * 150, "301 characters"),
    ("(" * 100 + "x" + ")" * 100, "more than 20 parentheses lie within each other"),
    ("-" * 200 + "x", "the formula has 200 operations: at most 60 are allowed."),
    ("x" * 10**6, "the formula has 1000000 characters: at most 300 are allowed."),
    ("x + " * 70 + "x", "the formula has 70 operations"),
    ("max(" + "x, " * 80 + "x)", None),
    ("(y := x)", ": is no sign"),
    ("f'{x}'", "' is no sign"),
    ("\N{CYRILLIC SMALL LETTER HA}*2", "\N{CYRILLIC SMALL LETTER HA} (cyrillic small letter ha) is not on the list"),
    ("\N{FULLWIDTH DIGIT TWO}*x", "(fullwidth digit two) is not on the list"),
    ("\N{MATHEMATICAL ITALIC SMALL X}", "(mathematical italic small x) is not on the list"),
    ("x\N{ZERO WIDTH SPACE}y", "is no sign of a formula"),
    ("x if x else y", "if is a word of the language Python"),
    ("x and y", "and is a word"), ("not x", "not is a word"), ("yield x", "yield is a word"), ("await x", "await is"),
    ("True*x", "True is a word"), ("None", "None is a word"), ("[x for x in y]", "[ is no sign"), ("x[0]", "[ is no"),
    ("x; y", "; is no sign"), ("x\ny", "several lines"), ("x\\\n+y", "several lines"), ("x\r+y", "several lines"),
    ("x\x00", "is no sign"), ("x # y", "# is no sign"), ("print(x)", "print(…) is none of the functions exp, log"),
    ("eval(x)", "eval(…) is none of the functions"), ("exp.__self__", "the dot beside exp"), ("_x", "_x is no name"),
    ("max(*x)", "after ( comes *"), ("max(x, **y)", "after , comes **"),
    ("exp(exp)", "the function exp has no argument"), ("a" * 50, "is no name of a variable"),
    ("<b>x</b>", "< is no sign"), ("x < y", "< is no sign"),
    ("1j*x", "1j has no sign in between"), ("0x10*x", "0x10 has no sign in between"), ("1_0*x", "_0 is no name"),
    ("a+b+c+d+e+f+g+h+i", "the formula has 9 variables: at most 8 are allowed."), ("", "empty"), (" \t", "empty"),
]  # fmt: skip
SLIPS = [
    ("2x", "2x has no sign in between: a product is written 2*x."),
    ("x y", "x y has no sign in between: a product is written x*y."),
    ("2(x + y)", "2(…) has no sign in between: a product is written 2*(…)."),
    ("(x + y)z", "(…)z has no sign in between: a product is written (…)*z."),
    ("(x)(y)", "a product is written (…)*(…)."),
    ("x(y + 1)", "x(…) is none of the functions exp,"), ("x(y + 1)", "is it a product, x*(…)?"),
    ("ln(x)", "did you mean log"), ("sen(x)", "did you mean sin"), ("maximum(x, y)", "did you mean max"),
    ("x^2", "^ is no sign of a formula: a power is written **, as in x**2."),
    ("x²", "a power is written **"), ("√x", "a root is written sqrt(x)."), ("|x|", "abs(x)"), ("y = x", "right-hand"),
    ("x − y", "minus is written -, as on the keyboard."), ("x × y", "a product is written *."), ("x ÷ y", "written /."),
    ("exp[x]", "parentheses are round, as in exp(x)."), ("np.exp(x)", "it is exp(x), not np.exp(x)."),
    ("exp x", "the function exp has no argument: write exp(x)."), ("sin + x", "the function sin has no argument"),
    ("exp()", "after ( comes ): a number, a variable or a function is missing there."),
    ("exp(x, y)", "exp got 2 arguments: 1 is expected."), ("max(x)", "max got 1 argument: at least 2 are expected."),
    ("x, y", "a comma stands outside of max and min: a decimal is written with a dot, as in 1.5."),
    ("1,5*x", "a decimal is written with a dot"), ("x //y", "// is no sign of a formula: a quotient is written /."),
    ("x +* y", "after + comes *"), ("x*", "the formula ends with *"), ("*x", "the formula starts with *"),
    ("(x", "a ( stays open: a ) is missing."), ("((x", "2 of the ( stay open"), ("x)", "a ) has no ("),
    ("max(x,, y)", "after , comes ,"), ("max(x,)", "after , comes )"), ("()", "after ( comes )"), ("...", "the dot"),
    ("01*x", "the number 01 starts with 0: write it without."), ("1.2.3*x", "1.2 .3 has no sign in between"),
    ("3 + 4", "the formula has no variable: write one such as x*exp(y)."), ("sqrt(-1)*x", "comes to nan"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "words"), HOSTILE + SLIPS)
def test_what_is_no_formula_gets_one_sentence_that_names_the_slip(text, words):
    with pytest.raises(ValueError) as raised:
        parse(text)
    sentence = str(raised.value)
    assert words is None or words in sentence
    assert sentence.endswith((".", "?")) and "\n" not in sentence and len(sentence) < 240 and "<string>" not in sentence


signs = st.text(alphabet="xy2.50+-*/() ,e_^=[]'\"\\\n:<&", max_size=30)
pieces = st.lists(st.sampled_from(["x", "y", "2", ".5", "+", "-", "*", "**", "/", "(", ")", ",", "exp(", "max(", "sqrt",
                                   " ", "__class__", "lambda", "if", "."]), max_size=20).map("".join)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.one_of(st.text(max_size=40), signs, pieces))
@example("x" + "**x" * 60)
@example("exp(" * 20 + "x" + ")" * 20)
def test_any_text_is_a_formula_or_gets_a_sentence(text):
    try:
        function, names = parse(text)
    except ValueError as error:
        assert "\n" not in str(error) and len(str(error)) < 260
    else:
        assert set("".join(names)) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")
        assert isinstance(float(function(*[0.5] * len(names))), float)


def test_a_formula_is_never_run_as_code():
    source = ast.parse(Path(expression.__file__).read_text(encoding="utf-8"))
    words = {node.id for node in ast.walk(source) if isinstance(node, ast.Name)}
    words |= {node.attr for node in ast.walk(source) if isinstance(node, ast.Attribute)}
    assert not words & {"eval", "exec", "__import__", "getattr", "import_module", "literal_eval"}
    for text in (3, None, b"x", ["x"]):
        with pytest.raises(TypeError, match=r"text is .*, expected a formula in quotes"):
            parse(text)
    assert set(expression.FUNCTIONS) >= {"exp", "log", "sin", "cos", "tanh", "sqrt", "max", "min", "relu", "sigmoid"}


# The stepper.


def walked(tree, values):
    """The walk of a tree, its variables and their values; skipped where the stepper says that it cannot be shown."""
    _, names = parsed(tree)
    arguments = [values[name] for name in names]
    try:
        return walk(written(tree), arguments), names, arguments
    except ValueError as error:
        assume(not re.search("at these values: choose others|the picture holds", str(error)))
        raise


@settings(max_examples=150, deadline=None)
@given(trees, VALUES)
def test_the_entries_at_the_end_are_the_derivatives(tree, values):
    found, names, arguments = walked(tree, values)
    entries = dict.fromkeys(found.graph.nodes, 0.0)
    entries[found.output] = 1.0
    for one in (one for step in found.steps for one in step.contributions):
        assert one.entry == entries[one.consumer]  # complete before it is handed on
        entries[one.to] += one.entry * one.local
    slopes = [slope(tree, values, name) for name in names]
    assume(None not in slopes and all(abs(one) < 1e5 for one in slopes))
    np.testing.assert_allclose([entries[x] for x in found.graph.inputs], slopes, rtol=2e-3, atol=2e-3)
    function, _ = parse(written(tree))
    with np.errstate(all="ignore"):
        for i, x in enumerate(found.graph.inputs):
            np.testing.assert_allclose(entries[x], bp.grad(function, argnums=i)(*arguments), rtol=1e-9, atol=1e-12)


@settings(max_examples=100, deadline=None)
@given(trees, VALUES)
def test_the_steps_take_every_operation_forth_and_back_in_order(tree, values):
    found, _, _ = walked(tree, values)
    nodes = [node for node in found.graph.nodes if node.rule is not None]
    forth = [step.node for step in found.steps if not step.backward]
    seed, *back = [step.node for step in found.steps if step.backward]
    assert [n.number for n in forth] == [n.number for n in nodes]
    assert [n.number for n in back] == [n.number for n in nodes[::-1]] and seed is found.output
    handed = [(one.consumer.number, one.to.number) for step in found.steps for one in step.contributions]
    assert sorted(handed) == sorted((n.number, x.number) for n in nodes for x in found.graph.inputs_of(n))
    assert len({*found.name_of.values()}) == len(found.graph.nodes)


def read(words):
    """The number that is written, perhaps in brackets."""
    return float(words.strip("()").replace("−", "-"))


@settings(max_examples=150, deadline=None)
@given(trees, VALUES)
def test_every_sentence_in_numbers_is_true(tree, values):
    found, _, _ = walked(tree, values)
    entries = {found.output: 1.0}
    for k, step in enumerate(found.steps, 1):
        words = sentence(found, k, NUMBERS)
        assert words.startswith(f"Step {k} of {len(found.steps)}, {'backward' if step.backward else 'forward'}: ")
        if not step.backward:
            assert words.endswith(f" = {number(step.node.value)}.") and f" {found.name_of[step.node]} = " in words
            continue
        if not step.contributions:
            assert words.endswith("= 1.")
            continue
        assert f"{step.node.operation} ({found.name_of[step.node]}) hands" in words
        parts = words.split(" hands ")[1].rstrip(".").split(", and ")
        assert len(parts) == len(step.contributions)
        for part, one in zip(parts, step.contributions, strict=True):
            entry, local, product, name, has = re.fullmatch(
                r"(\S+) · (\S+) = (\S+) to (\S+?)(?:, which now has (.*))?", part
            ).groups()
            assert name == found.name_of[one.to]
            tolerance = 2e-3 * abs(one.entry * one.local) + 1e-300
            assert read(product) == pytest.approx(one.entry * one.local, rel=1e-3)
            assert read(entry) * read(local) == pytest.approx(read(product), rel=4e-3, abs=tolerance)
            assert read(entry) == pytest.approx(entries[one.consumer], rel=1e-3)
            before = entries.get(one.to)
            entries[one.to] = (before or 0.0) + one.entry * one.local
            assert (has is None) == (before is None)
            if has is not None:
                *terms, total = re.split(r" \+ | = ", has)
                assert read(total) == pytest.approx(entries[one.to], rel=1e-3, abs=1e-12)
                size = sum(abs(read(term)) for term in terms)
                assert sum(map(read, terms)) == pytest.approx(read(total), abs=2e-3 * size)


def in_grammar(words):
    """A formula of the stepper as text for `parse`."""
    words = (
        words.translate(str.maketrans("₀₁₂₃₄₅₆₇₈₉·÷−[]", "0123456789*/-()")).replace("½", "0.5").replace("√", "sqrt")
    )
    raised = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
    words = re.sub("[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+", lambda found: f"**({found[0].translate(raised)})", words)
    return words.replace("^", "**").replace("𝕀", "step").replace("×", "*").replace("@", "*")


def value_of(words, values):
    """The value of a formula of the stepper, given those of the nodes by name."""
    words = in_grammar(words)
    if words.startswith(("step(", "sign(")):
        left, sign, right = (*re.split(r" ([<>]) ", words[5:-1]), ">", "0")[:3]
        difference = value_of(left, values) - value_of(right, values)
        if words.startswith("sign("):
            return float(np.sign(difference))
        return float(difference > 0 if sign == ">" else difference < 0)
    function, names = parse(f"0*q + ({words})")
    return float(function(*(values.get(name, 0.0) for name in names)))


@settings(max_examples=250, deadline=None)
@given(trees, VALUES)
@example(("max", "x", ("*", 1.0, "y")), {"x": 1.0, "y": 1.0, "z": 0.0})
@example(("abs", ("-", "x")), {"x": 1.0, "y": 1.0, "z": 0.0})
@example(("+", ("tan", "x"), ("/", "y", ("log", "z"))), {"x": 1.0, "y": 2.0, "z": 3.0})
def test_every_formula_is_true(tree, values):
    # No four digits here: constants such as 0.1 are short.
    found, _, _ = walked(tree, values)
    named = {in_grammar(name): float(node.value) for node, name in found.name_of.items()}
    for step in found.steps:
        if not step.backward:
            symbols = sentence(found, found.steps.index(step) + 1, SYMBOLS)
            computed = symbols.split(" = ", 1)[1].rstrip(".")
            assert value_of(computed, named) == pytest.approx(float(step.node.value), rel=2e-3, abs=1e-9)
        for one in step.contributions:
            assert value_of(one.symbol, named) == pytest.approx(one.local, rel=2e-3, abs=1e-9)


def test_the_formulas_are_the_books():
    found = walk(*EXAMPLES[2][1:])
    say = [sentence(found, k, SYMBOLS) for k in range(14)]
    assert list(found.name_of.values()) == ["x", "f₁", "f₂", "f₃", "f₄", "f₅", "y"]
    assert say[2] == "Step 2 of 13, forward: f₂ = f₁ × f₁."
    assert say[8] == "Step 8 of 13, backward: add (y) hands 1 · 1 to f₄, and 1 · 1 to f₅."
    assert "exp (f₄) hands ∂y/∂f₄ · f₄ to f₃, which now has ∂y/∂f₅ · cos[f₃] + ∂y/∂f₄ · f₄." in say[10]
    twice = "multiply (f₂) hands ∂y/∂f₂ · f₁ to f₁, which now has ∂y/∂f₃ · 1 + ∂y/∂f₂ · f₁, and ∂y/∂f₂ · f₁ to f₁, "
    assert f"{twice}which now has ∂y/∂f₃ · 1 + ∂y/∂f₂ · f₁ + ∂y/∂f₂ · f₁." in say[12]
    power = walk("x**y + 2**x + x**3", (2.0, 3.0))
    locals_ = {one.symbol for step in power.steps for one in step.contributions}
    assert {"y · x^(y − 1)", "f₁ · log[x]", "f₂ · log[2]", "3 · x²"} <= locals_
    tie = walk("max(x, y)", (1.0, 1.0))
    assert [(one.local, one.symbol) for one in tie.steps[-1].contributions] == [(0.5, "½"), (0.5, "½")]
    node = tie.output
    assert local_derivative(node, 0, tie.name_of) == "½"


def test_every_operation_of_the_grammar_has_a_formula_for_its_derivative():
    for name in expression.FUNCTIONS:
        text = f"{name}(x, y)" if name in ("max", "min") else f"{name}(x)"
        found = walk(text, (0.5, 0.25)[: len(parse(text)[1])])
        assert sentence(found, len(found.steps), SYMBOLS) and stepper_page(
            text, [x.value for x in found.graph.inputs], 1
        )


def cells_of(page):
    """The table of a page: a list of texts for each row, and whether each row's entry is complete."""
    root = ElementTree.fromstring(page)
    rows = [list(row) for row in root.iter("tr")][1:]
    return [[cell.text or "" for cell in row] for row in rows], ["bold" in row[-1].get("style") for row in rows]


@settings(max_examples=60, deadline=None)
@given(trees, VALUES, st.sampled_from([NUMBERS, SYMBOLS]))
def test_the_page_is_well_formed_and_its_table_fills_as_the_steps_say(tree, values, mode):
    found, _, arguments = walked(tree, values)
    sizes = set()
    for k in range(len(found.steps) + 1):
        page = stepper_page(written(tree), arguments, k, mode)
        rows, complete = cells_of(page)
        assert [row[0] for row in rows] == list(found.name_of.values())
        entries = {}
        for step in (step for step in found.steps[:k] if step.backward):
            entries.setdefault(found.output, 1.0)
            for one in step.contributions:
                entries[one.to] = entries.get(one.to, 0.0) + one.entry * one.local
        gone = {step.node for step in found.steps[:k] if step.contributions}
        computed = {step.node for step in found.steps[:k] if not step.backward} | set(found.graph.inputs)
        for node, row, bold in zip(found.graph.nodes, rows, complete, strict=True):
            assert (row[-1] != "") == (node in entries)
            if node in entries:
                assert bold == all(x in gone for x in found.graph.consumers(node))
            if mode == NUMBERS:
                assert row[2] == (number(node.value) if node in computed else "")
                if node in entries:
                    assert read(row[-1].split(" = ")[-1]) == pytest.approx(entries[node], rel=1e-3, abs=1e-12)
        picture = stepper_graph(found, k, mode)
        sizes.add((picture.width, picture.height))
        below = [text.text for text in ElementTree.fromstring(picture.svg).iter(f"{SVG}text") if "◂" in text.text]
        assert len(below) == len(entries)
    assert len(sizes) == 1  # nothing jumps from one step to the next


def test_the_picture_marks_who_works_who_is_used_and_what_is_not_there_yet():
    found = walk(*EXAMPLES[0][1:])
    fills = []
    for k in range(len(found.steps) + 1):
        root = ElementTree.fromstring(stepper_graph(found, k, NUMBERS).svg)
        boxes = [box for box in root.iter(f"{SVG}rect") if box.get("rx") == "8"]
        thick = [path for path in root.iter(f"{SVG}path") if path.get("stroke") == svg.DARK]
        shown = [text.text for text in root.iter(f"{SVG}text")]
        assert ("3" in shown, "−12" in shown) == (k >= 1, k >= 2)
        fills.append(([box.get("fill") for box in boxes], len(thick)))
    dark, light, white, pale, grey = svg.DARK, svg.LIGHT, "white", svg.PALE, "#fafafa"
    assert fills == [
        ([pale, pale, pale, grey, grey], 0),
        ([light, light, pale, dark, grey], 2),
        ([pale, pale, light, light, dark], 2),
        ([pale, pale, pale, white, dark], 0),
        ([pale, pale, light, light, dark], 2),
        ([light, light, pale, dark, white], 2),
    ]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("x*y", (1.0,), 0), "values has 1 entries, but the formula has 2 variable(s), namely x, y: give one number"),
        (("x*y", (1.0, math.nan), 0), "y is nan, expected a finite number."),
        (("log(x)", (-1.0,), 0), "y = log[x] is nan at these values: choose others."),
        (("exp(exp(x))", (9.0,), 0), "y = exp[f₁] is inf at these values: choose others."),
        (("sqrt(x)", (0.0,), 0), "the derivative of y = √[x] with respect to x makes the entry of x inf at"),
        (("+".join(f"sin({k}*x)" for k in range(1, 12)), (1.0,), 0), "nodes, but the picture holds 25: shorten it"),
        (("x*x", (1.0,), 4), "step is 4, expected 0 to 3."),
        (("x*x", (1.0,), -1), "step is -1, expected 0 to 3."),
        (("x*x", (1.0,), 1, "words"), "mode is 'words', expected 'numbers' or 'symbols'."),
        (("x^2", (1.0,), 1), "^ is no sign of a formula"),
    ],
)
def test_what_cannot_be_stepped_through_gets_one_clear_sentence(arguments, sentence):
    with pytest.raises(ValueError) as raised:
        stepper_page(*arguments)
    assert sentence in str(raised.value) and "\n" not in str(raised.value)


def controls(stepper):
    """Every control by what is written on it, and the places for the complaint and the page."""
    (example, typed), row, bar, complaint, place = stepper.children[0].children, *stepper.children[1:]
    named = {child.description: child for child in bar.children if child.description}
    (mode,) = (child for child in bar.children if not child.description)
    return {"example": example, "formula": typed, "mode": mode, **named}, row, complaint, place


def test_every_control_redraws_by_the_pure_function_and_reset_brings_the_start_back():
    named, row, complaint, place = controls(graph_stepper("x*y + x", (2.0, 3.0)))
    start = stepper_page("x*y + x", (2.0, 3.0), 0)
    assert place.value == start
    for name, expected in (("step ▶", 1), ("step ▶", 2), ("◀ back", 1), ("to the end ▶▶", 5), ("step ▶", 5)):
        named[name].click()
        assert place.value == stepper_page("x*y + x", (2.0, 3.0), expected)
    named["mode"].value = SYMBOLS
    assert place.value == stepper_page("x*y + x", (2.0, 3.0), 5, SYMBOLS)
    row.children[1].value = -7.5
    assert place.value == stepper_page("x*y + x", (2.0, -7.5), 5, SYMBOLS)
    named["mode"].value = NUMBERS
    for i, (_, text, values) in enumerate(EXAMPLES):
        named["step"].value = 2
        named["example"].value = i
        assert place.value == stepper_page(text, values, 0) and named["formula"].value == text
        assert [box.value for box in row.children] == list(values) and named["step"].value == 0
        assert [box.description for box in row.children] == list(parse(text)[1]) and complaint.value == ""
    named["step"].value = 2
    named["formula"].value = "sin(w)*q + z"
    row.children[1].value = 4.0
    assert place.value == stepper_page("sin(w)*q + z", (1.0, 4.0, 1.0), 0)
    assert named["example"].value == len(EXAMPLES)
    named["to the end ▶▶"].click()
    named["mode"].value = SYMBOLS
    named["reset"].click()
    assert place.value == start and named["formula"].value == "x*y + x"
    assert [box.value for box in row.children] == [2.0, 3.0]


def test_a_bad_formula_gets_its_sentence_and_the_last_picture_stays():
    named, row, complaint, place = controls(graph_stepper())
    named["step ▶"].click()
    good = place.value
    for text, words in (
        ("2x", "2*x"),
        ("x.y", "the dot"),
        ("<script>alert(1)</script>", "&lt; is no sign"),
        ("", "empty"),
    ):
        named["formula"].value = text
        assert words in complaint.value and place.value == good and "<script" not in complaint.value
    named["formula"].value = "log(x)*z"
    row.children[0].value = -1.0
    assert "is nan at these values" in complaint.value
    named["step ▶"].click()  # still goes on with the picture that is there
    assert "<svg" in place.value
    row.children[0].value = 2.0
    assert complaint.value == "" and place.value == stepper_page("log(x)*z", (2.0, -4.0), named["step"].value)
    row.children[0].value = math.inf
    assert "x is inf, expected a finite number." in complaint.value


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(signs, pieces, st.text(max_size=20), st.floats(), st.integers(-3, 30),
                          st.sampled_from(["step ▶", "◀ back", "to the end ▶▶", "reset"])), max_size=12))  # fmt: skip
def test_no_callback_raises_and_nothing_typed_becomes_html(actions):
    named, row, complaint, place = controls(graph_stepper())
    for action in actions:
        if action in named:
            named[action].click()
        elif isinstance(action, str):
            named["formula"].value = action
        elif isinstance(action, float):
            row.children[-1].value = action
        elif action < 10:
            named["example"].value = action % (len(EXAMPLES) + 1)
        else:
            named["step"].value = action % (named["step"].max + 1)
        ElementTree.fromstring(f"<div>{place.value}</div>")
        inside = complaint.value.removeprefix('<p style="margin: 4px 8px; color: #9c1c00">').removesuffix("</p>")
        assert not re.search("[<>\"']", inside)


def test_a_page_without_a_kernel_gets_the_still_picture():
    data = graph_stepper()._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in data
    assert data["text/html"].startswith('<img alt="Graph of f. Step 5 of 5, backward: add (f₁) hands −4 · 1 = −4 to x')
    assert data["text/plain"].startswith("Graph stepper: run this cell to use it.")
    assert MOST_NODES == 25 and text_width("mm", 10) > text_width("ii", 10)


def test_the_stepper_opens_at_any_step_and_resets_to_it():
    shown = graph_stepper("x*x", [3.0], step=2)
    page = shown.children[-1]
    still = shown._repr_mimebundle_()["text/html"]
    assert "Step 2 of 3" in page.value and still.startswith('<img alt="Graph of y. Step 2 of 3, backward: the output')
    *_, reset, _ = shown.children[2].children
    shown.children[2].children[0].value = 0
    assert "Nothing computed yet" in page.value
    reset.click()
    assert "Step 2 of 3" in page.value
    with pytest.raises(ValueError, match="step is 4, expected 0 to 3"):
        graph_stepper("x*x", [3.0], step=4)
