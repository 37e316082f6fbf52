"""Scores of classes, one example a column, and what a softmax makes of them."""

from typing import Any

import numpy as np


def draw_scores(rng: np.random.Generator, *sizes: tuple[int, int]) -> list[dict[str, Any]]:
    return [{"f": rng.normal(size=size), "g": rng.normal(size=size)} for size in sizes]


def softmax(f: Any, axis: int | None = 0) -> Any:
    raised = np.exp(f - f.max(axis=axis, keepdims=True))
    return raised / raised.sum(axis=axis, keepdims=True)


def with_softmax(f: Any, g: Any) -> tuple[Any, Any, Any]:
    return softmax(f), f, g
