"""Finds a browser of the Chromium family on this computer, and lets it print a page as PDF."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge", "microsoft-edge")
PATHS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
)
SECONDS = 180


def find_browser() -> str | None:
    """Return the path of the first browser found, None if there is none."""
    return next((found for found in (*map(shutil.which, NAMES), *PATHS) if found and Path(found).exists()), None)


def flags() -> list[str]:
    """Return what a browser needs that nobody looks at; as root, as in a container, it runs only unprotected."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    quiet = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync"]
    return [*quiet, "--disable-component-update", *(["--no-sandbox"] if root else [])]


def printed(page: str, browser: str) -> bytes:
    """Return a page, given as HTML, as the PDF that the browser prints; its scripts have run to their end.

    Ends in a sentence if the browser does not print.
    """
    with tempfile.TemporaryDirectory(prefix="bpkit-print-") as temporary:
        source, target = Path(temporary) / "page.html", Path(temporary) / "page.pdf"
        source.write_text(page, encoding="utf-8")
        words = ["--headless", *flags(), f"--user-data-dir={temporary}/profile", "--virtual-time-budget=60000"]
        words += ["--no-pdf-header-footer", f"--print-to-pdf={target}", source.as_uri()]
        try:
            run = subprocess.run([browser, *words], capture_output=True, timeout=SECONDS)
        except subprocess.TimeoutExpired:
            raise SystemExit(f"{browser} did not print within {SECONDS} seconds: close it, then try again.") from None
        if not target.exists():
            last = run.stderr.decode(errors="replace").strip().splitlines()[-1:]
            raise SystemExit(f"{browser} did not print: {' '.join(last) or 'it does not say why'}.")
        return target.read_bytes()
