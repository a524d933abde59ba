"""What a path says: the kind of file, and the folders that tell what it is for."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

_KINDS: Final[dict[str, str]] = {
    "settings": "yml yaml properties ini cfg conf config toml env cnf props envrc npmrc pypirc netrc pgpass htpasswd "
    "dockerfile editorconfig plist reg tfvars hcl tf tfstate ldif dist template tmpl j2 example sample local",
    "shell": "sh bash zsh fish ksh ps1 psm1 bat cmd bats makefile mk command cast groovy jenkinsfile",
    "json": "json jsonc json5 har ipynb webmanifest postman_collection tfstate avsc snap",
    "markup": "xml html htm xhtml svg xaml xsl xslt wsdl csproj jsp jsx vue svelte cshtml aspx erb haml ejs "
    "hbs twig mustache resx",
    "documents": "md markdown rst txt adoc asciidoc rdoc textile tex org pod man 1 5 8 log out changes "
    "changelog readme news wiki",
    "code": "py pyi pyx go java kt kts scala cs vb fs rb rs c cc cpp cxx h hh hpp m mm swift php pl pm lua r "
    "dart ex exs erl hs clj "
    "cljs ml js mjs cjs ts tsx coffee sol nim zig jl pas d proto thrift graphql gradle cls apex sas",
    "sql": "sql psql ddl dml dump mysql",
    "locale": "po pot mo strings arb xlf xliff resx lang",
    "lock": "lock sum",
    "keys": "pem key crt cer pub asc p12",
}
_KIND_OF: Final = {ending: kind for kind, endings in _KINDS.items() for ending in endings.split()}
_SAME: Final = {
    other: ending
    for ending, others in {
        "py": "pyi pyx", "js": "mjs cjs", "ts": "mts cts", "yml": "yaml", "cpp": "cc cxx", "h": "hh hpp", "html": "htm",
        "kt": "kts", "md": "markdown", "jsx": "vue svelte",
    }.items()
    for other in others.split()
}  # fmt: skip
_FINE: Final = frozenset(
    b"""py go java js ts cs rb php c cpp h rs kt yml yaml json md properties env xml html sh tf conf sql ipynb tsx jsx
    scala swift rst txt hs ex lua gradle groovy pgpass netrc hpp cfg ini dart""".decode().split()
)
_TEST: Final = re.compile(
    r"(?:^|[/_.-])(?:tests?|testing|specs?|__tests__|fixtures?|mocks?|testdata|e2e|it|unit)(?:[/_.-]|$)"
    r"|Tests?[/.]|_test\.|\.test\.|\.spec\."
)
_SHOWN: Final = re.compile(
    r"(?:^|[/_.-])(?:docs?|documentation|examples?|samples?|demos?|tutorials?|templates?|readme|guides?"
    r"|changelog)(?:[/_.-]|$)",
    re.IGNORECASE,
)
_FOREIGN: Final = re.compile(
    r"(?:^|/)(?:vendor|node_modules|third_?party|dist|build|bower_components|site-packages|generated)(?:/|$)"
    r"|\.min\.|\.bundle\."
)
_LOCALE: Final = re.compile(
    r"(?:^|[/_.-])(?:locales?|i18n|l10n|translations?|lang|langs|messages|strings|intl)(?:[/_.-]|$)"
    r"|[/_.-](?:en|de|fr|es|zh|ja|ru|pt|it|ko|pl|tr)(?:[_-][A-Za-z]{2})?\.(?:json|ya?ml|properties|js|ts|php|po|xml)$"
)
_LOCK: Final = re.compile(
    r"(?:package-lock\.json|yarn\.lock|\.lock|go\.sum|lock\.ya?ml|checksums?[\w.]*|sha\d*sums?|RECORD"
    r"|npm-shrinkwrap\.json)$",
    re.IGNORECASE,
)
_VECTORS: Final = re.compile(
    r"(?i)vectors?(?:[/_.-]|$)|wycheproof|(?:^|[/_.-])(?:kats?|acvp)(?:[/_.-]|$)|rfc[-_]?\d{4}|\.rsp$"
    r"|(?:^|/)(?:cassettes|recordings)/"
)
_CONFIG: Final = re.compile(
    r"(?:^|[/_.-])(?:config(?:uration)?s?|settings?|conf|deploy|docker|env|secrets?|credentials?|prod"
    r"|production)(?:[/_.-]|$)",
    re.IGNORECASE,
)


_PARTS: Final = 5  # of a path: what stands further up tells of the machine, not of the file


class Place(NamedTuple):
    """`kind` groups file types; `ending` is the type itself where it is a common one. `marks` tell what it is for."""

    kind: str
    ending: str
    marks: tuple[str, ...]


@lru_cache(maxsize=256)
def read_place(path: bytes) -> Place:
    """Return what a path says."""
    text = "/".join(path.decode("utf-8", "replace").replace("\\", "/").split("/")[-_PARTS:])
    name = text.rpartition("/")[2].lower()
    ending = name.rpartition(".")[2]
    fine = _SAME.get(ending, ending)
    kind = "lock" if _LOCK.search(text) else _kind(name, ending)
    known = (
        ("test", _TEST),
        ("example", _SHOWN),
        ("foreign", _FOREIGN),
        ("locale", _LOCALE),
        ("config", _CONFIG),
        ("vectors", _VECTORS),
    )
    marks = tuple(mark for mark, pattern in known if pattern.search(text))
    return Place(kind, fine if fine in _FINE else "", marks)


def _kind(name: str, ending: str) -> str:
    if name.startswith((".env", "dockerfile", "docker-compose")) or name.endswith(".env"):
        return "settings"
    return _KIND_OF.get(ending, "other")
