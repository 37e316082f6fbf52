"""Grade what a class has handed in: several submissions at a time, and what is graded stays graded.

Each finished submission is kept at once in a small file in grading/. Stopped in the middle, by Ctrl-C or by a power
cut, the next run grades what has none, or what has changed since.
"""

import os
import shutil
import signal
import sqlite3
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from bpkit.command.course import nbgrader
from bpkit.command.course.graded import GRADING, Graded, keep, kept, path_of
from bpkit.command.course.hand_in import Submission, collect, submissions_in
from bpkit.command.course.marks import enter_marks, write_marks
from bpkit.command.course.problems_page import write_statistics
from bpkit.command.course.request import GradeRequest
from bpkit.command.course.submission import fingerprint_of, grade_submission
from bpkit.command.course.watched import Limits
from bpkit.command.one_at_a_time import locks


def grade_course(request: GradeRequest) -> int:
    """Collect, grade and report; return the exit status, 1 if a submission could not be graded."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a polite end is one like Ctrl-C
    course = request.folder
    gradebook = course / nbgrader.GRADEBOOK
    submissions_in(course)  # ends if the folder is no course
    with nbgrader.gradebook(gradebook) as opened:
        roster = [student.id for student in opened.students]
    for complaint in collect(course, roster):
        print(f"Not collected: {complaint}")
    submissions = submissions_in(course)
    waiting = [one for one in submissions if not is_graded(course, one)]
    print(f"{len(submissions)} notebooks are handed in, {len(submissions) - len(waiting)} of them graded before.")
    start = time.monotonic()
    with alone(course) as work:
        grade_all(course, waiting, request, work)
        results = {one: graded for one in submissions if (graded := kept(path_of(course, one))) is not None}
        enter_marks(gradebook, results)
        write_marks(course, results)
        write_statistics(course, results)
    if waiting:
        print(f"Graded {len(waiting)} in {time.monotonic() - start:.0f} seconds.")
    print(f"See {course / 'reports'}: marks.csv, problems.csv and statistics.html.")
    return report_failures(course, results)


def is_graded(course: Path, submission: Submission) -> bool:
    """Whether this version of a submission has its marks."""
    before = kept(path_of(course, submission))
    return before is not None and before.fingerprint == fingerprint_of(course, submission)


@contextmanager
def alone(course: Path) -> Iterator[Path]:
    """Give a folder to work in, and keep a second run from grading the same course at the same time."""
    grading = course / GRADING
    grading.mkdir(exist_ok=True)
    with (grading / "lock").open("wb") as lock:  # the system unlocks it, however this program ends
        if not locks(lock):
            raise SystemExit(f"Another run is grading {course} already: wait for its end.")
        for left in grading.glob("work-*"):
            shutil.rmtree(left, ignore_errors=True)
        with TemporaryDirectory(prefix="work-", dir=grading, ignore_cleanup_errors=True) as work:
            yield Path(work)


def grade_all(course: Path, waiting: Sequence[Submission], request: GradeRequest, work: Path) -> None:
    """Grade the submissions, several at a time, and print a line for each."""
    limits = Limits(request.seconds, request.megabytes)
    empty = work / "empty.db"
    copy_database(course / nbgrader.GRADEBOOK, empty)
    processes = request.processes or os.cpu_count() or 1

    stop = threading.Event()

    def one(number: int, submission: Submission) -> Graded:
        folder = work / str(number)
        graded = grade_submission(course, submission, limits, empty, folder, stop)
        keep(path_of(course, submission), graded)
        shutil.rmtree(folder, ignore_errors=True)
        return graded

    pool = ThreadPoolExecutor(processes)
    try:
        tasks = {pool.submit(one, number, submission): submission for number, submission in enumerate(waiting)}
        for number, task in enumerate(as_completed(tasks), start=1):
            print(f"{number:4} of {len(waiting)}  {line_about(tasks[task], task.result())}", flush=True)
    finally:
        stop.set()  # after an interruption nothing runs on
        pool.shutdown(cancel_futures=True)


def line_about(submission: Submission, graded: Graded) -> str:
    """Return what is printed about a submission."""
    most = sum(item.most for item in graded.items)
    marks = f"{graded.points:g} of {most:g} points" if not graded.failure else f"0 points: {graded.failure}"
    return f"{submission.student}, {submission.assigned.assignment}: {marks} ({graded.seconds:.0f} s)"


def copy_database(source: Path, target: Path) -> None:
    """Copy a database as it is at one moment, even if formgrader is writing into it."""
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)


def report_failures(course: Path, results: Mapping[Submission, Graded]) -> int:
    """Print what could not be graded, and return the exit status."""
    failed = {one: graded for one, graded in results.items() if graded.failure}
    for submission, graded in failed.items():
        again = path_of(course, submission).relative_to(course).as_posix()
        print(f"{submission.student}, {submission.assigned.assignment}: {graded.failure}; delete {again} to try again.")
    return 1 if failed else 0
