"""A file for every disguise that a secret may wear: encoded, nested, split, packed, in a document of its own form."""

from __future__ import annotations

import base64
import bz2
import gzip
import html
import io
import json
import lzma
import quopri
import sqlite3
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import py7zr
import zstandard

Disguise = Callable[[str], bytes]
_BINARY = bytes(range(1, 200)) * 3


def _b64(text: str | bytes) -> str:
    return base64.b64encode(text if isinstance(text, bytes) else text.encode()).decode()


def _wrapped(data: bytes, columns: int) -> bytes:
    text = base64.b64encode(data)
    return b"\n".join(text[at : at + columns] for at in range(0, len(text), columns)) + b"\n"


def _each(unit: str, text: str) -> str:
    return "".join(unit.format(ord(letter)) for letter in text)


def zip_of(members: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name), data, method)
    return out.getvalue()


def tar_of(members: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, data in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return out.getvalue()


def _seven_zip(members: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with py7zr.SevenZipFile(out, "w") as archive:
        for name, data in members.items():
            archive.writestr(data, name)
    return out.getvalue()


def _sqlite(text: str, write_ahead: bool = False) -> bytes:
    """Return a database in which the text is longer than a page, and so in several pieces."""
    with tempfile.TemporaryDirectory() as folder, closing(sqlite3.connect(f"{folder}/x.db")) as database:
        database.execute("PRAGMA page_size = 512")
        if write_ahead:
            database.execute("PRAGMA journal_mode = WAL")
        database.execute('CREATE TABLE "a ""b" (id INTEGER, note TEXT, data BLOB)')
        for number in range(40):
            note = " ".join(f"word{n}" for n in range(90)) if number != 30 else "x " * 210 + f"{text} " + "y " * 300
            database.execute('INSERT INTO "a ""b" VALUES (?, ?, ?)', (number, note, b"\1\2"))
        database.commit()
        if write_ahead:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return Path(f"{folder}/x.db").read_bytes()


def pdf(*pages: str) -> bytes:
    """Return a PDF of these pages, whose text is deflated and, as typesetters do it, in several pieces."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", ""]
    for page in pages:
        pieces = " -20 ".join(f"({page[at : at + 5]})" for at in range(0, len(page), 5))
        stream = zlib.compress(f"BT /F1 12 Tf 72 720 Td [{pieces}] TJ ET".encode()).hex() + ">"
        number = len(objects) + 2
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {number} 0 R "
            "/Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>"
        )
        filters = "/Filter [/ASCIIHexDecode /FlateDecode]"
        objects.append(f"<< /Length {len(stream)} {filters} >>\nstream\n{stream}\nendstream")
    kids = " ".join(f"{number} 0 R" for number in range(3, len(objects) + 1, 2))
    objects[1] = f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>"
    out, places = "%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{content}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    trailer = f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF\n"
    return f"{out}xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}{trailer}".encode()


def _code(text: str) -> bytes:
    return f"import os\nKEY = '{text}'\n".encode()


def _text(before: str, after: str = "\n") -> Callable[[str], bytes]:
    return lambda text: f"{before}{text}{after}".encode()


def _split(before: str, between: str, after: str, at: int = 12) -> Disguise:
    return lambda text: f"{before}{text[:at]}{between}{text[at:]}{after}".encode()


ENCODED: dict[str, Disguise] = {
    "base64.txt": lambda t: f"blob: {_b64('token is ' + t)}\n".encode(),
    "base64-alone.txt": lambda t: _b64(t).encode(),
    "base64-second-phase.txt": lambda t: f"x={_b64(':' + t)};".encode(),
    "base64-third-phase.txt": lambda t: f"x={_b64('::' + t)};".encode(),
    "base64-url.txt": lambda t: f"v={base64.urlsafe_b64encode(b'~?>' + t.encode()).decode().rstrip('=')}\n".encode(),
    "base64-64-columns.txt": lambda t: base64.encodebytes(b"some words come first. " * 4 + t.encode()),
    "base64-76-columns-crlf.eml": lambda t: base64.encodebytes(b"some words come first. " * 4 + t.encode()).replace(
        b"\n", b"\r\n"
    ),
    "base64-after-a-name.txt": lambda t: b"blob = " + _wrapped(b"some words come first. " + t.encode(), 64),
    "base64-in-a-query.txt": lambda t: f"/?q={quote(_b64('~~~???>>>ooo' + 'token ' + t), safe='')}&x=1\n".encode(),
    "base64-indented.yaml": lambda t: (
        b"data: |\n"
        + b"".join(b"    " + line for line in base64.encodebytes(b"it begins here: " * 4 + t.encode()).splitlines(True))
    ),
    "base64-data-uri.html": lambda t: f'<a href="data:text/plain;base64,{_b64("k=" + t)}">'.encode(),
    "hex.txt": lambda t: f"0x{('k=' + t).encode().hex()}\n".encode(),
    "hex-upper.txt": lambda t: f"X'{('k=' + t).encode().hex().upper()}'\n".encode(),
    "percent.txt": lambda t: f"GET /?q={_each('%{:02X}', t)} HTTP/1.1\n".encode(),
    "escapes-hex.py": lambda t: f'k = b"{_each(chr(92) + "x{:02x}", t)}"\n'.encode(),
    "escapes-unicode.js": lambda t: f'k = "{_each(chr(92) + "u{:04x}", t)}"\n'.encode(),
    "escapes-json.json": lambda t: json.dumps({"inner": f'{{"k": "{_each(chr(92) + "u{:04x}", t)}"}}'}).encode(),
    "escapes-octal.c": lambda t: f'k = "{_each(chr(92) + "{:03o}", t)}";\n'.encode(),
    "entities.html": lambda t: f"<p>{_each('&#{};', t)}</p>\n".encode(),
    "entities-hex.xml": lambda t: f"<k>{_each('&#x{:X};', t)}</k>\n".encode(),
    "quoted-printable.eml": lambda t: quopri.encodestring(
        f"The token that you asked for is this one here: {t} bye".encode()
    ),
    "utf-16-bom.txt": lambda t: f"k = {t}\n".encode("utf-16"),
    "utf-16-le.txt": lambda t: f"the key is {t}, and no other\n".encode("utf-16-le"),
    "utf-16-be.txt": lambda t: f"the key is {t}, and no other\n".encode("utf-16-be"),
    "utf-16-in-a-program.exe": lambda t: b"MZ\x90\0\3\0" + _BINARY + t.encode("utf-16-le") + b"\0\0\1\2\3",
    "utf-32.txt": lambda t: f"k = {t}\n".encode("utf-32-le"),
    "utf-32-be.txt": lambda t: f"k = {t}\n".encode("utf-32-be"),
    "utf-32-bom.txt": lambda t: f"k = {t}\n".encode("utf-32"),
    "utf-32-be-bom.txt": lambda t: b"\0\0\xfe\xff" + f"k = {t}\n".encode("utf-32-be"),
    "utf-16-be-bom.txt": lambda t: b"\xfe\xff" + f"k = {t}\n".encode("utf-16-be"),
    "utf-16-be-in-a-program.exe": lambda t: b"MZ\x90\0\3\0" + _BINARY + t.encode("utf-16-be") + b"\1\2\3",
    "utf-32-in-a-program.exe": lambda t: b"MZ\x90\0\3\0" + _BINARY + t.encode("utf-32-le") + b"\1\2\3",
    "binary.bin": lambda t: b"\x7fELF\2\1\1\0" + bytes(range(256)) + t.encode() + b"\0\1\2",
    "gzip-in-hex.txt": lambda t: f"payload={gzip.compress(_code(t)).hex()}\n".encode(),
    "zlib-in-base64.txt": lambda t: f"SAMLRequest={_b64(zlib.compress(_code(t)))}\n".encode(),
    "zlib-best-in-base64.txt": lambda t: f"z: '{_b64(zlib.compress(_code(t), 9))}'\n".encode(),
    "zlib-in-hex.sql": lambda t: f"VALUES (X'{zlib.compress(_code(t)).hex().upper()}')\n".encode(),
    "entities-named.html": lambda t: f"<pre>x=&lt;k&gt;{t}&lt;/k&gt;&quot;</pre>\n".encode(),
    "gzip-in-base64.txt": lambda t: f"payload={_b64(gzip.compress(_code(t)))}\n".encode(),
}

NESTED: dict[str, Disguise] = {
    "base64-twice.txt": lambda t: f"v: {_b64(_b64('t=' + t))}\n".encode(),
    "base64-three-times.txt": lambda t: f"v: {_b64(_b64(_b64('t=' + t)))}\n".encode(),
    "base64-five-times.txt": lambda t: f"v: {_b64(_b64(_b64(_b64(_b64('t=' + t)))))}\n".encode(),
    "base64-of-hex.txt": lambda t: f"v: {_b64(('t=' + t).encode().hex())}\n".encode(),
    "hex-of-base64.txt": lambda t: f"v: {_b64('t=' + t).encode().hex()}\n".encode(),
    "base64-of-utf-16.ps1": lambda t: f"powershell -enc {_b64(('$k=' + repr(t)).encode('utf-16-le'))}\n".encode(),
    "percent-of-base64.txt": lambda t: f"q={_each('%{:02x}', _b64('t=' + t))}\n".encode(),
    "base64-of-percent.txt": lambda t: f"q={_b64(_each('%{:02X}', 't=' + t))}\n".encode(),
    "base64-of-json-of-base64.txt": lambda t: f"s: {_b64(json.dumps({'a': 1, 'b': _b64('t=' + t)}))}\n".encode(),
    "base64-in-utf-16.txt": lambda t: f"value {_b64('the token is ' + t)} of it\n".encode("utf-16"),
    "hex-in-quoted-printable.eml": lambda t: quopri.encodestring(f"It is {('token ' + t).encode().hex()} now".encode()),
    "base64-in-utf-32.txt": lambda t: f"value {_b64(_b64('it is ' + t))} of it\n".encode("utf-32"),
    "entities-twice.html": lambda t: html.escape(f"<p>{_each('&#{};', 'k=' + t)}</p>\n").encode(),
    "percent-of-entities.txt": lambda t: f"q={quote(_each('&#{};', 'k=' + t))}\n".encode(),
    "wrapped-base64-in-hex.txt": lambda t: (
        f"x'{_wrapped(b'some words come first. ' * 3 + t.encode(), 64).hex()}'".encode()
    ),
    "wrapped-base64-in-json.json": lambda t: json.dumps(
        {"f": _wrapped(b"some words. " * 3 + t.encode(), 64).decode()}
    ).encode(),
    "zip-in-base64.txt": lambda t: f"z = {_b64(zip_of({'a/k.py': _code(t)}))}\n".encode(),
    "base64-in-zip.zip": lambda t: zip_of({"k.txt": _b64("t=" + t).encode()}),
}

SPLIT: dict[str, Disguise] = {
    "plus.py": _split('k = "', '" + "', '"\n'),
    "plus-after-prefix.js": _split('const k = "', '" + "', '";\n', 4),
    "plus-over-lines.java": _split('String k = "', '"\n    + "', '";\n'),
    "plus-three.ts": lambda t: f"const k = '{t[:9]}' +\n  '{t[9:20]}' + // more\n  '{t[20:]}';\n".encode(),
    "plus.cs": _split('var k = @"', '" + @"', '";\n', 30),
    "plus.go": _split('k := "', '" +\n\t\t"', '"\n', 38),
    "dot.php": _split("$k = '", "' . '", "';\n"),
    "adjacent.py": _split('k = ("', '"\n     "', '")\n'),
    "adjacent.c": _split('char *k = "', '" "', '";\n'),
    "adjacent.rb": _split('k = "', '" \\\n  "', '"\n'),
    "adjacent.sh": _split("K='", "''", "'\n"),
    "join.py": _split('k = "".join(["', '", "', '"])\n'),
    "join.js": lambda t: f"const k = ['{t[:10]}', '{t[10:30]}', '{t[30:]}'].join('');\n".encode(),
    "f-string.py": _split('k = f"', '" f"', '"\n'),
    "continued.py": _split('k = "', "\\\n", '"\n'),
    "continued.sh": _split('export K="', "\\\n", '"\n'),
    "ampersand.vb": _split('k = "', '" & _\n    "', '"\n'),
    "two-dots.lua": _split('k = "', '" .. "', '"\n'),
    "tilde.abap": _split("k = `", "` & `", "`.\n"),
    "concat.sql": _split("SELECT '", "' || '", "';\n"),
}

PACKED: dict[str, Disguise] = {
    "plain.zip": lambda t: zip_of({"deep/er/k.py": _code(t)}),
    "stored.jar": lambda t: zip_of({"META-INF/k.properties": _code(t)}, zipfile.ZIP_STORED),
    "package.whl": lambda t: zip_of({"pkg/__init__.py": b"", "pkg/k.py": _code(t)}),
    "text.docx": lambda t: zip_of({"word/document.xml": f"<w:t>{html.escape(t)}</w:t>".encode()}),
    "table.xlsx": lambda t: zip_of({"xl/sharedStrings.xml": f"<si><t>{t}</t></si>".encode()}),
    "site.war": lambda t: zip_of({"WEB-INF/lib/in.jar": zip_of({"k.properties": _code(t)})}),
    "app.apk": lambda t: zip_of({"resources.arsc": _BINARY + t.encode() + b"\0\1", "classes.dex": b"dex\n035\0"}),
    "strings.apk": lambda t: zip_of({"AndroidManifest.xml": b"\3\0\x08\0" + _BINARY + t.encode("utf-16-le") + b"\0\0"}),
    "slides.pptx": lambda t: zip_of({"ppt/slides/slide1.xml": f"<a:t>{t}</a:t>".encode()}),
    "letter.odt": lambda t: zip_of({"mimetype": b"x", "content.xml": f"<text:p>{t}</text:p>".encode()}),
    "in-pieces.docx": lambda t: zip_of({"word/document.xml": f"<w:t>k =</w:t><w:t>{t}</w:t>".encode()}),
    "archive.tar.zst": lambda t: zstandard.compress(tar_of({"k.py": _code(t)})),
    "two-streams.xz": lambda t: lzma.compress(b"first") + lzma.compress(_code(t)),
    "archive.tar": lambda t: tar_of({"k.py": _code(t)}),
    "archive.tar.gz": lambda t: gzip.compress(tar_of({"k.py": _code(t)})),
    "archive.tar.bz2": lambda t: bz2.compress(tar_of({"k.py": _code(t)})),
    "archive.tar.xz": lambda t: lzma.compress(tar_of({"k.py": _code(t)})),
    "archive.7z": lambda t: _seven_zip({"a.txt": b"nothing", "lib/k.py": _code(t)}),
    "zip-in.7z": lambda t: _seven_zip({"in.zip": zip_of({"k.py": _code(t)})}),
    "users.db": _sqlite,
    "write-ahead.db": lambda t: _sqlite(t, write_ahead=True),
    "manual.pdf": lambda t: pdf("nothing here", f"the key is {t} for now"),
    "log.gz": lambda t: gzip.compress(_code(t)),
    "dump.bz2": lambda t: bz2.compress(_code(t)),
    "dump.zst": lambda t: zstandard.compress(_code(t)),
    "dump.xz": lambda t: lzma.compress(_code(t)),
    "zip-in-tar-in-gz.tgz": lambda t: gzip.compress(tar_of({"lib/in.war": zip_of({"k.py": _code(t)})})),
    "after-a-broken-member.zip": lambda t: _damaged(zip_of({"a.bin": b"0123456789" * 40, "k.py": _code(t)})),
}


def _damaged(archive: bytes) -> bytes:
    return archive[:45] + b"\xff\xff" + archive[47:]


DOCUMENTS: dict[str, Disguise] = {
    "secret.yaml": lambda t: f"apiVersion: v1\nkind: Secret\ndata:\n  token: {_b64(t)}\n".encode(),
    "secret-string.yaml": lambda t: f"kind: Secret\nstringData:\n  token: {t}\n".encode(),
    "list.yaml": lambda t: f"kind: List\nitems:\n- kind: Secret\n  data:\n    a.env: {_b64('K=' + t)}\n".encode(),
    "docker-compose.yml": lambda t: f"services:\n  a:\n    environment:\n      - K={t}\n".encode(),
    "notebook.ipynb": lambda t: json.dumps(
        {"cells": [{"cell_type": "code", "source": ["import os\n", f'k = "{t}"\n'], "outputs": []}], "nbformat": 4}
    ).encode(),
    "notebook-output.ipynb": lambda t: json.dumps(
        {"cells": [{"cell_type": "code", "source": [], "outputs": [{"text": [f"got {t}\n"]}]}], "nbformat": 4}
    ).encode(),
    "state.tfstate": lambda t: json.dumps({"resources": [{"instances": [{"attributes": {"k": t}}]}]}).encode(),
    "prod.tfvars": _text('k = "', '"\n'),
    "session.har": lambda t: json.dumps({"log": {"entries": [{"request": {"headers": [{"value": t}]}}]}}).encode(),
    "api.postman_collection.json": lambda t: json.dumps({"auth": {"bearer": [{"key": "token", "value": t}]}}).encode(),
    "config.json": lambda t: json.dumps({"auths": {"ghcr.io": {"auth": _b64("me:" + t)}}}).encode(),
    "kubeconfig": lambda t: f"users:\n- name: a\n  user:\n    token: {t}\n".encode(),
    "settings.xml": _text("<server><password>", "</password></server>\n"),
    "web.config": _text('<add key="k" value="', '" />\n'),
    "vars.yml": _text("k: ", "\n"),
    "app.properties": lambda t: f"k={_each(chr(92) + 'u{:04X}', t)}\n".encode(),
    "workflow.yml": _text("env:\n  K: ", "\n"),
    "string-in-a-string.json": lambda t: json.dumps({"script": json.dumps({"k": t})}).encode(),
}

EVERY: dict[str, Disguise] = {
    f"{group}/{name}": disguise
    for group, disguises in (
        ("encoded", ENCODED),
        ("nested", NESTED),
        ("split", SPLIT),
        ("packed", PACKED),
        ("documents", DOCUMENTS),
    )
    for name, disguise in disguises.items()
}
