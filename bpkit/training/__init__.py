"""The training loop, and the file from which an interrupted one goes on."""

from bpkit.training.loop import History, fit

__all__ = ["History", "fit"]
