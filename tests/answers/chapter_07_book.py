"""Right and wrong answers to 7.11; a wrong one comes with words of its diagnosis."""

# Written as students write: long, repetitive, and each on its own.

# ---- 7.11


def gradients_7_11(machine, n, k):
    checkpoints, f = {}, machine.x
    for j in range(n):
        if j % k == 0 or j > n - k:
            checkpoints[j] = f
        f = machine.forward(j, f)
    g = machine.loss_gradient(f)
    del f
    found = [None] * n
    for start in reversed(range(0, n, k)):
        stretch = [checkpoints.pop(start)]
        for j in range(start, start + k - 1):
            stretch.append(checkpoints.pop(j + 1) if start == n - k else machine.forward(j, stretch[-1]))
        for j in range(start + k - 1, start - 1, -1):
            g, found[j] = machine.backward(j, stretch.pop(), g)
    return found


def plain_7_11(machine, n, k):
    return n // k, n - n // k - k + 1, n // k + k, gradients_7_11(machine, n, k)


def recursive_7_11(machine, n, k):
    found = {}

    def through(start, f):
        """Go through the stretch from `start`, all behind it, and back; return the gradient at its start."""
        inside, after, last = {start: f}, f, start + k == n
        for j in range(start, start + k):
            after = machine.forward(j, after)
            if last and j < n - 1:
                inside[j + 1] = after
        g = machine.loss_gradient(after) if last else through(start + k, after)
        del after
        for j in range(start + 1, start + k):
            if not last:
                inside[j] = machine.forward(j - 1, inside[j - 1])
        for j in reversed(range(start, start + k)):
            g, found[j] = machine.backward(j, inside[j], g)
            del inside[j]
        return g

    through(0, machine.x)
    return {"checkpoints": n / k, "recomputed": (n - k) / k * (k - 1), "peak": k + n / k,
            "dl_domega": [found[j] for j in range(n)]}  # fmt: skip


def dictionary_7_11(machine, n, k):
    there, peak = {0: machine.x}, 0
    for j in range(n):
        there[j + 1] = machine.forward(j, there[j])
        if j % k != 0 and j < n - k:
            del there[j]
        peak = max(peak, len(there))
    count = sum(j % k == 0 for j in there if j < n)
    g, found, again = machine.loss_gradient(there.pop(n)), [], 0
    for j in range(n - 1, -1, -1):
        if j not in there:
            for i in range(j - j % k, j):
                there[i + 1] = machine.forward(i, there[i])
                again += 1
        g, gradient = machine.backward(j, there.pop(j), g)
        found.append(gradient)
    return [count, again, peak, found[::-1]]


RIGHT_7_11 = [plain_7_11, recursive_7_11, dictionary_7_11]


def counted_7_11(checkpoints=0, recomputed=None, peak=0):
    """Other counts, changes of the first and the third, a function for the second; the gradients are not tried."""

    def answer(machine, n, k):
        again = (n // k - 1) * (k - 1) if recomputed is None else recomputed(n, k)
        return n // k + checkpoints, again, n // k + k + peak, [0] * n

    return answer


def chapter_7_11(machine, n, k):
    """The chapter's `checkpointed`, on the machine."""
    stored, a, evaluations, peak = {}, machine.x, 0, 0
    for j in range(n):
        if j % k == 0:
            stored[j] = a
        a, evaluations = machine.forward(j, a), evaluations + 1
    g, gradients = machine.loss_gradient(a), [None] * n
    del a
    for start in reversed(range(0, n, k)):
        segment = [stored.pop(start)]
        for j in range(start, start + k - 1):
            segment.append(machine.forward(j, segment[-1]))
            evaluations += 1
        peak = max(peak, len(stored) + len(segment) + 1)
        for j in reversed(range(start, start + k)):
            g, gradients[j] = machine.backward(j, segment.pop(), g)
    return n // k, evaluations - n, peak, gradients


def store_all_7_11(machine, n, k):
    f = [machine.x]
    for j in range(n):
        f.append(machine.forward(j, f[-1]))
    g, found = machine.loss_gradient(f[-1]), []
    for j in reversed(range(n)):
        g, gradient = machine.backward(j, f[j], g)
        found.insert(0, gradient)
    return n // k, (n // k - 1) * (k - 1), n // k + k, found


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
    return n // k, (n // k - 1) * (k - 1), n // k + k, found


def copies_7_11(machine, n, k):
    f = [machine.x.copy()]
    for j in range(n):
        f.append(machine.forward(j, f[-1]).copy())
    return n // k, (n // k - 1) * (k - 1), n // k + k, f


def wrong_activation_7_11(machine, n, k):
    f = machine.x
    for j in range(n):
        f = machine.forward(j, f)
    g = machine.loss_gradient(f)
    return machine.backward(n - 1, f, g)


WRONG_7_11 = [
    (counted_7_11(checkpoints=1, peak=1), "`checkpoints`: the output is no checkpoint"),
    (counted_7_11(recomputed=lambda n, k: n), "`recomputed`: this is a second pass through everything"),
    (counted_7_11(recomputed=lambda n, k: n - n // k), "`recomputed`: the last stretch does not run again here"),
    (chapter_7_11, "layer 40 runs for the second time, and for the last 10 layers there is time for one run"),
    (lambda machine, n, k: (*plain_7_11(machine, n, k)[:3], gradients_7_11(machine, n, k)[::-1]),
     "runs for the third time"),
    (lambda machine, n, k: (5, 36, 15, gradients_7_11(machine, n, k)), None),
    (lambda machine, n, k: (5, 36, 15, gradients_7_11(machine, n, k)[::-1]), "`dl_domega`: they are in the order of"),
    (store_all_7_11, "18 activations are alive, and there is memory for 17: 0–17."),
    (from_the_input_7_11, "runs for the second time"),
    (copies_7_11, "does not come from the machine: what is needed here is activation 0 itself, no copy"),
    (wrong_activation_7_11, "this is activation 50, but activation 49 is needed here"),
]  # fmt: skip


RIGHT = {"7.11": RIGHT_7_11}
WRONG = {"7.11": WRONG_7_11}
