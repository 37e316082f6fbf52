"""Problem 6.d: dropout."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bpkit.problems.problem import Arguments, Entries, Problem, Slip
from bpkit.problems.slips import planted


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    """Two training batches; a network in use; and p = 0, which drops nothing."""
    found = []
    for p, training in ((float(rng.uniform(0.6, 0.8)), True), (float(rng.uniform(0.2, 0.4)), True),
                        (float(rng.uniform(0.3, 0.8)), False), (0.0, True)):  # fmt: skip
        u = rng.uniform(size=(3, 4))
        u[0, :2] = 0.01, 0.99
        found.append({"h": rng.normal(size=(3, 4)) + 1.0, "u": u, "p": p, "dl_dout": rng.normal(size=(3, 4)),
                      "training": training})  # fmt: skip
    return found


def dropout(
    h: Any, u: Any, p: Any, dl_dout: Any, training: Any,
    mask: Callable[[Any, float], Any] = lambda u, p: u >= p,
    forward: Callable[[float], float] = lambda p: 1 / (1 - p),
    backward: Callable[[Any, float], Any] = lambda mask, p: mask / (1 - p),
    in_use: float | None = None,
) -> Entries:  # fmt: skip
    """Output, gradient and variance; every keyword after training plants a slip."""
    if not training:
        if in_use is None:
            return {"out": h, "dl_dh": dl_dout, "variance": np.zeros_like(h)}
        return {"out": h * (1 - p) ** in_use, "dl_dh": dl_dout * (1 - p) ** in_use, "variance": np.zeros_like(h)}
    kept = mask(u, p).astype(float)
    return {"out": kept * forward(p) * h, "dl_dh": backward(kept, p) * dl_dout, "variance": h**2 * p / (1 - p)}


def slip_of_variance(sentence: str, variance: Callable[[Any, float], Any]) -> Slip:
    return Slip(lambda h, p, training, **others: {"variance": variance(h, p) if training else 0.0 * h}, sentence)


def never_off(h: Any, u: Any, p: Any, dl_dout: Any, training: Any) -> Entries:
    return dropout(h, u, p, dl_dout, True)


PROBLEM = Problem(
    id="6.d",
    title="Dropout, there and back",
    points=3,
    minutes=20,
    hints=(
        "With the mask fixed, each output is its input times a number. Which number? It is the derivative as well.",
        "Kept units are multiplied by 1/(1 − p), so that the mean over masks is h. When not training, nothing changes.",
        "An output is h/(1 − p) with the probability 1 − p, else 0. Take E[out²] − E[out]².",
    ),
    instances=instances,
    truth=dropout,
    slips=(
        planted(dropout, "the mask is missing on the way back: a dropped unit gets no gradient.", "dl_dh",
                backward=lambda mask, p: np.ones_like(mask)),
        planted(dropout, "the mask is missing on the way back, the factor is there: a dropped unit gets no gradient.",
                "dl_dh", backward=lambda mask, p: np.ones_like(mask) / (1 - p)),
        planted(dropout, "kept outputs were multiplied by 1/(1 − p), so their gradients are too.", "dl_dh",
                backward=lambda mask, p: mask),
        planted(dropout, "multiplied on the way forward and divided on the way back: it is the same factor both times.",
                "dl_dh", backward=lambda mask, p: mask * (1 - p)),
        planted(dropout, "this is the output, not a gradient: ∂ℓ/∂out has to come in.", "dl_dh",
                backward=lambda mask, p: mask / (1 - p) ** 2),
        planted(dropout, "the kept units are not scaled up.", "out", forward=lambda p: 1.0),
        planted(dropout, "the kept units are divided by p; divide by the probability to be kept.", "out",
                forward=lambda p: 1 / p if p else 1.0),
        planted(dropout, "the kept units are made smaller: divide by 1 − p.", "out", forward=lambda p: 1 - p),
        planted(dropout, "the wrong units are dropped: those with u < p are.", "out", "dl_dh", mask=lambda u, p: u < p),
        planted(dropout, "p is the probability to be dropped; here it is that to be kept.", "out", "dl_dh",
                mask=lambda u, p: u < 1 - p),
        planted(dropout, "scaled once more when not training; the factor 1/(1 − p) in training has seen to that.",
                "out", "dl_dh", in_use=1.0),
        Slip(never_off, "units are dropped when not training too."),
        slip_of_variance("this is the variance of the mask alone; it is scaled, and multiplied by h.",
                         lambda h, p: p * (1 - p) + 0 * h),
        slip_of_variance("this is the variance without the factor 1/(1 − p), whose square is missing.",
                         lambda h, p: h**2 * p * (1 - p)),
        slip_of_variance("this is the second moment; the square of the mean is to be taken away.",
                         lambda h, p: h**2 / (1 - p)),
        slip_of_variance("h is to be squared.", lambda h, p: h * p / (1 - p)),
        slip_of_variance("upside down: the more is dropped, the larger the variance.",
                         lambda h, p: h**2 * (1 - p) / p if p else 0 * h),
        slip_of_variance("this is the standard deviation; asked is the variance.",
                         lambda h, p: np.abs(h) * math.sqrt(p / (1 - p))),
    ),
)  # fmt: skip
