"""The list of a class, read from a CSV file as nbgrader or a spreadsheet writes it."""

import csv
import io
import re
from pathlib import Path
from typing import NamedTuple

COLUMNS = ("id", "first_name", "last_name", "email")


class Student(NamedTuple):
    """One row of the list."""

    id: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""


def read_roster(path: Path) -> list[Student]:
    """Return the students in a CSV file with a column `id`; end with a sentence if there is something wrong with it."""
    try:
        text = path.read_text(encoding="utf-8-sig")  # a spreadsheet may put a byte order mark in front
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8"
        raise SystemExit(f"--students: {path} cannot be read ({reason}).") from None
    return students_in(text, path.name)


def students_in(text: str, name: str) -> list[Student]:
    r"""Return the students in the text of a CSV file with commas or semicolons.

    >>> students_in("id;last_name\nada;Lovelace\n", "roster.csv")
    [Student(id='ada', first_name='', last_name='Lovelace', email='')]
    """
    first = text.partition("\n")[0]
    rows = csv.DictReader(io.StringIO(text), delimiter=";" if first.count(";") > first.count(",") else ",")
    if "id" not in (rows.fieldnames or []):
        raise SystemExit(
            f"--students: the first line of {name} names the columns, and one of them must be id "
            f"(the others are {', '.join(COLUMNS[1:])}), but it is {first.strip()!r}."
        )
    students: dict[str, Student] = {}
    for number, row in enumerate(rows, start=2):
        student = Student(*((row.get(column) or "").strip() for column in COLUMNS))
        if not re.fullmatch(r"\w[\w.@-]*", student.id):
            raise SystemExit(
                f"--students: line {number} of {name} has the id {student.id!r}, but an id, which names a folder, "
                "has letters, digits and . _ @ - only."
            )
        if student.id in students:
            raise SystemExit(f"--students: {name} has the id {student.id!r} twice, the second time in line {number}.")
        students[student.id] = student
    return list(students.values())
