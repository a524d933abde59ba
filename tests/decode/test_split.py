"""Tokens and keys that programs put together, in every language and form: found once each, where they begin."""

from __future__ import annotations

import pytest

from scanner.engine.scan import Scanner
from scanner.model import Blob, FileOrigin
from tests.engine.corpus import builtin
from tests.support import token

# Each has the pieces of a text as {0}, {1} and {2}.
FORMS: dict[str, dict[str, str]] = {
    "py": {
        "plus": 'k = "{0}" + "{1}" + "{2}"\n',
        "plus over lines": 'k = ("{0}"\n     + "{1}"  # more\n     + "{2}")\n',
        "plus and a break": "k = '{0}' + \\\n    '{1}' + \\\n    '{2}'\n",
        "adjacent": "k = '{0}' '{1}' \"{2}\"\n",
        "adjacent over lines": 'k = (\n    "{0}"\n    "{1}"\n    "{2}"\n)\n',
        "f-strings": 'k = f"{0}" f\'{1}\' f"{2}"\n',
        "a constant in an f-string": "k = f\"{0}{{'{1}'}}{2}\"\n",
        "join": 'k = "".join(["{0}", "{1}", "{2}"])\n',
        "join of a tuple": "k = ''.join(('{0}', '{1}', '{2}',))\n",
        "a break in a string": 'k = "{0}\\\n{1}\\\n{2}"\n',
        "bytes": 'k = b"{0}" b"{1}" + b"{2}"\n',
    },
    "js": {
        "plus": "const k = '{0}' + '{1}' + '{2}';\n",
        "plus over lines": 'const k = "{0}" +\n  "{1}" + // more\n  "{2}";\n',
        "join": "const k = ['{0}', '{1}', '{2}'].join('');\n",
        "concat": "const k = '{0}'.concat('{1}', '{2}');\n",
        "template literals": "const k = `{0}` + `{1}` + `{2}`;\n",
        "a constant in a template literal": "const k = `{0}${{'{1}'}}{2}`;\n",
        "a break in a string": "const k = '{0}\\\n{1}\\\n{2}';\n",
    },
    "ts": {
        "plus": 'const k: string = "{0}" + "{1}" + "{2}";\n',
        "a constant in a template literal": 'const k: string = `{0}${{"{1}"}}${{"{2}"}}`;\n',
    },
    "java": {
        "plus": 'String k = "{0}" + "{1}" + "{2}";\n',
        "plus over lines": 'String k = "{0}"\n    + "{1}" // more\n    + "{2}";\n',
        "concat": 'String k = "{0}".concat("{1}").concat("{2}");\n',
        "join": 'String k = String.join("", "{0}", "{1}", "{2}");\n',
        "append": 'k = new StringBuilder("{0}").append("{1}").append("{2}").toString();\n',
        "a text block": 'String k = """\n    {0}\\\n    {1}\\\n    {2}""";\n',
    },
    "cs": {
        "plus": 'var k = "{0}" + "{1}" + "{2}";\n',
        "verbatim": 'var k = @"{0}" + @"{1}"\n    + $"{2}";\n',
        "a constant in an interpolated string": 'var k = $"{0}{{"{1}"}}{2}";\n',
        "concat": 'var k = string.Concat("{0}", "{1}", "{2}");\n',
        "join": 'var k = string.Join("", "{0}", "{1}", "{2}");\n',
    },
    "go": {
        "plus": 'k := "{0}" + "{1}" + "{2}"\n',
        "plus over lines": 'k := "{0}" +\n\t"{1}" +\n\t"{2}"\n',
        "raw": "k := `{0}` + `{1}` + `{2}`\n",
        "join": 'k := strings.Join([]string{{"{0}", "{1}", "{2}"}}, "")\n',
    },
    "rb": {
        "plus": "k = '{0}' + '{1}' + '{2}'\n",
        "append": 'k = "{0}" << "{1}" << "{2}"\n',
        "adjacent": 'k = "{0}" "{1}" "{2}"\n',
        "adjacent over lines": 'k = "{0}" \\\n    "{1}" \\\n    "{2}"\n',
        "join": "k = ['{0}', '{1}', '{2}'].join\n",
        "a constant in a string": "k = \"{0}#{{'{1}'}}{2}\"\n",
        "a heredoc": "k = <<~K\n  {0}\\\n  {1}\\\n  {2}\nK\n",
    },
    "php": {
        "dot": "$k = '{0}' . '{1}' . '{2}';\n",
        "dot over lines": "$k = '{0}'\n    . '{1}' // more\n    . '{2}';\n",
        "dot and set": "$k = '{0}'; $k .= '{1}'; $k .= '{2}';\n",
        "implode": "$k = implode('', ['{0}', '{1}', '{2}']);\n",
        "implode of an array": "$k = implode(array('{0}', '{1}', '{2}'));\n",
    },
    "sh": {
        "adjacent": "K='{0}''{1}'\"{2}\"\n",
        "bare and quoted": "K={0}'{1}'\"{2}\"\n",
        "a break in a string": 'export K="{0}\\\n{1}\\\n{2}"\n',
        "a heredoc": "cat <<EOF\nk={0}\\\n{1}\\\n{2}\nEOF\n",
    },
}
CASES = [
    pytest.param(lang, form, id=f"{lang}: {name}") for lang, forms in FORMS.items() for name, form in forms.items()
]


def _found(name: str, text: str) -> list[tuple[str, int]]:
    ready = builtin()
    result = Scanner(ready.rules, ready.hyperscan, 0.0).scan_blob(Blob(FileOrigin(name.encode()), text.encode()))
    return [(finding.rule_id, finding.location.span.start) for finding in result.findings]


@pytest.mark.parametrize("at", [4, 12])
@pytest.mark.parametrize(("language", "form"), CASES)
def test_a_token_in_pieces(language: str, form: str, at: int) -> None:
    secret = token()
    text = "import os\n" + form.format(secret[:at], secret[at:26], secret[26:])
    assert _found(f"app.{language}", text) == [("github-pat", text.index(secret[:at]))]
