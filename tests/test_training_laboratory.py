"""The training laboratory: recorded runs against a plain loop, the map of the loss, what is drawn, and the controls."""

import base64
import dataclasses
import functools
import math
import re
import struct
import xml.etree.ElementTree as ElementTree
import zlib

import numpy as np
import pytest

import bpkit as bp
from bpkit.plot import training_run
from bpkit.plot._training_run import sheet, training_picture
from bpkit.plot.level_lines import level_lines
from bpkit.plot.loss_plane import loss_plane
from bpkit.plot.raster import raster
from bpkit.plot.recorded_training import (
    PROBLEMS,
    SCHEDULES,
    START_SCALES,
    Settings,
    curvatures,
    gradient_norms,
    identical,
    losses_at,
    network_at,
    points,
    recorded,
    update_ratios,
    weight_places,
)
from bpkit.widgets import _training_laboratory as laboratory
from bpkit.widgets import training_laboratory

SVG = "{http://www.w3.org/2000/svg}"
DARK, LIGHT, INK = "#0b3d91", "#ffd58a", "#1a1a1a"
WILD = Settings(lr=10.0, momentum=0.9)
ARRAYS = ("parameters", "losses", "right", "batch_losses", "rates", "gradients")


@functools.cache
def made(settings):
    return sheet(recorded(settings))


def plain_loop(settings, steps):
    """The parameters after each step: 7.3 with momentum, written out."""
    x, y = points(settings.problem)
    weights, order = np.random.default_rng(settings.seed).spawn(2)
    scale = {"zeros": 0.0, "too small": 0.1, "He": 1.0, "too large": 5.0}[settings.init]
    sizes = [2, 1] if settings.problem == "two weights" else [2, 12, 12, 1]
    net = bp.mlp(sizes, init=lambda shape, rng: scale * bp.init.he(shape, rng), rng=weights)
    velocity = [np.zeros_like(array) for array in net.parameters]
    batches = []
    for t in range(steps):
        if not batches:
            permutation = order.permutation(200)
            batches = [permutation[i : i + settings.batch_size] for i in range(0, 200, settings.batch_size)]
        batch = batches.pop(0)
        value, grads = bp.backprop(net, bp.BinaryCrossEntropy("mean"), x[:, batch], y[:, batch])
        yield net, value, grads
        factor = {"constant": 1, "halving": 0.5 ** (t // 60), "cosine": (1 + math.cos(math.pi * t / 300)) / 2}
        for phi, v, g in zip(net.parameters, velocity, grads.parameters, strict=True):
            v[...] = settings.momentum * v + g
            if phi is not net.beta[0] or settings.problem != "two weights":
                phi -= settings.lr * factor[settings.schedule] * v
    yield net, None, None


@pytest.mark.parametrize(
    "settings",
    [
        Settings(batch_size=30, momentum=0.9, lr=0.05, schedule="halving", seed=3),
        Settings("XOR", "too small", batch_size=200, schedule="cosine"),
        Settings("two weights", batch_size=1, momentum=0.5),
        Settings(init="too large"),
    ],
)
def test_the_record_is_that_of_a_plain_loop(settings):
    run = recorded(settings)
    assert run.steps == 300 and run.diverged is None and len(run.parameters) == 301
    loss, rows, values, norms, sizes, changes = bp.BinaryCrossEntropy("mean"), [], [], [], [], []
    before = None
    for t, (net, value, grads) in enumerate(plain_loop(settings, 300)):
        rows.append(np.concatenate([one.ravel() for one in net.parameters]))
        if before is not None:
            changes.append([np.linalg.norm(new - old) for new, old in zip(net.omega, before, strict=True)])
        if t < 300:
            values.append(value)
            norms.append([np.linalg.norm(g) for g in grads.omega])
            sizes.append([np.linalg.norm(omega) for omega in net.omega])
        before = [omega.copy() for omega in net.omega]
        if t % 50 == 0:
            f = net(run.x)
            assert run.losses[t] == pytest.approx(loss(f, run.y), rel=1e-8)
            assert run.right[t] == np.mean((f > 0) == (run.y == 1))
            np.testing.assert_allclose(network_at(run, t)(run.x), f, rtol=1e-7, atol=1e-9)
    np.testing.assert_allclose(run.parameters, rows, rtol=1e-7, atol=1e-10)
    np.testing.assert_allclose(run.batch_losses, values, rtol=1e-7, atol=1e-12)
    np.testing.assert_allclose(gradient_norms(run), norms, rtol=1e-6, atol=1e-12)
    np.testing.assert_allclose(update_ratios(run), np.array(changes) / sizes, rtol=1e-6)


def test_the_same_settings_are_the_same_run_bit_for_bit():
    one, other = recorded(Settings(seed=5)), recorded(Settings(seed=5))
    assert identical(one, other)
    for name in ARRAYS:
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
        with pytest.raises(ValueError, match="read-only"):
            getattr(one, name)[0] = 0
    assert not identical(one, recorded(Settings(seed=6)))
    for name in ("parameters", "gradients", "batch_losses", "rates"):
        assert not identical(one, dataclasses.replace(other, **{name: np.nextafter(getattr(one, name), 1)}))
    # What does not belong to the start leaves it alone, and scaled starts are the same draw.
    start = recorded(Settings(seed=5, batch_size=7, lr=0.1)).parameters[0]
    np.testing.assert_array_equal(start, one.parameters[0])
    np.testing.assert_allclose(recorded(Settings(seed=5, init="too large")).parameters[0], 5 * start)


@pytest.mark.parametrize("settings", [WILD, WILD._replace(lr=1e200), WILD._replace(init="too large", momentum=0.99)])
def test_a_training_that_diverges_is_told_in_words(settings):
    run = made(settings).run
    assert run.diverged == run.steps + 1 and (run.losses <= 1e6).all() and np.isfinite(run.parameters).all()
    with np.errstate(all="ignore"):
        *_, (net, _, _) = plain_loop(settings, run.diverged)
        assert not bp.BinaryCrossEntropy("mean")(net(run.x), run.y) <= 1e6
    for step in (run.steps, run.diverged, 300):
        words = training_picture(made(settings), step).words
        assert "it diverges: from " in words and f"no number after step {run.diverged}" in words
        assert (f"Diverged: after step {run.diverged} " in words) == (step >= run.diverged)


def test_zeros_stay_zeros_and_so_do_dead_units():
    run = recorded(Settings(init="zeros"))
    assert all((run.parameters[:, place] == 0).all() for place in weight_places(run)), "only the last bias moves"
    picture = training_run(run)
    words = picture.words
    assert (
        "does not move by more than 1 %, from 0.69 to 0.69" in words and "all gradients of the weights were 0" in words
    )
    assert picture.svg.count("0, or none, in all steps") == 2
    assert "0, or none, in all steps" not in training_picture(made(Settings()), 0).svg
    two = recorded(Settings("two weights", "zeros"))
    assert two.losses[-1] < 0.75 * two.losses[0], "one layer may start at 0"
    assert (two.parameters[:, 0] == 0).all(), "it has no bias"


@pytest.mark.parametrize("settings", [Settings(), Settings("XOR", momentum=0.9), Settings(init="zeros")])
def test_the_plane_goes_through_the_path_where_it_varies_most(settings):
    run = recorded(settings)
    plane = loss_plane(run, grid=5)
    np.testing.assert_allclose(plane.directions @ plane.directions.T, np.eye(2), atol=1e-9)
    centred = run.parameters - run.parameters.mean(axis=0)
    sizes = np.linalg.svd(centred, compute_uv=False) ** 2
    assert sizes[:2].sum() / sizes.sum() >= plane.share - 1e-12 > 0.995 * sizes[:2].sum() / sizes.sum()
    flat = plane.origin + plane.path @ plane.directions
    assert np.sum((run.parameters - flat) ** 2) == pytest.approx((1 - plane.share) * np.sum(centred**2), abs=1e-9)
    assert plane.path[-1, 0] >= plane.path[0, 0], "the path goes to the right"
    assert plane.path[:, 1].max() >= -plane.path[:, 1].min(), "and turns upwards"
    assert plane.across[0] < plane.path[:, 0].min() and plane.path[:, 0].max() < plane.across[-1]
    assert plane.up[0] < plane.path[:, 1].min() and plane.path[:, 1].max() < plane.up[-1]
    assert np.ptp(plane.across) == pytest.approx(np.ptp(plane.up)) and np.ptp(plane.up) >= 1
    row = plane.origin + plane.across[3] * plane.directions[0] + plane.up[1] * plane.directions[1]
    net = network_at(run, 0)
    for array, values in zip(
        net.parameters, np.split(row, np.cumsum([one.size for one in net.parameters])[:-1]), strict=True
    ):
        array[...] = values.reshape(array.shape)
    assert plane.losses[1, 3] == pytest.approx(bp.BinaryCrossEntropy("mean")(net(run.x), run.y))


def test_the_plane_of_two_weights_is_all_there_is():
    run = recorded(Settings("two weights", lr=1.0))
    plane = loss_plane(run)
    np.testing.assert_array_equal(plane.path, run.parameters[:, 1:])
    assert plane.share == pytest.approx(1)
    i, j = 3, 17
    assert plane.losses[i, j] == losses_at(run, [np.array([0.0, plane.across[j], plane.up[i]])])[0]
    assert "The map is the whole loss" in training_run(run).words


def test_kappa_makes_the_valley_narrow_and_the_words_tell_its_curvatures():
    for kappa in (1.0, 25.0, 400.0):
        run = recorded(Settings("two weights", batch_size=200, lr=7.0 if kappa > 1 else 4.0, kappa=kappa))
        least, greatest = curvatures(run)
        # Where the loss is lowest, by differences of the loss itself.
        end = recorded(Settings("two weights", batch_size=200, lr=4.0, momentum=0.9, kappa=kappa)).parameters[-1]
        steps = 1e-3 / np.sqrt(np.array([greatest, least]))
        hessian = np.empty((2, 2))
        for i in (0, 1):
            for j in (0, 1):
                corners = [
                    end + a * steps[i] * np.eye(3)[i + 1] + b * steps[j] * np.eye(3)[j + 1]
                    for a in (1, -1)
                    for b in (1, -1)
                ]
                f = losses_at(run, corners)
                hessian[i, j] = (f[0] - f[1] - f[2] + f[3]) / (4 * steps[i] * steps[j])
        np.testing.assert_allclose(np.linalg.eigvalsh(hessian), [least, greatest], rtol=2e-2)
        assert 0.8 * kappa < greatest / least < 3 * kappa
        words = training_run(run).words
        assert f"κ about {kappa:g}" in words and f"κ = {greatest / least:.3g}." in words
    # Descent arrives just below 2 ÷ the greatest curvature, and not above it.
    limit = 2 / curvatures(recorded(Settings("two weights")))[1]
    low, high = (recorded(Settings("two weights", batch_size=200, lr=share * limit)) for share in (0.97, 1.05))
    assert low.losses[-1] < 1.001 * low.losses.min() and high.losses[-1] > 1.02 * low.losses[-1]
    np.testing.assert_array_equal(points("XOR", 4.0)[0], points("XOR")[0])


def test_level_lines():
    x, y = np.linspace(-2, 2, 41), np.linspace(-1.5, 1.5, 31)
    bowl = x[None, :] ** 2 + y[:, None] ** 2
    pieces = level_lines(x, y, bowl, 1.0)
    np.testing.assert_allclose(np.hypot(*pieces.reshape(-1, 2).T), 1, atol=2e-3)
    lengths = np.linalg.norm(pieces[:, 0] - pieces[:, 1], axis=1)
    assert lengths.max() < 0.15 and lengths.sum() == pytest.approx(2 * np.pi, rel=5e-3), "every piece once"
    bowl[15, 30] = np.nan  # at (1, 0): the four squares around it have no line
    assert 0 < len(pieces) - len(level_lines(x, y, bowl, 1.0)) <= 4
    assert level_lines(x, y, bowl, 9.0).shape == (0, 2, 2)
    side = np.array([0.0, 1.0])
    for level, cut_off in ((0.3, [(1, 0), (0, 1)]), (0.7, [(0, 0), (1, 1)])):
        # Each piece cuts off the corner that it is next to: the low ones below the mean, the high ones above it.
        middles = level_lines(side, side, np.array([[1.0, 0.0], [0.0, 1.0]]), level).mean(axis=1)
        near = {tuple(middle.round().astype(int)) for middle in middles}
        assert near == set(cut_off)


def test_an_image_holds_its_numbers():
    for shape in ((3, 5), (300, 300)):
        shares = np.random.default_rng(0).random(shape)
        data = base64.b64decode(raster(shares, (255, 255, 255), (3, 2, 1)).split(",")[1])
        assert struct.unpack(">II", data[16:24]) == shape[::-1]
        chunks, at = {}, 8
        while at < len(data):
            (size,) = struct.unpack(">I", data[at : at + 4])
            name, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + size]
            assert struct.unpack(">I", data[at + 8 + size : at + 12 + size])[0] == zlib.crc32(name + body)
            chunks[name], at = body, at + 12 + size
        pixels = np.frombuffer(zlib.decompress(chunks[b"IDAT"]), np.uint8).reshape(shape[0], shape[1] + 1)
        assert (pixels[:, 0] == 0).all()
        np.testing.assert_array_equal(pixels[:, 1:], np.round(63 * shares))
        palette = np.frombuffer(chunks[b"PLTE"], np.uint8).reshape(-1, 3)
        assert len(palette) == 64 and palette[0].tolist() == [255, 255, 255] and palette[-1].tolist() == [3, 2, 1]
    for bad in (1.1, -0.1, np.nan):
        with pytest.raises(ValueError, match="outside of 0 to 1"):
            raster(np.array([[bad]]), (0, 0, 0), (1, 1, 1))


def elements(picture, kind, **attributes):
    found = ElementTree.fromstring(picture.svg).iter(SVG + kind)
    return [one for one in found if all(one.get(name) == value for name, value in attributes.items())]


def numbers(text):
    return np.array(re.findall(r"-?[\d.]+", text), dtype=float)


@pytest.mark.parametrize("step", [0, 77, 300])
def test_the_maps_show_the_boundary_and_the_path_of_the_moment(step):
    one = made(Settings(lr=0.5, momentum=0.5))
    run = one.run
    picture = training_picture(one, step)
    # The line where both classes are as likely: back from the sheet to x, the network says 0 there.
    (line,) = elements(picture, "path", **{"stroke-width": "2.4", "fill": "none", "stroke": INK})[:1]
    ends = numbers(line.get("d")).reshape(-1, 2)
    low, high = run.x.min(axis=1), run.x.max(axis=1)
    margin = 0.07 * (high - low)
    x = (low - margin)[:, None] + (high - low + 2 * margin)[:, None] * [
        (ends[:, 0] - 44) / 300,
        1 - (ends[:, 1] - 44) / 300,
    ]
    f = network_at(run, step)
    assert len(ends) > 20 and np.abs(f(x)).max() < 0.05 * np.abs(f(run.x)).max()
    # The shades: the image's pixels are the probabilities, upper row first.
    images = elements(picture, "image")
    assert len(images) == 2
    data = base64.b64decode(images[0].get("href").split(",")[1])
    start = data.index(b"IDAT") + 4
    pixels = np.frombuffer(
        zlib.decompress(data[start : start + struct.unpack(">I", data[start - 8 : start - 4])[0]]), np.uint8
    )
    corner = f(np.array([[low[0] - margin[0]], [high[1] + margin[1]]]))[0, 0]
    assert pixels.reshape(45, 46)[0, 1] == round(63 / (1 + math.exp(-corner)))
    # The path up to now, and the rest of it.
    plane = one.plane
    share = (plane.path - [plane.across[0], plane.up[0]]) / (plane.across[-1] - plane.across[0])
    sheet_path = np.stack([404 + 300 * share[:, 0], 344 - 300 * share[:, 1]], axis=1)
    lines = {one.get("stroke-width"): numbers(one.get("points")).reshape(-1, 2)
             for one in elements(picture, "polyline")[:3]}  # fmt: skip
    np.testing.assert_allclose(lines["0.9"], sheet_path, atol=0.06)
    np.testing.assert_allclose(lines["2"], sheet_path[: step + 1], atol=0.06)
    (ring,) = elements(picture, "circle", r="6", fill=DARK)[:1]
    np.testing.assert_allclose([float(ring.get("cx")), float(ring.get("cy"))], sheet_path[step], atol=0.06)
    # The line through the diagrams.
    (now,) = elements(picture, "path", **{"stroke-width": "1.6"})
    assert numbers(now.get("d"))[0] == pytest.approx(766 + 222 * step / 300, abs=0.06)


def test_curves_are_on_logarithmic_scales_and_points_are_all_there():
    run = made(Settings()).run
    picture = training_picture(made(Settings()), 10)
    (line, *_) = elements(picture, "polyline", **{"stroke-width": "2", "stroke": DARK})
    whole = numbers(line.get("points")).reshape(-1, 2)
    np.testing.assert_allclose(whole[:, 0], 766 + 222 * np.arange(301) / 300, atol=0.06)
    heights = np.log10(run.losses)
    slope = np.polyfit(heights, whole[:, 1], 1)
    np.testing.assert_allclose(np.polyval(slope, heights), whole[:, 1], atol=0.08)
    assert slope[0] < 0, "higher is up"
    # Norms are drawn as the geometric mean of a step and its eight neighbours, on three decades or so.
    norms = np.log10(gradient_norms(run)[:, 0])
    means = np.array([norms[max(t - 4, 0) : t + 5].mean() for t in range(300)])
    (line, *_) = elements(picture, "polyline", **{"stroke-width": "1.8", "stroke": DARK})
    drawn_norms = numbers(line.get("points")).reshape(-1, 2)[:, 1]
    np.testing.assert_allclose(np.polyval(np.polyfit(means, drawn_norms, 1), means), drawn_norms, atol=0.08)
    (circles,) = (one.get("d") for one in elements(picture, "path", fill=LIGHT, stroke=INK) if "a3.4" in one.get("d"))
    (squares,) = (one.get("d") for one in elements(picture, "path", fill=DARK, stroke="white"))
    assert circles.count("M") == squares.count("M") == 100


def test_level_lines_of_the_loss_are_labelled_with_their_loss():
    one = made(Settings())
    labels = elements(training_picture(one, 0), "text", **{"paint-order": "stroke"})
    assert len({label.text for label in labels}) == len(labels) >= 4
    corner, wide = np.array([one.plane.across[0], one.plane.up[0]]), one.plane.across[-1] - one.plane.across[0]
    for label in labels:
        place = np.array([float(label.get("x")) - 404, 344 - float(label.get("y"))]) / 300
        row = one.plane.origin + (corner + wide * place) @ one.plane.directions
        assert losses_at(one.run, [row])[0] == pytest.approx(float(label.text), rel=0.05)


def test_the_words_tell_the_numbers():
    run = recorded(Settings(batch_size=30, schedule="cosine"))
    one = sheet(run)
    words = training_picture(one, 150).words

    def two(value):
        return f"{value:.2g}".replace("-", "−")

    assert words.startswith(
        "Training on two moons, start He, learning rate 0.3, momentum 0, batches of 30, cosine, seed 0"
    )
    assert f": in 300 steps the loss falls from {two(run.losses[0])} to {two(run.losses[-1])}. After 150 of" in words
    assert f"(21.4 epochs): loss {two(run.losses[150])}, {100 * run.right[150]:.3g} % of the points" in words
    norms, ratios = gradient_norms(run)[149], update_ratios(run)[149]
    assert (
        f"Last step: learning rate {two(run.rates[149])}, gradient norms {', '.join(map(two, norms))}, "
        f"updates ÷ weights {', '.join(map(two, ratios))}." in words
    )
    flat = one.plane.origin + one.plane.path[150] @ one.plane.directions
    on_map = float(re.search(r"the map shows a loss of ([\d.]+);", words)[1])
    assert on_map == pytest.approx(losses_at(run, [flat])[0], rel=0.1)
    assert f"The map holds {math.floor(100 * one.plane.share)} % of the path's variance." in words
    assert f"that of the network is {two(run.losses[150])}." in words
    assert "No step was made yet." in training_picture(one, 0).words


def parts(explorer):
    grid, row, box = explorer.children
    (place,) = box.children
    play, step, *buttons, said = row.children
    named = dict(zip(Settings._fields, grid.children, strict=True))
    return named, play, step, {button.description: button for button in buttons}, said, place


def test_every_control_shows_the_run_of_its_settings_and_reset_brings_the_start_back():
    explorer = training_laboratory()
    named, play, step, buttons, said, place = parts(explorer)
    settings = Settings()
    assert place.value == training_picture(made(settings), 0).svg
    assert explorer._still.svg == training_picture(made(settings), 300).svg
    step.value = 40
    assert place.value == training_picture(made(settings), 40).svg
    assert named["kappa"].disabled, "it counts for two weights only"
    changes = [("problem", "two weights"), ("kappa", 100.0), ("init", "zeros"), ("lr", 1.0), ("momentum", 0.5),
               ("batch_size", 200), ("schedule", "cosine"), ("seed", 4), ("problem", "XOR")]  # fmt: skip
    for name, value in changes:
        named[name].value = value
        settings = settings._replace(**{name: value})
        assert place.value == training_picture(made(settings), 40).svg, (name, value)
        assert said.value.endswith(">&nbsp;</span>")
    buttons["new seed"].click()
    assert named["seed"].value == 5 and "seed 5" in place.value
    buttons["replay the same seed"].click()
    assert "seed 5 once more: the same run, bit for bit" in said.value and step.value == 0 and play.playing
    buttons["reset"].click()
    assert {name: control.value for name, control in named.items()} == Settings()._asdict()
    assert place.value == training_picture(made(Settings()), 0).svg and not play.playing


def test_replay_trains_again_and_would_notice_a_difference(monkeypatch):
    settings = Settings("two weights")
    _, _, _, buttons, said, _ = parts(training_laboratory("two weights"))
    other = dataclasses.replace(recorded(settings._replace(lr=0.3 + 1e-15)), settings=settings)
    monkeypatch.setattr(laboratory, "recorded", lambda settings: other)
    buttons["replay the same seed"].click()
    assert "seed 0 once more: NOT the same run" in said.value


def test_several_controls_at_once_train_once_and_an_older_training_is_not_shown(monkeypatch):
    named, _, step, buttons, _, place = parts(training_laboratory("two weights", seed=7))
    assert not named["kappa"].disabled
    named["lr"].value, named["momentum"].value = 1.0, 0.5
    step.value = 9
    seen, pictures = [], []
    place.observe(pictures.append, names="value")

    def training(settings):
        seen.append(settings)
        if settings.lr == 2.0:  # as from another thread of JupyterLab, in the middle of a training
            named["lr"].value = 3.0
        return recorded(settings)

    monkeypatch.setattr(laboratory, "recorded", training)
    buttons["reset"].click()
    assert seen == [Settings("two weights", seed=7)] and len(pictures) == 1
    named["lr"].value = 2.0
    assert [one.lr for one in seen[1:]] == [2.0, 3.0] and "learning rate 3," in place.value


def test_the_learning_rate_counts_as_it_is_shown():
    named, _, _, _, _, place = parts(training_laboratory("two weights"))
    named["lr"].value = 10**-0.525  # where the slider stands: 0.2985
    assert named["lr"].readout_format == ".2g" and "learning rate 0.3," in place.value
    assert place.value == training_picture(made(Settings("two weights")), 0).svg


def test_a_page_without_a_kernel_gets_the_still_picture():
    data = training_laboratory(problem="two weights")._repr_mimebundle_()
    assert data["text/html"].startswith('<img alt="Training on two weights, start He')
    assert data["text/plain"].startswith(
        "Training laboratory: run this cell to use it. Still picture: Training on two wei"
    )
    assert "After 300 of 300 steps" in data["text/plain"]


@pytest.mark.parametrize(
    ("call", "error", "sentence"),
    [
        (lambda: training_laboratory(lr=20), ValueError, "lr is 20, expected 0.001 to 10, as on the control."),
        (lambda: training_laboratory(lr="1"), TypeError, "lr is str '1', expected real numbers."),
        (lambda: training_laboratory(momentum=1.0), ValueError, "momentum is 1.0, expected 0 to 0.99, as on the cont"),
        (lambda: training_laboratory(batch_size=0), ValueError, "batch_size is 0, expected 1 to 200, as on the contr"),
        (lambda: training_laboratory(batch_size=2.5), TypeError, "batch_size is float 2.5, expected a whole number."),
        (lambda: training_laboratory(seed=-1), ValueError, "seed is -1, expected a whole number of at least 0."),
        (lambda: training_laboratory(problem="moons"), ValueError, "problem is 'moons', expected one of 'two moons', "),
        (lambda: training_laboratory(init="he"), ValueError, "init is 'he', expected one of 'zeros', 'too small', 'He"),
        (lambda: training_laboratory(kappa=0.5), ValueError, "kappa is 0.5, expected 1 to 400, as on the control."),
        (lambda: points("two weights", 0.9), ValueError, "kappa is 0.9, expected a number of at least 1."),
        (lambda: points("rings"), ValueError, "problem is 'rings', expected one of 'two moons', 'XOR', 'two weights'."),
        (lambda: recorded(Settings(schedule="step")), ValueError, "schedule is 'step', expected one of 'constant', "),
        (lambda: recorded(Settings(batch_size=201)), ValueError, "batch_size is 201, but there are only 200 examples"),
        (lambda: recorded(Settings(lr=-1)), ValueError, "lr is -1, expected a number that is not negative."),
        (lambda: network_at(made(WILD).run, 200), ValueError, "step is 200, expected at most "),
        (lambda: training_run(made(WILD).run, 301), ValueError, "step is 301, expected at most 300."),
    ],
)
def test_bad_input_gets_one_clear_sentence(call, error, sentence):
    with pytest.raises(error) as raised:
        call()
    assert sentence in str(raised.value) and "\n" not in str(raised.value)


def test_problems_need_what_they_are_said_to_need():
    assert list(PROBLEMS) == ["two moons", "XOR", "two weights"] and list(SCHEDULES) == [
        "constant",
        "halving",
        "cosine",
    ]
    assert set(START_SCALES) == {"zeros", "too small", "He", "too large"}
    for problem in ("two moons", "XOR"):
        assert recorded(Settings(problem)).right[-1] > 0.95
    x, y = points("XOR")
    assert np.mean((x[0] * x[1] < 0) == (y[0] == 1)) > 0.95
    x, y = points("two weights")
    assert 4 < x[0].std() / x[1].std() < 6.5 and 0.7 < recorded(Settings("two weights")).right[-1] < 0.85
