"""Right and wrong answers to the book's problems of chapter 02; a wrong one comes with words of its diagnosis."""

# Written as students write: long, repetitive, and each on its own.
from typing import NamedTuple

import numpy as np

# ---- 7.3


class Sizes(NamedTuple):
    dh1_df0: tuple
    df1_dh1: tuple
    dh2_df1: tuple
    df2_dh2: tuple
    dh3_df2: tuple
    df3_dh3: tuple
    dl_df3: tuple


def sizes_from_arrays(D_1, D_2, D_3, D_f):
    omega = [np.ones((D_1, 7)), np.ones((D_2, D_1)), np.ones((D_3, D_2)), np.ones((D_f, D_3))]
    return (np.diag(np.ones(D_1)).shape, omega[1].T.shape, np.diag(np.ones(D_2)).shape, omega[2].T.shape,
            np.diag(np.ones(D_3)).shape, omega[3].T.shape, np.ones((D_f, 1)).shape)  # fmt: skip


RIGHT_7_3 = [
    lambda D_1, D_2, D_3, D_f: ((D_1, D_1), (D_1, D_2), (D_2, D_2), (D_2, D_3), (D_3, D_3), (D_3, D_f), (D_f, 1)),
    sizes_from_arrays,
    lambda D_1, D_2, D_3, D_f: Sizes((D_1, D_1), (D_1, D_2), (D_2, D_2), [D_2, D_3], (D_3, D_3), [D_3, D_f], [D_f, 1]),
    lambda D_1, D_2, D_3, D_f: np.array([[D_1, D_1], [D_1, D_2], [D_2, D_2], [D_2, D_3], [D_3] * 2, [D_3, D_f],
                                         [D_f, 1]]),
    lambda D_1, D_2, D_3, D_f: {"dl_df3": (D_f, 1), "df3_dh3": (D_3, D_f), "dh3_df2": (D_3, D_3), "df2_dh2": (D_2, D_3),
                                "dh2_df1": (D_2, D_2), "df1_dh1": (D_1, D_2), "dh1_df0": (D_1, D_1)},
]  # fmt: skip
WRONG_7_3 = [
    (lambda D_1, D_2, D_3, D_f: ((D_1, D_1), (D_2, D_1), (D_2, D_2), (D_3, D_2), (D_3, D_3), (D_f, D_3), (1, D_f)),
     "`df1_dh1`, `df2_dh2`, `df3_dh3` and `dl_df3`: transposed"),
    (lambda D_1, D_2, D_3, D_f: ((D_1, D_1), (D_1, D_2), (D_2, D_2), (D_2, D_3), (D_3, D_3), (D_3, D_f), (1, D_f)),
     "`dl_df3`: transposed"),
    (lambda D_1, D_2, D_3, D_f: ((D_1, 1), (D_1, D_2), (D_2, 1), (D_2, D_3), (D_3, 1), (D_3, D_f), (D_f, 1)),
     "the diagonal alone"),
    (lambda D_1, D_2, D_3, D_f: ((D_1,), (D_1, D_2), (D_2,), (D_2, D_3), (D_3,), (D_3, D_f), (D_f, 1)),
     "`dh1_df0` is not a pair; a size is (rows, columns)"),
    (lambda D_1, D_2, D_3, D_f: ((D_2, D_2), (D_2, D_3), (D_3, D_3), (D_3, D_f), (D_f, D_f), (D_3, D_f), (D_f, 1)),
     "one layer too late"),
    (lambda D_1, D_2, D_3, D_f: ((D_1, D_1), (D_1, D_2), (D_1, D_1), (D_1, D_2), (D_2, D_2), (D_2, D_3), (D_3, 1)),
     "one layer too early"),
    (lambda D_1, D_2, D_3, D_f: ((D_1, D_1), (D_1, D_2), (D_2, D_2), (D_2, D_3), (D_3, D_3), (D_3, 1), (1, 1)),
     "D_f outputs, not one"),
    (lambda D_1, D_2, D_3, D_f: ((D_1, D_2), (D_1, D_2), (D_2, D_3), (D_2, D_3), (D_3, D_f), (D_3, D_f), (D_f, 1)),
     "entry by entry"),
    (lambda D_1, D_2, D_3, D_f: ((D_1, D_1), (D_1, D_1), (D_2, D_2), (D_2, D_2), (D_3, D_3), (D_3, D_3), (D_f, D_f)),
     "a weight matrix stands between them"),
    (lambda D_1, D_2, D_3, D_f: ((D_1, D_1), (D_1, D_2), (D_2, D_2), (D_2, D_3), (D_3, D_3), (D_3, D_f), (D_f, D_f)),
     "is one column"),
    (lambda D_1, D_2, D_3, D_f: ((D_f, 1), (D_3, D_f), (D_3, D_3), (D_2, D_3), (D_2, D_2), (D_1, D_2), (D_1, D_1)),
     None),
    (lambda D_1, D_2, D_3, D_f: ((D_3, D_3), (D_3, D_f), (D_f, 1)), "has 3 parts, expected 7"),
]  # fmt: skip


# ---- 7.4


def entry_by_entry_7_4(f, y):
    if np.ndim(f) == 0:
        return 2 * f - 2 * y
    return [[2 * (f[d, 0] - y[d, 0])] for d in range(len(f))]


def nudged_7_4(f, y):
    return ((y - f - 1e-6) ** 2 - (y - f + 1e-6) ** 2) / 2e-6


RIGHT_7_4 = [
    lambda f, y: 2 * (f - y),
    lambda f, y: -2 * (y - f),
    entry_by_entry_7_4,
    nudged_7_4,
    lambda f, y: np.ravel(2 * np.subtract(f, y)),
]
WRONG_7_4 = [
    (lambda f, y: 2 * (y - f), "the sign is wrong: y − f"),
    (lambda f, y: f - y, "the factor 2 is missing"),
    (lambda f, y: -(f - y), "the sign is wrong and the factor 2"),
    (lambda f, y: (y - f) ** 2, "the loss itself"),
    (lambda f, y: 2 * (f - y) / np.size(y), "not their mean"),
    (lambda f, y: 2 * f, "y is lost"),
    (lambda f, y: 2 * abs(f - y), "has lost it"),
    (lambda f, y: 4 * (f - y), "a factor of 2 too many"),
    (lambda f, y: np.sum(2 * (f - y)), "one number: each output has a derivative of its own"),
]


# ---- 7.5


def stable_7_5(f, y):
    small = np.exp(-np.abs(f))
    return np.where(f >= 0, 1 / (1 + small), small / (1 + small)) - y


def one_by_one_7_5(f, y):
    answer = []
    for logit, label in zip(f.ravel(), y.ravel(), strict=True):
        s = 1 / (1 + np.exp(-logit))
        answer.append(s - 1 if label == 1 else s)
    return np.reshape(answer, f.shape)


def nudged_7_5(f, y):
    def loss(z):
        return np.logaddexp(0, z) - y * z  # 7.36, simplified

    return (loss(f + 1e-5) - loss(f - 1e-5)) / 2e-5


def not_cancelled_7_5(f, y):
    s = 1 / (1 + np.exp(-f))
    return ((1 - y) / (1 - s) - y / s) * s * (1 - s)


def logistic(z):
    return 1 / (1 + np.exp(-z))


RIGHT_7_5 = [
    lambda f, y: 1 / (1 + np.exp(-f)) - y,
    stable_7_5,
    one_by_one_7_5,
    nudged_7_5,
    lambda f, y: (1 - y) * logistic(f) - y * logistic(-f),
    lambda f, y: 0.5 + 0.5 * np.tanh(f / 2) - y,
]
WRONG_7_5 = [
    (lambda f, y: y - logistic(f), "the sign is wrong: the loss must fall"),
    (lambda f, y: 1 / (1 + np.exp(f)) - y, "mind the sign in the exponent of 7.37"),
    (lambda f, y: f - y, "not f itself"),
    (lambda f, y: logistic(f), "y is lost"),
    (lambda f, y: -y * logistic(-f), "the term with 1 − y is missing"),
    (lambda f, y: (1 - y) * logistic(f), "the term with y is missing"),
    (lambda f, y: (logistic(f) - y) * logistic(f) * logistic(-f), "here it still stands"),
    (lambda f, y: 2 * (logistic(f) - y) * logistic(f) * (1 - logistic(f)), "for squared error"),
    (lambda f, y: 2 * (f - y), "belongs to least squares"),
    (lambda f, y: np.exp(f) / (1 + np.exp(f)) - y, "or an exp too large?"),
    (not_cancelled_7_5, "holds nan, not a finite number"),
    (lambda f, y: (1 - y) / (1 - logistic(f)) - y / logistic(f), "not a finite number"),
]


# ---- 7.6


def loops_7_6(beta, omega, h, i, j):
    D_z, D_h = omega.shape
    jacobian = [[None] * D_z for _ in range(D_h)]
    for row in range(D_h):
        for column in range(D_z):
            jacobian[row][column] = omega[column][row]
    return jacobian[j][i], jacobian


def nudged_7_6(beta, omega, h, i, j):
    z = beta + omega @ h
    columns = []
    for k in range(len(h)):
        nudged = h.copy()
        nudged[k] += 1e-5
        columns.append((beta + omega @ nudged - z) / 1e-5)
    jacobian = np.hstack(columns).T
    return {"dz_dh": jacobian, "dzi_dhj": jacobian[j, i]}


def square_only_7_6(beta, omega, h, i, j):
    jacobian = np.zeros(omega.shape)
    for row in range(len(omega)):
        for column in range(len(omega)):
            jacobian[row, column] = omega[column, row]
    return omega[i, j], jacobian


RIGHT_7_6 = [
    lambda beta, omega, h, i, j: (omega[i, j], omega.T),
    loops_7_6,
    nudged_7_6,
    lambda beta, omega, h, i, j: (omega[i][j : j + 1], np.einsum("ij->ji", omega)),
]
WRONG_7_6 = [
    (lambda beta, omega, h, i, j: (omega[i, j], omega), "`dz_dh`: this is Ω itself"),
    (lambda beta, omega, h, i, j: (omega[j, i], omega.T), "`dzi_dhj`: the indices are exchanged"),
    (lambda beta, omega, h, i, j: (omega[i, j] * h[j, 0], omega.T), "the term of the sum"),
    (lambda beta, omega, h, i, j: (omega[i, j], (omega * h.T).T), "the term of the sum"),
    (lambda beta, omega, h, i, j: (omega[i, j], omega * h.T), "h is still in it, and the rows belong to z"),
    (lambda beta, omega, h, i, j: (h[j, 0], omega.T), "with respect to the weight Ω_ij"),
    (lambda beta, omega, h, i, j: (beta[i, 0] + omega[i] @ h[:, 0], omega.T), "this is z_i"),
    (lambda beta, omega, h, i, j: (1, omega.T), "the weight is missing"),
    (lambda beta, omega, h, i, j: (omega[i, j], np.eye(len(h), len(beta)) * omega.T), "the diagonal alone"),
    (lambda beta, omega, h, i, j: (omega[i, j], omega @ h), "has shape (2, 1), expected shape (2, 2)"),
    (square_only_7_6, "raised IndexError"),
]  # fmt: skip


# ---- 7.7


def nudged_7_7(f):
    return (logistic(f + 1e-5) - logistic(f - 1e-5)) / 2e-5, "c", 9.5e-7


def in_a_loop_7_7(f):
    slopes = [np.exp(-one) / (1 + np.exp(-one)) ** 2 for one in f]
    return {"ten_units": (1 / 4) ** 10, "saturation": " C", "dh_df": slopes}


def with_7_7(dh_df=lambda f: logistic(f) * logistic(-f), saturation="c", ten_units=0.25**10):
    return lambda f: (dh_df(f), saturation, ten_units)


RIGHT_7_7 = [
    with_7_7(),
    nudged_7_7,
    in_a_loop_7_7,
    lambda f: (logistic(f) - logistic(f) ** 2, "c", 1 / 1048576),
    lambda f: (1 / (2 + 2 * np.cosh(f)), "c", 2.0**-20),
]
WRONG_7_7 = [
    (with_7_7(logistic), "`dh_df`: that is the sigmoid itself"),
    (with_7_7(saturation="a"), "`saturation`: that is the sigmoid itself"),
    (with_7_7(lambda f: 1 - logistic(f)), "`dh_df`: that is 1 − sig[f]"),
    (with_7_7(saturation="b"), "`saturation`: that is 1 − sig[f]"),
    (with_7_7(lambda f: 0 * f + 0.25), "`dh_df`: that is the slope at f = 0 only"),
    (with_7_7(saturation="D"), "`saturation`: that is the slope at f = 0 only"),
    (with_7_7(lambda f: -logistic(f) * logistic(-f)), "`dh_df`: has the wrong sign"),
    (with_7_7(lambda f: logistic(f) * (1 + logistic(f))), "mind the signs"),
    (with_7_7(lambda f: -1 / (1 + np.exp(-f)) ** 2), "the inner derivative is missing"),
    (with_7_7(lambda f: 1 / (1 + np.exp(-f)) ** 2), "the inner derivative is missing"),
    (with_7_7(lambda f: f * (1 - f)), "f stands where"),
    (with_7_7(lambda f: logistic(logistic(f)) * (1 - logistic(logistic(f)))), "the slope is taken at h"),
    (with_7_7(lambda f: 1 - logistic(f) ** 2), "the pattern of tanh"),
    (with_7_7(ten_units=0.5**10), "½ is the value of the sigmoid"),
    (with_7_7(ten_units=0.25), "this is one unit"),
    (with_7_7(ten_units=10 / 4), "multiplied, not added"),
    (with_7_7(ten_units=1), "`ten_units`: the values of the sigmoid"),
    (with_7_7(ten_units=0.25**9), "nine of them"),
    (with_7_7(ten_units=(np.exp(-1) / (1 + np.exp(-1)) ** 2) ** 10), "another f has a larger one"),
    (with_7_7(saturation=3), "expected a word in quotes"),
]


# ---- 7.8


def by_hand_7_8(x, y, beta_0, omega_0, beta_1, omega_1, a):
    h = a(beta_0 + omega_0 @ x)
    return np.zeros((5, 3)), 2 * (beta_1 + omega_1 @ h - y) * h.T, "c"


def nudged_7_8(x, y, beta_0, omega_0, beta_1, omega_1, a):
    def derivatives(parameter):
        answer = np.zeros(parameter.shape)
        for entry in np.ndindex(parameter.shape):
            kept, losses = parameter[entry], []
            for nudge in (1e-5, -1e-5):
                parameter[entry] = kept + nudge
                losses.append(((beta_1 + omega_1 @ a(beta_0 + omega_0 @ x) - y) ** 2).item())
            parameter[entry] = kept
            answer[entry] = (losses[0] - losses[1]) / 2e-5
        return answer

    return {"learns": "c", "dl_domega_0": derivatives(omega_0),
            "dl_domega_1": derivatives(omega_1)}  # fmt: skip


def backward_7_8(slope, source=lambda f, h: h, factor=2.0, learns="c"):
    def answer(x, y, beta_0, omega_0, beta_1, omega_1, a):
        f_0 = beta_0 + omega_0 @ x
        h_1 = a(f_0)
        g = factor * (beta_1 + omega_1 @ h_1 - y)
        return slope(f_0, a) * (omega_1.T @ g) @ x.T, g @ source(f_0, h_1).T, learns

    return answer


def flat(f, a):
    return np.zeros(f.shape)


RIGHT_7_8 = [by_hand_7_8, nudged_7_8, backward_7_8(flat)]
WRONG_7_8 = [
    (backward_7_8(flat, learns="a"), "`learns`: there is no small slope here"),
    (backward_7_8(lambda f, a: logistic(f) * logistic(-f)), "`dl_domega_0`: there is no small slope here"),
    (backward_7_8(flat, learns="b"), "`learns`: nothing flat lies between"),
    (backward_7_8(flat, source=lambda f, h: 0 * h), "`dl_domega_1`: nothing flat lies between"),
    (backward_7_8(flat, learns="d"), "`learns`: that is the ReLU"),
    (backward_7_8(lambda f, a: f > 0), "`dl_domega_0`: that is the ReLU"),
    (backward_7_8(lambda f, a: a(f)), "the value a[f_0] stands where"),
    (backward_7_8(lambda f, a: 1), "the slope of the activation is missing"),
    (backward_7_8(lambda f, a: f), "the values of f_0 stand where"),
    (backward_7_8(flat, source=lambda f, h: f), "not f_0"),
    (backward_7_8(flat, factor=1), "a factor of 2 is missing"),
    (backward_7_8(flat, factor=-2), "wrong sign"),
]


# ---- 7.9


def loops_7_9(g, h):
    D_f, D_h = g.size, h.size
    tensor, gradient = np.zeros((D_f, D_f, D_h)), np.zeros((D_f, D_h))
    for row in range(D_f):
        for m in range(D_h):
            tensor[row, row, m] = h[m, 0]
            gradient[row, m] = sum(g[i, 0] * tensor[i, row, m] for i in range(D_f))
    return tensor, gradient


def einsum_7_9(g, h):
    tensor = np.einsum("il,m->ilm", np.eye(len(g)), h.ravel())
    return {"dl_domega": np.einsum("i,ilm->lm", g.ravel(), tensor), "df_domega": tensor}


def kronecker_7_9(g, h):
    return np.kron(np.eye(len(g)), h.T).reshape(len(g), len(g), len(h)), g * h.T


def nudged_7_9(g, h):
    rng = np.random.default_rng(1)
    beta, omega = rng.normal(size=g.shape), rng.normal(size=(len(g), len(h)))
    tensor = np.zeros((len(g), *omega.shape))
    for entry in np.ndindex(omega.shape):
        nudge = np.zeros(omega.shape)
        nudge[entry] = 1e-4
        change = (beta + (omega + nudge) @ h) - (beta + (omega - nudge) @ h)
        tensor[(slice(None), *entry)] = change[:, 0] / 2e-4
    return tensor, np.tensordot(g[:, 0], tensor, axes=1)


def wrong_7_9(tensor=None, gradient=None):
    def answer(g, h):
        right = loops_7_9(g, h)
        return tensor(g, h) if tensor else right[0], gradient(g, h) if gradient else right[1]

    return answer


RIGHT_7_9 = [loops_7_9, einsum_7_9, kronecker_7_9, nudged_7_9]
WRONG_7_9 = [
    (wrong_7_9(gradient=lambda g, h: h @ g.T), "`dl_domega`: this is the transpose"),
    (wrong_7_9(gradient=lambda g, h: loops_7_9(g, h)[0].sum(axis=0)), "∂ℓ/∂f is missing"),
    (wrong_7_9(gradient=lambda g, h: np.tile(g, (1, len(h)))), "the factor h is missing"),
    (wrong_7_9(gradient=lambda g, h: g + h.T), "the chain rule multiplies"),
    (wrong_7_9(gradient=lambda g, h: -g @ h.T), "wrong sign"),
    (
        wrong_7_9(gradient=lambda g, h: np.ravel(g) @ np.resize(h, g.size)),
        "`dl_domega` has shape (), expected shape (2, 2)",
    ),
    (wrong_7_9(tensor=lambda g, h: np.tile(h.T, (len(g), len(g), 1))), "`df_domega`: the δ is missing"),
    (wrong_7_9(tensor=lambda g, h: np.repeat(np.eye(len(g))[:, :, None], len(h), axis=2)), "the factor h_m is missing"),
    (wrong_7_9(tensor=lambda g, h: np.swapaxes(loops_7_9(g, h)[0], 1, 2)), "the last two axes are exchanged"),
    (wrong_7_9(tensor=lambda g, h: np.moveaxis(loops_7_9(g, h)[0], 2, 0)), "the axes are in another order"),
    (wrong_7_9(tensor=lambda g, h: loops_7_9(g, h)[0] * g.reshape(-1, 1, 1)), "∂ℓ/∂f is in it already"),
    (wrong_7_9(tensor=lambda g, h: np.tile(h.T, (len(g), 1))), "has shape (2, 2), expected shape (2, 2, 2)"),
]


# ---- 7.10


def lists_7_10(f, h, omega, dl_df3, alpha):
    dl_dbeta, dl_domega = [None] * 4, [None] * 4
    dl_df = dl_df3
    for k in (3, 2, 1, 0):
        dl_dbeta[k] = dl_df.sum(axis=1, keepdims=True)
        dl_domega[k] = dl_df @ h[k].T
        if k > 0:
            dl_df = np.where(f[k - 1] > 0, 1, alpha) * (omega[k].T @ dl_df)
    return *dl_dbeta, *dl_domega


def written_out_7_10(f, h, omega, dl_df3, alpha):
    g3 = dl_df3
    g2 = omega[3].T @ g3
    g2[f[2] < 0] *= alpha
    g1 = omega[2].T @ g2
    g1[f[1] < 0] *= alpha
    g0 = omega[1].T @ g1
    g0[h[1] < 0] *= alpha  # h has the sign of f
    return {"omega_0": g0 @ h[0].T, "beta_0": g0.sum(1), "omega_1": g1 @ h[1].T, "beta_1": g1.sum(1),
            "omega_2": g2 @ h[2].T, "beta_2": g2.sum(1), "omega_3": g3 @ h[3].T, "beta_3": g3.sum(1)}  # fmt: skip


def example_by_example_7_10(f, h, omega, dl_df3, alpha):
    betas, omegas = [0] * 4, [0] * 4
    for i in range(dl_df3.shape[1]):
        g = dl_df3[:, i]
        for k in reversed(range(4)):
            betas[k] = betas[k] + g
            omegas[k] = omegas[k] + np.outer(g, h[k][:, i])
            if k:
                g = np.diag((f[k - 1][:, i] > 0) + alpha * (f[k - 1][:, i] < 0)) @ omega[k].T @ g
    return betas + omegas


def nudged_7_10(f, h, omega, dl_df3, alpha):
    beta = [f[k][:, :1] - omega[k] @ h[k][:, :1] for k in range(4)]
    parameters = [b.copy() for b in beta] + [w.copy() for w in omega]

    def loss():  # any loss with the derivative dl_df3 will do
        value = h[0]
        for k in range(4):
            value = parameters[k] + parameters[4 + k] @ value
            value = np.maximum(value, alpha * value) if k < 3 else value
        return np.sum(dl_df3 * value)

    answer = []
    for parameter in parameters:
        answer.append(np.zeros(parameter.shape))
        for entry in np.ndindex(parameter.shape):
            kept, losses = parameter[entry], []
            for nudge in (1e-6, -1e-6):
                parameter[entry] = kept + nudge
                losses.append(loss())
            parameter[entry] = kept
            answer[-1][entry] = (losses[0] - losses[1]) / 2e-6
    return answer


def wrong_7_10(slope=lambda f, alpha: (f > 0) + alpha * (f < 0), layer=-1, transposed=True, first=False, source="h",
               last=False, batch="sum", omega_transposed=False):  # fmt: skip
    def answer(f, h, omega, dl_df3, alpha):
        betas, omegas = {}, {}
        g = dl_df3 * slope(f[3], alpha) if last else dl_df3
        for k in (3, 2, 1, 0):
            multiplied = f[k - 1] if k and source == "f" else h[k]
            betas[f"beta_{k}"] = {"sum": g.sum(axis=1), "mean": g.mean(axis=1), "none": g, "rows": g.sum(axis=0)}[batch]
            omegas[f"omega_{k}"] = (g @ multiplied.T) / (g.shape[1] if batch == "mean" else 1)
            if omega_transposed:
                omegas[f"omega_{k}"] = omegas[f"omega_{k}"].T
            if k:
                matrix, factor = omega[k].T if transposed else omega[k], slope(f[k + layer], alpha)
                g = matrix @ (factor * g) if first else factor * (matrix @ g)
        return betas | omegas

    return answer


def forgets_the_source_7_10(**arguments):
    right = written_out_7_10(**arguments)
    for k in range(4):
        columns = arguments["omega"][k].shape[1]
        right[f"omega_{k}"] = np.tile(right[f"beta_{k}"][:, None], (1, columns))
    return right


def equal_widths_7_10(f, h, omega, dl_df3, alpha):
    D = len(dl_df3)
    betas, omegas = np.zeros((4, D, 1)), np.zeros((4, D, D))
    g = dl_df3
    for k in (3, 2, 1, 0):
        betas[k], omegas[k] = g.sum(axis=1, keepdims=True), g @ h[k].T
        if k > 0:
            g = np.where(f[k - 1] > 0, 1, alpha) * (omega[k].T @ g)
    return *betas, *omegas


RIGHT_7_10 = [lists_7_10, written_out_7_10, example_by_example_7_10, nudged_7_10]
WRONG_7_10 = [
    (wrong_7_10(slope=lambda f, alpha: f > 0), "the plain ReLU"),
    (wrong_7_10(slope=lambda f, alpha: np.where(f < 0, 1, alpha)), "α is on the wrong side"),
    (wrong_7_10(slope=lambda f, alpha: alpha), "α is everywhere"),
    (wrong_7_10(slope=lambda f, alpha: 1), "the slope of the activation is missing"),
    (wrong_7_10(slope=lambda f, alpha: np.maximum(f, alpha * f)), "the activation's value stands"),
    (wrong_7_10(layer=0), "one layer too late"),
    (wrong_7_10(last=True), "no activation follows f_3"),
    (wrong_7_10(transposed=False), "Ω_k must be transposed"),
    (wrong_7_10(first=True), "the slope comes after Ω_kᵀ"),
    (wrong_7_10(source="f"), "not the pre-activations"),
    (wrong_7_10(batch="mean"), "added, not averaged"),
    (wrong_7_10(batch="none"), "`beta_0`, `beta_1`, `beta_2` and `beta_3`: one column for each example"),
    (wrong_7_10(batch="rows"), "`beta_0` has shape (4,), expected shape (3, 1)"),
    (wrong_7_10(omega_transposed=True), "this is the transpose"),
    (equal_widths_7_10, "raised ValueError in the line `betas[k], omegas[k] = "),
    (forgets_the_source_7_10, "(observation 1)"),
    (lambda **a: (lists_7_10(**a)[:4], lists_7_10(**a)[4:]), "has 2 parts, expected 8, in this order: `beta_0`"),
]

RIGHT = {
    "7.3": RIGHT_7_3,
    "7.4": RIGHT_7_4,
    "7.5": RIGHT_7_5,
    "7.6": RIGHT_7_6,
    "7.7": RIGHT_7_7,
    "7.8": RIGHT_7_8,
    "7.9": RIGHT_7_9,
    "7.10": RIGHT_7_10,
}
WRONG = {
    "7.3": WRONG_7_3,
    "7.4": WRONG_7_4,
    "7.5": WRONG_7_5,
    "7.6": WRONG_7_6,
    "7.7": WRONG_7_7,
    "7.8": WRONG_7_8,
    "7.9": WRONG_7_9,
    "7.10": WRONG_7_10,
}
