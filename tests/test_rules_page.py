"""The page of functions that can be differentiated says what the table of rules holds."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("scipy.special")
ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "reference" / "rules.md").read_text(encoding="utf-8")


def test_the_page_is_current():
    """In an interpreter of its own, as other tests add rules."""
    done = subprocess.run([sys.executable, ROOT / "tools" / "rules_page.py", "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_functions_with_kinks_are_marked():
    marked = set(re.findall(r"^\| `(.*?)` \|.*yes", PAGE, flags=re.MULTILINE))
    assert {"np.absolute", "np.maximum", "np.linalg.norm", "np.where", "np.nanstd"} <= marked
    assert not marked & {"np.sin", "np.add", "np.matmul", "np.reshape", "np.linalg.trace"}
