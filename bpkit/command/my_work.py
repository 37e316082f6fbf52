"""The reader's own copy of the notebooks, and of the pages they link to. What the reader changed is never overwritten.

Notebooks come without outputs: a reader who predicts something must not find the answer below. `.delivered.json` in
my-work remembers the fingerprint of each file as it was last written here. A file that still has that fingerprint is
unchanged, and a newer version may take its place. Any other file is the reader's: the newer version is written beside
it, as `01_toy_example (new).ipynb`, then `(new 2)` and so on. A notebook's fingerprint is that of its sources, so one
that was only run and saved is unchanged.
"""

import json
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from itertools import count
from pathlib import Path
from typing import NamedTuple

from bpkit.command.notebook_sources import fingerprint, of_bytes, without_outputs
from bpkit.command.place import work_folder

PATTERNS = {"chapters": "*.ipynb", "exercises": "*.ipynb", "solutions": "*.ipynb", "reference": "*.md"}
MY_WORK = "my-work"
MANIFEST = ".delivered.json"
FEW = 3  # files that are named one by one


class Delivery(NamedTuple):
    """A notebook of the book, or a page its links lead to, that is to be written into my-work."""

    notebook: str  # its name in the book, such as chapters/01_toy_example.ipynb
    target: str  # its name in my-work, the same or with (new)
    replaces: str | None  # the fingerprint of the unchanged older version whose place it takes; None: a new file

    def __str__(self) -> str:
        if self.target != self.notebook:
            return f"{MY_WORK}/{self.notebook} is yours and stays; the book's version is beside it: {self.target}"
        if self.replaces is None:
            return f"{MY_WORK}/{self.target} is new."
        return f"{MY_WORK}/{self.target}, which you had not changed, is now the book's newer version."


def bring_in(root: Path) -> list[Delivery]:
    """Bring the new and corrected notebooks of the book in `root` into my-work, and print what came.

    Raises OSError where the disk refuses; what was written by then is remembered.
    """
    my_work = work_folder(root) / MY_WORK
    book = {name: without_outputs((root / name).read_bytes()) for name in _notebooks(root)}
    versions = {name: fingerprint(content) for name, content in book.items()}
    there = {name: _fingerprint_of(my_work / name) for name in _notebooks(my_work)}
    remembered = _remembered(my_work)
    delivered = recognize(versions, there, by_sources(remembered, my_work))
    done = []
    try:
        for delivery in plan(versions, there, delivered):
            try:
                deliver(delivery, book[delivery.notebook], my_work)
            except FileExistsError:
                print(f"{MY_WORK}/{delivery.target} changed just now and is left alone; the next start looks again.")
                continue
            delivered[delivery.target] = versions[delivery.notebook]
            done.append(delivery)
    finally:
        print_all(done)
        if delivered != remembered:
            _write(my_work / MANIFEST, json.dumps(delivered, indent=1, sort_keys=True).encode())
    sign(book[delivery.notebook] for delivery in done if delivery.notebook.endswith(".ipynb"))
    return done


def print_all(done: Sequence[Delivery]) -> None:
    """Print a line for each file that came; many that take no place of the reader's share one."""
    silent: set[Delivery] = set()
    for is_new, words in ((True, "are new"), (False, "which you had not changed, are now the book's newer versions")):
        alike = [one for one in done if one.target == one.notebook and (one.replaces is None) == is_new]
        if len(alike) > FEW:
            counts = Counter(one.notebook.partition("/")[0] for one in alike)
            listed = ", ".join(f"{number} in {folder}/" for folder, number in counts.items())
            print(f"{len(alike)} notebooks and pages of {MY_WORK} {words}: {listed}.")
            silent |= {*alike}
    for delivery in done:
        if delivery not in silent:
            print(delivery)


def plan(versions: Mapping[str, str], there: Mapping[str, str], delivered: Mapping[str, str]) -> list[Delivery]:
    """Return what is to be written into my-work; notebooks that need nothing are left out.

    versions: the fingerprint of each notebook of the book; there: of each file in my-work; delivered: of each file
    as it was last delivered. All three by name.

    >>> plan({"chapters/01.ipynb": "newer"}, {"chapters/01.ipynb": "edited"}, {"chapters/01.ipynb": "older"})[0].target
    'chapters/01 (new).ipynb'
    """
    deliveries = (_deliver_one(name, version, there, delivered) for name, version in versions.items())
    return [delivery for delivery in deliveries if delivery is not None]


def _deliver_one(
    notebook: str, version: str, there: Mapping[str, str], delivered: Mapping[str, str]
) -> Delivery | None:
    if notebook not in there:
        return Delivery(notebook, notebook, None)
    if there[notebook] == version:
        return None
    is_changed = there[notebook] != delivered.get(notebook)
    if is_changed and version in [delivered.get(name) for name in _taken_names(notebook, there, delivered)]:
        return None  # it came once: the reader's changes to it, or having deleted a (new), do not bring it again
    for name in names(notebook):
        if name not in there:
            return Delivery(notebook, name, None)
        if there[name] == delivered.get(name):
            return Delivery(notebook, name, there[name])
    raise AssertionError("names() never ends")


def recognize(versions: Mapping[str, str], there: Mapping[str, str], delivered: Mapping[str, str]) -> dict[str, str]:
    """Return `delivered` with the files that equal the book's version, however they came there."""
    return dict(delivered) | {
        name: version
        for notebook, version in versions.items()
        for name in _taken_names(notebook, there, delivered)
        if there.get(name) == version
    }


def names(notebook: str) -> Iterator[str]:
    """Yield the names a notebook may get in my-work.

    >>> from itertools import islice
    >>> list(islice(names("chapters/01.ipynb"), 3))
    ['chapters/01.ipynb', 'chapters/01 (new).ipynb', 'chapters/01 (new 2).ipynb']
    """
    stem, dot, ending = notebook.rpartition(".")
    yield notebook
    yield f"{stem} (new){dot}{ending}"
    yield from (f"{stem} (new {number}){dot}{ending}" for number in count(2))


def _taken_names(notebook: str, there: Mapping[str, str], delivered: Mapping[str, str]) -> Iterator[str]:
    """The names that are there, or once were: up to the first that was never used."""
    for name in names(notebook):
        if name not in there and name not in delivered:
            return
        yield name


def by_sources(remembered: Mapping[str, str], my_work: Path) -> dict[str, str]:
    """Return what is remembered, with the fingerprints of whole files, as version 0.1 took them, made those of sources.

    A file that still has the older fingerprint is unchanged.
    """
    files = {name: my_work / name for name in remembered}
    contents = {name: path.read_bytes() for name, path in files.items() if path.is_file()}
    unchanged = {name: fingerprint(one) for name, one in contents.items() if of_bytes(one) == remembered[name]}
    return dict(remembered) | unchanged


def deliver(delivery: Delivery, content: bytes, my_work: Path) -> None:
    """Write one notebook whole or not at all; raise FileExistsError if its place is no longer as it was planned."""
    target = my_work / delivery.target
    target.parent.mkdir(parents=True, exist_ok=True)
    if delivery.replaces is None:
        _write_new(target, content)
    elif _fingerprint_of(target) == delivery.replaces:
        _write(target, content)
    else:
        raise FileExistsError(target)


def _write(target: Path, content: bytes) -> None:
    """Replace `target` in one step, so that an interruption leaves the old file or the new one."""
    part = _part(target)
    try:
        part.write_bytes(content)
        os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)


def _write_new(target: Path, content: bytes) -> None:
    """Make `target` in one step; raise FileExistsError if there is such a file by then."""
    part = _part(target)
    try:
        part.write_bytes(content)
        os.link(part, target)  # unlike a rename, it never replaces a file
    except FileExistsError:
        raise
    except OSError:  # a disk without hard links, such as a memory stick
        with target.open("xb") as file:
            file.write(content)
    finally:
        part.unlink(missing_ok=True)


def _part(target: Path) -> Path:
    return target.with_name(f".{target.name}.{os.getpid()}.part")


def _notebooks(folder: Path) -> list[str]:
    paths = (path for name, pattern in PATTERNS.items() for path in sorted((folder / name).glob(pattern)))
    return [f"{path.parent.name}/{path.name}" for path in paths if not path.name.startswith(".")]


def _fingerprint_of(path: Path) -> str:
    """A folder, or a link that leads nowhere, has a fingerprint no notebook has, so it counts as the reader's."""
    return fingerprint(path.read_bytes()) if path.is_file() else ""


def _remembered(my_work: Path) -> dict[str, str]:
    manifest = my_work / MANIFEST
    try:
        remembered = json.loads(manifest.read_bytes())
        if _is_manifest(remembered):
            return dict(remembered)
    except FileNotFoundError:
        return {}
    except ValueError:
        pass  # not JSON, or not even text
    kept = next(path for path in (my_work / f".delivered.damaged-{n}.json" for n in count(1)) if not path.exists())
    manifest.rename(kept)
    print(f"{MY_WORK}/{MANIFEST} was damaged and is kept as {kept.name}; what is in {MY_WORK} now counts as yours.")
    return {}


def _is_manifest(value: object) -> bool:
    return isinstance(value, dict) and all(
        isinstance(version, str) and re.fullmatch("[0-9a-f]{64}", version) for version in value.values()
    )


def sign(notebooks: Iterable[bytes]) -> None:
    """Sign notebooks as Jupyter does, so that JupyterLab does not call them "not trusted"."""
    waiting = list(notebooks)
    if not waiting:
        return
    try:
        nbformat = import_module("nbformat")  # not a part of the standard library
        notary = import_module("nbformat.sign").NotebookNotary()
        for content in waiting:
            notary.sign(nbformat.reads(content.decode(), as_version=4))
        notary.store.close()
    except Exception as error:  # whatever it is, the book can be read without
        print(f"The new notebooks could not be signed ({error}): JupyterLab may call them not trusted.")
