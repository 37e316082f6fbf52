"""Rules of np.pad: a border of constants, which have no derivative, or of copies of entries, which have one."""

from typing import Any

import numpy as np

from bpkit.graphs.rules.rule import add_rule, composed
from bpkit.graphs.rules.shapes import rearranging
from bpkit.graphs.tracked import DerivativeError, apply


@composed(np.pad)
def pad(array: Any, pad_width: Any, mode: str = "constant", *, constant_values: Any = 0) -> Any:
    if mode not in ("constant", "edge", "reflect", "symmetric", "wrap"):
        raise DerivativeError(
            f"np.pad has no derivative rule for mode={mode!r}: it has for constant, edge, reflect, symmetric and wrap."
        )
    if mode != "constant":
        return _pad_with_copies(array, pad_width, mode)
    return apply(PAD, (array,), {"pad_width": pad_width, "constant_values": constant_values})


def _inside(shape: tuple[int, ...], pad_width: Any) -> tuple[slice, ...]:
    """Where the array lies in the padded one."""
    widths = np.broadcast_to(pad_width, (len(shape), 2))
    return tuple(slice(int(before), int(before) + size) for (before, _), size in zip(widths, shape, strict=True))


PAD = add_rule(
    lambda x, pad_width, constant_values: np.pad(x, pad_width, constant_values=constant_values),
    [lambda g, y, x, pad_width, constant_values: g[_inside(np.shape(x), pad_width)]],
    lambda tangents, y, x, pad_width, constant_values: np.pad(tangents[0], pad_width),
    name="pad",
)
_pad_with_copies = rearranging(np.pad)
