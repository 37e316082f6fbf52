"""How far a reader is: each chapter's problems with the state they are in, and what has to be said about the notes."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from bpkit.problems.catalogue import chapters, is_id, quizzes
from bpkit.problems.problem import Problem
from bpkit.problems.progress.memory import my_work, name_in, recall
from bpkit.problems.progress.statements import exercises
from bpkit.problems.progress.steps import State, Step, Steps, state_of

Difficulty = Literal["easy", "medium", "hard"]


class Chapter(NamedTuple):
    """A chapter's problems and the questions of its quiz, each with its state; what is counted are the problems."""

    number: int
    title: str
    notebook: str
    problems: Sequence[tuple[Problem, State]]
    quiz: Sequence[tuple[Problem, State]] = ()

    def points(self, *states: State) -> int:
        """Return the points of the problems in these states, or of all."""
        return sum(problem.points for problem, state in self.problems if state in states or not states)

    def count(self, *states: State) -> int:
        """Return how many problems are in these states, or how many there are."""
        return sum(state in states or not states for _, state in self.problems)


class Overview(NamedTuple):
    """All chapters, the steps in the order in which they were done, and sentences about the notes."""

    chapters: Sequence[Chapter]
    done: Sequence[Step]
    notes: Sequence[str]

    @property
    def begun(self) -> int:
        """The number of the chapter with the last step; 1 before the first."""
        where = {
            problem.id: chapter.number for chapter in self.chapters for problem, _ in (*chapter.problems, *chapter.quiz)
        }
        return next((where[step.problem] for step in reversed(self.done) if step.problem in where), 1)


def overview() -> Overview:
    """Return how far the reader is who works in the my-work folder in which this Python runs."""
    steps, notes = noted()
    stated = exercises()
    result = []
    for number, problems in chapters().items():
        states, quiz = (
            [(problem, state_of(problem.id, steps.done)) for problem in them]
            for them in (problems, quizzes().get(number, ()))
        )
        there = stated.get(number)
        result.append(Chapter(number, there.title if there else "", there.notebook if there else "", states, quiz))
    return Overview(result, steps.done, notes)


def noted() -> tuple[Steps, list[str]]:
    """Return the steps that are remembered, and sentences about where, and about what could not be read."""
    folder = my_work()
    if folder is None:
        return Steps(), [
            "Nothing is remembered here: results are noted only for notebooks in my-work, the folder that "
            "`python -m bpkit` opens."
        ]
    name = name_in(folder)
    try:
        steps = recall()
    except OSError as error:
        return Steps(), [f"{name} cannot be read ({error.strerror or error}), so all problems appear open."]
    notes = [f"Results are noted in {name}."]
    if steps.damaged:
        lines = ", ".join(map(str, steps.damaged[:5])) + (", …" if len(steps.damaged) > 5 else "")
        notes.append(f"What cannot be read in it stays there and does not count: line {lines}.")
    unknown = sorted({step.problem for step in steps.done if not is_id(step.problem)})
    if unknown:
        notes.append(f"It also has problems that this version of the book does not: {', '.join(unknown[:5])}.")
    return steps, notes


def difficulty(problem: Problem) -> Difficulty:
    """Return how hard a problem is, by the author's estimates: 1 point or 10 minutes is easy, 4 points or 25 is hard.

    >>> from bpkit.problems.catalogue import find
    >>> difficulty(find("7.4")), difficulty(find("7.9")), difficulty(find("2.b"))
    ('easy', 'medium', 'hard')
    """
    if problem.points >= 4 or problem.minutes >= 25:
        return "hard"
    return "easy" if problem.points == 1 or problem.minutes <= 10 else "medium"
