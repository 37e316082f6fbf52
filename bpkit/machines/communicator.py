"""What a rank talks to the others with, in the simulated world: mpi4py's names for a few of its calls."""

from collections.abc import Sequence
from typing import Any, Self

import numpy as np

from bpkit.machines.world import Meeting, Message, RankError, World
from bpkit.numerical.arrays import Array

NAMES = "rank, size, Send, Isend, Recv, Sendrecv, Barrier, allgather and Split"


class Communicator:
    """A group of ranks, as one of them sees it: `rank` is its own number in the group, and `size` how many there are.

    `Send`, `Isend`, `Recv`, `Sendrecv`, `Barrier`, `allgather` and `Split` are called, and do, what mpi4py's do; arrays
    are contiguous. `allgather`, `Barrier` and `Split` arrange things, so their bytes are not counted.
    """

    def __init__(self, world: World, members: Sequence[int], me: int, name: tuple[Any, ...] = ()) -> None:
        self._world, self._members, self._me, self._name = world, members, me, name
        self.rank, self.size = members.index(me), len(members)
        self._meetings = 0

    def Isend(self, buf: Array, dest: int, tag: int = 0) -> "Request":
        """Begin to send an array to rank `dest`; `Wait()` on what is returned before it is changed."""
        array = self._array("buf", buf)
        key = (self._name, self.rank, self._other("dest", dest), tag)
        return Request(self, self._world.post(key, self._me, array), dest)

    def Send(self, buf: Array, dest: int, tag: int = 0) -> None:
        """Send an array to rank `dest`; a large one waits for the receiver."""
        self.Isend(buf, dest, tag).Wait()

    def Recv(self, buf: Array, source: int, tag: int = 0) -> None:
        """Wait for an array of rank `source` and write it into `buf`."""
        array = self._array("buf", buf)
        key, sender = (self._name, self._other("source", source), self.rank, tag), self._members[source]

        def words() -> str:
            return f"rank {self._me} waits for a message from {self._world.named(sender)}"

        sent = self._world.take(key, self._me, words).array
        if (sent.size, sent.dtype) != (array.size, array.dtype):
            raise RankError(
                f"rank {self._me} receives {array.size} numbers of {array.dtype} from rank {sender}, but {sent.size} "
                f"of {sent.dtype} were sent: the sizes and types of the two calls must agree."
            )
        array[...] = sent.reshape(array.shape)

    def Sendrecv(self, sendbuf: Array, dest: int, *, recvbuf: Array, source: int) -> None:
        """Send to one rank and receive from another at once, so that none of them waits for ever."""
        request = self.Isend(sendbuf, dest)
        self.Recv(recvbuf, source)
        request.Wait()

    def allgather(self, sendobj: Any) -> list[Any]:
        """Return what every rank brought, in the order of ranks."""
        return self._meet("allgather", sendobj)

    def Barrier(self) -> None:
        """Wait until every rank is here."""
        self._meet("Barrier", None)

    def Split(self, color: int, key: int = 0) -> Self:
        """Return the communicator of the ranks that give the same `color`, in the order of `key`."""
        pairs = self._meet("Split", (color, key))
        group = sorted((k, rank) for rank, (c, k) in enumerate(pairs) if c == color)
        members = [self._members[rank] for _, rank in group]
        return type(self)(self._world, members, self._me, (*self._name, self._meetings, color))

    def Get_rank(self) -> int:
        """Return `rank`."""
        return self.rank

    def Get_size(self) -> int:
        """Return `size`."""
        return self.size

    def compute(self, seconds: float) -> None:
        """Let this rank's clock go on, as a computation would; a name of the simulated world alone."""
        self._world.compute(self._me, seconds)

    def access(self, owner: int, size: int) -> float:
        """Count so many bytes read or written in another's memory; a name of the simulated world alone."""
        return self._world.access(self._me, self._members[owner], size)

    @property
    def clock(self) -> float:
        """The time on this rank in seconds; a name of the simulated world alone."""
        return self._world.clock[self._me]

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        raise AttributeError(f"the simulated world has no {name}; of mpi4py's names it has {NAMES}.")

    def _meet(self, call: str, brought: Any) -> list[Any]:
        """Wait for all ranks of the group to make the same call."""
        world, place = self._world, (self._name, self._meetings)
        self._meetings += 1
        meeting = world.meetings.setdefault(place, Meeting(call))
        if meeting.call != call:
            other = self._members[next(iter(meeting.brought))]
            raise RankError(
                f"rank {self._me} calls {call}, but rank {other} {meeting.call}: all ranks must make the same call."
            )
        meeting.brought[self.rank] = brought
        latest = max(world.clock[self._members[rank]] for rank in meeting.brought)
        if len(meeting.brought) == self.size:
            world.go_on_together([self._members[rank] for rank in range(self.size)], self._me, latest)
        else:
            world.wait(self._me, lambda: self._words_of_missing(meeting))
        return [meeting.brought[rank] for rank in range(self.size)]

    def _words_of_missing(self, meeting: Meeting) -> str:
        missing = [self._members[rank] for rank in range(self.size) if rank not in meeting.brought]
        named = " and ".join(self._world.named(rank) for rank in missing)
        return f"rank {self._me} is in {meeting.call} and waits for {named}"

    def _other(self, name: str, rank: int) -> int:
        if not 0 <= rank < self.size:
            raise RankError(
                f"{name} is {rank} on rank {self._me}, expected a rank from 0 to {self.size - 1}: {rank} % size?"
            )
        if rank == self.rank:
            raise RankError(f"{name} is {rank} on rank {self._me}, which is that rank itself.")
        return rank

    def _array(self, name: str, value: Any) -> Array:
        if not isinstance(value, np.ndarray):
            raise RankError(f"{name} is a {type(value).__name__} on rank {self._me}, expected an array.")
        if not value.flags.c_contiguous:
            raise RankError(f"{name} is not contiguous on rank {self._me}: pass np.ascontiguousarray of it.")
        return value


class Request:
    """A message that is on its way."""

    def __init__(self, comm: Communicator, message: Message, dest: int) -> None:
        self._comm, self._message, self._dest = comm, message, dest

    def Wait(self) -> None:
        """Wait until the array that was sent may be changed."""
        comm = self._comm
        world, receiver = comm._world, comm._members[self._dest]
        number = self._message.array.size

        def words() -> str:
            return f"rank {comm._me} waits for {world.named(receiver)} to receive its {number} numbers"

        world.wait_until_taken(self._message, words)
