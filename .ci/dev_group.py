"""Print the development dependencies of pyproject.toml, one a line: pips before 25.1 cannot install a group."""

import sys
from pathlib import Path

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

with Path("pyproject.toml").open("rb") as file:
    sys.stdout.write("\n".join(tomllib.load(file)["dependency-groups"]["dev"]) + "\n")
