"""Open the book in JupyterLab, in the reader's own copy."""

import errno
import os
import socket
import sys
import webbrowser
from pathlib import Path
from typing import NoReturn
from urllib.parse import quote

from bpkit.command.hand_over import hand_over
from bpkit.command.home import refuse_home
from bpkit.command.my_work import MY_WORK, bring_in
from bpkit.command.opening import wait_for_other_start
from bpkit.command.place import work_folder
from bpkit.command.running import running

FIRST_PORT = 8888


def open_book(root: Path, *, port: int | None = None, browser: bool = True) -> NoReturn:
    """Bring the book in `root` into its my-work and let JupyterLab, opened at the welcome page, take over.

    port: the one to use; None takes the first free one from 8888. A book that is open is shown, not opened twice.
    """
    refuse_home()
    my_work = work_folder(root) / MY_WORK
    show_if_open(my_work, browser=browser)
    chosen = first_free_port() if port is None else port
    if (obstacle := port_obstacle(chosen)) is not None:
        raise SystemExit(f"Port {chosen} {obstacle}: choose another, or leave --port out and a free one is found.")
    try:
        bring_in(root)
    except OSError as error:
        raise SystemExit(f"Cannot copy the notebooks into {my_work}: {error}.") from None
    wait_for_other_start(my_work)
    show_if_open(my_work, browser=browser)
    print(f"JupyterLab is starting on http://localhost:{chosen}; to stop it, press Ctrl-C here.", flush=True)
    os.environ["JUPYTER_CONFIG_PATH"] = with_our_settings(os.environ.get("JUPYTER_CONFIG_PATH", ""))
    hand_over(jupyterlab(root, chosen, browser=browser), work_folder(root))


def show_if_open(my_work: Path, *, browser: bool) -> None:
    """If a JupyterLab runs in `my_work`, say where, show it in a browser and end: two would save the same files."""
    if (lab := running(my_work)) is None:
        return
    print(f"The book is open already, on port {lab.port}: {lab.address}")
    print("To open it anew, stop that one first, with Ctrl-C where it was started.", flush=True)
    if browser:
        webbrowser.open(lab.address)
    raise SystemExit(0)


def with_our_settings(path: str) -> str:
    """Return Jupyter's configuration path with our folder on it.

    It turns off two things: the question about news, and the empty screen below a notebook's last cell, its links.
    """
    return os.pathsep.join([str(Path(__file__).parent / "jupyter"), *([path] if path else [])])


def jupyterlab(root: Path, port: int, *, browser: bool) -> list[str]:
    """Return the program and the words that start JupyterLab in my-work, at the welcome page, the first notebook."""
    first = min(path for path in (root / "chapters").glob("[!.]*.ipynb") if "appendix" not in path.name)
    return [
        sys.executable,
        "-P",  # what the reader keeps in the current folder is not imported in place of what is installed
        "-m",
        "jupyterlab",
        "--Application.log_level=WARN",  # the address, and what goes wrong
        f"--ServerApp.root_dir={work_folder(root) / MY_WORK}",
        f"--LabApp.default_url=/lab/tree/chapters/{quote(first.name)}",
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",  # the port is settled; a silent change would send the reader to a wrong address
        "--ServerApp.answer_yes=True",  # one Ctrl-C is enough, and nothing waits for an answer nobody gives
        "--ServerApp.contents_manager_class=bpkit.command.jupyter.still_widgets.StillWidgets",
        f"--LabApp.extra_labextensions_path={Path(__file__).parent / 'jupyter' / 'labextensions'}",
        "--LabApp.news_url=None",  # nothing is fetched
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        *([] if browser else ["--ServerApp.open_browser=False"]),
        *(["--ServerApp.allow_root=True"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []),  # in containers
    ]


def first_free_port(first: int = FIRST_PORT) -> int:
    """Return the first free port from `first`, and say so if it is another one."""
    for port in range(first, first + 100):
        if port_obstacle(port) is None:
            if port != first:
                print(f"Port {first} is taken, so the book opens on port {port}.")
            return port
    raise SystemExit(f"Ports {first} to {first + 99} are all taken: name a free one with --port.")


def port_obstacle(port: int) -> str | None:
    """Return why a server on this machine cannot use `port`, None if it can."""
    for family, kind, protocol, _, address in socket.getaddrinfo("localhost", port, type=socket.SOCK_STREAM):
        with socket.socket(family, kind, protocol) as probe:
            if os.name != "nt":  # there a closed connection lingers; on Windows the option would share a taken port
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(address)
            except OSError as error:
                if error.errno == errno.EADDRINUSE:
                    return "is taken by another program"
                if error.errno == errno.EACCES:
                    return "is not open to ordinary users"
                # Any other error means that the address itself is not to be had, such as IPv6 where it is turned off.
    return None
