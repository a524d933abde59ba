"""Values that say what they are, or what belongs there: `existing-hash`, `YOUR-VAULT-PASSWORD`, `app.ts:12`."""

from __future__ import annotations

import json
import re
from binascii import a2b_base64
from typing import Final

from scanner.model import Drop

_LONGEST: Final = 160  # bytes of such a value

_SAYINGS: Final = re.compile(
    rb"""(?x)
    (?P<description>[A-Za-z._-]{0,40}?(?:(?<![A-Za-z])(?i:hash(?:ed|es)?|salt|hints?)|(?<=[a-z])(?:Hash(?:ed)?|Salt|Hints?))
      (?:B64|Base64|[_-]result|[._-]verify)?[._-]?\d{0,2}\Z)
  | (?P<yours>(?i:your)[A-Za-z _-]{0,60}(?i:password|passwd|pwd|secret|token|key|pass|here|string|value)\d{0,3}\Z)
  | (?P<runs>(?:(?P<one>[0-9A-Za-z])(?P=one){3,}[ _-]?){3,}\Z)
  | (?P<verdict>(?i:(?:in)?correct|(?:in)?valid|wrong|missing|expired|mandatory)[.!]{1,3}\Z)
  | (?P<store>[\w@-][\w@ .-]{0,80}\.(?i:pfx|p12|jks|pem|crt|cer|keystore|truststore)\Z)
  | (?P<place>[\w./@-]{1,80}\.(?:[jt]sx?|py|java|go|rb|cs|php|kt|rs|swift|scala|vue|cpp|sh|ya?ml|tf)
      :\d{1,5}(?:[:-]\d{1,5})?\Z)
  | (?P<release>v?\d{1,4}\.\d{1,5}\.\d{1,5}(?:\.\d{1,5})?
      -(?i:alpha|beta|rc|preview|pre|dev|final|snapshot|rtm|canary|next|nightly)[\w.+-]{0,30}\Z)
  | (?P<ticket>[a-z]{2,5}-\d{3,6}-[a-z]{2,20}(?:-(?:[a-z]{2,20}|\d{1,2})){2,16}\Z)
  | (?P<switch>(?:enable|disable)(?:-[a-z]{2,20}){2,12}\Z)
  | (?P<analytics>UA-\d{4,10}-\d{1,3}\Z)
  | (?P<variables>(?:\$\{?(?:[A-Z][A-Z0-9_]{3,40}|[a-z]{2,20}(?:[A-Z][a-z0-9]{1,20}){1,4})\}?){2,4}\Z)
  | (?P<taken>(?:pass|env|file|fd):\$\{?[A-Za-z_]\w{0,60}\}?\Z)
  | (?P<below>\$\{?[A-Z_][A-Z0-9_]{1,40}\}?(?:/[\w.-]{1,60}){1,8}\Z)
  | (?P<host>(?:[a-z0-9-]{1,63}\.){2,8}(?:com|net|org|io|cn|cloud|dev)(?::\d{2,5})?\Z)
  | (?P<address>https?://[\w.-]{1,80}(?::\d{2,5})?/?\Z)
  | (?P<ciphers>(?:[:!+@-]{0,2}(?:RC[24]|MD5|3?DES|a?NULL|e?NULL|EXP(?:ORT)?|LOW|MEDIUM|HIGH|PSK|SRP|STRENGTH
      |CAMELLIA|KRB5|SEED|IDEA|aDH|aECDH|DSS|SHA1?)(?=[:+]|\Z)){2,20}\Z)
  | (?P<label>(?:[A-Za-z]|[\x80-\xff]){2,40}:\Z)
  | (?P<entity>&(?:\#x?[0-9A-Fa-f]{1,6}|quot|apos|amp|lt|gt)\Z)
  | (?P<matters>(?i:(?:does[ ._-]?n(?:'?t|ot)|don'?t)[ ._-]?(?:really[ ._-]?)?(?:matter|care))\Z)
    """
)
_DROPS: Final = {
    "description": Drop("placeholder", "it says that it stands for a hash, a salt or a hint"),
    "yours": Drop("placeholder", "it says whose secret belongs there"),
    "runs": Drop("placeholder", "it is made of characters that repeat"),
    "verdict": Drop("plain-value", "the text says how something is"),
    "store": Drop("plain-value", "it is the name of a file that holds keys or certificates"),
    "place": Drop("plain-value", "it is a line of a file"),
    "release": Drop("plain-value", "it is the version of a package"),
    "ticket": Drop("plain-value", "it is the name of a switch, with the number of a ticket"),
    "switch": Drop("plain-value", "it is the name of a switch"),
    "analytics": Drop("plain-value", "it is the id of a site, which every visitor sees"),
    "variables": Drop("reference", "it is put together from variables"),
    "taken": Drop("reference", "it says where the password is taken from"),
    "below": Drop("plain-value", "it is a path that begins with a variable"),
    "host": Drop("plain-value", "it is the name of a host"),
    "address": Drop("plain-value", "it is an address"),
    "ciphers": Drop("plain-value", "it is a list of ciphers"),
    "label": Drop("plain-value", "it is a label before something else"),
    "entity": Drop("plain-value", "it is a character, as HTML writes it"),
    "matters": Drop("placeholder", "it says that it does not matter"),
}
_HEAD: Final = re.compile(rb"eyJ[\w-]{10,120}")
_ONLY_HEAD: Final = Drop("placeholder", "it is the head of a JSON Web Token, and no token")


def of_description(value: bytes) -> Drop | None:
    """Return why a value is no secret by what it says."""
    if len(value) > _LONGEST:
        return None
    if found := _SAYINGS.match(value):
        return _DROPS[found.lastgroup or ""]
    return _ONLY_HEAD if _HEAD.fullmatch(value) and _is_head(value) else None


def _is_head(value: bytes) -> bool:
    """Whether it is what stands before the claims of a JSON Web Token."""
    try:
        head = json.loads(a2b_base64(value.translate(bytes.maketrans(b"-_", b"+/")) + b"=="))
    except (ValueError, RecursionError):
        return False
    return isinstance(head, dict) and "alg" in head and head.keys() <= {"alg", "typ", "kid", "cty", "jku", "x5t"}
