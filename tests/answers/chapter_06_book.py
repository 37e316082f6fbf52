"""Right and wrong answers to 7.16 and 7.17; a wrong one comes with words of its diagnosis."""

# Written as students write: long, repetitive, and each on its own.
import math

import numpy as np

import bpkit as bp

# ---- 7.16

MEAN = bp.LeastSquares(reduction="mean")


def plain_7_16(make_network, x, y, orders, batch_size, lr, momentum, step_size, gamma):
    net = make_network()
    optimizer = bp.SGD(net.parameters, lr=lr, momentum=momentum)
    losses, epoch_losses = [], []
    for epoch, order in enumerate(orders):
        optimizer.lr = lr * gamma ** (epoch // step_size)
        epoch_loss = 0.0
        for first in range(0, len(order), batch_size):
            batch = order[first : first + batch_size]
            value, grads = bp.backprop(net, MEAN, x[:, batch], y[:, batch])
            optimizer.step(grads.parameters)
            losses.append(value)
            epoch_loss += value
        epoch_losses.append(epoch_loss)
    return losses, epoch_losses, MEAN(net(x), y)


def by_hand_7_16(make_network, x, y, orders, batch_size, lr, momentum, step_size, gamma):
    """Momentum written out, the derivative of the sum, divided."""
    net = make_network()
    velocities = [0.0] * len(net.parameters)
    losses = []
    for epoch in range(len(orders)):
        if epoch > 0 and epoch % step_size == 0:
            lr *= gamma
        x_epoch, y_epoch = x[:, orders[epoch]], y[:, orders[epoch]]
        while x_epoch.size:
            x_batch, y_batch = x_epoch[:, :batch_size], y_epoch[:, :batch_size]
            x_epoch, y_epoch = x_epoch[:, batch_size:], y_epoch[:, batch_size:]
            total, grads = bp.backprop(net, bp.LeastSquares(), x_batch, y_batch)
            losses.append(total / y_batch.size)
            velocities = [momentum * v + g / y_batch.size for v, g in zip(velocities, grads.parameters, strict=True)]
            for parameter, v in zip(net.parameters, velocities, strict=True):
                parameter -= lr * v
    losses = np.array(losses)
    return {"final": np.mean((net(x) - y) ** 2), "losses": losses,
            "epoch_losses": losses.reshape(len(orders), -1).sum(axis=1)}  # fmt: skip


def split_7_16(make_network, x, y, orders, batch_size, lr, momentum, step_size, gamma):
    net = make_network()
    optimizer = bp.SGD(net.parameters, lr, momentum=momentum)
    losses = []
    for epoch, order in enumerate(orders, start=1):
        for batch in np.split(order, range(batch_size, len(order), batch_size)):
            trace = net.forward(x[:, batch])
            losses.append(np.mean((trace.output - y[:, batch]) ** 2))
            optimizer.step(net.backward(trace, MEAN.gradient(trace.output, y[:, batch])).parameters)
        if epoch % step_size == 0:
            optimizer.lr *= gamma
    batches = math.ceil(x.shape[1] / batch_size)
    sums = [sum(losses[first : first + batches]) for first in range(0, len(losses), batches)]
    return [np.array(losses), sums, MEAN(net(x), y)]


RIGHT_7_16 = [plain_7_16, by_hand_7_16, split_7_16]


def changed_7_16(**changed):
    """The right loop with other settings, given as functions of the right ones."""

    def answer(**a):
        return plain_7_16(**{**a, **{name: change(a) for name, change in changed.items()}})

    return answer


def each_batch_7_16(make_network, x, y, orders, batch_size, lr, momentum, step_size, gamma):
    net, losses, epoch_losses, steps = make_network(), [], [], 0
    optimizer = bp.SGD(net.parameters, lr=lr, momentum=momentum)
    for order in orders:
        for first in range(0, len(order), batch_size):
            batch = order[first : first + batch_size]
            value, grads = bp.backprop(net, MEAN, x[:, batch], y[:, batch])
            optimizer.step(grads.parameters)
            losses.append(value)
            steps += 1
            if steps % step_size == 0:
                optimizer.lr *= gamma
        epoch_losses.append(sum(losses[-2:]))
    return losses, epoch_losses, MEAN(net(x), y)


def new_optimizer_7_16(make_network, x, y, orders, batch_size, lr, momentum, step_size, gamma):
    net, losses, epoch_losses = make_network(), [], []
    for epoch, order in enumerate(orders):
        optimizer = bp.SGD(net.parameters, lr=lr * gamma ** (epoch // step_size), momentum=momentum)
        for first in range(0, len(order), batch_size):
            batch = order[first : first + batch_size]
            value, grads = bp.backprop(net, MEAN, x[:, batch], y[:, batch])
            optimizer.step(grads.parameters)
            losses.append(value)
        epoch_losses.append(sum(losses[-2:]))
    return losses, epoch_losses, MEAN(net(x), y)


def sum_of_squares_7_16(make_network, x, y, orders, batch_size, lr, momentum, step_size, gamma):
    """Averaged over the examples and summed over the outputs."""
    net, losses, epoch_losses = make_network(), [], []
    optimizer = bp.SGD(net.parameters, lr=lr, momentum=momentum)
    for epoch, order in enumerate(orders):
        optimizer.lr = lr * gamma ** (epoch // step_size)
        for first in range(0, len(order), batch_size):
            batch = order[first : first + batch_size]
            value, grads = bp.backprop(net, bp.LeastSquares(), x[:, batch], y[:, batch])
            optimizer.step([g / len(batch) for g in grads.parameters])
            losses.append(value / len(batch) / len(y))
        epoch_losses.append(sum(losses[-2:]))
    return losses, epoch_losses, MEAN(net(x), y)


def other_entries_7_16(change):
    return lambda **a: change(*plain_7_16(**a), a)


WRONG_7_16 = [
    (changed_7_16(momentum=lambda a: 0.0), "`losses` and `final`: momentum is missing"),
    (changed_7_16(gamma=lambda a: 1.0), "the learning rate never changes"),
    (changed_7_16(orders=lambda a: [np.arange(5)] * 3), "not taken in the given orders"),
    (each_batch_7_16, "the schedule counts iterations"),
    (new_optimizer_7_16, "the velocity is lost"),
    (sum_of_squares_7_16, "MSELoss averages over the outputs too"),
    (other_entries_7_16(lambda losses, sums, final, a: (losses, np.array(sums) / 2, final)),
     "`epoch_losses`: this is the mean of the batch losses"),
    (other_entries_7_16(lambda losses, sums, final, a: (losses, losses[1::2], losses[-1])),
     "`final`: this is the loss of the last batch"),
    (other_entries_7_16(lambda losses, sums, final, a: (2 * np.array(losses), sums, final * a["y"].size)),
     "`losses`: this is the loss summed over the outputs"),
]  # fmt: skip


# ---- 7.17


def stable_7_17(f, y):
    t = np.where(y > 0, 1.0, 0.0)
    small = np.exp(-np.abs(f))
    p = np.where(f >= 0, 1 / (1 + small), small / (1 + small))
    loss = np.mean(np.maximum(f, 0) + np.log1p(small) - t * f)
    return t, p, loss, (p - t) / f.size, 2 * (p - t) * p * (1 - p) / f.size


def with_library_7_17(f, y):
    t = (y > 0).astype(int)
    value, gradient = bp.BinaryCrossEntropy(reduction="mean").value_and_gradient(f, t)
    p = gradient * f.size + t
    return {"loss": value, "dl_df": gradient, "p": p, "t": t, "squares": 2 * gradient * p * (1 - p)}


def one_by_one_7_17(f, y):
    rows = []
    for logit, target in zip(f[0], y[0], strict=True):
        t = 1 if target > 0 else 0
        p = 1 / (1 + math.exp(-logit)) if logit > 0 else math.exp(logit) / (1 + math.exp(logit))
        right = logit if t == 1 else -logit  # the loss is log(1 + exp(−right))
        loss = math.log1p(math.exp(-right)) if right > 0 else -right + math.log1p(math.exp(right))
        rows.append((t, p, loss, p - t, 2 * (p - t) * p * (1 - p)))
    columns = np.array(rows).T
    return [columns[0], columns[1], columns[2].mean(), columns[3] / f.size, columns[4] / f.size]


RIGHT_7_17 = [stable_7_17, with_library_7_17, one_by_one_7_17]


def other_entries_7_17(**changed):
    """The right answer with other entries, given as functions of f, t and p."""

    def answer(f, y):
        t, p, loss, dl_df, squares = stable_7_17(f, y)
        right = {"t": t, "p": p, "loss": loss, "dl_df": dl_df, "squares": squares}
        return {**right, **{name: change(f, t, p) for name, change in changed.items()}}

    return answer


def naive_7_17(f, y):
    t, p, _, dl_df, squares = stable_7_17(f, y)
    with np.errstate(all="ignore"):
        loss = -np.mean(t * np.log(p) + (1 - t) * np.log(1 - p))
    return t, p, loss, dl_df, squares


def clipped_7_17(f, y):
    t, p, _, dl_df, squares = stable_7_17(f, y)
    clipped = np.clip(p, 1e-12, 1 - 1e-12)
    return t, p, -np.mean(t * np.log(clipped) + (1 - t) * np.log(1 - clipped)), dl_df, squares


WRONG_7_17 = [
    (other_entries_7_17(t=lambda f, t, p: 2 * t - 1), "`t`: −1 and 1 are two classes as well"),
    (other_entries_7_17(p=lambda f, t, p: 1 - p), "`p`: this is the probability of class 0"),
    (other_entries_7_17(loss=lambda f, t, p: np.sum(np.logaddexp(0, f) - t * f)), "`loss`: this is the sum"),
    (other_entries_7_17(dl_df=lambda f, t, p: p - t), "`dl_df`: this is the gradient of the sum"),
    (other_entries_7_17(dl_df=lambda f, t, p: (t - p) / f.size), "`dl_df`: the sign"),
    (other_entries_7_17(dl_df=lambda f, t, p: (p - t) * p * (1 - p) / f.size), "it cancels"),
    (other_entries_7_17(squares=lambda f, t, p: 2 * (p - t) / f.size),
     "`squares`: the slope of the sigmoid is missing"),
    (other_entries_7_17(squares=lambda f, t, p: 2 * (f - t) / f.size), "the logits are compared with the targets"),
    (naive_7_17, "not a finite number"),
    (clipped_7_17, "p is kept away from 0 and 1, which cuts the loss off"),
]  # fmt: skip


RIGHT = {"7.16": RIGHT_7_16, "7.17": RIGHT_7_17}
WRONG = {"7.16": WRONG_7_16, "7.17": WRONG_7_17}
