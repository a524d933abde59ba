"""The name of a secret in a suppression file: derived slowly, with a salt, from the fingerprint that reports carry.

What that protects, and what it does not, is told in docs/policy.md.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Final

_ROUNDS: Final = 10_000
_BYTES: Final = 16
_WORTH_THREADS: Final = 8
_DOMAIN: Final = b"redhanded allow 1\0"

Derived = tuple[str, str]  # salt, hash


def new_salt() -> str:
    """Return 32 random hex digits."""
    from secrets import token_hex

    return token_hex(_BYTES)


def derive(fingerprint: str, salt: str) -> str:
    """Return 32 hex digits: PBKDF2-HMAC-SHA256 of the fingerprint, which Python has wherever fingerprints are made."""
    from hashlib import pbkdf2_hmac  # loads OpenSSL

    return pbkdf2_hmac("sha256", fingerprint.encode(), _DOMAIN + bytes.fromhex(salt), _ROUNDS, _BYTES).hex()


def derive_all(wanted: Mapping[str, Collection[str]], threads: int = 4) -> dict[str, list[Derived]]:
    """Return for each fingerprint its name under each of its salts. OpenSSL works without Python's lock."""
    jobs = [(fingerprint, salt) for fingerprint, salts in wanted.items() for salt in salts]
    hashes: Iterable[str]
    if threads > 1 and len(jobs) >= _WORTH_THREADS:
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(threads) as pool:
            hashes = list(pool.map(lambda job: derive(*job), jobs))
    else:
        hashes = [derive(*job) for job in jobs]
    made: dict[str, list[Derived]] = {}
    for (fingerprint, salt), found in zip(jobs, hashes, strict=True):
        made.setdefault(fingerprint, []).append((salt, found))
    return made
