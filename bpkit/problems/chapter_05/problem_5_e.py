"""Problem 5.e: LSUV by hand."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from bpkit.problems.activations import relu
from bpkit.problems.problem import Arguments, Entries, Problem, Slip
from bpkit.problems.slips import planted, wrong


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    """First equal widths, then others; the weights are not centred, so that means are not 0."""
    return [
        {"x": rng.normal(size=(widths[0], 20)) + 0.5,
         "omega": [rng.uniform(0.2, 3.0) * rng.normal(1.0, 1.5, size=(above, below))
                   for below, above in pairwise(widths)]}
        for widths in ((6, 6, 6, 6), (3, 8, 5, 4))
    ]  # fmt: skip


def lsuv(
    x: Any, omega: Any,
    divisor: Callable[[Any], Any] = np.std,
    activation: Callable[[Any], Any] = relu,
    measured: Callable[[Any, Any], Any] = lambda f, h: f,
    onward: Callable[[Any, Any], Any] = lambda rescaled, original: rescaled,
) -> dict[str, Any]:  # fmt: skip
    """The rescaled weights, layer by layer; every keyword after omega plants a slip."""
    h, rescaled = x, []
    for matrix in omega:
        f = matrix @ h
        rescaled.append(matrix / divisor(measured(f, activation(f))))
        h = activation(onward(rescaled[-1], matrix) @ h)
    return {"omega": rescaled}


def some_layers(which: slice) -> Callable[..., Entries]:
    """Only some layers rescaled, the others as they came."""

    def answer(x: Any, omega: Any) -> Entries:
        h, result = x, []
        chosen = range(len(omega))[which]
        for k, matrix in enumerate(omega):
            result.append(matrix / np.std(matrix @ h) if k in chosen else matrix)
            h = relu(result[-1] @ h)
        return {"omega": result}

    return answer


PROBLEM = Problem(
    id="5.e",
    title="LSUV by hand",
    points=3,
    minutes=20,
    hints=(
        "One loop from the first layer to the last: measure, rescale, and go on with what the rescaled layer gives.",
        "If f has the variance v, which number c makes the variance of c·f equal to 1? And c·f is (c·Ω) h.",
        "f = omega[k] @ h, then omega[k] / f.std(), then the new f, then h = ReLU of it.",
    ),
    instances=instances,
    truth=lsuv,
    slips=(
        planted(lsuv, "divided by the variance: multiplying by c multiplies the variance by c².", divisor=np.var),
        planted(lsuv, "the weights are multiplied by the deviation; divide, so that a large one shrinks.",
                divisor=lambda f: 1 / np.std(f)),
        planted(lsuv, "this makes the mean square 1; the variance has the square of the mean taken away.",
                divisor=lambda f: np.sqrt(np.mean(f**2))),
        planted(lsuv, "all variances were measured with the old weights; a layer's input changes when those below do.",
                onward=lambda rescaled, original: original),
        planted(lsuv, "the ReLU is missing between the layers.", activation=lambda f: f),
        planted(lsuv, "the variance is measured after the ReLU; take that of f.", measured=lambda f, h: h),
        planted(lsuv, "each unit has a variance of its own here; take one number for the layer.",
                divisor=lambda f: np.std(f, axis=1, keepdims=True)),
        planted(lsuv, "the estimate divides by one entry less (ddof=1); here all entries of f are averaged.",
                divisor=lambda f: np.std(f, ddof=1)),
        wrong("the weights have variance 1 now; asked is that what comes out has.",
              omega=lambda x, omega: [matrix / np.std(matrix) for matrix in omega]),
        wrong("nothing is rescaled.", omega=lambda x, omega: list(omega)),
        Slip(some_layers(slice(1)), "only the first layer is rescaled."),
        Slip(some_layers(slice(0, -1)), "the last layer is not rescaled; the output is to have variance 1 too."),
        Slip(some_layers(slice(1, None)), "the first layer is not rescaled."),
    ),
)  # fmt: skip
