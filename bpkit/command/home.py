"""Jupyter keeps its settings in the home directory: try it before Jupyter does."""

from importlib import import_module
from pathlib import Path
from tempfile import TemporaryFile

from bpkit.command.virtual_environment import AGAIN


def refuse_home() -> None:
    """End in a sentence if Jupyter's folders, which are in the home directory, cannot be made and written into."""
    paths = import_module("jupyter_core.paths")  # not a part of the standard library
    try:
        for folder in (paths.jupyter_config_dir(), paths.jupyter_data_dir(), paths.jupyter_runtime_dir()):
            Path(folder).mkdir(mode=0o700, parents=True, exist_ok=True)
            TemporaryFile(dir=folder).close()
    except (OSError, RuntimeError) as error:  # RuntimeError: there is no home directory
        reason = str(error).rstrip(".")
        raise SystemExit(
            f"Jupyter cannot keep its settings in your home directory ({reason}): "
            f"set HOME to a folder that you can write into, {AGAIN}."
        ) from None
