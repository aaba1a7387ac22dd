"""The tables that 合作单位 hand in (教学厅函〔2022〕8号 附件2), checked."""

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from domain import personal
from domain.refusals import Invalid
from models.partner import Partner

KINDS = ("interface", "embed")
_WIDEST = {4: 16, 6: 32}  # bits that a range leaves free at least
_MOST_LINES = 20
_PHONE = re.compile(r"\+?[0-9][0-9 -]{5,19}")


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerForm:
    """接口单位信息表 or 嵌入单位信息表 (教学厅函〔2022〕8号 附件2): the latter without addresses, with its sites."""

    kind: str
    name: str
    contact_name: str
    contact_duty: str = ""
    landline: str = ""
    mobile: str = ""
    email: str = ""
    ip_ranges: str = ""
    sites: str = ""


def checked(form: PartnerForm) -> dict[str, Any]:
    """The columns of a table. Raises Invalid."""
    columns: dict[str, Any] = {name: getattr(form, name) for name in PartnerForm.__dataclass_fields__}
    for name in ("name", "contact_name", "contact_duty"):
        columns[name] = personal.prose(columns[name])
    for name in ("landline", "mobile", "email"):
        columns[name] = personal.clean(columns[name])
    needed = ("name", "contact_name", "mobile", "email", "ip_ranges" if form.kind == "interface" else "sites")
    wrong = {name: "required" for name in needed if not columns[name].strip()}
    if form.kind not in KINDS:
        wrong["kind"] = "bad_choice"
    limits = {"name": 100, "contact_name": 40, "contact_duty": 40, "landline": 30}
    wrong |= {name: "too_long" for name, most in limits.items() if len(columns[name]) > most}
    wrong |= {name: "bad_contact_phone" for name in ("mobile", "landline") if _is_odd(_PHONE, columns[name])}
    wrong |= {"email": "bad_email"} if _is_odd(personal.EMAIL, columns["email"]) else {}
    ranges = _ranges(columns["ip_ranges"]) if form.kind == "interface" else ""
    sites = _sites(columns["sites"]) if form.kind == "embed" else ""
    wrong |= {} if ranges is not None or "ip_ranges" in wrong else {"ip_ranges": "partner_ip_ranges"}
    wrong |= {} if sites is not None or "sites" in wrong else {"sites": "partner_sites"}
    if wrong:
        raise Invalid("form", fields=wrong)
    return columns | {"ip_ranges": ranges, "sites": sites}


def _is_odd(form: re.Pattern[str], text: str) -> bool:
    return bool(text) and not form.fullmatch(text)


def _ranges(text: str) -> str | None:
    """Address ranges, one a line; None where one is none, or too wide to tell anybody from the rest of the world."""
    found = []
    for line in re.split(r"[\s,;，；、]+", text.strip()):
        try:
            net = ipaddress.ip_network(line, strict=False)
        except ValueError:
            return None
        if net.max_prefixlen - net.prefixlen > net.max_prefixlen - _WIDEST[net.version]:
            return None
        found.append(str(net))
    return "\n".join(found) if len(found) <= _MOST_LINES else None


def _sites(text: str) -> str | None:
    """Origins, one a line; None where one is none."""
    found = []
    for line in re.split(r"[\s,;，；、]+", text.strip()):
        parts = urlsplit(line)
        host = parts.netloc
        if parts.scheme != "https" or not re.fullmatch(
            r"[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::[0-9]{1,5})?", host.lower()
        ):
            return None
        if parts.path not in ("", "/") or parts.query or parts.fragment:
            return None
        found.append(f"https://{host.lower()}")
    return "\n".join(found) if len(found) <= _MOST_LINES else None


def widened(partner: Partner, columns: Mapping[str, Any]) -> str:
    """The field by which a table would let more in than the partner's does; empty for none."""
    old = _networks(partner.ip_ranges)
    for net in _networks(columns["ip_ranges"]):
        if not any(net.version == one.version and net.subnet_of(one) for one in old):
            return "ip_ranges"
    return "" if set(columns["sites"].split()) <= set(partner.sites.split()) else "sites"


def _networks(lines: str) -> list[Any]:
    return [ipaddress.ip_network(line) for line in lines.split()]
