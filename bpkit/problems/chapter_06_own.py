"""Our own problems of chapter 06 on the steps: count them, momentum, Adam, dropout, and six learning-rate bugs."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bpkit.problems.planted_training import BUGS, PLANTED
from bpkit.problems.problem import Arguments, Entries, Problem, Slip

Generator = np.random.Generator

# ---- 6.a: count first ------------------------------------------------------------------------------------------------


def instances_6_a(rng: Generator) -> Sequence[Arguments]:
    """A smaller last batch, and none; epochs that end with a halving, and others."""
    B, step = int(rng.integers(7, 20)), int(rng.integers(3, 6))
    return [
        {"examples": examples, "batch_size": size, "epochs": epochs, "lr": float(rng.uniform(0.01, 0.2)),
         "step_size": step_size, "gamma": float(rng.uniform(0.3, 0.8))}
        for examples, size, epochs, step_size in ((105, 10, 6, 3), (5 * B + 3, B, 3 * step + 2, step),
                                           (3 * B, B, 3 * step, step))
    ]  # fmt: skip


def count_6_a(
    examples: Any, batch_size: Any, epochs: Any, lr: Any, step_size: Any, gamma: Any,
    batches: Callable[[int, int], int] = lambda examples, size: -(-examples // size),
    reductions: Callable[[int, int], int] = lambda epoch, step_size: epoch // step_size,
) -> Entries:  # fmt: skip
    """The four numbers, added up one by one; the last two keywords plant slips."""
    rates = [lr * gamma ** reductions(epoch, step_size) for epoch in range(epochs)]
    each = batches(examples, batch_size)
    return {"steps": epochs * each, "last_lr": rates[-1], "reach": each * sum(rates),
            "reach_forever": each * step_size * lr / (1 - gamma)}  # fmt: skip


def slip_6_a(sentence: str, **wrong: Callable[[Arguments, Entries], float]) -> Slip:
    return Slip(lambda **a: {name: one(a, count_6_a(**a)) for name, one in wrong.items()}, sentence)


PROBLEM_6_A = Problem(
    id="6.a",
    title="Count first",
    points=2,
    minutes=15,
    hints=(
        "The last batch of an epoch may be smaller, and it is a step too. Count the epochs from 0.",
        "A step moves a parameter by its learning rate times a slope of at most 1: add up the learning rates.",
        "Each learning rate serves for step_size epochs. For ever: a series 1 + γ + γ² + …",
    ),
    instances=instances_6_a,
    truth=count_6_a,
    slips=(
        Slip(lambda **a: count_6_a(**a, batches=lambda n, size: n // size),
             "the last batch of an epoch, with fewer examples, is not counted."),
        Slip(lambda **a: count_6_a(**a, batches=lambda n, size: n // size + 1),
             "when the batch size divides the number of examples, there is no smaller batch at the end."),
        Slip(lambda **a: count_6_a(**a, batches=lambda n, size: n),
             "one step is made for each batch, not each example."),
        Slip(lambda **a: count_6_a(**a, batches=lambda n, size: 1),
             "this counts epochs; there are several steps in each."),
        slip_6_a("the learning rate changes after the last epoch once more, but then no step follows.",
                 last_lr=lambda a, n: a["lr"] * a["gamma"] ** (a["epochs"] // a["step_size"])),
        slip_6_a("the schedule counts epochs here, so it reduces the rate every step_size of them, not each time.",
                 last_lr=lambda a, n: a["lr"] * a["gamma"] ** (a["epochs"] - 1)),
        slip_6_a("the schedule counts epochs, not steps.",
                 last_lr=lambda a, n: a["lr"] * a["gamma"] ** ((n["steps"] - 1) // a["step_size"])),
        slip_6_a("this is where it starts.", last_lr=lambda a, n: a["lr"]),
        slip_6_a("the learning rate gets smaller on the way.", reach=lambda a, n: n["steps"] * a["lr"]),
        slip_6_a("the learning rate is that of the last step only at the end.",
                 reach=lambda a, n: n["steps"] * n["last_lr"]),
        slip_6_a("each learning rate serves for step_size epochs.",
                 reach_forever=lambda a, n: n["steps"] / a["epochs"] * a["lr"] / (1 - a["gamma"])),
        slip_6_a("the steps of one epoch are missing as a factor.",
                 reach_forever=lambda a, n: a["step_size"] * a["lr"] / (1 - a["gamma"])),
        slip_6_a("the series 1 + γ + γ² + … is 1/(1 − γ).",
                 reach_forever=lambda a, n: n["steps"] / a["epochs"] * a["step_size"] * a["lr"] / a["gamma"]),
        slip_6_a("this is as far as it comes in the given number of epochs.",
                 reach_forever=lambda a, n: n["reach"]),
    ),
)  # fmt: skip


# ---- 6.b: momentum ---------------------------------------------------------------------------------------------------


class Bowl:
    """The gradient of a quadratic bowl, as the function an instance passes."""

    def __init__(self, rng: Generator) -> None:
        root = rng.normal(size=(3, 3))
        self.matrix, self.shift = root @ root.T + np.eye(3), rng.normal(size=3)

    def __call__(self, phi: Any) -> Any:
        return self.matrix @ (phi - self.shift)

    def __deepcopy__(self, memo: Any) -> "Bowl":
        return self  # it holds nothing that a call changes


def instances_6_b(rng: Generator) -> Sequence[Arguments]:
    return [{"phi": rng.normal(size=3), "gradient": Bowl(rng), "lr": float(rng.uniform(0.02, 0.06)),
             "momentum": float(rng.uniform(0.6, 0.95)), "steps": steps} for steps in (2, 3)]  # fmt: skip


def walked_6_b(
    phi: Any, gradient: Any, lr: Any, momentum: Any, steps: Any,
    velocity: Callable[..., Any] = lambda v, g, m, lr: m * v + g,
    moved: Callable[..., Any] = lambda new, old, g, m, lr: lr * new,
    at: Callable[..., Any] = lambda phi, v, m, lr: phi,
) -> Any:  # fmt: skip
    """Where the steps lead; every keyword after steps plants a slip, or makes Nesterov's form."""
    v = np.zeros_like(phi)
    for _ in range(steps):
        g = gradient(at(phi, v, momentum, lr))
        old, v = v, velocity(v, g, momentum, lr)
        phi = phi - moved(v, old, g, momentum, lr)
    return phi


def nesterov_6_b(new: Any, old: Any, g: Any, m: Any, lr: Any) -> Any:
    return lr * (g + m * new)


def slip_6_b(sentence: str, **planted: Callable[..., Any]) -> Slip:
    return Slip(lambda **a: {"phi": walked_6_b(**a, **planted)}, sentence)


def velocity_6_b(sentence: str, velocity: Callable[..., Any]) -> Slip:
    """Another velocity, in both forms."""
    return Slip(lambda **a: {"phi": walked_6_b(**a, velocity=velocity),
                             "nesterov": walked_6_b(**a, velocity=velocity, moved=nesterov_6_b)}, sentence)  # fmt: skip


def slip_of_nesterov_6_b(sentence: str, **planted: Callable[..., Any]) -> Slip:
    return Slip(lambda **a: {"nesterov": walked_6_b(**a, **planted)}, sentence)


def factor_6_b(sentence: str, factor: Callable[[float], float]) -> Slip:
    return Slip(lambda momentum, **others: {"factor": factor(momentum)}, sentence)


def other_steps_6_b(sentence: str, more: int) -> Slip:
    return Slip(
        lambda steps, **a: {
            "phi": walked_6_b(steps=steps + more, **a),
            "nesterov": walked_6_b(steps=steps + more, moved=nesterov_6_b, **a),
        },
        sentence,
    )


PROBLEM_6_B = Problem(
    id="6.b",
    title="Momentum",
    points=3,
    minutes=20,
    hints=(
        "Start with v = 0. In each step: the gradient where you are, then the new v, then the move along the new v.",
        "Nesterov's form has the same v. Only the move differs: it looks ahead by one more momentum·v.",
        "With a gradient that never changes: v = g + m·g + m²·g + …, or the v that the next step leaves as it is.",
    ),
    instances=instances_6_b,
    truth=lambda **a: {"phi": walked_6_b(**a), "nesterov": walked_6_b(**a, moved=nesterov_6_b),
                       "factor": 1 / (1 - a["momentum"])},
    slips=(
        velocity_6_b("here the gradient is weighted with 1 − momentum: an average, with steps that are shorter.",
                     lambda v, g, m, lr: m * v + (1 - m) * g),
        velocity_6_b("the weights are exchanged, and there should be one alone: momentum·v + g.",
                     lambda v, g, m, lr: (1 - m) * v + m * g),
        velocity_6_b("the learning rate is in it twice, in the velocity and in the move.",
                     lambda v, g, m, lr: m * v + lr * g),
        velocity_6_b("momentum stands at the gradient; it belongs to the old velocity.",
                     lambda v, g, m, lr: v + m * g),
        velocity_6_b("nothing of the velocity is ever lost: multiply it by momentum.", lambda v, g, m, lr: v + g),
        slip_6_b("the move is along the old velocity: compute the new one first.",
                 moved=lambda new, old, g, m, lr: lr * old),
        slip_6_b("this goes uphill: subtract.", moved=lambda new, old, g, m, lr: -lr * new),
        slip_6_b("this is gradient descent; momentum is missing.", moved=lambda new, old, g, m, lr: lr * g),
        slip_6_b("this is Nesterov's form.", moved=nesterov_6_b),
        slip_of_nesterov_6_b("this is plain momentum: g + momentum·v with the *old* v is the new v.",
                             moved=lambda new, old, g, m, lr: lr * new),
        slip_of_nesterov_6_b("the gradient is taken at the point ahead; in this form it is taken at ϕ.",
                             at=lambda phi, v, m, lr: phi - lr * m * v),
        slip_of_nesterov_6_b("this is gradient descent; momentum is missing.",
                             moved=lambda new, old, g, m, lr: lr * g),
        slip_of_nesterov_6_b("the new velocity is multiplied by momentum before it is added to g.",
                             moved=lambda new, old, g, m, lr: lr * (g + new)),
        other_steps_6_b("one step is missing.", -1),
        other_steps_6_b("this is one step too many.", 1),
        factor_6_b("the first g counts too: 1 + m + m² + …", lambda m: m / (1 - m)),
        factor_6_b("these are the first two terms of 1 + m + m² + …", lambda m: 1 + m),
        factor_6_b("the steps get longer, not shorter.", lambda m: 1 - m),
        factor_6_b("it is not momentum itself that is divided by: what does one step leave unchanged?",
                   lambda m: 1 / m),
    ),
)  # fmt: skip


# ---- 6.c: Adam -------------------------------------------------------------------------------------------------------


def instances_6_c(rng: Generator) -> Sequence[Arguments]:
    """Gradients of very different sizes, an entry that is 0 now and then, and an eps that is not negligible."""
    found = []
    for steps in (2, 4):
        gradients = [rng.normal(size=3) * (5.0, 0.5, 0.05) for _ in range(steps)]
        gradients[1][0] = 0.0
        found.append({
            "phi": rng.normal(size=3), "gradients": gradients, "lr": float(rng.uniform(0.01, 0.2)),
            "beta_1": float(rng.uniform(0.6, 0.95)), "beta_2": float(rng.uniform(0.96, 0.999)),
            "eps": float(rng.uniform(0.01, 0.1)), "weight_decay": float(rng.uniform(0.1, 0.5)),
        })  # fmt: skip
    return found


def adam_6_c(
    phi: Any, gradients: Any, lr: Any, beta_1: Any, beta_2: Any, eps: Any, weight_decay: Any,
    correct_m: bool = True,
    correct_v: bool = True,
    first: int = 1,
    fixed: bool = False,
    root: Callable[[Any, float], Any] = lambda v, eps: np.sqrt(v) + eps,
    square: Callable[[Any], Any] = lambda g: g * g,
    weights: Callable[[float], tuple[float, float]] = lambda beta: (beta, 1 - beta),
    shrink: Callable[[float, float], float] = lambda lr, weight_decay: lr * weight_decay,
) -> Entries:  # fmt: skip
    """Adam and AdamW, which make the same steps; every keyword after weight_decay plants a slip."""
    adam, adamw, m, v = phi, phi, 0.0, 0.0
    (old_1, new_1), (old_2, new_2) = weights(beta_1), weights(beta_2)
    for number, g in enumerate(gradients, start=first):
        t = 1 if fixed else number
        m, v = old_1 * m + new_1 * g, old_2 * v + new_2 * square(g)
        corrected_m = m / (1 - beta_1**t) if correct_m else m
        corrected_v = v / (1 - beta_2**t) if correct_v else v
        step = lr * corrected_m / root(corrected_v, eps)
        adam, adamw = adam - step, (1 - shrink(lr, weight_decay)) * adamw - step
    return {"adam": adam, "adamw": adamw}


def penalized_6_c(phi: Any, gradients: Any, lr: Any, beta_1: Any, beta_2: Any, eps: Any, weight_decay: Any) -> Any:
    """Adam with the L2 penalty's gradient added to each gradient: what AdamW is not."""
    m, v = 0.0, 0.0
    for t, g in enumerate(gradients, start=1):
        g = g + weight_decay * phi
        m, v = beta_1 * m + (1 - beta_1) * g, beta_2 * v + (1 - beta_2) * g**2
        phi = phi - lr * m / (1 - beta_1**t) / (np.sqrt(v / (1 - beta_2**t)) + eps)
    return phi


def slip_6_c(sentence: str, **planted: Any) -> Slip:
    """A slip in both optimizers."""
    return Slip(lambda **a: adam_6_c(**a, **planted), sentence)


def slip_of_decay_6_c(sentence: str, adamw: Callable[..., Any]) -> Slip:
    return Slip(lambda **a: {"adamw": adamw(**a)}, sentence)


def ratio_6_c(sentence: str, ratio: Callable[[float, float], float]) -> Slip:
    return Slip(lambda beta_1, beta_2, **others: {"ratio": ratio(beta_1, beta_2)}, sentence)


PROBLEM_6_C = Problem(
    id="6.c",
    title="Adam, corrected",
    points=4,
    minutes=25,
    hints=(
        "m and v start at 0 and are averages that forget. After t steps their weights add up to 1 − β^t, not to 1.",
        "t counts from 1. In the first step the corrected m is g itself, and the corrected v is g².",
        "AdamW first shrinks ϕ by the factor 1 − lr·weight_decay; m and v never see the decay.",
        "Without correction the first step is lr·(1 − β_1)·g/√((1 − β_2)·g²). Divide its size by lr.",
    ),
    instances=instances_6_c,
    truth=lambda **a: {**adam_6_c(**a), "ratio": (1 - a["beta_1"]) / math.sqrt(1 - a["beta_2"])},
    slips=(
        slip_6_c("the bias correction is missing.", correct_m=False, correct_v=False),
        slip_6_c("v is not corrected, only m.", correct_v=False),
        slip_6_c("m is not corrected, only v.", correct_m=False),
        slip_6_c("t counts from 1: here the first step has t = 2.", first=2),
        slip_6_c("the corrections stay those of the first step: t grows.", fixed=True),
        slip_6_c("eps is added outside of the root, after it.", root=lambda v, eps: np.sqrt(v + eps)),
        slip_6_c("the root is missing: divide by √v.", root=lambda v, eps: v + eps),
        slip_6_c("eps is missing.", root=lambda v, eps: np.sqrt(v) + 1e-300),
        slip_6_c("v averages |g| here; it averages g².", square=np.abs),
        slip_6_c("the gradient is added with the weight 1; an average gives it 1 − β.",
                 weights=lambda beta: (beta, 1.0)),
        slip_6_c("β and 1 − β are exchanged.", weights=lambda beta: (1 - beta, beta)),
        slip_of_decay_6_c("the decay goes through m and v here: that is Adam with an L2 penalty.", penalized_6_c),
        slip_of_decay_6_c("no weight decay.", lambda **a: adam_6_c(**a)["adam"]),
        slip_of_decay_6_c("ϕ shrinks by lr·weight_decay in each step; lr is missing.",
                          lambda **a: adam_6_c(**a, shrink=lambda lr, weight_decay: weight_decay)["adamw"]),
        slip_of_decay_6_c("the decay makes ϕ larger.",
                          lambda **a: adam_6_c(**a, shrink=lambda lr, weight_decay: -lr * weight_decay)["adamw"]),
        ratio_6_c("that is the step with the correction.",
                  lambda beta_1, beta_2: 1.0),
        ratio_6_c("v goes through a root, and its factor too.", lambda beta_1, beta_2: (1 - beta_1) / (1 - beta_2)),
        ratio_6_c("upside down.", lambda beta_1, beta_2: math.sqrt(1 - beta_2) / (1 - beta_1)),
        ratio_6_c("m is not corrected either.", lambda beta_1, beta_2: 1 / math.sqrt(1 - beta_2)),
        ratio_6_c("v is not corrected either.", lambda beta_1, beta_2: 1 - beta_1),
        ratio_6_c("m does not go through a root.",
                  lambda beta_1, beta_2: math.sqrt((1 - beta_1) / (1 - beta_2))),
    ),
)  # fmt: skip


# ---- 6.d: dropout ----------------------------------------------------------------------------------------------------


def instances_6_d(rng: Generator) -> Sequence[Arguments]:
    """Two training batches; a network in use; and p = 0, which drops nothing."""
    found = []
    for p, training in ((float(rng.uniform(0.6, 0.8)), True), (float(rng.uniform(0.2, 0.4)), True),
                        (float(rng.uniform(0.3, 0.8)), False), (0.0, True)):  # fmt: skip
        u = rng.uniform(size=(3, 4))
        u[0, :2] = 0.01, 0.99
        found.append({"h": rng.normal(size=(3, 4)) + 1.0, "u": u, "p": p, "dl_dout": rng.normal(size=(3, 4)),
                      "training": training})  # fmt: skip
    return found


def dropout_6_d(
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


def slip_6_d(sentence: str, *names: str, **planted: Any) -> Slip:
    def answer(**a: Any) -> Entries:
        found = dropout_6_d(**a, **planted)
        return {name: found[name] for name in names}

    return Slip(answer, sentence)


def variance_6_d(sentence: str, variance: Callable[[Any, float], Any]) -> Slip:
    return Slip(lambda h, p, training, **others: {"variance": variance(h, p) if training else 0.0 * h}, sentence)


def never_off_6_d(h: Any, u: Any, p: Any, dl_dout: Any, training: Any) -> Entries:
    return dropout_6_d(h, u, p, dl_dout, True)


PROBLEM_6_D = Problem(
    id="6.d",
    title="Dropout, there and back",
    points=3,
    minutes=20,
    hints=(
        "With the mask fixed, each output is its input times a number. Which number? It is the derivative as well.",
        "Kept units are multiplied by 1/(1 − p), so that the mean over masks is h. When not training, nothing changes.",
        "An output is h/(1 − p) with the probability 1 − p, else 0. Take E[out²] − E[out]².",
    ),
    instances=instances_6_d,
    truth=dropout_6_d,
    slips=(
        slip_6_d("the mask is missing on the way back: a dropped unit gets no gradient.", "dl_dh",
                 backward=lambda mask, p: np.ones_like(mask)),
        slip_6_d("the mask is missing on the way back, the factor is there: a dropped unit gets no gradient.", "dl_dh",
                 backward=lambda mask, p: np.ones_like(mask) / (1 - p)),
        slip_6_d("kept outputs were multiplied by 1/(1 − p), so their gradients are too.", "dl_dh",
                 backward=lambda mask, p: mask),
        slip_6_d("multiplied on the way forward and divided on the way back: it is the same factor both times.",
                 "dl_dh", backward=lambda mask, p: mask * (1 - p)),
        slip_6_d("this is the output, not a gradient: ∂ℓ/∂out has to come in.", "dl_dh",
                 backward=lambda mask, p: mask / (1 - p) ** 2),
        slip_6_d("the kept units are not scaled up.", "out", forward=lambda p: 1.0),
        slip_6_d("the kept units are divided by p; divide by the probability to be kept.", "out",
                 forward=lambda p: 1 / p if p else 1.0),
        slip_6_d("the kept units are made smaller: divide by 1 − p.", "out", forward=lambda p: 1 - p),
        slip_6_d("the wrong units are dropped: those with u < p are.", "out", "dl_dh", mask=lambda u, p: u < p),
        slip_6_d("p is the probability to be dropped; here it is that to be kept.", "out", "dl_dh",
                 mask=lambda u, p: u < 1 - p),
        slip_6_d("scaled once more when not training; the factor 1/(1 − p) in training has seen to that.",
                 "out", "dl_dh", in_use=1.0),
        Slip(never_off_6_d, "units are dropped when not training too."),
        variance_6_d("this is the variance of the mask alone; it is scaled, and multiplied by h.",
                     lambda h, p: p * (1 - p) + 0 * h),
        variance_6_d("this is the variance without the factor 1/(1 − p), whose square is missing.",
                     lambda h, p: h**2 * p * (1 - p)),
        variance_6_d("this is the second moment; the square of the mean is to be taken away.",
                     lambda h, p: h**2 / (1 - p)),
        variance_6_d("h is to be squared.", lambda h, p: h * p / (1 - p)),
        variance_6_d("upside down: the more is dropped, the larger the variance.",
                     lambda h, p: h**2 * (1 - p) / p if p else 0 * h),
        variance_6_d("this is the standard deviation; asked is the variance.",
                     lambda h, p: np.abs(h) * math.sqrt(p / (1 - p))),
    ),
)  # fmt: skip


# ---- 6.e: learning-rate bugs -----------------------------------------------------------------------------------------

# Each experiment with the gradient 1, and what it shows with one bug or another; the others show `otherwise`.
EXPERIMENTS: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("without momentum and with gamma 1, the steps", "all equal", {"no-zero-grad": "growing"}),
    ("with momentum and gamma 1, the first step divided by lr", "1", {"averaged": "1 − momentum"}),
    ("without momentum, the number of steps with the first learning rate",
     "step_size epochs", {"each-batch": "step_size alone", "one-early": "an epoch less", "never": "all of them"}),
    ("without momentum, the number of steps with the second learning rate",
     "as large as the scheme says", {"again-and-again": "that of one epoch"}),
    ("with momentum, the first step after a change of the learning rate",
     "smaller than before by about gamma", {"rate-in-velocity": "nearly as long as before",
                                            "new-optimizer": "as short as a first step"}),
)  # fmt: skip


def slips_6_e() -> list[Slip]:
    """For every version and every wrong bug, an experiment that refutes it."""

    def slip(number: int, claimed: str) -> Slip:
        planted = PLANTED[number - 1]
        subject, would, does = next(
            (what, shown.get(claimed, otherwise), shown.get(planted, otherwise))
            for what, otherwise, shown in EXPERIMENTS
            if shown.get(claimed, otherwise) != shown.get(planted, otherwise)
        )
        sentence = f"with the bug you name, {subject} would be {would}; in this version: {does}."
        return Slip(lambda: {f"version_{number}": claimed}, sentence)

    return [slip(n, bug) for n in range(1, len(PLANTED) + 1) for bug in BUGS if bug != PLANTED[n - 1]]


PROBLEM_6_E = Problem(
    id="6.e",
    title="Six loops, six learning-rate bugs",
    points=4,
    minutes=30,
    hints=(
        "Give it a gradient that is always 1: without momentum each step of the path is then the learning rate.",
        "Three runs find all: gamma = 1 without momentum; gamma < 1 without momentum; both gamma < 1 and momentum.",
        "Take long epochs, so that the velocity has settled before the learning rate changes, and look at that step.",
    ),
    truth=lambda: {f"version_{number}": bug for number, bug in enumerate(PLANTED, start=1)},
    slips=tuple(slips_6_e()),
)


PROBLEMS = (PROBLEM_6_A, PROBLEM_6_B, PROBLEM_6_C, PROBLEM_6_D, PROBLEM_6_E)
