"""Says what is wrong with the type, the shape or the numbers of a part that cannot be compared."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from bpkit.problems.form import Wrong, in_form
from bpkit.problems.problem import Arguments, Entries


def error_of_form(
    names: Sequence[str], given: Sequence[Entries], right: Sequence[Entries], instances: Sequence[Arguments]
) -> str:
    """What is wrong with the form of the first of these parts that has such an error; empty when there is none."""
    for name in names:
        for one, expected, arguments in zip(given, right, instances, strict=True):
            try:
                in_form(name, one[name], expected[name])
            except Wrong as wrong:
                return (
                    not_a_size(name, one[name], expected[name])
                    or nan_passed_on(name, one[name], arguments)
                    or str(wrong)
                )
    return ""


def not_a_size(name: str, value: Any, expected: Any) -> str:
    """The sentence about what stands in place of the size of a matrix; "shape" would be that of the answer itself."""
    if not isinstance(expected, tuple) or isinstance(value, str) or value is None or value is ...:
        return ""
    try:
        shape = np.shape(value)
    except ValueError:
        return ""
    what = "is one number" if shape == () else "is a matrix itself" if len(shape) == 2 else "is not a pair"
    return f"`{name}` {what}; a size is (rows, columns), and that of a column with n entries is (n, 1)."


def nan_passed_on(name: str, value: Any, arguments: Arguments) -> str:
    """The sentence about a NaN that came in with the arguments: nothing was divided by 0 then."""
    sources = [argument for argument, given in arguments.items() if has_nan(given)]
    if not sources or not has_nan(value):
        return ""
    return f"`{name}` holds nan, and so does the argument `{sources[0]}`: a nan was taken over from there."


def has_nan(value: Any) -> bool:
    """Whether a value is, or holds, a number that is not one."""
    if value is None:
        return False  # NumPy makes nan of it
    try:
        return bool(np.isnan(np.asarray(value, dtype=float)).any())
    except (TypeError, ValueError):
        return False
