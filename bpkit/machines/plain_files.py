"""Writes plain values to a folder and reads them back, for the processes of `mpirun`; nothing in the files is run.

Plain values are numbers, texts, None, arrays, and lists, tuples and dictionaries of these; also networks and losses.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np

from bpkit.networks import losses
from bpkit.networks.losses import Loss
from bpkit.networks.network import Network

EXPECTED = "numbers, texts, arrays, networks, losses, and lists, tuples and dictionaries of these"


def write_values(folder: Path, name: str, value: Any, what: str) -> None:
    """Write a value as `name`.json, and its arrays and networks beside it; `what` names it in an error.

    Raises TypeError for a value that is not plain.
    """
    arrays: dict[str, Any] = {}

    def encoded(one: Any) -> Any:
        if isinstance(one, np.ndarray) and one.dtype.kind in "biufc":
            arrays[key := f"a{len(arrays)}"] = one
            return {"array": key}
        if isinstance(one, np.generic):
            return {"scalar": encoded(np.asarray(one))}
        if isinstance(one, Network):
            one.save(folder / (key := f"{name}_{len(arrays)}_net.npz"))
            arrays[key] = np.zeros(0)  # so that the next one has another number
            return {"network": key}
        if isinstance(one, Loss):
            return {"loss": type(one).__name__, "reduction": one.reduction}
        if isinstance(one, list | tuple):
            return {"tuple" if isinstance(one, tuple) else "list": [encoded(part) for part in one]}
        if isinstance(one, dict) and all(isinstance(key, str) for key in one):
            return {"dict": {key: encoded(part) for key, part in one.items()}}
        if one is None or isinstance(one, bool | int | float | str):
            return {"value": one}
        raise TypeError(f"{what} holds a {type(one).__name__}, which cannot be sent: expected {EXPECTED}.")

    text = json.dumps(encoded(value))
    np.savez(folder / f"{name}.npz", **arrays)
    (folder / f"{name}.json").write_text(text, encoding="utf-8")


def read_values(folder: Path, name: str) -> Any:
    """Read what `write_values` has written."""
    with np.load(folder / f"{name}.npz", allow_pickle=False) as arrays:

        def decoded(one: dict[str, Any]) -> Any:
            ((kind, content), *_) = one.items()
            match kind:
                case "array":
                    return arrays[content]
                case "scalar":
                    return decoded(content)[()]
                case "network":
                    return Network.load(folder / content)
                case "loss":
                    return getattr(losses, content)(one["reduction"])
                case "list" | "tuple":
                    parts = [decoded(part) for part in content]
                    return parts if kind == "list" else tuple(parts)
                case "dict":
                    return {key: decoded(part) for key, part in content.items()}
            return content

        return decoded(json.loads((folder / f"{name}.json").read_text(encoding="utf-8")))
