"""Answers to the problems of chapter 6, written from the problem sheet alone."""

import collections
import copy
import functools
import itertools
import math
from fractions import Fraction

import numpy as np

# ---- 7.16


def _batches(order, batch_size):
    return [order[start : start + batch_size] for start in range(0, len(order), batch_size)]


def _figure(make_network, x, y, orders, batch_size, momentum, rate, loss=None):
    """The loop of the figure, with the learning rate `rate(epoch, t)`."""
    import bpkit as bp

    net, loss = make_network(), loss or bp.LeastSquares(reduction="mean")
    optimizer = bp.SGD(net.parameters, lr=1.0, momentum=momentum)
    losses, epoch_losses, t = [], [], 0
    for epoch, order in enumerate(orders):
        epoch_losses.append(0.0)
        for batch in _batches(order, batch_size):
            value, grads = bp.backprop(net, loss, x[:, batch], y[:, batch])
            optimizer.lr = rate(epoch, t)
            optimizer.step(grads.parameters)
            losses.append(value)
            epoch_losses[-1] += value
            t += 1
    return losses, epoch_losses, loss(net(x), y)


def _rate(lr, step_size, gamma, warmup):
    return lambda epoch, t: lr * gamma ** (epoch // step_size) * min(1, (t + 1) / max(warmup, 1))


def no_warmup_7_16(make_network, x, y, orders, batch_size, lr, momentum, step_size, gamma, warmup):
    def rate(epoch, t):
        return lr * gamma ** (epoch // step_size)

    return _figure(make_network, x, y, orders, batch_size, momentum, rate)


def warmup_from_zero_7_16(make_network, x, y, orders, batch_size, lr, momentum, step_size, gamma, warmup):
    def rate(epoch, t):
        return lr * gamma ** (epoch // step_size) * min(1, t / warmup)

    return _figure(make_network, x, y, orders, batch_size, momentum, rate)


def warmup_never_ends_7_16(make_network, x, y, orders, batch_size, lr, momentum, step_size, gamma, warmup):
    def rate(epoch, t):
        return lr * gamma ** (epoch // step_size) * (t + 1) / warmup

    return _figure(make_network, x, y, orders, batch_size, momentum, rate)


def warmup_in_epochs_7_16(make_network, x, y, orders, batch_size, lr, momentum, step_size, gamma, warmup):
    def rate(epoch, t):
        return lr * gamma ** (epoch // step_size) * min(1, (epoch + 1) / warmup)

    return _figure(make_network, x, y, orders, batch_size, momentum, rate)


def warmup_anew_in_each_epoch_7_16(make_network, x, y, orders, batch_size, lr, momentum, step_size, gamma, warmup):
    per_epoch = -(-x.shape[1] // batch_size)

    def rate(epoch, t):
        return lr * gamma ** (epoch // step_size) * min(1, (t % per_epoch + 1) / warmup)

    return _figure(make_network, x, y, orders, batch_size, momentum, rate)


def schedule_waits_for_the_warmup_7_16(make_network, x, y, orders, batch_size, lr, momentum, step_size, gamma, warmup):
    def rate(epoch, t):
        return lr * (t + 1) / warmup if t < warmup else lr * gamma ** (epoch // step_size)

    return _figure(make_network, x, y, orders, batch_size, momentum, rate)


def schedule_by_iterations_7_16(make_network, x, y, orders, batch_size, lr, momentum, step_size, gamma, warmup):
    return _figure(
        make_network, x, y, orders, batch_size, momentum,
        lambda epoch, t: lr * gamma ** (t // step_size) * min(1, (t + 1) / warmup),
    )  # fmt: skip


def schedule_one_epoch_early_7_16(make_network, x, y, orders, batch_size, lr, momentum, step_size, gamma, warmup):
    return _figure(
        make_network, x, y, orders, batch_size, momentum,
        lambda epoch, t: lr * gamma ** ((epoch + 1) // step_size) * min(1, (t + 1) / warmup),
    )  # fmt: skip


def constant_rate_7_16(make_network, x, y, orders, batch_size, lr, momentum, step_size, gamma, warmup):
    return _figure(make_network, x, y, orders, batch_size, momentum, lambda epoch, t: lr * min(1, (t + 1) / warmup))


def momentum_forgotten_7_16(make_network, x, y, orders, batch_size, lr, momentum, step_size, gamma, warmup):
    return _figure(make_network, x, y, orders, batch_size, 0.0, _rate(lr, step_size, gamma, warmup))


def summed_loss_7_16(make_network, x, y, orders, batch_size, lr, momentum, step_size, gamma, warmup):
    import bpkit as bp

    rate = _rate(lr, step_size, gamma, warmup)
    return _figure(make_network, x, y, orders, batch_size, momentum, rate, bp.LeastSquares())


def rest_left_out_7_16(make_network, x, y, orders, batch_size, lr, momentum, step_size, gamma, warmup):
    whole = x.shape[1] // batch_size * batch_size
    orders = [order[:whole] for order in orders]
    return _figure(make_network, x, y, orders, batch_size, momentum, _rate(lr, step_size, gamma, warmup))


def not_shuffled_7_16(make_network, x, y, orders, batch_size, lr, momentum, step_size, gamma, warmup):
    orders = [np.arange(x.shape[1]) for _ in orders]
    return _figure(make_network, x, y, orders, batch_size, momentum, _rate(lr, step_size, gamma, warmup))


def first_order_always_7_16(make_network, x, y, orders, batch_size, lr, momentum, step_size, gamma, warmup):
    orders = [orders[0] for _ in orders]
    return _figure(make_network, x, y, orders, batch_size, momentum, _rate(lr, step_size, gamma, warmup))


def epoch_mean_7_16(make_network, x, y, orders, batch_size, lr, momentum, step_size, gamma, warmup):
    rate = _rate(lr, step_size, gamma, warmup)
    losses, _, final = _figure(make_network, x, y, orders, batch_size, momentum, rate)
    return losses, np.reshape(losses, (len(orders), -1)).mean(axis=1), final


def epoch_weighted_by_examples_7_16(make_network, x, y, orders, batch_size, lr, momentum, step_size, gamma, warmup):
    rate = _rate(lr, step_size, gamma, warmup)
    losses, _, final = _figure(make_network, x, y, orders, batch_size, momentum, rate)
    sizes = [len(batch) for batch in _batches(orders[0], batch_size)]
    return losses, np.reshape(losses, (len(orders), -1)) @ sizes / sum(sizes), final


def final_of_the_last_batch_7_16(make_network, x, y, orders, batch_size, lr, momentum, step_size, gamma, warmup):
    losses, epochs, _ = _figure(make_network, x, y, orders, batch_size, momentum, _rate(lr, step_size, gamma, warmup))
    return losses, epochs, losses[-1]


def final_before_training_7_16(make_network, x, y, orders, batch_size, lr, momentum, step_size, gamma, warmup):
    import bpkit as bp

    losses, epochs, _ = _figure(make_network, x, y, orders, batch_size, momentum, _rate(lr, step_size, gamma, warmup))
    return losses, epochs, bp.LeastSquares("mean")(make_network()(x), y)


def sums_so_far_7_16(make_network, x, y, orders, batch_size, lr, momentum, step_size, gamma, warmup):
    losses, epochs, final = _figure(
        make_network, x, y, orders, batch_size, momentum, _rate(lr, step_size, gamma, warmup)
    )
    return losses, np.cumsum(epochs), final


def loss_after_the_step_7_16(make_network, x, y, orders, batch_size, lr, momentum, step_size, gamma, warmup):
    import bpkit as bp

    net, loss, rate = make_network(), bp.LeastSquares("mean"), _rate(lr, step_size, gamma, warmup)
    optimizer = bp.SGD(net.parameters, lr=lr, momentum=momentum)
    losses, epoch_losses = [], []
    for epoch, order in enumerate(orders):
        first = len(losses)
        for batch in _batches(order, batch_size):
            _, grads = bp.backprop(net, loss, x[:, batch], y[:, batch])
            optimizer.lr = rate(epoch, len(losses))
            optimizer.step(grads.parameters)
            losses.append(loss(net(x[:, batch]), y[:, batch]))
        epoch_losses.append(sum(losses[first:]))
    return losses, epoch_losses, loss(net(x), y)


def new_optimizer_in_each_epoch_7_16(make_network, x, y, orders, batch_size, lr, momentum, step_size, gamma, warmup):
    import bpkit as bp

    net, loss, rate = make_network(), bp.LeastSquares("mean"), _rate(lr, step_size, gamma, warmup)
    losses, epoch_losses = [], []
    for epoch, order in enumerate(orders):
        optimizer = bp.SGD(net.parameters, lr=lr, momentum=momentum)
        first = len(losses)
        for batch in _batches(order, batch_size):
            value, grads = bp.backprop(net, loss, x[:, batch], y[:, batch])
            optimizer.lr = rate(epoch, len(losses))
            optimizer.step(grads.parameters)
            losses.append(value)
        epoch_losses.append(sum(losses[first:]))
    return losses, epoch_losses, loss(net(x), y)


def new_network_in_each_epoch_7_16(make_network, x, y, orders, batch_size, lr, momentum, step_size, gamma, warmup):
    import bpkit as bp

    loss, rate = bp.LeastSquares("mean"), _rate(lr, step_size, gamma, warmup)
    losses, epoch_losses = [], []
    for epoch, order in enumerate(orders):
        net = make_network()
        optimizer = bp.SGD(net.parameters, lr=lr, momentum=momentum)
        first = len(losses)
        for batch in _batches(order, batch_size):
            value, grads = bp.backprop(net, loss, x[:, batch], y[:, batch])
            optimizer.lr = rate(epoch, len(losses))
            optimizer.step(grads.parameters)
            losses.append(value)
        epoch_losses.append(sum(losses[first:]))
    return losses, epoch_losses, loss(net(x), y)


def falls_accumulate_with_the_warmup_7_16(
    make_network, x, y, orders, batch_size, lr, momentum, step_size, gamma, warmup
):
    """The part is taken of the rate of the step before, not of the full one."""
    import bpkit as bp

    net, loss = make_network(), bp.LeastSquares("mean")
    optimizer = bp.SGD(net.parameters, lr=lr, momentum=momentum)
    losses, epoch_losses = [], []
    for epoch, order in enumerate(orders):
        first = len(losses)
        for batch in _batches(order, batch_size):
            value, grads = bp.backprop(net, loss, x[:, batch], y[:, batch])
            optimizer.lr *= min(1, (len(losses) + 1) / warmup)
            optimizer.step(grads.parameters)
            losses.append(value)
        if (epoch + 1) % step_size == 0:
            optimizer.lr *= gamma
        epoch_losses.append(sum(losses[first:]))
    return losses, epoch_losses, loss(net(x), y)


def one_table_7_16(make_network, x, y, orders, batch_size, lr, momentum, step_size, gamma, warmup):
    rate = _rate(lr, step_size, gamma, warmup)
    losses, epochs, final = _figure(make_network, x, y, orders, batch_size, momentum, rate)
    return final, epochs, losses


def stepwise_schedule_7_16(make_network, x, y, orders, batch_size, lr, momentum, step_size, gamma, warmup):
    import bpkit as bp

    net, loss = make_network(), bp.LeastSquares("mean")
    optimizer = bp.SGD(net.parameters, lr=lr, momentum=momentum)
    losses, epoch_losses, full = [], [], lr
    for epoch, order in enumerate(orders, start=1):
        of_epoch = []
        for batch in (order[i : i + batch_size] for i in range(0, len(order), batch_size)):
            value, grads = bp.backprop(net, loss, x[:, batch], y[:, batch])
            of_epoch.append(value)
            done = len(losses) + len(of_epoch)
            optimizer.lr = full * done / warmup if done < warmup else full
            optimizer.step(grads.parameters)
        losses += of_epoch
        epoch_losses.append(math.fsum(of_epoch))
        full *= gamma if epoch % step_size == 0 else 1
    return np.array(losses), np.array(epoch_losses), float(loss(net(x), y))


def momentum_by_hand_7_16(network, x, y, orders, size, eta, mu, step_size, gamma, warmup):
    import bpkit as bp

    net, loss, velocity, t = network(), bp.LeastSquares(reduction="mean"), None, 0
    losses = []
    for epoch, order in enumerate(orders):
        losses.append([])
        for batch in np.split(order, range(size, len(order), size)):
            value, grads = bp.backprop(net, loss, x[:, batch], y[:, batch])
            t += 1
            rate = eta * gamma ** (epoch // step_size) * (min(t, warmup) / warmup)
            velocity = [np.zeros_like(g) for g in grads.parameters] if velocity is None else velocity
            velocity = [mu * v + g for v, g in zip(velocity, grads.parameters, strict=True)]
            for phi, v in zip(net.parameters, velocity, strict=True):
                phi[...] = phi - rate * v
            losses[-1].append(value)
    yield list(itertools.chain.from_iterable(losses))
    yield map(sum, losses)
    yield np.mean((net(x) - y) ** 2)


def torch_7_16(make_network, x, y, orders, batch_size, lr, momentum, step_size, gamma, warmup):
    import torch

    net = make_network()
    phi = [torch.tensor(np.array(one), dtype=torch.float64, requires_grad=True) for one in (*net.beta, *net.omega)]
    betas, omegas = phi[: len(net.beta)], phi[len(net.beta) :]

    def predict(inputs):
        h = inputs
        for k, (beta, omega) in enumerate(zip(betas, omegas, strict=True)):
            h = beta + omega @ (torch.relu(h) if k else h)
        return h

    x, y = torch.tensor(np.array(x)), torch.tensor(np.array(y))
    optimizer = torch.optim.SGD(phi, lr=lr, momentum=momentum)
    losses, epoch_losses = [], []
    for epoch, order in enumerate(orders):
        epoch_losses.append(0.0)
        for batch in torch.split(torch.tensor(np.array(order)), batch_size):
            optimizer.param_groups[0]["lr"] = lr * gamma ** (epoch // step_size) * min(1, (len(losses) + 1) / warmup)
            optimizer.zero_grad()
            value = torch.nn.functional.mse_loss(predict(x[:, batch]), y[:, batch])
            value.backward()
            optimizer.step()
            losses.append(value.item())
            epoch_losses[-1] += value.item()
    return torch.tensor(losses), torch.tensor(epoch_losses, dtype=torch.float64), predict(x).sub(y).square().mean()


# ---- 7.17


def _classes(f, y):
    """Everything, each on its own."""
    f = np.asarray(f, float)
    t = (np.asarray(y) > 0).astype(float)
    small = np.exp(-np.abs(f))
    p = np.where(f >= 0, 1, small) / (1 + small)
    return t, p, np.mean(np.logaddexp(0, f) - t * f), (p - t) / f.size, 2 * (p - t) * p * (1 - p) / f.size


def greater_or_equal_7_17(f, y):
    t = (y >= 0).astype(float)
    return _classes(f, t)


def signs_for_targets_7_17(f, y):
    t = np.sign(y)
    _, p, loss, *_ = _classes(f, y)
    return t, p, loss, (p - t) / f.size, 2 * (p - t) * p * (1 - p) / f.size


def as_the_text_prints_it_7_17(f, y):
    return _classes(-f, y)


def plain_formulas_7_17(f, y):
    t = (y > 0).astype(float)
    with np.errstate(all="ignore"):
        p = 1 / (1 + np.exp(-f))
        loss = np.mean(-(1 - t) * np.log(1 - p) - t * np.log(p))
    return t, p, loss, (p - t) / f.size, 2 * (p - t) * p * (1 - p) / f.size


def logarithm_with_a_small_number_7_17(f, y):
    t, p, _, dl_df, squares = _classes(f, y)
    loss = -np.mean((1 - t) * np.log(1 - p + 1e-12) + t * np.log(p + 1e-12))
    return t, p, loss, dl_df, squares


def clipped_logits_7_17(f, y):
    return _classes(np.clip(f, -30, 30), y)


def exp_over_one_plus_exp_7_17(f, y):
    t, _, loss, _, _ = _classes(f, y)
    with np.errstate(all="ignore"):
        p = np.exp(f) / (1 + np.exp(f))
    return t, p, loss, (p - t) / f.size, 2 * (p - t) * p * (1 - p) / f.size


def sum_7_17(f, y):
    t, p, loss, dl_df, squares = _classes(f, y)
    return t, p, loss * f.size, dl_df * f.size, squares * f.size


def derivative_not_averaged_7_17(f, y):
    t, p, loss, dl_df, squares = _classes(f, y)
    return t, p, loss, dl_df * f.size, squares


def squares_not_averaged_7_17(f, y):
    t, p, loss, dl_df, squares = _classes(f, y)
    return t, p, loss, dl_df, squares * f.size


def target_minus_prediction_7_17(f, y):
    t, p, loss, dl_df, squares = _classes(f, y)
    return t, p, loss, -dl_df, squares


def slope_of_the_sigmoid_forgotten_7_17(f, y):
    t, p, loss, dl_df, _ = _classes(f, y)
    return t, p, loss, dl_df, 2 * (p - t) / f.size


def squares_without_two_7_17(f, y):
    t, p, loss, dl_df, squares = _classes(f, y)
    return t, p, loss, dl_df, squares / 2


def slope_once_too_often_7_17(f, y):
    t, p, loss, dl_df, squares = _classes(f, y)
    return t, p, loss, dl_df * p * (1 - p), squares


def by_the_probability_7_17(f, y):
    t, p, loss, _, squares = _classes(f, y)
    return t, p, loss, (p - t) / np.maximum(p * (1 - p), 1e-300) / f.size, squares


def targets_exchanged_in_the_loss_7_17(f, y):
    t, p, _, dl_df, squares = _classes(f, y)
    return t, p, np.mean(np.logaddexp(0, f) - (1 - t) * f), dl_df, squares


def one_half_of_the_loss_7_17(f, y):
    t, p, _, dl_df, squares = _classes(f, y)
    return t, p, np.mean(t * np.logaddexp(0, -f)), dl_df, squares


def classified_7_17(f, y):
    t, p, loss, dl_df, squares = _classes(f, y)
    return t, (p > 0.5).astype(float), loss, dl_df, squares


def losses_of_all_7_17(f, y):
    t, p, _, dl_df, squares = _classes(f, y)
    return t, p, np.logaddexp(0, f) - t * f, dl_df, squares


def bits_7_17(f, y):
    t, p, loss, dl_df, squares = _classes(f, y)
    return t, p, loss / math.log(2), dl_df, squares


def slope_of_tanh_7_17(f, y):
    t, p, loss, dl_df, _ = _classes(f, y)
    return t, p, loss, dl_df, 2 * (p - t) * (1 - p**2) / f.size


def targets_from_the_logits_7_17(f, y):
    return _classes(f, f)


def torch_7_17(f, y):
    import torch

    f = torch.tensor(np.asarray(f, float), requires_grad=True)
    t = (torch.tensor(np.asarray(y, float)) > 0).to(f.dtype)
    loss = torch.nn.functional.binary_cross_entropy_with_logits(f, t)
    (dl_df,) = torch.autograd.grad(loss, f)
    (squares,) = torch.autograd.grad(torch.nn.functional.mse_loss(torch.sigmoid(f), t), f)
    return t, torch.sigmoid(f), loss, dl_df, squares


def with_tanh_7_17(f, y):
    t = np.heaviside(y, 0)
    p = (1 + np.tanh(f / 2)) / 2
    margin = np.where(t == 1, -f, f)
    loss = np.average(np.maximum(margin, 0) + np.log1p(np.exp(-np.abs(margin))))
    error = (p - t) / np.size(f)
    return [t.tolist(), p.tolist(), loss, error.tolist(), (error / 2 * (1 - np.tanh(f / 2) ** 2)).tolist()]


def number_by_number_7_17(logits, targets):
    n = len(logits[0])

    def sigmoid(f):
        return 1 / (1 + math.exp(-f)) if f > 0 else math.exp(f) / (1 + math.exp(f))

    t = [1 if one > 0 else 0 for one in targets[0]]
    p = [sigmoid(one) for one in logits[0]]
    cost = [max(f, 0) + math.log1p(math.exp(-abs(f))) - s * f for f, s in zip(logits[0], t, strict=True)]
    slope = [(a - s) / n for a, s in zip(p, t, strict=True)]
    yield [t]
    yield [p]
    yield sum(cost) / n
    yield [slope]
    yield [[2 * d * a * (1 - a) for d, a in zip(slope, p, strict=True)]]


def library_7_17(f, y):
    import bpkit as bp

    t = 1.0 * np.greater(y, 0)
    loss, square, sigmoid = bp.BinaryCrossEntropy("mean"), bp.LeastSquares("mean"), bp.Sigmoid()
    p = sigmoid.activate(np.array(f, dtype=float))
    by_p = square.gradient(p, t)
    return t, p, loss(f, t), loss.gradient(f, t), np.array(p * (1 - p)) * by_p


def masked_7_17(f, y):
    on, count = y > 0, y.shape[-1]
    small = np.exp(np.where(f < 0, f, -f))
    p = np.where(f < 0, small, 1.0) / (1.0 + small)
    right = np.where(on, f, -f)  # the logit of the right class
    loss = -np.sum(np.where(right < 0, right, 0) - np.log1p(small)) / count
    dl_df = np.where(on, p - 1, p) / count
    Answer = collections.namedtuple("Answer", "t p loss dl_df squares")
    return Answer(on.astype(np.float32), p, loss, dl_df, 2 * dl_df * (p - p * p))


# ---- 6.a


def _count(examples, batch_size, epochs, lr, step_size, gamma):
    batches = math.ceil(examples / batch_size)
    rates = [lr * gamma ** (epoch // step_size) for epoch in range(epochs)]
    return batches * epochs, rates[-1], batches * sum(rates), batches * step_size * lr / (1 - gamma)


def rest_left_out_6_a(examples, batch_size, epochs, lr, step_size, gamma):
    whole = examples // batch_size * batch_size
    return _count(whole, batch_size, epochs, lr, step_size, gamma)


def batches_across_epochs_6_a(examples, batch_size, epochs, lr, step_size, gamma):
    _, last, reach, forever = _count(examples, batch_size, epochs, lr, step_size, gamma)
    return math.ceil(examples * epochs / batch_size), last, reach, forever


def always_one_more_6_a(examples, batch_size, epochs, lr, step_size, gamma):
    _, last, *_ = _count(examples, batch_size, epochs, lr, step_size, gamma)
    batches = examples // batch_size + 1
    rates = [lr * gamma ** (epoch // step_size) for epoch in range(epochs)]
    return batches * epochs, last, batches * sum(rates), batches * step_size * lr / (1 - gamma)


def rate_after_training_6_a(examples, batch_size, epochs, lr, step_size, gamma):
    steps, _, reach, forever = _count(examples, batch_size, epochs, lr, step_size, gamma)
    return steps, lr * gamma ** (epochs // step_size), reach, forever


def smooth_fall_6_a(examples, batch_size, epochs, lr, step_size, gamma):
    steps, _, reach, forever = _count(examples, batch_size, epochs, lr, step_size, gamma)
    return steps, lr * gamma ** ((epochs - 1) / step_size), reach, forever


def start_rate_always_6_a(examples, batch_size, epochs, lr, step_size, gamma):
    steps, last, _, _ = _count(examples, batch_size, epochs, lr, step_size, gamma)
    return steps, last, steps * lr, math.inf


def last_rate_always_6_a(examples, batch_size, epochs, lr, step_size, gamma):
    steps, last, _, forever = _count(examples, batch_size, epochs, lr, step_size, gamma)
    return steps, last, steps * last, forever


def whole_stretches_6_a(examples, batch_size, epochs, lr, step_size, gamma):
    steps, last, _, forever = _count(examples, batch_size, epochs, lr, step_size, gamma)
    return steps, last, forever * (1 - gamma ** (epochs // step_size)), forever


def step_size_forgotten_6_a(examples, batch_size, epochs, lr, step_size, gamma):
    steps, last, reach, forever = _count(examples, batch_size, epochs, lr, step_size, gamma)
    return steps, last, reach, forever / step_size


def batches_forgotten_6_a(examples, batch_size, epochs, lr, step_size, gamma):
    steps, last, reach, forever = _count(examples, batch_size, epochs, lr, step_size, gamma)
    batches = math.ceil(examples / batch_size)
    return steps, last, reach / batches, forever / batches


def both_directions_6_a(examples, batch_size, epochs, lr, step_size, gamma):
    steps, last, reach, forever = _count(examples, batch_size, epochs, lr, step_size, gamma)
    return steps, last, 2 * reach, 2 * forever


def without_the_first_term_6_a(examples, batch_size, epochs, lr, step_size, gamma):
    steps, last, reach, forever = _count(examples, batch_size, epochs, lr, step_size, gamma)
    return steps, last, reach, forever * gamma


def fractions_6_a(examples, batch_size, epochs, lr, step_size, gamma):
    batches, rate, g = -(-examples // batch_size), Fraction(lr), Fraction(gamma)
    stretches, rest = divmod(epochs, step_size)
    reach = batches * rate * (step_size * sum(g**s for s in range(stretches)) + rest * g**stretches)
    return [batches * epochs, rate * g ** ((epochs - 1) // step_size), reach, batches * rate * step_size / (1 - g)]


def played_6_a(examples, batch_size, epochs, lr, step_size, gamma):
    steps, reach, rate, last = 0, 0.0, lr, None
    for epoch in itertools.count():
        if epoch == epochs:
            so_far, of_steps, last_of_all = reach, steps, last
        if epoch >= epochs and rate < 1e-18 * lr:
            return of_steps, last_of_all, so_far, reach
        for _ in range(0, examples, batch_size):
            steps, reach, last = steps + 1, reach + rate, rate
        if epoch % step_size == step_size - 1:
            rate *= gamma
    return None


def geometric_6_a(n, b, e, eta, s, g):
    per_epoch = (n + b - 1) // b
    q, r = divmod(e, s)
    forever = per_epoch * s * eta * (1 - g) ** -1
    yield per_epoch * e
    yield eta * math.exp(math.log(g) * ((e - 1) // s))
    yield forever * (1 - g**q) + per_epoch * r * eta * g**q
    yield forever


# ---- 6.b


def _momentum(phi, gradient, lr, momentum, weight_decay, steps, nesterov):
    v = np.zeros_like(phi)
    for _ in range(steps):
        g = gradient(phi) + weight_decay * phi
        v = momentum * v + g
        phi = phi - lr * (g + momentum * v if nesterov else v)
    return phi


def _both(*args):
    return _momentum(*args, False), _momentum(*args, True)


def factor_of_every_step_6_b(phi, gradient, lr, momentum, weight_decay, steps, every):
    return *_both(phi, gradient, lr, momentum, weight_decay, steps), 1 / (1 - momentum)


def factor_divided_by_every_6_b(phi, gradient, lr, momentum, weight_decay, steps, every):
    return *_both(phi, gradient, lr, momentum, weight_decay, steps), 1 / (1 - momentum) / every


def factor_of_all_steps_6_b(phi, gradient, lr, momentum, weight_decay, steps, every):
    factor = (1 - momentum**every) / (1 - momentum)
    return *_both(phi, gradient, lr, momentum, weight_decay, steps), factor


def factor_before_the_gradient_6_b(phi, gradient, lr, momentum, weight_decay, steps, every):
    factor = momentum**every / (1 - momentum**every)
    return *_both(phi, gradient, lr, momentum, weight_decay, steps), factor


def factor_one_pause_too_many_6_b(phi, gradient, lr, momentum, weight_decay, steps, every):
    return *_both(phi, gradient, lr, momentum, weight_decay, steps), 1 / (1 - momentum ** (every + 1))


def factor_times_the_rate_6_b(phi, gradient, lr, momentum, weight_decay, steps, every):
    return *_both(phi, gradient, lr, momentum, weight_decay, steps), lr / (1 - momentum**every)


def averaged_velocity_6_b(phi, gradient, lr, momentum, weight_decay, steps, every):
    def run(point, nesterov):
        v = np.zeros_like(point)
        for _ in range(steps):
            g = gradient(point) + weight_decay * point
            v = momentum * v + (1 - momentum) * g
            point = point - lr * (g + momentum * v if nesterov else v)
        return point

    return run(phi, False), run(phi, True), 1 / (1 - momentum**every)


def decay_on_its_own_6_b(phi, gradient, lr, momentum, weight_decay, steps, every):
    def run(point, nesterov):
        v = np.zeros_like(point)
        for _ in range(steps):
            g = gradient(point)
            v = momentum * v + g
            point = point * (1 - lr * weight_decay) - lr * (g + momentum * v if nesterov else v)
        return point

    return run(phi, False), run(phi, True), 1 / (1 - momentum**every)


def half_of_the_decay_6_b(phi, gradient, lr, momentum, weight_decay, steps, every):
    return *_both(phi, gradient, lr, momentum, weight_decay / 2, steps), 1 / (1 - momentum**every)


def decay_with_minus_6_b(phi, gradient, lr, momentum, weight_decay, steps, every):
    return *_both(phi, gradient, lr, momentum, -weight_decay, steps), 1 / (1 - momentum**every)


def old_velocity_6_b(phi, gradient, lr, momentum, weight_decay, steps, every):
    point, v = phi, np.zeros_like(phi)
    for _ in range(steps):
        g = gradient(point) + weight_decay * point
        point, v = point - lr * v, momentum * v + g
    nesterov = _momentum(phi, gradient, lr, momentum, weight_decay, steps, True)
    return point, nesterov, 1 / (1 - momentum**every)


def looking_ahead_6_b(phi, gradient, lr, momentum, weight_decay, steps, every):
    point, v = phi, np.zeros_like(phi)
    for _ in range(steps):
        ahead = point - lr * momentum * v
        v = momentum * v + gradient(ahead) + weight_decay * ahead
        point = point - lr * v
    usual = _momentum(phi, gradient, lr, momentum, weight_decay, steps, False)
    return usual, point, 1 / (1 - momentum**every)


def nesterov_with_the_old_velocity_6_b(phi, gradient, lr, momentum, weight_decay, steps, every):
    point, v = phi, np.zeros_like(phi)
    for _ in range(steps):
        g = gradient(point) + weight_decay * point
        point, v = point - lr * (g + momentum * v), momentum * v + g
    usual = _momentum(phi, gradient, lr, momentum, weight_decay, steps, False)
    return usual, point, 1 / (1 - momentum**every)


def nesterov_goes_on_from_there_6_b(phi, gradient, lr, momentum, weight_decay, steps, every):
    usual = _momentum(phi, gradient, lr, momentum, weight_decay, steps, False)
    return usual, _momentum(usual, gradient, lr, momentum, weight_decay, steps, True), 1 / (1 - momentum**every)


def gradient_at_the_start_6_b(phi, gradient, lr, momentum, weight_decay, steps, every):
    g = gradient(phi)
    return *_both(phi, lambda _: g, lr, momentum, weight_decay, steps), 1 / (1 - momentum**every)


def one_step_less_6_b(phi, gradient, lr, momentum, weight_decay, steps, every):
    return *_both(phi, gradient, lr, momentum, weight_decay, steps - 1), 1 / (1 - momentum**every)


def exchanged_6_b(phi, gradient, lr, momentum, weight_decay, steps, every):
    return *_both(phi, gradient, lr, momentum, weight_decay, steps)[::-1], 1 / (1 - momentum**every)


def in_place_6_b(phi, gradient, lr, momentum, weight_decay, steps, every):
    nesterov = _momentum(phi, gradient, lr, momentum, weight_decay, steps, True)
    v = np.zeros_like(phi)
    for _ in range(steps):
        v = momentum * v + gradient(phi) + weight_decay * phi
        phi -= lr * v
    return phi, nesterov, 1 / (1 - momentum**every)


def torch_6_b(phi, gradient, lr, momentum, weight_decay, steps, every):
    import torch

    for nesterov in (False, True):
        point = torch.nn.Parameter(torch.tensor(np.array(phi, dtype=float)))
        nesterov = nesterov and momentum > 0
        optimizer = torch.optim.SGD([point], lr=lr, momentum=momentum, weight_decay=weight_decay, nesterov=nesterov)
        for _ in range(steps):
            point.grad = torch.tensor(np.array(gradient(point.detach().numpy().copy())))
            optimizer.step()
        yield point
    yield sum(momentum ** (every * k) for k in range(20_000))


def library_6_b(phi, gradient, lr, momentum, weight_decay, steps, every):
    import bpkit as bp

    ends = []
    for nesterov in (False, True) if momentum else (False, False):
        point = np.array(phi, dtype=float)
        optimizer = bp.SGD([point], lr, momentum=momentum, weight_decay=weight_decay, nesterov=nesterov)
        for _ in range(steps):
            optimizer.step([np.asarray(gradient(point.copy()))])
        ends.append(point)
    return [*ends, (1 - momentum**every) ** -1]


def recursive_6_b(phi, gradient, lr, momentum, weight_decay, steps, every):
    def go(point, v, left, lead):
        if left == 0:
            return point
        g = np.add(gradient(point), np.multiply(weight_decay, point))
        v = g + np.multiply(momentum, v)
        return go(point - lr * ((1 - lead) * v + lead * (g + momentum * v)), v, left - 1, lead)

    velocity = 0.0
    for step in range(4000 * every):
        velocity = momentum * velocity + (step % every == 0)
        if step % every == 0:
            factor = velocity
    return go(phi, 0, steps, 0), go(phi, 0, steps, 1), factor


# ---- 6.c


def _adam(phi, gradients, lr, beta_1, beta_2, eps, weight_decay):
    m = v = 0
    for t, g in enumerate(gradients, start=1):
        m, v = beta_1 * m + (1 - beta_1) * g, beta_2 * v + (1 - beta_2) * g**2
        phi = (1 - lr * weight_decay) * phi
        phi = phi - lr * (m / (1 - beta_1**t)) / (np.sqrt(v / (1 - beta_2**t)) + eps)
    return phi


def _adamax(phi, gradients, lr, beta_1, beta_2):
    m = u = 0
    for t, g in enumerate(gradients, start=1):
        m, u = beta_1 * m + (1 - beta_1) * g, np.maximum(beta_2 * u, np.abs(g))
        phi = phi - lr * (m / (1 - beta_1**t)) / u
    return phi


def _ratio(beta_1, beta_2):
    return (1 - beta_1) / math.sqrt(1 - beta_2)


def decay_in_the_gradient_6_c(phi, gradients, lr, beta_1, beta_2, eps, weight_decay):
    point, m, v = phi, 0, 0
    for t, g in enumerate(gradients, start=1):
        g = g + weight_decay * point
        m, v = beta_1 * m + (1 - beta_1) * g, beta_2 * v + (1 - beta_2) * g**2
        point = point - lr * (m / (1 - beta_1**t)) / (np.sqrt(v / (1 - beta_2**t)) + eps)
    return point, _adamax(phi, gradients, lr, beta_1, beta_2), _ratio(beta_1, beta_2)


def decay_after_the_step_6_c(phi, gradients, lr, beta_1, beta_2, eps, weight_decay):
    point, m, v = phi, 0, 0
    for t, g in enumerate(gradients, start=1):
        m, v = beta_1 * m + (1 - beta_1) * g, beta_2 * v + (1 - beta_2) * g**2
        point = point - lr * (m / (1 - beta_1**t)) / (np.sqrt(v / (1 - beta_2**t)) + eps)
        point = (1 - lr * weight_decay) * point
    return point, _adamax(phi, gradients, lr, beta_1, beta_2), _ratio(beta_1, beta_2)


def decay_without_the_rate_6_c(phi, gradients, lr, beta_1, beta_2, eps, weight_decay):
    adamw = _adam(phi, gradients, lr, beta_1, beta_2, eps, weight_decay / lr)
    return adamw, _adamax(phi, gradients, lr, beta_1, beta_2), _ratio(beta_1, beta_2)


def adamax_with_decay_6_c(phi, gradients, lr, beta_1, beta_2, eps, weight_decay):
    point, m, u = phi, 0, 0
    for t, g in enumerate(gradients, start=1):
        m, u = beta_1 * m + (1 - beta_1) * g, np.maximum(beta_2 * u, np.abs(g))
        point = (1 - lr * weight_decay) * point - lr * (m / (1 - beta_1**t)) / u
    return _adam(phi, gradients, lr, beta_1, beta_2, eps, weight_decay), point, _ratio(beta_1, beta_2)


def never_corrected_6_c(phi, gradients, lr, beta_1, beta_2, eps, weight_decay):
    point, m, v = phi, 0, 0
    for g in gradients:
        m, v = beta_1 * m + (1 - beta_1) * g, beta_2 * v + (1 - beta_2) * g**2
        point = (1 - lr * weight_decay) * point - lr * m / (np.sqrt(v) + eps)
    return point, _adamax(phi, gradients, lr, beta_1, beta_2), _ratio(beta_1, beta_2)


def corrected_as_in_the_first_step_6_c(phi, gradients, lr, beta_1, beta_2, eps, weight_decay):
    point, m, v = phi, 0, 0
    for g in gradients:
        m, v = beta_1 * m + (1 - beta_1) * g, beta_2 * v + (1 - beta_2) * g**2
        point = (1 - lr * weight_decay) * point - lr * (m / (1 - beta_1)) / (np.sqrt(v / (1 - beta_2)) + eps)
    return point, _adamax(phi, gradients, lr, beta_1, beta_2), _ratio(beta_1, beta_2)


def correction_stays_in_m_6_c(phi, gradients, lr, beta_1, beta_2, eps, weight_decay):
    point, m, v = phi, 0, 0
    for t, g in enumerate(gradients, start=1):
        m = (beta_1 * m + (1 - beta_1) * g) / (1 - beta_1**t)
        v = (beta_2 * v + (1 - beta_2) * g**2) / (1 - beta_2**t)
        point = (1 - lr * weight_decay) * point - lr * m / (np.sqrt(v) + eps)
    return point, _adamax(phi, gradients, lr, beta_1, beta_2), _ratio(beta_1, beta_2)


def steps_from_zero_6_c(phi, gradients, lr, beta_1, beta_2, eps, weight_decay):
    point, m, v = phi, 0, 0
    with np.errstate(all="ignore"):
        for t, g in enumerate(gradients):
            m, v = beta_1 * m + (1 - beta_1) * g, beta_2 * v + (1 - beta_2) * g**2
            first, second = np.divide(m, 1 - beta_1**t), np.divide(v, 1 - beta_2**t)
            point = (1 - lr * weight_decay) * point - lr * first / (np.sqrt(second) + eps)
    return point, _adamax(phi, gradients, lr, beta_1, beta_2), _ratio(beta_1, beta_2)


def eps_inside_the_root_6_c(phi, gradients, lr, beta_1, beta_2, eps, weight_decay):
    point, m, v = phi, 0, 0
    for t, g in enumerate(gradients, start=1):
        m, v = beta_1 * m + (1 - beta_1) * g, beta_2 * v + (1 - beta_2) * g**2
        point = (1 - lr * weight_decay) * point - lr * (m / (1 - beta_1**t)) / np.sqrt(v / (1 - beta_2**t) + eps)
    return point, _adamax(phi, gradients, lr, beta_1, beta_2), _ratio(beta_1, beta_2)


def root_forgotten_6_c(phi, gradients, lr, beta_1, beta_2, eps, weight_decay):
    point, m, v = phi, 0, 0
    for t, g in enumerate(gradients, start=1):
        m, v = beta_1 * m + (1 - beta_1) * g, beta_2 * v + (1 - beta_2) * g**2
        point = (1 - lr * weight_decay) * point - lr * (m / (1 - beta_1**t)) / (v / (1 - beta_2**t) + eps)
    return point, _adamax(phi, gradients, lr, beta_1, beta_2), _ratio(beta_1, beta_2)


def betas_exchanged_6_c(phi, gradients, lr, beta_1, beta_2, eps, weight_decay):
    adamw = _adam(phi, gradients, lr, beta_2, beta_1, eps, weight_decay)
    return adamw, _adamax(phi, gradients, lr, beta_2, beta_1), _ratio(beta_2, beta_1)


def adamax_of_all_entries_6_c(phi, gradients, lr, beta_1, beta_2, eps, weight_decay):
    point, m, u = phi, 0, 0
    for t, g in enumerate(gradients, start=1):
        m, u = beta_1 * m + (1 - beta_1) * g, max(beta_2 * u, np.abs(g).max())
        point = point - lr * (m / (1 - beta_1**t)) / u
    return _adam(phi, gradients, lr, beta_1, beta_2, eps, weight_decay), point, _ratio(beta_1, beta_2)


def adamax_never_forgets_6_c(phi, gradients, lr, beta_1, beta_2, eps, weight_decay):
    adamax = _adamax(phi, gradients, lr, beta_1, 1.0)
    return _adam(phi, gradients, lr, beta_1, beta_2, eps, weight_decay), adamax, _ratio(beta_1, beta_2)


def adamax_sign_in_the_largest_6_c(phi, gradients, lr, beta_1, beta_2, eps, weight_decay):
    point, m, u = phi, 0, 0
    with np.errstate(all="ignore"):
        for t, g in enumerate(gradients, start=1):
            m, u = beta_1 * m + (1 - beta_1) * g, np.maximum(beta_2 * u, g)
            point = point - lr * np.divide(m / (1 - beta_1**t), u)
    return _adam(phi, gradients, lr, beta_1, beta_2, eps, weight_decay), point, _ratio(beta_1, beta_2)


def adamax_not_corrected_6_c(phi, gradients, lr, beta_1, beta_2, eps, weight_decay):
    point, m, u = phi, 0, 0
    for g in gradients:
        m, u = beta_1 * m + (1 - beta_1) * g, np.maximum(beta_2 * u, np.abs(g))
        point = point - lr * m / u
    return _adam(phi, gradients, lr, beta_1, beta_2, eps, weight_decay), point, _ratio(beta_1, beta_2)


def adamax_goes_on_from_adamw_6_c(phi, gradients, lr, beta_1, beta_2, eps, weight_decay):
    adamw = _adam(phi, gradients, lr, beta_1, beta_2, eps, weight_decay)
    return adamw, _adamax(adamw, gradients, lr, beta_1, beta_2), _ratio(beta_1, beta_2)


def ratio_upside_down_6_c(phi, gradients, lr, beta_1, beta_2, eps, weight_decay):
    adamw = _adam(phi, gradients, lr, beta_1, beta_2, eps, weight_decay)
    return adamw, _adamax(phi, gradients, lr, beta_1, beta_2), 1 / _ratio(beta_1, beta_2)


def ratio_without_the_root_6_c(phi, gradients, lr, beta_1, beta_2, eps, weight_decay):
    adamw = _adam(phi, gradients, lr, beta_1, beta_2, eps, weight_decay)
    return adamw, _adamax(phi, gradients, lr, beta_1, beta_2), (1 - beta_1) / (1 - beta_2)


def ratio_of_the_first_average_6_c(phi, gradients, lr, beta_1, beta_2, eps, weight_decay):
    adamw = _adam(phi, gradients, lr, beta_1, beta_2, eps, weight_decay)
    return adamw, _adamax(phi, gradients, lr, beta_1, beta_2), 1 - beta_1


def torch_6_c(phi, gradients, lr, beta_1, beta_2, eps, weight_decay):
    import torch

    point = torch.tensor(np.array(phi, dtype=float), requires_grad=True)
    optimizer = torch.optim.AdamW([point], lr, (beta_1, beta_2), eps, weight_decay)
    other, m, u = torch.tensor(np.array(phi, dtype=float)), 0, torch.zeros(np.shape(phi), dtype=torch.float64)
    for t, g in enumerate(gradients, start=1):
        g = torch.tensor(np.array(g, dtype=float))
        point.grad = g.clone()
        optimizer.step()
        m = torch.lerp(g, m, beta_1) if t > 1 else (1 - beta_1) * g
        u = torch.maximum(beta_2 * u, g.abs())
        other = other - lr / (1 - beta_1**t) * m / u
    return point, other, (1 - beta_1) * (1 - beta_2) ** -0.5


def weighted_sums_6_c(phi, gradients, lr, beta_1, beta_2, eps, weight_decay):
    g = np.array(list(gradients), dtype=float)
    adamw = adamax = np.array(phi, dtype=float)
    for t in range(1, len(g) + 1):
        age = np.arange(t)[::-1].reshape(-1, *[1] * (g.ndim - 1))
        mean = np.sum(beta_1**age * g[:t], axis=0) / np.sum(beta_1**age)
        square = np.sum(beta_2**age * g[:t] ** 2, axis=0) / np.sum(beta_2**age)
        adamw = adamw - lr * weight_decay * adamw - lr * mean / (np.sqrt(square) + eps)
        adamax = adamax - lr * mean / np.max(beta_2**age * np.abs(g[:t]), axis=0)
    return [adamw, adamax, float(np.exp(np.log1p(-beta_1) - np.log1p(-beta_2) / 2))]


class Adam6c:
    """An object with a memory for each of the two."""

    def __call__(self, phi, gradients, lr, beta_1, beta_2, eps, weight_decay):
        def shrink(state, g, t):
            point, m, v = state
            m, v = m + (1 - beta_1) * (g - m), v + (1 - beta_2) * (g * g - v)
            correction = np.sqrt(1 - beta_2**t) / (1 - beta_1**t)
            step = lr * correction * m / (np.sqrt(v) + eps * np.sqrt(1 - beta_2**t))
            return point - point * lr * weight_decay - step, m, v

        def largest(state, g, t):
            point, m, u = state
            m, u = m + (1 - beta_1) * (g - m), np.where(np.abs(g) > beta_2 * u, np.abs(g), beta_2 * u)
            return point - lr * m / (u * (1 - beta_1**t)), m, u

        zero = np.zeros(np.shape(phi))
        for rule in (shrink, largest):
            numbered = enumerate(gradients, start=1)
            end = functools.reduce(lambda state, tg, rule=rule: rule(state, tg[1], tg[0]), numbered, (phi, zero, zero))
            yield end[0]
        yield math.sqrt((1 - beta_1) ** 2 / (1 - beta_2))


# ---- 6.d


def _kept(omega, u, p, training):
    return (u >= p) / (1 - p) if training else np.ones_like(omega)


def _connect(h, omega, u, p, dl_df, training):
    kept = _kept(omega, u, p, training)
    return (omega * kept) @ h, (omega * kept).T @ dl_df, kept * (dl_df @ h.T)


def _variance(h, omega, p, training):
    return p / (1 - p) * omega**2 @ h**2 * training


def drop_the_others_6_d(h, omega, u, p, dl_df, training):
    kept = (u < p) / (1 - p) if training else np.ones_like(omega)
    f, dl_dh, dl_domega = (omega * kept) @ h, (omega * kept).T @ dl_df, kept * (dl_df @ h.T)
    return f, dl_dh, dl_domega, _variance(h, omega, p, training)


def not_rescaled_6_d(h, omega, u, p, dl_df, training):
    kept = (u >= p) if training else np.ones_like(omega)
    f, dl_dh, dl_domega = (omega * kept) @ h, (omega * kept).T @ dl_df, kept * (dl_df @ h.T)
    return f, dl_dh, dl_domega, p * (1 - p) * omega**2 @ h**2 * training


def divided_by_p_6_d(h, omega, u, p, dl_df, training):
    kept = (u >= p) / p if training and p > 0 else np.ones_like(omega)
    f, dl_dh, dl_domega = (omega * kept) @ h, (omega * kept).T @ dl_df, kept * (dl_df @ h.T)
    return f, dl_dh, dl_domega, _variance(h, omega, p, training)


def scaled_in_prediction_6_d(h, omega, u, p, dl_df, training):
    kept = (u >= p) if training else np.full_like(omega, 1 - p)
    f, dl_dh, dl_domega = (omega * kept) @ h, (omega * kept).T @ dl_df, kept * (dl_df @ h.T)
    return f, dl_dh, dl_domega, _variance(h, omega, p, training)


def training_ignored_6_d(h, omega, u, p, dl_df, training):
    return *_connect(h, omega, u, p, dl_df, True), _variance(h, omega, p, True)


def variance_in_prediction_6_d(h, omega, u, p, dl_df, training):
    return *_connect(h, omega, u, p, dl_df, training), _variance(h, omega, p, True)


def full_matrix_on_the_way_back_6_d(h, omega, u, p, dl_df, training):
    f, _, dl_domega = _connect(h, omega, u, p, dl_df, training)
    return f, omega.T @ dl_df, dl_domega, _variance(h, omega, p, training)


def dropped_weights_learn_6_d(h, omega, u, p, dl_df, training):
    f, dl_dh, _ = _connect(h, omega, u, p, dl_df, training)
    return f, dl_dh, dl_df @ h.T, _variance(h, omega, p, training)


def mask_without_scale_in_the_gradient_6_d(h, omega, u, p, dl_df, training):
    f, dl_dh, _ = _connect(h, omega, u, p, dl_df, training)
    mask = (u >= p) if training else 1
    return f, dl_dh, mask * (dl_df @ h.T), _variance(h, omega, p, training)


def gradient_transposed_6_d(h, omega, u, p, dl_df, training):
    f, dl_dh, dl_domega = _connect(h, omega, u, p, dl_df, training)
    return f, dl_dh, dl_domega.T, _variance(h, omega, p, training)


def gradient_averaged_6_d(h, omega, u, p, dl_df, training):
    f, dl_dh, dl_domega = _connect(h, omega, u, p, dl_df, training)
    return f, dl_dh, dl_domega / h.shape[1], _variance(h, omega, p, training)


def units_dropped_6_d(h, omega, u, p, dl_df, training):
    kept = (u[:1] >= p) / (1 - p) + 0 * omega if training else np.ones_like(omega)
    f, dl_dh, dl_domega = (omega * kept) @ h, (omega * kept).T @ dl_df, kept * (dl_df @ h.T)
    return f, dl_dh, dl_domega, _variance(h, omega, p, training)


def square_of_the_sum_6_d(h, omega, u, p, dl_df, training):
    return *_connect(h, omega, u, p, dl_df, training), p / (1 - p) * (omega @ h) ** 2 * training


def spread_for_variance_6_d(h, omega, u, p, dl_df, training):
    return *_connect(h, omega, u, p, dl_df, training), np.sqrt(_variance(h, omega, p, training))


def bernoulli_variance_6_d(h, omega, u, p, dl_df, training):
    return *_connect(h, omega, u, p, dl_df, training), p * (1 - p) * omega**2 @ h**2 * training


def mean_of_the_square_6_d(h, omega, u, p, dl_df, training):
    variance = omega**2 @ h**2 / (1 - p) if training else np.zeros((len(omega), h.shape[1]))
    return *_connect(h, omega, u, p, dl_df, training), variance


def variance_of_this_mask_6_d(h, omega, u, p, dl_df, training):
    kept = _kept(omega, u, p, training)
    return *_connect(h, omega, u, p, dl_df, training), p / (1 - p) * (omega * kept) ** 2 @ h**2 * training


def variance_of_a_row_6_d(h, omega, u, p, dl_df, training):
    variance = _variance(h, omega, p, training)
    return *_connect(h, omega, u, p, dl_df, training), variance.mean(axis=1, keepdims=True)


def torch_6_d(h, omega, u, p, dl_df, training):
    import torch

    h, omega = (torch.tensor(np.array(one, dtype=float), requires_grad=True) for one in (h, omega))
    scale = torch.tensor((np.asarray(u) >= p) / (1 - p) if training else np.ones(np.shape(u)))
    f = (omega * scale) @ h
    f.backward(torch.tensor(np.array(dl_df)))
    return f, h.grad, omega.grad, (omega**2 @ h**2) * (p / (1 - p) if training else 0.0)


def all_masks_of_a_weight_6_d(h, omega, u, p, dl_df, training):
    """The variance weight by weight: E[k²] − E[k]² of its factor k, which has two values."""
    if not training:
        p = 0.0
    values, probabilities = np.array([0.0, 1 / (1 - p)]), np.array([p, 1 - p])
    of_factor = probabilities @ values**2 - (probabilities @ values) ** 2
    kept = np.where(np.less(u, p), 0.0, values[1])
    return [
        np.einsum("ij,ij,je->ie", omega, kept, h),
        np.einsum("ij,ij,ie->je", omega, kept, dl_df),
        np.einsum("ij,ie,je->ij", kept, dl_df, h),
        of_factor * np.einsum("ij,ij,je,je->ie", omega, omega, h, h),
    ]


def lists_6_d(h, omega, u, p, g, training):
    keep = [[(0 if one < p else 1 / (1 - p)) if training else 1 for one in row] for row in np.asarray(u).tolist()]
    weights = [[w * k for w, k in zip(*rows, strict=True)] for rows in zip(omega.tolist(), keep, strict=True)]
    n, d = len(h[0]), len(h)
    odds = p / (1 - p) if training else 0.0
    yield [[sum(row[j] * h[j][i] for j in range(d)) for i in range(n)] for row in weights]
    yield [[sum(row[j] * g[k][i] for k, row in enumerate(weights)) for i in range(n)] for j in range(d)]
    yield [[row[j] * sum(g[k][i] * h[j][i] for i in range(n)) for j in range(d)] for k, row in enumerate(keep)]
    yield [[odds * sum((row[j] * h[j][i]) ** 2 for j in range(d)) for i in range(n)] for row in np.asarray(omega)]


# ---- 6.e

BUGS = ("rate-in-velocity", "each-batch", "no-zero-grad", "again-and-again", "new-optimizer", "one-early")

bugs_never_6_e = [*BUGS[:4], "never", BUGS[5]]
bugs_averaged_6_e = ["averaged", *BUGS[1:]]
bugs_early_and_batch_6_e = [BUGS[0], "one-early", *BUGS[2:5], "each-batch"]
bugs_shifted_6_e = [*BUGS[1:], BUGS[0]]
bugs_misspelt_6_e = [*BUGS[:2], "no-zero-gradient", "again-and-again", "new-optimiser", "one-early"]
bugs_with_version_zero_6_e = ["averaged", *BUGS]
bugs_set_6_e = sorted(BUGS)
bugs_by_number_6_e = (5, 1, 8, 3, 7, 2)


# ---- 6.f


def contiguous_6_f(labels, k):
    return np.array_split(np.arange(len(labels)), k)


def every_kth_6_f(labels, k):
    return [np.arange(len(labels))[fold::k] for fold in range(k)]


def random_6_f(labels, k):
    return np.array_split(np.random.default_rng(0).permutation(len(labels)), k)


def extras_in_the_first_folds_6_f(labels, k):
    folds = [[] for _ in range(k)]
    for label in np.unique(labels):
        for fold, part in zip(folds, np.array_split(np.flatnonzero(labels == label), k), strict=True):
            fold.extend(part.tolist())
    return folds


def rest_left_out_6_f(labels, k):
    folds = [[] for _ in range(k)]
    for label in np.unique(labels):
        of_class = np.flatnonzero(labels == label)
        size = len(of_class) // k
        for j in range(k):
            folds[j].extend(of_class[j * size : (j + 1) * size].tolist())
    return folds


def rest_in_the_last_fold_6_f(labels, k):
    folds = [[] for _ in range(k)]
    for label in np.unique(labels):
        of_class = np.flatnonzero(labels == label)
        size = len(of_class) // k
        for j in range(k):
            folds[j].extend(of_class[j * size : (j + 1) * size if j < k - 1 else None].tolist())
    return folds


def sorted_and_cut_6_f(labels, k):
    return np.array_split(np.argsort(labels, kind="stable"), k)


def labels_in_the_folds_6_f(labels, k):
    by_class = np.sort(labels)
    return [by_class[fold::k] for fold in range(k)]


def fold_of_each_example_6_f(labels, k):
    fold = np.empty(len(labels), int)
    fold[np.argsort(labels, kind="stable")] = np.arange(len(labels)) % k
    return fold


def counted_from_one_6_f(labels, k):
    order = np.argsort(labels, kind="stable") + 1
    return [order[fold::k] for fold in range(k)]


def training_sets_6_f(labels, k):
    order = np.argsort(labels, kind="stable")
    return [np.delete(order, np.s_[fold::k]) for fold in range(k)]


def a_fold_for_each_class_6_f(labels, k):
    return [np.flatnonzero(labels == label) for label in range(k)]


def folds_of_size_k_6_f(labels, k):
    order = np.argsort(labels, kind="stable")
    folds = max(1, len(order) // k)
    return [order[fold::folds] for fold in range(folds)]


def pointer_starts_at_the_class_6_f(labels, k):
    folds, met = [[] for _ in range(k)], collections.Counter()
    for i, label in enumerate(np.asarray(labels).tolist()):
        folds[(label + met[label]) % k].append(i)
        met[label] += 1
    return folds


def two_classes_only_6_f(labels, k):
    order = np.concatenate([np.flatnonzero(np.asarray(labels) == label) for label in (0, 1)])
    return [order[fold::k] for fold in range(k)]


def dealt_6_f(labels, k):
    order = np.argsort(labels, kind="stable")
    return [order[fold::k] for fold in range(k)]


def smallest_fold_6_f(labels, k):
    folds = [[] for _ in range(k)]
    for label in set(np.asarray(labels).tolist()):
        mine = collections.Counter()
        for i in (i for i, one in enumerate(labels) if one == label):
            j = min(range(k), key=lambda j: (mine[j], len(folds[j])))
            folds[j].append(i)
            mine[j] += 1
    return tuple(tuple(fold) for fold in folds)


def cycle_6_f(labels, k):
    deck = itertools.chain.from_iterable(
        np.flatnonzero(np.asarray(labels) == label)[::-1] for label in sorted(set(labels), reverse=True)
    )
    folds = {j: [] for j in range(k)}
    for i, j in zip(deck, itertools.cycle(range(k)), strict=False):
        folds[k - 1 - j].append(i)
    yield from folds.values()


def recursive_6_f(labels, k):
    def deal(cards, first):
        if len(cards) == 0:
            return [[] for _ in range(k)]
        folds = deal(cards[k:], first)
        return [[*cards[j : j + 1], *fold] for j, fold in enumerate(folds)]

    return deal(sorted(range(len(labels)), key=lambda i: int(labels[i])), 0)


# ---- 6.g


def _in_order(y, lr):
    kept, shift = 1.0, 0.0
    for one in np.asarray(y, float):
        kept, shift = (1 - 2 * lr) * kept, (1 - 2 * lr) * shift + 2 * lr * one
    return shift / (1 - kept)


def mean_everywhere_6_g(y, lr):
    return np.mean(y), np.mean(y), lr * np.var(y) / (1 - lr)


def last_example_6_g(y, lr):
    return y[-1], np.mean(y), lr * np.var(y) / (1 - lr)


def from_zero_once_6_g(y, lr):
    phi = 0.0
    for one in y:
        phi = phi - 2 * lr * (phi - one)
    return phi, np.mean(y), lr * np.var(y) / (1 - lr)


def order_reversed_6_g(y, lr):
    return _in_order(y[::-1], lr), np.mean(y), lr * np.var(y) / (1 - lr)


def two_forgotten_6_g(y, lr):
    return _in_order(y, lr / 2), np.mean(y), lr * np.var(y) / (2 - lr)


def sample_variance_6_g(y, lr):
    return _in_order(y, lr), np.mean(y), lr * np.var(y, ddof=1) / (1 - lr)


def standard_deviation_6_g(y, lr):
    return _in_order(y, lr), np.mean(y), np.sqrt(lr * np.var(y) / (1 - lr))


def small_rates_only_6_g(y, lr):
    return _in_order(y, lr), np.mean(y), lr * np.var(y)


def variance_of_one_step_6_g(y, lr):
    return _in_order(y, lr), np.mean(y), 4 * lr**2 * np.var(y)


def sum_not_squared_6_g(y, lr):
    return _in_order(y, lr), np.mean(y), 4 * lr**2 * np.var(y) / (1 - (1 - 2 * lr))


def variance_of_the_mean_6_g(y, lr):
    return _in_order(y, lr), np.mean(y), np.var(y) / len(y)


def median_6_g(y, lr):
    return _in_order(y, lr), np.median(y), lr * np.var(y) / (1 - lr)


def shuffled_like_in_order_6_g(y, lr):
    return _in_order(y, lr), _in_order(y, lr), lr * np.var(y) / (1 - lr)


def one_random_order_6_g(y, lr):
    shuffled = _in_order(np.random.default_rng(0).permutation(y), lr)
    return _in_order(y, lr), shuffled, lr * np.var(y) / (1 - lr)


def weights_one_off_6_g(y, lr):
    a = 1 - 2 * lr
    powers = a ** np.arange(len(y), 0, -1)
    return 2 * lr * np.sum(powers * y) / (1 - a ** len(y)), np.mean(y), lr * np.var(y) / (1 - lr)


def not_normalised_6_g(y, lr):
    weights = (1 - 2 * lr) ** np.arange(len(y))[::-1]
    return 2 * lr * weights @ y, np.mean(y), lr * np.var(y) / (1 - lr)


def few_epochs_6_g(y, lr):
    phi = 0.0
    for _ in range(3):
        for one in y:
            phi -= lr * 2 * (phi - one)
    return phi, np.mean(y), lr * np.var(y) / (1 - lr)


def weighted_mean_6_g(y, lr):
    ages = np.arange(len(y))[::-1]
    a = 1.0 - 2.0 * lr
    return [np.average(y, weights=a**ages), sum(y) / len(y), 4 * lr * lr * np.var(y) / (1 - a * a)]


def fractions_6_g(y, lr):
    eta, values = Fraction(float(lr)), [Fraction(float(one)) for one in y]
    kept, shift = Fraction(1), Fraction(0)
    for one in values:
        kept, shift = kept * (1 - 2 * eta), shift + 2 * eta * (one - shift)
    mean = sum(values) / len(values)
    variance = sum((one - mean) ** 2 for one in values) / len(values)
    return tuple(float(one) for one in (shift / (1 - kept), mean, variance / (1 / eta - 1)))


def iterated_6_g(y, lr):
    phi = mean = np.mean(y)
    second = 0.0  # E[(φ − mean)²]
    for _ in range(max(1, 40_000 // len(y))):
        for one in y:
            phi = phi - 2 * lr * (phi - one)
            second = (1 - 2 * lr) ** 2 * second + (2 * lr) ** 2 * np.mean((y - mean) ** 2)
    yield from (phi, mean, second)


def linear_equation_6_g(y, lr):
    """One equation for φ behind each example; the first follows the last."""
    n = len(y)
    matrix = np.eye(n) - (1 - 2 * lr) * np.roll(np.eye(n), -1, axis=1)
    return np.linalg.solve(matrix, 2 * lr * np.asarray(y))[-1], np.mean(y), np.var(y) / (1 / lr - 1)


# ---- 6.h


def _stop(losses, patience, min_delta):
    best, best_epoch, epoch = math.inf, None, -1
    for epoch, loss in enumerate(losses):
        if best - loss > min_delta:
            best, best_epoch = loss, epoch
        elif epoch - (-1 if best_epoch is None else best_epoch) >= patience:
            break
    return best_epoch, epoch + 1, best


def lowest_of_all_6_h(losses, patience, min_delta):
    best = int(np.nanargmin(losses))
    return best, _stop(losses, patience, min_delta)[1], losses[best]


def stops_one_late_6_h(losses, patience, min_delta):
    return _stop(losses, patience + 1, min_delta)


def last_not_counted_6_h(losses, patience, min_delta):
    best_epoch, epochs, best = _stop(losses, patience, min_delta)
    return best_epoch, epochs - 1, best


def min_delta_ignored_6_h(losses, patience, min_delta):
    return _stop(losses, patience, 0)


def equal_is_better_6_h(losses, patience, min_delta):
    best, best_epoch = math.inf, 0
    for epoch, loss in enumerate(losses):
        if loss <= best - min_delta:
            best, best_epoch = loss, epoch
        elif epoch - best_epoch >= patience:
            return best_epoch, epoch + 1, best
    return best_epoch, len(losses), best


def better_than_the_one_before_6_h(losses, patience, min_delta):
    before, waited, best_epoch = math.inf, 0, 0
    for epoch, loss in enumerate(losses):
        if before - loss > min_delta:
            waited, best_epoch = 0, epoch
        else:
            waited += 1
            if waited >= patience:
                return best_epoch, epoch + 1, losses[best_epoch]
        before = loss
    return best_epoch, len(losses), losses[best_epoch]


def not_in_a_row_6_h(losses, patience, min_delta):
    best, best_epoch, waited = math.inf, 0, 0
    for epoch, loss in enumerate(losses):
        if best - loss > min_delta:
            best, best_epoch = loss, epoch
        else:
            waited += 1
            if waited >= patience:
                return best_epoch, epoch + 1, best
    return best_epoch, len(losses), best


def best_follows_small_gains_6_h(losses, patience, min_delta):
    best, best_epoch, waited = math.inf, 0, 0
    for epoch, loss in enumerate(losses):
        waited = 0 if best - loss > min_delta else waited + 1
        if loss < best:
            best, best_epoch = loss, epoch
        if waited >= patience:
            return best_epoch, epoch + 1, best
    return best_epoch, len(losses), best


def nan_is_better_6_h(losses, patience, min_delta):
    best, best_epoch = math.inf, 0
    for epoch, loss in enumerate(losses):
        if not loss >= best - min_delta:
            best, best_epoch = loss, epoch
        elif epoch - best_epoch >= patience:
            return best_epoch, epoch + 1, best
    return best_epoch, len(losses), best


def stops_at_nan_6_h(losses, patience, min_delta):
    ends = [epoch for epoch, loss in enumerate(losses) if math.isnan(loss)]
    return _stop(losses[: ends[0] + 1] if ends else losses, patience, min_delta)


def nan_left_out_6_h(losses, patience, min_delta):
    return _stop([loss for loss in losses if not math.isnan(loss)], patience, min_delta)


def nan_does_not_wait_6_h(losses, patience, min_delta):
    best, best_epoch, waited = math.inf, 0, 0
    for epoch, loss in enumerate(losses):
        if math.isnan(loss):
            continue
        if best - loss > min_delta:
            best, best_epoch, waited = loss, epoch, 0
        else:
            waited += 1
            if waited >= patience:
                return best_epoch, epoch + 1, best
    return best_epoch, len(losses), best


def last_loss_6_h(losses, patience, min_delta):
    best_epoch, epochs, _ = _stop(losses, patience, min_delta)
    return best_epoch, epochs, losses[epochs - 1]


def counted_from_one_6_h(losses, patience, min_delta):
    best_epoch, epochs, best = _stop(losses, patience, min_delta)
    return best_epoch + 1, epochs, best


def never_stops_6_h(losses, patience, min_delta):
    best_epoch, _, best = _stop(losses, len(losses) + 1, min_delta)
    return best_epoch, len(losses), best


def relative_delta_6_h(losses, patience, min_delta):
    best, best_epoch = math.inf, 0
    for epoch, loss in enumerate(losses):
        if loss < best * (1 - min_delta):
            best, best_epoch = loss, epoch
        elif epoch - best_epoch >= patience:
            return best_epoch, epoch + 1, best
    return best_epoch, len(losses), best


def restarted_count_is_one_6_h(losses, patience, min_delta):
    best, best_epoch, waited = math.inf, 0, 0
    for epoch, loss in enumerate(losses):
        if best - loss > min_delta:
            best, best_epoch, waited = loss, epoch, 1
        else:
            waited += 1
        if waited >= patience:
            return best_epoch, epoch + 1, best
    return best_epoch, len(losses), best


def counter_6_h(losses, patience, min_delta):
    best, kept, waited, epochs = float("inf"), 0, 0, 0
    while epochs < len(losses) and waited < patience:
        loss = losses[epochs]
        waited += 1
        if loss < best - min_delta:
            best, kept, waited = loss, epochs, 0
        epochs += 1
    return kept, epochs, best


def recursive_6_h(losses, patience, min_delta):
    def go(epoch, kept, best):
        if epoch == len(losses) or epoch - kept > patience:
            return [kept, epoch, best]
        better = losses[epoch] < best - min_delta
        return go(epoch + 1, *((epoch, losses[epoch]) if better else (kept, best)))

    return go(0, 0 if losses[0] < math.inf else -1, math.inf)


def list_of_better_ones_6_h(losses, patience, min_delta):
    better, best = [], np.inf
    for epoch, loss in enumerate(losses):
        if best - loss > min_delta:
            better.append(epoch)
            best = loss
    ends = [*better[1:], len(losses)]
    start = -1
    for start, following in zip(better, ends, strict=True):
        if following - start > patience:
            break
    Stop = collections.namedtuple("Stop", "best_epoch epochs best_loss")
    return Stop(np.int64(start), min(start + patience + 1, len(losses)), np.float64(losses[start]))


class Stopper6h:
    """Remembers what it has seen."""

    def __call__(self, losses, patience, min_delta):
        self.best, self.kept, self.seen = math.inf, 0, 0
        waiting = patience
        for loss in copy.copy(losses):
            self.seen += 1
            if self.best - loss > min_delta:
                self.best, self.kept, waiting = loss, self.seen - 1, patience
            else:
                waiting -= 1
            if not waiting:
                break
        return np.array([self.kept, self.seen, self.best], dtype=object)


WRONG = {
    "7.16": [
        (no_warmup_7_16, "no warm-up"),
        (warmup_from_zero_7_16, "t for t + 1"),
        (warmup_never_ends_7_16, "minimum forgotten"),
        (warmup_in_epochs_7_16, "warm-up counted in epochs"),
        (warmup_anew_in_each_epoch_7_16, "warm-up in each epoch"),
        (schedule_waits_for_the_warmup_7_16, "no falls during the warm-up"),
        (schedule_by_iterations_7_16, "schedule counts iterations"),
        (schedule_one_epoch_early_7_16, "one epoch too early"),
        (constant_rate_7_16, "no schedule"),
        (momentum_forgotten_7_16, "no momentum"),
        (summed_loss_7_16, "sum for mean"),
        (rest_left_out_7_16, "smaller batch left out"),
        (not_shuffled_7_16, "orders ignored"),
        (first_order_always_7_16, "always the first order"),
        (epoch_mean_7_16, "mean for sum of an epoch"),
        (epoch_weighted_by_examples_7_16, "mean over the examples of an epoch"),
        (final_of_the_last_batch_7_16, "final: last batch"),
        (final_before_training_7_16, "final: a new network"),
        (sums_so_far_7_16, "sums go on through the epochs"),
        (loss_after_the_step_7_16, "loss after the step"),
        (new_optimizer_in_each_epoch_7_16, "velocity lost in each epoch"),
        (new_network_in_each_epoch_7_16, "network starts anew in each epoch"),
        (falls_accumulate_with_the_warmup_7_16, "parts multiplied up"),
        (one_table_7_16, "results from last to first"),
    ],
    "7.17": [
        (greater_or_equal_7_17, "t = 1 at y = 0"),
        (signs_for_targets_7_17, "targets ±1"),
        (as_the_text_prints_it_7_17, "the misprint of the text"),
        (plain_formulas_7_17, "0 · log 0"),
        (logarithm_with_a_small_number_7_17, "1e-12 in the logarithm"),
        (clipped_logits_7_17, "logits clipped"),
        (exp_over_one_plus_exp_7_17, "∞/∞"),
        (sum_7_17, "sum for mean"),
        (derivative_not_averaged_7_17, "derivative of the sum"),
        (squares_not_averaged_7_17, "squares of the sum"),
        (target_minus_prediction_7_17, "sign"),
        (slope_of_the_sigmoid_forgotten_7_17, "squares without the sigmoid's slope"),
        (squares_without_two_7_17, "factor 2"),
        (slope_once_too_often_7_17, "slope multiplied once more"),
        (by_the_probability_7_17, "derivative by p"),
        (targets_exchanged_in_the_loss_7_17, "t and 1 − t exchanged"),
        (one_half_of_the_loss_7_17, "only the term with t"),
        (classified_7_17, "classes for probabilities"),
        (losses_of_all_7_17, "not averaged"),
        (bits_7_17, "logarithm to base 2"),
        (slope_of_tanh_7_17, "1 − p² for the slope"),
        (targets_from_the_logits_7_17, "t from f"),
    ],
    "6.a": [
        (rest_left_out_6_a, "rounded down"),
        (batches_across_epochs_6_a, "batches across epochs"),
        (always_one_more_6_a, "one batch more even if it divides"),
        (rate_after_training_6_a, "rate after the last fall"),
        (smooth_fall_6_a, "the rate falls in every epoch"),
        (start_rate_always_6_a, "no schedule for the reach"),
        (last_rate_always_6_a, "last rate for all"),
        (whole_stretches_6_a, "begun stretch left out"),
        (step_size_forgotten_6_a, "step_size forgotten in the series"),
        (batches_forgotten_6_a, "a step for each epoch"),
        (both_directions_6_a, "twice as far"),
        (without_the_first_term_6_a, "series from its second term"),
    ],
    "6.b": [
        (factor_of_every_step_6_b, "every ignored"),
        (factor_divided_by_every_6_b, "divided by every"),
        (factor_of_all_steps_6_b, "steps between counted"),
        (factor_before_the_gradient_6_b, "velocity before the gradient comes"),
        (factor_one_pause_too_many_6_b, "every + 1"),
        (factor_times_the_rate_6_b, "learning rate in the factor"),
        (averaged_velocity_6_b, "(1 − m) g"),
        (decay_on_its_own_6_b, "decay not in the velocity"),
        (half_of_the_decay_6_b, "λ/2"),
        (decay_with_minus_6_b, "sign of the decay"),
        (old_velocity_6_b, "moves by the old velocity"),
        (looking_ahead_6_b, "gradient at the point ahead"),
        (nesterov_with_the_old_velocity_6_b, "Nesterov with the old velocity"),
        (nesterov_goes_on_from_there_6_b, "Nesterov starts where momentum ended"),
        (gradient_at_the_start_6_b, "gradient computed once"),
        (one_step_less_6_b, "one step less"),
        (exchanged_6_b, "exchanged"),
        (in_place_6_b, "phi changed in place"),
    ],
    "6.c": [
        (decay_in_the_gradient_6_c, "Adam with a penalty"),
        (decay_after_the_step_6_c, "shrinks after the step"),
        (decay_without_the_rate_6_c, "1 − λ"),
        (adamax_with_decay_6_c, "AdaMax with decay"),
        (never_corrected_6_c, "no corrections"),
        (corrected_as_in_the_first_step_6_c, "corrections with t = 1"),
        (correction_stays_in_m_6_c, "corrected averages kept"),
        (steps_from_zero_6_c, "t from 0"),
        (eps_inside_the_root_6_c, "ε inside of the root"),
        (root_forgotten_6_c, "root forgotten"),
        (betas_exchanged_6_c, "β₁ and β₂ exchanged"),
        (adamax_of_all_entries_6_c, "largest of all entries"),
        (adamax_never_forgets_6_c, "largest of all times"),
        (adamax_sign_in_the_largest_6_c, "no absolute value"),
        (adamax_not_corrected_6_c, "AdaMax not corrected"),
        (adamax_goes_on_from_adamw_6_c, "AdaMax starts where AdamW ended"),
        (ratio_upside_down_6_c, "ratio upside down"),
        (ratio_without_the_root_6_c, "ratio without the root"),
        (ratio_of_the_first_average_6_c, "one correction only"),
    ],
    "6.d": [
        (drop_the_others_6_d, "keeps where u < p"),
        (not_rescaled_6_d, "not rescaled"),
        (divided_by_p_6_d, "1/p"),
        (scaled_in_prediction_6_d, "scaled in prediction"),
        (training_ignored_6_d, "drops in prediction"),
        (variance_in_prediction_6_d, "variance in prediction"),
        (full_matrix_on_the_way_back_6_d, "all weights on the way back"),
        (dropped_weights_learn_6_d, "no mask in the gradient"),
        (mask_without_scale_in_the_gradient_6_d, "no scale in the gradient"),
        (gradient_transposed_6_d, "transposed"),
        (gradient_averaged_6_d, "mean over the examples"),
        (units_dropped_6_d, "units for weights"),
        (square_of_the_sum_6_d, "square of the sum"),
        (spread_for_variance_6_d, "standard deviation"),
        (bernoulli_variance_6_d, "p(1 − p)"),
        (mean_of_the_square_6_d, "mean not subtracted"),
        (variance_of_this_mask_6_d, "variance with the given mask"),
        (variance_of_a_row_6_d, "mean over the examples"),
    ],
    "6.e": [
        (bugs_never_6_e, "never for version 5"),
        (bugs_averaged_6_e, "averaged for version 1"),
        (bugs_early_and_batch_6_e, "2 and 6 exchanged"),
        (bugs_shifted_6_e, "shifted by one"),
        (bugs_misspelt_6_e, "misspelt"),
        (bugs_with_version_zero_6_e, "seven words"),
        (bugs_set_6_e, "alphabetical"),
        (bugs_by_number_6_e, "numbers"),
        ([BUGS[3], *BUGS[1:3], BUGS[0], *BUGS[4:]], "1 and 4 exchanged"),
        ([*BUGS[:4], "rate-in-velocity", BUGS[5]], "a word twice"),
        (("never",) * 6, "placeholder"),
    ],
    "6.f": [
        (contiguous_6_f, "not stratified"),
        (every_kth_6_f, "every k-th, whatever its class"),
        (random_6_f, "at random"),
        (extras_in_the_first_folds_6_f, "all extras in the first folds"),
        (rest_left_out_6_f, "rest left out"),
        (rest_in_the_last_fold_6_f, "rest in the last fold"),
        (sorted_and_cut_6_f, "sorted by class and cut"),
        (labels_in_the_folds_6_f, "labels for numbers"),
        (fold_of_each_example_6_f, "the fold of each example"),
        (counted_from_one_6_f, "counted from 1"),
        (training_sets_6_f, "training sets"),
        (a_fold_for_each_class_6_f, "a class in each fold"),
        (folds_of_size_k_6_f, "folds of k examples"),
        (pointer_starts_at_the_class_6_f, "first fold given by the class"),
        (two_classes_only_6_f, "two classes hard-coded"),
    ],
    "6.g": [
        (mean_everywhere_6_g, "the minimum in any order"),
        (last_example_6_g, "last example"),
        (from_zero_once_6_g, "one epoch"),
        (order_reversed_6_g, "weights from last to first"),
        (two_forgotten_6_g, "factor 2 of the derivative"),
        (sample_variance_6_g, "n − 1"),
        (standard_deviation_6_g, "standard deviation"),
        (small_rates_only_6_g, "first order in η"),
        (variance_of_one_step_6_g, "one step only"),
        (sum_not_squared_6_g, "1 − a for 1 − a²"),
        (variance_of_the_mean_6_g, "variance of the mean"),
        (median_6_g, "median"),
        (shuffled_like_in_order_6_g, "shuffled like in order"),
        (one_random_order_6_g, "one random order"),
        (weights_one_off_6_g, "weights one power off"),
        (not_normalised_6_g, "not divided by 1 − aⁿ"),
        (few_epochs_6_g, "three epochs"),
    ],
    "6.h": [
        (lowest_of_all_6_h, "lowest of all, later ones too"),
        (stops_one_late_6_h, "one epoch late"),
        (last_not_counted_6_h, "last epoch not counted"),
        (min_delta_ignored_6_h, "min_delta ignored"),
        (equal_is_better_6_h, "by min_delta exactly"),
        (better_than_the_one_before_6_h, "compared with the epoch before"),
        (not_in_a_row_6_h, "not in a row"),
        (best_follows_small_gains_6_h, "small gains kept as well"),
        (nan_is_better_6_h, "NaN is better"),
        (stops_at_nan_6_h, "NaN stops"),
        (nan_left_out_6_h, "NaN left out"),
        (nan_does_not_wait_6_h, "NaN does not count for the patience"),
        (last_loss_6_h, "loss of the last epoch"),
        (counted_from_one_6_h, "epochs from 1"),
        (never_stops_6_h, "does not stop"),
        (relative_delta_6_h, "relative difference"),
        (restarted_count_is_one_6_h, "patience counts the good epoch"),
    ],
}

RIGHT = {
    "7.16": [stepwise_schedule_7_16, momentum_by_hand_7_16, torch_7_16],
    "7.17": [torch_7_17, with_tanh_7_17, number_by_number_7_17, library_7_17, masked_7_17],
    "6.a": [fractions_6_a, played_6_a, geometric_6_a],
    "6.b": [torch_6_b, library_6_b, recursive_6_b],
    "6.c": [torch_6_c, weighted_sums_6_c, Adam6c()],
    "6.d": [torch_6_d, all_masks_of_a_weight_6_d, lists_6_d],
    "6.e": [list(BUGS), np.array(BUGS), collections.deque(BUGS)],
    "6.f": [dealt_6_f, smallest_fold_6_f, cycle_6_f, recursive_6_f],
    "6.g": [weighted_mean_6_g, fractions_6_g, iterated_6_g, linear_equation_6_g],
    "6.h": [counter_6_h, recursive_6_h, list_of_better_ones_6_h, Stopper6h()],
}
