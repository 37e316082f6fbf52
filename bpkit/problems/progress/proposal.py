"""The problem to do next, which `check.next()` proposes, and why this one."""

from typing import NamedTuple

from bpkit.problems.problem import Problem
from bpkit.problems.progress.chapter_states import Chapter, Overview, overview
from bpkit.problems.progress.links import link_to
from bpkit.problems.progress.view import View, counted, linked, paragraphs


class Proposal(NamedTuple):
    """A problem and the reason for proposing it."""

    problem: Problem
    reason: str


def next_problem() -> View:
    """Return the easiest problem that is open in the chapter the reader works on."""
    seen = overview()
    proposal = propose(seen)
    if proposal is None:
        text = "All problems are solved."
        return View(text, f"<b>{text}</b>")
    problem, reason = proposal
    name = f"{problem.id} · {problem.title}"
    effort = f"{counted(problem.points, 'point')}, about {problem.minutes} minutes"
    more = f'`check("{problem.id}")` shows what it asks.'
    address = link_to(problem.id, "exercises")
    notes = [reason, more, *seen.notes]
    text = "\n".join([f"Next: {name} ({effort})", *notes])
    return View(text, f"<div><b>Next: {linked(name, address)}</b> ({effort}){paragraphs(notes)}</div>")


def propose(seen: Overview) -> Proposal | None:
    """Return what to do next: in the chapter of the last step the easiest that is open, or else one that was tried.

    When all of that chapter is solved, the next one with something to solve comes, and after the last the first again.
    """
    order = [chapter for chapter in seen.chapters if chapter.number >= seen.begun]
    order += [chapter for chapter in seen.chapters if chapter.number < seen.begun]
    unsolved = next((chapter for chapter in order if chapter.count("open", "tried")), None)
    if unsolved is None:
        return None
    state = "open" if unsolved.count("open") else "tried"
    candidates = [problem for problem, its_state in unsolved.problems if its_state == state]
    easiest = min(candidates, key=lambda problem: (problem.minutes, problem.points))  # the first of several
    return Proposal(easiest, reason_of(unsolved, seen, state))


def reason_of(chapter: Chapter, seen: Overview, state: str) -> str:
    """Return why a problem of this chapter is proposed."""
    if not seen.done:
        where = f"of chapter {chapter.number}, where the book begins"
    elif chapter.number == seen.begun:
        where = f"of chapter {chapter.number}, where you were last"
    else:
        where = f"of chapter {chapter.number}; in chapter {seen.begun} all is solved"
    if state == "tried":
        return f"You have tried it, and it is the shortest of those left {where}."
    return f"It is the shortest of the open ones {where}."
