"""Problem 6.d: dropout of single weights."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bpkit.problems.problem import Arguments, Entries, Problem, Slip
from bpkit.problems.slips import planted


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    """Training with as many units as examples, and with others; a network in use; and p = 0, which drops nothing.

    Some weights are dropped and some kept in every draw, and for one of them u is p itself.
    """
    found = []
    for p, training, D_out, D_in, examples in (
        (float(rng.uniform(0.6, 0.8)), True, 3, 3, 3), (float(rng.uniform(0.2, 0.4)), True, 2, 4, 5),
        (float(rng.uniform(0.3, 0.8)), False, 3, 2, 4), (0.0, True, 2, 3, 2),
    ):  # fmt: skip
        u = rng.uniform(size=(D_out, D_in))
        u[0, :2], u[-1, -1] = (0.01, 0.99), p
        found.append({"h": rng.normal(size=(D_in, examples)) + 1.0, "omega": rng.normal(size=(D_out, D_in)), "u": u,
                      "p": p, "dl_df": rng.normal(size=(D_out, examples)), "training": training})  # fmt: skip
    return found


def drop_connect(
    h: Any, omega: Any, u: Any, p: Any, dl_df: Any, training: Any,
    mask: Callable[[Any, float], Any] = lambda u, p: u >= p,
    forward: Callable[[float], float] = lambda p: 1 / (1 - p),
    to_h: Callable[[Any, float], Any] = lambda mask, p: mask / (1 - p),
    to_omega: Callable[[Any, float], Any] = lambda mask, p: mask / (1 - p),
    in_use: float | None = None,
) -> Entries:  # fmt: skip
    """Output, gradients and variance; every keyword after training plants a slip."""
    if not training:
        factor = (1 - p) ** (in_use or 0.0)
        return {"f": factor * omega @ h, "dl_dh": factor * omega.T @ dl_df, "dl_domega": factor * dl_df @ h.T,
                "variance": np.zeros(dl_df.shape)}  # fmt: skip
    kept = mask(u, p).astype(float)
    return {
        "f": (kept * forward(p) * omega) @ h, "dl_dh": (to_h(kept, p) * omega).T @ dl_df,
        "dl_domega": to_omega(kept, p) * (dl_df @ h.T), "variance": omega**2 @ h**2 * p / (1 - p),
    }  # fmt: skip


def slip_of_variance(sentence: str, variance: Callable[[Any, Any, float], Any]) -> Slip:
    def answer(h: Any, omega: Any, p: Any, training: Any, **others: Any) -> Entries:
        return {"variance": variance(h, omega, p) if training else 0.0 * (omega @ h)}

    return Slip(answer, sentence)


def never_off(h: Any, omega: Any, u: Any, p: Any, dl_df: Any, training: Any) -> Entries:
    return drop_connect(h, omega, u, p, dl_df, True)


def units_dropped(h: Any, omega: Any, u: Any, p: Any, dl_df: Any, training: Any) -> Entries:
    """Dropout as the chapter has it, with u for the entries of h."""
    if not training:
        return drop_connect(h, omega, u, p, dl_df, training)
    if u.shape != h.shape:
        raise ValueError("there is not one u for each unit and example")
    factor = (u >= p) / (1 - p)
    return {"f": omega @ (factor * h), "dl_dh": factor * (omega.T @ dl_df), "dl_domega": dl_df @ (factor * h).T}


def units_of_all_examples(h: Any, omega: Any, u: Any, p: Any, dl_df: Any, training: Any) -> Entries:
    """The first row of u taken for the units."""
    return drop_connect(h, omega, np.broadcast_to(u[:1], u.shape), p, dl_df, training)


PROBLEM = Problem(
    id="6.d",
    title="Dropout of weights, there and back",
    points=3,
    minutes=25,
    hints=(
        "With the mask fixed this is a linear layer with other weights, factor ⊙ Ω. What are they?",
        "On the way back the weights in use are transposed. An entry of Ω goes into f times its factor.",
        "f_i is a sum over j of independent terms, each Ω_ij h_j/(1 − p) or 0. Variances of independent terms add up.",
        "One term has the mean Ω_ij h_j, and the mean square Ω_ij² h_j²/(1 − p).",
    ),
    instances=instances,
    truth=drop_connect,
    slips=(
        Slip(units_dropped, "units are dropped here, as in the chapter; u belongs to the weights, one mask for all."),
        Slip(units_of_all_examples, "a unit is dropped for all it leads to; each weight has a u of its own."),
        planted(drop_connect, "the mask is missing on the way back: the weights in use come back transposed.", "dl_dh",
                to_h=lambda mask, p: np.ones_like(mask)),
        planted(drop_connect, "the mask is missing on the way back, the factor is there.", "dl_dh",
                to_h=lambda mask, p: np.ones_like(mask) / (1 - p)),
        planted(drop_connect, "kept weights were multiplied by 1/(1 − p) on the way forward, so they are on this way.",
                "dl_dh", to_h=lambda mask, p: mask),
        planted(drop_connect, "multiplied on the way forward and divided on the way back: it is the same factor.",
                "dl_dh", to_h=lambda mask, p: mask * (1 - p)),
        planted(drop_connect, "a weight that was dropped had no part in the loss: its derivative is 0.", "dl_domega",
                to_omega=lambda mask, p: np.ones_like(mask)),
        planted(drop_connect, "the factor is there, the mask is missing: a dropped weight has the derivative 0.",
                "dl_domega", to_omega=lambda mask, p: np.ones_like(mask) / (1 - p)),
        planted(drop_connect, "this is the derivative by the weight in use; Ω goes into it times 1/(1 − p).",
                "dl_domega", to_omega=lambda mask, p: mask),
        planted(drop_connect, "multiplied on the way forward and divided on the way back: it is the same factor.",
                "dl_domega", to_omega=lambda mask, p: mask * (1 - p)),
        planted(drop_connect, "the factor is there twice.", "dl_domega", to_omega=lambda mask, p: mask / (1 - p) ** 2),
        planted(drop_connect, "the kept weights are not scaled up.", "f", forward=lambda p: 1.0),
        planted(drop_connect, "the kept weights are divided by p; divide by the probability to be kept.", "f",
                forward=lambda p: 1 / p if p else 1.0),
        planted(drop_connect, "the kept weights are made smaller: divide by 1 − p.", "f", forward=lambda p: 1 - p),
        planted(drop_connect, "the wrong weights are dropped: those with u < p are.", "f", "dl_dh", "dl_domega",
                mask=lambda u, p: u < p),
        planted(drop_connect, "p is the probability to be dropped; here it is that to be kept.", "f", "dl_dh",
                "dl_domega", mask=lambda u, p: u < 1 - p),
        planted(drop_connect, "u = p is not below p: that weight is kept.", "f", "dl_dh", "dl_domega",
                mask=lambda u, p: u > p),
        planted(drop_connect, "scaled once more when not training; the factor 1/(1 − p) in training has seen to that.",
                "f", "dl_dh", "dl_domega", in_use=1.0),
        Slip(never_off, "weights are dropped when not training too."),
        slip_of_variance("this squares the sum of the terms; they are independent, so each is squared by itself.",
                         lambda h, omega, p: (omega @ h) ** 2 * p / (1 - p)),
        slip_of_variance("this is the variance without the factor 1/(1 − p), whose square is missing.",
                         lambda h, omega, p: omega**2 @ h**2 * p * (1 - p)),
        slip_of_variance("these are the second moments of the terms; the squares of their means are to be taken away.",
                         lambda h, omega, p: omega**2 @ h**2 / (1 - p)),
        slip_of_variance("the terms are to be squared.", lambda h, omega, p: omega @ h * p / (1 - p)),
        slip_of_variance("upside down: the more is dropped, the larger the variance.",
                         lambda h, omega, p: omega**2 @ h**2 * (1 - p) / p if p else 0 * (omega @ h)),
        slip_of_variance("this is the standard deviation; asked is the variance.",
                         lambda h, omega, p: np.sqrt(omega**2 @ h**2 * p / (1 - p))),
        slip_of_variance("variances add up, standard deviations do not: square each term, then add.",
                         lambda h, omega, p: (np.abs(omega) @ np.abs(h)) ** 2 * p / (1 - p)),
        slip_of_variance("the weights are missing: the term is Ω_ij h_j, not h_j.",
                         lambda h, omega, p: np.ones_like(omega) @ h**2 * p / (1 - p)),
    ),
)  # fmt: skip
