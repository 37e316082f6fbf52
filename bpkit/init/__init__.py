"""Starting values for weights, and what becomes of numbers that pass through many layers of them."""

from importlib import import_module
from typing import Any

from bpkit.init.orthogonal_matrices import delta_orthogonal, orthogonal
from bpkit.init.variance import constant, glorot, he, lecun, normal, variance_scaling, zeros

__all__ = [
    "Propagation", "actnorm", "attention_parameters", "attention_stack", "constant", "delta_orthogonal", "dt_fixup",
    "expected", "first_step_loss", "fixup", "glorot", "gradinit", "he", "lecun", "lsuv", "normal", "orthogonal",
    "propagate", "t_fixup", "variance_scaling", "zeros",
]  # fmt: skip

# Here is what makes one matrix from its shape, and layers are built on it. What needs a whole network is built on
# layers; it is shown here too, and loaded when it is first used.
_LATER = {
    "Propagation": "propagation", "actnorm": "data_driven", "attention_parameters": "transformers",
    "attention_stack": "transformers", "dt_fixup": "transformers", "expected": "propagation",
    "first_step_loss": "data_driven", "fixup": "residual_networks", "gradinit": "data_driven", "lsuv": "data_driven",
    "propagate": "propagation", "t_fixup": "transformers",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module 'bpkit.init' has no attribute {name!r}")
    found = getattr(import_module(f"bpkit.networks.initialization.{_LATER[name]}"), name)
    globals()[name] = found  # the next time it is simply there
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *_LATER})
