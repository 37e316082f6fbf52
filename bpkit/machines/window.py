"""An array that lies on rank 0, and that every rank reads and adds to without asking it: one-sided communication."""

from typing import Any

import numpy as np

from bpkit.machines.communicator import Communicator
from bpkit.numerical.arrays import Array


class Window:
    """Rank 0's array, for all ranks of `comm`: an MPI window on real processes, its like in the simulated world.

    All ranks make it, and all close it. Every number is read and added as a whole, but between two numbers of an array
    another rank may be at work.

    Raises TypeError or ValueError unless `array` has one dimension and the type float64, and the same size everywhere.

    >>> from bpkit.machines.simulated import run
    >>> def everyone(comm):
    ...     window = Window(comm, np.zeros(1))
    ...     before = window.add(np.ones(1))
    ...     comm.Barrier()
    ...     return float(before[0]), float(window.read()[0])
    >>> run(everyone, 3).results
    [(0.0, 3.0), (1.0, 3.0), (2.0, 3.0)]
    """

    def __init__(self, comm: Any, array: Array) -> None:
        if not isinstance(array, np.ndarray):
            raise TypeError(f"array is a {type(array).__name__}, expected an array.")
        if array.ndim != 1 or array.dtype != np.float64:
            raise ValueError(f"array has shape {array.shape} and type {array.dtype}, expected one dimension, float64.")
        sizes = comm.allgather(array.size)
        if set(sizes) != {array.size}:
            raise ValueError(f"array has another size on another rank, from rank 0 on {sizes}: expected one for all.")
        self._size = array.size
        self._there = _Simulated(comm, array) if isinstance(comm, Communicator) else _Real(comm, array)

    def read(self) -> Array:
        """Return what the array is now."""
        return self._there.read(np.empty(self._size))

    def add(self, change: Array) -> Array:
        """Add to the array, and return what it was before."""
        return self._there.add(np.ascontiguousarray(change, np.float64), np.empty(self._size))

    def close(self) -> None:
        """Give the memory back, when all ranks are here."""
        self._there.close()


class _Simulated:
    """All ranks have the same array. To read takes a message's time, and then it is the others' turn; to add, none."""

    def __init__(self, comm: Communicator, array: Array) -> None:
        self.comm, self.array = comm, comm.allgather(array.copy())[0]

    def read(self, into: Array) -> Array:
        into[...] = self.array
        self.comm.compute(self.comm.access(0, into.nbytes))
        return into

    def add(self, change: Array, before: Array) -> Array:
        before[...] = self.array
        self.array += change
        self.comm.access(0, change.nbytes)
        return before

    def close(self) -> None:
        self.comm.Barrier()


class _Real:
    """A window of MPI, open to all from its beginning to its end."""

    def __init__(self, comm: Any, array: Array) -> None:
        from mpi4py import MPI  # type: ignore[import-not-found, unused-ignore]  # an extra

        self.mpi, self.comm = MPI, comm
        size = array.nbytes if comm.rank == 0 else 0
        self.window = MPI.Win.Allocate(size, array.itemsize, comm=getattr(comm, "without_notes", comm))
        if comm.rank == 0:
            memory: Any = self.window.tomemory()
            np.frombuffer(memory, np.float64)[:] = array
        self.window.Lock_all()
        self.window.Sync()
        comm.Barrier()

    def read(self, into: Array) -> Array:
        return self._accumulate(into, into, self.mpi.NO_OP)

    def add(self, change: Array, before: Array) -> Array:
        return self._accumulate(change, before, self.mpi.SUM)

    def _accumulate(self, change: Array, before: Array, operation: Any) -> Array:
        self.window.Get_accumulate(change, before, 0, op=operation)
        self.window.Flush(0)
        return before

    def close(self) -> None:
        self.comm.Barrier()
        self.window.Unlock_all()
        self.window.Free()
