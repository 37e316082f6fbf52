"""Our own problems of chapter 02: the backward pass with matrices, layer by layer."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from bpkit.problems.planted import BUGS, PLANTED, backward
from bpkit.problems.problem import Arguments, Entries, Problem, Slip

Generator = np.random.Generator


def relu(z: Any) -> Any:
    return np.maximum(z, 0.0)


def logistic_sigmoid(z: Any) -> Any:
    return 0.5 * (1.0 + np.tanh(0.5 * z))  # no overflow, unlike exp


def softmax(f: Any, axis: int | None = 0) -> Any:
    raised = np.exp(f - f.max(axis=axis, keepdims=True))
    return raised / raised.sum(axis=axis, keepdims=True)


def log_sum_exp(f: Any, axis: int = 0) -> Any:
    largest = f.max(axis=axis, keepdims=True)
    return largest + np.log(np.exp(f - largest).sum(axis=axis, keepdims=True))


def over_batch(z: Any) -> Any:
    return z.sum(axis=1, keepdims=True)


def mean_over_batch(z: Any) -> Any:
    return z.mean(axis=1, keepdims=True)


def middle(rows: Any) -> Any:
    """The middle entry of each row: subtracted, it leaves every unit on for some examples, off for others, once 0."""
    return np.sort(rows, axis=1)[:, (rows.shape[1] - 1) // 2, None]


# ---- 2.a: the forward pass -------------------------------------------------------------------------------------------


def instances_2_a(rng: Generator) -> Sequence[Arguments]:
    """First a network where no slip is an error of shape, with as many examples as units; last one of many widths."""

    def draw(widths: Sequence[int], examples: int) -> Arguments:
        x = h = rng.normal(size=(widths[0], examples))
        omega = [rng.normal(size=(above, below)) for below, above in pairwise(widths)]
        beta = []
        for matrix in omega:
            product = matrix @ h
            # Every unit is on for some examples and off for others: in a dead network no slip would show.
            beta.append(-mean_over_batch(product) if examples > 1 else rng.normal(size=(len(matrix), 1)))
            h = relu(beta[-1] + product)
        return {"x": x, "beta": beta, "omega": omega}

    return [draw((5, 5, 5, 5), 5), draw((1, 1, 1), 1), draw((2, 5, 3, 4), 6)]


def forward_2_a(
    x: Any, beta: Any, omega: Any,
    activation: Callable[[Any], Any] = relu,
    input_activation: Callable[[Any], Any] = lambda x: x,
    output_activation: Callable[[Any], Any] = lambda f: f,
    affine: Callable[[Any, Any, Any], Any] = lambda beta, omega, h: beta + omega @ h,
) -> Entries:  # fmt: skip
    """The forward pass 7.23; every keyword after omega plants one slip."""
    f: list[Any] = []
    h = [input_activation(x)]
    for k in range(len(omega)):
        if k > 0:
            h.append(activation(f[k - 1]))
        f.append(affine(beta[k], omega[k], h[k]))
    f[-1] = output_activation(f[-1])
    return {"f": f, "h": h}


def overwritten_2_a(**arguments: Any) -> Entries:
    """Every f but the last replaced by its ReLU."""
    *hidden, output = forward_2_a(**arguments)["f"]
    return {"f": [*map(relu, hidden), output]}


def exchanged_2_a(**arguments: Any) -> Entries:
    right = forward_2_a(**arguments)
    return {"f": right["h"], "h": right["f"]}


def slip_2_a(sentence: str, **planted: Callable[..., Any]) -> Slip:
    return Slip(lambda **arguments: forward_2_a(**arguments, **planted), sentence)


PROBLEM_2_A = Problem(
    id="2.a",
    title="The forward pass of a deep network",
    points=2,
    minutes=10,
    hints=(
        "One loop over k, with two lines in it: one fills h[k], the other f[k].",
        "h[0] is x. For every other k, h[k] is the ReLU of f[k − 1]; np.maximum(f[k - 1], 0) is one.",
        "f[k] = beta[k] + omega[k] @ h[k]: beta[k] is one column, so NumPy adds it to every column.",
    ),
    instances=instances_2_a,
    truth=forward_2_a,
    slips=(
        slip_2_a("the output f_K has been through a ReLU too; nothing follows it.", output_activation=relu),
        slip_2_a("the input has been through a ReLU; h_0 is x itself.", input_activation=relu),
        Slip(overwritten_2_a, "holds activations; f_k is the value before the ReLU, and the backward pass needs it."),
        slip_2_a("the biases are missing.", affine=lambda beta, omega, h: omega @ h),
        slip_2_a("the ReLU is missing: without it all layers together are a single linear one.",
                 activation=lambda z: z),
        slip_2_a("the weight matrices are transposed: f_k = β_k + Ω_k h_k.",
                 affine=lambda beta, omega, h: beta + omega.T @ h),
        slip_2_a("the bias is added along the wrong axis: each row (unit) has one bias, the same for all columns.",
                 affine=lambda beta, omega, h: beta.T + omega @ h),
        slip_2_a("the factors are in the wrong order: with examples as columns it is Ω_k h_k.",
                 affine=lambda beta, omega, h: beta + h @ omega),
        slip_2_a("* multiplies entry by entry; the matrix product is @.",
                 affine=lambda beta, omega, h: beta + omega * h),
        Slip(exchanged_2_a, "the two results are exchanged."),
    ),
)  # fmt: skip


# ---- 2.b: the backward pass ------------------------------------------------------------------------------------------


def instances_2_b(rng: Generator) -> Sequence[Arguments]:
    """First a network where no slip is an error of shape; the last has many widths, the other a single example."""
    return [draw_stored(rng, (6, 6, 6, 6), 9), draw_stored(rng, (2, 2, 2), 1), draw_stored(rng, (2, 5, 3, 4), 6)]


def draw_stored(rng: Generator, widths: Sequence[int], examples: int) -> Arguments:
    """What a forward pass stores; with several examples each unit is once exactly at 0."""
    omega = [rng.normal(size=(above, below)) for below, above in pairwise(widths)]
    h, f = [rng.normal(size=(widths[0], examples))], []
    for matrix in omega:
        product = matrix @ h[-1]
        beta = -middle(product) if examples > 1 else rng.normal(size=(len(matrix), 1))
        f.append(beta + product)
        h.append(relu(f[-1]))
    return {"f": f, "h": h[:-1], "omega": omega, "dl_df": rng.normal(size=(widths[-1], examples))}


def backward_2_b(f: Any, h: Any, omega: Any, dl_df: Any, **planted: Callable[..., Any]) -> Entries:
    dl_dbeta, dl_domega = backward(f, h, omega, dl_df, **planted)
    return {"dl_dbeta": dl_dbeta, "dl_domega": dl_domega}


def without_first_layer_2_b(**arguments: Any) -> Entries:
    """Zeros where the gradients of layer 0 belong."""
    return {name: [np.zeros_like(first), *others] for name, (first, *others) in backward_2_b(**arguments).items()}


def transposed_2_b(**arguments: Any) -> Entries:
    return {"dl_domega": [matrix.T for matrix in backward_2_b(**arguments)["dl_domega"]]}


def reversed_2_b(**arguments: Any) -> Entries:
    return {name: value[::-1] for name, value in backward_2_b(**arguments).items()}


def masked_output_2_b(f: Any, h: Any, omega: Any, dl_df: Any) -> Entries:
    """The output treated as if it had been through a ReLU."""
    return backward_2_b(f, h, omega, (f[-1] > 0) * dl_df)


def slip_2_b(sentence: str, **planted: Callable[..., Any]) -> Slip:
    return Slip(lambda **arguments: backward_2_b(**arguments, **planted), sentence)


def averaged_2_b(f: Any, h: Any, omega: Any, dl_df: Any) -> Entries:
    return backward_2_b(f, h, omega, dl_df / dl_df.shape[1])


PROBLEM_2_B = Problem(
    id="2.b",
    title="The backward pass of a deep network",
    points=4,
    minutes=25,
    hints=(
        "Go from k = K down to 0 and keep one matrix up to date: ∂ℓ/∂f_k, which starts as dl_df.",
        "In each turn: ∂ℓ/∂β_k (7.21, summed over the examples), ∂ℓ/∂Ω_k (7.22), then ∂ℓ/∂f_{k−1} (7.24).",
        "7.24 is (f[k - 1] > 0) * (omega[k].T @ at_f): matrix product first, then the mask, entry by entry.",
        "The product ∂ℓ/∂f_k h_kᵀ sums over the examples by itself; for β_k use .sum(axis=1, keepdims=True).",
    ),
    instances=instances_2_b,
    truth=backward_2_b,
    slips=(
        slip_2_b("right except where a pre-activation is exactly 0, where this book's slope is 0: use f > 0.",
                 to_layer_before=lambda f, h, omega, k, at_f: (f[k - 1] >= 0) * (omega[k].T @ at_f)),
        slip_2_b("the mask 𝕀[f_{k−1} > 0] of 7.24 is missing.", **BUGS["no-mask"]),
        slip_2_b("the mask is one layer too late: h_k was made from f_{k−1}.", **BUGS["late-mask"]),
        slip_2_b("the mask is multiplied before Ω_kᵀ; on the way back the weights come first, then the mask.",
                 **BUGS["early-mask"]),
        slip_2_b("the ReLU itself stands where its slope, 0 or 1, should.",
                 to_layer_before=lambda f, h, omega, k, at_f: h[k] * (omega[k].T @ at_f)),
        slip_2_b("Ω_k is not transposed on the way back (7.20).", **BUGS["no-transpose"]),
        slip_2_b("the weights of the layer before stand in 7.24: from f_k back to h_k it is Ω_kᵀ.",
                 **BUGS["wrong-weights"]),
        slip_2_b("a pre-activation stands in 7.22 where the activation h_k should.", **BUGS["pre-activation"]),
        slip_2_b("7.22 uses the activation of the next layer; Ω_k was multiplied with h_k.",
                 source=lambda f, h, k: h[min(k + 1, len(h) - 1)]),
        slip_2_b("7.22 uses the activation of the layer before; Ω_k was multiplied with h_k.",
                 source=lambda f, h, k: h[k - 1]),
        slip_2_b("layer 0 uses h_1; its weights were multiplied with the input x = h_0 (7.25).",
                 **BUGS["not-the-input"]),
        Slip(without_first_layer_2_b, "layer 0 is missing: 7.25."),
        Slip(transposed_2_b, "this is the transpose, h_k gᵀ; ∂ℓ/∂Ω_k has the shape of Ω_k."),
        Slip(reversed_2_b, "the list runs from layer K down to 0; entry k must belong to layer k."),
        Slip(masked_output_2_b, "a mask is applied to ∂ℓ/∂f_K, but there is no ReLU after the output."),
        Slip(averaged_2_b, "averaged over the examples; the loss is their sum, and so is the gradient."),
        slip_2_b("only the last example counts; sum over all.", over_batch=lambda at_f: at_f[:, -1:]),
        slip_2_b("one column for each example is left: add them up, so that β_k's shape comes out.",
                 over_batch=lambda at_f: at_f),
    ),
)  # fmt: skip


# ---- 2.c: one layer for a whole batch --------------------------------------------------------------------------------


def instances_2_c(rng: Generator) -> Sequence[Arguments]:
    """Layers of several shapes, a batch of one and a width of one among them."""
    instances = []
    for D_out, D_in, examples in ((3, 5, 6), (1, 1, 3), (4, 2, 1)):
        f_before = rng.normal(size=(D_in, examples))
        if examples > 2:
            f_before -= middle(f_before)
        instances.append({
            "g": rng.normal(size=(D_out, examples)), "h": relu(f_before), "f_before": f_before,
            "omega": rng.normal(size=(D_out, D_in)),
        })  # fmt: skip
    return instances


def layer_2_c(
    g: Any, h: Any, f_before: Any, omega: Any,
    mask: Callable[[Any], Any] = lambda f: f > 0,
    total: Callable[[Any], Any] = over_batch,
    counted: Callable[[Any], Any] = lambda z: z,
) -> Entries:  # fmt: skip
    """7.21, 7.22 and 7.24 for one layer; `counted` chooses the examples whose outer products are summed."""
    return {
        "g_beta": total(g),
        "g_omega": counted(g) @ counted(h).T,
        "g_before": mask(f_before) * (omega.T @ g),
    }


def slip_2_c(sentence: str, **planted: Callable[..., Any]) -> Slip:
    return Slip(lambda **arguments: layer_2_c(**arguments, **planted), sentence)


def averaged_2_c(g: Any, h: Any, f_before: Any, omega: Any) -> Entries:
    return layer_2_c(g / g.shape[1], h, f_before, omega)


PROBLEM_2_C = Problem(
    id="2.c",
    title="A layer for a whole batch",
    points=2,
    minutes=10,
    hints=(
        "A product A @ B.T adds, column by column, the outer products of A's columns with B's columns.",
        "omega.T @ g multiplies every column of g at once; the mask then needs no index at all.",
        "Keep the shape (D, 1) of the bias: sum over the examples with axis=1 and keepdims=True.",
    ),
    instances=instances_2_c,
    truth=layer_2_c,
    slips=(
        slip_2_c("right except where f is exactly 0, where this book's slope is 0: use f_before > 0.",
                 mask=lambda f: f >= 0),
        slip_2_c("the mask 𝕀[f > 0] is missing.", mask=np.ones_like),
        slip_2_c("the ReLU itself stands where its slope, 0 or 1, should.", mask=relu),
        Slip(averaged_2_c, "averaged over the examples; the loop adds them up."),
        slip_2_c("one column for each example is left; the loop adds them up.", total=lambda g: g),
        slip_2_c("only the last example counts: each turn of the loop must add to what is there.",
                 total=lambda g: g[:, -1:], counted=lambda z: z[:, -1:]),
        slip_2_c("only the first example counts; sum over all of them.",
                 total=lambda g: g[:, :1], counted=lambda z: z[:, :1]),
        Slip(lambda g, h, f_before, omega: {"g_omega": g @ f_before.T},
             "a pre-activation stands where the activation h should."),
    ),
)  # fmt: skip


# ---- 2.d: six backward passes, six bugs ------------------------------------------------------------------------------


Stored = tuple[list[Any], list[Any], Sequence[Any], Any]  # f, h, omega and dl_df, as a backward pass takes them


def stored_2_d(rng: Generator, omega: Sequence[Any], biases: Sequence[float] | None = None) -> Stored:
    """What a forward pass stores that has three layers of width 3; the biases are random or constant by layer."""
    h, f = [rng.uniform(0.5, 1.5, size=(3, 4))], []
    for k in range(3):
        beta = rng.normal(size=(3, 1)) if biases is None else biases[k]
        f.append(beta + omega[k] @ h[k])
        h.append(relu(f[k]))
    return f, h[:3], omega, rng.normal(size=(3, 4))


def networks_2_d(rng: Generator) -> dict[str, Stored]:
    """A random network, and some on which not every bug shows."""
    omega = [rng.normal(size=(3, 3)) for _ in range(3)]
    small = [0.1 * matrix for matrix in omega]  # so that the biases decide which units are on
    return {
        "": stored_2_d(rng, omega),
        " when all units are on": stored_2_d(rng, small, (5, 5, 5)),
        " when all hidden units are on and all outputs negative": stored_2_d(rng, small, (5, 5, -5)),
        " when all units of the last hidden layer are off": stored_2_d(rng, small, (5, -5, 5)),
        " when the weight matrices are symmetric": stored_2_d(rng, [matrix + matrix.T for matrix in omega]),
        " when all layers have the same weights": stored_2_d(rng, [omega[0]] * 3),
    }


def right_under_2_d(bug: str) -> dict[tuple[str, str], bool]:
    """What stays right with this bug: single gradients of random networks, and all gradients of special ones."""
    rng = np.random.default_rng(0)
    right: dict[tuple[str, str], bool] = {}
    for when, (f, h, omega, dl_df) in [item for _ in range(5) for item in networks_2_d(rng).items()]:
        spoiled, sound = backward(f, h, omega, dl_df, **BUGS[bug]), backward(f, h, omega, dl_df)
        for symbol, given, expected in zip("βΩ", spoiled, sound, strict=True):
            for k in range(3):
                what = ("the result" if when else f"∂ℓ/∂{symbol}_{k}", when)
                right[what] = right.get(what, True) and bool(np.allclose(given[k], expected[k]))
    return right


def slips_2_d() -> list[Slip]:
    """For every version and every wrong bug, an experiment that refutes it."""
    right_under = {bug: right_under_2_d(bug) for bug in BUGS}

    def slip(number: int, claimed: str) -> Slip:
        found, predicted = right_under[PLANTED[number - 1]], right_under[claimed]
        telling = [what for what in found if found[what] != predicted[what]]
        # Where a special network hides the bug that is there, it would give that bug away: such a one comes last.
        subject, when = min(telling, key=lambda what: what[1] != "" and found[what])
        would, does = ("right", "wrong") if predicted[subject, when] else ("wrong", "right")
        sentence = f"with the bug you name, {subject} would be {would}{when}; in this version it is {does}."
        return Slip(lambda: {f"version_{number}": claimed}, sentence)

    return [slip(n, bug) for n in range(1, len(PLANTED) + 1) for bug in BUGS if bug != PLANTED[n - 1]]


PROBLEM_2_D = Problem(
    id="2.d",
    title="Six backward passes, six bugs",
    points=4,
    minutes=30,
    hints=(
        "Compare each version with your 2.b, or with differences of a loss. Which of the six gradients are wrong?",
        "A bug in 7.21 spoils biases only, one in 7.22 weights only. A bug in 7.24 spoils both, in all layers below.",
        "Choose networks on which a bug cannot show: symmetric weights, a single example, all units on.",
        "Two masks differ only where one layer's units are on and the other's off: choose biases that make it so.",
    ),
    truth=lambda: {f"version_{number}": bug for number, bug in enumerate(PLANTED, start=1)},
    slips=tuple(slips_2_d()),
)


# ---- 2.e: a new activation -------------------------------------------------------------------------------------------


def silu(f: Any) -> Any:
    return f * logistic_sigmoid(f)


def silu_slope(f: Any) -> Any:
    q = logistic_sigmoid(f)
    return q + f * q * (1.0 - q)


def instances_2_e(rng: Generator) -> Sequence[Arguments]:
    """The huge values have instances of their own: errors are judged against the largest entry."""
    return [
        {"f": rng.normal(scale=2.0, size=(3, 4))},
        {"f": np.array([[0.0], [rng.uniform(0.5, 2.0)], [-rng.uniform(0.5, 2.0)]])},
        {"f": np.array([[-50.0, 50.0]]) + rng.normal(size=(1, 2))},
        {"f": np.array([[-800.0, 800.0]]) + rng.normal(size=(1, 2))},
    ]


def slip_2_e(sentence: str, **wrong: Callable[[Any], Any]) -> Slip:
    return Slip(lambda f: {name: function(f) for name, function in wrong.items()}, sentence)


PROBLEM_2_E = Problem(
    id="2.e",
    title="A new activation",
    points=2,
    minutes=10,
    hints=(
        "h = f · sig[f] is a product of two functions of f: its slope has two terms.",
        "The slope of the sigmoid is sig[f](1 − sig[f]).",
        "If you see nan: exp[800] is too large for a float. Which form of the sigmoid has only exp[−|f|] in it?",
    ),
    instances=instances_2_e,
    truth=lambda f: {"h": silu(f), "slope": silu_slope(f)},
    slips=(
        slip_2_e("this is the slope of the sigmoid alone; h is f times the sigmoid.",
                 h=lambda f: f * logistic_sigmoid(f) * (1 - logistic_sigmoid(f)),
                 slope=lambda f: logistic_sigmoid(f) * (1 - logistic_sigmoid(f))),
        slip_2_e("this is the sigmoid alone; the other part of the product is missing.",
                 h=logistic_sigmoid, slope=logistic_sigmoid),
        slip_2_e("the product rule has two terms, and sig[f] is missing.",
                 slope=lambda f: f * logistic_sigmoid(f) * (1 - logistic_sigmoid(f))),
        slip_2_e("in the second term of the product rule the factor f is missing.",
                 slope=lambda f: logistic_sigmoid(f) * (2 - logistic_sigmoid(f))),
        slip_2_e("in the second term of the product rule the factor 1 − sig[f] is missing.",
                 slope=lambda f: logistic_sigmoid(f) * (1 + f)),
        slip_2_e("the two terms of the product rule are added, not subtracted.",
                 slope=lambda f: logistic_sigmoid(f) * (1 - f * (1 - logistic_sigmoid(f)))),
        slip_2_e("evaluated at the activation h; an activation's slope is taken at its input f.",
                 slope=lambda f: silu_slope(silu(f))),
        slip_2_e("mind the sign in the exponent: sig[f] = 1/(1 + exp[−f]).",
                 h=lambda f: f * logistic_sigmoid(-f), slope=lambda f: silu_slope(-f)),
        slip_2_e("this is the ReLU; SiLU only looks like it from afar.", h=relu, slope=lambda f: 1.0 * (f > 0)),
    ),
)  # fmt: skip


# ---- 2.f: back through a softmax -------------------------------------------------------------------------------------


def draw_scores(rng: Generator, *sizes: tuple[int, int]) -> list[dict[str, Any]]:
    return [{"f": rng.normal(size=size), "g": rng.normal(size=size)} for size in sizes]


def softmax_backward_2_f(f: Any, g: Any) -> Any:
    q = softmax(f)
    return q * (g - (q * g).sum(axis=0, keepdims=True))


def wrong_axis_2_f(f: Any, g: Any) -> Any:
    """The whole softmax over the examples instead of the classes."""
    return softmax_backward_2_f(f.T, g.T).T


def slip_2_f(sentence: str, wrong: Callable[[Any, Any, Any], Any]) -> Slip:
    return Slip(lambda f, g: {"dl_df": wrong(softmax(f), f, g)}, sentence)


PROBLEM_2_F = Problem(
    id="2.f",
    title="Back through a softmax",
    points=3,
    minutes=20,
    hints=(
        "One example first: ∂q_i/∂f_j is q_i(1 − q_i) for i = j and −q_i q_j otherwise.",
        "Write ∂ℓ/∂f_j = Σ_i ∂q_i/∂f_j · g_i and take q_j out of both terms: what is left is one sum for all j.",
        "For a batch: that sum runs over the classes, so it is one number for each column (axis=0, keepdims=True).",
    ),
    instances=lambda rng: draw_scores(rng, (3, 4), (2, 1)),
    truth=lambda f, g: {"dl_df": softmax_backward_2_f(f, g)},
    slips=(
        slip_2_f("only the diagonal of the Jacobian: a score changes all classes' probabilities, not just its own.",
                 lambda q, f, g: q * (1 - q) * g),
        slip_2_f("the term that is subtracted, where the other classes come in, is missing.", lambda q, f, g: q * g),
        slip_2_f("the subtracted sum runs over the examples; each example (column) has a sum of its own.",
                 lambda q, f, g: q * (g - (q * g).sum(axis=1, keepdims=True))),
        slip_2_f("the subtracted sum runs over all entries; each example (column) has a sum of its own.",
                 lambda q, f, g: q * (g - (q * g).sum())),
        slip_2_f("in the subtracted sum each g_i must be weighted with its q_i.",
                 lambda q, f, g: q * (g - g.sum(axis=0, keepdims=True))),
        slip_2_f("a mean is subtracted where a sum weighted with q should be.",
                 lambda q, f, g: q * (g - g.mean(axis=0, keepdims=True))),
        slip_2_f("the factor q in front is missing.", lambda q, f, g: g - (q * g).sum(axis=0, keepdims=True)),
        slip_2_f("the factor q is missing in one of the two terms: it stands in front of both.",
                 lambda q, f, g: q * g - (q * g).sum(axis=0, keepdims=True)),
        slip_2_f("the two terms are added; the mixed entries of the Jacobian are negative.",
                 lambda q, f, g: q * (g + (q * g).sum(axis=0, keepdims=True))),
        slip_2_f("this is the gradient of a log-softmax; here g belongs to q itself.",
                 lambda q, f, g: g - q * g.sum(axis=0, keepdims=True)),
        slip_2_f("q minus a target is the gradient of the cross-entropy; here g is any ∂ℓ/∂q.", lambda q, f, g: q - g),
        slip_2_f("the softmax runs along the wrong axis: the classes of one example are a column.",
                 lambda q, f, g: wrong_axis_2_f(f, g)),
        slip_2_f("the softmax is normalised over the whole batch; each column must add up to one.",
                 lambda q, f, g: softmax(f, None) * (g - (softmax(f, None) * g).sum())),
    ),
)  # fmt: skip


# ---- 2.g: a penalty on the weights -----------------------------------------------------------------------------------


def instances_2_g(rng: Generator) -> Sequence[Arguments]:
    return [
        {"dl_dbeta": rng.normal(size=(rows, 1)), "dl_domega": rng.normal(size=(rows, columns)),
         "beta": rng.normal(size=(rows, 1)), "omega": rng.normal(size=(rows, columns)),
         "lambda_": float(rng.uniform(0.2, 3.0))}
        for rows, columns in ((3, 2), (2, 4), (1, 1))
    ]  # fmt: skip


def slip_2_g(sentence: str, **penalty: Callable[..., Any]) -> Slip:
    """A wrong derivative of the penalty, by omega or by beta, added to the right one of the loss."""

    def answer(dl_dbeta: Any, dl_domega: Any, beta: Any, omega: Any, lambda_: float) -> Entries:
        wrong = {}
        if "omega" in penalty:
            wrong["dJ_domega"] = dl_domega + penalty["omega"](omega, lambda_)
        if "beta" in penalty:
            wrong["dJ_dbeta"] = dl_dbeta + penalty["beta"](beta, lambda_)
        return wrong

    return Slip(answer, sentence)


PROBLEM_2_G = Problem(
    id="2.g",
    title="A penalty on the weights",
    points=1,
    minutes=5,
    hints=(
        "J is a sum, so its gradient is one too: that of the loss, which is given, and that of the penalty.",
        "‖Ω‖² is the sum of the squares of all entries. Differentiate it for a single entry; mind the ½.",
    ),
    instances=instances_2_g,
    truth=lambda dl_dbeta, dl_domega, beta, omega, lambda_: {
        "dJ_dbeta": dl_dbeta, "dJ_domega": dl_domega + lambda_ * omega},
    slips=(
        slip_2_g("the ½ of the penalty cancels the 2 of the square, and here the 2 is still there.",
                 omega=lambda omega, lambda_: 2 * lambda_ * omega),
        slip_2_g("the derivative of a square has a factor 2, which cancels the ½.",
                 omega=lambda omega, lambda_: lambda_ / 2 * omega),
        slip_2_g("the biases are not in the penalty.", beta=lambda beta, lambda_: lambda_ * beta),
        slip_2_g("the biases are not in the penalty.", beta=lambda beta, lambda_: 2 * lambda_ * beta),
        slip_2_g("λ is missing.", omega=lambda omega, lambda_: omega),
        slip_2_g("the penalty is missing.", omega=lambda omega, lambda_: 0 * omega),
        slip_2_g("the penalty is added to the loss, so its gradient is not subtracted.",
                 omega=lambda omega, lambda_: -lambda_ * omega),
        slip_2_g("the weights' sign is lost: a negative weight has a negative derivative here.",
                 omega=lambda omega, lambda_: lambda_ * abs(omega)),
        slip_2_g("this is the derivative of a penalty on the weights' absolute values, not on their squares.",
                 omega=lambda omega, lambda_: lambda_ * np.sign(omega)),
        slip_2_g("this adds the penalty itself, not its derivative.",
                 omega=lambda omega, lambda_: lambda_ / 2 * (omega**2).sum()),
        slip_2_g("this adds the penalty of each entry, not its derivative.",
                 omega=lambda omega, lambda_: lambda_ / 2 * omega**2),
        slip_2_g("the penalty has a sum of squares, not a mean.",
                 omega=lambda omega, lambda_: lambda_ * omega / omega.size),
        Slip(lambda dl_dbeta, dl_domega, beta, omega, lambda_: {"dJ_domega": lambda_ * omega},
             "this is the gradient of the penalty alone; that of the loss is missing."),
    ),
)  # fmt: skip


# ---- 2.h: a residual connection --------------------------------------------------------------------------------------


def instances_2_h(rng: Generator) -> Sequence[Arguments]:
    """Numbers on a grid of quarters, so that a pre-activation can be exactly 0 in any order of adding."""

    def quarters(*shape: int) -> Any:
        return rng.integers(-8, 9, size=shape) / 4

    instances = []
    for D, examples in ((5, 12), (2, 1)):
        h, omega, beta = quarters(D, examples), quarters(D, D), quarters(D, 1)
        if examples > 1:
            beta = -np.sort(omega @ h, axis=1)[:, examples // 4, None]  # on for most examples, exactly 0 for one
        instances.append({"h": h, "beta": beta, "omega": omega, "g": rng.normal(size=(D, examples))})
    return instances


def residual_2_h(
    h: Any, beta: Any, omega: Any, g: Any,
    mask: Callable[..., Any] = lambda f, h, beta: f > 0,
    skip: Callable[..., Any] = lambda on, g: g,
    back: Callable[..., Any] = lambda omega, on, g: omega.T @ (on * g),
    at_parameters: Callable[..., Any] = lambda on, g: on * g,
    source: Callable[..., Any] = lambda f, h: h,
) -> Entries:  # fmt: skip
    """The derivatives of a loss behind h + a[β + Ωh]; every keyword after g plants one slip."""
    f = beta + omega @ h
    on = mask(f, h, beta)
    at_f = at_parameters(on, g)
    return {
        "g_h": skip(on, g) + back(omega, on, g),
        "g_beta": over_batch(at_f),
        "g_omega": at_f @ source(f, h).T,
    }


def averaged_2_h(h: Any, beta: Any, omega: Any, g: Any) -> Entries:
    return residual_2_h(h, beta, omega, g / g.shape[1])


def slip_2_h(sentence: str, **planted: Callable[..., Any]) -> Slip:
    return Slip(lambda **arguments: residual_2_h(**arguments, **planted), sentence)


PROBLEM_2_H = Problem(
    id="2.h",
    title="A residual connection",
    points=3,
    minutes=15,
    hints=(
        "h reaches the output on two ways: directly, and through f = β + Ωh and the ReLU. The two effects add up.",
        "The direct way passes g on as it is. The other is 7.24 read for one layer: the mask of f, then Ωᵀ.",
        "β and Ω reach the output through f only, so they get what arrives at f: 7.21 and 7.22.",
    ),
    instances=instances_2_h,
    truth=residual_2_h,
    slips=(
        slip_2_h("right except where f is exactly 0, where this book's slope is 0: use f > 0.",
                 mask=lambda f, h, beta: f >= 0),
        slip_2_h("the direct way from h to the output is missing.", skip=lambda on, g: 0.0 * g),
        slip_2_h("this is the direct way only; h also goes through Ω and the ReLU.",
                 back=lambda omega, on, g: 0.0 * g),
        slip_2_h("the mask is applied to the direct way too, where there is no ReLU.", skip=lambda on, g: on * g),
        slip_2_h("on the way back comes the ReLU's mask first, then Ωᵀ.",
                 back=lambda omega, on, g: on * (omega.T @ g)),
        slip_2_h("the direct way must pass g on; its Jacobian is the identity, and it multiplies g.",
                 skip=lambda on, g: np.ones_like(g)),
        slip_2_h("the mask 𝕀[f > 0] is missing.", mask=lambda f, h, beta: np.ones_like(f)),
        slip_2_h("the mask asks for the sign of h; the ReLU was applied to f = β + Ωh.", mask=lambda f, h, beta: h > 0),
        slip_2_h("the mask asks for the sign of the output; the ReLU was applied to f = β + Ωh.",
                 mask=lambda f, h, beta: h + relu(f) > 0),
        slip_2_h("the mask is made from Ωh; the ReLU was applied to f = β + Ωh, bias included.",
                 mask=lambda f, h, beta: f - beta > 0),
        slip_2_h("Ω is not transposed on the way back.", back=lambda omega, on, g: omega @ (on * g)),
        slip_2_h("the parameters are not on the direct way; they get only what comes back through the ReLU.",
                 at_parameters=lambda on, g: g + on * g),
        slip_2_h("Ω was multiplied with h, not with the output.", source=lambda f, h: h + relu(f)),
        slip_2_h("Ω was multiplied with h, not with what the ReLU makes of f.", source=lambda f, h: relu(f)),
        Slip(averaged_2_h, "averaged over the examples; the loss is their sum, and so is the gradient."),
    ),
)  # fmt: skip


# ---- 2.i: a log-softmax that never overflows -------------------------------------------------------------------------


def instances_2_i(rng: Generator) -> Sequence[Arguments]:
    """Huge scores in instances of their own: errors are judged against the largest entry."""
    (ordinary,) = draw_scores(rng, (3, 4))
    shifted, far_apart = draw_scores(rng, (3, 4), (3, 3))
    shifted["f"] = shifted["f"] + np.array([1e4, -1e4, 0.0, 500.0])  # the same number to all classes of an example
    far_apart["f"] = rng.uniform(-1e4, 1e4, size=(3, 3))
    return [ordinary, shifted, far_apart]


def slip_2_i(sentence: str, **wrong: Callable[[Any, Any, Any], Any]) -> Slip:
    return Slip(lambda f, g: {name: function(softmax(f), f, g) for name, function in wrong.items()}, sentence)


PROBLEM_2_I = Problem(
    id="2.i",
    title="A log-softmax that never overflows",
    points=3,
    minutes=20,
    hints=(
        "Write log q_i with the rule for the logarithm of a quotient. The exponential of the numerator disappears.",
        "log Σ exp[f_j] = m + log Σ exp[f_j − m] for every m. Which m makes the largest exponent 0?",
        "∂ log q_i/∂f_j is 1 − q_j for i = j and −q_j otherwise: multiply with g_i and sum over i.",
        "Each column is an example, with its own largest score and its own sums: axis=0, keepdims=True.",
    ),
    instances=instances_2_i,
    truth=lambda f, g: {"log_q": f - log_sum_exp(f), "dl_df": g - softmax(f) * g.sum(axis=0, keepdims=True)},
    slips=(
        slip_2_i("this is q itself, not its logarithm.", log_q=lambda q, f, g: q),
        slip_2_i("the largest score was subtracted in the sum and not in front of it (or never added back).",
                 log_q=lambda q, f, g: f - np.log(np.exp(f - f.max(axis=0, keepdims=True)).sum(axis=0, keepdims=True))),
        slip_2_i("the largest score is subtracted twice.",
                 log_q=lambda q, f, g: f - f.max(axis=0, keepdims=True) - log_sum_exp(f)),
        slip_2_i("the logarithm of the sum is missing.",
                 log_q=lambda q, f, g: f - f.max(axis=0, keepdims=True)
                 - np.exp(f - f.max(axis=0, keepdims=True)).sum(axis=0, keepdims=True)),
        slip_2_i("normalised over the examples; the classes of one example are a column.",
                 log_q=lambda q, f, g: f - log_sum_exp(f, axis=1),
                 dl_df=lambda q, f, g: g - softmax(f, 1) * g.sum(axis=1, keepdims=True)),
        slip_2_i("the sum of g in the second term runs over the examples; each column has a sum of its own.",
                 dl_df=lambda q, f, g: g - q * g.sum(axis=1, keepdims=True)),
        slip_2_i("the sum of g in the second term runs over all entries; each column has a sum of its own.",
                 dl_df=lambda q, f, g: g - q * g.sum()),
        slip_2_i("the factor Σ g of the second term is missing.", dl_df=lambda q, f, g: g - q),
        slip_2_i("for cross-entropy alone the gradient is q − (the right class); here any g must do.",
                 dl_df=lambda q, f, g: q - g),
        slip_2_i("the second term is missing: every score is in the sum under the fraction line.",
                 dl_df=lambda q, f, g: g),
        slip_2_i("only the diagonal of the Jacobian: a score changes the log-probabilities of all classes.",
                 dl_df=lambda q, f, g: g * (1 - q)),
        slip_2_i("the factor q of the second term is missing.",
                 dl_df=lambda q, f, g: g - g.sum(axis=0, keepdims=True)),
        slip_2_i("in the second term g is summed as it is; q stands outside the sum.",
                 dl_df=lambda q, f, g: g - (q * g).sum(axis=0, keepdims=True)),
        slip_2_i("the two terms are added; the second is subtracted.",
                 dl_df=lambda q, f, g: g + q * g.sum(axis=0, keepdims=True)),
        slip_2_i("this is the gradient of the softmax (2.f); here g belongs to log q.",
                 dl_df=lambda q, f, g: q * (g - (q * g).sum(axis=0, keepdims=True))),
    ),
)  # fmt: skip


PROBLEMS = (
    PROBLEM_2_A,
    PROBLEM_2_B,
    PROBLEM_2_C,
    PROBLEM_2_D,
    PROBLEM_2_E,
    PROBLEM_2_F,
    PROBLEM_2_G,
    PROBLEM_2_H,
    PROBLEM_2_I,
)
