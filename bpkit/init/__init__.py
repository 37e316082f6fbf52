"""Starting values for weights, and what becomes of numbers that pass through many layers of them."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from bpkit.init.variance import constant, glorot, he, lecun, normal, variance_scaling, zeros

if TYPE_CHECKING:
    from bpkit.init.data_driven import actnorm, first_step_loss, gradinit, lsuv
    from bpkit.init.orthogonal_matrices import delta_orthogonal, orthogonal
    from bpkit.init.propagation import Propagation, expected, propagate
    from bpkit.init.residual_networks import fixup
    from bpkit.init.transformers import attention_parameters, attention_stack, dt_fixup, t_fixup

__all__ = [
    "Propagation", "actnorm", "attention_parameters", "attention_stack", "constant", "delta_orthogonal", "dt_fixup",
    "expected", "first_step_loss", "fixup", "glorot", "gradinit", "he", "lecun", "lsuv", "normal", "orthogonal",
    "propagate", "t_fixup", "variance_scaling", "zeros",
]  # fmt: skip

# Loaded when they are first used: layers need the schemes above, and what is below needs layers.
_LATER = {
    "Propagation": "propagation", "actnorm": "data_driven", "attention_parameters": "transformers",
    "attention_stack": "transformers", "delta_orthogonal": "orthogonal_matrices", "dt_fixup": "transformers",
    "expected": "propagation", "first_step_loss": "data_driven", "fixup": "residual_networks",
    "gradinit": "data_driven", "lsuv": "data_driven", "orthogonal": "orthogonal_matrices",
    "propagate": "propagation", "t_fixup": "transformers",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module 'bpkit.init' has no attribute {name!r}")
    found = getattr(import_module(f"bpkit.init.{_LATER[name]}"), name)
    globals()[name] = found  # the next time it is simply there
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *_LATER})
