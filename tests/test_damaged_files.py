"""Damaged and crafted files of networks, snapshots and images: the documented error, in bounded memory and time.

`python tests/test_damaged_files.py 10000` damages each kind of file so often.
"""

import gzip
import io
import json
import sys
import tempfile
import tracemalloc
import zipfile
from pathlib import Path

import numpy as np
import pytest

import bpkit as bp

DAMAGES = 150
X, Y = np.random.default_rng(0).normal(size=(2, 3, 6))


def network():
    rng = np.random.default_rng(0)
    inside = bp.Residual([bp.Linear(4, 4, rng=rng), bp.BatchNorm(4, momentum=0.2), bp.PReLU()])
    halves = bp.Reversible([([bp.Linear(2, 2, rng=rng)], [bp.Linear(2, 2, rng=rng)])])
    return bp.Network([
        bp.Linear(3, 4, rng=rng), bp.LeakyReLU(0.3), inside, halves, bp.Dropout(0.25), bp.Linear(4, 3, rng=rng)
    ])  # fmt: skip


def everything(net):
    return [*net.parameters, *(array for layer in net.layers for array in layer.state)]


def fit(path, epochs, net):
    """Train, or go on, without a step that is not there yet: what is loaded comes back with what it is part of."""
    optimizer = bp.Adam(net.parameters, 0.01)
    schedule = bp.StepLR(optimizer, 2)
    history = bp.fit(
        net, bp.LeastSquares("mean"), (X, Y), optimizer, epochs, batch_size=3, rng=0, snapshot=path, schedule=schedule,
        validation=(X, Y), penalty=bp.L2(0.1),
    )  # fmt: skip
    moments = [value for name, value in optimizer.state().items() if "moment" in name]
    return [*everything(net), *moments, np.array(history.steps), np.array(history.validation), history.ended]


class Networks:
    name = "net.npz"

    def write(self, path):
        network().save(path, overwrite=True)

    def read(self, path):
        net = bp.Network.load(path)
        return [repr(net), *everything(net)]


class Snapshots:
    name = "run.npz"

    def write(self, path):
        fit(path, 3, network())

    def read(self, path):
        net = network()
        before = [array.copy() for array in everything(net)]
        try:
            return fit(path, 3, net)
        except ValueError:
            assert all(map(np.array_equal, everything(net), before)), "an error changes nothing"
            raise


class Images:
    name = "images"
    content = bytes([0, 0, 8, 3, 0, 0, 0, 5, 0, 0, 0, 4, 0, 0, 0, 3]) + bytes(range(60))

    def write(self, path):
        path.write_bytes(self.content)

    def read(self, path):
        return [bp.data.read_idx(path)]


class PackedImages(Images):
    def write(self, path):
        path.write_bytes(gzip.compress(self.content, mtime=0))


KINDS = [Networks(), Snapshots(), Images(), PackedImages()]


def damaged(content, rng):
    """The content with some bytes changed, cut out, doubled, or taken from elsewhere in it."""
    content = bytearray(content)
    for _ in range(rng.integers(1, 4)):
        at, length = int(rng.integers(len(content) + 1)), int(2 ** rng.uniform(0, 7))
        match rng.integers(6):
            case 0:
                del content[at:]
            case 1:
                del content[at : at + length]
            case 2:
                content[at : at + length] = rng.bytes(length)
            case 3:
                content[at:at] = content[at : at + length]
            case 4:
                start = int(rng.integers(len(content) + 1))
                content[at : at + length] = content[start : start + length]
            case 5 if at < len(content):
                content[at] ^= 1 << int(rng.integers(8))
    return bytes(content)


def with_description_damaged(content, rng):
    """A sound file whose description is damaged, so that no checksum gives it away."""
    with np.load(io.BytesIO(content)) as file:
        arrays = dict(file)
    text = damaged(str(arrays["description"]).encode(), rng).decode("latin1").replace("\0", " ")
    return packed(arrays | {"description": np.array(text)})


def packed(arrays, save=np.savez):
    file = io.BytesIO()
    save(file, **arrays)
    return file.getvalue()


def read_within_bounds(kind, path):
    """Read a file; return what it holds, or None after a ValueError that names it in one sentence."""
    tracemalloc.start()
    try:
        return kind.read(path)
    except ValueError as error:
        assert repr(str(path)) in str(error) and "\n" not in str(error)[:200], error
        return None
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 3_000_000 + 50 * path.stat().st_size, f"{peak} bytes for a file of {path.stat().st_size}"


def same(one, other):
    return len(one) == len(other) and all(
        np.array_equal(a, b) if isinstance(a, np.ndarray) else a == b for a, b in zip(one, other, strict=True)
    )


def damage(kind, folder, seeds):
    """Read so many damaged files; return how many were refused. Where the damage is out of sight, nothing is lost."""
    path, refused = folder / kind.name, 0
    kind.write(path)
    content, whole = path.read_bytes(), kind.read(path)
    assert read_within_bounds(kind, path) is not None
    for seed in seeds:
        rng = np.random.default_rng(seed)
        described = kind.name.endswith(".npz") and seed % 3 == 0
        path.write_bytes((with_description_damaged if described else damaged)(content, rng))
        try:
            found = read_within_bounds(kind, path)
        except Exception:
            print(type(kind).__name__, "seed", seed, flush=True)
            raise
        refused += found is None
        if kind.name.endswith(".npz") and not described:  # what is damaged has a checksum; IDX files have none
            assert found is None or same(found, whole), (kind, seed)
    return refused


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: type(kind).__name__)
def test_random_damages(kind, tmp_path):
    with np.errstate(all="ignore"):
        assert damage(kind, tmp_path, range(DAMAGES)) > DAMAGES / 4


# ---- files made on purpose


def header(shape, descr="<f8"):
    return np.frombuffer(npy(shape, descr), np.uint8)


def npy(shape, descr, content=b""):
    text = f"{{'descr': {descr!r}, 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text + content


def zipped(parts, compression=zipfile.ZIP_STORED):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def unzipped(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def overlapping(content):
    """A file whose directory has the same part a thousand times under a thousand names."""
    archive = zipfile.ZipFile(io.BytesIO(content))
    part = archive.infolist()[-1]
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        made.writestr(part.filename, archive.read(part))
        first = made.infolist()[0]
        for number in range(1000):
            again = zipfile.ZipInfo(f"{number}.npy")
            for name in ("header_offset", "CRC", "compress_size", "file_size"):
                setattr(again, name, getattr(first, name))
            made.filelist.append(again)
            made.NameToInfo[again.filename] = again
        made._didModify = True
    return file.getvalue()


CRAFTED = {
    "empty": lambda content, array: b"",
    "empty zip": lambda content, array: zipped({}),
    "compressed": lambda content, array: packed(arrays_of(content), np.savez_compressed),
    "compressed bomb": lambda content, array: zipped(
        unzipped(content) | {array: npy((10**8,), "<f8", bytes(2 * 10**7))}, zipfile.ZIP_DEFLATED
    ),
    "overlapping parts": lambda content, array: overlapping(content),
    **{f"promises {shape}": lambda content, array, shape=shape: zipped(unzipped(content) | {array: npy(shape, "<f8")})
       for shape in ("(1000000000000,)", f"({10**30},)", "(1000000, 1000000)", f"(0, {10**30})", "(-1,)",
                     "(3.0,)", "(((((())))))", f"({'9' * 5000},)", "(" * 30000, "(True,)", "('3',)", "[3]")},
    **{f"numbers of {descr}": lambda content, array, descr=descr: zipped(
        unzipped(content) | {array: npy("(1,)", descr, bytes(8))}
    ) for descr in ("|O", "<c8", "<M8[s]", "|V8", "<U2", "<i8", "|b1", [("a", "<f8")], "<f3", "<f999999", "=f8", "")},
    "an array's shape": lambda content, array: packed(
        arrays_of(content) | {array.removesuffix(".npy"): np.ones((2, 3, 4))}
    ),
    "another name": lambda content, array: zipped({f"x{name}": part for name, part in unzipped(content).items()}),
    "not numpy": lambda content, array: zipped(unzipped(content) | {array: b"hello"}),
    "of version 2": lambda content, array: zipped(
        unzipped(content) | {array: b"\x93NUMPY\x02\x00\x00\x00\x00\x00"}
    ),
    "a longer array": lambda content, array: zipped(
        unzipped(content) | {array: unzipped(content)[array] + bytes(8)}
    ),
}  # fmt: skip


def arrays_of(content):
    with np.load(io.BytesIO(content)) as file:
        return dict(file)


@pytest.mark.parametrize("name", CRAFTED)
@pytest.mark.parametrize(("kind", "array"), [(KINDS[0], "parameter_0.npy"), (KINDS[1], "array_0.npy")])
def test_crafted_archives(tmp_path, kind, array, name):
    path = tmp_path / kind.name
    kind.write(path)
    path.write_bytes(CRAFTED[name](path.read_bytes(), array))
    assert read_within_bounds(kind, path) is None


def nested(depth, name="Residual"):
    one = {"name": "Tanh", "settings": {}}
    for _ in range(depth):
        one = {"name": name, "layers": [one]}
    return one


WRONG_LAYERS = [
    None, 3, "Tanh", [], {}, {"name": "Tanh"} | {"settings": None}, {"name": "Tanh", "settings": {"rows": 10**9}},
    {"name": "Linear", "settings": {"rows_in": 10**6, "rows_out": 10**6, "rng": 0}},
    {"name": "Linear", "parameters": [], "settings": {}}, {"name": "Linear", "parameters": [0, 10**30]},
    {"name": "Linear", "parameters": [0, -1]}, {"name": "Linear", "parameters": [0, [1]]},
    {"name": "Linear", "parameters": {"a": 1}},
    {"name": "BatchNorm", "settings": {"rows": 10**12}}, {"name": "PReLU", "settings": {"alpha": 0.1}},
    {"name": "LeakyReLU", "settings": {"alpha": 10**400}}, {"name": "LeakyReLU", "settings": {"alpha": "a"}},
    {"name": "Dropout", "settings": {"p": float("nan")}}, {"name": "Layer", "settings": {}},
    {"name": "__class__", "settings": {}}, {"name": ["Tanh"], "settings": {}}, nested(5000), nested(200, "Layer"),
    {"name": "Residual", "layers": []}, {"name": "Residual", "layers": "Tanh"}, {"name": "Residual"},
    {"name": "Reversible", "couplings": [[[{"name": "Tanh"}]]]}, {"name": "Reversible", "couplings": 3},
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(WRONG_LAYERS) + 2))
def test_descriptions_of_no_network(tmp_path, number):
    path = tmp_path / "net.npz"
    network().save(path)
    arrays = arrays_of(path.read_bytes())
    if number < 2:
        text = ["[" * 100_000, '{"format": "bpkit network 1", "layers": [' + "9" * 5000 + "]}"][number]
    else:
        parts = [WRONG_LAYERS[number - 2]]
        try:
            text = json.dumps({"format": "bpkit network 1", "layers": parts})
        except RecursionError:
            depth = 5000
            text = '{"format": "bpkit network 1", "layers": [' + '{"name": "Residual", "layers": [' * depth
            text += '{"name": "Tanh", "settings": {}}' + "]}" * depth + "]}"
    path.write_bytes(packed(arrays | {"description": np.array(text)}))
    assert read_within_bounds(KINDS[0], path) is None


def test_a_network_nested_deeply_is_read_in_no_time(tmp_path):
    path = tmp_path / "net.npz"
    description = {"format": "bpkit network 1", "layers": [nested(60)]}
    path.write_bytes(packed({"description": np.array(json.dumps(description))}))
    assert bp.Network.load(path)([[0.0]]) == 0


def paths(tree, way=()):
    """The way to every value in a tree."""
    yield way
    if isinstance(tree, dict | list):
        for key, value in tree.items() if isinstance(tree, dict) else enumerate(tree):
            yield from paths(value, (*way, key))


VALUES = [None, True, -1, 3, 10**30, 0.5, float("nan"), "a", [], {}, [1], {"dict": {}}, {"array": 0}, {"array": -1},
          {"array": "x"}, {"dict": []}]  # fmt: skip


def replace_values(folder, every):
    """Replace each value of a snapshot by others, or every so many.

    The file is refused with an error that changes nothing, or it makes no difference, or it is another number of its
    kind, which nobody could tell from the right one.
    """
    kind, path = KINDS[1], folder / "run.npz"
    kind.write(path)
    arrays = arrays_of(path.read_bytes())
    whole, tree = kind.read(path), json.loads(str(arrays["description"]))
    refused, cases = 0, [(way, value) for way in list(paths(tree))[1:] for value in VALUES][::every]
    for way, value in cases:
        changed = json.loads(json.dumps(tree))
        place = changed
        for key in way[:-1]:
            place = place[key]
        kept, place[way[-1]] = place[way[-1]], value
        path.write_bytes(packed(arrays | {"description": np.array(json.dumps(changed))}))
        found = read_within_bounds(kind, path)
        refused += found is None
        if found is not None and not same(found, whole):
            number = isinstance(value, int | float) and isinstance(kept, int | float)
            assert number or isinstance(value, dict) or isinstance(kept, str), (way, kept, value)
    assert refused > 0.7 * len(cases)
    return len(cases), refused


def test_values_of_a_snapshot_replaced(tmp_path):
    with np.errstate(all="ignore"):
        replace_values(tmp_path, 37)


@pytest.mark.parametrize(("content", "words"), [
    (bytes([0, 0, 8, 255]) + b"\xff" * 2000, "255 axes"),
    (bytes([0, 0, 8, 33]) + b"\0\0\0\1" * 33 + b"\1", "33 axes, expected at most 32"),
    (bytes([0, 0, 8, 4]) + b"\xff" * 16, "bytes, expected 3402823"),
    (gzip.compress(bytes([0, 0, 8, 4]) + b"\xff" * 16), "promises to unpack to 3402823"),
    (gzip.compress(bytes([0, 0, 8, 1, 0, 0, 0, 9]) + bytes(10**8)), "it has 18 bytes, expected 17"),
    (gzip.compress(bytes(10**8)), "its numbers are of type 0"),
])  # fmt: skip
def test_crafted_images(tmp_path, content, words):
    path = tmp_path / "images"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=words):
        bp.data.read_idx(path)
    assert read_within_bounds(KINDS[2], path) is None


SETTINGS = [np.float32(0.3), np.float64(0.3), np.float16(0.3), np.array(0.3), np.array(0.3, np.float32), np.int8(1),
            np.array(1), 1]  # fmt: skip


@pytest.mark.parametrize("value", SETTINGS, ids=repr)
def test_settings_that_are_numbers_of_numpy_survive(tmp_path, value):
    net = bp.Network([
        bp.Linear(3, 3, rng=0), bp.LeakyReLU(value), bp.Dropout(value), bp.BatchNorm(3, momentum=value, epsilon=value),
        bp.PReLU(value), bp.ScalarBias(value), bp.ScalarMultiplier(value),
    ])  # fmt: skip
    net.save(tmp_path / "net.npz")
    if isinstance(value, np.ndarray):
        value[...] = 0.5  # what the reader does with it later is nothing to the network
    back = bp.Network.load(tmp_path / "net.npz")
    assert repr(back) == repr(net) and np.array_equal(back(X), net(X))
    for layer, other in zip(net.layers, back.layers, strict=True):
        assert [getattr(layer, name) for name in layer.settings] == [getattr(other, name) for name in layer.settings]


if __name__ == "__main__":
    first, last = (0, int(sys.argv[1])) if len(sys.argv) == 2 else map(int, sys.argv[1:])
    for kind in KINDS:
        with tempfile.TemporaryDirectory() as folder, np.errstate(all="ignore"):
            refused = damage(kind, Path(folder), range(first, last))
        print(type(kind).__name__, last - first, "files,", refused, "refused", flush=True)
    with tempfile.TemporaryDirectory() as folder, np.errstate(all="ignore"):
        print("values of a snapshot replaced, and refused:", *replace_values(Path(folder), 1))
