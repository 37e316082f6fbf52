"""No right answer is refused: every form in which it may be written, over the right answers to all problems."""

import collections
import functools
import importlib
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from bpkit import check
from bpkit.problems.catalogue import all_problems
from bpkit.problems.remarks import remark_on_shapes

CHAPTERS = [importlib.import_module(f"answers.{path.stem}")
            for path in sorted((Path(__file__).parent / "answers").glob("chapter_*.py"))]  # fmt: skip
RIGHT = {name: answers for chapter in CHAPTERS for name, answers in chapter.RIGHT.items()}
ASKED = {name: answers for name, answers in RIGHT.items() if all_problems()[name].measure is None}


def entry_by_entry(change):
    """Each number by itself, arrays as arrays of objects."""

    def changed(value):
        array = np.asarray(value)
        made = np.empty(array.shape, dtype=object)
        for place in np.ndindex(array.shape):
            made[place] = change(array[place].item())
        return made if array.ndim else made.item()

    return changed


def with_torch(**options):
    def change(value):
        torch = importlib.import_module("torch")
        named = {name: getattr(torch, option) if name == "dtype" else option for name, option in options.items()}
        return torch.tensor(np.array(value, dtype=float), **named)

    return change


def with_jax(**options):
    def change(value):
        array = np.asarray(value)
        if array.dtype.kind == "i" and np.abs(array).max(initial=0) >= 2**31:
            array = array.astype(float)  # JAX cuts longer whole numbers off, unless it is told otherwise
        return importlib.import_module("jax.numpy").asarray(array, **options)

    return change


def with_sympy(number):
    # sympify makes truth values objects of its own, which are no numbers
    return importlib.import_module("sympy").sympify(number if not isinstance(number, bool) else int(number))


NUMBERS = {
    "torch": with_torch(),
    "torch, part of a graph": with_torch(requires_grad=True),
    "torch float32": with_torch(dtype="float32"),
    "torch bfloat16": with_torch(dtype="bfloat16", requires_grad=True),
    "jax": with_jax(),
    "jax bfloat16": with_jax(dtype="bfloat16"),
    "sympy": entry_by_entry(with_sympy),
    "fractions": entry_by_entry(Fraction),
    "decimals": entry_by_entry(Decimal),
    "float32": lambda value: np.asarray(value, dtype=np.float32),
    "longdouble": lambda value: np.asarray(value, dtype=np.longdouble),
    "complex": lambda value: np.asarray(value) + 0j,
    "lists": lambda value: np.asarray(value).tolist(),
    "matrices": lambda value: np.asmatrix(value) if np.ndim(value) == 2 else value,
    "rows as generators": lambda value: (row for row in value) if np.ndim(value) == 2 else value,
}  # fmt: skip
LISTS = {
    "tuples": tuple,
    "generators": lambda entries: (entry for entry in entries),
    "iterators": iter,
    "maps": functools.partial(map, lambda entry: entry),
    "deques": collections.deque,
    "values of a dictionary": lambda entries: dict(enumerate(entries)).values(),
    "dictionaries by number": lambda entries: dict(enumerate(entries)),
    "arrays of objects": lambda entries: np.array([*entries, None], dtype=object)[:-1],
}


def rewritten(value, change, gather):
    """An answer with each of its numbers and arrays changed, and each of its lists gathered anew."""
    if isinstance(value, dict):
        return {name: rewritten(one, change, gather) for name, one in value.items()}
    if hasattr(value, "_fields"):
        return type(value)(*[rewritten(one, change, gather) for one in value])
    if isinstance(value, list | tuple):
        return gather([rewritten(one, change, gather) for one in value])
    if isinstance(value, np.ndarray | np.number | int | float) and np.asarray(value).dtype.kind in "biuf":
        return change(value)
    return value


def in_form(answer, change, gather):
    if not callable(answer):
        return rewritten(answer, change, gather)
    return lambda *places, **names: rewritten(answer(*places, **names), change, gather)


@pytest.mark.filterwarnings("ignore")  # of the libraries' own, when they are imported
@pytest.mark.parametrize("form", [*NUMBERS, *LISTS])
def test_right_answers_pass_in_every_form(form):
    for library in ("torch", "jax", "sympy"):
        if form.startswith(library):  # here, because in an answer a check would take the skip for an exception
            pytest.importorskip(library)
    change, gather = NUMBERS.get(form, lambda value: value), LISTS.get(form, list)
    number = [*NUMBERS, *LISTS].index(form)
    for name, answers in ASKED.items():  # every form meets every problem, and every answer several forms
        result = check(name, in_form(answers[number % len(answers)], change, gather), rng=1)
        assert result, result


# ---- the tolerance


@pytest.mark.parametrize(
    ("dtype", "passes", "fails"),
    [(np.float64, 1e-7, 1e-5), (np.longdouble, 1e-7, 1e-5), (np.float32, 1e-4, 1e-2), (np.float16, 1e-2, 0.1)],
)
def test_the_tolerance_follows_the_type_of_the_answer(dtype, passes, fails):
    def off_by(error):
        return lambda f, y: np.asarray(2 * (f - y) * (1 + error), dtype=dtype)

    assert check("7.4", off_by(passes)) and not check("7.4", off_by(fails))


def test_one_part_in_float32_does_not_loosen_the_others():
    def answer(f, h, omega):
        return [-np.float32(np.sin(f[2])), omega[2], np.exp(f[1]) * (1 + 1e-5), omega[1], np.cos(f[0])]

    assert check("7.2", answer).message[0].startswith("`dh2_df1`: nearly right: about 4 digits agree")


def test_a_count_in_float32_must_be_the_count():
    def answer(a, b, c, e, d_is):
        right = all_problems()["4.d"].truth(a=a, b=b, c=c, e=e, d_is=d_is)
        return {**right, "left_to_right": np.float32(right["left_to_right"] + 1)}

    assert not check("4.d", answer)


# ---- the call


def by_place(f, h, omega, g):
    (right, *_) = RIGHT["2.b"]
    return right(f=f, h=h, omega=omega, dl_df=g)


def gradient_first(dl_df, weights, f, h):
    return by_place(f, h, weights, dl_df)


def passed_on(function):
    def inner(*places, **names):
        return function(*places, **names)

    return inner


def with_a_keyword(a, b, /, c, *, dl_df):
    return by_place(a, b, c, dl_df)


@pytest.mark.parametrize("answer", [
    by_place, gradient_first, passed_on(by_place), with_a_keyword, functools.partial(by_place),
    lambda *all_: by_place(*all_), lambda **names: by_place(*names.values()), lambda f, *others: by_place(f, *others),
    lambda pre, act, omega, g, verbose=False: by_place(pre, act, omega, g),
])  # fmt: skip
def test_a_function_is_called_by_name_or_by_position(answer):
    assert check("2.b", answer, rng=0)


@pytest.mark.parametrize("answer", [lambda f: 0, lambda f, h, omega, g, more: 0, lambda f, h, omega, *, g: 0])
def test_a_function_with_another_number_of_arguments_is_told_which(answer):
    (sentence,) = check("2.b", answer).message
    assert sentence.startswith("Your function cannot be called as this problem calls it, with (f, h, omega, dl_df):")


# ---- names and shapes


def entries_7_2(f, h, omega):
    return [-np.sin(f[2]), omega[2], np.exp(f[1]), omega[1], np.cos(f[0])]


@pytest.mark.parametrize(("names", "remarks"), [
    (["∂h₃/∂f₂", "dF2/dH2", "dh2 df1", "DF1_DH1", "dh1_df0"], 0), (["a", "b", "c", "d", "e"], 1),
    (["dh3_df2", "b", "dh2_df1", "d", "dh1_df0"], 1),
])  # fmt: skip
def test_names_in_another_spelling_pass_and_other_names_with_a_remark(names, remarks):
    result = check("7.2", lambda **arguments: dict(zip(names, entries_7_2(**arguments), strict=True)))
    assert result and len(result.remarks) == remarks


def test_other_names_in_another_order_are_not_taken_for_the_parts():
    result = check("7.2", lambda **arguments: dict(zip("abcde", reversed(entries_7_2(**arguments)), strict=True)))
    assert "has no entry `dh3_df2`" in result.message[0]


@pytest.mark.parametrize("shape, expected, remarks", [
    ((3,), (3, 1), 1), ((3, 1), (3,), 1), ((1, 3), (3, 1), 1), ((6,), (1, 6), 0), ((1,), (), 0), ((3, 4), (3, 4), 0),
    ((2, 5), (2, 5, 1), 1), ((1,), (1, 1), 0),
])  # fmt: skip
def test_a_shape_that_spoils_later_arithmetic_gets_a_remark(shape, expected, remarks):
    found = remark_on_shapes({"g": np.ones(shape)}, {"g": np.ones(expected)})
    assert len(found) == remarks
    with np.errstate(all="ignore"):
        try:
            spoiled = (np.ones(expected) - np.ones(shape)).size != np.ones(expected).size
        except ValueError:
            spoiled = True
    assert spoiled == bool(remarks)


def test_a_remark_is_shown_and_the_answer_still_passes():
    answer = RIGHT["2.b"][0]
    result = check("2.b", lambda **arguments: [[np.ravel(b) for b in answer(**arguments)[0]], answer(**arguments)[1]])
    assert result and "`dl_dbeta` has shape (6,) where the book has (6, 1)" in repr(result)
    assert "Remark:" in repr(result) and "Remark:" in result._repr_html_()
