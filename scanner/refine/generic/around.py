"""What the code around a value says: a class that extends it, a type that is asked for, a text that is cut short."""

from __future__ import annotations

from typing import Final

from scanner.model import Drop
from scanner.refine.generic.keys import NAMING, read_key, words_of
from scanner.refine.generic.late import Late
from scanner.refine.generic.names import Name
from scanner.refine.generic.site import Site

_CUT_SHORT: Final = Drop("placeholder", "what follows it is left out")
_DOTS: Final = (b"...", b"\xe2\x80\xa6")
_DOTS_END: Final = Late(rb"(?:\.{3}|\xe2\x80\xa6)[\"'`<]")
_BEGINNING: Final = Late(rb"[0-9a-fA-F]+|eyJ[\w.-]+")  # what is not in quotes may be a password with dots
_EXTENDS: Final = Drop("plain-value", "it is what a type extends")
_DECLARES: Final = Late(rb"(?:^|\s)(?:class|interface|struct|trait|protocol|record|enum|extension)\s+\Z")
_TYPE: Final = Drop("plain-value", "it is the name of a type")
_TYPES: Final = frozenset(b"function object undefined string number boolean symbol bigint".split())
_COMPARES: Final = frozenset(("==", "===", "!=", "!=="))
_KEYWORD: Final = Drop("plain-value", "it is a word of the language")
_KEYWORDS: Final = frozenset(
    b"await async yield lambda function typeof sizeof new not throw raise CASE SELECT NOT EXISTS COALESCE".split()
)
_CAST: Final = Drop("plain-value", "it is read from a variable, and its type is said")
_PIPED: Final = Drop("reference", "it is what a template does with the value")
_TEMPLATE: Final = Late(rb"\{\{|\.Values\.|\(printf\s")
_IMAGE: Final = Drop("plain-value", "it is the version of an image")
_IMAGES: Final = Late(rb"(?i)^\s*(?:-\s+)?(?:image|from):?\s")
_PART_OF_URL: Final = Drop("plain-value", "it is a part of a URL")
_SCHEME: Final = Late(rb"[a-z]://[\w.-]{0,60}\Z")
_PORT: Final = Late(rb"\d{2,5}(?:/|\Z)")
_EVENT: Final = Drop("plain-value", "it is the number of an event, an error or a picture")
_RESOURCE: Final = Late(rb"213[01]\d{6}|0x7[ef][0-9a-fA-F]{6}")  # 0x7f......, as Android numbers what an app has
_ATTRIBUTE: Final = Drop("reference", "it is what a resource will have")
_OF_RESOURCE: Final = Late(rb"[a-z][a-z0-9]{0,30}(?:_[a-z0-9]{1,30}){1,8}\.[\w-]{1,60}(?:\.\w{1,40}|\[\d{1,3}\]){1,8}")
_ROLE: Final = Drop("plain-value", "it is a constant's name among other arguments")
_CONSTANT: Final = Late(rb"[A-Z]{2,20}(?:_[A-Z]{2,20}){1,6}")
_SCOPE: Final = Drop("plain-value", "it is what credentials are for")
_DOTTED: Final = Late(rb"[a-z]{2,20}(?:\.[a-z]{2,20}){1,6}")
_ANSWER: Final = Drop("key-name", "its name asks whether, and it is the answer")
_PROJECT: Final = Drop("key-name", "its name says that it is the name of a project")
_SETTING: Final = Drop("plain-value", "it is the name under which a program keeps a setting")
_IDENTIFIER: Final = Late(rb"[A-Za-z]{2,20}(?:[_.-]?[A-Za-z]{1,20}){0,6}\d{0,2}")
_COLUMN: Final = Drop("plain-value", "it is a column beside others")
_PROPERTY: Final = Drop("key-name", "its name is the key of a property, which holds no secret")
_PROPERTIES: Final = Late(
    rb"(?i)(?:property|config|option|setting|param|pref|header|cache|field|attribute)\w{0,12}keys?\w{0,9}\.\Z"
)
_USER: Final = Drop("plain-value", "it is the first of two, and so the user")
_TAKES_USER: Final = Late(rb"(?i)user(?:name)?_?(?:and_?)?pass(?:word)?_?(?:token|cred\w*|auth\w*|pair)\Z")
_CONSTRUCT: Final = Drop("plain-value", "it is the name of a part of what is deployed")
_SCOPES: Final = frozenset((b"this", b"self", b"stack", b"scope", b"app"))
_MADE: Final = Drop("plain-value", "it is the first of what is put together, or chosen from")
_GOES_ON: Final = Late(rb"\s(?:\?\s|[+.]\s?[\"'])")
_VARIABLE: Final = Late(rb"[A-Za-z_]{2,40}")
_COMMAND: Final = Drop("reference", "it is a command that says the password")
_EMAIL: Final = Drop("plain-value", "it is an address that somebody is looked for by")
_ADDRESS: Final = Late(rb"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_BY_ADDRESS: Final = Late(rb"(?i)mail|user")
_NOISE: Final = Drop("plain-value", "it stands in data, and so does its name")
_SHORT: Final = 3  # letters of a name that data have by chance
_LEAST: Final = 40  # bytes before it that are looked at
_SIGNS: Final = b"`!@#$%^&*~|?"
_ITSELF: Final = Drop("plain-value", "it is the name that it is given to")
_CREDENTIALS_ID: Final = Drop("reference", "it names credentials that are kept elsewhere")
_ID: Final = Late(rb"[a-z][a-z_.-]{2,60}\d{0,4}")
_NAMES: Final = Drop("reference", "it is the name of a secret that is kept elsewhere")
_NAME: Final = Late(rb"[A-Za-z]{2,20}(?:-[A-Za-z]{2,20}){1,10}")
_LONG_NAME: Final = Late(rb"[a-z]{2,20}(?:-[a-z]{2,20}){2,8}")
_CAST_MODEL: Final = Drop("plain-value", "it says how the field is stored")
_CASTS: Final = frozenset((b"hashed", b"encrypted"))


def of_surroundings(site: Site, name: Name, value: bytes) -> Drop | None:
    """Return why what stands there is no secret, whatever it looks like."""
    if site.after.startswith(_DOTS) and (_DOTS_END.match(site.after) or _BEGINNING.fullmatch(value)):
        return _CUT_SHORT
    if name.lower == b"secrets" and _NAME.fullmatch(value):
        return _NAMES
    if name.is_question and value.isalpha() and value.islower():
        return _ANSWER
    if name.lower == b"projectkey" and site.before.endswith(b"sonar."):
        return _PROJECT
    if name.is_setting and _IDENTIFIER.fullmatch(value):
        return _SETTING
    if site.quote:
        return _of_quoted(site, value)
    if site.form == "flag":
        return _NAMES if _is_name_of_secret(name.lower, value) else None
    return _of_bare(site, name, value)


def _of_quoted(site: Site, value: bytes) -> Drop | None:
    if site.join in _COMPARES and value in _TYPES and b"typeof " in site.before:
        return _TYPE
    if site.join == ",":
        if site.quote == "`":
            return _COLUMN
        if _CONSTANT.fullmatch(value) and site.before.count(site.quote.encode()) > 1:
            return _ROLE
        if site.key in _SCOPES and value[:1].isupper() and _IDENTIFIER.fullmatch(value):
            return _CONSTRUCT
        if _PROPERTIES.search(site.before) and read_key(site.key).kind not in NAMING:
            return _PROPERTY
    if _is_user(site):
        return _USER
    if _declares(site.before, value):
        return _ITSELF
    if site.quote == "`" and site.join == "=" and (site.before == b"export " or value.startswith(b"/")):
        return _COMMAND
    if site.called and _BY_ADDRESS.search(site.called) and _ADDRESS.fullmatch(value):
        return _EMAIL
    if site.join == "=>" and value in _CASTS:
        return _CAST_MODEL
    if _DOTTED.fullmatch(value) and read_key(site.key).kind == "credential":
        return _SCOPE
    return _CREDENTIALS_ID if site.called == b"credentials" and _ID.fullmatch(value) else None


def _of_bare(site: Site, name: Name, value: bytes) -> Drop | None:
    before, after = site.before, site.after
    if value in _KEYWORDS and after.startswith(b" "):
        return _KEYWORD
    if after.startswith(b" as "):
        return _CAST
    if _OF_RESOURCE.fullmatch(value):
        return _ATTRIBUTE
    if _GOES_ON.match(after) and _VARIABLE.fullmatch(value):
        return _MADE
    if value[:1] == b"!" and value[1:] == site.key:
        return _ITSELF
    if len(site.key) <= _SHORT and _is_data(before):
        return _NOISE
    if site.join == ":":
        if before.endswith(b" ") and _DECLARES.search(before):
            return _EXTENDS
        if b"/" in before.rpartition(b" ")[2] and _IMAGES.match(before):
            return _IMAGE
        if _PORT.match(value) and _SCHEME.search(before):
            return _PART_OF_URL
    if site.join == "|" and value.isalnum() and _TEMPLATE.search(before):
        return _PIPED
    if value.isdigit() and (_RESOURCE.fullmatch(value) or (name.happens and len(value) <= 6)):
        return _EVENT
    return None


def _is_data(before: bytes) -> bool:
    """Whether what stands before it is binary data written as text, in an alphabet with many signs (base85)."""
    text = before[-_LEAST:]
    return len(text) == _LEAST and len(text.split()) == 1 and (_LEAST - len(text.translate(None, _SIGNS))) * 8 > _LEAST


def _is_user(site: Site) -> bool:
    """Whether it is the first of two arguments, of which the other is the password."""
    if site.after[1:2] != b",":
        return False
    return _TAKES_USER.search(site.called if site.join == "(" else site.before.rstrip()) is not None


def _declares(before: bytes, value: bytes) -> bool:
    """Whether the line gives it to a name that is the same: `SLOW_CLOCK_PSW = enum("SLOW_CLOCK_PSW")`."""
    start = before.lstrip()
    return start.startswith(value) and start[len(value) :].lstrip().startswith(b"=")


def _is_name_of_secret(option: bytes, value: bytes) -> bool:
    """Whether it is the name of what the option means: `--webhook-ca-secret=cert-manager-webhook-ca`."""
    if not option.endswith(b"-secret") or not _LONG_NAME.fullmatch(value):
        return False
    return not set(words_of(option)).isdisjoint(words_of(value)) and read_key(option).kind == "secret"
