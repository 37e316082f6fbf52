"""What tests do in the site's JupyterLite: open a notebook, run its cells, read and change them."""

from typing import Any

MINUTE = 60_000
SHOWN = "window.jupyterapp.shell.currentWidget"


def open_in_lite(page: Any, address: str, name: str, *, kernel: bool = True, app: str = "lab") -> None:
    """Open a notebook and wait for it and, if asked, for its Python."""
    page.goto(f"{address}lite/{app}/index.html?path={name}.ipynb")
    wait_for(page, name, kernel=kernel)


def wait_for(page: Any, name: str, *, kernel: bool) -> None:
    """Wait for a notebook that is being opened."""
    page.locator(".jp-Notebook .jp-Cell:visible").first.wait_for(timeout=2 * MINUTE)
    there = f"() => {SHOWN}?.context?.isReady && {SHOWN}.context.path.endsWith('{name}.ipynb')"
    page.wait_for_function(there, timeout=MINUTE)
    if kernel:
        page.wait_for_function(f"() => {SHOWN}?.sessionContext?.session?.kernel?.status === 'idle'",
                               timeout=2 * MINUTE)  # fmt: skip


def run(page: Any, what: str) -> None:
    """Run a command of JupyterLab that runs cells, until all of them are done."""
    page.evaluate(f"window.jupyterapp.commands.execute('{what}')")
    done = f"[...{SHOWN}.content.widgets].every(one => !one.promptNode?.textContent?.includes('*'))"
    idle = f"{SHOWN}.sessionContext.session.kernel.status === 'idle'"
    page.wait_for_function(f"() => {done} && {idle}", timeout=5 * MINUTE)


def run_all(page: Any) -> None:
    """Run all cells. JupyterLite stops after one that is meant to show an error: then go on below, as a reader does."""
    run(page, "runmenu:run-all")
    for _ in range(20):
        left = next((name for name, (count, _) in cells(page).items() if not count), None)
        if left is None:
            return
        activate(page, left)
        run(page, "notebook:run-all-below")


def cells(page: Any) -> dict[str, tuple[int | None, list[dict]]]:
    """The cells of code by id: how often they were run, and their outputs."""
    found = page.evaluate(f"() => [...{SHOWN}.content.model.cells].filter(cell => cell.type === 'code')"
                          ".map(cell => [cell.id, cell.executionCount, cell.outputs.toJSON()])")  # fmt: skip
    return {name: (count, outputs) for name, count, outputs in found}


def activate(page: Any, cell: str) -> None:
    place = f"{SHOWN}.content.widgets.findIndex(one => one.model.id === cell)"
    page.evaluate(f"cell => {{ {SHOWN}.content.activeCellIndex = {place}; }}", cell)


def write(page: Any, cell: str, source: str) -> None:
    """Make a cell the active one and put a source into it."""
    activate(page, cell)
    page.evaluate(f"source => {{ {SHOWN}.content.activeCell.model.sharedModel.setSource(source); }}", source)


def source_of(page: Any, cell: str) -> str:
    return page.evaluate(f"""cell => [...{SHOWN}.content.model.cells].find(one => one.id === cell)
      .sharedModel.getSource()""", cell)  # fmt: skip


def save(page: Any) -> None:
    page.evaluate("window.jupyterapp.commands.execute('docmanager:save')")
    page.wait_for_function(f"() => !{SHOWN}.context.model.dirty", timeout=MINUTE)
