"""A pipeline's schedule in time: a row for each stage, a bar for each action, and what a stage waits for."""

from itertools import pairwise
from typing import NamedTuple

from bpkit.machines import Backward, BackwardInput, BackwardWeights, Bar, Cost, Forward, Schedule, cost
from bpkit.numerical.arguments import whole_number
from bpkit.plot import svg
from bpkit.plot.svg import Picture

WIDTH = 1000
LARGEST = 16  # stages: in a picture of more, single bars could not be seen
_LEFT, _RIGHT, _TOP = 76.0, 872.0, 66.0
_FILLS: dict[type, str] = {Forward: "white", Backward: "#6f93cf", BackwardInput: svg.DARK, BackwardWeights: svg.LIGHT}
_NAMES: dict[type, str] = {
    Forward: "forward",
    Backward: "backward",
    BackwardInput: "back to the input",
    BackwardWeights: "weights",
}


class TimedPipeline(NamedTuple):
    """A schedule with its cost, and its bars in the order in which they begin."""

    schedule: Schedule
    message: float
    cost: Cost
    bars: list[Bar]


def timed_pipeline(
    schedule: Schedule, forward: float = 1.0, backward: float = 2.0, message: float = 0.0
) -> TimedPipeline:
    """Lay a pipeline's schedule out in time.

    Raises ValueError for what `bpkit.machines.cost` refuses, and for more than 16 stages.

    >>> from bpkit.machines import gpipe
    >>> timed_pipeline(gpipe(2, 1)).bars[1]
    Bar(stage=1, action=Forward(micro_batch=0), start=1.0, end=2.0)
    """
    if len(schedule.stages) > LARGEST:
        raise ValueError(f"schedule has {len(schedule.stages)} stages, but the picture holds {LARGEST}.")
    found = cost(schedule, forward, backward, message)
    bars = sorted(found.bars, key=lambda bar: (bar.start, bar.stage))
    return TimedPipeline(schedule, message, found, bars)


def gantt(
    schedule: Schedule, forward: float = 1.0, backward: float = 2.0, message: float = 0.0, step: int | None = None
) -> Picture:
    """Draw a pipeline's schedule: when each stage works on which micro-batch, and how much it has alive and sends.

    With `step`, what comes after that many actions is pale.

    Raises TypeError or ValueError for what `timed_pipeline` refuses, and for a step that does not exist.

    >>> from bpkit.machines import gpipe
    >>> gantt(gpipe(2, 2))
    Gantt chart of gpipe(2, 2). It takes 9, the bubble is 33.3 %. Stage 0 works from 0 to 1 (0 forward), from 1 to 2 (1 forward), from 5 to 7 (0 backward), from 7 to 9 (1 backward). Stage 1 works from 1 to 2 (0 forward), from 2 to 3 (1 forward), from 3 to 5 (0 backward), from 5 to 7 (1 backward). At most alive: 2, 2. Messages sent: 2, 2.
    """  # noqa: E501
    return gantt_picture(timed_pipeline(schedule, forward, backward, message), step)


def gantt_picture(plan: TimedPipeline, step: int | None = None) -> Picture:
    """Draw a schedule with times as `gantt` does."""
    if step is not None and whole_number("step", step, least=0) > len(plan.bars):
        raise ValueError(f"step is {step}, expected at most {len(plan.bars)}, the number of actions.")
    stages = len(plan.schedule.stages)
    bottom = _TOP + stages * _row(stages)
    shapes = [*_frame(plan, bottom), *(shape for bar in plan.bars for shape in _bar(plan, bar))]
    if step is not None:
        shapes += _later(plan, step, bottom)
    shapes += _legend(plan, bottom)
    words = in_words(plan) if step is None else f"{in_words(plan)} {sentence(plan, step)}"
    return svg.picture(WIDTH, round(bottom + 76), shapes, words)


def in_words(plan: TimedPipeline) -> str:
    """Say what the whole picture shows; bar by bar if there are few."""
    found = plan.cost
    rows = ""
    if len(plan.bars) <= 64:
        for stage in range(len(plan.schedule.stages)):
            bars = [f"from {bar.start:g} to {bar.end:g} ({bar.action.micro_batch} {_NAMES[type(bar.action)]})"
                    for bar in plan.bars if bar.stage == stage]  # fmt: skip
            rows += f"Stage {stage} works {', '.join(bars)}. "
    return (
        f"Gantt chart of {plan.schedule.name}. It takes {found.time:g}, the bubble is {100 * found.bubble:.3g} %. "
        f"{rows}"
        f"At most alive: {', '.join(map(str, found.peaks))}. "
        f"Messages sent: {', '.join(map(str, messages(plan.schedule)))}."
    )


def messages(schedule: Schedule) -> list[int]:
    """Return how many messages each stage sends: every micro-batch to each of its neighbours.

    >>> from bpkit.machines import gpipe
    >>> messages(gpipe(3, 4))
    [4, 8, 4]
    """
    last = len(schedule.stages) - 1
    return [schedule.micro_batches * ((stage < last) + (stage > 0)) for stage in range(last + 1)]


def sentence(plan: TimedPipeline, step: int) -> str:
    """Say what an action does, and what the idle stages wait for when it begins; 0 is before the first.

    >>> from bpkit.machines import naive
    >>> sentence(timed_pipeline(naive(2)), 1)
    'Action 1 of 4, time 0 to 1: stage 0 runs micro-batch 0 forward. Stage 1 waits for micro-batch 0 from stage 0.'
    """
    if step == 0:
        return "Nothing is done yet. Press “step”."
    now = plan.bars[step - 1]
    idle = [words for stage in range(len(plan.schedule.stages)) if (words := _waits(plan, stage, now.start))]
    return (
        f"Action {step} of {len(plan.bars)}, time {now.start:g} to {now.end:g}: {_does(now)}. "
        + " ".join(f"Stage {words}." for words in idle)
    ).rstrip()


def _does(bar: Bar) -> str:
    i = bar.action.micro_batch
    return {
        Forward: f"stage {bar.stage} runs micro-batch {i} forward",
        Backward: f"stage {bar.stage} runs micro-batch {i} backward",
        BackwardInput: f"stage {bar.stage} computes the input’s derivative for micro-batch {i}",
        BackwardWeights: f"stage {bar.stage} computes the weights’ derivatives for micro-batch {i}",
    }[type(bar.action)]


def _waits(plan: TimedPipeline, stage: int, time: float) -> str:
    """What an idle stage waits for at a time; nothing if it works or has ended."""
    own = [bar for bar in plan.bars if bar.stage == stage]
    later = [bar for bar in own if bar.start > time]
    if not later or any(bar.start <= time < bar.end for bar in own):
        return ""
    what = later[0].action
    source = stage - 1 if isinstance(what, Forward) else stage + 1
    derivative = "" if isinstance(what, Forward) else "∂ℓ/∂h of "
    return f"{stage} waits for {derivative}micro-batch {what.micro_batch} from stage {source}"


def _row(stages: int) -> float:
    return 34.0 if stages <= 8 else 22.0


def _x(plan: TimedPipeline, time: float) -> float:
    return _LEFT + (_RIGHT - _LEFT) * time / plan.cost.time


def _y(plan: TimedPipeline, stage: float) -> float:
    return _TOP + stage * _row(len(plan.schedule.stages))


def _bar(plan: TimedPipeline, bar: Bar) -> list[str]:
    """A box with the number of its micro-batch, if there is room."""
    left, right = _x(plan, bar.start), _x(plan, bar.end)
    tall = _row(len(plan.schedule.stages)) - 5
    top = _y(plan, bar.stage) + 2.5
    fill = _FILLS[type(bar.action)]
    shapes = [f'<path d="M{left:.1f} {top:g}H{right:.1f}v{tall:g}H{left:.1f}Z" fill="{fill}" stroke="{svg.INK}" '
              'stroke-width="0.9"/>']  # fmt: skip
    number = str(bar.action.micro_batch)
    if right - left > 8 * len(number) + 2:
        colour = "white" if fill == svg.DARK else svg.INK
        shapes.append(svg.text(round((left + right) / 2, 1), top + tall / 2, number, size=13, colour=colour))
    return shapes


def _later(plan: TimedPipeline, step: int, bottom: float) -> list[str]:
    """Make the bars that have not begun pale, and draw a line where the last one that has begun began."""
    shapes = []
    tall = _row(len(plan.schedule.stages)) - 5
    for bar in plan.bars[step:]:
        left, right, top = _x(plan, bar.start), _x(plan, bar.end), _y(plan, bar.stage) + 2.5
        shapes.append(
            f'<path d="M{left:.1f} {top:g}H{right:.1f}v{tall:g}H{left:.1f}Z" fill="white" fill-opacity="0.8"/>'
        )
    if step:
        x = _x(plan, plan.bars[step - 1].start)
        shapes.append(f'<path d="M{x:.1f} {_TOP - 4}V{bottom + 4}" stroke="{svg.INK}" stroke-width="1.6"/>')
    return shapes


def _frame(plan: TimedPipeline, bottom: float) -> list[str]:
    """Title, the rows' names, what each has alive and sends, and the axis of time."""
    found = plan.cost
    title = f"{plan.schedule.name}: time {found.time:g}, bubble {100 * found.bubble:.3g} %"
    if plan.message:
        title += f", a message takes {plan.message:g}"
    ticks = _ticks(found.time)
    marks = "".join(f"M{_x(plan, one):.1f} {bottom}v4" for one in ticks)
    shapes = [
        f'<path d="M{_LEFT} {_TOP}H{_RIGHT}V{bottom}H{_LEFT}Z" fill="{svg.PALE}"/>',
        svg.text((_LEFT + _RIGHT) / 2, 16, title, size=15),
        svg.text(906, 46, "alive", size=13),
        svg.text(962, 46, "sends", size=13),
        f'<path d="M{_LEFT} {bottom}H{_RIGHT}{marks}" fill="none" stroke="{svg.INK}"/>',
        *(svg.text(round(_x(plan, one), 1), bottom + 15, f"{one:g}", size=12) for one in ticks),
    ]
    for stage, (alive, sent) in enumerate(zip(found.peaks, messages(plan.schedule), strict=True)):
        y = (_y(plan, stage) + _y(plan, stage + 1)) / 2
        shapes += [svg.text(_LEFT - 8, y, f"stage {stage}", size=13, anchor="end"),
                   svg.text(906, y, str(alive), size=13), svg.text(962, y, str(sent), size=13)]  # fmt: skip
    return shapes


def _ticks(time: float) -> list[float]:
    apart = next(step * 10.0**power for power in range(9) for step in (1, 2, 5) if time <= 12 * step * 10.0**power)
    return [apart * k for k in range(int(time / apart) + 1)]


def _legend(plan: TimedPipeline, bottom: float) -> list[str]:
    """The kinds of bars there are."""
    kinds = [kind for kind in _FILLS if any(isinstance(bar.action, kind) for bar in plan.bars)]
    starts = [110 + 180 * number for number in range(len(kinds) + 1)]
    y = bottom + 56
    shapes = [svg.text(_RIGHT, bottom + 34, "time", size=13, anchor="end")]
    for kind, (x, _) in zip(kinds, pairwise(starts), strict=True):
        shapes += [f'<path d="M{x} {y - 7}h18v14h-18Z" fill="{_FILLS[kind]}" stroke="{svg.INK}" stroke-width="0.9"/>',
                   svg.text(x + 26, y, _NAMES[kind], size=13, anchor="start")]  # fmt: skip
    x = starts[-1]
    return [*shapes, f'<path d="M{x} {y - 7}h18v14h-18Z" fill="{svg.PALE}"/>',
            svg.text(x + 26, y, "waits", size=13, anchor="start")]  # fmt: skip
