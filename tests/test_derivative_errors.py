"""Every mistake gives one clear sentence, and nothing is silently wrong: all of NumPy is called on values to be told.

The tests at the end enumerate NumPy's functions, the methods of its ufuncs and arrays, and the operators. What they ask
of each call is in `complaint`.
"""

import contextlib
import copy
import math
import operator
import pickle
import re
import warnings
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import bpkit as bp
from bpkit.graphs.nested import flatten
from bpkit.graphs.rules import CONSTANTS, FUNCTIONS, RULES
from bpkit.graphs.tracked import Tracked

VECTOR = np.array([0.31, 0.73, 0.52])
OTHER = np.array([0.84, 0.27, 0.61])


def written(x):
    a = np.zeros(3)
    a[0] = x[0]
    return a.sum()


def filled(x):
    a = np.zeros(3)
    a[:] = x
    return a.sum()


def changed(x):
    x[0] = 1.0
    return x.sum()


def sorted_in_place(x):
    x.sort()
    return x[0]


def added_to_an_array(x):
    a = np.zeros(3)
    a += x
    return a.sum()


def without_return(x):
    np.sum(x)


MISTAKES: list[tuple[Callable[..., Any], str]] = [
    # becoming a plain array or number
    (lambda x: np.array([x[0], 1.0]).sum(), r"for np.array\(\[x\[0\], 1.0\]\) write np.stack\(\[x\[0\], 1.0\]\)"),
    (lambda x: np.asarray(x).sum(), "cannot become a plain array"),
    (lambda x: np.array(x, dtype=object).sum(), "cannot become a plain array"),
    (
        lambda x: np.sum([x[0], x[1]]),
        r"for np.sum\(\[x\[0\], x\[1\]\]\) write np.sum\(np.stack\(\[x\[0\], x\[1\]\]\)\)",
    ),
    (lambda x: np.full(3, x[0]).sum(), "cannot become a plain array"),
    (lambda x: float(x[0]), r"float\(x\) would lose the derivative"),
    (lambda x: int(x[0]), r"int\(x\) would lose the derivative"),
    (lambda x: complex(x[0]), r"complex\(x\) would lose the derivative"),
    (lambda x: math.sin(x[0]), r"\(np.sin, not math.sin\)"),
    (lambda x: math.fsum(x), "would lose the derivative"),
    (lambda x: sum(range(x[0])), r"int\(x\) would lose the derivative"),
    (lambda x: x[0].item(), r"x.item\(\) would lose the derivative of x: use bp.stop_gradient\(x\).item\(\)"),
    (lambda x: sum(x.tolist()), r"x.tolist\(\) would lose"),
    (lambda x: np.random.default_rng(0).normal(x[0]), "would be lost"),
    # writing
    (written, r"cannot be written into a plain array, as in a\[0\] = x.*np.stack"),
    (filled, r"for out\[i\] = a collect the parts in a list and np.stack them"),
    (changed, r"x\[...\] = value writes into a value that is being differentiated.*np.where"),
    (sorted_in_place, r"x.sort\(…\) changes x in place.*np.sort\(x\)"),
    (lambda x: x.fill(1.0), r"x.fill\(…\) changes x in place"),
    (added_to_an_array, r"np.add\(…, out=…\), or an operator such as a \+= x .* write a = a \+ x"),
    (lambda x: np.exp(x, out=np.zeros(3)).sum(), r"np.exp\(…, out=…\)"),
    (lambda x: np.sum(x, out=np.zeros(())), r"np.sum\(…, out=…\)"),
    (lambda x: x.sum(out=np.zeros(())), r"np.sum\(…, out=…\)"),
    (lambda x: np.argmax(x, out=np.zeros((), int)) * x[0], r"np.argmax\(…, out=…\)"),
    (lambda x: np.greater(x, 0, out=np.zeros(3, bool)).sum(), r"np.greater\(…, out=…\)"),
    # other kinds of values
    (lambda x: np.sum(x * np.array([1.0, 2.0, None])), "multiply meets an array of Python objects.*np.stack"),
    (lambda x: np.sum(np.array([1.0, 2.0, None]) + x), "add meets an array of Python objects"),
    (lambda x: np.abs(x[0] * 1j), "multiply meets a complex number"),
    (lambda x: np.sum(np.abs(x * np.array([1j, 0, 1]))), "multiply meets a complex number"),
    (lambda x: np.sum(np.abs(np.exp(1j * x))), "multiply meets a complex number"),
    (lambda x: np.sum(VECTOR[x]), "cannot become a plain array"),
    (lambda x: x[x[0]], "an index is a value that is being differentiated"),
    # no rule, or none for an option
    (lambda x: np.sum(np.i0(x)), r"np.i0 has no derivative rule: .* add one with bp.defrule\(np.i0, …\)"),
    (
        lambda x: np.piecewise(x, [VECTOR > 0.5], [1.0, 2.0])[0],
        r"np.piecewise has no derivative rule: .* bp.defrule\(np.piecewise, …",
    ),
    (lambda x: np.linalg.eig(x[:, None] * x)[0].sum(), r"np.linalg.eig has no .* bp.defrule\(np.linalg.eig, …\)"),
    (lambda x: np.frexp(x)[0].sum(), r"np.frexp has no derivative rule"),
    (lambda x: np.exp(x, where=VECTOR > 0).sum(), "np.exp has no derivative rule for where=…: write the same without"),
    (lambda x: np.multiply(x, x, dtype=complex).sum(), "np.multiply has no derivative rule for dtype=…"),
    (lambda x: np.reshape(x, (3, 1), order="A").sum(), "np.reshape has no derivative rule for order='A'"),
    (lambda x: np.pad(x, 1, mode="linear_ramp").sum(), "np.pad has no derivative rule for mode='linear_ramp'"),
    (lambda x: np.linalg.norm(x, 0), "np.linalg.norm has no derivative rule for ord=0"),
    (lambda x: np.add.at(np.zeros(3), [0], x[0]), "np.add.at has no derivative rule"),
    (lambda x: np.add.reduceat(x, [0, 1]).sum(), "np.add.reduceat has no derivative rule"),
    (lambda x: np.maximum.accumulate(x).sum(), "np.maximum.accumulate has no derivative rule"),
    (lambda x: x.real.sum(), r"no attribute 'real': use the NumPy function, np.real\(x, …\)"),
    (lambda x: list(x.flat), "no attribute 'flat': use NumPy's functions"),
    # results
    (without_return, "without_return returned nothing"),
    (lambda x: [x[0]], "the function returned a list, .* bp.jacrev"),
    (lambda x: (x[0], x[1]), "the function returned a tuple"),
    (lambda x: {"a": x[0]}, "the function returned a dict"),
    (lambda x: x, r"returned an array of shape \(3,\), .* did you mean to return its sum\?"),
    (lambda x: x[:1], r"returned an array of shape \(1,\), .* did you mean to return y\[0\]\?"),
    (lambda x: np.array([1.0, 2.0]), r"returned an array of shape \(2,\)"),
    (lambda x: 1j, "returned complex numbers"),
    (lambda x: "a", "returned a str"),
]


@pytest.mark.parametrize(("f", "sentence"), MISTAKES, ids=lambda one: one if isinstance(one, str) else "")
def test_a_mistake_gives_one_sentence(f, sentence):
    kind = AttributeError if "no attribute" in sentence else bp.DerivativeError
    with pytest.raises(kind, match=sentence) as caught:
        bp.grad(f)(VECTOR)
    message = str(caught.value)
    assert message.endswith(".") and "\n" not in message and ". " not in message.replace("…. ", "").replace("...", "")
    if "returned" not in sentence:
        with pytest.raises(kind, match=sentence):
            bp.jvp(f, (VECTOR,), (OTHER,))
        with pytest.raises(kind, match=sentence):
            bp.grad(lambda x: bp.grad(f)(x).sum())(VECTOR)  # through two levels


LISTS = [
    lambda x: np.array([x[0], x[1] * 2]),
    lambda x: np.asarray((x[0], 2.0)),
    lambda x: np.array([[x[0], 1], [x[1] * 2, 3.0]], dtype=float),
    lambda x: np.array([np.sin(y) for y in x]),
    lambda x: np.array([[y, y * y] for y in x]),
    lambda x: ("ä", np.max([x[0],
                            x[1]], axis=0))[1],
    lambda x: np.mean([x, x + 2], axis=0),
]  # fmt: skip


@pytest.mark.parametrize("f", LISTS)
def test_what_to_write_for_an_array_of_a_list_is_said_in_the_readers_words_and_works(f):
    with pytest.raises(bp.DerivativeError) as caught:
        bp.grad(lambda x: np.sum(f(x)))(VECTOR)
    found = re.search(r"lost: for (.*) write (.*); for out", str(caught.value))
    before, after = found.groups()
    assert before != "np.array([a, b])"
    for text in (before, after):
        np.testing.assert_array_equal(eval(text, {"np": np, "x": VECTOR}), f(VECTOR))
    bp.grad(lambda x: np.sum(eval(after, {"np": np, "x": x})))(VECTOR)


def test_without_source_the_sentence_has_an_example():
    f = eval("lambda x: np.array([x, 1.0]).sum()")
    with pytest.raises(bp.DerivativeError, match=r"for np.array\(\[a, b\]\) write np.stack\(\[a, b\]\)"):
        bp.grad(f)(1.0)


def test_errors_of_the_function_itself_stay_as_they_are():
    def own(x):
        try:
            float(x)
        except TypeError:
            raise ValueError("mine") from None

    def later(x):
        try:
            float(x)
        except TypeError as error:
            problem = error
        raise KeyError("mine") from problem

    for f, kind in ((own, ValueError), (later, KeyError), (lambda x: [][0], IndexError)):
        with pytest.raises(kind):
            bp.grad(f)(1.0)
    with pytest.raises(ValueError, match="matmul"):
        bp.grad(lambda x: x @ np.ones(4))(VECTOR)


@pytest.mark.parametrize("result", [3, True, np.int32(1), np.bool_(False), np.array(2)], ids=repr)
def test_a_result_that_has_no_derivative_is_refused(result):
    with pytest.raises(bp.DerivativeError, match=r"returned a value of type .*, but only floating-point numbers have"):
        bp.grad(lambda x: result)(VECTOR)


def test_a_count_is_refused_and_a_constant_has_slope_0():
    for f in (lambda x: x[0] > 0, lambda x: np.argmax(x), lambda x: np.sum(x > 0.5), lambda x: np.all(x > 0)):
        for derivative in (bp.grad, bp.value_and_grad, bp.hessian, lambda f: lambda x: bp.hvp(f, x, x)):
            with pytest.raises(bp.DerivativeError, match="a comparison, a count or an accuracy has none"):
                derivative(f)(VECTOR)
    for constant in (3.0, np.float32(3), np.array(3.0)):
        assert bp.grad(lambda x, constant=constant: constant)(VECTOR).tolist() == [0, 0, 0]


# values outside their call


def test_pickling_is_refused():
    for f in (lambda x: pickle.loads(pickle.dumps(x)), lambda x: pickle.dumps([x, {"a": x * x}])):
        for run in (lambda f: bp.grad(f)(1.0), lambda f: bp.jvp(f, (1.0,), (1.0,))):
            with pytest.raises(bp.DerivativeError, match=r"cannot be pickled, .* pickle bp.stop_gradient\(x\)"):
                run(f)
    assert bp.grad(lambda x: x * pickle.loads(pickle.dumps(bp.stop_gradient(x))))(3.0) == 3


USES = {
    "returned": lambda x, old: old,
    "multiplied": lambda x, old: x * old,
    "multiplied by": lambda x, old: old * x,
    "alone": lambda x, old: old * 2.0 + 0 * bp.stop_gradient(x),
    "in a function": lambda x, old: np.maximum(x, old),
    "stacked": lambda x, old: np.sum(np.stack([x, old])),
    "of one argument": lambda x, old: x + np.sin(old),
    "through an inner gradient": lambda x, old: bp.grad(lambda y: y * y * old)(x),
    "as an argument": lambda x, old: x * bp.grad(np.sin)(old),
    "negated": lambda x, old: x + -old,
    "an entry": lambda x, old: x + np.reshape(old, (1,))[0],
}
RUNS = {
    "grad": lambda f: bp.grad(f)(2.0),
    "value_and_grad": lambda f: bp.value_and_grad(f)(2.0),
    "vjp": lambda f: bp.vjp(f, 2.0)[1](1.0),
    "jvp": lambda f: bp.jvp(f, (2.0,), (1.0,)),
    "hessian": lambda f: bp.hessian(f)(2.0),
    "grad of grad": lambda f: bp.grad(bp.grad(f))(2.0),
    "jacrev": lambda f: bp.jacrev(f)(2.0),
}


@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize("run", RUNS)
def test_a_value_kept_from_an_earlier_call_is_named(use, run):
    for first in RUNS.values():
        kept = []

        def keeping(x, kept=kept):
            kept.append(x * x)
            return kept[0]

        with contextlib.suppress(bp.DerivativeError):  # jacfwd calls it twice, and that is told at once
            first(keeping)
        with pytest.raises(bp.DerivativeError, match=r"a value of shape \(\) \(.*\) comes from a call of .* has ended"):
            RUNS[run](lambda x, kept=kept: USES[use](x, kept[0]))


def test_a_value_kept_from_an_inner_call_is_named():
    kept = []

    def inner(y):
        kept.append(y * y)
        return kept[-1]

    for f in (lambda x: (bp.grad(inner)(x), x * kept[-1])[1], lambda x: (bp.grad(inner)(x), kept[-1])[1]):
        for run in (lambda f: bp.grad(f)(2.0), lambda f: bp.jvp(f, (2.0,), (1.0,))):
            with pytest.raises(bp.DerivativeError, match=r"\(multiply\) comes from a call of inner that has ended"):
                run(f)


def test_a_value_kept_from_a_call_that_failed_is_named():
    kept = []

    def failing(x):
        kept.append(x * x)
        raise KeyError

    with pytest.raises(KeyError):
        bp.grad(failing)(2.0)
    with pytest.raises(bp.DerivativeError, match="from a call of failing that has ended"):
        bp.grad(lambda x: x * kept[0])(2.0)
    assert bp.grad(lambda x: x * bp.stop_gradient(kept[0]))(2.0) == 4


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (3, "argument 'x' has a value of type int64, .* write 3.0."),
        (np.array([1, 2]), r"argument 'x' has .* int64, .* write x.astype\(float\)."),
        ([1.0, 2], "argument 'x' .* write 2.0."),
        (np.int32(2), r"int32, .* write float\(x\)."),
        (True, r"bool, .* write float\(x\)."),
        (np.array([True]), r"bool, .* write x.astype\(float\)."),
        (1j, "argument 'x' has complex numbers"),
        (np.array([1j]), "argument 'x' has complex numbers"),
        ("a", "argument 'x' has a str"),
        (np.array([None]), "argument 'x' has a ndarray"),
        (object(), "argument 'x' has a object"),
        (np.ma.masked_array([1.0, 2.0], [True, False]), r"a MaskedArray, .* use np.asarray\(x\)."),
    ],
)
def test_an_argument_that_has_no_derivative_is_named(value, sentence):
    def f(a, x):
        return a

    for call in (
        lambda: bp.grad(f, 1)(1.0, value),
        lambda: bp.grad(f, -1)(1.0, value),
        lambda: bp.jacrev(f, argnums=[1])(1.0, value),
        lambda: bp.jacfwd(f, 1)(1.0, value),
        lambda: bp.hessian(f, 1)(1.0, value),
    ):
        with pytest.raises(bp.DerivativeError, match=sentence):
            call()
    for call in (
        lambda: bp.hvp(lambda x: x, value, value),
        lambda: bp.jvp(lambda x: x, (value,), (value,)),
        lambda: bp.vjp(lambda x: x, value),
    ):
        with pytest.raises(bp.DerivativeError, match=sentence):
            call()
    if not isinstance(value, list):
        with pytest.raises(bp.DerivativeError, match=sentence):
            bp.record(lambda x: x, value)
    assert bp.grad(f)(1.0, value) == 1  # where it is a constant, anything goes


def test_a_matrix_is_refused_because_its_products_are_others():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        matrix = np.matrix([[1.0, 2.0], [3.0, 4.0]])
    with pytest.raises(bp.DerivativeError, match=r"argument 'x' has a matrix, .* use np.asarray\(x\)"):
        bp.grad(lambda x: np.sum(x * x))(matrix)


def test_argnums():
    def f(a, b):
        return a * b

    for argnums in (2, -3, (0, 2)):
        with pytest.raises(ValueError, match=r"argnums is .*, but f was called with 2 positional argument\(s\)"):
            bp.grad(f, argnums)(1.0, 2.0)
    with pytest.raises(ValueError, match=r"f was called with 0 positional .* those given by name cannot be chosen"):
        bp.grad(f)(a=1.0, b=2.0)
    for argnums in ((0, 0), (1, -1), [0, 1, 0]):  # the second would take the place of the first
        with pytest.raises(ValueError, match="chooses an argument twice"):
            bp.grad(f, argnums)(1.0, 2.0)
    for argnums in ("a", None, 1.0, (0, "b"), {0, 1}):
        with pytest.raises(TypeError, match=r"argnums is .*, expected the position of an argument"):
            bp.jacfwd(f, argnums)(1.0, 2.0)
    assert bp.grad(f, np.int64(1))(1.0, 2.0) == 1


def test_directions_of_another_form():
    _, pull_back = bp.vjp(lambda x: x * x, VECTOR)
    with pytest.raises(ValueError, match=r"g has shape \(2,\), but the result of f \(3,\)"):
        pull_back(np.ones(2))
    with pytest.raises(ValueError, match="g must be built like the result of f"):
        pull_back((VECTOR,))
    with pytest.raises(bp.DerivativeError, match="g has complex128, expected real numbers"):
        pull_back(VECTOR * 1j)
    with pytest.raises(ValueError, match=r"tangents has shape \(2,\), but primals \(3,\)"):
        bp.jvp(np.sin, (VECTOR,), (np.ones(2),))
    with pytest.raises(ValueError, match=r"tangents has shape \(\), but primals \(3,\)"):
        bp.hvp(np.sum, VECTOR, 1.0)
    with pytest.raises(TypeError, match="primals is a ndarray, expected a tuple with one for each argument"):
        bp.jvp(np.sin, VECTOR, VECTOR)
    with pytest.raises(TypeError, match="tangents is a float, expected a tuple"):
        bp.jvp(np.sin, (1.0,), 1.0)
    for tangents in ((), (1.0, 1.0), ([1.0],), ({"a": 1.0},)):
        with pytest.raises(ValueError, match="tangents must be built like primals: the same lists, tuples and keys"):
            bp.jvp(np.sin, (1.0,), tangents)
    with pytest.raises(ValueError, match="tangents must be built like primals"):
        bp.jvp(lambda x: x["a"], ({"a": 1.0},), ({"b": 1.0},))
    for call in (lambda f: bp.vjp(f, 1.0), lambda f: bp.jvp(f, (1.0,), (1.0,)), lambda f: bp.jacrev(f)(1.0)):
        with pytest.raises(bp.DerivativeError, match="without_return returned nothing"):
            call(without_return)
        with pytest.raises(bp.DerivativeError, match="returned a str"):
            call(lambda x: [x, "a"])


# what works, though it looks as if it might not


def test_an_operator_with_equals_makes_a_new_value():
    def f(x):
        y = x
        y += 1
        y *= x
        y[0:1]
        return np.sum(x * y)

    np.testing.assert_allclose(bp.grad(f)(VECTOR), 3 * VECTOR**2 + 2 * VECTOR)


def test_copies_keep_their_derivatives():
    def f(x):
        return np.sum(copy.deepcopy([x])[0] * copy.copy(x) * x.copy() * np.copy(x))

    np.testing.assert_allclose(bp.grad(f)(VECTOR), 4 * VECTOR**3)
    np.testing.assert_allclose(bp.jvp(f, (VECTOR,), (np.ones(3),))[1], np.sum(4 * VECTOR**3))


def test_printing_inside_a_function():
    seen = []

    def f(x):
        seen.extend([f"{x[0]:.2f}", f"{x[0]}", repr(x), str(x[0] * 2)])
        return x[0]

    bp.grad(f)(VECTOR)
    assert seen[0] == "0.31"
    assert seen[1] == "Node(np.float64(0.31), getitem)"
    assert seen[2] == "Node(array([0.31, 0.73, 0.52]), input)"
    bp.jvp(f, (VECTOR,), (OTHER,))
    assert seen[4] == "0.31"
    assert seen[5] == "Dual(np.float64(0.31), tangent=np.float64(0.84))"


def test_a_list_of_values_in_an_array_of_objects_keeps_the_derivative_of_a_sum():
    def f(x):
        parts = np.empty(2, dtype=object)
        parts[0], parts[1] = x, x * x
        return np.sum(parts)

    assert bp.grad(f)(3.0) == 7


# rules of the reader's own


def test_a_rule_for_a_numpy_function_can_be_defined_twice_as_a_cell_is_run_twice():
    before = dict(FUNCTIONS), dict(RULES)
    try:
        for slope in (1.0, 3.0):
            assert bp.defrule(np.i0, lambda y, x, slope=slope: slope + 0 * x) is np.i0
            assert bp.grad(np.i0)(0.5) == slope
            assert bp.jvp(np.i0, (0.5,), (2.0,))[1] == 2 * slope
        with pytest.raises(bp.DerivativeError, match=r"np.i0 has no derivative rule for x=…"):
            bp.grad(lambda x: np.i0(x=x))(0.5)
    finally:
        for table, old in zip((FUNCTIONS, RULES), before, strict=True):
            table.clear()
            table.update(old)


def test_a_rule_for_reverse_mode_alone_is_refused_by_name_in_forward_mode():
    def twice(x):
        return x + x

    twice = bp.defrule(twice, reverse=[lambda g, y, x: 2 * g])
    assert bp.grad(twice)(1.0) == 2
    assert bp.grad(bp.grad(lambda x: twice(x) ** 2))(1.0) == 8
    assert twice(4.0) == 8
    for call in (lambda: bp.jvp(twice, (1.0,), (1.0,)), lambda: bp.hvp(lambda x: twice(x) ** 2, 1.0, 1.0)):
        with pytest.raises(bp.DerivativeError, match="twice has a rule for reverse mode alone: add forward=…"):
            call()
    both = bp.defrule(lambda x: x + x, reverse=[lambda g, y, x: 2 * g], forward=lambda tangents, y, x: 2 * tangents[0])
    assert bp.jvp(both, (1.0,), (3.0,)) == (2.0, 6.0)


@pytest.mark.parametrize("wrong", [None, (1.0,), [1.0], "a"], ids=repr)
def test_a_rule_that_returns_no_array_is_refused_by_name(wrong):
    def cube(x):
        return x**3

    kind = "nothing, .* so a return is missing" if wrong is None else f"a {type(wrong).__name__}, expected a number"
    by_entry = bp.defrule(cube, lambda y, x: wrong)
    reverse = bp.defrule(cube, reverse=[lambda g, y, x: wrong], forward=lambda tangents, y, x: wrong)
    for rule, part in ((by_entry, "the derivative for argument 0"), (reverse, r"reverse\[0\]")):
        with pytest.raises(bp.DerivativeError, match=f"the rule of cube is wrong: {part} returned {kind}"):
            bp.grad(rule)(2.0)
    for rule, part in ((by_entry, "the derivative for argument 0"), (reverse, "forward")):
        with pytest.raises(bp.DerivativeError, match=f"the rule of cube is wrong: {part} returned {kind}"):
            bp.jvp(rule, (2.0,), (1.0,))


def test_a_rule_of_ones_own_gets_its_arguments_as_they_are():
    picked = bp.defrule(
        lambda x, index, how: x[index],
        reverse=[lambda g, y, x, index, how: g * (np.arange(3) == index) if how["ok"] else 0, None, None],
    )
    assert bp.grad(lambda x: picked(x, np.int8(1), {"ok": True}))(VECTOR).tolist() == [0, 1, 0]


def test_a_rule_of_ones_own_gets_settings_by_name():
    scaled = bp.defrule(
        lambda x, *, by=1.0: by * x,
        reverse=[lambda g, y, x, *, by=1.0: by * g],
        forward=lambda tangents, y, x, *, by=1.0: by * tangents[0],
    )
    assert bp.grad(scaled)(2.0) == 1.0
    assert bp.grad(bp.grad(lambda x: scaled(x, by=3.0) ** 2))(2.0) == 18.0
    assert bp.hessian(lambda x: np.sum(scaled(x, by=3.0) ** 2))(VECTOR).tolist() == (18 * np.eye(3)).tolist()
    with pytest.raises(
        bp.DerivativeError, match="being differentiated as by=…, but what is given by name is a constant"
    ):
        bp.grad(lambda x: scaled(x, by=x))(2.0)
    cube = bp.defrule(lambda x: x**3, lambda y, x: 3 * x**2)
    with pytest.raises(TypeError, match="got by by name, which derivatives of each entry cannot use"):
        bp.grad(lambda x: cube(x, by=2.0))(2.0)


def test_a_rule_uses_what_its_function_saved():
    runs = []

    def root(a):
        runs.append(a)
        values, vectors = np.linalg.eigh(a)
        return (vectors * np.sqrt(values)) @ vectors.T, (values, vectors)

    def solved(g, residuals):
        """The x of R x + x R = g, for the root R."""
        values, vectors = residuals
        roots = np.sqrt(values)
        return vectors @ (vectors.T @ g @ vectors / (roots[:, None] + roots)) @ vectors.T

    matrix_root = bp.defrule(
        root,
        reverse=[lambda g, y, a, *, residuals: solved(g, residuals)],
        forward=lambda tangents, y, a, *, residuals: solved(tangents[0], residuals),
        residuals=True,
    )
    a, weights = np.array([[2.0, 0.5], [0.5, 1.0]]), np.array([[1.0, -2.0], [-2.0, 0.3]])
    np.testing.assert_allclose(matrix_root(a) @ matrix_root(a), a, rtol=1e-14)
    runs.clear()
    gradient = bp.grad(lambda a: np.sum(weights * matrix_root(a)))(a)
    assert len(runs) == 1
    for symmetric in np.array([[[1.0, 0], [0, 0]], [[0, 1], [1, 0]], [[0, 0], [0, 1]]]):
        ahead, behind = matrix_root(a + 1e-6 * symmetric), matrix_root(a - 1e-6 * symmetric)
        slope = np.sum(weights * (ahead - behind)) / 2e-6
        np.testing.assert_allclose(np.sum(gradient * symmetric), slope, rtol=1e-8)
    np.testing.assert_allclose(bp.jacfwd(matrix_root)(a), bp.jacrev(matrix_root)(a), rtol=1e-12, atol=1e-14)


def test_a_rule_with_residuals_is_for_first_derivatives():
    def total(x):
        return np.sum(kept(x))

    kept = bp.defrule(
        lambda x: (x**2, 2 * x),
        reverse=[lambda g, y, x, *, residuals: g * residuals],
        forward=lambda tangents, y, x, *, residuals: tangents[0] * residuals,
        residuals=True,
    )
    assert bp.grad(total)(VECTOR).tolist() == (2 * VECTOR).tolist()
    for along in (  # the gradient and the tangent may vary: what was saved depends on the argument alone
        lambda v: np.sum(bp.vjp(kept, VECTOR)[1](v)[0]),
        lambda v: np.sum(bp.jvp(kept, (VECTOR,), (v,))[1]),
    ):
        assert bp.grad(along)(VECTOR).tolist() == (2 * VECTOR).tolist()
    with pytest.raises(TypeError, match="got residuals=…, which is what its rule calls"):
        kept(VECTOR, residuals=1.0)
    for call in (
        lambda: bp.hessian(total)(VECTOR),
        lambda: bp.grad(lambda x: np.sum(bp.grad(total)(x)))(VECTOR),
        lambda: bp.record(total, VECTOR).gradient_graph(),
        lambda: bp.compiled(bp.grad(total))(VECTOR),
    ):
        with pytest.raises(
            bp.DerivativeError, match="which are constants: it can be differentiated once, and not comp"
        ):
            call()
    alone = bp.defrule(lambda x: x * 1.0, reverse=[lambda g, y, x, *, residuals: g], residuals=True)
    with pytest.raises(bp.DerivativeError, match="returned a float64, but with residuals=True it returns a pair"):
        bp.grad(alone)(1.0)
    with pytest.raises(ValueError, match=r"residuals are for reverse=\[…\]"):
        bp.defrule(lambda x: x * 1.0, lambda y, x: 1.0, residuals=True)


def test_what_defrule_refuses():
    def f(x):
        return 2 * x

    with pytest.raises(TypeError, match=r"function is a str, expected a function such as np.sinc"):
        bp.defrule("np.i0", 1)
    with pytest.raises(ValueError, match=r"np.sin has a rule already"):
        bp.defrule(np.sin, lambda y, x: np.cos(x))
    with pytest.raises(ValueError, match=r"np.sum has a rule already"):
        bp.defrule(np.sum, reverse=[lambda g, y, x: g])
    for wrong in (2, 2.0, "cos"):  # 2 was once taken for −1
        with pytest.raises(TypeError, match=f"a derivative is {wrong!r}, .* such as lambda y, x: {wrong!r}, or one of"):
            bp.defrule(f, wrong)
    with pytest.raises(ValueError, match=r"it got 0 derivative\(s\) and 0 in reverse"):
        bp.defrule(f)
    with pytest.raises(ValueError, match=r"it got 1 derivative\(s\) and 1 in reverse"):
        bp.defrule(f, 1, reverse=[lambda g, y, x: g])
    with pytest.raises(TypeError, match="reverse is a function, expected a list of functions, one for each argument"):
        bp.defrule(f, reverse=lambda g, y, x: 2 * g)
    with pytest.raises(TypeError, match="reverse and forward hold functions"):
        bp.defrule(f, reverse=[2.0])
    with pytest.raises(ValueError, match=r"forward belongs to reverse=\[…\]"):
        bp.defrule(f, lambda y, x: 2, forward=lambda tangents, y, x: 2 * tangents[0])
    with pytest.raises(ValueError, match=r"np.ldexp has 2 argument\(s\): give a derivative for each"):
        bp.defrule(np.ldexp, lambda y, x: y)
    with pytest.raises(bp.DerivativeError, match=r"np.i0 has no derivative rule"):
        bp.grad(np.i0)(0.5)  # a refused rule leaves nothing behind
    product = bp.defrule(lambda x, y: x * y, lambda r, x, y: y)
    with pytest.raises(TypeError, match=r"got 2 argument\(s\), but its rule is for 1"):
        bp.grad(product)(1.0, 2.0)
    whole = bp.defrule(lambda x: x * 1.0, reverse=[lambda g, y, x: g * VECTOR])
    with pytest.raises(bp.DerivativeError, match=r"of shape \(\) came out with shape \(3,\): the rule of an operation"):
        bp.grad(whole)(1.0)


# all of NumPy

MATRIX = np.array([[2.1373, 0.3391, 0.2217], [0.3391, 1.7331, 0.4273], [0.2217, 0.4273, 1.9519]])  # positive definite
INPUTS = [
    (0.37, 0.61),
    (VECTOR, OTHER),
    (VECTOR + 1.05, OTHER),
    (MATRIX, np.array([[0.4379, 1.3213, 0.2351], [0.9433, 0.1367, 0.7457], [0.6247, 0.8353, 1.1329]])),
]
CALLS: dict[str, Callable[..., Any]] = {
    "x": lambda f, x, y, c: f(x),
    "x, y": lambda f, x, y, c: f(x, y),
    "x, c": lambda f, x, y, c: f(x, c),
    "c, x": lambda f, x, y, c: f(c, x),
    "x, x": lambda f, x, y, c: f(x, x),
    "[x, y]": lambda f, x, y, c: f([x, y]),
    "[x, c]": lambda f, x, y, c: f([x, c]),
    "x, 1": lambda f, x, y, c: f(x, 1),
    "x, [1, 0]": lambda f, x, y, c: f(x, np.array([1, 0])),
    "condition, x, y": lambda f, x, y, c: f(c > 0.5, x, y),
}
# what a function says of the shape and type alone
SHAPES: set[Any] = {
    np.shape, np.ndim, np.size, np.result_type, np.zeros_like, np.empty_like, np.ones_like, np.full_like,
    np.iterable, len, "shape", "ndim", "size", np.dtype,
}  # fmt: skip
# no functions of arrays: files, settings, types, text, memory; np.isscalar cannot be told that a Node may be a number
NO_ARRAYS = {
    "test",
    "info",
    "show_config",
    "show_runtime",
    "save",
    "savez",
    "savez_compressed",
    "savetxt",
    "load",
    "loadtxt",
    "fromfile",
    "genfromtxt",
    "fromregex",
    "seterr",
    "seterrcall",
    "setbufsize",
    "set_printoptions",
    "getbufsize",
    "geterr",
    "geterrcall",
    "get_include",
    "get_printoptions",
    "printoptions",
    "can_cast",
    "issubdtype",
    "mintypecode",
    "promote_types",
    "min_scalar_type",
    "isdtype",
    "bmat",
    "isscalar",
    "frombuffer",
    "from_dlpack",
    "isfortran",
    "may_share_memory",
    "shares_memory",
    "typename",
    "fromstring",
    "nested_iters",
}
# functions whose second argument is a type or a switch
SWITCHED = {
    "array",
    "asarray",
    "asanyarray",
    "asarray_chkfinite",
    "ascontiguousarray",
    "asfortranarray",
    "asmatrix",
    "require",
    "fromiter",
    "zeros_like",
    "ones_like",
    "empty_like",
    "diag_indices",
    "angle",
    "nan_to_num",
    "real_if_close",
    "array2string",
    "array_repr",
    "matrix_rank",
    "unique",
}


# functions that take a little more than NumPy's, which does no harm
MORE_GENERAL = {np.clip, np.prod, np.size, np.take_along_axis}


def total(result: Any) -> Any:
    """One number that depends on all numbers in a result, on each in its own way."""
    leaves = [one for one in flatten(result)[0] if not isinstance(one, str | np.dtype)]
    return sum(np.sum(one * np.cos(np.arange(np.size(one)) + k).reshape(np.shape(one))) for k, one in enumerate(leaves))


def complaint(f: Any, call: Callable[..., Any], a: Any, b: Any) -> str | None:
    """Say what is wrong with a call of f, if anything is.

    Either it gives the value and the derivative of its variables, the same in both modes; or a constant, if it is
    listed as one; or a DerivativeError, or a TypeError that names the function. What plain arrays cannot do is no
    business of ours, as long as it fails for variables too.
    """
    name = getattr(f, "__name__", str(f))
    constant = np.array(b)[()]
    x, y = np.array(a)[()], np.array(b)[()]
    expected: Any = None
    refused: Exception | None = None
    try:
        expected = call(f, x, y, constant)
    except Exception as error:
        refused = error
    results: list[Any] = []

    def number(x: Any, y: Any) -> Any:
        results.append(call(f, x, y, constant))
        return total(results[-1])

    try:
        gradients = bp.grad(number, (0, 1))(x, y)
    except bp.DerivativeError:
        return None
    except Exception as error:
        fair = isinstance(error, TypeError) and name.strip("_") in str(error)
        fair = (
            fair or isinstance(error, IndexError) or "value that is being differentiated has no attribute" in str(error)
        )
        return None if fair or refused is not None else f"raises {type(error).__name__}: {error}"
    if not (np.array_equal(x, a) and np.array_equal(y, b) and np.array_equal(constant, b)):
        return "changes its arguments"
    if refused is not None and f not in MORE_GENERAL:
        return f"works on variables, but not on plain arrays ({refused})"
    if refused is not None:
        return None
    leaves = flatten(results[0])[0]
    if not any(isinstance(one, Tracked) for one in leaves):
        if f not in CONSTANTS | SHAPES and not (f is np.where and isinstance(results[0], tuple)):
            return f"silently gives a constant, {results[0]!r}"
        same = f is np.empty_like or all(map(np.array_equal, leaves, flatten(expected)[0]))
        return None if same else f"gives {results[0]!r} instead of {expected!r}"
    if list(map(np.shape, leaves)) != list(map(np.shape, flatten(expected)[0])):
        return "gives a result of another shape or form"
    if not np.allclose(total(bp.stop_gradient(results[0])), total(expected), equal_nan=True):
        return "gives another value"
    directions = [np.sin(3 + np.arange(np.size(one))).reshape(np.shape(one))[()] for one in (a, b)]
    value, along = bp.jvp(number, (x, y), directions)
    if not np.allclose(value, total(expected), equal_nan=True):
        return "gives another value in forward mode"
    ahead, behind = (number(*(one + h * d for one, d in zip((a, b), directions, strict=True))) for h in (1e-6, -1e-6))
    slope = (ahead - behind) / 2e-6
    back = sum(np.sum(g * d) for g, d in zip(gradients, directions, strict=True))
    for mode, found in (("reverse", back), ("forward", along)):
        if np.isfinite(slope) and not np.isclose(found, slope, rtol=1e-5, atol=1e-6):
            return f"has derivative {found} in {mode} mode instead of {slope}"
    return None


def complaints(functions: Any, calls: dict[str, Callable[..., Any]], inputs: Any = INPUTS) -> list[str]:
    found: dict[str, None] = {}
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        for name, f in functions:
            for form, call in calls.items():
                if "," in form and name.rpartition(".")[2] in SWITCHED:
                    continue
                problems = [complaint(f, call, a, b) for a, b in inputs]
                found |= dict.fromkeys(f"{name}({form}) {problem}" for problem in problems if problem)
    return list(found)


@pytest.mark.parametrize(("space", "prefix"), [(np, "np."), (np.linalg, "np.linalg.")])
def test_every_function_of_numpy_is_right_or_refused(space, prefix):
    names = [name for name in dir(space) if not name.startswith("_") and name not in NO_ARRAYS]
    functions = [(prefix + name, getattr(space, name)) for name in names]
    functions = [(name, f) for name, f in functions if callable(f) and not isinstance(f, type)]
    assert len(functions) > (300 if space is np else 25)
    assert complaints(functions, CALLS) == []


def test_every_type_of_numpy_refuses_a_variable():
    types = [getattr(np, name) for name in dir(np) if isinstance(getattr(np, name), type)]
    types = [t for t in types if issubclass(t, np.number | np.bool | np.bytes_) and t is not np.timedelta64]
    assert len(types) > 15
    for kind in types:
        for x in (0.5, VECTOR):
            with pytest.raises((bp.DerivativeError, TypeError)):
                bp.grad(lambda x, kind=kind: x * kind(x))(x)


def test_every_method_of_every_ufunc_is_right_or_refused():
    functions = [(f"np.{name}", f) for name, f in vars(np).items() if isinstance(f, np.ufunc)]
    assert len(functions) > 90
    indices = np.array([0, 2])
    calls: dict[str, Callable[..., Any]] = {
        "reduce": lambda f, x, y, c: f.reduce(x),
        "reduce all": lambda f, x, y, c: f.reduce(x, axis=None),
        "reduce last": lambda f, x, y, c: f.reduce(x, -1, keepdims=True),
        "reduce where": lambda f, x, y, c: f.reduce(x, where=c > 0.5, initial=0.5),
        "reduce dtype": lambda f, x, y, c: f.reduce(x, 0, np.float64),
        "accumulate": lambda f, x, y, c: f.accumulate(x),
        "accumulate last": lambda f, x, y, c: f.accumulate(x, axis=-1),
        "reduceat": lambda f, x, y, c: f.reduceat(x, indices),
        "outer": lambda f, x, y, c: f.outer(x, y),
        "outer one": lambda f, x, y, c: f.outer(x, c),
        "outer other": lambda f, x, y, c: f.outer(c, x),
        "outer row": lambda f, x, y, c: f.outer(x, y[0]),
        "at": lambda f, x, y, c: f.at(x, indices, y[0]),
        "at plain": lambda f, x, y, c: f.at(c, indices, x[0]),
        "out": lambda f, x, y, c: f(x, y, out=np.zeros(np.shape(x))),
        "where": lambda f, x, y, c: f(x, y, where=c > 0.5),
        "dtype": lambda f, x, y, c: f(x, y, dtype=np.float64),
        "where one": lambda f, x, y, c: f(x, where=c > 0.5),
    }
    assert complaints(functions, calls, INPUTS[1:]) == []


def test_every_method_of_an_array_is_right_or_refused():
    for name in dir(np.ndarray):
        if not name.startswith("_"):

            def call(f, x, y, c, name=name):
                found = getattr(x, name)
                return found() if callable(found) else found

            def called_with_1(f, x, y, c, name=name):
                return getattr(x, name)(1)

            assert (
                complaints([(name, getattr(np, name, name))], {name: call, f"{name} of 1": called_with_1}, INPUTS[1:])
                == []
            )


def test_every_operator_is_right_or_refused():
    names = dict.fromkeys(
        ["add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul", "and_", "or_", "xor", "lshift", "rshift"]
    )
    names |= {"lt": np.less, "le": np.less_equal, "gt": np.greater, "ge": np.greater_equal}
    names |= {"eq": np.equal, "ne": np.not_equal}
    others = [2.0, 2, True, np.float32(0.5), np.int64(3), np.float16(0.5), np.bool_(True), Fraction(1, 2), None]
    others += [
        np.array([1, 2, 3]),
        np.array([True, False, True]),
        OTHER.astype(np.float32),
        [0.5, 2.0, 1.0],
        (1, 2, 3),
    ]
    others += [np.array(2.0), np.array(2), {}]
    for name, function in names.items():
        operate = getattr(operator, name)
        calls = {"x, y": lambda f, x, y, c, operate=operate: operate(x, y)}
        for other in others:
            calls[f"x, {other!r}"] = lambda f, x, y, c, other=other, operate=operate: operate(x, other)
            calls[f"{other!r}, x"] = lambda f, x, y, c, other=other, operate=operate: operate(other, x)
        assert complaints([(name, function or operate)], calls, INPUTS[1:]) == []
        of_scalar = {form: call for form, call in calls.items() if "(" not in form and "[" not in form}
        assert complaints([(name, function or operate)], of_scalar, INPUTS[:1]) == []
    for operate in (
        operator.neg,
        operator.pos,
        operator.abs,
        operator.inv,
        math.floor,
        math.ceil,
        math.trunc,
        len,
        list,
    ):
        assert complaints([(operate.__name__, operate)], {"x": lambda f, x, y, c: f(x)}) == []
