"""What ranks are and what they wait for their turn with: threads and queues, or what stands for these in a browser."""

import sys

if sys.platform == "emscripten":
    from bpkit.machines.in_a_browser import Queue, Thread
else:
    from queue import SimpleQueue as Queue  # faster than a semaphore
    from threading import Thread

__all__ = ["Queue", "Thread"]
