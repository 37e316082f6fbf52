"""Times `bp.init.propagate` on figure 7.7's networks: 200 of them, forward and backward, for one variance."""

import statistics
import time

import bpkit as bp

SIZES = [100] * 51 + [1]
NETWORKS, RUNS = 200, 7


def main() -> None:
    taken = []
    for seed in range(RUNS):
        start = time.perf_counter()
        bp.init.propagate(SIZES, 0.02, networks=NETWORKS, rng=seed)
        taken.append(time.perf_counter() - start)
    print(f"{NETWORKS} networks of 50 × 100: median {statistics.median(taken):.2f} s of {RUNS} runs")


if __name__ == "__main__":
    main()
