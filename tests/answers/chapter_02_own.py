"""Right and wrong answers to our own problems of chapter 02; a wrong one has words its diagnosis must contain."""

# Written as students write: long, repetitive, and each on its own.
import math
from typing import NamedTuple

import numpy as np

# ---- 2.a


def loop_2_a(x, beta, omega):
    f, h = [], [x]
    for k in range(len(omega)):
        f.append(beta[k] + omega[k] @ h[k])
        if k < len(omega) - 1:
            h.append(np.maximum(f[k], 0))
    return f, h


def dictionary_2_a(x, beta, omega):
    K = len(omega) - 1
    f, h = [None] * (K + 1), [None] * (K + 1)
    h[0] = x.copy()
    f[0] = beta[0] + np.dot(omega[0], h[0])
    for k in range(1, K + 1):
        h[k] = f[k - 1] * (f[k - 1] > 0)
        f[k] = beta[k] + np.einsum("ij,jn->in", omega[k], h[k])
    return {"h": tuple(h), "f": tuple(f)}


def example_by_example_2_a(x, beta, omega):
    I = x.shape[1]  # noqa: E741
    f, h = [np.zeros((len(w), I)) for w in omega], [np.zeros((len(w.T), I)) for w in omega]
    for i in range(I):
        value = x[:, i]
        for k in range(len(omega)):
            h[k][:, i] = value
            for row in range(len(omega[k])):
                f[k][row, i] = beta[k][row, 0] + sum(w * v for w, v in zip(omega[k][row], value, strict=True))
            value = np.where(f[k][:, i] > 0, f[k][:, i], 0.0)
    return f, h


def rows_2_a(x, beta, omega):
    """Examples as rows inside, columns outside."""
    f, h = [], [x.T]
    for weights, bias in zip(omega, beta, strict=True):
        f.append(h[-1] @ weights.T + bias.ravel())
        h.append(np.clip(f[-1], 0, None))
    return [one.T for one in f], [one.T for one in h[:-1]]


def wrong_2_a(affine=lambda b, w, h: b + w @ h, relu=lambda z: np.maximum(z, 0), last=False, first=False, store=False):
    def answer(x, beta, omega):
        f, h = [], [relu(x) if first else x]
        for k in range(len(omega)):
            f.append(affine(beta[k], omega[k], h[k]))
            if k + 1 < len(omega):
                h.append(relu(f[k]))
                if store:
                    f[k] = h[k + 1]
        if last:
            f[-1] = relu(f[-1])
        return f, h

    return answer


def equal_widths_2_a(x, beta, omega):
    f, h = np.zeros((len(omega), *x.shape)), np.zeros((len(omega), *x.shape))
    h[0] = x
    for k in range(len(omega)):
        if k > 0:
            h[k] = np.maximum(f[k - 1], 0)
        f[k] = beta[k] + omega[k] @ h[k]
    return f, h


def stacked_2_a(x, beta, omega):
    f, h = loop_2_a(x, beta, omega)
    return np.array(f), np.array(h)


def upright_2_a(x, beta, omega):
    f, h = loop_2_a(x, beta, omega)
    return [one.T for one in f], [one.T for one in h]


RIGHT_2_A = [loop_2_a, dictionary_2_a, example_by_example_2_a, rows_2_a]
WRONG_2_A = [
    (wrong_2_a(last=True), "`f`: the output f_K has been through a ReLU too"),
    (wrong_2_a(first=True), "h_0 is x itself"),
    (wrong_2_a(store=True), "`f`: holds activations"),
    (wrong_2_a(affine=lambda b, w, h: w @ h), "biases are missing"),
    (wrong_2_a(relu=lambda z: z), "the ReLU is missing"),
    (wrong_2_a(affine=lambda b, w, h: b + w.T @ h), "transposed"),
    (wrong_2_a(affine=lambda b, w, h: b.flatten() + w @ h), "along the wrong axis"),
    (wrong_2_a(affine=lambda b, w, h: b + h @ w), "in the wrong order"),
    (wrong_2_a(affine=lambda b, w, h: b + w * h), "the matrix product is @"),
    (wrong_2_a(relu=np.abs), None),
    (lambda x, beta, omega: loop_2_a(x, beta, omega)[::-1], "`f` and `h`: the two results are exchanged"),
    (lambda x, beta, omega: (loop_2_a(x, beta, omega)[0], loop_2_a(x, beta, omega)[1][1:]),
     "`h` has 3 entries, expected 4"),
    (equal_widths_2_a, "raised ValueError in the line `f[k] = beta[k] + omega[k] @ h[k]`"),
    (stacked_2_a, "raised ValueError in the line `return np.array(f), np.array(h)`"),
    (upright_2_a, "`f[0]` has shape (6, 5), expected shape (5, 6)"),
    (lambda x, beta, omega: loop_2_a(x, beta, omega)[0][-1], "has 5 parts, expected 2, in this order: `f` and `h`"),
    (lambda x, beta, omega: loop_2_a(np.maximum(x, 0, out=x), beta, omega), "changes its argument `x` in place"),
]  # fmt: skip


# ---- 2.b


def book_2_b(f, h, omega, dl_df):
    K = len(omega) - 1
    dl_dbeta, dl_domega = [None] * (K + 1), [None] * (K + 1)
    for k in range(K, -1, -1):
        dl_dbeta[k] = dl_df.sum(axis=1, keepdims=True)
        dl_domega[k] = dl_df @ h[k].T
        if k > 0:
            dl_df = (f[k - 1] > 0) * (omega[k].T @ dl_df)
    return dl_dbeta, dl_domega


def einsum_2_b(f, h, omega, dl_df):
    """The mask read off the activations, the biases' gradients as plain vectors."""
    by_beta, by_omega = [], []
    at = dl_df.copy()
    for k in reversed(range(len(h))):
        by_beta.append(np.einsum("di->d", at))
        by_omega.append(np.einsum("di,ei->de", at, h[k]))
        if k:
            at = np.sign(h[k]) * np.einsum("de,di->ei", omega[k], at)
    return {"dl_domega": by_omega[::-1], "dl_dbeta": by_beta[::-1]}


def example_by_example_2_b(f, h, omega, dl_df):
    K = len(omega) - 1
    dl_dbeta, dl_domega = [np.zeros((len(w), 1)) for w in omega], [np.zeros(w.shape) for w in omega]
    for i in range(dl_df.shape[1]):
        at = dl_df[:, i]
        for k in range(K, -1, -1):
            dl_dbeta[k][:, 0] += at
            dl_domega[k] += np.outer(at, h[k][:, i])
            if k:
                at = np.diag(f[k - 1][:, i] > 0) @ omega[k].T @ at
    return dl_dbeta, dl_domega


def recursive_2_b(f, h, omega, dl_df):
    if len(omega) == 1:
        below_beta, below_omega = [], []
    else:
        before = np.where(f[-2] > 0, (dl_df.T @ omega[-1]).T, 0)
        below_beta, below_omega = recursive_2_b(f[:-1], h[:-1], omega[:-1], before)
    return [*below_beta, dl_df @ np.ones((dl_df.shape[1], 1))], [*below_omega, np.dot(dl_df, h[-1].T)]


def wrong_2_b(back=lambda f, h, w, k, g: (f[k - 1] > 0) * (w[k].T @ g), total=lambda g: g.sum(axis=1, keepdims=True),
              source=lambda f, h, k: h[k], start=lambda f, g: g):  # fmt: skip
    def answer(f, h, omega, dl_df):
        g = start(f, dl_df)
        beta, weights = {}, {}
        for k in range(len(omega) - 1, -1, -1):
            beta[k], weights[k] = total(g), g @ source(f, h, k).T
            if k > 0:
                g = back(f, h, omega, k, g)
        return [beta[k] for k in range(len(omega))], [weights[k] for k in range(len(omega))]

    return answer


def without_input_layer_2_b(f, h, omega, dl_df):
    dl_dbeta, dl_domega = [np.zeros((len(w), 1)) for w in omega], [np.zeros(w.shape) for w in omega]
    for k in range(len(omega) - 1, 0, -1):
        dl_dbeta[k], dl_domega[k] = dl_df.sum(axis=1, keepdims=True), dl_df @ h[k].T
        dl_df = (f[k - 1] > 0) * (omega[k].T @ dl_df)
    return dl_dbeta, dl_domega


def equal_widths_2_b(f, h, omega, dl_df):
    D = len(dl_df)
    dl_dbeta, dl_domega = np.zeros((len(omega), D, 1)), np.zeros((len(omega), D, D))
    for k in range(len(omega) - 1, -1, -1):
        dl_dbeta[k] = dl_df.sum(axis=1, keepdims=True)
        dl_domega[k] = dl_df @ h[k].T
        dl_df = (f[k - 1] > 0) * (omega[k].T @ dl_df) if k > 0 else dl_df
    return dl_dbeta, dl_domega


RIGHT_2_B = [book_2_b, einsum_2_b, example_by_example_2_b, recursive_2_b]
WRONG_2_B = [
    (wrong_2_b(back=lambda f, h, w, k, g: (f[k - 1] >= 0) * (w[k].T @ g)), "exactly 0"),
    (wrong_2_b(back=lambda f, h, w, k, g: w[k].T @ g), "of 7.24 is missing"),
    (wrong_2_b(back=lambda f, h, w, k, g: (f[k] > 0) * (w[k].T @ g)), "one layer too late"),
    (wrong_2_b(back=lambda f, h, w, k, g: w[k].T @ (g * (f[k - 1] > 0))), "multiplied before Ω_kᵀ"),
    (wrong_2_b(back=lambda f, h, w, k, g: np.maximum(f[k - 1], 0) * (w[k].T @ g)), "the ReLU itself"),
    (wrong_2_b(back=lambda f, h, w, k, g: (f[k - 1] > 0) * (w[k] @ g)), "not transposed"),
    (wrong_2_b(back=lambda f, h, w, k, g: (f[k - 1] > 0) * (w[k - 1].T @ g)), "weights of the layer before"),
    (wrong_2_b(total=lambda g: g), "`dl_dbeta`: one column for each example is left: add them up"),
    (wrong_2_b(total=lambda g: g.mean(axis=1, keepdims=True)), "`dl_dbeta`: averaged over the examples"),
    (wrong_2_b(start=lambda f, g: g / g.shape[1]), "`dl_dbeta` and `dl_domega`: averaged over the examples"),
    (wrong_2_b(total=lambda g: g[:, [-1]]), "only the last example"),
    (wrong_2_b(source=lambda f, h, k: f[k - 1] if k else h[0]), "`dl_domega`: a pre-activation stands in 7.22"),
    (wrong_2_b(source=lambda f, h, k: (h + h[-1:])[k + 1]), "activation of the next layer"),
    (wrong_2_b(source=lambda f, h, k: h[k - 1]), "activation of the layer before"),
    (wrong_2_b(source=lambda f, h, k: h[max(k, 1)]), "layer 0 uses h_1"),
    (wrong_2_b(start=lambda f, g: (f[-1] > 0) * g), "no ReLU after the output"),
    (without_input_layer_2_b, "layer 0 is missing"),
    (lambda f, h, omega, dl_df: tuple(part[::-1] for part in book_2_b(f, h, omega, dl_df)), "from layer K"),
    (lambda f, h, omega, dl_df: [part[1:] for part in book_2_b(f, h, omega, dl_df)], "`dl_dbeta` has 2 entries, exp"),
    (lambda f, h, omega, dl_df: book_2_b(f, h, omega, dl_df)[0], "has 3 parts, expected 2"),
    (lambda f, h, omega, dl_df: (book_2_b(f, h, omega, dl_df)[0], [part.T for part in book_2_b(f, h, omega, dl_df)[1]]),
     "`dl_domega`: this is the transpose, h_k gᵀ"),
    (equal_widths_2_b, "raised ValueError in the line `dl_domega[k] = dl_df @ h[k].T`"),
    (wrong_2_b(back=lambda f, h, w, k, g: np.multiply(h[k] > 0, w[k].T @ g, out=f[k - 1])), "changes its argument `f`"),
]  # fmt: skip


# ---- 2.c


class Layer(NamedTuple):
    g_beta: np.ndarray
    g_omega: np.ndarray
    g_before: np.ndarray


def loop_2_c(g, h, f_before, omega):
    g_beta, g_omega, g_before = np.zeros((len(omega), 1)), np.zeros(omega.shape), np.zeros(f_before.shape)
    for i in range(g.shape[1]):
        g_beta[:, 0] += g[:, i]
        g_omega += np.outer(g[:, i], h[:, i])
        g_before[:, i] = (f_before[:, i] > 0) * (omega.T @ g[:, i])
    return g_beta, g_omega, g_before


RIGHT_2_C = [
    loop_2_c,
    lambda g, h, f_before, omega: (g.sum(axis=1, keepdims=True), g @ h.T, (f_before > 0) * (omega.T @ g)),
    lambda g, h, f_before, omega: Layer(g.sum(1), np.einsum("ai,bi->ab", g, h), np.where(h > 0, (g.T @ omega).T, 0)),
    lambda g, h, f_before, omega: {"g_before": np.heaviside(f_before, 0) * (omega.T @ g), "g_omega": (h @ g.T).T,
                                   "g_beta": g @ np.ones((g.shape[1], 1))},
]  # fmt: skip


def wrong_2_c(mask=lambda f: f > 0, beta=lambda g: g.sum(axis=1, keepdims=True), weights=lambda g, h, f: g @ h.T):
    return lambda g, h, f_before, omega: (beta(g), weights(g, h, f_before), mask(f_before) * (omega.T @ g))


def overwriting_2_c(g, h, f_before, omega):
    g_before = np.zeros(f_before.shape)
    for i in range(g.shape[1]):
        g_beta = g[:, i]
        g_omega = np.outer(g[:, i], h[:, i])
        g_before[:, i] = (f_before[:, i] > 0) * (omega.T @ g[:, i])
    return g_beta, g_omega, g_before


WRONG_2_C = [
    (wrong_2_c(mask=lambda f: f >= 0), "`g_before`: right except where f is exactly 0"),
    (wrong_2_c(mask=lambda f: 1), "`g_before`: the mask 𝕀[f > 0] is missing"),
    (wrong_2_c(mask=lambda f: np.maximum(f, 0)), "the ReLU itself"),
    (wrong_2_c(beta=lambda g: g.mean(axis=1)), "`g_beta`: averaged"),
    (wrong_2_c(weights=lambda g, h, f: g @ h.T / g.shape[1]), "`g_omega`: averaged"),
    (wrong_2_c(weights=lambda g, h, f: g @ f.T), "a pre-activation stands where"),
    (wrong_2_c(beta=lambda g: g), "`g_beta`: one column for each example is left"),
    (wrong_2_c(beta=lambda g: g.sum(axis=0)), "`g_beta`: added up along the wrong axis"),
    (wrong_2_c(weights=lambda g, h, f: h @ g.T), "`g_omega` has shape (5, 3), expected shape (3, 5)"),
    (wrong_2_c(weights=lambda g, h, f: g @ h), "matmul"),
    (wrong_2_c(beta=lambda g: g[:, 0], weights=lambda g, h, f: np.outer(g[:, 0], h[:, 0])), "only the first example"),
    (overwriting_2_c, "`g_beta` and `g_omega`: only the last example"),
    (lambda g, h, f_before, omega: (g.sum(axis=1), g @ h.T, (f_before > 0) * (omega @ g)), "raised ValueError"),
    (lambda g, h, f_before, omega: loop_2_c(g, h, f_before, omega)[:2], "has 2 parts, expected 3"),
]


# ---- 2.d

WORDS_2_D = ("no-transpose", "mean-bias", "no-mask", "not-the-input", "late-mask", "pre-activation")


def answered_2_d(**changed):
    return {f"version_{n}": changed.get(f"version_{n}", word) for n, word in enumerate(WORDS_2_D, start=1)}


RIGHT_2_D = [WORDS_2_D, list(WORDS_2_D), answered_2_d(), tuple(word.title() for word in WORDS_2_D)]
WRONG_2_D = [
    (answered_2_d(version_1="wrong-weights"), "`version_1`: with the bug you name, the result would be right when all"),
    (answered_2_d(version_1="pre-activation"), "`version_1`: with the bug you name, ∂ℓ/∂β_0 would be right; in this"),
    (answered_2_d(version_2="no-mask"), "`version_2`: with the bug you name, ∂ℓ/∂β_2 would be right; in this version"),
    (answered_2_d(version_3="late-mask"), "`version_3`: with the bug you name, the result would be wrong when all hid"),
    (answered_2_d(version_3="early-mask"), "when all units of the last hidden layer are off; in this version it is wr"),
    (answered_2_d(version_4="mean-bias"), "∂ℓ/∂β_0 would be wrong; in this version it is right"),
    (answered_2_d(version_5="no-mask"), "all outputs negative; in this version it is wrong"),
    (answered_2_d(version_3="late-mask", version_5="no-mask"), "The other 4 parts are right"),
    (answered_2_d(version_6="not-the-input"), "∂ℓ/∂Ω_0 would be wrong; in this version it is right"),
    (answered_2_d(version_6="mask"), '"mask" is unknown here: the words are early-mask, '),
    (WORDS_2_D[::-1], "`version_6`: with the bug you name"),
    (WORDS_2_D[:5], "has 5 parts, expected 6"),
    (answered_2_d(version_2=None), "expected a word in quotes"),
    ("no-mask", "expected 6 parts"),
]


# ---- 2.e


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def entry_by_entry_2_e(f):
    h, slope = np.zeros(f.shape), np.zeros(f.shape)
    for index, z in np.ndenumerate(f):
        q = 1 / (1 + math.exp(-z)) if z > 0 else math.exp(z) / (1 + math.exp(z))
        h[index] = z * q
        slope[index] = q * (1 + z * (1 - q))
    return h, slope


def by_differences_2_e(f):
    def silu(z):
        return z * (1 + np.tanh(z / 2)) / 2

    def central(step):
        return (silu(f + step) - silu(f - step)) / (2 * step)

    return {"slope": (4 * central(5e-4) - central(1e-3)) / 3, "h": silu(f)}


def wrong_2_e(h=lambda f, s: f * s, slope=lambda f, s: s + f * s * (1 - s)):
    return lambda f: (h(f, sigmoid(f)), slope(f, sigmoid(f)))


RIGHT_2_E = [
    wrong_2_e(),
    entry_by_entry_2_e,
    by_differences_2_e,
    lambda f: (f * sigmoid(f), sigmoid(f) + f * sigmoid(f) * sigmoid(-f)),
    lambda f: (f * sigmoid(f), f * sigmoid(f) + sigmoid(f) * (1 - f * sigmoid(f))),
]
WRONG_2_E = [
    (wrong_2_e(slope=lambda f, s: s * (1 - s)), "`slope`: this is the slope of the sigmoid alone"),
    (wrong_2_e(h=lambda f, s: s), "`h`: this is the sigmoid alone"),
    (wrong_2_e(slope=lambda f, s: f * s * (1 - s)), "two terms, and sig[f] is missing"),
    (wrong_2_e(slope=lambda f, s: s + s * (1 - s)), "the factor f is missing"),
    (wrong_2_e(slope=lambda f, s: s + f * s), "the factor 1 − sig[f] is missing"),
    (wrong_2_e(slope=lambda f, s: s - f * s * (1 - s)), "added, not subtracted"),
    (lambda f: (f * sigmoid(f), wrong_2_e()(f * sigmoid(f))[1]), "`slope`: evaluated at the activation h"),
    (
        lambda f: (f * sigmoid(-f), sigmoid(-f) - f * sigmoid(-f) * sigmoid(f)),
        "`h` and `slope`: mind the sign in the exponent",
    ),
    (lambda f: (np.maximum(f, 0), (f > 0) * 1.0), "this is the ReLU"),
    (lambda f: (f * np.exp(f) / (1 + np.exp(f)), sigmoid(f) * (1 + f * sigmoid(-f))), "or an exp too large?"),
    (lambda f: f * sigmoid(f), "expected 2"),
    (lambda f: (f * sigmoid(f), None), "`slope` is still empty"),
]


# ---- 2.f


def softmax(f, axis=0):
    e = np.exp(f - np.max(f, axis=axis, keepdims=True))
    return e / np.sum(e, axis=axis, keepdims=True)


def jacobians_2_f(f, g):
    columns = []
    for i in range(f.shape[1]):
        q = softmax(f[:, i])
        columns.append((np.diag(q) - np.outer(q, q)) @ g[:, i])
    return np.array(columns).T


def einsum_2_f(f, g):
    q = softmax(f)
    jacobian = np.einsum("ai,ab->abi", q, np.eye(len(q))) - np.einsum("ai,bi->abi", q, q)
    return {"dl_df": np.einsum("abi,ai->bi", jacobian, g)}


def quotient_rule_2_f(f, g):
    dl_df = np.zeros(f.shape)
    for i in range(f.shape[1]):
        e = np.exp(f[:, i])
        for j in range(len(e)):
            for c in range(len(e)):
                dl_df[j, i] += g[c, i] * ((c == j) * e[c] * e.sum() - e[c] * e[j]) / e.sum() ** 2
    return dl_df


def complex_2_f(f, g):
    dl_df = np.zeros(f.shape)
    for index in np.ndindex(*f.shape):
        z = f.astype(complex)
        z[index] += 1e-100j
        dl_df[index] = (g * np.exp(z) / np.exp(z).sum(axis=0)).sum().imag / 1e-100
    return dl_df


def wrong_2_f(formula):
    return lambda f, g: formula(softmax(f), g)


RIGHT_2_F = [
    lambda f, g: softmax(f) * (g - np.sum(softmax(f) * g, axis=0)),
    jacobians_2_f,
    einsum_2_f,
    quotient_rule_2_f,
    complex_2_f,
]
WRONG_2_F = [
    (wrong_2_f(lambda q, g: q * (1 - q) * g), "only the diagonal"),
    (wrong_2_f(lambda q, g: q * g), "the term that is subtracted"),
    (wrong_2_f(lambda q, g: q * (g - (q * g).sum(axis=1, keepdims=True))), "runs over the examples"),
    (wrong_2_f(lambda q, g: q * (g - (q * g).sum())), "runs over all entries"),
    (wrong_2_f(lambda q, g: q * (g - g.sum(axis=0))), "must be weighted with its q_i"),
    (wrong_2_f(lambda q, g: q * (g - g.mean(axis=0))), "a mean is subtracted"),
    (wrong_2_f(lambda q, g: g - (q * g).sum(axis=0)), "the factor q in front is missing"),
    (wrong_2_f(lambda q, g: q * g - (q * g).sum(axis=0)), "stands in front of both"),
    (wrong_2_f(lambda q, g: q * g + q * (q * g).sum(axis=0)), "the two terms are added"),
    (wrong_2_f(lambda q, g: g - q * g.sum(axis=0)), "log-softmax"),
    (lambda f, g: softmax(f, 1) * (g - (softmax(f, 1) * g).sum(axis=1, keepdims=True)), "along the wrong axis"),
    (lambda f, g: np.exp(f) / np.exp(f).sum() * (g - (np.exp(f) / np.exp(f).sum() * g).sum()), "the whole batch"),
    (wrong_2_f(lambda q, g: -q * (g - (q * g).sum(axis=0))), "wrong sign"),
    (wrong_2_f(lambda q, g: q - g), "gradient of the cross-entropy"),
]


# ---- 2.g


def loop_2_g(dl_dbeta, dl_domega, beta, omega, lambda_):
    dJ_domega = dl_domega.copy()
    for row in range(omega.shape[0]):
        for column in range(omega.shape[1]):
            dJ_domega[row, column] += 2 * (lambda_ / 2) * omega[row, column]
    return {"dJ_domega": dJ_domega, "dJ_dbeta": dl_dbeta}


def by_differences_2_g(dl_dbeta, dl_domega, beta, omega, lambda_):
    slopes = np.zeros(omega.shape)
    for index in np.ndindex(*omega.shape):
        step = np.zeros(omega.shape)
        step[index] = 1e-3
        slopes[index] = lambda_ / 2 * (np.sum((omega + step) ** 2) - np.sum((omega - step) ** 2)) / 2e-3
    return dl_dbeta.ravel(), dl_domega + slopes


def wrong_2_g(for_omega=lambda w, c: c * w, for_beta=lambda b, c: 0):
    def answer(dl_dbeta, dl_domega, beta, omega, lambda_):
        return dl_dbeta + for_beta(beta, lambda_), dl_domega + for_omega(omega, lambda_)

    return answer


RIGHT_2_G = [wrong_2_g(), loop_2_g, by_differences_2_g]
WRONG_2_G = [
    (wrong_2_g(lambda w, c: 2 * c * w), "the ½ of the penalty cancels"),
    (wrong_2_g(lambda w, c: c * w / 2), "has a factor 2, which cancels"),
    (wrong_2_g(for_beta=lambda b, c: c * b), "`dJ_dbeta`: the biases are not in the penalty"),
    (wrong_2_g(lambda w, c: w), "λ is missing"),
    (wrong_2_g(lambda w, c: 0), "the penalty is missing"),
    (wrong_2_g(lambda w, c: -c * w), "is not subtracted"),
    (wrong_2_g(lambda w, c: c * np.abs(w)), "sign is lost"),
    (wrong_2_g(lambda w, c: c * np.sign(w)), "absolute values"),
    (wrong_2_g(lambda w, c: c / 2 * np.linalg.norm(w) ** 2), "the penalty itself"),
    (wrong_2_g(lambda w, c: c / 2 * w**2), "penalty of each entry"),
    (wrong_2_g(lambda w, c: c * w / w.size), "not a mean"),
    (lambda dl_dbeta, dl_domega, beta, omega, lambda_: (dl_dbeta, lambda_ * omega), "of the penalty alone"),
    (lambda dl_dbeta, dl_domega, beta, omega, lambda_: (dl_dbeta, np.add(dl_domega, lambda_ * omega, out=dl_domega)),
     "changes its argument `dl_domega` in place"),
]  # fmt: skip


# ---- 2.h


def example_by_example_2_h(h, beta, omega, g):
    D, I = h.shape  # noqa: E741
    g_h, g_beta, g_omega = np.zeros((D, I)), np.zeros((D, 1)), np.zeros((D, D))
    for i in range(I):
        f = beta[:, 0] + omega @ h[:, i]
        jacobian = np.eye(D) + np.diag(f > 0) @ omega  # of the output, row: output, column: input
        g_h[:, i] = jacobian.T @ g[:, i]
        g_beta[:, 0] += (f > 0) * g[:, i]
        g_omega += np.outer((f > 0) * g[:, i], h[:, i])
    return g_h, g_beta, g_omega


def forward_first_2_h(h, beta, omega, g):
    f = beta + omega @ h
    a = np.maximum(f, 0)
    g_a = g
    g_f = np.where(a > 0, g_a, 0)
    return {"g_beta": g_f.sum(axis=1), "g_omega": g_f @ h.T, "g_h": omega.T @ g_f + g}


def einsum_2_h(h, beta, omega, g):
    g_f = g * np.heaviside(np.einsum("ij,jn->in", omega, h) + beta, 0.0)
    return g + np.einsum("ij,in->jn", omega, g_f), np.einsum("in->i", g_f)[:, None], np.einsum("in,jn->ij", g_f, h)


def wrong_2_h(on=lambda f, h, b: f > 0, g_h=lambda on, w, g: g + w.T @ (on * g), parameters=lambda on, g: on * g,
              source=lambda f, h: h):  # fmt: skip
    def answer(h, beta, omega, g):
        f = beta + omega @ h
        mask = on(f, h, beta)
        at = parameters(mask, g)
        return g_h(mask, omega, g), at.sum(axis=1, keepdims=True), at @ source(f, h).T

    return answer


def relu(z):
    return np.maximum(z, 0)


RIGHT_2_H = [wrong_2_h(), example_by_example_2_h, forward_first_2_h, einsum_2_h]
WRONG_2_H = [
    (wrong_2_h(on=lambda f, h, b: f >= 0), "exactly 0"),
    (wrong_2_h(on=lambda f, h, b: np.ones(f.shape)), "the mask 𝕀[f > 0] is missing"),
    (wrong_2_h(on=lambda f, h, b: h > 0), "the sign of h"),
    (wrong_2_h(on=lambda f, h, b: h + relu(f) > 0), "the sign of the output"),
    (wrong_2_h(on=lambda f, h, b: f - b > 0), "bias included"),
    (wrong_2_h(g_h=lambda on, w, g: w.T @ (on * g)), "`g_h`: the direct way from h to the output is missing"),
    (wrong_2_h(g_h=lambda on, w, g: g), "`g_h`: this is the direct way only"),
    (wrong_2_h(g_h=lambda on, w, g: on * g + w.T @ (on * g)), "the mask is applied to the direct way too"),
    (wrong_2_h(g_h=lambda on, w, g: g + on * (w.T @ g)), "mask first, then Ωᵀ"),
    (wrong_2_h(g_h=lambda on, w, g: 1 + w.T @ (on * g)), "the direct way must pass g on"),
    (wrong_2_h(g_h=lambda on, w, g: g + w @ (on * g)), "not transposed"),
    (wrong_2_h(parameters=lambda on, g: g + on * g), "`g_beta` and `g_omega`: the parameters are not on the direct"),
    (wrong_2_h(source=lambda f, h: h + relu(f)), "`g_omega`: Ω was multiplied with h, not with the output"),
    (wrong_2_h(source=lambda f, h: relu(f)), "what the ReLU makes of f"),
    (wrong_2_h(parameters=lambda on, g: on * g / g.shape[1]), "`g_beta` and `g_omega`: averaged"),
    (wrong_2_h(g_h=lambda on, w, g: np.sum(g + w.T @ (on * g), axis=1)), "`g_h` has shape (5,), expected"),
]


# ---- 2.i


def standard_2_i(f, g):
    shifted = f - f.max(axis=0)
    log_q = shifted - np.log(np.exp(shifted).sum(axis=0))
    return log_q, g - np.exp(log_q) * g.sum(axis=0)


def example_by_example_2_i(f, g):
    log_q, dl_df = np.zeros(f.shape), np.zeros(f.shape)
    for i in range(f.shape[1]):
        m = max(f[:, i])
        log_sum = m + math.log(sum(math.exp(z - m) for z in f[:, i]))
        for c in range(len(f)):
            log_q[c, i] = f[c, i] - log_sum
        q = np.exp(log_q[:, i])
        jacobian = np.eye(len(f)) - np.outer(np.ones(len(f)), q)  # row c, column j: ∂ log q_c/∂f_j
        dl_df[:, i] = jacobian.T @ g[:, i]
    return {"dl_df": dl_df, "log_q": log_q}


def logaddexp_2_i(f, g):
    log_q = f - np.logaddexp.reduce(f, axis=0, keepdims=True)
    q = np.exp(log_q)
    through_softmax = q * (g / np.maximum(q, 1e-300) - np.sum(g, axis=0))  # 2.f with g/q
    return log_q, np.where(q > 1e-290, through_softmax, g)


def wrong_2_i(log_q=None, dl_df=lambda q, g: g - q * g.sum(axis=0)):
    def answer(f, g):
        return standard_2_i(f, g)[0] if log_q is None else log_q(f), dl_df(softmax(f), g)

    return answer


def log_of_sum(f, axis=0):
    m = f.max(axis=axis, keepdims=True)
    return m + np.log(np.exp(f - m).sum(axis=axis, keepdims=True))


RIGHT_2_I = [standard_2_i, example_by_example_2_i, logaddexp_2_i]
WRONG_2_I = [
    (wrong_2_i(log_q=lambda f: f - np.log(np.exp(f).sum(axis=0))), "or an exp too large?"),
    (wrong_2_i(log_q=lambda f: np.log(np.exp(f) / np.exp(f).sum(axis=0))), "`log_q` holds nan, not a finite number"),
    (wrong_2_i(log_q=lambda f: np.log(softmax(f))), "`log_q` holds -inf, not a finite number"),
    (wrong_2_i(log_q=lambda f: f - f.max() - np.log(np.exp(f - f.max()).sum(axis=0))), "`log_q` holds inf, not a fin"),
    (wrong_2_i(log_q=lambda f: softmax(f)), "q itself, not its logarithm"),
    (wrong_2_i(log_q=lambda f: np.log(softmax(f) + 1e-12)), None),
    (wrong_2_i(log_q=lambda f: f - np.log(np.exp(f - f.max(axis=0)).sum(axis=0))), "never added back"),
    (wrong_2_i(log_q=lambda f: f - f.max(axis=0) - log_of_sum(f)), "subtracted twice"),
    (wrong_2_i(log_q=lambda f: f - f.max(axis=0) - np.exp(f - f.max(axis=0)).sum(axis=0)), "logarithm of the sum is"),
    (wrong_2_i(log_q=lambda f: f - log_of_sum(f, 1)), "`log_q`: normalised over the examples"),
    (wrong_2_i(dl_df=lambda q, g: g - q * g.sum(axis=1, keepdims=True)), "runs over the examples; each column"),
    (wrong_2_i(dl_df=lambda q, g: g - q * g.sum()), "runs over all entries"),
    (wrong_2_i(dl_df=lambda q, g: g - q), "the factor Σ g of the second term is missing"),
    (wrong_2_i(dl_df=lambda q, g: q - g), "for cross-entropy alone"),
    (wrong_2_i(dl_df=lambda q, g: g), "`dl_df`: the second term is missing"),
    (wrong_2_i(dl_df=lambda q, g: g * (1 - q)), "only the diagonal"),
    (wrong_2_i(dl_df=lambda q, g: g - g.sum(axis=0)), "the factor q of the second term"),
    (wrong_2_i(dl_df=lambda q, g: g - (q * g).sum(axis=0)), "q stands outside the sum"),
    (wrong_2_i(dl_df=lambda q, g: g + q * g.sum(axis=0)), "the second is subtracted"),
    (wrong_2_i(dl_df=lambda q, g: q * (g - (q * g).sum(axis=0))), "gradient of the softmax (2.f)"),
]


RIGHT = {
    "2.a": RIGHT_2_A,
    "2.b": RIGHT_2_B,
    "2.c": RIGHT_2_C,
    "2.d": RIGHT_2_D,
    "2.e": RIGHT_2_E,
    "2.f": RIGHT_2_F,
    "2.g": RIGHT_2_G,
    "2.h": RIGHT_2_H,
    "2.i": RIGHT_2_I,
}
WRONG = {
    "2.a": WRONG_2_A,
    "2.b": WRONG_2_B,
    "2.c": WRONG_2_C,
    "2.d": WRONG_2_D,
    "2.e": WRONG_2_E,
    "2.f": WRONG_2_F,
    "2.g": WRONG_2_G,
    "2.h": WRONG_2_H,
    "2.i": WRONG_2_I,
}
