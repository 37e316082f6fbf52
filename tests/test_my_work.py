"""The reader's own copy of the notebooks: nothing of the reader's is lost, and everything of the book arrives."""

import errno
import json
import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bpkit.command import my_work
from bpkit.command.my_work import Delivery, bring_in, deliver

NAME = "chapters/01_toy_example.ipynb"
NEW = "chapters/01_toy_example (new).ipynb"
NEW_2 = "chapters/01_toy_example (new 2).ipynb"
NEW_3 = "chapters/01_toy_example (new 3).ipynb"
NEXT = "chapters/02_next.ipynb"


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())


def files(root):
    """Return the notebooks in my-work, each with its text."""
    mine = root / "my-work"
    return {path.relative_to(mine).as_posix(): path.read_bytes().decode() for path in mine.glob("*/*")}


@pytest.fixture(autouse=True)
def unsigned(monkeypatch):
    """Leave the signatures of whoever runs the tests alone; test_command looks at signing."""
    monkeypatch.setattr(my_work, "sign", lambda notebooks: list(notebooks))


@pytest.fixture
def root(tmp_path):
    write(tmp_path / NAME, "v1\n")
    bring_in(tmp_path)
    return tmp_path


def mine(root, name=NAME):
    return root / "my-work" / name


notebooks = st.sampled_from([NAME, NAME, NEXT])
names = st.sampled_from([NAME, NEW, NEW_2, NEXT, "chapters/mine.ipynb"])
events = st.one_of(
    st.tuples(st.sampled_from(["release", "take back"]), notebooks),
    st.tuples(st.sampled_from(["edit", "edit", "delete"]), names),
    st.tuples(st.just("rename"), names, names),
    st.tuples(st.sampled_from(["change line ends", "damage the manifest", "open", "open"])),
)


@settings(max_examples=400)
@given(st.lists(events, min_size=10, max_size=40))
def test_no_sequence_of_events_loses_the_readers_work_or_the_books_latest_version(sequence):
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        versions = {NAME: ["book 1\n"], NEXT: ["book 2\n"]}  # all that were ever released, the latest last
        written: dict[str, str] = {}  # the version last seen to be written into each file of my-work
        line_end = "\n"
        for number, (event, *where) in enumerate([*sequence, ("open",)]):
            match event:
                case "release":
                    versions[where[0]].append(f"book at {number}\n")
                case "take back":
                    versions[where[0]].append(versions[where[0]][-2:][0])
                case "change line ends":
                    line_end = "\r\n" if line_end == "\n" else "\n"
                case "edit":
                    write(mine(root, where[0]), f"reader at {number}\n")
                case "delete":
                    mine(root, where[0]).unlink(missing_ok=True)
                case "rename" if mine(root, where[0]).exists():
                    mine(root, where[0]).replace(mine(root, where[1]))
                case "damage the manifest":
                    write(mine(root, my_work.MANIFEST), "{")
                case "open":
                    for name, texts in versions.items():
                        write(root / name, texts[-1].replace("\n", line_end))
                    check_an_opening(root, {name: texts[-1] for name, texts in versions.items()}, written)


def check_an_opening(root, latest, written):
    before = files(root)
    bring_in(root)
    after = files(root)
    for name, text in before.items():
        assert "reader" not in text or after[name] == text, "the reader's work is lost"
    written |= {name: text for name, text in after.items() if before.get(name) != text}
    for notebook, version in latest.items():
        assert notebook in after, "a notebook is missing"
        # In a file of its own, or in one that the reader has changed or deleted since.
        arrived = [*after.items(), *written.items()]
        family = {text.replace("\r", "") for name, text in arrived if name.startswith(notebook.removesuffix(".ipynb"))}
        assert version in family, "the book's latest version did not arrive"
    assert bring_in(root) == [], "opening again does something"
    assert files(root) == after


def test_first_opening_copies_all_three_folders_and_the_second_is_silent(tmp_path, capsys):
    content = {f"{folder}/01.ipynb": folder + "\n" for folder in ("chapters", "exercises", "solutions")}
    for name, text in content.items():
        write(tmp_path / name, text)
    write(tmp_path / "chapters" / "figure.png", "not a notebook")
    bring_in(tmp_path)
    assert files(tmp_path) == content
    assert capsys.readouterr().out.splitlines() == [f"my-work/{name} is new." for name in content]
    bring_in(tmp_path)
    assert capsys.readouterr().out == ""


def test_an_unchanged_notebook_is_replaced_by_the_newer_one(root, capsys):
    write(root / NAME, "v2\n")
    bring_in(root)
    assert files(root) == {NAME: "v2\n"}
    assert "had not changed" in capsys.readouterr().out


def test_newer_versions_come_beside_changed_ones(root, capsys):
    write(mine(root), "my v1\n")
    bring_in(root)
    assert files(root) == {NAME: "my v1\n"}  # the book's version is the one the reader began with
    write(root / NAME, "v2\n")
    bring_in(root)
    bring_in(root)
    assert files(root) == {NAME: "my v1\n", NEW: "v2\n"}
    write(root / NAME, "v3\n")
    bring_in(root)
    assert files(root) == {NAME: "my v1\n", NEW: "v3\n"}  # an untouched (new) gives way
    write(mine(root, NEW), "my v3\n")
    write(root / NAME, "v4\n")
    capsys.readouterr()
    bring_in(root)
    assert files(root) == {NAME: "my v1\n", NEW: "my v3\n", NEW_2: "v4\n"}
    sentence = f"my-work/{NAME} is yours and stays; the book's version is beside it: {NEW_2}\n"
    assert capsys.readouterr().out == sentence
    write(mine(root, NEW_2), "my v4\n")
    write(root / NAME, "v5\n")
    bring_in(root)
    assert files(root)[NEW_3] == "v5\n"


def test_a_deleted_notebook_comes_back_fresh(root):
    write(mine(root), "spoiled\n")
    bring_in(root)
    mine(root).unlink()
    bring_in(root)
    assert files(root) == {NAME: "v1\n"}


def test_a_deleted_new_version_stays_away_until_there_is_a_newer_one(root):
    write(mine(root), "my v1\n")
    write(root / NAME, "v2\n")
    bring_in(root)
    mine(root, NEW).unlink()
    bring_in(root)
    assert files(root) == {NAME: "my v1\n"}
    write(root / NAME, "v3\n")
    bring_in(root)
    assert files(root) == {NAME: "my v1\n", NEW: "v3\n"}


def test_changes_taken_back_leave_an_unchanged_notebook(root):
    write(mine(root), "my v1\n")
    write(root / NAME, "v2\n")
    bring_in(root)
    write(mine(root), "v1\n")
    bring_in(root)
    assert files(root) == {NAME: "v2\n", NEW: "v2\n"}


def test_taking_the_new_version_over_by_hand_makes_it_the_unchanged_one(root):
    write(mine(root), "my v1\n")
    write(root / NAME, "v2\n")
    bring_in(root)
    mine(root, NEW).replace(mine(root))
    bring_in(root)
    write(root / NAME, "v3\n")
    bring_in(root)
    assert files(root) == {NAME: "v3\n"}


@pytest.mark.parametrize("in_the_way", ["a file", "a folder"])
def test_what_was_there_before_the_book_is_the_readers(tmp_path, in_the_way):
    write(tmp_path / NAME, "v1\n")
    if in_the_way == "a file":
        write(mine(tmp_path), "a file of my own\n")
    else:
        mine(tmp_path).mkdir(parents=True)
    bring_in(tmp_path)
    assert mine(tmp_path, NEW).read_bytes() == b"v1\n"
    assert mine(tmp_path).is_dir() or mine(tmp_path).read_bytes() == b"a file of my own\n"


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b"\xff\xfe", b'{"chapters/01_toy_example.ipynb": 1}'])
def test_a_damaged_manifest_is_kept_and_all_that_is_there_counts_as_the_readers(root, capsys, damage):
    (root / "my-work" / my_work.MANIFEST).write_bytes(damage)
    write(root / NAME, "v2\n")
    capsys.readouterr()
    bring_in(root)
    assert files(root) == {NAME: "v1\n", NEW: "v2\n"}
    assert (root / "my-work" / ".delivered.damaged-1.json").read_bytes() == damage
    said = capsys.readouterr().out.splitlines()
    assert len(said) == 2
    assert "damaged" in said[0]
    assert set(json.loads((root / "my-work" / my_work.MANIFEST).read_text())) == {NEW}


def test_other_line_ends_are_no_change(root, capsys):
    capsys.readouterr()
    write(root / NAME, "v1\r\n")  # git on Windows, another checkout
    bring_in(root)
    assert (files(root), capsys.readouterr().out) == ({NAME: "v1\n"}, "")
    write(mine(root), "v1\r\n")  # an editor on Windows
    write(root / NAME, "v2\r\n")
    bring_in(root)
    assert files(root) == {NAME: "v2\r\n"}


@pytest.mark.parametrize("replaces", [None, my_work.fingerprint(b"v1\n")])
@pytest.mark.parametrize("hard_links", [True, False])
def test_a_file_saved_between_plan_and_delivery_is_left_alone(root, monkeypatch, replaces, hard_links):
    if not hard_links:
        monkeypatch.setattr(os, "link", lambda *_: raise_(OSError(errno.EPERM, "no hard links on this disk")))
    write(mine(root), "saved just now\n")
    with pytest.raises(FileExistsError):
        deliver(Delivery(NAME, NAME, replaces), b"v2\n", root / "my-work")
    assert files(root) == {NAME: "saved just now\n"}


def test_a_disk_without_hard_links_will_do(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "link", lambda *_: raise_(OSError(errno.EPERM, "no hard links on this disk")))
    write(tmp_path / NAME, "v1\n")
    bring_in(tmp_path)
    assert files(tmp_path) == {NAME: "v1\n"}


def test_an_interruption_leaves_the_old_file_and_is_made_good(root, monkeypatch):
    write(root / NAME, "v2\n")
    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", lambda *_: raise_(KeyboardInterrupt()))
        with pytest.raises(KeyboardInterrupt):
            bring_in(root)
    assert files(root) == {NAME: "v1\n"}  # and no half-written file
    bring_in(root)
    assert files(root) == {NAME: "v2\n"}


def test_what_arrived_before_the_disk_was_full_is_remembered(tmp_path, monkeypatch):
    for number in (1, 2):
        write(tmp_path / f"chapters/0{number}.ipynb", "v1\n")
    whole = deliver
    with monkeypatch.context() as patch:
        patch.setattr(
            my_work,
            "deliver",
            lambda delivery, *rest: raise_(OSError()) if "02" in delivery.target else whole(delivery, *rest),
        )
        with pytest.raises(OSError):
            bring_in(tmp_path)
    write(tmp_path / "chapters/01.ipynb", "v2\n")
    bring_in(tmp_path)
    assert files(tmp_path) == {"chapters/01.ipynb": "v2\n", "chapters/02.ipynb": "v1\n"}


def raise_(error):
    raise error


def as_notebook(*cells, **metadata):
    return json.dumps({"cells": list(cells), "metadata": metadata, "nbformat": 4, "nbformat_minor": 5})


def code(source, outputs=(), count=None, **metadata):
    return {"cell_type": "code", "source": source, "outputs": list(outputs), "execution_count": count,
            "metadata": metadata, "id": "one"}  # fmt: skip


PRINTED = {"output_type": "stream", "name": "stdout", "text": "42"}


def test_notebooks_come_without_the_answers(tmp_path):
    write(tmp_path / NAME, as_notebook(code("print(6 * 7)", [PRINTED], 1), {"cell_type": "markdown", "source": "42?"}))
    bring_in(tmp_path)
    delivered = json.loads(files(tmp_path)[NAME])["cells"]
    assert delivered == [code("print(6 * 7)"), {"cell_type": "markdown", "source": "42?"}]


@pytest.mark.parametrize(
    "mine_now",
    [
        as_notebook(code("print(6 * 7)", [PRINTED], 3)),
        as_notebook(code(["print(", "6 * 7)"]), kernelspec={"name": "other"}),
        as_notebook(code("print(6 * 7)", trusted=True, collapsed=True)),
    ],
    ids=["run", "another kernel", "looked at"],
)
def test_running_and_looking_change_nothing(root, mine_now):
    write(root / NAME, as_notebook(code("print(6 * 7)", [PRINTED], 1)))
    bring_in(root)
    write(mine(root), mine_now)
    assert bring_in(root) == []
    write(root / NAME, as_notebook(code("print(7 * 7)")))
    bring_in(root)
    assert [json.loads(text)["cells"] for text in files(root).values()] == [[code("print(7 * 7)")]]


@pytest.mark.parametrize(
    "mine_now",
    [
        as_notebook(code("print(6 * 8)")),
        as_notebook(code("print(6 * 7)"), code("")),
        as_notebook({**code("print(6 * 7)"), "cell_type": "markdown"}),
        as_notebook({**code("print(6 * 7)"), "attachments": {"a.png": {}}}),
        as_notebook(),
    ],
    ids=["edited", "a cell more", "another kind", "a picture pasted", "emptied"],
)
def test_every_change_of_a_source_is_the_readers(root, mine_now):
    write(root / NAME, as_notebook(code("print(6 * 7)")))
    bring_in(root)
    write(mine(root), mine_now)
    write(root / NAME, as_notebook(code("print(7 * 7)")))
    bring_in(root)
    assert files(root)[NAME] == mine_now and NEW in files(root)


def test_what_version_0_1_delivered_is_unchanged_if_it_has_still_the_same_bytes(tmp_path):
    old = as_notebook(code("1", [PRINTED], 1))
    write(mine(tmp_path), old)
    write(mine(tmp_path, NEXT), old.replace('"1"', '"2"'))
    of_bytes = {name: my_work.of_bytes(old.encode()) for name in (NAME, NEXT)}
    (tmp_path / "my-work" / my_work.MANIFEST).write_text(json.dumps(of_bytes))
    for name in (NAME, NEXT):
        write(tmp_path / name, as_notebook(code("3")))
    bring_in(tmp_path)
    assert set(files(tmp_path)) == {NAME, NEXT, "chapters/02_next (new).ipynb"}
    assert json.loads(files(tmp_path)[NAME])["cells"] == [code("3")]
