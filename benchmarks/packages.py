"""The published packages that `clean.py` reads: their list, their download by pip and npm, their safe unpacking."""

from __future__ import annotations

import re
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from shutil import copyfileobj, rmtree
from typing import IO, Final, NamedTuple

LISTS: Final = ("packages", "more", "unseen")


class Package(NamedTuple):
    """`kind` is sdist, wheel (of a Python distribution) or npm."""

    kind: str
    name: str
    version: str

    @property
    def part(self) -> str:
        return "npm" if self.kind == "npm" else "pypi"

    @property
    def folder(self) -> str:
        return f"{self.name.lstrip('@').replace('/', '-')}-{self.version}"


def listed(which: str = "packages") -> list[Package]:
    """Return the packages of one of the lists."""
    text = Path(__file__).with_name(f"clean-{which}.txt").read_text()
    lines = (line.partition("#")[0].split() for line in text.splitlines())
    return [Package(*fields) for fields in lines if fields]


def fetch(packages: Sequence[Package], folder: Path) -> None:
    """Download what is not there yet. A package that cannot be had ends the program: the set is fixed."""
    for package in packages:
        if _archive(package, folder) is None:
            target = folder / package.part
            target.mkdir(parents=True, exist_ok=True)
            print(f"fetching {package.name} {package.version}", flush=True)
            if subprocess.run(_command(package), cwd=target, stdout=subprocess.DEVNULL).returncode:
                raise SystemExit(f"{package.name} {package.version} cannot be downloaded; see above")


def _command(package: Package) -> list[str]:
    if package.kind == "npm":
        return ["npm", "pack", "--silent", "--ignore-scripts", f"{package.name}@{package.version}"]
    form = ["--no-binary", package.name] if package.kind == "sdist" else ["--only-binary", ":all:"]
    return [sys.executable, "-m", "pip", "download", "-q", "--no-deps", *form, f"{package.name}=={package.version}"]


def _archive(package: Package, folder: Path) -> Path | None:
    """Return the downloaded file, or None. Names differ in case and in `-`, `_`, `.` alone."""
    wanted = _plain(package.folder)
    files = sorted((folder / package.part).glob("*.*"))
    return next(
        (file for file in files if re.match(re.escape(wanted) + r"(?:py\d|cp\d|targz|tgz|zip)", _plain(file.name))),
        None,
    )


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "", name.lower())


def unpack(packages: Sequence[Package], folder: Path) -> list[Path]:
    """Unpack into `folder`/text what is downloaded and not unpacked yet; return the folders, one a package."""
    trees = []
    for package in packages:
        archive, tree = _archive(package, folder), folder / "text" / package.part / package.folder
        if archive is None:
            continue
        if not tree.exists():
            half = tree.with_name(f".{tree.name}")
            rmtree(half, ignore_errors=True)
            for name, content in _members(archive):
                _write(half, name, content)
            half.rename(tree)
        trees.append(tree)
    return trees


def _members(archive: Path) -> Iterator[tuple[str, IO[bytes]]]:
    """Yield name and content of the regular files; links and devices are left out."""
    if archive.suffix in (".whl", ".zip"):
        with zipfile.ZipFile(archive) as zipped:
            for info in zipped.infolist():
                if not info.is_dir():
                    yield info.filename, zipped.open(info)
        return
    with tarfile.open(archive) as tarred:
        for member in tarred:
            content = tarred.extractfile(member) if member.isreg() else None
            if content is not None:
                yield member.name, content


def _write(folder: Path, name: str, content: IO[bytes]) -> None:
    """Write below `folder`, whatever the name says: an archive has no business anywhere else."""
    parts = [part for part in PurePosixPath(name.replace("\\", "/")).parts if part not in ("/", "..", ".")]
    path = folder.joinpath(*parts)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        copyfileobj(content, file)
