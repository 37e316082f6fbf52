"""The marks: entered into nbgrader's gradebook, and written as a table."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from bpkit.command.course import nbgrader
from bpkit.command.course.graded import Graded
from bpkit.command.course.hand_in import Submission, assigned_in

REPORTS = "reports"


def enter_marks(path: Path, results: Mapping[Submission, Graded]) -> None:
    """Enter the marks into the gradebook; what a teacher gave by hand in formgrader stays beside them and counts."""
    with nbgrader.gradebook(path) as gradebook:
        known = {student.id for student in gradebook.students}
        for submission, graded in results.items():
            student, (assignment, notebook) = submission
            if student not in known:
                gradebook.add_student(student)
                known.add(student)
            with gradebook.db.no_autoflush:  # nbgrader puts a submission together before it adds it
                gradebook.update_or_create_submission(assignment, student)
            points = {item.cell: item.points for item in graded.items}
            for grade in gradebook.find_submission_notebook(notebook, assignment, student).grades:
                grade.auto_score = points.get(grade.name, 0.0)
                grade.needs_manual_grade = False
        gradebook.db.commit()


def write_marks(course: Path, results: Mapping[Submission, Graded]) -> None:
    """Write marks.csv: a row for each student, points by assignment, and what to look at."""
    assignments = [assigned.assignment for assigned in assigned_in(course)]
    with nbgrader.gradebook(course / nbgrader.GRADEBOOK) as gradebook:
        students = [(one.last_name or "", one.first_name or "", one.id) for one in gradebook.students]
        scores = {
            (one.student.id, name): one.score for name in assignments for one in gradebook.assignment_submissions(name)
        }
    failures: dict[str, list[str]] = {}
    for submission, graded in results.items():
        if graded.failure:
            sentence = f"{submission.assigned.assignment}: {graded.failure}"
            failures.setdefault(submission.student, []).append(sentence)
    rows = []
    for last_name, first_name, student in sorted(students):
        given = [scores.get((student, name)) for name in assignments]
        total = sum(points for points in given if points is not None)
        marks = ["" if points is None else f"{points:g}" for points in given]
        rows.append([student, last_name, first_name, *marks, f"{total:g}", "; ".join(failures.get(student, []))])
    columns = ["student", "last_name", "first_name", *assignments, "total", "to_look_at"]
    write_table(course / REPORTS / "marks.csv", columns, rows)


def write_table(path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write a CSV file that a spreadsheet opens: UTF-8 with its mark; nothing in it is taken for a formula."""
    path.parent.mkdir(exist_ok=True)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows([text_only(cell) for cell in row] for row in rows)


def text_only(cell: str) -> str:
    """Return a cell that no spreadsheet runs as a formula.

    >>> text_only("=1+1"), text_only("-3"), text_only("2")
    ("'=1+1", '-3', '2')
    """
    try:
        float(cell)
    except ValueError:
        return f"'{cell}" if cell[:1] in {"=", "+", "-", "@"} else cell
    return cell
