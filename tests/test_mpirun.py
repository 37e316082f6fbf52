"""Functions on real processes: the same results and sentences as in the simulated world, and no process left behind."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import bpkit as bp
from bpkit.machines import Deadlock, RankError, even_slices, mpirun, on_mpi, run
from bpkit.machines.function_source import program_of
from bpkit.machines.plain_files import read_values, write_values

needs_mpi = pytest.mark.skipif(on_mpi.mpiexec() is None, reason="needs mpi4py and an MPI: pip install -e .[machines]")
ROOT = Path(__file__).parents[1]
RATE = 0.1


def flat(grads):
    return np.concatenate([gradient.ravel() for gradient in grads.parameters])


def step(comm, net, loss, x, y):
    mine = even_slices(x.shape[1], comm.size)[comm.rank]
    value, grads = bp.machines.backprop(comm, net, loss, x[:, mine], y[:, mine])
    return {"loss": value, "gradients": flat(grads), "rank": comm.rank}


def circle(comm):
    comm.Recv(np.empty(1), (comm.rank + 1) % comm.size)


def head_to_head(comm, size):
    comm.Send(np.zeros(size), 1 - comm.rank)
    comm.Recv(np.empty(size), 1 - comm.rank)


def divides(comm):
    if comm.rank == 1:
        raise ZeroDivisionError("division by zero")
    comm.Barrier()


def leaves(comm):
    if comm.rank != 1:
        bp.machines.all_reduce(comm, np.ones(6))


def splits(comm):
    group = comm.Split(comm.rank % 2, comm.rank)
    if group.rank == 0:
        group.Recv(np.empty(1), 1)


def returns_a_network_of_others(comm):
    return {1, 2}


def uses_a_rate(comm):
    return RATE


def learns_wildly(comm, net, loss, x, y, updates):
    sizes = np.cumsum([array.size for array in net.parameters])[:-1]

    def write(parameters):
        for array, part in zip(net.parameters, np.split(parameters, sizes), strict=True):
            array[...] = part.reshape(array.shape)

    def gradient(k, parameters):
        write(parameters)
        return flat(bp.backprop(net, loss, x, y)[1])

    start = np.concatenate([array.ravel() for array in net.parameters])
    found, staleness = bp.machines.hogwild(comm, start, gradient, 0.05, updates)
    write(found)
    return bp.backprop(net, loss, x, y)[0], found, staleness


def counts_wildly(comm, updates):
    return bp.machines.hogwild(comm, np.zeros(1000), lambda k, seen: np.full(1000, float(k)), -1.0, updates)


def arguments():
    rng = np.random.default_rng(0)
    return bp.mlp([4, 6, 2], rng=0), bp.LeastSquares("mean"), rng.normal(size=(4, 11)), rng.normal(size=(2, 11))


@needs_mpi
def test_results_are_those_of_the_simulated_world():
    for found, expected in zip(mpirun(step, 3, *arguments()), run(step, 3, *arguments()).results, strict=True):
        assert found["loss"] == expected["loss"] and found["rank"] == expected["rank"]
        assert np.array_equal(found["gradients"], expected["gradients"])


@needs_mpi
@pytest.mark.parametrize("p", [1, 2, 4])
def test_hogwild_learns_and_loses_no_update(p):
    results = mpirun(counts_wildly, p, 200)
    for found, _ in results:
        assert np.array_equal(found, np.full(1000, 199 * 200 / 2))  # every k from 0 to 199 once
    assert sum(len(staleness) for _, staleness in results) == 200
    assert all(0 <= old < 200 for _, staleness in results for old in staleness)
    net, loss, x, y = arguments()
    before = bp.backprop(net, loss, x, y)[0]
    results = mpirun(learns_wildly, p, net, loss, x, y, 300)
    assert all(np.array_equal(found, results[0][1]) and value < 0.7 * before for value, found, _ in results)
    if p == 1:  # nobody else: a run like any other
        assert np.array_equal(results[0][1], run(learns_wildly, 1, net, loss, x, y, 300).results[0][1])


@needs_mpi
@pytest.mark.parametrize(
    ("f", "ranks", "args"), [(circle, 3, ()), (circle, 2, ()), (head_to_head, 2, (2000,)), (leaves, 3, ())]
)
def test_a_deadlock_has_the_sentence_of_the_simulated_world(f, ranks, args):
    with pytest.raises(Deadlock) as simulated:
        run(f, ranks, *args)
    with pytest.raises(Deadlock) as found:
        mpirun(f, ranks, *args, timeout=4)
    first = str(simulated.value).split(";")[0]
    assert str(found.value).startswith(f"no answer after 4 seconds: {first}")
    if f is not leaves:  # there the others wait for rank 1 or for each other, as it happens
        assert str(found.value) == f"no answer after 4 seconds: {simulated.value}"


@needs_mpi
def test_a_rank_that_raises_and_one_whose_result_cannot_be_sent():
    with pytest.raises(RankError, match="rank 1 raised ZeroDivisionError: division by zero"):
        mpirun(divides, 3)
    with pytest.raises(RankError, match="returns holds a set, which cannot be sent"):
        mpirun(returns_a_network_of_others, 2)


@needs_mpi
def test_a_group_is_named_by_the_ranks_of_the_world():
    with pytest.raises(Deadlock, match="rank 1 waits for a message from rank 3, which has ended"):
        mpirun(splits, 4, timeout=4)


def children(folder):
    """The processes of an `mpirun` whose files are in this folder."""
    listed = subprocess.run(["ps", "-ww", "-eo", "pid,stat,args"], capture_output=True, encoding="utf-8").stdout
    found = [line for line in listed.splitlines() if "rank_process" in line and str(folder) in line]
    return [line for line in found if " Z" not in line]


def waited_for(condition):
    """Wait until something is so; tell whether it is."""
    for _ in range(300):
        if condition():
            return True
        time.sleep(0.1)
    return False


# A shell lets what it starts in the background ignore Ctrl-C, and a child inherits that.
PROGRAM = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.path.append("tests")
from test_mpirun import circle, divides
from bpkit.machines import mpirun
mpirun({function}, 3, timeout={timeout})
"""


def started(tmp_path, function="circle", timeout=60):
    """A program that calls an `mpirun` whose files are in this folder."""
    environment = os.environ | {"TMPDIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", PROGRAM.format(function=function, timeout=timeout)]
    return subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE)


def waiting(tmp_path):
    """Such a program, whose three ranks have begun to wait for each other."""
    caller = started(tmp_path)
    assert waited_for(lambda: len(children(tmp_path)) >= 4)  # mpiexec and three ranks, at least
    time.sleep(1.5)
    return caller


def ended_by_a_signal(tmp_path, kind):
    with waiting(tmp_path) as caller:
        caller.send_signal(kind)
        caller.communicate(timeout=30)


def ended_by_itself(tmp_path, function, timeout, words):
    with started(tmp_path, function, timeout) as caller:
        assert words in caller.communicate(timeout=60)[1]


def ended_with_mpiexec(tmp_path):
    with waiting(tmp_path) as caller:
        (starter,) = [line for line in children(tmp_path) if Path(line.split()[2]).name == "mpiexec"]
        os.kill(int(starter.split()[0]), signal.SIGKILL)
        assert b"mpiexec ended with the code" in caller.communicate(timeout=30)[1]


ENDS = {
    "exception": lambda folder: ended_by_itself(folder, "divides", 60, b"rank 1 raised ZeroDivisionError"),
    "timeout": lambda folder: ended_by_itself(folder, "circle", 3, b"no answer after 3 seconds"),
    "Ctrl-C": lambda folder: ended_by_a_signal(folder, signal.SIGINT),
    "terminated": lambda folder: ended_by_a_signal(folder, signal.SIGTERM),
    "kill -9 of the caller": lambda folder: ended_by_a_signal(folder, signal.SIGKILL),
    "kill -9 of mpiexec": ended_with_mpiexec,
}


@needs_mpi
@pytest.mark.skipif(os.name != "posix", reason="signals are POSIX's")
@pytest.mark.parametrize("end", ENDS)
def test_no_process_is_left(tmp_path, end):
    ENDS[end](tmp_path)
    assert waited_for(lambda: not children(tmp_path))


@pytest.mark.slow
@needs_mpi
@pytest.mark.skipif(os.name != "posix", reason="signals are POSIX's")
@pytest.mark.parametrize("number", range(20))
@pytest.mark.parametrize("end", ENDS)
def test_no_process_is_left_in_twenty_times(tmp_path, end, number):
    test_no_process_is_left(tmp_path, end)


# What needs no MPI


@pytest.mark.parametrize(("platform", "where"), [(sys.platform, "here"), ("emscripten", "in a browser")])
def test_without_mpi_it_says_so_and_simulates(monkeypatch, platform, where):
    monkeypatch.setattr(on_mpi, "mpiexec", lambda: None)
    monkeypatch.setattr("sys.platform", platform)
    with pytest.warns(UserWarning, match=f"there is no MPI {where}"):
        found = mpirun(step, 2, *arguments())
    assert found[0]["loss"] == run(step, 2, *arguments()).results[0]["loss"]


def test_a_function_is_sent_with_what_it_calls_and_imports():
    program = program_of(step)
    assert "import bpkit as bp\n" in program and "import numpy as np\n" in program
    assert "from bpkit.numerical.even_slices import even_slices\n" in program
    assert program.index("def flat") < program.index("def step")


def test_a_function_is_sent_with_what_functions_inside_it_use():
    assert "def flat" in program_of(learns_wildly)


def test_a_function_that_cannot_be_sent():
    rate = 0.1

    def inside(comm):
        return rate

    for f, words in (
        (uses_a_rate, "uses_a_rate uses `RATE` from around it"),
        (inside, "inside uses `rate` from around it"),
        (lambda comm: 1, "f is <lambda>, expected a function written with def"),
        (3, "f is a int, expected a function"),
    ):
        with pytest.raises(TypeError, match=words):
            program_of(f)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.tuples(inner, inner) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(values)
def test_plain_values_come_back(tmp_path_factory, value):
    folder = tmp_path_factory.mktemp("values")
    write_values(folder, "v", value, "it")
    assert read_values(folder, "v") == value


def test_arrays_networks_and_losses_come_back(tmp_path):
    net, array = bp.mlp([2, 3, 1], rng=0), np.arange(6, dtype=np.float32).reshape(2, 3)
    value = {"net": net, "more": [array, (bp.CrossEntropy("mean"), np.float64(2.5))], "again": net}
    write_values(tmp_path, "v", value, "it")
    found = read_values(tmp_path, "v")
    assert np.array_equal(found["net"].omega[0], net.omega[0]) and np.array_equal(found["again"].beta[1], net.beta[1])
    assert np.array_equal(found["more"][0], array) and found["more"][0].dtype == np.float32
    assert found["more"][1] == (bp.CrossEntropy("mean"), 2.5) and type(found["more"][1][1]) is np.float64
    for refused in ({1: 2}, object(), np.array([None]), [print]):
        with pytest.raises(TypeError, match="it holds a"):
            write_values(tmp_path, "v", refused, "it")
