"""Damaged and crafted files of networks, snapshots and images: the documented error, in bounded memory and time.

`python tests/test_damaged_files.py 10000` damages each kind of file so often.
"""

import contextlib
import gzip
import io
import json
import re
import sys
import tempfile
import tracemalloc
import warnings
import zipfile
from pathlib import Path
from unittest import mock

import numpy as np
import pytest

import bpkit as bp
from bpkit.optim import training_loop
from bpkit.optim.optimizer import Optimizer

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


def fit(path, epochs, net, generator=np.random.PCG64):
    """Train, or go on, without a step that is not there yet: what is loaded comes back with what it is part of."""
    optimizer = bp.Adam(net.parameters, 0.01)
    schedule = bp.StepLR(optimizer, 2)
    history = bp.fit(
        net, bp.LeastSquares("mean"), (X, Y), optimizer, epochs, batch_size=3, rng=np.random.Generator(generator(0)),
        snapshot=path, schedule=schedule, validation=(X, Y), penalty=bp.L2(0.1),
    )  # fmt: skip
    moments = [value for name, value in optimizer.state().items() if "moment" in name]
    return [*everything(net), *moments, np.array(history.steps), np.array(history.validation), history.ended]


class Networks:
    name = "net.npz"

    def write(self, path):
        network().save(path, overwrite=True)

    def read(self, path):
        """What the network is; whatever was loaded is a network that can be used and saved."""
        net, again = bp.Network.load(path), path.with_name("again.npz")
        net(np.zeros((net.rows[0] or 1, 2), net.dtype))
        net.save(again, overwrite=True)
        found, other = ([repr(one), *everything(one)] for one in (net, bp.Network.load(again)))
        assert same(found, other)
        return found


class Snapshots:
    name = "run.npz"
    generator = np.random.PCG64

    def write(self, path):
        fit(path, 3, network(), self.generator)

    def read(self, path):
        net = network()
        before = [array.copy() for array in everything(net)]
        try:
            return fit(path, 3, net, self.generator)
        except ValueError:
            assert all(map(np.array_equal, everything(net), before)), "an error changes nothing"
            raise


class SnapshotsWithinAnEpoch(Snapshots):
    """Of a training that was interrupted there, with a generator whose state is an array."""

    generator = np.random.MT19937

    def write(self, path):
        steps = iter(range(5))

        def step(optimizer, gradients):
            if next(steps, None) is None:
                raise KeyboardInterrupt
            return Optimizer.step(optimizer, gradients)

        path.unlink(missing_ok=True)
        steps_are_cut = mock.patch.object(bp.Adam, "step", step)
        with contextlib.suppress(KeyboardInterrupt), mock.patch.object(training_loop, "SECONDS", -1.0), steps_are_cut:
            super().write(path)


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


NETWORKS, SNAPSHOTS, IMAGES = Networks(), Snapshots(), Images()
KINDS = [NETWORKS, SNAPSHOTS, SnapshotsWithinAnEpoch(), IMAGES, PackedImages()]


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


RENAMED = [
    str.upper, lambda name: name[:-4], lambda name: f"../{name}", lambda name: "/", lambda name: f"{name}.npy",
    lambda name: "x" * 60_000, lambda name: f"{name}\n", lambda name: f"{name}é",
]  # fmt: skip
HEADERS = {
    "descr": [
        "'>f8'", "'<f4'", "'<f2'", "'<f16'", "'<i8'", "'<u8'", "'|b1'", "'|O'", "'<c16'", "'<M8[ns]'", "'|S8'", "'<U2'",
        "'<f8', ", "[('a', '<f8')]", "'|V8'", "'<f0'", "'<f99'", "8", f"'<U{10**30}'",
    ],
    "fortran_order": ["True", "1", "None", "'yes'"],
    "shape": [
        f"({10**12},)", f"({10**30},)", "(-1,)", "()", "(0,)", f"(0, {10**30})", "(1.0,)", "(2,)", "(1, 1)",
        "(4, 1, 1)", "(3, 4)", "(4, 3)", f"({'1, ' * 70})", f"({'1, ' * 9000})", "((1,),)", f"({'9' * 5000},)", "(,)",
        "(1 2,)", "('1',)",
    ],
}  # fmt: skip


def rebuilt(content, rng):
    """A file with sound checksums whose parts are others: exchanged, renamed, left out, damaged, of another type."""
    parts = list(unzipped(content).items())
    for _ in range(rng.integers(1, 3)):
        one, other = rng.integers(len(parts), size=2)
        (name, part), (other_name, other_part) = parts[one], parts[other]
        match rng.integers(8):
            case 0:
                parts[one], parts[other] = (name, other_part), (other_name, part)
            case 1:
                parts[one] = RENAMED[rng.integers(len(RENAMED))](name), part
            case 2:
                del parts[one]
            case 3:
                parts.append((name, other_part))
            case 4:
                parts[one] = name, damaged(part, rng)
            case 5:
                parts[one] = name, with_other_header(part, rng)
            case 6:
                parts[one] = name, part[:-8] + damaged(part[-8:], rng)
            case 7:
                parts.insert(other, (f"{rng.integers(9)}.npy", rng.bytes(9)))
    return zipped(parts)


def with_other_header(part, rng):
    """An array in the format of NumPy whose header says something else."""
    header, _, numbers = part[10:].partition(b"\n")
    key = [*HEADERS][rng.integers(len(HEADERS))]
    value = HEADERS[key][rng.integers(len(HEADERS[key]))]
    header = re.sub(rf"'{key}': (\([^)]*\)|[^,]*)", lambda _: f"'{key}': {value}", header.decode("latin1")).encode()
    return b"\x93NUMPY\x01\x00" + (len(header) + 1).to_bytes(2, "little") + header + b"\n" + numbers


def with_description_changed(content, rng):
    """A sound file in whose description values are replaced, exchanged, left out, doubled, or put into others."""
    arrays = arrays_of(content)
    tree = [json.loads(str(arrays["description"]))]
    for _ in range(rng.integers(1, 4)):
        ways = list(paths(tree))[1:]
        way, other = (ways[number] for number in rng.integers(len(ways), size=2))
        place, value = at(tree, way[:-1]), at(tree, way)
        match rng.integers(6):
            case 0:
                place[way[-1]] = VALUES[rng.integers(len(VALUES))]
            case 1:
                place[way[-1]] = json.loads(json.dumps(at(tree, other)))
            case 2 if len(way) > 1:
                del place[way[-1]]
            case 3 if isinstance(place, list):
                place.insert(way[-1], value)
            case 4:
                place[way[-1]] = [value]
            case 5:
                place[way[-1]] = {"name": value} if rng.random() < 0.5 else {"dict": {"a": value}}
        if not tree:
            break
    return packed(arrays | {"description": np.array(json.dumps(tree[0]))})


def at(tree, way):
    for key in way:
        tree = tree[key]
    return tree


def packed(arrays, save=np.savez):
    file = io.BytesIO()
    save(file, **arrays)
    return file.getvalue()


ARCHIVE_DAMAGES = [damaged, with_description_damaged, rebuilt, with_description_changed]


def read_within_bounds(kind, path):
    """Read a file; return what it holds, or None after a ValueError that names it in one sentence."""
    tracemalloc.start()
    try:
        return kind.read(path)
    except ValueError as error:
        message = str(error).replace(repr(str(path)), "PATH")
        assert "PATH" in message and len(message) < 500 and message.isprintable(), message
        return None
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 3_000_000 + 50 * path.stat().st_size, f"{peak} bytes for a file of {path.stat().st_size}"


def same(one, other):
    return len(one) == len(other) and all(
        np.array_equal(a, b, equal_nan=True) if isinstance(a, np.ndarray) else a == b
        for a, b in zip(one, other, strict=True)
    )


def damage(kind, folder, seeds):
    """Read so many damaged files; return how many were refused. Where the damage is out of sight, nothing is lost."""
    path, refused = folder / kind.name, 0
    kind.write(path)
    content, whole = path.read_bytes(), kind.read(path)
    assert read_within_bounds(kind, path) is not None
    for seed in seeds:
        rng = np.random.default_rng(seed)
        way = ARCHIVE_DAMAGES[seed % len(ARCHIVE_DAMAGES)] if kind.name.endswith(".npz") else damaged
        path.write_bytes(way(content, rng))
        try:
            found = read_within_bounds(kind, path)
        except Exception:
            print(type(kind).__name__, "seed", seed, flush=True)
            raise
        refused += found is None
        if kind.name.endswith(".npz") and way is damaged:  # what is damaged has a checksum; IDX files have none
            assert found is None or same(found, whole), (kind, seed)
    return refused


@pytest.mark.filterwarnings("ignore:the learning rate of optimizer", "ignore:.*had diverged")  # where these changed
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
    with zipfile.ZipFile(file, "w", compression) as archive, warnings.catch_warnings(action="ignore"):
        for name, content in parts.items() if isinstance(parts, dict) else parts:
            archive.writestr(name, content)  # warns of two parts with one name
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
                     "(3.0,)", "(((((())))))", f"({'9' * 5000},)", "(" * 30000, "(True,)", "('3',)", "[3]",
                     f"({'1, ' * 9000})")},
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
@pytest.mark.parametrize(("kind", "array"), [(NETWORKS, "parameter_0.npy"), (SNAPSHOTS, "array_0.npy")])
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
    {"name": "T" * 100_000}, {"name": "LeakyReLU", "settings": {"\x1b[2J\n": 1}},
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
    assert read_within_bounds(NETWORKS, path) is None


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
    kind, path = SNAPSHOTS, folder / "run.npz"
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


@pytest.mark.parametrize("renamed", [False, True])
def test_snapshots_that_lack_a_value(tmp_path, renamed):
    path = tmp_path / "run.npz"
    SNAPSHOTS.write(path)
    arrays = arrays_of(path.read_bytes())
    tree = json.loads(str(arrays["description"]))
    names = [way for way in paths(tree["tree"]) if 0 < len(way) <= 4 and way[-1] != "dict" and way[1] != "identity"]
    for way in names:
        changed = json.loads(json.dumps(tree))
        place = at(changed["tree"], way[:-1])
        value = place.pop(way[-1])
        if renamed and isinstance(place, dict):
            place["A" * 10_000] = value
        path.write_bytes(packed(arrays | {"description": np.array(json.dumps(changed))}))
        assert read_within_bounds(SNAPSHOTS, path) is None, way
    assert ("dict", "optimizer") in names and ("dict", "history", "dict", "best") in names


def test_values_of_a_snapshot_replaced(tmp_path):
    with np.errstate(all="ignore"):
        replace_values(tmp_path, 37)


@pytest.mark.parametrize(("content", "words"), [
    (bytes([0, 0, 8, 255]) + b"\xff" * 2000, "255 axes"),
    (bytes([0, 0, 8, 33]) + b"\0\0\0\1" * 33 + b"\1", "33 axes, expected at most 32"),
    (bytes([0, 0, 8, 4]) + b"\xff" * 16, "bytes, expected 3402823"),
    (bytes([0, 0, 8, 32]) + b"\xff" * 128, r"for shape \(4294967295, .*\.\.\.\."),
    (gzip.compress(bytes([0, 0, 8, 4]) + b"\xff" * 16, mtime=0), "promises to unpack to 3402823"),
    (gzip.compress(bytes([0, 0, 8, 1, 0, 0, 0, 9]) + bytes(10**8), mtime=0), "it has 18 bytes, expected 17"),
    (gzip.compress(bytes(10**8), mtime=0), "its numbers are of type 0"),
])  # fmt: skip
def test_crafted_images(tmp_path, content, words):
    path = tmp_path / "images"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=words):
        bp.data.read_idx(path)
    assert read_within_bounds(IMAGES, path) is None


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
