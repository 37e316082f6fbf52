"""The training loop: what it computes, when it ends, and that an interruption leaves no trace."""

import contextlib
import multiprocessing
import signal
import sys
import time

import numpy as np
import pytest

import bpkit as bp
from bpkit.optim import snapshot, training_loop

RNG = np.random.default_rng(0)
X = RNG.normal(size=(3, 50))
Y = np.sin(X[:1]) + X[1:2]
MEAN = bp.LeastSquares("mean")


def network(seed=0):
    rng = np.random.default_rng(seed)
    return bp.Network([bp.Linear(3, 8, rng=rng), bp.BatchNorm(8), bp.ReLU(), bp.Dropout(0.2), bp.Linear(8, 1, rng=rng)])


def trained(epochs=3, net=None, **options):
    net = network() if net is None else net
    optimizer = bp.SGD(net.parameters, lr=0.05, momentum=0.9)
    history = bp.fit(net, MEAN, (X, Y), optimizer, epochs, batch_size=16, rng=1, **options)
    return net, history


def everything(net):
    return [*net.parameters, *(array for layer in net.layers for array in layer.state)]


def same(one, two):
    return all(np.array_equal(a, b) for a, b in zip(everything(one), everything(two), strict=True))


def test_it_is_the_plain_loop():
    net, history = trained(epochs=2)
    plain, rng, losses = network(), np.random.default_rng(1), []
    optimizer = bp.SGD(plain.parameters, lr=0.05, momentum=0.9)
    for _ in range(2):
        order = rng.permutation(50)
        for start in range(0, 50, 16):
            batch = order[start : start + 16]
            value, grads = bp.backprop(plain, MEAN, X[:, batch], Y[:, batch], rng=rng)
            optimizer.step(grads.parameters)
            losses.append(value)
    assert same(net, plain) and history.steps == losses and history.ended == "all epochs"
    weights = np.array([16, 16, 16, 2])
    np.testing.assert_allclose(history.epochs, np.reshape(losses, (2, 4)) @ weights / 50, rtol=1e-12)


def test_early_stopping_keeps_the_best():
    x, y = RNG.normal(size=(3, 20)), RNG.normal(size=(1, 20))  # nothing to learn here
    net, history = trained(epochs=200, validation=(x, y), patience=3)
    assert len(history.epochs) == history.best + 4 < 200
    assert history.best == int(np.argmin(history.validation)) and "3 epochs" in history.ended
    assert MEAN(net(x), y) == history.validation[history.best]


def test_a_loss_that_is_not_finite_ends_it():
    net = network()
    optimizer = bp.SGD(net.parameters, lr=1e200)
    with np.errstate(all="ignore"):
        history = bp.fit(net, MEAN, (X, Y), optimizer, 5, batch_size=50, rng=0)
    assert not np.isfinite(history.steps[-1]) and f"step {len(history.steps) - 1}" in history.ended


@pytest.mark.parametrize("stop_after", [1, 3, 4, 5, 11])
def test_it_goes_on_from_a_snapshot_bit_for_bit(tmp_path, monkeypatch, stop_after):
    whole, history = trained()
    monkeypatch.setattr(training_loop, "SECONDS", -1.0)  # a snapshot after every step
    path, count, step = tmp_path / "run.npz", 0, bp.SGD.step

    def interrupted(self, gradients):
        nonlocal count
        count += 1
        if count > stop_after:
            raise KeyboardInterrupt
        step(self, gradients)

    monkeypatch.setattr(bp.SGD, "step", interrupted)
    with pytest.raises(KeyboardInterrupt):
        trained(snapshot=path)
    monkeypatch.setattr(bp.SGD, "step", step)
    net, again = trained(net=network(seed=5), snapshot=path)  # the start does not matter any more
    assert same(net, whole) and again == history


@pytest.mark.parametrize("optimizer", [bp.Adam, bp.AdamW])
def test_every_optimizer_and_schedule_goes_on(tmp_path, optimizer):
    def run(epochs, path=None):
        net = network()
        chosen = optimizer(net.parameters, lr=0.01)
        schedule = bp.StepLR(chosen, step_size=2, gamma=0.5)
        options = {"batch_size": 16, "rng": 1, "schedule": schedule, "snapshot": path}
        return net, bp.fit(net, MEAN, (X, Y), chosen, epochs, **options)

    whole, history = run(5)
    run(3, tmp_path / "run.npz")
    net, again = run(5, tmp_path / "run.npz")
    assert same(net, whole) and again == history


def test_it_goes_on_with_more_epochs(tmp_path):
    whole, history = trained(epochs=5)
    trained(epochs=2, snapshot=tmp_path / "run.npz")
    net, again = trained(epochs=5, snapshot=tmp_path / "run.npz")
    assert same(net, whole) and again == history


def train_and_save(sender, path, done):
    """What is killed: a training that writes a snapshot after every step, says so, and saves everything at its end."""

    def write_and_say_so(path, tree):
        snapshot.write(path, tree)
        sender.send_bytes(b"written")

    training_loop.SECONDS, training_loop.write, training_loop._progress = (
        -1.0,
        write_and_say_so,
        lambda *_: training_loop._NoBar(),
    )
    net, _ = trained(epochs=30, snapshot=path)
    np.savez(done, *everything(net))


@pytest.mark.skipif(sys.platform == "win32", reason="needs a signal that cannot be caught")
def test_killed_fifty_times_it_ends_as_if_nothing_had_happened(tmp_path):
    start = multiprocessing.get_context("forkserver")
    start.set_forkserver_preload(["bpkit.optim.training_loop", "pytest"])  # what takes long to import, once for all
    whole, _ = trained(epochs=30)
    path, done = tmp_path / "run.npz", tmp_path / "done.npz"
    rng, kills, ended = np.random.default_rng(0), 0, False
    while kills < 50 or not ended:
        receiver, sender = start.Pipe(duplex=False)
        process = start.Process(target=train_and_save, args=(sender, path, done))
        process.start()
        sender.close()
        with receiver, contextlib.suppress(EOFError):  # which says that it has ended
            for _ in range(rng.integers(1, 5) if kills < 50 else 1000):
                receiver.recv_bytes()
            time.sleep(rng.uniform(0, 0.01))  # a step and its snapshot take about half of that
            process.kill()
        process.join()
        assert process.exitcode in (0, -signal.SIGKILL), "it could not go on"
        ended = process.exitcode == 0
        if ended:  # if it was faster than the signal, the next process begins anew
            with np.load(done) as saved:
                assert all(map(np.array_equal, saved.values(), everything(whole)))
                assert len(saved) == len(everything(whole))
            path.unlink()
        else:
            kills += 1


def test_snapshots_that_are_not(tmp_path):
    path = tmp_path / "run.npz"
    trained(epochs=1, snapshot=path)
    contents = path.read_bytes()
    for broken in (b"", b"no", contents[: len(contents) // 2]):
        path.write_bytes(broken)
        with pytest.raises(ValueError, match="not a file that"):
            trained(snapshot=path)
        assert path.read_bytes() == broken, "what is there is never overwritten"
    path.write_bytes(contents)
    with np.load(path) as file:
        arrays = dict(file)
    arrays["description"] = np.array(str(arrays["description"]).replace("snapshot 1", "snapshot 2"))
    np.savez(path, **arrays)
    with pytest.raises(ValueError, match="not a file that"):
        trained(snapshot=path)
    np.savez(path, description=np.array([{"a": print}], dtype=object))
    with pytest.raises(ValueError, match="not a file that"):
        trained(snapshot=path)


@pytest.mark.skipif(sys.platform == "win32", reason="an open file cannot be replaced there")
def test_a_snapshot_is_written_beside_the_old_one(tmp_path):
    path = tmp_path / "run.npz"
    snapshot.write(path, [1])
    before = path.read_bytes()
    with path.open("rb") as old:
        snapshot.write(path, [2])
        assert old.read() == before, "never half the new one in place of the old one"
    assert snapshot.read(path) == [2] and [file.name for file in tmp_path.iterdir()] == ["run.npz"]


def test_a_tree_comes_back_as_it_was(tmp_path):
    tree = {"a": np.arange(3), "array": [1.5, None, {"b": np.zeros((2, 0), np.float32)}], "big": 2**127, "t": "ü"}
    snapshot.write(tmp_path / "t.npz", tree)
    back = snapshot.read(tmp_path / "t.npz")
    np.testing.assert_equal(back, tree)
    assert back["array"][2]["b"].dtype == np.float32


def test_a_snapshot_of_other_settings_changes_nothing(tmp_path):
    path = tmp_path / "run.npz"
    trained(epochs=1, snapshot=path)
    net, contents = network(), path.read_bytes()
    with pytest.raises(ValueError, match="momentum"):
        bp.fit(net, MEAN, (X, Y), bp.SGD(net.parameters, 0.1, momentum=0.5), 1, batch_size=16, rng=1, snapshot=path)
    assert same(net, network()) and path.read_bytes() == contents


@pytest.mark.parametrize(("call", "words"), [
    (lambda p: trained(snapshot=p, net=bp.mlp([3, 8, 1], rng=0)), r"belongs to another training: network differ"),
    (lambda p: bp.fit(network(), MEAN, (X, Y + 1), bp.SGD([np.ones(1)], 0.1), 1, batch_size=16, rng=0, snapshot=p),
     "data"),
    (lambda p: trained(snapshot=p, validation=(X, Y)), "another training: validation differ"),
    (lambda p: trained(net=network(), validation=(X.T, Y)), "did you mean x.T"),
    (lambda p: bp.fit(bp.mlp([3, 2], rng=0), bp.CrossEntropy(), (X, np.arange(50) % 3), bp.SGD([np.ones(1)], 0.1), 1,
                      batch_size=5, rng=0), "label 2 for example 2"),
    (lambda p: trained(patience=2), "patience needs validation data"),
    (lambda p: trained(epochs=0), "epochs is 0"),
    (lambda p: bp.fit(network(), MEAN, (X, Y.T), bp.SGD([np.ones(1)], 0.1), 1, batch_size=16, rng=0),
     r"did you mean y\.T"),
    (lambda p: bp.fit(network(), MEAN, (X, Y), bp.SGD([np.ones(1)], 0.1), 1, batch_size=51, rng=0), "batch_size is 51"),
])  # fmt: skip
def test_mistakes_get_a_sentence(tmp_path, call, words):
    path = tmp_path / "run.npz"
    trained(epochs=1, snapshot=path)
    with pytest.raises(ValueError, match=words):
        call(path)


def test_a_bar_appears_when_it_takes_long_and_not_when_its_variable_says_so(monkeypatch, capfd):
    pytest.importorskip("tqdm")
    net = bp.Network([bp.Linear(3, 1, rng=0)])
    for delay, shown in (("0", True), ("3600", False)):
        monkeypatch.setenv("TQDM_DELAY", delay)
        bp.fit(net, MEAN, (X, Y), bp.SGD(net.parameters, lr=0.01), 1, batch_size=16, rng=1)
        assert ("step" in capfd.readouterr().err) is shown


def test_in_a_browser_the_bar_asks_for_no_thread(monkeypatch):
    tqdm = pytest.importorskip("tqdm.auto").tqdm
    monkeypatch.setattr(tqdm, "monitor_interval", 10)
    monkeypatch.setenv("TQDM_DELAY", "3600")
    monkeypatch.setattr("sys.platform", "emscripten")
    net = bp.Network([bp.Linear(3, 1, rng=0)])
    bp.fit(net, MEAN, (X, Y), bp.SGD(net.parameters, lr=0.01), 1, batch_size=16, rng=1)
    assert tqdm.monitor_interval == 0
