"""The judge: compares a reader's answer with the right one on fresh random instances and says what is wrong with it."""

import copy
import difflib
import functools
import importlib
import linecache
import pkgutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from bpkit.problems.problem import Arguments, Entries, Problem, Slip, Unfit
from bpkit.problems.result import Hint, Result
from bpkit.problems.time_limit import StillRunning, TimeUp, call_with_time_limit

SECONDS = 5.0


class Wrong(Exception):
    """The answer cannot be right; carries the sentences that say why."""

    def __init__(self, *sentences: str) -> None:
        super().__init__(*sentences)
        self.sentences = sentences


class NotAttempted(Exception):
    """The answer is still the starter cell's."""


class Check:
    """Call it with a problem's id and an answer; `hint` gives one hint at a time.

    A class only so that `check` can be called and also carry `check.hint`.
    """

    def __call__(self, problem: str, answer: Any, *, rng: np.random.Generator | int | None = None) -> Result:
        """Compare an answer with the right one on fresh random instances.

        `answer` is a function, or a value where the problem asks for one; `None`, `...` and a function that returns
        `None` count as not attempted. The answer runs under a time limit, on copies of the inputs. The result is truthy
        when the answer is right. `rng` makes the instances repeatable.

        Raises ValueError for an unknown problem.

        >>> check("1.e", None)
        ○ Problem 1.e: not attempted yet
        """
        asked = find(problem)
        try:
            judge(asked, answer, np.random.default_rng(rng))
        except NotAttempted:
            return Result(asked.id, "not attempted yet")
        except Wrong as wrong:
            return Result(asked.id, "not passed", wrong.sentences)
        return Result(asked.id, "passed")

    def hint(self, problem: str, number: int = 1) -> Hint:
        """Give hint `number` of a problem; the first says least.

        Raises ValueError for an unknown problem or a number it has no hint for.

        >>> check.hint("1.e").of
        3
        """
        asked = find(problem)
        if isinstance(number, bool) or not isinstance(number, int) or not 1 <= number <= len(asked.hints):
            raise ValueError(f"number is {number!r}, but problem {asked.id} has hints 1 to {len(asked.hints)}.")
        return Hint(asked.id, number, len(asked.hints), asked.hints[number - 1])

    def __repr__(self) -> str:
        return 'check(problem, answer), check.hint(problem): for example check.hint("7.1")'


check = Check()


def find(problem: Any) -> Problem:
    """Return the problem with this id; the chapters' files are imported when the first one is looked up."""
    known = all_problems()
    if isinstance(problem, str) and problem in known:
        return known[problem]
    # Without quotes 7.10 is the number 7.1.
    meant = [f'"{name}"' for name in (str(problem), f"{problem}0") if not isinstance(problem, str) and name in known]
    if meant:
        raise ValueError(f"problem is {problem}, expected its id in quotes: did you mean {' or '.join(meant)}?")
    near = difflib.get_close_matches(str(problem).lower(), known, n=1, cutoff=0.0)
    raise ValueError(f'there is no problem {problem!r}: did you mean "{near[0]}"? The ids are {", ".join(known)}.')


@functools.cache
def all_problems() -> Mapping[str, Problem]:
    """Return every problem by its id, chapter by chapter."""
    names = sorted(m.name for m in pkgutil.iter_modules([str(Path(__file__).parent)]) if m.name.startswith("chapter_"))
    chapters = [importlib.import_module(f"bpkit.problems.{name}") for name in names]
    return MappingProxyType({problem.id: problem for chapter in chapters for problem in chapter.PROBLEMS})


def judge(problem: Problem, answer: Any, rng: np.random.Generator) -> None:
    """Return when the answer is right, else raise NotAttempted or Wrong."""
    if answer is None or answer is ...:
        raise NotAttempted
    if problem.instances is None:
        if callable(answer):
            raise Wrong("This problem asks for a value, and you passed a function: call it, or write the value itself.")
        instances: Sequence[Arguments] = [{}]
        given, failure = [measured(problem, answer, {})], ""
    else:
        if not callable(answer):
            raise Wrong(
                f"This problem asks for a function, and you passed a {type(answer).__name__}: "
                "pass the function's name without calling it."
            )
        instances = problem.instances(rng)
        given, failure = run_answer(answer, instances, problem)
        instances = instances[: len(given)]  # those before the one on which the function raised something
    right = [problem.truth(**instance) for instance in instances]
    parts = [by_name(one, list(expected)) for one, expected in zip(given, right, strict=True)]
    wrong = [name for name in right[0] if not agrees_everywhere(name, parts, right, problem.tolerance)]
    if wrong or failure:
        raise Wrong(*diagnosis(wrong, parts, right, instances, problem, failure))


def run_answer(answer: Callable[..., Any], instances: Sequence[Arguments], problem: Problem) -> tuple[list[Any], str]:
    """Call the reader's function on a copy of every instance, and measure the results, under one time limit.

    Return the results, and the sentence about the exception on a later instance that ended them; empty without one.
    """
    results: list[Any] = []

    def call_all() -> None:
        for instance in instances:
            arguments = copy.deepcopy(dict(instance))
            results.append(measured(problem, answer(**arguments), instance))
            changed = [name for name in instance if not same(instance[name], arguments[name])]
            if changed:
                raise Wrong(
                    f"Your function changes its argument `{changed[0]}` in place: work on a copy, or a second call "
                    "with the same input gives another answer."
                )
            if results[-1] is None or results[-1] is ...:
                break

    try:
        call_with_time_limit(call_all, SECONDS)
    except Wrong:
        raise
    except TimeUp:
        raise Wrong(
            f"Your function was stopped after {SECONDS:.0f} seconds: is there a loop in it that never ends?"
        ) from None
    except StillRunning:
        raise Wrong(
            f"Your function was still busy after {SECONDS:.0f} seconds and could not be stopped: interrupt or restart "
            "the kernel, and look for a step that takes very long."
        ) from None
    except NotImplementedError:
        raise NotAttempted from None
    except BaseException as error:
        if not isinstance(error, Exception | SystemExit):
            raise  # the reader interrupted the kernel
        failure = explain_exception(error, answer, instances[0])
        if not results:
            raise Wrong(failure) from None
        return results, failure
    if results[-1] is None or results[-1] is ...:
        if _is_untouched(answer):
            raise NotAttempted
        raise Wrong("Your function returns None: did you forget the `return`?")
    return results, ""


def measured(problem: Problem, result: Any, instance: Arguments) -> Any:
    """What is compared of a result: the result itself, or what the problem measures of it."""
    if problem.measure is None or result is None or result is ...:
        return kept(result)
    try:
        return problem.measure(result, **instance)
    except Unfit as unfit:
        raise Wrong(str(unfit)) from None


def kept(result: Any) -> Any:
    """A copy of what the reader's function returned, which its next call cannot change."""
    try:
        return copy.deepcopy(result)
    except Exception:  # a generator, an open file, …
        raise Wrong(f"Your function returns a {type(result).__name__}: return numbers or arrays.") from None


def _is_untouched(answer: Callable[..., Any]) -> bool:
    """Whether the function's body is `...` or `pass`: then its code loads nothing at all."""
    code = getattr(answer, "__code__", None)
    return code is not None and not code.co_names and code.co_nlocals == code.co_argcount + code.co_kwonlyargcount


def explain_exception(error: BaseException, answer: Callable[..., Any], instance: Arguments) -> str:
    """Say what the reader's function raised and in which of its lines."""
    line = ""
    trace = error.__traceback__
    while trace is not None:
        filename = trace.tb_frame.f_code.co_filename
        if filename == getattr(getattr(answer, "__code__", None), "co_filename", None):
            text = linecache.getline(filename, trace.tb_lineno).strip()
            line = f" in the line `{text}`" if text else f" in its line {trace.tb_lineno}"
        trace = trace.tb_next
    if isinstance(error, TypeError) and not line:
        names = ", ".join(instance)
        return f"Your function cannot be called as this problem calls it, with ({names}): {error}."
    return f"Your function raised {type(error).__name__}{line}: {error}"


def by_name(answer: Any, names: Sequence[str]) -> dict[str, Any]:
    """Take an answer (dictionary, named tuple, sequence in the stated order, or one value) apart into its parts."""
    if hasattr(answer, "_asdict"):
        answer = answer._asdict()
    if isinstance(answer, Mapping):
        missing, extra = [n for n in names if n not in answer], [str(n) for n in answer if n not in names]
        if missing:
            also = f"; it has {listed(extra)}, which was not asked for" if extra else ""
            raise Wrong(f"Your answer has no entry {listed(missing)}{also}.")
        return {name: answer[name] for name in names}
    if len(names) == 1:
        return {names[0]: answer}
    if is_sequence(answer):
        if len(answer) != len(names):
            raise Wrong(f"Your answer has {len(answer)} parts, expected {len(names)}, in this order: {listed(names)}.")
        return dict(zip(names, answer, strict=True))
    raise Wrong(f"Your answer is a {type(answer).__name__}, expected {len(names)} parts: {listed(names)}.")


def is_sequence(value: Any) -> bool:
    """Whether a value is a list, a tuple or an array, and has entries to count."""
    return isinstance(value, list | tuple) or (isinstance(value, np.ndarray) and value.ndim > 0)


def in_form(name: str, value: Any, expected: Any) -> Any:
    """Check the type and shape of one part of an answer, and bring it to a form that `agrees` can compare."""
    if isinstance(expected, str):
        if not isinstance(value, str):
            raise Wrong(f"`{name}` is a {type(value).__name__}, expected a word in quotes.")
        return word(value)
    if value is None or value is ...:
        raise Wrong(f"`{name}` is still empty.")
    if isinstance(expected, list):
        return laid_end_to_end(list_in_form(name, value, expected))
    return array_in_form(name, value, np.shape(expected))


def array_in_form(name: str, value: Any, shape: tuple[int, ...]) -> Any:
    """Check a part that is one array or one number."""
    try:
        array = np.asarray(value)
    except ValueError:
        raise Wrong(f"`{name}` is a list whose rows differ in length.") from None
    if array.dtype.kind not in "biuf":
        raise Wrong(f"`{name}` is of type {type(value).__name__} ({array.dtype}), expected real numbers.")
    if array.shape != shape and tuple(n for n in array.shape if n != 1) == tuple(n for n in shape if n != 1):
        array = array.reshape(shape)  # (4, 1) for (4,), or [3.0] for 3.0, is the same answer
    if array.shape != shape:
        what = "one number" if shape == () else f"shape {shape}"
        raise Wrong(f"`{name}` has shape {array.shape}, expected {what}.")
    array = array.astype(float)
    if not np.isfinite(array).all():
        raise Wrong(
            f"`{name}` holds {array[~np.isfinite(array)][0]}, not a finite number: "
            "is something divided by 0, or an exp too large?"
        )
    return array


def list_in_form(name: str, value: Any, expected: list[Any]) -> list[Any]:
    """Check a part that is a list of arrays, one for each layer, whose shapes may differ."""
    if not is_sequence(value):
        raise Wrong(f"`{name}` is a {type(value).__name__}, expected a list of {len(expected)} arrays.")
    if len(value) != len(expected):
        raise Wrong(f"`{name}` has {len(value)} entries, expected {len(expected)}.")
    return [in_form(f"{name}[{k}]", *pair) for k, pair in enumerate(zip(value, expected, strict=True))]


def laid_end_to_end(arrays: Sequence[Any]) -> Any:
    """The entries of all arrays as one vector, so that a list is compared as one array is."""
    return np.concatenate([np.ravel(array) for array in arrays])


def word(text: str) -> str:
    """A word as it is compared: without regard to case and spaces around it."""
    return text.strip().lower()


def numbers(expected: Any) -> Any:
    """A right part, or a slip's, as one array."""
    return np.asarray(laid_end_to_end(expected) if isinstance(expected, list) else expected, dtype=float)


def agrees(value: Any, expected: Any, tolerance: float) -> bool:
    """Whether one part of an answer, in form, is right up to the tolerance."""
    if isinstance(expected, str):
        return bool(value == word(expected))
    expected = numbers(expected)
    scale = np.abs(expected).max(initial=0.0)
    return bool((np.abs(value - expected) <= tolerance * (scale + 1e-3)).all())


def is_right(name: str, given: Entries, expected: Entries, tolerance: float) -> bool:
    """Whether a part is known, has the form of the expected one, and agrees with it."""
    try:
        return name in expected and agrees(in_form(name, given[name], expected[name]), expected[name], tolerance)
    except Wrong:
        return False


def agrees_everywhere(name: str, given: Sequence[Entries], expected: Sequence[Entries], tolerance: float) -> bool:
    """Whether a part is right on every instance."""
    return all(is_right(name, g, e, tolerance) for g, e in zip(given, expected, strict=True))


def diagnosis(
    wrong: Sequence[str],
    given: Sequence[Entries],
    right: Sequence[Entries],
    instances: Sequence[Arguments],
    problem: Problem,
    failure: str,
) -> list[str]:
    """Name the slip behind each wrong part where it is known; then the first error of form, or what else is wrong."""
    known = named_by_slips(wrong, given, instances, problem)
    by_sentence: dict[str, list[str]] = {}
    for name in wrong:
        sentence = known.get(name) or general_slip(name, given, right, problem.tolerance)
        by_sentence.setdefault(sentence, []).append(name)
    unexplained = by_sentence.pop("", [])
    lines = [f"{listed(names)}: {sentence}" for sentence, names in by_sentence.items()]
    error = error_of_form(unexplained, given, right) or failure
    if error:
        return [*lines, error]
    if unexplained:
        lines.append(f"{listed(unexplained)}: not right.")
    fine = len(right[0]) - len(wrong)
    if fine:
        lines.append("The other part is right." if fine == 1 else f"The other {fine} parts are right.")
    return lines


def named_by_slips(
    wrong: Sequence[str], given: Sequence[Entries], instances: Sequence[Arguments], problem: Problem
) -> dict[str, str]:
    """The sentence of the first slip that gives what the reader gave, for each wrong part that has one."""
    sentences: dict[str, str] = {}
    for slip in problem.slips:
        left = [name for name in wrong if name not in sentences]
        sentences |= dict.fromkeys(explained(slip, left, given, instances, problem.tolerance), slip.sentence)
    return sentences


def explained(
    slip: Slip, names: list[str], given: Sequence[Entries], instances: Sequence[Arguments], tolerance: float
) -> list[str]:
    """Those of the parts that the slip gives on every instance, shapes included."""
    for one, instance in zip(given, instances, strict=True):
        if not names:
            return []
        try:
            answer = slip.answer(**instance)
        except ValueError:  # the slip does not fit these shapes, and the reader's function did
            return []
        names = [name for name in names if is_right(name, one, answer, tolerance)]
    return names


def error_of_form(names: Sequence[str], given: Sequence[Entries], right: Sequence[Entries]) -> str:
    """What is wrong with the type or shape of the first of these parts that has one; empty when there is none."""
    for name in names:
        for one, expected in zip(given, right, strict=True):
            try:
                in_form(name, one[name], expected[name])
            except Wrong as wrong:
                return str(wrong)
    return ""


def general_slip(name: str, given: Sequence[Entries], right: Sequence[Entries], tolerance: float) -> str:
    """Name a slip that any gradient can have; empty when there is none."""
    if isinstance(right[0][name], str):
        return ""

    def is_everywhere(change: Callable[[Any], Any]) -> bool:
        changed = [{name: changed_part(change, r[name])} for r in right]
        return agrees_everywhere(name, given, changed, tolerance)

    if is_everywhere(np.zeros_like):
        return "always zero."
    if is_everywhere(np.negative):
        return "has the wrong sign."
    if is_everywhere(lambda value: value / 2):
        return "a factor of 2 is missing."
    if is_everywhere(lambda value: 2 * value):
        return "there is a factor of 2 too many."
    return ""


def changed_part(change: Callable[[Any], Any], value: Any) -> Any:
    """A right part with the same change made to each of its arrays."""
    if isinstance(value, list):
        return [changed_part(change, one) for one in value]
    return change(np.asarray(value, dtype=float))


def same(before: Any, after: Any) -> bool:
    """Whether an argument is what it was, arrays inside lists and dictionaries included."""
    if isinstance(before, Mapping):
        return (
            isinstance(after, Mapping)
            and before.keys() == after.keys()
            and all(same(before[k], after[k]) for k in before)
        )
    if isinstance(before, list | tuple):
        return isinstance(after, list | tuple) and len(before) == len(after) and all(map(same, before, after))
    if isinstance(before, np.ndarray):
        return isinstance(after, np.ndarray) and before.shape == after.shape and bool(np.all(before == after))
    return bool(before == after or before is after)


def listed(names: Iterable[str]) -> str:
    """Write names as a list in a sentence: `a`, `b` and `c`."""
    quoted = [f"`{name}`" for name in names]
    return quoted[0] if len(quoted) == 1 else ", ".join(quoted[:-1]) + " and " + quoted[-1]
