"""Parts that patterns share, written `(?&name)`: the words that betray a secret, and what stands between key and value.

A rule for a form of assignment says what is special about its form; what counts as a telling name, and where a value
begins and ends, is said here, once. The generic rules take every value that has such a name, and more: whether it is a
secret is judged afterwards, so a word may stand here that is wrong nine times in ten.

Each part is written twice: exactly, and coarsely for the prefilter, where the number of states counts and a place too
many costs little. Wherever a pattern matches, its coarse form matches from the same beginning; a test holds that.
Cached rules know nothing of this file: a change here raises `FORMAT` in scanner/engine/compiled.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from scanner.ruleset.tree import PatternError

# Parts of names, in any case, that speak of passwords and the like: what is given to them is worth a look.
# After `!` stand letters that may not follow: `passing`, `credit`, `passthrough`, `enclaves`, `ops_workers` are others.
_PASSWORDS: Final = (
    *("pass!aeiot", "pwd", "psw!o", "secret", "cred!i", "mnemonic", "clave!s", "senha"),
    *("mot_de_passe", "motdepasse", "wachtwoord", "contrase\u00f1a", "contrase\u00d1a", "contrasena", "kennwort"),
    *("parola", "haslo", "has\u0142o", "salasana", "l\u00f6senord", "losenord", "sifre", "\u015fifre"),
    *("adgangskode", "heslo", "jelszo", "\u5bc6\u7801", "\u5bc6\u78bc", "\u53e3\u4ee4", "\u5bc6\u94a5"),
    *("\u30d1\u30b9\u30ef\u30fc\u30c9", "\ube44\ubc00\ubc88\ud638", "\uc554\ud638"),
    *("\u043f\u0430\u0440\u043e\u043b\u044c", "\u041f\u0430\u0440\u043e\u043b\u044c"),
    "\u041f\u0410\u0420\u041e\u041b\u042c",
)
# Too short for the middle of a word: they stand alone, or begin with a capital.
_SHORT: Final = ("pw", "psk", "mdp")
_BUT_I: Final = "abcdefghjklmnopqrstuvwxyz"  # of sessions and programming interfaces, only the id
# Parts of names that are given many other things, too: only a value with a digit or the like is worth a look.
_KEYS: Final = (
    *("token!i", "key!ow", "auth!eo", "authoriza", "authorisa", "cookie", f"session!{_BUT_I}", "signature", "bearer"),
    *("salt", "nonce", "cert!ai", "dsn", "otp!arl", "jwt", "xsrf", "csrf", "seed", "cipher", "hmac", "webhook"),
    *("connstr", "conn_str", "connectionstring", "connection_string", f"api!{_BUT_I}", "pepper"),
)
# What may not follow a word, where letters do not tell: the service is no secret.
_OTHERS: Final = {"secret": r"(?!s[_.\-]?manager)"}


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
    """Return the word's bytes, as patterns."""
    return tuple("[_. -]" if c == "_" else c if c.isascii() else f"\\x{b:02x}" for c in word for b in c.encode())


_NAME: Final = r"[0-9A-Za-z_.\-]{0,24}"


def _followed(word: str, others: Mapping[str, str]) -> tuple[str, ...]:
    """Return the word as `_spelled` does, and what may not follow it."""
    *first, last = _spelled(word)
    return (*first, last + others.get(word, ""))


def _words(words: tuple[str, ...], short: tuple[str, ...], name: str, others: Mapping[str, str]) -> str:
    """Return a pattern for names from a telling word on; `name` is one for what else is in a name."""
    options = [rf"(?i:{_trie(_followed(word, others) for word in words if '!' not in word)}){name}"]
    for word, _, letters in (word.partition("!") for word in words if "!" in word):
        other = "".join(c for c in "abcdefghijklmnopqrstuvwxyz" if c not in letters)
        options.append(rf"(?i:{word})(?:(?i:[0-9{other}_.\-]){name})?")
    if short:
        alone = f"(?<![0-9A-Za-z])(?i:{'|'.join(short)})"
        inside = f"(?<=[a-z0-9])(?:{'|'.join(word.capitalize() for word in short)})"
        options.append(rf"(?:{alone}|{inside})(?:[0-9_.\-]{name})?")
    return f"(?:{'|'.join(options)})"


def _start(words: tuple[str, ...], short: tuple[str, ...]) -> str:
    """Return what such a name begins with in lower-case data: one alternation, which `re` skips to quickly."""
    ends = [word.partition("!")[::2] for word in words] + [(word, "a-z") for word in short]
    return _trie(
        (*text[:-1], text[-1] + (f"(?![{no}])" if no else ""))
        for text, no in ((_followed(word, _OTHERS), letters) for word, letters in ends)
    )


_QUOTE: Final = r"""(?:\\{0,3}["']|\\{0,3}`{1,2}|&quot;|&#3[49];|\xe2\x80[\x98\x99\x9c\x9d])"""
_AFTER_QUOTE: Final = r"""["'`;\x98\x99\x9c\x9d]"""  # its last byte
# Behind the rest of the name: its closing quote, bracket or emphasis.
_END: Final = rf"(?>(?:{_QUOTE}|\*\*|\[[0-9A-Za-z_]{{0,20}}\]|[\])]){{0,3}})"
# A type: `key: str = ...`, `key string = ...`, `key As String = ...`; what reads and sets it: `Key { get; set; } = ...`
_TYPE: Final = (
    r"(?>(?:,[ ](?:_|err|ok)[ ])?(?:(?::[ ]{0,2}|[ ]{1,2})[A-Za-z&*\[][0-9A-Za-z_<>.\[\]?*|]{0,16}[ ]{0,2}(?==)"
    r"|[ ][Aa]s[ ][A-Za-z]{1,12}[ ]{0,2}(?==)|[ ]\{[ ][a-z; ]{4,40}\}[ ]?(?==))?)"
)
_OPERATOR: Final = (
    r"(?>=>|->|:\*\*|:-|\?:|[ ](?:(?:was|is|has been)[ ])?(?:(?:set|changed|reset)[ ])?to:?[ ]"
    r"|:=|\?\?=?|\|\|=?|[!=]==?|<-|[=:({]|,(?![ \t]{0,20}\\?\r?\n)|[ ]or[ ])"
)
# What a value is given through: a call, a constructor, a list.
_PREFIX: Final = r"(?>[bruLUfN@$(\[{]{0,4}(?:<<)?)"
# Not one that looks a name up: what it falls back to is the value, behind the name.
_LOOKUP: Final = (
    r"(?![A-Za-z_.:$]{0,16}(?i:env|environ|environ\.get|getenv|getproperty|fetch)[\[(]"
    r"""|["'`][0-9A-Za-z_.\-]{0,24}(?i:password|passwd|pwd|secret|pass)["'`],)"""
)
_THROUGH: Final = (
    _LOOKUP + r"(?>(?:(?:new )?[&*]?[A-Za-z_\[][0-9A-Za-z_.:<>\[\]\-]{0,20}[ ]?[({](?:default=)?)?[\[({]{0,2}[ ]?)"
)
_GAP: Final = (
    rf"(?:{_TYPE}(?>[ \t]{{0,32}}{_OPERATOR}[ \t]{{0,20}}|[ \t]{{1,8}}){_THROUGH}(?>\\?\r?\n[ \t]{{0,40}})?{_PREFIX})"
)
_IS: Final = r"(?:[ \t]{0,32}(?:=>|:=|:[\-=?]|\?=|:\*\*|[:=])[ \t]{0,8}(?:</?(?:code|tt|b|strong)>[ ]?){0,2}|%3[Dd])"
# The beginning of an element's text: `<password>`, `<entry key="password">`, `<key>password</key><string>`; of one
# beside a label: `<td>Password:</td><td>`, `<b>Password</b>: `.
_TEXT: Final = (
    r"(?:>[ \t]{0,8}(?:\r?\n[ \t]{0,40})?|</(?:key|param-name|name)>[ \t]{0,8}(?:\r?\n[ \t]{0,40})?"
    r"<(?:string|param-value|value)>)(?:<!\[CDATA\[)?"
    r"|:?</(?:td|th|dt|b|strong|em|label)>(?:[ \t]{0,8}(?:\r?\n[ \t]{0,40})?"
    r"<(?:td|dd|code|tt|span|kbd)(?:[ ][^<>\r\n]{0,40})?>|:?[ ])(?:<(?:code|tt|kbd)>)?"
)
# An element with attributes: `<password type="text">`.
_ATTRIBUTES: Final = r"""(?:(?<!["'`])(?:[ ][A-Za-z][0-9A-Za-z_:.\-]{0,16}="[^"<>\r\n]{0,48}"){1,2}(?=>))?"""
# `- name: KEY` and `value: ...` on the next line, `"name": "KEY", "value": "..."`, `<add key="KEY" value="..."/>`,
# `"KEY": {"value": "..."}`
_PAIR: Final = (
    r"""(?:[ ][A-Za-z][0-9A-Za-z_.:\-]{0,16}=["'][^"'<>\r\n]{0,48}["']){0,2}"""
    r"""(?:,(?=["'])|(?:[ \t]{0,4}(?:,[ ]?\{?|:[ ]?\{?)|/?>(?=<)|/?>)?"""
    r"""(?:[ \t]{0,4}\r?\n[ \t]{0,40}|[ \t]{1,40}|(?<=>)))["'`<]?"""
    r"""(?i:value|with|default(?:_?value)?)["'`]?[ ]{0,4}[:=>][ ]{0,4}"""
)


class Part(NamedTuple):
    """A part of a pattern, for the match itself and for the prefilter."""

    exact: str
    coarse: str


# Coarsely, with no word in it but the key's: a word in the middle (`value`, `&quot;`) would be looked for by itself,
# everywhere, and that costs more than all the rest.
_COARSE_QUOTE: Final = r"""(?:["'`]`?|[&\xe2][#quot349;\x80\x98\x99\x9c\x9d]{1,5})"""
# One or two, and what stands between them.
_COARSE_ATTRIBUTES: Final = r"""(?:[ ][A-Za-z][0-9A-Za-z_.:\-]{0,16}=["'][^<>\r\n]{0,118}["'])?"""
_COARSE_DATA: Final = r"[ \t\r\n]{0,50}(?:<![CDAT\[]{1,8})?"
# A type and `=`, an operator, or white space; then what a value is given through, `new Key(`, its line and its prefix.
_COARSE_GAP: Final = (
    r"(?:,[ ][_a-z]{1,3}[ ])?(?:[: ]{1,3}[A-Za-z&*\[][0-9A-Za-z_<>.\[\]?*| ]{0,18}=[=>]{0,3}[ \t]{0,20}"
    r"|(?:[ ]\{[a-z; ]{1,42}\})?[ \t]{0,32}(?:[=:?|!<,({][=:>?|*\-]{0,3}|->)[ \t]{0,20}"
    r"|[ \t]{0,32}[ ](?:(?:[wih][as][a-z ]{0,6}[ ])?(?:[scr][eh][tas][a-z]{0,4}[ ])?to:?|or)[ ][ \t]{0,20}|[ \t]{1,8})"
    r"(?:[A-Za-z_\[&*][0-9A-Za-z_.:<>\[\]\-&* ]{0,26}[({](?:[a-z]{1,7}=)?)?[\[({ ]{0,3}"
    r"(?:\\?\r?\n[ \t]{0,40})?[bruLUfN@$(\[{]{0,4}<{0,2}"
)
_OPENED: Final = Part(
    rf"{_END}(?>{_PAIR}{_QUOTE}?|{_ATTRIBUTES}(?:{_TEXT})|{_GAP}{_QUOTE}|{_IS})",
    r"""(?:[\\"'`\])*\[\xe2\x80\x98\x99\x9c\x9d]{1,4}|\[[0-9A-Za-z_]{1,20}\]|&[q#][0-9a-z]{1,4};?){0,6}(?:"""
    rf"""{_COARSE_GAP}\\{{0,3}}{_COARSE_QUOTE}|[ \t]{{0,32}}[:=?][>=?*\-]{{0,3}}(?:[ \t]|<[a-z/]{{1,7}}>){{0,12}}"""
    rf"""|%[23][0-9A-Fa-f]|{_COARSE_ATTRIBUTES}(?:>{_COARSE_DATA}"""
    r"""|[,/>:{ \t\r\n]{1,56}["'`<]?[VvWwDd][AaIiEe][LlTtFf][A-Za-z_]{1,12}["'`]?[ ]{0,4}[:=>][ ]{0,4}"""
    rf"""(?:\\{{0,3}}{_COARSE_QUOTE})?)"""
    rf"""|:?</[a-z][A-Za-z\-]{{0,10}}>[ \t\r\n:]{{0,52}}(?:<[a-z][A-Za-z\-]{{0,11}}(?:[ ][^<>\r\n]{{0,40}})?>)?"""
    rf"""(?:<[a-z]{{2,4}}>)?{_COARSE_DATA})""",
)

# Not a reference from the start.
_BAN: Final = r"(?!\$\{|\{\{|<[%A-Za-z]|%\()"
# A character of a value between quotes. A quote of another kind, or an escape, may stand inside.
_INSIDE: Final = r"""(?:[^\s"'`\\]|\\(?![\s"'`\\]|\Z)|(?<=[0-9A-Za-z])["'`](?=[0-9A-Za-z]))"""
# What is followed by a colon or the like is a key itself.
_CLOSED: Final = rf"(?={_QUOTE}(?![ \t]{{0,4}}(?:=>|:[ \t]{{0,4}}[^:\s]|=[^=])))"
# Without quotes: up to white space, a quote around the whole, or the next of several assignments.
_BARE: Final = r"""[^\s"'`<>\\]"""
# Where anything may be a value, a quote inside a word, too.
_BARE_ANY: Final = r"""(?:[^\s"'`<>\\]|(?<=[0-9A-Za-z])['"](?=[0-9A-Za-z]))"""
# Not a call, an index, a member, a reference, nothing, a truth or a type; not a key with a value of its own, as in
# `Cookie: session=...`.
_BARE_BAN: Final = (
    r"""(?![\s<>{}\[\](),;|&*$=]|%[({]|!(?i:vault|ref|sub|env|secret)|[#*]{2}|[A-Za-z_](?>[0-9A-Za-z_.:]{0,80})[(\[]"""
    r"""|[A-Za-z_](?>[0-9A-Za-z_.\-]{0,30})=[^=\s"'`&;,]"""
    r"""|(?:None|[Nn]ull|nil|undefined|[Tt]rue|[Ff]alse|str(?:ing)?|bytes|bool(?:ean)?|int|Final)(?![\w\-!@#$%^&*+/]|[.:=~]\w)"""
    r"""|(?:self|this|cls|args|os|process|config|settings|options|opts|props|params|request|req|event)\.[A-Za-z_])"""
)
_STOP: Final = (
    r"""(?=[,;.:)\]}]{0,3}(?:["'`<\\]|\s|$)|\]\]>|&["']|[ ,][0-9A-Za-z_.\-]{1,40}=|&(?:amp;)?[0-9A-Za-z_.%\-]{1,40}="""
    r"""|[;,][ ]?[0-9A-Za-z_. \-]{1,40}=|%26|%3[Bb])"""
)
# What a value of a name that is given many things must have early on: a digit or the like, or many letters in a row.
_TELLING: Final = r"0-9!@#^+"
_MOST: Final = 596  # bytes between quotes, after those that are looked at first
_MOST_BARE: Final = 576  # bytes without quotes
# In runs, so that only at their ends is looked whether the value ends.
_RUN: Final = r"""[^\s"'`<>\\,;.:)\]}&%]{1,32}"""
_SIGN: Final = r"[,;.:)\]}&%]"
# Cheaply: there is something at which it can end.
_ENDS: Final = rf"""(?=(?>[^\s"'`<>\\&;, %]{{1,{_MOST_BARE}}})(?:[\s"'`<>\\&;, %]|$))"""
# Capitals in the middle of small letters, several in a row: chance, more often than a name.
_MIXED: Final = r"[a-z]{1,6}[A-Z]{2,6}[a-z]"
# Words run together are no random letters.
_CAMEL: Final = r"""[A-Za-z][a-z]{1,20}(?:[A-Z][a-z]{2,20}){1,5}[A-Z]?["'`\\]"""


def _value(quoted: str, bare: str, inside: str, coarse: str) -> Part:
    return Part(
        rf"(?P<secret>(?:(?<={_AFTER_QUOTE}){_BAN}{quoted}{_INSIDE}{{0,{_MOST}}}{_CLOSED}"
        rf"|(?<!{_AFTER_QUOTE}){_BARE_BAN}{_ENDS}{bare}{inside}{{0,18}}?{_STOP}))",
        coarse,
    )


_ANY: Final = _value(
    rf"""(?!["'`]){_INSIDE}{{4}}""",
    rf"{_BARE_ANY}{{4}}",
    rf"""(?>{_RUN}|{_SIGN}|(?<=[0-9A-Za-z])['"](?=[0-9A-Za-z]))""",
    r"""[^\s"'`][^\s]{3}""",
)
_SOME: Final = _value(
    rf"""(?={_INSIDE}{{6}})(?:[^\s"'`\\{_TELLING}]{{0,32}}[{_TELLING}]|(?!{_CAMEL})[A-Za-z+/]{{20}}|{_MIXED})""",
    rf"""(?={_BARE}{{6}})(?:[^\s"'`<>\\%&;{_TELLING}]|%(?!26|3[Bb])){{0,32}}[{_TELLING}]""",
    rf"(?>{_RUN}|{_SIGN})",
    rf"""(?:[^\s"'`\\{_TELLING}]{{0,32}}[{_TELLING}]|[A-Za-z+/]{{20}}|{_MIXED})""",
)

# Several words: between quotes, as the text of an element, or, `line`, up to the end of a line.
_LETTER: Final = r"""(?:[^\s"'`\\<>{}]|(?<=[a-z])'(?=[a-z]))"""
_SEVERAL: Final = rf"{_LETTER}{{2,24}}(?:[ ]{_LETTER}{{1,24}}){{1,12}}"
_COARSE_PHRASE: Final = r"""[^\s"`\\<>{}]{2,24}[ ][^\s"'`\\<>{}]"""
_TAG: Final = r"[ \t]{0,8}(?:\r?\n[ \t]{0,40})?(?:</|\]\]>)"  # what closes the text of an element
_PHRASE: Final = Part(
    rf"(?P<secret>(?:(?<={_AFTER_QUOTE}){_BAN}{_SEVERAL}{_CLOSED}|(?<=[>\s\[]){_BAN}{_SEVERAL}(?={_TAG})))",
    _COARSE_PHRASE,
)
_IN_LINE: Final = r"""(?:[^\s"'`\\<>{}:=,|]|(?<=[a-z])'(?=[a-z]))"""
_LINE: Final = Part(
    rf"""(?P<secret>(?![\s&*!>%@\[(#;$.?\-]){_IN_LINE}{{2,24}}[ ][A-Za-z]{_IN_LINE}{{1,23}}"""
    rf"""(?:[ ]{_IN_LINE}{{1,24}}){{0,11}})(?=[ \t]{{0,8}}(?:\r?\n|\Z))""",
    _COARSE_PHRASE,
)

_EXACTLY_OR_NOT: Final[tuple[tuple[str, Mapping[str, str]], ...]] = ((f"(?>{_NAME})", _OTHERS), (_NAME, {}))
FRAGMENTS: Final = {
    "password": Part(*(_words(_PASSWORDS, _SHORT, *how) for how in _EXACTLY_OR_NOT)),
    "key": Part(*(_words(_KEYS, (), *how) for how in _EXACTLY_OR_NOT)),
    "opened": _OPENED,
    "maybe": Part(f"{_QUOTE}?", r"""\\{0,3}["'`]?"""),
    "phrase": _PHRASE,
    "line": _LINE,
    "any": _ANY,
    "some": _SOME,
}
# What names begin with in lower-case data, and a cheap look at what opens a value.
_AHEAD: Final = (
    r"""(?=[0-9a-z_.\-]{0,25}(?![0-9a-z_.\-])[\\"'`\])*\[]{0,14}(?:(?<=\[)[0-9a-z_]{1,20}\][\\"'`\])*\[]{0,12})?"""
    r"""(?:[ \t]{0,32}(?:[=:?|!<,({>&\x80-\xe2]|->)|%3d"""
    r"""|[ \t]{1,8}[^\n=]{0,40}["'`\x80-\xe2;]|[ ]{1,2}[a-z&*\[{][^=\n]{0,40}=|[ ]or[ ]"""
    r"""|[,/>]?[ \t\r\n]{1,50}["'`<]?(?:value|with|default)))"""
)
_STARTS: Final = {"password": _start(_PASSWORDS, _SHORT), "key": _start(_KEYS, ())}

_REFERENCE: Final = re.compile(r"\(\?&([a-z]*)\)")
_KNOWN: Final = re.compile(r"\(\?&(?:password|key)\)\(\?&opened\)\(\?&(any|some|phrase)\)")


def expand(pattern: str) -> Part:
    """Return the pattern with its parts written out. Raises PatternError for a name that is none."""
    exact = _REFERENCE.sub(lambda match: _part(match[1]).exact, pattern)
    return Part(exact, _REFERENCE.sub(lambda match: _part(match[1]).coarse, pattern))


def line_breaks(pattern: str) -> int:
    """Return how many line breaks a match has at most, with what it looks ahead at, if the pattern is nothing but a
    name and its value; 0 for others.

    Such a pattern takes linear time, and has one line break at most before its value (white space and `,/>` around it
    count as one). Tests hold both.
    """
    known = _KNOWN.fullmatch(pattern)
    return 0 if known is None else 2 if known[1] == "phrase" else 1


def start(pattern: str) -> str:
    """Return a pattern that matches, in lower-case data, wherever this one begins to; empty when none is known."""
    first = _REFERENCE.match(pattern)
    if first is None or first[1] not in _STARTS:
        return ""
    return _STARTS[first[1]] + (_AHEAD if pattern.startswith("(?&opened)", first.end()) else "")


def _part(name: str) -> Part:
    try:
        return FRAGMENTS[name]
    except KeyError:
        raise PatternError(f"no part is called {name!r}; there are {', '.join(FRAGMENTS)}") from None
