"""Values that are no secrets, as they stand beside the same names; and what fills the rest of a form."""

from __future__ import annotations

import hashlib
import uuid
from base64 import b64encode
from collections.abc import Mapping
from random import Random
from typing import Final

from benchmarks.made.lists import Lists
from benchmarks.made.passwords import Maker


def _listed(name: str) -> Maker:
    """An item of a list, with other words in its slots."""

    def make(chance: Random, lists: Lists) -> str:
        text = chance.choice(lists[name])
        for slot in ("word", "user", "company"):
            while f"<{slot}>" in text:
                text = text.replace(f"<{slot}>", chance.choice(lists[_SLOTS[slot]]), 1)
        return text

    return make


_SLOTS: Final = {"word": "things", "user": "users", "company": "companies"}


def ident(chance: Random, lists: Lists) -> str:
    """A name from code that speaks of a secret."""
    words = f"{chance.choice(lists['verbs'])} {chance.choice(lists['secret words'])}".split()
    if chance.random() < 0.5:
        words = f"{chance.choice(lists['things'])} {chance.choice(lists['secret words'])}".split()
    return styled(words, chance.choice(("snake", "camel", "UPPER", "kebab", "Pascal")))


def case(chance: Random, lists: Lists) -> str:
    """The name of a test."""
    verb, what, when = (chance.choice(lists[name]) for name in ("verbs", "secret words", "circumstances"))
    return chance.choice((" ", "_")).join(f"{verb} {what} {when}".split())


def styled(words: list[str], style: str) -> str:
    if style == "UPPER":
        return "_".join(words).upper()
    if style in ("camel", "Pascal"):
        joined = "".join(word.capitalize() for word in words)
        return joined if style == "Pascal" else joined[0].lower() + joined[1:]
    return {"snake": "_", "kebab": "-", "dot": ".", "flat": "", "space": " "}[style].join(words)


def sha(chance: Random, lists: Lists) -> str:
    return chance.choice((hashlib.sha1, hashlib.sha256, hashlib.md5))(chance.randbytes(8)).hexdigest()


def commit(chance: Random, lists: Lists) -> str:
    return hashlib.sha1(chance.randbytes(8)).hexdigest()


def sha256(chance: Random, lists: Lists) -> str:
    return hashlib.sha256(chance.randbytes(8)).hexdigest()


def integrity(chance: Random, lists: Lists) -> str:
    return "sha512-" + b64encode(hashlib.sha512(chance.randbytes(8)).digest()).decode()


def identity(chance: Random, lists: Lists) -> str:
    return str(uuid.UUID(bytes=chance.randbytes(16), version=4))


def version(chance: Random, lists: Lists) -> str:
    numbers = [str(chance.randint(0, 30)) for _ in range(3)]
    return chance.choice(("", "v", "^", "~> ")) + ".".join(numbers) + chance.choice(("", "", "-rc.1", "-SNAPSHOT"))


def number(chance: Random, lists: Lists) -> str:
    return str(chance.choice((8, 12, 16, 32, 64, 128, 255, 900, 3600, 86400, 604800)))


def date(chance: Random, lists: Lists) -> str:
    day = f"20{chance.randint(10, 26)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
    return day + chance.choice(("", f"T{chance.randint(0, 23):02}:{chance.randint(0, 59):02}:00Z"))


def digest(chance: Random, lists: Lists) -> str:
    """A password hash as a server keeps it: no password."""
    salt = b64encode(chance.randbytes(16)).decode().rstrip("=").replace("+", ".")
    hashed = b64encode(chance.randbytes(32)).decode()
    bcrypt = f"$2b$12${salt}{hashed[:31]}".replace("=", "u").replace("+", ".")
    return chance.choice((bcrypt[:60], f"pbkdf2_sha256$260000${salt}${hashed}", f"{{SSHA}}{hashed[:38]}"))


def sealed(chance: Random, lists: Lists) -> str:
    data, tag = b64encode(chance.randbytes(12)).decode(), b64encode(chance.randbytes(16)).decode()
    return f"ENC[AES256_GCM,data:{data},iv:{tag},tag:{tag},type:str]"


def public(chance: Random, lists: Lists) -> str:
    return "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI" + b64encode(chance.randbytes(32)).decode()[:43]


def suffixed(chance: Random, lists: Lists) -> str:
    """The name of a thing in a cluster, with the suffix that the cluster gave it."""
    tail = "".join(chance.choices("bcdfghjklmnpqrstvwxz2456789", k=5))
    return f"{chance.choice(lists['things'])}-{chance.choice(lists['secret words']).replace(' ', '-')}-{tail}"


def keyid(chance: Random, lists: Lists) -> str:
    """Which key, not the key."""
    number = chance.randint(1, 9999)
    day = f"20{chance.randint(17, 26)}-{chance.randint(1, 12):02}"
    word = chance.choice(lists["things"])
    return chance.choice(
        (f"{word}-key-{day}", f"kid_{number:04}", f"{word}{number % 10}@{day}", f"cred-{number:x}-{word}")
    )


def module(chance: Random, lists: Lists) -> str:
    """A class of a style sheet, as a bundler names it."""
    words = chance.choice(lists["secret words"]).split()
    tail = "".join(chance.choices("abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ0123456789", k=5))
    return f"{styled(words, 'Pascal')}_{chance.choice(('input', 'root', 'label'))}__{tail}"


def blob(chance: Random, lists: Lists) -> str:
    """The beginning of a picture, a font or a public key."""
    head = chance.choice(("iVBORw0KGgoAAAANSUhEUgAA", "d09GMgABAAAAA", "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA"))
    return head + b64encode(chance.randbytes(chance.randint(40, 90))).decode()


# The lists of plain values, by the name of their slot.
_LISTED: Final = (
    *("message", "label", "foreign", "path", "url", "type", "selector", "variable", "call", "holder", "reference"),
    *("store", "rule", "header", "scope", "algorithm", "event", "i18n", "resource", "column", "colour", "enum"),
    "envname",
)
PLAIN: Final[Mapping[str, Maker]] = {
    **{name: _listed(name) for name in _LISTED},
    "ident": ident,
    "case": case,
    "sha": sha,
    "commit": commit,
    "sha256": sha256,
    "integrity": integrity,
    "uuid": identity,
    "version": version,
    "number": number,
    "date": date,
    "sealed": sealed,
    "suffixed": suffixed,
    "keyid": keyid,
    "module": module,
    "blob": blob,
    "public": public,
}
FILL: Final[Mapping[str, Maker]] = {
    "digest": digest,  # whether a password's hash is a secret, people do not agree
    "user": _listed("users"),
    "word": _listed("things"),
    "Word": lambda chance, lists: chance.choice(lists["things"]).capitalize(),
    "company": _listed("companies"),
    "host": lambda chance, lists: f"{chance.choice(lists['things'])}.{chance.choice(lists['companies'])}.internal",
    "port": lambda chance, lists: str(chance.choice((3306, 5432, 6379, 8080, 8443, 27017, 389, 587, 9092))),
    "n": lambda chance, lists: str(chance.randint(1, 60)),
    "line": _listed("comments"),
}
