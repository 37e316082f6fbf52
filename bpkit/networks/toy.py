"""The toy example of section 7.3: a chain of a sine, an exponential and a cosine, and its gradient in two passes."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bpkit.numerical.arguments import real_array
from bpkit.numerical.underflow import ignore_underflow

Array = NDArray[np.float64]


class Forward(NamedTuple):
    """What the forward pass stores: f[0] … f[3], h[0] … h[3] (h[0] is x), and the loss of each example."""

    f: Array
    h: Array
    loss: Array


class Backward(NamedTuple):
    """The derivatives of the loss of each example: f[k] is ∂ℓ/∂f_k, and so on; h[0] is ∂ℓ/∂x."""

    f: Array
    h: Array
    beta: Array
    omega: Array


@ignore_underflow
def forward(x: ArrayLike, y: ArrayLike, beta: ArrayLike, omega: ArrayLike) -> Forward:
    """Run the toy model and its loss, keeping every intermediate value (7.8; the model is 7.5, the loss 7.6).

    f_0 = β_0 + ω_0·x,  h_1 = sin f_0,  f_1 = β_1 + ω_1·h_1,  h_2 = exp f_1,  f_2 = β_2 + ω_2·h_2,  h_3 = cos f_2,
    f_3 = β_3 + ω_3·h_3,  ℓ = (f_3 − y)².

    `x` and `y` are numbers, or arrays of one shape with an entry for each example; `beta` and `omega` have shape (4,),
    or (4,) + x.shape when each example has parameters of its own. In the result `f` and `h` have shape
    (4,) + x.shape and `loss` has the shape of x.

    Raises TypeError or ValueError for a wrong shape, text, NaN, or an f_1 so large that exp f_1 is no longer a float64.

    Source: section 7.3.

    >>> forward(x=0.0, y=1.0, beta=[0, 0, 0, 0], omega=[1, 1, 1, 1]).h
    array([0.        , 0.        , 1.        , 0.54030231])
    """
    x, y, beta, omega = _checked(x, y, beta, omega)
    h0 = x
    f0 = beta[0] + omega[0] * h0  # 7.8
    h1 = np.sin(f0)
    f1 = beta[1] + omega[1] * h1
    _check_exponent(f1)
    h2 = np.exp(f1)
    f2 = beta[2] + omega[2] * h2
    h3 = np.cos(f2)
    f3 = beta[3] + omega[3] * h3  # 7.5
    loss = (f3 - y) ** 2  # 7.6
    return Forward(f=np.stack([f0, f1, f2, f3]), h=np.stack([h0, h1, h2, h3]), loss=np.asarray(loss))


@ignore_underflow
def backward(stored: Forward, y: ArrayLike, omega: ArrayLike) -> Backward:
    """Compute all derivatives of the loss from what the forward pass stored (7.9–7.15).

    Backward pass 1 walks from the loss to the input, ∂ℓ/∂f_3 = 2(f_3 − y) and then, for k = 3, 2, 1,
    ∂ℓ/∂h_k = ω_k · ∂ℓ/∂f_k and ∂ℓ/∂f_{k−1} = ∂h_k/∂f_{k−1} · ∂ℓ/∂h_k; backward pass 2 reads off
    ∂ℓ/∂β_k = ∂ℓ/∂f_k and ∂ℓ/∂ω_k = h_k · ∂ℓ/∂f_k. No derivative is computed twice.

    `stored` is the result of `forward` with the same `y` and `omega`; every field of the result has the shape of
    `stored.f`, one derivative for each example.

    Raises TypeError or ValueError for a wrong shape, text or NaN in `y` or `omega`.

    Source: section 7.3.

    >>> stored = forward(x=0.0, y=1.0, beta=[0, 0, 0, 0], omega=[1, 1, 1, 1])
    >>> backward(stored, y=1.0, omega=[1, 1, 1, 1]).omega.round(4)
    array([ 0.    ,  0.    ,  0.7736, -0.4968])
    """
    f, h, _ = stored
    y = real_array("y", y, shape=f.shape[1:], slip="is it the y that went into the forward pass?")
    omega = _parameters("omega", omega, h[0])

    # Backward pass 1: the intermediate quantities (7.9), last one first.
    dl_df3 = 2 * (f[3] - y)  # 7.10
    dl_dh3 = omega[3] * dl_df3  # 7.11
    dl_df2 = -np.sin(f[2]) * dl_dh3  # 7.12
    dl_dh2 = omega[2] * dl_df2
    dl_df1 = np.exp(f[1]) * dl_dh2
    dl_dh1 = omega[1] * dl_df1
    dl_df0 = np.cos(f[0]) * dl_dh1
    dl_dh0 = omega[0] * dl_df0  # not in the book, which needs no ∂ℓ/∂x; it costs one line
    dl_df = np.stack([dl_df0, dl_df1, dl_df2, dl_df3])
    dl_dh = np.stack([dl_dh0, dl_dh1, dl_dh2, dl_dh3])

    # Backward pass 2: the parameters (7.13).
    dl_dbeta = 1 * dl_df  # 7.14
    dl_domega = h * dl_df  # 7.15 for k = 0, where h_0 is x, and 7.14 for the others
    return Backward(f=dl_df, h=dl_dh, beta=dl_dbeta, omega=dl_domega)


@ignore_underflow
def direct_derivative_of_omega_0(x: ArrayLike, y: ArrayLike, beta: ArrayLike, omega: ArrayLike) -> Array:
    """Compute ∂ℓ/∂ω_0 from its written-out expression (7.7), which repeats almost everything it computes.

    The arguments are those of `forward`; the result has the shape of `x`. `backward` gives the same number for less.

    Source: section 7.3; the text's last closing bracket is missing.

    >>> x, y, beta, omega = 0.5, 1.0, [0.1, 0.2, 0.3, 0.4], [0.9, 0.8, 0.7, 0.6]
    >>> bool(np.isclose(direct_derivative_of_omega_0(x, y, beta, omega),
    ...                 backward(forward(x, y, beta, omega), y, omega).omega[0]))
    True
    """
    x, y, (b0, b1, b2, b3), (w0, w1, w2, w3) = _checked(x, y, beta, omega)
    _check_exponent(b1 + w1 * np.sin(b0 + w0 * x))
    return np.asarray(
        -2 * (b3 + w3 * np.cos(b2 + w2 * np.exp(b1 + w1 * np.sin(b0 + w0 * x))) - y)  # 7.7
        * w1 * w2 * w3 * x * np.cos(b0 + w0 * x) * np.exp(b1 + w1 * np.sin(b0 + w0 * x))
        * np.sin(b2 + w2 * np.exp(b1 + w1 * np.sin(b0 + w0 * x)))
    )  # fmt: skip


def _checked(x: Any, y: Any, beta: Any, omega: Any) -> tuple[Array, Array, Array, Array]:
    x = real_array("x", x)
    y = real_array("y", y, shape=x.shape, slip="every x needs its own y.")
    return x, y, _parameters("beta", beta, x), _parameters("omega", omega, x)


def _parameters(name: str, value: Any, x: Array) -> Array:
    """One number for each of f_0 … f_3, or one for each of these and each example."""
    kind = "bias" if name == "beta" else "weight"
    shape = (4, *x.shape) if x.ndim and np.shape(value) == (4, *x.shape) else (4,)
    return real_array(name, value, shape=shape, slip=f"one {kind} for each of f_0 … f_3.")


def _check_exponent(f1: Array) -> None:
    largest = np.log(np.finfo(np.float64).max)
    if np.any(f1 > largest):
        raise ValueError(
            f"f_1 = β_1 + ω_1·sin f_0 is {np.max(f1):.4g}, expected at most {largest:.0f} so that exp f_1 "
            "is still a number: is beta[1] or omega[1] too large?"
        )
