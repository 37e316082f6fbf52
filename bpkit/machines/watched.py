"""A communicator of mpi4py that notes for whom it waits, so that whoever has waited too long can say so."""

from collections.abc import Sequence
from typing import Any, Self

from bpkit.numerical.arrays import Array

RUNNING, RECEIVES, SENDS, MEETS, ENDED = range(5)


def noted(waits: Array) -> str:
    """Say for whom each rank waits, by what they have noted: a row for each, what it does, with whom, how much.

    >>> import numpy as np
    >>> noted(np.array([[RECEIVES, 1, 0], [ENDED, 0, 0], [MEETS, 0, 0]]))
    'rank 0 waits for a message from rank 1, which has ended; rank 2 waits for all ranks to make the same call.'
    """
    words = []
    for rank, (does, other, numbers) in enumerate(waits.tolist()):
        named = f"rank {other}" + (", which has ended" if waits[other, 0] == ENDED else "")
        if does == RECEIVES:
            words.append(f"rank {rank} waits for a message from {named}")
        elif does == SENDS:
            words.append(f"rank {rank} waits for {named} to receive its {numbers} numbers")
        elif does == MEETS:
            words.append(f"rank {rank} waits for all ranks to make the same call")
        elif does == RUNNING:
            words.append(f"rank {rank} computes")
    return "; ".join(words) + "."


class Watched:
    """Passes all calls on to a communicator, and notes in a row of `waits` for whom it waits."""

    def __init__(self, comm: Any, waits: Array, members: Sequence[int]) -> None:
        self._comm, self._waits, self._members = comm, waits, members
        self.rank, self.size = comm.Get_rank(), comm.Get_size()
        self._row = waits[members[self.rank]]

    @property
    def without_notes(self) -> Any:
        """The communicator itself, for MPI's own functions."""
        return self._comm

    def Send(self, buf: Array, dest: int, tag: int = 0) -> None:
        self._noting((SENDS, self._members[dest], buf.size), self._comm.Send, buf, dest, tag)

    def Recv(self, buf: Array, source: int, tag: int = 0) -> None:
        self._noting((RECEIVES, self._members[source], buf.size), self._comm.Recv, buf, source, tag)

    def Sendrecv(self, sendbuf: Array, dest: int, *, recvbuf: Array, source: int) -> None:
        self._noting((RECEIVES, self._members[source], recvbuf.size), self._comm.Sendrecv, sendbuf, dest,
                     recvbuf=recvbuf, source=source)  # fmt: skip

    def Barrier(self) -> None:
        self._noting((MEETS, 0, 0), self._comm.Barrier)

    def allgather(self, sendobj: Any) -> list[Any]:
        return self._noting((MEETS, 0, 0), self._comm.allgather, sendobj)

    def Split(self, color: int, key: int = 0) -> Self:
        group = self._noting((MEETS, 0, 0), self._comm.Split, color, key)
        members = group.allgather(self._members[self.rank])
        return type(self)(group, self._waits, members)

    def Isend(self, buf: Array, dest: int, tag: int = 0) -> "WatchedRequest":
        request = self._comm.Isend(buf, dest, tag)
        return WatchedRequest(self, request, (SENDS, self._members[dest], buf.size))

    def _noting(self, what: tuple[int, int, int], call: Any, *args: Any, **keywords: Any) -> Any:
        self._row[1:], self._row[0] = what[1:], what[0]
        result = call(*args, **keywords)
        self._row[0] = RUNNING
        return result

    def __getattr__(self, name: str) -> Any:
        return getattr(self._comm, name)


class WatchedRequest:
    """A message on its way; waiting for it is noted."""

    def __init__(self, comm: Watched, request: Any, what: tuple[int, int, int]) -> None:
        self._comm, self._request, self._what = comm, request, what

    def Wait(self) -> None:
        self._comm._noting(self._what, self._request.Wait)
