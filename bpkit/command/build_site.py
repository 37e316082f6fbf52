"""Build the site, pages of the book for the web, by the tools in tools/website."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from bpkit.command.hand_over import hand_over


def build_site(root: Path, words: Sequence[str]) -> NoReturn:
    """Let the builder take over in `root`; `words` are passed on to it."""
    hand_over([sys.executable, str(root / "tools" / "website" / "build_site.py"), *words], root)
