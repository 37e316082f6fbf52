"""T-Fixup and DT-Fixup: factors for the initial weights of transformers, and a small transformer to try them on."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from bpkit.init.variance import Random, glorot
from bpkit.numerical.arguments import real_number, whole_number
from bpkit.numerical.arrays import Array
from bpkit.numerical.underflow import ignore_underflow


class TFixup(NamedTuple):
    """Factors of Glorot's weights: values, outputs and MLPs in encoder and decoder, and all embeddings."""

    encoder: float
    decoder: float
    embeddings: float


def t_fixup(layers: int) -> TFixup:
    """Return the factors of T-Fixup for N layers in the encoder and N in the decoder.

        decoder and embeddings: (9N)^(−1/4)          encoder: 0.67·N^(−1/4)

    They multiply, in each attention, the weights of values and outputs (not those of queries and keys), and those of
    the MLPs. One step must change the output by 1 in sum over all blocks. A block with weights v and w of size s and an
    input of size e contributes e²‖v‖² + e²‖w‖² + ‖v‖²‖w‖²:

        decoder, 3N blocks:  3N·3s⁴ = 1 with e = s                    gives s = (9N)^(−1/4);
        encoder, 2N blocks:  2N·(2e²s² + s⁴) = 1 with e = (9N)^(−1/4) gives s = 0.6696·N^(−1/4),

    which the paper rounds to 0.67. (This is the shortest form of the conditions that gives the paper's results.)

    Raises ValueError when `layers` is not a positive whole number.

    Source: Huang et al. (2020), "Improving transformer optimization through better initialization".

    >>> [round(factor, 4) for factor in t_fixup(6)]
    [0.4281, 0.3689, 0.3689]
    """
    n = whole_number("layers", layers)
    return TFixup(encoder=0.67 * n**-0.25, decoder=(9 * n) ** -0.25, embeddings=(9 * n) ** -0.25)


def dt_fixup(layers: int, largest_input: float, *, relational: bool = False) -> float:
    """Return the factor of DT-Fixup for N encoder layers whose inputs are not scaled.

    μ = `largest_input` is the largest norm of an input column over the training set. The changes of the output by one
    step, contributed by all layers, must add up to 1. With all weights of size s, an attention of output w·v·x
    contributes ‖w‖²μ² + ‖v‖²μ² = 2s²μ², and so does an MLP of two layers:

        N·4s²μ² = 1                                        gives s = (4Nμ²)^(−1/2) = N^(−1/2)/(2μ).

    With `relational`, values are v·x + r, with relation vectors r of size s too. Then w sees inputs of size s·(μ + 1),
    and r contributes ‖w‖²:

        N·s²·((μ + 1)² + μ² + 1 + 2μ²) = 1                 gives s = (N·(4μ² + 2μ + 2))^(−1/2).

    Raises ValueError when `layers` is not a positive whole number or `largest_input` is not positive.

    Source: Xu et al. (2021), "Optimizing deeper transformers on small datasets"; the second formula is the paper's,
    the first its case without relations, both derived as above.

    >>> dt_fixup(4, 0.5), round(dt_fixup(4, 0.5, relational=True), 4)
    (0.5, 0.25)
    """
    n, mu = whole_number("layers", layers), real_number("largest_input", largest_input)
    if mu <= 0:
        raise ValueError(f"largest_input is {largest_input!r}, expected the largest norm of an input, positive.")
    squares = 4 * mu**2 + 2 * mu + 2 if relational else 4 * mu**2
    return float((n * squares) ** -0.5)


def attention_parameters(layers: int, width: int, rng: Random, *, scale: float = 1.0) -> list[dict[str, Array]]:
    """Draw Glorot weights for `attention_stack`; those of values, outputs and the MLP are multiplied by `scale`.

    Raises ValueError for sizes that are not positive whole numbers.

    Source: Vaswani et al. (2017), "Attention is all you need"; which of them are scaled: Huang et al. (2020).

    >>> sorted(attention_parameters(2, 4, rng=0)[0])
    ['key', 'mlp_in', 'mlp_out', 'output', 'query', 'value']
    """
    layers, width, rng = whole_number("layers", layers), whole_number("width", width), np.random.default_rng(rng)
    factors = {"query": 1.0, "key": 1.0, "value": scale, "output": scale, "mlp_in": scale, "mlp_out": scale}
    return [{name: factor * glorot((width, width), rng) for name, factor in factors.items()} for _ in range(layers)]


@ignore_underflow
def attention_stack(parameters: Sequence[dict[str, Any]], x: Any) -> Any:
    """Run N encoder layers without normalization, each an attention and an MLP with residual connections.

    The columns of x (width, positions) are positions: x ← x + W·V x·softmax((Kx)ᵀ(Qx)/√width), the softmax column by
    column, then x ← x + W₂·max(0, W₁x). In plain NumPy, so `bp.grad` differentiates it.

    Source: Vaswani et al. (2017), "Attention is all you need", with one head and without layer normalization.

    >>> attention_stack(attention_parameters(2, 4, rng=0), np.ones((4, 3))).shape
    (4, 3)
    """
    for p in parameters:
        scores = (p["key"] @ x).T @ (p["query"] @ x) / np.sqrt(x.shape[0])
        powers = np.exp(scores - np.max(scores, axis=0))
        x = x + p["output"] @ (p["value"] @ x @ (powers / np.sum(powers, axis=0)))
        x = x + p["mlp_out"] @ np.maximum(p["mlp_in"] @ x, 0)
    return x
