"""Puts a table into RESULTS.md, in place of the one that the same benchmark wrote before with the same kernels."""

from collections.abc import Sequence
from pathlib import Path

RESULTS = Path(__file__).parent / "RESULTS.md"


def write(name: str, kernels: str, lines: Sequence[str]) -> None:
    """Write the lines between the marks of the benchmark `name`; at the end of the file if there are none."""
    start, end = f"<!-- {name}, kernels {kernels} -->\n", "<!-- end -->\n"
    before, _, rest = RESULTS.read_text(encoding="utf-8").partition(start)
    _, _, after = rest.partition(end)
    RESULTS.write_text(f"{before}{start}" + "\n".join(lines) + f"\n{end}{after}", encoding="utf-8")
