"""Writes a network to a `.npz` file, arrays and a description in JSON, and reads it back; nothing in a file is run."""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from bpkit import layers
from bpkit.layers.composite import Composite
from bpkit.layers.layer import Layer
from bpkit.networks.block import Block
from bpkit.networks.configuration import configuration
from bpkit.numerical.arguments import shortened
from bpkit.numerical.arrays import Array
from bpkit.numerical.described_arrays import read_described, write_described

FORMAT = "bpkit network 1"
KNOWN = {name: getattr(layers, name) for name in layers.__all__ if name not in ("Activation", "Composite", "Layer")}

Made = TypeVar("Made")


def save(
    network_layers: Sequence[Layer], parameters: Sequence[Array], path: str | os.PathLike[str], *, overwrite: bool
) -> None:
    """Write the layers and their parameters; see `Network.save`."""
    path = Path(path)
    if path.suffix != ".npz":
        raise ValueError(f"path is {str(path)!r}, expected a name that ends in .npz.")
    if path.exists() and not overwrite:
        raise FileExistsError(f"there is a file {str(path)!r} already: choose another name, or pass overwrite=True.")
    _check_known(network_layers)
    numbers = {id(array): number for number, array in enumerate(parameters)}
    states = {id(array): array for layer in network_layers for array in layer.state}  # a shared one only once
    numbers |= {key: number for number, key in enumerate(states)}
    arrays = {f"parameter_{number}": array for number, array in enumerate(parameters)}
    arrays |= {f"state_{number}": array for number, array in enumerate(states.values())}
    write_described(path, {"format": FORMAT, "layers": configuration(network_layers, numbers)}, arrays)


def _check_known(network_layers: Iterable[Layer]) -> None:
    for layer in network_layers:
        if KNOWN.get(type(layer).__name__) is not type(layer):
            raise TypeError(f"net holds the layer {layer!r}, which is not one of bpkit's, so it cannot be saved.")
        if isinstance(layer, Composite):
            _check_known(layer.layers)


def load(path: str | os.PathLike[str], network: Callable[[list[Layer]], Made]) -> Made:
    """Read the layers of a saved network, and return the network of them; see `Network.load`."""
    path = Path(path)
    try:
        description, arrays = read_described(path, FORMAT)
        numbers = range(sum(name.startswith("parameter_") for name in arrays))
        parameters = [arrays[f"parameter_{number}"] for number in numbers]
        if any(array.dtype.kind != "f" for array in arrays.values()):
            raise TypeError("its arrays are not of a floating type")
        if len({array.dtype for array in parameters}) == 1:
            arrays |= zip((f"parameter_{number}" for number in numbers), Block.of_copies(parameters), strict=True)
        return network([_layer(one, arrays) for one in description["layers"]])
    except FileNotFoundError:
        raise
    except Exception as error:  # a damaged description can lead to any error
        raise ValueError(f"{str(path)!r} is not a network saved by this version of bpkit ({_reason(error)}).") from None


def _reason(error: Exception) -> str:
    """The message of an error on one line; it may quote whatever the file holds."""
    return shortened("".join(letter if letter.isprintable() else " " for letter in str(error)), 200)


def _layer(description: dict[str, Any], arrays: Mapping[str, Array]) -> Layer:
    """The layer that was described. A layer with arrays is made around those in the file, so none is ever made new."""
    made: Layer
    kind, settings = KNOWN[description["name"]], description.get("settings", {})  # files of 0.1.0 give none for some
    if kind is layers.Residual:
        return layers.Residual([_layer(one, arrays) for one in description["layers"]])
    if kind is layers.Reversible:
        return layers.Reversible([
            ([_layer(one, arrays) for one in f], [_layer(one, arrays) for one in g])
            for f, g in description["couplings"]
        ])  # fmt: skip
    if hasattr(kind, "of"):
        own = [arrays[f"parameter_{number}"] for number in description["parameters"]]
        made = kind.of(*own, *(arrays[f"state_{number}"] for number in description.get("state", ())), **settings)
    else:
        made = kind(**settings)
    return made
