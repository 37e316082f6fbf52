"""Problem 7.h: reversible."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bpkit.problems.problem import Arguments, Entries, Problem, Slip
from bpkit.problems.slips import planted


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    """Three layers, and one: forward from inputs of which the reader gets only what comes out."""
    found: list[Arguments] = []
    for layers, width, examples in ((3, 3, 4), (1, 2, 3)):
        A, B = ([rng.normal(size=(width, width)) for _ in range(layers)] for _ in range(2))
        u, v, g_u, g_v = rng.normal(size=(4, width, examples))
        for a, b in zip(A, B, strict=True):
            u = u + np.tanh(a @ v)
            v = v + np.tanh(b @ u)
        found.append({"u": u, "v": v, "g_u": g_u, "g_v": g_v, "A": A, "B": B})
    return found


def undone(
    u: Any, v: Any, g_u: Any, g_v: Any, A: Any, B: Any,
    order: int = -1,
    u_first: bool = False,
    sign: float = 1.0,
    slope: Callable[[Any], Any] = lambda t: 1 - t**2,
    straight: float = 1.0,
    crossing: tuple[bool, bool] = (True, True),
    together: bool = False,
) -> Entries:  # fmt: skip
    """Inputs, their gradients and those of the weights; every keyword after B plants a slip."""
    dl_dA, dl_dB = [], []
    for a, b in list(zip(A, B, strict=True))[::order]:
        if u_first:
            before_u = u - np.tanh(a @ v)
            before_v = v - np.tanh(b @ before_u)
            t_b, t_a, at_u = np.tanh(b @ before_u), np.tanh(a @ v), before_u
        else:
            t_b, at_u = np.tanh(b @ u), u
            before_v = v - sign * t_b
            t_a = np.tanh(a @ before_v)
            before_u = u - sign * t_a
        at_b = slope(t_b) * g_v
        new_g_u = straight * g_u + crossing[0] * (b.T @ at_b)
        at_a = slope(t_a) * (g_u if together else new_g_u)
        dl_dB.append(at_b @ at_u.T)
        dl_dA.append(at_a @ before_v.T)
        g_v = straight * g_v + crossing[1] * (a.T @ at_a)
        g_u, u, v = new_g_u, before_u, before_v
    return {"u": u, "v": v, "g_u": g_u, "g_v": g_v, "dl_dA": dl_dA[::order], "dl_dB": dl_dB[::order]}


PROBLEM = Problem(
    id="7.h",
    title="Backpropagation without a trace",
    points=4,
    minutes=30,
    hints=(
        "From the last layer to the first. The half that changed last is undone first: v − tanh[B u].",
        "v goes into u + tanh[A v], the new u into v + tanh[B u]: so on the way back ∂ℓ/∂u is changed before ∂ℓ/∂v.",
        "t = tanh(b @ u), v = v − t, at_b = (1 − t²) · g_v, g_u = g_u + b.T @ at_b; then a, with u and v exchanged.",
    ),
    instances=instances,
    truth=undone,
    slips=(
        planted(undone, "u is undone before v, but u was changed first: v comes first on the way back.", u_first=True),
        planted(undone, "added once more; to undo an addition, subtract.", sign=-1.0),
        planted(undone, "the layers are undone from the first to the last.", order=1),
        planted(undone, "the slope of tanh, 1 − tanh², is missing.", slope=lambda t: 1.0),
        planted(undone, "the slope of tanh is 1 − tanh², and tanh is what you have already.",
                slope=lambda t: 1 - np.tanh(t) ** 2),
        planted(undone, "each half also goes straight on to the next layer: ∂ℓ/∂u and ∂ℓ/∂v keep what they had.",
                straight=0.0),
        planted(undone, "nothing comes through A and B: each half is also the input of the other's change.",
                crossing=(False, False)),
        planted(undone, "u is the input of tanh[B u] too: what comes back through B is to be added to ∂ℓ/∂u.",
                crossing=(False, True)),
        planted(undone, "v is the input of tanh[A v] too: what comes back through A is to be added to ∂ℓ/∂v.",
                crossing=(True, False)),
        planted(undone, "∂ℓ/∂u must have what comes through B before it goes on through A.", together=True),
        Slip(lambda u, v, g_u, g_v, A, B: {"u": u, "v": v, "g_u": g_u, "g_v": g_v},
             "this is what was given, at the output; the input is asked for."),
        Slip(lambda **a: {name: part[::-1] for name, part in undone(**a).items() if isinstance(part, list)},
             "they are in the order of the way back; the first layer comes first."),
        planted(undone, "the slope of tanh is 1 − tanh², and the square is missing.", slope=lambda t: 1 - t),
        Slip(lambda u, v, g_u, g_v, A, B: undone(u, v, g_u, g_v, B, A), "A and B are exchanged."),
    ),
)  # fmt: skip
