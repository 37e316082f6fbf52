"""Whether two samples are of one distribution: a classifier's scores on examples it was not trained on."""

from typing import Any, NamedTuple

import numpy as np

from bpkit.numerical.arguments import real_number, whole_number
from bpkit.shift.density import two_samples
from bpkit.shift.logistic import logistic_regression


class TwoSampleTest(NamedTuple):
    """What the test found: held-out accuracy of telling the samples apart (½ is chance), and the p-value."""

    accuracy: float
    p_value: float


def two_sample_test(
    first: Any,
    second: Any,
    *,
    rng: np.random.Generator | int,
    strength: float = 1e-2,
    permutations: int = 999,
) -> TwoSampleTest:
    """Test whether the columns of `first` (D, n) and `second` (D, m) are drawn from one distribution.

    Half of each trains a linear classifier. On the other halves the mean score of `second` minus that of `first` is
    compared with what it is when those examples are dealt to the two sides at random, `permutations` times. The p-value
    is the share of deals, the real one included, that reach at least as much. If both samples are of one distribution,
    the p-value is below α with a probability of at most α, whatever the classifier.

    It sees what a linear classifier can see: a mean that moved, not noise that grew; pass squares as features for that.

    Raises TypeError or ValueError for samples that do not fit each other or have fewer than four examples.

    Source: Lopez-Paz and Oquab (2017), "Revisiting classifier two-sample tests".

    >>> draw = np.random.default_rng(0)
    >>> two_sample_test(draw.normal(0, 1, (2, 200)), draw.normal(1, 1, (2, 200)), rng=1).p_value
    0.001
    """
    first, second = two_samples("first", first, "second", second, of="two_sample_test")
    permutations = whole_number("permutations", permutations)
    if real_number("strength", strength) <= 0:
        raise ValueError(f"strength is {strength}, expected a positive λ, such as 1e-2.")
    for name, sample in (("first", first), ("second", second)):
        if sample.shape[1] < 4:
            raise ValueError(f"{name} has {sample.shape[1]} examples, expected at least 4: half of them train.")
    rng = np.random.default_rng(rng)
    halves = [np.array_split(sample[:, rng.permutation(sample.shape[1])], 2, axis=1) for sample in (first, second)]
    (train_first, test_first), (train_second, test_second) = halves
    z = np.repeat([0, 1], [train_first.shape[1], train_second.shape[1]])
    net = logistic_regression(np.hstack([train_first, train_second]), z, strength)
    scores = net(np.hstack([test_first, test_second]))[0]
    count = test_first.shape[1]

    def difference(scores: Any) -> Any:
        return scores[..., count:].mean(axis=-1) - scores[..., :count].mean(axis=-1)

    threshold = np.log(z.mean() / (1 - z.mean()))  # at which both samples would be called equally often by chance
    accuracy = ((scores[:count] < threshold).mean() + (scores[count:] > threshold).mean()) / 2
    dealt = rng.permuted(np.tile(scores, (permutations, 1)), axis=1)
    reached = 1 + int((difference(dealt) >= difference(scores) - 1e-12).sum())  # sums in another order round otherwise
    return TwoSampleTest(float(accuracy), reached / (1 + permutations))
