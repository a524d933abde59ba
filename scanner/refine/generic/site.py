"""Where a value stands: its key, its quotes, what joins the two, and the lines around. Read from the bytes alone."""

from __future__ import annotations

import re
import string
from typing import Final, NamedTuple

from scanner.model import Span
from scanner.refine.generic.keys import NAMING, read_key

_BEFORE: Final = 240  # bytes before the value that are looked at
_AFTER: Final = 80
_QUOTES: Final = b"\"'`"


class Site(NamedTuple):
    """`key` as written, the last name only; `called` is the function whose argument the value is.

    `quote` is one character or empty. `join` says what stands between key and value: `=`, `:`, `=>`, `==`, `(`, ...
    `before` and `after` are the rest of the line on both sides, without what has been read; `line` is where it stands.
    `element` is the name of the XML element that has the value between its tags, if it has attributes.
    """

    key: bytes
    called: bytes
    form: str
    quote: str
    join: str
    before: bytes
    after: bytes
    line_length: int
    line: Span
    is_behind_tag: bool = False  # an element begins before it, and nothing ends behind it
    element: bytes = b""


# All of these read backwards from the value: on the reversed text a pattern is anchored, and quick.
_OPENING: Final = re.compile(
    rb"""(["'`]|;(?:43#|93#|touq)&|[\x98\x9c]\x80\xe2)?(\\{1,3}["'`]?|)(?(1)(<<|[bBrRuUfFL@$N]{0,2})(?![\w]))"""
)
_CONTAINER: Final = re.compile(
    rb"[ ]?[\[({]{1,2}(?:(?:(?i:morf|wen|fo)(?:\.|::)[A-Za-z]{2,20}|[A-Za-z]{2,24}[ ]wen|etyb\]\[|emoS"
    rb"|(?:gnirtS|[Rr]t[Ss])(?:eruceS|terceS)?|dleif|dleiF|gnirtS\.[a-z]{2,8}|rtPgnirtS\.[a-z]{2,10}|oT\.rtp"
    rb"|(?:etyB)?retniop\.[A-Za-z]{1,12})(?=[ ]{1,2}[:=]|[ ]?=))?[ ]?(?=[:=,>(])"
)
_JOIN: Final = re.compile(
    rb"""(?x)
      [ \t]{0,60} (?: (?P<text> =?\|\||=?\?\?|ro(?=[ ]) | -:|:\?
      |>=|=:|===?!?|==!|=!|=\?|=\+|[:=]|[Dd]3% | >-? | [(,\[{|] ) [ \t]{0,60} )?
    """
)
_CLOSERS: Final = re.compile(
    rb"""(?:["'`]\\{0,3}|;(?:43#|93#|touq)&|[\x99\x9d]\x80\xe2|[\])?!*](?:[0-9A-Za-z_]{1,20}(?=\[))?"""
    rb"""|\[|[ \t](?=["'`\])])){0,4}"""
)
_KEY: Final = re.compile(rb"[\w-]{1,80}")
_NAME: Final = (string.ascii_letters + string.digits + "_.:>-").encode()  # what a function's name is made of
_LONGEST: Final = 60
# The line before ends with a key: `password: |`, `key = \\`, `secret = (`.
_KEY_ABOVE: Final = re.compile(
    rb"""[ \t]{0,60}\n\r?[ \t]{0,9}[\\({]?[ \t]{0,9}(?:\d?[+-]?[|>])?[ \t]{0,9}"""
    rb"""(?:=:|>=|[:=(])[ \t]{0,9}\]?["']?([\w.-]{1,60})"""
)
_TYPES: Final = frozenset(
    (b"string", b"str", b"char", b"byte", b"bytes", b"text", b"varchar", b"object", b"any", b"var")
)
_TYPE: Final = re.compile(rb"[ ]?[\]\[<>\w.|?*&]{1,40}[ ]?:(?=[\w\"'?]{2})")
# `env[DB_PASSWORD] = ...`, unlike `password[i] = ...` and `errors[PASSWORD] = ...`
_INDEX: Final = re.compile(
    rb"[ ]?\](?P<name>[0-9A-Za-z_]{1,40})\["
    rb"(?=vne|norivne|smarap|gifnoc|fnoc|gfc|sgnittes|snoitpo|sterces|srav)",
    re.IGNORECASE,
)
# Not the end of an option's name: `--page-token ...`.
_SCHEME: Final = re.compile(rb"[ ]{1,4}(?P<word>cisaB|reraeB|nekoT|yeKipA|tsegiD)(?![\w-])", re.IGNORECASE)
_USERINFO: Final = re.compile(rb":[^\s:/@\"'<>]{0,64}//:[\w.+-]{2,30}")
_ELEMENT: Final = re.compile(rb"(?:\[ATADC\[!<)?\s{0,4}>(?P<attributes>[^<>\r\n]{0,80}\s)?(?P<name>[\w.:-]{1,60})<")
# The label before a cell or a text: `<td>Password:</td><td>`, `<b>API key</b>: `.
_OPEN_TAG: Final = re.compile(rb"\s{0,48}>[^<>\r\n]{0,120}(?<!/)<")
_ENDS: Final = re.compile(rb"\s{0,60}(?:<|&lt;|\]\]>|\Z)|[^<\r\n]{0,200}</")
_LABEL: Final = re.compile(
    rb"""[ ]?(?:>(?:edoc|tt|dbk)<)?(?:>[^<>\r\n]{0,40}(?:dt|dd|edoc|tt|naps|dbk)<)?[\s:]{0,60}"""
    rb""">(?:dt|ht|td|b|gnorts|me|lebal)/<:?(?P<name>[\w-]{1,60}(?:[ ][\w-]{1,20})?)"""
)
_MARKED: Final = re.compile(rb"(?:[ ]?(?:>(?:edoc|tt|dbk|b|gnorts)/?<|\*\*)){1,2}(?=[ \t]{0,8}[:=])")
# What nothing but an assignment or an argument has, or with `=` the option of a command.
_SIGN: Final = re.compile(rb"[ \t]{0,60}(?:(?P<equals>=)|[(,{|])|[ \t]{1,60}:")
_FLAG: Final = re.compile(rb"[ \t=]{1,3}(?P<name>[\w-]{0,40}[\w])?(?P<dash>-{1,2}|/)(?=[\s\"'`(,\[]|\Z)")
_SHORT_FLAG: Final = re.compile(rb"(?P<name>[pPWa])-(?=[\s\"'])")
_LOGIN_FLAG: Final = re.compile(rb":[^\s:'\"@/]{1,64}['\"]?[ =]{0,2}(?:resu-yxorp--|resu--|u-|U-)(?=[\s\"'])")
# An element of a list that has a name: `"tokens": ["...", "..."]`.
_LISTED: Final = re.compile(
    rb"""[^\[\](){}:=]{0,160}[\[({]\s{0,3}[\w.]{0,20}\s{0,3}(?:>=|[:=])\s{0,3}\]?["']?\\?([\w-]{1,60})"""
)
# An element of a list of arguments, behind that of the option: `["--password", "..."]`.
_OPTION_ABOVE: Final = re.compile(rb"""[ \t\r\n]{0,24},["'`](?P<name>[\w-]{1,40}?)-{1,2}["'`]""")
_SQL: Final = re.compile(rb"(?:SA )?\s?(?P<name>YB DEIFITNEDI|HTIW DEIFITNEDI|DROWSSAP|SA)\b", re.IGNORECASE)
# The key of `- name: DB_PASSWORD` is the value of one line, and the secret the value of the next.
_NAMED: Final = re.compile(
    rb"""["'`\\<\[]{0,4}[\s,/;>-]{1,80}(?:["'][\w -]{0,24}["']=[a-z]{2,12}\s)?["'\\]{0,3}([\w.:/-]{1,80})"""
    rb"""["'\\]{0,3}[ ]{0,3}>?[=:][ ]{0,3}["'\\]{0,3}(?i:eman|yek|di|elbairav|marap|ytreporp|redaeh)"""
)
# An option that is declared, with its default: `add_argument("--password", default="...")`.
_DECLARED: Final = re.compile(
    rb"""[ \t\r\n{]{0,24},[ ]?(?:[^"'`()\r\n]{0,60},[ ]?)?["'`]([\w-]{1,60}?)-{0,2}["'`](?=[(,])"""
)
_ATTRIBUTE: Final = re.compile(rb"""(?:name|key|id)=["']?([\w.:/-]{1,80})""")
_VALUE_KEYS: Final = frozenset((b"value", b"values", b"val", b"default", b"defaultvalue", b"string", b"data", b"text"))


def read_site(data: bytes, start: int, end: int) -> Site:
    """Return where the value at `start` to `end` stands."""
    low = max(0, start - _BEFORE)
    line_start = data.rfind(b"\n", low, start) + 1 or low
    line_end = data.find(b"\n", end, end + _AFTER)
    cut = line_end < 0 or line_start == low > 0
    if line_end < 0:
        line_end = min(len(data), end + _AFTER)
    after = data[end:line_end]
    back = data[low:start][::-1]
    opening = _OPENING.match(back)
    assert opening
    quote = _quote(opening[1])
    form, key, join, at = _key(back, opening.end(), quote, after)
    before = data[line_start : start - at]
    if key.lower() in _TYPES and form == "assigned" and (name := _KEY.match(back, at + 1)):
        key, form = name[0][::-1], "typed"
    called = _called(before + key + b"(") if join == "(" else _called(before) if b"(" in before else b""
    form, key = _named(back, opening.end(), at, form, key, join)
    length = line_end - line_start + (1000 if cut and line_end - line_start > _AFTER else 0)
    is_behind_tag = not quote and _OPEN_TAG.match(back) is not None and not _ENDS.match(data, end)
    line, element = Span(line_start, line_end), _element(back, opening.end()) if form == "element" else b""
    return Site(key, called, form, quote, join, before, after, length, line, is_behind_tag, element)


def _element(back: bytes, at: int) -> bytes:
    found = _ELEMENT.match(back, at)
    return found["name"][::-1] if found and found["attributes"] else b""


def _called(before: bytes) -> bytes:
    """Return the name of the function whose bracket is the last thing opened."""
    at = before.rfind(b"(")
    if before.find(b")", at) >= 0:
        return b""
    text = before[max(0, at - _LONGEST) : at]
    return text[len(text.rstrip(_NAME)) :]


def _named(back: bytes, opened: int, at: int, form: str, key: bytes, join: str) -> tuple[str, bytes]:
    """Return form and key, where the key stands further away: a list's, or the name beside a `value`."""
    if join == "," and (option := _OPTION_ABOVE.match(back, opened)):
        return "flag", option["name"][::-1]
    if join in (",", "[", "{", "(") and (listed := _LISTED.match(back, opened)):
        return "listed", listed[1][::-1]
    found = None
    if key.lower() in _VALUE_KEYS:
        found = _NAMED.match(back, at) or _DECLARED.match(back, at)
    elif not key and form == "none":
        found = _KEY_ABOVE.match(back, opened)
    return ("named", found[1][::-1]) if found else (form, key)


def _quote(opening: bytes | None) -> str:
    return "" if opening is None else opening.decode() if len(opening) == 1 else "entity"


def _key(back: bytes, at: int, quote: str, after: bytes) -> tuple[str, bytes, str, int]:
    """Return form, key, what joins them, and where the rest of the reversed line begins."""
    plain = _SIGN.match(back, at)
    if plain:
        flag = _FLAG.match(back, at) if plain["equals"] else None
        return _flag(flag) if flag and (flag["name"] or flag["dash"] == b"-") else _assigned(back, at)
    if back[at : at + 1] == b":":
        found = _USERINFO.match(back, at)
        if found and b"@" in after[:2]:
            return "url", b"", "@", found.end()
        if login := _LOGIN_FLAG.match(back, at):
            return "flag", b"user-password", ":", login.end()
        return _assigned(back, at)
    if scheme := _SCHEME.match(back, at):
        form = scheme["word"][::-1].decode().lower()
        return _after_scheme(back, scheme.end(), form)
    if label := _LABEL.match(back, at):
        return "element", label["name"][::-1].replace(b" ", b"_"), ">", label.end()
    if marked := _MARKED.match(back, at):
        return _assigned(back, marked.end())
    if element := _ELEMENT.match(back, at):
        named = _ATTRIBUTE.search(element["attributes"][::-1]) if element["attributes"] else None
        return "element", named[1] if named else element["name"][::-1], ">", element.end()
    flag = _FLAG.match(back, at)
    if flag and (flag["name"] or flag["dash"] == b"-"):
        return _flag(flag)
    if flag := _SHORT_FLAG.match(back, at):
        return "flag", flag["name"], "", flag.end()
    if quote and (sql := _SQL.match(back, at)):
        return "sql", sql["name"][::-1], " ", sql.end()
    return _assigned(back, at)


def _flag(found: re.Match[bytes]) -> tuple[str, bytes, str, int]:
    return "flag", (found["name"] or b"")[::-1], " ", found.end()


def _after_scheme(back: bytes, at: int, form: str) -> tuple[str, bytes, str, int]:
    opening = _OPENING.match(back, at)
    _, key, join, at = _assigned(back, opening.end() if opening else at)
    return form, key, join, at


def _assigned(back: bytes, at: int) -> tuple[str, bytes, str, int]:
    container = _CONTAINER.match(back, at)
    found = _JOIN.match(back, container.end() if container else at)
    assert found
    join = (found["text"] or b" ")[::-1].decode()
    join = "=" if join[0] == "%" else join
    at = found.end()
    form = "assigned"
    if join == "=" and (kind := _TYPE.match(back, at)) and not _is_variable(kind[0]):
        at, form = kind.end(), "typed"
    if (index := _INDEX.match(back, at)) and read_key(index["name"][::-1]).kind in NAMING:
        return "index", index["name"][::-1], join, index.end()
    closers = _CLOSERS.match(back, at)
    assert closers
    if closers[0]:
        form = "index" if b"]" in closers[0] else "call" if b")" in closers[0] else "quoted"
    if join in ("(", ","):
        form = "argument"
    at = closers.end()
    key = _KEY.match(back, at)
    return (form, key[0][::-1], join, key.end()) if key else ("none", b"", join, at)


def _is_variable(back: bytes) -> bool:
    """Whether what stands reversed between a colon and `=` is no type: `run: DB_PASSWORD=... make`."""
    return back.isupper() and read_key(back[::-1]).kind in NAMING


def lines_around(data: bytes, line: Span) -> tuple[bytes, bytes]:
    """Return up to three lines above and below."""
    above = data[max(0, line.start - 320) : line.start]
    below = data[line.end : line.end + 320]
    return b"\n".join(above.split(b"\n")[-4:]), b"\n".join(below.split(b"\n")[:4])
