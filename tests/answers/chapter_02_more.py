"""Right and wrong answers to 2.j, 2.k and 2.l; a wrong one has words its diagnosis must contain."""

import numpy as np

# ---- 2.j

BY_HAND_2_J = {
    "f_0": [3, -5],
    "h_1": [3, 0],
    "f_1": -1,
    "loss": 9,
    "dl_df_1": 6,
    "dl_dbeta_1": 6,
    "dl_domega_1": [18, 0],
    "dl_dh_1": [-6, -18],
    "dl_df_0": [-6, 0],
    "dl_dbeta_0": [-6, 0],
    "dl_domega_0": [[-24, 6], [0, 0]],
    "dl_dx": [-6, -24],
}


def computed_2_j():
    """By differences of the loss, exact here up to rounding: the loss is a square on each side of the ReLU."""
    x, y = np.array([[4.0], [-1.0]]), -4.0
    start = [np.array([[3.0], [-4.0]]), np.array([[1.0, 4.0], [-1.0, -3.0]]), np.array([[2.0]]),
             np.array([[-1.0, -3.0]]), x]  # fmt: skip

    def loss(b0, w0, b1, w1, x):
        return ((b1 + w1 @ np.maximum(b0 + w0 @ x, 0) - y) ** 2).item()

    slopes = []
    for which, array in enumerate(start):
        slope = np.zeros_like(array)
        for at in np.ndindex(array.shape):
            moved = [one.copy() for one in start]
            moved[which][at] += 1e-3
            up = loss(*moved)
            moved[which][at] -= 2e-3
            slope[at] = (up - loss(*moved)) / 2e-3
        slopes.append(slope)
    b0, w0, b1, w1, _ = start
    f_0 = b0 + w0 @ x
    f_1 = b1 + w1 @ np.maximum(f_0, 0)
    return (f_0, np.maximum(f_0, 0), f_1, loss(*start), slopes[2], slopes[2], slopes[3], w1.T @ slopes[2], slopes[0],
            slopes[0], slopes[1], slopes[4])  # fmt: skip


def with_2_j(**changes):
    return BY_HAND_2_J | changes


RIGHT_2_J = [
    BY_HAND_2_J,
    tuple(BY_HAND_2_J.values()),
    computed_2_j(),
    {name: BY_HAND_2_J[name] for name in sorted(BY_HAND_2_J)},
    with_2_j(f_0=np.array([[3], [-5]]), h_1=(3.0, 0.0), dl_domega_1=[[18, 0]], dl_dh_1=[[-6], [-18]], dl_dx=(-6, -24)),
]
WRONG_2_J = [
    # an error at one number, and all that follows computed rightly from it
    (with_2_j(f_0=[2, -4], h_1=[2, 0], f_1=0, loss=16, dl_df_1=8, dl_dbeta_1=8, dl_domega_1=[16, 0], dl_dh_1=[-8, -24],
              dl_df_0=[-8, 0], dl_dbeta_0=[-8, 0], dl_domega_0=[[-32, 8], [0, 0]], dl_dx=[-8, -32]),
     "`f_0`: not right.\n  The other 11 parts"),
    (with_2_j(dl_df_1=8, dl_dbeta_1=8, dl_domega_1=[24, 0], dl_dh_1=[-8, -24], dl_df_0=[-8, 0], dl_dbeta_0=[-8, 1],
              dl_domega_0=[[-32, 8], [0, 0]], dl_dx=[-8, -32]), "`dl_df_1` and `dl_dbeta_0`: not right.\n"),
    (with_2_j(f_0=[0, -1], h_1=[0, 0], f_1=2, loss=36, dl_df_1=12, dl_dbeta_1=12, dl_domega_1=[0, 0],
              dl_dh_1=[-12, -36], dl_df_0=[0, 0], dl_dbeta_0=[0, 0], dl_domega_0=[[0, 0], [0, 0]], dl_dx=[0, 0]),
     "`f_0`: the bias is missing"),
    (with_2_j(h_1=[3, -5], f_1=14, loss=324, dl_df_1=36, dl_dbeta_1=36, dl_domega_1=[108, -180],
              dl_dh_1=[-36, -108], dl_df_0=[-36, 0], dl_dbeta_0=[-36, 0], dl_domega_0=[[-144, 36], [0, 0]],
              dl_dx=[-36, -144]), "`h_1`: the ReLU is missing"),
    (with_2_j(loss=-3), "`loss`"),
    (with_2_j(loss=3), "the square is missing"),
    (with_2_j(dl_df_1=3, dl_dbeta_1=3, dl_domega_1=[9, 0], dl_dh_1=[-3, -9], dl_df_0=[-3, 0], dl_dbeta_0=[-3, 0],
              dl_domega_0=[[-12, 3], [0, 0]], dl_dx=[-3, -12]), "`dl_df_1`: the 2 of the square is missing"),
    (with_2_j(dl_df_0=[-6, -18], dl_dbeta_0=[-6, -18], dl_domega_0=[[-24, 6], [-72, 18]], dl_dx=[12, 30]),
     "`dl_df_0`: the ReLU's gate is forgotten"),
    # two errors, the second with numbers that the first has spoiled
    (with_2_j(dl_df_1=3, dl_dbeta_1=3, dl_domega_1=[9, 0], dl_dh_1=[-3, -9], dl_df_0=[-3, -9], dl_dbeta_0=[-3, -9],
              dl_domega_0=[[-12, -36], [3, 9]], dl_dx=[6, 15]), "`dl_domega_0`: transposed"),
    (with_2_j(dl_df_1=3, dl_dbeta_1=3, dl_domega_1=[9, 0], dl_dh_1=[-3, -9], dl_df_0=[-3, -9], dl_dbeta_0=[-3, -9],
              dl_domega_0=[[-12, -36], [3, 9]], dl_dx=[6, 15]), "`dl_df_0`: the ReLU's gate is forgotten"),
    (with_2_j(dl_df_1=-6, dl_dbeta_1=-6, dl_domega_1=[-18, 30], dl_dh_1=[6, 18], dl_df_0=[6, 0], dl_dbeta_0=[6, 0],
              dl_domega_0=[[24, -6], [0, 0]], dl_dx=[6, 24]), "`dl_domega_1`: f_0 stands where h_1 should"),
    # errors at single numbers
    (with_2_j(f_0=[8, 15]), "`f_0`"),
    (with_2_j(f_0=[11, -5]), "`f_0`"),
    (with_2_j(f_0=[3, 0]), "what comes out of the ReLU"),
    (with_2_j(h_1=[3, 5]), "turn it round.\n  The other 11"),
    (with_2_j(h_1=[1, 0]), "the slope of the ReLU; h_1 holds its value"),
    (with_2_j(f_1=14), "`f_1`: Ω_1 multiplies h_1, not f_0"),
    (with_2_j(f_1=1), "`f_1`: Ω_1 multiplies h_1, not the input"),
    (with_2_j(f_1=0), "no ReLU follows the output"),
    (with_2_j(loss=25), "minus a negative number is plus"),
    (with_2_j(loss=4.5), "no ½"),
    (with_2_j(dl_df_1=-6), "the sign is wrong"),
    (with_2_j(dl_dbeta_1=18), "multiplied by nothing"),
    (with_2_j(dl_dbeta_1=1), "∂f/∂β alone"),
    (with_2_j(dl_domega_1=[24, -6]), "the input stands where h_1 should"),
    (with_2_j(dl_domega_1=[-6, -18]), "multiplied by the weights themselves"),
    (with_2_j(dl_dh_1=[18, 0]), "multiplied by h_1; what"),
    (with_2_j(dl_dh_1=[-6, 0]), "one step later"),
    (with_2_j(dl_df_0=[0, 0]), "the sign of the gradient"),
    (with_2_j(dl_df_0=[-18, 0]), "the value of the ReLU"),
    (with_2_j(dl_df_0=[-18, 90]), "f_0 itself stands"),
    (with_2_j(dl_dbeta_0=[-24, 0]), "multiplied by nothing"),
    (with_2_j(dl_dbeta_0=[-18, 0]), "multiplies by the bias"),
    (with_2_j(dl_domega_0=[[-24, 0], [6, 0]]), "`dl_domega_0`: transposed"),
    (with_2_j(dl_domega_0=[[-18, 0], [0, 0]]), "h_1 stands where x should"),
    (with_2_j(dl_domega_0=[[-24, -6], [0, 0]]), "a minus sign is lost"),
    (with_2_j(dl_domega_0=[[-24, 6], [-72, 18]]), "on the wrong side of the gate"),
    (with_2_j(dl_dx=[-6, 6]), "not transposed"),
    (with_2_j(dl_dx=[-6, 0]), "no ReLU at the input"),
    (with_2_j(dl_dx=[-6, -25]), "`dl_dx`: not right"),
    # no numbers, or too many
    (with_2_j(f_0=...), "`f_0` is still empty"),
    (with_2_j(dl_df_0=[-6, 0, 0], dl_dbeta_0=[-6, 0]), "`dl_df_0` has shape (3,)"),
    ({"f_0": [3, -5], "h_1": [3, 0]}, "no entry `f_1`"),
    (7, "expected 12 parts"),
]  # fmt: skip

# ---- 2.k

FOUND_2_K = {"D_0": 4, "D_1": 4, "D_2": 6, "D_3": 1, "I": 4,
             "P": "right shape", "Q": "raises", "R": "wrong shape",
             "S": "wrong shape", "T": "raises", "U": "right shape"}  # fmt: skip


def with_2_k(**changes):
    return FOUND_2_K | changes


RIGHT_2_K = [
    FOUND_2_K,
    tuple(FOUND_2_K.values()),
    with_2_k(D_0=np.int64(4), I=4.0, P="Right shape ", T="RAISES"),
]
WRONG_2_K = [
    (with_2_k(D_1=5), "With these sizes line A would raise an error, and it ran"),
    (with_2_k(D_2=4), "With these sizes line B would run, and it raised an error"),
    (with_2_k(D_2=1, D_3=6), "line B would run"),
    (with_2_k(D_3=3), "line C would raise an error"),
    (with_2_k(D_2=8), "line C would run, and give another shape"),
    (with_2_k(D_0=6, D_1=6, D_2=4, I=6), "line C would run, and give another shape"),
    (with_2_k(D_3=6), "line D would run"),
    (with_2_k(D_0=3, D_1=3), "line E would raise an error"),
    (with_2_k(D_0=1, D_1=1), "line B would run"),
    (with_2_k(I=3), "another shape"),
    (with_2_k(D_0=4.5), "`D_0` must be a whole number"),
    (with_2_k(D_0=0), "`D_0` must be a whole number"),
    (with_2_k(I=None), "`I` is still empty"),
    (with_2_k(P="raises"), "`P`: with @ the inner sizes must meet"),
    (with_2_k(P="wrong shape"), "`P`: with @ the inner sizes must meet"),
    (with_2_k(Q="right shape"), "`Q`: @ never stretches"),
    (with_2_k(R="right shape"), "`R`: axis 0 runs over the units"),
    (with_2_k(S="right shape"), "`S`: write the shapes"),
    (with_2_k(T="right shape"), "`T`: * goes entry by entry"),
    (with_2_k(U="wrong shape", S="raises"), "`U`: * goes entry by entry"),
    ((4, 4, 6, 1, 4), "Your answer has 5 parts, expected 11"),
]

# ---- 2.l


def own_parameters_2_l(x, beta, omega, times, dl_df):
    """Every use with parameters of its own, whose gradients are added at the end."""
    f, h = [], [x]
    for k in range(times):
        f.append(beta + omega @ h[k])
        h.append(np.maximum(f[k], 0))
    dl_dbeta, dl_domega = [None] * times, [None] * times
    g = dl_df
    for k in range(times - 1, -1, -1):
        dl_dbeta[k] = g.sum(axis=1, keepdims=True)
        dl_domega[k] = g @ h[k].T
        g = omega.T @ g
        if k > 0:
            g = g * (f[k - 1] > 0)
    return sum(dl_dbeta), sum(dl_domega), g


def recursive_2_l(x, beta, omega, times, dl_df):
    if times == 1:
        return dl_df.sum(axis=1), dl_df @ x.T, omega.T @ dl_df
    f = beta + omega @ x
    rest_beta, rest_omega, at_h = recursive_2_l(np.maximum(f, 0), beta, omega, times - 1, dl_df)
    at_f = np.where(f > 0, at_h, 0)
    return rest_beta + at_f.sum(axis=1), rest_omega + at_f @ x.T, omega.T @ at_f


def forward_tangents_2_l(x, beta, omega, times, dl_df):
    """Forward mode, one parameter at a time: the tangent of a shared parameter enters at every use."""

    def along(dx, dbeta, domega):
        h, dh = x, dx
        for _ in range(times):
            f, df = beta + omega @ h, dbeta + domega @ h + omega @ dh
            h, dh = np.maximum(f, 0), df * (f > 0)
        return (dl_df * df).sum()

    def unit(shape, at):
        one = np.zeros(shape)
        one[at] = 1.0
        return one

    zeros = [np.zeros_like(one) for one in (x, beta, omega)]
    slopes = []
    for which in (1, 2, 0):
        slope = np.zeros_like(zeros[which])
        for at in np.ndindex(slope.shape):
            slope[at] = along(*[unit(z.shape, at) if n == which else z for n, z in enumerate(zeros)])
        slopes.append(slope)
    return dict(zip(("dl_dbeta", "dl_domega", "dl_dx"), slopes, strict=True))


def wrong_2_l(on=lambda f: f > 0, back=lambda omega, on, g: on * (omega.T @ g), source=lambda f, h, k: h[k], add=True,
              last=lambda omega, g, x: omega.T @ g, scale=lambda times, examples: 1.0, uses=range):  # fmt: skip
    def answer(x, beta, omega, times, dl_df):
        f, h = [], [x]
        for k in range(times):
            f.append(beta + omega @ h[k])
            h.append(np.maximum(f[k], 0))
        dl_dbeta, dl_domega = np.zeros_like(beta), np.zeros_like(omega)
        g = dl_df
        for k in reversed(range(times)):
            if k in uses(times):
                now_beta, now_omega = g.sum(axis=1, keepdims=True), g @ source(f, h, k).T
                dl_dbeta = dl_dbeta + now_beta if add else now_beta
                dl_domega = dl_domega + now_omega if add else now_omega
            if k > 0:
                g = back(omega, on(f[k - 1]), g)
        factor = scale(times, x.shape[1])
        return factor * dl_dbeta, factor * dl_domega, last(omega, g, x)

    return answer


RIGHT_2_L = [wrong_2_l(), own_parameters_2_l, recursive_2_l, forward_tangents_2_l]
WRONG_2_L = [
    (wrong_2_l(uses=lambda times: [times - 1]), "only the use next to the loss counts"),
    (wrong_2_l(add=False), "`dl_dbeta` and `dl_domega`: only the use next to the input counts"),
    (wrong_2_l(scale=lambda times, examples: 1 / times), "averaged over the uses"),
    (wrong_2_l(scale=lambda times, examples: 1 / examples), "averaged over the examples"),
    (wrong_2_l(uses=lambda times: range(1, times)), "the use next to the input is missing"),
    (wrong_2_l(uses=lambda times: range(times - 1)), "the use next to the loss is missing"),
    (wrong_2_l(uses=lambda times: [times - 1], scale=lambda times, examples: times), "times their number"),
    (wrong_2_l(on=lambda f: f >= 0), "exactly 0"),
    (wrong_2_l(on=lambda f: np.ones_like(f)), "the mask 𝕀[f > 0] is missing"),
    (wrong_2_l(on=lambda f: np.maximum(f, 0)), "the ReLU itself"),
    (wrong_2_l(back=lambda omega, on, g: omega.T @ (on * g)), "Ωᵀ first"),
    (wrong_2_l(back=lambda omega, on, g: on * (omega @ g), last=lambda omega, g, x: omega @ g), "not transposed"),
    (wrong_2_l(source=lambda f, h, k: h[0]), "`dl_domega`: every use gets x"),
    (wrong_2_l(source=lambda f, h, k: f[k - 1] if k else h[0]), "a pre-activation stands"),
    (wrong_2_l(source=lambda f, h, k: h[k + 1]), "the activation of the next use"),
    (wrong_2_l(last=lambda omega, g, x: g), "`dl_dx`: this is ∂ℓ/∂f_0"),
    (wrong_2_l(last=lambda omega, g, x: (x > 0) * (omega.T @ g)), "`dl_dx`: there is no ReLU at the input"),
]


RIGHT = {"2.j": RIGHT_2_J, "2.k": RIGHT_2_K, "2.l": RIGHT_2_L}
WRONG = {"2.j": WRONG_2_J, "2.k": WRONG_2_K, "2.l": WRONG_2_L}
