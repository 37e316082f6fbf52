"""The recorded graph: its order, its parts, its gradient as a graph, a million nodes, and memory that is given back."""

import gc
import time
import tracemalloc
import weakref

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bpkit as bp


def figure_7_9(x):
    """The function of problem 7.12: f1 = exp x, f2 = f1², f3 = f1 + f2, y = exp f3 + sin f3 (7.42–7.45)."""
    f1 = np.exp(x)
    f2 = f1**2
    f3 = f1 + f2
    return np.exp(f3) + np.sin(f3)


def operations(graph):
    return [graph.operation(node) for node in graph.nodes]


def test_the_graph_of_the_book():
    graph = bp.record(figure_7_9, 0.1)
    assert operations(graph) == ["input", "exp", "power", "add", "exp", "sin", "add"]
    x, f1, f2, f3, f4, f5, y = graph.nodes
    assert graph.inputs == (x,) and graph.outputs == (y,)
    assert [graph.inputs_of(node) for node in graph.nodes] == [(), (x,), (f1,), (f1, f2), (f3,), (f3,), (f4, f5)]
    assert [graph.consumers(node) for node in graph.nodes] == [(f1,), (f2, f3), (f3,), (f4, f5), (y,), (y,), ()]
    assert y.value == figure_7_9(0.1)
    assert repr(graph) == "Graph of 7 nodes: 1 input, 6 operations, 1 output"


def test_constants_repeated_inputs_several_outputs_and_outputs_that_are_inputs():
    graph = bp.record(lambda x, y, z: [x * x, 2.0, x * 3.0, y], 2.0, 3.0, 5.0)
    x, y, z = graph.inputs
    assert [node.value for node in graph.outputs if isinstance(node, bp.Node)] == [4, 6, 3]
    assert graph.outputs[1] == 2.0 and graph.outputs[3] is y
    square, triple = graph.outputs[0], graph.outputs[2]
    assert graph.inputs_of(square) == (x, x)
    assert graph.consumers(x) == (square, triple)  # each once
    assert triple.inputs == (x, 3.0) and graph.inputs_of(triple) == (x,)
    assert graph.consumers(z) == () and z in set(graph.nodes)  # a set, as == compares values
    assert graph.evaluate(3.0, 1.0, 0.0) == (9, 2, 9, 1)
    alone = bp.record(lambda x: x, 2.0)
    assert alone.inputs == alone.outputs == alone.nodes and alone.evaluate(7.0) == 7
    assert bp.record(lambda x: 3.0, 2.0).evaluate(1.0) == 3
    assert bp.record(lambda: 3.0).nodes == ()
    assert bp.record(lambda x, y: (x, y), np.ones(2), 1.0).outputs[0].shape == (2,)


def test_a_graph_refuses_what_is_not_its_own():
    graph, other = bp.record(np.sin, 1.0), bp.record(np.sin, 1.0)
    for ask in (graph.operation, graph.inputs_of, graph.consumers, graph.pruned, graph.gradient_graph):
        with pytest.raises(ValueError, match="is not a node of this graph: take one from graph"):
            ask(other.nodes[0])
    with pytest.raises(ValueError, match=r"evaluate got 2 input\(s\), but the graph has 1"):
        graph.evaluate(1.0, 2.0)
    with pytest.raises(bp.DerivativeError, match=r"the graph has 2 output\(s\) .* a gradient is that of one number"):
        bp.record(lambda x: (x, x), 1.0).gradient_graph()
    with pytest.raises(bp.DerivativeError, match=r"1 output\(s\) of shape\(s\) \(3,\)"):
        bp.record(np.sin, np.ones(3)).gradient_graph()


# random graphs

OPERATIONS = (
    lambda a, b: a + b, lambda a, b: a - b, lambda a, b: a * b, lambda a, b: np.sin(a), lambda a, b: np.tanh(b),
    lambda a, b: 2 * a, lambda a, b: a / (2 + b * b), lambda a, b: np.exp(np.sin(a)), lambda a, b: np.square(b),
)  # fmt: skip
STEPS = st.lists(st.tuples(st.integers(0, len(OPERATIONS) - 1), st.integers(0, 99), st.integers(0, 99)), max_size=25)


def program(steps, outputs=(0,)):
    """A function that computes each step from two earlier values, and returns those named in `outputs`."""

    def f(*inputs):
        values = list(inputs)
        for operation, i, j in steps:
            values.append(OPERATIONS[operation](values[-1 - i % len(values)], values[-1 - j % len(values)]))
        found = tuple(values[-1 - k % len(values)] for k in outputs)
        return found[0] if len(found) == 1 else found

    return f


def reaches(graph, start, goal):
    """Is there a way from one node to another? By looking at every way."""
    return start is goal or any(reaches(graph, node, goal) for node in graph.consumers(start))


@given(STEPS, st.lists(st.integers(0, 99), min_size=1, max_size=3), st.integers(1, 3))
def test_inputs_and_consumers_are_inverse_and_the_order_topological(steps, outputs, number):
    graph = bp.record(program(steps, outputs), *np.linspace(0.3, 0.9, number))
    position = {node: i for i, node in enumerate(graph.nodes)}
    assert len(position) == len(graph.nodes)
    for node in graph.nodes:
        assert all(position[x] < position[node] for x in graph.inputs_of(node))
        assert len(set(graph.consumers(node))) == len(graph.consumers(node))
        assert all(node in set(graph.inputs_of(consumer)) for consumer in graph.consumers(node))
        assert all(node in set(graph.consumers(x)) for x in graph.inputs_of(node))
        is_input = node in set(graph.inputs)
        assert is_input or any(reaches(graph, node, y) for y in graph.outputs)
        assert is_input == (graph.operation(node) == "input")


@given(STEPS, st.lists(st.integers(0, 99), min_size=1, max_size=3), st.data())
def test_pruning_keeps_what_lies_on_a_way_from_the_chosen_node_to_an_output(steps, outputs, data):
    graph = bp.record(program(steps, outputs), 0.3, 0.6, 0.9)
    chosen = data.draw(st.sampled_from(graph.nodes))
    pruned = graph.pruned(chosen)
    expected = [
        node
        for node in graph.nodes
        if node is chosen or (reaches(graph, chosen, node) and any(reaches(graph, node, y) for y in graph.outputs))
    ]
    assert list(pruned.nodes) == expected
    assert pruned.inputs == (chosen,)
    assert pruned.outputs == tuple(y for y in graph.outputs if reaches(graph, chosen, y))
    if pruned.outputs:  # the constants of the pruned graph are what the other inputs gave
        values = pruned.evaluate(chosen.value)
        assert values == (
            pruned.outputs[0].value if len(pruned.outputs) == 1 else tuple(y.value for y in pruned.outputs)
        )


@settings(max_examples=60)
@given(STEPS, st.integers(1, 3))
def test_the_gradient_graph_and_its_gradient_graph_are_the_derivatives(steps, number):
    f = program(steps)
    here, there = np.linspace(0.3, 0.9, number), np.linspace(-0.8, 0.7, number)
    every = tuple(range(number))
    graph = bp.record(f, *here)
    gradient = graph.gradient_graph()
    assert gradient.inputs == graph.inputs and len(gradient.outputs) == number
    for point in (here, there):  # the same graph, true at any point
        found = gradient.evaluate(*point)
        found = (found,) if number == 1 else found
        np.testing.assert_allclose(found, bp.grad(f, every)(*point), rtol=1e-12, atol=1e-14)
        assert graph.evaluate(*point) == f(*point)
    for i, x in enumerate(graph.inputs):
        one = graph.gradient_graph(x)
        second = one.gradient_graph(wrt=x)
        third = second.gradient_graph(wrt=[x])
        partial = bp.grad(f, i)
        for point in (here, there):
            np.testing.assert_allclose(second.evaluate(*point), bp.grad(partial, i)(*point), rtol=1e-10, atol=1e-12)
            expected = bp.grad(bp.grad(partial, i), i)(*point)
            np.testing.assert_allclose(third.evaluate(*point), expected, rtol=1e-9, atol=1e-10)


def test_the_gradient_graph_of_the_book_is_the_chain_rule_in_nodes():
    graph = bp.record(lambda x, y, z: (x + y) * z, -2.0, 5.0, -4.0)
    gradient = graph.gradient_graph()
    x, y, z = graph.inputs
    total = graph.nodes[3]
    assert gradient.evaluate(-2.0, 5.0, -4.0) == (-4, -4, 3)
    assert gradient.evaluate(1.0, 1.0, 7.0) == (7, 7, 2)
    assert total in set(gradient.nodes)  # ∂/∂z is the sum itself, used again
    assert graph.gradient_graph(total).evaluate(-2.0, 5.0, -4.0) == -4
    assert set(gradient.nodes) >= {x, y, z}


def test_gradient_graphs_of_arrays():
    def f(a, x):
        return np.sum(np.tanh(a @ x)[1:] ** 2) + np.prod(x) + np.linalg.norm(a)

    rng = np.random.default_rng(0)
    here, there = [(rng.normal(size=(3, 2)), rng.normal(size=2)) for _ in range(2)]
    gradient = bp.record(f, *here).gradient_graph()
    for point in (here, there):
        for one, other in zip(gradient.evaluate(*point), bp.grad(f, (0, 1))(*point), strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-12)


# evaluation at other inputs


@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.sum(x) if x[0] > 0 else np.sum(x * x),
        lambda x: np.sum(np.sort(x) * np.arange(3)),
        lambda x: x[np.argmax(x)],
        lambda x: np.sum(np.where(x > 0, x, 0.0)),
        lambda x: np.sum(x * bp.stop_gradient(x)),
        lambda x: np.sum(x[x > 0.2]),
        lambda x: np.sum(x * (x == 0.5)),
        lambda x: np.sum(x) * bool(np.any(x)),
        lambda x: np.sum(x * np.isfinite(x)),
        lambda x: max(x),
    ],
)
def test_evaluate_is_refused_after_a_look_at_values(f):
    graph = bp.record(f, np.array([0.5, -0.3, 0.1]))
    for wrong in (graph, graph.gradient_graph(), graph.pruned(graph.inputs)):
        with pytest.raises(bp.DerivativeError, match=r"compared values or chose by them, .* call bp.record"):
            wrong.evaluate(np.array([0.1, 0.2, 0.3]))


@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.maximum(x[0], x[1]) * x[2],
        lambda x: np.max(x) + np.min(x * x),
        lambda x: np.sum(np.abs(x)) + np.linalg.norm(x),
        lambda x: np.sum(np.clip(x, -0.2, 0.2)),
        lambda x: np.sum(x.shape[0] * x) if x.ndim == 1 else 0.0,
        lambda x: np.sum(np.concatenate([x, x[::-1]]) ** 2),
        lambda x: np.sum(np.sign(x) * x**2),
    ],
)
def test_evaluate_and_the_gradient_graph_hold_for_other_inputs_of_the_same_shape(f):
    here, there = np.array([0.5, -0.3, 0.1]), np.array([-0.4, 0.15, 0.7])
    graph = bp.record(f, here)
    gradient = graph.gradient_graph()
    np.testing.assert_allclose(graph.evaluate(there), f(there), rtol=1e-14)
    np.testing.assert_allclose(gradient.evaluate(there), bp.grad(f)(there), rtol=1e-14)
    np.testing.assert_allclose(graph.evaluate(here), f(here), rtol=1e-14)


def test_evaluate_takes_what_record_takes():
    graph = bp.record(lambda x: np.mean(np.reciprocal(x)), np.ones(3))
    with pytest.raises((ValueError, bp.DerivativeError)):
        graph.evaluate(np.ones(6))  # the 3 is part of the graph
    with pytest.raises(bp.DerivativeError):
        graph.evaluate(np.array([1, 2, 4]))  # whole numbers have another reciprocal


def test_a_graph_can_be_differentiated():
    def f(x):
        return x[0] ** 2 * x[1] + np.sum(np.concatenate([x, 2 * x]) ** 3)

    x = np.array([1.0, 2.0, 3.0])
    graph = bp.record(f, np.ones(3))
    np.testing.assert_allclose(bp.grad(graph.evaluate)(x), bp.grad(f)(x))
    np.testing.assert_allclose(bp.jacfwd(graph.gradient_graph().evaluate)(x), bp.hessian(f)(x))
    np.testing.assert_allclose(bp.jacrev(graph.gradient_graph().evaluate)(x), bp.hessian(f)(x))


# how much it costs


def counted(calls):
    """Addition, whose rule counts how often it is used."""

    def contribution(i):
        def reverse(g, y, a, b):
            calls.append(i)
            return g

        return reverse

    return bp.defrule(lambda a, b: a + b, reverse=[contribution(0), contribution(1)])


def test_a_ladder_of_depth_200_costs_two_calls_of_the_rule_a_rung():
    calls = []
    add = counted(calls)

    def ladder(x):
        for _ in range(200):
            x = add(x, x)  # 2²⁰⁰ ways from the first to the last
        return x

    assert bp.grad(ladder)(1.0) == 2.0**200
    assert sorted(calls) == [0] * 200 + [1] * 200


def test_a_part_that_does_not_lead_to_the_output_costs_nothing():
    calls = []
    add = counted(calls)

    def f(x):
        for _ in range(10):
            add(x, x)
        return add(x, 1.0)

    assert bp.grad(f)(1.0) == 1
    assert calls == [0]  # and the constant is not asked


def test_a_node_that_is_used_a_thousand_times():
    weights = np.random.default_rng(0).normal(size=(1000, 3))

    def f(x, y):
        shifted = x + y  # both get one array from here: neither may add into it
        total = np.sum(shifted * weights[0])
        for weight in weights[1:]:
            total = total + np.sum(weight * shifted)
        return total + np.sum(x)

    found = bp.grad(f, (0, 1))(np.ones(3), np.zeros(3))
    np.testing.assert_allclose(found[1], weights.sum(axis=0), rtol=1e-12)
    np.testing.assert_allclose(found[0], weights.sum(axis=0) + 1, rtol=1e-12)
    found[0][:] = 0
    np.testing.assert_allclose(found[1], weights.sum(axis=0), rtol=1e-12)
    assert bp.grad(lambda x: sum(x * k for k in range(1000)))(1.0) == 999 * 500


def test_sums_in_place_inside_an_outer_derivative():
    """Contributions that are plain arrays first and belong to the outer derivative later."""
    c = np.arange(3.0)

    def inner(t):
        def f(x):
            return np.sum(x * x * t) + np.sum(x * c) + np.sum(x * c) + np.sum(x * c) + np.sum(c * x * t)

        return np.sum(bp.grad(f)(np.ones(3)))

    assert bp.grad(inner)(2.0) == 9
    assert bp.jvp(inner, (2.0,), (1.0,)) == (12 + 9 + 6, 9)
    single = np.ones(3, np.float32)

    def mixed(x):
        return np.sum(x * single) + np.sum(x * single) + np.sum(x.astype(float) * (1 / 3)) + np.sum(x * single)

    assert bp.grad(mixed)(single).dtype == np.float32
    np.testing.assert_allclose(bp.grad(mixed)(single), np.float32(3 + 1 / 3), rtol=1e-6)


# a million nodes, and memory


def chain(length):
    def f(x):
        for _ in range(length):
            x = 1.0000001 * x
        return x

    return f


def test_a_chain_of_a_million_nodes_is_differentiated():
    start = time.process_time()
    assert bp.grad(chain(1_000_000))(1.0) == pytest.approx(1.0000001**1_000_000, rel=1e-9)
    assert time.process_time() - start < 20  # seconds; about 3 on a machine of 2020


def test_the_memory_of_a_chain_is_proportional_to_its_length():
    peaks = []
    bp.grad(chain(3_000))(1.0)  # fills what Python keeps for later
    for length in (10_000, 30_000):
        tracemalloc.start()
        bp.grad(chain(length))(1.0)
        left, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        peaks.append(peak / length)
        assert left < 200_000  # bytes, whatever the length: Python's own stores
    assert peaks[1] < 1.1 * peaks[0]
    assert peaks[1] < 500  # bytes a node


def squares(watched, fail=False):
    def f(x):
        y = x * x
        watched.append(weakref.ref(y))
        if fail:
            np.zeros(2)[0] = y
        return np.sum(y) if isinstance(x, bp.Node) and x.shape else y

    return f


def differentiate_in_every_way(watched):
    f = squares(watched)
    bp.grad(f)(2.0)
    bp.value_and_grad(f)(np.ones(3))
    bp.grad(bp.grad(f))(2.0)
    bp.hvp(f, np.ones(3), np.ones(3))
    bp.hessian(f)(np.ones(3))
    bp.jacrev(lambda x: f(x) * x)(np.ones(3))
    _, pull_back = bp.vjp(f, 2.0)
    pull_back(1.0)
    graph = bp.record(f, 2.0)
    graph.gradient_graph().gradient_graph().evaluate(3.0)
    graph.pruned(graph.inputs[0])
    for wrong in (lambda: bp.grad(lambda x: [f(x)])(2.0), lambda: bp.grad(f)(1), lambda: bp.vjp(f, 2.0)[1]("a")):
        with pytest.raises((bp.DerivativeError, ValueError)):
            wrong()
    for call in (bp.grad(squares(watched, True)), lambda x: bp.grad(bp.grad(squares(watched, True)))(x)):
        try:
            call(2.0)
        except bp.DerivativeError:
            continue
        raise AssertionError("a[0] = node was not refused")


def test_memory_is_given_back_without_the_collector():
    warm_up = []
    differentiate_in_every_way(warm_up)
    gc.collect()
    gc.disable()
    try:
        watched = []
        differentiate_in_every_way(watched)
        assert len(watched) > 10
        assert [one() for one in watched if one() is not None] == []
        gc.set_debug(gc.DEBUG_SAVEALL)
        gc.collect()
        ours = [x for x in gc.garbage if type(x).__module__.startswith("bpkit") or isinstance(x, np.ndarray)]
        assert ours == []
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.enable()


def test_what_a_vjp_holds_is_given_back_with_it():
    watched = []
    gc.disable()
    try:
        y, pull_back = bp.vjp(squares(watched), 3.0)
        assert watched[0]() is not None and pull_back(1.0) == (6.0,) and pull_back(2.0) == (12.0,)
        del pull_back
        assert watched[0]() is None and y == 9
        graph = bp.record(squares(watched), 3.0)
        assert watched[1]() is graph.outputs[0]
        del graph
        assert watched[1]() is None
    finally:
        gc.enable()


def test_gradients_that_are_done_with_are_let_go():
    """Of a chain of 50 arrays the record holds the values; the walk back adds a few gradients, not 50."""

    def chain(x):
        for _ in range(50):
            x = np.tanh(x)
        return np.sum(x)

    x = np.full(20_000, 0.5)
    bp.grad(chain)(x)
    tracemalloc.start()
    try:
        bp.grad(chain)(x)
        peak = tracemalloc.get_traced_memory()[1] / x.nbytes
    finally:
        tracemalloc.stop()
    assert 50 <= peak < 58


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_the_operation_that_made_the_first_nan():
    def f(x):
        return np.sum(np.sqrt(x) * np.where(x > 0, x, np.inf) + np.cos(x))

    assert bp.record(f, np.array([1.0, 4.0])).first_nan() is None
    graph = bp.record(f, np.array([1.0, 0.0]))
    node = graph.first_nan()
    assert node.operation == "multiply"
    assert [one.operation for one in graph.inputs_of(node)] == ["sqrt", "where"]
    assert bp.record(f, np.array([1.0, np.nan])).first_nan().operation == "input"


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_the_operation_that_made_the_first_nan_of_a_gradient():
    graph = bp.record(lambda x: np.sum(np.where(x > 0, np.sqrt(x), 0.0)), np.array([1.0, 0.0]))
    assert graph.first_nan() is None  # 0 · ∞, in the backward pass
    node = graph.gradient_graph().first_nan()
    assert node.operation == "multiply"
    assert node.value[0] == 0.5 and np.isnan(node.value[1])
