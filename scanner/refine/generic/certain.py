"""What needs no weighing: values that are no secrets whatever stands around them. Asked first, for they are many."""

from __future__ import annotations

import re
from typing import Final

from scanner.model import Drop
from scanner.refine.basicauth import of_credentials
from scanner.refine.generic.keys import read_key, read_verb
from scanner.refine.generic.site import Site

_FORMS: Final = re.compile(
    rb"""(?x)
    (?P<hash>\$(?:2[abxy]?|1|5|6|7|y|argon2\w{1,2}|apr1|scrypt)\$ | \{(?:SSHA|SHA|SMD5|MD5|CRYPT|BCRYPT)\d{0,3}\}
      | (?:pbkdf2|sha1|sha256|sha512|bcrypt|argon2|md5)[\w]{0,20}\$ )
  | (?P<public>(?:MIIBIjANBgkq|MIICIjANBgkq|MIGfMA0GCSqG|MFwwDQYJKoZI|MFkwEwYHKoZI|MHYwEAYHKoZI|MCowBQYDK2V)
      | (?:ssh-(?:rsa|dss|ed25519)|ecdsa-sha2-nistp\d{3})[ ]AAAA | AAAA(?:B3NzaC1|C3NzaC1|E2VjZHNh) )
  | (?P<integrity>(?:sha(?:1|224|256|384|512)|md5|SHA(?:256|512))[-:=][0-9A-Za-z+/=_-]{20,}\Z)
  | (?P<path>\.{1,2}(?:/[\w.@-]+)+\Z)
  | (?P<header>[Xx]-(?:[A-Za-z]{2,12}-){0,4}(?i:key|token|secret|auth|password|signature)(?:-\d)?\Z)
  | (?P<algorithm>(?i:pbkdf2|bcrypt|scrypt|argon2(?:id?|d)?|hmac)
      (?:[-_](?i:(?:hmac[-_]?)?sha-?(?:1|224|256|384|512)))?\Z)
  | (?P<version>[A-Za-z][\w.-]{0,60}(?::[\w.-]{1,60})?:v?\d{1,4}\.\d[\w.+-]{0,30}\Z)
  | (?P<sealed>Ag[A-D][0-9A-Za-z+/]{200} | AQICAH[0-9A-Za-z+/]{60} | vault:v\d:[0-9A-Za-z+/]{20}
      | \$ANSIBLE_VAULT | age1[0-9a-z]{58}\Z
      | -----BEGIN[ ](?:PGP[ ](?:MESSAGE|PUBLIC)|AGE|CERTIFICATE|PUBLIC|RSA[ ]PUBLIC) )
    """
)
_DROPS: Final = {
    "hash": Drop("password-hash", "it is the hash of a password"),
    "public": Drop("public-key", "it is a public key"),
    "integrity": Drop("content-hash", "it is the hash of a content"),
    "path": Drop("plain-value", "it is a path"),
    "header": Drop("plain-value", "it is the name of a header"),
    "algorithm": Drop("plain-value", "it is the name of an algorithm"),
    "version": Drop("plain-value", "it is the name and version of a package"),
    "sealed": Drop("encrypted", "it is encrypted, and opens nothing by itself"),
}
_PAGING: Final = Drop("key-name", "its name says that it is a place in a list, not a secret")
_FETCHED: Final = Drop("reference", "it names what is fetched from where the secret is kept")
_CHOSEN: Final = Drop("plain-value", "it is one of two words between which code chooses")
_EXPRESSION: Final = re.compile(
    rb"(?:data|var|local|module|self|this|config|cfg|settings|options|opts|args|process|env|os|secrets|request"
    rb"|req|params|props"
    rb"|state|ctx|context|app|conf|each|input)(?:\.|->)[A-Za-z_][\w.\[\]\"'>-]*;?"
)
_PART_OF_NAME: Final = Drop("plain-value", "it is the end of a name whose parts colons join")
_PORT: Final = re.compile(rb":(?:\d{2,5}|\*):")  # `host:port:database:user:password`
_COMPARED: Final = Drop("plain-value", "a variable is compared with it, not set to it")
_TYPE: Final = Drop("plain-value", "it is a type or a call, not what is in it")
_FLAG: Final = Drop("plain-value", "it is the next option of a command line")
_ENDINGS: Final = frozenset(b"js mjs ts css html json map py md wasm zip gz whl jar rb go sh svg png woff2".split())
_HASH: Final = re.compile(rb"[0-9a-fA-F]{32,128}|[\w+/-]{27,88}={0,2}")
_ATTRIBUTES: Final = frozenset((b"class", b"classname", b"style", b"placeholder", b"autocomplete", b"aria-label"))
_ATTRIBUTE: Final = Drop("plain-value", "it is what a form shows, not what is typed into it")
_SEVERAL: Final = re.compile(rb"^\s*(?:(?:let|var|const|local|my)\s)?\(?[\w.$@]{1,40},\s?\Z")
_FIRST: Final = Drop("plain-value", "it is given to the first of several names, not to this one")
_VERB: Final = Drop("plain-value", "the text speaks of passing something on")
_LOOKED_UP: Final = Drop("public-key", "it says which public key is meant")
_PUBLIC_FLAG: Final = re.compile(rb"(?i)(?:recv|send|list|export|delete|refresh|fetch)-keys?|keyserver|pkeyopt|keyring")
_NUMBERS: Final = Drop("plain-value", "it is too short for a key, and says which one it is")
_SHORT: Final = 8
_PAGE: Final = re.compile(
    rb"(?i)(?:next|page|paging|continuation|forward|backward|prev(?:ious)?)[_-]?token\Z|continuationtoken|pagetoken"
)
_UUID: Final = re.compile(rb"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_REQUEST: Final = re.compile(
    rb"(?i)(?:change|client|request|action|idempoten\w{1,4}|lock|creation|correlation)[_-]?token\Z"
)
_NAMES_A_REQUEST: Final = Drop("key-name", "it names a request, so that the same one is not made twice")
_DIGEST: Final = re.compile(rb"(?:[0-9a-fA-F]{8}){4,16}")
_HASHED: Final = re.compile(
    rb"(?i)hash|sha_?(?:1|2|256|512)|md5|checksum|digest|fingerprint|thumbprint"
    rb"|integrity|etag"
)
_NAME: Final = re.compile(rb"[A-Za-z][\w.:/-]*")


def of_value(value: bytes) -> Drop | None:
    """Return why a value is no secret by its form alone."""
    found = _FORMS.match(value)
    return _DROPS[found.lastgroup or ""] if found else None


def of_site(site: Site, value: bytes) -> Drop | None:
    """Return why what a name is given, or a function called with, is no secret."""
    key, join = site.key, site.join
    if join == ":" and value.isalpha() and site.before.rstrip(b" \"'").endswith(b"?"):
        return _CHOSEN
    if site.form == "basic" and (drop := of_credentials(value)):
        return drop
    if join == ":" and not site.quote and site.before.endswith(b":") and not read_key(key).kind:
        return None if _PORT.search(site.before) else _PART_OF_NAME
    if not site.quote and _EXPRESSION.fullmatch(value):
        return _FETCHED
    if not site.quote and join not in (":-", ":=") and site.before.endswith((b"$", b"${")):
        return _COMPARED
    if not site.quote and (site.after.lstrip(b" ").startswith(b"=") or b"(" in value):
        return _TYPE
    if site.before.endswith(b".") and key.lower() in _ENDINGS and _HASH.fullmatch(value):
        return _DROPS["integrity"]
    if site.quote and key.lower() in _ATTRIBUTES:
        return _ATTRIBUTE
    if site.quote and join in ("=", ":=") and _SEVERAL.search(site.before) and site.after[1:2] == b",":
        return _FIRST
    if key == b"pass" and join == " " and site.quote == "`":
        return _VERB
    if site.form == "flag" and (value.startswith(b"-") or _PUBLIC_FLAG.fullmatch(key)):
        return _FLAG if value.startswith(b"-") else _LOOKED_UP
    if key in (b"key", b"Key", b"keys") and len(value) <= _SHORT and value.isalnum():
        return _NUMBERS
    called = read_verb(site.called) if site.called else ""
    if _PAGE.search(key):
        return _PAGING
    if _UUID.fullmatch(value) and _REQUEST.search(key):
        return _NAMES_A_REQUEST
    if _DIGEST.fullmatch(value) and _HASHED.search(key):
        return _DROPS["integrity"]
    if called == "lookup" and join == "(" and _NAME.fullmatch(value):
        return _FETCHED
    return None
