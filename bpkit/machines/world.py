"""The simulated world: every rank is a thread, one runs at a time, and what goes between them is counted and timed."""

import heapq
import itertools
from collections import defaultdict, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from bpkit.machines.turns import Queue
from bpkit.numerical.arrays import Array

EAGER_BYTES = 8192  # a larger message is sent only once its receiver is there to take it, as MPI does with large ones


class Deadlock(RuntimeError):
    """Every rank that has not ended waits for another one; the message says who for whom."""


class RankError(RuntimeError):
    """A rank raised an error, or did what no communicator allows; the message names the rank."""


class Stopped(SystemExit):
    """Ends a rank's thread after another rank has failed; a function's own `except Exception` lets it pass.

    A SystemExit, because a thread that ends with one says nothing about it.
    """


@dataclass
class Message:
    """An array on its way."""

    array: Array
    sender: int
    arrives: float
    taken: bool = False
    sender_waits: bool = False


@dataclass
class Meeting:
    """A collective call that some ranks have reached: what each of them brought."""

    call: str
    brought: dict[int, Any] = field(default_factory=dict)


class World:
    """Clocks, messages and turns of a number of ranks.

    A message of n bytes takes alpha + n·beta seconds, and a rank's messages leave one after another. The rank whose
    clock is furthest behind has the next turn, of several the one that has waited longest, so a run is the same every
    time.
    """

    def __init__(self, ranks: int, alpha: float, beta: float) -> None:
        self.alpha, self.beta = alpha, beta
        self.clock = [0.0] * ranks
        self.bytes, self.messages = [0] * ranks, [0] * ranks
        self.boxes: defaultdict[tuple[Any, ...], deque[Message]] = defaultdict(deque)
        self.meetings: dict[tuple[Any, ...], Meeting] = {}
        self.error: BaseException | None = None
        self._line_is_free = [0.0] * ranks
        self._ready = [(0.0, rank, rank) for rank in range(ranks)]  # a heap of clocks, places in the queue, and ranks
        self._place = itertools.count(ranks)
        self._waits_for: dict[int, Callable[[], str]] = {}
        self._receivers: dict[tuple[Any, ...], int] = {}
        self.ended: set[int] = set()
        self._turns = [Queue[None]() for _ in range(ranks)]

    # Turns

    def pass_on(self) -> None:
        """Give the turn to the rank whose clock is furthest behind."""
        if self._ready:
            *_, rank = heapq.heappop(self._ready)
            self._turns[rank].put(None)
        elif self._waits_for:
            self.stop(Deadlock("; ".join(words() for _, words in sorted(self._waits_for.items())) + "."))

    def begin(self, rank: int) -> None:
        """Wait for the first turn of a rank."""
        self._turns[rank].get()
        if self.error:
            raise Stopped

    def wait(self, rank: int, words: Callable[[], str]) -> None:
        """Give the turn away until another rank has done what `words` say."""
        self._waits_for[rank] = words
        self.pass_on()
        self.begin(rank)

    def wake(self, rank: int, time: float) -> None:
        """Let a waiting rank go on, not before this time."""
        del self._waits_for[rank]
        self.clock[rank] = max(self.clock[rank], time)
        self._get_ready(rank)

    def _get_ready(self, rank: int) -> None:
        heapq.heappush(self._ready, (self.clock[rank], next(self._place), rank))

    def go_on_together(self, ranks: Iterable[int], last: int, time: float) -> None:
        """Let ranks that have waited for the last of them go on at this time, in their order."""
        for rank in ranks:
            if rank != last:
                self.wake(rank, time)
            else:
                self.clock[rank] = time
                self._get_ready(rank)
        self.pass_on()
        self.begin(last)

    def compute(self, rank: int, seconds: float) -> None:
        """Let time pass on a rank, and those that are earlier take their turns."""
        self.clock[rank] += seconds
        self._get_ready(rank)
        self.pass_on()
        self.begin(rank)

    def access(self, rank: int, owner: int, size: int) -> float:
        """Count that a rank reads or writes so many bytes in another's memory; return how long a message of it takes.

        It is counted as a message of the rank that asks. In its own memory it costs nothing.
        """
        if rank == owner:
            return 0.0
        self.bytes[rank] += size
        self.messages[rank] += 1
        return self.alpha + self.beta * size

    def end(self, rank: int) -> None:
        """Note that a rank's function has returned."""
        self.ended.add(rank)
        self.pass_on()

    def stop(self, error: BaseException) -> None:
        """End all ranks."""
        self.error = self.error or error
        for turn in self._turns:
            turn.put(None)

    def named(self, rank: int) -> str:
        """Return the rank's name in a sentence, and that it has ended, if it has."""
        return f"rank {rank}" + (", which has ended" if rank in self.ended else "")

    # Messages

    def post(self, key: tuple[Any, ...], sender: int, array: Array) -> Message:
        """Send a copy of an array into a box."""
        leaves = max(self.clock[sender], self._line_is_free[sender])
        self._line_is_free[sender] = leaves + self.beta * array.nbytes
        message = Message(array.copy(), sender, leaves + self.alpha + self.beta * array.nbytes)
        self.bytes[sender] += array.nbytes
        self.messages[sender] += 1
        self.boxes[key].append(message)
        if key in self._receivers:
            self.wake(self._receivers.pop(key), message.arrives)
        return message

    def take(self, key: tuple[Any, ...], receiver: int, words: Callable[[], str]) -> Message:
        """Return the oldest message in a box, and wait for one if there is none."""
        if not self.boxes[key]:
            self._receivers[key] = receiver
            self.wait(receiver, words)
        message = self.boxes[key].popleft()
        self.clock[receiver] = max(self.clock[receiver], message.arrives)
        message.taken = True
        if message.sender_waits:
            self.wake(message.sender, self.clock[receiver])
        return message

    def wait_until_taken(self, message: Message, words: Callable[[], str]) -> None:
        """Wait for the receiver of a large message."""
        if not message.taken and message.array.nbytes > EAGER_BYTES:
            message.sender_waits = True
            self.wait(message.sender, words)

    def left_over(self) -> tuple[tuple[Any, ...], Message] | None:
        """Return a message that nobody received."""
        return next(((key, box[0]) for key, box in sorted(self.boxes.items()) if box), None)
