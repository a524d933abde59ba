"""What a key says by itself: that nothing it names is a secret, or that some values are none."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

from scanner.model import Drop
from scanner.refine.generic.keys import NAMING, read_key

_PAGING: Final = Drop("key-name", "its name says that it is a place in a list, not a secret")
_NONCE: Final = Drop("key-name", "a nonce is used once and is sent along; it opens nothing")
_PUBLIC: Final = Drop("public-key", "its name says that it is the public one of two keys")
_OF_PROJECT: Final = Drop("key-name", "its name says that it is the name of a project or the like")
_OTHER: Final = Drop("key-name", "its name only begins like that of a secret")
_NONCES: Final = re.compile(rb"(?i)(?:.*[a-z0-9_-])?nonce\Z|iv\Z|.*_iv\Z|.*[a-z]I[Vv]\Z|sec-websocket-(?:key|accept)\Z")
_PAGE: Final = re.compile(
    rb"(?i)(?:next|page|paging|pagination|continuation|continue|forward|backward|prev(?:ious)?|starting|sequence"
    rb"|input|output)"
    rb"[_-]?token\Z|continuationtoken|pagetoken"
)
# The token of an assembly's key is a hash of the public one.
_PUBLIC_KEY: Final = re.compile(
    rb"(?i)(?:.*[a-z0-9]_?)?public[_-]?key[_-]?token\Z|public[_-]?resource[_-]?key\Z"
    rb"|(?:apk|ssl|cert\w{0,8})[_-]?key[_-]?hash\Z"
)
_PROJECT: Final = re.compile(rb"(?i)(?:sonar\.project|form)[_-]?key\Z|gpg[_-]?key(?:name|id)\Z")
_ELSE: Final = re.compile(
    rb"(?i)(?:.*[a-z_-])?(?:passport|passenger|passive|passthrough|compass|bypass|apsw"
    rb"|keyframes?|keytool|keyboard|keynote|keystroke)(?:[_-]?[a-z]+)?\Z"
)
_ABOUT: Final = Drop("key-name", "its name says that it is about how something is kept or checked")
# `password_charset`, `secret_key_algorithm`, `tokenPort`; what is about a password and is never one.
_ABOUT_IT: Final = re.compile(
    rb"(?i).*(?:pass\w*|pwd|secret|token|key)[_.-](?:\w*_)?(?:port|charset|encoding|encodage|algo(?:rithm)?"
    rb"|cmd|command|args|driver)\Z"
    rb"|.*(?:[Pp]ass(?:word)?|[Ss]ecret|[Tt]oken|[Kk]ey)(?:Port|Charset|Encoding|Algo(?:rithm)?|Command|Driver)\Z"
)
_SEALED_KEY: Final = re.compile(rb"(?i).*cipher_?text\Z|(?:.*(?<!un))?encrypted_?[a-z]*\Z")
_PUBLIC_FLAG: Final = re.compile(rb"(?i)(?:recv|send|list|export|delete|refresh|fetch)-keys?|keyserver|pkeyopt|keyring")
_REQUEST: Final = re.compile(
    rb"(?i)(?:change|client|request|action|idempoten\w{1,4}|lock|creation|correlation)[_-]?token\Z"
)
_ID: Final = re.compile(rb"(?i)(?:uuid|guid|credentials?[_-]?id)\Z")
_HASHED: Final = re.compile(
    rb"(?i)hash|sha_?(?:1|2|256|512)|md5|checksum|digest|fingerprint|thumbprint"
    rb"|integrity|etag|\Ahmac\Z"
)
# What happens to a password, or what is done with its field: the names of events, errors and pictures.
_HAPPENS: Final = re.compile(
    rb"(?i)changed|updated|fail(?:ed|ure)|expired?|required|missing|invalid|wrong|incorrect|forgot|hide|show"
)

_QUESTION: Final = re.compile(
    rb"(?:is|has|can|should|needs?)(?:_|[A-Z])|(?:Is|Has|Can|Should|Needs?)[A-Z]|(?:IS|HAS|CAN)_"
)
# `PREFERENCE_SET_PASSCODE = "set_pincode"`
_OF_SETTING: Final = re.compile(rb"(?:PREF(?:ERENCE)?S?|SHARED_PREFS?|EXTRA|ARG|BUNDLE|INTENT|ACTION)_")


class Name(NamedTuple):
    """What a key says by itself: that nothing it names is a secret (`drop`), or that some values are none."""

    lower: bytes
    drop: Drop | None
    is_public: bool
    is_sealed: bool
    is_request: bool
    is_id: bool
    is_hashed: bool
    happens: bool
    is_question: bool
    is_setting: bool


@lru_cache(maxsize=4096)  # the same few names over and over
def read_name(key: bytes) -> Name:
    is_sealed = _SEALED_KEY.match(key) is not None and not read_key(key).tail
    is_public, is_request = _PUBLIC_FLAG.fullmatch(key) is not None, _REQUEST.search(key) is not None
    is_id, is_hashed = _ID.search(key) is not None, _HASHED.search(key) is not None
    happens = _HAPPENS.search(key) is not None
    is_question, is_setting = _QUESTION.match(key) is not None, _OF_SETTING.match(key) is not None
    return Name(
        key.lower(),
        _dropped(key),
        is_public,
        is_sealed,
        is_request,
        is_id,
        is_hashed,
        happens,
        is_question,
        is_setting,
    )


def _dropped(key: bytes) -> Drop | None:
    if _NONCES.match(key):
        return _NONCE
    if _PAGE.search(key):
        return _PAGING
    if _PUBLIC_KEY.match(key):
        return _PUBLIC
    if _PROJECT.match(key):
        return _OF_PROJECT
    if _ABOUT_IT.match(key):
        return _ABOUT
    return _OTHER if _ELSE.match(key) and read_key(key).kind not in NAMING else None
