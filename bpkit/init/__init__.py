"""Initial weights, and how variances change as they pass through many layers of them."""

from importlib import import_module
from typing import Any

from bpkit.init.orthogonal_matrices import delta_orthogonal, orthogonal
from bpkit.init.variance import constant, glorot, he, lecun, normal, variance_scaling, zeros

__all__ = [
    "Propagation", "actnorm", "attention_parameters", "attention_stack", "constant", "delta_orthogonal", "dt_fixup",
    "expected", "first_step_loss", "fixup", "glorot", "gradinit", "he", "lecun", "lsuv", "normal", "orthogonal",
    "propagate", "t_fixup", "variance_scaling", "zeros",
]  # fmt: skip

# This folder draws one matrix from its shape, and layers import it. The initialization of a whole network imports
# layers, so it is in bpkit.networks.initialization, and loaded on first use.
_LATER = {
    "Propagation": "propagation", "actnorm": "data_driven", "attention_parameters": "transformers",
    "attention_stack": "transformers", "dt_fixup": "transformers", "expected": "propagation",
    "first_step_loss": "learned_scales", "fixup": "residual_networks", "gradinit": "learned_scales",
    "lsuv": "data_driven", "propagate": "propagation", "t_fixup": "transformers",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module 'bpkit.init' has no attribute {name!r}")
    found = getattr(import_module(f"bpkit.networks.initialization.{_LATER[name]}"), name)
    globals()[name] = found  # found directly from now on
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *_LATER})
