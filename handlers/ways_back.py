"""Where somebody is led who opens an address that only takes a form in, as a reload after a refused form does."""

from flask import current_app, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule

from handlers import visit


def page_above() -> str | None:
    """The nearest page above such an address, which is where its form stands; None for every other request."""
    if not visit.only_reads() or visit.wants_json() or not _takes_forms_only():
        return None
    path = request.path
    while path := path.rpartition("/")[0]:
        for page in (path, f"{path}/"):
            if _rule(page, "GET"):
                return page
    return None


def _takes_forms_only() -> bool:
    """Whether the address is a form's, even if it could also be read as the code of some record."""
    sent, read = _rule(request.path, "POST"), _rule(request.path, "GET")
    if sent is None or "GET" in (sent.methods or ()):
        return False
    return read is None or len(sent.arguments) < len(read.arguments)


def _rule(path: str, method: str) -> Rule | None:
    """The rule that a method finds at an address."""
    try:
        rule, _values = current_app.url_map.bind("").match(path, method, return_rule=True)
    except HTTPException:
        return None
    return rule
