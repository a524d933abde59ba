"""Values among texts: translations, sentences of a manual, messages of a test. What they say there is no secret."""

from __future__ import annotations

from typing import Final

from scanner.model import Drop
from scanner.refine.generic.late import Late
from scanner.refine.generic.lines import has_prose
from scanner.refine.generic.names import Name
from scanner.refine.generic.site import Site

_TRANSLATED: Final = Drop("plain-value", "it is a text that a program shows")
_CATALOGUE: Final = Late(
    rb"(?i)\$?(?:(?<=\$)_|labels?|messages?|msgs?|_?lang(?:uage)?s?|translations?|texts?|i18n|locale)(?:\[[\"']\w{1,40}[\"']\])*\[[\"']?\Z"
)
_INDEX: Final = (b"['", b'["', b"[")
_TEXT: Final = Late(rb"(?:[^\W\d_]|[\x80-\xff]|[ .,:;!?'()&#-]|\\['\"n])+|(?:[^\W\d_]|[\x80-\xff]| )+&#\d{2,4}")
_SPEAKS: Final = Drop("plain-value", "the text speaks of it")
_WORD: Final = Late(rb"[a-z]{2,20}[.,!?]?")
_WORD_OR_FILE: Final = Late(rb"[a-z]{2,20}\d?")
_LOGIN: Final = Late(rb"(?i)(?:^|\s)(?:machine|login|identified|host)\s")
_RESULT: Final = Drop("plain-value", "it says what a test was about")
_RESULTS: Final = Late(rb"(?i)pass(?:ed)?\Z")
_GOES_ON: Final = Late(rb" [a-z]{2,15} [A-Za-z]")
_MANY: Final = 5  # words
_SENTENCE: Final = Late(rb"(?:\S+ ){3}")
_NAMED: Final = Drop("plain-value", "a comment names it beside the other")
_COMMENT: Final = Late(rb"\s*(?:\*|//|#)")
_OTHER: Final = Drop("plain-value", "a sentence names it beside the other")
_FOR_ALL: Final = Drop("public-key", "the text speaks of a public key")
_PUBLIC: Final = Late(rb"(?i)(?:public|pgp|gpg|signed with)\s\Z|<(?:trusted|ignored)-key\s\Z")
_INVITES: Final = Drop("plain-value", "it is a link to a group that anybody may join")


def of_texts(site: Site, name: Name, value: bytes) -> Drop | None:
    """Return why what stands in a text is no secret."""
    before = site.before
    if name.lower in (b"key", b"id", b"key-id") and _PUBLIC.search(before):
        return _FOR_ALL
    if name.lower == b"authkey" and b"qq.com/" in before:
        return _INVITES
    if site.element == b"string" or (before.endswith(_INDEX) and _CATALOGUE.search(before)):
        return _TRANSLATED if _TEXT.fullmatch(value) or _SENTENCE.match(value) or not value.isascii() else None
    if _RESULTS.fullmatch(site.key) and _is_result(site, value):
        return _RESULT
    if site.quote:
        return _of_quoted(site, value)
    if site.form == "flag":
        return _SPEAKS if _WORD_OR_FILE.fullmatch(value) and has_prose(site.after) else None
    if site.join == " " and _WORD.fullmatch(value) and not _LOGIN.search(before) and has_prose(before + site.key):
        return _SPEAKS
    return None


def _of_quoted(site: Site, value: bytes) -> Drop | None:
    if site.form != "quoted":
        return None
    if site.join in ("or", "||"):
        return _OTHER
    return _NAMED if site.join == " " and value.isalpha() and _COMMENT.match(site.before) else None


def _is_result(site: Site, value: bytes) -> bool:
    """Whether a test says so of itself: `pass "it starts twice without a fault"`, `Pass: script is idempotent`."""
    if site.join == ":":
        return not site.quote and value.islower() and _GOES_ON.match(site.after) is not None
    return site.join == " " and len(value.split()) > _MANY
