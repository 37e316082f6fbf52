"""The judge: it survives whatever a reader passes to it, and answers in one clear sentence."""

import _thread
import pydoc
import re
import signal
import subprocess
import sys
import threading
import time
import warnings
from pathlib import Path

import numpy as np
import pytest

from bpkit import check, toy
from bpkit.problems import judge, time_limit
from bpkit.problems.catalogue import all_problems
from bpkit.problems.form import Wrong
from bpkit.problems.problem import Problem, Slip
from bpkit.problems.result import Hint, Result
from bpkit.problems.time_limit import THREAD, call_with_time_limit

ROOT = Path(__file__).parents[1]
# A TimeUp that arrives while another library's callback runs, as JAX's when garbage is collected, is sent again.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


def right(f, h, y, omega):
    """A right answer to problem 1.d."""
    d3 = 2 * (f[3] - y)
    d2 = -np.sin(f[2]) * omega[3] * d3
    d1 = np.exp(f[1]) * omega[2] * d2
    d0 = np.cos(f[0]) * omega[1] * d1
    back = np.array([d0, d1, d2, d3])
    return back, h * back


def wait_until_no_thread_is_left():
    """Fail unless all threads of checks end within five seconds."""
    deadline = time.monotonic() + 5
    while any(thread.name == THREAD for thread in threading.enumerate()):
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.fixture
def short(monkeypatch):
    """A time limit short enough for a test; no thread of ours may survive it."""
    monkeypatch.setattr(judge, "SECONDS", 0.3)
    monkeypatch.setattr(time_limit, "COMPILERS", ())  # which other tests may have loaded
    yield
    wait_until_no_thread_is_left()


def stub(f, h, y, omega): ...


def stub_with_docstring(f, h, y, omega):
    """To do."""
    ...  # noqa: PIE790


def stub_of_nbgrader(f, h, y, omega):
    raise NotImplementedError()


def stub_with_pass(f, h, y, omega):
    pass


@pytest.mark.parametrize("answer", [None, ..., stub, stub_with_docstring, stub_of_nbgrader, stub_with_pass])
def test_a_starter_cell_is_not_attempted_yet(answer):
    result = check("1.d", answer)
    assert result.outcome == "not attempted yet" and not result and result.message == ()


# What a reader may write; each would be right but for what it does besides.


def forgets_return(f, h, y, omega):
    right(f, h, y, omega)


def raises(f, h, y, omega):
    return right(f[5], h, y, omega)


def other_arguments(f, h):
    return f, h


def changes_its_argument(f, h, y, omega):
    answer = right(f, h, y, omega)
    omega *= 2
    return answer


def words(f, h, y, omega):
    return "beta", "omega"


def not_a_number(f, h, y, omega):
    return right(f, h, y, omega)[0] / 0.0, right(f, h, y, omega)[1]


def complex_numbers(f, h, y, omega):
    return right(f, h, y, omega)[0] + 1j, right(f, h, y, omega)[1]


def ragged(f, h, y, omega):
    return [[1.0], [1.0, 2.0]], right(f, h, y, omega)[1]


def half_empty(f, h, y, omega):
    return right(f, h, y, omega)[0], None


def two_of_four(f, h, y, omega):
    return tuple(part[1:3] for part in right(f, h, y, omega))


def leaves(f, h, y, omega):
    sys.exit()


def recurses(f, h, y, omega):
    return recurses(f, h, y, omega)


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (forgets_return, "Your function returns None: did you forget the `return`?"),
        (raises, "Your function raised IndexError in the line `return right(f[5], h, y, omega)`: index 5 is out of"),
        (other_arguments, "Your function cannot be called as this problem calls it, with (f, h, y, omega):"),
        (changes_its_argument, "Your function changes its argument `omega` in place"),
        (words, "`dl_dbeta` is of type str"),
        (not_a_number, "`dl_dbeta` holds "),
        (complex_numbers, "`dl_dbeta` is of type ndarray (complex128), expected real numbers."),
        (ragged, "`dl_dbeta` is a list whose rows differ in length."),
        (half_empty, "`dl_domega` is still empty."),
        (two_of_four, "`dl_dbeta` has shape (2,), expected shape (4,)."),
        (leaves, "Your function raised SystemExit in the line `sys.exit()`"),
        (recurses, "Your function raised RecursionError in the line `return recurses(f, h, y, omega)`"),
        (lambda **_: np.array(3.0), "Your answer is a ndarray, expected 2 parts: `dl_dbeta` and `dl_domega`."),
        (3.0, "This problem asks for a function, and you passed a float: pass the function's name without calling it."),
        ((1, 2), "This problem asks for a function, and you passed a tuple"),
    ],
)
def test_what_readers_write_gets_one_clear_sentence(answer, sentence):
    result = check("1.d", answer)
    assert result.outcome == "not passed" and len(result.message) == 1
    assert sentence in result.message[0] and "\n" not in result.message[0]


# ---- parts that are lists, and slips


def forward(x, beta, omega):
    """A right answer to problem 2.a."""
    f, h = [], [x]
    for k in range(len(omega)):
        f.append(beta[k] + omega[k] @ h[k])
        h.append(np.maximum(f[k], 0))
    return f, h[:-1]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda f: f[-1], "`f` has 5 entries, expected 4."),
        (lambda f: 3.0, "`f` is a float, expected a list of 4 arrays."),
        (lambda f: np.array(3.0), "`f` is a ndarray, expected a list of 4 arrays."),
        (lambda f: {"f_0": f[0]}, "`f` is a dict, expected a list of 4 arrays."),
        (lambda f: [f[0], f[1].T[:3], *f[2:]], "`f[1]` has shape (3, 5), expected shape (5, 5)."),
        (lambda f: [f[0], None, *f[2:]], "`f[1]` is still empty."),
        (
            lambda f: [f[0], f[1] / 0, *f[2:]],
            "not a finite number: is something divided by 0, a log of 0, or an exp too large?",
        ),
        (lambda f: [-one for one in f], "`f`: has the wrong sign."),
        (lambda f: [2 * one for one in f], "`f`: there is a factor of 2 too many."),
        (lambda f: [*f[:-1], f[-1] + 1], "`f`: wrong in the last entry only; the others are right."),
        (lambda f: [f[0] + 1, *f[1:]], "`f`: wrong in the first entry only; the others are right."),
        (lambda f: [np.sqrt(np.abs(one + 3)) for one in f], "`f`: not right."),
    ],
)
def test_a_part_that_is_a_list_of_arrays_is_checked_array_by_array(change, sentence):
    with np.errstate(all="ignore"):
        result = check("2.a", lambda **arguments: (change(forward(**arguments)[0]), forward(**arguments)[1]))
    assert result.outcome == "not passed" and sentence in result.message[0], result


def test_arrays_of_a_list_may_be_lists_and_tuples_too():
    assert check("2.a", lambda **arguments: [tuple(one.tolist() for one in part) for part in forward(**arguments)])


def test_a_slip_is_named_before_the_exception_it_leads_to():
    def not_transposed(f, h, omega, dl_df):
        dl_dbeta, dl_domega = [], []
        for k in reversed(range(len(omega))):
            dl_dbeta.insert(0, dl_df.sum(axis=1))
            dl_domega.insert(0, dl_df @ h[k].T)
            if k > 0:
                dl_df = (f[k - 1] > 0) * (omega[k] @ dl_df)
        return dl_dbeta, dl_domega

    slip, exception = check("2.b", not_transposed).message
    assert slip == "`dl_dbeta` and `dl_domega`: Ω_k is not transposed on the way back (7.20)."
    assert exception.startswith("Your function raised ValueError in the line `dl_df = (f[k - 1] > 0) * (omega[k] @ dl")


def test_what_is_right_before_an_exception_is_blamed_on_nothing_else():
    (sentence,) = check("2.a", lambda **arguments: tuple(np.array(part) for part in forward(**arguments))).message
    assert sentence.startswith("Your function raised ValueError in the line")


def squares(**wrong):
    """A problem with two parts, where every slip of `wrong` gives one of them."""
    return Problem(
        id="9.z", title="Squares", points=1, minutes=1, hints=(),
        instances=lambda rng: [{"n": 3}, {"n": 4}],
        truth=lambda n: {"square": np.arange(n) ** 2.0, "list": [np.ones((n, 1)), np.ones((1, n))]},
        slips=tuple(Slip(lambda n, name=name, value=value: {name: value(n)}, "slip.") for name, value in wrong.items()),
    )  # fmt: skip


def judged(problem, answer):
    """What the judge says of an answer; empty for a right one."""
    try:
        judge.compare(problem, answer, np.random.default_rng(0))
    except Wrong as wrong:
        return wrong.sentences
    return ()


def test_a_slip_explains_answers_of_another_shape_and_never_a_right_one():
    right = squares().truth
    everything = squares(square=lambda n: right(n)["square"], list=lambda n: right(n)["list"])
    assert judged(everything, right) == ()
    shape = "`list[0]` has shape (), expected shape (3, 1)."
    assert judged(everything, lambda n: {**right(n), "list": [0, 0]}) == (shape,)

    summed = squares(square=lambda n: np.sum(np.arange(n) ** 2.0), list=lambda n: [np.ones(n)])
    assert judged(summed, lambda n: {**right(n), "square": float(np.sum(np.arange(n) ** 2))}) == (
        "`square`: slip.", "The other part is right.")  # fmt: skip
    assert judged(summed, lambda n: {**right(n), "list": [[1] * n]}) == ("`list`: slip.", "The other part is right.")
    assert judged(summed, lambda n: {"square": n, "list": [[1] * n]}) == (
        "`list`: slip.", "`square` has shape (), expected shape (3,).")  # fmt: skip
    # On the first instance alone this is the slip; on the second it is not.
    assert judged(summed, lambda n: {**right(n), "square": 5.0}) == ("`square` has shape (), expected shape (3,).",)


def test_a_slip_that_does_not_fit_later_shapes_explains_only_answers_that_do_not_either():
    fits_three = squares(square=lambda n: np.ones(3) + np.ones(n))
    right = squares().truth
    assert judged(fits_three, lambda n: {**right(n), "square": np.full(n, 2)})[0] == "`square`: not right."
    slip, exception = judged(fits_three, lambda n: {**right(n), "square": np.ones(3) + np.ones(n)})
    assert slip == "`square`: slip." and "raised ValueError" in exception


def test_a_value_is_asked_for_where_it_is():
    assert "asks for a value, and you passed a function" in check("1.b", lambda: ("beta_3", 1.0)).message[0]


def test_a_function_may_print_warn_and_seed_without_harm(capsys):
    def noisy(f, h, y, omega):
        print("debugging", f)
        warnings.warn("careful", stacklevel=1)
        np.random.seed(0)  # noqa: NPY002
        np.log(np.zeros(3))
        return right(f, h, y, omega)

    stdout = sys.stdout
    assert check("1.d", noisy)
    assert sys.stdout is stdout
    printed, complained = capsys.readouterr()
    assert printed.startswith("debugging") and complained == ""


def test_instances_are_fresh_and_repeatable_with_rng():
    seen = []

    def answer(f, h, y, omega):
        seen.append(y)
        return right(f, h, y, omega)

    for rng in (None, None, 7, 7):
        assert check("1.d", answer, rng=rng)
    first, second, third, fourth = np.array_split(seen, 4)
    assert not np.array_equal(first, second) and np.array_equal(third, fourth)


# ---- the time limit


def endless(f, h, y, omega):
    while True:
        pass


def endless_and_stubborn(f, h, y, omega):
    while True:
        try:
            while True:
                pass
        except Exception:
            pass


def prints_for_ever(f, h, y, omega):
    while True:
        print("still here")


@pytest.mark.parametrize("answer", [endless, endless_and_stubborn, prints_for_ever])
def test_an_endless_loop_is_stopped(short, answer):
    started = time.perf_counter()
    result = check("1.d", answer)
    assert "was stopped after 0 seconds: is there a loop in it that never ends?" in result.message[0]
    assert time.perf_counter() - started < 2


def test_a_loop_that_swallows_everything_once_is_stopped_too(short):
    def answer(f, h, y, omega):
        for _ in range(3):
            try:
                while True:
                    pass
            except:  # noqa: E722  what some readers write
                pass
        return right(f, h, y, omega)

    assert "never ends" in check("1.d", answer).message[0]


def test_what_cannot_be_stopped_is_said(monkeypatch):
    monkeypatch.setattr(judge, "SECONDS", 0.1)
    monkeypatch.setattr(time_limit, "COMPILERS", ())
    held = threading.Lock()
    held.acquire()
    result = check("1.d", lambda **_: held.acquire())  # which nothing wakes, however busy the computer is
    held.release()
    assert "could not be stopped: interrupt or restart the kernel" in result.message[0]


def test_an_interrupted_check_ends_and_leaves_no_thread():
    # As in a kernel; a shell that started the tests in the background has turned interrupts off.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    timer = threading.Timer(0.3, _thread.interrupt_main)
    timer.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            check("1.d", endless)
    finally:
        timer.join()
        signal.signal(signal.SIGINT, before)
    wait_until_no_thread_is_left()


def test_a_result_and_an_error_come_through_the_time_limit():
    assert call_with_time_limit(lambda: toy.forward(0, 0, [0] * 4, [0] * 4).loss, 5) == 0
    with pytest.raises(ZeroDivisionError):
        call_with_time_limit(lambda: 1 / 0, 5)


# ---- asking


@pytest.mark.parametrize(
    ("problem", "sentence"),
    [
        ("7.99", "there is no problem '7.99': those that begin like it are 7.1, 7.2, 7.3,"),
        ("2.z", "there is no problem '2.z': those that begin like it are 2.a, 2.b, 2.c,"),
        ("12.a", "there is no problem '12.a': the chapters with problems are 1 to 9; check() lists all."),
        ("3", "there is no problem '3': those of chapter 3 are 7.12, 3.a, 3.b,"),
        (3, "there is no problem 3: those of chapter 3 are 7.12, 3.a, 3.b,"),
        ("problem 2a", "there is no problem 'problem 2a': did you mean \"2.a\"?"),
        (7.3, 'problem is 7.3, expected its id in quotes: did you mean "7.3"?'),
        (7.10, 'problem is 7.1, expected its id in quotes: did you mean "7.1" or "7.10"?'),
        (None, 'problem is of type NoneType, expected an id in quotes, such as "7.1".'),
        (np.zeros(9), 'problem is of type ndarray, expected an id in quotes, such as "7.1".'),
        ("", 'there is no problem \'\': an id looks like "7.1" or "1.a".'),
        ("lost " * 99, "there is no problem 'lost lost lost lost lost lost lost lost '…: an id looks like"),
        ("1.A", "there is no problem '1.A': did you mean \"1.a\"?"),
    ],
)
def test_an_unknown_problem_gets_one_sentence(problem, sentence):
    for ask in (lambda: check(problem, 1), lambda: check.hint(problem)):
        with pytest.raises(ValueError) as raised:
            ask()
        assert sentence in str(raised.value) and "\n" not in str(raised.value)


def test_near_ids_come_in_order_and_no_others():
    with pytest.raises(ValueError) as raised:
        check("7.99", 1)
    numbers = [int(number) for number in re.findall(r"\b7\.(\d+)", str(raised.value))]
    assert numbers == [99, *range(1, 18)] and "7.a" not in str(raised.value)
    with pytest.raises(ValueError) as raised:
        check("7.z", 1)
    assert re.findall(r"\d+\.\w", str(raised.value))[1:] == sorted(
        name for name in all_problems() if re.fullmatch("7.[a-z]", name)
    )


def test_the_id_comes_first_and_is_asked_for():
    with pytest.raises(ValueError, match=r'^the id of the problem comes first: check\("1.d", right\)\.$'):
        check(right, "1.d")
    with pytest.raises(ValueError, match=r'^the id of the problem comes first: check\("1.b", answer\)\.$'):
        check("beta_3", "1.b")
    with pytest.raises(ValueError, match=r"^problem is missing: call check with an id and the answer"):
        check(answer=right)


def test_help_and_the_tab_key_speak_to_a_reader():
    shown = pydoc.plain(pydoc.render_doc(check))
    for call in ('check("7.4", answer)', "check.hint(", "check.progress()", "check.next()"):
        assert call in shown
    assert "self," not in shown and "Generator" not in shown
    assert [name for name in dir(check) if not name.startswith("_")] == ["hint", "next", "progress"]


def test_hints_come_one_at_a_time():
    first, last = check.hint("7.1"), check.hint("7.1", 3)
    assert (first.number, first.of) == (1, 3) and repr(first).endswith('(More: check.hint("7.1", 2))')
    assert "More" not in repr(last) and last.text not in repr(first)
    for number in (0, 4, 1.0, True, "1"):
        with pytest.raises(ValueError, match=r"but problem 7\.1 has hints 1 to 3"):
            check.hint("7.1", number)


def test_results_read_well_as_text_and_as_html():
    result = Result("9.z", "not passed", ("`x < y` & z", "second"), ("`x` is",))
    assert repr(result) == "✗ Problem 9.z: not passed\n  `x < y` & z\n  second\n  Remark: `x` is" and not result
    assert "<code>x &lt; y</code> &amp; z" in result._repr_html_() and "<code>x</code> is" in result._repr_html_()
    assert "<code>a &lt; b</code>" in Hint("9.z", 1, 2, "`a < b`")._repr_html_()
    assert Result("9.z", "passed")


def test_problems_are_loaded_on_first_use():
    script = "import sys, bpkit; print(any('chapter_' in name for name in sys.modules))"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)
    assert run.stdout.strip() == "False"


TRACED = """
import sys, threading
def tracer(frame, event, argument):
    return tracer
threading.settrace(tracer)
sys.settrace(tracer)
from bpkit import check
def forward(x, y, beta, omega):
    return None, None, None
for _ in range(3):
    check("1.a", forward)
"""


def test_a_check_works_under_a_debugger():
    """A debugger or coverage traces every call; a check must not get stuck in one."""
    subprocess.run([sys.executable, "-c", TRACED], check=True, cwd=ROOT, timeout=60)
