"""The layers a network is made of: parameters and two pure functions each, forward and backward."""

from bpkit.layers.activations import SELU, LeakyReLU, ReLU, Sigmoid, Softplus, Tanh
from bpkit.layers.composite import Composite
from bpkit.layers.dropout import Dropout
from bpkit.layers.layer import Activation, Layer
from bpkit.layers.linear import Linear
from bpkit.layers.normalization import ActNorm, BatchNorm
from bpkit.layers.residual import Residual
from bpkit.layers.reversible import Reversible
from bpkit.layers.scalar import PReLU, ScalarBias, ScalarMultiplier
from bpkit.layers.softmax import LogSoftmax, Softmax

__all__ = [
    "SELU", "ActNorm", "Activation", "BatchNorm", "Composite", "Dropout", "Layer", "LeakyReLU", "Linear", "LogSoftmax",
    "PReLU", "ReLU", "Residual", "Reversible", "ScalarBias", "ScalarMultiplier", "Sigmoid", "Softmax", "Softplus",
    "Tanh",
]  # fmt: skip
