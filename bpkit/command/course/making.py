"""Make a course: settings, sources, what is handed out, and the gradebook with the students."""

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from bpkit.command.course import nbgrader
from bpkit.command.course.assignments import Assignment, assignments_of, source_of
from bpkit.command.course.request import CourseRequest
from bpkit.command.course.roster import Student, read_roster
from bpkit.command.course.settings import CONFIG, README

HANDED_IN = "handed-in"


def make_course(root: Path, request: CourseRequest) -> None:
    """Make a course of the book in `root`; a folder that is already there is never touched."""
    folder = request.folder
    if os.path.lexists(folder):
        raise SystemExit(f"{folder} is already there and stays as it is: name a folder that does not exist yet.")
    assignments = assignments_of(root, request.chapters)
    students = read_roster(request.students) if request.students else []
    part = folder.with_name(f".{folder.name}.{os.getpid()}.part")
    try:
        part.mkdir(parents=True)
        write_files(part, folder.name, assignments)
        print(f"Making {len(assignments)} assignments.", flush=True)
        nbgrader.run(part, "generate_assignment", "--assignment=*", "--create")
        enrol(part, students)
        part.rename(folder)  # whole or not at all
    except OSError as error:
        raise SystemExit(f"The course cannot be written to {folder}: {error.strerror or error}.") from None
    finally:
        shutil.rmtree(part, ignore_errors=True)
    print(f"{folder} is a course of {len(assignments)} assignments and {len(students)} students.")
    print(f"Hand out what is in release/, put what comes back into {HANDED_IN}/, then: python -m bpkit grade {folder}")


def write_files(course: Path, name: str, assignments: Sequence[Assignment]) -> None:
    """Write the settings, a page that says what is where, and the sources."""
    (course / "nbgrader_config.py").write_text(CONFIG.format(course_id=name), encoding="utf-8")
    (course / "README.md").write_text(README, encoding="utf-8")
    (course / HANDED_IN).mkdir()
    for assignment in assignments:
        source = course / "source" / assignment.name / assignment.solution.name
        source.parent.mkdir(parents=True)
        source.write_bytes(source_of(assignment.solution.read_bytes()))


def enrol(course: Path, students: Sequence[Student]) -> None:
    """Put the students into the gradebook."""
    with nbgrader.gradebook(course / nbgrader.GRADEBOOK) as gradebook:
        for identity, first_name, last_name, email in students:
            gradebook.add_student(identity, first_name=first_name, last_name=last_name, email=email)
