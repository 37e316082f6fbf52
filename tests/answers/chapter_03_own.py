"""Right and wrong answers to 3.a–3.g; a wrong one has words its diagnosis must contain."""

# Written as students write: long, repetitive, and each on its own.
from collections import Counter, deque

import numpy as np

# ---- 3.a

RIGHT_3_A = [
    (-12.0, 0.0, -9.0, 15.0),
    [-12, 0, -9, 15],
    {"df_dw": 15, "df_dx": -12, "df_dy": 0, "df_dz": -9},
    np.array([-12.0, 0.0, -9.0, 15.0]),
]
WRONG_3_A = [
    ((-4, 0, -3, 5), "`df_dx`, `df_dz` and `df_dw`: the factor 3 in front is missing"),
    ((-15, 6, -12, 15), "`df_dx` and `df_dy`: a maximum hands nothing to the smaller"),
    ((-12, 0, -12, 15), "`df_dz`: z is used twice: what comes back through the maximum"),
    ((-12, 0, 3, 15), "`df_dz`: z is used twice: what comes back through the product"),
    ((15, 0, 18, -12), "a product hands to each input the value of the other"),
    ((-13.5, 3, -10.5, 15), "only a tie is shared"),
    ((12, 0, 15, 15), "this has the sign wrong"),
    ((-12, 0, -9, 6), "`df_dw`: x + z is used as a whole"),
    ((-12, 0, -9), "has 3 parts, expected 4"),
    ((0, 0, 0, 0), "always zero"),
]


# ---- 3.b


def counting_3_b(output, get_inputs, compute):
    consumers, waits_for, ends = {output: []}, {}, [output]
    ready = []
    while ends:
        node = ends.pop()
        inputs = get_inputs(node)
        waits_for[node] = len(inputs)
        if not inputs:
            ready.append(node)
        for x in inputs:
            if x not in consumers:
                consumers[x] = []
                ends.append(x)
            consumers[x].append(node)
    while ready:
        node = ready.pop()
        value = compute(node)
        for consumer in consumers[node]:
            waits_for[consumer] -= 1
            if waits_for[consumer] == 0:
                ready.append(consumer)
    return value


def depth_first_3_b(output, get_inputs, compute):
    values, stack = {}, [output]
    while stack:
        node = stack.pop()
        if node in values:
            continue
        missing = [x for x in get_inputs(node) if x not in values]
        if missing:
            stack += [node, *missing]
        else:
            values[node] = compute(node)
    return values[output]


def flat_3_b(output, get_inputs, compute):
    """Depth first: a node is computed when it comes up for the second time."""
    values, opened, stack = {}, set(), [output]
    while stack:
        node = stack.pop()
        if node in opened:
            if node not in values:
                values[node] = compute(node)
        else:
            opened.add(node)
            stack.append(node)
            stack.extend(x for x in get_inputs(node) if x not in opened)
    return {"value": values[output]}


def recursive_3_b(output, get_inputs, compute):
    values = {}

    def value(node):
        if node not in values:
            for x in get_inputs(node):
                value(x)
            values[node] = compute(node)
        return values[node]

    return value(output)


def without_memory_3_b(output, get_inputs, compute):
    for x in get_inputs(output):
        without_memory_3_b(x, get_inputs, compute)
    return compute(output)


def breadth_first_3_b(output, get_inputs, compute, turned=True):
    order, ends = [], deque([output])
    while ends:
        node = ends.popleft()
        if node not in order:
            order.append(node)
            ends.extend(get_inputs(node))
        if len(order) > 30:
            break
    for node in order[::-1] if turned else order:
        value = compute(node)
    return value


def by_number_3_b(output, get_inputs, compute):
    nodes, ends = set(), [output]
    while ends:
        node = ends.pop()
        if node not in nodes:
            nodes.add(node)
            ends += get_inputs(node)
    return [compute(node) for node in sorted(nodes)][-1]


RIGHT_3_B = [counting_3_b, depth_first_3_b, flat_3_b]
WRONG_3_B = [
    (recursive_3_b, "raised RecursionError"),
    (without_memory_3_b, "is called a second time: each node is to be computed once"),
    (breadth_first_3_b, "not computed yet"),
    (lambda output, get_inputs, compute: breadth_first_3_b(output, get_inputs, compute, False), "needs the value of"),
    (by_number_3_b, "not computed yet"),
    (lambda output, get_inputs, compute: compute(output), "needs the value of its input"),
    (lambda output, get_inputs, compute: output, "`value`: this is the output's number"),
]


# ---- 3.c


def loop_3_c(inputs, slopes):
    table = [0.0] * len(inputs)
    table[-1] = 1.0
    for k in range(len(inputs) - 1, -1, -1):
        for i in range(len(inputs[k])):
            table[inputs[k][i]] += table[k] * slopes[k][i]
    return table


def consumers_3_c(inputs, slopes):
    """Each node collects from its consumers."""
    n = len(inputs)
    table = np.zeros(n)
    for j in range(n - 1, -1, -1):
        if j == n - 1:
            table[j] = 1
        for k in range(j + 1, n):
            for x, d in zip(inputs[k], slopes[k], strict=True):
                if x == j:
                    table[j] += table[k] * d
    return {"grad_table": table}


def matrix_3_c(inputs, slopes):
    n = len(inputs)
    J = np.zeros((n, n))
    for k in range(n):
        np.add.at(J[k], np.array(inputs[k], dtype=int), slopes[k])
    return np.linalg.solve(np.eye(n) - J.T, np.eye(n)[-1])


def wrong_3_c(add=lambda old, new: old + new, product=lambda g, d: g * d, up=False, seed=1.0, edges=zip):
    def answer(inputs, slopes):
        table = dict.fromkeys(range(len(inputs)), 0.0)
        table[len(inputs) - 1] = seed
        for k in sorted(table, reverse=not up):
            for x, d in edges(inputs[k], slopes[k]):
                table[x] = add(table[x], product(table[k], d))
        return list(table.values())

    return answer


RIGHT_3_C = [loop_3_c, consumers_3_c, matrix_3_c, wrong_3_c()]
WRONG_3_C = [
    (wrong_3_c(add=lambda old, new: new), "overwrites the one before"),
    (wrong_3_c(add=lambda old, new: old or new), "only the first contribution"),
    (wrong_3_c(up=True), "from the inputs up"),
    (wrong_3_c(seed=0.0), "the output's own entry"),
    (wrong_3_c(product=lambda g, d: d), "handed down as they are"),
    (wrong_3_c(product=lambda g, d: g), "the slopes are missing"),
    (wrong_3_c(product=lambda g, d: g + d), "the chain rule multiplies"),
    (wrong_3_c(edges=lambda x, d: dict(zip(x, d, strict=True)).items()), "counted once; each place"),
    (lambda inputs, slopes: loop_3_c(inputs, slopes)[:-1], "has shape (5,), expected shape (6,)"),
    (lambda inputs, slopes: loop_3_c(inputs, slopes)[0], "expected shape (6,)"),
]


# ---- 3.d


class Number:
    """The engine of the notebook, without the tape as an argument."""

    def __init__(self, number, tape, inputs=(), slopes=()):
        self.number, self.tape, self.inputs, self.slopes = number, tape, inputs, slopes
        tape.append(self)

    def __add__(self, other):
        return Number(self.number + other.number, self.tape, (self, other), (1, 1))

    def __mul__(self, other):
        return Number(self.number * other.number, self.tape, (self, other), (other.number, self.number))


def engine_3_d(walk):
    def answer(program, point):
        tape = []
        variables = [Number(number, tape) for number in point]
        output = program(*variables)
        table = walk(output, tape)
        return [table.get(x, 0) for x in variables]

    return answer


def repaired_3_d(output, tape):
    table = dict.fromkeys(tape, 0.0)
    table[output] = 1.0
    for value in reversed(tape):
        for x, slope in zip(value.inputs, value.slopes, strict=True):
            table[x] += table[value] * slope
    return table


def counting_3_d(output, tape):
    uses = Counter(x for value in tape for x in value.inputs)
    table, ready = {output: 1.0}, [output]
    while ready:
        value = ready.pop()
        for x, slope in zip(value.inputs, value.slopes, strict=True):
            table[x] = table.get(x, 0.0) + table[value] * slope
            uses[x] -= 1
            if uses[x] == 0:
                ready.append(x)
    return table


def by_paths_3_d(output, tape):
    table = Counter()

    def walk(value, g):
        table[value] += g
        for x, slope in zip(value.inputs, value.slopes, strict=True):
            walk(x, g * slope)

    walk(output, 1.0)
    return table


def too_early_3_d(output, tape):
    table = Counter()

    def walk(value, g):
        table[value] += g
        for x, slope in zip(value.inputs, value.slopes, strict=True):
            walk(x, table[value] * slope)

    walk(output, 1.0)
    return table


def differences_3_d(program, point):
    def shifted(k, step):
        return program(*[np.float64(p + step * (i == k)) for i, p in enumerate(point)])

    def slope(k, h):
        return (shifted(k, h) - shifted(k, -h)) / (2 * h)

    return [(4 * slope(k, 1e-3) - slope(k, 2e-3)) / 3 for k in range(len(point))]


def wrong_3_d(add=lambda old, new: old + new, product=lambda g, d: g * d, order=reversed, edges=zip):
    def walk(output, tape):
        table = dict.fromkeys(tape, 0.0)
        table[output] = 1.0
        for value in order(tape):
            for x, slope in edges(value.inputs, value.slopes):
                table[x] = add(table[x], product(table[value], slope))
        return table

    return engine_3_d(walk)


def from_the_last_3_d(output, tape):
    """Begins with what was recorded last, which need not be the output."""
    return repaired_3_d(tape[-1], tape)


def by_number_3_d(program, point):
    """A table by the values' numbers, which two values may share."""
    tape = []
    output = program(*[Number(number, tape) for number in point])
    table = dict.fromkeys([value.number for value in tape], 0.0)
    table[output.number] = 1.0
    for value in reversed(tape):
        for x, slope in zip(value.inputs, value.slopes, strict=True):
            table[x.number] += table[value.number] * slope
    return [table[number] for number in point]


RIGHT_3_D = [engine_3_d(repaired_3_d), engine_3_d(counting_3_d), engine_3_d(by_paths_3_d), differences_3_d]
WRONG_3_D = [
    (wrong_3_d(add=lambda old, new: new), "still overwrites"),
    (wrong_3_d(add=lambda old, new: old or new), "the first contribution wins"),
    (wrong_3_d(edges=lambda x, d: dict(zip(x, d, strict=True)).items()), "both contribute"),
    (wrong_3_d(order=list), "only after all of its consumers"),
    (wrong_3_d(product=lambda g, d: d), "without what arrived"),
    (wrong_3_d(add=lambda old, new: old * new or new), "added, not multiplied"),
    (wrong_3_d(add=lambda old, new: (old + new) / 2 if old else new), "the mean of the contributions"),
    (engine_3_d(too_early_3_d), "parts count twice"),
    (engine_3_d(from_the_last_3_d), None),
    (by_number_3_d, None),
    (lambda program, point: engine_3_d(repaired_3_d)(program, point)[:1], "has shape (1,), expected shape (2,)"),
    (lambda program, point: program(*point), "expected shape (2,)"),
]


# ---- 3.e


def table_3_e(n):
    paths = [1, 1]
    for k in range(2, n + 1):
        paths.append(paths[k - 1] + paths[k - 2])
    return paths[n], 1 + 2 * (n - 1)


def matrix_3_e(n):
    arrows = np.zeros((n + 1, n + 1))
    for k in range(1, n + 1):
        for x in {k - 1, max(k - 2, 0)} if k > 1 else {0}:
            arrows[k, x] = 1
    paths = np.zeros(n + 1)
    paths[n] = 1
    for k in range(n, 0, -1):
        paths += paths[k] * arrows[k]
    return {"arrows": arrows.sum(), "paths": paths[0]}


def golden_3_e(n):
    root = np.sqrt(5)
    return round(((1 + root) / 2) ** (n + 1) / root), 2 * n - 1


def wrong_3_e(paths=lambda n: table_3_e(n)[0], arrows=lambda n: 2 * n - 1):
    return lambda n: (paths(n), arrows(n))


def visits_3_e(n):
    visits = [1, 2]
    for k in range(2, n + 1):
        visits.append(1 + visits[k - 1] + visits[k - 2])
    return visits[n]


RIGHT_3_E = [table_3_e, matrix_3_e, golden_3_e]
WRONG_3_E = [
    (wrong_3_e(paths=lambda n: 2**n), "`paths`: twice as many in each line"),
    (wrong_3_e(paths=lambda n: 2 ** (n - 1)), "`paths`: twice as many in each line"),
    (wrong_3_e(paths=lambda n: table_3_e(n - 1)[0]), "one step short"),
    (wrong_3_e(paths=lambda n: table_3_e(n + 1)[0]), "one step too far"),
    (wrong_3_e(paths=visits_3_e), "how often a box is visited"),
    (wrong_3_e(paths=lambda n: 2 * n - 1), "`paths`: these are the arrows"),
    (wrong_3_e(arrows=lambda n: 2 * n), "`arrows`: x_1 has one input only"),
    (wrong_3_e(arrows=lambda n: n + 1), "the number of boxes"),
    (wrong_3_e(arrows=lambda n: n), "from x_2 on has two inputs"),
    (wrong_3_e(arrows=lambda n: 2 * n - 2), "from x_0 to x_1 is missing"),
    (lambda n: table_3_e(n)[::-1], "these are the paths"),
    (lambda n: table_3_e(n)[0], "expected 2 parts"),
]


# ---- 3.f


def source_3_f(V, output, get_consumers, get_operation, get_inputs):
    grad_table = {output: 1.0}

    def build_grad(V):
        if V in grad_table:
            return grad_table[V]
        G = []
        for C in get_consumers(V):
            bprop = get_operation(C)
            D = build_grad(C)
            G.append(bprop(get_inputs(C), V, D))
        grad_table[V] = sum(G)
        return grad_table[V]

    return build_grad(V)


def handing_down_3_f(V, output, get_consumers, get_operation, get_inputs):
    """In order of the nodes' numbers, without asking for consumers."""
    table = {output: 1.0}
    for node in range(output, -1, -1):
        for x in set(get_inputs(node)):
            table[x] = table.get(x, 0) + get_operation(node)(get_inputs(node), x, table.get(node, 0))
    return table.get(V, 0)


def collecting_3_f(V, output, get_consumers, get_operation, get_inputs):
    gradient = np.zeros(output + 1)
    gradient[output] = 1
    for node in range(output - 1, V - 1, -1):
        for C in get_consumers(node):
            gradient[node] += get_operation(C)(get_inputs(C), node, gradient[C])
    return {"gradient": gradient[V]}


def wrong_3_f(add=lambda G: sum(G), D_used=True, bprop_used=True, rule=lambda V, C: C, table_used=True):
    def answer(V, output, get_consumers, get_operation, get_inputs):
        grad_table = {output: 1.0}

        def build_grad(V):
            if V in grad_table:
                return grad_table[V]
            G = []
            for C in get_consumers(V):
                D = build_grad(C)
                R = rule(V, C)
                G.append(get_operation(R)(get_inputs(R), V, D if D_used else 1.0) if bprop_used else D)
            total = add(G) if G else 0.0
            if table_used:
                grad_table[V] = total
            return total

        return build_grad(V)

    return answer


RIGHT_3_F = [source_3_f, handing_down_3_f, collecting_3_f, wrong_3_f()]
WRONG_3_F = [
    (wrong_3_f(table_used=False), "a second time: look into grad_table first"),
    (wrong_3_f(rule=lambda V, C: V), "the rule of V's own operation is used"),
    (wrong_3_f(add=lambda G: G[-1]), "only the last consumer counts"),
    (wrong_3_f(add=lambda G: G[0]), "only the first consumer counts"),
    (wrong_3_f(D_used=False), "the consumers' own derivatives D are not used"),
    (wrong_3_f(bprop_used=False), "without their slopes"),
    (lambda V, output, get_consumers, get_operation, get_inputs: get_inputs(output), "expected one number"),
    (lambda V, grad_table: 1.0, "cannot be called as this problem calls it"),
    (lambda **a: source_3_f(**a) or 1.0, None),  # where no path leads to V
    (lambda **a: source_3_f(**{**a, "V": 0}), None),
]


# ---- 3.g


def marking_3_g(inputs, output, wrt):
    n = len(inputs)
    depends = [k == wrt for k in range(n)]
    for k in range(n):
        depends[k] = depends[k] or any(depends[x] for x in inputs[k])
    used = [k == output for k in range(n)]
    for k in reversed(range(n)):
        if used[k]:
            for x in inputs[k]:
                used[x] = True
    return [a and b for a, b in zip(depends, used, strict=True)]


def paths_3_g(inputs, output, wrt):
    """All paths, one by one: fine for a small graph."""
    needed = np.zeros(len(inputs), dtype=int)

    def walk(path):
        if path[-1] == wrt:
            needed[path] = 1
        for x in inputs[path[-1]]:
            walk([*path, x])

    walk([output])
    return {"needed": needed}


def matrix_3_g(inputs, output, wrt):
    A = np.zeros((len(inputs), len(inputs)))
    for k, row in enumerate(inputs):
        A[k, row] = 1
    reach = np.linalg.inv(np.eye(len(inputs)) - A)  # the number of paths from row to column
    return (reach[output] > 0.5) & (reach[:, wrt] > 0.5)


def sets_3_g(inputs, output, wrt):
    above, below = {output}, {wrt}
    for k in reversed(range(len(inputs))):
        above |= set(inputs[k]) if k in above else set()
    for k in range(len(inputs)):
        below |= {k} if below & set(inputs[k]) else set()
    return above, below


def wrong_3_g(pick):
    return lambda inputs, output, wrt: [
        float(k in pick(*sets_3_g(inputs, output, wrt), output, wrt)) for k in range(len(inputs))
    ]


RIGHT_3_G = [marking_3_g, paths_3_g, matrix_3_g]
WRONG_3_G = [
    (wrong_3_g(lambda above, below, output, wrt: above), "keep those that depend on wrt"),
    (wrong_3_g(lambda above, below, output, wrt: below), "keep those the output depends on"),
    (wrong_3_g(lambda above, below, output, wrt: above | below), "must satisfy both conditions"),
    (wrong_3_g(lambda above, below, output, wrt: (above & below) - {wrt}), "wrt itself belongs to it"),
    (wrong_3_g(lambda above, below, output, wrt: (above & below) - {output}), "the output itself belongs to it"),
    (wrong_3_g(lambda above, below, output, wrt: (above & below) - {output, wrt}), "wrt and the output belong"),
    (wrong_3_g(lambda above, below, output, wrt: {output, wrt}), "mark all nodes between them"),
    (lambda inputs, output, wrt: 1 - np.array(matrix_3_g(inputs, output, wrt)), "can be left out"),
    (lambda inputs, output, wrt: np.flatnonzero(matrix_3_g(inputs, output, wrt)), "has shape (4,), expected shape"),
    (lambda inputs, output, wrt: "xyz", "expected real numbers"),
]


RIGHT = {
    "3.a": RIGHT_3_A,
    "3.b": RIGHT_3_B,
    "3.c": RIGHT_3_C,
    "3.d": RIGHT_3_D,
    "3.e": RIGHT_3_E,
    "3.f": RIGHT_3_F,
    "3.g": RIGHT_3_G,
}
WRONG = {
    "3.a": WRONG_3_A,
    "3.b": WRONG_3_B,
    "3.c": WRONG_3_C,
    "3.d": WRONG_3_D,
    "3.e": WRONG_3_E,
    "3.f": WRONG_3_F,
    "3.g": WRONG_3_G,
}
