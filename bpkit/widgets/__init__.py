"""Sliders and buttons around the pictures (ipywidgets); each redraws by calling one pure function of `bpkit.plot`."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

try:
    import ipywidgets  # noqa: F401 (what is below needs it)
except ModuleNotFoundError as error:
    sentence = 'bpkit.widgets needs ipywidgets: pip install "bpkit-book[book]" brings it.'
    raise ModuleNotFoundError(sentence, name="ipywidgets") from error

if TYPE_CHECKING:  # each is loaded when it is first used: a page in a browser needs few of them
    from bpkit.widgets._gate_viewer import gate_viewer
    from bpkit.widgets._graph_stepper import graph_stepper
    from bpkit.widgets._initialization_laboratory import initialization_laboratory
    from bpkit.widgets._memory_timeline import memory_timeline
    from bpkit.widgets._mode_explorer import mode_explorer
    from bpkit.widgets._parallel_timeline import parallel_timeline
    from bpkit.widgets._shape_explorer import shape_explorer
    from bpkit.widgets._shift_laboratory import shift_laboratory
    from bpkit.widgets._toy_explorer import toy_explorer
    from bpkit.widgets._training_laboratory import training_laboratory

__all__ = [
    "gate_viewer", "graph_stepper", "initialization_laboratory", "memory_timeline", "mode_explorer",
    "parallel_timeline", "shape_explorer", "shift_laboratory", "toy_explorer", "training_laboratory",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'bpkit.widgets' has no attribute {name!r}")
    found = globals()[name] = getattr(import_module(f"bpkit.widgets._{name}"), name)  # the next time it is simply there
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
