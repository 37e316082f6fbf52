"""Two classes in the plane before and after each of the three shifts, with the best border."""

import numpy as np

from bpkit.plot.figure import described

_CANDIDATES, _SHOWN = 4000, 150
_ODDS = 9  # under label shift, how many crosses come on a circle


def three_shifts(rng: np.random.Generator) -> described:
    """Draw circles and crosses, Gaussians around x₁ = −1 and 1, from the source and after each kind of shift.

    The best border is where both classes are equally likely. Here the logarithm of the odds of a cross is 2x₁, plus
    ln 9 where there are nine times as many.

    >>> three_shifts(np.random.default_rng(0)).numbers.splitlines()[9]
    '  line of 2 points, x -1.1 to -1.1, y first 0, least 0, greatest 1, last 1'
    """
    import matplotlib.pyplot as plt  # not at the top: the other pictures need no Matplotlib

    label = rng.integers(0, 2, _CANDIDATES)
    points = rng.normal(size=(2, _CANDIDATES)) + np.array([[2.0], [0.0]]) * (label - 0.5)
    same = np.ones(_CANDIDATES)
    # How often each point is drawn, its class, and the border. Covariate shift: high points more often.
    cases = {
        "source": (same, label, 0.0),
        "covariate shift": (np.exp(1.2 * points[1]), label, 0.0),
        "label shift": (np.where(label == 1, _ODDS, 1), label, -np.log(_ODDS) / 2),
        "concept shift": (same, 1 - label, 0.0),
    }
    figure, panels = plt.subplots(1, 4, figsize=(10, 2.7), sharex=True, sharey=True)
    for axes, (name, (often, called, border)) in zip(panels, cases.items(), strict=True):
        i = rng.choice(_CANDIDATES, _SHOWN, p=often / often.sum())
        for k, (marker, kind) in enumerate((("o", "circles"), ("x", "crosses"))):
            axes.scatter(*points[:, i[called[i] == k]], s=14, marker=marker, label=kind)
        axes.axvline(border, color="k", linestyle="--")
        axes.set(title=name)
    panels[0].legend(fontsize=7, loc="lower left")
    return described(
        figure,
        "Two classes, left and right. Covariate shift: both move up. Label shift: more crosses, each class where it "
        "was. Concept shift: the marks are exchanged. Dashed: the best border.",
    )
