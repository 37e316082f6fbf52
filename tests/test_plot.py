"""The pictures: right numbers in them, well-formed SVG, the same on every machine, and described in words."""

import inspect
import re
import xml.etree.ElementTree as ElementTree
from functools import partial
from itertools import pairwise

import numpy as np
import pytest

import bpkit as bp
from bpkit import plot, toy
from bpkit.plot._chain import places
from bpkit.plot._toy_steps import FORWARD, PASS_1, PASS_2

SVG = "{http://www.w3.org/2000/svg}"
X, Y, BETA, OMEGA = 0.5, 1.0, np.array([0.1, 0.2, 0.3, 0.4]), np.array([0.9, -0.8, 0.7, 0.6])
INPUTS = {"x": X, "y": Y} | {f"beta{k}": BETA[k] for k in range(4)} | {f"omega{k}": OMEGA[k] for k in range(4)}


def drawn_without_arguments():
    """Every figure that needs nothing to be drawn: a new one is tested without being named here."""
    functions = [value for name in plot.__all__ if inspect.isfunction(value := getattr(plot, name))]
    parameters = {one: inspect.signature(one).parameters.values() for one in functions}
    return [
        one for one in functions if all(p.default is not p.empty or p.kind is p.VAR_KEYWORD for p in parameters[one])
    ]


def pictures():
    steps = plot.toy_steps(X, Y, BETA, OMEGA)
    yield from (plot.chain(until=phase) for phase in (FORWARD, PASS_1, PASS_2))
    yield from (plot.chain(steps, done, INPUTS) for done in range(24))
    yield plot.network()
    yield from (plot.network(weight=(k, 0, 0), downstream=downstream) for k in range(4) for downstream in (False, True))
    yield from (plot.nudge(X, Y, BETA, OMEGA, parameter=f"{kind}{k}", size=0.1)
                for kind in ("beta", "omega") for k in range(4))  # fmt: skip
    yield from (draw() for draw in drawn_without_arguments())
    yield plot.both_modes(-5.0, products=True)
    yield plot.both_modes(1.5, products=True)
    yield plot.angles(np.array([[0.0, 0.5, 0.75], [0.25, 0.5, np.nan]]), [0.0, 0.318, 0.494], start="He")
    yield plot.gantt(bp.machines.gpipe(3, 2))
    yield plot.gantt(bp.machines.zero_bubble(12, 40), message=0.5, step=100)
    yield plot.gates((1.0, -1.0), 1.0)
    yield plot.gates((1.0, -1.0), 1.0, ("omega", 1, 0, 0), 0.5)
    yield plot.shapes((10, 40, 60, 30, 5), "7.19", 8, (5, 4))
    yield from (plot.matrix_backward(sizes, 7) for sizes in ((3, 2), (3, 5, 2), (3, 5, 4, 6, 2)))
    yield plot.jacobian(np.array([[0.25, -1.5], [2.0, 3.0], [-4.0, 0.0]]), column=1, row=2)
    yield plot.valley(np.array([[5.0, -4.0], [-4.0, 5.0]]), {"a": np.array([[3.0, 1.0], [1.0, 2.0]])})


def texts(picture):
    return [element.text for element in ElementTree.fromstring(picture.svg).iter(f"{SVG}text")]


def test_every_picture_is_well_formed_described_and_repeatable():
    for picture, again in zip(pictures(), pictures(), strict=True):
        root = ElementTree.fromstring(picture.svg)
        assert root.get("role") == "img" and root.get("aria-label") == picture.words
        assert repr(picture) == picture.words and len(picture.words) > 20
        assert 'alt="' in picture._repr_html_() and picture == again
        assert not re.search(r"\b(nan|inf)\b", picture.svg)


def test_nothing_is_drawn_outside_the_sheet():
    for picture in pictures():
        for box in ElementTree.fromstring(picture.svg).iter(f"{SVG}rect"):
            x, y, width, height = (float(box.get(key, 0)) for key in ("x", "y", "width", "height"))
            assert x >= 0 and y >= 0 and x + width <= picture.width and y + height <= picture.height


def test_boxes_of_the_chain_do_not_overlap():
    spots = list(places(3).values())
    for i, (x, y) in enumerate(spots):
        assert all(abs(x - a) >= 83 or abs(y - b) >= 46 for a, b in spots[:i])


def test_steps_hold_the_numbers_of_the_library():
    rng = np.random.default_rng(0)
    for _ in range(50):
        x, y, beta, omega = rng.normal(), rng.normal(), rng.normal(size=4), rng.normal(size=4)
        stored = toy.forward(x, y, beta, omega)
        derivatives = toy.backward(stored, y, omega)
        values = {step.name: step.value for step in plot.toy_steps(x, y, beta, omega)}
        assert len(values) == 23 and values["loss"] == stored.loss
        for k in range(4):
            assert values[f"f{k}"] == stored.f[k] and values[f"dl_df{k}"] == derivatives.f[k]
            assert values[f"dl_dbeta{k}"] == derivatives.beta[k] and values[f"dl_domega{k}"] == derivatives.omega[k]
            if k:
                assert values[f"h{k}"] == stored.h[k] and values[f"dl_dh{k}"] == derivatives.h[k]


def arithmetic(numbers):
    """Compute a step's right-hand side from its printed numbers, without evaluating text as code."""
    words = numbers.replace("−", "-")
    for name, function in (("sin", np.sin), ("exp", np.exp), ("cos", np.cos)):
        if words.startswith(name):
            return float(function(float(words[4:-1])))
    if words.endswith("²"):
        left, right = words.removesuffix("²").strip("()").split(" - ")
        return (float(left) - float(right.strip("()"))) ** 2
    if words.startswith("2 · ("):
        left, right = words.removeprefix("2 · (").removesuffix(")").split(" - ")
        return 2 * (float(left) - float(right.strip("()")))
    total = 0.0
    for term in words.split(" + "):
        total += float(np.prod([float(factor.strip("()")) for factor in term.split(" · ")]))
    return total


def test_what_a_step_says_in_numbers_is_its_value():
    for step in plot.toy_steps(X, Y, BETA, OMEGA):
        assert arithmetic(step.numbers) == pytest.approx(step.value, rel=0.03, abs=2e-3), step


def test_a_step_reuses_only_what_is_known_and_comes_in_the_order_of_the_passes():
    known = set(INPUTS)
    for step in plot.toy_steps(X, Y, BETA, OMEGA):
        assert set(step.reuses) <= known
        known.add(step.name)
    phases = [step.phase for step in plot.toy_steps(X, Y, BETA, OMEGA)]
    assert phases == [FORWARD] * 8 + [PASS_1] * 7 + [PASS_2] * 8


def test_the_blanks_of_the_chain_are_the_five_factors_of_7_12():
    whole, blank = (texts(plot.chain(until=PASS_1, blanks=blanks)) for blanks in (False, True))
    hidden = {a for a, b in zip(whole, blank, strict=True) if a != b and a.startswith("×")}
    assert hidden == {"× cos f₀", "× ω₁", "× exp f₁", "× ω₂", "× (−sin f₂)"}
    assert [one for one in blank if "?" in one] == ["× ?"] * 5
    assert "× ω₃" in blank
    assert blank.index("sin") < blank.index("exp") < blank.index("cos")  # each over the arrow it belongs to


def test_the_chain_shows_values_of_done_steps_only():
    steps = plot.toy_steps(X, Y, BETA, OMEGA)
    for done in range(24):
        shown = texts(plot.chain(steps, done, INPUTS))
        later = [plot.svg.number(step.value) for step in steps[done:]]
        earlier = {plot.svg.number(step.value) for step in steps[:done]} | set(map(plot.svg.number, INPUTS.values()))
        assert all(number in shown for number in earlier)
        assert not any(number in shown for number in later if number not in earlier)


def figure_7_9(x, added=(0.0,) * 6):
    """f_1 to f_5 and y of equation 7.43, each with something added that is 0."""
    f_1 = np.exp(x) + added[0]
    f_2 = f_1 * f_1 + added[1]
    f_3 = f_1 + f_2 + added[2]
    f_4, f_5 = np.exp(f_3) + added[3], np.sin(f_3) + added[4]
    return [f_1, f_2, f_3, f_4, f_5, f_4 + f_5 + added[5]]


@pytest.mark.parametrize("x", [0.1, -0.7])
def test_both_derivatives_of_figure_7_9_are_those_of_the_engine(x):
    forward = [1.0, *bp.jvp(figure_7_9, (x,), (1.0,))[1]]
    reverse = [bp.grad(lambda x: figure_7_9(x)[5])(x), *bp.grad(lambda added: figure_7_9(x, added)[5])(np.zeros(6))]
    for products in (False, True):
        picture = plot.both_modes(x, products=products)
        parts = re.findall(r"(\w+[₁-₅]?)[^;]*? ▸ (\S+), ◂ ([^\s,.]+\.?\d*)(?:, product (\S+?))?[;.](?: |$)",
                           picture.words.partition(": ")[2])  # fmt: skip
        assert [part[0] for part in parts] == ["x", "f₁", "f₂", "f₃", "f₄", "f₅", "y"]
        for (_, *shown), ahead, back in zip(parts, forward, reverse, strict=True):
            numbers = [float(one.replace("−", "-")) for one in shown if one]
            assert numbers == pytest.approx([ahead, back, ahead * back][: 2 + products], rel=1e-3)
            assert {f"▸ {shown[0]}", f"◂ {shown[1]}"} <= set(texts(picture))


def test_all_of_the_derivative_passes_where_the_outline_is_thick_and_nowhere_else():
    picture = plot.both_modes(products=True)
    root = ElementTree.fromstring(picture.svg)
    thick = {float(box.get("x")) for box in root.iter("{http://www.w3.org/2000/svg}rect")
             if box.get("stroke-width") == "3.4"}  # fmt: skip
    written = {float(one.get("x")) - 56: one.text for one in root.iter("{http://www.w3.org/2000/svg}text")
               if one.text.startswith("▸ × ◂")}  # fmt: skip
    assert {x for x, words in written.items() if words == "▸ × ◂ = 33.91"} == thick and len(thick) == 4
    assert sorted(one for one in texts(picture) if one.startswith("▸ × ◂ =") and "33.91" not in one) == [
        "▸ × ◂ = 23.35", "▸ × ◂ = 36.34", "▸ × ◂ = −2.433",
    ]  # fmt: skip
    assert not any("×" in one for one in texts(plot.both_modes()))


def test_a_nudge_predicts_with_the_slope_and_tells_the_true_change():
    picture = plot.nudge(X, Y, BETA, OMEGA, parameter="omega2", size=0.3)
    stored = toy.forward(X, Y, BETA, OMEGA)
    slope = toy.backward(stored, Y, OMEGA).omega[2]
    true = toy.forward(X, Y, BETA, OMEGA + 0.3 * (np.arange(4) == 2)).loss - stored.loss
    assert f"predicts a change of the loss of {0.3 * slope:.3g}; the true change is {true:.3g}." in picture.words


@pytest.mark.parametrize("sizes", [(3, 2), (3, 5, 2), (3, 5, 4, 6, 2)])
@pytest.mark.parametrize("examples", [1, 7])
def test_the_matrix_chain_shows_the_shapes_of_the_library(sizes, examples):
    net, layers = bp.mlp(list(sizes), rng=0), len(sizes) - 1
    trace = net.forward(np.ones((sizes[0], examples)))
    grads = net.backward(trace, np.ones_like(trace.output), keep_f=True)
    expected = {"x": trace.h[0]}
    for k, index in enumerate("₀₁₂₃"[:layers]):
        expected[f"f{index}"], expected[f"∂ℓ/∂f{index}"] = trace.f[k], grads.f[k]
        expected[f"β{index}"], expected[f"∂ℓ/∂β{index}"] = net.beta[k], grads.beta[k]
        expected[f"Ω{index}"], expected[f"∂ℓ/∂Ω{index}"] = net.omega[k], grads.omega[k]
        if k:
            expected[f"h{index}"] = expected[f"∂ℓ/∂h{index}"] = trace.h[k]
            expected[f"Ω{index}ᵀ ·"] = net.omega[k].T
    words = texts(plot.matrix_backward(sizes, examples))
    shown = {name: shape for name, shape in pairwise(words) if shape and shape.startswith("(")}
    assert shown == {name: str(array.shape) for name, array in expected.items()}
    assert sum("⊙" in word for word in words if word) == layers - 1


def test_boxes_of_the_matrix_chain_do_not_overlap():
    for sizes in ((3, 2), (3, 5, 4, 6, 2)):
        root = ElementTree.fromstring(plot.matrix_backward(sizes).svg)
        boxes = [[float(box.get(key, 0)) for key in ("x", "y", "width", "height")] for box in root.iter(f"{SVG}rect")]
        for i, (x, y, width, height) in enumerate(boxes[1:]):  # the first is the sheet
            assert all(x + width <= a or a + c <= x or y + height <= b or b + d <= y for a, b, c, d in boxes[1 : i + 1])


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: plot.network(weight=(1, 3, 0)), "weight is (1, 3, 0), expected (k, to, from) of a network"),
        (lambda: plot.network(downstream=True), "there is no weight to start from"),
        (lambda: plot.nudge(X, Y, BETA, OMEGA, parameter="w2", size=0.1), "parameter is 'w2', expected one of beta0,"),
        (lambda: plot.nudge(X, Y, BETA, OMEGA, parameter="omega2", size=2), "size is 2, expected a nudge between"),
        (lambda: plot.nudge(X, Y, BETA, OMEGA, parameter="omega2", size=float("nan")), "size is nan, expected a nudge"),
        (lambda: plot.both_modes(2.0), "x is 2.0, expected a number from -5 to 1.5"),
        (lambda: plot.toy_steps(X, Y, BETA[:3], OMEGA), "beta has shape (3,), expected (4,)"),
        (lambda: plot.matrix_backward((3,)), "sizes has 1 entries, expected 2 to 5"),
        (lambda: plot.matrix_backward((3, 0, 2)), "sizes[1] is 0, expected at least 1."),
        (lambda: plot.matrix_backward((3, 2), 0), "examples is 0, expected at least 1."),
    ],
)
def test_bad_input_gets_one_clear_sentence(call, sentence):
    with pytest.raises(ValueError) as raised:
        call()
    assert sentence in str(raised.value) and "\n" not in str(raised.value)


def test_a_valley_has_the_path_of_each_optimizer_in_a_panel_of_its_own():
    curvatures = np.array([[5.0, -4.0], [-4.0, 5.0]])  # 1 along (1, 1), 9 across
    paths = {"first": np.array([[3.0, 1.0], [1.0, 2.0], [0.5, 0.5]]), "second": np.array([[3.0, 1.0], [2.0, 2.0]])}
    picture = plot.valley(curvatures, paths)
    assert picture.words == (
        "The valley of curvatures 1 and 9. first: 2 steps from (3, 1) to (0.5, 0.5), where the loss is 0.25; it starts "
        "at 13. second: 1 step from (3, 1) to (2, 2), where the loss is 4; it starts at 13."
    )
    root = ElementTree.fromstring(picture.svg)
    lines = [one.get("points").split() for one in root.iter(f"{SVG}polyline")]
    assert [len(points) for points in lines] == [3, 2]
    drawn = np.array([[float(number) for number in point.split(",")] for points in lines for point in points])
    # Both panels have one scale: the same step in ϕ is the same step on the sheet, 364 to the right.
    places = np.concatenate([paths["first"], paths["second"]])
    right = np.array([0.0, 0, 0, 364, 364])
    for axis, sign in ((0, 1), (1, -1)):
        slope, offset = np.polyfit(places[:, axis], drawn[:, axis] - right * (axis == 0), 1)
        assert sign * slope > 0
        np.testing.assert_allclose(slope * places[:, axis] + offset + right * (axis == 0), drawn[:, axis], atol=0.06)
    # The outermost level line goes through the start, and the second has a quarter of its loss.
    levels = [one.get("d") for one in root.iter(f"{SVG}path") if one.get("stroke") == "#8a8a8a"]
    ends = np.array(
        [[float(number) for number in pair.split()] for pair in re.findall(r"[ML]([\d.-]+ [\d.-]+)", levels[0])]
    )
    assert np.linalg.norm(ends - drawn[0], axis=1).min() < 3
    phi = np.stack([(ends[:, i] - offset_of(places, drawn, right, i)[1]) / offset_of(places, drawn, right, i)[0]
                    for i in (0, 1)], axis=1)  # fmt: skip
    found = 0.5 * np.einsum("ni,ij,nj->n", phi, curvatures, phi)
    nearest = np.abs(np.log(found[:, None] / (13 * 0.25 ** np.arange(6)))).min(axis=1)
    assert np.median(nearest) < 0.05


def offset_of(places, drawn, right, axis):
    return np.polyfit(places[:, axis], drawn[:, axis] - right * (axis == 0), 1)


moving_points = partial(plot.moving_points, step=1, axes=("x", "y"), names=("before", "after"))


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: plot.valley(np.ones((2, 2)), {"a": np.ones((2, 2))}), "expected a symmetric (2, 2) matrix"),
        (lambda: plot.valley(np.eye(2), {}), "paths must all start at the same place"),
        (lambda: plot.valley(np.eye(2), {"a": np.ones((1, 2)), "b": np.eye(2)}), "paths must all start at the same"),
        (lambda: plot.valley(np.eye(2), {"a": np.array([[1.0, 1], [np.inf, 0]])}), "a place that is not finite"),
        (lambda: plot.curves(np.arange(3), {"a": np.ones(2)}, "", axes=("", "")), "'a' has shape (2,), but x has"),
        (lambda: plot.curves(np.arange(3), {}, "", axes=("", ""), log="z"), "log is 'z', expected"),
        (lambda: plot.images(np.ones((5, 2)), ""), "columns has shape (5, 2), expected square images in 1 rows."),
        (lambda: plot.images(np.ones((4, 3)), "", rows=2), "(4, 3), expected square images in 2 rows."),
        (lambda: plot.images(np.ones((4, 3)), "", titles=["a"]), "titles has 1 entries, expected 3, one for each"),
        (lambda: plot.class_maps(np.arange(2), {"a": 2 * np.ones((2, 2))}, np.eye(2), [1, 0], ""), "'a' is no (2, 2)"),
        (lambda: plot.histograms({"a": {k: [1] for k in "bcd"}}, "", bins=np.arange(3), axis=("", "")), "has 3 sets"),
        (lambda: plot.learning_curves((5, 9), {"a": {"b": np.ones((2, 3))}}, "", level=("", 0)), "expected (trials"),
        (lambda: plot.jacobian(np.ones(3), 0, 0), "J has shape (3,), expected a matrix"),
        (lambda: plot.jacobian(np.ones((2, 3)), 3, 0), "column is 3, expected one from 0 to 2."),
        (lambda: plot.jacobian(np.ones((2, 3)), 0, -1), "row is -1, expected one from 0 to 1."),
        (lambda: moving_points(np.ones((2, 3)), np.ones((3, 2)), np.ones((2, 3))), "one shape (2, n)"),
        (lambda: moving_points(*np.ones((3, 2, 1))), "expected one shape (2, n), n at least 2."),
        (lambda: plot.turning_gradient(np.sum, np.sin, np.ones(2), np.ones(3), np.ones(2)), "v has shape (3,)"),
    ],
)  # fmt: skip
def test_what_cannot_be_drawn_is_refused_in_one_sentence(call, sentence):
    with pytest.raises(ValueError) as raised:
        call()
    assert sentence in str(raised.value) and "\n" not in str(raised.value)


def test_in_a_jacobian_column_and_row_of_run_and_walk_are_where_their_numbers_are():
    J = np.array([[11.0, 12.0, 13.0], [21.0, 22.0, 23.0]])
    picture = plot.jacobian(J, column=2, row=0)
    root = ElementTree.fromstring(picture.svg)
    areas = [box for box in root.iter(f"{SVG}rect") if box.get("stroke") == "none"][:2]  # of the column and the row
    inside = []
    for area in areas:
        x, y, width, height = (float(area.get(name)) for name in ("x", "y", "width", "height"))
        inside.append([text.text for text in root.iter(f"{SVG}text") if x < float(text.get("x")) < x + width
                       and y < float(text.get("y")) < y + height])  # fmt: skip
    assert inside == [["13", "23"], ["11", "12", "13"]]
    assert "run: tangent v = (0, 0, 1)" in texts(picture) and "r = (1, 0)" in texts(picture)
    assert "Jv, column 3" in texts(picture) and "rᵀJ, row 1" in texts(picture)


def test_the_tip_of_a_turning_gradient_leaves_along_hv():
    def loss(w):
        return np.exp(w[0]) * (1 + w[1] ** 2)

    w, v = np.array([0.3, 0.4]), np.array([1.0, 2.0])
    gradient, product = bp.grad(loss), bp.hvp(loss, w, v)
    numbers = plot.turning_gradient(loss, gradient, w, v, product).numbers.splitlines()
    (tip,), (arrow,) = ([line for line in numbers if line.startswith(f"  {name}: ")] for name in ("its tip", "Hv"))
    (x, y), (x_end, y_end) = gradient(w), gradient(w + v)
    assert f"x {x:.3g} to {x_end:.3g}, y first {y:.3g}, least {y:.3g}, greatest {y_end:.3g}" in tip
    assert f"1 arrow at x {x:.3g} to {x:.3g}, y {y:.3g} to {y:.3g}" in arrow
    assert f"across first {product[0]:.3g}" in arrow and f"up first {product[1]:.3g}" in arrow


def test_joined_points_are_drawn_as_a_path_in_their_order_and_others_as_dots():
    def drawn(order, joined):
        points = np.array([0.0, 1, 2])[order], np.array([0.0, 1, 0])[order]
        return plot.curves(np.arange(3), {"a": np.ones(3)}, "", axes=("", ""), points=points, joined=joined).png

    assert drawn([0, 1, 2], joined=False) == drawn([0, 2, 1], joined=False)
    assert drawn([0, 1, 2], joined=True) != drawn([0, 2, 1], joined=True)


def test_figures_of_experiments_say_what_they_draw():
    x = np.arange(1.0, 4.0)
    curves, places = {"a": x, "b": x**2}, {"end": (2.0, 5.0)}
    lines = plot.curves(x, curves, "Two.", axes=("in", "out"), log="xy", points=(x, 3 * x), marks=places).numbers
    assert "x (in) 1 to 3, logarithmic, y (out) 1 to 9, logarithmic" in lines
    assert "  b: line of 3 points, x 1 to 3, y first 1, least 1, greatest 9, last 9" in lines
    assert "  line of 3 points, x 1 to 3, y first 3, least 3, greatest 9, last 9" in lines
    assert "  end: line of 1 point, x 2 to 2, y first 5" in lines
    columns = np.arange(16.0).reshape(4, 4)
    assert "shape (8, 8), least 0, mean 1.88, greatest 15" in plot.images(columns, "Four.", rows=2).numbers
    assert plot.images(columns, "Four.", rows=2, titles=["3→5", "8→1"]).words == "Four. 3→5, 8→1."
    ranked = plot.runs({"late": np.array([8.0, 2.0]), "early": np.array([1.0, 3.0])}, "", axis="%", marked=["late"])
    assert ranked.numbers.index("early") < ranked.numbers.index("late, squares: line of 2 points, x 2 to 8")
    p = np.array([[0.0, 0.2], [0.5, 0.9]])
    maps = plot.class_maps(np.arange(2), {"one": p, "other": 1 - p}, np.eye(2), np.array([[1, 0]]), "").numbers
    assert "axes 1: one" in maps and "least 0, mean 0.4, greatest 0.9" in maps and "mean 0.6" in maps


def test_figures_of_shifts_say_what_they_draw():
    x = np.arange(3.0)
    fitted = plot.fitted(x, x, x, {"truth": x, "line": x / 2}, "", target=(1, 2), weights=x).numbers
    assert "line: line of 3 points, x 0 to 2, y first 0, least 0, greatest 1, last 1" in fitted
    assert "examples, the larger the heavier: 3 points" in fitted
    shares = plot.bars({"found": np.array([[0.1, 0.9], [0.3, 0.7]]), "true": np.array([[0.5, 0.5]])}, "", axis=("", ""))
    assert "found: 2 bars, height first 0.2, least 0.2, greatest 0.8" in shares.numbers
    assert "lines, x -0.2 to 0.8, y 0.1 to 0.9" in shares.numbers  # the range of the trials
    both = {"a": {"b": [0.5, 1.5], "c": [0.5, 2.5]}, "d": {"b": [1.5, 1.5]}}
    drawn = plot.histograms(both, "", bins=np.arange(3.0), axis=("", ""), marks={"a": 0.5, "d": 1.5}).numbers
    assert "real labels: line of 2 points, x 1.5 to 1.5" in drawn and "b: 2 bars, height first 0" in drawn
    assert "c: line of 3 points, x 0 to 2, y first 1, least 0, greatest 1, last 0" in drawn  # 2.5 is beyond the bins
    ways = {"slow": {"all": np.array([[0.2, 0.4], [0.4, 0.8]])}}
    learned = plot.learning_curves((10, 50), ways, "", level=("none", 0.1)).numbers
    assert "all: line of 2 points, x 10 to 50, y first 0.3" in learned and "y 0.2 to 0.8" in learned
    assert "none: line of 2 points" in learned
