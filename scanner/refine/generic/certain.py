"""What needs no weighing: values that are no secrets whatever stands around them. Asked first, for they are many."""

from __future__ import annotations

import re
from typing import Final

from scanner.model import Drop
from scanner.refine.basicauth import of_credentials
from scanner.refine.generic.around import of_surroundings
from scanner.refine.generic.forms import INTEGRITY, SEALED
from scanner.refine.generic.keys import read_key, read_verb
from scanner.refine.generic.listed import of_listed
from scanner.refine.generic.names import Name, read_name
from scanner.refine.generic.site import Site
from scanner.refine.generic.texts import of_texts

_FETCHED: Final = Drop("reference", "it names what is fetched from where the secret is kept")
_CHOSEN: Final = Drop("plain-value", "it is one of two words between which code chooses")
_EXPRESSION: Final = re.compile(
    rb"(?:data|var|local|module|self|this|config|cfg|settings|options|opts|args|process|env|os|secrets|request"
    rb"|req|params|props"
    rb"|state|ctx|context|app|conf|each|input)(?:\.|->)[A-Za-z_][\w.\[\]\"'>-]*;?"
)
_PART_OF_NAME: Final = Drop("plain-value", "it is the end of a name whose parts colons join")
_NO_OTHER: Final = Drop("", "")
_PORT: Final = re.compile(rb":(?:\d{2,5}|\*):")  # `host:port:database:user:password`
_COMPARED: Final = Drop("plain-value", "a variable is compared with it, not set to it")
_TYPE_PATH: Final = re.compile(rb"[\"'](?:[A-Z]\w{0,60}::){1,4}\Z")  # before the last part of a name in quotes
_OF_TYPES: Final = Drop("plain-value", "it is given to a type, among others")
# `Module8_0._Class.Type`, each part of whole words; without an underscore it may be a pass phrase.
_TYPE_NAME: Final = rb"_{0,2}(?:[A-Z]{0,4}[A-Z][a-z]{2,20}){1,6}(?:\d{1,3}(?:_\d{1,3})?)?"
_TYPES: Final = re.compile(rb"(?=[\w.]*_)(?:%b\.){2,6}%b" % (_TYPE_NAME, _TYPE_NAME))
_STDIN: Final = Drop("plain-value", "the option takes no value: the password is read, or there is none")
_SWITCH: Final = re.compile(rb"(?:disabled?|no|without|skip|empty|lock)-(?:password|passwd|passphrase|login)\Z")
_TYPE: Final = Drop("plain-value", "it is a type or a call, not what is in it")
_FLAG: Final = Drop("plain-value", "it is the next option of a command line")
_BADGE: Final = re.compile(rb"(?:\.svg\?|//img\.|/badge)[^\s\"'<>]*\Z")
_SHOWN_TO_ALL: Final = Drop("plain-value", "whoever sees the badge sees it: it opens a picture")
_TOLD: Final = Drop("plain-value", "a sentence names it beside the other")
_DOTTED: Final = re.compile(rb"[\w.]{1,120}\Z")
_REPEATED: Final = Drop("plain-value", "it is the name before it once more")
_SPOKEN: Final = Drop("plain-value", "the text says what something is known by")
_LETTERS: Final = re.compile(rb"[a-z]{3}")
_USERS: Final = re.compile(rb"(?i)create|alter|grant|user|role|login")
_ENDINGS: Final = frozenset(b"js mjs ts css html json map py md wasm zip gz whl jar rb go sh svg png woff2".split())
_HASH: Final = re.compile(rb"[0-9a-fA-F]{32,128}|[\w+/-]{27,88}={0,2}")
_ATTRIBUTES: Final = frozenset((b"class", b"classname", b"style", b"placeholder", b"autocomplete", b"aria-label"))
_ATTRIBUTE: Final = Drop("plain-value", "it is what a form shows, not what is typed into it")
_SEVERAL: Final = re.compile(rb"^\s*(?:(?:let|var|const|local|my)\s)?\(?[\w.$@]{1,40},\s?\Z")
_FIRST: Final = Drop("plain-value", "it is given to the first of several names, not to this one")
_SPEAKS: Final = re.compile(
    rb"(?i)(?:^|\s)(?:to|can|could|must|should|may|will|and|or|then|also|please|you|we|not)\s{1,2}\Z"
)
_VERB: Final = Drop("plain-value", "the text speaks of passing something on")
_LOOKED_UP: Final = Drop("public-key", "it says which public key is meant")
_NUMBERS: Final = Drop("plain-value", "it is too short for a key, and says which one it is")
_SHORT: Final = 8
_SHORT_SEALED: Final = 23
_UUID: Final = re.compile(rb"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_BEHIND_TAG: Final = Drop("placeholder", "what stands before it in angle brackets is to be filled in: no element")
_NAMES_A_REQUEST: Final = Drop("key-name", "it names a request, so that the same one is not made twice")
_IDENTIFIES: Final = Drop("key-name", "its name says that it is an id")
_DIGEST: Final = re.compile(rb"(?:[0-9a-fA-F]{8}){4,16}")
_NAME: Final = re.compile(rb"[A-Za-z][\w.:/-]*")


def of_site(site: Site, value: bytes) -> Drop | None:
    """Return why what a name is given, or a function called with, is no secret."""
    key, join = site.key, site.join
    name = read_name(key)
    if name.drop:
        return name.drop
    if site.is_behind_tag:
        return _BEHIND_TAG
    if drop := of_surroundings(site, name, value) or of_texts(site, name, value):
        return drop
    if join == ":" and value.isalpha() and site.before.rstrip(b" \"'").endswith(b"?"):
        return _CHOSEN
    if site.form == "basic" and (drop := of_credentials(value)):
        return drop
    drop = _of_quoted(site, name.lower, value) if site.quote else _of_bare(site, value)
    if drop:
        return drop if drop is not _NO_OTHER else None
    if site.before.endswith(b".") and name.lower in _ENDINGS and _HASH.fullmatch(value):
        return INTEGRITY
    if site.form == "flag" and (drop := _of_flag(name, value)):
        return drop
    if key in (b"key", b"Key", b"keys") and len(value) <= _SHORT and value.isalnum():
        return _NUMBERS
    if key == b"token" and join == "=" and _BADGE.search(site.before):
        return _SHOWN_TO_ALL
    if name.is_sealed and len(value) > _SHORT_SEALED:
        return SEALED
    if (name.is_request or name.is_id) and _UUID.fullmatch(value):
        return _NAMES_A_REQUEST if name.is_request else _IDENTIFIES
    if name.is_hashed and _DIGEST.fullmatch(value):
        return INTEGRITY
    if site.called and join == "(" and read_verb(site.called) == "lookup" and _NAME.fullmatch(value):
        return _FETCHED
    return None


def _of_bare(site: Site, value: bytes) -> Drop | None:
    """Return why a value without quotes is none; `_NO_OTHER` where none of what follows may drop it."""
    before, join = site.before, site.join
    if join == ":" and before.endswith(b":") and not read_key(site.key).kind:
        return _NO_OTHER if _PORT.search(before) else _PART_OF_NAME
    if _EXPRESSION.fullmatch(value):
        return _FETCHED
    if _TYPES.fullmatch(value):
        return _TYPE
    if join not in (":-", ":=") and before.endswith((b"$", b"${")):
        return _COMPARED
    return _TYPE if b"(" in value or site.after.lstrip(b" ").startswith(b"=") else None


def _of_flag(name: Name, value: bytes) -> Drop | None:
    """Return why what stands behind an option is none."""
    if value.startswith(b"-"):
        return _FLAG
    if name.is_public:
        return _LOOKED_UP
    return _STDIN if name.lower.endswith(b"stdin") or _SWITCH.match(name.lower) else None


def _of_quoted(site: Site, lower: bytes, value: bytes) -> Drop | None:
    join, quote = site.join, site.quote
    if join == ":" and site.before.endswith(b"::") and _TYPE_PATH.search(site.before):
        return _OF_TYPES
    if lower in _ATTRIBUTES:
        return _ATTRIBUTE
    if join in ("=", ":=") and _SEVERAL.search(site.before) and site.after[1:2] == b",":
        return _FIRST
    if join == "," and site.before.endswith(b".") and _repeats(site.before, site.key, value):
        return _REPEATED
    if quote == "`" and join == "or":
        return _TOLD
    if lower == b"pass" and join == " " and (quote == "`" or _SPEAKS.search(site.before)):
        return _VERB
    if lower == b"identified by" and _LETTERS.search(site.before) and not _USERS.search(site.before):
        return _SPOKEN
    return of_listed(site, value)


def _repeats(before: bytes, key: bytes, value: bytes) -> bool:
    """Whether the value is the name before it, of which `key` is the last part, without its dots."""
    dotted = _DOTTED.search(before)
    whole = (dotted[0] if dotted else b"") + key
    return len(value) >= _SHORT and whole.translate(None, b"._").lower().endswith(value.translate(None, b"._").lower())
