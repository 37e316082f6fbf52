"""What every process of `mpirun` runs: `python -m bpkit.machines.rank_process FOLDER`, started by mpiexec."""

import importlib.util
import os
import sys
import threading
from pathlib import Path
from typing import Any

import numpy as np

from bpkit.machines.plain_files import read_values, write_values
from bpkit.machines.watched import ENDED, Watched


def main(folder: Path) -> None:
    """Call the function of the folder on this rank, and write its result, or what it raised, into the folder."""
    from mpi4py import MPI  # type: ignore[import-not-found, unused-ignore]  # an extra

    comm = MPI.COMM_WORLD
    if comm.rank == 0:
        threading.Thread(target=_end_with_the_parent, daemon=True).start()
    try:
        waits = np.memmap(folder / "waits", np.int64, mode="r+", shape=(comm.size, 3))
        name, args = read_values(folder, "job")
        result = getattr(_imported(folder / "program.py"), name)(Watched(comm, waits, range(comm.size)), *args)
        write_values(folder, f"result{comm.rank}", result, f"what rank {comm.rank} returns")
        waits[comm.rank, 0] = ENDED
        comm.Barrier()  # so that nobody ends MPI while others still talk
    except BaseException as error:
        unfinished = folder / f"unfinished{comm.rank}"
        unfinished.write_text(f"rank {comm.rank} raised {type(error).__name__}: {error}", encoding="utf-8")
        unfinished.rename(folder / f"error{comm.rank}")
        comm.Abort(1)


def _imported(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location("program", path)
    assert spec is not None and spec.loader is not None  # a file that is there, and ends in .py
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _end_with_the_parent() -> None:
    """The parent holds the other end of the standard input: it is closed when the parent ends, however that happens."""
    sys.stdin.read()
    os._exit(3)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
