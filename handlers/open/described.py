"""The OpenAPI document, made of the types that check the calls."""

from functools import cache
from typing import Any

from flask import Response, jsonify
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from domain import signing
from handlers import signed
from handlers.guards import Door, Guard
from services.sharing.schema import KEY, Batch, BatchAnswer, Hello, Outcome, Page, Problem

door = Door("open_described", reads_database=False)

_REF = "#/components/schemas/{model}"
_SIGNING = f"""Every call carries five headers. `{signing.KEY}` names the key, `{signing.TIMESTAMP}` is the time in
seconds, `{signing.NONCE}` 16 to 64 letters, digits, - or _ never used before, `{signing.DIGEST}` the SHA-256 of the
body in hexadecimal, and `{signing.SIGNATURE}` the HMAC-SHA256 under the secret, in hexadecimal, of these lines joined
by line feeds: `WXB1-HMAC-SHA256`, the method, the path with its query, timestamp, nonce, digest. The two clocks may be
{signing.SKEW} seconds apart. Calls from outside the registered address ranges are refused."""


@door.on(f"{signed.OPEN}/openapi.json", Guard.ANYONE)
def openapi() -> Response:
    """The document."""
    return jsonify(document())


@cache
def document() -> dict[str, Any]:
    """OpenAPI 3.1."""
    kinds: list[type[BaseModel]] = [Batch, BatchAnswer, Hello, Outcome, Page, Problem]
    _, schemas = models_json_schema([(kind, "validation") for kind in kinds], ref_template=_REF)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Sharing of posts", "version": "1", "description": _SIGNING},
        "paths": {
            f"{signed.OPEN}/hello": {"get": _verb("hello", "Tries key, address and clock", Hello)},
            f"{signed.OPEN}/posts": {
                "post": _verb("pushPosts", "Brings up to 1,000 posts", BatchAnswer)
                | {"requestBody": _body(Batch)},
                "get": _verb("pullPosts", "What others published and share, in order", Page)
                | {
                    "parameters": [
                        _parameter(
                            "cursor", "query", {"type": "string", "pattern": "^[0-9]{0,18}(-[0-9]{1,18})?$"}
                        )
                    ]
                },
            },
            f"{signed.OPEN}/posts/{{key}}": {
                "delete": _verb("withdrawPost", "Takes a post off", Outcome)
                | {"parameters": [_parameter("key", "path", {"type": "string", "pattern": KEY})]}
            },
        },
        "components": {"schemas": schemas["$defs"], "securitySchemes": _schemes()},
        "security": [{name: [] for name in _schemes()}],
    }


def _verb(name: str, summary: str, answer: type[BaseModel]) -> dict[str, Any]:
    problem = {signed.PROBLEM: {"schema": _to(Problem)}}
    good = {"description": "done", "content": {"application/json": {"schema": _to(answer)}}}
    return {
        "operationId": name,
        "summary": summary,
        "responses": {
            "200": good,
            "default": {"description": "refused; nothing was changed", "content": problem},
        },
    }


def _body(kind: type[BaseModel]) -> dict[str, Any]:
    return {"required": True, "content": {"application/json": {"schema": _to(kind)}}}


def _to(kind: type[BaseModel]) -> dict[str, str]:
    return {"$ref": _REF.format(model=kind.__name__)}


def _parameter(name: str, place: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": place, "required": place == "path", "schema": schema}


def _schemes() -> dict[str, dict[str, str]]:
    return {name: {"type": "apiKey", "in": "header", "name": name} for name in signing.HEADERS}
