"""The item statistics as a table, problems.csv, and as a page with plots, statistics.html."""

import base64
import html
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bpkit.command.course.graded import Graded
from bpkit.command.course.hand_in import Submission
from bpkit.command.course.items import Statistics, by_assignment
from bpkit.command.course.marks import REPORTS, write_table

COLUMNS = (
    "assignment", "problem", "points", "handed_in", "attempts", "solved", "share_solved", "discrimination",
    "slip_1", "times_1", "slip_2", "times_2", "slip_3", "times_3",
)  # fmt: skip
PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ font: 16px/1.5 sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #222 }}
table {{ border-collapse: collapse; width: 100% }}
th, td {{ text-align: left; vertical-align: top; padding: .3rem .6rem; border-bottom: 1px solid #ccc }}
td.number, th.number {{ text-align: right; white-space: nowrap }}
img {{ max-width: 100%; height: auto }}
</style>
</head>
<body>
<h1>{title}</h1>
<p>Shares are of those who handed in the chapter. An answer that was left as it came does not count as an attempt. The
discrimination of a problem is the correlation of its points with the points in the chapter's other problems: near 0 it
does not tell those who know the rest from those who do not, below 0 look at the problem or its check. In a class of
fewer than thirty it is not to be relied on.</p>
{body}
</body>
</html>
"""


def write_statistics(course: Path, results: Mapping[Submission, Graded]) -> None:
    """Write problems.csv and statistics.html."""
    pairs = [(submission.assigned.assignment, graded) for submission, graded in results.items()]
    statistics = by_assignment(pairs)
    rows = [row_of(assignment, one) for assignment, group in statistics.items() for one in group]
    write_table(course / REPORTS / "problems.csv", COLUMNS, rows)
    sections = []
    for assignment, group in statistics.items():
        graded = [one for name, one in pairs if name == assignment]
        sections.append(section(assignment, group, graded))
    title = f"Problems of {course.name}"
    body = "\n".join(sections) or "<p>Nothing is graded yet.</p>"
    page = PAGE.format(title=html.escape(title), body=body)
    (course / REPORTS / "statistics.html").write_text(page, encoding="utf-8")


def row_of(assignment: str, one: Statistics) -> list[str]:
    """Return a problem's row of the table."""
    numbers = [f"{one.points:g}", str(one.handed_in), str(one.attempts), str(one.solved), f"{one.share_solved:.3f}"]
    slips = [text for slip, times in one.slips[:3] for text in (slip, str(times))]
    row = [assignment, one.problem, *numbers, shown(one.discrimination), *slips]
    return row + [""] * (len(COLUMNS) - len(row))


def shown(discrimination: float | None) -> str:
    """Return a discrimination with two digits; nothing where there is none."""
    return "" if discrimination is None else f"{discrimination:.2f}"


def section(assignment: str, group: Sequence[Statistics], graded: Sequence[Graded]) -> str:
    """Return what the page says about one assignment."""
    heading = f"<h2>{html.escape(assignment.replace('_', ' ').capitalize())}</h2>"
    failed = sum(bool(one.failure) for one in graded)
    counts = f"<p>Handed in: {len(graded)}. Could not be graded, and left out below: {failed}.</p>"
    if not group:
        return heading + counts
    heads = "".join(
        f'<th scope="col"{kind}>{name}</th>'
        for name, kind in (
            ("Problem", ""), ("Points", NUMBER), ("Attempts", NUMBER), ("Solved", NUMBER), ("Share", NUMBER),
            ("Discrimination", NUMBER), ("Most frequent slips", ""),
        )
    )  # fmt: skip
    rows = "\n".join(map(table_row, group))
    return f"{heading}\n{counts}\n{plots(group, graded)}\n<table>\n<tr>{heads}</tr>\n{rows}\n</table>"


NUMBER = ' class="number"'


def table_row(one: Statistics) -> str:
    """Return a problem's row of the page."""
    slips = "<br>".join(f"{times} × {html.escape(slip)}" for slip, times in one.slips[:3])
    numbers = (
        f"{one.points:g}", str(one.attempts), str(one.solved), f"{one.share_solved:.0%}", shown(one.discrimination)
    )  # fmt: skip
    cells = "".join(f"<td{NUMBER}>{number}</td>" for number in numbers)
    return f'<tr><th scope="row">{html.escape(one.problem)}</th>{cells}<td>{slips}</td></tr>'


def plots(group: Sequence[Statistics], graded: Sequence[Graded]) -> str:
    """Return a picture of how the points are spread, how many solved each problem, and how it discriminates."""
    from matplotlib.figure import Figure

    points = [one.points for one in graded if not one.failure]
    most = sum(one.points for one in group)
    figure = Figure(figsize=(11, 3.6), layout="constrained")
    spread, shares, quality = figure.subplots(1, 3)
    spread.hist(points, bins=min(int(most), 20) or 1, range=(0, most), color="#4477aa", edgecolor="white")
    spread.set(title="Points in the chapter", xlabel=f"points of {most:g}", ylabel="students")
    draw_shares(shares, group)
    spread.yaxis.get_major_locator().set_params(integer=True)
    draw_discrimination(quality, group)
    picture = io.BytesIO()
    figure.savefig(picture, format="png", dpi=110)
    content = base64.b64encode(picture.getvalue()).decode()
    words = (
        f"Three plots: {len(points)} students' points of {most:g}; for each problem the share that tried it and the "
        "share that solved it; and its discrimination. The numbers are in the table below."
    )
    return f'<p><img src="data:image/png;base64,{content}" alt="{html.escape(words)}"></p>'


def draw_shares(axes: Any, group: Sequence[Statistics]) -> None:
    """Draw a bar for each problem: light for those who tried it, dark for those who solved it."""
    places = range(len(group))
    axes.bar(places, [one.attempts / one.handed_in for one in group], color="#bbccdd", label="tried")
    axes.bar(places, [one.share_solved for one in group], color="#4477aa", label="solved")
    name_problems(axes, group)
    axes.set(title="Tried and solved", ylim=(0, 1), ylabel="share of those who handed in")
    axes.legend(loc="upper right", framealpha=0.8)


def draw_discrimination(axes: Any, group: Sequence[Statistics]) -> None:
    """Draw a dot for each problem that has a discrimination."""
    known = [(place, one.discrimination) for place, one in enumerate(group) if one.discrimination is not None]
    axes.plot([place for place, _ in known], [value for _, value in known], "o", color="#4477aa")
    axes.axhline(0, color="#999999", linewidth=1)
    name_problems(axes, group)
    axes.set(title="Discrimination", xlim=(-0.5, len(group) - 0.5), ylim=(-1.05, 1.05))
    axes.grid(axis="y", color="#dddddd")


def name_problems(axes: Any, group: Sequence[Statistics]) -> None:
    """Put the problems below the axis, upright where there are many."""
    axes.set_xticks(range(len(group)), [one.problem for one in group], rotation=90 if len(group) > 10 else 0)
