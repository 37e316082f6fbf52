"""The two activations that problems of several chapters use."""

from typing import Any

import numpy as np


def relu(z: Any) -> Any:
    return np.maximum(z, 0.0)


def sigmoid(z: Any) -> Any:
    """Equation 7.37, in a form whose exponential cannot overflow."""
    return 0.5 * (1.0 + np.tanh(0.5 * z))
