"""Looks at what is passed to `fit`, so that a mistake is named before the first step."""

from typing import Any

import numpy as np

from bpkit.networks.losses import Loss
from bpkit.networks.network import Network
from bpkit.numerical.arrays import Array
from bpkit.optim.optimizer import Optimizer


def checked_examples(net: Network, loss: Loss, name: str, data: Any) -> tuple[Array, Array]:
    """Return the pair (x, y) after network and loss have looked at it: a wrong label is found before the first step."""
    if not isinstance(data, tuple | list) or len(data) != 2:
        raise TypeError(f"{name} is {type(data).__name__}, expected a pair (x, y).")
    x, y = net.checked(data[0]), np.asarray(data[1])
    if y.shape[-1:] != (x.shape[1],):
        slip = ": did you mean y.T?" if y.ndim == 2 and y.shape[0] == x.shape[1] else "."
        raise ValueError(
            f"y in {name} has shape {y.shape}, but x has {x.shape[1]} examples, a column each; the last number has to "
            f"be {x.shape[1]}{slip}"
        )
    rows = net(x[:, :1]).shape[0]
    loss(np.zeros((rows, x.shape[1]), net.dtype), y)
    return x, y


def check_smallest_batch(net: Network, x: Array, used: int, batch_size: int) -> None:
    """Raise ValueError if the last batch of an epoch has one example, and a layer such as BatchNorm refuses it.

    `used` is how many examples an epoch uses.
    """
    if used % batch_size == 1 or batch_size == 1:
        try:
            net.forward(x[:, :1], training=True, rng=0)
        except ValueError as error:
            raise ValueError(
                f"batch_size is {batch_size}, so the last batch has one example, which a layer does not take "
                f"({str(error).rstrip('.')}): pass another batch_size, or drop_last=True to leave a remainder out."
            ) from None


def check_optimizer(net: Network, optimizer: Any, schedule: Any) -> None:
    """Raise an error unless the optimizer changes the parameters of this network, and the schedule this optimizer."""
    if not isinstance(optimizer, Optimizer):
        raise TypeError(
            f"optimizer is a {type(optimizer).__name__}, expected one such as bp.SGD(net.parameters, lr=0.1)."
        )
    places = [[array.__array_interface__ for array in arrays] for arrays in (net.parameters, optimizer.parameters)]
    if places[0] != places[1]:
        raise ValueError(
            "optimizer has other parameters than net, or has them in another order, so fit would not train net: was "
            "net made again, or copied, after the optimizer? Make a new optimizer from net.parameters."
        )
    if schedule is not None and getattr(schedule, "optimizer", None) is not optimizer:
        raise ValueError(
            "schedule belongs to another optimizer, so it would not change the learning rate of this one: make it from "
            "the optimizer that is passed to fit."
        )
