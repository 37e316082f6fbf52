"""The page of the memory–time timeline (chapter 7): what the last action did, what is alive, and the timeline."""

from bpkit.plot._timeline import sentence, timeline_picture
from bpkit.plot.memory_bar import memory_bar
from bpkit.plot.spoken_page import spoken_page
from bpkit.plot.timed_schedule import TimedSchedule


def timeline_page(plan: TimedSchedule, step: int) -> str:
    """Return the page after so many actions, as HTML.

    Raises TypeError or ValueError for a step that does not exist.

    >>> from bpkit.checkpoint import every
    >>> from bpkit.plot.timed_schedule import timed
    >>> "Advance from activation 0 to activation 4." in timeline_page(timed(every(16, 4)), 2)
    True
    """
    picture = timeline_picture(plan, step)  # refuses a step that does not exist
    return spoken_page(sentence(plan, step), memory_bar(plan, step), picture)
