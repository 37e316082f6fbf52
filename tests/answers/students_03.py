"""Answers to the problems of chapter 3, written from the problem sheet alone."""

import cmath
import collections
import functools
import graphlib
import itertools
import math
import sys
from fractions import Fraction

import numpy as np

# ---- 7.12


def _figure(x):
    f1 = np.exp(x)
    f2 = f1**2
    f3 = f1 + f2
    return f1, f2, f3, np.exp(f3), np.sin(f3)


def first_to_last_7_12(x):
    f1, _f2, f3, f4, _f5 = _figure(x)
    d3 = f4 + np.cos(f3)
    d1 = d3 * (1 + 2 * f1)
    return d1 * f1, d1, d3, d3, 1.0, 1.0


def overwritten_at_f1_7_12(x):
    f1, _f2, f3, f4, _f5 = _figure(x)
    d3 = f4 + np.cos(f3)
    d1 = 2 * f1 * d3
    return 1.0, 1.0, d3, d3, d1, d1 * f1


def square_does_not_count_7_12(x):
    f1, _f2, f3, f4, _f5 = _figure(x)
    d3 = f4 + np.cos(f3)
    d1 = d3
    return 1.0, 1.0, d3, d3, d1, d1 * f1


def only_the_exponential_at_f3_7_12(x):
    f1, _f2, _f3, f4, _f5 = _figure(x)
    d3 = f4
    d1 = d3 * (1 + 2 * f1)
    return 1.0, 1.0, d3, d3, d1, d1 * f1


def minus_cosine_7_12(x):
    f1, _f2, f3, f4, _f5 = _figure(x)
    d3 = f4 - np.cos(f3)
    d1 = d3 * (1 + 2 * f1)
    return 1.0, 1.0, d3, d3, d1, d1 * f1


def product_at_f3_7_12(x):
    f1, _f2, f3, f4, _f5 = _figure(x)
    d3 = f4 * np.cos(f3)
    d1 = d3 * (1 + 2 * f1)
    return 1.0, 1.0, d3, d3, d1, d1 * f1


def square_without_two_7_12(x):
    f1, _f2, f3, f4, _f5 = _figure(x)
    d3 = f4 + np.cos(f3)
    d1 = d3 + d3 * f1
    return 1.0, 1.0, d3, d3, d1, d1 * f1


def tangents_7_12(x):
    f1, _f2, f3, f4, _f5 = _figure(x)
    t1 = f1
    t2 = 2 * f1 * t1
    t3 = t1 + t2
    t4, t5 = f4 * t3, np.cos(f3) * t3
    return t1, t2, t3, t4, t5, t4 + t5


def tangents_in_this_order_7_12(x):
    return tangents_7_12(x)[4], tangents_7_12(x)[3], *tangents_7_12(x)[2::-1], tangents_7_12(x)[5]


def slopes_of_the_boxes_7_12(x):
    f1, _f2, f3, f4, _f5 = _figure(x)
    return np.cos(f3), f4, f4 + np.cos(f3), f4 + np.cos(f3), 1 + 2 * f1, f1


def values_of_the_boxes_7_12(x):
    f1, f2, f3, f4, f5 = _figure(x)
    return f5, f4, f3, f2, f1, x


def five_only_7_12(x):
    f1, _f2, f3, f4, _f5 = _figure(x)
    d3 = f4 + np.cos(f3)
    d1 = d3 * (1 + 2 * f1)
    return 1.0, d3, d3, d1, d1 * f1


def last_exponential_forgotten_7_12(x):
    f1, _f2, f3, f4, _f5 = _figure(x)
    d3 = f4 + np.cos(f3)
    d1 = d3 * (1 + 2 * f1)
    return 1.0, 1.0, d3, d3, d1, d1


def square_inside_the_exponential_7_12(x):
    f1, f2 = np.exp(x), np.exp(x**2)
    f3 = f1 + f2
    d3 = np.exp(f3) + np.cos(f3)
    d1 = d3 * (1 + 2 * f1)
    return 1.0, 1.0, d3, d3, d1, d1 * f1


def exponential_as_a_power_7_12(x):
    f1, _f2, f3, f4, _f5 = _figure(x)
    d3 = f4 + np.cos(f3)
    d1 = d3 * (1 + 2 * f1)
    return 1.0, 1.0, d3, d3, d1, d1 * x * np.exp(x - 1)


def table_7_12(x):
    f1, _f2, f3, f4, _f5 = _figure(x)
    table = collections.Counter(y=1.0)
    arrows = [
        ("y", "f5", 1.0),
        ("y", "f4", 1.0),
        ("f5", "f3", np.cos(f3)),
        ("f4", "f3", f4),
        ("f3", "f2", 1.0),
        ("f3", "f1", 1.0),
        ("f2", "f1", f1),
        ("f2", "f1", f1),
        ("f1", "x", f1),
    ]
    for consumer, node, slope in arrows:
        table[node] += table[consumer] * slope
    return [table[name] for name in ("f5", "f4", "f3", "f2", "f1", "x")]


def torch_7_12(x):
    import torch

    t = torch.tensor(float(x), dtype=torch.float64, requires_grad=True)
    f1 = t.exp()
    f2 = f1.square()
    f3 = f1 + f2
    f4, f5 = f3.exp(), f3.sin()
    return torch.autograd.grad(f4 + f5, [f5, f4, f3, f2, f1, t])


def nudged_boxes_7_12(x):
    """The rest of the graph as a function of each box, and an imaginary nudge."""
    f1, f2, f3, f4, f5 = _figure(x)
    i = 1e-30j
    y_of_f3 = lambda f: cmath.exp(f) + cmath.sin(f)  # noqa: E731
    y_of_f1 = lambda f: y_of_f3(f + f * f)  # noqa: E731
    for rest, box in (
        (lambda f: f4 + f, f5),
        (lambda f: f + f5, f4),
        (y_of_f3, f3),
        (lambda f: y_of_f3(f1 + f), f2),
        (y_of_f1, f1),
        (lambda z: y_of_f1(cmath.exp(z)), x),
    ):
        yield rest(box + i).imag / 1e-30


def sympy_7_12(x):
    import sympy

    t = sympy.Symbol("t")
    value = float(x)
    f1 = math.exp(value)
    outer = sympy.exp(t) + sympy.sin(t)
    d3 = sympy.diff(outer, t).subs(t, f1 + f1**2)
    d1 = sympy.diff(outer.subs(t, t + t**2), t).subs(t, f1)
    d0 = sympy.diff(outer.subs(t, sympy.exp(t) + sympy.exp(2 * t)), t).subs(t, value)
    return tuple(sympy.N(d, 18) for d in (1, 1, d3, d3, d1, d0))


# ---- 3.a


NUMBERS_3_A = {"x": 2, "y": -1, "z": 3, "w": -4}


def by_nudging_3_a():
    def f(x, y, z, w):
        return 3 * (max(x * y, z) + (x + z) * w)

    return [(f(**(NUMBERS_3_A | {k: v + 0.5})) - f(**(NUMBERS_3_A | {k: v - 0.5}))) for k, v in NUMBERS_3_A.items()]


# ---- 3.b


def depth_first_without_memory_3_b(output, get_inputs, compute):
    for node in get_inputs(output):
        depth_first_without_memory_3_b(node, get_inputs, compute)
    return compute(output)


def deep_recursion_3_b(output, get_inputs, compute):
    done = set()

    def visit(node):
        if node not in done:
            done.add(node)
            for before in get_inputs(node):
                visit(before)
            return compute(node)
        return None

    return visit(output)


def breadth_first_reversed_3_b(output, get_inputs, compute):
    order, queue = [output], [output]
    while queue:
        for node in get_inputs(queue.pop(0)):
            if node not in order:
                order.append(node)
                queue.append(node)
    for node in reversed(order):
        value = compute(node)
    return value


def sorted_by_number_3_b(output, get_inputs, compute):
    found, stack = {output}, [output]
    while stack:
        for node in get_inputs(stack.pop()):
            if node not in found:
                found.add(node)
                stack.append(node)
    for node in sorted(found):
        value = compute(node)
    return value


def output_first_3_b(output, get_inputs, compute):
    done, stack = set(), [output]
    while stack:
        node = stack.pop()
        if node not in done:
            done.add(node)
            value = compute(node)
            stack.extend(get_inputs(node))
    return value


def value_forgotten_3_b(output, get_inputs, compute):
    done, stack = set(), [output]
    while stack:
        waiting = [node for node in get_inputs(stack[-1]) if node not in done]
        if waiting:
            stack.extend(waiting)
        else:
            node = stack.pop()
            if node not in done:
                done.add(node)
                compute(node)


def same_input_twice_3_b(output, get_inputs, compute):
    """Counts consumers, but an input that is listed twice is counted once and taken off twice."""
    waiting, consumers, stack, seen = {}, collections.defaultdict(list), [output], {output}
    while stack:
        node = stack.pop()
        waiting[node] = len(set(get_inputs(node)))
        for before in get_inputs(node):
            consumers[before].append(node)
            if before not in seen:
                seen.add(before)
                stack.append(before)
    ready = [node for node, n in waiting.items() if n == 0]
    while ready:
        node = ready.pop(0)
        value = compute(node)
        if node == output:
            return value
        for after in consumers[node]:
            waiting[after] -= 1
            if waiting[after] == 0:
                ready.append(after)
    return None


def marked_too_early_3_b(output, get_inputs, compute):
    seen, order, stack = {output}, [], [output]
    while stack:
        node = stack.pop()
        order.append(node)
        for before in get_inputs(node):
            if before not in seen:
                seen.add(before)
                stack.append(before)
    values = [compute(node) for node in order[::-1]]
    return values[-1]


def inputs_of_inputs_only_3_b(output, get_inputs, compute):
    for node in dict.fromkeys(get_inputs(output)):
        for before in dict.fromkeys(get_inputs(node)):
            compute(before)
        compute(node)
    return compute(output)


def two_colours_3_b(output, get_inputs, compute):
    values, stack = {}, [(output, False)]
    while stack:
        node, ready = stack.pop()
        if node in values:
            continue
        if ready:
            values[node] = compute(node)
        else:
            stack.append((node, True))
            stack += [(before, False) for before in get_inputs(node)]
    return values[output]


def standard_library_3_b(output, get_inputs, compute):
    graph, queue = {}, collections.deque([output])
    while queue:
        node = queue.popleft()
        if node not in graph:
            graph[node] = set(get_inputs(node))
            queue.extend(graph[node])
    return [compute(node) for node in graphlib.TopologicalSorter(graph).static_order()][-1]


def iterators_on_a_stack_3_b(root, inputs_of, run):
    seen, path, result = {root}, [(root, iter(inputs_of(root)))], None
    while path:
        node, rest = path[-1]
        for before in rest:
            if before not in seen:
                seen.add(before)
                path.append((before, iter(inputs_of(before))))
                break
        else:
            result = run(node)
            path.pop()
    return result


def counted_consumers_3_b(output, get_inputs, compute):
    waiting, consumers, stack = {}, collections.defaultdict(list), [output]
    while stack:
        node = stack.pop()
        if node in waiting:
            continue
        waiting[node] = len(get_inputs(node))
        for before in get_inputs(node):
            consumers[before].append(node)
            stack.append(before)
    ready = [node for node in waiting if not waiting[node]]
    values = {}
    for node in ready:  # grows while we walk through it
        values[node] = compute(node)
        for after in consumers[node]:
            waiting[after] -= 1
            if not waiting[after]:
                ready.append(after)
    return values[output]


def raised_limit_3_b(output, get_inputs, compute):
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(50_000)
    values = {}

    def visit(node):
        for n in get_inputs(node):
            if n not in values:
                visit(n)
        values[node] = compute(node)

    try:
        visit(output)
    finally:
        sys.setrecursionlimit(before)
    return values[output]


# ---- 3.c


def overwritten_3_c(inputs, slopes):
    table = [0.0] * len(inputs)
    table[-1] = 1.0
    for k in reversed(range(len(inputs))):
        for node, slope in zip(inputs[k], slopes[k], strict=True):
            table[node] = table[k] * slope
    return table


def first_to_last_3_c(inputs, slopes):
    table = np.zeros(len(inputs))
    table[-1] = 1.0
    for k in range(len(inputs)):
        for node, slope in zip(inputs[k], slopes[k], strict=True):
            table[node] += table[k] * slope
    return table


def slope_looked_up_by_node_3_c(inputs, slopes):
    table = np.zeros(len(inputs))
    table[-1] = 1.0
    for k in range(len(inputs) - 1, -1, -1):
        for node in inputs[k]:
            table[node] += table[k] * slopes[k][list(inputs[k]).index(node)]
    return table


def used_twice_counted_once_3_c(inputs, slopes):
    table = np.zeros(len(inputs))
    table[-1] = 1.0
    for k in range(len(inputs) - 1, -1, -1):
        for node, slope in dict(zip(inputs[k], slopes[k], strict=True)).items():
            table[node] += table[k] * slope
    return table


def fancy_index_3_c(inputs, slopes):
    table = np.zeros(len(inputs))
    table[-1] = 1.0
    for k in range(len(inputs) - 1, -1, -1):
        if len(inputs[k]):
            table[list(inputs[k])] += table[k] * np.array(slopes[k])  # adds once where an index is repeated
    return table


def ones_everywhere_3_c(inputs, slopes):
    table = np.ones(len(inputs))
    for k in range(len(inputs) - 1, -1, -1):
        for node, slope in zip(inputs[k], slopes[k], strict=True):
            table[node] += table[k] * slope
    return table


def whole_numbers_3_c(inputs, slopes):
    table = np.zeros(len(inputs), dtype=int)
    table[-1] = 1
    for k in range(len(inputs) - 1, -1, -1):
        for node, slope in zip(inputs[k], slopes[k], strict=True):
            table[node] += int(table[k] * slope)
    return table


def last_node_skipped_3_c(inputs, slopes):
    table = [0.0] * len(inputs)
    table[-1] = 1.0
    for k in range(len(inputs) - 1, 0, -1):
        for node, slope in zip(inputs[k], slopes[k], strict=True):
            if node:
                table[node] += table[k] * slope
    return table


def consumers_pull_3_c(inputs, slopes):
    n = len(inputs)

    @functools.cache
    def derivative(u):
        if u == n - 1:
            return 1.0
        return math.fsum(
            s * derivative(k) for k in range(u + 1, n) for v, s in zip(inputs[k], slopes[k], strict=True) if v == u
        )

    return [derivative(u) for u in reversed(range(n))][::-1]


def linear_system_3_c(inputs, slopes):
    n = len(inputs)
    matrix = np.eye(n)
    for k in range(n):
        for u, slope in zip(inputs[k], slopes[k], strict=True):
            matrix[u, k] -= slope
    return np.linalg.solve(matrix, np.arange(n) == n - 1)


def add_at_3_c(ins, local):
    table = np.append(np.zeros(len(ins) - 1), 1.0)
    for k in range(len(ins))[::-1]:
        np.add.at(table, np.array(ins[k], dtype=int), table[k] * np.array(local[k], dtype=float))
    return table


def forward_for_each_3_c(inputs, slopes):
    for u in range(len(inputs)):
        t = [0.0] * len(inputs)
        t[u] = 1.0
        for k in range(u + 1, len(inputs)):
            t[k] = sum(s * t[v] for v, s in zip(inputs[k], slopes[k], strict=True))
        yield t[-1]


# ---- 3.d


class Value:
    """The engine of the sheet."""

    def __init__(self, number, tape, inputs=(), slopes=()):
        self.number, self.tape, self.inputs, self.slopes = number, tape, inputs, slopes
        tape.append(self)

    def __add__(self, other):
        return Value(self.number + other.number, self.tape, (self, other), (1.0, 1.0))

    def __mul__(self, other):
        return Value(self.number * other.number, self.tape, (self, other), (other.number, self.number))


def _run(program, point):
    tape = []
    variables = [Value(number, tape) for number in point]
    return tape, variables, program(*variables)


def bug_left_in_3_d(program, point):
    tape, variables, output = _run(program, point)
    table = dict.fromkeys(tape, 0.0)
    table[output] = 1.0
    for value in reversed(tape):
        for x, slope in zip(value.inputs, value.slopes, strict=True):
            table[x] = table[value] * slope
    return [table[x] for x in variables]


def tape_forwards_3_d(program, point):
    tape, variables, output = _run(program, point)
    table = dict.fromkeys(tape, 0.0)
    table[output] = 1.0
    for value in tape:
        for x, slope in zip(value.inputs, value.slopes, strict=True):
            table[x] += table[value] * slope
    return [table[x] for x in variables]


def slopes_added_only_3_d(program, point):
    tape, variables, output = _run(program, point)
    table = dict.fromkeys(tape, 0.0)
    table[output] = 1.0
    for value in reversed(tape):
        for x, slope in zip(value.inputs, value.slopes, strict=True):
            table[x] += slope
    return [table[x] for x in variables]


def unused_left_out_3_d(program, point):
    tape, variables, output = _run(program, point)
    table = {output: 1.0}
    for value in reversed(tape):
        for x, slope in zip(value.inputs, value.slopes, strict=True):
            table[x] = table.get(x, 0.0) + table.get(value, 0.0) * slope
    return [table[x] for x in variables if x in table]


def product_with_itself_3_d(program, point):
    tape, variables, output = _run(program, point)
    table = dict.fromkeys(tape, 0.0)
    table[output] = 1.0
    for value in reversed(tape):
        before = {x: table[x] for x in value.inputs}
        for x, slope in zip(value.inputs, value.slopes, strict=True):
            table[x] = before[x] + table[value] * slope  # x·x: the first share is lost
    return [table[x] for x in variables]


def equal_numbers_taken_for_one_3_d(program, point):
    tape, variables, output = _run(program, point)
    table = collections.defaultdict(float)
    table[output.number] = 1.0
    for value in reversed(tape):
        for x, slope in zip(value.inputs, value.slopes, strict=True):
            table[x.number] += table[value.number] * slope
    return [table[x.number] for x in variables]


def wide_forward_difference_3_d(program, point):
    def run(numbers):
        return _run(program, numbers)[2].number

    start = run(point)
    return [(run([v + 0.1 * (i == k) for i, v in enumerate(point)]) - start) / 0.1 for k in range(len(point))]


def variables_by_name_3_d(program, point):
    tape, variables, output = _run(program, point)
    table = dict.fromkeys(tape, 0.0)
    table[output] = 1.0
    for value in reversed(tape):
        for x, slope in zip(value.inputs, value.slopes, strict=True):
            table[x] += table[value] * slope
    return [table[x] for x in reversed(variables)]


def accumulated_3_d(program, point):
    tape, variables, output = _run(program, point)
    table = {id(output): 1.0}
    while tape:
        value = tape.pop()
        arrived = table.get(id(value), 0.0)
        for x, slope in zip(value.inputs, value.slopes, strict=True):
            table[id(x)] = table.get(id(x), 0.0) + arrived * slope
    return [table.get(id(x), 0.0) for x in variables]


def complex_numbers_3_d(program, point):
    """Python's complex numbers add and multiply: no engine is needed."""
    unit = range(len(point))
    return [complex(program(*(complex(v, 1e-40 * (i == k)) for i, v in enumerate(point)))).imag / 1e-40 for k in unit]


def torch_3_d(program, numbers):
    import torch

    variables = [torch.tensor(float(v), dtype=torch.float64, requires_grad=True) for v in numbers]
    return torch.autograd.grad(program(*variables), variables, allow_unused=True, materialize_grads=True)


def sympy_3_d(program, point):
    import sympy

    names = sympy.symbols(f"v:{len(point)}")
    expression = program(*names)
    at = {name: sympy.nsimplify(float(v), rational=True) for name, v in zip(names, point, strict=True)}
    return [sympy.diff(expression, name).subs(at) for name in names]


# ---- 3.e


def one_too_low_3_e(n):
    a, b = 1, 1
    for _ in range(n - 2):
        a, b = b, a + b
    return b, 2 * n - 1


def all_doubled_3_e(n):
    return 2 ** (n - 1), 2 * n - 1


def sine_without_an_arrow_3_e(n):
    a, b = 1, 1
    for _ in range(n - 1):
        a, b = b, a + b
    return b, 2 * (n - 1)


def two_arrows_each_3_e(n):
    a, b = 1, 1
    for _ in range(n - 1):
        a, b = b, a + b
    return b, 2 * n


def one_arrow_a_value_3_e(n):
    a, b = 1, 1
    for _ in range(n - 1):
        a, b = b, a + b
    return b, n


def small_integers_3_e(n):
    paths = np.ones(n + 1, dtype=np.int32)
    for k in range(2, n + 1):
        paths[k] = paths[k - 1] + paths[k - 2]
    return int(paths[n]), 2 * n - 1


def exchanged_3_e(n):
    a, b = 1, 1
    for _ in range(n - 1):
        a, b = b, a + b
    return 2 * n - 1, b


def no_path_from_x0_3_e(n):
    paths = [0, 1]
    for k in range(2, n + 1):
        paths.append(paths[k - 1] + paths[k - 2])
    return paths[n], 2 * n - 1


def binet_3_e(n):
    root = math.sqrt(5)
    return round(((1 + root) / 2) ** (n + 1) / root), 2 * n - 1


def matrix_power_3_e(n):
    step = np.array([[1, 1], [1, 0]], dtype=object)
    return np.linalg.matrix_power(step, n)[0, 0], len([(k, k - 1) for k in range(1, n + 1)]) + n - 1


def binomials_3_e(n):
    """Choose how many of the steps are long."""
    return [sum(math.comb(n - k, k) for k in range(n // 2 + 1)), n + (n - 1)]


@functools.cache
def _paths_3_e(n):
    return 1 if n < 2 else _paths_3_e(n - 1) + _paths_3_e(n - 2)


def cached_recursion_3_e(n):
    return np.array([_paths_3_e(n), 1 + 2 * (n - 1)], dtype=float)


# ---- 3.f


def no_consumers_means_one_3_f(V, output, get_consumers, get_operation, get_inputs):
    memo = {}

    def build(v):
        if v not in memo:
            consumers = get_consumers(v)
            if not consumers:
                memo[v] = 1.0
            else:
                memo[v] = sum(get_operation(c)(get_inputs(c), v, build(c)) for c in consumers)
        return memo[v]

    return build(V)


def table_kept_between_calls_3_f(V, output, get_consumers, get_operation, get_inputs, table={}):  # noqa: B006
    if output == V:
        return 1.0
    if V not in table:
        table[V] = sum(
            get_operation(c)(
                get_inputs(c),
                V,
                table_kept_between_calls_3_f(c, output, get_consumers, get_operation, get_inputs, table),
            )
            for c in get_consumers(V)
        )
    return table[V]


def once_for_each_place_3_f(V, output, get_consumers, get_operation, get_inputs):
    table = {output: 1.0}

    def build(v):
        if v not in table:
            table[v] = sum(
                get_operation(c)(get_inputs(c), u, build(c)) for c in get_consumers(v) for u in get_inputs(c) if u == v
            )
        return table[v]

    return build(V)


def operation_of_the_input_3_f(V, output, get_consumers, get_operation, get_inputs):
    table = {output: 1.0}

    def build(v):
        if v not in table:
            table[v] = sum(get_operation(v)(get_inputs(v), c, build(c)) for c in get_consumers(v))
        return table[v]

    return build(V)


def last_consumer_wins_3_f(V, output, get_consumers, get_operation, get_inputs):
    table = {output: 1.0}

    def build(v):
        if v not in table:
            table[v] = 0.0
            for c in get_consumers(v):
                table[v] = get_operation(c)(get_inputs(c), v, build(c))
        return table[v]

    return build(V)


def own_derivative_of_consumer_forgotten_3_f(V, output, get_consumers, get_operation, get_inputs):
    table = {output: 1.0}

    def build(v):
        if v not in table:
            table[v] = 0.0
            for c in get_consumers(v):
                build(c)
                table[v] += get_operation(c)(get_inputs(c), v, 1.0)
        return table[v]

    return build(V)


def all_inputs_counted_3_f(V, output, get_consumers, get_operation, get_inputs):
    table = {output: 1.0}

    def build(v):
        if v not in table:
            table[v] = 0.0
            for c in get_consumers(v):
                for u in set(get_inputs(c)):
                    table[v] += get_operation(c)(get_inputs(c), u, build(c))
        return table[v]

    return build(V)


def past_the_output_too_3_f(V, output, get_consumers, get_operation, get_inputs):
    """Walks on past the output, where nothing has arrived."""
    table = {}

    def build(v):
        if v not in table:
            total = 1.0 if v == output else 0.0
            for c in get_consumers(v):
                total += get_operation(c)(get_inputs(c), v, build(c))
            table[v] = total
        return table[v]

    return build(V)


def direct_way_only_3_f(V, output, get_consumers, get_operation, get_inputs):
    table = {output: 1.0}

    def build(v):
        if v not in table:
            consumers = get_consumers(v)
            if output in consumers:
                consumers = [output]
            table[v] = sum(get_operation(c)(get_inputs(c), v, build(c)) for c in consumers)
        return table[v]

    return build(V)


def mean_of_the_consumers_3_f(V, output, get_consumers, get_operation, get_inputs):
    table = {output: 1.0}

    def build(v):
        if v not in table:
            shares = [get_operation(c)(get_inputs(c), v, build(c)) for c in get_consumers(v)]
            table[v] = np.mean(shares) if shares else 0.0
        return table[v]

    return build(V)


def no_table_3_f(V, output, get_consumers, get_operation, get_inputs):
    if output == V:
        return 1.0
    total = 0.0
    for c in get_consumers(V):
        D = no_table_3_f(c, output, get_consumers, get_operation, get_inputs)
        total += get_operation(c)(get_inputs(c), V, D)
    return total


def table_in_a_closure_3_f(V, output, get_consumers, get_operation, get_inputs):
    table = {output: 1.0}

    def build_grad(node):
        if node in table:
            return table[node]
        total = 0.0
        for consumer in get_consumers(node):
            total += get_operation(consumer)(get_inputs(consumer), node, build_grad(consumer))
        table[node] = total
        return total

    return build_grad(V)


def cached_3_f(V, output, get_consumers, get_operation, get_inputs):
    @functools.cache
    def build(node):
        if node == output:
            return 1
        return sum(get_operation(C)(get_inputs(C), node, build(C)) for C in get_consumers(node))

    return np.asarray(build(V))


def without_recursion_3_f(start, end, consumers_of, operation_of, inputs_of):
    """All consumers first, then the table from the output back."""
    consumers, stack = {end: []}, [start]
    while stack:
        node = stack.pop()
        if node not in consumers:
            consumers[node] = list(consumers_of(node))
            stack.extend(consumers[node])
    table = {}
    for node in graphlib.TopologicalSorter(consumers).static_order():  # consumers come first
        table[node] = (
            1.0 if node == end else math.fsum(operation_of(c)(inputs_of(c), node, table[c]) for c in consumers[node])
        )
    return table[start]


class BuildGrad:
    """The recursion as an object with a table; a new table for each call."""

    def __call__(self, V, output, get_consumers, get_operation, get_inputs):
        self.table = collections.defaultdict(float, {output: 1.0})
        self.questions = get_consumers, get_operation, get_inputs
        return self.ask(V)

    def ask(self, V):
        get_consumers, get_operation, get_inputs = self.questions
        if V not in self.table:
            shares = [get_operation(C)(get_inputs(C), V, self.ask(C)) for C in get_consumers(V)]
            self.table[V] = sum(shares, 0.0)
        return self.table[V]


# ---- 3.g


def _before(inputs, output):
    found = [False] * len(inputs)
    found[output] = True
    for k in range(output, -1, -1):
        if found[k]:
            for u in inputs[k]:
                found[u] = True
    return found


def _after(inputs, wrt):
    found = [False] * len(inputs)
    found[wrt] = True
    for k in range(wrt + 1, len(inputs)):
        found[k] = any(found[u] for u in inputs[k])
    return found


def only_what_the_output_needs_3_g(inputs, output, wrt):
    return _before(inputs, output)


def only_what_changes_3_g(inputs, output, wrt):
    return _after(inputs, wrt)


def either_3_g(inputs, output, wrt):
    return [a or b for a, b in zip(_before(inputs, output), _after(inputs, wrt), strict=True)]


def numbers_in_between_3_g(inputs, output, wrt):
    return [wrt <= k <= output for k in range(len(inputs))]


def ends_left_out_3_g(inputs, output, wrt):
    both = [a and b for a, b in zip(_before(inputs, output), _after(inputs, wrt), strict=True)]
    both[wrt] = both[output] = False
    return both


def output_is_the_last_3_g(inputs, output, wrt):
    output = len(inputs) - 1
    return [a and b for a, b in zip(_before(inputs, output), _after(inputs, wrt), strict=True)]


def one_path_3_g(inputs, output, wrt):
    keep, k = [False] * len(inputs), output
    after = _after(inputs, wrt)
    keep[output] = True
    while k != wrt:
        k = next(u for u in inputs[k] if after[u])
        keep[k] = True
    return keep


def node_numbers_3_g(inputs, output, wrt):
    return [k for k, (a, b) in enumerate(zip(_before(inputs, output), _after(inputs, wrt), strict=True)) if a and b]


def all_inputs_must_change_3_g(inputs, output, wrt):
    change = [k == wrt for k in range(len(inputs))]
    for k in range(wrt + 1, len(inputs)):
        change[k] = len(inputs[k]) > 0 and all(change[u] for u in inputs[k])
    keep = [a and b for a, b in zip(_before(inputs, output), change, strict=True)]
    keep[output] = True
    return keep


def reachability_matrix_3_g(inputs, output, wrt):
    n = len(inputs)
    reach = np.eye(n, dtype=bool)
    for k in range(n):
        for u in inputs[k]:
            reach[k] |= reach[u]
    keep = reach[:, wrt] & reach[output]
    keep[[wrt, output]] = True
    return keep


def zeros_and_ones_3_g(inputs, output, wrt):
    change = {wrt}
    for k, ins in enumerate(inputs):
        if change.intersection(ins):
            change.add(k)
    matter, stack = {wrt, output}, [output]
    while stack:
        for u in inputs[stack.pop()]:
            if u in change and u not in matter:
                matter.add(u)
                stack.append(u)
    return [int(k in matter) for k in range(len(inputs))]


def recursive_3_g(ins, y, u):
    @functools.cache
    def depends(k, on):
        return k == on or any(depends(before, on) for before in ins[k] if before >= on)

    return tuple(k in (u, y) or (depends(k, u) and depends(y, k)) for k in range(len(ins)))


# ---- 3.h


def exponent_not_lowered_3_h(g, a, b, x):
    return g * b * a**b, g * a**b * math.log(a), x**x * (math.log(x) + 1)


def logarithm_forgotten_3_h(g, a, b, x):
    return g * b * a ** (b - 1), g * a**b, x**x * 2


def logarithm_of_the_exponent_3_h(g, a, b, x):
    return g * b * a ** (b - 1), g * a**b * math.log(b), x**x * (math.log(x) + 1)


def arrived_forgotten_3_h(g, a, b, x):
    return b * a ** (b - 1), a**b * math.log(a), x**x * (math.log(x) + 1)


def only_the_base_of_x_to_the_x_3_h(g, a, b, x):
    return g * b * a ** (b - 1), g * a**b * math.log(a), x * x ** (x - 1)


def only_the_exponent_of_x_to_the_x_3_h(g, a, b, x):
    return g * b * a ** (b - 1), g * a**b * math.log(a), x**x * math.log(x)


def common_logarithm_3_h(g, a, b, x):
    return g * b * a ** (b - 1), g * a**b * math.log10(a), x**x * (math.log10(x) + 1)


def arrived_counted_in_the_third_3_h(g, a, b, x):
    return g * b * a ** (b - 1), g * a**b * math.log(a), g * x**x * (math.log(x) + 1)


def shares_of_the_two_multiplied_3_h(g, a, b, x):
    return g * b * a ** (b - 1), g * a**b * math.log(a), (x * x ** (x - 1)) * (x**x * math.log(x))


def exponent_first_3_h(g, a, b, x):
    return g * a**b * math.log(a), g * b * a ** (b - 1), x**x * (math.log(x) + 1)


def torch_3_h(g, a, b, x):
    import torch

    ta, tb, tx = (torch.tensor(float(v), dtype=torch.float64, requires_grad=True) for v in (a, b, x))
    (g * ta**tb).backward()
    (tx**tx).backward()
    return ta.grad, tb.grad, tx.grad


def logarithms_3_h(g, a, b, x):
    y = np.exp(b * np.log(a))
    return np.array([g * y * b / a, g * y * np.log(a), np.exp(x * np.log(x)) * np.log(np.e * x)])


def complex_step_3_h(g, a, b, x):
    i = 1e-30j
    for weight, z in ((g, (a + i) ** b), (g, a ** (b + i)), (1, (x + i) ** (x + i))):
        yield weight * z.imag / 1e-30


def rule_used_twice_3_h(g, a, b, x):
    def rule(g, a, b):
        return g * b * math.pow(a, b - 1), g * math.pow(a, b) * math.log(a)

    return (*rule(g, a, b), sum(rule(1.0, x, x)))


# ---- 3.i


def all_of_it_to_each_3_i(g, f):
    return g * (f == np.max(f))


def first_of_them_3_i(g, f):
    answer = np.zeros(np.shape(f))
    answer.flat[np.argmax(f)] = g
    return answer


def shared_among_all_entries_3_i(g, f):
    return (f == np.max(f)) * g / np.size(f)


def softmax_3_i(g, f):
    e = np.exp(f - np.max(f))
    return g * e / e.sum()


def times_the_entry_3_i(g, f):
    mask = f == np.max(f)
    return g * f * mask / mask.sum()


def largest_in_size_3_i(g, f):
    mask = np.abs(f) == np.max(np.abs(f))
    return g * mask / mask.sum()


def positive_ones_3_i(g, f):
    mask = np.asarray(f) > 0
    return g * mask / max(mask.sum(), 1)


def whole_numbers_3_i(g, f):
    mask = f == np.max(f)
    share = np.zeros(np.shape(f), dtype=int)
    share[mask] = g / mask.sum()
    return share


def nothing_at_ties_3_i(g, f):
    mask = f == np.max(f)
    return g * mask * (mask.sum() == 1)


def list_of_shares_3_i(g, f):
    top = [float(v) for v in f].count(float(max(f)))
    return [g / top if v == max(f) else 0 for v in f]


def torch_amax_3_i(g, f):
    import torch

    t = torch.tensor(np.asarray(f, dtype=float), requires_grad=True)
    torch.amax(t).backward(torch.tensor(float(g), dtype=torch.float64))  # amax shares equally, max does not
    return t.grad


def normalised_mask_3_i(arrived, vector):
    at = np.flatnonzero(vector >= np.max(vector))
    answer = np.zeros(np.size(vector))
    np.put(answer, at, arrived / len(at))
    return answer.reshape(np.shape(vector))


def fractions_3_i(g, f):
    values = np.ravel(f)
    winners = {i for i, v in enumerate(values) if not any(w > v for w in values)}
    share = Fraction(float(g)) / len(winners)
    return np.array([float(share) if i in winners else 0.0 for i in range(len(values))]).reshape(np.shape(f))


# ---- 3.j


def sum_forgotten_3_j(u, v, g_1, g_2, g_3):
    return g_1 * v + g_3, g_1 * u - g_3


def sum_shared_out_3_j(u, v, g_1, g_2, g_3):
    return g_1 * v + g_2 / len(u) + g_3, g_1 * u - g_3


def minus_forgotten_3_j(u, v, g_1, g_2, g_3):
    return g_1 * v + g_2 + g_3, g_1 * u + g_3


def own_factor_3_j(u, v, g_1, g_2, g_3):
    return g_1 * u + g_2 + g_3, g_1 * v - g_3


def sum_for_both_3_j(u, v, g_1, g_2, g_3):
    return g_1 * v + g_2 + g_3, g_1 * u + g_2 - g_3


def sum_times_u_3_j(u, v, g_1, g_2, g_3):
    return g_1 * v + g_2 * u + g_3, g_1 * u - g_3


def scalar_product_3_j(u, v, g_1, g_2, g_3):
    return np.dot(g_1, v) + g_2 + g_3, np.dot(g_1, u) - g_3


def v_first_3_j(u, v, g_1, g_2, g_3):
    return g_1 * u - g_3, g_1 * v + g_2 + g_3


def first_entry_gets_the_sum_3_j(u, v, g_1, g_2, g_3):
    by_u = g_1 * v + g_3
    by_u[0] += g_2
    return by_u, g_1 * u - g_3


def lists_3_j(u, v, g_1, g_2, g_3):
    by_u = [a * b + g_2 + c for a, b, c in zip(g_1, v, g_3, strict=True)]
    return by_u, [a * b - c for a, b, c in zip(g_1, u, g_3, strict=True)]


def torch_3_j(u, v, g_1, g_2, g_3):
    import torch

    a, b, p, q, r = (torch.tensor(np.asarray(t, dtype=float)) for t in (u, v, g_1, g_2, g_3))
    a.requires_grad_()
    b.requires_grad_()
    return torch.autograd.grad((a * b, a.sum(), a - b), (a, b), (p, q, r))


def jacobians_3_j(u, v, g_1, g_2, g_3):
    one = np.eye(len(u))
    g = np.concatenate([g_1, [g_2], g_3])
    by_u = np.vstack([np.diag(v), np.ones((1, len(u))), one])
    by_v = np.vstack([np.diag(u), np.zeros((1, len(u))), -one])
    return g @ by_u, g @ by_v


# ---- 3.k


def slope_of_the_root_3_k(a, tolerance):
    x = a
    while abs(x * x - a) > tolerance:
        x = (x + a / x) / 2
    return x, 0.5 / math.sqrt(a)


def slope_of_the_root_at_the_result_3_k(a, tolerance):
    x = a
    while abs(x * x - a) > tolerance:
        x = (x + a / x) / 2
    return x, 1 / (2 * x)


def beginning_forgotten_3_k(a, tolerance):
    x, dx = a, 0.0
    while abs(x * x - a) > tolerance:
        dx = (dx + 1 / x - a * dx / x**2) / 2
        x = (x + a / x) / 2
    return x, dx


def a_in_the_turns_forgotten_3_k(a, tolerance):
    x, dx = a, 1.0
    while abs(x * x - a) > tolerance:
        dx = dx * (1 - a / x**2) / 2
        x = (x + a / x) / 2
    return x, dx


def last_turn_only_3_k(a, tolerance):
    x, dx = a, 1.0
    while abs(x * x - a) > tolerance:
        dx = 1 / (2 * x)
        x = (x + a / x) / 2
    return x, dx


def new_x_in_the_slope_3_k(a, tolerance):
    x, dx = a, 1.0
    while abs(x * x - a) > tolerance:
        x = (x + a / x) / 2
        dx = (dx + 1 / x - a * dx / x**2) / 2
    return x, dx


def always_three_turns_3_k(a, tolerance):
    x, dx = a, 1.0
    for _ in range(3):
        x, dx = (x + a / x) / 2, (dx + 1 / x - a * dx / x**2) / 2
    return x, dx


def one_turn_too_many_3_k(a, tolerance):
    x, dx = a, 1.0
    while True:
        x, dx = (x + a / x) / 2, (dx + 1 / x - a * dx / x**2) / 2
        if abs(x * x - a) <= tolerance:
            return x, dx


def half_forgotten_3_k(a, tolerance):
    x, dx = a, 1.0
    while abs(x * x - a) > tolerance:
        x, dx = (x + a / x) / 2, dx + 1 / x - a * dx / x**2
    return x, dx


def overwritten_on_the_way_back_3_k(a, tolerance):
    turns = [a]
    while abs(turns[-1] ** 2 - a) > tolerance:
        turns.append((turns[-1] + a / turns[-1]) / 2)
    dx, da = 1.0, 0.0
    for x in turns[-2::-1]:
        da = dx / (2 * x)
        dx = dx * (1 - a / x**2) / 2
    return turns[-1], da + dx


def recorded_turns_3_k(a, tolerance):
    xs = [a]
    while abs(xs[-1] * xs[-1] - a) > tolerance:
        xs.append(0.5 * (xs[-1] + a / xs[-1]))
    g, total = 1.0, 0.0
    for x in reversed(xs[:-1]):
        total += g / (2 * x)
        g *= 0.5 - a / (2 * x * x)
    return xs[-1], total + g


def imaginary_nudge_3_k(number, limit):
    a = complex(number, 1e-40)
    x = a
    while abs((x * x - a).real) > limit:
        x = (x + a / x) / 2
    return x.real, x.imag / 1e-40


def torch_3_k(a, tolerance):
    import torch

    t = torch.tensor(float(a), dtype=torch.float64, requires_grad=True)
    x = t
    while abs(x.item() ** 2 - a) > tolerance:
        x = (x + t / x) / 2
    return x, torch.autograd.grad(x, t)[0]


def recursive_3_k(a, tolerance):
    def back_to_a(x, dx):
        if abs(x * x - a) <= tolerance:
            return x, dx
        return back_to_a((x + a / x) / 2, (dx + (x - a * dx) / x**2) / 2)

    return np.array(back_to_a(a, 1.0))


# ---- 3.l


def writes_into_the_first_3_l(arrivals, count):
    buffers = [None] * count
    for node, array in arrivals:
        if buffers[node] is None:
            buffers[node] = array
        else:
            buffers[node] += array
    return [np.zeros_like(arrivals[0][1]) if b is None else b for b in buffers]


def last_one_kept_3_l(arrivals, count):
    buffers = [np.zeros(np.shape(arrivals[0][1])) for _ in range(count)]
    for node, array in arrivals:
        buffers[node] = array.copy()
    return buffers


def one_buffer_for_all_3_l(arrivals, count):
    buffers = [np.zeros(np.shape(arrivals[0][1]))] * count
    for node, array in arrivals:
        buffers[node] += array
    return buffers


def nothing_arrived_none_3_l(arrivals, count):
    buffers = {}
    for node, array in arrivals:
        buffers[node] = buffers[node] + array if node in buffers else array
    return [buffers.get(node) for node in range(count)]


def zero_as_a_number_3_l(arrivals, count):
    return [sum(array for at, array in arrivals if at == node) for node in range(count)]


def only_those_with_arrivals_3_l(arrivals, count):
    buffers = {}
    for node, array in arrivals:
        buffers[node] = buffers.get(node, 0) + array
    return [buffers[node] for node in sorted(buffers)]


def mean_of_the_arrivals_3_l(arrivals, count):
    groups = [[array for at, array in arrivals if at == node] for node in range(count)]
    return [np.mean(g, axis=0) if g else np.zeros(np.shape(arrivals[0][1])) for g in groups]


def counted_from_one_3_l(arrivals, count):
    buffers = [np.zeros(np.shape(arrivals[0][1])) for _ in range(count)]
    for node, array in arrivals:
        buffers[node - 1] += array
    return buffers


def added_up_to_a_number_3_l(arrivals, count):
    totals = np.zeros(count)
    for node, array in arrivals:
        totals[node] += np.sum(array)
    return list(totals)


def dictionary_with_copies_3_l(arrivals, count):
    table = {}
    for node, array in arrivals:
        if node in table:
            table[node] += array
        else:
            table[node] = np.array(array, dtype=float)
    empty = np.zeros(np.shape(arrivals[0][1])) if arrivals else 0.0
    return [table.get(k, empty) for k in range(count)]


def one_big_array_3_l(arrivals, count):
    nodes, arrays = zip(*arrivals, strict=True)
    total = np.zeros((count, *np.shape(arrays[0])))
    np.add.at(total, list(nodes), np.stack(arrays))
    return total


def torch_buffers_3_l(pairs, n):
    import torch

    shape = np.shape(pairs[0][1])
    buffers = [torch.zeros(shape, dtype=torch.float64) for _ in range(n)]
    for node, array in pairs:
        buffers[node].add_(torch.tensor(np.asarray(array, dtype=float)))
    return buffers


def reduced_3_l(arrivals, count):
    def arrive(buffers, pair):
        return [b + pair[1] if k == pair[0] else b for k, b in enumerate(buffers)]

    return functools.reduce(arrive, arrivals, [0.0 * arrivals[0][1]] * count)


# ---- 3.m


def _three_by_grad(softplus, x):
    import bpkit as bp

    x = np.asarray(x, dtype=float)
    first = bp.grad(lambda u: np.sum(softplus(u)))
    second = bp.grad(lambda u: np.sum(bp.grad(lambda t: np.sum(softplus(t)))(u)))
    return softplus(x), first(x), second(x)


def naive_3_m(x):
    s = 1 / (1 + np.exp(-x))
    return np.log(1 + np.exp(x)), s, s * (1 - s)


def quotient_of_exponentials_3_m(x):
    s = np.exp(x) / (1 + np.exp(x))
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x))), s, s * (1 - s)


def slope_of_the_misprint_3_m(x):
    s = 1 / (1 + np.exp(x))
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x))), s, s * (1 - s)


def slope_constant_for_the_second_3_m(x):
    s = 1 / (1 + np.exp(-x))
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x))), s, np.zeros_like(x)


def corner_at_zero_3_m(x):
    """As differentiated through max and abs, each with slope 0 at 0."""
    e = np.exp(-np.abs(x))
    s = (x > 0) - np.sign(x) * e / (1 + e)
    return np.maximum(x, 0) + np.log1p(e), s, np.sign(x) ** 2 * e / (1 + e) ** 2


def linear_above_twenty_wrongly_below_3_m(x):
    y = np.where(np.abs(x) > 5, np.maximum(x, 0), np.log(1 + np.exp(np.clip(x, -5, 5))))
    s = 1 / (1 + np.exp(-x))
    return y, s, s * (1 - s)


def slope_twice_3_m(x):
    s = 1 / (1 + np.exp(-x))
    return np.logaddexp(0, x), s, s


def sums_of_the_entries_3_m(x):
    s = 1 / (1 + np.exp(-x))
    return np.sum(np.logaddexp(0, x)), s, s * (1 - s)


def sigmoid_of_the_result_3_m(x):
    y = np.logaddexp(0, x)
    s = 1 / (1 + np.exp(-y))
    return y, s, s * (1 - s)


def with_a_rule_3_m(x):
    import bpkit as bp

    softplus = bp.defrule(
        lambda u: np.maximum(u, 0) + np.log1p(np.exp(-np.abs(u))),
        lambda y, u: 0.5 * (1 + np.tanh(u / 2)),
    )
    return _three_by_grad(softplus, x)


def slope_from_the_result_3_m(x):
    """exp[-softplus] is one minus the slope."""
    import bpkit as bp

    softplus = bp.defrule(lambda u: np.where(u > 0, u, 0) + np.log1p(np.exp(-abs(u))), lambda y, u: 1 - np.exp(-y))
    return _three_by_grad(softplus, x)


def torch_3_m(x):
    import torch

    t = torch.tensor(np.asarray(x, dtype=float), requires_grad=True)
    y = torch.nn.functional.softplus(t, threshold=60)
    s = torch.sigmoid(t)
    return y, s, torch.autograd.grad(s.sum(), t)[0]


def loops_3_m(values):
    out = np.zeros((3, *np.shape(values)))
    for place in np.ndindex(np.shape(values)):
        v = float(values[place])
        e = math.exp(-abs(v))
        out[(0, *place)] = max(v, 0.0) + math.log1p(e)
        out[(1, *place)] = (1 if v >= 0 else e) / (1 + e)
        out[(2, *place)] = e / (1 + e) ** 2
    return out


# ---- 3.n


def _energy(x):
    return np.sum(np.sin(x[1:] - x[:-1]) ** 2) + 2 * np.sqrt(np.sum(x**2))


def length_as_a_constant_3_n(x):
    s = np.sin(2 * np.diff(x))
    return _energy(x), np.append(0, s) - np.append(s, 0)


def only_the_length_3_n(x):
    return _energy(x), 2 * x / np.linalg.norm(x)


def sign_of_the_neighbours_3_n(x):
    s = np.sin(2 * np.diff(x))
    return _energy(x), np.append(s, 0) - np.append(0, s) + 2 * x / np.linalg.norm(x)


def one_length_3_n(x):
    s = np.sin(2 * np.diff(x))
    length = np.linalg.norm(x)
    return np.sum(np.sin(np.diff(x)) ** 2) + length, np.append(0, s) - np.append(s, 0) + x / length


def squared_length_3_n(x):
    s = np.sin(2 * np.diff(x))
    return np.sum(np.sin(np.diff(x)) ** 2) + 2 * np.sum(x**2), np.append(0, s) - np.append(s, 0) + 4 * x


def closed_chain_3_n(x):
    d = np.roll(x, -1) - x
    s = np.sin(2 * d)
    return np.sum(np.sin(d) ** 2) + 2 * np.linalg.norm(x), np.roll(s, 1) - s + 2 * x / np.linalg.norm(x)


def sine_of_squares_3_n(x):
    import bpkit as bp

    return bp.value_and_grad(lambda u: np.sum(np.sin((u[1:] - u[:-1]) ** 2)) + 2 * np.sqrt(np.sum(u**2)))(x)


def one_neighbour_only_3_n(x):
    s = np.append(0, np.sin(2 * np.diff(x)))
    return _energy(x), s + 2 * x / np.linalg.norm(x)


def last_pendulum_forgotten_3_n(x):
    import bpkit as bp

    def energy(u):
        total = 2 * np.sqrt(np.sum(u**2))
        for k in range(len(x) - 2):
            total = total + np.sin(u[k + 1] - u[k]) ** 2
        return total

    return bp.value_and_grad(energy)(x)


def repaired_3_n(x):
    import bpkit as bp

    def energy(u):
        differences = np.stack([np.sin(u[k + 1] - u[k]) for k in range(len(u) - 1)])
        return np.sum(np.stack([np.sum(differences**2), 2 * np.sqrt(np.sum(u**2))]))

    return bp.value_and_grad(energy)(np.asarray(x, dtype=float))


def by_hand_3_n(x):
    length = math.hypot(*x)
    gradient = [2 * v / length for v in x]
    energy = 2 * length
    for k, (left, right) in enumerate(itertools.pairwise(x)):
        energy += math.sin(right - left) ** 2
        slope = 2 * math.sin(right - left) * math.cos(right - left)
        gradient[k] -= slope
        gradient[k + 1] += slope
    return energy, gradient


def torch_3_n(x):
    import torch

    t = torch.tensor(np.asarray(x, dtype=float), requires_grad=True)
    energy = (t.diff().sin() ** 2).sum() + 2 * torch.linalg.vector_norm(t)
    energy.backward()
    return {"energy": energy.detach(), "gradient": t.grad}.values()


def complex_step_3_n(x):
    x = np.asarray(x, dtype=float)
    nudged = x + 1e-40j * np.eye(len(x))
    return [_energy(x), np.array([np.imag(_energy(row)) / 1e-40 for row in nudged])]


WRONG = {
    "7.12": [
        (first_to_last_7_12, "from x to f_5"),
        (overwritten_at_f1_7_12, "f_1: the way through f_2 overwrites the direct one"),
        (square_does_not_count_7_12, "f_1: the way through f_2 forgotten"),
        (only_the_exponential_at_f3_7_12, "f_3: the sine forgotten"),
        (minus_cosine_7_12, "sine differentiated to minus cosine"),
        (product_at_f3_7_12, "f_3: product of the two ways"),
        (square_without_two_7_12, "slope of the square without 2"),
        (tangents_7_12, "forward mode"),
        (tangents_in_this_order_7_12, "forward mode in the order of reverse mode"),
        (slopes_of_the_boxes_7_12, "slope of each box, no chain rule"),
        (values_of_the_boxes_7_12, "values, not derivatives"),
        (five_only_7_12, "five numbers"),
        (last_exponential_forgotten_7_12, "last step forgotten"),
        (square_inside_the_exponential_7_12, "exp[x²] for exp[x]²"),
        (exponential_as_a_power_7_12, "exponential differentiated like a power"),
    ],
    "3.a": [
        ((-12, 0, -12, 15), "z gets nothing through the maximum"),
        ((-15, 6, -12, 15), "the maximum hands on to the smaller one"),
        ((-4, 0, -3, 5), "factor 3 forgotten"),
        ((-15, 6, -9, 15), "the maximum hands everything to both"),
        ((-12, 0, -3, 15), "sign of w inside z"),
        ((-12, 0, 3, 15), "z through the maximum only"),
        ((15, -9, 0, -12), "from w to x"),
        ((-12, 0, -9, -12), "a product hands on the own value"),
        ((-12.0, 0.0, -9.0), "three numbers"),
        (-51, "the value of f"),
    ],
    "3.b": [
        (depth_first_without_memory_3_b, "computes shared nodes twice"),
        (deep_recursion_3_b, "recursion, too deep for the long chain"),
        (breadth_first_reversed_3_b, "breadth-first order, reversed"),
        (sorted_by_number_3_b, "in the order of the numbers"),
        (output_first_3_b, "output first"),
        (value_forgotten_3_b, "returns nothing"),
        (same_input_twice_3_b, "an input listed twice is taken off twice"),
        (marked_too_early_3_b, "preorder of a depth-first walk, reversed"),
        (inputs_of_inputs_only_3_b, "two levels only"),
    ],
    "3.c": [
        (overwritten_3_c, "= for +="),
        (first_to_last_3_c, "from the first node to the last"),
        (slope_looked_up_by_node_3_c, "first slope used for both places"),
        (used_twice_counted_once_3_c, "a dictionary of slopes keeps one of two"),
        (fancy_index_3_c, "+= with repeated indices adds once"),
        (ones_everywhere_3_c, "begins with ones"),
        (whole_numbers_3_c, "table of integers"),
        (last_node_skipped_3_c, "node 0 taken for 'no node'"),
    ],
    "3.d": [
        (bug_left_in_3_d, "the bug is still there"),
        (tape_forwards_3_d, "tape forwards"),
        (slopes_added_only_3_d, "slopes added without what arrived"),
        (unused_left_out_3_d, "unused variables left out of the list"),
        (product_with_itself_3_d, "x times x loses a share"),
        (equal_numbers_taken_for_one_3_d, "table by number: equal values share an entry"),
        (wide_forward_difference_3_d, "forward difference, step 0.1"),
        (variables_by_name_3_d, "from the last variable to the first"),
    ],
    "3.e": [
        (one_too_low_3_e, "Fibonacci number one too low"),
        (all_doubled_3_e, "paths double at each step"),
        (sine_without_an_arrow_3_e, "arrow of the sine forgotten"),
        (two_arrows_each_3_e, "two arrows for the sine too"),
        (one_arrow_a_value_3_e, "one arrow for each value"),
        (small_integers_3_e, "32-bit integers overflow"),
        (exchanged_3_e, "exchanged"),
        (no_path_from_x0_3_e, "no path for x_0"),
    ],
    "3.f": [
        (no_consumers_means_one_3_f, "whatever has no consumer is the output"),
        (table_kept_between_calls_3_f, "the table is kept from one call to the next"),
        (once_for_each_place_3_f, "rule asked once for each place of the same input"),
        (operation_of_the_input_3_f, "rule of V, not of its consumer"),
        (last_consumer_wins_3_f, "= for +="),
        (own_derivative_of_consumer_forgotten_3_f, "D is always 1"),
        (all_inputs_counted_3_f, "adds what all the inputs get"),
        (direct_way_only_3_f, "where the output is a consumer, the other consumers are forgotten"),
        (mean_of_the_consumers_3_f, "mean over the consumers"),
        (no_table_3_f, "no table: asks again and again, 2**30 times if nobody stops it"),
    ],
    "3.g": [
        (only_what_the_output_needs_3_g, "all the output depends on"),
        (only_what_changes_3_g, "all that depends on u"),
        (either_3_g, "or for and"),
        (numbers_in_between_3_g, "numbers between the two"),
        (ends_left_out_3_g, "u and y left out"),
        (output_is_the_last_3_g, "output taken to be the last node"),
        (one_path_3_g, "one path only"),
        (node_numbers_3_g, "a list of node numbers"),
        (all_inputs_must_change_3_g, "a node changes if all its inputs do"),
    ],
    "3.h": [
        (exponent_not_lowered_3_h, "b a^b"),
        (logarithm_forgotten_3_h, "logarithm forgotten"),
        (logarithm_of_the_exponent_3_h, "log b"),
        (arrived_forgotten_3_h, "g forgotten"),
        (only_the_base_of_x_to_the_x_3_h, "x^x as a power"),
        (only_the_exponent_of_x_to_the_x_3_h, "x^x as an exponential"),
        (common_logarithm_3_h, "logarithm to base 10"),
        (arrived_counted_in_the_third_3_h, "g in the third too"),
        (shares_of_the_two_multiplied_3_h, "product of the shares, not their sum"),
        (exponent_first_3_h, "first two exchanged"),
    ],
    "3.i": [
        (all_of_it_to_each_3_i, "each of the largest gets all of g"),
        (first_of_them_3_i, "the first of the largest gets all"),
        (shared_among_all_entries_3_i, "divided by the number of all entries"),
        (softmax_3_i, "softmax"),
        (times_the_entry_3_i, "times the entry"),
        (largest_in_size_3_i, "largest in size"),
        (positive_ones_3_i, "mask of a ReLU"),
        (whole_numbers_3_i, "integers"),
        (nothing_at_ties_3_i, "nothing at ties"),
    ],
    "3.j": [
        (sum_forgotten_3_j, "g_2 forgotten"),
        (sum_shared_out_3_j, "g_2 divided by n"),
        (minus_forgotten_3_j, "minus of the difference"),
        (own_factor_3_j, "each gets its own value"),
        (sum_for_both_3_j, "g_2 for both"),
        (sum_times_u_3_j, "g_2 times u"),
        (scalar_product_3_j, "dot product for the entries' product"),
        (v_first_3_j, "exchanged"),
        (first_entry_gets_the_sum_3_j, "g_2 for the first entry only"),
    ],
    "3.k": [
        (slope_of_the_root_3_k, "slope of the true root"),
        (slope_of_the_root_at_the_result_3_k, "1/(2x) at the result"),
        (beginning_forgotten_3_k, "x = a at the beginning does not count"),
        (a_in_the_turns_forgotten_3_k, "a in the turns is a constant"),
        (last_turn_only_3_k, "last turn only"),
        (new_x_in_the_slope_3_k, "slope at the new x"),
        (always_three_turns_3_k, "three turns"),
        (one_turn_too_many_3_k, "always at least one turn"),
        (half_forgotten_3_k, "factor ½ in the slope"),
        (overwritten_on_the_way_back_3_k, "share of a overwritten at each turn"),
    ],
    "3.l": [
        (writes_into_the_first_3_l, "writes into arrays that were given"),
        (last_one_kept_3_l, "keeps the last"),
        (one_buffer_for_all_3_l, "all nodes share one buffer"),
        (nothing_arrived_none_3_l, "None where nothing arrived"),
        (zero_as_a_number_3_l, "the number 0 where nothing arrived"),
        (only_those_with_arrivals_3_l, "nodes without arrivals left out"),
        (mean_of_the_arrivals_3_l, "mean for sum"),
        (counted_from_one_3_l, "nodes counted from 1"),
        (added_up_to_a_number_3_l, "entries added up too"),
    ],
    "3.m": [
        (naive_3_m, "overflows at 800"),
        (quotient_of_exponentials_3_m, "slope is nan at 800"),
        (slope_of_the_misprint_3_m, "slope with the wrong sign of x"),
        (slope_constant_for_the_second_3_m, "second derivative 0"),
        (corner_at_zero_3_m, "wrong at exactly 0"),
        (linear_above_twenty_wrongly_below_3_m, "takes the ReLU beyond 5"),
        (slope_twice_3_m, "first derivative twice"),
        (sums_of_the_entries_3_m, "sum of the entries"),
        (sigmoid_of_the_result_3_m, "slope at y, not x"),
    ],
    "3.n": [
        (length_as_a_constant_3_n, "the length is a constant"),
        (only_the_length_3_n, "the differences are constants"),
        (sign_of_the_neighbours_3_n, "sign of the differences"),
        (one_length_3_n, "factor 2 of the length lost in the repair"),
        (squared_length_3_n, "root lost in the repair"),
        (closed_chain_3_n, "roll closes the chain"),
        (sine_of_squares_3_n, "sine of the square"),
        (one_neighbour_only_3_n, "one of two neighbours"),
        (last_pendulum_forgotten_3_n, "last difference forgotten"),
    ],
}

RIGHT = {
    "7.12": [table_7_12, torch_7_12, nudged_boxes_7_12, sympy_7_12],
    "3.a": [
        by_nudging_3_a(),
        np.array([-12, 0, -9, 15], dtype=np.float32),
        (Fraction(-12), -0.0, -9, 15),
        dict(zip("xyzw", (-12, 0, -9, 15), strict=True)).values(),
    ],
    "3.b": [
        two_colours_3_b,
        standard_library_3_b,
        iterators_on_a_stack_3_b,
        counted_consumers_3_b,
        raised_limit_3_b,
    ],
    "3.c": [consumers_pull_3_c, linear_system_3_c, add_at_3_c, forward_for_each_3_c],
    "3.d": [accumulated_3_d, complex_numbers_3_d, torch_3_d, sympy_3_d],
    "3.e": [binet_3_e, matrix_power_3_e, binomials_3_e, cached_recursion_3_e],
    "3.f": [table_in_a_closure_3_f, cached_3_f, without_recursion_3_f, BuildGrad(), past_the_output_too_3_f],
    "3.g": [reachability_matrix_3_g, zeros_and_ones_3_g, recursive_3_g],
    "3.h": [torch_3_h, logarithms_3_h, complex_step_3_h, rule_used_twice_3_h],
    "3.i": [list_of_shares_3_i, torch_amax_3_i, normalised_mask_3_i, fractions_3_i],
    "3.j": [lists_3_j, torch_3_j, jacobians_3_j],
    "3.k": [recorded_turns_3_k, imaginary_nudge_3_k, torch_3_k, recursive_3_k],
    "3.l": [dictionary_with_copies_3_l, one_big_array_3_l, torch_buffers_3_l, reduced_3_l],
    "3.m": [with_a_rule_3_m, slope_from_the_result_3_m, torch_3_m, loops_3_m],
    "3.n": [repaired_3_n, by_hand_3_n, torch_3_n, complex_step_3_n],
}
