"""Collect what students handed in as files: from handed-in/ into submitted/, in nbgrader's order.

The folder may hold what a learning platform gives to download: folders or files with the student's id in their names,
and a notebook's name with something before or behind it. Nothing there is moved or changed. Of several versions the
newest counts, and one that is replaced in submitted/ is kept in earlier/.
"""

import os
import re
import shutil
from collections.abc import Collection, Iterator
from itertools import count
from pathlib import Path
from typing import NamedTuple

HANDED_IN = "handed-in"
EARLIER = "earlier"


class Assigned(NamedTuple):
    """A notebook of a course, by its place in source/."""

    assignment: str  # chapter_1
    notebook: str  # 01_toy_example

    def path(self, course: Path, folder: str, student: str) -> Path:
        """Where a student's version of it is."""
        return course / folder / student / self.assignment / f"{self.notebook}.ipynb"


class Submission(NamedTuple):
    """One notebook of one student."""

    student: str
    assigned: Assigned


def assigned_in(course: Path) -> list[Assigned]:
    """Return the notebooks of a course; end if the folder is none."""
    paths = sorted((course / "source").glob("*/*.ipynb"), key=lambda path: path.name)
    if not paths or not (course / "gradebook.db").exists():
        raise SystemExit(f"{course} is no course: make one with `python -m bpkit course DIR`, and name its folder.")
    return [Assigned(path.parent.name, path.stem) for path in paths]


def submissions_in(course: Path) -> list[Submission]:
    """Return what is in submitted/."""
    students = sorted(path.name for path in (course / "submitted").glob("[!.]*") if path.is_dir())
    return [
        Submission(student, assigned)
        for assigned in assigned_in(course)
        for student in students
        if assigned.path(course, "submitted", student).is_file()
    ]


def collect(course: Path, roster: Collection[str]) -> list[str]:
    """Copy what is in handed-in/ to submitted/; return a sentence for each file that cannot be placed."""
    complaints = []
    newest: dict[Submission, Path] = {}
    for path in sorted((course / HANDED_IN).rglob("*")):
        if not path.is_file() or path.name.startswith("."):
            continue
        relative = path.relative_to(course / HANDED_IN)
        assigned = [one for one in assigned_in(course) if one.notebook in path.name and path.suffix == ".ipynb"]
        students = students_named(relative, roster)
        if len(assigned) != 1:
            complaints.append(f"{HANDED_IN}/{relative.as_posix()}: this is no notebook of the course.")
        elif len(students) != 1:
            came = " and ".join(sorted(students)) or "no student's id"
            complaints.append(f"{HANDED_IN}/{relative.as_posix()}: its name has {came} in it.")
        else:
            submission = Submission(students.pop(), assigned[0])
            other = newest.get(submission)
            if other is None or other.stat().st_mtime <= path.stat().st_mtime:
                newest[submission] = path
    for submission, path in newest.items():
        put(course, submission, path)
    return complaints


def students_named(path: Path, roster: Collection[str]) -> set[str]:
    """Return the ids that stand in a path as whole words; without a list of students, the name of its first folder.

    >>> sorted(students_named(Path("ada_1017_file/01_toy_example.ipynb"), ["ada", "adam"]))
    ['ada']
    """
    if not roster:
        return {path.parts[0]} if len(path.parts) > 1 and re.fullmatch(r"\w[\w.@-]*", path.parts[0]) else set()
    text = path.as_posix()
    whole = r"(?<![^\W_]){}(?![^\W_])"  # an underline separates, as a space does
    return {student for student in roster if re.search(whole.format(re.escape(student)), text)}


def put(course: Path, submission: Submission, path: Path) -> None:
    """Copy a file to its place in submitted/ if it is newer than what is there; that is kept."""
    target = submission.assigned.path(course, "submitted", submission.student)
    if target.exists():
        if target.read_bytes() == path.read_bytes() or target.stat().st_mtime > path.stat().st_mtime:
            return
        kept = next(one for one in earlier(course, submission) if not one.exists())
        kept.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(target, kept)
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.part")
    shutil.copy2(path, part)  # with its time, by which a later hand-in is known
    os.replace(part, target)


def earlier(course: Path, submission: Submission) -> Iterator[Path]:
    """Yield the names that a replaced hand-in may get."""
    first = submission.assigned.path(course, EARLIER, submission.student)
    return (first.with_name(f"{first.stem} {number}.ipynb") for number in count(1))
