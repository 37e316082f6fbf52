"""What a teacher hands out or projects: slides, figures and printed chapters, made by the tools in tools/teaching."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, NamedTuple, NoReturn

from bpkit.command.environment import enter
from bpkit.command.hand_over import hand_over
from bpkit.command.my_work import MY_WORK
from bpkit.command.place import work_folder


class Handout(NamedTuple):
    """What is to be made, of which chapter (None: of all), and in which folder (None: in my-work)."""

    kind: Literal["slides", "pdf", "figures"]
    chapter: int | None
    folder: Path | None


def make_handout(root: Path, words: Sequence[str]) -> NoReturn:
    """Let the tool that `words` ask for take over in `root`, where everything it needs is installed."""
    handout = read_handout(words)
    folder = str(handout.folder.resolve() if handout.folder else work_folder(root) / MY_WORK / handout.kind)
    chapter = [] if handout.chapter is None else [str(handout.chapter)]
    enter(root, "book", [handout.kind, *chapter, folder])  # the path is absolute: this may go on in another folder
    tool = root / "tools" / "teaching" / f"{handout.kind}.py"
    hand_over([sys.executable, str(tool), *chapter, folder], work_folder(root))


def read_handout(words: Sequence[str]) -> Handout:
    """Return what `words` ask for; end with one sentence if they do not say it.

    >>> read_handout(["slides", "5"])
    Handout(kind='slides', chapter=5, folder=None)
    """
    kind, *rest = words
    chapter = None
    if kind != "figures":
        came = rest.pop(0) if rest else ""
        if not (came.isascii() and came.isdigit()):
            shown = repr(came) if came else "nothing"
            raise SystemExit(f"{kind} needs the number of a chapter, such as `{kind} 5`, but {shown} came.")
        chapter = int(came)
    if len(rest) > 1 or (rest and rest[0].startswith("-")):
        raise SystemExit(f"{rest[-1]!r} is one word too many: `python -m bpkit --help` lists what {kind} takes.")
    folder = Path(rest[0]) if rest else None
    if kind == "slides":
        return Handout("slides", chapter, folder)
    return Handout("pdf" if kind == "pdf" else "figures", chapter, folder)
