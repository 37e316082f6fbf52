"""A cost of a module's output, C(G(w)), and the graph that computes its gradient from right to left."""

from bpkit.plot import svg
from bpkit.plot.svg import Picture

_FORWARD, _BACKWARD = 62.0, 160.0


def gradient_graph() -> Picture:
    """Draw w → G → ȳ → C above, and the reversed graph of Jacobians, with the shape of each factor, below.

    >>> print(gradient_graph().words[:49])
    Above, from left to right: w and x enter G, whose
    """
    shapes = [
        svg.text(60, _FORWARD, "w  (N)", size=16),
        svg.arrow(92, _FORWARD, 178, _FORWARD),
        svg.text(230, _FORWARD - 46, "x", size=16),
        svg.arrow(230, _FORWARD - 36, 230, _FORWARD - 20),
        svg.box(230, _FORWARD, 100, 38, fill=svg.PALE),
        svg.text(230, _FORWARD, "G(x, w)", size=16),
        svg.arrow(282, _FORWARD, 478, _FORWARD),
        svg.text(380, _FORWARD - 14, "ȳ  (M)", size=15),
        svg.text(530, _FORWARD - 46, "y", size=16),
        svg.arrow(530, _FORWARD - 36, 530, _FORWARD - 20),
        svg.box(530, _FORWARD, 100, 38, fill=svg.PALE),
        svg.text(530, _FORWARD, "C(y, ȳ)", size=16),
        svg.arrow(582, _FORWARD, 660, _FORWARD),
        svg.text(690, _FORWARD, "C", size=16),
        svg.text(690, _BACKWARD, "1", size=16, colour=svg.DARK),
        svg.arrow(670, _BACKWARD, 592, _BACKWARD, colour=svg.DARK),
        svg.box(530, _BACKWARD, 120, 38, fill="white", line=svg.DARK, thick=2),
        svg.text(530, _BACKWARD, "∂C/∂ȳ  (M × 1)", size=15, colour=svg.DARK),
        svg.arrow(468, _BACKWARD, 302, _BACKWARD, colour=svg.DARK),
        svg.box(230, _BACKWARD, 140, 38, fill="white", line=svg.DARK, thick=2),
        svg.text(230, _BACKWARD, "∂ȳ/∂w  (N × M)", size=15, colour=svg.DARK),
        svg.arrow(158, _BACKWARD, 122, _BACKWARD, colour=svg.DARK),
        svg.text(62, _BACKWARD, "∂C/∂w", size=16, colour=svg.DARK),
        svg.text(62, _BACKWARD + 22, "(N × 1)", size=13, colour=svg.DARK),
    ]
    words = (
        "Above, from left to right: w and x enter G, whose output y-bar enters C together with y. Below, from right to "
        "left: 1, the column dC/dy-bar (M × 1) and the Jacobian dy-bar/dw (N × M), which give the column dC/dw (N × 1)."
    )
    return svg.picture(740, 200, shapes, words)
