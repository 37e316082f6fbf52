"""The same functions under real MPI: every line of every rank is that of the simulated world."""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from bpkit.machines import run

sys.path.append(str(Path(__file__).parent))
import machines_on_mpi

MPIEXEC = Path(sys.executable).with_name("mpiexec")  # of the wheel: nothing says that it is on the PATH


@pytest.mark.skipif(
    find_spec("mpi4py") is None or not MPIEXEC.exists(), reason="needs mpi4py and mpich: pip install -e .[machines]"
)
def test_real_processes_give_the_lines_of_the_simulated_world():
    script = Path(machines_on_mpi.__file__)
    one_thread = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    environment = os.environ | one_thread | {"PYTHONPATH": str(script.parents[1]), "UCX_TLS": "self,sm,posix"}
    done = subprocess.run(
        [str(MPIEXEC), "-n", str(machines_on_mpi.RANKS), sys.executable, str(script)],
        env=environment, capture_output=True, encoding="utf-8", timeout=120, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    simulated = subprocess.run(
        [sys.executable, str(script), "simulated"], env=environment, capture_output=True, encoding="utf-8", timeout=120
    )
    assert done.stdout.splitlines() == simulated.stdout.splitlines() != []


def test_the_lines_are_the_same_every_time():
    first = run(machines_on_mpi.lines, machines_on_mpi.RANKS).results
    assert run(machines_on_mpi.lines, machines_on_mpi.RANKS).results == first
    assert len(first[0]) == 15
