"""Archives and compressed files: their members, one after the other, within limits, and never on disk.

Told by their first bytes, not by their names. A member is read whole or not at all. What it cannot read it says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from typing import Final, NamedTuple, Protocol

_PIECE: Final = 1 << 18  # bytes
_RATIO: Final = 200  # bytes unpacked for each packed: text is packed to a tenth, bombs to a thousandth
_TAR: Final = slice(257, 262)


class Member(NamedTuple):
    """A file in an archive; a compressed file has one, without a name."""

    name: bytes
    data: bytes


class Unread(NamedTuple):
    """A member, or all of an archive (without a name), that was not read. `is_limit`: it was too much."""

    name: bytes
    detail: str
    is_limit: bool = False


class TooMuchError(Exception):
    """Unpacking would give more than it is worth."""


class Stream(Protocol):
    def read(self, size: int, /) -> bytes: ...


class Allowance:
    """How much may still be unpacked: bytes, and members. Shared by all archives within one another."""

    def __init__(self, size: int, most: int, members: int) -> None:
        self.bytes = min(most, max(1 << 24, size * _RATIO))
        self.members = members

    def read(self, stream: Stream) -> bytes:
        """Return all that the stream has. Raises TooMuchError."""
        pieces: list[bytes] = []
        while piece := stream.read(_PIECE):
            self.bytes -= len(piece)
            if self.bytes < 0:
                raise TooMuchError("it unpacks to more than is worth reading")
            pieces.append(piece)
        return b"".join(pieces)

    def count(self) -> None:
        self.members -= 1
        if self.members < 0:
            raise TooMuchError("it has more members than are worth reading")


Opener = Callable[[bytes, Allowance], Iterator[Member | Unread]]


def kind_of(data: bytes) -> str:
    """Return what kind of archive this is, "" for none."""
    if data.startswith(_MAGICS):
        return next(kind for magic, kind in _MAGIC.items() if data.startswith(magic))
    return "tar" if data[_TAR] == b"ustar" else ""


def members(data: bytes, kind: str, allowance: Allowance) -> Iterator[Member | Unread]:
    """Yield what is in the archive. Never raises for what the bytes hold."""
    try:
        yield from _OPENERS[kind](data, allowance)
    except TooMuchError as error:
        yield Unread(b"", str(error), is_limit=True)
    except Exception as error:  # noqa: BLE001 a hostile archive may make a library raise anything
        yield Unread(b"", f"it is no {kind} file that can be unpacked ({type(error).__name__})")


def _zip(data: bytes, allowance: Allowance) -> Iterator[Member | Unread]:
    from zipfile import ZipFile

    with ZipFile(BytesIO(data)) as archive:
        for entry in archive.infolist():
            if entry.is_dir():
                continue
            allowance.count()
            name = entry.filename.encode("utf-8", "surrogateescape")
            if entry.flag_bits & 1:
                yield Unread(name, "it is encrypted")
                continue
            try:
                with archive.open(entry) as stream:
                    yield Member(name, allowance.read(stream))
            except TooMuchError:
                raise
            except Exception as error:  # noqa: BLE001 as above; its neighbours may be whole
                yield Unread(name, f"it cannot be unpacked ({type(error).__name__})")


def _tar(data: bytes, allowance: Allowance) -> Iterator[Member | Unread]:
    import tarfile

    with tarfile.open(fileobj=BytesIO(data), mode="r:", errorlevel=0) as archive:
        for entry in archive:
            allowance.count()
            if not entry.isfile():
                continue
            stream = archive.extractfile(entry)
            if stream is not None:
                yield Member(entry.name.encode("utf-8", "surrogateescape"), allowance.read(stream))


def _gzip(data: bytes, allowance: Allowance) -> Iterator[Member | Unread]:
    from gzip import GzipFile

    with GzipFile(fileobj=BytesIO(data)) as stream:
        yield Member(b"", allowance.read(stream))


def _bzip2(data: bytes, allowance: Allowance) -> Iterator[Member | Unread]:
    from bz2 import BZ2File

    with BZ2File(BytesIO(data)) as stream:
        yield Member(b"", allowance.read(stream))


def _xz(data: bytes, allowance: Allowance) -> Iterator[Member | Unread]:
    from lzma import LZMAFile

    with LZMAFile(BytesIO(data)) as stream:
        yield Member(b"", allowance.read(stream))


def _zstd(data: bytes, allowance: Allowance) -> Iterator[Member | Unread]:
    try:
        import zstandard
    except ImportError:
        yield Unread(b"", "it is packed with zstd: install redhanded[archives] to read it")
        return
    yield Member(b"", allowance.read(zstandard.ZstdDecompressor().stream_reader(BytesIO(data))))


def _seven_zip(data: bytes, allowance: Allowance) -> Iterator[Member | Unread]:
    yield Unread(b"", "it is packed with 7-Zip, which is not read")


_MAGIC: Final[Mapping[bytes, str]] = {
    b"PK\x03\x04": "zip",
    b"PK\x05\x06": "zip",
    b"\x1f\x8b\x08": "gzip",
    b"BZh": "bzip2",
    b"\xfd7zXZ\0": "xz",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"7z\xbc\xaf\x27\x1c": "7z",
}
_MAGICS: Final = tuple(_MAGIC)
_OPENERS: Final[Mapping[str, Opener]] = {
    "zip": _zip,
    "tar": _tar,
    "gzip": _gzip,
    "bzip2": _bzip2,
    "xz": _xz,
    "zstd": _zstd,
    "7z": _seven_zip,
}
