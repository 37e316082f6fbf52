"""Opens a notebook whose kernel has ended with still pictures where widgets were, which could not be moved any more.

JupyterLab saves of a widget only its name in the kernel. Opened again without that kernel, a notebook would show
"Error displaying widget". JupyterLab uses this class to read and write notebooks; the book's command says so.
"""

from typing import Any

from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
NOTE = "<p><em>A still picture: run this cell to move it.</em></p>"


class StillWidgets(AsyncLargeFileManager):
    """Notebooks as files, whose widgets are still pictures while no kernel runs for them."""

    async def get(self, path: str, *args: Any, **settings: Any) -> Any:
        """Return a file as JupyterLab asks for it; the file itself stays as it is."""
        model = await super().get(path, *args, **settings)  # type: ignore[no-untyped-call]
        if model["type"] == "notebook" and model.get("content") and not await self._has_kernel(path):
            make_still(model["content"])
        return model

    async def _has_kernel(self, path: str) -> bool:
        """Whether a kernel runs for the notebook, as when the page is only loaded anew: then its widgets live on."""
        sessions = getattr(self.parent, "session_manager", None)
        if sessions is None:
            return False
        return any(one["path"].strip("/") == path.strip("/") for one in await sessions.list_sessions())


def make_still(notebook: Any) -> None:
    """Leave of every widget in a notebook its still picture, if it has one.

    >>> data = {WIDGET_VIEW: {"model_id": "1f"}, "text/html": "<img>"}
    >>> make_still({"cells": [{"outputs": [{"data": data}]}]})
    >>> data
    {'text/html': '<img><p><em>A still picture: run this cell to move it.</em></p>'}
    """
    for cell in notebook["cells"]:
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            if WIDGET_VIEW in data and "text/html" in data:
                del data[WIDGET_VIEW]
                data["text/html"] = "".join(data["text/html"]) + NOTE
