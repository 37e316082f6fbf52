"""What any answer can have wrong is named: each error by its sentence, and none that is not there."""

import dataclasses

import numpy as np
import pytest

from bpkit.problems import judge
from bpkit.problems.catalogue import all_problems
from bpkit.problems.form import Wrong, agrees_everywhere
from bpkit.problems.problem import Problem, Slip

PROBLEMS = all_problems()


def instances(rng):
    """Batches of several sizes with layers of several widths; lists of matrices that can also be added up."""
    drawn = []
    for number, (D, examples) in enumerate([(3, 4), (2, 7), (5, 3), (4, 6), (3, 5), (2, 2)]):
        drawn.append({
            "x": rng.normal(size=(D, examples)), "omega": [rng.normal(size=(D, D)) for _ in range(number % 3 + 2)],
            "row": rng.normal(size=6),
            "lr": float(rng.uniform(0.01, 0.1)), "n": 2 * int(rng.integers(20, 90)) + number % 2,
        })  # fmt: skip
    return drawn


def truth(x, omega, row, lr, n):
    return {
        "number": float(x.sum() + 3.7), "count": n * (n + 1) // 2, "row": row**2 - row, "matrix": np.tanh(x) + 0.3,
        "layers": [np.sin(matrix) + k for k, matrix in enumerate(omega)], "kind": "odd" if n % 2 else "even",
    }  # fmt: skip


def problem(**changes):
    settings = {"slips": (Slip(lambda **_: {"kind": "neither"}, "slip."),), **changes}
    return Problem(id="9.z", title="", points=1, minutes=1, hints=(), instances=instances, truth=truth, **settings)


def judged(answer, asked=None, seed=0):
    """What the judge says of an answer; empty for a right one."""
    try:
        judge.compare(asked or problem(), answer, np.random.default_rng(seed))
    except Wrong as wrong:
        return wrong.sentences
    return ()


def with_changed(name, change):
    """The right answer but for one part, which is `change` of the right one and the arguments."""

    def answer(**arguments):
        right = truth(**arguments)
        return {**right, name: change(right[name], **arguments)}

    return answer


def each(change):
    return lambda right, **arguments: [change(one) for one in right] if isinstance(right, list) else change(right)


def examples(x, **_):
    return x.shape[1]


ERRORS = [
    # a factor
    ("number", each(lambda z: 0 * z), "always zero."),
    ("layers", each(lambda z: -z), "has the wrong sign."),
    ("matrix", each(lambda z: 2 * z), "there is a factor of 2 too many."),
    ("number", each(lambda z: -z / 2), "has the wrong sign, and a factor of 2 is missing."),
    ("layers", each(lambda z: z * np.pi), "there is a factor of π too many."),
    ("row", each(lambda z: z / np.log(10)), "a factor of log 10, as between log and log10 is missing."),
    ("matrix", lambda z, **a: z * examples(**a),
     "on every input these are the right numbers times the number of examples."),
    ("layers", lambda z, **a: [one / examples(**a) for one in z],
     "on every input these are the right numbers divided by the number of examples."),
    ("number", lambda z, **a: z * np.sqrt(len(a["omega"])),
     "on every input these are the right numbers times the square root of the number of layers."),
    ("matrix", lambda z, **a: -z * a["lr"],
     "has the wrong sign, and on every input these are the right numbers times `lr`."),
    ("row", lambda z, **a: z * np.abs(z).max(),
     "on each input all entries are off by one factor, and it differs from input to input."),
    # something added
    ("count", each(lambda z: z + 1), "too large by 1 on every input."),
    ("number", each(lambda z: z - 0.75), "too small by one and the same number on every input."),
    ("count", lambda z, **a: z - a["n"], "too small on every input, by `n`."),
    ("matrix", lambda z, **a: z + a["x"], "too large by `x`."),
    ("row", lambda z, **a: z - a["row"], "too small by `row`."),
    # a function of it
    ("number", each(lambda z: 1 / z), "upside down: this is 1 divided by it."),
    ("row", each(np.square), "this is its square."),
    ("count", each(np.sqrt), "this is its square root."),
    ("matrix", each(np.abs), "the signs are lost: this is the absolute value."),
    ("row", each(np.exp),
     "this is the exponential of it: a logarithm is missing, or there is an exponential too many."),
    ("count", each(np.log), "this is its logarithm."),
    ("layers", each(lambda z: 1 - z), "this is 1 minus it."),
    ("row", each(np.round), "rounded to whole numbers: do not round."),
    ("row", each(np.trunc), "cut off to whole numbers: keep what comes after the point."),
    ("layers", each(lambda z: (10 * np.cos(z)).astype(int)),
     "an array of integers, which cuts off what comes after the point."),
    ("count", each(lambda z: z - 0.25), "a whole number is asked for: round it, up or down."),
    ("matrix", each(lambda z: np.maximum(z, 0)), "right where it is positive; where it should be negative there is 0."),
    # another arrangement
    ("matrix", each(np.transpose), "transposed: rows and columns are exchanged."),
    ("layers", each(np.transpose), "transposed: rows and columns are exchanged."),
    ("layers", lambda z, **_: z[::-1], "in reverse order: the first is last."),
    ("row", lambda z, **_: z[::-1], "in reverse order: the first is last."),
    ("matrix", lambda z, **_: z[:, ::-1], "the columns are in reverse order."),
    ("row", lambda z, **_: np.roll(z, 1), "one place too late: the last stands first."),
    ("layers", lambda z, **_: [*z[1:], z[0]], "one place too early: the first stands last."),
    ("row", lambda z, **_: np.append(0, z[:-1]), "one place too late, with 0 in front."),
    ("layers", lambda z, **_: z[1:], "the first one is missing; the others are right."),
    ("row", lambda z, **_: z[:-1], "the last one is missing; the others are right."),
    ("layers", lambda z, **_: [np.zeros((1, 2)), *z], "there is one too many, in front; the others are right."),
    ("row", lambda z, **_: np.append(z, 1), "there is one too many, at the end; the others are right."),
    ("row", lambda z, **_: np.sort(z), "the right numbers, but sorted."),
    ("row", lambda z, **_: np.cumsum(z), "added up from the beginning: each holds all those before it, too."),
    ("layers", lambda z, **_: list(np.cumsum(z, axis=0)),
     "added up from the beginning: each holds all those before it, too."),
    ("row", lambda z, **_: np.cumsum(z[::-1])[::-1], "added up from the end: each holds all those after it, too."),
    ("row", lambda z, **_: np.diff(z, prepend=0), "from the second on, each is the difference from the one before."),
    ("row", lambda z, **_: z[-1], "this is the last one alone."),
    ("matrix", lambda z, **_: z.sum(), "one number is left: all of them, added up."),
    ("matrix", lambda z, **_: z.mean(axis=1), "this is the mean of the columns; each of them is asked for."),
    # something else as it stands
    ("matrix", lambda z, **a: a["x"], "this is the argument `x` itself."),
    ("row", lambda z, **a: a["row"], "this is the argument `row` itself."),
    ("number", lambda z, **a: truth(**a)["count"], "this is what `count` should be."),
    ("number", lambda z, **_: 3.5, "the same on every input, whatever the arguments are."),
    # nearly right
    ("row", each(lambda z: z * (1 + 3e-5 * np.arange(1, 7))), "nearly right: about 3 digits agree, as with a rounded"),
    ("layers", each(lambda z: z * (1 + 4e-6 * np.cos(z))), "nearly right: about 5 digits agree, as with float32, or"),
    # in some places
    ("layers", lambda z, **_: [*z[:-1], z[-1] + 1], "wrong in the last entry only; the others are right."),
    ("row", lambda z, **_: np.append(z[:3], [7, 8, 9]), "right up to entry 2, wrong after it."),
    ("row", lambda z, **_: z + 3 * (np.arange(6) == 2), "wrong in entry 2 only; the others are right."),
    ("matrix", lambda z, x, **_: np.where(np.arange(x.shape[1]) == 1, z * 3 + 1, z),
     "wrong in column 1 only; the others are right."),
    ("matrix", lambda z, x, **_: z * x, "not right."),
    ("matrix", lambda z, x, **_: np.where(x < 0, z * 3 + 1, z), "wrong wherever `x` is negative; right elsewhere."),
    ("layers", lambda z, omega, **_: [np.where(w > 0, one**2 + 1, one) for one, w in zip(z, omega, strict=True)],
     "wrong wherever `omega` is positive; right elsewhere."),
    ("matrix", lambda z, **_: np.vstack([z[:1] ** 3 + 5, z[1:]]), "wrong in the first row only; the others are right."),
    # on some instances
    ("number", lambda z, n, **_: z + n * n * (n % 2), "right on 3 of 6 inputs; wrong where `n` is odd."),
    ("number", lambda z, x, **_: z**2 + 5 if len(x) == x.shape[1] else z,
     "right on 5 of 6 inputs, and wrong on the others"),
    # words
    ("kind", lambda z, **_: "prime", '"prime" is unknown here: the words are even, neither and odd.'),
    ("kind", lambda z, **_: "neither", "slip."),
]  # fmt: skip


@pytest.mark.parametrize(("name", "change", "sentence"), ERRORS, ids=[f"{i}-{e[0]}" for i, e in enumerate(ERRORS)])
def test_each_error_gets_its_sentence(name, change, sentence):
    for seed in range(5):
        first, *others = judged(with_changed(name, change), seed=seed)
        assert first.startswith(f"`{name}`: {sentence}"), first
        assert others[-1] == "The other 5 parts are right."


def test_two_parts_exchanged_and_several_in_another_order():
    def exchanged(**arguments):
        right = truth(**arguments)
        return {**right, "number": right["count"], "count": right["number"]}

    assert judged(exchanged)[0] == "`number` and `count`: these two are exchanged."
    in_order = dataclasses.replace(problem(), truth=lambda x, **_: {"c": x[0, 0], "a": x[1, 0], "b": x[0, 1]})
    alphabetical = lambda x, **_: (x[1, 0], x[0, 1], x[0, 0])  # noqa: E731
    assert judged(alphabetical, in_order) == (
        "`c`, `a` and `b`: the right values, in another order: expected is `c`, `a` and `b`.",
    )


def test_each_pair_of_exchanged_parts_has_a_line_of_its_own_and_a_slip_of_one_of_them_does_not_hide_it():
    four = lambda row, **_: dict(zip("abcde", row, strict=False))  # noqa: E731
    slip = Slip(lambda **a: {"a": four(**a)["b"]}, "this is the second.")
    asked = dataclasses.replace(problem(), truth=four, slips=(slip,))
    pairs = lambda row, **_: (row[1], row[0], row[3], row[2], 7.0)  # noqa: E731
    assert judged(pairs, asked)[:2] == (
        "`a` and `b`: these two are exchanged.", "`c` and `d`: these two are exchanged, too."
    )  # fmt: skip


def test_words_in_place_of_numbers_are_one_mistake_and_not_several():
    asked = PROBLEMS["7.14"]
    right = asked.truth(**asked.instances(np.random.default_rng(0))[0])
    turned = lambda **a: list(asked.truth(**a).values())[::-1]  # noqa: E731
    (sentence,) = judged(turned, asked)
    assert sentence.startswith("Words stand where numbers are expected") and all(name in sentence for name in right)


def test_a_slip_that_explains_more_is_believed_first_and_one_that_is_alone_explains_everything():
    values = lambda row, **_: {name: float(one) for name, one in zip("abc", row, strict=False)}  # noqa: E731
    of_one = Slip(lambda row, **_: {"a": row[0] + 1}, "one.")
    of_two = Slip(lambda row, **_: {"a": row[0] + 1, "b": row[1] + 1}, "two.")
    answer = lambda row, **_: (row[0] + 1, row[1] + 1, row[2] ** 2 + 9 * row[4])  # noqa: E731
    asked = dataclasses.replace(problem(), truth=values, slips=(of_one, of_two))
    assert judged(answer, asked) == ("`a` and `b`: two.", "`c`: not right.")
    alone = dataclasses.replace(asked, slips=(of_one, dataclasses.replace(of_two, alone=True)))
    assert judged(answer, alone)[0] == "`a`: one."
    assert judged(lambda row, **_: (row[0] + 1, row[1] + 1, row[2]), alone)[0] == "`a` and `b`: two."


def test_properties_of_the_numbers_drawn_are_not_blamed():
    """Here only instances with a negative first entry are wrong; that is where the answer happens to differ."""
    drawn = [{"x": np.array([sign * size, 9.0])} for sign in (-1, 1) for size in (2.0, 3.0, 4.0, 5.0)]
    asked = dataclasses.replace(problem(), truth=lambda x: {"total": x.sum()}, instances=lambda rng: drawn)
    assert judged(lambda x: max(x.sum(), 10.0), asked) == ("`total`: right on 4 of 8 inputs, and wrong on the others.",)


def test_the_sign_of_one_of_many_arguments_is_not_blamed():
    drawn = [
        dict(zip("abcdef", (sign * size, *range(3, 8)), strict=True)) for sign in (-1.0, 1.0) for size in (1, 2, 4)
    ]
    drawn = [{name: float(value) for name, value in one.items()} for one in drawn]
    asked = dataclasses.replace(problem(), truth=lambda **a: {"total": sum(a.values())}, instances=lambda rng: drawn)
    assert judged(lambda **a: max(sum(a.values()), 25.5), asked) == (
        "`total`: right on 3 of 6 inputs, and wrong on the others.",
    )


def test_one_order_of_everything_is_believed_before_slips_of_single_parts():
    asked = PROBLEMS["7.1"]
    in_order = lambda **p: [asked.truth(**p)[name] for name in sorted(asked.truth(**p))]  # noqa: E731
    (sentence, fine) = judged(in_order, asked)
    assert "the right values, in another order: expected is `phi_0`, `phi_1`" in sentence and "are right" in fine


def test_a_choice_of_letters_in_another_order_is_not_called_unknown():
    chosen = dataclasses.replace(problem(), truth=lambda **_: {"ways": "ace"}, slips=())
    assert judged(lambda **_: "eca", chosen) == ('`ways`: "eca" has its letters in another order than is asked for.',)
    assert judged(lambda **_: "(a, c, e)", chosen) == ()


def test_few_inputs_that_share_a_sign_by_chance_are_not_blamed_on_it():
    four = dataclasses.replace(problem(), truth=lambda x: {"total": x.sum()}, instances=lambda rng: [
        {"x": np.array(one)} for one in ([-1.0, 2.0], [-3.0, 1.0], [3.0, 1.0], [4.0, 9.0])])  # fmt: skip
    answer = lambda x: x.sum() + 7 * x[1] * (x[0] < 0)  # noqa: E731
    assert judged(answer, four) == ("`total`: right on 2 of 4 inputs, and wrong on the others.",)


def test_a_result_that_is_kept_between_calls_is_seen():
    kept = []

    def answer(**arguments):
        kept.append(truth(**arguments)["row"])
        return {**truth(**arguments), "row": kept[0]}

    assert "right for the first call, and the same again in every later one" in judged(answer)[0]


def test_a_part_that_is_wrong_because_an_earlier_one_is_is_not_blamed():
    two = dataclasses.replace(
        problem(),
        truth=lambda x, **_: {"mean": x.mean(), "spread": float(np.mean((x - x.mean()) ** 2))},
        follows={"spread": (("mean",), lambda given, x, **_: np.mean((x - given["mean"]) ** 2))},
    )
    followed = lambda x, **_: (x[0, 0] + 0.1, np.mean((x - x[0, 0] - 0.1) ** 2))  # noqa: E731
    assert judged(followed, two)[-1] == "`spread`: wrong only because `mean` is."
    other = lambda x, **_: (x[0, 0] + 0.1, np.mean(np.abs(x - x[0, 0]) ** 1.5))  # noqa: E731
    assert judged(other, two) == ("`mean` and `spread`: not right.",)


@pytest.mark.parametrize("name", PROBLEMS)
def test_what_follows_from_the_right_part_is_right(name):
    asked = PROBLEMS[name]
    drawn = asked.instances(np.random.default_rng(1)) if asked.instances else [{}]
    right = [asked.truth(**arguments) for arguments in drawn]
    for part, (sources, formula) in asked.follows.items():
        names = list(right[0])
        assert all(names.index(source) < names.index(part) for source in sources)
        again = [{part: formula(one, **arguments)} for one, arguments in zip(right, drawn, strict=True)]
        assert agrees_everywhere(part, again, right, asked.tolerance)
        for source in sources:
            spoiled = [{**one, source: spoil(one[source])} for one in right]
            try:
                moved = [{part: formula(one, **arguments)} for one, arguments in zip(spoiled, drawn, strict=True)]
            except IndexError:  # the number of an epoch that does not exist
                continue
            assert not agrees_everywhere(part, moved, right, asked.tolerance)


def spoil(value):
    """Other numbers, in another order: a part may depend on which is the largest."""
    if isinstance(value, list):
        return [spoil(one) for one in value]
    moved = np.asarray(value) * 1.3 + 0.7
    return moved[::-1] if moved.ndim else moved


def test_nothing_is_claimed_of_numbers_that_have_nothing_to_do_with_the_right_ones():
    for seed in range(30):
        rng = np.random.default_rng([seed, 1])
        random = each(lambda z, rng=rng: rng.normal(size=np.shape(z)) * 50)
        for name in ("number", "count", "row", "matrix", "layers"):
            first, *_ = judged(with_changed(name, random), seed=seed)
            assert first == f"`{name}`: not right."


def test_nothing_is_claimed_where_single_entries_are_wrong_by_chance():
    for seed in range(30):
        rng = np.random.default_rng([seed, 2])
        spoiled = each(lambda z, rng=rng: np.where(rng.random(np.shape(z)) < 0.3, rng.normal(size=np.shape(z)), z))
        for name in ("row", "matrix", "layers"):
            sentences = judged(with_changed(name, spoiled), seed=seed)
            assert not sentences or "`: not right" in sentences[0] or "`: right on " in sentences[0], sentences


def answer_with(slip, asked):
    """The right answer, but for what a slip gives."""
    return lambda **arguments: {**asked.truth(**arguments), **slip.answer(**arguments)}


def gives_the_same(slip, other, drawn, names, tolerance):
    """Whether two slips give the same for these parts on these instances."""
    for arguments in drawn:
        try:
            one, two = slip.answer(**arguments), other.answer(**arguments)
        except ValueError:
            return True
        if not all(agrees_everywhere(name, [one], [two], tolerance) for name in names):
            return False
    return True


@pytest.mark.parametrize("name", PROBLEMS)
def test_every_slip_is_told_by_its_sentence(name):
    """Unless an earlier one gives the same numbers."""
    asked = dataclasses.replace(PROBLEMS[name], measure=None)
    for seed in range(2):
        drawn = asked.instances(np.random.default_rng(seed)) if asked.instances else [{}]
        for number, slip in enumerate(asked.slips):
            answer = answer_with(slip, asked)
            sentences = judged(answer if asked.instances else answer(), asked, seed)
            names = list(slip.answer(**drawn[0]))
            same = [other.sentence for other in asked.slips[:number]
                    if gives_the_same(slip, other, drawn, names, asked.tolerance)]  # fmt: skip
            told = [sentence.partition(": ")[2] for sentence in sentences]
            assert any(sentence in told for sentence in (slip.sentence, *same)), (seed, slip.sentence, sentences)


@pytest.mark.parametrize("name", PROBLEMS)
def test_no_slip_calls_two_opposite_things_at_once(name):
    """Too late and too early, too many and too few: one answer is never both."""
    asked = dataclasses.replace(PROBLEMS[name], measure=None)
    for slip in asked.slips:
        answer = answer_with(slip, asked)
        text = " ".join(judged(answer if asked.instances else answer(), asked))
        for one, other in (("too late", "too early"), ("too many", "too few")):
            assert not (one in text and other in text), text
