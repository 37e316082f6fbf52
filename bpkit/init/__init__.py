"""Starting values for weights, and what becomes of numbers that pass through many layers of them."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from bpkit.init.variance import constant, glorot, he, lecun, normal, variance_scaling, zeros

if TYPE_CHECKING:
    from bpkit.init.orthogonal_matrices import delta_orthogonal, orthogonal
    from bpkit.init.propagation import Propagation, expected, propagate

__all__ = [
    "Propagation", "constant", "delta_orthogonal", "expected", "glorot", "he", "lecun", "normal", "orthogonal",
    "propagate", "variance_scaling", "zeros",
]  # fmt: skip

# Loaded when they are first used: layers need the schemes above, and what is below needs layers.
_LATER = {
    "Propagation": "propagation", "delta_orthogonal": "orthogonal_matrices", "expected": "propagation",
    "orthogonal": "orthogonal_matrices", "propagate": "propagation",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module 'bpkit.init' has no attribute {name!r}")
    found = getattr(import_module(f"bpkit.init.{_LATER[name]}"), name)
    globals()[name] = found  # the next time it is simply there
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *_LATER})
