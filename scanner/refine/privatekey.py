"""Private keys: an encrypted one is no open secret, and a block without key material is no key."""

from __future__ import annotations

import re
from typing import Final

from scanner.model import Drop, Keep
from scanner.refine.subject import Subject

# PEM says it in its label or headers; OpenSSH names the cipher ("none" otherwise) at a fixed place in its base64:
# "openssh-key-v1\0" + length 4 + "none" (openssh-portable, PROTOCOL.key). PuTTY has a header of its own.
_ENCRYPTED: Final = re.compile(rb"ENCRYPTED PRIVATE KEY|Proc-Type: ?4,ENCRYPTED|Encryption: (?!none)\w")
_OPENSSH: Final = b"b3BlbnNzaC1rZXktdjE"
_OPENSSH_PLAIN: Final = b"b3BlbnNzaC1rZXktdjEAAAAABG5vbmU"
_FRAME: Final = re.compile(
    rb"-----[^-\r\n]+-----|PuTTY-User-Key-File-\d: [^\r\n\\]*|Public-Lines: (?s:.)*?Private-Lines: \d+"
)
_HEADER: Final = re.compile(rb"(?:^|\\n|[\r\n\"'])[ \t#/*;]*[A-Z][A-Za-z-]+: ?[^\r\n\\\"']*")
_JOINTS: Final = re.compile(rb"\\+[nrt]|\\[\r\n]|[\s\"'+,;\\>#*/]{2,}|[\s\"',;\\]")
_MATERIAL: Final = re.compile(rb"(?=.*[A-Z])(?=.*[a-z])(?=.*[0-9+/])[0-9A-Za-z+/=]+")  # prose has no digits
_ALPHABET: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"  # what a sample is filled up with
_LEAST_MATERIAL: Final = 40  # an Ed25519 key in PKCS#8 has 64 base64 characters


def refine(subject: Subject) -> Keep | Drop | None:
    if "private-key" not in subject.rule.tags:
        return None
    value = subject.value
    material = _JOINTS.sub(b"", _HEADER.sub(b"", _FRAME.sub(b"", value)))
    told = len(material) >= _LEAST_MATERIAL and len(set(material)) >= 16 and _ALPHABET not in material
    if not told or not _MATERIAL.fullmatch(material):
        return Drop("no-key-material", "there is no key between the lines")
    if _ENCRYPTED.search(value) or (material.startswith(_OPENSSH) and not material.startswith(_OPENSSH_PLAIN)):
        return Keep("contextual", "the key is encrypted", severity="low")
    return None
