"""A schedule as a space–time picture: which block runs when, which activations wait, and how many are alive."""

from collections.abc import Iterable
from itertools import count

from bpkit.checkpoint import Action, Advance, Free, Recompute, Reverse, Store
from bpkit.numerical.arguments import whole_number
from bpkit.plot import svg
from bpkit.plot.svg import Picture, counted
from bpkit.plot.timed_schedule import TimedAction, TimedSchedule, timed

WIDTH, HEIGHT = 1000, 476
STORED = "#6f93cf"
_AGAIN, _NOW = svg.LIGHT, "#fff0cc"

_LEFT, _RIGHT = 62.0, 980.0
_TOP, _BOTTOM = 50.0, 310.0  # of the blocks
_MOST, _NONE = 340.0, 404.0  # of the memory below them
_PANELS = (_TOP, _BOTTOM), (_MOST, _NONE)
_TICKS, _TIME, _LEGEND = 417.0, 436.0, 462.0


def timeline(schedule: Iterable[Action], ratio: float = 2.0, step: int | None = None) -> Picture:
    """Draw a schedule against time: the blocks from bottom to top, and below them how many activations are alive.

    The first sweep climbs in solid lines, recomputations in hollow ones, and a block that is reversed is a box. A bar
    on the line between two blocks is an activation in a slot, a thin line one in hand; where `step` is given, what
    comes after that many actions is pale and the last of them is marked. The time is counted in evaluations of one
    block, and reversing a block takes `ratio`.

    Raises TypeError or ValueError for what `bpkit.plot.timed_schedule.timed` refuses, and for a step that does not
    exist.

    >>> from bpkit.checkpoint import binomial
    >>> timeline(binomial(10, 3))
    Space–time picture of binomial(10, 3) on 10 blocks. The first sweep takes until time 10. By time 36 all blocks are reversed, after 6 more evaluations, in 6 runs: 16 evaluations in all. At most 3 activations are stored at once. The peak is 5 activations, from time 8. The time is 1.2 × that of storing all.
    """  # noqa: E501
    return timeline_picture(timed(schedule, ratio), step)


def timeline_picture(plan: TimedSchedule, step: int | None = None) -> Picture:
    """Draw a schedule with times as `timeline` does."""
    if step is not None and whole_number("step", step, least=0) > len(plan.steps):
        raise ValueError(f"step is {step}, expected at most {len(plan.steps)}, the number of actions.")
    last = plan.steps[step - 1] if step else None
    shapes = [*_band(plan, last), *_grid(plan), *_blocks(plan), *_memory(plan)]
    if step is not None:
        shapes += _now(plan, last)
    words = in_words(plan) if step is None else f"{sentence(plan, step)} {in_words(plan)}"
    return svg.picture(WIDTH, HEIGHT, [*shapes, *_frame(plan), *_legend()], words)


def in_words(plan: TimedSchedule) -> str:
    """Say what the whole picture shows."""
    end, swept = plan.steps[-1], max(one.end for one in plan.steps if isinstance(one.action, Advance))
    runs = sum(isinstance(one.action, Recompute) for one in plan.steps)
    again = f"after {end.again} more evaluations, in {counted(runs, 'run')}" if runs else "and nothing is recomputed"
    stored = max(one.stored for one in plan.steps)
    highest = next(level for level in plan.levels if level.alive == plan.peak)
    return (
        f"Space–time picture of {plan.name} on {counted(plan.n, 'block')}. The first sweep takes until time "
        f"{swept:g}. By time {plan.time:g} all blocks are reversed, {again}: "
        f"{counted(end.evaluations, 'evaluation')} in all. At most {counted(stored, 'activation')} "
        f"{'is' if stored == 1 else 'are'} stored at once. The peak is {plan.peak} activations, from time "
        f"{highest.start:g}. The time is {_slower(plan)}."
    )


def _slower(plan: TimedSchedule) -> str:
    """The time beside that of storing all, which evaluates and reverses every block once."""
    return f"{svg.number(plan.time / (plan.n * (1 + plan.ratio)))} × that of storing all"


def sentence(plan: TimedSchedule, step: int) -> str:
    """Say what an action did; 0 is before the first."""
    if step == 0:
        return "Nothing is done yet: activation 0, the input, is there. Press “step”."
    done = plan.steps[step - 1]
    when = f"time {done.end:g}" if done.start == done.end else f"time {done.start:g} to {done.end:g}"
    return f"Action {step} of {len(plan.steps)}, {when}: {done.action}"


def _x(plan: TimedSchedule, time: float) -> float:
    return _LEFT + (_RIGHT - _LEFT) * time / plan.time


def _y(plan: TimedSchedule, activation: float) -> float:
    return _BOTTOM - (_BOTTOM - _TOP) * activation / plan.n


def _level(plan: TimedSchedule, alive: float) -> float:
    return _NONE - (_NONE - _MOST) * alive / plan.peak


def _band(plan: TimedSchedule, last: TimedAction | None) -> list[str]:
    """A light column where the last action is."""
    if last is None or last.start == last.end:
        return []
    x, wide = _x(plan, last.start), max(_x(plan, last.end) - _x(plan, last.start), 2.0)
    columns = "".join(f"M{x:.1f} {top}h{wide:.1f}V{end}h{-wide:.1f}Z" for top, end in _PANELS)
    return [f'<path d="{columns}" fill="{_NOW}"/>']


def _grid(plan: TimedSchedule) -> list[str]:
    """The activations' numbers and lines, thinned out so that they can be read."""
    n = plan.n
    enough = [apart for apart in range(1, n + 1) if n <= 16 * apart]
    apart = next((one for one in enough if n % one == 0 and n >= 8 * one), enough[0])
    ticks = [*(k for k in range(0, n, apart) if 2 * (n - k) > apart), n]
    lines = "".join(f"M{_LEFT} {_y(plan, k):.1f}H{_RIGHT}" for k in ticks)
    return [
        f'<path d="{lines}" stroke="#dcdcdc" stroke-width="0.8"/>',
        *(svg.text(_LEFT - 8, _y(plan, k), str(k), size=12, anchor="end") for k in ticks),
    ]


def _thickness(plan: TimedSchedule, share: float, least: float, most: float) -> float:
    """A thickness in proportion to the height of a block, between two limits."""
    return min(max(share * (_BOTTOM - _TOP) / plan.n, least), most)


def _blocks(plan: TimedSchedule) -> list[str]:
    """The blocks that are reversed, above them the activations that wait, and on top the blocks that run."""
    bars = {True: "", False: ""}
    for activation, start, end, stored in plan.lives:
        bars[stored] += f"M{_x(plan, start):.1f} {_y(plan, activation):.1f}H{_x(plan, end):.1f}"
    runs = {Advance: "", Recompute: ""}
    boxes = ""
    for action, start, end, *_ in plan.steps:
        left, right = _x(plan, start), _x(plan, end)
        if isinstance(action, Advance | Recompute):
            up, down = _y(plan, action.stop), _y(plan, action.start)
            runs[type(action)] += f"M{left:.1f} {down:.1f}L{right:.1f} {up:.1f}"
        elif isinstance(action, Reverse):
            up, down = _y(plan, action.block + 1), _y(plan, action.block)
            boxes += f"M{left:.1f} {up:.1f}H{max(right, left + 1):.1f}V{down:.1f}H{left:.1f}Z"
    thick = _thickness(plan, 0.12, 2.6, 4.0)
    return [
        f'<path d="{boxes}" fill="{svg.GRAY}"/>',
        f'<path d="{bars[False]}" stroke="{svg.INK}" stroke-width="1"/>',
        f'<path d="{bars[True]}" stroke="{STORED}" stroke-width="{_thickness(plan, 0.5, 2.2, 8.0):.1f}"/>',
        *_hollow(runs[Recompute], thick),
        f'<path d="{runs[Advance]}" stroke="{svg.DARK}" stroke-width="{thick:.1f}" stroke-linecap="round"/>',
    ]


def _hollow(path: str, thick: float) -> list[str]:
    """A light line between two dark ones."""
    return [
        f'<path d="{path}" stroke="{svg.INK}" stroke-width="{thick:.1f}" stroke-linecap="round"/>',
        f'<path d="{path}" stroke="{_AGAIN}" stroke-width="{thick - 1.4:.1f}" stroke-linecap="round"/>',
    ]


def _memory(plan: TimedSchedule) -> list[str]:
    """How many activations are alive over time, and the peak."""
    path = f"M{_x(plan, 0):.1f} {_NONE}"
    for start, end, alive in plan.levels:
        path += f"L{_x(plan, start):.1f} {_level(plan, alive):.1f}H{_x(plan, end):.1f}"
    path += f"V{_NONE}Z"
    return [
        f'<path d="{path}" fill="#cfdcf0" stroke="{svg.INK}" stroke-width="0.8" stroke-linejoin="bevel"/>',
        f'<path d="M{_LEFT} {_MOST}H{_RIGHT}" stroke="{svg.INK}" stroke-dasharray="4 3" stroke-width="0.8"/>',
    ]


def _now(plan: TimedSchedule, last: TimedAction | None) -> list[str]:
    """Make the future pale; mark the present with a line, and an action that takes no time with a ring or a cross."""
    x = _x(plan, last.end if last else 0.0)
    drawn = [
        f'<path d="M{x:.1f} {_TOP - 6}H{_RIGHT + 6}V{_NONE - 1}H{x:.1f}Z" fill="white" fill-opacity="0.72"/>',
        *(f'<path d="M{x:.1f} {top}V{end}" stroke="{svg.INK}" stroke-width="1.4"/>' for top, end in _PANELS),
        f'<path d="M{x:.1f} {_TOP}l-6 -9h12Z" fill="{svg.INK}"/>',
    ]
    match last:
        case TimedAction(Store(activation)):
            ring = f'cx="{x:.1f}" cy="{_y(plan, activation):.1f}" r="6" fill="{STORED}"'
            drawn.append(f'<circle {ring} stroke="{svg.INK}" stroke-width="1.6"/>')
        case TimedAction(Free(activation)):
            cross = f"M{x - 5:.1f} {_y(plan, activation) - 5:.1f}l10 10m0 -10l-10 10"
            drawn.append(f'<path d="{cross}" stroke="{svg.INK}" stroke-width="2.4"/>')
    return drawn


def _frame(plan: TimedSchedule) -> list[str]:
    """Title, axes and their numbers."""
    end = plan.steps[-1]
    apart = next(one for one in _round_numbers() if plan.time <= 12 * one)
    ticks = [apart * k for k in range(int(plan.time / apart) + 1)]
    marks = "".join(f"M{_x(plan, one):.1f} {_NONE}v4" for one in ticks)
    title = (
        f"{plan.name}: {counted(end.evaluations, 'evaluation')} ({end.again or 'none'} again), peak {plan.peak}, "
        f"time {plan.time:g} ({_slower(plan)})"
    )
    return [
        svg.text((_LEFT + _RIGHT) / 2, 16, title, size=14),
        svg.text(8, 33, "activation (block k lies between activations k and k + 1)", size=13, anchor="start"),
        svg.text(8, _MOST - 17, f"activations alive: {plan.peak} at most", size=13, anchor="start"),
        svg.text(_LEFT - 8, _MOST, str(plan.peak), size=12, anchor="end"),
        svg.text(_LEFT - 8, _NONE, "0", size=12, anchor="end"),
        f'<path d="M{_LEFT} {_TOP}V{_BOTTOM}M{_LEFT} {_MOST}V{_NONE}H{_RIGHT}{marks}" fill="none" '
        f'stroke="{svg.INK}"/>',
        *(svg.text(_x(plan, one), _TICKS, f"{one:g}", size=12) for one in ticks),
        svg.text((_LEFT + _RIGHT) / 2, _TIME,
                 f"time, in evaluations of one block (reversing a block takes {plan.ratio:g})", size=13),
    ]  # fmt: skip


def _round_numbers() -> Iterable[float]:
    """1, 2, 5, 10, 20, … with halves before, for short times."""
    yield 0.5
    for power in count():
        yield from (1 * 10**power, 2 * 10**power, 5 * 10**power)


def _legend() -> list[str]:
    y = _LEGEND
    marks = (
        (150, "first sweep", [f'<path d="M150 {y + 8}l18 -16" stroke="{svg.DARK}" stroke-width="3" '
                             'stroke-linecap="round"/>']),
        (290, "recomputed", _hollow(f"M290 {y + 8}l18 -16", 3.6)),
        (430, "reversed", [f'<path d="M430 {y - 7}h18v14h-18Z" fill="{svg.GRAY}"/>']),
        (550, "activation in a slot", [f'<path d="M550 {y}h24" stroke="{STORED}" stroke-width="6"/>']),
        (750, "in hand", [f'<path d="M750 {y}h24" stroke="{svg.INK}" stroke-width="1"/>']),
    )  # fmt: skip
    drawn = [shape for _, _, shapes in marks for shape in shapes]
    drawn += [svg.text(x + (30 if x > 500 else 24), y, words, size=13, anchor="start") for x, words, _ in marks]
    return drawn
