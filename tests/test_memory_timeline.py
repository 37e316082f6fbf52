"""The memory–time timeline: what is drawn against a simulation of our own, and the widget's controls."""

import math
import re
import xml.etree.ElementTree as ElementTree
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bpkit.checkpoint import (
    Advance,
    Free,
    Recompute,
    Reverse,
    Store,
    binomial,
    cost,
    every,
    optimal,
    sqrt,
    store_all,
)  # fmt: skip
from bpkit.plot import pareto, timeline
from bpkit.plot._pareto import costs, front
from bpkit.plot._timeline import sentence
from bpkit.plot.memory_bar import memory_bar
from bpkit.plot.timed_schedule import timed
from bpkit.plot.timeline_page import timeline_page
from bpkit.widgets._memory_timeline import memory_timeline, schedule

SVG = "{http://www.w3.org/2000/svg}"
LEFT, RIGHT, TOP, BOTTOM, MOST, NONE = 62, 980, 50, 310, 340, 404  # of the timeline's panels
DARK, LIGHT, GRAY, STORED, INK = "#0b3d91", "#ffd58a", "#8a8a8a", "#6f93cf", "#1a1a1a"
RATIOS = st.sampled_from([0.1, 0.5, 1, 2.0, 3.7])


@st.composite
def schedules(draw, largest=24):
    """Schedules of all kinds; the last kind frees an activation and makes it again."""
    n = draw(st.integers(1, largest))
    number = draw(st.integers(1, n))
    kinds = [store_all(n), every(n, number), sqrt(n), binomial(n, number)]
    if n <= 16:
        kinds.append(optimal([1] * n, [1] * (n + 1), min(number, n - 1) + 2))
    return draw(st.sampled_from(kinds))


def block_by_block(actions, ratio):
    """What is alive in each stretch of time in which no block begins or ends: our own simulation, with plain sets."""
    stored, held, time, found = set(), {0}, 0.0, []
    for action in actions:
        match action:
            case Store(k):
                held.remove(k)
                stored.add(k)
            case Free(k):
                stored.discard(k)
                held.discard(k)
            case Reverse(k):
                found.append((time, time + ratio, set(stored), set(held), None))
                time += ratio
                held.discard(k + 1)
                stored.discard(k + 1)
                if k in stored:
                    stored.remove(k)
                    held.add(k)
            case Advance(start, stop) | Recompute(start, stop):
                for k in range(start, stop):
                    found.append((time, time + 1, set(stored), set(held), k))
                    time += 1
                held.add(stop)
    return found


@settings(max_examples=80, deadline=None)
@given(schedules(), RATIOS)
def test_the_walk_is_a_simulation_block_by_block(plan, ratio):
    walked, moments = timed(plan, ratio), block_by_block(plan, ratio)
    evaluations, peak = cost(plan)
    end = walked.steps[-1]
    assert (end.evaluations, walked.peak, walked.n, walked.name) == (evaluations, peak, plan.n, plan.name)
    assert end.again == evaluations - plan.n and max(step.most for step in walked.steps) == peak
    assert walked.time == pytest.approx(evaluations + ratio * plan.n) and walked.time == pytest.approx(moments[-1][1])
    for before, after in zip(walked.levels, walked.levels[1:], strict=False):
        assert before.end == after.start
    for start, stop, stored, held, block in moments:
        middle = (start + stop) / 2
        alive = {(life.activation, life.stored) for life in walked.lives if life.start < middle < life.end}
        assert alive == {(k, True) for k in stored} | {(k, False) for k in held}
        around = set() if block is None else {block, block + 1}
        (level,) = (level for level in walked.levels if level.start < middle < level.end)
        assert level.alive == len(stored | held | around)


def elements(picture, tag="path"):
    return list(ElementTree.fromstring(picture.svg).iter(SVG + tag))


def strokes(picture, colour, kind="stroke"):
    """The coordinates of each stroke of the path of a colour, in the first place where it is more than a legend."""
    paths = [one.get("d") for one in elements(picture) if one.get(kind) == colour]
    return [tuple(map(float, re.findall(r"-?[\d.]+", one))) for one in paths[0].split("M")[1:]] if paths else []


def near(found, expected):
    assert len(found) == len(expected)
    for one, other in zip(sorted(found), sorted(expected), strict=True):
        assert one == pytest.approx(other, abs=0.11)


PLANS = [binomial(64, 8), every(64, 8), every(16, 4), store_all(7), binomial(4, 1), sqrt(50), store_all(1),
         optimal([1] * 6, [1] * 7, 3)]  # fmt: skip


@pytest.mark.parametrize("plan", PLANS)
@pytest.mark.parametrize("ratio", [1, 2.5])
def test_every_run_box_and_bar_is_where_its_time_and_block_are(plan, ratio):
    picture, walked = timeline(plan, ratio), timed(plan, ratio)
    assert repr(picture) == picture.words and timeline(list(plan), ratio).svg != picture.svg, "its name is drawn"

    def x(time):
        return LEFT + (RIGHT - LEFT) * time / walked.time

    def y(activation):
        return BOTTOM - (BOTTOM - TOP) * activation / plan.n

    time, runs, boxes = 0.0, {Advance: [], Recompute: []}, []
    for action in plan:
        if isinstance(action, Advance | Recompute):
            end = time + action.stop - action.start
            runs[type(action)].append((x(time), y(action.start), x(end), y(action.stop)))
            time = end
        elif isinstance(action, Reverse):
            left, up, down = x(time), y(action.block + 1), y(action.block)
            time += ratio
            boxes.append((left, up, max(x(time), left + 1), down, left))
    near(strokes(picture, DARK), runs[Advance])
    near(strokes(picture, LIGHT) if runs[Recompute] else [], runs[Recompute])
    near(strokes(picture, GRAY, "fill"), boxes)
    bars = [(x(life.start), y(life.activation), x(life.end)) for life in walked.lives if life.stored]
    near(strokes(picture, STORED), bars)
    lines = [(x(life.start), y(life.activation), x(life.end)) for life in walked.lives if not life.stored]
    near(strokes(picture, INK) if lines else [], lines)

    (area,) = strokes(picture, "#cfdcf0", "fill")
    corners = [x(0), NONE]
    for start, end, alive in walked.levels:
        corners += [x(start), NONE - (NONE - MOST) * alive / walked.peak, x(end)]
    assert area == pytest.approx([*corners, NONE], abs=0.11)


def test_sweep_recomputation_reversal_and_slots_differ_in_shape_and_colour():
    picture = timeline(every(16, 4))
    styles = {colour: one for one in reversed(elements(picture)) for colour in (one.get("stroke"), one.get("fill"))}
    sweep, hollow = float(styles[DARK].get("stroke-width")), float(styles[LIGHT].get("stroke-width"))
    under = [one for one in elements(picture) if one.get("d") == styles[LIGHT].get("d")]
    assert [one.get("stroke") for one in under] == [INK, LIGHT] and float(under[0].get("stroke-width")) == sweep
    assert 1 < hollow < sweep - 1 and float(styles[STORED].get("stroke-width")) > 1.5 * sweep
    legend = [one.text for one in elements(picture, "text")][-5:]
    assert legend == ["first sweep", "recomputed", "reversed", "activation in a slot", "in hand"]


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_shapes_stand_out_from_the_sheet():
    for colour in (DARK, GRAY, STORED, INK):
        assert 1.05 / (luminance(colour) + 0.05) > 3
    assert (luminance(LIGHT) + 0.05) / (luminance(INK) + 0.05) > 7


def extent(element):
    """Left, right, top and bottom of a line of text, in DejaVu Serif and rather too wide."""
    size, words = float(element.get("font-size")), element.text
    narrow = dict.fromkeys(" .,:;|()[]ijltrf", 0.4)
    wide = size * sum(narrow.get(letter, 0.95 if letter in "mMwW" else 0.64) for letter in words)
    x, y = float(element.get("x")), float(element.get("y"))
    left = {"start": x, "middle": x - wide / 2, "end": x - wide}[element.get("text-anchor")]
    return left, left + wide, y - size / 2, y + size / 2


@settings(max_examples=60, deadline=None)
@given(schedules(largest=64), RATIOS, st.floats(0, 1))
def test_no_text_runs_into_another_or_off_the_sheet(plan, ratio, share):
    walked = timed(plan, ratio)
    step = round(share * len(walked.steps))
    for picture in (timeline(plan, ratio, step), memory_bar(walked, step), pareto(plan.n, plan)):
        # The name beside the ring has a halo, and may lie on the numbers of what is above the sheet.
        texts = elements(picture, "text")
        places = [extent(one) for one in texts if ": peak" not in one.text]
        assert all(extent(one)[1] < 680 for one in texts if ": peak" in one.text)
        for i, (left, right, top, bottom) in enumerate(places):
            assert left >= 0 and right <= picture.width + 12 and top >= 0 and bottom <= picture.height
            for other in places[:i]:
                apart = right <= other[0] or other[1] <= left or bottom <= other[2] + 1 or other[3] <= top + 1
                assert apart, picture.svg


def now(picture):
    """Where the pale part begins."""
    (veil,) = (one for one in elements(picture) if one.get("fill-opacity"))
    return float(re.match(r"M([\d.]+)", veil.get("d")).group(1))


def test_a_step_is_marked_and_what_comes_after_it_is_pale():
    plan = optimal([1] * 6, [1] * 7, 3)
    walked = timed(plan, 1.5)
    kinds = set()
    for step, done in enumerate([None, *walked.steps]):
        picture = timeline(plan, 1.5, step)
        end = done.end if done else 0.0
        assert now(picture) == pytest.approx(LEFT + (RIGHT - LEFT) * end / walked.time, abs=0.06)
        bands = [one.get("d") for one in elements(picture) if one.get("fill") == "#fff0cc"]
        rings, crosses = elements(picture, "circle"), [one for one in elements(picture) if "l10 10" in one.get("d")]
        takes_time = done is not None and done.end > done.start
        assert len(bands) == takes_time
        if takes_time:
            x, wide = map(float, re.match(r"M([\d.]+) [\d.]+h([\d.]+)", bands[0]).groups())
            assert (x + wide, wide) == pytest.approx(
                (now(picture), (RIGHT - LEFT) * (done.end - done.start) / walked.time), abs=0.2
            )
        action = done.action if done else None
        assert (len(rings), len(crosses)) == (isinstance(action, Store), isinstance(action, Free))
        if isinstance(action, Store):
            assert float(rings[0].get("cy")) == pytest.approx(BOTTOM - (BOTTOM - TOP) * action.activation / 6, abs=0.1)
        assert picture.words == f"{sentence(walked, step)} {timeline(plan, 1.5).words}"
        assert action is None or str(action) in picture.words
        kinds.add(type(action))
    assert kinds == {type(None), Store, Advance, Recompute, Reverse, Free}


@pytest.mark.parametrize(
    ("plan", "ratio", "words"),
    [
        (every(50, 10), 2, "every(50, 10) on 50 blocks. The first sweep takes until time 50. By time 195 all blocks "
         "are reversed, after 45 more evaluations, in 45 runs: 95 evaluations in all. At most 13 activations are "
         "stored at once. The peak is 15 activations, from time 58. The time is 1.3 × that of storing all."),
        (store_all(64), 2, "By time 192 all blocks are reversed, and nothing is recomputed: 64 evaluations in all. At "
         "most 64 activations are stored at once. The peak is 65 activations, from time 63. The time is 1 × "),
        (binomial(64, 8), 0.5, "By time 170 all blocks are reversed, after 74 more evaluations, in 55 runs: 138 "),
        ([Store(0), Advance(0, 1), Reverse(0)], 2, "your schedule on 1 block. The first sweep takes until time 1. "),
    ],
)  # fmt: skip
def test_the_picture_in_words(plan, ratio, words):
    assert words in timeline(plan, ratio).words


@settings(max_examples=40, deadline=None)
@given(schedules(), st.floats(0, 1))
def test_the_memory_bar_counts_places_and_evaluations(plan, share):
    walked = timed(plan, 2)
    step = round(share * len(walked.steps))
    done = list(plan)[:step]
    picture = memory_bar(walked, step)
    moments = block_by_block(done, 2)
    runs = [one for one in done if isinstance(one, Advance | Recompute)]
    first = sum(one.stop - one.start for one in runs if isinstance(one, Advance))
    again = sum(one.stop - one.start for one in runs if isinstance(one, Recompute))
    (_, _, stored, held, _) = block_by_block([*done, Reverse(99)], 2)[-1]
    most = max([1, *(len(a | b | (set() if k is None else {k, k + 1})) for _, _, a, b, k in moments)])
    place = 600 / (plan.n + 1)

    def full(style):
        paths = [one.get("d") for one in elements(picture) if all(one.get(k) == v for k, v in style.items())]
        return [float(one.split()[0]) for path in paths for one in path.split("M")[1:]]

    places = [62 + place * k for k in range(plan.n + 1)]
    assert full({"fill": STORED}) == pytest.approx(places[: len(stored)], abs=0.06)
    assert full({"fill": "white"}) == pytest.approx(places[len(stored) : len(stored | held)], abs=0.06)
    mark = full({"stroke-width": "2.4"})
    assert mark == pytest.approx([62 + place * most], abs=0.06)
    texts = [one.text for one in elements(picture, "text")]
    assert f"{first} of {plan.n}" in texts and f"{again} of {walked.steps[-1].again}" in texts
    assert f"most so far {most}" in texts and f"storing all takes {plan.n + 1}" in texts
    assert f"{len(stored | held)} = {len(stored)} in slots + {len(held)} in hand" in texts


def test_the_dashed_places_are_alive_only_while_the_action_lasts():
    dashes = [one.get("d").count("M") for step in range(1, 5)
              for one in elements(memory_bar(timed(every(16, 4)), step)) if one.get("stroke-dasharray")]  # fmt: skip
    assert dashes == [1, 1]  # passing through blocks 0 … 3 and 4 … 7; storing takes no time
    words = memory_bar(timed(every(16, 4)), 0).words
    assert words.startswith("After 0 of 44 actions 1 activation is alive: 0 in slots and 1 in hand. The most so far")


@pytest.mark.parametrize("n", [1, 2, 5, 16, 37, 64])
def test_the_costs_of_all_schedules_are_those_counted_action_by_action(n):
    all_, spaced, most_slots = costs(n)
    assert all_ == {f"store_all({n})": cost(store_all(n))}
    assert spaced == {f"every({n}, {k})": cost(every(n, k)) for k in range(1, n + 1)}
    assert most_slots == {f"binomial({n}, {slots})": cost(binomial(n, slots)) for slots in range(1, n + 1)}


@cache
def fewest(n, peak):
    """The fewest evaluations with which n blocks can be reversed: a search through everything that can be done."""
    # A state: what is alive, which of it was made last (the rest is stored), how far the first sweep is, what is left.
    frontier, seen, done = {(frozenset({0}), 0, n, False)}, set(), 0
    while frontier:
        todo, later = list(frontier), set()
        seen |= frontier
        while todo:
            alive, last, left, swept = todo.pop()
            if left == 0:
                return done
            if swept and {left, left - 1} <= alive:
                steps = [((alive - {left}, left - 1, left - 1, True), 0)]
            else:
                steps = [((alive - {one}, last, left, swept), 0) for one in alive]
                for start in alive:
                    if start < left and start + 1 not in alive and len(alive) < peak:
                        state = alive | {start + 1}, start + 1, left, swept or start + 1 == n
                        steps.append((state, 1))
            for state, evaluations in steps:
                if state not in seen:
                    later.add(state) if evaluations else todo.append(state)
                    if not evaluations:
                        seen.add(state)
        frontier, done = later - seen, done + 1
    return math.inf


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5, 6, 7])
def test_the_front_is_the_fewest_of_all_that_can_be_done(n):
    found = {one.peak: one.evaluations for one in front(n)}
    best = [fewest(n, peak) for peak in range(1, n + 2)]
    assert best[-1] == n
    assert found == {peak: best[peak - 1] for peak in range(2, n + 2) if best[peak - 1] < math.inf}
    assert best == sorted(best, reverse=True) and len(set(best) - {math.inf}) == len(found), "more memory always helps"


@pytest.mark.parametrize("n", [9, 23])
def test_the_front_is_that_of_the_optimal_schedules_of_the_library(n):
    for evaluations, peak in front(n):
        assert cost(optimal([1] * n, [1] * (n + 1), peak)) == (evaluations, peak)


def test_no_schedule_of_any_kind_is_below_the_front():
    for n in (1, 3, 12, 64):
        best = front(n)
        assert [one.peak for one in best] == sorted(one.peak for one in best)
        assert best[-1] == (n, n + 1)
        for kind in costs(n):
            for evaluations, peak in kind.values():
                assert evaluations >= min(one.evaluations for one in best if one.peak <= peak)


def starts(picture, colour):
    """Where the marks of a kind stand; the last of all is the legend's."""
    paths = [one.get("d") for one in elements(picture) if one.get("fill") == colour and "m" in one.get("d")]
    return [tuple(map(float, re.match(r"([\d.]+) ([\d.]+)", one).groups())) for one in paths[0].split("M")[1:]]


@pytest.mark.parametrize(
    "chosen",
    [binomial(64, 8), store_all(64), binomial(64, 1), every(5, 2), store_all(1), None, binomial(16, 1), every(64, 64)],
)
def test_marks_front_and_ring_are_on_two_logarithmic_scales(chosen):
    n = chosen.n if chosen else 30
    picture = pareto(n, chosen)
    mine = [cost(chosen)] if chosen else []
    kinds = [list(kind.values()) for kind in costs(n)]
    top = 1.1 * max(2 * n, min(8 * n, max(one.evaluations for kind in kinds for one in kind)),
                    *(one.evaluations for one in mine))  # fmt: skip
    shown = [[one for one in kind if one.evaluations <= top] for kind in kinds]
    best = [one for one in front(n) if one.evaluations <= top]
    peaks = [one.peak for one in [*shown[0], *shown[1], *shown[2], *mine, *best]]
    low, high = 0.93 * min(peaks), 1.08 * max(peaks)

    def place(evaluations, peak):
        return (76 + 534 * math.log(peak / low) / math.log(high / low),
                344 - 306 * math.log(evaluations / (0.93 * n)) / math.log(top / (0.93 * n)))  # fmt: skip

    for colour, kind in zip((INK, LIGHT, DARK), shown, strict=True):
        near(starts(picture, colour), [place(*one) for one in kind])
    (band,) = (one.get("d") for one in elements(picture) if one.get("stroke") == "#d0d0d0" and "V" in one.get("d"))
    corners = [place(*one) for one in best]
    begin = corners[0][1] if len(best) == len(front(n)) else 38
    steps = [corners[0][0], begin, corners[0][1], *(number for one in corners[1:] for number in one), 610]
    assert list(map(float, re.findall(r"[\d.]+", band))) == pytest.approx(steps, abs=0.06)
    rings = [(float(one.get("cx")), float(one.get("cy"))) for one in elements(picture, "circle")[1:]]
    near(rings, [place(*one) for one in mine])
    above = [str(one.evaluations) for kind in kinds for one in kind if one.evaluations > top]
    texts = [one.text for one in elements(picture, "text")]
    assert all(one in texts for one in above) and (chosen != binomial(64, 1) or not above)


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        (every(64, 8), "Chosen: every(64, 8), peak 16, 120 evaluations (1.88 sweeps). With this peak 113 "
                       "would do."),
        (binomial(64, 8), "binomial(64, 8), peak 11, 138 evaluations (2.16 sweeps). With this peak 127 "
                          "would do."),
        (store_all(64), "store_all(64), peak 65, 64 evaluations (1 sweep). It is on the front"),
        (optimal([1] * 16, [1] * 17, 5), "It is on the front: less of one takes more of the other."),
        ([Store(0), Advance(0, 2), Recompute(0, 1), Reverse(1), Reverse(0)], "Chosen: your schedule, peak 3, 3 eval"),
        (every(3, 1), "every(3, 1), peak 4, 3 evaluations (1 sweep). It is on the front"),
        (binomial(64, 4), "binomial(64, 4), peak 7, 201 evaluations (3.14 sweeps). With this peak 178 would do."),
    ],
)  # fmt: skip
def test_a_sentence_says_what_is_possible(chosen, words):
    n = sum(isinstance(one, Reverse) for one in chosen)
    picture = pareto(n, chosen)
    assert words in picture.words and repr(picture) == picture.words
    lines = " ".join(one.text for one in elements(picture, "text"))
    assert picture.words[picture.words.index("Chosen") :] in lines
    assert "Chosen" not in pareto(n).words


@pytest.mark.parametrize("n", [15, 16, 41, 64])
def test_the_spacings_with_the_least_peak_and_half_of_the_depth_are_named(n):
    named = [one.text for one in elements(pareto(n), "text") if one.text.startswith("every ") and one.text[6].isdigit()]
    peaks = [cost(every(n, d)).peak for d in range(1, n + 1)]
    best = [d for d, peak in enumerate(peaks, 1) if peak == min(peaks)]
    assert named == ([f"every {best[0]}–{best[-1]}", f"every {n // 2}"] if n >= 16 else [])
    assert n < 16 or 1 < len(best) == best[-1] - best[0] + 1, "no gaps"


def controls(widget):
    """Every control by what is written on it, the place of the page, and that of the front."""
    which, grid, row, pictures = widget.children
    place, beside = pictures.children
    return {"kind": which, **{one.description: one for one in (*grid.children, *row.children)}}, place, beside


def test_every_control_redraws_by_the_pure_functions_and_reset_brings_the_start_back():
    named, place, beside = controls(memory_timeline())
    assert list(named) == ["kind", "blocks (n)", "backward ÷ forward", "spacing (d)", "slots", "step", "◀◀", "◀ back",
                           "step ▶", "▶▶", "reset"]  # fmt: skip

    def shows(plan, step, ratio=2.0):
        assert place.value == timeline_page(timed(plan, ratio), step) and named["step"].value == step
        assert beside.value == pareto(plan.n, plan).svg and named["step"].max == len(list(plan))

    shows(every(16, 4), 0)
    for name, expected in (("◀ back", 0), ("step ▶", 1), ("step ▶", 2), ("◀ back", 1), ("▶▶", 44), ("step ▶", 44),
                           ("◀◀", 0), ("step ▶", 1)):  # fmt: skip
        named[name].click()
        shows(every(16, 4), expected)
    named["step"].value = 30
    named["backward ÷ forward"].value = 0.5
    shows(every(16, 4), 30, 0.5)
    named["spacing (d)"].value = 5
    shows(every(16, 5), 0, 0.5)
    named["kind"].value = "binomial"
    shows(binomial(16, 4), 0, 0.5)
    named["▶▶"].click()
    named["slots"].value = 6  # the end stays the end
    shows(binomial(16, 6), len(list(binomial(16, 6))), 0.5)
    named["blocks (n)"].value = 64
    shows(binomial(64, 6), len(list(binomial(64, 6))), 0.5)
    named["kind"].value = "sqrt"
    shows(sqrt(64), len(list(sqrt(64))), 0.5)
    named["kind"].value = "store_all"
    named["◀◀"].click()
    named["blocks (n)"].value = 3
    shows(store_all(3), 0, 0.5)
    named["reset"].click()
    shows(every(16, 4), 0)
    assert (named["slots"].value, named["backward ÷ forward"].value) == (4, 2.0)


def test_only_the_slider_that_matters_is_there_and_none_goes_too_far():
    named, place, beside = controls(memory_timeline(n=10, kind="binomial", spacing=9, slots=3))
    for kind, there in (("every", [True, False]), ("binomial", [False, True]), ("sqrt", [False, False]),
                        ("store_all", [False, False])):  # fmt: skip
        named["kind"].value = kind
        assert [named[name].layout.display != "none" for name in ("spacing (d)", "slots")] == there
    for name in ("blocks (n)", "spacing (d)", "slots", "step", "backward ÷ forward"):
        assert named[name].readout
    named["kind"].value = "every"
    named["blocks (n)"].value = 4
    assert (named["spacing (d)"].value, named["spacing (d)"].max, named["slots"].max) == (4, 4, 4)
    assert beside.value == pareto(4, every(4, 4)).svg
    named["blocks (n)"].value = 64
    assert (named["spacing (d)"].max, named["slots"].max) == (64, 64)
    named["reset"].click()
    assert (named["spacing (d)"].value, named["slots"].value, named["spacing (d)"].max) == (9, 3, 10)
    assert place.value == timeline_page(timed(binomial(10, 3)), 0)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(
                [
                    "kind",
                    "blocks (n)",
                    "backward ÷ forward",
                    "spacing (d)",
                    "slots",
                    "step",
                    "◀ back",
                    "step ▶",
                    "▶▶",
                    "reset",
                ]
            ),
            st.floats(0, 1),
        ),
        max_size=10,
    )
)
def test_whatever_is_moved_the_page_is_that_of_the_controls(moves):
    named, place, beside = controls(memory_timeline(n=12))
    for name, share in moves:
        control = named[name]
        if name == "kind":
            control.value = ["store_all", "every", "sqrt", "binomial"][int(3.99 * share)]
        elif hasattr(control, "max"):
            value = control.min + share * (control.max - control.min)
            control.value = value if name == "backward ÷ forward" else round(value)
        else:
            control.click()
        plan = schedule(
            named["kind"].value, named["blocks (n)"].value, named["spacing (d)"].value, named["slots"].value
        )
        assert place.value == timeline_page(timed(plan, named["backward ÷ forward"].value), named["step"].value)
        assert beside.value == pareto(plan.n, plan).svg
        ElementTree.fromstring(place.value)


def test_a_page_without_a_kernel_gets_the_still_picture():
    widget = memory_timeline(n=64, kind="binomial")
    data = widget._repr_mimebundle_()
    controls(widget)[0]["step ▶"].click()
    assert widget._repr_mimebundle_()["text/html"] == data["text/html"]
    assert data["text/html"].startswith('<img alt="Space–time picture of binomial(64, 8) on 64 blocks.')
    assert data["text/plain"].startswith("Memory–time timeline: run this cell to use it. Still picture: Space–time")


@pytest.mark.parametrize(
    ("call", "error", "sentence"),
    [
        (lambda: memory_timeline(n=0), ValueError, "n is 0, expected a whole number of at least 1."),
        (lambda: memory_timeline(n=65), ValueError, "n is 65, expected at most 64, as on the slider."),
        (lambda: memory_timeline(n=9.5), TypeError, "n is float 9.5, expected a whole number."),
        (lambda: memory_timeline(n=8, spacing=9), ValueError, "spacing is 9, expected at most 8, the number of bl"),
        (lambda: memory_timeline(slots=0), ValueError, "slots is 0, expected a whole number of at least 1."),
        (lambda: memory_timeline(ratio=0), ValueError, "ratio is 0, expected 0.1 to 5, as on the slider."),
        (lambda: memory_timeline(ratio="2"), TypeError, "ratio is str '2', expected real numbers."),
        (lambda: memory_timeline(kind="optimal"), ValueError, "kind is 'optimal', expected one of 'store_all', 'ever"),
        (lambda: timeline(store_all(65)), ValueError, "the schedule has 65 blocks, but the picture holds 64: choose a"),
        (lambda: timeline(store_all(10**9)), ValueError, "the schedule has more than 10,000 actions, too many for a"),
        (lambda: timeline(store_all(3), ratio=-1), ValueError, "ratio is -1, expected a positive number: what revers"),
        (lambda: timeline(store_all(3), step=10), ValueError, "step is 10, expected at most 9, the number of actions."),
        (lambda: timeline(store_all(3), step=-1), ValueError, "step is -1, expected a whole number of at least 0."),
        (lambda: timeline([Store(0), Advance(0, 2), Reverse(1)]), ValueError, "action 2 (\"Reverse block 1, from act"),
        (lambda: timeline([]), ValueError, "the schedule ends at activation 0, and no block is ever reversed."),
        (lambda: pareto(65), ValueError, "n is 65, but the picture holds 64 blocks: choose a smaller n."),
        (lambda: pareto(8, store_all(9)), ValueError, "chosen is a schedule for 9 blocks, but n is 8."),
    ],
)  # fmt: skip
def test_bad_input_gets_one_clear_sentence(call, error, sentence):
    with pytest.raises(error) as raised:
        call()
    assert sentence in str(raised.value) and "\n" not in str(raised.value)
