"""What kind of archive some bytes are, by how they begin. Apart, since the hook asks it of every file."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

_MAGIC: Mapping[bytes, str] = {
    b"PK\x03\x04": "zip",
    b"PK\x05\x06": "zip",
    b"\x1f\x8b\x08": "gzip",
    b"BZh": "bzip2",
    b"\xfd7zXZ\0": "xz",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"7z\xbc\xaf\x27\x1c": "7z",
    b"%PDF-": "pdf",
    b"SQLite format 3\0": "sqlite",
}
_MAGICS = tuple(_MAGIC)
_ZLIB = (b"x\x9c", b"x\xda", b"x\x01", b"x^")  # too little to tell a file by


def kind_of(data: bytes) -> str:
    """Return what kind of archive this is, "" for none."""
    if data.startswith(_MAGICS):
        return next(kind for magic, kind in _MAGIC.items() if data.startswith(magic))
    return "tar" if data[257:262] == b"ustar" else ""


def kind_of_encoded(data: bytes) -> str:
    """Return what kind of archive this is that stood encoded, or a zlib stream; "" for neither."""
    return kind_of(data) or ("zlib" if data.startswith(_ZLIB) else "")
