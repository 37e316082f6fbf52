"""Make exercises/*.ipynb from solutions/*.ipynb: take out the answers, run what is left, and store it with its outputs.

`python tools/make_exercises.py` writes the exercises; with `--check` it writes nothing and fails if they differ.
"""

import argparse
import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from make_navigation import CELL, links
from nbformat import NotebookNode
from notebook_files import NotebookError, difference, execute, node, read, write

ROOT = Path(__file__).resolve().parent.parent
SOLUTION = "SOLUTION"
HIDDEN_TESTS = "HIDDEN TESTS"
MARK = re.compile(r"\s*#+\s*(BEGIN|END)\s+(SOLUTION|HIDDEN\s+TESTS?)\b.*", re.IGNORECASE)
EXACT_MARK = re.compile(r"\s*### (BEGIN|END) (SOLUTION|HIDDEN TESTS)\s*")
IMPORT = "from bpkit import check"  # in each hidden block, because a reader may have made `check` something else
RESULT = "result_of_check"
ROLES = {  # nbgrader's (solution, grade, locked, task)
    (True, False, False, False): "answer",
    (False, True, True, False): "check",
    (False, False, True, False): "read-only",
}


class Region(NamedTuple):
    """Neighbouring lines of a cell: ordinary ones (kind ""), a worked answer or hidden tests, without their marks."""

    kind: str
    indentation: str
    lines: list[str]


def exercise_of(solution: NotebookNode, name: str) -> NotebookNode:
    """Return the notebook as a reader gets it, not yet run; `name` is the notebook's name in error messages.

    Raises `NotebookError` where the marks or the nbgrader metadata are wrong.
    """
    exercise = node({**solution, "cells": []})
    grade_ids: set[str] = set()
    for cell in solution.cells:
        where = f"{name}, cell {cell.id!r}"
        role = role_of(cell, where, grade_ids)
        if "solution" in cell.metadata.get("tags", []):
            if role:
                raise NotebookError(
                    f'{where} is tagged "solution", which drops it, but nbgrader has it as {role} cell.'
                )
            continue
        source = reader_source(cell.source, role, where) if cell.cell_type == "code" else cell.source
        if cell.id == CELL:
            source = links(ROOT / "exercises" / name)
        exercise.cells.append(node({**cell, "source": source}))
    return exercise


def role_of(cell: NotebookNode, where: str, grade_ids: set[str]) -> str:
    """Return "answer", "check", "read-only" or "" from a cell's nbgrader metadata, and remember its grade id."""
    graded = cell.metadata.get("nbgrader")
    if graded is None:
        return ""
    kind = tuple(graded.get(key) for key in ("solution", "grade", "locked", "task"))
    role = ROLES.get(kind)
    if role is None:
        raise NotebookError(
            f"{where} has nbgrader's solution, grade, locked, task = {kind}, but an answer cell has "
            "(True, False, False, False) and a check cell (False, True, True, False)."
        )
    if role != "read-only" and cell.cell_type != "code":
        raise NotebookError(f"{where} is a {cell.cell_type} cell, but only code can be nbgrader's {role} cell.")
    grade_id = graded.get("grade_id")
    if not grade_id or grade_id in grade_ids:
        raise NotebookError(f"{where} has the grade_id {grade_id!r}, but every nbgrader cell needs one of its own.")
    grade_ids.add(grade_id)
    points = graded.get("points")
    if role == "check" and (isinstance(points, bool) or not isinstance(points, int | float) or points <= 0):
        raise NotebookError(f"{where} is graded but has points {points!r}; give it a number above 0.")
    return role


def reader_source(source: str, role: str, where: str) -> str:
    """Return a code cell's source without answers and hidden tests, having checked that the cell is well made."""
    parts = list(regions(source, where))
    for kind, belongs in ((SOLUTION, "answer"), (HIDDEN_TESTS, "check")):
        marked = any(part.kind == kind for part in parts)
        if marked != (role == belongs):
            problem = "lacks it" if role == belongs else "is not one"
            raise NotebookError(
                f"{where}: ### BEGIN {kind} belongs in every {belongs} cell and nowhere else; this one {problem}."
            )
    if role not in ("answer", "check"):
        return source
    visible = "\n".join(shown_lines(parts)).strip("\n")
    tree = parsed(visible, where, "what is left for the reader")
    if role == "answer" and not starts_unanswered(tree):
        raise NotebookError(
            f"{where}: what is left for the reader sets nothing to None and has no function with body `...`."
        )
    if role == "check":
        hidden = "\n".join(line for part in parts if part.kind == HIDDEN_TESTS for line in part.lines)
        require_hidden_form(tree, parsed(hidden, where, "the hidden tests"), where)
    return visible


def regions(source: str, where: str) -> Iterator[Region]:
    """Cut a source at its marks; every line is in exactly one region."""
    current = Region("", "", [])
    for line in source.split("\n"):
        if not MARK.fullmatch(line):
            current.lines.append(line)
            continue
        exact = EXACT_MARK.fullmatch(line)
        if exact is None:
            raise NotebookError(
                f"{where}: write the mark {line.strip()!r} as ### BEGIN SOLUTION or ### END HIDDEN TESTS."
            )
        action, kind = exact.groups()
        if (current.kind, action) not in (("", "BEGIN"), (kind, "END")):
            inside = f"inside the region {current.kind}" if current.kind else "outside any region"
            raise NotebookError(f"{where}: the mark {line.strip()!r} stands {inside}.")
        yield current
        indentation = line[: len(line) - len(line.lstrip())]
        current = Region(kind, indentation, []) if action == "BEGIN" else Region("", "", [])
    if current.kind:
        raise NotebookError(f"{where}: ### BEGIN {current.kind} has no ### END {current.kind}.")
    yield current


def shown_lines(parts: list[Region]) -> Iterator[str]:
    """Yield the lines a reader sees: an indented answer becomes `...`, all else that is marked disappears."""
    for part in parts:
        if not part.kind:
            yield from part.lines
        elif part.kind == SOLUTION and part.indentation:
            yield part.indentation + "..."  # at the margin it would print Ellipsis


def parsed(source: str, where: str, what: str) -> ast.Module:
    """Return the syntax tree of a part of a cell, which must be Python by itself."""
    try:
        return ast.parse(source)
    except SyntaxError as problem:
        raise NotebookError(f"{where}: {what} is not Python: {problem.msg} in line {problem.lineno}.") from problem


def starts_unanswered(tree: ast.Module) -> bool:
    """Tell whether some name is set to None or `...`, or some function's body is `...`."""
    for statement in ast.walk(tree):
        match statement:
            case ast.Assign(value=ast.Constant(value=start)) | ast.AnnAssign(value=ast.Constant(value=start)):
                if start is None or start is ...:
                    return True
            case ast.FunctionDef(body=[*_, ast.Expr(value=ast.Constant(value=body))]):
                if body is ...:
                    return True
    return False


def require_hidden_form(visible: ast.Module, hidden: ast.Module, where: str) -> None:
    """Raise unless the visible part ends in check("id", answer) and the hidden one imports check and asserts just that.

    Whatever a reader has called check, the points come from bpkit's. The assertion's message is the result, so that a
    reader who gets the graded notebook back sees what was wrong.
    """
    last = visible.body[-1] if visible.body else None
    call = last.value if isinstance(last, ast.Expr) else None
    shown = call and checked_problem(call)
    if call is None or shown is None:
        raise NotebookError(f'{where}: the last visible line of a check cell is a call such as check("7.1", answer).')
    asserted = {
        checked_problem(part) for node in ast.walk(hidden) if isinstance(node, ast.Assert) for part in ast.walk(node)
    }
    if asserted - {None} != {shown}:
        found = ", ".join(sorted(str(problem) for problem in asserted - {None})) or "nothing"
        raise NotebookError(f"{where}: the visible line checks problem {shown}, but the hidden tests assert {found}.")
    call_text = ast.unparse(call)
    expected = f"{IMPORT}\n\nassert ({RESULT} := {call_text}), {RESULT}"
    if ast.dump(hidden) != ast.dump(ast.parse(expected)):
        raise NotebookError(
            f"{where}: the hidden tests are two lines, `{IMPORT}` and `assert ({RESULT} := {call_text}), {RESULT}`."
        )


def checked_problem(expression: ast.AST) -> str | None:
    """Return the problem id of a call `check("id", …)`, or None for any other expression."""
    match expression:
        case ast.Call(func=ast.Name(id="check"), args=[ast.Constant(value=str(problem)), *_]):
            return problem
        case _:
            return None


def without_source(solutions: Path, exercises: Path) -> list[str]:
    """Return the names of exercises that no solution makes any longer; they are reported, never deleted."""
    return sorted({path.name for path in exercises.glob("*.ipynb")} - {path.name for path in solutions.glob("*.ipynb")})


def complaints(solutions: Path, exercises: Path) -> list[str]:
    """Return one sentence for each exercise that is not what its solution makes."""
    result = [f"exercises/{name} has no source in solutions/." for name in without_source(solutions, exercises)]
    for path in sorted(solutions.glob("*.ipynb")):
        target = exercises / path.name
        exercise = exercise_of(read(path), path.name)
        clause = "is missing"
        if target.exists():
            clause = difference(read(target), execute(exercise, exercises, path.name)) or ""
        if clause:
            result.append(f"exercises/{path.name} {clause}: run python tools/make_exercises.py.")
    return result


def write_exercises(solutions: Path, exercises: Path) -> list[Path]:
    """Write all exercises, or none if a solution has a mistake; return the paths of those that changed."""
    made = {path.name: exercise_of(read(path), path.name) for path in sorted(solutions.glob("*.ipynb"))}
    exercises.mkdir(exist_ok=True)
    run = {exercises / name: execute(exercise, exercises, name) for name, exercise in made.items()}
    return [path for path, notebook in run.items() if write(notebook, path)]


def main() -> None:
    """Write or check the exercises of this repository."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail if an exercise differs")
    solutions, exercises = ROOT / "solutions", ROOT / "exercises"
    try:
        if parser.parse_args().check:
            sys.exit("\n".join(complaints(solutions, exercises)) or None)
        for path in write_exercises(solutions, exercises):
            print(f"exercises/{path.name}: written")
    except (NotebookError, OSError) as problem:
        sys.exit(str(problem))
    for name in without_source(solutions, exercises):
        print(f"exercises/{name} has no source in solutions/.", file=sys.stderr)


if __name__ == "__main__":
    main()
