"""Measures what `import bpkit` costs beyond `import numpy`: medians of interleaved runs in fresh interpreters."""

import statistics
import subprocess
import sys

RUNS = 25
TIMED = "import time; start = time.perf_counter(); import {}; print(time.perf_counter() - start)"


def seconds(module: str) -> float:
    """The time of one import in a new interpreter."""
    script = ("import numpy; " if module == "bpkit" else "") + TIMED.format(module)
    return float(subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout)


def main() -> None:
    seconds("bpkit")  # the first run writes the compiled files
    times: dict[str, list[float]] = {"numpy": [], "bpkit": []}
    for _ in range(RUNS):
        for module, taken in times.items():
            taken.append(seconds(module))
    for module, taken in times.items():
        after = " (after numpy)" if module == "bpkit" else ""
        print(f"import {module}{after}: median {1e3 * statistics.median(taken):.1f} ms of {RUNS} runs")


if __name__ == "__main__":
    main()
