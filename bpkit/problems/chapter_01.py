"""The problems of chapter 01: the toy example of sections 7.1–7.3."""

from collections.abc import Callable, Sequence
from itertools import combinations
from typing import Any

import numpy as np

from bpkit.networks import toy
from bpkit.problems.problem import Arguments, Entries, Problem, Slip

Generator = np.random.Generator


def relu(z: Any) -> Any:
    return np.maximum(z, 0.0)


def greater_than_zero(z: Any) -> float:
    """The indicator 𝕀[z > 0], our slope of the ReLU: 0 at z = 0."""
    return float(z > 0)


# ---- 7.1: thirteen derivatives of the two-layer network 7.34 ---------------------------------------------------------

PARAMETERS_7_34 = (
    "phi_0", "phi_1", "phi_2",
    "psi_01", "psi_11", "psi_21", "psi_02", "psi_12", "psi_22",
    "theta_01", "theta_11", "theta_02", "theta_12",
)  # fmt: skip


def instances_7_1(rng: Generator) -> Sequence[Arguments]:
    """Parameters on a grid of quarters, so that a pre-activation can be exactly 0 in any order of adding."""

    def draw(low: float) -> dict[str, float]:
        return {name: float(rng.integers(round(low * 4), 9)) / 4 for name in ("x", *PARAMETERS_7_34)}

    mixed = [draw(-2) for _ in range(6)]
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


def derivatives_7_1(
    p: Arguments,
    slope: Callable[[Any], Any] = greater_than_zero,
    inner_slope: Callable[[Any], Any] | None = None,
    outer_slope: Callable[[Any], Any] | None = None,
    activation: Callable[[Any], Any] = relu,
    paths: tuple[float, float] = (1.0, 1.0),
    x_factor: float | None = None,
    swapped: bool = False,
    forward: Arguments | None = None,
) -> dict[str, float]:
    """The derivatives of 7.34; every keyword other than `p` plants one slip."""
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


def slip_7_1(sentence: str, **planted: Any) -> Slip:
    return Slip(lambda **p: derivatives_7_1(p, **planted), sentence)


def without_activation_7_1(**p: float) -> dict[str, float]:
    """The ψ derivatives with the factor h forgotten."""
    right = derivatives_7_1(p)
    return {
        "psi_11": right["psi_01"], "psi_21": right["psi_01"], "psi_12": right["psi_02"], "psi_22": right["psi_02"],
    }  # fmt: skip


def crossed_7_1(**p: float) -> dict[str, float]:
    """The derivatives of ψ_21 and ψ_12 exchanged, and these two weights on the way back to θ."""
    right = derivatives_7_1(p)
    exchanged = derivatives_7_1({**p, "psi_21": p["psi_12"], "psi_12": p["psi_21"]}, forward=p)
    thetas = {name: value for name, value in exchanged.items() if name.startswith("theta")}
    return {"psi_21": right["psi_12"], "psi_12": right["psi_21"], **thetas}


PROBLEM_7_1 = Problem(
    id="7.1",
    title="Thirteen derivatives by hand",
    points=5,
    minutes=30,
    hints=(
        "Give names to the two inner pre-activations and the two outer ones, and write y with these names.",
        "By observation 1: (derivative of y by the sum the weight enters) × (value the weight multiplies).",
        "θ_01 reaches y through both outer units: two products, added. Every ReLU on the way contributes 𝕀[z > 0].",
    ),
    instances=instances_7_1,
    truth=lambda **p: derivatives_7_1(p),
    slips=(
        slip_7_1("right except exactly at a kink, where this book's slope is 0: use 𝕀[z > 0], not 𝕀[z ≥ 0].",
                 slope=lambda z: float(z >= 0)),
        slip_7_1("right except exactly at a kink, where this book's slope is 0, not ½: use 𝕀[z > 0].",
                 slope=lambda z: float(np.heaviside(z, 0.5))),
        Slip(without_activation_7_1, "the activation of the source unit is missing (observation 1)."),
        Slip(lambda **p: {"phi_0": p["phi_0"]}, "this is φ_0 itself, not the derivative of y with respect to it."),
        Slip(crossed_7_1, "ψ_21 and ψ_12 are exchanged: ψ_jk goes from inner unit j to outer unit k."),
        slip_7_1("ψ_21 and ψ_12 are exchanged: ψ_jk goes from inner unit j to outer unit k.", swapped=True),
        slip_7_1("a term is missing: where else does the output of this unit go?", paths=(1.0, 0.0)),
        slip_7_1("a term is missing: where else does this unit's output go?", paths=(0.0, 1.0)),
        slip_7_1("the slope of the inner ReLU is missing.", inner_slope=lambda z: 1.0),
        slip_7_1("the slope of the outer ReLU is missing.", outer_slope=lambda z: 1.0),
        slip_7_1("the slopes of the ReLUs are missing.", slope=lambda z: 1.0),
        slip_7_1("a pre-activation stands where its ReLU should.", activation=lambda z: z),
        slip_7_1("the factor x is missing.", x_factor=1.0),
    ),
)  # fmt: skip


# ---- The toy model, as the other problems use it ---------------------------------------------------------------------


def draw_toy(rng: Generator, count: int = 12) -> list[dict[str, Any]]:
    """Inputs, targets and parameters of the toy model, away from where exp is huge."""
    return [
        {
            "x": float(rng.normal()),
            "y": float(rng.normal()),
            "beta": rng.uniform(-1.5, 1.5, size=4),
            "omega": rng.uniform(0.3, 1.5, size=4) * rng.choice([-1.0, 1.0], size=4),
        }
        for _ in range(count)
    ]


def stored_instances(rng: Generator) -> Sequence[Arguments]:
    """What the forward pass stored, for problems that start there."""
    instances: list[Arguments] = []
    for drawn in draw_toy(rng):
        stored = toy.forward(**drawn)
        instances.append({"f": stored.f, "h": stored.h, "y": drawn["y"], "omega": drawn["omega"]})
    return instances


# ---- 7.2: the last factor of each chain in 7.12 ----------------------------------------------------------------------


def factors_7_2(f: Any, h: Any, omega: Any) -> Entries:
    return {
        "dh3_df2": -np.sin(f[2]),
        "df2_dh2": omega[2],
        "dh2_df1": np.exp(f[1]),
        "df1_dh1": omega[1],
        "dh1_df0": np.cos(f[0]),
    }


PROBLEM_7_2 = Problem(
    id="7.2",
    title="The new factor in each chain",
    points=2,
    minutes=10,
    hints=(
        "In each line of 7.12 the brackets hold what is known already. The factor in front of them is the new one.",
        "Two kinds alternate: the derivative of an activation, and the derivative of β + ω·h with respect to h.",
        "∂h_3/∂f_2 is the derivative of cos at f_2; mind its sign, and where it is evaluated.",
    ),
    instances=lambda rng: [{key: one[key] for key in ("f", "h", "omega")} for one in stored_instances(rng)],
    truth=factors_7_2,
    slips=(
        Slip(lambda f, h, omega: {"dh3_df2": np.sin(f[2])}, "the derivative of cos has a minus sign."),
        Slip(lambda f, h, omega: {"dh3_df2": -np.sin(h[3]), "dh2_df1": np.exp(h[2]), "dh1_df0": np.cos(h[1])},
             "evaluated at the activation h; an activation's slope is taken at its input f."),
        Slip(lambda f, h, omega: {"dh3_df2": np.sin(h[3])},
             "evaluated at the activation h, and the derivative of cos has a minus sign."),
        Slip(lambda f, h, omega: {"dh3_df2": h[3], "dh1_df0": h[1]},
             "this is the activation itself, not its derivative."),
        Slip(lambda f, h, omega: {"df2_dh2": h[2], "df1_dh1": h[1]},
             "this is ∂f/∂ω; asked is ∂f/∂h, the factor that stands in front of h."),
        Slip(lambda f, h, omega: {"df2_dh2": omega[3], "df1_dh1": omega[2]}, "this is the weight of the next layer."),
        Slip(lambda f, h, omega: {"df2_dh2": omega[1], "df1_dh1": omega[0]}, "this is the weight of the layer before."),
        Slip(lambda f, h, omega: {"dh2_df1": f[1] * np.exp(f[1] - 1)},
             "exp is not a power of f: the power rule does not apply to it."),
    ),
)  # fmt: skip


# ---- 1.a: the forward pass -------------------------------------------------------------------------------------------


def forward_1_a(x: Any, y: Any, beta: Any, omega: Any) -> Entries:
    stored = toy.forward(x, y, beta, omega)
    return {"f": stored.f, "h": stored.h, "loss": stored.loss}


def wrong_chain_1_a(x: Any, y: Any, beta: Any, omega: Any, functions: Sequence[Callable[[Any], Any]]) -> Entries:
    """A forward pass with other functions in the chain, or with the last one applied to f_3 too."""
    f, h = np.zeros(4), np.zeros(4)
    value = x
    for k in range(4):
        h[k] = value
        f[k] = beta[k] + omega[k] * h[k]
        value = functions[k](f[k]) if k < len(functions) else f[k]
    return {"f": f, "h": h, "loss": (value - y) ** 2}


def slip_1_a(sentence: str, *functions: Callable[[Any], Any]) -> Slip:
    return Slip(lambda **arguments: wrong_chain_1_a(**arguments, functions=functions), sentence)


PROBLEM_1_A = Problem(
    id="1.a",
    title="The forward pass",
    points=2,
    minutes=8,
    hints=(
        "Eight lines, one for each row of 7.8.",
        "h[0] is x. Then f[k] = beta[k] + omega[k] * h[k], and h[k + 1] is sin, exp, cos of f[k] for k = 0, 1, 2.",
    ),
    instances=draw_toy,
    truth=forward_1_a,
    slips=(
        slip_1_a("sin and cos are exchanged.", np.cos, np.exp, np.sin),
        slip_1_a("nothing follows f_3: the loss compares f_3 itself with y.", np.sin, np.exp, np.cos, np.cos),
        Slip(lambda x, y, beta, omega: {"loss": toy.forward(x, y, beta, omega).f[3] - y},
             "this is the difference f_3 − y; the loss is its square."),
        Slip(lambda x, y, beta, omega: {"loss": abs(toy.forward(x, y, beta, omega).f[3] - y)},
             "this is the distance |f_3 − y|; the loss is its square."),
        Slip(lambda x, y, beta, omega: {"loss": toy.forward(x, 0.0, beta, omega).loss}, "y is not used."),
        Slip(lambda x, y, beta, omega: forward_1_a(x, y, np.zeros(4), omega), "the biases are missing."),
        Slip(lambda x, y, beta, omega: forward_1_a(x, y, omega, beta), "beta and omega are exchanged."),
    ),
)  # fmt: skip


# ---- 1.b: which nudge moves the loss most? ---------------------------------------------------------------------------

SETTING_1_B: dict[str, Any] = {
    "x": 0.1,
    "y": 2.0,
    "beta": np.array([0.0, 0.5, 0.3, 1.0]),
    "omega": np.array([3.0, 0.2, -0.1, 0.5]),
}
NUDGE_1_B = 0.1


def gradient_1_b() -> dict[str, float]:
    stored = toy.forward(**SETTING_1_B)
    derivatives = toy.backward(stored, SETTING_1_B["y"], SETTING_1_B["omega"])
    return {f"{name}_{k}": float(getattr(derivatives, name)[k]) for name in ("beta", "omega") for k in range(4)}


def true_change_1_b(name: str) -> float:
    kind, k = name.split("_")
    nudged = {**SETTING_1_B, kind: SETTING_1_B[kind] + NUDGE_1_B * (np.arange(4) == int(k))}
    return float(toy.forward(**nudged).loss - toy.forward(**SETTING_1_B).loss)


def truth_1_b() -> Entries:
    gradient = gradient_1_b()
    name = max(gradient, key=lambda one: abs(gradient[one]))
    return {"parameter": name, "change": NUDGE_1_B * gradient[name]}


def change_1_b(function: Callable[[float], float]) -> Callable[[], Entries]:
    return lambda: {"change": function(float(truth_1_b()["change"]))}


PROBLEM_1_B = Problem(
    id="1.b",
    title="Which nudge moves the loss most?",
    points=1,
    minutes=5,
    hints=(
        "Everything to the left of a small weight is muffled by it. Which parameters have no small weight after them?",
        "Only β_3 and ω_3 come after every weight. By observation 1 the derivative for ω_3 is h_3 times that for β_3.",
        "h_3 is a cosine. The predicted change is derivative × nudge; toy.backward gives the derivatives.",
    ),
    truth=truth_1_b,
    tolerance=0.01,  # three digits will do
    slips=(
        Slip(lambda: {"parameter": "omega_0", "change": NUDGE_1_B * gradient_1_b()["omega_0"]},
             "the largest parameter is not the one with the largest derivative."),
        Slip(lambda: {"parameter": "omega_3", "change": NUDGE_1_B * gradient_1_b()["omega_3"]},
             "close: one parameter is slightly ahead of it."),
        Slip(lambda: {"change": true_change_1_b(str(truth_1_b()["parameter"]))},
             "this is the true change of the loss; asked is the prediction, derivative × nudge."),
        Slip(change_1_b(lambda change: change / NUDGE_1_B), "this is the derivative; multiply it by the nudge."),
        Slip(change_1_b(abs), "the loss falls here: mind the sign."),
    ),
)  # fmt: skip


# ---- 1.c: one derivative, written out --------------------------------------------------------------------------------


def factors_1_c(x: Any, y: Any, beta: Any, omega: Any) -> dict[str, float]:
    """The factors of ∂ℓ/∂ω_1, by name, so that a slip can leave one out."""
    f, h, _ = toy.forward(x, y, beta, omega)
    return {
        "two": 2.0, "error": f[3] - y, "omega_3": omega[3], "cos": -np.sin(f[2]), "omega_2": omega[2],
        "exp": np.exp(f[1]), "h_1": h[1],
    }  # fmt: skip


def derivative_1_c(without: str = "", **replaced: Callable[..., float]) -> Callable[..., Entries]:
    """The product of the factors, one of them left out or replaced."""

    def answer(**arguments: Any) -> Entries:
        factors = factors_1_c(**arguments)
        factors.update({name: function(**arguments) for name, function in replaced.items()})
        return {"dl_domega_1": float(np.prod([value for name, value in factors.items() if name != without]))}

    return answer


PROBLEM_1_C = Problem(
    id="1.c",
    title="One derivative, written out",
    points=2,
    minutes=10,
    hints=(
        "Start from 7.7 and ask which of its factors belong to the stretch of the chain between ω_0 and ω_1 only.",
        "ω_1, x and cos[β_0 + ω_0·x] drop out, and one factor comes in: the value ω_1 is multiplied with.",
    ),
    instances=draw_toy,
    truth=derivative_1_c(),
    slips=(
        Slip(derivative_1_c(without="h_1"), "the value that ω_1 is multiplied with is missing (observation 1)."),
        Slip(derivative_1_c(h_1=lambda x, y, beta, omega: x), "ω_1 multiplies what x has become, not x."),
        Slip(derivative_1_c(h_1=lambda x, y, beta, omega: np.cos(beta[0] + omega[0] * x)),
             "ω_1 comes after the sine: the sine is a value here, not something to differentiate."),
        Slip(derivative_1_c(h_1=lambda x, y, beta, omega: omega[1] * x * np.cos(beta[0] + omega[0] * x)),
             "this is ∂ℓ/∂ω_0, equation 7.7; asked is ∂ℓ/∂ω_1."),
        Slip(derivative_1_c(without="exp"), "the exponential must be differentiated too: one factor exp is missing."),
        Slip(derivative_1_c(without="omega_2"), "the factor ω_2 is missing."),
        Slip(derivative_1_c(without="omega_3"), "the factor ω_3 is missing."),
        Slip(derivative_1_c(cos=lambda **a: np.cos(toy.forward(**a).f[2])), "the cosine is not differentiated."),
    ),
)  # fmt: skip


# ---- 1.d: find the bugs ----------------------------------------------------------------------------------------------

BUGS_1_D = ("sign", "place", "weight")


def backward_1_d(f: Any, h: Any, y: Any, omega: Any, bugs: Sequence[str] = ()) -> Entries:
    """The two backward passes with the named bugs left in."""
    dl_df3 = 2 * (y - f[3]) if "sign" in bugs else 2 * (f[3] - y)
    dl_dh3 = omega[3] * dl_df3
    dl_df2 = -np.sin(h[3] if "place" in bugs else f[2]) * dl_dh3
    dl_dh2 = omega[2] * dl_df2
    dl_df1 = np.exp(f[1]) * dl_dh2
    dl_dh1 = dl_df1 if "weight" in bugs else omega[1] * dl_df1
    dl_df0 = np.cos(f[0]) * dl_dh1
    dl_df = np.array([dl_df0, dl_df1, dl_df2, dl_df3])
    return {"dl_dbeta": dl_df, "dl_domega": h * dl_df}


def exchanged_1_d(**arguments: Any) -> Entries:
    right = backward_1_d(**arguments)
    return {"dl_dbeta": right["dl_domega"], "dl_domega": right["dl_dbeta"]}


def slip_1_d(bugs: Sequence[str]) -> Slip:
    left = ["", "one of the three bugs is", "two of the three bugs are", "all three bugs are"][len(bugs)]
    return Slip(lambda **arguments: backward_1_d(**arguments, bugs=bugs), f"{left} still in.")


PROBLEM_1_D = Problem(
    id="1.d",
    title="Three bugs in a backward pass",
    points=3,
    minutes=15,
    hints=(
        "Entry k of the result for beta is ∂ℓ/∂f_k. Compare yours with toy.backward's, from entry 3 down to 0.",
        "The first wrong entry shows where the first bug is. Repair it and compare again: the next has a smaller k.",
        "Compare each line with 7.10–7.12 and ask of each factor: which sign, which weight, evaluated where?",
    ),
    instances=stored_instances,
    truth=backward_1_d,
    slips=(
        *(slip_1_d(bugs) for count in (1, 2, 3) for bugs in combinations(BUGS_1_D, count)),
        Slip(exchanged_1_d, "the two results are exchanged."),
    ),
)


# ---- 1.e: another chain ----------------------------------------------------------------------------------------------


def sigmoid(z: Any) -> Any:
    return 0.5 * (1.0 + np.tanh(0.5 * z))


def gradients_1_e(
    x: Any,
    y: Any,
    beta: Any,
    omega: Any,
    loss_slope: Callable[[Any], Any] = lambda error: error,
    square_slope: Callable[[Any, Any], Any] = lambda f, h: 2 * f,
    tanh_slope: Callable[[Any, Any], Any] = lambda f, h: 1 - h**2,
    softplus_slope: Callable[[Any, Any], Any] = lambda f, h: sigmoid(f),
    source: Callable[[Any, Any], Any] = lambda f, h: h,
) -> Entries:
    """The chain square, tanh, softplus with the loss ½(f_3 − y)²; every function plants a slip."""
    f, h = np.zeros(4), np.zeros(4)
    h[0] = x
    f[0] = beta[0] + omega[0] * h[0]
    h[1] = f[0] ** 2
    f[1] = beta[1] + omega[1] * h[1]
    h[2] = np.tanh(f[1])
    f[2] = beta[2] + omega[2] * h[2]
    h[3] = np.log1p(np.exp(f[2]))
    f[3] = beta[3] + omega[3] * h[3]
    dl_df = np.zeros(4)
    dl_df[3] = loss_slope(f[3] - y)
    dl_df[2] = softplus_slope(f[2], h[3]) * omega[3] * dl_df[3]
    dl_df[1] = tanh_slope(f[1], h[2]) * omega[2] * dl_df[2]
    dl_df[0] = square_slope(f[0], h[1]) * omega[1] * dl_df[1]
    return {"dl_dbeta": dl_df, "dl_domega": source(f, h) * dl_df}


def exchanged_1_e(**arguments: Any) -> Entries:
    right = gradients_1_e(**arguments)
    return {"dl_dbeta": right["dl_domega"], "dl_domega": right["dl_dbeta"]}


def toy_gradients(x: Any, y: Any, beta: Any, omega: Any) -> Entries:
    """The gradients of the toy example itself, a wrong answer wherever another model is asked for."""
    derivatives = toy.backward(toy.forward(x, y, beta, omega), y, omega)
    return {"dl_dbeta": derivatives.beta, "dl_domega": derivatives.omega}


def slip_1_e(sentence: str, **planted: Callable[..., Any]) -> Slip:
    return Slip(lambda **arguments: gradients_1_e(**arguments, **planted), sentence)


PROBLEM_1_E = Problem(
    id="1.e",
    title="Another chain",
    points=3,
    minutes=15,
    hints=(
        "Only four lines of the toy example's backward pass change: the three activation slopes and the first line.",
        "tanh′ = 1 − tanh², and the derivative of log[1 + exp[z]] is the logistic sigmoid 1/(1 + exp[−z]).",
        "This loss has a ½ in front; what does that do to 7.10?",
    ),
    instances=draw_toy,
    truth=gradients_1_e,
    slips=(
        slip_1_e("this loss has a ½ in front, so its derivative has no factor 2.", loss_slope=lambda error: 2 * error),
        slip_1_e("the derivative of the square is 2·f_0, taken at f_0, not at h_1.", square_slope=lambda f, h: 2 * h),
        slip_1_e("the factor 2 of the square's derivative is missing.", square_slope=lambda f, h: f),
        slip_1_e("tanh′ is 1 − tanh², with tanh taken once, not twice.", tanh_slope=lambda f, h: 1 - np.tanh(h) ** 2),
        slip_1_e("tanh′ is 1 − tanh[f_1]², not 1 − f_1².", tanh_slope=lambda f, h: 1 - f**2),
        slip_1_e("the softplus has the slope 1/(1 + exp[−f_2]): mind the sign in the exponent.",
                 softplus_slope=lambda f, h: sigmoid(-f)),
        slip_1_e("the slope of the softplus is taken at f_2, not at h_3.", softplus_slope=lambda f, h: sigmoid(h)),
        slip_1_e("∂f_k/∂ω_k is the activation h_k, not a pre-activation.",
                 source=lambda f, h: np.concatenate([h[:1], f[:3]])),
        Slip(exchanged_1_e, "the two gradients are exchanged."),
        Slip(toy_gradients, "these are the gradients of the toy example's chain, not of this one."),
    ),
)  # fmt: skip


# ---- 1.f: one weight, used twice -------------------------------------------------------------------------------------


def uses_1_f(x: Any, y: Any, beta: Any, omega_0: Any, omega_shared: Any, omega_3: Any) -> tuple[float, float]:
    """The derivatives for the first and the second use of the shared weight, as if they were two weights."""
    omega = np.array([omega_0, omega_shared, omega_shared, omega_3])
    derivatives = toy.backward(toy.forward(x, y, beta, omega), y, omega)
    return float(derivatives.omega[1]), float(derivatives.omega[2])


def instances_1_f(rng: Generator) -> Sequence[Arguments]:
    return [
        {"x": one["x"], "y": one["y"], "beta": one["beta"], "omega_0": float(one["omega"][0]),
         "omega_shared": float(one["omega"][1]), "omega_3": float(one["omega"][3])}
        for one in draw_toy(rng)
    ]  # fmt: skip


def slip_1_f(sentence: str, combine: Callable[[float, float], float]) -> Slip:
    return Slip(lambda **arguments: {"dl_domega_shared": combine(*uses_1_f(**arguments))}, sentence)


PROBLEM_1_F = Problem(
    id="1.f",
    title="One weight, used twice",
    points=2,
    minutes=15,
    hints=(
        "Pretend for a moment that the two uses are two different weights, and compute both derivatives.",
        "A small change of the shared weight changes both places at once. What do two small effects on ℓ do together?",
        "toy.forward and toy.backward with omega = [ω_0, ω, ω, ω_3] give you both numbers.",
    ),
    instances=instances_1_f,
    truth=lambda **arguments: {"dl_domega_shared": sum(uses_1_f(**arguments))},
    slips=(
        slip_1_f("only the use in f_1 is counted.", lambda first, second: first),
        slip_1_f("only the use in f_2 is counted.", lambda first, second: second),
        slip_1_f("the two effects add up; they are not averaged.", lambda first, second: (first + second) / 2),
        slip_1_f("the two effects add up; they are not multiplied.", lambda first, second: first * second),
        slip_1_f("the two effects add up; this is their difference.", lambda first, second: first - second),
        slip_1_f("the two effects add up; this is their difference.", lambda first, second: second - first),
    ),
)


# ---- 1.g: counting multiplications -----------------------------------------------------------------------------------


def slip_1_g(sentence: str, **count: Callable[[int], int]) -> Slip:
    return Slip(lambda K: {name: function(K) for name, function in count.items()}, sentence)


PROBLEM_1_G = Problem(
    id="1.g",
    title="What sharing saves, counted",
    points=2,
    minutes=15,
    hints=(
        "Count for the toy example first, where K = 3: how many factors has the chain for β_3, for β_2, for β_0?",
        "∂ℓ/∂f_k has 2(K − k) + 1 factors. A product of n factors takes n − 1 multiplications.",
        "Shared: pass 1 makes one new multiplication for each of its steps after the first; pass 2 one for each ω.",
    ),
    instances=lambda rng: [{"K": int(K)} for K in (1, 2, 3, *rng.integers(4, 60, size=5))],
    truth=lambda K: {"separate": (2 * K + 1) * (K + 1), "shared": 3 * K + 1},
    slips=(
        slip_1_g("this counts the factors; a product of n factors takes n − 1 multiplications.",
                 separate=lambda K: (2 * K + 3) * (K + 1)),
        slip_1_g("the extra multiplication by h_k for each ω_k is missing.",
                 separate=lambda K: 2 * K * (K + 1), shared=lambda K: 2 * K),
        slip_1_g("there are two parameters in each of the K + 1 layers; this counts the weights only.",
                 separate=lambda K: (K + 1) ** 2, shared=lambda K: 3 * K + 1),
        slip_1_g("there are two parameters in each of the K + 1 layers; this counts the biases only.",
                 separate=lambda K: K * (K + 1)),
        slip_1_g("multiplying by ∂f_k/∂β_k = 1 costs nothing in this count.",
                 separate=lambda K: 2 * (K + 1) ** 2, shared=lambda K: 4 * K + 2),
        slip_1_g("layers are counted from 0 to K, so there are K + 1 weights.",
                 separate=lambda K: (2 * K - 1) * K, shared=lambda K: 3 * K),
    ),
)  # fmt: skip


# ---- 1.h: a chain of any depth ---------------------------------------------------------------------------------------

ACTIVATIONS: tuple[tuple[Callable[[Any], Any], Callable[[Any], Any]], ...] = (
    (np.sin, np.cos),
    (np.cos, lambda z: -np.sin(z)),
    (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    (np.arctan, lambda z: 1 / (1 + z**2)),
    (lambda z: z**2 / 4, lambda z: z / 2),
)


def instances_1_h(rng: Generator) -> Sequence[Arguments]:
    instances = []
    for K in (1, 2, 3, 4, 6, 9):
        drawn = [ACTIVATIONS[i] for i in rng.integers(len(ACTIVATIONS), size=K)]
        instances.append({
            "x": float(rng.normal()), "y": float(rng.normal()),
            "beta": rng.uniform(-1, 1, size=K + 1),
            "omega": rng.uniform(0.5, 1.5, size=K + 1) * rng.choice([-1.0, 1.0], size=K + 1),
            "a": [None, *(one for one, _ in drawn)], "a_prime": [None, *(slope for _, slope in drawn)],
        })  # fmt: skip
    return instances


def gradients_1_h(
    x: Any, y: Any, beta: Any, omega: Any, a: Any, a_prime: Any,
    slope_at: Callable[[Any, Any, int], Any] = lambda f, h, k: f[k - 1],
    weight: Callable[[Any, int], Any] = lambda omega, k: omega[k],
    source: Callable[[Any, Any], Any] = lambda f, h: h,
    loss_slope: Callable[[Any], Any] = lambda error: 2 * error,
) -> Entries:  # fmt: skip
    """The chain of any depth; every keyword after a_prime plants a slip."""
    K = len(omega) - 1
    f, h, dl_df = np.zeros(K + 1), np.zeros(K + 1), np.zeros(K + 1)
    for k in range(K + 1):
        h[k] = x if k == 0 else a[k](f[k - 1])
        f[k] = beta[k] + omega[k] * h[k]
    dl_df[K] = loss_slope(f[K] - y)
    for k in range(K, 0, -1):
        dl_df[k - 1] = a_prime[k](slope_at(f, h, k)) * weight(omega, k) * dl_df[k]
    return {"dl_dbeta": dl_df, "dl_domega": source(f, h) * dl_df}


def slip_1_h(sentence: str, **planted: Callable[..., Any]) -> Slip:
    return Slip(lambda **arguments: gradients_1_h(**arguments, **planted), sentence)


PROBLEM_1_H = Problem(
    id="1.h",
    title="A chain of any depth",
    points=4,
    minutes=25,
    hints=(
        "One loop forward that fills f and h, one loop backward that fills dl_df, from k = K down to 1.",
        "The body of the backward loop is one line: ∂ℓ/∂f_{k−1} = a′_k[f_{k−1}] · ω_k · ∂ℓ/∂f_k.",
        "Backward pass 2 needs no loop: the gradient for β is dl_df, and for ω it is h times dl_df.",
    ),
    instances=instances_1_h,
    truth=gradients_1_h,
    slips=(
        slip_1_h("the slopes are taken at the activations h_k; take them at f_{k−1}.", slope_at=lambda f, h, k: h[k]),
        slip_1_h("the slopes are taken one layer too late: a_k is applied to f_{k−1}.", slope_at=lambda f, h, k: f[k]),
        slip_1_h("the weight on the way from h_k to f_k is ω_k, not ω_{k−1}.", weight=lambda omega, k: omega[k - 1]),
        slip_1_h("the weights are missing on the way back.", weight=lambda omega, k: 1.0),
        slip_1_h("∂f_k/∂ω_k is h_k, not f_k.", source=lambda f, h: f),
        slip_1_h("the factor 2 of 7.10 is missing.", loss_slope=lambda error: error),
        slip_1_h("the sign of 7.10 is wrong: it is f_K − y.", loss_slope=lambda error: -2 * error),
        Slip(lambda **arguments: {"dl_domega": gradients_1_h(**arguments)["dl_dbeta"]},
             "the value each ω_k is multiplied with is missing (observation 1)."),
    ),
)  # fmt: skip


PROBLEMS = (
    PROBLEM_7_1,
    PROBLEM_7_2,
    PROBLEM_1_A,
    PROBLEM_1_B,
    PROBLEM_1_C,
    PROBLEM_1_D,
    PROBLEM_1_E,
    PROBLEM_1_F,
    PROBLEM_1_G,
    PROBLEM_1_H,
)
