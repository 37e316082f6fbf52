"""Grade one submission: nbgrader runs it in a process of its own, on a gradebook of its own.

Many can be graded at a time, because none writes into the gradebook of the course; and whatever a student's code does
to its processes, it costs this submission alone.
"""

import hashlib
import json
import os
import shutil
from pathlib import Path
from threading import Event

from bpkit.command.course import nbgrader
from bpkit.command.course.autograding import autograde
from bpkit.command.course.graded import Graded, blank_items, items_of, path_of
from bpkit.command.course.hand_in import Assigned, Submission
from bpkit.command.course.watched import Limits, Watched, run_watched

AUTOGRADED = "autograded"


def fingerprint_of(course: Path, submission: Submission) -> str:
    """Return the SHA-256 of a submission together with what it is graded by: a change of either grades it again."""
    digest = hashlib.sha256()
    for path in (
        submission.assigned.path(course, "submitted", submission.student),
        source_of(course, submission.assigned),
    ):
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def source_of(course: Path, assigned: Assigned) -> Path:
    """Where the source of an assignment is."""
    return course / "source" / assigned.assignment / f"{assigned.notebook}.ipynb"


def grade_submission(
    course: Path, submission: Submission, limits: Limits, empty: Path, folder: Path, stop: Event
) -> Graded:
    """Grade one submission within the limits.

    empty: a gradebook that knows the assignments; folder: where to work, a new one for each submission.
    """
    fingerprint = fingerprint_of(course, submission)
    student, assigned = submission
    source = source_of(course, assigned)
    if not is_notebook(assigned.path(course, "submitted", student)):
        return Graded(fingerprint, tuple(blank_items(source)), 0, 0, "the file is no notebook")
    folder.mkdir(parents=True)
    book = folder / nbgrader.GRADEBOOK
    shutil.copyfile(empty, book)
    words = [assigned.assignment, f"--student={student}"]
    words += [f"--db=sqlite:///{book.as_posix()}", f"--CourseDirectory.autograded_directory={folder / AUTOGRADED}"]
    done = run_watched(autograde, course, folder / "log.txt", limits, stop, words)
    ran = assigned.path(folder, AUTOGRADED, student)
    failure = failure_of(done)
    if not failure:
        try:
            items = items_of(source, ran, scores_in(book, submission))
        except Exception as error:  # whatever a student's code did to these files, the others are graded
            failure = f"what nbgrader made of it cannot be read ({error!r})"
    if not failure:
        take_the_place(ran.parent, assigned.path(course, AUTOGRADED, student).parent)
    else:
        os.replace(folder / "log.txt", log_of(course, submission))
        items = tuple(blank_items(source))
    return Graded(fingerprint, items, round(done.seconds, 2), round(done.megabytes, 1), failure)


def take_the_place(new: Path, old: Path) -> None:
    """Put a folder that is complete in the place of an older one."""
    shutil.rmtree(old, ignore_errors=True)
    old.parent.mkdir(parents=True, exist_ok=True)
    os.replace(new, old)


def is_notebook(path: Path) -> bool:
    """Whether a file is a notebook that came whole."""
    try:
        notebook = json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        return False
    return isinstance(notebook, dict) and isinstance(notebook.get("cells"), list)


def log_of(course: Path, submission: Submission) -> Path:
    """Where it stands what nbgrader said about a submission that could not be graded."""
    path = path_of(course, submission).with_suffix(".log")
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def failure_of(done: Watched) -> str:
    """Return why a submission could not be graded, empty if it could."""
    if done.ended_because:
        return done.ended_because
    if "DeadKernelError" in done.said:
        return "the Python that ran it was ended, by the notebook itself or for want of memory"
    return f"nbgrader could not grade it ({done.said or f'status {done.status}'})" if done.status != 0 else ""


def scores_in(book: Path, submission: Submission) -> dict[str, float]:
    """Return the points of each graded cell in a gradebook, by nbgrader's grade_id."""
    student, (assignment, notebook) = submission
    with nbgrader.gradebook(book) as gradebook:
        found = gradebook.find_submission_notebook(notebook, assignment, student)
        return {grade.name: float(grade.auto_score or 0.0) for grade in found.grades}
