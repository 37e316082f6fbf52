"""Distribution shift: what can be corrected when the target differs from the source a network was trained on.

Covariate shift, p(x) changes: `density_ratio` weights the source, `effective_size` says how much of it is left, `clip`
bounds what one example can do, `two_sample_test` detects the change. Label shift, p(y) changes: `label_distribution`
finds the new p(y) from the `confusion` of a classifier, `project` makes it a distribution, `saerens` finds it by
maximum likelihood, and `adjust` turns the outputs to it.
"""

from bpkit.shift.adjusting import adjust
from bpkit.shift.confusion_matrix import confusion
from bpkit.shift.density import DensityRatio, density_ratio
from bpkit.shift.effective import clip, effective_size
from bpkit.shift.likelihood import saerens
from bpkit.shift.simplex import project
from bpkit.shift.solving import LabelDistribution, label_distribution
from bpkit.shift.two_samples import TwoSampleTest, two_sample_test

__all__ = [
    "DensityRatio", "LabelDistribution", "TwoSampleTest", "adjust", "clip", "confusion", "density_ratio",
    "effective_size", "label_distribution", "project", "saerens", "two_sample_test",
]  # fmt: skip
