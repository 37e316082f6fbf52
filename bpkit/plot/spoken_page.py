"""The page of a timeline: a line that a screen reader reads aloud whenever it changes, and pictures below it."""

import html

from bpkit.plot.svg import Picture


def spoken_page(words: str, *pictures: Picture) -> str:
    """Return the page as HTML.

    >>> "1 &lt; 2" in spoken_page("1 < 2")
    True
    """
    return (
        '<div style="background: white; color: #1a1a1a">'
        '<p style="margin: 4px 8px; line-height: 1.45" aria-live="polite">'
        f"{html.escape(words)}</p>{''.join(picture.svg for picture in pictures)}</div>"
    )
