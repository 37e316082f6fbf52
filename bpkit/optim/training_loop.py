"""The training loop: epochs of minibatches, with early stopping, and a file from which an interrupted one goes on."""

import math
import os
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from bpkit.networks.losses import Loss, Penalty
from bpkit.networks.network import Network
from bpkit.numerical.arguments import whole_number
from bpkit.numerical.whole_file import try_to_write
from bpkit.optim.optimizer import Optimizer
from bpkit.optim.resuming import check_belongs, identity, resume
from bpkit.optim.schedules import Schedule
from bpkit.optim.snapshot import read, write
from bpkit.optim.training import History, Training
from bpkit.optim.training_arguments import check_optimizer

SECONDS = 5.0  # between two snapshots: what an interruption costs at most
SECONDS_WITHOUT_BAR = 2.0  # unless tqdm's own variable TQDM_DELAY says otherwise


def fit(
    net: Network,
    loss: Loss,
    data: tuple[Any, Any],
    optimizer: Optimizer,
    epochs: int,
    *,
    batch_size: int,
    rng: np.random.Generator | int,
    schedule: Schedule | None = None,
    validation: tuple[Any, Any] | None = None,
    patience: int | None = None,
    penalty: Penalty | None = None,
    snapshot: str | os.PathLike[str] | None = None,
    drop_last: bool = False,
    weights: Any = None,
) -> History:
    """Train a network on minibatches, every example once in an epoch, in a new order each time; return what happened.

    `data` is a pair (x, y) whose columns are examples. The last batch of an epoch holds the remainder, or is left out
    when `drop_last` is true. `weights` (I,) are how much each example counts, as in `bp.backprop`. `rng` draws the
    orders and what random layers need. `schedule.step()` is called after each epoch. With `validation`, another pair,
    the loss on it is recorded after each epoch. With `patience` as well, the training ends when it has not fallen for
    so many epochs, and the network holds, however it ended, the parameters of the epoch `history.best`, in which it was
    lowest; without, the last ones. A loss that is not finite ends it. A progress bar appears after two seconds.

    `snapshot` is the name of a file. Every five seconds, and at the end, everything the training depends on is written
    to it; if there is such a file already, the training goes on from it, and ends bit for bit as if it had never been
    interrupted, or, with more `epochs`, goes on where it ended. The learning rates are those of the snapshot; a warning
    says so if those of `optimizer` are others, and another one if the training had diverged.

    Raises TypeError or ValueError for data, batches, an optimizer, a schedule or a snapshot that do not fit the network
    and each other, and for a damaged snapshot; OSError if the snapshot cannot be written.

    >>> import bpkit as bp
    >>> x = np.linspace(-1, 1, 50)[None, :]
    >>> net = bp.mlp([1, 20, 1], rng=0)
    >>> optimizer = bp.SGD(net.parameters, lr=0.1)
    >>> history = fit(net, bp.LeastSquares("mean"), (x, x**2), optimizer, epochs=20, batch_size=10, rng=0)
    >>> len(history.steps), history.epochs[-1] < history.epochs[0], history.ended
    (100, True, 'all epochs')
    """
    epochs = whole_number("epochs", epochs)
    training = Training(
        net, loss, data, optimizer, batch_size, np.random.default_rng(rng), schedule=schedule, validation=validation,
        patience=patience, penalty=penalty, drop_last=drop_last, weights=weights,
    )  # fmt: skip
    file = _SnapshotFile(None if snapshot is None else Path(snapshot), training)
    check_optimizer(net, optimizer, schedule)
    file.resume()
    history = training.history
    with _progress(epochs * math.ceil(training.used / training.batch_size), len(history.steps)) as bar:
        while history.ended in ("", "all epochs") and training.number < epochs:
            for _ in training.epoch():
                bar.update()
                file.write_if_due()
    history.ended = history.ended or "all epochs"
    file.write()
    training.keep_best()
    return history


class _SnapshotFile:
    """The file from which a training goes on if it is there, and to which it is written; without a path, nothing.

    That it can be written is tried first, and that it belongs to the training: not after hours of work.
    """

    def __init__(self, path: Path | None, training: Training) -> None:
        self.path, self.training, self.written, self.found = path, training, time.monotonic(), None
        if path is None:
            return
        try:
            try_to_write(path)
        except OSError as error:
            raise OSError(
                f"snapshot {str(path)!r} cannot be written ({error}): is it a name for a file in a folder that is "
                "there, and that you may write to?"
            ) from None
        self.identity = identity(training)
        if path.exists():
            self.found = read(path)
            check_belongs(self.found, self.identity, training, path)

    def resume(self) -> None:
        """Go on from the file, if there was one."""
        if self.path is not None and self.found is not None:
            resume(self.training, self.found, self.path)

    def write(self) -> None:
        """Write the training as it is now."""
        if self.path is not None:
            write(self.path, self.training.state() | {"identity": self.identity})
            self.written = time.monotonic()

    def write_if_due(self) -> None:
        """Write it if the last time is some seconds ago."""
        if time.monotonic() - self.written > SECONDS:
            self.write()


def _progress(steps: int, done: int) -> Any:
    """A progress bar, from tqdm where it is installed."""
    try:
        from tqdm.auto import tqdm
    except ImportError:
        return _NoBar()
    if sys.platform == "emscripten":
        tqdm.monitor_interval = 0  # the monitor would be a thread, and a browser has none
    delay = float(os.environ.get("TQDM_DELAY", SECONDS_WITHOUT_BAR))
    return tqdm(total=steps, initial=done, unit="step", delay=delay, leave=False)


class _NoBar:
    def __enter__(self) -> "_NoBar":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def update(self) -> None:
        pass
