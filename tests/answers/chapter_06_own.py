"""Right and wrong answers to 6.a to 6.e; a wrong one comes with words of its diagnosis."""

# Written as students write: long, repetitive, and each on its own.
import math

import numpy as np

from bpkit.problems.planted_training import PLANTED

# ---- 6.a


def added_6_a(examples, batch_size, epochs, lr, step_size, gamma):
    each, reach, rate = math.ceil(examples / batch_size), 0.0, lr
    for epoch in range(epochs):
        if epoch > 0 and epoch % step_size == 0:
            rate *= gamma
        reach += each * rate
    return each * epochs, rate, reach, each * step_size * lr / (1 - gamma)


def series_6_a(examples, batch_size, epochs, lr, step_size, gamma):
    each = (examples + batch_size - 1) // batch_size
    full, rest = divmod(epochs, step_size)
    reach = each * lr * (step_size * (1 - gamma**full) / (1 - gamma) + rest * gamma**full)
    last = lr * gamma ** (full if rest else full - 1)
    return {"reach_forever": each * lr * step_size / (1 - gamma), "reach": reach, "last_lr": last,
            "steps": epochs * each}  # fmt: skip


def array_6_a(examples, batch_size, epochs, lr, step_size, gamma):
    each = len(range(0, examples, batch_size))
    rates = lr * gamma ** (np.arange(epochs) // step_size)
    many = lr * gamma ** (np.arange(3_000) // step_size)
    return np.array([each * epochs, rates[-1], each * rates.sum(), each * many.sum()])


RIGHT_6_A = [added_6_a, series_6_a, array_6_a]


def other_6_a(change):
    return lambda **a: change(a, *added_6_a(**a))


def whole_batches_6_a(examples, batch_size, **others):
    return added_6_a(batch_size * (examples // batch_size), batch_size, **others)


WRONG_6_A = [
    (whole_batches_6_a, "`steps`, `reach` and `reach_forever`: the last batch of an epoch, with fewer"),
    (lambda **a: added_6_a(**{**a, "batch_size": 1}), "for each batch, not each example"),
    (lambda **a: added_6_a(**{**a, "examples": 1}), "this counts epochs"),
    (other_6_a(lambda a, n, last, reach, ever: (n, added_6_a(**{**a, "epochs": a["epochs"] + 1})[1], reach, ever)),
     "`last_lr`: the learning rate changes after the last epoch once more"),
    (other_6_a(lambda a, n, last, reach, ever: (n, added_6_a(**{**a, "step_size": 1})[1], reach, ever)),
     "every step_size of them"),
    (other_6_a(lambda a, n, last, reach, ever: (n, last, n * a["lr"], ever)),
     "`reach`: the learning rate gets smaller"),
    (other_6_a(lambda a, n, last, reach, ever: (n, last, reach, ever / a["step_size"])),
     "`reach_forever`: each learning rate serves for step_size epochs"),
    (other_6_a(lambda a, n, last, reach, ever: (n, last, reach, reach)), "in the given number of epochs"),
    (other_6_a(lambda a, n, last, reach, ever: (n, last, reach, math.inf)), "not a finite number"),
]  # fmt: skip


# ---- 6.b


def twice_6_b(phi, gradient, lr, momentum, steps):
    heavy, v = phi.copy(), np.zeros_like(phi)
    for _ in range(steps):
        v = momentum * v + gradient(heavy)
        heavy -= lr * v
    ahead, v = phi.copy(), np.zeros_like(phi)
    for _ in range(steps):
        g = gradient(ahead)
        v = momentum * v + g
        ahead -= lr * (g + momentum * v)
    return heavy, ahead, 1 / (1 - momentum)


def two_points_6_b(phi, gradient, lr, momentum, steps):
    """Polyak's form without a velocity; and Sutskever's form of Nesterov's, whose gradients are taken ahead."""
    before, now = phi, phi
    for _ in range(steps):
        before, now = now, now - lr * gradient(now) + momentum * (now - before)
    theta, v = phi, 0 * phi
    for _ in range(steps):
        v = momentum * v + gradient(theta - lr * momentum * v)
        theta = theta - lr * v
    return {"factor": (1 - momentum) ** -1, "phi": now, "nesterov": theta - lr * momentum * v}


def all_gradients_6_b(phi, gradient, lr, momentum, steps):
    """The velocity as the sum of all gradients so far, each with its weight."""
    ends = []
    for nesterov in (False, True):
        point, gradients = phi, []
        for _ in range(steps):
            gradients.append(gradient(point))
            v = sum(momentum**age * g for age, g in enumerate(reversed(gradients)))
            point = point - lr * (gradients[-1] + momentum * v if nesterov else v)
        ends.append(point)
    return [*ends, np.sum(momentum ** np.arange(1_000))]


RIGHT_6_B = [twice_6_b, two_points_6_b, all_gradients_6_b]


def with_velocity_6_b(velocity):
    """Another velocity, in both forms."""

    def answer(phi, gradient, lr, momentum, steps):
        ends = []
        for nesterov in (False, True):
            point, v = phi.copy(), np.zeros(3)
            for _ in range(steps):
                g = gradient(point)
                v = velocity(v, g, momentum, lr)
                point -= lr * (g + momentum * v) if nesterov else lr * v
            ends.append(point)
        return *ends, 1 / (1 - momentum)

    return answer


def old_velocity_6_b(phi, gradient, lr, momentum, steps):
    point, v = phi.copy(), np.zeros(3)
    for _ in range(steps):
        g = gradient(point)
        point -= lr * v
        v = momentum * v + g
    return point, *twice_6_b(phi, gradient, lr, momentum, steps)[1:]


def sutskever_6_b(phi, gradient, lr, momentum, steps):
    heavy, _, factor = twice_6_b(phi, gradient, lr, momentum, steps)
    theta, v = phi, 0 * phi
    for _ in range(steps):
        v = momentum * v + gradient(theta - lr * momentum * v)
        theta = theta - lr * v
    return heavy, theta, factor


def in_place_6_b(phi, gradient, lr, momentum, steps):
    for _ in range(steps):
        phi -= lr * gradient(phi)
    return phi, phi, 1 / (1 - momentum)


def other_6_b(change):
    return lambda **a: change(a, *twice_6_b(**a))


WRONG_6_B = [
    (with_velocity_6_b(lambda v, g, m, lr: m * v + (1 - m) * g), "`phi` and `nesterov`: here the gradient is weighted"),
    (with_velocity_6_b(lambda v, g, m, lr: m * v + lr * g), "the learning rate is in it twice"),
    (old_velocity_6_b, "`phi`: the move is along the old velocity"),
    (lambda **a: twice_6_b(**{**a, "steps": a["steps"] - 1}), "one step is missing"),
    (lambda **a: (*twice_6_b(**{**a, "momentum": 0.0})[:2], 1 / (1 - a["momentum"])),
     "`phi` and `nesterov`: this is gradient descent"),
    (sutskever_6_b, "`nesterov`: the gradient is taken at the point ahead"),
    (other_6_b(lambda a, heavy, ahead, factor: (heavy, heavy, factor)), "`nesterov`: this is plain momentum"),
    (other_6_b(lambda a, heavy, ahead, factor: (ahead, ahead, factor)), "`phi`: this is Nesterov's form"),
    (other_6_b(lambda a, heavy, ahead, factor: (heavy, ahead, factor - 1)), "`factor`: the first g counts too"),
    (in_place_6_b, "changes its argument `phi` in place"),
]  # fmt: skip


# ---- 6.c


def loop_6_c(phi, gradients, lr, beta_1, beta_2, eps, weight_decay):
    ends = []
    for decay in (0, weight_decay):
        point, m, v = phi, 0, 0
        for t, g in enumerate(gradients, start=1):
            point = point * (1 - lr * decay)
            m = beta_1 * m + (1 - beta_1) * g
            v = beta_2 * v + (1 - beta_2) * g**2
            point = point - lr * (m / (1 - beta_1**t)) / (np.sqrt(v / (1 - beta_2**t)) + eps)
        ends.append(point)
    return *ends, (1 - beta_1) / math.sqrt(1 - beta_2)


def entry_by_entry_6_c(phi, gradients, lr, beta_1, beta_2, eps, weight_decay):
    adam, adamw = [], []
    for i in range(len(phi)):
        x, w, m, v, power_1, power_2 = float(phi[i]), float(phi[i]), 0.0, 0.0, 1.0, 1.0
        for g in gradients:
            m += (1 - beta_1) * (g[i] - m)
            v += (1 - beta_2) * (g[i] * g[i] - v)
            power_1, power_2 = power_1 * beta_1, power_2 * beta_2
            step = lr * m / (1 - power_1) / (math.sqrt(v / (1 - power_2)) + eps)
            x, w = x - step, w - lr * weight_decay * w - step
        adam.append(x)
        adamw.append(w)
    return {"ratio": (1 - beta_1) * (1 - beta_2) ** -0.5, "adamw": adamw, "adam": adam}


def averages_6_c(phi, gradients, lr, beta_1, beta_2, eps, weight_decay):
    """No correction: averages whose weights add up to 1 from the beginning."""
    adam, adamw = phi.copy(), phi.copy()
    for t in range(1, len(gradients) + 1):
        so_far, ages = np.array(gradients[:t]), np.arange(t)[::-1]
        m = np.average(so_far, axis=0, weights=beta_1**ages)
        v = np.average(so_far**2, axis=0, weights=beta_2**ages)
        step = lr * m / (v**0.5 + eps)
        adam, adamw = adam - step, (1 - lr * weight_decay) * adamw - step
    return [adam, adamw, np.sqrt((1 - beta_1) ** 2 / (1 - beta_2))]


RIGHT_6_C = [loop_6_c, entry_by_entry_6_c, averages_6_c]


def changed_6_c(step, decayed=lambda point, g, lr, decay: (point * (1 - lr * decay), g), first=1):
    """Other steps, as functions of m, v, the powers of β_1 and β_2, and eps."""

    def answer(phi, gradients, lr, beta_1, beta_2, eps, weight_decay):
        ends = []
        for decay in (0, weight_decay):
            point, m, v = phi, 0, 0
            for t, g in enumerate(gradients, start=first):
                point, g = decayed(point, g, lr, decay)
                m = beta_1 * m + (1 - beta_1) * g
                v = beta_2 * v + (1 - beta_2) * g**2
                point = point - lr * step(m, v, beta_1**t, beta_2**t, eps)
            ends.append(point)
        return *ends, (1 - beta_1) / math.sqrt(1 - beta_2)

    return answer


def usual_6_c(m, v, power_1, power_2, eps):
    return m / (1 - power_1) / (np.sqrt(v / (1 - power_2)) + eps)


WRONG_6_C = [
    (changed_6_c(lambda m, v, a, b, eps: m / (np.sqrt(v) + eps)), "`adam` and `adamw`: the bias correction is missing"),
    (changed_6_c(lambda m, v, a, b, eps: m / (1 - a) / (np.sqrt(v) + eps)), "v is not corrected"),
    (changed_6_c(lambda m, v, a, b, eps: m / (1 - a) / np.sqrt(v / (1 - b) + eps)), "eps is added outside"),
    (changed_6_c(usual_6_c, first=2), "t counts from 1"),
    (changed_6_c(usual_6_c, first=0), "not a finite number"),
    (changed_6_c(usual_6_c, lambda point, g, lr, decay: (point, g + decay * point)),
     "`adamw`: the decay goes through m"),
    (changed_6_c(usual_6_c, lambda point, g, lr, decay: (point * (1 - decay), g)), "lr is missing"),
    (lambda **a: (*loop_6_c(**a)[:2], 1.0), "`ratio`: that is the step with the correction"),
    (lambda **a: (*loop_6_c(**a)[:2], (1 - a["beta_1"]) / (1 - a["beta_2"])), "`ratio`: v goes through a root"),
    (lambda **a: (loop_6_c(**a)[0], loop_6_c(**a)[0], loop_6_c(**a)[2]), "`adamw`: no weight decay"),
]  # fmt: skip


# ---- 6.d


def plain_6_d(h, u, p, dl_dout, training):
    if not training:
        return h, dl_dout, np.zeros_like(h)
    factor = (u >= p) / (1 - p)
    return factor * h, factor * dl_dout, p / (1 - p) * h**2


def where_6_d(h, u, p, dl_dout, training):
    if not training:
        p = 0
    out = np.where(u < p, 0, h / (1 - p))
    return {"dl_dh": np.where(u < p, 0, dl_dout / (1 - p)), "out": out, "variance": h**2 / (1 - p) - h**2}


def loops_6_d(h, u, p, dl_dout, training):
    out, dl_dh, variance = h.copy(), dl_dout.copy(), np.zeros(h.shape)
    if training:
        for i, j in np.ndindex(h.shape):
            kept = 0 if u[i, j] < p else 1
            out[i, j] *= kept / (1 - p)
            dl_dh[i, j] *= kept / (1 - p)
            variance[i, j] = p * (0 - h[i, j]) ** 2 + (1 - p) * (h[i, j] / (1 - p) - h[i, j]) ** 2
    return [out, dl_dh, variance]


RIGHT_6_D = [plain_6_d, where_6_d, loops_6_d]


def other_6_d(change):
    """Other entries in training, as functions of h, the mask, p and ∂ℓ/∂out."""

    def answer(h, u, p, dl_dout, training):
        if not training:
            return plain_6_d(h, u, p, dl_dout, training)
        return change(h, (u >= p).astype(float), p, dl_dout, *plain_6_d(h, u, p, dl_dout, training))

    return answer


WRONG_6_D = [
    (other_6_d(lambda h, mask, p, g, out, back, var: (out, g, var)), "`dl_dh`: the mask is missing on the way back: a"),
    (other_6_d(lambda h, mask, p, g, out, back, var: (out, g / (1 - p), var)), "the factor is there"),
    (other_6_d(lambda h, mask, p, g, out, back, var: (out, mask * g, var)), "so their gradients are too"),
    (other_6_d(lambda h, mask, p, g, out, back, var: (mask * h, back, var)), "`out`: the kept units are not scaled"),
    (lambda h, u, p, dl_dout, training: (*plain_6_d(h, 1 - u, 1 - p, dl_dout, False)[:2], 0 * h)
     if not training else (*((u < 1 - p) / (1 - p) * one for one in (h, dl_dout)), h**2 * p / (1 - p)),
     "`out` and `dl_dh`: p is the probability to be dropped"),
    (lambda h, u, p, dl_dout, training: plain_6_d(h, u, p, dl_dout, True), "when not training too"),
    (other_6_d(lambda h, mask, p, g, out, back, var: (out, back, h**2 / (1 - p))),
     "`variance`: this is the second moment"),
    (other_6_d(lambda h, mask, p, g, out, back, var: (out, back, h**2 * p * (1 - p))), "whose square is missing"),
    (other_6_d(lambda h, mask, p, g, out, back, var: (out, back, p * (1 - p) + 0 * h)), "of the mask alone"),
]  # fmt: skip


# ---- 6.e

RIGHT_6_E = [PLANTED, list(PLANTED), {f"version_{n}": f" {bug.upper()} " for n, bug in enumerate(PLANTED, start=1)}]


def claimed_6_e(number, bug):
    return tuple(bug if n == number else planted for n, planted in enumerate(PLANTED, start=1))


WRONG_6_E = [
    (claimed_6_e(1, "new-optimizer"), "`version_1`: with the bug you name, with momentum, the first step after"),
    (claimed_6_e(2, "one-early"), "would be an epoch less; in this version: step_size alone."),
    (claimed_6_e(3, "averaged"), "would be all equal; in this version: growing."),
    (claimed_6_e(4, "each-batch"), "without momentum, the number of steps with the first learning rate would be"),
    (claimed_6_e(4, "new-optimizer"), "in this version: that of one epoch"),
    (claimed_6_e(5, "rate-in-velocity"), "would be nearly as long as before"),
    (claimed_6_e(6, "never"), "would be all of them; in this version: an epoch less."),
    (claimed_6_e(6, "too-large"), '"too-large" is unknown here: the words are again-and-again, '),
    (PLANTED[:5], "has 5 parts, expected 6"),
]  # fmt: skip


RIGHT = {"6.a": RIGHT_6_A, "6.b": RIGHT_6_B, "6.c": RIGHT_6_C, "6.d": RIGHT_6_D, "6.e": RIGHT_6_E}
WRONG = {"6.a": WRONG_6_A, "6.b": WRONG_6_B, "6.c": WRONG_6_C, "6.d": WRONG_6_D, "6.e": WRONG_6_E}
