"""PuTTY's private key files, versions 2 and 3 (the PuTTY manual, appendix C).

An unencrypted one carries a checksum over all that it holds, which anybody can compute.
"""

from __future__ import annotations

import re
from typing import Final

from scanner.refine.keys import KeyFormatError, State
from scanner.refine.keys.text import base64_of, lines
from scanner.refine.keys.wire import packed, string

_FIELD: Final = re.compile(rb"([A-Za-z0-9-]+): (.*)")
_MAC_KEY: Final = b"putty-private-key-file-mac-key"


def parse(text: bytes) -> State:
    """Tell what a file is: as it stands, for a comment may hold anything, or else without what its surroundings add."""
    inside, _, mac = text.rpartition(b"Private-MAC: ")
    state = _of_lines(inside.splitlines(), mac)
    return _of_lines(lines(inside), mac) if state == "broken" else state


def _of_lines(found: list[bytes], mac: bytes) -> State:
    try:
        return _parse(found, mac)
    except KeyFormatError:
        return "broken"


def _parse(found: list[bytes], mac: bytes) -> State:
    fields: dict[bytes, bytes] = {}
    bodies: dict[bytes, bytes] = {}
    at = 0
    while at < len(found):
        field = _FIELD.fullmatch(found[at])
        if field is None:
            raise KeyFormatError
        name, value = field.groups()
        fields[name] = value
        at += 1
        if name in (b"Public-Lines", b"Private-Lines"):
            count = int(value) if value.isdigit() and len(value) < 6 else len(found)
            if at + count > len(found):
                raise KeyFormatError
            bodies[name] = base64_of(found[at : at + count])
            at += count
    if {b"Encryption", b"Comment", b"Public-Lines", b"Private-Lines"} - fields.keys():
        raise KeyFormatError
    if fields[b"Encryption"] != b"none":
        return "encrypted"
    version, kind = next(iter(fields.items()))
    public, private = bodies[b"Public-Lines"], bodies[b"Private-Lines"]
    if string(public, 0)[0] != kind:
        raise KeyFormatError
    signed = packed(kind, b"none", fields[b"Comment"], public, private)
    return "open" if _mac(version, signed) == mac.strip().lower() else "broken"


def _mac(version: bytes, signed: bytes) -> bytes:
    import hashlib
    import hmac

    if version.endswith(b"-2"):
        return hmac.new(hashlib.sha1(_MAC_KEY, usedforsecurity=False).digest(), signed, "sha1").hexdigest().encode()
    return hmac.new(b"", signed, "sha256").hexdigest().encode()
