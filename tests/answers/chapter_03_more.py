"""Right and wrong answers to 3.o, 3.p and 3.q; a wrong one has words its diagnosis must contain."""

import math
from functools import partial
from itertools import count

import numpy as np

import bpkit as bp

turns = count()


class Value:
    """The engine of chapter 3."""

    def __init__(self, number, operation="input", inputs=()):
        self.number, self.operation, self.inputs = number, operation, inputs
        self.turn = next(turns)

    def __add__(self, other):
        return apply("add", self, other)

    def __mul__(self, other):
        return apply("multiply", self, other)


def numbers(inputs):
    return [x.number if isinstance(x, Value) else x for x in inputs]


def apply(operation, *inputs):
    return Value(compute[operation](*numbers(inputs)), operation, inputs)


def sin(a):
    return apply("sin", a)


compute = {"add": lambda a, b: a + b, "multiply": lambda a, b: a * b, "sin": np.sin}
bprop = {
    "input": lambda g, y: (),
    "add": lambda g, y, a, b: (g, g),
    "multiply": lambda g, y, a, b: (g * b, g * a),
    "sin": lambda g, y, a: (g * np.cos(a),),
}


def consumers_first(output):
    found, unexplored = {output}, [output]
    while unexplored:
        for x in unexplored.pop().inputs:
            if isinstance(x, Value) and x not in found:
                found.add(x)
                unexplored.append(x)
    return sorted(found, key=lambda value: value.turn, reverse=True)


def backward(output, grad_table=None):
    grad_table = {} if grad_table is None else grad_table
    grad_table[output] = 1.0
    for value in consumers_first(output):
        g = grad_table[value]
        for x, contribution in zip(
            value.inputs, bprop[value.operation](g, value.number, *numbers(value.inputs)), strict=True
        ):
            if isinstance(x, Value):
                grad_table[x] = grad_table.get(x, 0) + contribution
    return grad_table


def loss_of(examples, beta_0, omega_0, beta_1, omega_1, activation=sin, output=lambda f: f):
    """Written for Values; numbers do as well, if the first in each product is one."""
    total = 0.0
    for x_1, x_2, y in examples:
        f = beta_1
        for b, (w_1, w_2), v in zip(beta_0, omega_0, omega_1, strict=True):
            f = f + activation(w_1 * x_1 + w_2 * x_2 + b) * v
        error = output(f) + -y
        total = error * error + total
    return total


def with_engine(examples, beta_0, omega_0, beta_1, omega_1, steps, learning_rate):
    losses = []
    for step in range(steps + 1):
        b0, b1 = [Value(b) for b in beta_0], Value(beta_1)
        w0, w1 = [(Value(u), Value(v)) for u, v in omega_0], [Value(w) for w in omega_1]
        loss = loss_of(examples, b0, w0, b1, w1)
        losses.append(loss.number)
        if step == steps:
            break
        table = backward(loss)

        def moved(p, table=table):
            return p.number - learning_rate * table[p]

        beta_0, omega_0 = [moved(b) for b in b0], [(moved(u), moved(v)) for u, v in w0]
        beta_1, omega_1 = moved(b1), [moved(w) for w in w1]
    return losses, beta_0, omega_0, beta_1, omega_1


def values_kept(examples, beta_0, omega_0, beta_1, omega_1, steps, learning_rate):
    """The Values of the parameters are made once and get new numbers; only the loss is built anew."""
    b0, b1, w1 = [Value(b) for b in beta_0], Value(beta_1), [Value(w) for w in omega_1]
    w0 = [[Value(w) for w in row] for row in omega_0]
    parameters = [*b0, b1, *w1, *(w for row in w0 for w in row)]
    losses = []
    for _ in range(steps):
        loss = loss_of(examples, b0, w0, b1, w1)
        losses += [loss.number]
        table = backward(loss)
        for p in parameters:
            p.number -= learning_rate * table[p]
    losses += [loss_of(examples, b0, w0, b1, w1).number]
    return {
        "losses": np.array(losses),
        "beta_0": [b.number for b in b0],
        "omega_0": [[w.number for w in row] for row in w0],
        "beta_1": b1.number,
        "omega_1": [w.number for w in w1],
    }


def with_grad(examples, beta_0, omega_0, beta_1, omega_1, steps, learning_rate):
    x, y = np.array(examples)[:, :2].T, np.array(examples)[:, 2]

    def loss(b0, w0, b1, w1):
        return np.sum((b1 + w1 @ np.sin(b0[:, None] + w0 @ x) - y) ** 2)

    at = [np.array(beta_0), np.array(omega_0), beta_1, np.array(omega_1)]
    losses = [loss(*at)]
    for _ in range(steps):
        at = [p - learning_rate * g for p, g in zip(at, bp.grad(loss, argnums=(0, 1, 2, 3))(*at), strict=True)]
        losses.append(loss(*at))
    return losses, *at


def wrong_3_o(examples_of=lambda examples: examples, rate=lambda rate, examples: -rate, keep=(), fixed=(), twice=False,
              first=True, last=True, activation=sin, output=lambda f: f, more=0, half=False):  # fmt: skip
    """The training of with_engine with one mistake."""

    def answer(examples, beta_0, omega_0, beta_1, omega_1, steps, learning_rate):
        at = {"beta_0": list(beta_0), "omega_0": [w for row in omega_0 for w in row], "beta_1": [beta_1],
              "omega_1": list(omega_1)}  # fmt: skip
        used, losses, sums, values, table = examples_of(examples), [], {}, None, None
        steps = max(steps + more, 0)
        for step in range(steps + 1):
            if values is None or not keep:
                values = {name: [Value(p) for p in part] for name, part in at.items()}
                w0 = list(zip(values["omega_0"][::2], values["omega_0"][1::2], strict=True))
                loss = loss_of(used, values["beta_0"], w0, values["beta_1"][0], values["omega_1"], activation, output)
            losses.append(loss.number / (2 if half else 1))
            if step == steps:
                break
            table = backward(loss)
            for name, part in at.items():
                for n, p in enumerate(values[name]):
                    sums[name, n] = table[p] + (sums.get((name, n), 0) if twice else 0)
                    if name not in fixed:
                        part[n] += rate(learning_rate, examples) * sums[name, n] / (2 if half else 1)
        pairs = list(zip(at["omega_0"][::2], at["omega_0"][1::2], strict=True))
        return losses[not first : len(losses) - (not last)], at["beta_0"], pairs, at["beta_1"][0], at["omega_1"]

    return answer


def each_example(examples, beta_0, omega_0, beta_1, omega_1, steps, learning_rate):
    losses = []
    for _ in range(steps):
        losses.append(with_engine(examples, beta_0, omega_0, beta_1, omega_1, 0, 0)[0][0])
        for example in examples:
            _, beta_0, omega_0, beta_1, omega_1 = with_engine(
                [example], beta_0, omega_0, beta_1, omega_1, 1, learning_rate
            )
    losses.append(with_engine(examples, beta_0, omega_0, beta_1, omega_1, 0, 0)[0][0])
    return losses, beta_0, omega_0, beta_1, omega_1


def averaged(examples, beta_0, omega_0, beta_1, omega_1, steps, learning_rate):
    losses, *rest = with_engine(examples, beta_0, omega_0, beta_1, omega_1, steps, learning_rate / len(examples))
    return [np.array(losses) / len(examples), *rest]


def values_returned(examples, beta_0, omega_0, beta_1, omega_1, steps, learning_rate):
    losses, *rest = with_engine(examples, beta_0, omega_0, beta_1, omega_1, steps, learning_rate)
    return losses, rest[0], rest[1], Value(rest[2]), rest[3]


def in_place(examples, beta_0, omega_0, beta_1, omega_1, steps, learning_rate):
    beta_0[:] = with_engine(examples, beta_0, omega_0, beta_1, omega_1, steps, learning_rate)[1]
    return [0.0] * (steps + 1), beta_0, omega_0, beta_1, omega_1


ALL = "`losses`, `beta_0`, `omega_0`, `beta_1` and `omega_1`: "
PARAMETERS = "`beta_0`, `omega_0`, `beta_1` and `omega_1`: "


def by_text(operations, inputs, output):
    """Each line as the whole expression it stands for, written out."""
    texts = []
    for k, (operation, used) in enumerate(zip(operations, inputs, strict=True)):
        own = f"input{k}" if operation == "input" else operation
        texts.append(f"{own}({','.join(texts[x] for x in used)})")
    needed, waiting = set(), [output]
    while waiting:
        k = texts.index(texts[waiting.pop()])
        if k not in needed:
            needed.add(k)
            waiting += inputs[k]
    return np.array([k in needed for k in range(len(texts))])


def until_nothing_changes(operations, inputs, output):
    """Replace one repeat by another, as long as there are any."""
    inputs = [list(used) for used in inputs]
    count, gone = len(operations), set()
    for _ in range(count):
        for a in range(count):
            for b in range(a + 1, count):
                if operations[a] == operations[b] != "input" and inputs[a] == inputs[b] and not {a, b} & gone:
                    inputs = [[a if x == b else x for x in used] for used in inputs]
                    output = a if output == b else output
                    gone.add(b)
    needed = {output}
    for k in range(count - 1, -1, -1):
        if k in needed:
            needed |= set(inputs[k])
    return [float(k in needed) for k in range(count)]


def wrong_3_p(*, share=True, follow=True, ordered=True, named=True, inputs_differ=True, prune=True):
    def answer(operations, inputs, output):
        stands, lines = [], []
        for k, operation in enumerate(operations):
            used = [stands[x] if follow else x for x in inputs[k]]
            lines.append((operation if named else "", used if ordered else sorted(used)))
            own = not share or (inputs_differ and operation == "input")
            stands.append(k if own else lines.index(lines[k]))
        needed = {stands[output]}
        for k in range(len(operations) - 1, -1, -1):
            if k in needed:
                needed |= {stands[x] for x in inputs[k]}
        return [k in (needed if prune else stands) for k in range(len(operations))]

    return answer


def step_by_step(programs, xs):
    values, which = [], []
    for x in xs:
        value, k = 0.0, -1
        for k_, program in enumerate(programs):
            memory, ok = {}, True
            for place, (operation, inputs) in enumerate(program):
                if operation == "guard":
                    ok = ok and memory[inputs[0]] == inputs[1]
                elif operation in ("input", "number"):
                    memory[place] = x if operation == "input" else inputs[0]
                elif operation == "sin":
                    memory[place] = np.sin(memory[inputs[0]])
                else:
                    a, b = memory[inputs[0]], memory[inputs[1]]
                    memory[place] = {"add": a + b, "multiply": a * b, "greater": 1.0 if a > b else 0.0}[operation]
            if ok:
                value, k = memory[len(program) - 1], k_
                break
        values.append(value)
        which.append(k)
    return np.array(values), np.array(which)


def wrong_3_q(*, holds=lambda value, expected: value == expected, pick=min, add=0, tried=None, above=lambda a, b: a > b,
              none=-1):  # fmt: skip
    def result(program, x):
        values = []
        for operation, inputs in program:
            if operation == "guard" and not holds(values[inputs[0]], inputs[1]):
                return None
            values.append(
                x if operation == "input" else inputs[0] if operation in ("number", "guard")
                else math.sin(values[inputs[0]]) if operation == "sin"
                else float(above(values[inputs[0]], values[inputs[1]])) if operation == "greater"
                else values[inputs[0]] + values[inputs[1]] if operation == "add"
                else values[inputs[0]] * values[inputs[1]]
            )  # fmt: skip
        return values[-1]

    def answer(programs, xs):
        values, which = [], []
        for x in xs:
            found = {k: y for k, one in enumerate(programs[:tried]) if (y := result(one, x)) is not None}
            which.append(pick(found) + add if found else none)
            values.append(found[pick(found)] if found else 0.0)
        return values, which

    return answer


def evaluated(operation, a, b, x, lines):
    if operation in ("input", "number"):
        return x if operation == "input" else a
    if operation in ("sin", "guard"):
        return math.sin(lines[a]()) if operation == "sin" else None
    return {"add": np.add, "multiply": np.multiply, "greater": np.greater}[operation](lines[a](), lines[b]()) * 1.0


def as_expressions(programs, xs):
    """Each line as a function of x, which calls those of its inputs."""

    def first(x):
        for k, program in enumerate(programs):
            lines = []
            for operation, inputs in program:
                a, b = (*inputs, None, None)[:2]
                lines.append(partial(evaluated, operation, a, b, x, lines))
            if all(lines[a]() == b for operation, (a, b) in [one for one in program if one[0] == "guard"]):
                return lines[-1](), k
        return 0.0, -1

    return [list(part) for part in zip(*map(first, xs), strict=True)]


RIGHT = {
    "3.o": [with_engine, values_kept, with_grad, wrong_3_o()],
    "3.p": [by_text, until_nothing_changes, wrong_3_p()],
    "3.q": [step_by_step, as_expressions, wrong_3_q()],
}
WRONG = {
    "3.p": [
        (wrong_3_p(share=False), "repeated lines are still there"),
        (wrong_3_p(follow=False), "two lines are equal too if their inputs are"),
        (wrong_3_p(prune=False), "lines that the output does not need"),
        (wrong_3_p(ordered=False), "the order of the inputs counts"),
        (wrong_3_p(named=False), "only if their operation is the same"),
        (wrong_3_p(inputs_differ=False), "two inputs of the function are two values"),
        (lambda operations, inputs, output: ~by_text(operations, inputs, output), "these are the lines that can go"),
        (lambda operations, inputs, output: by_text(operations, inputs, output)[:-1], None),
    ],
    "3.q": [
        (wrong_3_q(holds=lambda value, expected: True), "the guards are passed over"),
        (wrong_3_q(holds=lambda value, expected: value != expected), "the guards are upside down"),
        (wrong_3_q(pick=max), "take the first of them"),
        (wrong_3_q(add=1), "count the records from 0"),
        (wrong_3_q(tried=1), "only the first record was tried"),
        (wrong_3_q(above=lambda a, b: a >= b), "`greater` is a > b"),
        (wrong_3_q(holds=lambda value, expected: value == 1.0), "a guard that expects 0 is one too"),
        (wrong_3_q(none=0), "where no record holds"),
        (lambda programs, xs: step_by_step(programs, xs)[0], None),
    ],
    "3.o": [
        (wrong_3_o(keep=True), ALL + "a graph is a record of one computation"),
        (wrong_3_o(rate=lambda rate, examples: rate), ALL + "the sign is wrong: this climbs"),
        (wrong_3_o(twice=True), "the derivatives of earlier steps are still in the table"),
        (each_example, "a step after each example"),
        (averaged, ALL + "averaged over the examples"),
        (wrong_3_o(half=True), ALL + "there is no ½"),
        (wrong_3_o(examples_of=lambda examples: examples[-1:]), "only the last example counts"),
        (wrong_3_o(examples_of=lambda examples: examples[:1]), "only the first example counts"),
        (wrong_3_o(fixed=("beta_0", "beta_1")), "the biases are never changed"),
        (wrong_3_o(fixed=("omega_0", "omega_1")), "the weights are never changed"),
        (wrong_3_o(fixed=("beta_0", "omega_0")), "the first layer is never changed"),
        (wrong_3_o(fixed=("beta_1", "omega_1")), "the last layer is never changed"),
        (wrong_3_o(rate=lambda rate, examples: -1.0), "the learning rate is missing"),
        (wrong_3_o(rate=lambda rate, examples: -0.1), None),
        (wrong_3_o(activation=lambda f: f), ALL + "the sine of the hidden units is missing"),
        (wrong_3_o(output=sin), ALL + "the output has been through a sine too"),
        (wrong_3_o(last=False), "`losses`: the loss after the last step is missing"),
        (wrong_3_o(first=False), "`losses`: the loss before the first step is missing"),
        (wrong_3_o(more=1), ALL + "one step too many"),
        (wrong_3_o(more=1, last=False), PARAMETERS + "one step too many: note the last loss"),
        (wrong_3_o(rate=lambda rate, examples: 0.0), PARAMETERS + "nothing is changed"),
        (values_returned, "expected real numbers"),
        (in_place, "changes its argument `beta_0` in place"),
    ],
}
