"""What the teacher asks for: the words after `python -m bpkit course` and `grade`, read and checked."""

import re
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import NamedTuple

COURSE_OPTIONS = ("students", "chapters")
GRADE_OPTIONS = ("processes", "seconds", "megabytes")


class CourseRequest(NamedTuple):
    """A course to be made."""

    folder: Path
    students: Path | None = None
    chapters: tuple[int, ...] = ()  # none: all


class GradeRequest(NamedTuple):
    """A course to be graded, and what one submission may take."""

    folder: Path
    processes: int | None = None  # None: as many as there are processors
    seconds: int = 600
    megabytes: int = 4096


def read_course_request(words: Sequence[str]) -> CourseRequest:
    """Return the course that `words` ask for; end with one sentence if they do not make one.

    >>> read_course_request(["/tmp/class", "--chapters", "1,3"]).chapters
    (1, 3)
    """
    folder, options = _folder_and_options("course", words, COURSE_OPTIONS)
    students = Path(options["students"]).absolute() if "students" in options else None
    return CourseRequest(folder, students, _chapters(options.get("chapters", "")))


def read_grade_request(words: Sequence[str]) -> GradeRequest:
    """Return what to grade and within which limits; end with one sentence if `words` do not say it.

    >>> read_grade_request(["/tmp/class", "--seconds=60"])[1:]
    (None, 60, 4096)
    """
    folder, options = _folder_and_options("grade", words, GRADE_OPTIONS)
    numbers = {name: _positive(name, text) for name, text in options.items()}
    return GradeRequest(folder, **numbers)


def absolute(words: Sequence[str]) -> list[str]:
    """Return the words with the paths made absolute, because the command may go on in another folder.

    >>> absolute(["grade", "/tmp/class", "--seconds", "60"])
    ['grade', '/tmp/class', '--seconds=60', '--megabytes=4096']
    """
    if words[0] == "grade":
        graded = read_grade_request(words[1:])
        limits = ((name, getattr(graded, name)) for name in GRADE_OPTIONS)
        return ["grade", str(graded.folder), *(f"--{name}={value}" for name, value in limits if value)]
    course = read_course_request(words[1:])
    students = [f"--students={course.students}"] if course.students else []
    chapters = [f"--chapters={','.join(map(str, course.chapters))}"] if course.chapters else []
    return ["course", str(course.folder), *students, *chapters]


def _folder_and_options(command: str, words: Sequence[str], known: Collection[str]) -> tuple[Path, dict[str, str]]:
    rest, folders, options = list(words), [], {}
    while rest:
        word = rest.pop(0)
        if not word.startswith("-"):
            folders.append(word)
            continue
        name, _, value = word.removeprefix("--").partition("=")
        if name not in known:
            listed = ", ".join(f"--{one}" for one in known)
            raise SystemExit(f"{word!r} is not an option of `python -m bpkit {command}`, which has {listed}.")
        value = value or (rest.pop(0) if rest else "")
        if not value:
            raise SystemExit(f"--{name} needs a value behind it.")
        options[name] = value
    if len(folders) != 1:
        came = " and ".join(map(repr, folders)) or "none"
        raise SystemExit(
            f"`python -m bpkit {command}` needs one folder, such as `{command} my-class`, but {came} came."
        )
    return Path(folders[0]).absolute(), options


def _chapters(text: str) -> tuple[int, ...]:
    if not re.fullmatch(r"|\d+(,\d+)*", text, re.ASCII):
        raise SystemExit(
            f"--chapters needs numbers with commas between them, such as --chapters 1,2,5, but {text!r} came."
        )
    return tuple(sorted({int(number) for number in text.split(",") if number}))


def _positive(name: str, text: str) -> int:
    if not re.fullmatch(r"0*[1-9]\d{0,6}", text, re.ASCII):
        raise SystemExit(f"--{name} needs a whole number from 1 on, but {text!r} came.")
    return int(text)
