"""MNIST and Fashion-MNIST: 60,000 images of 28 × 28 pixels for training and 10,000 for test, fetched once."""

import os
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import DTypeLike

from bpkit.data.examples import Examples
from bpkit.data.fetching import cache_folder, fetched
from bpkit.data.idx import read_idx
from bpkit.numerical.arguments import floating_type

FILES = {
    "train": ("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"),
    "test": ("t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"),
}


class ImageSet(NamedTuple):
    """Where a set of images is found, and the SHA-256 checksums of its four files."""

    name: str
    addresses: tuple[str, ...]
    checksums: dict[str, str]


MNIST = ImageSet(
    name="mnist",
    addresses=(
        "https://storage.googleapis.com/cvdf-datasets/mnist/",
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
    ),
    checksums={
        "train-images-idx3-ubyte.gz": "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
        "train-labels-idx1-ubyte.gz": "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
        "t10k-images-idx3-ubyte.gz": "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
        "t10k-labels-idx1-ubyte.gz": "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
    },
)
FASHION_MNIST = ImageSet(
    name="fashion-mnist",
    addresses=(
        "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
    ),
    checksums={
        "train-images-idx3-ubyte.gz": "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
        "train-labels-idx1-ubyte.gz": "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
        "t10k-images-idx3-ubyte.gz": "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
        "t10k-labels-idx1-ubyte.gz": "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
    },
)


def mnist(part: str = "train", *, dtype: DTypeLike = float, folder: str | os.PathLike[str] | None = None) -> Examples:
    """Return x (784, I), the pixels divided by 255, and y (I,), the digits 0 … 9, of the part "train" or "test".

    The two files of a part (9.9 MB or 1.7 MB) are fetched by the first call, and stored in the reader's cache folder or
    in `folder`. The 60,000 images take 376 MB of memory, and half of that with dtype=np.float32. Column i is an image,
    row after row: `x[:, i].reshape(28, 28)`.

    Raises ConnectionError when the files are missing and cannot be fetched, ValueError when a file has another
    checksum, or for another part.

    Source: Y. LeCun, C. Cortes and C. J. C. Burges, "The MNIST database of handwritten digits".

    >>> mnist("validation")
    Traceback (most recent call last):
        ...
    ValueError: part is 'validation', expected "train" or "test".
    """
    return load(MNIST, part, dtype, folder)


def fashion_mnist(
    part: str = "train", *, dtype: DTypeLike = float, folder: str | os.PathLike[str] | None = None
) -> Examples:
    """Return x (784, I), the pixels divided by 255, and y (I,), kinds of clothing 0 … 9, of "train" or "test".

    The two files of a part are 26 MB and 4.4 MB; all else is as in `mnist`. The labels: T-shirt, trouser, pullover,
    dress, coat, sandal, shirt, sneaker, bag, ankle boot.

    Raises what `mnist` raises.

    Source: H. Xiao, K. Rasul and R. Vollgraf (2017), "Fashion-MNIST: a novel image dataset for benchmarking machine
    learning algorithms", https://arxiv.org/abs/1708.07747.

    >>> fashion_mnist("validation")
    Traceback (most recent call last):
        ...
    ValueError: part is 'validation', expected "train" or "test".
    """
    return load(FASHION_MNIST, part, dtype, folder)


def load(image_set: ImageSet, part: str, dtype: DTypeLike, folder: str | os.PathLike[str] | None) -> Examples:
    """Return one part of a set of images; see `mnist`."""
    if part not in FILES:
        raise ValueError(f'part is {part!r}, expected "train" or "test".')
    dtype = floating_type("dtype", dtype)
    place = cache_folder() / image_set.name if folder is None else Path(folder)
    images, labels = (
        read_idx(fetched(name, image_set.checksums[name], image_set.addresses, place)) for name in FILES[part]
    )
    return np.divide(images.reshape(len(images), -1).T, 255, dtype=dtype), labels.astype(int)
