"""The ratio of two densities, from a classifier that tells their samples apart."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from bpkit.data.examples import features
from bpkit.networks.network import Network
from bpkit.numerical.arguments import real_number
from bpkit.numerical.arrays import Array
from bpkit.shift.logistic import logistic_regression


@dataclass(frozen=True)
class DensityRatio:
    """β(x) = p_target(x) / p_source(x), called with x (D, I).

    `net` is the classifier: its output a is the logit of "this x is from the target". `prior` is n_source / n_target:
    where there are more examples of the target, a is larger, though p_target is not.
    """

    net: Network
    prior: float

    def __call__(self, x: Any) -> Array:
        """Return β for each column of x."""
        return np.asarray(np.exp(self.net(x)[0]) * self.prior)


def density_ratio(source: Any, target: Any, *, strength: float = 1e-3) -> DensityRatio:
    """Return β(x) = p_target(x) / p_source(x) = exp a(x) · n_source / n_target, estimated by logistic regression.

    `source` (D, n_source) and `target` (D, n_target) hold features of unlabelled examples. a is linear in them, so
    the ratio is exact for two Gaussians of one covariance; for two of any, pass squares and products as features too.
    `strength` is λ in the penalty λ/2 · ‖ω‖² beside the mean cross-entropy.

    Raises TypeError or ValueError for inputs that are not examples of the same features, for fewer examples than
    features, and where a(x) is larger for every target example than for every source example: a plane separates
    these samples, and no weight can help. (A large λ can keep a from separating samples that a plane could.)

    Source: Qin (1998); Bickel, Brückner and Scheffer (2007), "Discriminative learning for differing training and test
    distributions".

    >>> rng = np.random.default_rng(0)
    >>> ratio = density_ratio(rng.normal(0, 1, (1, 4000)), rng.normal(0.5, 1, (1, 1000)), strength=1e-6)
    >>> [f"{beta:.1f}" for beta in ratio([[-1.0, 0.25, 1.0]])]  # exp(x/2 − 1/8)
    ['0.5', '1.0', '1.5']
    """
    if real_number("strength", strength) <= 0:
        raise ValueError(f"strength is {strength}, expected a positive λ, such as 1e-3.")
    source, target = two_samples("source", source, "target", target, of="density_ratio")
    x = np.hstack([source, target])
    if x.shape[1] <= x.shape[0]:
        raise ValueError(
            f"source and target have {x.shape[1]} examples together, but {x.shape[0]} features: a plane separates any "
            "so few, so expected more examples, or fewer features."
        )
    z = np.repeat([0, 1], [source.shape[1], target.shape[1]])
    net = logistic_regression(x, z, strength)
    if net(source).max() < net(target).min():
        raise ValueError(
            "source and target do not overlap: a plane separates them, so the ratio is 0 or infinite everywhere, and "
            "weights cannot help."
        )
    return DensityRatio(net, source.shape[1] / target.shape[1])


def two_samples(first_name: str, first: Any, second_name: str, second: Any, *, of: str) -> tuple[Array, Array]:
    """Return two sets of examples of the same features as float64 arrays, or raise an error that names the wrong one.

    >>> a, b = two_samples("a", [[1, 2, 3]], "b", [[4, 5]], of="density_ratio")
    >>> a.shape, b.shape
    ((1, 3), (1, 2))
    """
    first = features(first_name, first, of=of).astype(float)
    second = features(second_name, second, of=of).astype(float)
    if first.shape[0] != second.shape[0]:
        slip = ": did you mean .T of one of them?" if first.shape[1] == second.shape[1] else "."
        raise ValueError(
            f"{first_name} has {first.shape[0]} features and {second_name} {second.shape[0]}, expected the same{slip}"
        )
    return first, second
