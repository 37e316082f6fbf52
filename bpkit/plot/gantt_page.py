"""The page of the parallel timeline (chapter 8): what the last action does, who waits for what, and the Gantt chart."""

from bpkit.plot._gantt import TimedPipeline, gantt_picture, sentence
from bpkit.plot.spoken_page import spoken_page


def gantt_page(plan: TimedPipeline, step: int) -> str:
    """Return the page after so many actions, as HTML.

    Raises TypeError or ValueError for a step that does not exist.

    >>> from bpkit.machines import gpipe
    >>> from bpkit.plot._gantt import timed_pipeline
    >>> "stage 0 runs micro-batch 0 forward" in gantt_page(timed_pipeline(gpipe(4, 8)), 1)
    True
    """
    picture = gantt_picture(plan, step)  # refuses a step that does not exist
    return spoken_page(sentence(plan, step), picture)
