"""Runs a function of `comm` on any number of ranks in one process, and counts what it costs."""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from queue import Empty
from typing import Any

from bpkit.machines.communicator import Communicator
from bpkit.machines.turns import Queue, Thread
from bpkit.machines.world import RankError, Stopped, World
from bpkit.numerical.arguments import real_number, whole_number


@dataclass(frozen=True)
class Run:
    """What a run gave: the results of the ranks, the bytes and messages that each sent, and the time on its clock."""

    results: list[Any]
    bytes: list[int]
    messages: list[int]
    clock: list[float]


def run(f: Callable[..., Any], ranks: int, *args: Any, alpha: float = 0.0, beta: float = 0.0) -> Run:
    """Call `f(comm, *args)` on every rank of a simulated world, and return the results and what they cost.

    Every rank is a thread, but one runs at a time, in an order that is always the same. A message of n bytes takes
    alpha + n·beta seconds; computing takes no time unless the function calls `comm.compute(seconds)`. The ranks share
    the arguments: an array that one writes into is changed for all.

    Raises Deadlock with who waits for whom if no rank can go on, and RankError if one raises or a message is received
    by nobody or as something else than was sent.

    >>> def greet(comm):
    ...     number = np.array([float(comm.rank)])
    ...     if comm.rank == 0:
    ...         comm.Send(number, 1)
    ...     else:
    ...         comm.Recv(number, 0)
    ...     return float(number[0])
    >>> import numpy as np
    >>> run(greet, 2)
    Run(results=[0.0, 0.0], bytes=[8, 0], messages=[1, 0], clock=[0.0, 0.0])
    """
    ranks = whole_number("ranks", ranks)
    for name, value in (("alpha", alpha), ("beta", beta)):
        if real_number(name, value) < 0:
            raise ValueError(f"{name} is {value!r}, expected a time that is not negative.")
    world, results = World(ranks, float(alpha), float(beta)), [None] * ranks

    over: Queue[int] = Queue()

    def body(rank: int) -> None:
        try:
            world.begin(rank)
            results[rank] = f(Communicator(world, range(ranks), rank), *args)
            world.end(rank)
        except Stopped:
            pass
        except BaseException as error:
            world.stop(error if isinstance(error, RankError) or _is_for_all(error) else _error_of(rank, error))
        finally:
            over.put(rank)

    threads = [Thread(target=body, args=(rank,), daemon=True) for rank in range(ranks)]
    try:
        for thread in threads:
            thread.start()
        world.pass_on()
        _wait_for_all(over, ranks)
    except BaseException:  # an interrupt, or a time limit
        world.stop(Stopped())
        _end(threads)
        raise
    if world.error:
        raise world.error
    _check_nothing_is_left(world)
    return Run(results, world.bytes, world.messages, world.clock)


def _wait_for_all(over: "Queue[int]", ranks: int) -> None:
    """Wait until all ranks have ended; in short waits, which an interrupt or a time limit can end."""
    for _ in range(ranks):
        ended = False
        while not ended:
            with contextlib.suppress(Empty):
                over.get(timeout=0.05)
                ended = True


def _end(threads: list[Thread]) -> None:
    """End the threads: those that wait end by themselves, and one may be in an endless loop.

    Where Python has no ctypes, as in a browser, such a loop cannot be ended from outside, and its thread is left alone.
    """
    threads[0].join(0.05)
    try:
        import ctypes
    except ImportError:
        return
    for _ in range(20):
        running = [thread for thread in threads if thread.is_alive()]
        if not running:
            return
        for thread in running:
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident or 0), ctypes.py_object(Stopped))
        running[0].join(0.05)


def _is_for_all(error: BaseException) -> bool:
    """Whether it is an interrupt or a time limit, which arrive in a rank where ranks have no threads of their own."""
    return not isinstance(error, (Exception, SystemExit, GeneratorExit))


def _error_of(rank: int, error: BaseException) -> RankError:
    told = RankError(f"rank {rank} raised {type(error).__name__}: {error}")
    told.__cause__ = error
    return told


def _check_nothing_is_left(world: World) -> None:
    found = world.left_over()
    if found:
        (_, _, dest, tag), message = found
        raise RankError(
            f"a message of {message.array.size} numbers with tag {tag}, which rank {message.sender} sent to rank "
            f"{dest} of its group, was received by nobody: every send needs its receive."
        )
