"""The syllabi: their table of points is current, and each week's problems exist and fit into the week."""

import re

import pytest
from points_table import PAGE, page_with_tables

from bpkit.problems.catalogue import all_problems

TEXT = PAGE.read_text(encoding="utf-8")
WEEKS = re.findall(r"^\| (\d+) \|[^|]*\|[^|]*\| ([^|]+) \|$", TEXT, flags=re.MULTILINE)
MINUTES = 180


def problems_of(cell):
    """The problems that a cell of the table names, ranges filled in, and whether a star is behind them."""
    for first, last, star in re.findall(r"(\d\.\w+)(?:–(\d\.\w+))?(\\\*)?", cell):
        chapter, _, begin = first.partition(".")
        end = last.partition(".")[2] or begin
        numbers = range(int(begin), int(end) + 1) if begin.isdigit() else map(chr, range(ord(begin), ord(end) + 1))
        yield from ((f"{chapter}.{number}", bool(star)) for number in numbers)


def test_the_table_of_points_is_current():
    assert page_with_tables(TEXT) == TEXT, "run python tools/points_table.py"


def test_there_is_a_row_for_each_week():
    assert [int(week) for week, _ in WEEKS] == [*range(1, 7), *range(1, 13), 13, 14, 15]


@pytest.mark.parametrize(("week", "cell"), WEEKS)
def test_the_problems_of_a_week_exist_and_fit_into_it(week, cell):
    named = list(problems_of(cell))
    assert len(named) >= 3
    assert sum(all_problems()[name].minutes for name, star in named if not star) <= MINUTES


def test_no_problem_is_asked_for_twice():
    for weeks in (WEEKS[:6], WEEKS[6:]):
        names = [name for _, cell in weeks for name, _ in problems_of(cell)]
        assert len(names) == len(set(names))
