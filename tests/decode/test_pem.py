"""Private keys as programs and settings write them: with literal line ends, indented, quoted, in pieces; once each."""

from __future__ import annotations

import json

import pytest

from scanner.engine.scan import Scanner
from scanner.model import Blob, FileOrigin
from tests.engine.corpus import builtin
from tests.support import pem, token

_BODY = token("{base64:600}")
_LINES = pem("RSA PRIVATE KEY", _BODY).splitlines()


def _each(before: str, after: str, between: str = "\n") -> str:
    return between.join(f"{before}{line}{after}" for line in _LINES)


_WRITTEN: dict[str, str] = {
    "app.py: literal": f'K = "{_each("", "", chr(92) + "n")}"\n',
    "app.py: plus": "K = (\n" + _each('    "', '\\n"', " +\n") + "\n)\n",
    "app.py: adjacent": "K = (\n" + _each('    "', '\\n"') + "\n)\n",
    "app.py: three quotes": 'K = """\n' + _each("", "") + '\n"""\n',
    "app.py: join": "K = '\\n'.join([\n" + _each("    '", "',") + "\n])\n",
    "app.js: literal": f"const k = '{_each('', '', chr(92) + 'n')}';\n",
    "app.js: plus": "const k = " + _each("'", "\\n'", " +\n  ") + ";\n",
    "app.js: template": f"const k = `{_each('', '')}`;\n",
    "app.js: join": "const k = [\n" + _each("  '", "',") + "\n].join('\\n');\n",
    "App.java: plus": "String k = " + _each('"', '\\n"', "\n    + ") + ";\n",
    "App.java: literal": f'String k = "{_each("", "", chr(92) + "n")}";\n',
    "App.java: text block": 'String k = """\n' + _each("    ", "") + '\n    """;\n',
    "App.cs: plus": "var k = " + _each('"', '\\r\\n"', " +\n    ") + ";\n",
    "App.cs: verbatim": f'var k = @"{_each("", "")}";\n',
    "main.go: plus": "k := " + _each('"', '\\n"', " +\n\t") + "\n",
    "main.go: raw": f"k := `{_each('', '')}`\n",
    "app.rb: heredoc": f"k = <<~K\n{_each('  ', '')}\nK\n",
    "app.rb: plus": "k = " + _each('"', '\\n"', " +\n    ") + "\n",
    "app.rb: continued": "k = " + _each('"', '\\n"', " \\\n    ") + "\n",
    "app.php: dot": "$k = " + _each('"', '\\n"', " .\n    ") + ";\n",
    "app.php: heredoc": f"$k = <<<K\n{_each('', '')}\nK;\n",
    "run.sh: heredoc": f"cat > k.pem <<EOF\n{_each('', '')}\nEOF\n",
    "run.sh: quoted": f'export K="{_each("", "")}"\n',
    "run.sh: dollar": f"export K=$'{_each('', '', chr(92) + 'n')}'\n",
    "a.yaml: block": f"key: |\n{_each('    ', '')}\n",
    "a.yaml: quoted": f'key: "{_each("", "", chr(92) + "n")}"\n',
    "a.json: literal": json.dumps({"private_key": _each("", "")}),
    "a.json: twice": json.dumps({"inner": json.dumps({"private_key": _each("", "")})}),
    ".env: literal": f"K={_each('', '', chr(92) + 'n')}\n",
    "mail.txt: quoted": _each("> ", "") + "\n",
    "a.c: adjacent": "char *k =\n" + _each('  "', '\\n"') + ";\n",
}


@pytest.mark.parametrize("written", _WRITTEN)
def test_a_private_key_is_found_once(written: str) -> None:
    ready = builtin()
    blob = Blob(FileOrigin(written.partition(":")[0].encode()), _WRITTEN[written].encode())
    found = Scanner(ready.rules, ready.hyperscan, 0.0).scan_blob(blob).findings
    assert [one.rule_id for one in found if one.rule_id != "env-file-with-values"] == ["private-key-rsa"]
    first = _WRITTEN[written][: _WRITTEN[written].index("BEGIN")].count("\n") + 1
    assert first <= found[0].location.start.line <= first + 1
