"""行政区划 (GB/T 2260) to the county, with what became of retired codes.

Codes and names in use are read from the npm package @vant/area-data, which package.json pins; regions.toml adds what
that package lacks. Below a city without counties (such as 441900 东莞市) the package lists streets, and in many cities
development zones: neither is part of GB/T 2260.
"""

import json
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("regions.toml")
_PACKAGE = Path("node_modules") / "@vant" / "area-data" / "dist" / "index.js"
_LINE = re.compile(r'([1-9]\d{5}): ("(?:[^"\\]|\\.)*")')

_WITHOUT_COUNTIES = ("4419", "4420", "4604", "6202")
_PROVINCES_ALONE = ("71", "81", "82")  # GB/T 2260 has nothing below them
_DIRECT = "90"  # third and fourth digit of counties right under a province


@dataclass(frozen=True, slots=True)
class Region:
    """One code; ``parent`` and ``successor`` are codes or empty."""

    code: str
    name: str
    parent: str
    is_retired: bool
    successor: str


@cache
def regions(root: Path) -> tuple[Region, ...]:
    """Every region by code; ``root`` holds node_modules. Raises FileNotFoundError where the package is missing."""
    with _FILE.open("rb") as file:
        ours = tomllib.load(file)
    retired: dict[str, list[str]] = ours["retired"]
    unwanted = {*ours["skip"], *retired}
    found = _LINE.findall((root / _PACKAGE).read_text("utf-8"))
    names = {code: json.loads(text) for code, text in found if code not in unwanted and _is_region(code)}
    names |= ours["add"]
    everything = names | {code: name for code, (name, _successor) in retired.items()}
    return tuple(
        Region(
            code,
            everything[code],
            _parent(code, everything),
            code in retired,
            retired[code][1] if code in retired else "",
        )
        for code in sorted(everything)
    )


def _is_region(code: str) -> bool:
    if code.startswith(_PROVINCES_ALONE):
        return code.endswith("0000")
    if code.startswith(_WITHOUT_COUNTIES):
        return code.endswith("00")
    if code[2:4] == _DIRECT:
        return code[4:] != "00"
    return not (70 <= int(code[4:]) < 80 or int(code[4:]) >= 90)


def _parent(code: str, names: dict[str, str]) -> str:
    """The city above a county, or the province where there is none."""
    above = (code[:4] + "00", code[:2] + "0000")
    return next((other for other in above if other != code and other in names), "")
