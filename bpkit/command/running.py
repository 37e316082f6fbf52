"""Whether the book is open already: a JupyterLab of this user that runs in the same my-work, and where to find it."""

import os
import urllib.request
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple


class Running(NamedTuple):
    """A JupyterLab that runs."""

    address: str  # with the token that lets a browser in
    port: int


def running(folder: Path) -> Running | None:
    """Return the JupyterLab that runs in `folder` and answers; None if there is none."""
    servers = import_module("jupyter_server.serverapp").list_running_servers()  # not of the standard library
    try:
        return _first_in(folder, servers)
    except (OSError, KeyError, ValueError):  # a file of a server's that cannot be read, or is not whole
        return None


def _first_in(folder: Path, servers: Iterable[dict[str, Any]]) -> Running | None:
    for server in servers:
        same = os.path.isdir(server["root_dir"]) and folder.is_dir() and os.path.samefile(server["root_dir"], folder)
        if same and answers(server["url"]):
            token = f"?token={server['token']}" if server["token"] else ""
            return Running(f"{server['url']}lab{token}", server["port"])
    return None


def answers(address: str) -> bool:
    """Return whether a Jupyter server answers: what a killed one left behind may name a process of another program."""
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(f"{address}api", timeout=3) as answer:
            return b'"version"' in answer.read()
    except (OSError, ValueError):
        return False
