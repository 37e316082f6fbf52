"""The parallel timeline: bars where their times are, who waits for what, and the widget's controls."""

import re
import xml.etree.ElementTree as ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bpkit.machines import Backward, BackwardInput, BackwardWeights, Forward, gpipe, naive, one_f_one_b, zero_bubble
from bpkit.plot import gantt
from bpkit.plot._gantt import messages, sentence, timed_pipeline
from bpkit.plot.gantt_page import gantt_page
from bpkit.widgets._parallel_timeline import parallel_timeline, schedule

SVG = "{http://www.w3.org/2000/svg}"
LEFT, RIGHT, TOP, ROW = 76, 872, 66, 34
FILLS = {Forward: "white", Backward: "#6f93cf", BackwardInput: "#0b3d91", BackwardWeights: "#ffd58a"}
SCHEDULES = st.builds(
    lambda kind, p, m: kind(p, m),
    st.sampled_from([gpipe, one_f_one_b, zero_bubble]),
    st.integers(1, 8),
    st.integers(1, 12),
)
TIMES = st.sampled_from([0.0, 0.5, 1.3])


def boxes(picture):
    """Left, top, right and fill of each bar; the legend's and the pale covers are left out."""
    found = []
    for path in ElementTree.fromstring(picture.svg).iter(f"{SVG}path"):
        place = re.fullmatch(r"M([\d.]+) ([\d.]+)H([\d.]+)v[\d.]+H[\d.]+Z", path.get("d"))
        if place and path.get("fill-opacity") is None:
            found.append((*map(float, place.groups()), path.get("fill")))
    return found


@settings(max_examples=40)
@given(SCHEDULES, TIMES)
def test_every_bar_is_where_its_time_and_stage_are(plan, message):
    timed = timed_pipeline(plan, message=message)
    expected = []
    for bar in timed.bars:
        left, right = (LEFT + (RIGHT - LEFT) * time / timed.cost.time for time in (bar.start, bar.end))
        expected.append((left, TOP + ROW * bar.stage + 2.5, right, FILLS[type(bar.action)]))
    found = boxes(gantt(plan, message=message))
    assert len(found) == len(expected)
    for one, other in zip(found, expected, strict=True):
        assert one[:3] == pytest.approx(other[:3], abs=0.06) and one[3] == other[3]


@settings(max_examples=40)
@given(SCHEDULES, TIMES, st.floats(0, 1))
def test_a_sentence_says_of_each_stage_whether_it_waits(plan, message, share):
    timed = timed_pipeline(plan, message=message)
    step = 1 + int(share * (len(timed.bars) - 1))
    words, now = sentence(timed, step), timed.bars[step - 1].start
    for stage in range(len(plan.stages)):
        own = [bar for bar in timed.bars if bar.stage == stage]
        works = any(bar.start <= now < bar.end for bar in own)
        ended = all(bar.start <= now for bar in own)
        assert (f"Stage {stage} waits for" in words) == (not works and not ended)


def test_what_a_stage_waits_for():
    timed = timed_pipeline(gpipe(3, 2), message=0.5)
    assert sentence(timed, 0) == "Nothing is done yet. Press “step”."
    assert sentence(timed, 6) == (
        "Action 6 of 12, time 4 to 5: stage 2 runs micro-batch 1 forward. Stage 0 waits for ∂ℓ/∂h of micro-batch 0 "
        "from stage 1. Stage 1 waits for ∂ℓ/∂h of micro-batch 0 from stage 2."
    )


def test_the_picture_in_words():
    words = gantt(one_f_one_b(2, 2), message=0.5).words
    assert words.startswith(
        "Gantt chart of one_f_one_b(2, 2). It takes 10, the bubble is 40 %. Stage 0 works from 0 to 1"
    )
    assert words.endswith("At most alive: 2, 1. Messages sent: 2, 2.")
    assert "Stage 0 works" not in gantt(gpipe(8, 30)).words
    assert messages(naive(1)) == [0]


def test_what_has_not_begun_is_pale():
    picture = gantt(gpipe(2, 3), step=4)
    covers = [one for one in ElementTree.fromstring(picture.svg).iter(f"{SVG}path") if one.get("fill-opacity")]
    assert len(covers) == 12 - 4
    with pytest.raises(ValueError, match="at most 12"):
        gantt(gpipe(2, 3), step=13)
    with pytest.raises(ValueError, match="the picture holds 16"):
        gantt(gpipe(17, 3))


def controls(widget):
    kind, sliders, steps, box = widget.children
    (place,) = box.children
    step, *buttons = steps.children
    named = {one.description: one for one in (*sliders.children, step, *buttons)}
    return named | {"kind": kind}, place


def test_whatever_is_moved_the_page_is_that_of_the_controls():
    named, place = controls(parallel_timeline())

    def page(kind, p, m, backward, message, step):
        return gantt_page(timed_pipeline(schedule(kind, p, m), 1.0, backward, message), step)

    assert place.value == page("one_f_one_b", 4, 8, 2.0, 0.0, 0)
    named["step ▶"].click()
    assert place.value == page("one_f_one_b", 4, 8, 2.0, 0.0, 1)
    named["◀ back"].click()
    named["▶▶"].click()
    assert place.value == page("one_f_one_b", 4, 8, 2.0, 0.0, 64)
    named["kind"].value = "zero_bubble"
    assert place.value == page("zero_bubble", 4, 8, 2.0, 0.0, 96)
    named["message ÷ forward"].value, named["backward ÷ forward"].value = 0.5, 3.0
    assert place.value == page("zero_bubble", 4, 8, 3.0, 0.5, 96)
    named["◀◀"].click()
    named["stages (p)"].value, named["micro-batches (m)"].value = 2, 3
    assert place.value == page("zero_bubble", 2, 3, 3.0, 0.5, 0)
    named["kind"].value = "naive"
    assert place.value == page("naive", 2, 3, 3.0, 0.5, 0)
    assert named["micro-batches (m)"].layout.display == "none"
    named["reset"].click()
    assert place.value == page("one_f_one_b", 4, 8, 2.0, 0.0, 0)
    assert named["micro-batches (m)"].layout.display == ""


def test_a_page_without_a_kernel_gets_the_still_picture():
    widget = parallel_timeline("gpipe", 3, 4, message=0.5)
    assert gantt(gpipe(3, 4), message=0.5).words in repr(widget)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"kind": "GPipe"}, "kind is 'GPipe', expected one of 'naive', 'gpipe', 'one_f_one_b', 'zero_bubble'."),
        ({"p": 9}, "p is 9, expected 1 to 8, as on the control."),
        ({"m": 0}, "m is 0, expected 1 to 32, as on the control."),
        ({"backward": 5.0}, "backward is 5.0, expected 0.5 to 4, as on the control."),
        ({"message": -1}, "message is -1, expected 0 to 2, as on the control."),
    ],
)
def test_bad_input_gets_one_clear_sentence(arguments, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)):
        parallel_timeline(**arguments)
