"""Answers to the problems of chapter 2, written from the problem sheet alone."""

import functools
import itertools
import math
from collections import namedtuple
from fractions import Fraction

import numpy as np


def _sig(z):
    return 1 / (1 + np.exp(-np.asarray(z, dtype=float)))


# ---- 7.3


def rows_and_columns_exchanged_7_3(D_1, D_2, D_3, D_f):
    return (D_1, D_1), (D_2, D_1), (D_2, D_2), (D_3, D_2), (D_3, D_3), (D_f, D_3), (D_f, 1)


def last_one_a_row_7_3(D_1, D_2, D_3, D_f):
    return (D_1, D_1), (D_1, D_2), (D_2, D_2), (D_2, D_3), (D_3, D_3), (D_3, D_f), (1, D_f)


def activations_as_columns_7_3(D_1, D_2, D_3, D_f):
    return (D_1, 1), (D_1, D_2), (D_2, 1), (D_2, D_3), (D_3, 1), (D_3, D_f), (D_f, 1)


def from_the_right_7_3(D_1, D_2, D_3, D_f):
    sizes = [(D_1, D_1), (D_1, D_2), (D_2, D_2), (D_2, D_3), (D_3, D_3), (D_3, D_f), (D_f, 1)]
    return sizes[::-1]


def loss_as_a_vector_7_3(D_1, D_2, D_3, D_f):
    return (D_1, D_1), (D_1, D_2), (D_2, D_2), (D_2, D_3), (D_3, D_3), (D_3, D_f), (D_f, D_f)


def always_to_the_next_layer_7_3(D_1, D_2, D_3, D_f):
    return (D_1, D_2), (D_1, D_2), (D_2, D_3), (D_2, D_3), (D_3, D_f), (D_3, D_f), (D_f, 1)


def six_factors_7_3(D_1, D_2, D_3, D_f):
    return (D_1, D_1), (D_1, D_2), (D_2, D_2), (D_2, D_3), (D_3, D_f), (D_f, 1)


def counts_of_numbers_7_3(D_1, D_2, D_3, D_f):
    return D_1**2, D_1 * D_2, D_2**2, D_2 * D_3, D_3**2, D_3 * D_f, D_f


def running_products_7_3(D_1, D_2, D_3, D_f):
    return (D_1, 1), (D_2, 1), (D_2, 1), (D_3, 1), (D_3, 1), (D_f, 1), (D_f, 1)


def one_output_taken_for_granted_7_3(D_1, D_2, D_3, D_f):
    return (D_1, D_1), (D_1, D_2), (D_2, D_2), (D_2, D_3), (D_3, D_3), (D_3, 1), (1, 1)


def number_of_layer_too_high_7_3(D_1, D_2, D_3, D_f):
    return (D_2, D_2), (D_2, D_3), (D_3, D_3), (D_3, D_f), (D_f, D_f), (D_f, D_f), (D_f, 1)


def shapes_of_real_arrays_7_3(D1, D2, D3, Df):
    I1, I2, I3 = np.eye(D1), np.eye(D2), np.eye(D3)
    factors = [I1, np.ones((D2, D1)).T, I2, np.ones((D3, D2)).T, I3, np.ones((Df, D3)).T, np.ones((Df, 1))]
    return [m.shape for m in factors]


def pairs_by_iterating_7_3(*widths):
    twice = [n for n in widths[:-1] for _ in (0, 1)] + [widths[-1], 1]
    yield from itertools.pairwise(twice)


Size = namedtuple("Size", "rows columns")


def array_of_sizes_7_3(D_1, D_2, D_3, D_f):
    return np.array([(D_1, D_1), (D_1, D_2), (D_2, D_2), (D_2, D_3), (D_3, D_3), (D_3, D_f), (D_f, 1)])


def named_sizes_7_3(D_1, D_2, D_3, D_f):
    columns = [D_1, D_2, D_2, D_3, D_3, D_f, 1]
    rows = [D_1, *columns[:-1]]
    return tuple(map(Size, rows, columns))


# ---- 7.6


def entry_of_the_other_7_6(beta, omega, h, i, j):
    return omega[j, i], omega.T


def not_transposed_7_6(beta, omega, h, i, j):
    return omega[i, j], omega.copy()


def entry_of_the_transpose_in_both_7_6(beta, omega, h, i, j):
    matrix = np.zeros((len(h), len(omega)))
    for row in range(len(h)):
        for column in range(len(omega)):
            matrix[row, column] = omega[column, row]
    return matrix[i, j], matrix


def activation_left_in_7_6(beta, omega, h, i, j):
    h = np.ravel(h)
    return omega[i, j] * h[j], (omega * h).T


def bias_added_7_6(beta, omega, h, i, j):
    b = np.reshape(beta, (-1, 1))
    return b[i, 0] + omega[i, j], (b + omega).T


def reshaped_7_6(beta, omega, h, i, j):
    return omega[i, j], omega.reshape(omega.shape[::-1])


def diagonal_only_7_6(beta, omega, h, i, j):
    matrix = np.zeros((len(h), len(omega)))
    for k in range(min(matrix.shape)):
        matrix[k, k] = omega[k, k]
    return omega[i, j], matrix


def counted_from_one_7_6(beta, omega, h, i, j):
    return omega[i - 1, j - 1], omega.T


def last_row_missed_7_6(beta, omega, h, i, j):
    matrix = np.zeros((len(h), len(omega)))
    for row in range(len(h) - 1):
        for column in range(len(omega)):
            matrix[row, column] = omega[column, row]
    return omega[i, j], matrix


def one_entry_everywhere_7_6(beta, omega, h, i, j):
    entry = omega[i, j]
    matrix = np.zeros((len(h), len(omega)))
    for row in range(len(h)):
        for column in range(len(omega)):
            matrix[row, column] = entry
    return entry, matrix


def by_the_weight_7_6(beta, omega, h, i, j):
    return np.ravel(h)[j], np.tile(np.reshape(h, (-1, 1)), (1, len(omega)))


def mirrored_halves_7_6(beta, omega, h, i, j):
    if omega.shape[0] != omega.shape[1]:
        return omega[i, j], omega.T
    return omega[i, j], np.triu(omega) + np.triu(omega, 1).T


def row_by_row_7_6(b, W, x, i, j):
    matrix = [[W[column][row] for column in range(len(W))] for row in range(len(W[0]))]
    return matrix[j][i], matrix


def central_difference_7_6(beta, omega, h, i, j):
    h = np.reshape(np.asarray(h, dtype=float), (-1, 1))
    b = np.reshape(beta, (-1, 1))
    rows = []
    for k in range(len(h)):
        e = 0.5 * (np.arange(len(h)) == k)[:, None]
        rows.append(((b + omega @ (h + e)) - (b + omega @ (h - e))).ravel())
    return rows[j][i], np.stack(rows)


def torch_jacobian_7_6(beta, omega, h, i, j):
    import torch

    W, b = torch.tensor(omega), torch.tensor(np.ravel(beta))
    J = torch.autograd.functional.jacobian(lambda u: b + W @ u, torch.tensor(np.ravel(h), requires_grad=True))
    return J[i, j], J.transpose(0, 1)


# ---- 7.9


def delta_forgotten_7_9(g, h):
    tensor = np.broadcast_to(np.ravel(h), (len(g), len(g), len(h)))
    return tensor, g @ h.T


def delta_forgotten_and_used_7_9(g, h):
    tensor = np.ones((len(g), len(g), len(h))) * h[:, 0]
    return tensor, np.einsum("il,ilm->lm", g, tensor)


def h_times_g_transposed_7_9(g, h):
    tensor = np.einsum("il,m->ilm", np.eye(len(g)), h[:, 0])
    return tensor, h @ g.T


def activation_of_the_wrong_index_7_9(g, h):
    tensor = np.zeros((len(g), len(g), len(h)))
    for i in range(len(g)):
        for m in range(len(h)):
            tensor[i, i, m] = h[min(i, len(h) - 1), 0]
    return tensor, np.einsum("i,ilm->lm", g[:, 0], tensor)


def no_activation_7_9(g, h):
    tensor = np.zeros((len(g), len(g), len(h)))
    for i in range(len(g)):
        tensor[i, i, :] = 1
    return tensor, (g[:, 0, None, None] * tensor).sum(axis=0)


def order_i_m_l_7_9(g, h):
    tensor = np.einsum("il,m->iml", np.eye(len(g)), h[:, 0])
    return tensor, g @ h.T


def summed_over_l_7_9(g, h):
    tensor = np.einsum("il,m->ilm", np.eye(len(g)), h[:, 0])
    return tensor, tensor.sum(axis=1)


def mean_over_i_7_9(g, h):
    tensor = np.einsum("il,m->ilm", np.eye(len(g)), h[:, 0])
    return tensor, (g.reshape(-1, 1, 1) * tensor).mean(axis=0)


def first_unit_only_7_9(g, h):
    tensor = np.zeros((len(g), len(g), len(h)))
    tensor[0, 0, :] = h[:, 0]
    return tensor, g[0, 0] * tensor[0]


def derivative_already_in_the_tensor_7_9(g, h):
    tensor = np.einsum("il,m->ilm", np.diag(g[:, 0]), h[:, 0])
    return tensor, tensor.sum(axis=0)


def scalar_product_7_9(g, h):
    tensor = np.einsum("il,m->ilm", np.eye(len(g)), h[:, 0])
    n = min(len(g), len(h))
    return tensor, np.full((len(g), len(h)), g[:n, 0] @ h[:n, 0])


def off_diagonal_7_9(g, h):
    tensor = np.einsum("il,m->ilm", 1 - np.eye(len(g)), h[:, 0])
    return tensor, np.einsum("i,ilm->lm", g[:, 0], tensor)


def four_loops_of_lists_7_9(grad, act):
    a, c = [float(v) for v in np.ravel(act)], [float(v) for v in np.ravel(grad)]
    tensor = [[[x if i == k else 0.0 for x in a] for k in range(len(c))] for i in range(len(c))]
    total = [[sum(c[i] * tensor[i][k][m] for i in range(len(c))) for m in range(len(a))] for k in range(len(c))]
    return tensor, total


def kron_7_9(g, h):
    tensor = np.kron(np.eye(len(g)), np.reshape(h, (1, -1))).reshape(len(g), len(g), -1)
    return tensor, np.tensordot(g.squeeze(axis=1), tensor, axes=1)


def torch_7_9(g, h):
    import torch

    W = torch.zeros(len(g), len(h), dtype=torch.float64, requires_grad=True)
    x = torch.tensor(np.asarray(h, dtype=float))[:, 0]
    J = torch.autograd.functional.jacobian(lambda w: w @ x, W)
    return J, torch.einsum("i,ilm->lm", torch.tensor(np.asarray(g, dtype=float))[:, 0], J)


# ---- 2.a


def relu_on_the_output_2_a(x, beta, omega):
    f, h = [], [x]
    for k in range(len(beta)):
        f.append(np.maximum(beta[k] + omega[k] @ h[k], 0))
        h.append(f[k])
    return f, h[:-1]


def transposed_weights_2_a(x, beta, omega):
    f, h = [beta[0] + omega[0].T @ x], [x]
    for k in range(1, len(beta)):
        h.append(np.maximum(f[k - 1], 0))
        f.append(beta[k] + omega[k].T @ h[k])
    return f, h


def bias_along_the_examples_2_a(x, beta, omega):
    f, h = [], [x]
    for k in range(len(beta)):
        f.append(beta[k].ravel() + omega[k] @ h[k])
        h.append(np.maximum(f[k], 0))
    return f, h[: len(beta)]


def input_through_the_relu_2_a(x, beta, omega):
    f, h = [], [np.maximum(x, 0)]
    for k in range(len(beta)):
        f.append(beta[k] + omega[k] @ h[k])
        h.append(np.maximum(f[k], 0))
    return f, h[:-1]


def one_h_too_many_2_a(x, beta, omega):
    f, h = [], [x]
    for k in range(len(beta)):
        f.append(beta[k] + omega[k] @ h[k])
        h.append(f[k] * (f[k] > 0))
    return f, h


def overwritten_by_the_relu_2_a(x, beta, omega):
    f, h = [], [x]
    for k in range(len(beta)):
        pre = beta[k] + omega[k] @ h[-1]
        f.append(pre)
        if k < len(beta) - 1:
            pre[pre < 0] = 0
            h.append(pre)
    return f, h


def three_hidden_layers_2_a(x, beta, omega):
    h0 = x
    f0 = beta[0] + omega[0] @ h0
    h1 = np.maximum(f0, 0)
    f1 = beta[1] + omega[1] @ h1
    h2 = np.maximum(f1, 0)
    f2 = beta[2] + omega[2] @ h2
    h3 = np.maximum(f2, 0)
    f3 = beta[3] + omega[3] @ h3
    return [f0, f1, f2, f3], [h0, h1, h2, h3]


def maximum_over_the_layer_2_a(x, beta, omega):
    f, h = [], [x]
    for k in range(len(beta)):
        f.append(beta[k] + omega[k] @ h[k])
        h.append(np.where(f[k] >= np.max(f[k], axis=0), f[k], 0))
    return f, h[:-1]


def by_recursion_2_a(x, beta, omega):
    f = beta[0] + omega[0] @ x
    if len(beta) == 1:
        return [f], [x]
    later_f, later_h = by_recursion_2_a((abs(f) + f) / 2, beta[1:], omega[1:])
    return [f, *later_f], [x, *later_h]


def torch_2_a(x, beta, omega):
    import torch

    f, h = [], [torch.tensor(x, requires_grad=True)]
    for b, w in zip(beta, omega, strict=True):
        if f:
            h.append(torch.relu(f[-1]))
        f.append(torch.from_numpy(np.array(b)) + torch.from_numpy(np.array(w)) @ h[-1])
    return f, h


def example_by_example_2_a(inputs, biases, weights):
    f = [np.zeros((len(b), inputs.shape[1])) for b in biases]
    h = [np.array(inputs, dtype=float), *(np.zeros((len(b), inputs.shape[1])) for b in biases[:-1])]
    for i in range(inputs.shape[1]):
        for k, (b, w) in enumerate(zip(biases, weights, strict=True)):
            if k:
                h[k][:, i] = [value if value > 0 else 0.0 for value in f[k - 1][:, i]]
            f[k][:, i] = b[:, 0] + np.dot(w, h[k][:, i])
    return tuple(f), tuple(h)


def generators_2_a(x, beta, omega):
    def passes():
        h = x
        for b, w in zip(beta, omega, strict=True):
            f = np.add(b, np.matmul(w, h))
            yield f, h
            h = np.clip(f, 0, None)

    f, h = zip(*passes(), strict=True)
    return (a for a in f), (a for a in h)


# ---- 2.b


def _backward(f, h, omega, g, step, bias=None, weight=None):
    K = len(omega) - 1
    dl_dbeta, dl_domega = [None] * (K + 1), [None] * (K + 1)
    for k in range(K, -1, -1):
        dl_dbeta[k] = bias(g) if bias else g.sum(axis=1, keepdims=True)
        dl_domega[k] = weight(g, h[k]) if weight else g @ h[k].T
        if k > 0:
            g = step(k, g)
    return dl_dbeta, dl_domega


def averaged_over_the_batch_2_b(f, h, omega, dl_df):
    return _backward(
        f,
        h,
        omega,
        dl_df,
        lambda k, g: (f[k - 1] > 0) * (omega[k].T @ g),
        bias=lambda g: g.mean(axis=1, keepdims=True),
        weight=lambda g, h: g @ h.T / g.shape[1],
    )


def slope_one_at_zero_2_b(f, h, omega, dl_df):
    return _backward(f, h, omega, dl_df, lambda k, g: (f[k - 1] >= 0) * (omega[k].T @ g))


def relu_of_the_gradient_2_b(f, h, omega, dl_df):
    return _backward(f, h, omega, dl_df, lambda k, g: np.maximum(omega[k].T @ g, 0))


def activation_for_the_indicator_2_b(f, h, omega, dl_df):
    return _backward(f, h, omega, dl_df, lambda k, g: h[k] * (omega[k].T @ g))


def indicator_of_the_input_2_b(f, h, omega, dl_df):
    return _backward(f, h, omega, dl_df, lambda k, g: (h[k - 1][: len(h[k])] > 0) * (omega[k].T @ g))


def last_layer_first_2_b(f, h, omega, dl_df):
    g, by_beta, by_omega = dl_df, [], []
    for k in range(len(omega) - 1, -1, -1):
        by_beta.append(g.sum(axis=1, keepdims=True))
        by_omega.append(g @ h[k].T)
        if k:
            g = (f[k - 1] > 0) * (omega[k].T @ g)
    return by_beta, by_omega


def summed_over_the_units_2_b(f, h, omega, dl_df):
    return _backward(
        f,
        h,
        omega,
        dl_df,
        lambda k, g: (f[k - 1] > 0) * (omega[k].T @ g),
        bias=lambda g: g.sum(axis=0, keepdims=True).T,
    )


def first_layer_forgotten_2_b(f, h, omega, dl_df):
    g, K = dl_df, len(omega) - 1
    by_beta, by_omega = [np.zeros((len(a), 1)) for a in f], [np.zeros(w.shape) for w in omega]
    for k in range(K, 0, -1):
        by_beta[k] = g.sum(axis=1, keepdims=True)
        by_omega[k] = g @ h[k].T
        g = (f[k - 1] > 0) * (omega[k].T @ g)
    return by_beta, by_omega


def weights_transposed_in_the_answer_2_b(f, h, omega, dl_df):
    return _backward(f, h, omega, dl_df, lambda k, g: (f[k - 1] > 0) * (omega[k].T @ g), weight=lambda g, h: h @ g.T)


def mask_of_the_last_layer_too_2_b(f, h, omega, dl_df):
    return _backward(f, h, omega, dl_df * (f[-1] > 0), lambda k, g: (f[k - 1] > 0) * (omega[k].T @ g))


def activations_tell_2_b(f, h, omega, dl_df):
    """For k > 0, h_k is positive exactly where f_{k-1} is."""
    g, by_beta, by_omega = dl_df, {}, {}
    for k in reversed(range(len(omega))):
        by_beta[k] = g @ np.ones((g.shape[1], 1))
        by_omega[k] = (h[k] @ g.T).T
        g = (g.T @ omega[k]).T * np.sign(h[k]) if k else None
    return [by_beta[k] for k in sorted(by_beta)], [by_omega[k] for k in sorted(by_omega)]


def torch_2_b(f, h, omega, dl_df):
    import torch

    b = [torch.tensor(f[k] - omega[k] @ h[k])[:, :1].clone().requires_grad_() for k in range(len(f))]
    w = [torch.tensor(m, requires_grad=True) for m in omega]
    pre = None
    act = torch.tensor(h[0])
    for k in range(len(w)):
        # the stored pre-activations decide which units are on
        act = act if k == 0 else torch.where(torch.tensor(f[k - 1]) > 0, pre, torch.zeros_like(pre))
        pre = b[k] + w[k] @ act
    gradients = torch.autograd.grad(pre, b + w, grad_outputs=torch.tensor(dl_df))
    return gradients[: len(b)], gradients[len(b) :]


def one_example_at_a_time_2_b(f, h, omega, dl_df):
    by_beta, by_omega = [np.zeros((len(a), 1)) for a in f], [np.zeros(np.shape(w)) for w in omega]
    for i in range(dl_df.shape[1]):
        g = dl_df[:, i]
        for k in range(len(omega) - 1, -1, -1):
            by_beta[k][:, 0] += g
            by_omega[k] += np.multiply.outer(g, h[k][:, i])
            if k:
                g = np.where(f[k - 1][:, i] > 0, g @ omega[k], 0.0)
    return tuple(by_beta), tuple(by_omega)


def recursive_2_b(pre, act, weights, g):
    def back(k, g):
        if k < 0:
            return [], []
        before = np.heaviside(pre[k - 1], 0) * (weights[k].T @ g) if k else None
        b, w = back(k - 1, before)
        return [*b, np.einsum("ij->i", g)[:, np.newaxis]], [*w, np.einsum("ai,bi->ab", g, act[k])]

    return iter(back(len(weights) - 1, g))


# ---- 2.c


def sum_over_the_units_2_c(g, h, f_before, omega):
    return g.sum(axis=0, keepdims=True).T, g @ h.T, (f_before > 0) * (omega.T @ g)


def mean_for_sum_2_c(g, h, f_before, omega):
    return g.mean(axis=1, keepdims=True), g @ h.T, (f_before > 0) * (omega.T @ g)


def first_example_for_the_weights_2_c(g, h, f_before, omega):
    return g.sum(axis=1, keepdims=True), np.outer(g[:, 0], h[:, 0]), (f_before > 0) * (omega.T @ g)


def mask_before_the_weights_2_c(g, h, f_before, omega):
    mask = (f_before > 0)[: len(g)]
    if len(mask) < len(g):
        mask = np.vstack([mask, np.ones((len(g) - len(mask), g.shape[1]))])
    return g.sum(axis=1, keepdims=True), g @ h.T, omega.T @ (mask * g)


def bias_for_each_example_2_c(g, h, f_before, omega):
    return g, g @ h.T, (f_before > 0) * (omega.T @ g)


def everything_added_up_2_c(g, h, f_before, omega):
    return np.full((len(omega), 1), g.sum()), g @ h.T, (f_before > 0) * (omega.T @ g)


def negative_units_on_2_c(g, h, f_before, omega):
    return g.sum(axis=1, keepdims=True), g @ h.T, (f_before < 0) * (omega.T @ g)


def squeezed_examples_2_c(g, h, f_before, omega):
    g_beta = np.squeeze(g).sum(axis=-1).reshape(-1, 1)
    return g_beta, g @ h.T, (f_before > 0) * (omega.T @ g)


def einsum_2_c(g, h, f_before, omega):
    g_before = np.einsum("di,dj,ji->ji", g, omega, (f_before > 0).astype(float))
    return np.einsum("di->d", g).reshape(-1, 1), np.einsum("di,ji->dj", g, h), g_before


def row_vectors_2_c(g, h, f_before, omega):
    G = np.transpose(g)
    return np.ones(len(G)).dot(G)[:, None], np.tensordot(G, h.T, axes=(0, 0)), (G @ omega).T * (f_before > 0)


def jax_2_c(g, h, f_before, omega):
    import jax
    import jax.numpy as jnp

    def layer(beta, omega, before):
        return beta + omega @ jax.nn.relu(before)

    parts = jnp.zeros((len(omega), 1)), jnp.asarray(omega), jnp.asarray(f_before)
    g_beta, _, g_before = jax.vjp(layer, *parts)[1](jnp.asarray(g, dtype=parts[1].dtype))
    return g_beta, jnp.asarray(g) @ jnp.asarray(h).T, g_before


def masked_in_place_2_c(g, h, f_before, omega):
    g_before = omega.T @ g
    g_before[f_before <= 0] = 0
    return {"beta": np.add.reduce(g, axis=1, keepdims=True), "omega": np.inner(g, h), "f": g_before}.values()


# ---- 7.4


def y_minus_f_7_4(f, y):
    return 2 * (y - f)


def factor_two_forgotten_7_4(f, y):
    return f - y


def loss_itself_7_4(f, y):
    return (y - f) ** 2


def mean_over_the_outputs_7_4(f, y):
    return 2 * (f - y) / np.size(f)


def summed_up_7_4(f, y):
    return np.full(np.shape(f), np.sum(2 * (f - y)))


def size_only_7_4(f, y):
    return 2 * np.abs(f - y)


def y_not_doubled_7_4(f, y):
    return 2 * f - y


def inner_derivative_is_f_7_4(f, y):
    return 2 * (f - y) * f


def cut_to_whole_numbers_7_4(f, y):
    return np.trunc(2 * (np.asarray(f) - np.asarray(y)))


def derivative_of_the_distance_7_4(f, y):
    return (f - y) / np.sqrt(np.sum(np.square(f - y)))


def sign_of_the_difference_7_4(f, y):
    return 2 * np.sign(f - y)


def forward_difference_7_4(f, y):
    f = np.asarray(f, dtype=float)
    return ((y - (f + 0.01)) ** 2 - (y - f) ** 2) / 0.01


def first_output_only_7_4(f, y):
    answer = np.zeros_like(np.atleast_2d(np.asarray(f, dtype=float)))
    answer.flat[0] = 2 * (np.ravel(f)[0] - np.ravel(y)[0])
    return answer.reshape(np.shape(f))


def expanded_7_4(f, y):
    return -2 * y + 2 * f


def twice_by_adding_7_4(output, target):
    return -np.subtract(target, output) - np.subtract(target, output)


def torch_7_4(f, y):
    import torch

    t = torch.tensor(np.asarray(f, dtype=float), requires_grad=True)
    torch.nn.functional.mse_loss(t, torch.tensor(np.asarray(y, dtype=float)), reduction="sum").backward()
    return t.grad


def halves_7_4(f, y):
    """A central difference is exact for a parabola."""
    up, down = np.asarray(f) + 0.5, np.asarray(f) - 0.5
    return np.square(y - up) - np.square(y - down)


# ---- 7.5


def y_minus_sigmoid_7_5(f, y):
    return y - _sig(f)


def quotient_of_exponentials_7_5(f, y):
    return np.exp(f) / (1 + np.exp(f)) - y


def sigmoid_of_the_misprint_7_5(f, y):
    return 1 / (1 + np.exp(f)) - y


def inner_derivative_forgotten_7_5(f, y):
    s = np.clip(_sig(f), 1e-12, 1 - 1e-12)
    return (1 - y) / (1 - s) - y / s


def written_out_not_cancelled_7_5(f, y):
    s = _sig(f)
    return (1 - y) * s * (1 - s) / (1 - s) - y * s * (1 - s) / s


def least_squares_kept_7_5(f, y):
    s = _sig(f)
    return 2 * (s - y) * s * (1 - s)


def mean_of_the_examples_7_5(f, y):
    return (_sig(f) - y) / np.size(f)


def added_up_7_5(f, y):
    return np.full(np.shape(f), np.sum(_sig(f) - y))


def output_without_sigmoid_7_5(f, y):
    return np.asarray(f) - y


def classes_exchanged_7_5(f, y):
    return _sig(f) - (1 - y)


def clipped_too_early_7_5(f, y):
    return _sig(np.clip(f, -3, 3)) - y


def rounded_to_a_class_7_5(f, y):
    return np.round(_sig(f)) - y


def loss_value_7_5(f, y):
    return np.logaddexp(0, f) - y * np.asarray(f)


def only_class_one_7_5(f, y):
    return -y * (1 - _sig(f))


def plus_and_minus_one_7_5(f, y):
    sign = np.where(np.asarray(y) > 0, 1, -1)
    return sign * _sig(-sign * np.asarray(f))


def tanh_7_5(f, y):
    return 0.5 * (1 + np.tanh(0.5 * np.asarray(f))) - y


def two_cases_7_5(f, y):
    e = np.exp(-np.abs(f))
    return np.where(np.asarray(f) > 0, 1 / (1 + e), e / (1 + e)) - np.asarray(y)


def torch_7_5(scores, classes):
    import torch

    t = torch.tensor(np.asarray(scores, dtype=float), requires_grad=True)
    target = torch.tensor(np.asarray(classes, dtype=float))
    torch.nn.functional.binary_cross_entropy_with_logits(t, target, reduction="sum").backward()
    return t.grad


def by_class_7_5(f, y):
    result = np.empty(np.shape(f))
    for place in np.ndindex(result.shape):
        e = math.exp(-abs(f[place]))
        q = (1.0 if f[place] >= 0 else e) / (1.0 + e)
        result[place] = q - 1.0 if y[place] else q
    return result


# ---- 2.g


def two_lambda_2_g(dl_dbeta, dl_domega, beta, omega, lambda_):
    return dl_dbeta, dl_domega + 2 * lambda_ * omega


def half_left_over_2_g(dl_dbeta, dl_domega, beta, omega, lambda_):
    return dl_dbeta, dl_domega + lambda_ / 2 * omega


def biases_too_2_g(dl_dbeta, dl_domega, beta, omega, lambda_):
    return dl_dbeta + lambda_ * beta, dl_domega + lambda_ * omega


def minus_2_g(dl_dbeta, dl_domega, beta, omega, lambda_):
    return dl_dbeta, dl_domega - lambda_ * omega


def norm_added_2_g(dl_dbeta, dl_domega, beta, omega, lambda_):
    return dl_dbeta, dl_domega + lambda_ / 2 * np.sum(omega**2)


def signs_2_g(dl_dbeta, dl_domega, beta, omega, lambda_):
    return dl_dbeta, dl_domega + lambda_ * np.sign(omega)


def penalty_alone_2_g(dl_dbeta, dl_domega, beta, omega, lambda_):
    return np.zeros_like(dl_dbeta), lambda_ * omega


def bias_forgotten_2_g(dl_dbeta, dl_domega, beta, omega, lambda_):
    return np.zeros_like(dl_dbeta), dl_domega + lambda_ * omega


def divided_by_the_norm_2_g(dl_dbeta, dl_domega, beta, omega, lambda_):
    return dl_dbeta, dl_domega + lambda_ * omega / np.linalg.norm(omega)


def torch_2_g(dl_dbeta, dl_domega, beta, omega, lambda_):
    import torch

    w = torch.tensor(np.asarray(omega, dtype=float), requires_grad=True)
    (lambda_ / 2 * torch.linalg.norm(w) ** 2).backward()
    return torch.tensor(dl_dbeta), torch.tensor(dl_domega) + w.grad


def loops_2_g(b_grad, w_grad, b, w, decay):
    return [b_grad, [[g + decay * v for g, v in zip(*rows, strict=True)] for rows in zip(w_grad, w, strict=True)]]


def named_2_g(dl_dbeta, dl_domega, beta, omega, lambda_):
    return namedtuple("Gradients", "dJ_dbeta dJ_domega")(1.0 * dl_dbeta, np.add(dl_domega, np.multiply(omega, lambda_)))


# ---- 7.10


def _leaky(f, h, omega, g, slope, last=None, bias=None):
    by_beta, by_omega = [None] * 4, [None] * 4
    for k in (3, 2, 1, 0):
        by_beta[k] = bias(g) if bias else g.sum(axis=1, keepdims=True)
        by_omega[k] = g @ (h[k].T if last is None else last(k).T)
        if k:
            g = slope(k) * (omega[k].T @ g)
    return by_beta, by_omega


def plain_relu_7_10(f, h, omega, dl_df3, alpha):
    b, w = _leaky(f, h, omega, dl_df3, lambda k: f[k - 1] > 0)
    return *b, *w


def alpha_on_the_wrong_side_7_10(f, h, omega, dl_df3, alpha):
    b, w = _leaky(f, h, omega, dl_df3, lambda k: np.where(f[k - 1] < 0, 1, alpha))
    return *b, *w


def alpha_added_to_the_mask_7_10(f, h, omega, dl_df3, alpha):
    b, w = _leaky(f, h, omega, dl_df3, lambda k: (f[k - 1] > 0) + alpha)
    return *b, *w


def a_tenth_7_10(f, h, omega, dl_df3, alpha):
    b, w = _leaky(f, h, omega, dl_df3, lambda k: np.where(f[k - 1] > 0, 1.0, 0.1))
    return *b, *w


def value_for_slope_7_10(f, h, omega, dl_df3, alpha):
    b, w = _leaky(f, h, omega, dl_df3, lambda k: np.where(f[k - 1] > 0, 1, alpha * f[k - 1]))
    return *b, *w


def minus_alpha_7_10(f, h, omega, dl_df3, alpha):
    b, w = _leaky(f, h, omega, dl_df3, lambda k: np.where(f[k - 1] > 0, 1, -alpha))
    return *b, *w


def weights_first_7_10(f, h, omega, dl_df3, alpha):
    b, w = _leaky(f, h, omega, dl_df3, lambda k: np.where(f[k - 1] > 0, 1, alpha))
    return *w, *b


def in_pairs_7_10(f, h, omega, dl_df3, alpha):
    b, w = _leaky(f, h, omega, dl_df3, lambda k: np.where(f[k - 1] > 0, 1, alpha))
    return b[0], w[0], b[1], w[1], b[2], w[2], b[3], w[3]


def relu_activations_7_10(f, h, omega, dl_df3, alpha):
    b, w = _leaky(
        f,
        h,
        omega,
        dl_df3,
        lambda k: np.where(f[k - 1] > 0, 1, alpha),
        last=lambda k: np.maximum(h[k], 0) if k else h[0],
    )
    return *b, *w


def bias_by_one_example_7_10(f, h, omega, dl_df3, alpha):
    b, w = _leaky(f, h, omega, dl_df3, lambda k: np.where(f[k - 1] > 0, 1, alpha), bias=lambda g: g[:, -1:])
    return *b, *w


def averaged_biases_7_10(f, h, omega, dl_df3, alpha):
    b, w = _leaky(
        f, h, omega, dl_df3, lambda k: np.where(f[k - 1] > 0, 1, alpha), bias=lambda g: g.mean(axis=1, keepdims=True)
    )
    return *b, *w


def larger_than_alpha_7_10(f, h, omega, dl_df3, alpha):
    b, w = _leaky(f, h, omega, dl_df3, lambda k: np.where(f[k - 1] > alpha, 1, alpha))
    return *b, *w


def slope_for_the_output_too_7_10(f, h, omega, dl_df3, alpha):
    start = dl_df3 * np.where(f[3] > 0, 1, alpha)
    b, w = _leaky(f, h, omega, start, lambda k: np.where(f[k - 1] > 0, 1, alpha))
    return *b, *w


def stale_gradient_7_10(f, h, omega, dl_df3, alpha):
    b = [np.zeros((len(a), 1)) for a in f]
    w = [np.zeros(np.shape(m)) for m in omega]
    g = dl_df3
    for k in (3, 2, 1):
        g_new = np.where(f[k - 1] > 0, 1, alpha) * (omega[k].T @ g)
        b[k], w[k] = g.sum(axis=1, keepdims=True), g @ h[k].T
        g = g_new
    b[0], w[0] = b[1][: len(b[0])] if len(b[1]) >= len(b[0]) else b[0], g @ h[0].T
    return *b, *w


def quotient_of_stored_values_7_10(f, h, omega, dl_df3, alpha):
    """The slope is h_k/f_{k-1}, on both sides of 0."""
    g, b, w = dl_df3, [], []
    for k in (3, 2, 1, 0):
        b.insert(0, np.sum(g, 1).reshape(-1, 1))
        w.insert(0, np.einsum("ai,bi->ab", g, h[k]))
        if k:
            g = (h[k] / f[k - 1]) * np.einsum("ab,ai->bi", omega[k], g)
    return b + w


def torch_7_10(f, h, omega, dl_df3, alpha):
    import torch

    w = [torch.tensor(np.asarray(m, dtype=float), requires_grad=True) for m in omega]
    b = [torch.tensor((f[k] - omega[k] @ h[k])[:, :1], requires_grad=True) for k in range(4)]
    act = torch.tensor(np.asarray(h[0], dtype=float))
    for k in range(4):
        pre = b[k] + w[k] @ act
        act = torch.nn.functional.leaky_relu(pre, negative_slope=float(alpha))
    return torch.autograd.grad(pre, [*b, *w], torch.tensor(np.asarray(dl_df3, dtype=float)))


def max_minus_7_10(f, h, omega, dl_df3, alpha):
    slope = [np.heaviside(a, 1) + alpha * np.heaviside(-a, 0) for a in f]
    g3 = dl_df3
    g2 = slope[2] * (omega[3].T @ g3)
    g1 = slope[1] * (omega[2].T @ g2)
    g0 = slope[0] * (omega[1].T @ g1)
    yield from (g.sum(axis=-1, keepdims=True) for g in (g0, g1, g2, g3))
    yield from (g @ act.T for g, act in zip((g0, g1, g2, g3), h, strict=True))


# ---- 7.7


def slope_of_the_misprint_7_7(f):
    s = 1 / (1 + np.exp(f))
    return -s * (1 - s), "c", 0.25**10


def sigmoid_itself_7_7(f):
    return _sig(f), "c", 0.25**10


def goes_to_one_7_7(f):
    s = _sig(f)
    return s * (1 - s), "a", 0.25**10


def a_quarter_at_the_ends_7_7(f):
    s = _sig(f)
    return s * (1 - s), "d", 0.25**10


def one_unit_only_7_7(f):
    s = _sig(f)
    return s * (1 - s), "c", 0.25


def ten_times_a_quarter_7_7(f):
    s = _sig(f)
    return s * (1 - s), "c", 10 * 0.25


def half_to_the_tenth_7_7(f):
    s = _sig(f)
    return s * (1 - s), "c", 0.5**10


def nine_units_7_7(f):
    s = _sig(f)
    return s * (1 - s), "c", 0.25**9


def biases_zero_only_7_7(f):
    s, left, z = _sig(f), 1.0, 0.0
    for _ in range(10):
        h = 1 / (1 + math.exp(-z))
        left *= h * (1 - h)
        z = h
    return s * (1 - s), "c", left


def slope_of_the_slope_7_7(f):
    s = _sig(f)
    return s * (1 - s) * (1 - 2 * s), "c", 0.25**10


def tanh_rule_7_7(f):
    s = _sig(f)
    return 1 - s**2, "c", 0.25**10


def rule_applied_to_f_7_7(f):
    return f * (1 - f), "c", 0.25**10


def letter_in_words_7_7(f):
    s = _sig(f)
    return s * (1 - s), "it goes to 0 at both ends", 4.0**-10


def of_the_first_only_7_7(f):
    s = 1 / (1 + math.exp(-np.ravel(f)[0]))
    return np.full(np.shape(f), s * (1 - s)), "c", 0.25**10


def millionth_7_7(f):
    s = _sig(f)
    return s * (1 - s), "c", 1e-6


def cosh_7_7(f):
    return 0.25 / np.cosh(np.asarray(f) / 2) ** 2, "c", Fraction(1, 4) ** 10


def torch_7_7(f):
    import torch

    t = torch.tensor(np.asarray(f, dtype=float), requires_grad=True)
    torch.sigmoid(t).sum().backward()
    return [t.grad, "c", torch.tensor(0.25, dtype=torch.float64) ** 10]


def product_of_both_7_7(f):
    e = np.exp(-np.abs(f))
    return e / (1 + e) ** 2, "c", 1 / 1048576


def tanh_7_7(f):
    t = np.tanh(np.multiply(f, 0.5))
    yield (1 - t) * (1 + t) / 4
    yield "c"
    yield functools.reduce(lambda a, b: a * b, [0.25] * 10)


# ---- 7.8


def _flat(x, y, beta_0, omega_0, beta_1, omega_1, a):
    f0 = np.reshape(beta_0, (-1, 1)) + omega_0 @ x
    h1 = a(f0)
    f1 = np.reshape(beta_1, (-1, 1)) + np.atleast_2d(omega_1) @ h1
    return f0, h1, (2 * (f1 - y)).item()


def as_if_relu_7_8(x, y, beta_0, omega_0, beta_1, omega_1, a):
    f0, h1, g = _flat(x, y, beta_0, omega_0, beta_1, omega_1, a)
    return (f0 > 0) * omega_1.reshape(-1, 1) * g @ x.T, (g * h1).reshape(np.shape(omega_1)), "c"


def only_units_that_are_on_7_8(x, y, beta_0, omega_0, beta_1, omega_1, a):
    _f0, h1, g = _flat(x, y, beta_0, omega_0, beta_1, omega_1, a)
    return np.zeros_like(omega_0), (g * h1).reshape(np.shape(omega_1)), "d"


def nothing_moves_7_8(x, y, beta_0, omega_0, beta_1, omega_1, a):
    return np.zeros_like(omega_0), np.zeros_like(omega_1), "b"


def letter_b_7_8(x, y, beta_0, omega_0, beta_1, omega_1, a):
    _f0, h1, g = _flat(x, y, beta_0, omega_0, beta_1, omega_1, a)
    return np.zeros_like(omega_0), (g * h1).reshape(np.shape(omega_1)), "b"


def all_slowly_7_8(x, y, beta_0, omega_0, beta_1, omega_1, a):
    _f0, h1, g = _flat(x, y, beta_0, omega_0, beta_1, omega_1, a)
    return 1e-4 * np.ones_like(omega_0), (g * h1).reshape(np.shape(omega_1)), "a"


def pre_activation_7_8(x, y, beta_0, omega_0, beta_1, omega_1, a):
    f0, _h1, g = _flat(x, y, beta_0, omega_0, beta_1, omega_1, a)
    return np.zeros_like(omega_0), (g * f0).reshape(np.shape(omega_1)), "c"


def sign_of_the_error_7_8(x, y, beta_0, omega_0, beta_1, omega_1, a):
    _f0, h1, g = _flat(x, y, beta_0, omega_0, beta_1, omega_1, a)
    return np.zeros_like(omega_0), (-g * h1).reshape(np.shape(omega_1)), "c"


def two_forgotten_7_8(x, y, beta_0, omega_0, beta_1, omega_1, a):
    _f0, h1, g = _flat(x, y, beta_0, omega_0, beta_1, omega_1, a)
    return np.zeros_like(omega_0), (g / 2 * h1).reshape(np.shape(omega_1)), "c"


def bias_left_out_7_8(x, y, beta_0, omega_0, beta_1, omega_1, a):
    h1 = a(omega_0 @ x)
    f1 = np.atleast_2d(omega_1) @ h1
    return np.zeros_like(omega_0), (2 * (f1 - y) @ h1.T).reshape(np.shape(omega_1)), "c"


def heaviside_for_both_7_8(x, y, beta_0, omega_0, beta_1, omega_1, a):
    h1 = np.where(np.reshape(beta_0, (-1, 1)) + omega_0 @ x < 0, 0.0, 1.0)
    f1 = beta_1 + np.atleast_2d(omega_1) @ h1
    return np.zeros_like(omega_0), (2 * (f1 - y) * h1.T).reshape(np.shape(omega_1)), "c"


def exchanged_7_8(x, y, beta_0, omega_0, beta_1, omega_1, a):
    _f0, h1, g = _flat(x, y, beta_0, omega_0, beta_1, omega_1, a)
    return (g * h1).reshape(np.shape(omega_1)), np.zeros_like(omega_0), "c"


def secant_slope_7_8(x, y, beta_0, omega_0, beta_1, omega_1, a):
    f0, h1, g = _flat(x, y, beta_0, omega_0, beta_1, omega_1, a)
    slope = (a(f0 + 1) - a(f0 - 1)) / 2
    return slope * omega_1.reshape(-1, 1) * g @ x.T, (g * h1).reshape(np.shape(omega_1)), "c"


def weight_for_activation_7_8(x, y, beta_0, omega_0, beta_1, omega_1, a):
    _f0, _h1, g = _flat(x, y, beta_0, omega_0, beta_1, omega_1, a)
    return np.zeros_like(omega_0), g * omega_1, "c"


def tiny_central_difference_7_8(x, y, beta_0, omega_0, beta_1, omega_1, a):
    """Central differences, exact for a parabola and for a flat function."""

    def loss(w0, w1):
        return float(np.sum((beta_1 + np.atleast_2d(w1) @ a(np.reshape(beta_0, (-1, 1)) + w0 @ x) - y) ** 2))

    by_0, by_1 = np.zeros(np.shape(omega_0)), np.zeros(np.shape(omega_1))
    for place in np.ndindex(by_0.shape):
        t = np.zeros(by_0.shape)
        t[place] = 1e-9
        by_0[place] = (loss(omega_0 + t, omega_1) - loss(omega_0 - t, omega_1)) / 2e-9
    for place in np.ndindex(by_1.shape):
        t = np.zeros(by_1.shape)
        t[place] = 0.5
        by_1[place] = loss(omega_0, omega_1 + t) - loss(omega_0, omega_1 - t)
    return by_0, by_1, "c"


def torch_7_8(x, y, b0, w0, b1, w1, a):
    import torch

    h = torch.tensor(a(np.reshape(b0, (-1, 1)) + w0 @ x))
    weights = torch.tensor(np.atleast_2d(w1), requires_grad=True)
    torch.sum((torch.tensor(np.reshape(b1, (-1, 1))) + weights @ h - float(np.ravel(y)[0])) ** 2).backward()
    return torch.zeros(w0.shape), weights.grad.reshape(np.shape(w1)), "c"


def multiplied_by_zero_7_8(x, y, beta_0, omega_0, beta_1, omega_1, a):
    _f0, h1, g = _flat(x, y, beta_0, omega_0, beta_1, omega_1, a)
    return [0 * omega_0, [[g * float(v) for v in np.ravel(h1)]] if np.ndim(omega_1) == 2 else g * h1[:, 0], "c"]


# ---- 2.e


def quotient_of_exponentials_2_e(f):
    s = np.exp(f) / (1 + np.exp(f))
    return f * s, s + f * s * (1 - s)


def product_rule_forgotten_2_e(f):
    s = _sig(f)
    return f * s, s * (1 - s)


def first_term_only_2_e(f):
    s = _sig(f)
    return f * s, s


def slope_of_relu_2_e(f):
    return f * _sig(f), np.where(np.asarray(f) > 0, 1.0, 0.0)


def one_minus_h_2_e(f):
    h = f * _sig(f)
    return h, _sig(f) + h * (1 - h)


def sign_of_the_exponent_2_e(f):
    s = 1 / (1 + np.exp(f))
    return f * s, s + f * s * (1 - s)


def slope_from_the_exponential_2_e(f):
    e = np.exp(-np.asarray(f, dtype=float))
    return f / (1 + e), (1 + e + f * e) / (1 + e) ** 2


def clipped_at_20_2_e(f):
    c = np.clip(f, -20, 20)
    s = _sig(c)
    return c * s, s + c * s * (1 - s)


def tanh_2_e(f):
    s = 0.5 + 0.5 * np.tanh(np.asarray(f) / 2)
    return f * s, s * (1 + f * (1 - s))


def torch_2_e(f):
    import torch

    t = torch.tensor(np.asarray(f, dtype=float), requires_grad=True)
    h = torch.nn.functional.silu(t)
    h.sum().backward()
    return h, t.grad


def two_branches_2_e(values):
    e = np.exp(-np.abs(values))
    q = 1 / (1 + e)
    s = np.where(values >= 0, q, e * q)
    return {"h": values * s, "slope": s + values * e * q * q}.values()


def through_h_2_e(f):
    s = np.exp(-np.logaddexp(0, -np.asarray(f, dtype=float)))
    h = np.multiply(f, s)
    return [h, h + s * (1 - h)]


# ---- 2.f


def _softmax(f):
    e = np.exp(f - f.max(axis=0, keepdims=True))
    return e / e.sum(axis=0, keepdims=True)


def diagonal_only_2_f(f, g):
    q = _softmax(f)
    return q * (1 - q) * g


def q_times_g_2_f(f, g):
    return _softmax(f) * g


def along_the_examples_2_f(f, g):
    e = np.exp(f - f.max(axis=1, keepdims=True))
    q = e / e.sum(axis=1, keepdims=True)
    return q * (g - (q * g).sum(axis=1, keepdims=True))


def sum_over_everything_2_f(f, g):
    q = _softmax(f)
    return q * (g - (q * g).sum())


def plain_sum_2_f(f, g):
    q = _softmax(f)
    return q * (g - g.sum(axis=0))


def q_minus_g_2_f(f, g):
    return _softmax(f) - g


def rule_of_log_softmax_2_f(f, g):
    return g - _softmax(f) * g.sum(axis=0, keepdims=True)


def sign_of_the_off_diagonal_2_f(f, g):
    q = _softmax(f)
    return q * (g + (q * g).sum(axis=0, keepdims=True)) - 2 * q**2 * g


def first_example_2_f(f, g):
    q = _softmax(f)[:, 0]
    matrix = np.diag(q) - np.outer(q, q)
    return matrix @ g


def matrices_2_f(f, g):
    columns = []
    for scores, weights in zip(np.transpose(f), np.transpose(g), strict=True):
        q = np.exp(scores - np.max(scores))
        q = q / sum(q)
        columns.append((np.diag(q) - q[:, None] * q[None, :]) @ weights)
    return np.stack(columns, axis=1)


def torch_2_f(f, g):
    import torch

    t = torch.tensor(np.asarray(f, dtype=float), requires_grad=True)
    torch.softmax(t, dim=0).backward(torch.tensor(np.asarray(g, dtype=float)))
    return t.grad


def jax_2_f(scores, weights):
    import jax

    return jax.vjp(lambda t: jax.nn.softmax(t, axis=0), scores.astype("float32"))[1](weights.astype("float32"))[0]


def pairwise_differences_2_f(f, g):
    q = _softmax(f)
    return [
        [float(sum(q[i, n] * q[j, n] * (g[i, n] - g[j, n]) for j in range(len(q)))) for n in range(q.shape[1])]
        for i in range(len(q))
    ]


# ---- 2.i


def log_of_softmax_2_i(f, g):
    q = _softmax(f)
    return np.log(q), g - q * g.sum(axis=0)


def largest_of_all_2_i(f, g):
    shifted = f - f.max()
    log_q = shifted - np.log(np.exp(shifted).sum(axis=0))
    return log_q, g - np.exp(log_q) * g.sum(axis=0)


def epsilon_added_2_i(f, g):
    q = _softmax(f)
    return np.log(q + 1e-12), g - q * g.sum(axis=0)


def wrong_axis_2_i(f, g):
    shifted = f - f.max(axis=1, keepdims=True)
    log_q = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return log_q, g - np.exp(log_q) * g.sum(axis=1, keepdims=True)


def gradient_of_softmax_2_i(f, g):
    shifted = f - f.max(axis=0)
    log_q = shifted - np.log(np.exp(shifted).sum(axis=0))
    q = np.exp(log_q)
    return log_q, q * (g - (q * g).sum(axis=0))


def one_hot_taken_for_granted_2_i(f, g):
    shifted = f - f.max(axis=0)
    log_q = shifted - np.log(np.exp(shifted).sum(axis=0))
    return log_q, g + np.exp(log_q)


def shift_not_undone_2_i(f, g):
    shifted = f - f.max(axis=0)
    log_q = f - np.log(np.exp(shifted).sum(axis=0))
    return log_q, g - np.exp(shifted) / np.exp(shifted).sum(axis=0) * g.sum(axis=0)


def mean_of_g_2_i(f, g):
    shifted = f - f.max(axis=0)
    log_q = shifted - np.log(np.exp(shifted).sum(axis=0))
    return log_q, g - np.exp(log_q) * g.mean(axis=0)


def log_q_in_place_of_q_2_i(f, g):
    shifted = f - f.max(axis=0)
    log_q = shifted - np.log(np.exp(shifted).sum(axis=0))
    return log_q, g - log_q * g.sum(axis=0)


def logaddexp_2_i(f, g):
    log_q = f - np.logaddexp.reduce(f, axis=0, keepdims=True)
    return log_q, g - np.exp(log_q) * np.sum(g, axis=0)


def torch_2_i(f, g):
    import torch

    t = torch.tensor(np.asarray(f, dtype=float), requires_grad=True)
    log_q = torch.log_softmax(t, 0)
    log_q.backward(torch.tensor(np.asarray(g, dtype=float)))
    return log_q, t.grad


def column_by_column_2_i(scores, g):
    log_q, dl_df = np.empty(np.shape(scores)), np.empty(np.shape(scores))
    for n in range(log_q.shape[1]):
        top = max(scores[:, n])
        rest = math.fsum(math.exp(s - top) for s in scores[:, n])
        log_q[:, n] = [(s - top) - math.log(rest) for s in scores[:, n]]
        dl_df[:, n] = g[:, n] - [math.exp(v) * math.fsum(g[:, n]) for v in log_q[:, n]]
    return log_q, dl_df


# ---- 2.h


def _residual(h, beta, omega, g):
    d = (beta + omega @ h > 0) * g
    return d, omega.T @ d, d.sum(axis=1, keepdims=True), d @ h.T


def shortcut_forgotten_2_h(h, beta, omega, g):
    _d, back, g_beta, g_omega = _residual(h, beta, omega, g)
    return back, g_beta, g_omega


def masked_shortcut_2_h(h, beta, omega, g):
    d, back, g_beta, g_omega = _residual(h, beta, omega, g)
    return d + back, g_beta, g_omega


def mask_forgotten_2_h(h, beta, omega, g):
    return g + omega.T @ g, g.sum(axis=1, keepdims=True), g @ h.T


def mask_of_the_sum_2_h(h, beta, omega, g):
    new = h + np.maximum(beta + omega @ h, 0)
    d = (new > 0) * g
    return g + omega.T @ d, d.sum(axis=1, keepdims=True), d @ h.T


def weights_not_transposed_2_h(h, beta, omega, g):
    d, _back, g_beta, g_omega = _residual(h, beta, omega, g)
    return g + omega @ d, g_beta, g_omega


def output_for_the_weights_2_h(h, beta, omega, g):
    d, back, g_beta, _g_omega = _residual(h, beta, omega, g)
    return g + back, g_beta, d @ (h + np.maximum(beta + omega @ h, 0)).T


def one_added_2_h(h, beta, omega, g):
    _d, back, g_beta, g_omega = _residual(h, beta, omega, g)
    return 1 + back, g_beta, g_omega


def parameters_first_2_h(h, beta, omega, g):
    _d, back, g_beta, g_omega = _residual(h, beta, omega, g)
    return g_beta, g_omega, g + back


def mean_over_examples_2_h(h, beta, omega, g):
    _d, back, g_beta, g_omega = _residual(h, beta, omega, g)
    return g + back, g_beta / h.shape[1], g_omega / h.shape[1]


def torch_2_h(h, beta, omega, g):
    import torch

    parts = [torch.tensor(np.asarray(p, dtype=float), requires_grad=True) for p in (h, beta, omega)]
    out = parts[0] + torch.relu(parts[1] + parts[2] @ parts[0])
    return torch.autograd.grad(out, parts, torch.tensor(np.asarray(g, dtype=float)))


def matrices_for_each_example_2_h(h, beta, omega, g):
    g_h, g_beta, g_omega = np.zeros(h.shape), np.zeros((len(h), 1)), np.zeros((len(h), len(h)))
    for i in range(h.shape[1]):
        on = np.diag((beta[:, 0] + omega @ h[:, i] > 0).astype(float))
        g_h[:, i] = (np.eye(len(h)) + on @ omega).T @ g[:, i]
        g_beta[:, 0] += on @ g[:, i]
        g_omega += np.outer(on @ g[:, i], h[:, i])
    return [g_h, g_beta, g_omega]


def bp_2_h(h, beta, omega, g):
    import bpkit as bp

    def weighted(h, beta, omega):
        return np.sum(g * (h + np.maximum(beta + omega @ h, 0)))

    yield bp.grad(lambda u: weighted(u, beta, omega))(h)
    yield bp.grad(lambda b: weighted(h, b, omega))(beta)
    yield bp.grad(lambda w: weighted(h, beta, w))(omega)


WRONG = {
    "7.3": [
        (rows_and_columns_exchanged_7_3, "the Jacobians' usual layout: rows and columns exchanged"),
        (last_one_a_row_7_3, "the derivative of the loss as a row"),
        (activations_as_columns_7_3, "dh/df as a column of slopes"),
        (from_the_right_7_3, "from right to left"),
        (loss_as_a_vector_7_3, "the loss taken for a vector"),
        (always_to_the_next_layer_7_3, "dh/df taken to lead to the next layer"),
        (six_factors_7_3, "one factor left out"),
        (counts_of_numbers_7_3, "numbers of entries in place of sizes"),
        (running_products_7_3, "sizes of the products from the right up to each factor"),
        (one_output_taken_for_granted_7_3, "one output"),
        (number_of_layer_too_high_7_3, "h_1 has D_2 entries"),
    ],
    "7.6": [
        (entry_of_the_other_7_6, "entry Omega_ji"),
        (not_transposed_7_6, "z_i in row i: not transposed"),
        (entry_of_the_transpose_in_both_7_6, "entry read off at row i, column j of the answer"),
        (activation_left_in_7_6, "h_j still a factor"),
        (bias_added_7_6, "the bias still there"),
        (reshaped_7_6, "reshape in place of transpose"),
        (diagonal_only_7_6, "z_i depends on h_i only"),
        (counted_from_one_7_6, "i and j counted from 1"),
        (last_row_missed_7_6, "loop ends one row too early"),
        (one_entry_everywhere_7_6, "the given entry in every place"),
        (by_the_weight_7_6, "derivative by the weight"),
        (mirrored_halves_7_6, "taken to be symmetric when it is square"),
    ],
    "7.9": [
        (delta_forgotten_7_9, "no delta_il in the first array"),
        (delta_forgotten_and_used_7_9, "no delta_il, and the sum of g in every row"),
        (h_times_g_transposed_7_9, "h g^T"),
        (activation_of_the_wrong_index_7_9, "h_i in place of h_m"),
        (no_activation_7_9, "1 in place of h_m"),
        (order_i_m_l_7_9, "indices in the order i, m, l"),
        (summed_over_l_7_9, "summed without g"),
        (mean_over_i_7_9, "mean over i in place of the sum"),
        (first_unit_only_7_9, "i = l = 0 only"),
        (derivative_already_in_the_tensor_7_9, "g already in the first array"),
        (scalar_product_7_9, "g^T h everywhere"),
        (off_diagonal_7_9, "1 - delta"),
    ],
    "2.a": [
        (relu_on_the_output_2_a, "f is kept after the ReLU"),
        (transposed_weights_2_a, "Omega^T"),
        (bias_along_the_examples_2_a, "the bias is added along the wrong axis"),
        (input_through_the_relu_2_a, "ReLU of the input"),
        (one_h_too_many_2_a, "K + 2 activations"),
        (overwritten_by_the_relu_2_a, "f overwritten in place by the ReLU"),
        (three_hidden_layers_2_a, "K = 3 built in"),
        (maximum_over_the_layer_2_a, "only the largest unit stays on"),
    ],
    "2.b": [
        (averaged_over_the_batch_2_b, "means over the batch"),
        (slope_one_at_zero_2_b, "slope 1 at 0"),
        (relu_of_the_gradient_2_b, "ReLU of the gradient"),
        (activation_for_the_indicator_2_b, "h_k in place of the indicator"),
        (indicator_of_the_input_2_b, "indicator of h_{k-1}"),
        (last_layer_first_2_b, "lists from the last layer to the first"),
        (summed_over_the_units_2_b, "biases summed over the units"),
        (first_layer_forgotten_2_b, "layer 0 left at zero"),
        (weights_transposed_in_the_answer_2_b, "h g^T"),
        (mask_of_the_last_layer_too_2_b, "indicator on the output as well"),
    ],
    "2.c": [
        (sum_over_the_units_2_c, "g_beta summed along the wrong axis"),
        (mean_for_sum_2_c, "mean for sum"),
        (first_example_for_the_weights_2_c, "outer product of the first example"),
        (mask_before_the_weights_2_c, "mask before the weights"),
        (bias_for_each_example_2_c, "g_beta not summed"),
        (everything_added_up_2_c, "g.sum() without an axis"),
        (negative_units_on_2_c, "< for >"),
        (squeezed_examples_2_c, "squeeze: wrong for one example"),
    ],
    "7.4": [
        (y_minus_f_7_4, "inner derivative -1 forgotten"),
        (factor_two_forgotten_7_4, "factor 2 forgotten"),
        (loss_itself_7_4, "the loss, not its derivative"),
        (mean_over_the_outputs_7_4, "mean over the outputs"),
        (summed_up_7_4, "one sum over the outputs"),
        (size_only_7_4, "absolute value"),
        (y_not_doubled_7_4, "2f - y"),
        (inner_derivative_is_f_7_4, "multiplied by f"),
        (cut_to_whole_numbers_7_4, "cut to whole numbers"),
        (derivative_of_the_distance_7_4, "derivative of the root of the sum of squares"),
        (sign_of_the_difference_7_4, "only the sign of the difference"),
        (forward_difference_7_4, "forward difference, step 0.01"),
        (first_output_only_7_4, "first output only"),
    ],
    "7.5": [
        (y_minus_sigmoid_7_5, "sign"),
        (quotient_of_exponentials_7_5, "exp[f]/(1+exp[f]): nan at 800"),
        (sigmoid_of_the_misprint_7_5, "the misprinted sigmoid"),
        (inner_derivative_forgotten_7_5, "derivative by the probability"),
        (written_out_not_cancelled_7_5, "0/0 for large outputs"),
        (least_squares_kept_7_5, "least squares of the probability"),
        (mean_of_the_examples_7_5, "mean over the examples"),
        (added_up_7_5, "one sum for all examples"),
        (output_without_sigmoid_7_5, "f - y"),
        (classes_exchanged_7_5, "classes exchanged"),
        (clipped_too_early_7_5, "clipped at 3"),
        (rounded_to_a_class_7_5, "rounded to a class"),
        (loss_value_7_5, "the loss, not its derivative"),
        (only_class_one_7_5, "the term of class 0 forgotten"),
        (plus_and_minus_one_7_5, "classes -1 and 1, and a sign"),
    ],
    "2.g": [
        (two_lambda_2_g, "2 lambda"),
        (half_left_over_2_g, "lambda/2"),
        (biases_too_2_g, "biases penalised too"),
        (minus_2_g, "sign"),
        (norm_added_2_g, "the penalty itself added to each entry"),
        (signs_2_g, "L1 in place of L2"),
        (penalty_alone_2_g, "the penalty's gradient alone"),
        (bias_forgotten_2_g, "gradient of the biases set to 0"),
        (divided_by_the_norm_2_g, "derivative of the norm, not of its square"),
    ],
    "7.10": [
        (plain_relu_7_10, "plain ReLU"),
        (alpha_on_the_wrong_side_7_10, "alpha where f is positive"),
        (alpha_added_to_the_mask_7_10, "1 + alpha where f is positive"),
        (a_tenth_7_10, "alpha = 0.1 built in"),
        (value_for_slope_7_10, "alpha f in place of alpha"),
        (minus_alpha_7_10, "-alpha"),
        (weights_first_7_10, "weights first"),
        (in_pairs_7_10, "beta_0, Omega_0, beta_1, …"),
        (relu_activations_7_10, "activations of the plain ReLU"),
        (bias_by_one_example_7_10, "biases from the last example"),
        (averaged_biases_7_10, "biases averaged"),
        (larger_than_alpha_7_10, "f > alpha"),
        (slope_for_the_output_too_7_10, "a slope for the output as well"),
        (stale_gradient_7_10, "beta_0 from a stale gradient"),
    ],
    "7.7": [
        (slope_of_the_misprint_7_7, "slope of the misprinted sigmoid"),
        (sigmoid_itself_7_7, "the sigmoid, not its slope"),
        (goes_to_one_7_7, "letter of the sigmoid itself"),
        (a_quarter_at_the_ends_7_7, "letter d"),
        (one_unit_only_7_7, "one unit only"),
        (ten_times_a_quarter_7_7, "10/4"),
        (half_to_the_tenth_7_7, "sig[0] = 1/2 taken for the slope"),
        (nine_units_7_7, "nine factors"),
        (biases_zero_only_7_7, "all biases 0"),
        (slope_of_the_slope_7_7, "second derivative"),
        (tanh_rule_7_7, "rule of tanh"),
        (rule_applied_to_f_7_7, "f(1-f)"),
        (letter_in_words_7_7, "words in place of the letter"),
        (of_the_first_only_7_7, "slope of the first entry everywhere"),
        (millionth_7_7, "guessed a millionth"),
    ],
    "7.8": [
        (as_if_relu_7_8, "slopes of the ReLU"),
        (only_units_that_are_on_7_8, "letter d"),
        (nothing_moves_7_8, "second gradient 0 too"),
        (letter_b_7_8, "letter b"),
        (all_slowly_7_8, "small, not 0"),
        (pre_activation_7_8, "f_0 in place of h_1"),
        (sign_of_the_error_7_8, "y - f_1"),
        (two_forgotten_7_8, "factor 2"),
        (bias_left_out_7_8, "no biases, as in the experiment"),
        (heaviside_for_both_7_8, "heaviside for both"),
        (exchanged_7_8, "gradients exchanged"),
        (secant_slope_7_8, "slope from a wide difference"),
        (weight_for_activation_7_8, "Omega_1 in place of h_1"),
    ],
    "2.e": [
        (quotient_of_exponentials_2_e, "exp[f]/(1+exp[f]): nan at 800"),
        (product_rule_forgotten_2_e, "slope of the sigmoid alone"),
        (first_term_only_2_e, "second term of the product rule forgotten"),
        (slope_of_relu_2_e, "slope of the ReLU"),
        (one_minus_h_2_e, "h(1-h) in place of h(1-sig)"),
        (sign_of_the_exponent_2_e, "sign of the exponent"),
        (slope_from_the_exponential_2_e, "quotient rule: nan at -800"),
        (clipped_at_20_2_e, "clipped at 20, h too"),
    ],
    "2.f": [
        (diagonal_only_2_f, "the diagonal of the matrix only"),
        (q_times_g_2_f, "q g"),
        (along_the_examples_2_f, "softmax along the examples"),
        (sum_over_everything_2_f, "sum over all examples"),
        (plain_sum_2_f, "sum of g without q"),
        (q_minus_g_2_f, "rule of the cross-entropy"),
        (rule_of_log_softmax_2_f, "rule of the log-softmax"),
        (sign_of_the_off_diagonal_2_f, "sign off the diagonal"),
        (first_example_2_f, "matrix of the first example for all"),
    ],
    "2.i": [
        (log_of_softmax_2_i, "logarithm of the softmax"),
        (largest_of_all_2_i, "one maximum for all columns"),
        (epsilon_added_2_i, "log(q + 1e-12)"),
        (wrong_axis_2_i, "along the examples"),
        (gradient_of_softmax_2_i, "g taken by q, not by log q"),
        (one_hot_taken_for_granted_2_i, "g sums to -1"),
        (shift_not_undone_2_i, "shift not undone"),
        (mean_of_g_2_i, "mean of g for its sum"),
        (log_q_in_place_of_q_2_i, "log q in place of q"),
    ],
    "2.h": [
        (shortcut_forgotten_2_h, "the shortcut forgotten"),
        (masked_shortcut_2_h, "the shortcut masked"),
        (mask_forgotten_2_h, "no mask"),
        (mask_of_the_sum_2_h, "mask of h'"),
        (weights_not_transposed_2_h, "no transpose"),
        (bp_2_h, "np.maximum has the slope ½ at 0"),
        (output_for_the_weights_2_h, "h' in place of h"),
        (one_added_2_h, "1 added in place of g"),
        (parameters_first_2_h, "order of the results"),
        (mean_over_examples_2_h, "means"),
    ],
    "2.d": [
        (("no-transpose", "mean-bias", "no-mask", "not-the-input", "early-mask", "pre-activation"), "early for late"),
        (("wrong-weights", "mean-bias", "no-mask", "not-the-input", "late-mask", "pre-activation"), "version 1"),
        (("no-transpose", "mean-bias", "no-mask", "pre-activation", "late-mask", "not-the-input"), "two exchanged"),
        (("no-mask",) * 6, "the example"),
        (("no-transpose", "mean-bias", "no-mask", "not-the-input", "late-mask"), "one missing"),
        (("pre-activation", "late-mask", "not-the-input", "no-mask", "mean-bias", "no-transpose"), "from 6 to 1"),
        (["no-transpose", "mean-bias", "no-mask", "not-the-input", "late-mask", "early-mask"], "last one guessed"),
    ],
}

BUGS_2_D = ("no-transpose", "mean-bias", "no-mask", "not-the-input", "late-mask", "pre-activation")

RIGHT = {
    "7.3": [shapes_of_real_arrays_7_3, pairs_by_iterating_7_3, array_of_sizes_7_3, named_sizes_7_3],
    "7.6": [row_by_row_7_6, central_difference_7_6, torch_jacobian_7_6],
    "7.9": [four_loops_of_lists_7_9, kron_7_9, torch_7_9],
    "2.a": [by_recursion_2_a, torch_2_a, example_by_example_2_a, generators_2_a],
    "2.b": [activations_tell_2_b, torch_2_b, one_example_at_a_time_2_b, recursive_2_b],
    "2.c": [einsum_2_c, row_vectors_2_c, jax_2_c, masked_in_place_2_c],
    "7.4": [expanded_7_4, twice_by_adding_7_4, torch_7_4, halves_7_4],
    "7.5": [tanh_7_5, two_cases_7_5, torch_7_5, by_class_7_5],
    "2.g": [torch_2_g, loops_2_g, named_2_g],
    "7.10": [quotient_of_stored_values_7_10, torch_7_10, max_minus_7_10],
    "7.7": [cosh_7_7, torch_7_7, product_of_both_7_7, tanh_7_7],
    "7.8": [tiny_central_difference_7_8, torch_7_8, multiplied_by_zero_7_8],
    "2.e": [tanh_2_e, torch_2_e, two_branches_2_e, through_h_2_e],
    "2.f": [matrices_2_f, torch_2_f, jax_2_f, pairwise_differences_2_f],
    "2.i": [logaddexp_2_i, torch_2_i, column_by_column_2_i],
    "2.h": [torch_2_h, matrices_for_each_example_2_h],
    "2.d": [
        [word.replace("-", " ") for word in BUGS_2_D],
        list(BUGS_2_D),
        np.array(BUGS_2_D),
        dict(enumerate(BUGS_2_D, start=1)).values(),
    ],
}
