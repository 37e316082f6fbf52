"""Every combination of the optimizers' options, run for 100 steps by bpkit and by PyTorch.

`python tests/optimizer_runs.py` stores where PyTorch ends in optimizer_runs.json, for machines without it.
"""

import functools
import itertools
import json
from pathlib import Path

import numpy as np

import bpkit as bp
from bpkit.networks.block import Block

STORED = Path(__file__).with_suffix(".json")
STEPS = 100
SHAPES = [(3, 1), (3, 2), (2, 1)]  # β, Ω and β: in groups, no two neighbours are of one group
FIRST = [np.cos(np.arange(np.prod(shape)) + 2.0 * i).reshape(shape) for i, shape in enumerate(SHAPES)]
MAX_NORM = 2.2  # exceeded in some steps and not in others

KINDS = {
    "SGD": [{"lr": 0.05}, {"lr": 0.05, "momentum": 0.9}, {"lr": 0.05, "momentum": 0.9, "nesterov": True}],
    "Adam": [{"betas": betas, "eps": eps} for betas in ((0.9, 0.999), (0.0, 0.5)) for eps in (1e-8, 0.1)],
}
KINDS["AdamW"] = KINDS["Adam"]
DECAYS = [{}, {"weight_decay": 0.05}]  # AdamW's default is not 0, which a group has below
GROUPS = [{}, {"weight_decay": 0.2}, {"lr": 0.002}, {"lr": 0.02, "weight_decay": 0.0}]  # what is different for β
SCHEDULES = [None, ("StepLR", {"step_size": 7, "gamma": 0.8}), ("CosineAnnealingLR", {"T_max": 30, "eta_min": 1e-4})]
COMBINATIONS = {
    " ".join(map(str, (kind, options | decay, "β", group, schedule, "clipped" if clipped else "not clipped"))): (
        kind, options | decay, group, schedule, clipped,
    )
    for kind in KINDS
    for options, decay, group, schedule, clipped in itertools.product(
        KINDS[kind], DECAYS, GROUPS, SCHEDULES, (False, True)
    )
}  # fmt: skip


def gradient(step, number, phi):
    """That of a bowl that shakes, so a small difference stays small."""
    return (0.5 + 0.1 * number) * phi + shake(step, number)


@functools.cache
def shake(step, number):
    shape = SHAPES[number]
    return np.sin(np.arange(np.prod(shape)) * 1.7 + 0.9 * step + number).reshape(shape) * (1 + step % 3) / 2


def made(combination, parameters):
    """bpkit's optimizer and schedule for these parameters."""
    kind, options, group, schedule, _ = combination
    groups = [(parameters[::2], group)] if group else []
    optimizer = getattr(bp, kind)(parameters, **options, groups=groups)
    return optimizer, None if schedule is None else getattr(bp, schedule[0])(optimizer, **schedule[1])


def go_on(combination, parameters, optimizer, schedule, steps, dtype=float):
    """Make these steps, and return the parameters after each in a row."""
    rows = []
    for step in steps:
        gradients = [gradient(step, number, phi).astype(dtype, copy=False) for number, phi in enumerate(parameters)]
        if Block.around(parameters) is not None:
            gradients = Block.of_copies(gradients)
        if combination[-1]:
            gradients = bp.clip_grad_norm(gradients, MAX_NORM)
        optimizer.step(gradients)
        if schedule is not None:
            schedule.step()
        rows.append(np.concatenate([phi.ravel() for phi in parameters]))
    return np.array(rows)


def first(together=True, dtype=float):
    """The parameters before the first step, in one block or each on its own."""
    arrays = [phi.astype(dtype) for phi in FIRST]
    return tuple(Block.of_copies(arrays)) if together else arrays


@functools.cache
def by_bpkit(name, together=True):
    parameters = first(together)
    return go_on(COMBINATIONS[name], parameters, *made(COMBINATIONS[name], parameters), range(STEPS))


def by_torch(name):
    import torch

    kind, options, group, schedule, clipped = COMBINATIONS[name]
    arrays = first(together=False)
    parameters = [torch.from_numpy(phi).requires_grad_() for phi in arrays]  # the same memory: PyTorch changes it
    groups = [{"params": parameters[1::2]}, {"params": parameters[::2], **group}]
    optimizer = getattr(torch.optim, kind)(groups, **options)
    scheduler = None if schedule is None else getattr(torch.optim.lr_scheduler, schedule[0])(optimizer, **schedule[1])
    rows = []
    for step in range(STEPS):
        for number, (phi, array) in enumerate(zip(parameters, arrays, strict=True)):
            phi.grad = torch.from_numpy(gradient(step, number, array))
        if clipped:
            torch.nn.utils.clip_grad_norm_(parameters, MAX_NORM)
        optimizer.step()
        if scheduler is not None:
            scheduler.step()
        rows.append(np.concatenate([phi.ravel() for phi in arrays]))
    return np.array(rows)


def summary(rows):
    """One number that changes when any parameter does after the last step."""
    return float(rows[-1] @ np.sin(1.0 + np.arange(rows.shape[1])))


if __name__ == "__main__":
    STORED.write_text(json.dumps([summary(by_torch(name)) for name in COMBINATIONS], indent=0), encoding="utf-8")
