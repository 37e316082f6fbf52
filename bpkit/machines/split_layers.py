"""Tensor parallel training: each rank has some of the hidden units, in layers cut by outputs and by inputs."""

from typing import Any

import numpy as np

from bpkit.layers.dropout import Dropout
from bpkit.layers.layer import Activation, Array, Layer, Out, Rng
from bpkit.layers.linear import Linear
from bpkit.machines.reduction import all_reduce
from bpkit.networks.network import Network
from bpkit.numerical.even_slices import even_slices


def tensor_parallel(comm: Any, net: Network) -> Network:
    """Return this rank's part of a network: some of the units between linear layers 2j and 2j + 1.

    Ω_2j is split by its outputs, a rank having some rows and their biases, and Ω_{2j+1} by its inputs, a rank having
    the columns of the same units. What is between them must be applied to every unit on its own (dropout draws its
    mask for all units and uses its part, so every rank gets the same `rng`). Then
    f_{2j+1} = β + Σ_r Ω^r h^r is one all-reduce forward, and ∂ℓ/∂h_2j one all-reduce backward. The part is used as any
    network is, `bp.backprop` included; its parameters are copies.

    Raises ValueError for a network that is not made of such pairs, or more ranks than units.

    Source: section 7.8; Shoeybi et al. (2019), "Megatron-LM: training multi-billion parameter language models using
    model parallelism", whose "column parallel" is the split by outputs: their weights are transposed.

    >>> import bpkit as bp
    >>> net, x, y = bp.mlp([2, 4, 1], rng=0), np.ones((2, 3)), np.zeros((1, 3))
    >>> step = lambda comm: bp.backprop(tensor_parallel(comm, net), bp.LeastSquares(), x, y)
    >>> [grads.omega[0].shape for value, grads in bp.machines.run(step, 2).results]
    [(2, 2), (2, 2)]
    """
    layers: list[Layer] = []
    units: slice | None = None  # while this rank has only some of them
    whole = 0  # how many all ranks have
    for layer in net.layers:
        if isinstance(layer, Linear) and units is None:
            units, whole = _units(comm, layer), layer.omega.shape[0]
            layers.append(SplitOutputs.of(layer.beta[units].copy(), layer.omega[units].copy()).between(comm))
        elif isinstance(layer, Linear):
            layers.append(SplitInputs.of(layer.beta.copy(), layer.omega[:, units].copy()).between(comm))
            units = None
        elif isinstance(layer, Dropout) and units is not None:
            layers.append(SplitDropout(layer.p).of_units(units, whole))
        elif (units is None and not layer.parameters) or (isinstance(layer, Activation) and not layer.parameters):
            layers.append(layer)
        else:
            raise ValueError(f"{layer} cannot be split: expected linear layers, and activations without parameters.")
    if units is not None:
        raise ValueError("net has an odd number of linear layers, but they are split in pairs: outputs, then inputs.")
    return Network(layers)


def _units(comm: Any, layer: Linear) -> slice:
    found = even_slices(layer.omega.shape[0], comm.size)[comm.rank]
    if found.start == found.stop:
        raise ValueError(f"{layer} has fewer units than there are ranks, {comm.size}: each rank needs at least one.")
    return found


class SplitDropout(Dropout):
    """Dropout for some of the units, with the mask of one machine.

    >>> half = SplitDropout(0.5).of_units(slice(1, 2), 2)
    >>> half.forward(np.ones((1, 4)), training=True, rng=np.random.default_rng(0))[0]
    array([[2., 2., 2., 2.]])
    """

    units: slice
    whole: int

    def of_units(self, units: slice, whole: int) -> "SplitDropout":
        """Return the layer, with the units that this rank has, of so many."""
        self.units, self.whole = units, whole
        return self

    def drawn(self, rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
        return rng.random((self.whole, *shape[1:]))[self.units]


class SplitOutputs(Linear):
    """The rows of a linear layer that one rank has: some of the outputs, from all inputs.

    Each rank's outputs say something about the input, so ∂ℓ/∂h = Σ_r (Ω^r)ᵀ g^r is an all-reduce.

    >>> SplitOutputs.of([[0.0]], [[1.0, 2.0]])
    SplitOutputs 2 → 1
    """

    comm: Any

    def between(self, comm: Any) -> "SplitOutputs":
        """Return the layer, with the ranks among which it is split."""
        self.comm = comm
        return self

    def input_gradient(self, g: Array, *, out: Out = None) -> Array:
        dl_dh = super().input_gradient(g, out=np.empty((self.omega.shape[1], g.shape[1]), g.dtype))
        all_reduce(self.comm, dl_dh.reshape(-1))
        return _into(dl_dh, out)


class SplitInputs(Linear):
    """The columns of a linear layer that one rank has: all outputs, from some of the inputs.

    The products are summed over the ranks, and then β, which every rank has, is added once.

    >>> SplitInputs.of([[0.0]], [[1.0, 2.0]])
    SplitInputs 2 → 1
    """

    comm: Any

    def between(self, comm: Any) -> "SplitInputs":
        """Return the layer, with the ranks among which it is split."""
        self.comm = comm
        return self

    def forward(self, x: Array, *, training: bool = False, rng: Rng = None, out: Out = None) -> tuple[Array, Any]:
        f = np.dot(self.omega, x)
        all_reduce(self.comm, f.reshape(-1))
        f += self.beta
        return _into(f, out), None


def _into(array: Array, out: Out) -> Array:
    if out is None:
        return array
    out[...] = array
    return out
