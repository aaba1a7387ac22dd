"""Forms: what was typed, what was wrong with it, and the answer that shows both."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Response, make_response, request

from domain.refusals import Conflict, Invalid, Refusal, TooMany, Unavailable
from handlers import visit
from handlers.dress import page

_LONGEST = 600  # characters; every field's own limit is below, so that what is longer is refused and not cut


class Form:
    """One form on one page. ``kept`` names the fields that are shown again; passwords and codes never are."""

    def __init__(self, *kept: str, **values: object) -> None:
        self.values: dict[str, object] = dict.fromkeys(kept, "") | values
        self.refusal: Refusal | None = None
        if self.is_sent:
            self.values |= {name: self.text(name) for name in kept}

    @property
    def is_sent(self) -> bool:
        """Whether this request brings the form, rather than asking for it."""
        return request.method == "POST"

    @property
    def errors(self) -> dict[str, str]:
        """Field → what is wrong with it."""
        return self.refusal.fields if self.refusal else {}

    @property
    def error(self) -> str:
        """What is wrong with the whole, unless it is said beside a field already."""
        if self.refusal is None or self.refusal.say in self.refusal.fields.values():
            return ""
        return self.refusal.say

    @property
    def ink(self) -> str:
        """The strokes of a signature, for the page to show again: not of a wrong one, nor where things have changed."""
        if not self.is_sent or "ink" in self.errors or isinstance(self.refusal, Conflict):
            return ""
        return request.form.get("strokes", "")

    def text(self, name: str) -> str:
        """What was typed into a field, without outer spaces."""
        return request.form.get(name, "")[:_LONGEST].strip()

    def secret(self, name: str) -> str:
        """A password exactly as it was typed."""
        return request.form.get(name, "")[:_LONGEST]

    def is_ticked(self, name: str) -> bool:
        """Whether a box was ticked; the page shows it so again."""
        self.values[name] = self.text(name) == "1"
        return bool(self.values[name])

    def choices(self, name: str, most: int) -> list[str]:
        """What was chosen, each once and without empty choices; at most ``most`` of them."""
        chosen = dict.fromkeys(value.strip() for value in request.form.getlist(name))
        return [value[:_LONGEST] for value in chosen if value][:most]

    def need(self, *names: str) -> None:
        """Raises Invalid naming every one of these fields that was left empty."""
        empty = {name: "required" for name in names if not self.secret(name).strip()}
        if empty:
            raise Invalid("form", fields=empty)

    @contextmanager
    def refusals(self) -> Iterator[None]:
        """Keeps a refusal that the person can mend here; a script gets it as JSON instead."""
        try:
            yield
        except (Invalid, Conflict, TooMany, Unavailable) as refusal:
            if visit.wants_json():
                raise
            self.refusal = refusal

    def show(self, template: str, **values: object) -> Response:
        """The page with the form, under the status of what went wrong."""
        response = make_response(page(template, form=self, **values))
        if self.refusal is not None:
            response.status_code = self.refusal.status
        if isinstance(self.refusal, TooMany):
            response.headers["Retry-After"] = str(self.refusal.retry_after)
        return response
