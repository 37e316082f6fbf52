"""The table of all problems, chapter by chapter, that `check()` shows."""

from collections.abc import Iterator, Sequence

from bpkit.problems.problem import Problem
from bpkit.problems.progress.chapter_states import Chapter, Overview, difficulty, overview
from bpkit.problems.progress.links import link_to
from bpkit.problems.progress.steps import State
from bpkit.problems.progress.view import MARKS, View, counted, linked, paragraphs

HEADINGS = ("", "problem", "", "points", "minutes", "difficulty", "")
CELL = "text-align: left; padding: 1px 10px"


def dashboard() -> View:
    """Return the table of all problems with their state; a click opens a problem or its solution."""
    seen = overview()
    summary = summary_of(seen)
    text = "\n".join([summary, *(line for chapter in seen.chapters for line in text_of(chapter)), "", *seen.notes])
    tables = "".join(html_of(chapter, is_open=chapter.number == seen.begun) for chapter in seen.chapters)
    return View(text, f"<div><b>{summary}</b>{tables}{paragraphs(seen.notes)}</div>")


def summary_of(seen: Overview) -> str:
    """Return how many problems and points there are, and how many of them the reader has."""
    solved = sum(chapter.count("solved") for chapter in seen.chapters)
    points = sum(chapter.points("solved") for chapter in seen.chapters)
    problems, all_points = sum(map(Chapter.count, seen.chapters)), sum(map(Chapter.points, seen.chapters))
    quizzes = f"{sum(map(answered, seen.chapters))} of {sum(len(chapter.quiz) for chapter in seen.chapters)}"
    return (
        f"{solved} of {problems} problems solved, {points} of {all_points} points; "
        f"{quizzes} quiz questions answered. What next: check.next()"
    )


def answered(chapter: Chapter) -> int:
    """Return how many questions of a chapter's quiz the reader has answered."""
    return sum(state == "solved" for _, state in chapter.quiz)


def heading_of(chapter: Chapter) -> str:
    """Return a chapter's title with what is solved of it.

    >>> heading_of(Chapter(1, "The toy example", "", []))
    '1 · The toy example: 0 of 0 problems solved, 0 of 0 points'
    """
    title = f"{chapter.number} · {chapter.title}" if chapter.title else f"Chapter {chapter.number}"
    solved = f"{chapter.count('solved')} of {counted(chapter.count(), 'problem')} solved"
    quiz = f"; quiz: {answered(chapter)} of {len(chapter.quiz)}" if chapter.quiz else ""
    return f"{title}: {solved}, {chapter.points('solved')} of {counted(chapter.points(), 'point')}{quiz}"


def text_of(chapter: Chapter) -> Iterator[str]:
    """Yield a chapter's lines: its title, and one for each problem."""
    yield ""
    yield heading_of(chapter)
    if chapter.notebook:
        yield f"  exercises/{chapter.notebook}, solutions/{chapter.notebook}"
    if chapter.quiz:
        yield "  quiz: " + ", ".join(f"{MARKS[state]} {problem.id}" for problem, state in chapter.quiz)
    rows = [columns(problem, state) for problem, state in chapter.problems]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def columns(problem: Problem, state: State) -> Sequence[str]:
    """Return what is said of a problem, a text for each column."""
    points, minutes = counted(problem.points, "point"), f"{problem.minutes} minutes"
    return f"{MARKS[state]} {state}", problem.id, problem.title, points, minutes, difficulty(problem)


def html_of(chapter: Chapter, *, is_open: bool) -> str:
    """Return a chapter as HTML that unfolds with a click; no colours but the page's own, so that it suits any theme."""
    head = "".join(f'<th style="{CELL}">{name}</th>' for name in HEADINGS)
    rows = "".join(row_of(problem, state) for problem, state in chapter.problems)
    return (
        f"<details{' open' if is_open else ''}><summary>{linked(heading_of(chapter), '')}</summary>"
        f"{quiz_of(chapter)}<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></details>"
    )


def quiz_of(chapter: Chapter) -> str:
    """Return a line with the questions of a chapter's quiz, each with its mark and a link."""
    if not chapter.quiz:
        return ""
    marked = (f"{MARKS[state]} {linked(one.id, link_to(one.id, 'exercises'))}" for one, state in chapter.quiz)
    return f'<div style="padding: 4px 10px">Quiz: {", ".join(marked)}</div>'


def row_of(problem: Problem, state: State) -> str:
    """Return a problem's row of the table."""
    here, solution = link_to(problem.id, "exercises"), link_to(problem.id, "solutions")
    state_cell, name, title, *_ = columns(problem, state)
    cells = (
        linked(state_cell, ""),
        linked(name, here),
        linked(title, here),
        str(problem.points),
        str(problem.minutes),
        difficulty(problem),
        linked("solution", solution) if solution else "",
    )
    return "<tr>" + "".join(f'<td style="{CELL}">{cell}</td>' for cell in cells) + "</tr>"
