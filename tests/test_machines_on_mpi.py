"""The same functions under real MPI: every line of every rank is that of the simulated world."""

import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from bpkit.machines import run

sys.path.append(str(Path(__file__).parent))
import machines_on_mpi

MPIEXEC = Path(sys.executable).with_name("mpiexec")  # of the wheel: nothing says that it is on the PATH


needs_mpi = pytest.mark.skipif(
    find_spec("mpi4py") is None or not MPIEXEC.exists(), reason="needs mpi4py and mpich: pip install -e .[machines]"
)
ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
ROOT = Path(__file__).parents[1]
ENVIRONMENT = os.environ | ONE_THREAD | {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "UCX_TLS": "self,sm,posix"}


def started(ranks, *words):
    """Run Python with these words as so many processes of MPI, and return what they said."""
    return subprocess.run(
        [str(MPIEXEC), "-n", str(ranks), sys.executable, *words],
        env=ENVIRONMENT, capture_output=True, encoding="utf-8", timeout=120, stdin=subprocess.DEVNULL,
    )  # fmt: skip


@needs_mpi
def test_real_processes_give_the_lines_of_the_simulated_world():
    script = machines_on_mpi.__file__
    done = started(machines_on_mpi.RANKS, script)
    assert done.returncode == 0, done.stderr
    simulated = subprocess.run(
        [sys.executable, script, "simulated"], env=ENVIRONMENT, capture_output=True, encoding="utf-8", timeout=120
    )
    assert done.stdout.splitlines() == simulated.stdout.splitlines() != []


@needs_mpi
def test_the_script_of_the_page_on_clusters_runs_and_an_exception_ends_all(tmp_path):
    page = (Path(__file__).parents[1] / "reference" / "clusters.md").read_text(encoding="utf-8")
    (script,) = re.findall("```python\n(# step.py.*?)```", page, flags=re.DOTALL)
    (tmp_path / "step.py").write_text(script, encoding="utf-8")
    (tmp_path / "fails.py").write_text(f"{script}assert comm.rank != 1\ncomm.Barrier()\n", encoding="utf-8")
    done, failed = (started(4, "-m", "mpi4py", str(tmp_path / name)) for name in ("step.py", "fails.py"))
    assert done.returncode == 0 and re.fullmatch(r"4 ranks, loss \d\.\d{4}", done.stdout.strip()), done.stderr
    assert failed.returncode != 0 and "AssertionError" in failed.stderr


@needs_mpi
def test_the_command_tries_all_schemes_on_real_processes():
    done = started(3, "-m", "bpkit.machines")
    assert done.returncode == 0 and "on 3 processes" in done.stdout and "✗" not in done.stdout, done.stderr


def test_the_lines_are_the_same_every_time():
    first = run(machines_on_mpi.lines, machines_on_mpi.RANKS).results
    assert run(machines_on_mpi.lines, machines_on_mpi.RANKS).results == first
    assert len(first[0]) == 15
