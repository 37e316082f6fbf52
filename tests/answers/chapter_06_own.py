"""Right and wrong answers to 6.a to 6.e; a wrong one comes with words of its diagnosis."""

# Written as students write: long, repetitive, and each on its own.
import math

import numpy as np

import bpkit as bp
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


def twice_6_b(phi, gradient, lr, momentum, weight_decay, steps, every):
    heavy, v = phi.copy(), np.zeros_like(phi)
    for _ in range(steps):
        v = momentum * v + gradient(heavy) + weight_decay * heavy
        heavy -= lr * v
    ahead, v = phi.copy(), np.zeros_like(phi)
    for _ in range(steps):
        g = gradient(ahead) + weight_decay * ahead
        v = momentum * v + g
        ahead -= lr * (g + momentum * v)
    return heavy, ahead, 1 / (1 - momentum**every)


def two_points_6_b(phi, gradient, lr, momentum, weight_decay, steps, every):
    """Polyak's form without a velocity; and Sutskever's form of Nesterov's, whose gradients are taken ahead."""
    before, now = phi, phi
    for _ in range(steps):
        before, now = now, now - lr * gradient(now) - lr * weight_decay * now + momentum * (now - before)
    theta, v = phi, 0 * phi
    for _ in range(steps):
        point = theta - lr * momentum * v
        v = momentum * v + gradient(point) + weight_decay * point
        theta = theta - lr * v
    factor = 0.0
    for t in range(1_000 * every + 1):
        factor = momentum * factor + (t % every == 0)
        if t % every == 0 and momentum**t < 1e-12:
            break
    return {"factor": factor, "phi": now, "nesterov": theta - lr * momentum * v}


def all_gradients_6_b(phi, gradient, lr, momentum, weight_decay, steps, every):
    """The velocity as the sum of all gradients so far, each with its weight."""
    ends = []
    for nesterov in (False, True):
        point, gradients = phi, []
        for _ in range(steps):
            gradients.append(gradient(point) + weight_decay * point)
            v = sum(momentum**age * g for age, g in enumerate(reversed(gradients)))
            point = point - lr * (gradients[-1] + momentum * v if nesterov else v)
        ends.append(point)
    return [*ends, np.sum(momentum ** np.arange(0, 3_000, every))]


def with_optimizer_6_b(phi, gradient, lr, momentum, weight_decay, steps, every):
    """The library's optimizer, which has no Nesterov: that by hand."""
    ends = [phi.copy(), twice_6_b(phi, gradient, lr, momentum, weight_decay, steps, every)[1]]
    optimizer = bp.SGD(ends[:1], lr=lr, momentum=momentum)
    for _ in range(steps):
        optimizer.step([gradient(ends[0]) + weight_decay * ends[0]])
    return (*ends, 1 / -np.expm1(every * np.log(momentum)))


RIGHT_6_B = [twice_6_b, two_points_6_b, all_gradients_6_b, with_optimizer_6_b]


def with_gradient_6_b(changed=lambda g, point, start, decay: g + decay * point,
                      velocity=lambda v, g, m, lr: m * v + g):  # fmt: skip
    """Another gradient or another velocity, in both forms."""

    def answer(phi, gradient, lr, momentum, weight_decay, steps, every):
        ends = []
        for nesterov in (False, True):
            point, v = phi.copy(), np.zeros(3)
            for _ in range(steps):
                g = changed(gradient(point), point, phi, weight_decay)
                v = velocity(v, g, momentum, lr)
                point -= lr * (g + momentum * v) if nesterov else lr * v
            ends.append(point)
        return *ends, 1 / (1 - momentum**every)

    return answer


def chapter_6_b(phi, gradient, lr, momentum, weight_decay, steps, every):
    """The chapter's `momentum`, and what it says of a gradient that hardly changes."""
    memory, start = {}, phi
    for _ in range(steps):
        memory["velocity"] = momentum * memory.get("velocity", 0) + gradient(phi)
        phi = phi - lr * memory["velocity"]
    return phi, twice_6_b(start, gradient, lr, momentum, weight_decay, steps, every)[1], 1 / (1 - momentum)


def old_velocity_6_b(phi, gradient, lr, momentum, weight_decay, steps, every):
    point, v = phi.copy(), np.zeros(3)
    for _ in range(steps):
        g = gradient(point) + weight_decay * point
        point -= lr * v
        v = momentum * v + g
    return point, *twice_6_b(phi, gradient, lr, momentum, weight_decay, steps, every)[1:]


def decoupled_6_b(phi, gradient, lr, momentum, weight_decay, steps, every):
    ends = []
    for nesterov in (False, True):
        point, v = phi, 0
        for _ in range(steps):
            g = gradient(point)
            v = momentum * v + g
            point = point * (1 - lr * weight_decay) - lr * (g + momentum * v if nesterov else v)
        ends.append(point)
    return *ends, 1 / (1 - momentum**every)


def half_decayed_6_b(phi, gradient, lr, momentum, weight_decay, steps, every):
    point, v = phi, 0
    for _ in range(steps):
        g = gradient(point)
        v = momentum * v + (g + weight_decay * point)
        point = point - lr * (g + momentum * v)
    right = twice_6_b(phi, gradient, lr, momentum, weight_decay, steps, every)
    return right[0], point, right[2]


def in_place_6_b(phi, gradient, lr, momentum, weight_decay, steps, every):
    for _ in range(steps):
        phi -= lr * gradient(phi)
    return phi, phi, 1 / (1 - momentum**every)


def other_6_b(change):
    return lambda **a: change(a, *twice_6_b(**a))


WRONG_6_B = [
    (chapter_6_b, "`phi`: this is without weight decay"),
    (chapter_6_b, "`factor`: this is for a gradient that comes in every step"),
    (with_gradient_6_b(lambda g, point, start, decay: g), "`phi` and `nesterov`: this is without weight decay"),
    (with_gradient_6_b(lambda g, point, start, decay: g + decay * start), "the decay is that of the start"),
    (with_gradient_6_b(lambda g, point, start, decay: g + 2 * decay * point), "is λϕ, without a 2"),
    (decoupled_6_b, "the decay shrinks ϕ beside the step here"),
    (half_decayed_6_b, "`nesterov`: the last gradient in the move lacks its decay"),
    (with_gradient_6_b(velocity=lambda v, g, m, lr: m * v + (1 - m) * g), "here the gradient is weighted"),
    (with_gradient_6_b(velocity=lambda v, g, m, lr: m * v + lr * g), "the learning rate is in it twice"),
    (old_velocity_6_b, "`phi`: the move is along the old velocity"),
    (lambda **a: twice_6_b(**{**a, "steps": a["steps"] - 1}), "one step is missing"),
    (lambda **a: (*twice_6_b(**{**a, "momentum": 0.0})[:2], twice_6_b(**a)[2]),
     "`phi` and `nesterov`: this is gradient descent"),
    (other_6_b(lambda a, heavy, ahead, factor: (heavy, heavy, factor)), "`nesterov`: this is plain momentum"),
    (other_6_b(lambda a, heavy, ahead, factor: (ahead, ahead, factor)), "`phi`: this is Nesterov's form"),
    (other_6_b(lambda a, heavy, ahead, factor: (heavy, ahead, factor - 1)), "`factor`: the newest g counts too"),
    (other_6_b(lambda a, heavy, ahead, factor: (heavy, ahead, 1 / (1 - a["momentum"]) / a["every"])),
     "`factor`: this is the average over all steps"),
    (in_place_6_b, "changes its argument `phi` in place"),
]  # fmt: skip


# ---- 6.c


def loop_6_c(phi, gradients, lr, beta_1, beta_2, eps, weight_decay):
    point, m, v = phi, 0, 0
    for t, g in enumerate(gradients, start=1):
        point = point * (1 - lr * weight_decay)
        m = beta_1 * m + (1 - beta_1) * g
        v = beta_2 * v + (1 - beta_2) * g**2
        point = point - lr * (m / (1 - beta_1**t)) / (np.sqrt(v / (1 - beta_2**t)) + eps)
    largest, m, u = phi, 0, 0
    for t, g in enumerate(gradients, start=1):
        m = beta_1 * m + (1 - beta_1) * g
        u = np.maximum(u * beta_2, abs(g))
        largest = largest - lr / (1 - beta_1**t) * m / u
    return point, largest, (1 - beta_1) / math.sqrt(1 - beta_2)


def entry_by_entry_6_c(phi, gradients, lr, beta_1, beta_2, eps, weight_decay):
    adamw, adamax = [], []
    for i in range(len(phi)):
        x, w, m, v, u, power_1, power_2 = float(phi[i]), float(phi[i]), 0.0, 0.0, 0.0, 1.0, 1.0
        for g in gradients:
            m += (1 - beta_1) * (g[i] - m)
            v += (1 - beta_2) * (g[i] * g[i] - v)
            u = max(beta_2 * u, g[i], -g[i])
            power_1, power_2 = power_1 * beta_1, power_2 * beta_2
            x -= lr * m / (1 - power_1) / u
            w = w - lr * weight_decay * w - lr * m / (1 - power_1) / (math.sqrt(v / (1 - power_2)) + eps)
        adamax.append(x)
        adamw.append(w)
    return {"ratio": (1 - beta_1) * (1 - beta_2) ** -0.5, "adamw": adamw, "adamax": adamax}


def averages_6_c(phi, gradients, lr, beta_1, beta_2, eps, weight_decay):
    """No correction: averages whose weights add up to 1 from the beginning, and the largest of all so far."""
    adamax, adamw = phi.copy(), phi.copy()
    for t in range(1, len(gradients) + 1):
        so_far, ages = np.array(gradients[:t]), np.arange(t)[::-1]
        m = np.average(so_far, axis=0, weights=beta_1**ages)
        v = np.average(so_far**2, axis=0, weights=beta_2**ages)
        u = np.max(beta_2 ** ages[:, None] * np.abs(so_far), axis=0)
        adamax, adamw = adamax - lr * m / u, (1 - lr * weight_decay) * adamw - lr * m / (v**0.5 + eps)
    return [adamw, adamax, np.sqrt((1 - beta_1) ** 2 / (1 - beta_2))]


RIGHT_6_C = [loop_6_c, entry_by_entry_6_c, averages_6_c]


def changed_6_c(step, decayed=lambda point, g, lr, decay: (point * (1 - lr * decay), g), first=1):
    """Other steps of AdamW, as functions of m, v, the powers of β_1 and β_2, and eps."""

    def answer(phi, gradients, lr, beta_1, beta_2, eps, weight_decay):
        point, m, v = phi, 0, 0
        for t, g in enumerate(gradients, start=first):
            point, g = decayed(point, g, lr, weight_decay)
            m = beta_1 * m + (1 - beta_1) * g
            v = beta_2 * v + (1 - beta_2) * g**2
            point = point - lr * step(m, v, beta_1**t, beta_2**t, eps)
        return point, *loop_6_c(phi, gradients, lr, beta_1, beta_2, eps, weight_decay)[1:]

    return answer


def usual_6_c(m, v, power_1, power_2, eps):
    return m / (1 - power_1) / (np.sqrt(v / (1 - power_2)) + eps)


def largest_6_c(kept=lambda u, g, beta: np.maximum(beta * u, np.abs(g)), corrected=lambda m, power: m / (1 - power),
                below=lambda u, power, eps: u):  # fmt: skip
    """Other steps of AdaMax."""

    def answer(phi, gradients, lr, beta_1, beta_2, eps, weight_decay):
        right = loop_6_c(phi, gradients, lr, beta_1, beta_2, eps, weight_decay)
        m, u = 0, np.zeros(3)
        for t, g in enumerate(gradients, start=1):
            m, u = beta_1 * m + (1 - beta_1) * g, kept(u, g, beta_2)
            phi = phi - lr * corrected(m, beta_1**t) / below(u, beta_2**t, eps)
        return right[0], phi, right[2]

    return answer


def chapter_6_c(phi, gradients, lr, beta_1, beta_2, eps, weight_decay):
    """The chapter's `adam`, step by step, for both."""
    memory = {}
    for t, g in enumerate(gradients, start=1):
        memory["mean"] = beta_1 * memory.get("mean", 0) + (1 - beta_1) * g
        memory["square"] = beta_2 * memory.get("square", 0) + (1 - beta_2) * g**2
        mean, square = memory["mean"] / (1 - beta_1**t), memory["square"] / (1 - beta_2**t)
        phi = phi - lr * mean / (np.sqrt(square) + eps)
    return phi, phi, (1 - beta_1) / math.sqrt(1 - beta_2)


WRONG_6_C = [
    (chapter_6_c, "`adamw`: this is Adam: the weight decay is missing"),
    (chapter_6_c, "`adamax`: this is Adam: what m is divided by"),
    (lambda **a: (loop_6_c(**a)[0], *loop_6_c(**a)[::2]), "`adamax`: this is AdamW"),
    (changed_6_c(lambda m, v, a, b, eps: m / (np.sqrt(v) + eps)), "`adamw`: the bias correction is missing"),
    (changed_6_c(lambda m, v, a, b, eps: m / (1 - a) / (np.sqrt(v) + eps)), "v is not corrected"),
    (changed_6_c(lambda m, v, a, b, eps: m / (1 - a) / np.sqrt(v / (1 - b) + eps)), "eps is added outside"),
    (changed_6_c(usual_6_c, first=2), "t counts from 1"),
    (changed_6_c(usual_6_c, first=0), "not a finite number"),
    (changed_6_c(usual_6_c, lambda point, g, lr, decay: (point, g + decay * point)),
     "`adamw`: the decay goes through m"),
    (changed_6_c(usual_6_c, lambda point, g, lr, decay: (point * (1 - decay), g)), "lr is missing"),
    (largest_6_c(corrected=lambda m, power: m), "`adamax`: m is not corrected"),
    (largest_6_c(below=lambda u, power, eps: u / (1 - power)), "u needs no correction"),
    (largest_6_c(kept=lambda u, g, beta: beta * u + (1 - beta) * np.abs(g)), "the larger of β_2·u and |g| is taken"),
    (largest_6_c(kept=lambda u, g, beta: np.maximum(u, np.abs(g))), "the old u has to fade"),
    (largest_6_c(below=lambda u, power, eps: u + eps), "there is no eps in AdaMax"),
    (lambda **a: (*loop_6_c(**a)[:2], 1.0), "`ratio`: that is the step with the correction"),
    (lambda **a: (*loop_6_c(**a)[:2], (1 - a["beta_1"]) / (1 - a["beta_2"])), "`ratio`: v goes through a root"),
]  # fmt: skip


# ---- 6.d


def plain_6_d(h, omega, u, p, dl_df, training):
    if not training:
        return omega @ h, omega.T @ dl_df, dl_df @ h.T, np.zeros_like(dl_df)
    factor = (u >= p) / (1 - p)
    return ((factor * omega) @ h, (factor * omega).T @ dl_df, factor * (dl_df @ h.T), p / (1 - p) * (omega**2 @ h**2))


def where_6_d(h, omega, u, p, dl_df, training):
    if not training:
        p = 0
    weights = np.where(u < p, 0, omega / (1 - p))
    return {"dl_dh": weights.T @ dl_df, "f": weights @ h, "variance": omega**2 @ h**2 / (1 - p) - omega**2 @ h**2,
            "dl_domega": np.where(u < p, 0, dl_df @ h.T) / (1 - p)}  # fmt: skip


def loops_6_d(h, omega, u, p, dl_df, training):
    f, variance = np.zeros(dl_df.shape), np.zeros(dl_df.shape)
    dl_dh, dl_domega = np.zeros(h.shape), np.zeros(omega.shape)
    for i, j in np.ndindex(omega.shape):
        factor = 1.0 if not training else 0.0 if u[i, j] < p else 1 / (1 - p)
        for n in range(h.shape[1]):
            term = omega[i, j] * h[j, n]
            f[i, n] += factor * term
            dl_dh[j, n] += dl_df[i, n] * factor * omega[i, j]
            dl_domega[i, j] += dl_df[i, n] * factor * h[j, n]
            if training:
                variance[i, n] += p * (0 - term) ** 2 + (1 - p) * (term / (1 - p) - term) ** 2
    return [f, dl_dh, dl_domega, variance]


RIGHT_6_D = [plain_6_d, where_6_d, loops_6_d]


def other_6_d(change):
    """Other entries in training, as functions of the arguments, the mask, and the right entries."""

    def answer(h, omega, u, p, dl_df, training):
        right = plain_6_d(h, omega, u, p, dl_df, training)
        return change(h, omega, p, dl_df, u >= p, *right) if training else right

    return answer


def other_mask_6_d(mask):
    def answer(h, omega, u, p, dl_df, training):
        right = plain_6_d(h, omega, u, p, dl_df, training)
        if not training:
            return right
        weights = mask(u, p) / (1 - p) * omega
        return weights @ h, weights.T @ dl_df, mask(u, p) / (1 - p) * (dl_df @ h.T), right[3]

    return answer


def chapter_6_d(h, omega, u, p, dl_df, training):
    """The chapter's `dropout` and its way back, before a linear layer."""
    if not training:
        return omega @ h, omega.T @ dl_df, dl_df @ h.T, np.zeros_like(dl_df)
    kept = u >= p
    out = h * kept / (1 - p)
    return omega @ out, omega.T @ dl_df * kept / (1 - p), dl_df @ out.T, omega**2 @ h**2 * p / (1 - p)


WRONG_6_D = [
    (chapter_6_d, "units are dropped here, as in the chapter"),
    (other_6_d(lambda h, o, p, g, mask, f, back, d, var: (f, o.T @ g, d, var)), "`dl_dh`: the mask is missing"),
    (other_6_d(lambda h, o, p, g, mask, f, back, d, var: (f, o.T @ g / (1 - p), d, var)), "the factor is there"),
    (other_6_d(lambda h, o, p, g, mask, f, back, d, var: (f, back, g @ h.T, var)),
     "`dl_domega`: a weight that was dropped had no part"),
    (other_6_d(lambda h, o, p, g, mask, f, back, d, var: (f, back, mask * (g @ h.T), var)),
     "`dl_domega`: this is the derivative by the weight in use"),
    (other_6_d(lambda h, o, p, g, mask, f, back, d, var: ((mask * o) @ h, back, d, var)),
     "`f`: the kept weights are not scaled"),
    (other_mask_6_d(lambda u, p: u < 1 - p), "`f`, `dl_dh` and `dl_domega`: p is the probability to be dropped"),
    (other_mask_6_d(lambda u, p: u > p), "u = p is not below p"),
    (lambda h, omega, u, p, dl_df, training: plain_6_d(h, omega, u, p, dl_df, True), "when not training too"),
    (other_6_d(lambda h, o, p, g, mask, f, back, d, var: (f, back, d, o**2 @ h**2 / (1 - p))),
     "`variance`: these are the second moments"),
    (other_6_d(lambda h, o, p, g, mask, f, back, d, var: (f, back, d, (o @ h) ** 2 * p / (1 - p))),
     "`variance`: this squares the sum of the terms"),
    (other_6_d(lambda h, o, p, g, mask, f, back, d, var: (f, back, d, var * (1 - p) ** 2)), "whose square is missing"),
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
