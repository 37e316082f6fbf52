"""Problem 7.1: thirteen derivatives by hand."""

import functools
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from bpkit.problems.activations import relu
from bpkit.problems.problem import Arguments, Problem, Slip
from bpkit.problems.slips import planted, wrong

PARAMETERS_7_34 = (
    "phi_0", "phi_1", "phi_2",
    "psi_01", "psi_11", "psi_21", "psi_02", "psi_12", "psi_22",
    "theta_01", "theta_11", "theta_02", "theta_12",
)  # fmt: skip


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    """Parameters on a grid of quarters, so that a pre-activation can be exactly 0 in any order of adding."""

    def draw(low: float) -> dict[str, float]:
        return {name: float(rng.integers(round(low * 4), 9)) / 4 for name in ("x", *PARAMETERS_7_34)}

    mixed = [draw(-2) for _ in range(6)]
    near = mixed[0]  # a unit a little below its kink, so that a long difference quotient shows
    near["psi_01"] = -0.25 - near["psi_11"] * relu(near["theta_01"] + near["theta_11"] * near["x"])
    near["psi_01"] -= near["psi_21"] * relu(near["theta_02"] + near["theta_12"] * near["x"])
    near["phi_1"] = 1.0
    active = [draw(0.25) for _ in range(2)]
    kinks = [draw(0.25) for _ in range(4)]
    for number, p in enumerate(kinks):
        first, second = p["theta_01"] + p["theta_11"] * p["x"], p["theta_02"] + p["theta_12"] * p["x"]
        if number == 0:
            p["theta_01"] -= first
        elif number == 1:
            p["theta_02"] -= second
        elif number == 2:
            p["psi_01"] = -p["psi_11"] * first - p["psi_21"] * second
        else:
            p["psi_02"] = -p["psi_12"] * first - p["psi_22"] * second
    closed = [draw(0.25) for _ in range(4)]
    for p, unit in zip(closed, ("theta_01", "theta_02", "psi_01", "psi_02"), strict=True):
        p[unit] = -20.0  # this unit is off and, but for the units that depend on it, the others are on
    return mixed + active + kinks + closed


def greater_than_zero(z: Any) -> float:
    """The indicator 𝕀[z > 0], our slope of the ReLU: 0 at z = 0."""
    return float(z > 0)


def derivatives(
    slope: Callable[[Any], Any] = greater_than_zero,
    inner_slope: Callable[[Any], Any] | None = None,
    outer_slope: Callable[[Any], Any] | None = None,
    activation: Callable[[Any], Any] = relu,
    paths: tuple[float, float] = (1.0, 1.0),
    x_factor: float | None = None,
    swapped: bool = False,
    forward: Arguments | None = None,
    **p: Any,
) -> dict[str, float]:
    """The derivatives of 7.34; every keyword but the parameters plants one slip."""
    inner_slope, outer_slope = inner_slope or slope, outer_slope or slope
    x = p["x"]
    z1, z2 = p["theta_01"] + p["theta_11"] * x, p["theta_02"] + p["theta_12"] * x
    h1, h2 = activation(z1), activation(z2)
    psi_21, psi_12 = (p["psi_12"], p["psi_21"]) if swapped else (p["psi_21"], p["psi_12"])
    q = forward or {**p, "psi_21": psi_21, "psi_12": psi_12}
    u1 = q["psi_01"] + q["psi_11"] * relu(z1) + q["psi_21"] * relu(z2)
    u2 = q["psi_02"] + q["psi_12"] * relu(z1) + q["psi_22"] * relu(z2)
    to_u1, to_u2 = p["phi_1"] * outer_slope(u1), p["phi_2"] * outer_slope(u2)
    to_z1 = (paths[0] * to_u1 * p["psi_11"] + paths[1] * to_u2 * psi_12) * inner_slope(z1)
    to_z2 = (paths[0] * to_u1 * psi_21 + paths[1] * to_u2 * p["psi_22"]) * inner_slope(z2)
    x = x if x_factor is None else x_factor
    return {
        "phi_0": 1.0, "phi_1": activation(u1), "phi_2": activation(u2),
        "psi_01": to_u1, "psi_11": to_u1 * h1, "psi_21": to_u1 * h2,
        "psi_02": to_u2, "psi_12": to_u2 * h1, "psi_22": to_u2 * h2,
        "theta_01": to_z1, "theta_11": to_z1 * x, "theta_02": to_z2, "theta_12": to_z2 * x,
    }  # fmt: skip


def at_kinks(sentence: str, at_zero: float) -> Iterator[Slip]:
    """Another slope at exactly 0, in both layers or in one; it is named only where it explains all that is wrong.

    A difference quotient with a long step is wrong at kinks as well, and elsewhere.
    """

    def slope(z: Any) -> float:
        return float(np.heaviside(z, at_zero))

    both, inner = functools.partial(derivatives, slope=slope), functools.partial(derivatives, inner_slope=slope)
    for changed in (both, inner, functools.partial(derivatives, outer_slope=slope)):
        yield Slip(changed, sentence, alone=True)


def without_activation(**p: Any) -> dict[str, float]:
    """The ψ derivatives with the factor h forgotten."""
    right = derivatives(**p)
    return {
        "psi_11": right["psi_01"], "psi_21": right["psi_01"], "psi_12": right["psi_02"], "psi_22": right["psi_02"],
    }  # fmt: skip


def crossed(**p: Any) -> dict[str, float]:
    """The derivatives of ψ_21 and ψ_12 exchanged, and these two weights on the way back to θ."""
    right = derivatives(**p)
    exchanged = derivatives(**{**p, "psi_21": p["psi_12"], "psi_12": p["psi_21"]}, forward=p)
    thetas = {name: value for name, value in exchanged.items() if name.startswith("theta")}
    return {"psi_21": right["psi_12"], "psi_12": right["psi_21"], **thetas}


def times_activation(source: str, unit: str) -> tuple[tuple[str], Callable[..., Any]]:
    """How the derivative of a weight comes from that of the bias beside it: times the inner unit's activation."""

    def formula(given: Any, **p: Any) -> Any:
        return given[source] * relu(p[f"theta_0{unit}"] + p[f"theta_1{unit}"] * p["x"])

    return (source,), formula


PROBLEM = Problem(
    id="7.1",
    title="Thirteen derivatives by hand",
    points=5,
    minutes=30,
    hints=(
        "Give names to the two inner pre-activations and the two outer ones, and write y with these names.",
        "By observation 1: (derivative of y by the sum the weight enters) × (value the weight multiplies).",
        "θ_01 reaches y through both outer units: two products, added. Every ReLU on the way contributes 𝕀[z > 0].",
    ),
    instances=instances,
    truth=derivatives,
    follows={
        "psi_11": times_activation("psi_01", "1"), "psi_21": times_activation("psi_01", "2"),
        "psi_12": times_activation("psi_02", "1"), "psi_22": times_activation("psi_02", "2"),
        "theta_11": (("theta_01",), lambda given, x, **_: given["theta_01"] * x),
        "theta_12": (("theta_02",), lambda given, x, **_: given["theta_02"] * x),
    },
    slips=(
        *at_kinks("right except exactly at a kink, where this book's slope is 0: use 𝕀[z > 0], not 𝕀[z ≥ 0].", 1.0),
        *at_kinks("right except exactly at a kink, where this book's slope is 0, not ½: use 𝕀[z > 0].", 0.5),
        Slip(without_activation, "the activation of the source unit is missing (observation 1)."),
        wrong("this is φ_0 itself, not the derivative of y with respect to it.", phi_0=lambda **p: p["phi_0"]),
        Slip(crossed, "ψ_21 and ψ_12 are exchanged: ψ_jk goes from inner unit j to outer unit k.", alone=True),
        Slip(functools.partial(derivatives, swapped=True),
             "ψ_21 and ψ_12 are exchanged: ψ_jk goes from inner unit j to outer unit k.", alone=True),
        planted(derivatives, "a term is missing: where else does the output of this unit go?", paths=(1.0, 0.0)),
        planted(derivatives, "a term is missing: where else does this unit's output go?", paths=(0.0, 1.0)),
        planted(derivatives, "the slope of the inner ReLU is missing.", inner_slope=lambda z: 1.0),
        planted(derivatives, "the slope of the outer ReLU is missing.", outer_slope=lambda z: 1.0),
        planted(derivatives, "the slopes of the ReLUs are missing.", slope=lambda z: 1.0),
        planted(derivatives, "a pre-activation stands where its ReLU should.", activation=lambda z: z),
        planted(derivatives, "the factor x is missing.", x_factor=1.0),
    ),
)  # fmt: skip
