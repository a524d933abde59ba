"""The features of a candidate, each a short text that a person can read; a weight belongs to each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from scanner.model import Span
from scanner.refine.generic import lines
from scanner.refine.generic.echoes import echoes
from scanner.refine.generic.keys import Key, read_key, read_verb
from scanner.refine.generic.places import Place, read_place
from scanner.refine.generic.site import Site, lines_around
from scanner.refine.generic.values import Value, read_value
from scanner.refine.joined import joined

# Not the names in it: what a colon follows.
_TEXTS: Final = re.compile(rb'\\{1,3}"([^"\\\s]{4,200})\\{1,3}"(?!\s?:)')
_PERCENT: Final = re.compile(rb"%[0-9A-F]{2}")
_DATA: Final = frozenset(("hex", "base62", "base64", "base64url", "digits", "symbols"))


class Stance(NamedTuple):
    """What the path's features need to know of the content: a history's content gets its path later."""

    kind: str
    form: str
    quoted: str
    join: str
    looks: str


class Sight(NamedTuple):
    """What key and value look like by themselves. `kind` is that of the key, or the form that stands for one."""

    key: Key
    value: Value
    kind: str


def sight_of(value: bytes, name: bytes, called: bytes, form: str) -> Sight:
    """Return what key and value look like, the value's pieces joined; an argument's key may be the function's name."""
    key = read_key(name)
    if not key.kind and called and form == "argument":
        key = read_key(called)
    return Sight(key, read_value(value), kind_of(name, form, key))


def stance_of(form: str, quote: str, join: str, sight: Sight) -> Stance:
    return Stance(sight.kind, form, "quoted" if quote else "bare", join, _group(sight.value.form))


def content_features(data: bytes, secret: Span, site: Site) -> tuple[list[str], Stance]:
    """Return what key, value and neighbourhood say, and of that what the path's features speak of, too."""
    value = whole_value(data, secret)
    sight = sight_of(value, site.key, site.called, site.form)
    features = list(lasting_features(sight, site.form, site.quote, site.join))
    features += line_features(data, site, sight)
    features += echoes(value, site.key, sight.value)
    return features, stance_of(site.form, site.quote, site.join, sight)


def whole_value(data: bytes, secret: Span) -> bytes:
    """Return the value, its pieces joined where it stands in several; of a JSON text in a string the longest text.
    What a URL or a cookie escapes is what it stands for.
    """
    value = data[secret.start : secret.end]
    if b"%" in value and _PERCENT.search(value):
        value = _PERCENT.sub(lambda found: bytes((int(found[0][1:], 16),)), value)
    if value.startswith(b"pass:"):
        return value[5:]  # as openssl is given it
    if value.startswith(b"{") and (inside := _TEXTS.findall(value)):
        longest: bytes = max(inside, key=len)
        return longest
    return joined(value) if b"\n" in value or b'"' in value or b"'" in value or b"," in value else value


@lru_cache(maxsize=4096)
def lasting_features(sight: Sight, form: str, quote: str, join: str) -> tuple[str, ...]:
    """Return what depends on key and value alone: the same few thousand combinations over and over."""
    key, value, kind = sight
    quoted = "quoted" if quote else "bare"
    return (
        "bias",
        *_of_key(key, kind),
        *_of_value(value),
        f"form: {form} {quoted}",
        f"join: {join} {quoted}",
        f"quote: {quote}",
        f"style and join: {key.style} {join} {quoted}",
        *_crosses(key, value, kind, form, quoted, join),
    )


def path_features(path: bytes, stance: Stance) -> list[str]:
    """Return what the path says, and what quotes mean in a file of its kind; an empty path says nothing."""
    return list(place_features(read_place(path), stance)) if path else []


def kind_of(name: bytes, form: str, key: Key) -> str:
    """Return the kind of key, or the form that stands for one (a URL's user, a header's scheme)."""
    if form in ("url", "basic", "bearer", "token", "apikey", "digest", "sql"):
        return form
    if form == "flag" and name in (b"p", b"P", b"W", b"a"):
        return "short flag"
    return f"{key.strength} key" if key.kind == "key" else key.kind or "none"


def _of_key(key: Key, kind: str) -> Iterator[str]:
    yield f"key: {kind}"
    if key.tail:
        yield f"key goes on: {key.tail}"
        yield f"key goes on behind {kind}"
    for head in key.heads:
        yield f"key says: {head}"
        yield f"{kind} key says: {head}"
    yield f"key style: {key.style}"
    yield f"key words: {key.words}"
    if key.word:
        yield f"key word: {key.word}"


def _of_value(value: Value) -> Iterator[str]:
    yield f"value: {value.form}"
    yield f"length: {value.length}"
    yield f"alphabet: {value.alphabet}"
    yield f"letters: {value.letters}"
    yield f"mix: {value.mix}"
    yield f"variety: {value.variety}"
    yield f"digits: {value.digits}"
    if value.shape:
        yield f"shape: {value.shape}"
    if value.says:
        yield f"value is {value.says}"
    if value.ending:
        yield f"ends in: {value.ending}"


def _after(site: Site) -> str:
    text = site.after
    if site.quote:
        if text[:1] != site.quote.encode():
            return "open" if text[:1] != b"\\" else "escaped quote"
        text = text[1:].lstrip(b" ")
        return "quote " + (text[:1].decode("latin-1") if text[:1] in _MARKS else "end" if not text.strip() else "more")
    text = text.rstrip(b"\r")
    return (
        "end"
        if not text.strip()
        else text[:1].decode("latin-1")
        if text[:1] in _MARKS
        else "space"
        if text[:1] == b" "
        else "more"
    )


_MARKS: Final = tuple(bytes((c,)) for c in b",;)]}:&@<|\"'")


def _crosses(key: Key, value: Value, kind: str, form: str, quoted: str, join: str) -> Iterator[str]:
    group = kind + (" ..." if key.tail else "")
    yield f"{group} = {value.form}"
    yield f"{kind} = {value.alphabet}, {value.length}"
    yield f"{kind}, letters {value.letters}"
    yield f"{kind} {quoted} {join}"
    yield f"{value.form}, letters {value.letters}"
    yield f"{kind} {quoted} = {value.form}"
    yield f"{kind} {form} = {_group(value.form)}"
    yield f"{key.style} = {_group(value.form)}"
    if value.shape:
        yield f"{kind}, shape {value.shape}"
    if key.tail:
        yield f"{key.tail} = {_group(value.form)}"
    if value.says:
        yield f"{kind} = {value.says}"
        yield f"{value.says} {form} {quoted}"
        yield f"{value.says}, letters {value.letters}"
    yield f"{value.form}, length {value.length}"
    yield f"{value.form} {quoted}, letters {value.letters}"
    yield f"{kind} {form}"
    if value.form in _DATA:
        yield f"{kind}, mix {value.mix}"
        yield f"{kind}, digits {value.digits}"


NAMELESS: Final = frozenset(("none", "user", "address", "code", "bare key", "other key", "weak key"))
_WEAK: Final = frozenset(("none", "bare key", "weak key", "other key", "user", "address"))
_GROUPS: Final = {
    "word": ("lowerword", "Word", "UPPERWORD"),
    "words": ("camelCase", "PascalCase", "snake", "SNAKE", "kebab", "Kebab", "dotted", "coloned", "slashed", "prose"),
    "data": ("hex", "base62", "base64", "base64url", "uuid", "jwt"),
    "place": ("url", "path", "file", "host", "email"),
    "code": ("call", "variable", "template", "markup"),
    "mixed": ("symbols", "wordnumber", "spaced"),
}
_GROUP_OF: Final = {form: group for group, forms in _GROUPS.items() for form in forms}


def _group(form: str) -> str:
    return _GROUP_OF.get(form, form)


def of_call(site: Site) -> tuple[str, ...]:
    """Return what the function says whose argument it is, and which one it is."""
    if not site.called:
        return ()
    verb = read_verb(site.called)
    found = (f"called: {verb}", f"called: {verb} {site.form}")
    if site.join not in ("(", ","):
        return found
    place = site.before.count(b",", site.before.rfind(b"(") + 1) + (site.join == ",")
    return (*found, f"called: {verb}, argument {min(place, 4)}")


def line_features(data: bytes, site: Site, sight: Sight) -> Iterator[str]:
    """Yield what the line and those around it say."""
    kind, value = sight.kind, sight.value
    above, below = lines_around(data, site.line)
    yield f"after: {_after(site)}"
    if kind in NAMELESS:
        named = lines.names_password(site.before, above)
        yield f"password named: {named}"
        yield f"password named: {named}, {site.form} = {_group(value.form)}"
        if value.says:
            yield f"password named: {named} = {value.says}"
    yield from of_call(site)
    yield f"line: {lines.line_kind(site.before)}"
    for word in sorted(lines.says(site.before, site.after)):
        yield f"line says: {word}"
        yield f"{kind} {'quoted' if site.quote else 'bare'}, line says: {word}"
    if kind in _WEAK and site.line_length > 300:
        yield f"{kind} = {value.form} on a long line"
    yield f"line length: {'300+' if site.line_length > 300 else '120+' if site.line_length > 120 else 'short'}"
    if value.form in _DATA and lines.has_hex(above, below):
        yield "hex around"
    if site.line_length > 120 and lines.is_noise(site.before, site.after):
        yield "noise around"
    if site.quote and lines.is_among_others(site.before, site.after):
        yield f"among others: {_group(value.form)}"
    if site.before.endswith(b" ") and lines.is_label(site.before):
        yield f"label: {_group(value.form)}"
    if site.before.rstrip(b" \"'").endswith(b"?") and site.join == ":":
        yield "one of two"
    if lines.has_login(site.before + site.after):
        yield "login: beside"
    else:
        yield "login: near" if lines.has_login(above + below) else "login: none"
    if lines.has_prose(site.before + b"|" + site.after):
        yield "line is prose"


def place_features(place: Place, stance: Stance) -> Iterator[str]:
    yield f"file: {place.kind}"
    yield f"file: {place.kind} {stance.quoted} {stance.join}"
    if place.ending:
        yield f"file type: {place.ending}"
        yield f"file type: {place.ending} {stance.quoted}"
    for mark in place.marks:
        yield f"path: {mark}"
        yield f"path: {mark} = {stance.looks}"
        yield f"path: {mark}, {stance.form}"
