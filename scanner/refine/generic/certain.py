"""What needs no weighing: values that are no secrets whatever stands around them. Asked first, for they are many."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

from scanner.model import Drop
from scanner.refine.basicauth import of_credentials
from scanner.refine.generic.keys import read_key, read_verb
from scanner.refine.generic.listed import of_listed
from scanner.refine.generic.site import Site

_FORMS: Final = re.compile(
    rb"""(?x)
    (?P<hash>\$(?:2[abxy]?|1|5|6|7|y|argon2\w{1,2}|apr1|scrypt)\$ | \{(?:SSHA|SHA|SMD5|MD5|CRYPT|BCRYPT)\d{0,3}\}
      | (?:pbkdf2|sha1|sha256|sha512|bcrypt|argon2|md5)[\w]{0,20}\$ )
  | (?P<public>(?:MIIBIjANBgkq|MIICIjANBgkq|MIGfMA0GCSqG|MFwwDQYJKoZI|MFkwEwYHKoZI|MHYwEAYHKoZI|MCowBQYDK2V)
      | (?:ssh-(?:rsa|dss|ed25519)|ecdsa-sha2-nistp\d{3})[ ]AAAA | AAAA(?:B3NzaC1|C3NzaC1|E2VjZHNh)
      | MI[IH][0-9A-Za-z+/]{3}CC[0-9A-Za-z+/]{40} )
  | (?P<integrity>(?:sha(?:1|224|256|384|512)|md5|SHA(?:256|512))[-:=][0-9A-Za-z+/=_-]{20,}\Z)
  | (?P<fixed>(?:x-oauth-basic|x-access-token|x-token-auth|oauth2accesstoken
      |correct[ _-]?horse[ _-]?battery[ _-]?staple)\Z)
  | (?P<choice>(?:always|never|on_(?:create|change)|bool(?:ean)?|required|optional|enabled|disabled|inherit
      |auto(?:matic)?|prompt|ask|interactive|keyring|keychain|stdin
      |digest|negotiate|ntlm|kerberos|gssapi|oauth2?|oidc|saml2?|sigv4|mtls
      |base64(?:url)?|utf-?8|latin1|ascii|GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)\Z)
  | (?P<colour>(?:(?:bg|fg|border):)?\#[0-9a-fA-F]{3,8}\Z)
  | (?P<path>\.{1,2}(?:/[\w.@-]+)+\Z)
  | (?P<header>[Xx]-(?:[A-Za-z]{2,12}-){0,4}(?i:key|token|secret|auth|password|signature)(?:-\d)?\Z)
  | (?P<algorithm>(?i:pbkdf2|bcrypt|scrypt|argon2(?:id?|d)?|hmac)
      (?:[-_](?i:(?:hmac[-_]?)?sha-?(?:1|224|256|384|512)))?\Z
      |(?i:x?salsa20(?:12)?(?:poly1305)?|x?chacha20(?:[-_]?ietf)?(?:[-_]?poly1305)?|curve25519(?:x?salsa20)?(?:poly1305)?
      |blake2[bsx]p?|aes-(?:xts|cbc)-(?:plain(?:64)?|essiv:sha256))\Z)
  | (?P<version>[A-Za-z][\w.-]{0,60}(?::[\w.-]{1,60})?:v?\d{1,4}\.\d[\w.+-]{0,30}\Z)
  | (?P<number>0[xX][0-9a-fA-F]{1,16}[uUlL]{0,3}\Z)
  | (?P<character>\\[0-9a-fA-F]{3,6}\Z)
  | (?P<rate>\d{1,9}/(?:s(?:ec(?:ond)?)?|m(?:in(?:ute)?)?|h(?:our)?|d(?:ay)?)\Z)
  | (?P<label>[A-Za-z][\w ]{1,30}(?:\\x00|\\0|\x00)\Z)
  | (?P<resource>(?:i|vpc|subnet|sg|ami|vol|snap|eni|igw|cgw|vgw|vpn|tgw|nat|rtb|acl|pcx|eipalloc|eipassoc|dopt|vpce)
      -[0-9a-f]{8}(?:[0-9a-f]{9})?\Z)
  | (?P<sealed>Ag[A-D][0-9A-Za-z+/]{200} | AQICAH[0-9A-Za-z+/]{60} | vault:v\d:[0-9A-Za-z+/]{20}
      | \$ANSIBLE_VAULT | NACL\[ | age1[0-9a-z]{58}\Z
      | -----BEGIN[ ](?:PGP[ ](?:MESSAGE|PUBLIC)|AGE|CERTIFICATE|PUBLIC|RSA[ ]PUBLIC) )
    """
)
_DROPS: Final = {
    "choice": Drop("plain-value", "it is one of the words that a setting may have"),
    "colour": Drop("plain-value", "it is a colour"),
    "fixed": Drop("plain-value", "it stands where a password would, and is the same for everybody"),
    "hash": Drop("password-hash", "it is the hash of a password"),
    "public": Drop("public-key", "it is a public key or a certificate"),
    "integrity": Drop("content-hash", "it is the hash of a content"),
    "path": Drop("plain-value", "it is a path"),
    "header": Drop("plain-value", "it is the name of a header"),
    "algorithm": Drop("plain-value", "it is the name of an algorithm"),
    "version": Drop("plain-value", "it is the name and version of a package"),
    "number": Drop("plain-value", "it is a number, as programs write it"),
    "character": Drop("plain-value", "it is a character, as style sheets write it"),
    "rate": Drop("plain-value", "it says how often something may happen"),
    "label": Drop("plain-value", "it is a label that ends in a zero byte, from which keys are derived"),
    "resource": Drop("plain-value", "it is the id of something at AWS"),
    "sealed": Drop("encrypted", "it is encrypted, and opens nothing by itself"),
}
_COUNTS: Final = Drop("placeholder", "it counts up")
_COUNTED: Final = (*(b"0123456789", b"1234567890", b"123456789a", b"00010203040506", b"00000000-0000-"),)
# Letters in either case and with others in between, digits between those of hex: `abCDeFG1hiJK`, `1a2b3c4d-5e6f-7a8b`.
_ALPHABET: Final = b"abcdefghijklmnopqrstuvwxyz"
_ALPHABETIC: Final = re.compile(b"|".join(_ALPHABET[at : at + 10] for at in range(17)))
_NO_LETTERS: Final = bytes(c for c in range(256) if c not in _ALPHABET)
_NO_DIGITS: Final = bytes(c for c in range(256) if c not in b"0123456789")
_HEX: Final = re.compile(rb"[0-9a-fA-F-]{16,64}")
_PAGING: Final = Drop("key-name", "its name says that it is a place in a list, not a secret")
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
_STDIN: Final = Drop("plain-value", "the option has the password read, and takes no value")
_TYPE: Final = Drop("plain-value", "it is a type or a call, not what is in it")
_FLAG: Final = Drop("plain-value", "it is the next option of a command line")
_NONCE: Final = Drop("key-name", "a nonce is used once and is sent along; it opens nothing")
_NONCES: Final = re.compile(rb"(?i)(?:.*[a-z0-9_-])?nonce\Z|iv\Z|.*_iv\Z|.*[a-z]I[Vv]\Z|sec-websocket-(?:key|accept)\Z")
_SEALED_KEY: Final = re.compile(rb"(?i).*cipher_?text\Z|(?:.*(?<!un))?encrypted_?[a-z]*\Z")
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
_PUBLIC_FLAG: Final = re.compile(rb"(?i)(?:recv|send|list|export|delete|refresh|fetch)-keys?|keyserver|pkeyopt|keyring")
_NUMBERS: Final = Drop("plain-value", "it is too short for a key, and says which one it is")
_SHORT: Final = 8
_SHORT_COUNT: Final = 10
_SHORT_SEALED: Final = 23
_PAGE: Final = re.compile(
    rb"(?i)(?:next|page|paging|pagination|continuation|continue|forward|backward|prev(?:ious)?|starting|sequence)"
    rb"[_-]?token\Z|continuationtoken|pagetoken"
)
_UUID: Final = re.compile(rb"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_REQUEST: Final = re.compile(
    rb"(?i)(?:change|client|request|action|idempoten\w{1,4}|lock|creation|correlation)[_-]?token\Z"
)
_BEHIND_TAG: Final = Drop("placeholder", "what stands before it in angle brackets is to be filled in: no element")
_NAMES_A_REQUEST: Final = Drop("key-name", "it names a request, so that the same one is not made twice")
_ID: Final = re.compile(rb"(?i)(?:uuid|guid)\Z")
_IDENTIFIES: Final = Drop("key-name", "its name says that it is an id")
_DIGEST: Final = re.compile(rb"(?:[0-9a-fA-F]{8}){4,16}")
_HASHED: Final = re.compile(
    rb"(?i)hash|sha_?(?:1|2|256|512)|md5|checksum|digest|fingerprint|thumbprint"
    rb"|integrity|etag"
)
_NAME: Final = re.compile(rb"[A-Za-z][\w.:/-]*")


def of_value(value: bytes) -> Drop | None:
    """Return why a value is no secret by its form alone."""
    if _counts_up(value):
        return _COUNTS
    found = _FORMS.match(value)
    return _DROPS[found.lastgroup or ""] if found else None


def _counts_up(value: bytes) -> bool:
    for run in _COUNTED:
        if run in value:
            return True
    if len(value) < _SHORT_COUNT:
        return False
    if _HEX.fullmatch(value):
        return b"12345678" in value.translate(None, _NO_DIGITS)
    return _ALPHABETIC.search(value.lower().translate(None, _NO_LETTERS)) is not None


def of_site(site: Site, value: bytes) -> Drop | None:
    """Return why what a name is given, or a function called with, is no secret."""
    key, join = site.key, site.join
    name = _read_name(key)
    if name.drop:
        return name.drop
    if site.is_behind_tag:
        return _BEHIND_TAG
    if join == ":" and value.isalpha() and site.before.rstrip(b" \"'").endswith(b"?"):
        return _CHOSEN
    if site.form == "basic" and (drop := of_credentials(value)):
        return drop
    drop = _of_quoted(site, name.lower, value) if site.quote else _of_bare(site, value)
    if drop:
        return drop if drop is not _NO_OTHER else None
    if site.before.endswith(b".") and name.lower in _ENDINGS and _HASH.fullmatch(value):
        return _DROPS["integrity"]
    if site.form == "flag" and (drop := _of_flag(name, value)):
        return drop
    if key in (b"key", b"Key", b"keys") and len(value) <= _SHORT and value.isalnum():
        return _NUMBERS
    if key == b"token" and join == "=" and _BADGE.search(site.before):
        return _SHOWN_TO_ALL
    if name.is_sealed and len(value) > _SHORT_SEALED:
        return _DROPS["sealed"]
    if (name.is_request or name.is_id) and _UUID.fullmatch(value):
        return _NAMES_A_REQUEST if name.is_request else _IDENTIFIES
    if name.is_hashed and _DIGEST.fullmatch(value):
        return _DROPS["integrity"]
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


def _of_flag(name: _Name, value: bytes) -> Drop | None:
    """Return why what stands behind an option is none."""
    if value.startswith(b"-"):
        return _FLAG
    if name.is_public:
        return _LOOKED_UP
    return _STDIN if name.lower.endswith(b"stdin") else None


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


class _Name(NamedTuple):
    """What a key says by itself: that nothing it names is a secret (`drop`), or that some values are none."""

    lower: bytes
    drop: Drop | None
    is_public: bool
    is_sealed: bool
    is_request: bool
    is_id: bool
    is_hashed: bool


@lru_cache(maxsize=4096)  # the same few names over and over
def _read_name(key: bytes) -> _Name:
    drop = _NONCE if _NONCES.match(key) else _PAGING if _PAGE.search(key) else None
    is_sealed = _SEALED_KEY.match(key) is not None and not read_key(key).tail
    is_public, is_request = _PUBLIC_FLAG.fullmatch(key) is not None, _REQUEST.search(key) is not None
    is_id, is_hashed = _ID.search(key) is not None, _HASHED.search(key) is not None
    return _Name(key.lower(), drop, is_public, is_sealed, is_request, is_id, is_hashed)
