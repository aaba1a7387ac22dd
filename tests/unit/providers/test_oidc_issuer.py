import json
from typing import Any

import pytest

from providers.oidc_answers import OidcRefused
from providers.oidc_issuer import Issuer
from providers.outgoing import Answer

SAFE = "https://id.example.edu.cn"


class Shelf:
    """Stands where the network is: one document at every address, and what was asked for."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._answer = Answer(200, json.dumps(document).encode())
        self.asked: list[str] = []

    def get(self, url: str, *, bearer: str = "") -> Answer:
        self.asked.append(url)
        return self._answer


def document(issuer: str, **other: Any) -> dict[str, Any]:
    names = ("authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint")
    return {"issuer": issuer, **{name: f"{SAFE}/{name}" for name in names}, **other}


def issuer(address: str, shelf: Shelf) -> Issuer:
    return Issuer(address, shelf, clock=lambda: 0.0)


@pytest.mark.parametrize("address", [SAFE, f"{SAFE}/", f"{SAFE}/realm"])
def test_the_description_lies_below_the_issuer(address: str) -> None:
    shelf = Shelf(document(address))
    assert issuer(address, shelf).description().jwks_uri == f"{SAFE}/jwks_uri"
    assert shelf.asked == [f"{address.rstrip('/')}/.well-known/openid-configuration"]


def test_an_almost_equal_issuer_is_another() -> None:
    with pytest.raises(OidcRefused, match="issuer"):
        issuer(SAFE, Shelf(document(f"{SAFE}/"))).description()


@pytest.mark.parametrize(
    "name", ["authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint"]
)
def test_a_safe_issuer_may_not_send_us_to_an_unsafe_address(name: str) -> None:
    shelf = Shelf(document(SAFE, **{name: "http://id.example.edu.cn/x"}))
    with pytest.raises(OidcRefused, match="bad_description"):
        issuer(SAFE, shelf).description()


@pytest.mark.parametrize(
    ("told", "in_form"),
    [
        ({}, False),
        ({"token_endpoint_auth_methods_supported": []}, False),
        ({"token_endpoint_auth_methods_supported": ["client_secret_post"]}, True),
        ({"token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"]}, False),
        ({"token_endpoint_auth_methods_supported": ["private_key_jwt"]}, False),
        ({"token_endpoint_auth_methods_supported": 7}, False),
    ],
)
def test_how_the_secret_is_to_be_shown(told: dict[str, Any], in_form: bool) -> None:
    assert issuer(SAFE, Shelf(document(SAFE, **told))).description().secret_in_form is in_form
