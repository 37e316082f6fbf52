"""Figures in numbers: whatever is drawn is told, and a change of any value beyond rounding changes what is told."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from bpkit.plot import described
from bpkit.plot.figure_in_numbers import figure_in_numbers

X = np.linspace(0.1, 1.0, 7)
Y = np.sin(3 * X) + 2
FIELD = np.outer(X, Y)

# What is drawn, as a function of the y-values, and what must be told of it.
DRAWINGS = {
    "line": lambda axes, y: axes.plot(X, y, label="loss"),
    "dots": lambda axes, y: axes.scatter(X, y),
    "band": lambda axes, y: axes.fill_between(X, y - 1, y + 1),
    "bars": lambda axes, y: axes.bar(X, y),
    "level": lambda axes, y: axes.axhline(y[-1]),
    "levels": lambda axes, y: axes.contour(X, X, np.outer(X, y), levels=[0.4, 0.9]),
    "stretches": lambda axes, y: axes.vlines(X, 0, y),
    "arrows": lambda axes, y: axes.quiver(X, X, X, y),
    "arrows elsewhere": lambda axes, y: axes.quiver(X, y, X, X),
    "image": lambda axes, y: axes.imshow(np.outer(X, y)),
    "mesh": lambda axes, y: axes.pcolormesh(np.outer(X, y)),
}


def told(draw, y=Y, **settings):
    figure, axes = plt.subplots()
    draw(axes, y)
    axes.set(**settings)
    try:
        return figure_in_numbers(figure)
    finally:
        plt.close(figure)


@pytest.mark.parametrize("name", DRAWINGS)
def test_every_kind_of_drawing_is_told_and_so_is_a_change_of_its_values(name):
    draw = DRAWINGS[name]
    assert len(told(draw).splitlines()) == 2, "the axes, and the drawing"
    assert told(draw) == told(draw, Y * (1 + 1e-9))
    assert told(draw).splitlines()[1] != told(draw, 1.05 * Y).splitlines()[1]


@pytest.mark.parametrize("place", ["first", "least", "greatest", "last"])
def test_a_curve_that_is_wrong_at_a_telling_place_is_found(place):
    y = np.array([3.0, 1.0, 2.0, 9.0, 4.0])
    wrong = y.copy()
    wrong[{"first": 0, "least": 1, "greatest": 3, "last": 4}[place]] *= 1.05
    plain, changed = (told(lambda axes, y: axes.plot(y), values).splitlines()[1] for values in (y, wrong))
    assert plain.split(", ") != changed.split(", ")
    assert sum(one != other for one, other in zip(plain.split(", "), changed.split(", "), strict=True)) == 1


def test_labels_scales_and_titles_are_told():
    text = told(DRAWINGS["line"], xlabel="epoch", ylabel="loss", yscale="log", title="one\nrun")
    assert text.startswith("axes 1: one run, x (epoch) 0.1 to 1, y (loss) ")
    assert text.splitlines()[0].endswith(", logarithmic") and text.splitlines()[1].startswith(
        "  loss: line of 7 points"
    )


def test_rounding_errors_of_a_sum_are_0_and_small_values_of_one_sign_are_not():
    assert "least -1, greatest 2, last 0" in told(lambda axes, y: axes.plot([1.0, -1.0, 2.0, 3e-17]))
    assert "last 3e-17" in told(lambda axes, y: axes.plot([1.0, 2.0, 3e-17]))


def test_nothing_and_nan_can_be_told():
    assert told(lambda axes, y: None).startswith("axes 1: x nowhere")
    assert "y not finite" in told(lambda axes, y: axes.plot([np.nan, np.nan]))
    assert "line of 0 points" in told(lambda axes, y: axes.plot([], []))


def test_a_figure_shows_its_image_with_words_and_its_numbers_folded_below(capsys, monkeypatch):
    display = pytest.importorskip("IPython.display")
    shown = []
    monkeypatch.setattr(display, "display", lambda data, **settings: shown.append((data, settings)))
    figure, axes = plt.subplots()
    axes.plot([1.0, 2.0], label="a < b")
    picture = described(figure, "A rising line.")
    picture._ipython_display_()
    (image, settings), (numbers, _) = shown
    assert image["image/png"].startswith(b"\x89PNG") and settings["metadata"] == {
        "image/png": {"alt": "A rising line."}
    }
    assert image["text/plain"] == repr(picture) == f"A rising line.\n{picture.numbers}"
    assert numbers["text/html"].startswith("<details>") and "a &lt; b: line of 2 points" in numbers["text/html"]
    assert figure.number not in plt.get_fignums(), "the figure is closed"
