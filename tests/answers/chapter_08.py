"""Right and wrong answers to the problems of chapter 8; a wrong one comes with words of its diagnosis."""

# Written as students write: long, repetitive, and each on its own.
import math

import numpy as np

from bpkit.machines import Backward, Forward, all_reduce, even_slices, gpipe, one_f_one_b, run
from bpkit.problems.planted_ranks import PLANTED

# ---- 8.a


def play_8_a(p, r, step, n):
    """Follow the chunks round the ring."""
    holds = [{rank} for rank in range(p)]  # who is in the chunk that a rank is about to send
    number = list(range(p))
    for _ in range(step):
        holds = [holds[rank - 1] | {rank} for rank in range(p)]
        number = [number[rank - 1] for rank in range(p)]
    sends, shares = number[r], len(holds[r])
    for _ in range(step, p - 1):
        number = [number[rank - 1] for rank in range(p)]
    return sends, shares, number[r], 2 * (p - 1) * (n // p)


def dictionary_8_a(p, r, step, n):
    return {"numbers": 2 * n - 2 * n // p, "complete": 0 if r == p - 1 else r + 1, "shares": 1 + step,
            "sends": r - step if r >= step else r - step + p}  # fmt: skip


RIGHT_8_A = [
    play_8_a,
    dictionary_8_a,
    lambda p, r, step, n: np.array([(r + p - step) % p, step + 1, (r + 1) % p, 2 * n * (p - 1) / p]),
]


def other_8_a(**changed):
    def answer(p, r, step, n):
        right = {"sends": (r - step) % p, "shares": step + 1, "complete": (r + 1) % p, "numbers": 2 * (p - 1) * n // p}
        return right | {name: formula(p, r, step, n) for name, formula in changed.items()}

    return answer


WRONG_8_A = [
    (other_8_a(sends=lambda p, r, step, n: (r + step) % p), "`sends`: chunks travel to the right"),
    (other_8_a(sends=lambda p, r, step, n: r - step), "`sends`: the numbers go round"),
    (other_8_a(sends=lambda p, r, step, n: (r - step - 1) % p), "`sends`: this is what it receives"),
    (other_8_a(sends=lambda p, r, step, n: r), "`sends`: this is what it sends in the first round"),
    (other_8_a(shares=lambda p, r, step, n: step), "`shares`: in round 0 a rank sends its own share"),
    (other_8_a(shares=lambda p, r, step, n: step + 2), "`shares`: this is the number after it has arrived"),
    (other_8_a(complete=lambda p, r, step, n: r), "`complete`: this is the chunk that the rank sent first"),
    (other_8_a(complete=lambda p, r, step, n: (r - 1) % p), "`complete`: this is one too far to the left"),
    (other_8_a(complete=lambda p, r, step, n: r + 1), "`complete`: the numbers go round"),
    (other_8_a(numbers=lambda p, r, step, n: (p - 1) * n / p), "`numbers`: this is for adding up"),
    (other_8_a(numbers=lambda p, r, step, n: 2 * (p - 1) * n), "`numbers`: in each round a rank sends one chunk"),
    (other_8_a(numbers=lambda p, r, step, n: 2 * n), "`numbers`: there are p − 1 rounds each time"),
]

# ---- 8.b


def to_rank_0_8_b(gradients, counts):
    def step(comm):
        both = np.append(counts[comm.rank] * gradients[comm.rank], counts[comm.rank])
        if comm.rank == 0:
            other = np.empty_like(both)
            for rank in range(1, comm.size):
                comm.Recv(other, rank)
                both += other
            for rank in range(1, comm.size):
                comm.Send(both, rank)
        else:
            comm.Send(both, 0)
            comm.Recv(both, 0)
        return both[:-1] / both[-1]

    return run(step, len(counts)).results


def gathered_8_b(gradients, counts):
    def step(comm):
        everything = comm.allgather((counts[comm.rank], gradients[comm.rank]))
        total = sum(count for count, _ in everything)
        return sum(count / total * gradient for count, gradient in everything)

    return run(step, len(counts)).results


def one_machine_8_b(gradients, counts):
    return [np.average(gradients, axis=0, weights=counts)] * len(counts)


def share_first_8_b(gradients, counts):
    def step(comm):
        total = np.array([float(counts[comm.rank])])
        all_reduce(comm, total, "ring")
        mine = gradients[comm.rank] * (counts[comm.rank] / total[0])
        all_reduce(comm, mine, "ring")
        return mine

    return run(step, len(counts)).results


RIGHT_8_B = [to_rank_0_8_b, gathered_8_b, one_machine_8_b, share_first_8_b]


def summed_8_b(before, after):
    def answer(gradients, counts):
        def step(comm):
            numbers = before(gradients[comm.rank], counts[comm.rank], counts)
            all_reduce(comm, numbers)
            return after(numbers, counts)

        return run(step, len(counts)).results

    return answer


def leaves_8_b(gradients, counts):
    def step(comm):
        if counts[comm.rank] == 0:
            return gradients[comm.rank]
        numbers = counts[comm.rank] * gradients[comm.rank]
        all_reduce(comm, numbers)
        return numbers / sum(counts)

    return run(step, len(counts)).results


def in_place_8_b(gradients, counts):
    def step(comm):
        all_reduce(comm, gradients[comm.rank])
        return gradients[comm.rank]

    return run(step, len(counts)).results


WRONG_8_B = [
    (summed_8_b(lambda g, n, counts: g.copy(), lambda g, counts: g / len(counts)), "this is a mean of means"),
    (summed_8_b(lambda g, n, counts: g.copy(), lambda g, counts: g), "this is the sum of the means"),
    (summed_8_b(lambda g, n, counts: g.copy(), lambda g, counts: g / np.count_nonzero(counts)),
     "this is the mean over the ranks that have examples"),
    (summed_8_b(lambda g, n, counts: n * g, lambda g, counts: g), "this is the gradient of the summed loss"),
    (summed_8_b(lambda g, n, counts: n * g, lambda g, counts: g / len(counts)), "not by that of the ranks"),
    (lambda gradients, counts: [g.copy() for g in gradients], "each rank has its own gradient still"),
    (lambda gradients, counts: [n / sum(counts) * g for g, n in zip(gradients, counts, strict=True)],
     "this is each rank's share, before the sum"),
    (summed_8_b(lambda g, n, counts: n / sum(counts) * g, lambda g, counts: g / sum(counts)), "is made twice"),
    (leaves_8_b, "raised Deadlock"),
    (in_place_8_b, "changes its argument"),
    (summed_8_b(lambda g, n, counts: [1.0], lambda g, counts: g), "raised RankError"),
]  # fmt: skip

# ---- 8.c

RIGHT_8_C = [
    PLANTED,
    [f" {word.upper()} " for word in PLANTED],
    {f"version_{number}": word for number, word in enumerate(PLANTED, start=1)},
]


def other_8_c(number, word):
    return tuple(word if n == number else right for n, right in enumerate(PLANTED, start=1))


WRONG_8_C = [
    (other_8_c(1, "not-divided"), "`version_1`: with the bug you name, the weights of rank 0 of four with eight"),
    (other_8_c(1, "mean-of-means"), "`version_1`: with the bug you name, the weights of one rank after two steps"),
    (other_8_c(1, "added-again"), "divided by those after one step, would be 10; in this version: 7"),
    (other_8_c(2, "rest-dropped"), "`version_2`: with the bug you name, what changes if the last of ten"),
    (other_8_c(2, "no-sum"), "`version_2`: with the bug you name, the weights of four ranks with eight"),
    (other_8_c(3, "no-sum"), "`version_3`: with the bug you name, the weights of rank 0 of four with eight"),
    (other_8_c(4, "rest-dropped"), "`version_4`: with the bug you name, a run of four ranks with three examples"),
    (other_8_c(5, "mean-of-means"), "`version_5`: with the bug you name, what changes if the last of ten"),
    (other_8_c(6, "not-handed-out"), "`version_6`: with the bug you name, the weights of four ranks after no step"),
    (other_8_c(6, 7), "`version_6` is a int, expected a word"),
    (PLANTED[:4], "has 4 parts, expected 6"),
]

# ---- 8.d


def sendrecv_8_d(blocks):
    def shift(comm):
        received = np.empty_like(blocks[comm.rank])
        right, left = (comm.rank + 1) % comm.size, (comm.rank - 1) % comm.size
        comm.Sendrecv(blocks[comm.rank], right, recvbuf=received, source=left)
        return received

    return run(shift, len(blocks)).results, np.roll(np.arange(len(blocks)), -1)


def odd_first_8_d(blocks):
    def shift(comm):
        received = np.empty_like(blocks[comm.rank])
        right, left = (comm.rank + 1) % comm.size, (comm.rank - 1) % comm.size
        if comm.rank % 2:
            comm.Recv(received, left)
            comm.Send(blocks[comm.rank], right)
        else:
            comm.Send(blocks[comm.rank], right)
            comm.Recv(received, left)
        return received

    return {"waits_for": [*range(1, len(blocks)), 0], "received": run(shift, len(blocks)).results}


RIGHT_8_D = [
    sendrecv_8_d,
    odd_first_8_d,
    lambda blocks: ([blocks[-1], *blocks[:-1]], [(rank + 1) % len(blocks) for rank in range(len(blocks))]),
]


def other_8_d(received=None, waits_for=None):
    def answer(blocks):
        p = len(blocks)
        got = [blocks[-1], *blocks[:-1]] if received is None else received(blocks)
        return got, [(rank + 1) % p for rank in range(p)] if waits_for is None else waits_for(p)

    return answer


def still_hangs_8_d(blocks):
    def shift(comm):
        received = np.empty_like(blocks[comm.rank])
        comm.Send(blocks[comm.rank], (comm.rank + 1) % comm.size)
        comm.Recv(received, (comm.rank - 1) % comm.size)
        return received

    return run(shift, len(blocks)).results, [(rank + 1) % len(blocks) for rank in range(len(blocks))]


def receives_first_8_d(blocks):
    def shift(comm):
        received = np.empty_like(blocks[comm.rank])
        comm.Recv(received, (comm.rank - 1) % comm.size)
        comm.Send(blocks[comm.rank], (comm.rank + 1) % comm.size)
        return received

    return run(shift, len(blocks)).results, [(rank + 1) % len(blocks) for rank in range(len(blocks))]


WRONG_8_D = [
    (other_8_d(received=lambda blocks: [*blocks[1:], blocks[0]]), "`received`: these came from the right neighbour"),
    (other_8_d(received=list), "`received`: every rank has its own block still"),
    (other_8_d(received=lambda blocks: [0 * block for block in blocks]), "`received`: nothing was received"),
    (other_8_d(waits_for=lambda p: [(rank - 1) % p for rank in range(p)]), "`waits_for`: in the program as it stands"),
    (other_8_d(waits_for=lambda p: list(range(p))), "`waits_for`: no rank waits for itself"),
    (other_8_d(waits_for=lambda p: list(range(1, p + 1))), "`waits_for`: the right neighbour of the last rank"),
    (other_8_d(waits_for=lambda p: [0] * p), "`waits_for`: they do not all wait for rank 0"),
    (still_hangs_8_d, "rank 0 waits for rank 1 to receive"),
    (receives_first_8_d, "rank 0 waits for a message from rank"),
]

# ---- 8.e


def counting_8_e(p, m, forward, backward, largest):
    enough = 1
    while (p - 1) / (enough + p - 1) > largest:
        enough += 1
    total = m * (forward + backward) + (p - 1) * forward + (p - 1) * backward
    return {"time": total, "bubble": 1 - m * (forward + backward) / total, "enough": enough,
            "one_piece": p * (m * forward + m * backward)}  # fmt: skip


def simulated_8_e(p, m, forward, backward, largest):
    from bpkit.machines import cost

    found = cost(gpipe(p, m), forward, backward)
    enough = next(k for k in range(1, 10_000) if cost(gpipe(p, k)).bubble <= largest)
    return found.time, found.bubble, enough, p * m * (forward + backward)


RIGHT_8_E = [
    counting_8_e,
    simulated_8_e,
    lambda p, m, forward, backward, largest: np.array(
        [(m + p - 1) * (forward + backward), 1 - m / (m + p - 1), np.ceil((p - 1) / largest - p + 1),
         p * m * (forward + backward)]),
]  # fmt: skip


def other_8_e(**changed):
    def answer(p, m, forward, backward, largest):
        right = counting_8_e(p, m, forward, backward, largest)
        return right | {name: formula(p, m, forward, backward, largest) for name, formula in changed.items()}

    return answer


WRONG_8_E = [
    (other_8_e(time=lambda p, m, f, b, least: m * (f + b)), "`time`: this is the time in which a stage works"),
    (other_8_e(time=lambda p, m, f, b, least: (m + p) * (f + b)), "`time`: one too many"),
    (
        other_8_e(time=lambda p, m, f, b, least: (m + p - 1) * f + m * b),
        "`time`: the last micro-batch has to come back",
    ),
    (other_8_e(time=lambda p, m, f, b, least: m * f + (m + p - 1) * b), "`time`: the last stage does not begin at 0"),
    (other_8_e(bubble=lambda p, m, f, b, least: (p - 1) / m), "`bubble`: this divides by the time of work"),
    (other_8_e(bubble=lambda p, m, f, b, least: m / (m + p - 1)), "`bubble`: this is the share in which a stage works"),
    (other_8_e(bubble=lambda p, m, f, b, least: p / (m + p)), "`bubble`: one too many"),
    (other_8_e(bubble=lambda p, m, f, b, least: 1 - 1 / p), "`bubble`: this is the bubble of one piece"),
    (other_8_e(enough=lambda p, m, f, b, least: math.floor((p - 1) / least - p + 1)), "`enough`: this many do not"),
    (other_8_e(enough=lambda p, m, f, b, least: math.ceil((p - 1) / least)), "`enough`: this is m + p − 1"),
    (other_8_e(one_piece=lambda p, m, f, b, least: p * (f + b)), "`one_piece`: a piece of the size of the batch"),
    (other_8_e(one_piece=lambda p, m, f, b, least: m * (f + b)), "`one_piece`: this is the time of one stage"),
]

# ---- 8.f


def by_hand_8_f(beta, omega, h, g, p):
    def on_rank(comm):
        mine = even_slices(omega.shape[1], comm.size)[comm.rank]
        part = omega[:, mine] @ h[mine]
        total = sum(comm.allgather(part))
        return total + beta, g @ h[mine].T, (g.T @ omega[:, mine]).T

    results = run(on_rank, p).results
    return {
        "dl_dh": [one[2] for one in results],
        "f": [one[0] for one in results],
        "g_omega": [one[1] for one in results],
    }


def bias_on_one_rank_8_f(beta, omega, h, g, p):
    def on_rank(comm):
        mine = even_slices(omega.shape[1], comm.size)[comm.rank]
        part = np.ascontiguousarray(omega[:, mine]) @ h[mine]
        if comm.rank == 0:
            part += beta
        flat = part.ravel()
        all_reduce(comm, flat, "ring")
        return flat.reshape(part.shape), np.einsum("oi,ji->oj", g, h[mine]), np.einsum("oj,oi->ji", omega[:, mine], g)

    results = run(on_rank, p).results
    return [[one[k] for one in results] for k in range(3)]


RIGHT_8_F = [
    by_hand_8_f,
    bias_on_one_rank_8_f,
    lambda beta, omega, h, g, p: (
        [beta + omega @ h] * p,
        [(g @ h.T)[:, mine] for mine in even_slices(len(h), p)],
        [(omega.T @ g)[mine] for mine in even_slices(len(h), p)],
    ),
]


def other_8_f(**changed):
    def answer(beta, omega, h, g, p):
        right = by_hand_8_f(beta, omega, h, g, p)
        cut = even_slices(len(h), p)
        return right | {name: formula(beta, omega, h, g, p, cut) for name, formula in changed.items()}

    return answer


def bias_everywhere_8_f(beta, omega, h, g, p):
    def on_rank(comm):
        mine = even_slices(len(h), p)[comm.rank]
        f = omega[:, mine] @ h[mine] + beta
        all_reduce(comm, f.reshape(-1))
        return f, g @ h[mine].T, omega[:, mine].T @ g

    return [list(parts) for parts in zip(*run(on_rank, p).results, strict=True)]


def not_flat_8_f(beta, omega, h, g, p):
    def on_rank(comm):
        mine = even_slices(len(h), p)[comm.rank]
        f = omega[:, mine] @ h[mine]
        all_reduce(comm, f)
        return f + beta, g @ h[mine].T, omega[:, mine].T @ g

    return [list(parts) for parts in zip(*run(on_rank, p).results, strict=True)]


WRONG_8_F = [
    (bias_everywhere_8_f, "`f`: the bias is in there p times"),
    (other_8_f(f=lambda beta, omega, h, g, p, cut: [omega @ h] * p), "`f`: the bias is missing"),
    (other_8_f(f=lambda beta, omega, h, g, p, cut: [omega[:, c] @ h[c] + beta for c in cut]),
     "the all-reduce is missing"),
    (other_8_f(f=lambda beta, omega, h, g, p, cut: [omega[:, c] @ h[c] for c in cut]),
     "the all-reduce and the bias are missing"),
    (other_8_f(g_omega=lambda beta, omega, h, g, p, cut: [g @ h.T] * p), "`g_omega`: each rank has all columns"),
    (other_8_f(g_omega=lambda beta, omega, h, g, p, cut: [h[c] @ g.T for c in cut]), "`g_omega`: these are transposed"),
    (other_8_f(dl_dh=lambda beta, omega, h, g, p, cut: [omega.T @ g] * p), "`dl_dh`: each rank has all of"),
    (other_8_f(dl_dh=lambda beta, omega, h, g, p, cut: [g.T @ omega[:, c] for c in cut]),
     "`dl_dh`: these are transposed"),
    (not_flat_8_f, "one contiguous dimension"),
]  # fmt: skip

# ---- 8.g


def simulate_8_g(p, m):
    """Each stage goes back as soon as it has something to go back with, in steps of one action."""
    stages = []
    for r in range(p):
        ahead, done, back, stage = p - r, 0, 0, []
        while back < m:
            if done < m and done - back < ahead:
                stage.append(Forward(done))
                done += 1
            else:
                stage.append(Backward(back))
                back += 1
        stages.append(stage)
    return stages


def slices_8_g(p, m):
    for r in range(p):
        first = min(p - r, m)
        stage = [Forward(i) for i in range(first)]
        for i in range(m - first):
            stage += [Backward(i), Forward(i + first)]
        yield tuple(stage + [Backward(i) for i in range(m - first, m)])


RIGHT_8_G = [simulate_8_g, slices_8_g, lambda p, m: one_f_one_b(p, m).stages]


def turns_8_g(first):
    def answer(p, m):
        stages = []
        for r in range(p):
            ahead = max(0, min(first(p, r), m))
            stage = [Forward(i) for i in range(ahead)]
            for i in range(m):
                stage += [Forward(ahead + i)] * (ahead + i < m) + [Backward(i)]
            stages.append(stage)
        return stages

    return answer


def crossed_8_g(p, m):
    return [[*[Forward(i) for i in range(m)], *[Backward(i) for i in range(m)[::-1]]] for _ in range(p)]


def never_back_8_g(p, m):
    return [[*stage[:-1]] for stage in one_f_one_b(p, m).stages]


WRONG_8_G = [
    (lambda p, m: gpipe(p, m).stages, "this is GPipe"),
    (turns_8_g(lambda p, r: 0), "each stage takes one micro-batch forward and back"),
    (turns_8_g(lambda p, r: p - r), "ahead by one forward run more"),
    (turns_8_g(lambda p, r: p - 2 - r), "ahead by one forward run too few"),
    (turns_8_g(lambda p, r: p - 1), "every stage begins with as many forward runs as stage 0"),
    (turns_8_g(lambda p, r: 2 * (p - 1 - r)), "twice as many forward runs"),
    (turns_8_g(lambda p, r: r), "no stage can go on"),
    (crossed_8_g, "take them in their order"),
    (never_back_8_g, "stage 0 never does the derivative of the input"),
    (lambda p, m: one_f_one_b(p, m).stages[0], "expected one for each of the"),
    (lambda p, m: [["F0", "B0"]] * p, "'F0', which is no action"),
    (lambda p, m: p, "This is a int, expected a list of actions for each"),
]

# ---- 8.h


def loops_8_h(ranks, parameters, memory, work, micro_batches, activations, slow, fast, together):
    options = {}
    for tensor in range(1, together + 1):
        for pipe in range(1, ranks + 1):
            if ranks % (tensor * pipe):
                continue
            data = ranks // (tensor * pipe)
            held = parameters / pipe / tensor
            if held * 4 <= memory:
                compute = work / ranks
                compute += compute * (pipe - 1) / micro_batches
                gradients = (2 - 2 / data) * held * slow
                sums = 2 * (2 - 2 / tensor) * activations / data / pipe * fast
                options[data, pipe, tensor] = compute + gradients + sums
    cut = min(options, key=options.get)
    return {"time": options[cut], "cut": cut}


def arrays_8_h(ranks, parameters, memory, work, micro_batches, activations, slow, fast, together):
    d, s, t = np.meshgrid(*[np.arange(1.0, ranks + 1)] * 3, indexing="ij")
    time = work / ranks * (1 + (s - 1) / micro_batches) + 2 * (d - 1) / d * parameters / (s * t) * slow
    time += 4 * (t - 1) / t * activations / (d * s) * fast
    time[(d * s * t != ranks) | (4 * parameters / (s * t) > memory) | (t > together)] = np.inf
    where = np.unravel_index(time.argmin(), time.shape)
    return np.array(where) + 1, time[where]


def divisors_8_h(ranks, parameters, memory, work, micro_batches, activations, slow, fast, together):
    def ring(q, n, each):
        return 2 * (q - 1) / q * n * each

    divisors = [k for k in range(1, ranks + 1) if ranks % k == 0]
    best = None
    for t in [k for k in divisors if k <= together]:
        for s in [k for k in divisors if (ranks // t) % k == 0]:
            d = ranks // t // s
            if 4 * parameters / (s * t) <= memory:
                time = work * (micro_batches + s - 1) / (ranks * micro_batches)
                time += ring(d, parameters / (s * t), slow) + 2 * ring(t, activations / (d * s), fast)
                best = min(best or (math.inf, ()), (time, [d, s, t]))
    return best[1], best[0]


RIGHT_8_H = [loops_8_h, arrays_8_h, divisors_8_h]


def other_8_h(held=4, bubble=1, both=2, divided=True, sums=2, limited=True):
    def answer(ranks, parameters, memory, work, micro_batches, activations, slow, fast, together):
        found = []
        for d in range(1, ranks + 1):
            for s in range(1, ranks + 1):
                for t in range(1, ranks + 1):
                    mine = parameters / (s * t)
                    if d * s * t == ranks and held * mine <= memory and (t <= together or not limited):
                        time = work / ranks * (1 + bubble * (s - 1) / micro_batches)
                        time += both * (d - 1) / d * (mine if divided else parameters) * slow
                        time += sums * 2 * (t - 1) / t * activations / (d * s) * fast
                        found.append((time, [d, s, t]))
        time, cut = min(found)
        return cut, time

    return answer


WRONG_8_H = [
    (other_8_h(held=1), "a parameter takes four places"),
    (other_8_h(held=2), "the two moments of each parameter"),
    (other_8_h(bubble=0), "a pipeline waits"),
    (other_8_h(both=1), "an all-reduce of n numbers sends 2(d − 1)/d"),
    (other_8_h(divided=False), "its own parameters only"),
    (other_8_h(sums=1), "there are two all-reduces"),
    (other_8_h(limited=False), "units can be shared only within one machine"),
    (lambda **machine: loops_8_h(**machine)["cut"], None),
]

# ---- 8.i


def solved_8_i(delay, curvature, rate):
    longest = int((math.pi / (2 * math.asin(rate * curvature / 2)) - 1) / 2)
    return 2 * math.sin(math.pi / (4 * delay + 2)) / curvature, longest, 2 + longest


def counted_8_i(delay, curvature, rate):
    delays = [tau for tau in range(200) if rate * curvature < 2 * math.sin(math.pi / (4 * tau + 2))]
    return {"longest": max(delays), "ranks": len(delays) + 1,
            "largest": 2 / curvature * math.cos(math.pi / 2 - math.pi / (4 * delay + 2))}  # fmt: skip


RIGHT_8_I = [
    solved_8_i,
    counted_8_i,
    lambda delay, curvature, rate: np.array([
        abs(np.exp(1j * np.pi / (2 * delay + 1)) - 1) / curvature, *solved_8_i(delay, curvature, rate)[1:]
    ]),
]  # fmt: skip


def other_8_i(**changed):
    def answer(delay, curvature, rate):
        right = dict(zip(("largest", "longest", "ranks"), solved_8_i(delay, curvature, rate), strict=True))
        return right | {name: formula(delay, curvature, rate) for name, formula in changed.items()}

    return answer


WRONG_8_I = [
    (
        other_8_i(largest=lambda t, c, a: 2 * math.sin(math.pi / (4 * t + 2))),
        "`largest`: this is the limit for rate × λ",
    ),
    (other_8_i(largest=lambda t, c, a: 2 / (t + 1) / c), "`largest`: this is the limit without delay, divided by"),
    (other_8_i(largest=lambda t, c, a: math.pi / (2 * t + 1) / c), "`largest`: this is the approximation"),
    (other_8_i(largest=lambda t, c, a: 2 * math.sin(math.pi / (2 * t + 1)) / c), "`largest`: the angle is π/(4τ + 2)"),
    (other_8_i(largest=lambda t, c, a: 2 / c), "`largest`: this is the limit without delay."),
    (other_8_i(longest=lambda t, c, a: solved_8_i(t, c, a)[1] + 1), "`longest`: with this delay the rate is already"),
    (other_8_i(longest=lambda t, c, a: solved_8_i(t, c, a)[1] - 1), "`longest`: one more is still allowed"),
    (
        other_8_i(longest=lambda t, c, a: (math.pi / 2 / math.asin(a * c / 2) - 1) / 2),
        "`longest`: a delay is a whole number",
    ),
    (other_8_i(ranks=lambda t, c, a: solved_8_i(t, c, a)[1] + 1), "`ranks`: the server is a rank, too"),
    (other_8_i(ranks=lambda t, c, a: solved_8_i(t, c, a)[1]), "`ranks`: this is the delay"),
    (other_8_i(ranks=lambda t, c, a: solved_8_i(t, c, a)[1] + 3), "`ranks`: one too many"),
]

RIGHT = {
    "8.a": RIGHT_8_A, "8.b": RIGHT_8_B, "8.c": RIGHT_8_C, "8.d": RIGHT_8_D, "8.e": RIGHT_8_E, "8.f": RIGHT_8_F,
    "8.g": RIGHT_8_G, "8.h": RIGHT_8_H, "8.i": RIGHT_8_I,
}  # fmt: skip
WRONG = {
    "8.a": WRONG_8_A, "8.b": WRONG_8_B, "8.c": WRONG_8_C, "8.d": WRONG_8_D, "8.e": WRONG_8_E, "8.f": WRONG_8_F,
    "8.g": WRONG_8_G, "8.h": WRONG_8_H, "8.i": WRONG_8_I,
}  # fmt: skip
