"""7-Zip archives, by py7zr, which hands over what it unpacks piece by piece; nothing is written to disk."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from scanner.decode.member import LARGEST, Allowance, Found, Member, TooMuchError, Unread

if TYPE_CHECKING:
    from py7zr import SevenZipFile, WriterFactory


def seven_zip(data: bytes, allowance: Allowance) -> Found:
    """Yield the members; all are unpacked before the first is yielded, as they are packed as one."""
    try:
        from py7zr import PasswordRequired, SevenZipFile
    except ImportError:
        yield Unread(b"", "it is packed with 7-Zip: install redhanded[archives] to read it")
        return
    unpacked: list[tuple[str, list[bytes]]] = []
    try:
        with SevenZipFile(BytesIO(data)) as archive:
            if archive.password_protected:
                yield Unread(b"", "it is encrypted")
                return
            _within(archive, allowance)
            archive.extractall(factory=_writers(unpacked, allowance))
    except PasswordRequired:
        yield Unread(b"", "it is encrypted")
        return
    except MemoryError:
        raise
    except TooMuchError as error:
        wrong: Unread | None = Unread(b"", str(error), is_limit=True)
    except Exception as error:  # noqa: BLE001 a hostile archive may make a library raise anything
        wrong = Unread(b"", f"it cannot be unpacked to its end ({type(error).__name__})")
    else:
        wrong = None
    for name, pieces in unpacked:
        yield Member(name.encode("utf-8", "surrogateescape"), b"".join(pieces))
    if wrong:
        yield wrong


def _within(archive: SevenZipFile, allowance: Allowance) -> None:
    """Count the members. Raises TooMuchError."""
    for entry in archive.list():
        if not entry.is_directory:
            allowance.begin()


def _writers(unpacked: list[tuple[str, list[bytes]]], allowance: Allowance) -> WriterFactory:
    """Return what py7zr asks for something to write each member to; the pieces go to `unpacked`."""
    from py7zr import Py7zIO, WriterFactory

    class Pieces(Py7zIO):
        def __init__(self, name: str) -> None:
            self._pieces: list[bytes] = []
            self._size = 0
            unpacked.append((name, self._pieces))

        def write(self, s: bytes | bytearray) -> int:
            allowance.take(len(s))
            self._size += len(s)
            if self._size > LARGEST:
                raise TooMuchError(f"a member is larger than {LARGEST >> 20} MiB")
            self._pieces.append(bytes(s))
            return len(s)

        def read(self, size: int | None = None) -> bytes:
            return b""

        def seek(self, offset: int, whence: int = 0) -> int:
            return 0

        def flush(self) -> None:
            pass

        def size(self) -> int:
            return self._size

    class Writers(WriterFactory):
        def create(self, filename: str) -> Py7zIO:
            return Pieces(filename)

    return Writers()
