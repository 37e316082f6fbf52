"""Runs a function of `comm` on real processes, under MPI."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from bpkit.machines.function_source import program_of
from bpkit.machines.plain_files import read_values, write_values
from bpkit.machines.simulated import run
from bpkit.machines.watched import noted
from bpkit.machines.world import Deadlock, RankError
from bpkit.numerical.arguments import real_number, whole_number

THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


def mpirun(f: Callable[..., Any], ranks: int, *args: Any, timeout: float = 60.0) -> list[Any]:
    """Call `f(comm, *args)` on every rank of as many processes, and return the results, as `run(...).results` does.

    The processes know the function by its source, the functions that it calls, and the modules that it uses; all else
    is passed to it. Arguments and results are numbers, texts, arrays, networks and losses, and lists, tuples and
    dictionaries of these. Each process has one thread for matrix products. However the call ends, with an error, an
    interrupt or the end of this program, no process is left.

    Where there is no MPI (`pip install "bpkit-book[machines]"` brings one), it warns and runs in the simulated world.

    Raises RankError if a rank raises, Deadlock with who waits for whom if there is no answer after `timeout` seconds,
    TypeError or ValueError for what cannot be sent.
    """
    ranks, timeout = whole_number("ranks", ranks), real_number("timeout", timeout)
    starter = mpiexec()
    if starter is None:
        where = "in a browser" if sys.platform == "emscripten" else "here (mpi4py and mpiexec)"
        warnings.warn(f"there is no MPI {where}: this runs in the simulated world.", stacklevel=2)
        return run(f, ranks, *args).results
    with tempfile.TemporaryDirectory(prefix="bpkit", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        (folder / "program.py").write_text(program_of(f), encoding="utf-8")
        write_values(folder, "job", [f.__name__, list(args)], "args")
        waits = np.memmap(folder / "waits", np.int64, mode="w+", shape=(ranks, 3))
        code = _started([starter, "-n", str(ranks), sys.executable, "-m", __package__ + ".rank_process", name], timeout)
        errors = sorted(folder.glob("error*"))
        if errors:
            raise RankError(errors[0].read_text(encoding="utf-8"))
        if code is None:
            raise Deadlock(f"no answer after {timeout:g} seconds: {noted(waits)}")
        if code != 0:
            raise RankError(f"mpiexec ended with the code {code}, and no rank said why.")
        return [read_values(folder, f"result{rank}") for rank in range(ranks)]


def mpiexec() -> str | None:
    """Return the program that starts MPI's processes: the one beside this Python, or on the path; None without MPI."""
    if find_spec("mpi4py") is None:
        return None
    beside = Path(sys.executable).with_name("mpiexec.exe" if os.name == "nt" else "mpiexec")
    return str(beside) if beside.exists() else shutil.which("mpiexec")


def _started(command: list[str], timeout: float) -> int | None:
    """Run a command; return its code, or None if it was stopped after `timeout` seconds."""
    path = os.pathsep.join(entry or os.getcwd() for entry in sys.path if not entry.endswith(".zip"))
    environment = os.environ | dict.fromkeys(THREADS, "1") | {"PYTHONPATH": path, "UCX_TLS": "self,sm,posix"}
    process = subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True,
    )  # fmt: skip
    try:
        return process.wait(timeout)
    except subprocess.TimeoutExpired:
        return None
    finally:  # after an interrupt, too
        _end(process)


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End a process and all that it has started, gently first."""
    assert process.stdin is not None
    with contextlib.suppress(OSError):
        process.stdin.close()  # rank 0 notices, and ends
    for kind in (signal.SIGTERM, getattr(signal, "SIGKILL", signal.SIGTERM)):
        if process.poll() is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            if os.name == "posix":
                os.killpg(process.pid, kind)
            else:
                process.terminate()
        end = time.monotonic() + 2
        while process.poll() is None and time.monotonic() < end:
            time.sleep(0.02)
