"""Files are written whole or not at all."""

import os
from pathlib import Path

import pytest

from bpkit.numerical import whole_file
from bpkit.numerical.whole_file import write_whole


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
    """Saving, snapshots and downloads all write through this function; the command has to do without NumPy."""
    bpkit = Path(whole_file.__file__).parents[1]
    renaming = {
        path.relative_to(bpkit).as_posix()
        for path in bpkit.rglob("*.py")
        if any(word in path.read_text(encoding="utf-8") for word in (".replace(path)", "os.replace", "os.rename"))
    }
    assert renaming == {"numerical/whole_file.py", "command/my_work.py"}
