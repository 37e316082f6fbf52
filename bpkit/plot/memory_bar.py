"""The bar above the timeline (chapter 7): what is alive after an action, and the counts of evaluations and time."""

from bpkit.plot import svg
from bpkit.plot._timeline import STORED, WIDTH
from bpkit.plot.svg import Picture, counted
from bpkit.plot.timed_schedule import TimedSchedule

HEIGHT = 74
_LEFT, _LENGTH, _MIDDLE, _TALL = 62.0, 600.0, 36.0, 22.0
_COUNTS, _NUMBERS = 740.0, 980.0


def memory_bar(plan: TimedSchedule, step: int) -> Picture:
    """Draw the activations that are alive after an action, out of those that storing all would hold.

    Full places are those in slots, empty ones with a line those in hand, and dashed ones what was alive only while the
    action lasted. A mark shows the most so far.

    >>> from bpkit.checkpoint import every
    >>> from bpkit.plot.timed_schedule import timed
    >>> memory_bar(timed(every(16, 4)), 9)
    After 9 of 44 actions 6 activations are alive: 4 in slots and 2 in hand. The most so far is 6, and storing all takes 17. 17 evaluations: 16 for the first time, 1 again. Time 17 of 60.
    """  # noqa: E501
    done = plan.steps[step - 1] if step else None
    stored, in_hand = (done.stored, done.in_hand) if done else (0, 1)
    alive, during = stored + in_hand, done.most if done else 1
    most = max((one.most for one in plan.steps[:step]), default=1)
    evaluations, again = (done.evaluations, done.again) if done else (0, 0)
    time = done.end if done else 0.0
    place = _LENGTH / (plan.n + 1)
    drawn = [
        svg.text(8, _MIDDLE, "alive", size=15, anchor="start"),
        _places(0, stored, place, f'fill="{STORED}" stroke="{svg.INK}"'),
        _places(stored, alive, place, f'fill="white" stroke="{svg.INK}"'),
        _places(alive, during, place, f'fill="none" stroke="{svg.INK}" stroke-dasharray="2 2"'),
        _lines(stored, alive, place),
        f'<path d="M{_LEFT} {_MIDDLE + _TALL / 2}h{_LENGTH}v-{_TALL}" fill="none" stroke="{svg.GRAY}"/>',
        f'<path d="M{_LEFT + most * place:.1f} {_MIDDLE + _TALL / 2}v-{_TALL + 5}" stroke="{svg.INK}" '
        'stroke-width="2.4"/>',
        svg.text(
            _LEFT + most * place, 11, f"most so far {most}", size=13, anchor="start" if most * place < 90 else "end"
        ),
        svg.text(_LEFT, 62, f"{alive} = {stored} in slots + {in_hand} in hand", size=13, anchor="start"),
        svg.text(_LEFT + _LENGTH, 62, f"storing all takes {plan.n + 1}", size=13, anchor="end"),
    ]
    counts = (
        ("first sweep", f"{evaluations - again} of {plan.n}"),
        ("recomputed", f"{again} of {plan.steps[-1].again}"),
        ("time", f"{time:g} of {plan.time:g}"),
    )
    for i, (words, number) in enumerate(counts):
        drawn.append(svg.text(_COUNTS, 14 + 24 * i, words, size=15, anchor="start"))
        drawn.append(svg.text(_NUMBERS, 14 + 24 * i, number, size=15, anchor="end"))
    return svg.picture(
        WIDTH, HEIGHT, drawn,
        f"After {step} of {len(plan.steps)} actions {counted(alive, 'activation')} {'is' if alive == 1 else 'are'} "
        f"alive: {stored} in slots and {in_hand} in hand. The most so far is {most}, and storing all takes "
        f"{plan.n + 1}. {counted(evaluations, 'evaluation')}: {evaluations - again} for the first time, {again} "
        f"again. Time {time:g} of {plan.time:g}.",
    )  # fmt: skip


def _places(first: int, end: int, place: float, style: str) -> str:
    """One place for each activation, side by side."""
    top, wide = _MIDDLE - _TALL / 2, place - min(2.0, place / 5)
    path = "".join(f"M{_LEFT + place * k:.1f} {top}h{wide:.1f}v{_TALL}h{-wide:.1f}Z" for k in range(first, end))
    return f'<path d="{path}" {style}/>' if path else ""


def _lines(first: int, end: int, place: float) -> str:
    """The thin line of an activation in hand."""
    wide = place - min(2.0, place / 5)
    path = "".join(f"M{_LEFT + place * k:.1f} {_MIDDLE}h{wide:.1f}" for k in range(first, end))
    return f'<path d="{path}" stroke="{svg.INK}"/>' if path else ""
