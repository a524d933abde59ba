"""Real private keys, made by the machine's own openssl, ssh-keygen and gpg; PuTTY's form from an RSA key's numbers.

Made once a session. A machine without one of the programs skips the tests of its keys.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import shutil
import subprocess
import tempfile
from functools import lru_cache
from pathlib import Path

import pytest

_DASHES = "-" * 5
OPENSSL = {
    "RSA, PKCS#8": ["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"],
    "RSA of 2048 bits": ["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"],
    "RSA, PKCS#1": ["genrsa", "-traditional", "1024"],
    "RSA of three primes": ["genrsa", "-traditional", "-primes", "3", "1536"],
    "RSA-PSS": ["genpkey", "-algorithm", "RSA-PSS", "-pkeyopt", "rsa_keygen_bits:1024"],
    "EC, SEC 1": ["ecparam", "-genkey", "-noout", "-name", "prime256v1"],
    "EC with explicit curve": ["ecparam", "-genkey", "-noout", "-name", "secp384r1", "-param_enc", "explicit"],
    "EC, PKCS#8": ["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:secp521r1"],
    "Ed25519": ["genpkey", "-algorithm", "ed25519"],
    "Ed448": ["genpkey", "-algorithm", "ed448"],
    "X25519": ["genpkey", "-algorithm", "x25519"],
    "X448": ["genpkey", "-algorithm", "x448"],
    "Diffie-Hellman": ["genpkey", "-algorithm", "DH", "-pkeyopt", "group:ffdhe2048"],
    "RSA, PKCS#8, encrypted": ["genpkey", "-algorithm", "RSA", "-aes-256-cbc", "-pass", "pass:abc"],
    "RSA, PKCS#1, encrypted": ["genrsa", "-traditional", "-aes128", "-passout", "pass:abc", "1024"],
}
SSH = {
    "RSA": ["-t", "rsa", "-b", "1024", "-N", ""],
    "DSA": ["-t", "dsa", "-N", ""],
    "ECDSA": ["-t", "ecdsa", "-N", ""],
    "Ed25519": ["-t", "ed25519", "-N", "", "-C", "someone@somewhere with a rather long comment"],
    "Ed25519, no comment": ["-t", "ed25519", "-N", "", "-C", ""],
    "RSA, encrypted": ["-t", "rsa", "-b", "1024", "-N", "abcdef"],
    "Ed25519, authenticated cipher": ["-t", "ed25519", "-N", "abcdef", "-Z", "aes256-gcm@openssh.com"],
    "RSA, PEM": ["-t", "rsa", "-b", "1024", "-N", "", "-m", "PEM"],
    "DSA, PEM": ["-t", "dsa", "-N", "", "-m", "PEM"],
}
PGP = {
    "RSA": ("rsa1024", ""),
    "DSA": ("dsa1024", ""),
    "Ed25519": ("ed25519", ""),
    "Ed25519 and Curve25519": ("future-default", ""),
    "P-256": ("nistp256", ""),
    "RSA, encrypted": ("rsa1024", "abc"),
}
ENCRYPTED = ("encrypted", "cipher")


def _run(program: str, *arguments: str, **environment: str) -> str:
    found = shutil.which(program)
    if found is None:
        pytest.skip(f"{program} is not installed")
    done = subprocess.run(
        [found, *arguments],
        capture_output=True,
        env={**os.environ, **environment},
        timeout=60,
        stdin=subprocess.DEVNULL,
    )
    if done.returncode:
        pytest.skip(f"this {program} cannot: {done.stderr.decode(errors='replace')[-200:]}")
    return done.stdout.decode()


@lru_cache
def openssl(name: str) -> str:
    return _run("openssl", *OPENSSL[name])


@lru_cache
def openssl_dsa() -> str:
    with tempfile.TemporaryDirectory() as folder:
        _run("openssl", "dsaparam", "-out", f"{folder}/parameters", "1024")
        return _run("openssl", "genpkey", "-paramfile", f"{folder}/parameters")


@lru_cache
def ssh(name: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        _run("ssh-keygen", "-q", "-f", f"{folder}/key", *SSH[name])
        return Path(folder, "key").read_text()


@lru_cache
def pgp(name: str) -> str:
    """Return an armoured key. GnuPG leaves the sum out in no version that we know."""
    algorithm, passphrase = PGP[name]
    with tempfile.TemporaryDirectory() as home:  # short: its agent's socket is in it
        options = ("--batch", "--quiet", "--pinentry-mode", "loopback", "--passphrase", passphrase)
        try:
            usage = ("default", "0") if algorithm == "future-default" else ("sign", "0")
            _run("gpg", *options, "--quick-generate-key", "ada@example.org", algorithm, *usage, GNUPGHOME=home)
            return _run("gpg", *options, "--armor", "--export-secret-keys", GNUPGHOME=home)
        finally:
            if shutil.which("gpgconf"):
                _run("gpgconf", "--kill", "gpg-agent", GNUPGHOME=home)


def body(text: str) -> bytes:
    """Return the bytes within a PEM text without headers."""
    return base64.b64decode("".join(line for line in text.splitlines() if not line.startswith(_DASHES)))


def lines_of(data: bytes) -> list[str]:
    text = base64.b64encode(data).decode()
    return [text[at : at + 64] for at in range(0, len(text), 64)]


def packed(*strings: bytes) -> bytes:
    return b"".join(len(text).to_bytes(4, "big") + text for text in strings)


def putty(version: int = 3, comment: str = "ada@example") -> str:
    """Return an Ed25519 key, whose numbers ssh-keygen made, as PuTTYgen writes it (the PuTTY manual, appendix C)."""
    data = body(ssh("Ed25519"))
    kind = b"ssh-ed25519"
    at = data.index(packed(kind)) + len(packed(kind))
    public = packed(kind) + data[at : at + 36]
    secret = data[data.index(data[at : at + 36], at + 36) + 36 :][4:36]
    private = packed(secret)
    signed = packed(kind, b"none", comment.encode(), public, private)
    if version == 2:
        key = hashlib.sha1(b"putty-private-key-file-mac-key").digest()
        mac = hmac.new(key, signed, "sha1").hexdigest()
    else:
        mac = hmac.new(b"", signed, "sha256").hexdigest()
    blocks = [(name, lines_of(content)) for name, content in (("Public", public), ("Private", private))]
    text = "".join(f"{name}-Lines: {len(block)}\n" + "".join(f"{line}\n" for line in block) for name, block in blocks)
    head = f"PuTTY-User-Key-File-{version}: {kind.decode()}\nEncryption: none\nComment: {comment}\n"
    return f"{head}{text}Private-MAC: {mac}\n"


def is_encrypted(name: str) -> bool:
    return any(word in name for word in ENCRYPTED)
