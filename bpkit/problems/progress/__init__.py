"""What a reader has done with the problems: remembered in my-work, and shown as a table, as bars and as a proposal."""

from bpkit.problems.progress.chapter_bars import bars
from bpkit.problems.progress.memory import remember
from bpkit.problems.progress.problem_page import description
from bpkit.problems.progress.problem_table import dashboard
from bpkit.problems.progress.proposal import next_problem
from bpkit.problems.progress.steps import SOLVED, TRIED, Step, hint_taken
from bpkit.problems.progress.view import View

__all__ = [
    "SOLVED",
    "TRIED",
    "Step",
    "View",
    "bars",
    "dashboard",
    "description",
    "hint_taken",
    "next_problem",
    "remember",
]
