"""Grade submitted notebooks anew, each answer in a fresh process, on numbers that are drawn here.

`python tools/regrade.py submitted/*/book/*.ipynb` prints a table of points. A notebook has the name of its solution in
solutions/. The teacher's guide, reference/teaching.md, says what this is safe against and what not.
"""

import argparse
import ast
import json
import re
import secrets
import subprocess
import sys
import threading
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from notebook_files import read
from plain_values import NotPlainError, dumps, loads

from bpkit import check

ROOT = Path(__file__).resolve().parent.parent
SECONDS = 60.0
SUSPICIOUS = re.compile(r"bpkit\.problems|_getframe|\bgc\b|\binspect\b|\bctypes\b|sys\.modules|__globals__|__closure__")


class Task(NamedTuple):
    """A problem of a notebook: what it is worth, and which name in the notebook is its answer."""

    cell: str  # nbgrader's grade_id of the check cell
    problem: str
    answer: str
    points: float


class Grade(NamedTuple):
    """What an answer got, and what a teacher should know of it."""

    task: Task
    passed: bool
    remark: str = ""


class Answerer:
    """The process that has one answer; a class because it is talked to more than once."""

    def __init__(self, task: Task, cells: list[str], seconds: float, *, seed: int | None = None) -> None:
        command = [sys.executable, str(ROOT / "tools" / "answer_process.py")]
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
            cwd=ROOT,
        )
        self.clock = threading.Timer(seconds, self.process.kill)
        self.clock.start()
        order = {"cells": cells, "answer": task.answer, "problem": task.problem, "seed": seed}
        self.first = self.asked(json.dumps({**order, "judged_here": seed is not None}))

    def asked(self, line: str) -> dict[str, Any]:
        """Send a line and return the reply, empty if the process has ended."""
        assert self.process.stdin is not None and self.process.stdout is not None
        try:
            self.process.stdin.write(line + "\n")
            self.process.stdin.flush()
            reply = json.loads(self.process.stdout.readline() or "{}")
        except (OSError, ValueError):
            return {}
        return reply if isinstance(reply, dict) else {}

    def called(self, **arguments: Any) -> Any:
        """Return what the answer gives for these arguments."""
        return value_in(self.asked(dumps(arguments)))

    def __enter__(self) -> "Answerer":
        return self

    def __exit__(self, *_: object) -> None:
        self.clock.cancel()
        self.process.kill()
        self.process.communicate()


def value_in(reply: dict[str, Any]) -> Any:
    """Return the value in a reply; raise NotPlainError if it could not be sent and RuntimeError if there is none."""
    if "not plain" in reply:
        raise NotPlainError(str(reply["not plain"]))
    if "value" not in reply:
        raise RuntimeError(str(reply.get("error", "the process with the answer has ended")))
    return loads(reply["value"])


def tasks_of(solution: Path) -> Iterator[Task]:
    """Yield the tasks of a notebook of solutions; a submission is not asked what it is worth."""
    for cell in read(solution).cells:
        graded = cell.metadata.get("nbgrader", {})
        if graded.get("grade"):
            call = ast.parse(cell.source).body[-1]
            match call:
                case ast.Expr(value=ast.Call(args=[ast.Constant(value=str(problem)), ast.Name(id=answer)])):
                    yield Task(graded["grade_id"], problem, answer, graded["points"])


def cells_before(notebook: Path, task: Task) -> list[str]:
    """Return the code that stands before a task's check in a submission, without the checks of other tasks."""
    cells = []
    for cell in read(notebook).cells:
        graded = cell.metadata.get("nbgrader", {})
        if graded.get("grade_id") == task.cell:
            break
        if cell.cell_type == "code" and not graded.get("grade"):
            cells.append(cell.source)
    return cells


def grade(task: Task, cells: list[str], *, book: Collection[str] = (), seconds: float = SECONDS) -> Grade:
    """Grade one answer on numbers drawn here: compared here, too, or where that cannot be, in the answer's process.

    `book` has the cells that are not the student's.
    """
    found = sorted({word for cell in cells if cell not in book for word in SUSPICIOUS.findall(cell)})
    remarks = [f"look at its use of {', '.join(found)}"] if found else []
    seed = secrets.randbits(64)
    not_plain: list[NotPlainError] = []
    with Answerer(task, cells, seconds) as answerer:

        def answer(**arguments: Any) -> Any:
            try:
                return answerer.called(**arguments)
            except NotPlainError as error:
                not_plain.append(error)
                raise

        passed = False
        try:
            given = answer if answerer.first.get("function") else value_in(answerer.first)
            passed = bool(check(task.problem, given, rng=seed))
        except NotPlainError as error:
            not_plain.append(error)
        except RuntimeError:
            remarks.append("did not come to an end")
    if not_plain:
        remarks.append("compared in the answer's own process")
        with Answerer(task, cells, seconds, seed=seed) as answerer:
            passed = answerer.first.get("passed") is True
    return Grade(task, passed, "; ".join(remarks))


def regrade(notebook: Path, seconds: float = SECONDS) -> list[Grade]:
    """Grade every answer of a submitted notebook."""
    solution = ROOT / "solutions" / notebook.name
    book = {cell.source for cell in read(solution).cells}
    return [grade(task, cells_before(notebook, task), book=book, seconds=seconds) for task in tasks_of(solution)]


def main() -> None:
    """Print a table of points for each notebook."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("notebooks", nargs="+", type=Path)
    parser.add_argument("--seconds", type=float, default=SECONDS, help="how long the process of one answer may live")
    given = parser.parse_args()
    for notebook in given.notebooks:
        grades = regrade(notebook, given.seconds)
        points = sum(one.task.points for one in grades if one.passed)
        print(f"{notebook}: {points:g} of {sum(one.task.points for one in grades):g} points")
        for one in grades:
            mark = "✓" if one.passed else "✗"
            got = one.task.points if one.passed else 0
            print(f"  {mark} {one.task.problem:5} {got:g} of {one.task.points:g}  {one.remark}".rstrip())


if __name__ == "__main__":
    main()
