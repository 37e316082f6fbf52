"""Data: every example where it belongs, scikit-learn as witness, the reader's mistakes, and files that are fetched."""

import gzip
import hashlib
import os
import re
import subprocess
import sys
import threading
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import bpkit as bp
from bpkit.data import fetching
from bpkit.data import mnist as mnist_function
from bpkit.data.fetching import cache_folder, fetched
from bpkit.data.mnist_files import FASHION_MNIST, FILES, MNIST, ImageSet, load

SEEDS = st.integers(0, 2**32 - 1)
LABELS = st.lists(st.integers(0, 4), min_size=4, max_size=60)


def numbered(number, labels=True):
    """A set whose examples are recognised again: x holds their numbers, and y follows from them."""
    x = np.vstack([np.arange(number), -np.arange(number)]).astype(float)
    return x, (np.arange(number) % 3 if labels else x * 2)


def numbers_of(x):
    assert np.array_equal(x[1], -x[0])
    return x[0].astype(int).tolist()


@given(
    number=st.integers(1, 40), size=st.integers(1, 40), shuffle=st.booleans(), drop_last=st.booleans(),
    labels=st.booleans(), seed=SEEDS,
)  # fmt: skip
def test_every_example_comes_once_an_epoch_with_its_own_y(number, size, shuffle, drop_last, labels, seed):
    size = min(size, number)
    x, y = numbered(number, labels)
    before = x.copy(), y.copy()
    seen = []
    sizes = []
    for x_batch, y_batch in bp.data.minibatches(x, y, size, rng=seed, shuffle=shuffle, drop_last=drop_last):
        come = numbers_of(x_batch)
        assert np.array_equal(y_batch, y[..., come]) and y_batch.dtype == y.dtype
        seen += come
        sizes.append(len(come))
        x_batch[:] = y_batch[:] = 99  # a copy: the set stays as it is
    rest = [] if drop_last or number % size == 0 else [number % size]
    assert sizes == [size] * (number // size) + rest
    assert len(set(seen)) == len(seen) == sum(sizes)
    assert shuffle or seen == list(range(len(seen)))
    assert np.array_equal(x, before[0]) and np.array_equal(y, before[1])


def test_a_generator_gives_each_epoch_a_new_order_and_a_seed_the_same_again():
    x, y = numbered(50)

    def order(rng, **options):
        return [number for batch, _ in bp.data.minibatches(x, y, 8, rng=rng, **options) for number in numbers_of(batch)]

    rng = np.random.default_rng(0)
    first, second = order(rng), order(rng)
    assert first != second and first != sorted(first)
    assert order(0) == order(0) == first
    assert order(None, shuffle=False) == sorted(first)


def test_every_order_is_equally_likely():
    x, y = numbered(3)
    rng = np.random.default_rng(0)
    counts = {}
    for _ in range(6000):
        order = tuple(numbers_of(next(bp.data.minibatches(x, y, 3, rng=rng))[0]))
        counts[order] = counts.get(order, 0) + 1
    assert len(counts) == 6
    assert all(abs(count - 1000) < 4 * np.sqrt(6000 * 5 / 36) for count in counts.values())


def assert_partition(parts, x, y):
    found = [numbers_of(x_part) for x_part, _ in parts]
    assert sorted(number for come in found for number in come) == list(range(x.shape[1]))
    for (_, y_part), come in zip(parts, found, strict=True):
        assert np.array_equal(y_part, y[..., come])


@given(labels=LABELS, shares=st.lists(st.integers(1, 9), min_size=2, max_size=4), stratified=st.booleans(), seed=SEEDS)
def test_a_split_is_a_partition_in_the_proportions_asked_for(labels, shares, stratified, seed):
    x, y = numbered(len(labels))[0], np.array(labels)
    fractions = np.array(shares) / sum(shares)
    try:
        parts = bp.data.split(x, y, fractions, rng=seed, stratified=stratified)
    except ValueError as error:
        assert "which is none" in str(error) and min(fractions) * len(labels) < 1 + 4 * stratified
        return
    assert_partition(parts, x, y)
    if stratified:
        for label in set(labels):
            for share, (_, y_part) in zip(fractions, parts, strict=True):
                assert abs(np.sum(y_part == label) - share * labels.count(label)) < 1
    else:
        assert all(
            abs(y_part.size - share * len(labels)) < 1 for share, (_, y_part) in zip(fractions, parts, strict=True)
        )


def test_the_parts_of_a_stratified_split_keep_their_sizes_when_there_are_many_classes():
    x, y = numbered(300)[0], np.arange(300) % 100  # three of each class, to be halved
    parts = bp.data.split(x, y, (0.5, 0.5), rng=0, stratified=True)
    assert [part.size for _, part in parts] == [150, 150]


@pytest.mark.parametrize(("classes", "fractions"), [
    ([46, 100], (0.29, 0.355, 0.355)),  # 0.29 · 100 is 28.999999999999996 on a computer
    ([3, 2], (0.5, 0.25, 0.25)),  # part 0 is owed half an example, but half of 2 is 1
])  # fmt: skip
def test_a_share_that_is_a_whole_number_is_met_exactly(classes, fractions):
    y = np.repeat([0, 1], classes)
    parts = bp.data.split(numbered(len(y))[0], y, fractions, rng=0, stratified=True)
    assert np.sum(parts[0][1] == 1) == round(fractions[0] * classes[1])


def test_parts_and_folds_are_shuffled_and_not_sorted_by_class():
    x, y = numbered(400)[0], np.repeat([0, 1], 200)
    parts = [*bp.data.split(x, y, (0.5, 0.5), rng=0, stratified=True)]
    for train, validation in bp.data.k_fold(x, y, 4, rng=0, stratified=True):
        parts += [train, validation]
    for x_part, y_part in parts:
        changes = np.count_nonzero(np.diff(y_part))
        assert abs(changes - y_part.size / 2) < 4 * np.sqrt(y_part.size / 4)
        assert numbers_of(x_part) != sorted(numbers_of(x_part))
    other = bp.data.split(x, y, (0.5, 0.5), rng=1, stratified=True)
    assert set(numbers_of(other[0][0])) != set(numbers_of(parts[0][0]))


@given(labels=LABELS, k=st.integers(2, 10), stratified=st.booleans(), seed=SEEDS)
def test_each_example_is_used_for_validation_once_and_folds_are_even(labels, k, stratified, seed):
    x, y, k = numbered(len(labels))[0], np.array(labels), min(k, len(labels))
    folds = list(bp.data.k_fold(x, y, k, rng=seed, stratified=stratified))
    assert len(folds) == k
    assert_partition([validation for _, validation in folds], x, y)
    for pair in folds:
        assert_partition(pair, x, y)
    sizes = [y_validation.size for _, (_, y_validation) in folds]
    assert max(sizes) - min(sizes) <= 1
    if stratified:
        for label in set(labels):
            counts = [np.sum(y_validation == label) for _, (_, y_validation) in folds]
            assert max(counts) - min(counts) <= 1


@given(labels=LABELS, k=st.integers(2, 4))
def test_folds_have_the_sizes_and_proportions_of_scikit_learn(labels, k):
    selection = pytest.importorskip("sklearn.model_selection")
    x, y = numbered(len(labels))[0], np.array(labels)
    kinds = [(selection.KFold(k), False)]
    if min(np.unique(y, return_counts=True)[1]) >= k:  # otherwise scikit-learn warns
        kinds.append((selection.StratifiedKFold(k), True))
    for witness, stratified in kinds:
        folds = [validation for _, (_, validation) in bp.data.k_fold(x, y, k, rng=0, stratified=stratified)]
        theirs = [y[chosen] for _, chosen in witness.split(x.T, y)]
        assert sorted(fold.size for fold in folds) == sorted(fold.size for fold in theirs)
        for label in set(labels) if stratified else ():
            assert sorted(np.sum(fold == label) for fold in folds) == sorted(np.sum(fold == label) for fold in theirs)


def test_k_fold_draws_once_and_makes_one_copy_at_a_time():
    x, y = numbered(10, labels=False)
    folds = bp.data.k_fold(x, y, 5, rng=np.random.default_rng(3))
    assert iter(folds) is folds
    (x_train, y_train), (x_validation, _) = next(folds)
    assert x_train.shape == y_train.shape == (2, 8) and x_validation.shape == (2, 2)


@given(
    rows=st.integers(1, 5), number=st.integers(2, 30), offset=st.sampled_from([0, 1e-3, 1e3, -1e6]),
    size=st.sampled_from([1e-2, 1, 1e4]), seed=SEEDS,
)  # fmt: skip
def test_a_standardised_set_has_mean_0_and_variance_1_and_constants_become_0(rows, number, offset, size, seed):
    x = offset + size * np.random.default_rng(seed).normal(size=(rows + 1, number))
    x[rows] = offset + 0.1
    before = x.copy()
    scaled = bp.data.standardise(x)
    found = scaled(x)
    rounding = 1e-14 * (1 + abs(offset) / x[:rows].std(axis=1)) * number
    assert np.all(np.abs(found[:rows].mean(axis=1)) <= rounding)
    assert np.all(np.abs(found[:rows].var(axis=1) - 1) <= rounding)
    assert scaled.scale[rows] == 1 and np.all(np.abs(found[rows]) <= 1e-15 * abs(offset) + 1e-15)
    assert scaled.mean.shape == scaled.scale.shape == (rows + 1, 1) and np.array_equal(x, before)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_standardise_agrees_with_scikit_learn_on_the_digits(dtype):
    StandardScaler = pytest.importorskip("sklearn.preprocessing").StandardScaler
    x, y = bp.data.digits(dtype)  # three pixels are always 0
    (x_train, _), (x_test, _) = bp.data.split(x, y, (0.8, 0.2), rng=0)
    scaled, witness = bp.data.standardise(x_train), StandardScaler().fit(x_train.T.astype(float))
    assert np.count_nonzero(scaled.scale == 1) >= 3
    tolerance = 1e-12 if dtype is np.float64 else 1e-5
    for part in (x_train, x_test):
        assert scaled(part).dtype == dtype
        np.testing.assert_allclose(
            scaled(part), witness.transform(part.T.astype(float)).T, atol=tolerance, rtol=tolerance
        )


def test_standardise_by_channel_is_one_mean_and_scale_for_each_block_of_rows():
    rng = np.random.default_rng(0)
    images = rng.normal(size=(50, 3, 4, 4)) * np.array([1, 10, 0])[:, None, None] + np.array([5, 0, 7])[:, None, None]
    for order in "CF":
        x = np.array(images.reshape(50, -1).T, order=order)
        scaled = bp.data.standardise(x, channels=3)
        assert scaled.scale.shape == (48, 1)
        back = scaled(x).T.reshape(images.shape)
        np.testing.assert_allclose(back.mean(axis=(0, 2, 3)), 0, atol=1e-12)
        np.testing.assert_allclose(back.var(axis=(0, 2, 3)), [1, 1, 0], atol=1e-12)
    whole = bp.data.standardise(x, channels=1)
    np.testing.assert_allclose([whole.mean[0, 0], whole.scale[0, 0]], [x.mean(), x.std()])


def test_standardise_meets_no_overflow_and_does_not_blow_up_rounding():
    x = np.array([[1e200, -1e200, 0.0], [1e-200, -1e-200, 0.0], [0.3, 0.1 + 0.2, 0.3], [5, 5, 5]])
    with np.errstate(all="raise"):
        found = bp.data.standardise(x)(x)
    np.testing.assert_allclose(found[0], found[1])
    np.testing.assert_allclose(found[0].var(), 1)
    assert np.all(np.abs(found[2:]) < 1e-15)


def test_the_test_set_has_no_part_in_the_standardisation():
    scaled = bp.data.standardise([[1, 3]])
    assert np.array_equal(scaled([[2, 4, 6]]), [[0, 2, 4]])
    with pytest.raises(
        ValueError, match=r"x has shape \(3, 1\); .* this standardisation is \(1, I\): did you mean x.T"
    ):
        scaled(np.ones((3, 1)))


def test_digits_are_the_images_of_scikit_learn_in_columns():
    bundled = pytest.importorskip("sklearn.datasets").load_digits()
    for dtype in (np.float64, np.float32):
        x, y = bp.data.digits(dtype)
        assert x.shape == (64, 1797) and x.dtype == dtype and y.dtype.kind == "i"
        assert x.min() == 0 and x.max() == 1
        assert np.array_equal(x[:, 3].reshape(8, 8) * 16, bundled.images[3])
        assert np.array_equal(y, bundled.target)
    x, y = bp.data.digits()
    net = bp.mlp([64, 10], rng=0)
    assert 0 < bp.CrossEntropy("mean")(net(x), y) < 10


def test_without_scikit_learn_digits_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    with pytest.raises(ModuleNotFoundError, match="scikit-learn, which is not installed: run `pip install"):
        bp.data.digits()
    with pytest.raises(TypeError, match="dtype is int64, expected a floating type"):
        bp.data.digits(np.int64)


X, Y = np.arange(20.0).reshape(2, 10), np.arange(10) % 2
BROKEN = np.where(np.arange(20).reshape(2, 10) == 13, np.nan, X)
MISTAKES = [
    (BROKEN, Y, ValueError, "x holds nan in row 1 of example 3, expected finite numbers: is a value missing"),
    (np.where(np.isnan(BROKEN), np.inf, X), Y, ValueError, "x holds inf in row 1 of example 3"),
    (X, BROKEN, ValueError, "y holds nan in row 1 of example 3"),
    (X.T, Y, ValueError, r"y has shape (10,) and x (10, 2); examples are columns, so x is (D_i, I), and y (I,) or "
     r"(D_o, I): did you mean x.T?"),
    (X.T, np.ones((10, 3)), ValueError, "did you mean x.T and y.T?"),
    (X.T, np.ones((1, 10)), ValueError, "did you mean x.T?"),
    (X, np.ones((10, 3)), ValueError, "did you mean y.T?"),
    (X, Y[:9], ValueError, "y has shape (9,) and x (2, 10); examples are columns"),
    (X, None, ValueError, "y has shape ()"),
    (X[0], Y, ValueError, "x has shape (10,); examples are columns, so {of} expects (D, I): one feature of all"),
    (np.ones((10, 4, 4)), Y, ValueError, "did you mean x.reshape(len(x), -1).T, an image in each column?"),
    (X[:, :0], Y[:0], ValueError, "x has shape (2, 0): the batch is empty, expected at least one example"),
    (X[:0], Y, ValueError, "x has shape (0, 10): the batch is empty"),
    (X, np.where(Y == 1, -1, 0), ValueError, "y holds the label -1 for example 1, expected labels that count from 0"),
    (X, Y / 2, TypeError, "y has shape (10,) and holds float64, expected whole numbers as labels: for targets pass "
     "y[None, :], for labels y.astype(int)."),
    (X, list("abababababa"[:10]), TypeError, "expected whole numbers as labels."),
    ([list("ab")], [0, 1], TypeError, "but {of} computes in float64"),
    ([[1, 2], [3]], [0, 1], TypeError, "x is a list whose rows differ in length, expected a matrix"),
    (X * 1j, Y, TypeError, "x is ndarray array([[0."),
]  # fmt: skip
CALLS = {
    "minibatches": lambda x, y: bp.data.minibatches(x, y, 2, rng=0),
    "split": lambda x, y: bp.data.split(x, y, (0.5, 0.5), rng=0),
    "k_fold": lambda x, y: bp.data.k_fold(x, y, 2, rng=0),
}


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(("x", "y", "error", "words"), MISTAKES)
def test_a_set_that_does_not_fit_is_refused_by_the_call_in_one_sentence(call, x, y, error, words):
    with pytest.raises(error, match=re.escape(words.format(of=call))) as caught:
        CALLS[call](x, y)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("call", "error", "words"), [
    (lambda: bp.data.minibatches(X, Y, 11, rng=0), ValueError,
     "batch_size is 11, but there are only 10 examples: a batch cannot be larger than the set."),
    (lambda: bp.data.minibatches(X, Y, 0, rng=0), ValueError, "batch_size is 0, expected a whole number of at least 1"),
    (lambda: bp.data.minibatches(X, Y, 2.0, rng=0), TypeError, "batch_size is float 2.0, expected a whole number"),
    (lambda: bp.data.minibatches(X, Y, 2), ValueError, "but rng is None: pass rng=a generator or a seed"),
    (lambda: bp.data.split(X, Y, (80, 20), rng=0), ValueError, "positive numbers that sum to 1: did you mean percent?"),
    (lambda: bp.data.split(X, Y, (0.8, 0.1), rng=0), ValueError, "fractions is (0.8, 0.1), expected positive numbers"),
    (lambda: bp.data.split(X, Y, (1.2, -0.2), rng=0), ValueError, "expected positive numbers that sum to 1."),
    (lambda: bp.data.split(X, Y, (1.0,), rng=0), ValueError, "expected two or more, such as (0.6, 0.2, 0.2)"),
    (lambda: bp.data.split(X, Y, 0.8, rng=0), ValueError, "fractions is 0.8, expected two or more"),
    (lambda: bp.data.split(X, Y, (0.98, 0.02), rng=0), ValueError,
     "fractions gives 0.02 of 10 examples to part 1, which is none."),
    (lambda: bp.data.k_fold(X, Y, 1, rng=0), ValueError, "k is 1, expected a whole number of at least 2"),
    (lambda: bp.data.k_fold(X, Y, 11, rng=0), ValueError, "k is 11, but there are only 10 examples"),
    (lambda: bp.data.k_fold(X, X, 2, rng=0, stratified=True), ValueError,
     "a stratified k_fold needs labels of shape (I,): leave out stratified=True for targets"),
    (lambda: bp.data.split(X, np.eye(2)[:, Y], (0.5, 0.5), rng=0, stratified=True), ValueError,
     "a stratified split needs labels of shape (I,): pass y.argmax(axis=0)."),
    (lambda: bp.data.standardise(BROKEN), ValueError, "x holds nan in row 1 of example 3"),
    (lambda: bp.data.standardise(X[:, :0]), ValueError, "the batch is empty"),
    (lambda: bp.data.standardise(X[0]), ValueError, "one feature of all examples is x[None, :]"),
    (lambda: bp.data.standardise(X, channels=3), ValueError, "channels is 3, but x has 2 rows, which is no multiple"),
    (lambda: bp.data.standardise(X)(X * np.nan), ValueError, "x holds nan in row 0 of example 0"),
    (lambda: bp.data.mnist("validation"), ValueError, 'part is \'validation\', expected "train" or "test"'),
    (lambda: bp.data.fashion_mnist(dtype=int), TypeError, "dtype is int64, expected a floating type"),
])  # fmt: skip
def test_other_mistakes_are_named(call, error, words):
    with pytest.raises(error, match=re.escape(words)):
        call()


# ---- files -----------------------------------------------------------------------------------------------------------


def idx(array):
    header = bytes([0, 0, 8, array.ndim]) + b"".join(size.to_bytes(4, "big") for size in array.shape)
    return header + array.astype(np.uint8).tobytes()


@given(shape=st.lists(st.integers(0, 5), min_size=1, max_size=4), compressed=st.booleans(), seed=SEEDS)
def test_idx_files_are_read_and_torn_ones_refused(tmp_path_factory, shape, compressed, seed):
    path = tmp_path_factory.mktemp("idx") / "file"
    array = np.random.default_rng(seed).integers(256, size=shape, dtype=np.uint8)
    content = idx(array)
    path.write_bytes(gzip.compress(content) if compressed else content)
    found = bp.data.read_idx(path)
    assert found.dtype == np.uint8 and np.array_equal(found, array) and found.shape == array.shape
    whole = path.read_bytes()
    cut = int(np.random.default_rng(seed).integers(len(whole)))
    for broken in (whole[:cut], whole + b"\1"):
        path.write_bytes(broken)
        with pytest.raises(ValueError, match="is no IDX file that can be read"):
            bp.data.read_idx(path)


@pytest.mark.parametrize(("content", "words"), [
    (b"", "it begins with b''"),
    (b"<html>", "it begins with b'<htm', expected two zero bytes"),
    (b"\0\0\x0d\1\0\0\0\1\0\0\0\0", "its numbers are of type 13, expected 8, unsigned bytes"),
    (b"\0\0\x08\1\0\0\0\3ab", r"it has 10 bytes, expected 11 for shape \(3,\)"),
    (b"\0\0\x08\1\0\0\0\1ab", r"it has 10 bytes, expected 9 for shape \(1,\)"),
    (b"\x1f\x8b\x08\0\0\0\0\0\0\3" + b"\xff" * 20, "no IDX file that can be read: Error -3"),
    (b"\0\0\x08\2\xff\xff\xff\xff\xff\xff\xff\xff", "it has 12 bytes, expected 18446744065119617037 for shape"),
    (b"\x1f\x8b<html>", "no IDX file"),
])  # fmt: skip
def test_what_is_wrong_with_an_idx_file_is_said(tmp_path, content, words):
    (tmp_path / "file").write_bytes(content)
    with pytest.raises(ValueError, match=words):
        bp.data.read_idx(tmp_path / "file")


@contextmanager
def server(folder):
    """Serves a folder on this computer alone, and lists what was asked for."""
    asked = []

    class Handler(SimpleHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            super().do_GET()

        def log_message(self, format, *args):
            pass

    serving = ThreadingHTTPServer(("127.0.0.1", 0), lambda *arguments: Handler(*arguments, directory=str(folder)))
    thread = threading.Thread(target=serving.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{serving.server_address[1]}/", asked
    finally:
        serving.shutdown()
        thread.join()
        serving.server_close()


@pytest.fixture
def small_set(tmp_path, monkeypatch):
    """A set of 6 and 4 images on a local server: the set, the requests, its folder, and what is in it."""
    monkeypatch.setenv("no_proxy", "*")
    source = tmp_path / "source"
    source.mkdir()
    rng = np.random.default_rng(0)
    arrays, checksums = {}, {}
    for part, number in (("train", 6), ("test", 4)):
        arrays[part] = rng.integers(256, size=(number, 28, 28)), rng.integers(10, size=number)
        for name, array in zip(FILES[part], arrays[part], strict=True):
            content = gzip.compress(idx(array))
            (source / name).write_bytes(content)
            checksums[name] = hashlib.sha256(content).hexdigest()
    with server(source) as (address, asked):
        yield ImageSet("small", (address,), checksums), asked, source, arrays


@pytest.mark.parametrize("part", ["train", "test"])
def test_images_are_fetched_once_and_become_columns(small_set, tmp_path, part):
    image_set, asked, _, arrays = small_set
    for dtype in (float, np.float32):
        x, y = load(image_set, part, dtype, tmp_path / "cache")
        images, labels = arrays[part]
        assert x.dtype == dtype and y.dtype.kind == "i" and np.array_equal(y, labels)
        np.testing.assert_allclose(x[:, 2].reshape(28, 28), images[2] / 255, rtol=1e-6)
        assert x.shape == (784, len(labels))
    assert asked == [f"/{name}" for name in FILES[part]]
    assert sorted(path.name for path in (tmp_path / "cache").iterdir()) == sorted(FILES[part])


def test_without_a_folder_files_go_to_the_cache_of_the_reader(small_set, tmp_path, monkeypatch):
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA", "HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    assert tmp_path in cache_folder().parents
    load(small_set[0], "test", float, None)
    assert sorted(path.name for path in (cache_folder() / "small").iterdir()) == sorted(FILES["test"])


def test_a_wrong_checksum_is_not_kept_and_the_next_address_is_asked(small_set, tmp_path):
    image_set, asked, source, _ = small_set
    wrong = tmp_path / "wrong"
    wrong.mkdir()
    (wrong / FILES["test"][0]).write_bytes(b"<html>Please log in</html>")
    with server(wrong) as (address, asked_there):
        both = image_set._replace(addresses=(address, *image_set.addresses))
        load(both, "test", float, tmp_path / "cache")
        assert len(asked_there) == len(asked) == 2  # one file was wrong there, and the other missing
        only = image_set._replace(addresses=(address,))
        with pytest.raises(
            ConnectionError, match=r"what came has a wrong checksum.*if you are not online, bp.data.digi"
        ):
            load(only, "test", float, tmp_path / "other")
    assert not (tmp_path / "other").exists()
    (source / FILES["train"][0]).unlink()
    with pytest.raises(ConnectionError, match="404"):
        load(image_set, "train", float, tmp_path / "other")


def test_offline_it_says_so_in_one_sentence(tmp_path):
    with server(tmp_path) as (address, _):
        pass  # nobody listens there any more
    offline = MNIST._replace(addresses=(address,))
    with pytest.raises(ConnectionError, match=r"train-images-idx3-ubyte.gz could not be fetched from http") as caught:
        load(offline, "train", float, tmp_path / "cache")
    assert "bp.data.digits()" in str(caught.value) and "\n" not in str(caught.value)
    assert isinstance(caught.value, OSError) and not (tmp_path / "cache").exists()


def test_a_file_that_is_there_is_never_replaced(small_set, tmp_path):
    image_set, asked, _, _ = small_set
    name = FILES["test"][0]
    (tmp_path / name).write_bytes(b"the reader's own")
    with pytest.raises(ValueError, match=r"is not the expected file .* move it away, and the right one is fetched"):
        load(image_set, "test", float, tmp_path)
    assert (tmp_path / name).read_bytes() == b"the reader's own" and not asked


def test_an_interruption_leaves_no_half_of_a_file(small_set, tmp_path, monkeypatch):
    image_set, _, source, _ = small_set
    folder, name = tmp_path / "cache", FILES["test"][0]

    def stop(self, target):
        assert self.parent == target.parent and not target.exists()
        assert self.read_bytes() == (source / name).read_bytes()  # all of it is there before it gets its name
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", stop)
        with pytest.raises(KeyboardInterrupt):
            fetched(name, image_set.checksums[name], image_set.addresses, folder)
    assert list(folder.iterdir()) == []
    assert fetched(name, image_set.checksums[name], image_set.addresses, folder) == folder / name


def test_what_comes_is_bounded_in_size_and_time(small_set, tmp_path, monkeypatch):
    image_set, _, source, _ = small_set
    (source / FILES["test"][0]).write_bytes(bytes(200_000))
    for name, limit, words in (("MOST_BYTES", 100_000, "more than 100000 bytes came"),
                               ("MOST_SECONDS", -1, "there was still more to come")):  # fmt: skip
        with monkeypatch.context() as patch:
            patch.setattr(fetching, name, limit)
            with pytest.raises(ConnectionError, match=words):
                load(image_set, "test", float, tmp_path / "cache")
    with pytest.raises(ConnectionError, match="could not be fetched from nowhere"):
        load(image_set._replace(addresses=("nowhere/",)), "test", float, tmp_path / "cache")


def test_an_address_that_keeps_silent_is_given_up(small_set, tmp_path, monkeypatch):
    waited, urlopen = [], fetching.urlopen

    def silent_at_first(address, timeout=None):
        waited.append(timeout)
        if len(waited) == 1:
            raise TimeoutError("timed out")
        return urlopen(address)

    monkeypatch.setattr(fetching, "urlopen", silent_at_first)
    twice = small_set[0]._replace(addresses=small_set[0].addresses * 2)
    x, _ = load(twice, "test", float, tmp_path / "cache")
    assert x.shape == (784, 4) and waited == [fetching.SECONDS_OF_SILENCE] * 3


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such permissions there")
def test_other_users_may_read_what_was_fetched(small_set, tmp_path):
    before = os.umask(0o022)
    try:
        load(small_set[0], "test", float, tmp_path / "cache")
    finally:
        os.umask(before)
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "cache").iterdir()} == {0o644}
    assert (tmp_path / "cache").stat().st_mode & 0o777 == 0o755


def test_a_folder_that_cannot_be_written_is_named(small_set, tmp_path):
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(OSError, match=r"cannot be written .*: pass a folder of your own"):
        load(small_set[0], "test", float, tmp_path / "file")


def test_the_real_sets_have_four_files_each_and_no_checksum_twice():
    sums = [one for image_set in (MNIST, FASHION_MNIST) for one in image_set.checksums.values()]
    assert len(set(sums)) == 8 and all(re.fullmatch("[0-9a-f]{64}", one) for one in sums)
    for image_set in (MNIST, FASHION_MNIST):
        assert set(image_set.checksums) == {name for names in FILES.values() for name in names}
        assert all(address.endswith("/") for address in image_set.addresses)
    assert mnist_function is bp.data.mnist and cache_folder().name == "bpkit"


def test_nothing_is_fetched_unless_it_is_asked_for():
    script = (
        "import socket\n"
        "def refuse(*arguments): raise SystemExit('the network was used')\n"
        "socket.socket.connect = socket.getaddrinfo = refuse\n"
        "import sys, bpkit as bp\n"
        "assert 'bpkit.data' not in sys.modules\n"
        "print(sorted(bp.data.__all__)[:3])\n"
        "x, y = [[1.0, 2.0]], [0, 1]\n"
        "list(bp.data.minibatches(x, y, 1, rng=0)), bp.data.split(x, y, (0.5, 0.5), rng=0), bp.data.standardise(x)(x)\n"
    )
    environment = os.environ | {"PYTHONPATH": str(Path(bp.__file__).parents[1])}
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=environment)
    assert (result.returncode, result.stderr) == (0, "") and "Standardisation" in result.stdout
