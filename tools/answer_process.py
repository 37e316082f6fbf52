"""The process in which one submitted answer lives while tools/regrade.py asks it; started by that tool alone.

The first line it reads has the cells to run and the answer's name. Then it says what the answer is, and each further
line is a call: its arguments come in, its result goes out. The right answers are not imported here, and nobody asks
this process about points, except for problems whose arguments or results cannot be sent.
"""

import contextlib
import inspect
import json
import os
import sys
import types
import warnings
from typing import Any, TextIO

from plain_values import NotPlainError, dumps, loads


def main() -> None:
    """Run the cells, then answer calls until nobody asks any more."""
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")  # what cells print must not come between the replies
    sys.stdout = sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115  for as long as this process lives
    order = json.loads(sys.stdin.readline())
    warnings.simplefilter("ignore")
    if order["judged_here"]:
        say(replies, {"passed": judged_here(order)})
        return
    hide_right_answers()
    answer = run(order["cells"]).get(order["answer"])
    if not callable(answer):
        reply_with(replies, answer)
        return
    say(replies, {"function": True})
    for line in sys.stdin:
        try:
            reply_with(replies, called(answer, loads(line)))
        except NotPlainError:
            raise
        except BaseException as error:
            say(replies, {"error": f"{type(error).__name__}: {error}"[:500]})


def run(cells: list[str]) -> dict[str, Any]:
    """Run cells one after the other, as a notebook does: one that fails does not keep the next from running."""
    module = types.ModuleType("__main__")
    sys.modules["__main__"] = module
    for number, cell in enumerate(cells):
        with contextlib.suppress(BaseException):
            exec(compile(cell, f"<cell {number}>", "exec"), module.__dict__)
    return module.__dict__


def hide_right_answers() -> None:
    """Put an empty package in the place of the checks: `check` is there, for cells that import it, and says nothing."""
    stand_in = types.ModuleType("bpkit.problems")
    stand_in.__path__ = []
    stand_in.check = lambda *arguments, **options: None  # type: ignore[attr-defined]
    sys.modules["bpkit.problems"] = stand_in


def called(answer: Any, arguments: dict[str, Any]) -> Any:
    """Call the answer by the names of its arguments, or in their order if it calls them by other names."""
    try:
        inspect.signature(answer).bind(**arguments)
    except (TypeError, ValueError):
        return answer(*arguments.values())
    return answer(**arguments)


def judged_here(order: dict[str, Any]) -> bool:
    """Check the answer in this process, for the problems whose arguments or results are functions or networks."""
    from bpkit.problems.self_check import Check

    judge = Check()  # before the cells run, so that they cannot exchange it by its name
    return bool(judge(order["problem"], run(order["cells"]).get(order["answer"]), rng=order["seed"]))


def reply_with(replies: TextIO, value: Any) -> None:
    """Say a value, or that it is none that can be sent."""
    try:
        line = dumps(value)
    except NotPlainError:
        say(replies, {"not plain": type(value).__name__})
    else:
        say(replies, {"value": line})


def say(replies: TextIO, message: dict[str, Any]) -> None:
    """Write one line."""
    replies.write(json.dumps(message) + "\n")
    replies.flush()


if __name__ == "__main__":
    main()
