"""A backward pass in which a bug can be planted, for problem 2.d. (Reading on gives the six bugs away.)"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bpkit.problems.numbered import require_number

Gradients = tuple[list[Any], list[Any]]  # for beta and for omega, layer by layer
Backward = Callable[[Sequence[Any], Sequence[Any], Sequence[Any], Any], Gradients]


def backward(
    f: Sequence[Any], h: Sequence[Any], omega: Sequence[Any], dl_df: Any,
    to_layer_before: Callable[..., Any] = lambda f, h, omega, k, at_f: (f[k - 1] > 0) * (omega[k].T @ at_f),
    source: Callable[..., Any] = lambda f, h, k: h[k],
    over_batch: Callable[..., Any] = lambda at_f: at_f.sum(axis=1, keepdims=True),
) -> Gradients:  # fmt: skip
    """The backward pass 7.24 and 7.25 from ∂ℓ/∂f_K to the gradients; every keyword plants one bug.

    Shapes are the book's: omega[k] is (D_{k+1}, D_k), f[k] and dl_df (D_{k+1}, I), and h[0] is the input.

    >>> import numpy as np
    >>> f, h, omega = [np.array([[2.0]])], [np.array([[3.0]])], [np.array([[0.5]])]
    >>> dl_dbeta, dl_domega = backward(f, h, omega, np.array([[1.0]]))
    >>> dl_domega[0]
    array([[3.]])
    """
    dl_dbeta: list[Any] = []
    dl_domega: list[Any] = []
    at_f = dl_df
    for k in range(len(omega) - 1, -1, -1):
        dl_dbeta.insert(0, over_batch(at_f))  # 7.21
        dl_domega.insert(0, at_f @ source(f, h, k).T)  # 7.22
        if k > 0:
            at_f = to_layer_before(f, h, omega, k, at_f)  # 7.24
    return dl_dbeta, dl_domega


# The bugs the statement of 2.d lists, as keywords of `backward`; two of them are in no version.
BUGS: Mapping[str, Mapping[str, Callable[..., Any]]] = {
    "no-mask": {"to_layer_before": lambda f, h, omega, k, at_f: omega[k].T @ at_f},
    "late-mask": {"to_layer_before": lambda f, h, omega, k, at_f: (f[k] > 0) * (omega[k].T @ at_f)},
    "early-mask": {"to_layer_before": lambda f, h, omega, k, at_f: omega[k].T @ ((f[k - 1] > 0) * at_f)},
    "no-transpose": {"to_layer_before": lambda f, h, omega, k, at_f: (f[k - 1] > 0) * (omega[k] @ at_f)},
    "wrong-weights": {"to_layer_before": lambda f, h, omega, k, at_f: (f[k - 1] > 0) * (omega[k - 1].T @ at_f)},
    "pre-activation": {"source": lambda f, h, k: f[k - 1] if k > 0 else h[0]},
    "not-the-input": {"source": lambda f, h, k: h[max(k, 1)]},
    "mean-bias": {"over_batch": lambda at_f: at_f.mean(axis=1, keepdims=True)},
}
PLANTED = ("no-transpose", "mean-bias", "no-mask", "not-the-input", "late-mask", "pre-activation")


def backward_with_bug(number: int) -> Backward:
    """Return version 1, 2, …, 6 of a backward pass: `backward(f, h, omega, dl_df)` with one bug (problem 2.d).

    It returns the gradients for beta and for omega as two lists, and runs without complaint when all layers are equally
    wide and the network has at least one hidden layer.

    Raises ValueError for another number.

    >>> import numpy as np
    >>> f, h, omega = [np.eye(2)] * 3, [np.eye(2)] * 3, [np.eye(2)] * 3
    >>> dl_dbeta, dl_domega = backward_with_bug(1)(f, h, omega, np.eye(2))
    >>> len(dl_dbeta), dl_domega[0].shape
    (3, (2, 2))
    """
    require_number(number, 1, len(PLANTED))
    bug = BUGS[PLANTED[number - 1]]

    def version(f: Sequence[Any], h: Sequence[Any], omega: Sequence[Any], dl_df: Any) -> Gradients:
        return backward(f, h, omega, dl_df, **bug)

    return version
