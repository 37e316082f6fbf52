"""Write reference/rules.md, the list of all functions that can be differentiated, from the table of rules itself.

`python tools/rules_page.py` writes it; with `--check` it writes nothing and fails if the page is not current. It needs
SciPy, for the functions of scipy.special. Which functions have kinks is what reference/kinks.md says.
"""

import argparse
import inspect
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from functools import partial, reduce
from pathlib import Path
from typing import Any

import numpy as np
import scipy.special  # type: ignore[import-untyped]  # noqa: F401  its rules are learned once it is there

from bpkit.graphs.rules import CONSTANTS, FUNCTIONS, RULES, describe, learn_special_functions

ROOT = Path(__file__).resolve().parent.parent
PAGE, KINKS = ROOT / "reference" / "rules.md", ROOT / "reference" / "kinks.md"

INTRODUCTION = """\
# Functions that can be differentiated

Generated from the table of rules by `python tools/rules_page.py`. `bp.grad` and its relatives differentiate whatever is
written with these functions, with Python's operators (`+ - * / ** @ // % abs`, indexing) and with the methods of arrays
that have the same names, any number of times. Any other function is refused in a sentence; `bp.defrule` adds a rule.

The second column has the arguments that may be given; others are refused. Where the third says yes, there are points
without a derivative, or with several to choose from: [Kinks and singular points](kinks.md) says what is taken there.
"""


def functions_with_kinks() -> set[Any]:
    """The functions that reference/kinks.md names in its first column."""
    found = set()
    for cell in re.findall(r"^\| (.*?) \|", KINKS.read_text("utf-8"), re.MULTILINE):
        place: Any = np
        for name in re.findall(r"`((?:np\.)?[a-z][\w.]*)(?:\([^`]*\))?`", cell):
            *modules, last = name.removeprefix("np.").split(".")
            place = reduce(getattr, modules, np) if name.startswith("np.") else place
            found.add(getattr(place, last, None))
    return found


def name_of(function: Any) -> str:
    """The name by which a reader calls a function."""
    name = describe(function)
    return f"np.lib.stride_tricks.{name}" if "." not in name else name


def arguments_of(function: Any) -> str:
    """The arguments that a function takes here, in their order."""
    known = FUNCTIONS.get(function)
    if known is None:
        return ", ".join(f"x{i}" for i in range(1, function.nin + 1)) if function.nin > 1 else "x"
    ours = function if isinstance(known.call, partial) else known.call
    parameters = inspect.signature(ours).parameters.values()
    return ", ".join("*" * (one.kind is one.VAR_POSITIONAL) + one.name for one in parameters if one.name in known.names)


def group_of(function: Any) -> str:
    """The heading under which a function stands."""
    if isinstance(function, np.ufunc) and name_of(function).startswith("np."):
        return "Functions of each entry" if function.signature is None else "Arrays"
    place = name_of(function).rpartition(".")[0]
    return {"np": "Arrays", "np.linalg": "Linear algebra", "scipy.special": "scipy.special"}.get(
        place, "Elsewhere in NumPy"
    )


def page() -> str:
    """Return the page as it is today."""
    learn_special_functions()
    groups: dict[str, list[Any]] = defaultdict(list)
    for function in {*FUNCTIONS, *(entry for entry in RULES if not isinstance(entry, str))}:
        groups[group_of(function)].append(function)
    return "\n".join([INTRODUCTION, *lines_of(groups)]) + "\n"


def lines_of(groups: dict[str, list[Any]]) -> Iterator[str]:
    """Yield the tables, and the functions without a derivative behind them."""
    kinks = functions_with_kinks()
    for title in ("Functions of each entry", "Arrays", "Linear algebra", "Elsewhere in NumPy", "scipy.special"):
        yield f"## {title}\n\n| function | arguments | kinks |\n|---|---|---|"
        for function in sorted(groups[title], key=name_of):
            kink = "[yes](kinks.md)" if function in kinks else ""
            yield f"| `{name_of(function)}` | `{arguments_of(function)}` | {kink} |"
        yield ""
    yield "## Results that are constants\n"
    yield "Truth values, positions, shapes and texts have no derivative; these functions give plain arrays:\n"
    yield ", ".join(f"`{name}`" for name in sorted(map(name_of, CONSTANTS))) + "."


def main() -> None:
    """Write or check the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail if the page is not current")
    if parser.parse_args().check:
        sys.exit(0 if PAGE.read_text("utf-8") == page() else "reference/rules.md: run python tools/rules_page.py.")
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
