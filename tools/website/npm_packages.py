"""Gets the JavaScript that the site is built with: pinned packages of npm, each with its checksum, kept in a cache."""

import hashlib
import io
import shutil
import subprocess
import tarfile
from pathlib import Path
from typing import NamedTuple


class Package(NamedTuple):
    """A version of a package, and the SHA-256 of its archive."""

    name: str
    version: str
    sha256: str

    @property
    def archive(self) -> str:
        """The name that `npm pack` gives the archive.

        >>> Package("@jupyter-widgets/html-manager", "1.0.15", "").archive
        'jupyter-widgets-html-manager-1.0.15.tgz'
        """
        return f"{self.name.lstrip('@').replace('/', '-')}-{self.version}.tgz"


MATHJAX = Package("mathjax", "3.2.2", "1b9c0a1c44df864e915690558e72adb9cc5203360daefd385084ced3b6c64c09")
HTML_MANAGER = Package(
    "@jupyter-widgets/html-manager", "1.0.15", "2b9d65cb7913e1c7d671757a10008b32c9c2448d4429513371e55c07d6107638"
)


def files_of(package: Package, cache: Path, names: tuple[str, ...]) -> dict[str, bytes]:
    """Return the files of a package whose paths begin with one of `names`; get it if it is not in `cache`.

    Ends in a sentence when it cannot be had, or is not the one that is expected.
    """
    path = cache / package.archive
    if not path.exists():
        get(package, cache)
    content = path.read_bytes()
    if (found := hashlib.sha256(content).hexdigest()) != package.sha256:
        raise SystemExit(f"{path} has the SHA-256 {found}, expected {package.sha256}: delete it, then try again.")
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        wanted = [one for one in archive if one.isfile() and one.name.startswith(tuple(f"package/{n}" for n in names))]
        return {one.name.removeprefix("package/"): archive.extractfile(one).read() for one in wanted}  # type: ignore[union-attr]


def get(package: Package, cache: Path) -> None:
    """Let npm put the package's archive into `cache`."""
    npm = shutil.which("npm")
    if npm is None:
        raise SystemExit("The site needs npm, which comes with Node.js, for two packages: install it, then try again.")
    cache.mkdir(parents=True, exist_ok=True)
    command = [npm, "pack", "--silent", "--pack-destination", str(cache), f"{package.name}@{package.version}"]
    if subprocess.run(command, cwd=cache, capture_output=True).returncode != 0:
        raise SystemExit(f"npm cannot get {package.name} {package.version}: if offline, connect, then try again.")
