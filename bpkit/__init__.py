"""bpkit: backpropagation, differentiation and initialization, every equation a few legible lines of NumPy."""

import sys
from typing import Any

if sys.version_info < (3, 11):  # noqa: UP036  this file must say so on an older Python, so it keeps to old syntax
    message = "bpkit needs Python 3.11 or newer, but this is Python %d.%d (%s): install a newer one from python.org and run the same command with it." % (  # noqa: E501, UP031
        sys.version_info[0], sys.version_info[1], sys.executable)  # fmt: skip
    raise SystemExit(message) if sys.argv[0] == "-m" else ImportError(message)

try:
    import numpy  # noqa: F401
except ModuleNotFoundError:
    # `python -m bpkit` is the command that installs NumPy, so on a bare Python it has to get past this line.
    if sys.argv[0] != "-m":
        raise
else:
    from bpkit import init, toy
    from bpkit.backprop import backprop
    from bpkit.gradcheck import GradcheckError, gradcheck
    from bpkit.layers import (
        SELU,
        Activation,
        ActNorm,
        BatchNorm,
        Dropout,
        Layer,
        LeakyReLU,
        Linear,
        LogSoftmax,
        PReLU,
        ReLU,
        Residual,
        Reversible,
        ScalarBias,
        ScalarMultiplier,
        Sigmoid,
        Softmax,
        Softplus,
        Tanh,
    )
    from bpkit.losses import L1, L2, BinaryCrossEntropy, CrossEntropy, LeastSquares
    from bpkit.mlp import mlp
    from bpkit.network import Network
    from bpkit.problems import check
    from bpkit.trace import Gradients, Trace

    __all__ = [
        "L1", "L2", "SELU", "ActNorm", "Activation", "BatchNorm", "BinaryCrossEntropy", "CrossEntropy", "Dropout",
        "GradcheckError", "Gradients", "Layer", "LeakyReLU", "LeastSquares", "Linear", "LogSoftmax", "Network",
        "PReLU", "ReLU", "Residual", "Reversible", "ScalarBias", "ScalarMultiplier", "Sigmoid", "Softmax", "Softplus",
        "Tanh", "Trace", "backprop", "check", "gradcheck", "init", "mlp", "toy",
    ]  # fmt: skip

    # Differentiation of arbitrary functions, training, data, and what saves memory are loaded when they are first used,
    # so that `import bpkit` stays fast.
    _LATER = {
        "Adam": "optim", "AdamW": "optim", "CosineAnnealingLR": "optim", "DerivativeError": "tracked",
        "Dual": "forward", "Graph": "graph", "Node": "graph", "SGD": "optim", "StepLR": "optim",
        "accumulate": "micro_batches", "checkpoint": "checkpoint", "clip_grad_norm": "optim", "data": "data",
        "defrule": "own_rules", "fit": "training", "grad": "transforms", "hessian": "transforms", "hvp": "transforms",
        "jacfwd": "transforms", "jacrev": "transforms", "jvp": "transforms", "optim": "optim", "record": "graph",
        "stop_gradient": "transforms", "total_norm": "optim", "value_and_grad": "transforms", "vjp": "transforms",
    }  # fmt: skip
    __all__ += sorted(_LATER)

    def __getattr__(name: str) -> Any:
        if name not in _LATER:
            raise AttributeError(f"module 'bpkit' has no attribute {name!r}")
        from importlib import import_module

        module = import_module(f"bpkit.{_LATER[name]}")
        found = module if name == _LATER[name] else getattr(module, name)
        globals()[name] = found  # the next time it is simply there
        return found

    def __dir__() -> list[str]:
        return sorted([*globals(), *_LATER])


__version__ = "0.1.0"
