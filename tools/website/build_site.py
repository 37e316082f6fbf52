"""Builds the site: pages to read, made by Sphinx from the notebooks as they are stored, and JupyterLite to run them.

`python -m bpkit site` runs this where everything in the extra `site` is installed.
"""

import argparse
import functools
import http.server
import os
import shutil
import sys
import tempfile
from pathlib import Path

import answers_page
import api_pages
import lite
import npm_packages
import pyodide
import sources

from bpkit.data.fetching import cache_folder

ROOT = Path(__file__).resolve().parents[2]
OURS = ".bpkit-site"  # a file in each folder that this program made, and so may delete


def main(words: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m bpkit site")
    parser.add_argument("folder", nargs="?", default="_site", help="where the site is built, always anew")
    parser.add_argument("--address", default="", help="where it will be published, for the sitemap and previews")
    parser.add_argument("--pyodide", default="", help="the address or folder to take Python for the browser from")
    parser.add_argument("--serve", action="store_true", help="show it in a browser on this computer")
    request = parser.parse_args(words)
    target = Path(request.folder).resolve()
    refuse_foreign(target)
    address = request.address.rstrip("/") + "/" if request.address else ""
    with tempfile.TemporaryDirectory(prefix="bpkit-site-") as temporary:
        site = Path(temporary) / "site"
        wheels = pyodide.wheels(ROOT, cache_folder() / "site", Path(temporary))
        packages = pyodide.put_pyodide(source_of(request.pyodide), site / "lite" / "static" / "pyodide", wheels)
        build_pages(ROOT, site, address=address, runs=True)
        lite.build_lite(ROOT, site, packages)
        (site / OURS).write_text("Made by `python -m bpkit site`, which deletes this folder when it builds again.\n")
        shutil.rmtree(target, ignore_errors=True)
        shutil.move(site, target)
    print(f"The site is in {target}: {megabytes(target):.0f} MB.", flush=True)
    if request.serve:
        serve(target)


def source_of(named: str) -> str:
    """Return where Pyodide is taken from: what was named, else the address of the version the kernel is made for."""
    from jupyterlite_pyodide_kernel.constants import PYODIDE_CDN_URL

    return named or str(PYODIDE_CDN_URL)


def refuse_foreign(target: Path) -> None:
    """End in a sentence if something is there that this program did not make."""
    if target.exists() and not (target / OURS).exists() and (not target.is_dir() or any(target.iterdir())):
        raise SystemExit(f"{target} is not a site that this command made, and would be deleted: name another folder.")


def build_pages(root: Path, site: Path, *, address: str = "", runs: bool = False) -> None:
    """Build the pages of the book in `root` into the folder `site`; ends with Sphinx's warnings where it has any.

    `runs` says whether the book also runs there, so that pages link to that.
    """
    from sphinx.cmd.build import build_main  # not at the top: what needs no Sphinx says its sentences without it

    here = Path(__file__).parent
    with tempfile.TemporaryDirectory(prefix="bpkit-pages-") as temporary:
        source, static = Path(temporary) / "source", Path(temporary) / "static"
        sources.lay_out(root, source, lite=runs)
        if runs:
            (source / "answers.md").write_text(answers_page.answers_page(root), encoding="utf-8")
        api_pages.write_api(source / "api")
        mathjax = npm_packages.files_of(npm_packages.MATHJAX, cache_folder() / "site", MATHJAX_FILES)
        write_files(mathjax, static / "mathjax")
        if runs:
            manager = npm_packages.files_of(npm_packages.HTML_MANAGER, cache_folder() / "site", MANAGER_FILES)
            write_files({Path(name).name: content for name, content in manager.items()}, static / "html-manager")
            shutil.copy(root / lite.ACCESSIBLE / "static" / "accessible_widgets.js", static)
        shutil.copy(root / "chapters" / "pictures" / "toy_explorer.png", static)
        os.environ["BPKIT_STATIC"] = os.pathsep.join([str(here / "static"), str(static)])
        os.environ["BPKIT_ADDRESS"] = address
        os.environ["BPKIT_LIVE"] = "yes" if runs else ""
        words = ["-q", "-W", "--keep-going", "-b", "html", "-d", f"{temporary}/doctrees", "-c", str(here)]
        if build_main([*words, str(source), str(site)]) != 0:
            raise SystemExit("Sphinx has found something wrong with the pages: see above.")
    write_extras(site, address)


MATHJAX_FILES = ("LICENSE", "es5/tex-chtml-full.js", "es5/output/chtml/fonts")
MANAGER_FILES = (
    "LICENSE",
    "dist/libembed-amd.js",
    "dist/1551f4f6",
    "dist/7a333762",
    "dist/d878b0a6",
)  # these are fonts


def write_files(files: dict[str, bytes], folder: Path) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def write_extras(site: Path, address: str) -> None:
    """Write the page for addresses that do not exist and, where the site's own address is known, the sitemap."""
    for template in site.glob("_static/*macros.html"):
        template.unlink()  # the theme's own, no pages
    for page in site.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        page.write_text(text.replace("<summary><span", '<summary aria-label="show or hide"><span'), encoding="utf-8")
    (site / ".nojekyll").touch()  # or GitHub's Pages would leave out folders that begin with _
    home = address or "./"
    missing = (Path(__file__).parent / "404.html").read_text(encoding="utf-8").replace("HOME", home)
    (site / "404.html").write_text(missing, encoding="utf-8")
    if address:
        pages = sorted(path.relative_to(site).as_posix() for path in site.rglob("*.html") if path.name != "404.html")
        rows = "".join(f"<url><loc>{address}{page}</loc></url>\n" for page in pages if not page.startswith("lite/"))
        head = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
        (site / "sitemap.xml").write_text(f"{head}{rows}</urlset>\n", encoding="utf-8")


def megabytes(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def serve(site: Path) -> None:
    """Serve the site on this computer until Ctrl-C."""
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(site))
    try:
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 8000), handler)
    except OSError:
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)  # 8000 is taken: any that is free
    print(f"It is shown at http://127.0.0.1:{server.server_port}/ ; to stop, press Ctrl-C here.", flush=True)
    with server:
        server.serve_forever()


if __name__ == "__main__":
    main(sys.argv[1:])
