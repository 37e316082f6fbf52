"""Peak memory against evaluations for all schedules of a kind, the best of them, and the one that is chosen."""

from collections.abc import Iterable
from functools import lru_cache
from math import log

import numpy as np

from bpkit.checkpoint import (
    Action,
    Advance,
    Cost,
    Recompute,
    Reverse,
    Schedule,
    binomial,
    every,
    store_all,
)
from bpkit.numerical.arguments import whole_number
from bpkit.numerical.arrays import Array
from bpkit.plot import svg
from bpkit.plot.svg import Picture, counted
from bpkit.plot.timed_schedule import LARGEST, timed

WIDTH, HEIGHT = 1000, 392
_LEFT, _RIGHT, _TOP, _BOTTOM = 76.0, 610.0, 38.0, 344.0
_BESIDE = 690.0
_BAND = "#d0d0d0"
_NAMED = 16  # blocks, from which on some spacings are named
_MOST_SWEEPS = 8  # that are drawn; of more expensive schedules only the number is written

Costs = dict[str, Cost]  # by the names of the schedules


def pareto(n: int, chosen: Iterable[Action] | None = None) -> Picture:
    """Draw the peak memory and the evaluations of store_all(n), of every(n, k) and binomial(n, slots) for all k and slots.

    Both axes are logarithmic. The gray steps are the Pareto front: for each peak the fewest evaluations of all
    schedules there are. binomial makes the fewest for its slots, and the two or three activations in hand come on top,
    so it can lie above the front. From 16 blocks on, the spacings k with the least peak and the spacing n / 2 are named.
    `chosen`, any schedule for n blocks, is in the ring. A schedule that takes more than 8 sweeps and is not chosen is
    not shown: an arrow points up to it.

    Raises TypeError or ValueError for an n that is not a whole number from 1 to 64, and for a chosen schedule that
    cannot be carried out or has another number of blocks.

    >>> pareto(64, every(64, 8))
    Peak memory against evaluations of the schedules on 64 blocks. Storing all: peak 65, 64 evaluations. Every d-th activation: at best peak 16, with 117 evaluations. binomial: from peak 4, with 2017 evaluations, to peak 65, with 64. Chosen: every(64, 8), peak 16, 120 evaluations (1.88 sweeps). With this peak 113 would do.
    """  # noqa: E501
    if whole_number("n", n) > LARGEST:
        raise ValueError(f"n is {n}, but the picture holds {LARGEST} blocks: choose a smaller n.")
    kinds = costs(n)
    everything = {name: one for kind in kinds for name, one in kind.items()}
    mine = {} if chosen is None else _chosen(n, chosen)
    axes = _Axes(n, list(everything.values()), list(mine.values()))
    sentences = _sentences(n, mine)
    shapes = [*_grid(n, axes), _steps(front(n), axes), *_marks(kinds, axes), *_above(everything, axes)]
    shapes += [*_ring(n, mine, axes), *_spacings(n, list(kinds[1].values()), axes)]
    return svg.picture(WIDTH, HEIGHT, [*shapes, *_legend(), *_beside(sentences)], _in_words(n, kinds, sentences))


@lru_cache(maxsize=2 * LARGEST)
def costs(n: int) -> tuple[Costs, Costs, Costs]:
    """Return what store_all, every(n, k) for all k, and binomial(n, slots) for all numbers of slots cost.

    >>> costs(4)[1]["every(4, 2)"]
    Cost(evaluations=6, peak=4)
    """
    schedules = [store_all(n)], [every(n, k) for k in range(1, n + 1)], [binomial(n, s) for s in range(1, n + 1)]
    first, second, third = ({one.name: _counted(one) for one in kind} for kind in schedules)
    return first, second, third


def _counted(schedule: Schedule) -> Cost:
    """Count as `bpkit.checkpoint.cost` does, but without validating the schedule: four times faster."""
    evaluations, alive, peak = 0, 1, 1
    for action in schedule:
        if isinstance(action, Advance | Recompute):
            blocks = action.stop - action.start
            evaluations += blocks
            peak = max(peak, alive + min(blocks, 2))
            alive += 1
        elif isinstance(action, Reverse):
            alive -= 1
    return Cost(evaluations, peak)


def front(n: int) -> list[Cost]:
    """Return the costs of the best schedules of all: for each peak that is possible, the fewest evaluations.

    >>> front(4)
    [Cost(evaluations=8, peak=3), Cost(evaluations=5, peak=4), Cost(evaluations=4, peak=5)]
    """
    fewest = _fewest()[n]
    return [Cost(int(fewest[m]), m) for m in range(2, n + 2) if fewest[m] < np.inf]


@lru_cache(maxsize=1)
def _fewest() -> Array:
    """The fewest evaluations for each number of blocks (row) and peak (column), as `bpkit.checkpoint.optimal` has them.

    Since all blocks are alike, only the length of a stretch of blocks matters, and one table serves every n.
    """
    shape = LARGEST + 1, LARGEST + 2
    fresh, waiting = np.full(shape, np.inf), np.full(shape, np.inf)  # without and with the last activation
    fresh[1, 2:], waiting[1, 2:] = 1, 0
    for length in range(2, LARGEST + 1):
        steps = np.arange(1, length)[:, None]  # from the first activation to the next one that is stored
        alive = np.minimum(steps, 2) + 1
        memory = np.arange(1, shape[1])
        forth = steps + waiting[1:length, 1:]  # these steps now, and later the blocks before
        behind = fresh[length - 1 : 0 : -1, :-1], waiting[length - 1 : 0 : -1, :-1]
        fresh[length, 1:] = np.where(memory >= alive, forth + behind[0], np.inf).min(axis=0)
        with_last = np.where(memory >= alive + 1, forth + behind[1], np.inf).min(axis=0)
        waiting[length, 1:] = np.minimum(with_last, fresh[length, 1:])  # it may help to free the last one
    return fresh


def _chosen(n: int, chosen: Iterable[Action]) -> Costs:
    plan = timed(chosen)
    if plan.n != n:
        raise ValueError(f"chosen is a schedule for {counted(plan.n, 'block')}, but n is {n}.")
    return {plan.name: Cost(plan.steps[-1].evaluations, plan.peak)}


class _Axes:
    """Where a cost is on the sheet."""

    def __init__(self, n: int, everything: list[Cost], mine: list[Cost]) -> None:
        highest = min(max(one.evaluations for one in everything), _MOST_SWEEPS * n)
        self.fewest, self.highest = n * 0.93, max(highest, 2 * n, *(one.evaluations for one in mine)) * 1.1
        peaks = [one.peak for one in [*everything, *mine, *front(n)] if one.evaluations <= self.highest]
        self.least, self.most = min(peaks) * 0.93, max(peaks) * 1.08

    def x(self, peak: float) -> float:
        return _LEFT + (_RIGHT - _LEFT) * log(peak / self.least) / log(self.most / self.least)

    def y(self, evaluations: float) -> float:
        return _BOTTOM - (_BOTTOM - _TOP) * log(evaluations / self.fewest) / log(self.highest / self.fewest)


def _grid(n: int, axes: _Axes) -> list[str]:
    """Axes, and lines at whole sweeps."""
    peaks = [one for one in (2, 3, 4, 5, 6, 7, 8, 12, 16, 24, 32, 48, 64) if axes.least <= one <= axes.most]
    sweeps = [one for one in (1, 2, 4, 8, 16, 32, 64) if n * one <= axes.highest]
    lines = "".join(f"M{_LEFT} {axes.y(n * one):.1f}H{_RIGHT}" for one in sweeps)
    marks = "".join(f"M{axes.x(one):.1f} {_BOTTOM}v4" for one in peaks)
    return [
        f'<path d="{lines}" stroke="#dcdcdc" stroke-width="0.8"/>',
        f'<path d="M{_LEFT} {_TOP}V{_BOTTOM}H{_RIGHT}{marks}" fill="none" stroke="{svg.INK}"/>',
        *(svg.text(axes.x(one), _BOTTOM + 14, str(one), size=12) for one in peaks),
        *(svg.text(_LEFT - 8, axes.y(n * one), str(n * one), size=12, anchor="end") for one in sweeps),
        *(svg.text(_RIGHT + 6, axes.y(n * one), counted(one, "sweep"), size=12, anchor="start") for one in sweeps),
        svg.text(8, 14, "evaluations", size=13, anchor="start"),
        svg.text((_LEFT + _RIGHT) / 2, _BOTTOM + 34, "peak: activations alive at most", size=13),
    ]  # fmt: skip


def _steps(best: list[Cost], axes: _Axes) -> str:
    """The front as a step curve: what fits into less memory also fits into more."""
    shown = [one for one in best if one.evaluations <= axes.highest]
    begin = axes.y(shown[0].evaluations) if len(shown) == len(best) else _TOP
    path = f"M{axes.x(shown[0].peak):.1f} {begin:.1f}V{axes.y(shown[0].evaluations):.1f}"
    path += "".join(f"H{axes.x(one.peak):.1f}V{axes.y(one.evaluations):.1f}" for one in shown[1:])
    return f'<path d="{path}H{_RIGHT}" fill="none" stroke="{_BAND}" stroke-width="7"/>'


def _marks(kinds: tuple[Costs, Costs, Costs], axes: _Axes) -> list[str]:
    """A square, circles and diamonds."""
    square, circles, diamonds = (
        "".join(f"M{axes.x(one.peak):.1f} {axes.y(one.evaluations):.1f}{shape}"
                for one in kind.values() if one.evaluations <= axes.highest)
        for kind, shape in zip(kinds, (_SQUARE, _CIRCLE, _DIAMOND), strict=True)
    )  # fmt: skip
    return [
        f'<path d="{square}" fill="{svg.INK}"/>',
        f'<path d="{circles}" fill="{svg.LIGHT}" stroke="{svg.INK}" stroke-width="0.8"/>',
        f'<path d="{diamonds}" fill="{svg.DARK}"/>',
    ]


_SQUARE = "m-7 -7h14v14h-14z"
_CIRCLE = "m-3 0a3 3 0 1 0 6 0a3 3 0 1 0 -6 0z"
_DIAMOND = "m0 -4.5l4.5 4.5l-4.5 4.5l-4.5 -4.5z"


def _spacings(n: int, spaced: list[Cost], axes: _Axes) -> list[str]:
    """Names for the spacings with the least peak, and for half of the depth; few blocks leave no room for them."""
    if n < _NAMED:
        return []
    least = min(one.peak for one in spaced)
    best = [d for d, one in enumerate(spaced, 1) if one.peak == least]
    x, y = axes.x(least), axes.y(min(one.evaluations for one in spaced if one.peak == least))
    half = spaced[n // 2 - 1]
    # Nothing lies below the front, so there is room below and to the left of the best.
    names = svg.text(x - 6, y + 34, f"every {best[0]}–{best[-1]}", size=12, anchor="end")
    half_x, half_y = axes.x(half.peak), axes.y(half.evaluations)
    names += svg.text(half_x, half_y + 22, f"every {n // 2}", size=12)
    lines = f"M{x:.1f} {y + 3:.1f}v27h-4M{half_x:.1f} {half_y + 3:.1f}v12"
    return [
        f'<path d="{lines}" fill="none" stroke="{svg.INK}" stroke-width="0.8"/>',
        f'<g paint-order="stroke" stroke="white" stroke-width="4" stroke-linejoin="round">{names}</g>',
    ]


def _above(everything: Costs, axes: _Axes) -> list[str]:
    """Arrows to the schedules that are too expensive to be drawn."""
    drawn = []
    for one in (one for one in everything.values() if one.evaluations > axes.highest):
        x = max(axes.x(one.peak), _LEFT + 8)
        drawn += [svg.arrow(x, _TOP + 14, x, _TOP - 6, colour=svg.DARK),
                  svg.text(x + 8, _TOP, str(one.evaluations), size=12, anchor="start")]  # fmt: skip
    return drawn


def _ring(n: int, mine: Costs, axes: _Axes) -> list[str]:
    """The chosen one, with its name, and lines to the axes."""
    if not mine:
        return []
    ((name, one),) = mine.items()
    x, y = axes.x(one.peak), axes.y(one.evaluations)
    # There is most room above and to the right; near the right edge, above the line of two sweeps.
    room = x < _RIGHT - 190
    where, anchor = (x + 12, "start") if room else (_RIGHT, "end")
    above = min(y, _BOTTOM if room else axes.y(2 * n)) - 18
    written = f"{name if len(name) <= 16 else 'chosen'}: peak {one.peak}, {one.evaluations}"
    return [
        f'<path d="M{_LEFT} {y:.1f}H{x:.1f}V{_BOTTOM}" fill="none" stroke="{svg.INK}" stroke-dasharray="4 3"/>',
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="10" fill="none" stroke="white" stroke-width="6"/>',
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="10" fill="none" stroke="{svg.INK}" stroke-width="2.6"/>',
        f'<g paint-order="stroke" stroke="white" stroke-width="4" stroke-linejoin="round">'
        f"{svg.text(where, above, written, size=14, anchor=anchor)}</g>",
    ]


def _legend() -> list[str]:
    entries = (
        (f'm0 0{_SQUARE}" fill="{svg.INK}', "store all"),
        (f'm0 0{_CIRCLE}" fill="{svg.LIGHT}" stroke="{svg.INK}" stroke-width="0.8', "every d-th activation"),
        (f'm0 0{_DIAMOND}" fill="{svg.DARK}', "binomial: the fewest for its slots"),
        (f'm-9 0h18" stroke="{_BAND}" stroke-width="7', "front: the fewest for each peak"),
    )
    drawn = []
    for i, (shape, words) in enumerate(entries):
        y = _TOP + 2 + 23 * i
        drawn.append(f'<path d="M{_BESIDE + 9} {y}{shape}"/>')
        drawn.append(svg.text(_BESIDE + 28, y, words, size=14, anchor="start"))
    return drawn


def _beside(sentences: list[str]) -> list[str]:
    """The sentences about the chosen one, broken into lines."""
    lines = [line for one in sentences for line in _broken(one)]
    return [svg.text(_BESIDE, _TOP + 108 + 20 * i, line, size=14, anchor="start") for i, line in enumerate(lines)]


def _broken(words: str, longest: int = 38) -> list[str]:
    lines = [""]
    for word in words.split(" "):
        if len(lines[-1]) + 1 + len(word) > longest:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def _sentences(n: int, mine: Costs) -> list[str]:
    """What the chosen one costs, and what is possible."""
    if not mine:
        return []
    ((name, one),) = mine.items()
    sweeps = svg.number(one.evaluations / n)
    said = (
        f"Chosen: {name}, peak {one.peak}, {counted(one.evaluations, 'evaluation')} "
        f"({sweeps} sweep{'' if sweeps == '1' else 's'})."
    )
    (best,) = (other for other in front(n) if other.peak == one.peak)
    if best.evaluations < one.evaluations:
        return [said, f"With this peak {best.evaluations} would do."]
    return [said, "It is on the front: less of one takes more of the other."]


def _in_words(n: int, kinds: tuple[Costs, Costs, Costs], sentences: list[str]) -> str:
    (all_,), spaced, optimal = kinds[0].values(), kinds[1].values(), list(kinds[2].values())
    least = min(spaced, key=lambda one: (one.peak, one.evaluations))
    return " ".join(
        [
            f"Peak memory against evaluations of the schedules on {counted(n, 'block')}.",
            f"Storing all: peak {all_.peak}, {counted(all_.evaluations, 'evaluation')}.",
            f"Every d-th activation: at best peak {least.peak}, with {counted(least.evaluations, 'evaluation')}.",
            f"binomial: from peak {optimal[0].peak}, with {counted(optimal[0].evaluations, 'evaluation')}, "
            f"to peak {optimal[-1].peak}, with {optimal[-1].evaluations}.",
            *sentences,
        ]
    )
