"""The bars, one for each chapter, that `check.progress()` draws."""

import html

from bpkit.problems.progress.chapter_states import Chapter, overview
from bpkit.problems.progress.view import View, paragraphs

LENGTH = 24
TRACK = "display: inline-block; width: 12em; height: 0.9em; border: 1px solid currentColor; vertical-align: middle"
FILLED = "display: block; height: 100%; background: currentColor; opacity: 0.75"


def bars() -> View:
    """Return a bar for each chapter, as long as its solved problems' share of the points."""
    seen = overview()
    titles = [f"{chapter.number} · {chapter.title}".rstrip(" ·") for chapter in seen.chapters]
    width = max(map(len, titles))
    lines = [
        f"{title.ljust(width)}  {bar(chapter)}  {words(chapter)}"
        for title, chapter in zip(titles, seen.chapters, strict=True)
    ]
    rows = "".join(
        f'<tr><td style="text-align: left">{html.escape(title)}</td><td>{html_bar(chapter)}</td>'
        f'<td style="text-align: left">{words(chapter)}</td></tr>'
        for title, chapter in zip(titles, seen.chapters, strict=True)
    )
    return View(
        "\n".join([*lines, "", *seen.notes]), f"<div><table><tbody>{rows}</tbody></table>{paragraphs(seen.notes)}</div>"
    )


def bar(chapter: Chapter) -> str:
    """Return the bar in characters; it is full only when all is solved, and empty only when nothing is."""
    points, solved = chapter.points(), chapter.points("solved")
    full = LENGTH * solved // points if points else 0
    full = max(full, 1) if solved else 0
    return "█" * full + "░" * (LENGTH - full)


def html_bar(chapter: Chapter) -> str:
    """Return the bar as HTML, with its meaning in words for those who do not see it."""
    share = 100 * chapter.points("solved") / (chapter.points() or 1)
    return (
        f'<span role="img" aria-label="{words(chapter)}" style="{TRACK}">'
        f'<span style="{FILLED}; width: {share:.0f}%"></span></span>'
    )


def words(chapter: Chapter) -> str:
    """Return what the bar says."""
    tried = f", {chapter.count('tried')} tried" if chapter.count("tried") else ""
    solved = f"{chapter.count('solved')} of {chapter.count()} solved{tried}"
    return f"{chapter.points('solved')} of {chapter.points()} points, {solved}"
