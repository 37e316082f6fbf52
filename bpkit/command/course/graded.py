"""What a submission got, problem by problem: read from the notebook that nbgrader ran, kept as a small file."""

import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bpkit.command.course.hand_in import Submission

GRADING = "grading"
HEADLINE = re.compile(r"[✓✗○] Problem (\S+): (passed|not passed|not attempted yet)")
ASIDE = re.compile(r"The other (part is|\d+ parts are) right\.|Remark: ")


@dataclass(frozen=True)
class Item:
    """One graded cell of a submission."""

    cell: str  # nbgrader's grade_id
    problem: str
    points: float
    most: float
    attempted: bool
    slips: tuple[str, ...] = ()  # the sentences that say what is wrong

    @property
    def solved(self) -> bool:
        """Whether it got all its points."""
        return self.points == self.most


@dataclass(frozen=True)
class Graded:
    """One graded submission; `failure` says why it could not be graded, and then it has no points."""

    fingerprint: str
    items: tuple[Item, ...]
    seconds: float
    megabytes: float
    failure: str = ""

    @property
    def points(self) -> float:
        """The points of all items together."""
        return sum(item.points for item in self.items)


def problem_of(cell: Mapping[str, Any]) -> str:
    """Return the problem that a graded cell of a source checks."""
    called = re.search(r'check\(\s*"([^"]+)"', _text(cell["source"]))
    return called.group(1) if called else str(cell["metadata"]["nbgrader"]["grade_id"])


def blank_items(source: Path) -> Iterator[Item]:
    """Yield the graded cells of an assignment's source, without any points."""
    for cell in json.loads(source.read_bytes())["cells"]:
        graded = cell["metadata"].get("nbgrader", {})
        if graded.get("grade"):
            yield Item(graded["grade_id"], problem_of(cell), 0, float(graded["points"]), False)


def items_of(source: Path, ran: Path, scores: Mapping[str, float]) -> tuple[Item, ...]:
    """Return what each graded cell got: `scores` by grade_id from nbgrader, the rest from the notebook that ran."""
    cells = json.loads(ran.read_bytes())["cells"]
    by_id = {cell["metadata"].get("nbgrader", {}).get("grade_id"): place for place, cell in enumerate(cells)}
    items = []
    for blank in blank_items(source):
        place = by_id.get(blank.cell)
        attempted, slips = seen(cells, place) if place is not None else (False, ())
        points = scores.get(blank.cell, 0.0)
        solved = points == blank.most
        items.append(Item(blank.cell, blank.problem, points, blank.most, attempted or solved, () if solved else slips))
    return tuple(items)


def seen(cells: list[Any], place: int) -> tuple[bool, tuple[str, ...]]:
    """Return whether a checked answer was tried, and the sentences about it.

    Where the check did not come to speak, it is what Python said: about the cell of the answer if that failed.
    """
    for output in cells[place].get("outputs", []):
        lines = _text(output.get("data", {}).get("text/plain", "")).splitlines()
        headline = HEADLINE.match(lines[0]) if lines else None
        if headline:
            sentences = (line.strip() for line in lines[1:])
            return headline.group(2) != "not attempted yet", tuple(one for one in sentences if not ASIDE.match(one))
    answer = next(
        (cell for cell in reversed(cells[:place]) if cell["metadata"].get("nbgrader", {}).get("solution")), None
    )
    for cell in (answer, cells[place]):
        errors = [output for output in (cell or {}).get("outputs", []) if output["output_type"] == "error"]
        if errors:
            return True, (what_python_said(errors),)
    return False, ()


def what_python_said(errors: Sequence[Mapping[str, Any]]) -> str:
    """Return one line about the errors of a cell, the same for everybody who made this error.

    >>> what_python_said([{"ename": "SyntaxError", "evalue": "invalid syntax (809821615.py, line 1)"}])
    'SyntaxError: invalid syntax'
    """
    if any(error["ename"] == "CellTimeoutError" for error in errors):
        return "The cell did not come to an end."
    text = f"{errors[0]['ename']}: {errors[0]['evalue']}".splitlines()[0]
    return re.sub(r" \(\w+\.py, line \d+\)$", "", text).removesuffix(": ")


def path_of(course: Path, submission: Submission) -> Path:
    """Where the marks of a submission are kept."""
    return course / GRADING / submission.student / f"{submission.assigned.assignment}.json"


def keep(path: Path, graded: Graded) -> None:
    """Write the marks of a submission, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_text(json.dumps(asdict(graded), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    os.replace(part, path)


def kept(path: Path) -> Graded | None:
    """Return the marks that were kept, None if there are none that can be read."""
    try:
        content = json.loads(path.read_bytes())
        items = tuple(Item(**item | {"slips": tuple(item["slips"])}) for item in content.pop("items"))
        return Graded(items=items, **content)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def _text(source: Any) -> str:
    return "".join(source) if isinstance(source, list) else str(source)
