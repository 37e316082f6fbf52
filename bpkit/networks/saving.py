"""Writes a network to a `.npz` file, arrays and a description in JSON, and reads it back; nothing in a file is run."""

import json
import os
import zipfile
from collections.abc import Sequence
from dataclasses import Field, fields, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bpkit import layers
from bpkit.layers.layer import Layer
from bpkit.networks.block import moved_together

Array = NDArray[Any]

FORMAT = "bpkit network 1"
KNOWN = {name: getattr(layers, name) for name in layers.__all__ if name not in ("Activation", "Layer")}


def save(
    net_layers: Sequence[Layer], parameters: Sequence[Array], path: str | os.PathLike[str], *, overwrite: bool
) -> None:
    """Write the layers of a network and their parameters; see `Network.save`."""
    path = Path(path)
    if path.suffix != ".npz":
        raise ValueError(f"path is {str(path)!r}, expected a name that ends in .npz.")
    if path.exists() and not overwrite:
        raise FileExistsError(f"there is a file {str(path)!r} already: choose another name, or pass overwrite=True.")
    numbers = {id(array): number for number, array in enumerate(parameters)}
    states = {id(array): array for layer in net_layers for array in layer.state}  # a shared one only once
    numbers |= {key: number for number, key in enumerate(states)}
    description = {"format": FORMAT, "layers": [_description(layer, numbers) for layer in net_layers]}
    arrays: dict[str, Any] = {f"parameter_{number}": array for number, array in enumerate(parameters)}
    arrays |= {f"state_{number}": array for number, array in enumerate(states.values())}
    # Written beside and then renamed, so that an interruption leaves either the old file or the new one.
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with beside.open("wb") as file:
            np.savez(file, description=np.array(json.dumps(description)), **arrays)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _description(layer: Layer, numbers: dict[int, int]) -> dict[str, Any]:
    """A layer as JSON: its name, its settings, and the numbers of its arrays."""
    name = type(layer).__name__
    if KNOWN.get(name) is not type(layer):
        raise TypeError(f"net holds the layer {layer!r}, which is not one of bpkit's, so it cannot be saved.")
    if isinstance(layer, layers.Residual):
        return {"name": name, "layers": [_description(inner, numbers) for inner in layer.layers]}
    if isinstance(layer, layers.Reversible):
        pairs = [[[_description(one, numbers) for one in function] for function in pair] for pair in layer.couplings]
        return {"name": name, "couplings": pairs}
    described: dict[str, Any] = {"name": name}
    for kind in ("parameters", "state"):
        if arrays := getattr(layer, kind):
            described[kind] = [numbers[id(array)] for array in arrays]
    found: tuple[Field[Any], ...] = fields(layer) if is_dataclass(layer) else ()
    settings = {field.name: getattr(layer, field.name) for field in found}
    return described | {"settings": {key: one for key, one in settings.items() if not isinstance(one, np.ndarray)}}


def load(path: str | os.PathLike[str]) -> list[Layer]:
    """Read the layers of a saved network; see `Network.load`."""
    path = Path(path)
    try:
        with path.open("rb") as handle, np.load(handle, allow_pickle=False) as file:
            description = json.loads(str(file["description"]))
            states = [file[f"state_{number}"] for number in range(sum(key.startswith("state_") for key in file.files))]
            stored = [file[f"parameter_{number}"] for number in range(len(file.files) - 1 - len(states))]
        if description["format"] != FORMAT:
            raise ValueError(f"its format is {description['format']!r}")
        arrays = moved_together(stored) if len({a.dtype for a in stored}) == 1 else stored
        return [_layer(one, arrays, states) for one in description["layers"]]
    except FileNotFoundError:
        raise
    except (KeyError, IndexError, TypeError, ValueError, OSError, EOFError, zipfile.BadZipFile) as error:
        raise ValueError(f"{str(path)!r} is not a network saved by this version of bpkit ({error}).") from None


def _layer(description: dict[str, Any], arrays: Sequence[Array], states: Sequence[Array]) -> Layer:
    made: Layer
    name = description["name"]
    if name == "Residual":
        return layers.Residual([_layer(one, arrays, states) for one in description["layers"]])
    if name == "Reversible":
        return layers.Reversible([
            ([_layer(one, arrays, states) for one in f], [_layer(one, arrays, states) for one in g])
            for f, g in description["couplings"]
        ])  # fmt: skip
    kind, settings = KNOWN[name], description.get("settings", {})  # older files give none for a layer with parameters
    if "parameters" in description:
        own = [arrays[number] for number in description["parameters"]]
        made = kind.of(*own, *(states[number] for number in description.get("state", ())), **settings)
    else:
        made = kind(**settings)
    return made
