"""The 23 steps of the toy example's forward pass and two backward passes, with their numbers and what they reuse."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from bpkit.networks import toy
from bpkit.plot.svg import number, subscript


class Step(NamedTuple):
    """One term: the `name` of what it computes, the `phase` and `equation` it belongs to, the equation in symbols and
    in numbers, the `value`, and the names of the terms it `reuses`."""

    name: str
    phase: str
    equation: str
    symbols: str
    numbers: str
    value: float
    reuses: tuple[str, ...]


FORWARD, PASS_1, PASS_2 = "forward pass", "backward pass 1", "backward pass 2"
_ACTIVATIONS = ("", "sin", "exp", "cos")
_SLOPES = ("", "cos f₀", "exp f₁", "(−sin f₂)")


def toy_steps(x: float, y: float, beta: ArrayLike, omega: ArrayLike) -> list[Step]:
    """List the forward pass (7.8), backward pass 1 (7.9–7.12) and backward pass 2 (7.13–7.15), one term a step.

    `x` and `y` are numbers, `beta` and `omega` have shape (4,). The names are f0 … f3, h1 … h3, loss, and dl_df3 and so
    on for the derivatives. Raises what `toy.forward` raises.

    >>> steps = toy_steps(0.5, 1.0, [0.1, 0.2, 0.3, 0.4], [0.9, 0.8, 0.7, 0.6])
    >>> len(steps), steps[0].symbols, steps[0].numbers
    (23, 'f₀ = β₀ + ω₀ · x', '0.1 + 0.9 · 0.5')
    """
    stored = toy.forward(x, y, beta, omega)
    derivatives = toy.backward(stored, y, omega)
    return _forward(stored, y, beta, omega) + _pass_1(stored, derivatives, y, omega) + _pass_2(stored, derivatives)


def _forward(stored: toy.Forward, y: float, beta: ArrayLike, omega: ArrayLike) -> list[Step]:
    f, h, loss = stored
    b, w = list(map(float, beta)), list(map(float, omega))  # type: ignore[arg-type]
    steps = []
    for k in range(4):
        k_, source = subscript(k), "x" if k == 0 else f"h{subscript(k)}"
        if k > 0:
            before = f"f{subscript(k - 1)}"
            steps.append(Step(f"h{k}", FORWARD, "7.8", f"h{k_} = {_ACTIVATIONS[k]}[{before}]",
                              f"{_ACTIVATIONS[k]}[{number(f[k - 1])}]", float(h[k]), (f"f{k - 1}",)))  # fmt: skip
        steps.append(Step(f"f{k}", FORWARD, "7.8", f"f{k_} = β{k_} + ω{k_} · {source}",
                          f"{number(b[k])} + {_factor(w[k])} · {_factor(h[k])}", float(f[k]),
                          (f"h{k}" if k else "x", f"beta{k}", f"omega{k}")))  # fmt: skip
    steps.append(Step("loss", FORWARD, "7.8", "ℓ = (f₃ − y)²", f"({number(f[3])} − {_factor(y)})²", float(loss),
                      ("f3", "y")))  # fmt: skip
    return steps


def _pass_1(stored: toy.Forward, derivatives: toy.Backward, y: float, omega: ArrayLike) -> list[Step]:
    f = stored.f
    w = list(map(float, omega))  # type: ignore[arg-type]
    slopes = [0.0, float(np.cos(f[0])), float(np.exp(f[1])), float(-np.sin(f[2]))]
    steps = [Step("dl_df3", PASS_1, "7.10", "∂ℓ/∂f₃ = 2 (f₃ − y)", f"2 · ({number(f[3])} − {_factor(y)})",
                  float(derivatives.f[3]), ("f3", "y"))]  # fmt: skip
    for k in (3, 2, 1):
        k_, before_ = subscript(k), subscript(k - 1)
        steps.append(Step(f"dl_dh{k}", PASS_1, "7.11" if k == 3 else "7.12", f"∂ℓ/∂h{k_} = ω{k_} · ∂ℓ/∂f{k_}",
                          f"{_factor(w[k])} · {_factor(derivatives.f[k])}", float(derivatives.h[k]),
                          (f"omega{k}", f"dl_df{k}")))  # fmt: skip
        steps.append(Step(f"dl_df{k - 1}", PASS_1, "7.12", f"∂ℓ/∂f{before_} = {_SLOPES[k]} · ∂ℓ/∂h{k_}",
                          f"{_factor(slopes[k])} · {_factor(derivatives.h[k])}", float(derivatives.f[k - 1]),
                          (f"f{k - 1}", f"dl_dh{k}")))  # fmt: skip
    return steps


def _pass_2(stored: toy.Forward, derivatives: toy.Backward) -> list[Step]:
    steps = []
    for k in (3, 2, 1, 0):
        k_, source, equation = subscript(k), f"h{subscript(k)}" if k else "x", "7.14" if k else "7.15"
        steps.append(Step(f"dl_dbeta{k}", PASS_2, equation, f"∂ℓ/∂β{k_} = 1 · ∂ℓ/∂f{k_}",
                          f"1 · {_factor(derivatives.f[k])}", float(derivatives.beta[k]), (f"dl_df{k}",)))  # fmt: skip
        steps.append(Step(f"dl_domega{k}", PASS_2, equation, f"∂ℓ/∂ω{k_} = {source} · ∂ℓ/∂f{k_}",
                          f"{_factor(stored.h[k])} · {_factor(derivatives.f[k])}", float(derivatives.omega[k]),
                          (f"h{k}" if k else "x", f"dl_df{k}")))  # fmt: skip
    return steps


def _factor(value: float) -> str:
    """A number inside a product: negative ones in brackets."""
    return number(value) if value >= 0 else f"({number(value)})"
