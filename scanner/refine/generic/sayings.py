"""Forms of values that say what they are or what belongs in their place, and what each of them means."""

from __future__ import annotations

from typing import Final, NamedTuple

from scanner.model import Drop


class Saying(NamedTuple):
    """A form that the whole value has. `among`: the values that can have it, as `described` tells them apart: `p` for
    those of letters and digits alone, `l` for others that begin with a letter, `o` for the rest.
    """

    name: str
    among: str
    pattern: bytes
    drop: Drop


SAYINGS: Final = (
    Saying(
        "yours",
        "pl",
        rb"(?i:your)[A-Za-z _-]{0,60}(?i:password|passwd|pwd|secret|token|key|pass|here|string|value)\d{0,3}",
        Drop("placeholder", "it says whose secret belongs there"),
    ),
    Saying(
        "runs",
        "plo",
        rb"(?:(?P<one>[0-9A-Za-z])(?P=one){3,}[ _-]?){3,}",
        Drop("placeholder", "it is made of characters that repeat"),
    ),
    Saying(
        "verdict",
        "l",
        rb"(?i:(?:in)?correct|(?:in)?valid|wrong|missing|expired|mandatory)[.!]{1,3}",
        Drop("plain-value", "the text says how something is"),
    ),
    Saying(
        "store",
        "lo",
        rb"[\w@-][\w@ .-]{0,80}\.(?i:pfx|p12|jks|pem|crt|cer|keystore|truststore)"
        rb"|\.[A-Za-z][\w-]{0,40}\.(?:toml|json|ya?ml|env|ini|conf|cfg)",
        Drop("plain-value", "it is the name of a file that holds keys or certificates"),
    ),
    Saying(
        "place",
        "lo",
        rb"[\w./@-]{1,80}\.(?:[jt]sx?|py|java|go|rb|cs|php|kt|rs|swift|scala|vue|cpp|sh|ya?ml|tf)"
        rb":\d{1,5}(?:[:-]\d{1,5})?",
        Drop("plain-value", "it is a line of a file"),
    ),
    Saying(
        "release",
        "lo",
        rb"v?\d{1,4}\.\d{1,5}\.\d{1,5}(?:\.\d{1,5})?"
        rb"-(?i:alpha|beta|rc|preview|pre|dev|final|snapshot|rtm|canary|next|nightly)[\w.+-]{0,30}",
        Drop("plain-value", "it is the version of a package"),
    ),
    Saying(
        "ticket",
        "l",
        rb"[a-z]{2,5}-\d{3,6}-[a-z]{2,20}(?:-(?:[a-z]{2,20}|\d{1,2})){2,16}",
        Drop("plain-value", "it is the name of a switch, with the number of a ticket"),
    ),
    Saying(
        "switch",
        "l",
        rb"(?:enable|disable)(?:-[a-z]{2,20}){2,12}",
        Drop("plain-value", "it is the name of a switch"),
    ),
    Saying(
        "analytics",
        "l",
        rb"UA-\d{4,10}-\d{1,3}",
        Drop("plain-value", "it is the id of a site, which every visitor sees"),
    ),
    Saying(
        "variables",
        "o",
        rb"(?:\$\{?(?:[A-Z][A-Z0-9_]{3,40}|[a-z]{2,20}(?:[A-Z][a-z0-9]{1,20}){1,4})\}?){2,4}",
        Drop("reference", "it is put together from variables"),
    ),
    Saying(
        "both",
        "o",
        rb"\$\{?[A-Za-z_]\w{1,40}\}?:\$\{?[A-Za-z_]\w{1,40}\}?",
        Drop("reference", "it is put together from variables"),
    ),
    Saying(
        "taken",
        "l",
        rb"(?:pass|env|file|fd):\$\{?[A-Za-z_]\w{0,60}\}?",
        Drop("reference", "it says where the password is taken from"),
    ),
    Saying(
        "below",
        "o",
        rb"\$\{?[A-Z_][A-Z0-9_]{1,40}\}?(?:/[\w.-]{1,60}){1,8}",
        Drop("plain-value", "it is a path that begins with a variable"),
    ),
    Saying(
        "host",
        "lo",
        rb"(?:[a-z0-9-]{1,63}\.){2,8}(?:com|net|org|io|cn|cloud|dev)(?::\d{2,5})?"
        rb"|[a-z][a-z0-9-]{2,40}\.(?:com|org|net)"
        rb"|(?:(?:localhost|(?:\d{1,3}\.){3}\d{1,3}|\[[0-9a-fA-F:]{2,40}\]|(?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,12})"
        rb":\d{2,5}[,;]?){1,20}",
        Drop("plain-value", "it is the name of a host"),
    ),
    Saying(
        "address",
        "l",
        rb"https?://[\w.-]{1,80}(?::\d{2,5})?/?|https?://localhost(?::\d{2,5})?(?:/[a-z0-9_-]{0,20}){1,5}",
        Drop("plain-value", "it is an address"),
    ),
    Saying(
        "region",
        "l",
        rb"(?:cn|ap|us|eu|sa|me|af|ca|il)-(?:(?:north|south|east|west|central){1,2}-\d"
        rb"|hangzhou|shanghai|beijing|shenzhen|guangzhou|qingdao|zhangjiakou|chengdu|hongkong|nanjing|chongqing|singapore)",
        Drop("plain-value", "it is the name of a region"),
    ),
    Saying(
        "constraint",
        "pl",
        rb"(?:FK|UK|PK|IX|IDX)_?[0-9a-z]{17,30}",
        Drop("plain-value", "it is the name of a constraint of a database"),
    ),
    Saying(
        "anchor",
        "o",
        rb"-?\d{5,12}(?:%2F|/)[A-Z][a-z]{2,20}(?:%2F|/)-?\d{5,12}",
        Drop("plain-value", "it is a place in a document"),
    ),
    Saying(
        "signature",
        "pl",
        rb"ME[QUY]CI[A-HQ][0-9A-Za-z+/]{85,110}={0,2}",
        Drop("public-key", "it is a signature, which opens nothing"),
    ),
    Saying(
        "share",
        "o",
        rb"\d{1,6}/\d{1,6}",
        Drop("plain-value", "it says how many of how many"),
    ),
    Saying(
        "xpath",
        "o",
        rb"(?=/[^\[@]{0,200}[\[@])(?:/{1,2}@?[\w.*-]{1,40}(?:\[[^\]]{1,30}\])?){2,12}",
        Drop("plain-value", "it is a path in a document"),
    ),
    Saying(
        "label",
        "lo",
        rb"(?:[A-Za-z]|[\x80-\xff]){2,40}(?::|[ ]?(?:&#8230|&hellip|\xe2\x80\xa6));?",
        Drop("plain-value", "it is a label before something else"),
    ),
    Saying(
        "mount",
        "o",
        rb"/[\w./-]{1,120}:(?:ro|rw|[zZ])",
        Drop("plain-value", "it is a path, and how it is mounted"),
    ),
    Saying(
        "route",
        "o",
        rb"(?:/(?:v\d{1,2}|[a-z][a-z_-]{1,30})){2,8}/?",
        Drop("plain-value", "it is a path"),
    ),
    Saying(
        "charset",
        "pl",
        rb"(?i:utf-?(?:8|16|32)(?:[lb]e)?|iso-8859-\d{1,2}|us-ascii|windows-125\d|gbk|big5|shift_jis)"
        rb"|[a-z][a-z0-9]{2,10}_(?:general|unicode|swedish|german\d?|danish|spanish|\d{4}_ai)(?:_\d{3})?_(?:ci|cs)"
        rb"|(?:utf8(?:mb[34])?|utf(?:16|32)|ucs2|latin[1257]|ascii|cp\d{3,4}|keybcs2|koi8[ru]|gbk|big5|sjis)_bin",
        Drop("plain-value", "it is the name of an encoding"),
    ),
    Saying(
        "type",
        "lo",
        rb"(?:[a-z_][a-z0-9_]{0,30}\.){2,8}[A-Z][A-Za-z0-9]{1,60}"
        rb"|(?:com|org|net|io|de|edu)(?:\.[a-z][a-z0-9_]{1,30}){2,6}"
        rb"|[A-Z]\w{1,40}(?:(?:\\{1,2}|::)[A-Z]\w{1,40}){2,8}",
        Drop("plain-value", "it is the name of a type or a package"),
    ),
    Saying(
        "fragment",
        "o",
        rb"#[a-z]{2,20}-\d{1,3}(?:\.\d{1,3}){0,3}",
        Drop("plain-value", "it is a place in a document"),
    ),
    Saying(
        "keeper",
        "pl",
        rb"(?:osxkeychain|wincred|manager-core|libsecret)",
        Drop("reference", "it says who keeps the password"),
    ),
    Saying(
        "number",
        "p",
        rb"\d{1,19}(?:[lL]|[uU][lL]{0,2})",
        Drop("plain-value", "it is a number, as programs write it"),
    ),
    Saying(
        "entity",
        "o",
        rb"&(?:#x?[0-9A-Fa-f]{1,6}|quot|apos|amp|lt|gt)",
        Drop("plain-value", "it is a character, as HTML writes it"),
    ),
    Saying(
        "matters",
        "pl",
        rb"(?i:(?:does[ ._-]?n(?:'?t|ot)|don'?t)[ ._-]?(?:really[ ._-]?)?(?:matter|care))",
        Drop("placeholder", "it says that it does not matter"),
    ),
)
