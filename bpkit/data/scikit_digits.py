"""The handwritten digits that come with scikit-learn: 1,797 real images of 8 × 8 pixels, on this computer already."""

from typing import Any

from numpy.typing import DTypeLike

from bpkit.data.examples import Examples
from bpkit.numerical.arguments import floating_type


def digits(dtype: DTypeLike = float) -> Examples:
    """Return x (64, 1797), the pixels divided by 16, so from 0 to 1, and y (1797,), the digits 0 … 9.

    Column i is an image, row after row: `x[:, i].reshape(8, 8)`.

    Raises ModuleNotFoundError when scikit-learn is not installed, TypeError when `dtype` is no floating type.

    Source: E. Alpaydin and C. Kaynak (1998), "Optical recognition of handwritten digits", UCI Machine Learning
    Repository, the test set, https://archive.ics.uci.edu/dataset/80/optical+recognition+of+handwritten+digits.

    >>> digits(dtype=int)
    Traceback (most recent call last):
        ...
    TypeError: dtype is int64, expected a floating type such as float or np.float32.
    """
    dtype = floating_type("dtype", dtype)
    try:
        from sklearn.datasets import load_digits
    except ModuleNotFoundError:
        raise ModuleNotFoundError(
            "digits reads images that come with scikit-learn, which is not installed: run `pip install scikit-learn`.",
            name="sklearn",
        ) from None
    pixels: Any
    pixels, labels = load_digits(return_X_y=True)
    return (pixels.T / 16).astype(dtype), labels.astype(int)
