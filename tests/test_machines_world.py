"""The simulated world of many machines: the same run every time, and one sentence for whatever goes wrong."""

import _thread
import signal
import sys
import threading

import numpy as np
import pytest

import bpkit as bp
from bpkit.machines import Deadlock, RankError, run


def sentence(f, ranks, error=RankError):
    with pytest.raises(error) as caught:
        run(f, ranks)
    assert not [thread for thread in threading.enumerate() if "body" in thread.name]
    return str(caught.value)


def test_two_ranks_that_wait_for_each_other():
    def both_receive(comm):
        comm.Recv(np.empty(1), 1 - comm.rank)

    assert sentence(both_receive, 2, Deadlock) == (
        "rank 0 waits for a message from rank 1; rank 1 waits for a message from rank 0."
    )


def test_three_ranks_that_wait_in_a_circle():
    def receive_from_the_right(comm):
        comm.Recv(np.empty(1), (comm.rank + 1) % 3)

    assert sentence(receive_from_the_right, 3, Deadlock) == (
        "rank 0 waits for a message from rank 1; rank 1 waits for a message from rank 2; "
        "rank 2 waits for a message from rank 0."
    )


def head_to_head(comm, size):
    other, received = 1 - comm.rank, np.empty(size)
    comm.Send(np.full(size, float(comm.rank)), other)
    comm.Recv(received, other)
    return float(received[0])


def test_two_that_send_first_pass_with_a_thousand_numbers_and_hang_with_two_thousand():
    assert run(head_to_head, 2, 1000).results == [1.0, 0.0]
    assert sentence(lambda comm: head_to_head(comm, 2000), 2, Deadlock) == (
        "rank 0 waits for rank 1 to receive its 2000 numbers; rank 1 waits for rank 0 to receive its 2000 numbers."
    )

    def at_once(comm):
        other, received = 1 - comm.rank, np.empty(2000)
        comm.Sendrecv(np.full(2000, float(comm.rank)), other, recvbuf=received, source=other)
        return float(received[0])

    assert run(at_once, 2).results == [1.0, 0.0]


def test_a_rank_that_raises_is_named_and_ends_all():
    def divide(comm):
        if comm.rank == 2:
            raise ZeroDivisionError("division by zero")
        comm.Barrier()

    assert sentence(divide, 4) == "rank 2 raised ZeroDivisionError: division by zero"


def test_a_rank_that_never_calls_the_collective():
    def all_but_one(comm):
        if comm.rank != 1:
            bp.machines.all_reduce(comm, np.ones(6))

    assert "rank 0 waits for a message from rank 1, which has ended" in sentence(all_but_one, 3, Deadlock)

    def barrier(comm):
        if comm.rank != 1:
            comm.Barrier()

    told = sentence(barrier, 3, Deadlock)
    assert told.startswith("rank 0 is in Barrier and waits for rank 1, which has ended;")


def test_other_calls_sizes_and_types():
    def different_calls(comm):
        if comm.rank:
            comm.Split(0)
        else:
            comm.Barrier()

    assert "rank 1 calls Split, but rank 0 Barrier" in sentence(different_calls, 2)
    for sent, buffer, words in (
        (np.ones(3), np.empty(4), "receives 4 numbers of float64 from rank 0, but 3 of float64"),
        (np.ones(3, np.float32), np.empty(3), "of float64 from rank 0, but 3 of float32"),
    ):

        def send(comm, sent=sent, buffer=buffer):
            if comm.rank == 0:
                comm.Send(sent, 1)
            else:
                comm.Recv(buffer, 0)

        assert words in sentence(send, 2)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (lambda comm: comm.Isend(np.ones(3), 0 if comm.rank else 1), "received by nobody"),
        (lambda comm: comm.Send(np.ones(3), comm.rank), "itself"),
        (lambda comm: comm.Send(np.ones(3), comm.rank + 1 if comm.rank else 2), "expected a rank from 0 to 1"),
        (lambda comm: comm.Send([1.0], 1 - comm.rank), "expected an array"),
        (lambda comm: comm.Send(np.ones((3, 3)).T[:, :2], 1 - comm.rank), "ascontiguousarray"),
        (lambda comm: comm.Allreduce(np.ones(3)), "has no Allreduce"),
    ],
)
def test_what_no_communicator_allows(wrong, words):
    assert words in sentence(wrong, 2)


def test_a_message_of_the_wrong_sender_is_not_taken():
    def work(comm):
        if comm.rank < 2:
            comm.Send(np.array([float(comm.rank)]), 2)
            return None
        first, second = np.empty(1), np.empty(1)
        comm.Recv(first, 1)
        comm.Recv(second, 0)
        return first[0], second[0]

    assert run(work, 3).results[2] == (1.0, 0.0)


def test_groups_do_not_hear_each_other():
    def work(comm):
        row, column = comm.Split(comm.rank // 3, -comm.rank), comm.Split(comm.rank % 3)
        number = np.array([float(comm.rank)])
        bp.machines.all_reduce(row, number)
        bp.machines.all_reduce(column, number)
        return row.rank, row.size, column.rank, column.size, number[0]

    results = run(work, 6).results
    assert [one[:4] for one in results] == [
        (2, 3, 0, 2),
        (1, 3, 0, 2),
        (0, 3, 0, 2),
        (2, 3, 1, 2),
        (1, 3, 1, 2),
        (0, 3, 1, 2),
    ]
    assert {one[4] for one in results} == {15.0}


def test_a_message_takes_alpha_and_beta_and_leaves_after_the_one_before():
    def work(comm):
        if comm.rank == 0:
            for _ in range(3):
                comm.Send(np.ones(2), 1)
        else:
            times = []
            for _ in range(3):
                comm.Recv(np.empty(2), 0)
                times.append(comm.clock)
            return times
        return comm.clock

    counted = run(work, 2, alpha=3.0, beta=0.5)
    assert counted.results == [0.0, [11.0, 19.0, 27.0]]
    assert counted.clock == [0.0, 27.0]


def test_a_run_is_the_same_every_time():
    def work(comm):
        log = []
        for _ in range(5):
            comm.compute(0.1 + 0.07 * comm.rank)
            log.append(comm.allgather(comm.clock))
            block = np.array([np.sin(comm.clock)])
            bp.machines.all_reduce(comm, block, "ring")
            log.append(block[0])
        return log

    first = run(work, 5, alpha=0.01, beta=0.001)
    assert all(run(work, 5, alpha=0.01, beta=0.001) == first for _ in range(5))


def test_what_run_does_not_take():
    for arguments, error in (
        ({"ranks": 0}, ValueError),
        ({"ranks": 2.0}, TypeError),
        ({"ranks": 1, "alpha": -1}, ValueError),
    ):
        with pytest.raises(error):
            run(lambda comm: None, **arguments)


def test_an_interrupt_ends_even_a_rank_that_never_stops():
    started = threading.Event()

    def endless(comm):
        if comm.rank == 0:
            comm.Recv(np.empty(1), 1)
        started.set()
        while True:
            pass

    def interrupt():
        started.wait()
        _thread.interrupt_main()

    helper = threading.Thread(target=interrupt)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # it is ignored by what a shell starts with &
    helper.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            run(endless, 3)
    finally:
        signal.signal(signal.SIGINT, before)
    helper.join()
    assert not [thread for thread in threading.enumerate() if "body" in thread.name]


def test_a_barrier_takes_all_to_the_time_of_the_latest():
    def work(comm):
        if comm.rank == 0:
            comm.Send(np.ones(1), 1)
        if comm.rank == 1:
            comm.Recv(np.empty(1), 0)
        comm.Barrier()
        return comm.clock

    assert run(work, 3, alpha=10.0).results == [10.0, 10.0, 10.0]


def test_nothing_is_said_when_ranks_end(capfd):
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)  # so that a thread is often interrupted while it ends
    try:
        for _ in range(2000):
            run(lambda comm: comm.allgather(comm.rank), 4)
    finally:
        sys.setswitchinterval(before)
    assert capfd.readouterr() == ("", "")
