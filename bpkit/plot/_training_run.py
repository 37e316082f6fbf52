"""One moment of a training: the decision boundary, the path on a map of the loss, and what the steps were like."""

from typing import NamedTuple

from bpkit.numerical.arguments import whole_number
from bpkit.numerical.arrays import Array
from bpkit.plot import svg
from bpkit.plot.loss_plane import LossPlane, loss_plane
from bpkit.plot.map_window import frame
from bpkit.plot.recorded_training import STEPS, TWO_WEIGHTS, RecordedTraining, gradient_norms, update_ratios
from bpkit.plot.svg import Picture
from bpkit.plot.training_curves import LEFT, STROKES, curves, now_line
from bpkit.plot.training_maps import class_window, classes, loss_surface, loss_window, path, points_of_classes
from bpkit.plot.training_words import in_words, sentences, verdict

WIDTH, HEIGHT = 1000, 478


class Sheet(NamedTuple):
    """What the pictures of all moments of a training have in common, drawn once."""

    run: RecordedTraining
    plane: LossPlane
    norms: Array
    ratios: Array
    points: str
    surface: str
    curves: str


def training_run(run: RecordedTraining, step: int | None = None) -> Picture:
    """Draw the state of a training after `step` steps; None is the end.

    On the left the points and the probability that the network gives, with the line where it is ½. In the middle the
    loss on the plane in which most of the parameters' path lies, with the path; darker is higher. On the right, by
    step: the loss of all points and of the batch, the norm of ∂ℓ/∂Ω_k, the size of the update of Ω_k in proportion to
    Ω_k, and the learning rate. After a training has diverged, its last moment is shown.

    Raises TypeError or ValueError for a step that is not from 0 to 300.

    >>> from bpkit.plot.recorded_training import Settings, recorded
    >>> training_run(recorded(Settings(init="zeros"))).words.split(": ")[1].split(". ")[0]
    'in 300 steps the loss does not move by more than 1 %, from 0.69 to 0.69'
    """
    return training_picture(sheet(run), STEPS if step is None else step)


def sheet(run: RecordedTraining) -> Sheet:
    """Return what does not change from step to step, for `training_picture`."""
    plane, norms, ratios = loss_plane(run), gradient_norms(run), update_ratios(run)
    return Sheet(run, plane, norms, ratios, "".join(points_of_classes(run)), "".join(loss_surface(plane)),
                 "".join(curves(run, norms, ratios)))  # fmt: skip


def training_picture(one: Sheet, step: int) -> Picture:
    """Draw a moment as `training_run` does, from a sheet that is there already."""
    if whole_number("step", step, least=0) > STEPS:
        raise ValueError(f"step is {step}, expected at most {STEPS}.")
    run, plane, t = one.run, one.plane, min(step, one.run.steps)
    title, lines = in_words(run.settings), sentences(run, plane, one.norms, one.ratios, step)
    shapes = [
        svg.text(WIDTH / 2, 14, title, size=14),
        *classes(run, t), one.points, *frame(class_window(run), ("x₁", "x₂")),
        one.surface, *path(plane, t), *frame(loss_window(plane), _axes(run)),
        one.curves, now_line(run, t), *_legend(run),
        *(svg.text(20, HEIGHT - 50 + 19 * i, line, size=13.5, anchor="start") for i, line in enumerate(lines)),
    ]  # fmt: skip
    return svg.picture(WIDTH, HEIGHT, shapes, f"Training on {title}: {verdict(run)}. {' '.join(lines)}")


def _axes(run: RecordedTraining) -> tuple[str, str]:
    if run.settings.problem == TWO_WEIGHTS:
        return "ω₁", "ω₂"
    return "along the path's widest direction", "second widest"


def _legend(run: RecordedTraining) -> list[str]:
    y, shapes = HEIGHT - 82.0, []
    shapes += [
        f'<circle cx="50" cy="{y}" r="4" fill="{svg.LIGHT}" stroke="{svg.INK}"/>',
        svg.text(60, y, "class 0", size=12.5, anchor="start"),
        f'<rect x="124" y="{y - 3.5}" width="7" height="7" fill="{svg.DARK}"/>',
        svg.text(138, y, "class 1", size=12.5, anchor="start"),
        f'<path d="M204 {y}h24" stroke="{svg.INK}" stroke-width="2.4"/>',
        svg.text(234, y, "as likely as not", size=12.5, anchor="start"),
        f'<rect x="404" y="{y - 4}" width="8" height="8" fill="white" stroke="{svg.INK}" stroke-width="1.4"/>',
        svg.text(420, y, "start", size=12.5, anchor="start"),
        f'<circle cx="474" cy="{y}" r="6" fill="{svg.DARK}" stroke="white" stroke-width="2"/>',
        svg.text(486, y, "now", size=12.5, anchor="start"),
        f'<path d="M532 {y}h24" stroke="{svg.INK}" stroke-width="0.9" stroke-dasharray="2 2"/>',
        svg.text(562, y, "still to come", size=12.5, anchor="start"),
    ]
    for k in range(len(run.sizes) - 1):
        x = LEFT + 62 * k
        shapes += [f'<path d="M{x:g} {HEIGHT - 50}h24" fill="none" {stroke}/>' for stroke in STROKES[k]]
        shapes.append(svg.text(x + 30, HEIGHT - 50, "Ω" + svg.subscript(k), size=13, anchor="start"))
    return shapes
