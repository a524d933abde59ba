"""What a key says: its words, the kind of secret that they name, and the words that take it back."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

_WORD: Final = re.compile(rb"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")

# Kinds of key, the most telling first. Each pattern is for one lower-case word.
_KINDS: Final[tuple[tuple[str, re.Pattern[bytes]], ...]] = (
    (
        "password",
        re.compile(
            rb"(?:[a-z]{0,16}(?:pass(?:wor[dt]|wrd|wd|phrase|code)|passwd)|(?:db|my|user|root|sql|admin|smtp"
            rb"|mail|ftp|pg|redis|ssh)?(?:pass|pwd|pswd|pswrd|passw|psw|pw)|kennwort|senha|contrasena|clave"
            rb"|mdp|motdepasse|wachtwoord|parola|heslo)s?"
        ),
    ),
    ("secret", re.compile(rb"[a-z]{0,16}secrets?|secret[a-z]{0,6}|scrt")),
    ("token", re.compile(rb"[a-z]{0,16}tokens?|tok|jwt|pat")),
    (
        "key",
        re.compile(
            rb"(?:api|app|access|auth|private|priv|secret|encryption|master|sign|signing|account|client"
            rb"|license|ssh|aes|hmac|crypto|secure|security|shared|storage|consumer)?keys?|apikeys?|keypair|psk"
        ),
    ),
    ("credential", re.compile(rb"credentials?|creds?|[a-z]{0,8}login|logins?")),
    ("auth", re.compile(rb"[a-z]{0,6}auth(?:orization|entication)?|authz|bearer")),
    ("signature", re.compile(rb"signatures?|sig|hmac|sas")),
    ("cookie", re.compile(rb"cookies?|sess(?:ion)?(?:id)?|sid|csrf[a-z]{0,5}|xsrf|phpsessid|jsessionid")),
    ("seed", re.compile(rb"pepper|seed|mnemonic|entropy")),
    ("nonce", re.compile(rb"salt|c?nonce|iv")),
    ("code", re.compile(rb"pin|otp|totp|mfa|[a-z]{0,4}code|passcodes?")),
    ("user", re.compile(rb"user(?:name)?|usr|email|mail|account|login|uid|member|owner|admin")),
    (
        "address",
        re.compile(
            rb"[a-z]{0,8}url|uri|dsn|conn(?:ection)?|connectionstring|host|server|endpoint|proxy|broker|database|db"
        ),
    ),
)
NAMING: Final = frozenset(("password", "secret", "token", "key", "credential", "auth"))  # kinds that name a secret
_STRONG: Final = frozenset(
    b"""
    api app access auth secret private priv encryption encrypt encrypted signing sign master license shared
    account service subscription storage consumer client session aes hmac jwt rsa ssh gpg pgp crypto cipher
    deploy ssl tls webhook integration security secure admin root server cluster instrumentation write ingest
    merchant host function azure aws google stripe maps x vault
    """.split()
)
_WEAK: Final = frozenset(
    b"""
    cache foreign primary sort partition object row column translation map dict field group index unique
    composite hash range message i18n label lookup json query param config setting property default metadata tag
    sub item list public pub host known press shift arrow event shortcut hot up down enter escape delete
    registry bind menu order name data state type natural join table entity model store param option
    """.split()
)
TAILS: Final = frozenset(
    b"""
    alg algorithm algo attr attribute attrs author charset class classname cls column cols count csrf ctx
    default desc description dir directory doc endpoint env error example exception expiration expire expired
    expires expiry exp field fieldname fields file filename filepath filter fmt folder form format frequency
    grant handler hash hashed hasher header headers help hint host html icon id ids identifier idx index info
    input instruction interval invalid kind label length len lifetime limit link list loc location manager map
    max message method min minimum mode model msg name names namespace node nonce num number param params
    parameter path pattern placeholder policy position prefix prompt property provider public ref reference
    regex regexp region request required reset response role rule rules salt schema scheme scope screen section
    selector separator service set size source spec state stats status store strength style suffix table tag
    template test text time timeout title ttl type types unit uri url usage user username valid validation
    validator validators value version view visible warning xpath bits bytes encoding page button dialog modal
    component controller repository factory builder helper util key keys changed updated created date at
    checksum checksums digest sha sha1 sha256 sha2 md5 fingerprint thumbprint integrity etag
    """.split()
)
_HEADS: Final = {
    "public": b"anon pub public publishable site",
    "test": b"demo dummy example fake foo mock my sample some test testing tests",
    "wrong": b"bad empty incorrect invalid missing no not unknown without wrong",
    "change": b"""
        change confirm confirmation confirmed current enter forgot lost new old recover repeat reset
        retype update verify your
    """,
    "hashed": b"""
        bcrypt checksum crypted digest enc encrypted etag fingerprint hash hashed integrity md5 sha
        sha1 sha256 thumbprint
    """,
    "paging": b"backward continuation cursor end forward next page start sync",
    "parser": b"""
        close comma comment delimiter keyword lexer match open operator parser punctuation regex
        separator syntax
    """,
    "verb": b"""
        add allow assert can check create delete expect find generate get handle has hide is load need
        on parse read remove require requires set should show use validate with
    """,
    "request": b"client creator event idempotency lock request resource",
    "csrf": b"antiforgery authenticity csrf requestverificationtoken verification xsrf",
}
_HEAD_OF: Final = {word: head for head, words in _HEADS.items() for word in words.split()}


class Key(NamedTuple):
    """`kind` empty: no secret-like word, else `word` is it. `strength` is for keys: strong, weak, bare. `tail`: the
    words behind.
    """

    kind: str
    strength: str
    tail: str
    heads: tuple[str, ...]
    style: str
    words: int
    word: str


def words_of(name: bytes) -> list[bytes]:
    """Return the words of a name, in small letters."""
    return [word.lower() for word in _WORD.findall(name)]


@lru_cache(maxsize=4096)
def read_key(name: bytes) -> Key:
    """Return what the words of a key say."""
    words = words_of(name)
    named = [word for word in words if not word.isdigit()]
    at, kind = _kind(named)
    strength = _strength(named, at) if kind == "key" else ""
    tail = _tail(named[at + 1 :]) if kind else ""
    heads = tuple(sorted({_HEAD_OF[word] for word in (named[:at] if kind else named) if word in _HEAD_OF}))
    return Key(kind, strength, tail, heads, _style(name), min(len(named), 6), named[at].decode() if kind else "")


def _kind(words: list[bytes]) -> tuple[int, str]:
    """Return the place of the last word that names a secret, and its kind; the first kinds go before the others."""
    best: tuple[bool, int, int] | None = None
    for at, word in enumerate(words):
        rank = _rank(word)
        if rank < len(_KINDS):
            group = rank > 4  # the strong kinds (password ... credential) go before the rest
            if best is None or (group, -at) <= (best[0], -best[1]):
                best = group, at, rank
    return (best[1], _KINDS[best[2]][0]) if best else (-1, "")


@lru_cache(maxsize=4096)  # names are made of the same few words
def _rank(word: bytes) -> int:
    """Return which of the kinds a word is of; how many there are when it is of none."""
    for rank, (_, pattern) in enumerate(_KINDS):
        if pattern.fullmatch(word):
            return rank
    return len(_KINDS)


def _strength(words: list[bytes], at: int) -> str:
    word = words[at]
    if word not in (b"key", b"keys"):
        return "strong"
    before = words[at - 1] if at else b""
    if not before:
        return "bare"
    if before in _WEAK:
        return "weak"
    return "strong" if before in _STRONG else "other"


def _tail(words: list[bytes]) -> str:
    if not words:
        return ""
    found = next((word for word in reversed(words) if word in TAILS), None)
    return found.decode() if found else "other"


def _style(name: bytes) -> str:
    if not name:
        return "none"
    if b" " in name:
        return "spaced"
    letters = re.sub(rb"[^A-Za-z]", b"", name)
    joined = "-" if b"-" in name else "." if b"." in name else "_" if b"_" in name.strip(b"_") else ""
    if letters.isupper():
        return "UPPER" + joined
    if letters.islower():
        return "lower" + joined
    return ("Pascal" if name[:1].isupper() else "camel") + joined


_LOOKUPS: Final = frozenset(
    (b"getenv", b"env", b"lookupenv", b"getproperty", b"getsecret", b"config", b"lookup", b"resolve")
)
_VERBS: Final = frozenset(
    b"""
    get set has is find add put new make create parse from to assert expect check equals equal eq test require
    include print log warn error format write append push send read load encode decode encrypt decrypt hash sign
    verify compare with config env getenv fetch register connect login auth authenticate describe it throw raise
    query execute exec t translate gettext url string bytes header field match replace split join contains
    remove delete select update join path open
    """.split()
)


@lru_cache(maxsize=1024)
def read_verb(name: bytes) -> str:
    """Return what a function does, by the first or the last word of its name; `other` when neither tells."""
    words = [word.lower() for word in _WORD.findall(name.rpartition(b".")[2])]
    if not _LOOKUPS.isdisjoint(words) or b"environ" in name:
        return "lookup"
    found = next((word for word in (*words[:1], *words[-1:]) if word in _VERBS), None)
    return found.decode() if found else "other"
