"""Sliders and buttons around the pictures (ipywidgets); each redraws by calling one pure function of `bpkit.plot`."""

from bpkit.widgets.toy_explorer import toy_explorer

__all__ = ["toy_explorer"]
