"""The type that annotations give to an array of numbers, whatever their precision."""

from typing import Any

from numpy.typing import NDArray

Array = NDArray[Any]
