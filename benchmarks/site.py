"""Measures the built site in a browser: how soon pages, widgets and JupyterLite are there, and what they transfer.

    python -m bpkit site
    python benchmarks/site.py _site

Each run begins with a new profile, so nothing is there already; the server is on this computer. Writes RESULTS.md.
"""

import functools
import gzip
import http.server
import platform
import re
import statistics
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright
from results import write

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tools" / "teaching")]

from chromium import find_browser, flags  # noqa: E402

RUNS, EVENTS, MINUTE = 3, 15, 60_000
PAGE = "chapters/02_matrix_backpropagation"
SHOWN = "window.jupyterapp.shell.currentWidget"
# As in tests/browser/test_chapters.py: until the end of the first frame with the changed picture.
WATCH = """widget => {
  window.started = undefined;
  for (const event of ['keydown', 'click'])
    addEventListener(event, () => { window.started ??= performance.now(); }, {capture: true, once: true});
  const seen = ({target}) => target.querySelector?.('svg') || target.parentElement?.closest('.widget-html, svg');
  window.changed = new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error('the picture did not change within 30 s')), 30000);
    const watcher = new MutationObserver(changes => {
      if (window.started === undefined || !changes.some(seen)) return;
      watcher.disconnect();
      requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - window.started)));
    });
    watcher.observe(widget, {childList: true, subtree: true});
  });
}"""


class Recorded(http.server.SimpleHTTPRequestHandler):
    """Serves files and notes which."""

    sent: list[Path] = []  # noqa: RUF012

    def log_message(self, *_: object) -> None:
        path = Path(self.translate_path(self.path))
        self.sent.append(path / "index.html" if path.is_dir() else path)


def transferred() -> str:
    """The megabytes that were sent since this was called last: as they are, and as a server that packs sends them."""
    contents = [path.read_bytes() for path in Recorded.sent if path.is_file()]
    Recorded.sent.clear()
    return f"{sum(map(len, contents)) / 1e6:.1f} ({sum(len(gzip.compress(one, 6)) for one in contents) / 1e6:.1f})"


def seconds(act: Callable[[], Any]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def readable(page: Any, address: str) -> tuple[float, float]:
    """Until the text is painted, and until its formulas are set."""
    start = time.perf_counter()
    page.goto(f"{address}{PAGE}.html", wait_until="commit")
    page.wait_for_function("document.querySelectorAll('mjx-container').length > 20")
    formulas = time.perf_counter() - start
    painted = page.wait_for_function("performance.getEntriesByName('first-contentful-paint')[0]?.startTime")
    return painted.json_value() / 1000, formulas


def alive(page: Any, address: str, chapter: str, beside: int = 1000) -> float:
    """Until the page's widget is there after the click, which comes when it has been in view for some milliseconds."""
    page.goto(f"{address}chapters/{chapter}.html", wait_until="load")
    cell = page.locator("div.cell.tag_widget")
    cell.scroll_into_view_if_needed()
    page.wait_for_timeout(beside)

    def click() -> None:
        cell.locator("button.run").click()
        cell.locator(".live svg").first.wait_for(timeout=MINUTE)

    return seconds(click)


def latency(page: Any) -> float:
    """The median of the milliseconds from an event to pixels, in the widget of the page: to and fro by a step."""
    widget, times = page.locator(".live").first, []
    slider = widget.locator(".noUi-handle:visible")
    slider = slider.nth(1 if slider.count() > 1 else 0)  # the first of the shape explorer changes no picture by a step
    if slider.count():  # so that a step to the left is possible, and one to the right after it
        slider.press("ArrowLeft")
        slider.press("ArrowRight")
    for at in range(EVENTS):
        page.wait_for_timeout(200)
        page.evaluate(WATCH, widget.element_handle())
        if slider.count():
            slider.press("ArrowRight" if at % 2 else "ArrowLeft")
        else:
            widget.locator("button:visible", has_text="step ▶" if at % 2 else "◀ back").click()
        times.append(page.evaluate("window.changed"))
    return statistics.median(times)


def lite(page: Any, address: str) -> tuple[float, float]:
    """Until a chapter's text is there, and until its first cell has run."""
    start = time.perf_counter()
    page.goto(f"{address}lite/lab/index.html?path={PAGE}.ipynb")
    page.locator(".jp-Notebook .jp-Cell").first.wait_for(timeout=MINUTE)
    text = time.perf_counter() - start
    page.wait_for_function(f"() => {SHOWN}?.sessionContext?.session?.kernel?.status === 'idle'", timeout=2 * MINUTE)
    page.evaluate(f"""() => {{
      const content = {SHOWN}.content;
      content.activeCellIndex = content.widgets.findIndex(one => one.model.type === 'code');
      window.jupyterapp.commands.execute('notebook:run-cell');
    }}""")
    ran = f"() => [...{SHOWN}.content.model.cells].find(one => one.type === 'code').executionCount"
    page.wait_for_function(ran, timeout=2 * MINUTE)
    return text, time.perf_counter() - start


def measured(browser: Any, address: str, chapters: list[str]) -> list[str]:
    """The lines of the tables."""
    texts, formulas, first, again, pixels = [], [], dict[str, float](), dict[str, float](), dict[str, float]()
    sizes: dict[str, str] = {}
    for _ in range(RUNS):
        context = browser.new_context()
        text, set_there = readable(context.new_page(), address)
        texts.append(text)
        formulas.append(set_there)
        context.close()
        sizes["a page"] = transferred()
    for chapter in chapters:
        context = browser.new_context(viewport={"width": 1400, "height": 1000})
        page = context.new_page()
        first[chapter] = alive(page, address, chapter)
        sizes["a page and its widget"] = transferred()
        pixels[chapter] = latency(page)
        again[chapter] = alive(page, address, chapter, 10_000)  # Python starts where a reader has moved a widget before
        context.close()
        transferred()
        print(f"{chapter}: {first[chapter]:.1f} s, again {again[chapter]:.1f} s; {pixels[chapter]:.0f} ms", flush=True)
    cold, warm = [], []
    for _ in range(RUNS):
        context = browser.new_context()
        page = context.new_page()
        cold.append(lite(page, address))
        sizes["JupyterLite and a chapter's first cell"] = transferred()
        page.close()
        warm.append(lite(context.new_page(), address))
        sizes["the same again"] = transferred()
        context.close()
    middle = statistics.median
    first_time, next_time = ([middle(one) for one in zip(*times, strict=True)] for times in (cold, warm))
    return [
        "| until | seconds, median | limit |", "|---|---|---|",
        f"| a page's text is painted | {middle(texts):.2f} | 1.5 |",
        f"| its formulas are set | {middle(formulas):.2f} | |",
        f"| its widget moves, after the click | {middle(first.values()):.1f} | 8 |",
        f"| the same on the next page, after ten seconds beside it | {middle(again.values()):.1f} | 1 |",
        f"| JupyterLite shows a chapter | {first_time[0]:.1f}, again {next_time[0]:.1f} | 4 |",
        f"| its first cell has run | {first_time[1]:.1f}, again {next_time[1]:.1f} | 20 |",
        "", "| widget of | alive, s | on the next page, s | event to pixels, ms (limit 60) |", "|---|---|---|---|",
        *(f"| {name} | {first[name]:.1f} | {again[name]:.1f} | {pixels[name]:.0f} |" for name in chapters),
        "", "| transferred | MB as it is (packed) |", "|---|---|",
        *(f"| {name} | {size} |" for name, size in sizes.items()),
    ]  # fmt: skip


def main() -> None:
    site = Path(sys.argv[1]).resolve()
    widgets = [path.stem for path in sorted((site / "chapters").glob("*.html"))
               if re.search(r'class="[^"]*\btag_widget\b', path.read_text(encoding="utf-8"))]  # fmt: skip
    handler = functools.partial(Recorded, directory=str(site))
    with http.server.ThreadingHTTPServer(("localhost", 0), handler) as server, sync_playwright() as playwright:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        browser = playwright.chromium.launch(executable_path=find_browser(), args=flags())
        load = Path("/proc/loadavg").read_text().split()[0] if Path("/proc/loadavg").exists() else "unknown"
        lines = measured(browser, f"http://localhost:{server.server_port}/", widgets)
        head = f"Chromium {browser.version}, {platform.system()}, load of the machine at the start {load}."
        browser.close()
        server.shutdown()
    lines = [head, "", *lines]
    print("\n".join(lines))
    write("site", "any", lines)


if __name__ == "__main__":
    main()
