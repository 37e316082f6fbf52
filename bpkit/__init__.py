"""bpkit: backpropagation, differentiation and initialization, every equation a few legible lines of NumPy."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036  this file must say so on any older Python, so it keeps to Python 2's syntax
    message = "bpkit needs Python 3.11 or newer, but this is Python %d.%d (%s): install a newer one from python.org and run the same command with it." % (  # noqa: E501, UP031
        sys.version_info[0], sys.version_info[1], sys.executable)  # fmt: skip
    is_command = sys.argv[0] == ("-m" if sys.version_info[0] > 2 else "-c")  # what `python -m` leaves there, for now
    raise SystemExit(message) if is_command else ImportError(message)

try:
    import numpy  # noqa: F401
except ImportError:
    # `python -m bpkit` is the command that installs NumPy, so it has to get past this line without one that works.
    if sys.argv[0] != "-m":
        raise
else:
    from typing import Any  # noqa: F401  for the comments that are types, which Python 2 passes over

    from bpkit import init, layers
    from bpkit.layers import *  # noqa: F403  every layer, by the list of names in bpkit.layers
    from bpkit.networks import toy
    from bpkit.networks.backprop import backprop
    from bpkit.networks.losses import L1, L2, BinaryCrossEntropy, CrossEntropy, LeastSquares
    from bpkit.networks.mlp import mlp
    from bpkit.networks.network import Network
    from bpkit.networks.trace import Gradients, Trace
    from bpkit.numerical.gradcheck import GradcheckError, gradcheck

    __all__ = [
        "L1", "L2", "BinaryCrossEntropy", "CrossEntropy", "GradcheckError", "Gradients", "LeastSquares", "Network",
        "Trace", "backprop", "gradcheck", "init", "mlp", "toy",
    ]  # fmt: skip
    __all__ += layers.__all__

    # What is loaded when it is first used: differentiation of any function, training, data, problems, checkpointing; so
    # that `import bpkit` stays fast.
    _LATER = {
        "Adam": "optim", "AdamW": "optim", "CosineAnnealingLR": "optim", "DerivativeError": "graphs.tracked",
        "Dual": "graphs.forward", "Graph": "graphs.graph", "Node": "graphs.graph", "SGD": "optim", "StepLR": "optim",
        "accumulate": "networks.micro_batches", "check": "problems", "checkpoint": "checkpoint",
        "clip_grad_norm": "optim", "compiled": "graphs.compiled", "data": "data", "defrule": "graphs.defrule",
        "fit": "optim.training_loop",
        "grad": "graphs.transforms", "hessian": "graphs.transforms", "hvp": "graphs.transforms",
        "jacfwd": "graphs.transforms", "jacrev": "graphs.transforms", "jvp": "graphs.transforms",
        "linearize": "graphs.linearization", "machines": "machines", "optim": "optim", "record": "graphs.graph",
        "remat": "graphs.remat", "shift": "shift",
        "stop_gradient": "graphs.transforms", "total_norm": "optim",
        "value_and_grad": "graphs.transforms", "vjp": "graphs.transforms",
    }  # fmt: skip
    __all__ += sorted(_LATER)

    def __getattr__(name):  # type: (str) -> Any
        if name not in _LATER:
            raise AttributeError("module 'bpkit' has no attribute %r" % name)  # noqa: UP031
        from importlib import import_module

        module = import_module("bpkit." + _LATER[name])
        found = module if name == _LATER[name] else getattr(module, name)
        globals()[name] = found  # the next time it is simply there
        return found

    def __dir__():  # type: () -> list[str]
        return sorted(set(globals()) | set(_LATER))


__version__ = "0.1.0"
