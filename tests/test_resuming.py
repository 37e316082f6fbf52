"""To which training a snapshot belongs, whose optimizer is refused, and what a training says and leaves behind."""

import copy
from pathlib import Path

import numpy as np
import pytest
from test_fit import MEAN, X, Y, everything, network, same, trained

import bpkit as bp
from bpkit.networks import configuration
from bpkit.optim import resuming, snapshot, training_loop

# ---- to which training a snapshot belongs


class Scale(bp.Layer):
    """A layer of one's own, which lists no settings."""

    def __init__(self, factor):
        self.factor = factor

    def forward(self, x, *, training=False, rng=None):
        return self.factor * x, None

    def backward(self, x, y, stored, dl_dy, gradients):
        return self.factor * dl_dy


class Masked(Scale):
    def __init__(self, mask):
        super().__init__(np.array(mask))


class FromFunction(Scale):
    def __init__(self, function):
        super().__init__(function(0.2))
        self.function = function


class Calls(Scale):
    progress = ("calls",)

    def __init__(self, factor):
        super().__init__(factor)
        self.calls = 0

    def forward(self, x, *, training=False, rng=None):
        self.calls += 1
        return super().forward(x)


class Ridge:
    """A penalty of one's own, without a repr."""

    def __init__(self, strength):
        self.strength = strength

    def __call__(self, omega):
        return self.strength * sum(float(np.sum(one**2)) for one in omega)

    def gradient(self, omega):
        return 2 * self.strength * omega


class InSlots(Ridge):
    __slots__ = ("strength",)


class Scaled(Ridge):
    def __init__(self, scale):
        super().__init__(0.1)
        self.scale = scale


class Weighted(bp.LeastSquares):
    def __init__(self, weight):
        super().__init__("mean")
        object.__setattr__(self, "weight", weight)


class Exponential(bp.optim.Schedule):
    def __init__(self, optimizer, factor):
        super().__init__(optimizer)
        self.factor = factor

    def _next(self, lr, first):
        return lr * self.factor


def training(middle=(), schedule=None, optimizer=bp.SGD, dtype=float, loss=MEAN, rng=np.random.PCG64, **options):
    """A function that trains a network with these layers in its middle, as in a new process."""

    def run(path, epochs=2):
        middles = [make() for make in middle]
        first, last = bp.Linear(3, 4, rng=0, dtype=dtype), bp.Linear(4, 1, rng=1, dtype=dtype)
        net = bp.Network([first, *middles, last])
        chosen = optimizer(net.parameters, lr=0.01)
        made = {"schedule": schedule(chosen)} if schedule else {}
        data = X.astype(dtype), Y.astype(dtype)
        generator = np.random.Generator(rng(0))
        bp.fit(net, loss, data, chosen, epochs, batch_size=25, rng=generator, snapshot=path, **made, **options)
        return net, lambda: bp.fit(
            net, loss, data, chosen, epochs + 1, batch_size=25, rng=generator, snapshot=path, **made, **options
        )

    return run


def inside(make):
    """The same layer at the top, in residual connections, and in a reversible layer."""
    yield [make]
    yield [lambda: bp.Residual([bp.Tanh(), bp.Residual([make()])])]
    yield [lambda: bp.Reversible([([make()], [bp.Tanh()])])]


KINDS = {  # of what can differ: two values of it, each made anew
    "BatchNorm, momentum": [lambda: bp.BatchNorm(4, momentum=0.1), lambda: bp.BatchNorm(4, momentum=0.2)],
    "BatchNorm, epsilon": [lambda: bp.BatchNorm(4), lambda: bp.BatchNorm(4, epsilon=1e-3)],
    "Dropout": [lambda: bp.Dropout(0.1), lambda: bp.Dropout(0.2)],
    "LeakyReLU": [lambda: bp.LeakyReLU(0.1), lambda: bp.LeakyReLU(0.2)],
    "another activation": [bp.Tanh, bp.Sigmoid],
    "an own layer": [lambda: Scale(0.5), lambda: Scale(0.6)],
    "an own layer's array": [lambda: Masked([[1.0], [0], [1], [0]]), lambda: Masked([[1.0], [1], [1], [0]])],
    "an own layer's function": [lambda: FromFunction(lambda x: 2 * x), lambda: FromFunction(lambda x: 3 * x)],
}


DIFFERENT = [
    *((f"{name} {place}", training(one), training(other)) for name, (first, second) in KINDS.items()
      for place, (one, other) in enumerate(zip(inside(first), inside(second), strict=True))
      if not ("BatchNorm" in name and place == 2) and not ("array" in name and place == 2)),
    ("penalty", training(penalty=Ridge(0.1)), training(penalty=Ridge(0.2))),
    ("penalty in slots", training(penalty=InSlots(0.1)), training(penalty=InSlots(0.2))),
    ("penalty's layers", training(penalty=Scaled([Scale(1)])), training(penalty=Scaled([Scale(2)]))),
    ("no penalty", training(penalty=bp.L2(0.1)), training()),
    ("penalty's class", training(penalty=bp.L2(0.1)), training(penalty=bp.L1(0.1))),
    ("loss", training(loss=bp.LeastSquares()), training(loss=MEAN)),
    ("loss of one's own", training(loss=Weighted(1)), training(loss=Weighted(2))),
    ("optimizer", training(optimizer=bp.SGD), training(optimizer=bp.Adam)),
    ("optimizer's momentum", training(), training(optimizer=lambda p, lr: bp.SGD(p, lr, momentum=0.9))),
    ("optimizer's betas", training(optimizer=bp.Adam),
     training(optimizer=lambda p, lr: bp.Adam(p, lr, betas=(0.9, 0.99)))),
    ("optimizer's groups", training(), training(optimizer=lambda p, lr: bp.SGD(p, lr, groups=[(p[:1], {"lr": 0.1})]))),
    ("optimizer's decay", training(), training(optimizer=lambda p, lr: bp.SGD(p, lr, weight_decay=0.1))),
    ("schedule's setting", training(schedule=lambda o: bp.StepLR(o, 3)), training(schedule=lambda o: bp.StepLR(o, 4))),
    ("schedule's class", training(schedule=lambda o: bp.StepLR(o, 3)),
     training(schedule=lambda o: bp.CosineAnnealingLR(o, 3))),
    ("schedule of one's own", training(schedule=lambda o: Exponential(o, 0.9)),
     training(schedule=lambda o: Exponential(o, 0.8))),
    ("no schedule", training(schedule=lambda o: bp.StepLR(o, 3)), training()),
    ("dtype", training(), training(dtype=np.float32)),
    ("drop_last", training(), training(drop_last=True)),
    ("rng", training(), training(rng=np.random.Philox)),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), [case[1:] for case in DIFFERENT], ids=[case[0] for case in DIFFERENT])
def test_what_differs_anywhere_inside_makes_another_training(tmp_path, one, other):
    path = tmp_path / "run.npz"
    one(path)
    contents = path.read_bytes()
    with pytest.raises(ValueError, match=r"belongs to another training") as caught:
        other(path)
    assert path.read_bytes() == contents and "\n" not in str(caught.value)
    one(path, epochs=3)


TRAINED = [bp.PReLU, bp.ScalarMultiplier, bp.ScalarBias, lambda: bp.BatchNorm(4), lambda: bp.ActNorm(4),
           lambda: Calls(0.5), lambda: bp.Linear(4, 4, rng=3)]  # fmt: skip
SAME = [
    *(training([make]) for make in TRAINED),
    *(training([lambda make=make: bp.Residual([make()])]) for make in TRAINED),
    training(penalty=Ridge(0.1)), training(penalty=Scaled(lambda x: x)), training(penalty=Scaled(np.tanh)),
    training(penalty=InSlots(0.1)), training(penalty=Scaled(np.float32(2))), training(penalty=Scaled(np.array(2.0))),
    training(loss=Weighted(np.float64("nan"))), training(penalty=Scaled(object())),
    training(optimizer=bp.Adam, schedule=lambda o: bp.StepLR(o, 1)), training(rng=np.random.MT19937),
]  # fmt: skip


@pytest.mark.parametrize("run", SAME)
def test_what_is_trained_does_not(tmp_path, run):
    path = tmp_path / "run.npz"
    _, again = run(path)
    again()  # with the network that was trained
    run(path, epochs=4)  # with a new one


def test_a_penalty_that_refers_to_itself_and_to_the_network(tmp_path):
    net = network()
    penalty = Scaled(net)
    penalty.self = penalty
    trained(net=net, penalty=penalty, snapshot=tmp_path / "run.npz")
    trained(net=net, penalty=penalty, snapshot=tmp_path / "run.npz", epochs=4)


# ---- whose optimizer


def rebuilt(net, optimizer, schedule):
    return network(), optimizer, schedule


def copied(net, optimizer, schedule):
    return copy.deepcopy(net), optimizer, schedule


def reordered(net, optimizer, schedule):
    return net, bp.SGD(net.parameters[::-1], 0.1), None


def some(net, optimizer, schedule):
    return net, bp.SGD(net.parameters[:-1], 0.1), None


def more(net, optimizer, schedule):
    return net, bp.SGD([*net.parameters, np.ones(1)], 0.1), None


def of_another(net, optimizer, schedule):
    return net, bp.SGD(net.parameters, 0.1), schedule


@pytest.mark.parametrize(("exchanged", "words"), [
    (rebuilt, "optimizer has other parameters than net"), (copied, "optimizer has other parameters"),
    (reordered, "or has them in another order"), (some, "optimizer has other"), (more, "optimizer has other"),
    (of_another, "schedule belongs to another optimizer"),
])  # fmt: skip
def test_an_optimizer_of_another_network_is_refused_by_name(exchanged, words):
    net = network()
    optimizer = bp.SGD(net.parameters, 0.1)
    net, optimizer, schedule = exchanged(net, optimizer, bp.StepLR(optimizer, 2))
    before = [array.copy() for array in everything(net)]
    with pytest.raises(ValueError, match=words):
        bp.fit(net, MEAN, (X, Y), optimizer, 1, batch_size=10, rng=0, schedule=schedule)
    assert all(map(np.array_equal, everything(net), before))


def test_a_network_copied_with_its_optimizer_and_schedule_trains():
    net = network()
    optimizer = bp.SGD(list(net.parameters), 0.1)
    net, optimizer, schedule = copy.deepcopy((net, optimizer, bp.StepLR(optimizer, 2)))
    before = [array.copy() for array in net.parameters]
    bp.fit(net, MEAN, (X, Y), optimizer, 1, batch_size=10, rng=0, schedule=schedule)
    assert not any(map(np.array_equal, net.parameters, before))
    with pytest.raises(TypeError, match=r"optimizer is a type, expected one such as bp.SGD\(net.parameters"):
        bp.fit(net, MEAN, (X, Y), bp.SGD, 1, batch_size=10, rng=0)


# ---- what a snapshot takes, and what is said aloud


def test_a_snapshot_that_cannot_be_written_is_refused_before_the_first_step(tmp_path, monkeypatch):
    monkeypatch.setattr(bp.SGD, "step", None)
    (tmp_path / "file").write_text("")
    for path in (tmp_path / "missing" / "run.npz", tmp_path, tmp_path / "file" / "run.npz"):
        with pytest.raises(OSError, match="cannot be written") as caught:
            trained(snapshot=path)
        assert "snapshot" in str(caught.value) and str(path) in str(caught.value)


def test_a_step_takes_eight_bytes_of_a_snapshot(tmp_path):
    path, sizes = tmp_path / "run.npz", []
    for epochs in (10, 20, 30):
        _, history = trained(epochs=epochs, snapshot=path)
        sizes.append(path.stat().st_size / 8 - len(history.steps) - len(history.epochs))
    assert max(sizes) - min(sizes) <= 100 and not (sizes[2] - sizes[1] > 10)


def test_data_are_hashed_if_a_snapshot_is_asked_for_and_once(tmp_path, monkeypatch):
    hashed, found = [], configuration.fingerprint
    monkeypatch.setattr(resuming, "fingerprint", lambda array: hashed.append(array.shape) or found(array))
    trained()
    assert hashed == []
    monkeypatch.setattr(training_loop, "SECONDS", -1.0)
    trained(snapshot=tmp_path / "run.npz")
    assert hashed == [X.shape, Y.shape]


def test_another_learning_rate_on_resume_is_said_aloud(tmp_path):
    def run(epochs, lr, schedule=False):
        net = network()
        optimizer = bp.SGD(net.parameters, lr)
        made = bp.StepLR(optimizer, 1, 0.5) if schedule else None
        bp.fit(net, MEAN, (X, Y), optimizer, epochs, batch_size=10, rng=0, schedule=made, snapshot=path)
        return net

    for schedule in (False, True):
        path = tmp_path / f"{schedule}.npz"
        run(2, 0.1, schedule)
        run(3, 0.1, schedule)
        with pytest.warns(UserWarning, match=r"learning rate of optimizer is 0\.2, but .* that of snapshot") as caught:
            found = run(4, 0.2, schedule)
        assert caught[0].filename == __file__
        path.unlink()
        assert same(found, run(4, 0.1, schedule)), "it went on with the old one"


@pytest.mark.parametrize("lr", [1e200, 1e30])
def test_resuming_from_weights_that_had_diverged_is_said_aloud(tmp_path, lr):
    path = tmp_path / "run.npz"

    def run():
        net = network()
        with np.errstate(all="ignore"):
            return bp.fit(net, MEAN, (X, Y), bp.SGD(net.parameters, lr), 50, batch_size=50, rng=0, snapshot=path)

    history = run()
    assert "the loss was" in history.ended
    with pytest.warns(UserWarning, match=r"had diverged \(the loss was .*\), so .* begin again with a smaller"):
        assert run().ended == history.ended


def test_weights_that_are_not_finite_are_said_aloud_though_the_loss_was(tmp_path):
    """After the last step nobody computes a loss."""
    path, net = tmp_path / "run.npz", bp.mlp([3, 1], rng=0)

    def run():
        with np.errstate(all="ignore"):
            optimizer = bp.SGD(net.parameters, 1e308)
            return bp.fit(net, MEAN, (X, 100 * Y), optimizer, 1, batch_size=50, rng=0, snapshot=path)

    assert np.isfinite(run().steps).all() and not all(np.isfinite(array).all() for array in net.parameters)
    with pytest.warns(UserWarning, match=r"had diverged \(its parameters hold NaN or infinity"):
        run()


def test_an_optimizer_is_as_before_if_its_schedule_does_not_fit(tmp_path):
    path = tmp_path / "run.npz"

    def run():
        net = network()
        optimizer = bp.SGD(net.parameters, 0.1, momentum=0.9)
        made.append(optimizer)
        options = {"schedule": bp.StepLR(optimizer, 2), "snapshot": path}
        bp.fit(net, MEAN, (X, Y), optimizer, 2, batch_size=25, rng=0, **options)

    made = []
    run()
    tree = snapshot.read(path)
    snapshot.write(path, tree | {"schedule": tree["schedule"] | {"steps": -1}})
    with pytest.raises(ValueError, match="steps"):
        run()
    assert made[1].steps == 0 and not any(made[1].state()["velocity_0"].flat)


# ---- patience, epochs, the last batch


@pytest.mark.parametrize("how", ["stopped", "all epochs", "diverged", "resumed"])
def test_the_network_holds_what_history_names(tmp_path, how):
    rng = np.random.default_rng(2)
    x, y = rng.normal(size=(3, 20)), rng.normal(size=(1, 20))
    net = network()
    lr = 0.05
    optimizer, options = bp.SGD(net.parameters, lr, momentum=0.9), {"validation": (x, y), "batch_size": 16, "rng": 1}
    if how == "diverged":
        schedule = bp.StepLR(optimizer, 4, 1e200)
        options["schedule"] = schedule
    if how == "resumed":
        options["snapshot"] = tmp_path / "run.npz"
    epochs, patience = {"stopped": (200, 3)}.get(how, (8, 100))
    with np.errstate(all="ignore"):
        history = bp.fit(net, MEAN, (X, Y), optimizer, epochs, patience=patience, **options)
    assert history.best == int(np.nanargmin(history.validation)) != len(history.epochs) - 1
    assert MEAN(net(x), y) == history.validation[history.best]
    if how == "resumed":  # the training goes on from the last parameters all the same
        history = bp.fit(net, MEAN, (X, Y), optimizer, 12, patience=patience, **options)
        whole = network()
        optimizer = bp.SGD(whole.parameters, lr, momentum=0.9)
        del options["snapshot"]
        assert history == bp.fit(whole, MEAN, (X, Y), optimizer, 12, patience=patience, **options)
        assert same(net, whole)


def test_without_patience_the_last_parameters_stay_and_none_is_named():
    net, history = trained(epochs=5, validation=(X, Y))
    assert history.best is None and MEAN(net(X), Y) == history.validation[-1]


def test_a_validation_loss_that_was_nan_does_not_stay_the_best(monkeypatch):
    values = iter([np.nan, 3.0, 2.0, np.nan])
    monkeypatch.setattr(bp.LeastSquares, "__call__", lambda self, f, y: next(values, 0.0) if f.shape == (1, 7) else 0.0)
    values = iter([0.0, np.nan, 3.0, 2.0, np.nan])  # the first when the data are looked at
    _, history = trained(epochs=4, validation=(X[:, :7], Y[:, :7]), patience=3)
    assert history.best == 2


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("drop_last", [False, True])
def test_epochs_add_up_what_their_documentation_says(reduction, drop_last):
    net = network()
    optimizer = bp.SGD(net.parameters, 1e-4)
    options = {"penalty": bp.L2(0.1), "drop_last": drop_last, "batch_size": 16, "rng": 1}
    history = bp.fit(net, bp.LeastSquares(reduction), (X, Y), optimizer, 2, **options)
    sizes = np.array([16, 16, 16] if drop_last else [16, 16, 16, 2])
    steps = np.reshape(history.steps, (2, len(sizes)))
    expected = steps @ sizes / sizes.sum() if reduction == "mean" else steps.sum(axis=1)
    np.testing.assert_allclose(history.epochs, expected, rtol=1e-12)


@pytest.mark.parametrize("middle", [lambda: bp.BatchNorm(3), lambda: bp.Residual([bp.BatchNorm(3)])])
@pytest.mark.parametrize("batch_size", [1, 7, 49])
def test_a_last_batch_of_one_is_refused_before_the_first_step(middle, batch_size):
    net = bp.Network([middle(), bp.Linear(3, 1, rng=0)])
    optimizer, before = bp.SGD(net.parameters, 0.1), copy.deepcopy(everything(net))
    options = {"batch_size": batch_size, "rng": 0}
    with pytest.raises(ValueError, match=r"batch_size is \d+, so the last batch has one example, .*drop_last=True"):
        bp.fit(net, MEAN, (X, Y), optimizer, 1, **options)
    assert all(map(np.array_equal, everything(net), before))
    if batch_size > 1:
        history = bp.fit(net, MEAN, (X, Y), optimizer, 1, **options, drop_last=True)
        assert len(history.steps) == 50 // batch_size
    other = bp.mlp([3, 1], rng=0)  # no layer minds
    bp.fit(other, MEAN, (X, Y), bp.SGD(other.parameters, 0.1), 1, **options)


def test_a_snapshot_of_an_earlier_version_goes_on_or_is_refused(tmp_path):
    """It knew its training by the text that network and loss show of themselves."""
    path = tmp_path / "run.npz"

    def run(epochs, gamma=0.5, net=None, snapshot=None):
        net = network() if net is None else net
        optimizer = bp.SGD(net.parameters, lr=0.05, momentum=0.9)
        options = {"schedule": bp.StepLR(optimizer, 2, gamma), "validation": (X, Y), "penalty": bp.L2(0.01)}
        return net, bp.fit(net, MEAN, (X, Y), optimizer, epochs, batch_size=16, rng=1, snapshot=snapshot, **options)

    def earlier():
        path.write_bytes((Path(__file__).parent / "files" / "snapshot_signature.npz").read_bytes())
        return path

    whole, history = run(3)
    for epochs in (2, 3):  # the second time the file is a new one
        net, again = run(epochs, snapshot=path if path.exists() else earlier())
    np.testing.assert_allclose(np.concatenate([again.steps, again.epochs, again.validation]),
                               np.concatenate([history.steps, history.epochs, history.validation]))  # fmt: skip
    for array, expected in zip(everything(net), everything(whole), strict=True):
        np.testing.assert_allclose(array, expected, rtol=1e-7, atol=1e-13)  # some are nothing but rounding
    with pytest.raises(ValueError, match=r"belongs to another training.*gamma"):
        run(3, gamma=0.1, snapshot=earlier())
    with pytest.raises(ValueError, match=r"belongs to another training: network differ"):
        run(3, net=bp.mlp([3, 1], rng=0), snapshot=earlier())
