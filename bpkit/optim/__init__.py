"""Optimizers, which change parameters by their gradients, and what goes with them: schedules and clipping."""

from bpkit.optim.adam import Adam, AdamW
from bpkit.optim.clipping import clip_grad_norm, total_norm
from bpkit.optim.optimizer import Optimizer
from bpkit.optim.schedules import CosineAnnealingLR, Schedule, StepLR
from bpkit.optim.sgd import SGD

__all__ = [
    "SGD", "Adam", "AdamW", "CosineAnnealingLR", "Optimizer", "Schedule", "StepLR", "clip_grad_norm", "total_norm",
]  # fmt: skip
