"""Right and wrong answers to 7.16 and 7.17; a wrong one comes with words of its diagnosis."""

# Written as students write: long, repetitive, and each on its own.
import math

import numpy as np

import bpkit as bp

# ---- 7.16

MEAN = bp.LeastSquares(reduction="mean")


def plain_7_16(make_network, x, y, orders, batch_size, lr, momentum, step_size, gamma, warmup):
    net = make_network()
    optimizer = bp.SGD(net.parameters, lr=lr, momentum=momentum)
    losses, epoch_losses, t = [], [], 0
    for epoch, order in enumerate(orders):
        epoch_loss = 0.0
        for first in range(0, len(order), batch_size):
            optimizer.lr = lr * gamma ** (epoch // step_size) * min(1, (t + 1) / warmup)
            batch = order[first : first + batch_size]
            value, grads = bp.backprop(net, MEAN, x[:, batch], y[:, batch])
            optimizer.step(grads.parameters)
            losses.append(value)
            epoch_loss += value
            t += 1
        epoch_losses.append(epoch_loss)
    return losses, epoch_losses, MEAN(net(x), y)


def by_hand_7_16(make_network, x, y, orders, batch_size, lr, momentum, step_size, gamma, warmup):
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
            rate = lr if len(losses) >= warmup else lr * len(losses) / warmup
            for parameter, v in zip(net.parameters, velocities, strict=True):
                parameter -= rate * v
    losses = np.array(losses)
    return {"final": np.mean((net(x) - y) ** 2), "losses": losses,
            "epoch_losses": losses.reshape(len(orders), -1).sum(axis=1)}  # fmt: skip


def split_7_16(make_network, x, y, orders, batch_size, lr, momentum, step_size, gamma, warmup):
    net = make_network()
    optimizer = bp.SGD(net.parameters, lr, momentum=momentum)
    batches = math.ceil(x.shape[1] / batch_size)
    count = len(orders) * batches
    rates = np.full(count, lr) * gamma ** (np.arange(count) // (batches * step_size))
    rates[:warmup] *= np.arange(1, warmup + 1)[:count] / warmup
    losses = []
    for order in orders:
        for batch in np.split(order, range(batch_size, len(order), batch_size)):
            optimizer.lr = rates[len(losses)]
            trace = net.forward(x[:, batch])
            losses.append(np.mean((trace.output - y[:, batch]) ** 2))
            optimizer.step(net.backward(trace, MEAN.gradient(trace.output, y[:, batch])).parameters)
    sums = [sum(losses[first : first + batches]) for first in range(0, len(losses), batches)]
    return [np.array(losses), sums, MEAN(net(x), y)]


RIGHT_7_16 = [plain_7_16, by_hand_7_16, split_7_16]


def usual_rate_7_16(a, epoch, t):
    return a["lr"] * a["gamma"] ** (epoch // a["step_size"]) * min(1, (t + 1) / a["warmup"])


def slices_7_16(a, order):
    return [order[first : first + a["batch_size"]] for first in range(0, len(order), a["batch_size"])]


def other_loop_7_16(rate=usual_rate_7_16, cut=slices_7_16, new_optimizer=False, after=False):
    """The loop with another rate, given for epoch and iteration, other batches, a new optimizer in each epoch."""

    def answer(**a):
        net, x, y = a["make_network"](), a["x"], a["y"]
        optimizer = bp.SGD(net.parameters, lr=a["lr"], momentum=a["momentum"])
        losses, sums = [], []
        for epoch, order in enumerate(a["orders"]):
            if new_optimizer:
                optimizer = bp.SGD(net.parameters, lr=a["lr"], momentum=a["momentum"])
            start = len(losses)
            for batch in cut(a, order):
                optimizer.lr = rate(a, epoch, len(losses))
                value, grads = bp.backprop(net, MEAN, x[:, batch], y[:, batch])
                optimizer.step(grads.parameters)
                losses.append(MEAN(net(x[:, batch]), y[:, batch]) if after else value)
            sums.append(sum(losses[start:]))
        return losses, sums, MEAN(net(x), y)

    return answer


def chapter_7_16(make_network, x, y, orders, batch_size, lr, momentum, step_size, gamma, warmup):
    """The chapter's `figure_7_8`, with the orders of this problem."""
    net = make_network()
    loss = bp.LeastSquares("mean")
    optimizer = bp.SGD(net.parameters, lr=lr, momentum=momentum)
    schedule = bp.StepLR(optimizer, step_size=step_size, gamma=gamma)
    losses, sums, grads = [], [], None
    for order in orders:
        start = len(losses)
        for first in range(0, len(order), batch_size):
            batch = order[first : first + batch_size]
            value, grads = bp.backprop(net, loss, x[:, batch], y[:, batch], out=grads)
            optimizer.step(grads.parameters)
            losses.append(value)
        sums.append(sum(losses[start:]))
        schedule.step()
    return losses, sums, loss(net(x), y)


def with_rate_7_16(falls=lambda a, epoch, t: epoch // a["step_size"],
                   rises=lambda a, epoch, t: (t + 1) / a["warmup"]):  # fmt: skip
    return other_loop_7_16(lambda a, epoch, t: a["lr"] * a["gamma"] ** falls(a, epoch, t) * min(1, rises(a, epoch, t)))


def sum_of_squares_7_16(**a):
    """Averaged over the examples and summed over the outputs."""
    return plain_7_16(**{**a, "lr": len(a["y"]) * a["lr"]})


def other_entries_7_16(change):
    return lambda **a: change(*plain_7_16(**a), a)


WRONG_7_16 = [
    (chapter_7_16, "`losses`, `epoch_losses` and `final`: this is figure 7.8 without the warm-up"),
    (lambda **a: plain_7_16(**{**a, "momentum": 0.0}), "momentum is missing"),
    (lambda **a: plain_7_16(**{**a, "gamma": 1.0}), "the learning rate never falls"),
    (other_loop_7_16(cut=lambda a, order: slices_7_16(a, np.arange(len(order)))), "not taken in the given orders"),
    (other_loop_7_16(cut=lambda a, order: np.array_split(order, -(-len(order) // a["batch_size"]))),
     "the batches are made equally large"),
    (other_loop_7_16(cut=lambda a, order: [b for b in slices_7_16(a, order) if len(b) == a["batch_size"]]),
     "the last batch of each epoch is left out"),
    (other_loop_7_16(cut=lambda a, order: [order[:3], order[3:]]), None),
    (with_rate_7_16(lambda a, epoch, t: t // a["step_size"]), "the schedule counts iterations"),
    (with_rate_7_16(lambda a, epoch, t: (epoch + 1) // a["step_size"]), "one epoch too early"),
    (with_rate_7_16(lambda a, epoch, t: max(0, epoch - 1) // a["step_size"]), "one epoch too late"),
    (with_rate_7_16(lambda a, epoch, t: int(epoch >= a["step_size"])), "falls once and never again"),
    (with_rate_7_16(lambda a, epoch, t: max(0, epoch + 1 - a["step_size"])), "the learning rate falls in every epoch"),
    (with_rate_7_16(rises=lambda a, epoch, t: (epoch + 1) / a["warmup"]), "the warm-up counts epochs"),
    (with_rate_7_16(rises=lambda a, epoch, t: (t + 1) / (a["warmup"] + 1)), "one iteration too many"),
    (with_rate_7_16(rises=lambda a, epoch, t: max(1e-300, t / a["warmup"])), "the first iteration has the rate 0"),
    (other_loop_7_16(new_optimizer=True), "the velocity is lost"),
    (other_loop_7_16(after=True), "the loss is taken after the step"),
    (sum_of_squares_7_16, "MSELoss averages over the outputs too"),
    (other_entries_7_16(lambda losses, sums, final, a: (losses, np.array(sums) / (len(losses) / len(sums)), final)),
     "`epoch_losses`: this is the mean of the batch losses"),
    (other_entries_7_16(lambda losses, sums, final, a: (losses, sums, losses[-1])),
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
    (clipped_7_17, "`loss`: p is clipped"),
    (lambda f, y: stable_7_17(f, np.where(y == 0, 1.0, y)), "an example with y = 0 belongs to class 0"),
]  # fmt: skip


RIGHT = {"7.16": RIGHT_7_16, "7.17": RIGHT_7_17}
WRONG = {"7.16": WRONG_7_16, "7.17": WRONG_7_17}
