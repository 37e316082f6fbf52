"""Checkpointing of a function: keep what goes in, and compute what happens inside again on the way back."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np

from bpkit.graphs.nested import Rebuild, flatten
from bpkit.graphs.rules import Rule
from bpkit.graphs.rules.rule import ForAnyNumber
from bpkit.graphs.tracked import DerivativeError, Tracked, apply, is_differentiated, name_of
from bpkit.graphs.transforms import jvp, vjp

Function = Callable[..., Any]


def remat(f: Function) -> Function:
    """Return f such that its derivatives keep its arguments and results, and recompute all between them.

    The gradient of a long computation needs every intermediate value. Cut into segments, each a `remat` function, it
    keeps the values between segments and, for a while, those inside one: with √n segments of √n steps about 2√n values
    instead of n, for one more run forward. This is what `bp.checkpoint` does for networks. The name is JAX's
    (rematerialization).

    f takes and returns numbers, arrays, and nests of them. Whatever f uses must be its argument if it is being
    differentiated; a rule in a closure would be recorded after all, and DerivativeError is raised.

    Source: Griewank and Walther (2000), "Algorithm 799: Revolve"; Chen et al. (2016), "Training deep nets with
    sublinear memory cost".

    >>> import bpkit as bp
    >>> segment = bp.remat(lambda x: np.sin(np.sin(x)))
    >>> gradient = bp.grad(lambda x: segment(segment(x)))(0.5)
    >>> bool(gradient == bp.grad(lambda x: np.sin(np.sin(np.sin(np.sin(x)))))(0.5))
    True
    """

    @wraps(f)
    def segment(*args: Any, **settings: Any) -> Any:
        leaves, rebuild = flatten((args, settings))
        places = [i for i, x in enumerate(leaves) if is_differentiated(x)]
        if not places:
            return f(*args, **settings)
        forms: list[tuple[Rebuild, list[tuple[int, ...]]]] = []  # of the results

        def of_differentiated(*values: Any) -> Any:
            """All results of f in one array, as a function of the arguments that are being differentiated."""
            given = list(leaves)
            for i, value in zip(places, values, strict=True):
                given[i] = value
            inner, inner_settings = rebuild(given)
            outputs, form = flatten(f(*inner, **inner_settings))
            if not forms:  # with numbers in the places of the results, which are not to be kept
                forms.append((flatten(form(range(len(outputs))))[1], [np.shape(y) for y in outputs]))
            return outputs[0] if len(outputs) == 1 else np.concatenate([np.ravel(y) for y in outputs])

        y = apply(_rule(f, of_differentiated), [leaves[i] for i in places], {})
        form, shapes = forms[0]
        return form(_parts(y, shapes))

    return segment


def _rule(f: Function, function: Function) -> Rule:
    """The rule of one call: it holds no value of what happens inside."""
    shares: list[tuple[Any, Any]] = []  # the gradient of the result, and what it makes of it for every input

    def value(*values: Any) -> Any:
        y = function(*values)
        outer = {x.recording for x in values if isinstance(x, Tracked)}
        if isinstance(y, Tracked) and y.recording not in outer:
            raise DerivativeError(
                f"{name_of(f)} uses a value that is being differentiated and is not among its arguments: give it to "
                "the function, so that it need not be recorded."
            )
        return np.float64(y) if type(y) is float else y

    def contribution(i: int, g: Any, y: Any, *values: Any) -> Any:
        if not shares or shares[0][0] is not g:
            shares[:] = [(g, vjp(function, *values)[1](g))]
        share = shares[0][1][i]
        if i == len(values) - 1:  # the last to ask
            shares.clear()
        return share

    def forward(tangents: Any, y: Any, *values: Any) -> Any:
        given = [np.zeros(np.shape(x)) if t is None else t for t, x in zip(tangents, values, strict=True)]
        return jvp(function, values, given)[1]

    return Rule(f"remat {name_of(f)}", value, ForAnyNumber(contribution), forward, own=True)


def _parts(y: Any, shapes: Any) -> list[Any]:
    """The results that `y` holds one behind the other."""
    if len(shapes) == 1:
        return [y]
    ends = np.cumsum([int(np.prod(shape)) for shape in shapes])
    return [np.reshape(part, shape) for part, shape in zip(np.split(y, ends[:-1]), shapes, strict=True)]
