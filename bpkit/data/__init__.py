"""Data sets, their division into parts and batches, and their standardisation.

A set is a pair x, y. The columns of x (D_i, I) are examples; y holds integer labels (I,), or targets (D_o, I) with a
column for each example. `digits` reads images that are on this computer already; `mnist` and `fashion_mnist` fetch
theirs in their first call, and only then.
"""

from bpkit.data.batching import minibatches
from bpkit.data.folds import k_fold
from bpkit.data.idx import read_idx
from bpkit.data.mnist_files import fashion_mnist, mnist
from bpkit.data.scikit_digits import digits
from bpkit.data.splitting import split
from bpkit.data.standardisation import Standardisation, standardise

__all__ = [
    "Standardisation", "digits", "fashion_mnist", "k_fold", "minibatches", "mnist", "read_idx", "split", "standardise",
]  # fmt: skip
