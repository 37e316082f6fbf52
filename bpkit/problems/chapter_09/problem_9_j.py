"""Problem 9.j: ten labels."""

import itertools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bpkit.problems.activations import relu
from bpkit.problems.problem import Arguments, Entries, Problem
from bpkit.problems.slips import planted, wrong


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    """The last layer alone, the first alone, one in the middle, and two with a frozen one between them."""
    found: list[Arguments] = []
    for sizes, trained, steps in (([4, 5, 3], [1], 3), ([3, 4, 2], [0], 4), ([2, 4, 3, 2], [1], 2),
                                  ([3, 4, 4, 3], [0, 2], 3)):  # fmt: skip
        omega = [rng.normal(0, 0.8, size=(m, n)) for n, m in itertools.pairwise(sizes)]
        found.append({
            "beta": [rng.uniform(0.1, 0.5, size=(len(matrix), 1)) for matrix in omega], "omega": omega,
            "x": rng.normal(size=(sizes[0], 10)), "y": rng.permutation(np.arange(10) % sizes[-1]),
            "trained": trained, "lr": float(rng.uniform(0.2, 0.4)), "steps": steps,
        })  # fmt: skip
    return found


def forward(beta: Any, omega: Any, x: Any) -> tuple[list[Any], Any]:
    """The activations that go into each layer, and the logits."""
    h = [x]
    for bias, matrix in zip(beta[:-1], omega[:-1], strict=True):
        h.append(relu(matrix @ h[-1] + bias))
    return h, omega[-1] @ h[-1] + beta[-1]


def gradients(beta: Any, omega: Any, x: Any, y: Any, stopped: Any, mean: bool) -> tuple[list[Any], list[Any]]:
    """∂L/∂β and ∂L/∂Ω of the cross-entropy; below a layer in `stopped` they are 0."""
    h, f = forward(beta, omega, x)
    e = np.exp(f - f.max(axis=0))
    g = (e / e.sum(axis=0) - np.eye(len(f))[:, y]) / (len(y) if mean else 1)
    dl_dbeta, dl_domega = [], []
    for k in reversed(range(len(omega))):
        dl_dbeta.append(g.sum(axis=1, keepdims=True))
        dl_domega.append(g @ h[k].T)
        g = (omega[k].T @ g) * (h[k] > 0) * (k not in stopped)
    return dl_dbeta[::-1], dl_domega[::-1]


def cross_entropy(beta: Any, omega: Any, x: Any, y: Any) -> float:
    f = forward(beta, omega, x)[1]
    f = f - f.max(axis=0)
    return float((np.log(np.exp(f).sum(axis=0)) - f[y, np.arange(len(y))]).mean())


def answers(
    beta: Any, omega: Any, x: Any, y: Any, trained: Any, lr: Any, steps: Any,
    which: Callable[[Any, int], Any] = lambda trained, layers: trained,
    blocked: bool = False,
    mean: bool = True,
    biases: float = 1.0,
    matrices: float = 1.0,
    once: bool = False,
    more: int = 0,
) -> Entries:  # fmt: skip
    """Parameters after some steps in which only these layers move, and the loss; keywords after steps plant slips."""
    b, o = [*beta], [*omega]
    moving = list(which(trained, len(omega)))
    stopped = [k for k in range(len(omega)) if k not in moving] if blocked else []
    for step in range(steps + more):
        if step == 0 or not once:
            dl_dbeta, dl_domega = gradients(b, o, x, y, stopped, mean)
        for k in moving:
            b[k] = b[k] - biases * lr * dl_dbeta[k]
            o[k] = o[k] - matrices * lr * dl_domega[k]
    return {"beta": b, "omega": o, "loss": cross_entropy(b, o, x, y)}


PROBLEM = Problem(
    id="9.j",
    title="Ten labels",
    points=4,
    minutes=30,
    hints=(
        "Compute all gradients, as in chapter 2, and change only the layers in `trained`.",
        "A frozen layer keeps its parameters, and still passes ∂L/∂f on to the layers below.",
        "bp.Network([bp.Linear.of(beta[0].copy(), omega[0].copy()), bp.ReLU(), …]) makes a network of given arrays.",
        "grads = bp.backprop(net, bp.CrossEntropy(\"mean\"), x, y)[1] has grads.beta[k]; change net.beta[k] in place.",
    ),
    instances=instances,
    truth=answers,
    follows={"loss": (("beta", "omega"),
                      lambda given, x, y, **_: cross_entropy(given["beta"], given["omega"], x, y))},
    slips=(
        planted(answers, "all layers were trained; those that are not in `trained` stay as they are.",
                which=lambda trained, layers: range(layers)),
        planted(answers, "exactly the other layers were trained: `trained` says which may move.",
                which=lambda trained, layers: [k for k in range(layers) if k not in trained]),
        planted(answers, "the last layer alone was trained, whatever `trained` says.",
                which=lambda trained, layers: [layers - 1]),
        planted(answers, "nothing came through the frozen layers: their parameters stay, and ∂L/∂f passes on.",
                blocked=True),
        planted(answers, "the loss is a mean over the ten examples; here their gradients are added.", mean=False),
        planted(answers, "the biases of a trained layer are trained too.", biases=0.0),
        planted(answers, "only the biases were trained.", matrices=0.0),
        planted(answers, "the gradient of the first step was used again and again.", once=True),
        planted(answers, "one step too few.", more=-1),
        planted(answers, "one step too many.", more=1),
        planted(answers, "the sign: this goes up the loss.", biases=-1.0, matrices=-1.0),
        wrong("these are the parameters that were given.", beta=lambda **a: a["beta"], omega=lambda **a: a["omega"]),
        wrong("this is the loss before the first step.",
              loss=lambda beta, omega, x, y, **_: cross_entropy(beta, omega, x, y)),
        wrong("this is the sum over the ten examples; the loss is their mean.",
              loss=lambda **a: 10 * answers(**a)["loss"]),
    ),
)  # fmt: skip
