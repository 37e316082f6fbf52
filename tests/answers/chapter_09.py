"""Right and wrong answers to 9.a to 9.j; a wrong one comes with words of its diagnosis."""

# Written as students write: long, repetitive, and each on its own.
import math

import numpy as np

import bpkit as bp

# ---- 9.a


def loop_9_a(x, y, beta, omega, weights):
    features, examples = x.shape
    risk, dl_dbeta, dl_domega = 0.0, np.zeros((1, 1)), np.zeros((1, features))
    for i in range(examples):
        gap = beta[0, 0] + omega[0] @ x[:, i] - y[0, i]
        risk += weights[i] * gap**2 / examples
        dl_dbeta += 2 * weights[i] * gap / examples
        dl_domega += 2 * weights[i] * gap / examples * x[:, i]
    F = np.vstack([np.ones(examples), x])
    best = np.linalg.solve(F @ np.diag(weights) @ F.T, F @ (weights * y[0]))
    return {"risk": risk, "dl_dbeta": dl_dbeta, "dl_domega": dl_domega, "best": best}


def network_9_a(x, y, beta, omega, weights):
    net = bp.Network([bp.Linear.of(beta.copy(), omega.copy())])
    loss, grads = bp.backprop(net, bp.LeastSquares("mean"), x, y, weights=weights)
    F = np.vstack([np.ones(x.shape[1]), x])
    return loss, grads.beta[0], grads.omega[0], np.linalg.solve((F * weights) @ F.T, (F * weights) @ y[0])


def graph_9_a(x, y, beta, omega, weights):
    def risk(c):
        return np.mean(weights * (c[0] + c[1:] @ x - y[0]) ** 2)

    c = np.concatenate([beta[0], omega[0]])
    g = bp.grad(risk)(c)
    # a quadratic function is at its minimum after one step of Newton's
    return risk(c), g[0], g[1:], c - np.linalg.solve(bp.hessian(risk)(c), g)


RIGHT_9_A = [loop_9_a, network_9_a, graph_9_a]


def other_9_a(change):
    def answer(x, y, beta, omega, weights):
        return {**loop_9_a(x, y, beta, omega, weights), **change(x, y, beta, omega, weights)}

    return answer


def squared_in_the_minimum_9_a(x, y, beta, omega, weights):
    rows = np.vstack([weights, weights * x]).T
    return {"best": np.linalg.lstsq(rows, weights * y[0], rcond=None)[0]}


def ones_not_weighted_9_a(x, y, beta, omega, weights):
    rows = np.vstack([np.ones(x.shape[1]), np.sqrt(weights) * x]).T
    return {"best": np.linalg.lstsq(rows, np.sqrt(weights) * y[0], rcond=None)[0]}


def only_the_loss_9_a(x, y, beta, omega, weights):
    right = loop_9_a(x, y, beta, omega, np.ones_like(weights))
    return {"dl_dbeta": right["dl_dbeta"], "dl_domega": right["dl_domega"]}


def by_their_sum_9_a(x, y, beta, omega, weights):
    return loop_9_a(x, y, beta, omega, weights / weights.mean())


WRONG_9_A = [
    (lambda x, y, beta, omega, weights: loop_9_a(x, y, beta, omega, 0 * weights + 1), "the weights are missing"),
    (other_9_a(only_the_loss_9_a), "`dl_dbeta` and `dl_domega`: the weights are missing"),
    (by_their_sum_9_a, "the divisor is the number of examples I here"),
    (lambda x, y, beta, omega, weights: loop_9_a(x, y, beta, omega, weights**2), "the weights are squared"),
    (other_9_a(squared_in_the_minimum_9_a), "`best`: features and targets were multiplied by w"),
    (other_9_a(ones_not_weighted_9_a), "`best`"),
    (other_9_a(lambda x, y, b, o, w: {"risk": loop_9_a(x, y, b, o, w)["risk"] * len(w)}), "`risk`: this is the sum"),
    (other_9_a(lambda x, y, b, o, w: {"dl_dbeta": loop_9_a(x, y, b, o, w)["dl_dbeta"] / 2}), "has a factor of 2"),
    (other_9_a(lambda x, y, b, o, w: {"dl_domega": -loop_9_a(x, y, b, o, w)["dl_domega"]}), "the sign"),
    (other_9_a(lambda x, y, b, o, w: {"best": np.append(b[0], o[0])}), "these are the coefficients that were given"),
]


# ---- 9.b


def loop_9_b(a, n_source, n_target, losses):
    weights, total, of_weights = [], 0.0, 0.0
    for logit, loss in zip(a, losses, strict=True):
        q = 1 / (1 + math.exp(-logit))
        w = q / (1 - q) / n_target * n_source
        weights.append(w)
        total += w * loss
        of_weights += w
    return {"weights": np.array(weights), "risk": total / len(losses), "normalised": total / of_weights}


def logarithms_9_b(a, n_source, n_target, losses):
    w = np.exp(a + np.log(n_source) - np.log(n_target))
    return w, (w * losses).mean(), np.average(losses, weights=w)


def without_prior_9_b(a, n_source, n_target, losses):
    # The factor is left out where it cancels.
    e = np.exp(a)
    return e * n_source / n_target, (e @ losses) * n_source / n_target / len(a), e / e.sum() @ losses


RIGHT_9_B = [loop_9_b, logarithms_9_b, without_prior_9_b]


def with_weights_9_b(weights):
    def answer(a, n_source, n_target, losses):
        w = weights(a, n_source, n_target)
        return w, np.mean(w * losses), w @ losses / w.sum()

    return answer


def other_9_b(place, value):
    def answer(a, n_source, n_target, losses):
        right = list(logarithms_9_b(a, n_source, n_target, losses))
        right[place] = value(*right, a, n_source, n_target, losses)
        return tuple(right)

    return answer


WRONG_9_B = [
    (with_weights_9_b(lambda a, n, m: np.exp(-a) * m / n), "upside down: this is source over target"),
    (with_weights_9_b(lambda a, n, m: np.exp(-a) * n / m), "the sign of a is wrong"),
    (with_weights_9_b(lambda a, n, m: np.exp(a)), "n_source and n_target are forgotten"),
    (with_weights_9_b(lambda a, n, m: np.exp(a) * m / n), "n_source and n_target are exchanged"),
    (with_weights_9_b(lambda a, n, m: n / m / (1 + np.exp(-a))), "this takes the probability"),
    (with_weights_9_b(lambda a, n, m: np.exp(a) * n / (n + m)), "not the source's share"),
    (other_9_b(2, lambda w, plain, normalised, *_: plain), "`normalised`: the weights are not normalised"),
    (other_9_b(1, lambda w, plain, normalised, *_: normalised), "`risk`: the weights are normalised here"),
    (other_9_b(1, lambda w, plain, normalised, a, n, m, losses: w @ losses / n), "divided by n_source"),
    (other_9_b(1, lambda w, plain, normalised, a, n, m, losses: losses.mean()), "this is the risk in the source"),
    (other_9_b(0, lambda w, *_: w / w.sum()), None),
]


# ---- 9.c


def loop_9_c(weights, sigma, wanted):
    s = s2 = 0.0
    for w in weights:
        s += w
        s2 += w * w
    variance = sigma**2 * s2 / s**2
    needed = len(weights)
    while variance * len(weights) / needed > wanted**2:
        needed += 1
    while needed > 1 and variance * len(weights) / (needed - 1) <= wanted**2:
        needed -= 1
    return {"size": s**2 / s2, "standard_error": math.sqrt(variance), "needed": needed}


def shares_9_c(weights, sigma, wanted):
    shares = weights / weights.sum()
    size = 1 / (shares @ shares)
    per_example = size / len(weights)
    return size, sigma * np.linalg.norm(shares), math.ceil((sigma / wanted) ** 2 / per_example)


def library_9_c(weights, sigma, wanted):
    size = bp.shift.effective_size(weights)
    return size, sigma / size**0.5, int(len(weights) * (sigma / wanted) ** 2 / size) + 1


RIGHT_9_C = [loop_9_c, shares_9_c, library_9_c]


def other_9_c(place, value):
    def answer(weights, sigma, wanted):
        right = list(shares_9_c(weights, sigma, wanted))
        right[place] = value(*right, weights, sigma, wanted)
        return tuple(right)

    return answer


WRONG_9_C = [
    (other_9_c(0, lambda size, *_: 1 / size), "`size`: upside down"),
    (other_9_c(0, lambda size, error, needed, w, *_: w.sum()), "the sum of the weights is no number of examples"),
    (other_9_c(0, lambda size, error, needed, w, *_: w.sum() / w.max()), "the largest weight alone decides"),
    (other_9_c(1, lambda size, error, needed, w, sigma, wanted: sigma / len(w) ** 0.5), "these are all examples"),
    (other_9_c(1, lambda size, error, *_: error**2), "this is the variance of the mean"),
    (other_9_c(1, lambda size, error, needed, w, sigma, wanted: sigma / size), "the root is missing"),
    (other_9_c(2, lambda size, error, needed, *_: needed - 1), "one too few"),
    (other_9_c(2, lambda size, error, needed, w, sigma, wanted: math.ceil((sigma / wanted) ** 2)),
     "so many would do if all counted the same"),
    (other_9_c(2, lambda size, error, needed, w, sigma, wanted: math.ceil(len(w) * error / wanted)),
     "the quotient is to be squared"),
    (other_9_c(2, lambda size, error, needed, w, sigma, wanted: len(w) * (error / wanted) ** 2), "is whole: round up"),
]  # fmt: skip


# ---- 9.d


def loop_9_d(p_source, p_target, losses, examples, thresholds):
    truth = sum(p * loss for p, loss in zip(p_target, losses, strict=True))
    bias, variance = [], []
    for c in thresholds:
        first = second = 0.0
        for p, q, loss in zip(p_source, p_target, losses, strict=True):
            term = min(q / p, c) * loss
            first += p * term
            second += p * term**2
        bias.append(first - truth)
        variance.append((second - first**2) / examples)
    errors = [b * b + v for b, v in zip(bias, variance, strict=True)]
    return {"bias": np.array(bias), "variance": np.array(variance), "best": errors.index(min(errors))}


def cut_off_9_d(p_source, p_target, losses, examples, thresholds):
    # What clipping takes away is the bias; the variance is that of the terms around their mean.
    w = (p_target / p_source)[:, None]
    bias = -(p_source * losses) @ np.maximum(w - thresholds, 0)
    terms = np.minimum(w, thresholds) * losses[:, None]
    variance = p_source @ (terms - p_source @ terms) ** 2 / examples
    return bias, variance, np.argsort(bias**2 + variance)[0]


def clipped_9_d(p_source, p_target, losses, examples, thresholds):
    found = []
    for c in thresholds:
        z = np.clip(p_target / p_source, 0, c) * losses
        mean = np.average(z, weights=p_source)
        found.append([mean - losses @ p_target, np.average((z - mean) ** 2, weights=p_source) / examples])
    bias, variance = np.array(found).T
    return bias, variance, (bias**2 + variance).argmin()


RIGHT_9_D = [loop_9_d, cut_off_9_d, clipped_9_d]


def varied_9_d(ratio=np.divide, clipped=np.minimum, drawn=None, squared=True, divided=True, power=2):
    def answer(p_source, p_target, losses, examples, thresholds):
        w = ratio(p_target, p_source)
        p = p_source if drawn is None else p_target
        terms = np.stack([clipped(w, c) * losses for c in thresholds])
        mean = terms @ p
        bias = mean - p_target @ losses
        variance = ((terms**2) @ p - squared * mean**2) / (examples if divided else 1)
        return bias, variance, np.argmin(bias**power + variance)

    return answer


def other_9_d(place, value):
    def answer(p_source, p_target, losses, examples, thresholds):
        right = list(clipped_9_d(p_source, p_target, losses, examples, thresholds))
        right[place] = value(*right, p_target @ losses)
        return tuple(right)

    return answer


WRONG_9_D = [
    (varied_9_d(ratio=lambda q, p: p / q), "the ratio is upside down"),
    (varied_9_d(clipped=lambda w, c: np.where(w > c, 0, w)), "weights above the threshold are dropped"),
    (varied_9_d(clipped=np.maximum), None),
    (varied_9_d(drawn="target"), "the examples are drawn from the source"),
    (varied_9_d(squared=False), "`variance`: this is the second moment"),
    (varied_9_d(divided=False), "this is the variance of one term"),
    (varied_9_d(power=1), "`best`: this is where bias + variance"),
    (other_9_d(0, lambda bias, variance, best, truth: bias + truth), "`bias`: this is the expectation"),
    (other_9_d(0, lambda bias, variance, best, truth: -bias), "`bias`: the sign"),
    (other_9_d(1, lambda bias, variance, best, truth: variance**0.5), "this is the spread"),
    (other_9_d(2, lambda bias, variance, best, truth: 4), "`best`: this is where the bias is least"),
    (other_9_d(2, lambda bias, variance, best, truth: variance.argmin()), None),
]


# ---- 9.e

WORDS_9_E = ["covariate-shift", "label-shift", "concept-shift", "no-overlap", "label-shift", "no-shift",
             "concept-shift", "covariate-shift"]  # fmt: skip
RIGHT_9_E = [
    tuple(WORDS_9_E),
    [word.replace("-", " ").title() for word in WORDS_9_E],
    {f"situation_{number}": word for number, word in enumerate(WORDS_9_E, start=1)},
]


def other_9_e(number, word):
    return tuple(word if n == number else right for n, right in enumerate(WORDS_9_E, start=1))


WRONG_9_E = [
    (other_9_e(1, "label-shift"), "`situation_1`: the ages are what the model is given"),
    (other_9_e(2, "covariate-shift"), "`situation_2`: the same symptoms are flu more often"),
    (other_9_e(2, "concept-shift"), "`situation_2`"),
    (other_9_e(3, "covariate-shift"), "`situation_3`: the same customers apply"),
    (other_9_e(4, "covariate-shift"), "`situation_4`: a weight is a quotient"),
    (other_9_e(5, "covariate-shift"), "`situation_5`: whether someone writes"),
    (other_9_e(6, "covariate-shift"), "`situation_6`: other patients"),
    (other_9_e(7, "covariate-shift"), "`situation_7`: the same message"),
    (other_9_e(8, "no-overlap"), "`situation_8`: some of every kind"),
    (other_9_e(8, "domain-shift"), "`situation_8`"),
    (WORDS_9_E[:7], "has 7 parts, expected 8"),
]


# ---- 9.f

RIGHT_9_F = [
    (0.2, -0.0114, 0, 0.013, 0.692),
    (1 / 5, -4 / 350, 0.0, math.sqrt(0.092 * 0.908 / 1000) / 0.7, 9 / 13),
    {"first": 0.14 / 0.7, "second": (0.092 - 0.1) / 0.7, "nearest": 0, "standard_error": 0.01306,
     "adjusted": 2 * 0.9 / (2 * 0.9 + 0.8)},
]  # fmt: skip


def other_9_f(place, value):
    return tuple(value if k == place else right for k, right in enumerate(RIGHT_9_F[1]))


WRONG_9_F = [
    (other_9_f(0, 0.24), "`first`: this is what was counted"),
    (other_9_f(0, 0.14), "after the false alarms are subtracted, divide"),
    (other_9_f(0, 0.3), "the false alarms come from the other images"),
    (other_9_f(0, 0.24 * 80 / 170 + 0.76 * 20 / 830), "rows and columns are exchanged"),
    (other_9_f(1, 0), "this is the nearest distribution already"),
    (other_9_f(2, -0.0114), "this solution is no share"),
    (other_9_f(2, 0.0114), "leaving the sign out"),
    (other_9_f(3, 0.00914), "this is the standard error of the counted share"),
    (other_9_f(3, 0.413), "one image's spread"),
    (other_9_f(4, 2 / 3), "only the factor of the 8s is in it"),
    (other_9_f(4, 4 / 13), "the ratio is upside down"),
    (other_9_f(4, 2.25), "these are the odds"),
]


# ---- 9.g


def loop_9_g(table, predicted):
    classes = len(table)
    C = np.zeros((classes, classes))
    for j in range(classes):
        for i in range(classes):
            C[i, j] = table[j][i] / sum(table[j])
    p = np.linalg.inv(C) @ predicted / sum(predicted)
    source = [sum(row) / table.sum() for row in table]
    return {"C": C, "p": p, "weights": [a / b for a, b in zip(p, source, strict=True)]}


def library_9_g(table, predicted):
    # Every image of the table, one by one.
    pairs = [(i, j) for j, row in enumerate(table) for i, count in enumerate(row) for _ in range(count)]
    predictions, labels = np.array(pairs).T
    C = bp.shift.confusion(predictions, labels, len(table))
    p = bp.shift.label_distribution(C, np.repeat(np.arange(len(table)), predicted)).p
    return C, p, p * len(labels) / np.bincount(labels)


def joint_first_9_g(table, predicted):
    # The joint distribution gives the weights at once.
    joint = table.T / table.sum()
    weights = np.linalg.solve(joint, predicted / predicted.sum())
    source = joint.sum(axis=0)
    return joint / source, weights * source, weights


RIGHT_9_G = [loop_9_g, library_9_g, joint_first_9_g]


def with_matrix_9_g(matrix):
    def answer(table, predicted):
        C = matrix(table)
        p = np.linalg.solve(C, predicted / predicted.sum())
        return C, p, p * table.sum() / table.sum(axis=1)

    return answer


def other_9_g(place, value):
    def answer(table, predicted):
        right = list(joint_first_9_g(table, predicted))
        right[place] = value(*right, table, predicted)
        return tuple(right)

    return answer


WRONG_9_G = [
    (with_matrix_9_g(lambda t: t.T / t.sum()), "`C` and `p`: this is the joint distribution"),
    (with_matrix_9_g(lambda t: t.T), "these are numbers of examples, not shares"),
    (with_matrix_9_g(lambda t: t.T / t.T.sum(axis=1, keepdims=True)),
     "columns and rows are exchanged: this is the share of each label"),
    (with_matrix_9_g(lambda t: t / t.sum(axis=1, keepdims=True)), "columns and rows are exchanged: in the table a row"),
    (with_matrix_9_g(lambda t: t / t.sum(axis=0)), "exchanged twice over"),
    (other_9_g(1, lambda C, p, w, t, predicted: predicted / predicted.sum()), "`p`: this is what was counted"),
    (other_9_g(1, lambda C, p, w, t, predicted: C @ predicted / predicted.sum()), "`p`: this multiplies by C"),
    (other_9_g(1, lambda C, p, w, t, predicted: np.linalg.solve(C, predicted)), "the predictions are to be shares"),
    (other_9_g(2, lambda C, p, w, *_: 1 / w), "`weights`: the ratio is upside down"),
    (other_9_g(2, lambda C, p, w, t, predicted: p * t.sum() / t.sum(axis=0)), "these are of the predictions"),
    (other_9_g(2, lambda C, p, w, t, predicted: p * len(t)), "all labels for equally frequent"),
    (other_9_g(2, lambda C, p, w, t, predicted: p / t.sum(axis=1)), "its numbers of examples are in it"),
]  # fmt: skip


# ---- 9.h


def loop_9_h(f, source, target):
    q = np.zeros_like(f)
    for i in range(f.shape[1]):
        for k in range(f.shape[0]):
            q[k, i] = math.exp(f[k, i]) * target[k] / source[k]
        q[:, i] /= sum(q[:, i])
    return {"q": q, "labels": [int(np.argmax(column)) for column in q.T]}


def library_9_h(f, source, target):
    q = bp.shift.adjust(bp.Softmax().activate(f), source, target)
    return q, q.argmax(axis=0)


def logits_9_h(f, source, target):
    with np.errstate(divide="ignore"):
        new = f + np.log(target / source)[:, None]
    return np.exp(new) / np.exp(new).sum(axis=0), np.argmax(new, axis=0)


RIGHT_9_H = [loop_9_h, library_9_h, logits_9_h]


def varied_9_h(ratio=lambda source, target: target / source, axis=0, over=0, start=np.exp):
    def answer(f, source, target):
        e = start(f)
        q = e / e.sum(axis=over, keepdims=True) if start is np.exp else e
        q = q * ratio(source, target)[:, None]
        if axis is not None:
            q = q / q.sum(axis=axis, keepdims=True)
        return q, q.argmax(axis=0)

    return answer


WRONG_9_H = [
    (varied_9_h(ratio=lambda source, target: source / target), "the ratio is upside down"),
    (varied_9_h(ratio=lambda source, target: target), "the source's shares are forgotten"),
    (varied_9_h(axis=None), "`q`: not normalised"),
    (varied_9_h(axis=1), "normalised over the examples"),
    (varied_9_h(ratio=lambda source, target: np.ones_like(source)), "the network's probabilities in the source"),
    (varied_9_h(over=1), "softmax goes over the classes"),
    (varied_9_h(start=lambda f: f), "the logits themselves are multiplied"),
    (lambda f, source, target: (library_9_h(f, source, target)[0], f.argmax(axis=0)), "`labels`: these are the pred"),
    (lambda f, source, target: (library_9_h(f, source, target)[0], library_9_h(f, source, target)[1] + 1),
     "classes count from 0"),
]  # fmt: skip


# ---- 9.i


def loop_9_i(x, z, held_out, train, deals):
    score = train(x[:, held_out == 0], z[held_out == 0])
    mine = [i for i in range(len(z)) if held_out[i]]
    scores = score(x[:, mine])

    def difference(labels):
        target = [s for s, label in zip(scores, labels, strict=True) if label]
        source = [s for s, label in zip(scores, labels, strict=True) if not label]
        return sum(target) / len(target) - sum(source) / len(source)

    real = difference(z[mine])
    at_least = 1
    for deal in deals:
        at_least += difference(z[mine][deal]) >= real
    return {"difference": real, "p_value": at_least / (len(deals) + 1)}


def matrix_9_i(x, z, held_out, train, deals):
    keep = np.flatnonzero(held_out)
    rest = np.setdiff1d(np.arange(len(z)), keep)
    scores = train(x[:, rest], z[rest])(x[:, keep])
    all_deals = np.vstack([z[keep], z[keep][deals]])
    sums = all_deals @ scores
    n = z[keep].sum()
    differences = sums / n - (scores.sum() - sums) / (len(keep) - n)
    return differences[0], np.mean(differences >= differences[0] - 1e-9)


def masked_9_i(x, z, held_out, train, deals):
    scores, labels = train(x.T[~held_out].T, z[~held_out])(x)[held_out], z[held_out]
    found = [np.mean(scores[one == 1]) - np.mean(scores[one == 0]) for one in (labels, *(labels[d] for d in deals))]
    return found[0], sum(one >= found[0] for one in found) / len(found)


RIGHT_9_I = [loop_9_i, matrix_9_i, masked_9_i]


def varied_9_i(
    train_on=lambda held_out: ~held_out, test_on=lambda held_out: held_out, plus=1, reaches=None, dealt=None
):
    def answer(x, z, held_out, train, deals):
        score = train(x[:, train_on(held_out)], z[train_on(held_out)])
        scores, labels = score(x)[test_on(held_out)], z[test_on(held_out)]

        def difference(scores, labels):
            return scores[labels == 1].mean() - scores[labels == 0].mean()

        real, count = difference(scores, labels), 0
        for deal in deals:
            one = difference(scores[deal], labels) if dealt else difference(scores, labels[deal])
            count += reaches(one, real) if reaches else one >= real
        return real, (plus + count) / (plus + len(deals))

    return answer


WRONG_9_I = [
    (varied_9_i(test_on=lambda held_out: ~held_out), "the detector is tested on its training half"),
    (varied_9_i(train_on=np.ones_like), "what is held out was trained on as well"),
    (varied_9_i(lambda held_out: held_out, lambda held_out: ~held_out), "the halves are exchanged"),
    (varied_9_i(train_on=lambda held_out: held_out), "trained and tested on the held-out half"),
    (varied_9_i(plus=0), "`p_value`: the real deal is one of those"),
    (varied_9_i(reaches=lambda one, real: one > real), "deals that reach exactly as much count too"),
    (varied_9_i(reaches=lambda one, real: one <= real), "the wrong side"),
    (varied_9_i(reaches=lambda one, real: abs(one) >= abs(real)), "leave the sign"),
    (varied_9_i(dealt="scores"), "the scores are dealt out here"),
    (lambda x, z, held_out, train, deals: matrix_9_i(x, z, held_out, train, deals)[0], "expected 2 parts"),
]


# ---- 9.j


def network_of(beta, omega):
    layers = []
    for bias, matrix in zip(beta, omega, strict=True):
        layers += [bp.Linear.of(bias.copy(), matrix.copy()), bp.ReLU()]
    return bp.Network(layers[:-1])


def optimizer_9_j(beta, omega, x, y, trained, lr, steps):
    net, loss = network_of(beta, omega), bp.CrossEntropy("mean")
    moving = [part for k in trained for part in (net.beta[k], net.omega[k])]
    optimizer = bp.SGD(moving, lr=lr)
    for _ in range(steps):
        _, grads = bp.backprop(net, loss, x, y)
        optimizer.step([part for k in trained for part in (grads.beta[k], grads.omega[k])])
    return {"beta": list(net.beta), "omega": list(net.omega), "loss": bp.backprop(net, loss, x, y)[0]}


def by_hand_9_j(beta, omega, x, y, trained, lr, steps):
    beta, omega = list(beta), list(omega)
    K = len(omega)
    target = np.zeros((len(beta[-1]), len(y)))
    target[y, np.arange(len(y))] = 1
    for step in range(steps + 1):
        h, f = [x], []
        for k in range(K):
            f.append(omega[k] @ h[k] + beta[k])
            h.append(np.maximum(f[k], 0))
        q = np.exp(f[-1]) / np.exp(f[-1]).sum(axis=0)
        if step == steps:
            return beta, omega, -np.mean(np.log((q * target).sum(axis=0)))
        delta = (q - target) / len(y)
        for k in reversed(range(K)):
            below = (omega[k].T @ delta) * (h[k] > 0)
            if k in trained:
                beta[k] = beta[k] - lr * delta.sum(axis=1, keepdims=True)
                omega[k] = omega[k] - lr * delta @ h[k].T
            delta = below
    return None


def graph_9_j(beta, omega, x, y, trained, lr, steps):
    def loss(parameters):
        h, (*first, last) = x, list(zip(parameters[::2], parameters[1::2], strict=True))
        for bias, matrix in first:
            h = np.maximum(matrix @ h + bias, 0)
        f = last[1] @ h + last[0]
        largest = np.max(f, axis=0)
        return np.mean(largest + np.log(np.exp(f - largest).sum(axis=0)) - f[y, np.arange(len(y))])

    parameters = [part for pair in zip(beta, omega, strict=True) for part in pair]
    for _ in range(steps):
        g = bp.grad(loss)(parameters)
        parameters = [
            p - lr * d if n // 2 in trained else p for n, (p, d) in enumerate(zip(parameters, g, strict=True))
        ]
    return parameters[::2], parameters[1::2], loss(parameters)


RIGHT_9_J = [optimizer_9_j, by_hand_9_j, graph_9_j]


def varied_9_j(which=None, mean="mean", biases=1, matrices=1, once=False, more=0):
    def answer(beta, omega, x, y, trained, lr, steps):
        net, loss = network_of(beta, omega), bp.CrossEntropy(mean)
        grads = bp.backprop(net, loss, x, y)[1]
        for step in range(steps + more):
            if step and not once:
                grads = bp.backprop(net, loss, x, y)[1]
            for k in trained if which is None else which(trained, len(omega)):
                net.beta[k][...] -= biases * lr * grads.beta[k]
                net.omega[k][...] -= matrices * lr * grads.omega[k]
        return list(net.beta), list(net.omega), bp.backprop(net, bp.CrossEntropy("mean"), x, y)[0]

    return answer


def nothing_comes_through_9_j(beta, omega, x, y, trained, lr, steps):
    # Only as far down as the first frozen layer.
    reached = []
    for k in reversed(range(len(omega))):
        if k not in trained:
            break
        reached.append(k)
    return by_hand_9_j(beta, omega, x, y, reached, lr, steps)


def other_9_j(change):
    def answer(**arguments):
        return {**optimizer_9_j(**arguments), **change(arguments)}

    return answer


def loss_before(a):
    return bp.backprop(network_of(a["beta"], a["omega"]), bp.CrossEntropy("mean"), a["x"], a["y"])[0]


WRONG_9_J = [
    (varied_9_j(which=lambda trained, layers: range(layers)), "all layers were trained"),
    (varied_9_j(which=lambda trained, layers: [k for k in range(layers) if k not in trained]), "the other layers were"),
    (varied_9_j(which=lambda trained, layers: [layers - 1]), "the last layer alone was trained"),
    (nothing_comes_through_9_j, "nothing came through the frozen layers"),
    (varied_9_j(mean="sum"), "the loss is a mean over the ten examples"),
    (varied_9_j(biases=0), "the biases of a trained layer are trained too"),
    (varied_9_j(matrices=0), "only the biases were trained"),
    (varied_9_j(once=True), "the gradient of the first step was used again"),
    (varied_9_j(more=-1), "one step too few"),
    (varied_9_j(more=1), "one step too many"),
    (varied_9_j(biases=-1, matrices=-1), "the sign"),
    (other_9_j(lambda a: {"beta": a["beta"], "omega": a["omega"]}), "these are the parameters that were given"),
    (other_9_j(lambda a: {"loss": loss_before(a)}), "`loss`: this is the loss before the first step"),
]

RIGHT = {
    "9.a": RIGHT_9_A, "9.b": RIGHT_9_B, "9.c": RIGHT_9_C, "9.d": RIGHT_9_D, "9.e": RIGHT_9_E,
    "9.f": RIGHT_9_F, "9.g": RIGHT_9_G, "9.h": RIGHT_9_H, "9.i": RIGHT_9_I, "9.j": RIGHT_9_J,
}  # fmt: skip
WRONG = {
    "9.a": WRONG_9_A, "9.b": WRONG_9_B, "9.c": WRONG_9_C, "9.d": WRONG_9_D, "9.e": WRONG_9_E,
    "9.f": WRONG_9_F, "9.g": WRONG_9_G, "9.h": WRONG_9_H, "9.i": WRONG_9_I, "9.j": WRONG_9_J,
}  # fmt: skip
