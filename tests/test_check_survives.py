"""A check survives whatever an answer does, says it in one sentence, and puts back what the answer changed."""

import functools
import gc
import io
import itertools
import locale
import os
import random
import signal
import subprocess
import sys
import threading
import time
import warnings
from collections import UserDict, UserList
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import MagicMock

import numpy as np
import pytest

from bpkit import check
from bpkit.problems import judge, printed, time_limit
from bpkit.problems.time_limit import THREAD

ROOT = Path(__file__).parents[1]
# A TimeUp that arrives while another library's callback runs, as JAX's when garbage is collected, is sent again.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture(autouse=True)
def short(monkeypatch):
    """A time limit short enough for a test; no thread of ours may survive it."""
    monkeypatch.setattr(judge, "SECONDS", 0.3)
    monkeypatch.setattr(time_limit, "COMPILERS", ())  # which other tests may have loaded
    yield
    deadline = time.monotonic() + 5
    while any(thread.name == THREAD for thread in threading.enumerate()):
        assert time.monotonic() < deadline
        time.sleep(0.01)


# ---- values that are no numbers, or pretend to be


class Unfriendly(Exception):
    """An exception of a reader's own, so that it cannot be taken for one of ours."""


def raising(*names):
    """An object whose methods of these names raise."""

    def method(self, *arguments):
        raise Unfriendly("no")

    return type("Raising", (), dict.fromkeys(names, method))()


def endless(*names):
    """An object whose methods of these names never end."""

    def method(self, *arguments):
        while True:
            pass

    return type("Endless", (), dict.fromkeys(names, method))()


def recursive(*names):
    """An object whose methods of these names call themselves."""
    made = type("Recursive", (), {})
    for name in names:
        setattr(made, name, lambda self, *arguments, name=name: getattr(made, name)(self, *arguments))
    return made()


def with_class_that(behaves):
    return type("Liar", (), {"__class__": property(behaves)})()


def raises_half_way():
    yield 1.0
    raise Unfriendly("half way")


def containing_itself():
    made = []
    made.append(made)
    return made


def branching_into_itself():
    made = []
    made += [made, made, made]
    return made


def dictionary_in_itself():
    made = {}
    made["dl_df"] = made
    return made


def array_in_itself():
    made = np.empty(2, dtype=object)
    made[:] = [made, made]
    return made


def deep():
    made = [1.0]
    for _ in range(10_000):
        made = [made]
    return made


class KeyThatRaises:
    def __str__(self):
        raise Unfriendly("no")

    def __hash__(self):
        return 1


class WordThatRaises(str):
    def __eq__(self, other):
        raise Unfriendly("no")

    __hash__ = str.__hash__
    strip = lower = __str__ = __len__ = __getitem__ = __eq__


class NumberThatRaises(float):
    def __float__(self):
        raise Unfriendly("no")

    __mul__ = __sub__ = __abs__ = __array__ = __float__


class ListThatNeverEnds(list):
    def __iter__(self):
        return itertools.count()


HORRORS = {
    "endless generator": itertools.count,
    "endless generator of nothing": lambda: iter(lambda: None, 0),
    "endless generator without a value": lambda: (number for number in itertools.count() if number < 0),
    "generator that raises": raises_half_way,
    "generator of generators": lambda: (itertools.count() for _ in itertools.count()),
    "list that never ends": lambda: ListThatNeverEnds([1.0]),
    "list in itself": containing_itself,
    "list in itself, branching": branching_into_itself,
    "dictionary in itself": dictionary_in_itself,
    "array in itself": array_in_itself,
    "ten thousand lists in one another": deep,
    "dictionary with a million keys": lambda: dict.fromkeys(range(1, 1_000_000)),
    "dictionary with a thousand keys": lambda: dict.fromkeys(map(str, range(1000))),
    "dictionary with a long key": lambda: {"long" * 1_000_000: 1.0},
    "dictionary with a key that raises": lambda: {KeyThatRaises(): 1.0},
    "mapping that raises": lambda: type("Raising", (UserDict,), {"items": KeyThatRaises.__str__})(a=1),
    "array with a thousand million entries": lambda: np.broadcast_to(1.0, 10**9),
    "range with a thousand million entries": lambda: range(10**9),
    "number with a thousand digits": lambda: 10**1000,
    "word of a million letters": lambda: "word" * 1_000_000,
    "word that raises": lambda: WordThatRaises("word"),
    "number that raises": lambda: NumberThatRaises(1.0),
    "bytes": lambda: b"word",
    "set": lambda: {1.0, 2.0},
    "dates": lambda: np.array(["2020-01-01"], dtype="datetime64[D]"),
    "records": lambda: np.zeros(3, dtype=[("a", float)]),
    "not a time": lambda: np.datetime64("NaT", "s"),
    "module": lambda: sys,
    "type": lambda: [float],
    "function": lambda: [len],
    "mock": MagicMock,
    "list of mocks": lambda: [MagicMock(), MagicMock()],
    "namespace": lambda: SimpleNamespace(a=1),
    "own list": lambda: UserList([None]),
    "text stream": lambda: io.StringIO("1\n2\n"),
    "lock": threading.Lock,
    "complex": lambda: 1j,
    "nan": lambda: float("nan"),
    "class that raises": lambda: with_class_that(raises_half_way().throw),
    "class that lies": lambda: with_class_that(lambda self: np.ndarray),
    "everything raises": lambda: raising("__getattr__", "__getattribute__", "__eq__", "__repr__", "__len__"),
    **{f"{name} that raises": lambda name=name: raising(name) for name in (
        "__array__", "__float__", "__index__", "__iter__", "__deepcopy__", "__eq__", "__repr__", "__bool__", "detach")},
    **{f"{name} that never ends": lambda name=name: endless(name) for name in (
        "__array__", "__float__", "__index__", "__iter__", "detach")},
    **{f"{name} that calls itself": lambda name=name: recursive(name) for name in (
        "__array__", "__float__", "__iter__")},
}  # fmt: skip


def assert_refused_in_short(result):
    assert result.outcome == "not passed"
    assert all("\n" not in sentence and 10 < len(sentence) < 1_000 for sentence in result.message), result
    assert len(result.message) <= 4 and len(repr(result)) < 2_000


PLACES = ("all", "a part", "an entry", "a value", "a list", "a schedule", "an action", "folds")


def three_places_for_each():
    """Every horror in three places, so that every place meets many; `all` has each."""
    for number, name in enumerate(HORRORS):
        yield from ((name, place) for place in dict.fromkeys(["all", PLACES[number % 8], PLACES[(number + 3) % 8]]))


@pytest.mark.parametrize(("name", "place"), list(three_places_for_each()))
def test_no_value_breaks_a_check(name, place):
    make = HORRORS[name]
    asked = {
        "all": ("7.4", lambda f, y: make()),
        "a part": ("1.d", lambda f, h, y, omega: (np.zeros(4), make())),
        "an entry": ("1.d", lambda f, h, y, omega: ([0.0, make(), 0.0, 0.0], np.zeros(4))),
        "a value": ("1.b", make()),
        "a list": ("2.a", lambda x, beta, omega: {"f": make(), "h": [make()]}),
        "a schedule": ("7.b", lambda n, k: make()),
        "an action": ("7.d", [make(), make()]),
        "folds": ("6.f", lambda labels, k: [make()] * k),
    }[place]
    if place == "a value" and callable(asked[1]):
        pytest.skip("a function is not looked into where a value is asked")
    assert_refused_in_short(check(*asked))


# ---- what an answer does


def right(f, y):
    """The right answer to problem 7.4."""
    return 2 * (f - y)


def text_that_raises():
    raise type("Mine", (Exception,), {"__str__": KeyThatRaises.__str__})


def text_that_never_ends():
    raise type("Mine", (Exception,), {"__str__": endless("__str__").__str__})


def text_that_is_no_text():
    raise type("Mine", (Exception,), {"__str__": lambda self: 3})


def text_of_a_megabyte():
    raise Unfriendly("words\n" * 200_000)


def text_with_a_will_of_its_own():
    raise type("Mine", (Exception,), {"__str__": lambda self: WordThatRaises("word")})


def name_of_a_megabyte():
    raise type("Long" * 250_000, (Exception,), {})


def own_base_exception():
    raise type("Mine", (BaseException,), {})("bye")


def leaves():
    sys.exit("bye")


def closes():
    raise GeneratorExit


def stops():
    raise StopIteration


def stops_itself():
    raise time_limit.TimeUp


def runs_out_of_memory():
    return np.ones(10**15)


def adds_for_ever():
    class Deep:
        def __add__(self, other):
            return self + other

    return Deep() + 1


def cause_of_itself():
    error = Unfriendly("mine")
    error.__cause__ = error.__context__ = error
    raise error


def exceptions_in_a_group():
    raise ExceptionGroup("mine", [Unfriendly("one")] * 1000)


def asks_for_input():
    return float(input())


@pytest.mark.parametrize("act", [
    text_that_raises, text_that_never_ends, text_that_is_no_text, text_of_a_megabyte, text_with_a_will_of_its_own,
    name_of_a_megabyte, own_base_exception, leaves, closes, stops, stops_itself, runs_out_of_memory, adds_for_ever,
    cause_of_itself, exceptions_in_a_group, asks_for_input,
])  # fmt: skip
def test_nothing_that_is_raised_breaks_a_check(act):
    def late(f, y, calls=[]):  # noqa: B006
        calls.append(f)
        return right(f, y) if len(calls) == 1 else act()

    for answer in (lambda f, y: act(), late):
        assert_refused_in_short(check("7.4", answer))


def test_the_exceptions_line_and_text_are_shown():
    def sentence(act):
        return check("7.4", lambda f, y: act()).message[0]

    head = "Your function raised Mine in the line `raise type("
    assert sentence(text_that_raises).startswith(head)
    assert sentence(text_that_raises).endswith(": (its text cannot be shown, because that raises Unfriendly)")
    assert sentence(text_that_never_ends).startswith(head)
    assert sentence(text_of_a_megabyte).endswith("words words …")
    assert "Unfriendly in the line `raise Unfriendly(" in sentence(text_of_a_megabyte)
    assert sentence(own_base_exception).endswith(": bye")
    assert sentence(adds_for_ever).startswith("Your function raised RecursionError in the line `return self + other`")


class Raises:
    def method(self, f, y):
        raise Unfriendly("no")

    def __call__(self, f, y):
        return self.method(f, y)


def decorated(function):
    def inner(*arguments, **keywords):
        return function(*arguments, **keywords)

    return inner


def raises(f, y, more=0):
    raise Unfriendly("no")


@pytest.mark.parametrize("answer", [
    Raises(), Raises().method, functools.partial(raises, more=1), decorated(raises), functools.cache(raises),
    functools.wraps(raises)(decorated(raises)), np.vectorize(raises),
    lambda f, y: sorted([f, y], key=lambda k: raises(f, y)), lambda f, y: (raises(f, y) for _ in range(2)),
    lambda f, y: map(raises, [f], [y]),
])  # fmt: skip
def test_the_line_is_named_however_the_function_came_about(answer):
    (sentence,) = check("7.4", answer).message
    assert sentence == 'Your function raised Unfriendly in the line `raise Unfriendly("no")`: no'


# ---- functions that cannot be called as asked


class NoSignature:
    __signature__ = "none"

    def __call__(self, f, y):
        return right(f, y)


class SignatureThatRaises:
    @property
    def __signature__(self):
        raise Unfriendly("no")

    def __call__(self, f, y):
        return right(f, y)


def test_a_function_whose_signature_cannot_be_read_is_called_all_the_same():
    assert check("7.4", NoSignature()) and check("7.4", SignatureThatRaises())


@pytest.mark.parametrize("change", [
    lambda omega: omega.__setitem__(0, MagicMock()), lambda omega: omega.__setitem__(0, raising("__eq__", "__array__")),
    lambda omega: omega.append(omega), lambda omega: omega.clear(), lambda omega: omega.__setitem__(0, None),
    lambda omega: omega[0].resize(1, refcheck=False), lambda omega: omega.__setitem__(0, endless("__eq__", "__len__")),
])  # fmt: skip
def test_no_change_of_an_argument_breaks_a_check(change):
    def answer(x, beta, omega):
        f, h = [], [x]
        for k in range(len(omega)):
            f.append(beta[k] + omega[k] @ h[k])
            h.append(np.maximum(f[k], 0))
        change(omega)
        return f, h[:-1]

    (sentence,) = check("2.a", answer).message
    assert sentence.startswith("Your function changes its argument `omega` in place")


# ---- what an answer leaves behind


def surroundings():
    """Everything that a check must leave as it was."""
    return {
        "random": random.getstate(), "numpy": str(np.random.get_state()),  # noqa: NPY002
        "recursion": sys.getrecursionlimit(),
        "filters": list(warnings.filters), "errors": np.geterr(), "call": np.geterrcall(),
        "print": np.get_printoptions(),
        "streams": (sys.stdin, sys.stdout, sys.stderr), "switch": sys.getswitchinterval(), "gc": gc.isenabled(),
        "signals": [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)], "folder": os.getcwd(),
        "environment": dict(os.environ), "path": list(sys.path), "locale": locale.setlocale(locale.LC_ALL),
    }  # fmt: skip


def signals_ignored():
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, signal.SIG_IGN)


CHANGES = {
    "random": lambda: random.seed(0),
    "numpy": lambda: np.random.seed(0),  # noqa: NPY002
    "numpy, drawn": lambda: np.random.rand(3),  # noqa: NPY002
    "recursion": lambda: sys.setrecursionlimit(5000),
    "filters": lambda: warnings.simplefilter("error"),
    "filters, none": lambda: warnings.resetwarnings(),
    "errors": lambda: np.seterr(all="raise"),
    "call": lambda: np.seterrcall(print),
    "print": lambda: np.set_printoptions(precision=1),
    "stdout": lambda: setattr(sys, "stdout", io.StringIO()),
    "stderr": lambda: setattr(sys, "stderr", None),
    "stdin": lambda: setattr(sys, "stdin", None),
    "switch": lambda: sys.setswitchinterval(1.0),
    "gc": gc.disable,
    "signals": signals_ignored,
    "folder": lambda: os.chdir("/"),
    "environment": lambda: os.environ.update(ANSWER="42"),
    "environment, cleared": os.environ.clear,
    "path": lambda: sys.path.clear(),
    "locale": lambda: locale.setlocale(locale.LC_NUMERIC, "C"),
}


def no_threads(monkeypatch):
    """As for Python in a browser."""

    def start(self):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", start)


def everything_restored(change, ending):
    def answer(f, y):
        change()
        return ending(f, y)

    before = surroundings()
    try:
        check("7.4", answer)
        after = surroundings()
    finally:  # or the other tests suffer
        sys.stdin, sys.stdout, sys.stderr = before["streams"]
        gc.enable()
    return [name for name in before if before[name] != after[name]]


def raise_an_exception(f, y):
    raise Unfriendly("no")


def loop(f, y):
    while True:
        pass


@pytest.mark.parametrize("threads", [True, False])
@pytest.mark.parametrize("change", CHANGES)
def test_what_an_answer_changes_is_put_back(change, threads, monkeypatch):
    if not threads:
        no_threads(monkeypatch)
    for ending in (
        right,
        raise_an_exception,
        *([loop] if change in ("random", "recursion", "stdout") else []),
    ):
        assert everything_restored(CHANGES[change], ending) == []


def test_what_an_answer_prints_is_shown_up_to_a_length(capsys):
    def answer(f, y):
        print("value", "x" * 10_000)
        sys.stderr.write("careful\n" * 10_000)
        return right(f, y)

    assert check("7.4", answer)
    shown, complained = capsys.readouterr()
    assert shown.startswith("value xxx") and len(shown) < printed.LONGEST + 100
    assert complained.startswith("careful") and len(complained) < printed.LONGEST + 100
    assert "characters more.)" in shown and "characters more.)" in complained
    check("7.4", lambda f, y: print("short"))
    assert capsys.readouterr() == ("short\n", "")


# ---- the time limit


def loop_that_catches_exceptions(f, y):
    while True:
        try:
            f = np.sin(f)
        except Exception:
            f = y


@pytest.mark.parametrize("answer", [loop, loop_that_catches_exceptions])
def test_without_threads_an_endless_loop_is_stopped_and_named(answer, monkeypatch):
    no_threads(monkeypatch)
    message = check("7.4", answer).message[0]
    assert "was stopped after 1 seconds: is there a loop in it that never ends? It was in the line `" in message
    assert sys.gettrace() is None


def test_without_threads_checks_judge_as_ever(monkeypatch):
    no_threads(monkeypatch)
    assert check("7.4", right).remarks == ()
    assert check("7.4", lambda f, y: y).outcome == "not passed"
    assert "raised Unfriendly" in check("7.4", raise_an_exception).message[0]


WITHOUT_CTYPES = """
import sys
sys.modules["ctypes"] = None
from bpkit import check
from bpkit.problems import judge
print(check("7.4", lambda f, y: 2 * (f - y)))


def loop(f, y):
    while True:
        pass


judge.SECONDS = 0.3
print(check("7.4", loop))
"""


def test_without_ctypes_checks_run_within_the_limit():
    run = subprocess.run([sys.executable, "-c", WITHOUT_CTYPES], capture_output=True, text=True, check=True, cwd=ROOT)
    assert "passed" in run.stdout and "stopped after 1 seconds" in run.stdout


def test_a_busy_computer_fails_no_right_answer(monkeypatch):
    """The time that passes without work for the answer counts for a quarter."""
    monkeypatch.setattr(time_limit.time, "process_time", lambda: 0.0)

    def answer(f, y, calls=[]):  # noqa: B006
        calls.append(f)
        if len(calls) == 1:
            time.sleep(0.6)
        return right(f, y)

    assert check("7.4", answer)


def test_a_first_call_may_be_compiled(monkeypatch):
    monkeypatch.setattr(time_limit, "COMPILERS", ("numpy",))

    def busy_once(f, y, calls=[]):  # noqa: B006
        calls.append(f)
        until = time.process_time() + 0.6
        while len(calls) == 1 and time.process_time() < until:
            pass
        return right(f, y)

    assert check("7.4", busy_once)


def fibonacci(n):
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)


def test_a_slow_recursion_is_not_called_an_endless_loop():
    (sentence,) = check("7.4", lambda f, y: fibonacci(60)).message
    assert "it calls itself, and was not done" in sentence and "never ends" not in sentence


def test_an_endless_loop_is_named_by_its_line():
    (sentence,) = check("7.4", loop).message
    assert "is there a loop in it that never ends? It was in " in sentence and (
        "`while True:`" in sentence or "`pass`" in sentence
    )


def test_what_cannot_be_stopped_is_named(monkeypatch):
    monkeypatch.setattr(judge, "SECONDS", 0.1)
    (sentence,) = check("7.4", lambda f, y: time.sleep(3)).message
    assert "could not be stopped: interrupt or restart the kernel" in sentence
    assert "It is in the line `(sentence,) = check(" in sentence
    assert any(thread.name == THREAD for thread in threading.enumerate())


def test_the_readers_own_interrupt_ends_the_check():
    def answer(f, y):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check("7.4", answer)


DEEP = """
import sys
from bpkit import check
class Deep:
    def __add__(self, other):
        return self + other
def answer(f, y):
    sys.setrecursionlimit(20_000)
    return Deep() + 1
print(check("7.4", answer))
"""


def test_a_raised_recursion_limit_does_not_end_the_kernel():
    run = subprocess.run([sys.executable, "-c", DEEP], capture_output=True, text=True, check=True, cwd=ROOT)
    assert "Your function raised RecursionError" in run.stdout
