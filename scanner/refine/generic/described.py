"""Values that say what they are, or what belongs there: `existing-hash`, `YOUR-VAULT-PASSWORD`, `app.ts:12`."""

from __future__ import annotations

import json
import re
from binascii import a2b_base64
from typing import Final

from scanner.model import Drop

_LONGEST: Final = 400  # bytes of such a value

_SAYINGS: Final = re.compile(
    rb"""(?x)
    (?P<description>(?:[A-Za-z._-]{0,40}?(?:(?<![A-Za-z])(?i:hash(?:ed|es)?|salt|hints?)|(?<=[a-z])(?:Hash(?:ed)?|Salt(?!\d)|Hints?))
      (?:B64|Base64|[_-]result|[._-]verify)?[._-]?\d{0,2}|(?i:my)(?:hash|salt))\Z)
  | (?P<yours>(?i:your)[A-Za-z _-]{0,60}(?i:password|passwd|pwd|secret|token|key|pass|here|string|value)\d{0,3}\Z)
  | (?P<runs>(?:(?P<one>[0-9A-Za-z])(?P=one){3,}[ _-]?){3,}\Z)
  | (?P<verdict>(?i:(?:in)?correct|(?:in)?valid|wrong|missing|expired|mandatory)[.!]{1,3}\Z)
  | (?P<store>[\w@-][\w@ .-]{0,80}\.(?i:pfx|p12|jks|pem|crt|cer|keystore|truststore)\Z
      |\.[A-Za-z][\w-]{0,40}\.(?:toml|json|ya?ml|env|ini|conf|cfg)\Z)
  | (?P<place>[\w./@-]{1,80}\.(?:[jt]sx?|py|java|go|rb|cs|php|kt|rs|swift|scala|vue|cpp|sh|ya?ml|tf)
      :\d{1,5}(?:[:-]\d{1,5})?\Z)
  | (?P<release>v?\d{1,4}\.\d{1,5}\.\d{1,5}(?:\.\d{1,5})?
      -(?i:alpha|beta|rc|preview|pre|dev|final|snapshot|rtm|canary|next|nightly)[\w.+-]{0,30}\Z)
  | (?P<ticket>[a-z]{2,5}-\d{3,6}-[a-z]{2,20}(?:-(?:[a-z]{2,20}|\d{1,2})){2,16}\Z)
  | (?P<switch>(?:enable|disable)(?:-[a-z]{2,20}){2,12}\Z)
  | (?P<analytics>UA-\d{4,10}-\d{1,3}\Z)
  | (?P<variables>(?:\$\{?(?:[A-Z][A-Z0-9_]{3,40}|[a-z]{2,20}(?:[A-Z][a-z0-9]{1,20}){1,4})\}?){2,4}\Z)
  | (?P<both>\$\{?[A-Za-z_]\w{1,40}\}?:\$\{?[A-Za-z_]\w{1,40}\}?\Z)
  | (?P<taken>(?:pass|env|file|fd):\$\{?[A-Za-z_]\w{0,60}\}?\Z)
  | (?P<below>\$\{?[A-Z_][A-Z0-9_]{1,40}\}?(?:/[\w.-]{1,60}){1,8}\Z)
  | (?P<host>(?:[a-z0-9-]{1,63}\.){2,8}(?:com|net|org|io|cn|cloud|dev)(?::\d{2,5})?\Z
      |[a-z][a-z0-9-]{2,40}\.(?:com|org|net)\Z
      |(?:(?:localhost|(?:\d{1,3}\.){3}\d{1,3}|\[[0-9a-fA-F:]{2,40}\]|(?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,12})
        :\d{2,5}[,;]?){1,20}\Z)
  | (?P<address>https?://[\w.-]{1,80}(?::\d{2,5})?/?\Z|https?://localhost(?::\d{2,5})?(?:/[a-z0-9_-]{0,20}){1,5}\Z)
  | (?P<region>(?:cn|ap|us|eu|sa|me|af|ca|il)-(?:(?:north|south|east|west|central){1,2}-\d
      |hangzhou|shanghai|beijing|shenzhen|guangzhou|qingdao|zhangjiakou|chengdu|hongkong|nanjing|chongqing|singapore)\Z)
  | (?P<constraint>(?:FK|UK|PK|IX|IDX)_?[0-9a-z]{17,30}\Z)
  | (?P<anchor>-?\d{5,12}(?:%2F|/)[A-Z][a-z]{2,20}(?:%2F|/)-?\d{5,12}\Z)
  | (?P<signature>ME[QUY]CI[A-HQ][0-9A-Za-z+/]{85,110}={0,2}\Z)
  | (?P<share>\d{1,6}/\d{1,6}\Z)
  | (?P<xpath>(?=[^\[@]{0,200}[\[@])(?:/{1,2}@?[\w.*-]{1,40}(?:\[[^\]]{1,30}\])?){2,12}\Z)
  | (?P<label>(?:[A-Za-z]|[\x80-\xff]){2,40}(?::|[ ]?(?:&\#8230|&hellip|\xe2\x80\xa6));?\Z)
  | (?P<mount>/[\w./-]{1,120}:(?:ro|rw|[zZ])\Z)
  | (?P<route>(?:/(?:v\d{1,2}|[a-z][a-z_-]{1,30})){2,8}/?\Z)
  | (?P<charset>(?i:utf-?(?:8|16|32)(?:[lb]e)?|iso-8859-\d{1,2}|us-ascii|windows-125\d|gbk|big5|shift_jis)\Z
      |[a-z][a-z0-9]{2,10}_(?:general|unicode|swedish|german\d?|danish|spanish|\d{4}_ai)(?:_\d{3})?_(?:ci|cs)\Z
      |(?:utf8(?:mb[34])?|utf(?:16|32)|ucs2|latin[1257]|ascii|cp\d{3,4}|keybcs2|koi8[ru]|gbk|big5|sjis)_bin\Z)
  | (?P<type>(?:[a-z_][a-z0-9_]{0,30}\.){2,8}[A-Z][A-Za-z0-9]{1,60}\Z
      |(?:com|org|net|io|de|edu)(?:\.[a-z][a-z0-9_]{1,30}){2,6}\Z
      |[A-Z]\w{1,40}(?:(?:\\{1,2}|::)[A-Z]\w{1,40}){2,8}\Z)
  | (?P<fragment>\#[a-z]{2,20}-\d{1,3}(?:\.\d{1,3}){0,3}\Z)
  | (?P<keeper>(?:osxkeychain|wincred|manager-core|libsecret)\Z)
  | (?P<number>\d{1,19}(?:[lL]|[uU][lL]{0,2})\Z)
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
    "both": Drop("reference", "it is put together from variables"),
    "taken": Drop("reference", "it says where the password is taken from"),
    "below": Drop("plain-value", "it is a path that begins with a variable"),
    "host": Drop("plain-value", "it is the name of a host"),
    "address": Drop("plain-value", "it is an address"),
    "label": Drop("plain-value", "it is a label before something else"),
    "region": Drop("plain-value", "it is the name of a region"),
    "constraint": Drop("plain-value", "it is the name of a constraint of a database"),
    "anchor": Drop("plain-value", "it is a place in a document"),
    "signature": Drop("public-key", "it is a signature, which opens nothing"),
    "share": Drop("plain-value", "it says how many of how many"),
    "xpath": Drop("plain-value", "it is a path in a document"),
    "mount": Drop("plain-value", "it is a path, and how it is mounted"),
    "route": Drop("plain-value", "it is a path"),
    "charset": Drop("plain-value", "it is the name of an encoding"),
    "type": Drop("plain-value", "it is the name of a type or a package"),
    "fragment": Drop("plain-value", "it is a place in a document"),
    "keeper": Drop("reference", "it says who keeps the password"),
    "number": Drop("plain-value", "it is a number, as programs write it"),
    "entity": Drop("plain-value", "it is a character, as HTML writes it"),
    "matters": Drop("placeholder", "it says that it does not matter"),
}
_CIPHERS: Final = Drop("plain-value", "it is a list of ciphers")
_FEW: Final = 3  # with fewer before it, the last may be anything, as in `MD5:...`
_JOINTS: Final = re.compile(rb"[:,+ ]+")
_CIPHER: Final = re.compile(rb"[!+@-]{0,2}[A-Za-z0-9]{2,12}(?:[-_][A-Za-z0-9]{1,10}){0,8}")
_KNOWN: Final = re.compile(
    rb"AES|SHA|DES|RC[24]|MD5|DSS|DHE?|NULL|EXP|LOW|MEDIUM|HIGH|PSK|SRP|STRENGTH|CAMELLIA|KRB5|SEED|IDEA|GCM|CHACHA|POLY"
    rb"|RSA|ECDSA|TLS|SSL"
)
_HEAD: Final = re.compile(rb"eyJ[\w-]{10,120}")
_ONLY_HEAD: Final = Drop("placeholder", "it is the head of a JSON Web Token, and no token")


def of_description(value: bytes) -> Drop | None:
    """Return why a value is no secret by what it says."""
    if len(value) > _LONGEST:
        return None
    if found := _SAYINGS.match(value):
        return _DROPS[found.lastgroup or ""]
    if value[:3] == b"eyJ" and _HEAD.fullmatch(value) and _is_head(value):
        return _ONLY_HEAD
    return _CIPHERS if _lists_ciphers(value) else None


def _lists_ciphers(value: bytes) -> bool:
    """Whether it is a list of ciphers, as OpenSSL and Java have them; the last may be cut."""
    if value.count(b":") + value.count(b",") + value.count(b"+") < 1 or not _KNOWN.search(value):
        return False
    names = [name for name in _JOINTS.split(value) if name]
    known = [_CIPHER.fullmatch(name) is not None and _KNOWN.search(name) is not None for name in names]
    return len(names) > 1 and all(known[:-1]) and (known[-1] or len(names) > _FEW)


def _is_head(value: bytes) -> bool:
    """Whether it is what stands before the claims of a JSON Web Token."""
    try:
        head = json.loads(a2b_base64(value.translate(bytes.maketrans(b"-_", b"+/")) + b"=="))
    except (ValueError, RecursionError):
        return False
    return isinstance(head, dict) and "alg" in head and head.keys() <= {"alg", "typ", "kid", "cty", "jku", "x5t"}
