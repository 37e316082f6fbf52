"""Problem 2.c: a layer for a whole batch."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bpkit.problems.activations import relu
from bpkit.problems.chapter_02.batches import middle, over_batch
from bpkit.problems.problem import Arguments, Entries, Problem, Slip
from bpkit.problems.slips import planted, wrong


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    """Layers of several shapes, a batch of one and a width of one among them."""
    drawn = []
    for D_out, D_in, examples in ((3, 5, 6), (1, 1, 3), (4, 2, 1)):
        f_before = rng.normal(size=(D_in, examples))
        if examples > 2:
            f_before -= middle(f_before)
        drawn.append({
            "g": rng.normal(size=(D_out, examples)), "h": relu(f_before), "f_before": f_before,
            "omega": rng.normal(size=(D_out, D_in)),
        })  # fmt: skip
    return drawn


def layer(
    g: Any, h: Any, f_before: Any, omega: Any,
    mask: Callable[[Any], Any] = lambda f: f > 0,
    total: Callable[[Any], Any] = over_batch,
    counted: Callable[[Any], Any] = lambda z: z,
) -> Entries:  # fmt: skip
    """7.21, 7.22 and 7.24 for one layer; `counted` chooses the examples whose outer products are summed."""
    return {
        "g_beta": total(g),
        "g_omega": counted(g) @ counted(h).T,
        "g_before": mask(f_before) * (omega.T @ g),
    }


def averaged(g: Any, h: Any, f_before: Any, omega: Any) -> Entries:
    return layer(g / g.shape[1], h, f_before, omega)


PROBLEM = Problem(
    id="2.c",
    title="A layer for a whole batch",
    points=2,
    minutes=10,
    hints=(
        "A product A @ B.T adds, column by column, the outer products of A's columns with B's columns.",
        "omega.T @ g multiplies every column of g at once; the mask then needs no index at all.",
        "Keep the shape (D, 1) of the bias: sum over the examples with axis=1 and keepdims=True.",
    ),
    instances=instances,
    truth=layer,
    slips=(
        planted(layer, "right except where f is exactly 0, where this book's slope is 0: use f_before > 0.",
                mask=lambda f: f >= 0),
        planted(layer, "right except where f is exactly 0, where this book's slope is 0, not ½: use f_before > 0.",
                "g_before", mask=lambda f: np.heaviside(f, 0.5)),
        planted(layer, "the mask 𝕀[f > 0] is missing.", mask=np.ones_like),
        planted(layer, "the ReLU itself stands where its slope, 0 or 1, should.", mask=relu),
        Slip(averaged, "averaged over the examples; the loop adds them up."),
        planted(layer, "one column for each example is left; the loop adds them up.", total=lambda g: g),
        planted(layer, "added up along the wrong axis: the examples are the columns, axis=1.", "g_beta",
                total=lambda g: g.sum(axis=0, keepdims=True)),
        planted(layer, "only the last example counts: each turn of the loop must add to what is there.",
                total=lambda g: g[:, -1:], counted=lambda z: z[:, -1:]),
        planted(layer, "only the first example counts; sum over all of them.",
                total=lambda g: g[:, :1], counted=lambda z: z[:, :1]),
        wrong("a pre-activation stands where the activation h should.",
              g_omega=lambda g, h, f_before, omega: g @ f_before.T),
        planted(layer, "the mask is the wrong way round: it lets through what the ReLU has cut off.", "g_before",
                mask=lambda f: f < 0),
    ),
)  # fmt: skip
