"""Where the parameters of a network lie, which layers use them, and which of them are β_k and Ω_k."""

import itertools
import operator
from collections.abc import Sequence
from typing import Any

import numpy as np

from bpkit.layers.layer import Arrays, Layer
from bpkit.layers.sequence import linear_layers
from bpkit.networks.block import Block, consecutive_places
from bpkit.networks.trace import Gradients
from bpkit.numerical.arrays import Array

is_writeable = operator.attrgetter("flags.writeable")


class ParameterLayout:
    """The order of a network's parameters, and of their gradients; a parameter shared by several layers is there once.

    `parameters` are in the order of the layers. Their gradients lie in a `Block` at `places`.
    """

    def __init__(self, layers: Sequence[Layer]) -> None:
        used = [array for layer in layers for array in layer.parameters]
        distinct = tuple({id(array): array for array in used}.values())
        number = {id(array): n for n, array in enumerate(distinct)}
        linear = linear_layers(layers)
        ends = list(itertools.accumulate((len(layer.parameters) for layer in layers), initial=0))
        self.dtype = _common_dtype(distinct)
        block = Block.around(distinct)
        self.parameters = block or distinct
        self.places = block.places if block else consecutive_places(array.shape for array in distinct)
        self._uses = [number[id(array)] for array in used]
        self._slices = [slice(start, end) for start, end in itertools.pairwise(ends)]
        self._beta = [number[id(layer.beta)] for layer in linear]
        self._omega = [number[id(layer.omega)] for layer in linear]

    def gradients(self, out: Gradients | None) -> Arrays:
        """Return an array for the gradient of each parameter: new and uninitialized, or those of `out` if they fit.

        Raises TypeError or ValueError if `out` cannot take the gradients of this network.
        """
        if out is None:
            return Block.empty(self.places, self.dtype)
        if not isinstance(out, Gradients):
            raise TypeError(
                f"out is a {type(out).__name__}, expected the gradients that an earlier call returned: write "
                "`value, grads = …(…, out=grads)`."
            )
        self._check_out(out.parameters)
        return out.parameters

    def by_layer(self, gradients: Arrays) -> list[Arrays]:
        """Return the arrays each layer writes into; a second use of a parameter gets an array of its own."""
        if len(self._uses) == len(gradients):
            return [gradients[one] for one in self._slices]
        unused = dict(enumerate(gradients))
        arrays = tuple(unused.pop(n) if n in unused else np.empty_like(gradients[n]) for n in self._uses)
        return [arrays[one] for one in self._slices]

    def named(
        self,
        gradients: Arrays,
        by_layer: Sequence[Arrays],
        *,
        f: Arrays | None = None,
        x: Array | None = None,
        out: Gradients | None = None,
    ) -> Gradients:
        """Add up the contributions of all uses of shared parameters, and return the gradients by their names.

        That is `out` itself if its arrays were made here and it holds no ∂ℓ/∂f or ∂ℓ/∂x of an older batch.
        """
        if len(self._uses) > len(gradients):
            for n, part in zip(self._uses, itertools.chain(*by_layer), strict=True):
                if part is not gradients[n]:
                    np.add(gradients[n], part, out=gradients[n])
        if out is not None and isinstance(gradients, Block) and not out.has_f and not out.has_x:
            return out
        beta = tuple([gradients[n] for n in self._beta])
        omega = tuple([gradients[n] for n in self._omega])
        return Gradients(gradients, beta, omega, f, x)

    def _check_out(self, arrays: Arrays) -> None:
        if not (isinstance(arrays, Block) and arrays.places is self.places):
            self._check_foreign(arrays)
        if not all(map(is_writeable, arrays)):
            n = list(map(is_writeable, arrays)).index(False)
            raise ValueError(
                f"out.parameters[{n}] is read-only, but a gradient is to be written into it: pass out=None to get new "
                "arrays."
            )

    def _check_foreign(self, arrays: Arrays) -> None:
        """Check gradient arrays that were not made here."""
        shapes, expected = [np.shape(array) for array in arrays], [place.shape for place in self.places]
        if isinstance(arrays, Block) or shapes != expected:
            raise ValueError(
                "out holds the gradients of another network: pass those that a call with this network returned, or "
                "out=None to get new arrays."
            )
        for n, array in enumerate(arrays):
            if not isinstance(array, np.ndarray) or array.dtype != self.dtype:
                what = str(array.dtype) if isinstance(array, np.ndarray) else type(array).__name__
                raise TypeError(f"out.parameters[{n}] is {what}, but this network computes in {self.dtype}.")
            if not array.flags.c_contiguous:
                raise ValueError(f"out.parameters[{n}] is not contiguous: pass np.ascontiguousarray of it.")
        for (m, one), (n, other) in itertools.combinations(enumerate((*arrays, *self.parameters)), 2):
            if m < len(arrays) and np.may_share_memory(one, other):
                what = f"out.parameters[{n}]" if n < len(arrays) else f"net.parameters[{n - len(arrays)}]"
                raise ValueError(
                    f"out.parameters[{m}] shares memory with {what}, so that writing one would overwrite the other: "
                    "pass an array of its own for each parameter."
                )


def _common_dtype(parameters: Sequence[Array]) -> np.dtype[Any]:
    found = {array.dtype for array in parameters}
    if len(found) > 1:
        raise TypeError(
            f"the layers' parameters are of different types, {', '.join(sorted(map(str, found)))}: give all layers the "
            "same dtype."
        )
    return found.pop() if found else np.dtype(float)
