"""Right and wrong answers to 7.11; a wrong one comes with words of its diagnosis."""

# Written as students write: long, repetitive, and each on its own.

# ---- 7.11


def gradients_7_11(machine, n, k):
    checkpoints, f = {}, machine.x
    for j in range(n):
        if j % k == 0:
            checkpoints[j] = f
        f = machine.forward(j, f)
    g = machine.loss_gradient(f)
    del f
    found = [None] * n
    for start in sorted(checkpoints, reverse=True):
        stretch = [checkpoints.pop(start)]
        for j in range(start, start + k - 1):
            stretch.append(machine.forward(j, stretch[-1]))
        for j in range(start + k - 1, start - 1, -1):
            g, found[j] = machine.backward(j, stretch.pop(), g)
    return found


def plain_7_11(machine, n, k):
    return n // k, n - n // k, n // k + k, gradients_7_11(machine, n, k)


def recursive_7_11(machine, n, k):
    found = {}

    def through(start, f):
        """Go through the stretch from `start`, all behind it, and back; return the gradient at its start."""
        after = f
        for j in range(start, start + k):
            after = machine.forward(j, after)
        g = machine.loss_gradient(after) if start + k == n else through(start + k, after)
        del after
        inside = {start: f}
        for j in range(start + 1, start + k):
            inside[j] = machine.forward(j - 1, inside[j - 1])
        for j in reversed(range(start, start + k)):
            g, found[j] = machine.backward(j, inside[j], g)
            del inside[j]
        return g

    through(0, machine.x)
    return {"checkpoints": n / k, "recomputed": n * (k - 1) / k, "peak": k + n / k,
            "dl_domega": [found[j] for j in range(n)]}  # fmt: skip


def dictionary_7_11(machine, n, k):
    there = {0: machine.x}
    for j in range(n):
        there[j + 1] = machine.forward(j, there[j])
        if j % k != 0:
            del there[j]
    count = len(there) - 1
    g, found, again = machine.loss_gradient(there.pop(n)), [], 0
    peak = 0
    for j in range(n - 1, -1, -1):
        if j not in there:
            for i in range(j - j % k, j):
                there[i + 1] = machine.forward(i, there[i])
                again += 1
        peak = max(peak, len(there) + 1)  # with the output
        g, gradient = machine.backward(j, there.pop(j), g)
        found.append(gradient)
    return [count, again, peak, found[::-1]]


RIGHT_7_11 = [plain_7_11, recursive_7_11, dictionary_7_11]


def counted_7_11(checkpoints=0, recomputed=None, peak=0):
    """Other counts, changes of the first and the third, a function for the second; the gradients are not tried."""

    def answer(machine, n, k):
        again = n - n // k if recomputed is None else recomputed(n, k)
        return n // k + checkpoints, again, n // k + k + peak, [0] * n

    return answer


def store_all_7_11(machine, n, k):
    f = [machine.x]
    for j in range(n):
        f.append(machine.forward(j, f[-1]))
    g, found = machine.loss_gradient(f[-1]), []
    for j in reversed(range(n)):
        g, gradient = machine.backward(j, f[j], g)
        found.insert(0, gradient)
    return n // k, n - n // k, n // k + k, found


def from_the_input_7_11(machine, n, k):
    f = machine.x
    for j in range(n):
        f = machine.forward(j, f)
    g, found = machine.loss_gradient(f), []
    for j in reversed(range(n)):
        f = machine.x
        for i in range(j):
            f = machine.forward(i, f)
        g, gradient = machine.backward(j, f, g)
        found.insert(0, gradient)
    return n // k, n - n // k, n // k + k, found


def copies_7_11(machine, n, k):
    f = [machine.x.copy()]
    for j in range(n):
        f.append(machine.forward(j, f[-1]).copy())
    return n // k, n - n // k, n // k + k, f


def wrong_activation_7_11(machine, n, k):
    f = machine.x
    for j in range(n):
        f = machine.forward(j, f)
    g = machine.loss_gradient(f)
    return machine.backward(n - 1, f, g)


WRONG_7_11 = [
    (counted_7_11(checkpoints=1, peak=1), "`checkpoints`: the output is no checkpoint"),
    (counted_7_11(recomputed=lambda n, k: n), "`recomputed`: this is a second pass through everything"),
    (counted_7_11(recomputed=lambda n, k: n - n // k - k + 1), "`recomputed`: the last stretch was not stored"),
    (lambda machine, n, k: (*plain_7_11(machine, n, k)[:3], gradients_7_11(machine, n, k)[::-1]),
     "runs for the third time"),
    (lambda machine, n, k: (5, 45, 15, gradients_7_11(machine, n, k)[::-1]), "`dl_domega`: they are in the order of"),
    (store_all_7_11, "18 activations are alive, and there is memory for 17: 0–17."),
    (from_the_input_7_11, "layer 0 runs for the third time"),
    (copies_7_11, "does not come from the machine: what is needed here is activation 0 itself, no copy"),
    (wrong_activation_7_11, "this is activation 50, but activation 49 is needed here"),
]  # fmt: skip


RIGHT = {"7.11": RIGHT_7_11}
WRONG = {"7.11": WRONG_7_11}
