"""Files are written whole or not at all."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from bpkit.numerical import whole_file
from bpkit.numerical.whole_file import try_to_write, write_whole


def test_what_fails_on_the_way_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "numbers"
    path.write_bytes(b"old")

    def half(file):
        file.write(b"ne")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write_whole(path, half)
    assert path.read_bytes() == b"old" and list(tmp_path.iterdir()) == [path]


def test_contents_are_on_the_disk_before_the_name_and_the_name_before_the_end(tmp_path, monkeypatch):
    done, fsync, replace = [], os.fsync, Path.replace
    monkeypatch.setattr(os, "fsync", lambda descriptor: (done.append("fsync"), fsync(descriptor)))
    monkeypatch.setattr(Path, "replace", lambda self, to: (done.append("replace"), replace(self, to)))
    write_whole(tmp_path / "numbers", lambda file: file.write(b"new"))
    assert (tmp_path / "numbers").read_bytes() == b"new"
    assert done == (["fsync", "replace"] if os.name == "nt" else ["fsync", "replace", "fsync"])


def test_nobody_else_renames_files():
    """Saving, snapshots and downloads all write through this function; the command has to do without the library."""
    bpkit = Path(whole_file.__file__).parents[1]
    renaming = {
        path.relative_to(bpkit).as_posix()
        for path in bpkit.rglob("*.py")
        if any(word in path.read_text(encoding="utf-8") for word in (".replace(path)", "os.replace", "os.rename"))
    }
    of_command = {"my_work.py", "course/graded.py", "course/hand_in.py", "course/submission.py"}
    assert renaming == {"numerical/whole_file.py", *(f"command/{name}" for name in of_command)}


def ended_process():
    """The number of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_what_killed_writers_left_is_removed_and_what_running_ones_write_is_not(tmp_path):
    path, other = tmp_path / "numbers", threading.Thread(target=lambda: running.wait(), daemon=True)
    running = threading.Event()
    other.start()
    dead, locked = ended_process(), tmp_path / ".numbers.999999999.3"
    left = [f".numbers.{dead}.123", f".numbers.{os.getpid()}.1"]
    kept = [
        f".numbers.{os.getppid()}.123", f".numbers.{os.getpid()}.{other.ident}", ".numbers.old.1", "numbers.1.2",
        f".numbers2.{dead}.1", f".numbers.{dead}.1.txt",
    ]  # fmt: skip
    for name in left + kept:
        (tmp_path / name).write_bytes(b"half")
    with locked.open("wb") as file:
        if whole_file.flock:
            whole_file._lock(file)  # as a writer on another computer does
            kept.append(locked.name)
        write_whole(path, lambda file: file.write(b"new"))
        assert {one.name for one in tmp_path.iterdir()} == {"numbers", *kept}
    running.set()
    other.join()
    write_whole(path, lambda file: file.write(b"new"))
    assert not locked.exists() and not (tmp_path / f".numbers.{os.getpid()}.{other.ident}").exists()


@pytest.mark.skipif(os.name == "nt", reason="links need a right there")
def test_a_link_is_written_through(tmp_path):
    target, link, relative = tmp_path / "there" / "numbers", tmp_path / "link", tmp_path / "relative"
    target.parent.mkdir()
    link.symlink_to(target)  # which does not exist yet
    relative.symlink_to("link")
    for path, content in ((link, b"one"), (relative, b"two")):
        write_whole(path, lambda file, content=content: file.write(content))
        assert link.is_symlink() and relative.is_symlink() and target.read_bytes() == content
    assert list(target.parent.iterdir()) == [target] and len(list(tmp_path.iterdir())) == 3


@pytest.mark.skipif(os.name == "nt", reason="there are no such permissions there")
@pytest.mark.parametrize("umask", [0o022, 0o002, 0o077])
def test_new_files_have_the_permissions_of_new_files_and_old_ones_keep_theirs(tmp_path, umask):
    new, private = tmp_path / "new", tmp_path / "private"
    private.write_bytes(b"old")
    private.chmod(0o640)
    before = os.umask(umask)
    try:
        for path in (new, private):
            write_whole(path, lambda file: file.write(b"new"))
    finally:
        os.umask(before)
    assert new.stat().st_mode & 0o777 == 0o666 & ~umask and private.stat().st_mode & 0o777 == 0o640


def test_trying_to_write_leaves_nothing(tmp_path):
    try_to_write(tmp_path / "numbers")
    assert list(tmp_path.iterdir()) == []
    for wrong in (tmp_path, tmp_path / "missing" / "numbers"):
        with pytest.raises(OSError):
            try_to_write(wrong)
