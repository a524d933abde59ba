"""Archives and compressed files: their members, one after the other, within limits, and never on disk.

Told by their first bytes, not by their names. What it cannot read it says.
"""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Final, cast

from scanner.decode.member import LARGEST, Allowance, Found, Member, Opener, Stream, TooMuchError, Unread
from scanner.decode.pdf import pages
from scanner.decode.sevenzip import seven_zip
from scanner.decode.sqlite import tables

_PIECE: Final = 1 << 18  # bytes
_MEMORY: Final = 256 << 20  # bytes that unpacking xz may take; its highest level takes a quarter


def members(data: bytes, kind: str, allowance: Allowance) -> Found:
    """Yield what is in the archive: of a damaged member what comes before the damage, then what is wrong. Raises
    nothing for what the bytes hold but MemoryError.
    """
    try:
        yield from _OPENERS[kind](data, allowance)
    except MemoryError:
        raise
    except TooMuchError as error:
        yield Unread(b"", str(error), is_limit=True)
    except Exception as error:  # noqa: BLE001 a hostile archive may make a library raise anything
        yield Unread(b"", f"it is no {kind} file that can be unpacked ({type(error).__name__})")


def _read(name: bytes, stream: Stream, allowance: Allowance) -> Found:
    pieces: list[bytes] = []
    size = 0
    wrong: Unread | None = None
    try:
        while piece := stream.read1(_PIECE):
            allowance.take(len(piece))
            pieces.append(piece)
            size += len(piece)
            if size > LARGEST:
                raise TooMuchError(f"only its first {LARGEST >> 20} MiB are read")
    except MemoryError:
        raise
    except TooMuchError as error:
        wrong = Unread(name, str(error), is_limit=True)
    except Exception as error:  # noqa: BLE001 as above
        wrong = Unread(name, f"it cannot be unpacked to its end ({type(error).__name__})")
    if pieces or not wrong:
        yield Member(name, b"".join(pieces))
    if wrong:
        yield wrong


def _zip(data: bytes, allowance: Allowance) -> Found:
    from zipfile import ZipFile

    with ZipFile(BytesIO(data)) as archive:
        for entry in archive.infolist():
            if entry.is_dir():
                continue
            allowance.begin()
            name = entry.filename.encode("utf-8", "surrogateescape")
            if entry.flag_bits & 1:
                yield Unread(name, "it is encrypted")
                continue
            try:
                stream = archive.open(entry)
            except Exception as error:  # noqa: BLE001 as above; its neighbours may be whole
                yield Unread(name, f"it cannot be unpacked ({type(error).__name__})")
                continue
            with stream:
                yield from _read(name, cast("Stream", stream), allowance)


def _tar(data: bytes, allowance: Allowance) -> Found:
    import tarfile

    with tarfile.open(fileobj=BytesIO(data), mode="r:", errorlevel=0) as archive:
        for entry in archive:
            allowance.begin()
            stream = archive.extractfile(entry) if entry.isfile() else None
            if stream is not None:
                yield from _read(entry.name.encode("utf-8", "surrogateescape"), cast("Stream", stream), allowance)


def _gzip(data: bytes, allowance: Allowance) -> Found:
    from gzip import GzipFile

    with GzipFile(fileobj=BytesIO(data)) as stream:
        yield from _read(b"", stream, allowance)


def _bzip2(data: bytes, allowance: Allowance) -> Found:
    from bz2 import BZ2File

    with BZ2File(BytesIO(data)) as stream:
        yield from _read(b"", stream, allowance)


def _xz(data: bytes, allowance: Allowance) -> Found:
    yield from _read(b"", _Xz(data), allowance)


class _Xz:
    """Streams of xz, one behind the other, unpacked as they are read. One that asks for too much memory raises."""

    def __init__(self, data: bytes) -> None:
        self._rest = data
        self._begin()

    def _begin(self) -> None:
        from lzma import LZMADecompressor

        self._unpack = LZMADecompressor(memlimit=_MEMORY)

    def read1(self, size: int, /) -> bytes:
        while True:
            if self._unpack.eof:
                self._rest = self._unpack.unused_data.lstrip(b"\0")
                if not self._rest:
                    return b""
                self._begin()
            said = self._unpack.decompress(self._rest, size)
            self._rest = b""
            if said:
                return said
            if self._unpack.needs_input and not self._unpack.eof:
                raise EOFError


class _Inflating:
    """A zlib stream, unpacked as it is read."""

    def __init__(self, data: bytes) -> None:
        from zlib import decompressobj

        self._inflate = decompressobj()
        self._rest = data

    def read1(self, size: int, /) -> bytes:
        said = self._inflate.decompress(self._rest, size)
        self._rest = self._inflate.unconsumed_tail
        return said


def _zlib(data: bytes, allowance: Allowance) -> Found:
    yield from _read(b"", _Inflating(data), allowance)


def _zstd(data: bytes, allowance: Allowance) -> Found:
    try:
        import zstandard
    except ImportError:
        yield Unread(b"", "it is packed with zstd: install redhanded[archives] to read it")
        return
    yield from _read(b"", zstandard.ZstdDecompressor().stream_reader(BytesIO(data)), allowance)


_OPENERS: Final[Mapping[str, Opener]] = {
    "zip": _zip,
    "tar": _tar,
    "gzip": _gzip,
    "zlib": _zlib,
    "bzip2": _bzip2,
    "xz": _xz,
    "zstd": _zstd,
    "7z": seven_zip,
    "pdf": pages,
    "sqlite": tables,
}
