"""What the tests know of each layer: one to place between two linear layers, and its forward pass in plain NumPy."""

import numpy as np

import bpkit as bp

# Each layer that takes any number of rows, as it stands between two linear layers.
BETWEEN = {
    "nothing": lambda rows, rng: [],
    "ReLU": lambda rows, rng: [bp.ReLU()],
    "LeakyReLU": lambda rows, rng: [bp.LeakyReLU(0.2)],
    "PReLU": lambda rows, rng: [bp.PReLU(0.3)],
    "Sigmoid": lambda rows, rng: [bp.Sigmoid()],
    "Tanh": lambda rows, rng: [bp.Tanh()],
    "Softplus": lambda rows, rng: [bp.Softplus()],
    "SELU": lambda rows, rng: [bp.SELU()],
    "Softmax": lambda rows, rng: [bp.Softmax()],
    "LogSoftmax": lambda rows, rng: [bp.LogSoftmax()],
    "Residual": lambda rows, rng: [bp.Residual([bp.Linear(rows, 3, rng=rng), bp.Tanh(), bp.Linear(3, rows, rng=rng)])],
    "Dropout": lambda rows, rng: [bp.Dropout(0.4)],
}


def linear(layer, h, take, draw):
    beta, omega = take(), take()
    return beta + omega @ h


def prelu(layer, f, take, draw):
    return f * np.where(f > 0, 1, take())


def residual(layer, h, take, draw):
    f = h
    for inner in layer.layers:
        f = PLAIN[type(inner)](inner, f, take, draw)
    return h + f


def log_softmax(layer, f, take, draw):
    shifted = f - np.max(f, axis=0)
    return shifted - np.log(np.sum(np.exp(shifted), axis=0, keepdims=True))


def selu(layer, f, take, draw):
    return layer.scale * np.where(f > 0, f, layer.alpha * np.expm1(f))


PLAIN = {  # the forward pass of each layer: the layer, what goes in, its next parameter, a random array
    bp.Linear: linear,
    bp.ReLU: lambda layer, f, take, draw: f * (f > 0),
    bp.LeakyReLU: lambda layer, f, take, draw: np.where(f > 0, f, layer.alpha * f),
    bp.PReLU: prelu,
    bp.Sigmoid: lambda layer, f, take, draw: 1 / (1 + np.exp(-f)),
    bp.Tanh: lambda layer, f, take, draw: np.tanh(f),
    bp.Softplus: lambda layer, f, take, draw: np.log1p(np.exp(f)),
    bp.SELU: selu,
    bp.Softmax: lambda layer, f, take, draw: np.exp(f - np.max(f)) / np.sum(np.exp(f - np.max(f)), axis=0),
    bp.LogSoftmax: log_softmax,
    bp.Dropout: lambda layer, h, take, draw: h * (draw(h.shape) >= layer.p) / (1 - layer.p),
    bp.Residual: residual,
}
