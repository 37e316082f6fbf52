"""Right answers as syntax trees that can be changed and run: the worked ones of solutions/, and those of the tests."""

import ast
import contextlib
import copy
import functools
import importlib
import inspect
import io
import json
import re
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any, NamedTuple

HERE = Path(__file__).parent


class Endless(Exception):
    """Raised inside a mutant that takes far more steps than the right answer."""


class Steps:
    """Counts the steps of an answer, which are turns of loops and calls of functions, and stops it at a limit."""

    def __init__(self) -> None:
        self.taken, self.limit = 0, 10**7

    def __call__(self) -> None:
        self.taken += 1
        if self.taken > self.limit:
            raise Endless


class Source(NamedTuple):
    """A right answer, run cell by cell in one namespace."""

    cells: list[tuple[ast.Module, set[int]]]  # each with the numbers of the lines that are the answer
    name: str  # what the check is given
    namespace: dict[str, Any]
    steps: Steps

    def make(self) -> Callable[[], Any]:
        """Compile the cells as they are now; what is returned runs them and gives the answer."""
        codes = [compiled(tree) for tree, _ in self.cells]

        def answer() -> Any:
            self.namespace.pop(self.name, None)
            for code in codes:
                run(code, self.namespace)
            return self.namespace[self.name]

        return answer


# ---- the worked answers


@functools.cache
def notebook_cells() -> dict[str, list[dict[str, Any]]]:
    """The code cells of each notebook of solutions/."""
    books = {}
    for path in sorted((HERE.parent / "solutions").glob("*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        books[path.stem] = [{**c, "source": "".join(c["source"])} for c in cells if c["cell_type"] == "code"]
    return books


def worked_answer(problem: str) -> Source:
    """Run what the notebook gives for a problem, and take its worked answer apart."""
    ending = problem.replace(".", "-")
    book = next(cells for cells in notebook_cells().values() if any(c["id"] == f"check-{ending}" for c in cells))
    mine = [cell for cell in book if re.fullmatch(rf"(imports|\w+-{ending}(-\w+)?)", cell["id"])]
    steps = Steps()
    namespace: dict[str, Any] = {"__name__": "mutants", "_step": steps}
    answers, name = [], ""
    for cell in mine:
        if cell["id"].startswith("check-"):
            name = name_checked(cell["source"])
        elif "solution" not in cell["metadata"].get("tags", []):
            tree = with_steps_counted(ast.parse(cell["source"]))
            run(compiled(tree), namespace)
            if "### BEGIN SOLUTION" in cell["source"]:
                answers.append((tree, lines_of_the_solution(cell["source"])))
    return Source(answers, name, namespace, steps)


def name_checked(source: str) -> str:
    """The name of what `check(problem, answer)` is called with."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call) and len(node.args) == 2]
    return next(ast.unparse(c.args[1]) for c in calls if getattr(c.func, "id", "") == "check")


def lines_of_the_solution(source: str) -> set[int]:
    inside, lines = False, set()
    for number, line in enumerate(source.splitlines(), start=1):
        inside = "### BEGIN SOLUTION" in line or (inside and "### END SOLUTION" not in line)
        if inside:
            lines.add(number)
    return lines


def with_steps_counted(tree: ast.Module) -> ast.Module:
    """Call _step() in every loop and function, so that an endless mutant ends in the same place on every machine."""
    for node in list(ast.walk(tree)):
        if isinstance(node, ast.For | ast.While | ast.FunctionDef):
            step = ast.Expr(ast.Call(ast.Name("_step", ast.Load()), [], []))
            node.body.insert(0, step)
    return ast.fix_missing_locations(tree)


def is_step(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and getattr(getattr(node.value, "func", None), "id", "") == "_step"


def compiled(tree: ast.Module) -> CodeType:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about `is` with a number, or a tuple that is called
        return compile(tree, "<mutant>", "exec")


def run(code: CodeType, namespace: dict[str, Any]) -> None:
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        exec(code, namespace)


# ---- the answers in tests/answers


def other_right_answers(problem: str) -> Iterator[Source]:
    """The right answers to a problem that the tests hold, as far as each is a function of its own or an expression."""
    module = next(one for one in answer_modules() if problem in one.RIGHT)
    tree = ast.parse(inspect.getsource(module))
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    listed = f"RIGHT_{problem.replace('.', '_').upper()}"
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == listed and isinstance(node.value, ast.List):
            for element in node.value.elts:
                function = functions.get(getattr(element, "id", ""))
                assignment = ast.copy_location(ast.Assign([ast.Name("right_answer", ast.Store())], element), element)
                yield source_in(module, function or assignment, function.name if function else "right_answer")


def source_in(module: ModuleType, answer: ast.stmt, name: str) -> Source:
    steps = Steps()
    tree = with_steps_counted(ast.Module([copy.deepcopy(answer)], []))
    lines = {node.lineno for node in ast.walk(tree) if isinstance(node, ast.stmt) and not is_step(node)}
    return Source([(tree, lines)], name, {**vars(module), "_step": steps}, steps)


@functools.cache
def answer_modules() -> list[ModuleType]:
    return [importlib.import_module(f"answers.{path.stem}") for path in sorted((HERE / "answers").glob("chapter_*.py"))]
