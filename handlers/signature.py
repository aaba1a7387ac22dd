"""A signature as a form brings it: the strokes, and what was ticked beside it."""

from flask import request

from handlers.forms import Form
from services.agreements.consenting import Signed


def signed(form: Form) -> Signed:
    """The strokes, and whether each consent was given; the boxes stay as they were ticked."""
    strokes = request.form.get("strokes", "")
    return {
        "consent": form.is_ticked("consent"),
        "identity": form.is_ticked("identity"),
        "strokes": strokes,
    }
