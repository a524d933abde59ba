"""Parts that patterns share, written `(?&name)`: the words that betray a secret, and what stands between key and value.

A rule for one form of assignment, `<password>...</password>` or `--password ...`, says what is special about its form;
what counts as a telling name, and where a value ends, is said here, once. The generic rules take every value that has
such a name, and more: whether it is a secret is judged afterwards, so a word may stand here that is wrong nine times in
ten. Cached rules know nothing of this file: a change here raises `FORMAT` in scanner/engine/compiled.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from scanner.ruleset.tree import PatternError

# Parts of names, in any case, that speak of passwords and the like: what is given to them is worth a look.
_PASSWORDS: Final = (
    *("pass(?!ing|e[ds]|ive|age|enger|through)", "pwd", "psw", "secret", "cred", "mnemonic", "clave", "senha", "mot_de_passe", "motdepasse", "wachtwoord"),
    *("contrase\u00f1a", "contrase\u00d1a", "contrasena", "kennwort", "parola", "haslo", "has\u0142o", "salasana"),
    *("l\u00f6senord", "losenord", "sifre", "\u015fifre", "adgangskode", "heslo", "jelszo"),
    *("\u5bc6\u7801", "\u5bc6\u78bc", "\u53e3\u4ee4", "\u5bc6\u94a5", "\u30d1\u30b9\u30ef\u30fc\u30c9"),
    *("\ube44\ubc00\ubc88\ud638", "\uc554\ud638"),
    *("\u043f\u0430\u0440\u043e\u043b\u044c", "\u041f\u0430\u0440\u043e\u043b\u044c", "\u041f\u0410\u0420\u041e\u041b\u042c"),
)
_PASSWORD_SHORT: Final = ("pw", "psk", "mdp")
# Parts of names that are given many other things, too: only a value with a digit or the like is worth a look.
_KEYS: Final = (
    *("token", "key", "auth(?!or[^i])", "cookie", "session", "signature", "bearer", "salt", "nonce", "cert", "dsn", "otp", "jwt"),
    *("xsrf", "csrf", "seed", "cipher", "encrypt", "hmac", "webhook", "conn_str", "connstr", "connection_string"),
    *("connectionstring", "api"),
)
_KEY_SHORT: Final = ("pin", "sid", "sas", "pat", "sig", "puk", "mfa", "iv")

_NAME: Final = r"(?>[0-9A-Za-z_.\-]{0,40})"


def _trie(words: Iterable[tuple[str, ...]]) -> str:
    """Return a pattern for words, each given as its bytes; what they share at the beginning is looked at once."""
    after: dict[str, list[tuple[str, ...]]] = {}
    ends = False
    for word in words:
        ends = ends or not word
        if word:
            after.setdefault(word[0], []).append(word[1:])
    options = [first + _trie(rest) for first, rest in after.items()]
    if not options:
        return ""
    return f"(?:{'|'.join(options)}){'?' if ends else ''}" if ends or len(options) > 1 else options[0]


def _spelled(word: str) -> tuple[str, ...]:
    word, bracket, rest = word.partition("(")
    spelled = ["[_. -]" if c == "_" else c if c.isascii() else f"\\x{b:02x}" for c in word for b in c.encode()]
    return tuple([*spelled[:-1], spelled[-1] + bracket + rest])


def _words(words: tuple[str, ...], short: tuple[str, ...]) -> str:
    """Return a pattern for names from a telling word on. A short word stands alone, or begins with a capital."""
    alone = f"(?<![0-9A-Za-z])(?i:{'|'.join(short)})"
    inside = f"(?<=[a-z0-9])(?:{'|'.join(word.capitalize() for word in short)})"
    return rf"(?:(?i:{_trie(map(_spelled, words))}){_NAME}|(?:{alone}|{inside})(?:[0-9_.\-]{_NAME})?)"


def _start(words: tuple[str, ...], short: tuple[str, ...]) -> str:
    return f"(?:{_trie(map(_spelled, words))}|(?:{'|'.join(short)})(?![a-z]))"


_QUOTE: Final = r"""(?:\\{0,3}["'`]|&quot;|&#3[49];|\xe2\x80[\x98\x99\x9c\x9d])"""
# Behind the rest of the name: its closing quote, bracket or emphasis.
_END: Final = rf"(?>(?:{_QUOTE}|\*\*|\[\]|[\])]){{0,3}})"
# A type: `key: str = ...`, `key string = ...`
_TYPE: Final = r"(?>(?::?[ ]{0,2}[A-Za-z&*\[][0-9A-Za-z_<>.\[\]?*|]{0,24}[ ]{0,2}(?==))?)"
_OPERATOR: Final = r"(?>=>|:=|\?\?=?|\|\|=?|[!=]==?|<-|[=:,(]|[ ]or[ ])"
_LINE: Final = r"(?>(?:\\?\r?\n[ \t]{0,48})?)"
# What a value is given through: a call, a constructor, a list.
_THROUGH: Final = (
    r"(?>(?:(?:new )?[&*]?[A-Za-z_\[][0-9A-Za-z_.:<>\[\]\-]{0,32}[ ]?[({])?[\[({]{0,2}[ ]?)"
)
_GAP: Final = (
    rf"{_END}{_TYPE}(?>[ \t]{{0,12}}{_OPERATOR}[ \t]{{0,8}}{_LINE}|[ \t]{{1,8}}){_THROUGH}(?>[bruLUfN@$]{{0,2}})"
)

# Not a reference from the start.
_BAN: Final = r"(?!\$\{|\{\{|<[%A-Za-z]|%\()"
# A character of a value between quotes. A quote of another kind, or an escape, may stand inside.
_INSIDE: Final = r"""(?:[^\s"'`\\]|\\[^\s"'`]|(?<=[0-9A-Za-z])["'`](?=[0-9A-Za-z]))"""
# What is followed by a colon or the like is a key itself.
_CLOSED: Final = rf"(?={_QUOTE}(?![ \t]{{0,4}}(?:=>|:[^:]|=[^=])))"
# Without quotes: up to white space, a quote around the whole, or the next of several assignments.
_BARE: Final = r"""[^\s"'`<>\\]"""
_BARE_START: Final = r"""(?![\s<>{}\[\](),;|&*$=]|%[({]|!(?i:vault|ref|sub|env|secret)|[#*]{2})"""
_NEXT: Final = r"""&(?:amp;)?[0-9A-Za-z_.%\-]{1,40}=|[;,][ ]?[0-9A-Za-z_. \-]{1,40}=|%26|%3[Bb]"""
_STOP: Final = rf"""(?=[,;.:)\]}}]{{0,3}}(?:["'`<\\]|\s|$)|{_NEXT})"""
# Inside a string, without quotes of its own: up to the string's end or the next parameter.
_INNER_STOP: Final = rf"""(?=["'`\\]|&["']|;["'`]|[ ,][0-9A-Za-z_.\-]{{1,40}}=|{_NEXT})"""
# Alone to the end of its line.
_LINE_STOP: Final = r"(?=[ \t]{0,4}(?:\r?\n|$))"
# What a value of a name that is given many things must have early on: a digit or the like, or many letters in a row.
_TELLING: Final = r"0-9!@#^&*+=?"


def _any(start: str, inside: str, most: int) -> str:
    return f"(?P<secret>{start}{inside}{{4}}(?=){inside}{{0,{most}}}"


def _telling(start: str, ban: str, inside: str, most: int) -> str:
    early = rf"[^{ban}{_TELLING}]{{0,40}}[{_TELLING}]"
    return f"(?P<secret>{start}(?={inside}{{6}})(?:{early}|[A-Za-z+/]{{20}})(?=){inside}{{0,{most}}}"


_QUOTED_BAN: Final = r"""\s"'`\\"""
_BARE_BAN: Final = r"""\s"'`<>\\"""
FRAGMENTS: Final = {
    "password": _words(_PASSWORDS, _PASSWORD_SHORT),
    "key": _words(_KEYS, _KEY_SHORT),
    "end": _END,
    "gap": _GAP,
    "is": r"[ \t]{0,12}(?>=>|:=|[:=])[ \t]{0,8}",
    "quote": _QUOTE,
    "quoted": _QUOTE + _any(_BAN + """(?!["'`])""", _INSIDE, 396) + ")" + _CLOSED,
    "quotedtelling": _QUOTE + _telling(_BAN, _QUOTED_BAN, _INSIDE, 396) + ")" + _CLOSED,
    "plain": _any(_BARE_START, _BARE, 396) + "?)" + _STOP,
    "plaintelling": _telling(_BARE_START, _BARE_BAN, _BARE, 396) + "?)" + _STOP,
    "inner": _any(_BARE_START, _BARE, 396) + "?)" + _INNER_STOP,
    "innertelling": _telling(_BARE_START, _BARE_BAN, _BARE, 396) + "?)" + _INNER_STOP,
    "line": _any(_BARE_START, _BARE, 396) + "?)" + _LINE_STOP,
    "linetelling": _telling(_BARE_START, _BARE_BAN, _BARE, 396) + "?)" + _LINE_STOP,
}

# The same, looked for in lower-case data, and a cheap look at what follows.
_GAP_START: Final = (
    r"""(?=[0-9a-z_.\-]{0,40}[\\"'`\])*\[&quot;#349\x80-\xe2]{0,20}"""
    r"""(?:[ \t]{0,16}[=:?|!<,(]|[ \t]{1,16}[^\s=]{0,50}["'`\x80-\xe2;]|[ ]{0,2}[a-z&*\[][^=\n]{0,40}=|[ ]or[ ]))"""
)
STARTS: Final = {"password": _start(_PASSWORDS, _PASSWORD_SHORT), "key": _start(_KEYS, _KEY_SHORT)}

_REFERENCE: Final = re.compile(r"\(\?&([a-z]*)\)")


def expand(pattern: str) -> str:
    """Return the pattern with its fragments written out. Raises PatternError for a name that is none."""
    return _REFERENCE.sub(_of, pattern)


def start(pattern: str) -> str:
    """Return a pattern that matches, in lower-case data, wherever this one begins to; empty when none is known."""
    first = _REFERENCE.match(pattern)
    if first is None or first[1] not in STARTS:
        return ""
    return STARTS[first[1]] + (_GAP_START if pattern.startswith("(?&gap)", first.end()) else "")


def _of(match: re.Match[str]) -> str:
    try:
        return FRAGMENTS[match[1]]
    except KeyError:
        raise PatternError(f"no part is called {match[1]!r}; there are {', '.join(FRAGMENTS)}") from None
