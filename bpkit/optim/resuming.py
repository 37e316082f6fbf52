"""Puts a training back to where its snapshot was written, if the snapshot belongs to it and is sound."""

import copy
import hashlib
import warnings
from pathlib import Path
from typing import Any

import numpy as np

from bpkit.networks.configuration import configuration, difference, fingerprint
from bpkit.numerical.arrays import Array
from bpkit.optim.snapshot import Tree, damaged
from bpkit.optim.training import History, Training

LOSSES = ("steps", "epochs", "validation")  # in the history


def identity(training: Training) -> dict[str, Any]:
    """Return what must be the same for a training to go on: configurations, and what tells its data from others."""
    numbers = {id(array): number for number, array in enumerate(training.changing)}
    parts = {
        "network": [training.net, [f"{array.shape} {array.dtype}" for array in training.changing]],
        "loss": training.loss, "optimizer": training.optimizer, "schedule": training.schedule,
        "penalty": training.penalty, "batch_size": training.batch_size, "drop_last": training.drop_last,
        "rng": type(training.rng.bit_generator).__name__,
        "data": [fingerprint(array) for array in training.data],
        "validation": [fingerprint(array) for array in training.validation or ()],
        "weights": None if training.weights is None else fingerprint(training.weights),
    }  # fmt: skip
    return {name: configuration(part, numbers) for name, part in parts.items()}


def check_belongs(snapshot: Tree, own: dict[str, Any], training: Training, path: Path) -> None:
    """Raise ValueError if the snapshot is of another training than the one with this identity."""
    try:
        if "signature" in snapshot:  # written by an earlier version
            saved, own = _earlier_identity(snapshot), _earlier_identity_of(training)
        else:
            saved = dict(snapshot["identity"])
    except Exception:  # damaged values can lead to any error
        raise damaged(path) from None
    differing = {name: found for name in own if (found := difference(saved.get(name), own[name], name))}
    if differing:
        raise ValueError(
            f"snapshot {str(path)!r} belongs to another training: {' and '.join(differing)} differ "
            f"({next(iter(differing.values()))}). Choose another name, or delete it to begin again."
        )


def resume(training: Training, snapshot: Tree, path: Path) -> None:
    """Go on where the snapshot was written, or raise ValueError and change nothing.

    Warns if the optimizer has another learning rate than the training began with, which is not used, and if the
    training had diverged.
    """
    try:
        sound = _is_sound(snapshot, training)
    except Exception:  # damaged values can lead to any error
        sound = False
    if not sound:
        raise damaged(path)
    optimizer, schedule = training.optimizer, training.schedule
    before = optimizer.state()
    try:
        optimizer.restore(snapshot["optimizer"])
        if schedule is not None:
            schedule.restore(snapshot["schedule"])
    except (TypeError, ValueError) as error:
        optimizer.restore(before)
        raise ValueError(f"snapshot {str(path)!r} belongs to another training, or it is damaged: {error}") from None
    for array, saved in zip(training.changing, [*snapshot["parameters"], *snapshot["states"]], strict=True):
        array[...] = saved
    training.rng.bit_generator.state = snapshot["rng"]
    history = snapshot["history"]
    training.history = History(**(history | {name: list(map(float, history[name])) for name in LOSSES}))
    training.best, training.order, training.total = snapshot["best"], snapshot["order"], snapshot["total"]
    training.position, training.number = snapshot["position"], snapshot["epoch"]
    _warn(training, before["lr"].tolist(), path)


def _is_sound(snapshot: Tree, training: Training) -> bool:
    """Whether all values in a snapshot can be those of this training."""
    epoch, order, position, history = (snapshot[name] for name in ("epoch", "order", "position", "history"))
    rng, best, examples = snapshot["rng"], snapshot["best"], training.data[0].shape[1]
    copy.deepcopy(training.rng).bit_generator.state = rng  # NumPy refuses most damaged ones
    losses = [np.asarray(history[name]) for name in LOSSES]
    steps = epoch * -(-training.used // training.batch_size)
    steps += 0 if order is None else -(-position // training.batch_size)
    return all([
        training.state().keys() <= snapshot.keys(),
        _alike([*snapshot["parameters"], *snapshot["states"]], training.changing),
        len(snapshot["parameters"]) == len(training.net.parameters),
        best == [] or _alike(best, training.changing),
        (snapshot["schedule"] is None) == (training.schedule is None),
        0 <= rng.get("buffer_pos", 0) <= 4 and 0 <= rng["state"].get("pos", 0) <= 624,  # NumPy would read beyond
        order is None or _is_permutation(order, examples),
        _is_count(position) and (order is None or position % training.batch_size == 0),
        _is_count(epoch) and epoch == len(history["epochs"]) and isinstance(snapshot["total"], int | float),
        set(history) == set(vars(History())) and isinstance(history["ended"], str),
        all(one.ndim == 1 and (one.dtype.kind == "f" or not one.size) for one in losses),
        len(history["steps"]) - steps in (0, 1),  # one more if its loss was not finite
        len(history["validation"]) == (0 if training.validation is None else epoch),
        (history["best"] is None) == (best == []),
        history["best"] is None or (_is_count(history["best"]) and history["best"] < epoch),
    ])  # fmt: skip


def _alike(saved: list[Array], own: list[Array]) -> bool:
    return [(a.shape, a.dtype) for a in saved] == [(a.shape, a.dtype) for a in own]


def _is_count(value: Any) -> bool:
    return type(value) is int and 0 <= value < 2**62


def _is_permutation(order: Array, number: int) -> bool:
    return order.dtype.kind == "i" and np.array_equal(np.sort(order), np.arange(number))


def _warn(training: Training, given: list[float], path: Path) -> None:
    """Say aloud what a reader who resumes might not expect."""
    saved = [group.lr for group in training.optimizer.groups]
    first = saved if training.schedule is None else training.schedule.state()["first_lr"].tolist()
    if given not in (saved, first):
        warnings.warn(
            f"the learning rate of optimizer is {_listed(given)}, but the training goes on with that of snapshot "
            f"{str(path)!r}, {_listed(saved)}: to train with another one, delete the snapshot and begin again.",
            stacklevel=5,
        )
    diverged = "the loss was" in training.history.ended
    if diverged or not all(np.isfinite(array).all() for array in training.changing):
        reason = training.history.ended if diverged else "its parameters hold NaN or infinity"
        warnings.warn(
            f"snapshot {str(path)!r} is of a training that had diverged ({reason}), so there is nothing good to go on "
            "from: delete it, and begin again with a smaller learning rate.",
            stacklevel=5,
        )


def _listed(rates: list[float]) -> str:
    return " and ".join(f"{lr:g}" for lr in dict.fromkeys(rates))


def _earlier_identity(snapshot: Tree) -> dict[str, Any]:
    """What a snapshot of an earlier version says of its training."""
    others = {"schedule": snapshot["schedule"] is not None, "rng": snapshot["rng"]["bit_generator"]}
    return {**snapshot["signature"], **others, "drop_last": False}


def _earlier_identity_of(training: Training) -> dict[str, Any]:
    """What an earlier version would have said of this training."""
    return {
        "network": repr(training.net), "loss": repr(training.loss), "optimizer": type(training.optimizer).__name__,
        "data": _one_hash(training.data), "validation": _one_hash(training.validation or ()),
        "batch_size": str(training.batch_size), "penalty": repr(training.penalty),
        "schedule": training.schedule is not None, "rng": type(training.rng.bit_generator).__name__,
        "drop_last": training.drop_last,
    }  # fmt: skip


def _one_hash(arrays: tuple[Array, ...]) -> str:
    found = hashlib.sha256()
    for array in arrays:
        found.update(f"{array.shape} {array.dtype}".encode() + np.ascontiguousarray(array).tobytes())
    return found.hexdigest()
