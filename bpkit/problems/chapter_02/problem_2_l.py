"""Problem 2.l: one layer, used again and again."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bpkit.problems.activations import relu
from bpkit.problems.chapter_02.batches import middle, over_batch
from bpkit.problems.problem import Arguments, Entries, Problem, Slip
from bpkit.problems.slips import planted

Choice = Callable[[list[Any]], Any]  # what is kept of the contributions of all uses, from the last use to the first


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    """Three uses, a single one, five for one example, two in a layer of width one; units exactly at 0 in each use."""

    def draw(D: int, examples: int, times: int) -> Arguments:
        x = rng.normal(size=(D, examples))
        omega = rng.normal(size=(D, D))
        beta = -middle(omega @ x) if examples > 1 else rng.normal(size=(D, 1))
        if D > 2:
            beta[-1], omega[-1] = 0.0, 0.0  # at 0 in every use
        return {"x": x, "beta": beta, "omega": omega, "times": times, "dl_df": rng.normal(size=(D, examples))}

    return [draw(5, 7, 3), draw(3, 4, 1), draw(4, 1, 5), draw(1, 3, 2)]


def gradients(
    x: Any, beta: Any, omega: Any, times: int, dl_df: Any,
    mask: Callable[[Any], Any] = lambda f: f > 0,
    weight: Callable[[Any], Any] = lambda omega: omega.T,
    source: Callable[..., Any] = lambda f, h, k: h[k],
    total: Choice = sum,
    mask_first: bool = False,
) -> Entries:  # fmt: skip
    """The backward pass through all uses; every keyword after dl_df plants a slip."""
    h, f = [x], [beta + omega @ x]
    for _ in range(times - 1):
        h.append(relu(f[-1]))
        f.append(beta + omega @ h[-1])
    g, at_beta, at_omega = dl_df, [], []
    for k in reversed(range(times)):
        at_beta.append(over_batch(g))  # 7.21
        at_omega.append(g @ source(f, h, k).T)  # 7.22
        if k > 0:
            on = mask(f[k - 1])
            g = weight(omega) @ (on * g) if mask_first else on * (weight(omega) @ g)  # 7.24
    return {"dl_dbeta": total(at_beta), "dl_domega": total(at_omega), "dl_dx": weight(omega) @ g}


def averaged(x: Any, beta: Any, omega: Any, times: int, dl_df: Any) -> Entries:
    right = gradients(x, beta, omega, times, dl_df / dl_df.shape[1])
    return {name: right[name] for name in ("dl_dbeta", "dl_domega")}


def stopped(x: Any, beta: Any, omega: Any, times: int, dl_df: Any) -> Entries:
    """What arrives at f_0, with the last step, to x, left out."""
    return {"dl_dx": gradients(x, beta, np.eye(len(x)), 1, at_first(x, beta, omega, times, dl_df))["dl_dx"]}


def at_first(x: Any, beta: Any, omega: Any, times: int, dl_df: Any) -> Any:
    h, g = [x], dl_df
    for _ in range(times - 1):
        h.append(relu(beta + omega @ h[-1]))
    for k in reversed(range(1, times)):
        g = (h[k] > 0) * (omega.T @ g)
    return g


def masked_input(x: Any, beta: Any, omega: Any, times: int, dl_df: Any) -> Entries:
    return {"dl_dx": (x > 0) * gradients(x, beta, omega, times, dl_df)["dl_dx"]}


def times_the_last(contributions: list[Any]) -> Any:
    return len(contributions) * contributions[0]


PROBLEM = Problem(
    id="2.l",
    title="One layer, used again and again",
    points=3,
    minutes=20,
    hints=(
        "Give each use parameters of its own in your thoughts, β_k and Ω_k: 7.21–7.24 give their gradients.",
        "β is all of the β_k at once: where it moves, they all move, and the effects on the loss add up.",
        "Start both gradients at 0 before the loop over k = K, …, 0 and let every turn add to them (+=).",
        "There is no ReLU between x and f_0: ∂ℓ/∂x is Ωᵀ ∂ℓ/∂f_0, without a mask.",
    ),
    instances=instances,
    truth=gradients,
    slips=(
        planted(gradients, "only the use next to the loss counts: add up over all uses.",
                "dl_dbeta", "dl_domega", total=lambda parts: parts[0]),
        planted(gradients, "only the use next to the input counts: each turn must add to what is there.",
                "dl_dbeta", "dl_domega", total=lambda parts: parts[-1]),
        planted(gradients, "averaged over the uses; the effects of a shared parameter add up.",
                "dl_dbeta", "dl_domega", total=lambda parts: sum(parts) / len(parts)),
        planted(gradients, "the uses do not contribute alike: this is one contribution, times their number.",
                "dl_dbeta", "dl_domega", total=times_the_last),
        planted(gradients, "the use next to the input is missing (7.25).",
                "dl_dbeta", "dl_domega", total=lambda parts: sum(parts[:-1], 0 * parts[0])),
        planted(gradients, "the use next to the loss is missing.",
                "dl_dbeta", "dl_domega", total=lambda parts: sum(parts[1:], 0 * parts[0])),
        planted(gradients, "right except where a pre-activation is exactly 0, where this book's slope is 0: use f > 0.",
                mask=lambda f: f >= 0),
        planted(gradients, "the mask 𝕀[f > 0] is missing.", mask=np.ones_like),
        planted(gradients, "the ReLU itself stands where its slope, 0 or 1, should.", mask=relu),
        planted(gradients, "on the way back comes Ωᵀ first, then the mask of the layer below.", mask_first=True),
        planted(gradients, "Ω is not transposed on the way back (7.20).", weight=lambda omega: omega),
        planted(gradients, "a pre-activation stands where the activation h should.",
                "dl_domega", source=lambda f, h, k: f[k - 1] if k else h[0]),
        planted(gradients, "every use gets x; after the first, Ω is multiplied with h_k.",
                "dl_domega", source=lambda f, h, k: h[0]),
        planted(gradients, "the activation of the next use stands in 7.22; Ω was multiplied with h_k.",
                "dl_domega", source=lambda f, h, k: relu(f[k])),
        Slip(averaged, "averaged over the examples; the loss is their sum, and so is the gradient."),
        Slip(stopped, "this is ∂ℓ/∂f_0: one more step leads to x."),
        Slip(masked_input, "there is no ReLU at the input: no mask belongs to the last step."),
    ),
)  # fmt: skip
