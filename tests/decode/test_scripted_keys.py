"""Private keys that a script or a program writes line by line: real ones, found once each, and read to be whole."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from scanner.engine.scan import Scanner
from scanner.model import Blob, FileOrigin
from tests.engine.corpus import builtin
from tests.support import pem

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="makes keys with openssl")

# What stands before a line, behind it, and between two.
FORMS: dict[str, tuple[str, str, str]] = {
    "echo.sh": ('echo "', '" >> k.pem', "\n"),
    "echo, bare.sh": ("echo ", " >> ~/.ssh/id_rsa", "\n"),
    "echo, indented.sh": ("    echo '", '\' >> "$HOME/.ssh/id_rsa"', "\n"),
    "echo, tee.sh": ('echo "', '" | sudo tee -a /etc/ssl/private/k.pem', "\n"),
    "echo, joined.sh": ('echo "', '" >> k.pem', " && \\\n  "),
    "printf.sh": ('printf "', '\\n" >> k.pem', "\n"),
    "printf, format.sh": ("printf '%s\\n' '", "' >> k.pem", "\n"),
    "group.sh": ('  echo "', '"', "\n"),
    "run.Dockerfile": ('echo "', '" >> /k.pem', " && \\\n    "),
    "runs.Dockerfile": ('RUN echo "', '" >> /k.pem', "\n"),
    "echo.bat": ("echo ", " >> k.pem", "\r\n"),
    "at.bat": ("@echo ", ">>k.pem", "\r\n"),
    "dot.bat": ("  echo.", "", "\r\n"),
    "before.bat": (">>k.pem echo ", "", "\r\n"),
    "add.ps1": ('Add-Content -Path k.pem -Value "', '"', "\n"),
    "pipe.ps1": ('"', '" | Out-File -Append k.pem', "\n"),
    "job.yml": ('  - echo "', '" >> k.pem', "\n"),
    "Makefile": ('\t@echo "', '" >> k.pem', "\n"),
    "write.py": ('f.write("', '\\n")', "\n"),
    "print.py": ('print("', '", file=f)', "\n"),
    "append.java": ('sb.append("', '\\n");', "\n"),
    "fwrite.php": ('fwrite($f, "', '\\n");', "\n"),
    "fprintf.c": ('fprintf(f, "', '\\n");', "\n"),
    "fprintln.go": ('fmt.Fprintln(f, "', '")', "\n"),
    "push.js": ('lines.push("', '");', "\n"),
    "puts.rb": ('f.puts "', '"', "\n"),
    "patch.diff": ('+    echo "', '" >> k', "\n"),
    "breaks.html": ("", "<br/>\n", ""),
    "line ends.xml": ("", "&#10;", ""),
    "line ends.url": ("", "%0A", ""),
    "line ends.json": ("", "\\u000a", ""),
    "line ends.c": ("", "\\012", ""),
}


@pytest.fixture(scope="module")
def keys() -> list[list[str]]:
    commands = (
        ("openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout"),
        ("openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"),
    )
    made = [subprocess.run(command, capture_output=True, text=True, check=True).stdout for command in commands]
    return [key.strip().splitlines() for key in made]


@pytest.mark.parametrize("name", FORMS)
def test_it_is_found_once_and_parses(name: str, keys: list[list[str]]) -> None:
    before, after, between = FORMS[name]
    ready = builtin()
    for key in keys:
        text = "#!/bin/sh\n" + between.join(f"{before}{line}{after}" for line in key) + "\n"
        blob = Blob(FileOrigin(name.encode()), text.encode())
        (finding,) = Scanner(ready.rules, ready.hyperscan, 0.0).scan_blob(blob).findings
        assert (finding.evidence, finding.notes) == ("proven", ("the key parses",))
        assert finding.location.start.line == 2


def test_a_first_line_that_makes_the_file(keys: list[list[str]]) -> None:
    first, *others = keys[0]
    text = f'echo "{first}" > k.pem\n' + "".join(f'echo "{line}" >> k.pem\n' for line in others)
    ready = builtin()
    (finding,) = Scanner(ready.rules, ready.hyperscan, 0.0).scan_blob(Blob(FileOrigin(b"a.sh"), text.encode())).findings
    assert finding.evidence == "proven"


@pytest.mark.parametrize("inside", ["====AAAA" * 20, "AB=CDEFG" + "abcdEFGH12" * 9])
def test_padding_in_the_middle_breaks_nothing(inside: str) -> None:
    text = pem("RSA PRIVATE KEY", inside, size=len(inside))
    ready = builtin()
    Scanner(ready.rules, ready.hyperscan, 0.0).scan_blob(Blob(FileOrigin(b"a.sh"), text.encode()))
