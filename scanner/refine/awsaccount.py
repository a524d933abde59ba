"""AWS access key ids: the number of the account that they belong to stands in them. It is no secret, and worth knowing.

Published by Tal Be'ery ("A short note on AWS KEY ID", 2023); WithSecure found that only ids of the newer kind hold it.
"""

from __future__ import annotations

from base64 import b32decode

from scanner.model import Keep
from scanner.refine.subject import Subject


def refine(subject: Subject) -> Keep | None:
    if "aws-key-id" not in subject.rule.tags:
        return None
    number = account(subject.value)
    return Keep(subject.rule.evidence, facts=(f"AWS account {number}",)) if number else None


def account(key_id: bytes) -> str:
    """Return the twelve digits of the account of an access key id (`AKIA...`); empty for one of the older kind."""
    try:
        raw = b32decode(key_id[4:])
    except ValueError:
        return ""
    first = int.from_bytes(raw[:6], "big")
    number = (first & 0x7FFFFFFFFF80) >> 7
    return f"{number:012}" if len(raw) == 10 and first >> 47 and number < 10**12 else ""
