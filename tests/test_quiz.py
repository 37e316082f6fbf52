"""The quizzes: every answer is computed, every misconception gets its sentence, and no option gives itself away."""

import itertools
import json
import re
from pathlib import Path

import numpy as np
import pytest

import bpkit as bp
from bpkit import check
from bpkit.machines import schedules
from bpkit.problems.catalogue import all_problems, questions, quizzes

ROOT = Path(__file__).parents[1]
RNG = np.random.default_rng(0)
X, Y, BETA, OMEGA = 0.5, 1.0, np.array([0.1, 0.2, 0.3, 0.4]), np.array([0.9, -0.8, 0.7, 0.6])


def slope(function, at, step=1e-6):
    """A derivative by differences."""
    return (function(at + step) - function(at - step)) / (2 * step)


def only(options):
    """The one option that is true."""
    (right,) = (letter for letter, holds in options.items() if holds)
    return right


def runs_of_nudging():
    net = bp.mlp([2, 4, 1], rng=0)
    return sum(array.size for array in net.parameters) + 1


def zeros_behind_a_zero():
    omega = OMEGA * [1, 0, 1, 1]
    found = bp.toy.backward(bp.toy.forward(X, Y, BETA, omega), Y, omega)
    return int(np.sum(found.beta == 0) + np.sum(found.omega == 0))


def spoiled_factor():
    """Spoil each factor on the way back in turn; see when the right derivatives are those of numbers 2 and 3."""
    f = bp.toy.forward(X, Y, BETA, OMEGA).f

    def derivatives(**spoiled):
        factor = {"sin f2": -np.sin(f[2]), "w3": OMEGA[3], "cos f0": np.cos(f[0]), "exp f1": np.exp(f[1])} | spoiled
        f3 = 2 * (f[3] - Y)
        f2 = factor["sin f2"] * factor["w3"] * f3
        f1 = factor["exp f1"] * OMEGA[2] * f2
        return np.array([factor["cos f0"] * OMEGA[1] * f1, f1, f2, f3])

    names = {"a": "sin f2", "b": "w3", "c": "cos f0", "d": "exp f1"}
    right = {letter: derivatives(**{name: 7.0}) == derivatives() for letter, name in names.items()}
    return only({letter: list(same) == [False, False, True, True] for letter, same in right.items()})


def harmless_without_transposing():
    def right_for(omega, columns=3, is_open=True):
        gates, g = np.ones((omega.shape[1], columns)), RNG.normal(size=(omega.shape[0], columns))
        gates[0] = is_open
        return np.allclose(gates * (omega.T @ g), gates * (omega @ g))

    square = RNG.normal(size=(4, 4))
    return only({"a": right_for(square), "b": right_for(square + square.T, is_open=False),
                 "c": right_for(square, columns=1), "d": right_for(square)})  # fmt: skip


def through_gates():
    f, arrived = np.array([-1, 2, 0, 3]), np.array([5, -4, 7, 1])
    return ((f > 0) * arrived).sum()


def gradient_of_bias():
    net = bp.mlp([2, 3], rng=0)
    return net.backward(net.forward(np.ones((2, 4))), np.ones((3, 4))).beta[0][0, 0]


def multiplications_backward(sizes=(100, 50, 20, 10)):
    weights = [first * second for first, second in itertools.pairwise(sizes)]
    return 2 * sum(weights) - weights[0]


def arrows(steps=5):
    handed, value = 0, "v5"
    while value != "v0":
        inputs = [f"v{int(value[1:]) - 1}"] * 3
        handed, value = handed + len(inputs), inputs[0]
    assert int(value[1:]) == 5 - steps
    return handed


def allowed_order():
    consumers = {"1": "23", "2": "3", "3": "45", "4": "y", "5": "y", "y": ""}
    orders = {"a": "y54231", "b": "y43521", "c": "y45321", "d": "y54312"}
    return only({letter: all(order.index(user) < order.index(box) for box in order for user in consumers[box])
                 for letter, order in orders.items()})  # fmt: skip


def branching(x):
    return x * x if x > 0 else 5 * x + 7


def angles_change():
    """Which change leaves the cosine of two inputs after 20 layers as it is."""
    inputs = RNG.normal(size=(64, 2))

    def cosine(factor=1.0, negative=0.0, path=0.0, width=64):
        rng, h = np.random.default_rng(1), inputs[:width]
        for _ in range(20):
            f = factor * np.sqrt(2 / width) * rng.normal(size=(width, width)) @ h
            h = path * h + np.where(f > 0, f, negative * f)
        a, b = h.T / np.linalg.norm(h.T, axis=1, keepdims=True)
        return a @ b

    changed = {"a": cosine(negative=0.3), "b": cosine(path=1.0), "c": cosine(width=32), "d": cosine(factor=2.0)}
    return only({letter: np.isclose(value, cosine()) for letter, value in changed.items()})


def twice_the_variance():
    sizes = np.random.default_rng(2).normal(size=(20, 1)), np.random.default_rng(2).normal(size=(20, 1))
    rng, (one, two) = np.random.default_rng(3), sizes
    for _ in range(10):
        omega = np.sqrt(2 / 20) * rng.normal(size=(20, 20))
        one, two = np.maximum(omega @ one, 0), np.maximum(np.sqrt(2) * omega @ two, 0)
    return two.var() / one.var()


def he(shape, mode):
    return bp.init.he(shape, 0, mode=mode).var()


def he_forward():
    given = he((2000, 500), "fan_in")  # ten times as wide, so that the sample says it
    return round(given * 500, 1) / 50


def mean_square_of_absolute_value():
    return round(1 / np.mean(np.abs(RNG.normal(size=400_000)) ** 2), 1)


def final_step(rate=0.02, momentum=0.8):
    parameter = np.zeros(1)
    optimizer = bp.SGD([parameter], lr=rate, momentum=momentum)
    for _ in range(300):
        before = parameter.copy()
        optimizer.step([np.full(1, 3.0)])
    return float((before - parameter)[0])


def rate_in_the_tenth_epoch():
    optimizer = bp.SGD([np.zeros(1)], lr=0.4)
    schedule = bp.StepLR(optimizer, 3, 0.5)
    for _ in range(9):
        schedule.step()
    return optimizer.lr


def largest_rate():
    rates = np.linspace(0.001, 0.1, 991)
    return rates[np.abs(1 - 50 * rates) < 1 - 1e-9].max() + 1e-4


def suspect():
    """The loss before the first step for each suspect: only large outputs make it large, and no rate comes in."""
    y = RNG.integers(0, 5, size=200)

    def first_loss(width=50, scale=1.0, labels=y):
        net = bp.mlp([10, width, 5], rng=0)
        return bp.CrossEntropy("mean")(scale * net(0.3 * RNG.normal(size=(10, 200))), labels)

    losses = {"a": first_loss(), "b": first_loss(scale=30), "c": first_loss(width=2), "d": first_loss(labels=4 - y)}
    return only({letter: loss > 5 for letter, loss in losses.items()})


def gradient_of_softmax():
    return bp.CrossEntropy("sum").gradient(np.log([[0.2], [0.5], [0.3]]), np.array([0]))[0, 0]


def run_twice():
    evaluations, _ = bp.checkpoint.cost(bp.checkpoint.every(12, 4))
    return evaluations - 12


def reversible(slots=4, walks=2):
    return 1 if not (slots and walks) else reversible(slots - 1, walks) + reversible(slots, walks - 1)


def what_helps():
    """In GB, for 64 layers of 10,000 units and one example: what is left when each remedy has done its best."""
    weights, activations = 16 * 7, 64 * 10_000 * 4 / 1e9
    left = {"a": weights, "b": (weights + activations) / 2, "c": weights + activations / 2, "d": weights + activations}
    return only({letter: memory <= 80 for letter, memory in left.items()})


def sent_in_the_ring():
    def add_up(comm):
        bp.machines.all_reduce(comm, np.zeros(800), "ring")

    return max(bp.machines.run(add_up, 8).bytes) / 8


def bubble():
    p, m = 3, 6
    return (p - 1) / (m + p - 1)


def alive_on_stage_1():
    alive, most = 0, 0
    for action in schedules.one_f_one_b(4, 8).stages[1]:
        alive += 1 if isinstance(action, schedules.Forward) else -1
        most = max(most, alive)
    return most


def what_stays():
    """Symptoms (columns) given the illness (rows), with other shares: what changes of the joint distribution."""
    given = np.array([[0.7, 0.3], [0.2, 0.8]])
    before, after = (np.array([[share], [1 - share]]) * given for share in (0.1, 0.6))
    of_y, of_x = (lambda joint: joint / joint.sum(1, keepdims=True)), (lambda joint: joint / joint.sum(0))
    return only({"a": np.allclose(of_y(before), of_y(after)), "b": np.allclose(of_x(before), of_x(after)),
                 "c": np.allclose(before.sum(0), after.sum(0)), "d": np.allclose(before, after)})  # fmt: skip


def adjusted():
    return bp.shift.adjust(np.array([[0.2], [0.8]]), np.array([0.5, 0.5]), np.array([0.8, 0.2]))[0, 0]


COMPUTED = {
    "1.q1": runs_of_nudging,
    "1.q2": zeros_behind_a_zero,
    "1.q3": lambda: slope(lambda omega: -6 * (0.7 + omega * 0.5), 4.0),
    "1.q4": spoiled_factor,
    "1.q5": lambda: 2 - 0.1 * sum([3, -1]),
    "2.q1": lambda: (RNG.normal(size=(30, 50)) @ RNG.normal(size=(20, 50)).T).shape,
    "2.q2": harmless_without_transposing,
    "2.q3": through_gates,
    "2.q4": gradient_of_bias,
    "2.q5": multiplications_backward,
    "3.q1": lambda: bp.grad(lambda a: a * 2.0 + a)(5.0),
    "3.q2": arrows,
    "3.q3": allowed_order,
    "3.q4": lambda: bp.grad(lambda a: a * np.maximum(a, 4.0))(4.0),
    "3.q5": lambda: bp.grad(branching)(-2.0),
    "4.q1": lambda: bp.jvp(lambda a, b: a * b, (2.0, 4.0), (3.0, -1.0))[1],
    "4.q2": lambda: min(RNG.normal(size=(3, 20)).shape),
    "4.q3": lambda: 7 - 2 * 5,
    "4.q4": lambda: bp.grad(lambda x: x * bp.grad(lambda u: x * u)(2.0))(3.0),
    "4.q5": lambda: bp.hvp(lambda w: w[0] * w[1] ** 2, np.array([1.0, 3.0]), np.array([2.0, 1.0])),
    "5.q1": he_forward,
    "5.q2": twice_the_variance,
    "5.q3": angles_change,
    "5.q4": lambda: np.sqrt((5 * 50 / 400) / (5 * 50 / 100)),
    "5.q5": mean_square_of_absolute_value,
    "6.q1": final_step,
    "6.q2": rate_in_the_tenth_epoch,
    "6.q3": largest_rate,
    "6.q4": suspect,
    "6.q5": gradient_of_softmax,
    "7.q1": lambda: 20 * np.zeros((100, 500), dtype=np.float32).nbytes / 1e6,
    "7.q2": run_twice,
    "7.q3": lambda: (4 + 2) / (1 + 2),
    "7.q4": reversible,
    "7.q5": what_helps,
    "8.q1": sent_in_the_ring,
    "8.q2": lambda: np.mean([2.0] * 30 + [6.0] * 10),
    "8.q3": bubble,
    "8.q4": alive_on_stage_1,
    "8.q5": lambda: sum([1.0 + 2.0] * 5),
    "9.q1": what_stays,
    "9.q2": lambda: bp.shift.effective_size(np.array([3.0, 1.0, 1.0, 1.0])),
    "9.q3": lambda: 0.6 / 0.4 * 100 / 300,
    "9.q4": lambda: np.linalg.solve([[0.8, 0.3], [0.2, 0.7]], [0.5, 0.5])[0],
    "9.q5": adjusted,
}


def test_every_chapter_has_five_questions_and_each_answer_a_computation():
    assert all(len(them) == 5 for them in quizzes().values())
    assert COMPUTED.keys() == questions().keys()
    assert {name.partition(".")[0] for name in questions()} == set("123456789")
    assert not questions().keys() & all_problems().keys()


@pytest.mark.parametrize("name", COMPUTED)
def test_the_computed_answer_passes_and_each_misconception_is_named(name):
    problem = questions()[name]
    result = check(name, COMPUTED[name]())
    assert result, result
    assert len(problem.slips) >= 3
    for slip in problem.slips:
        answer = slip.answer()["answer"]
        message = check(name, answer).message
        assert slip.sentence in " ".join(message), (answer, message)


def statements():
    """What the exercises say under each question's heading."""
    found = {}
    for path in (ROOT / "exercises").glob("*.ipynb"):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            heading, _, text = "".join(cell["source"]).partition("\n")
            if named := re.fullmatch(r"### (\S+) · (.+)", heading):
                found[named[1]] = named[2], text
    return found


def test_the_notebooks_ask_what_the_records_answer():
    assert {name: title for name, (title, _) in statements().items()} == {
        name: problem.title for name, problem in questions().items()
    }


def test_no_option_stands_out():
    """The right option is neither always the longest nor the shortest, nor always at the same letter."""
    letters, places = [], []
    for name, (_, text) in statements().items():
        options = dict(re.findall(r"^- ([a-d])\) (.+)$", text, flags=re.MULTILINE))
        right = questions()[name].truth()["answer"]
        if not options:
            assert not isinstance(right, str)
            continue
        wrong = {slip.answer()["answer"] for slip in questions()[name].slips}
        assert options.keys() == wrong | {right}, name
        letters.append(right)
        places.append(sorted(options, key=lambda letter: len(options[letter])).index(right))
    assert max(letters.count(letter) for letter in letters) <= len(letters) / 2
    assert max(places.count(place) for place in places) <= len(places) / 2


def test_a_zero_that_no_misconception_explains_is_not_called_always_zero():
    for question in questions().values():
        right = question.truth()["answer"]
        if not isinstance(right, str):
            assert "always" not in str(check(question.id, np.zeros(np.shape(right)).tolist()))
