"""The whole log-in against a certified server (npm's oidc-provider), with the test as the person's browser."""

import html
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
import requests

from providers.oidc import Begun, Identity, OidcDirectory, OidcRefused

pytestmark = pytest.mark.slow

SERVER = Path(__file__).with_name("provider.mjs")
BACK = "http://127.0.0.1:9/h5/identity/back"
CLIENT_ID = "ncssfwh:h5"
SECRET = "s%41 cret+&/=?:~ long enough to serve"
PEOPLE = {
    "zhang": {"name": "张 三", "phone_number": "+86 13812345678", "phone_number_verified": True},
    "li": {"name": "李四", "phone_number": "+86 13912345678", "phone_number_verified": False},
    "wang": {},
}
# How the client shows who it is, and the keys that sign: what providers differ in most.
FLAVOURS = [
    ("client_secret_basic", "RSA", "RS256"),
    ("client_secret_post", "EC", "ES256"),
    ("none", "RSA", "PS256"),
]


@dataclass(frozen=True)
class Server:
    issuer: str
    secret: str

    def directory(self, secret: str | None = None) -> OidcDirectory:
        return OidcDirectory(self.issuer, CLIENT_ID, self.secret if secret is None else secret)


def start(method: str, key_type: str, algorithm: str) -> subprocess.Popen[str]:
    node = shutil.which("node")
    assert node, "this test needs node on the PATH"
    client = {
        "client_id": CLIENT_ID,
        "redirect_uris": [BACK],
        "token_endpoint_auth_method": method,
        "id_token_signed_response_alg": algorithm,
    }
    if method != "none":
        client["client_secret"] = SECRET
    asked = {"client": client, "people": PEOPLE, "authMethods": [method], "keyType": key_type}
    return subprocess.Popen(
        [node, str(SERVER), json.dumps(asked)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def issuer_of(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    assert process.stderr
    for line in process.stdout:
        if line.startswith("{"):
            return str(json.loads(line)["issuer"])
    raise AssertionError(f"the log-in server did not start:\n{process.stderr.read()}")


@pytest.fixture(scope="module", params=FLAVOURS, ids=lambda flavour: flavour[0])
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    method = request.param[0]
    with start(*request.param) as process:
        try:
            yield Server(issuer_of(process), "" if method == "none" else SECRET)
        finally:
            process.kill()


def log_in(url: str, login: str) -> dict[str, str]:
    """Walks the browser through log-in and consent; the query that comes back to us."""
    with requests.Session() as browser:
        answer = browser.get(url, allow_redirects=False, timeout=10)
        for _ in range(12):
            if answer.is_redirect:
                target = urljoin(answer.url, answer.headers["Location"])
                if target.startswith(BACK):
                    return {name: values[0] for name, values in parse_qs(urlsplit(target).query).items()}
                answer = browser.get(target, allow_redirects=False, timeout=10)
            else:
                answer = browser.post(
                    *filled(answer.url, answer.text, login), allow_redirects=False, timeout=10
                )
    raise AssertionError(f"never came back; last: {answer.status_code} {answer.url}")


def filled(page_url: str, page: str, login: str) -> tuple[str, dict[str, str]]:
    action = re.search(r'action="([^"]+)"', page)
    prompt = re.search(r'name="prompt" value="(\w+)"', page)
    assert action, page
    assert prompt, page
    return urljoin(page_url, html.unescape(action[1])), {
        "prompt": prompt[1],
        "login": login,
        "password": "any",
    }


def finish(directory: OidcDirectory, begun: Begun, code: str, **other: Any) -> Identity:
    given = {"redirect_uri": BACK, "nonce": begun.nonce, "code_verifier": begun.code_verifier, **other}
    return directory.finish(given.pop("redirect_uri"), code, **given)


def refusal(directory: OidcDirectory, begun: Begun, code: str, **other: Any) -> str:
    with pytest.raises(OidcRefused) as caught:
        finish(directory, begun, code, **other)
    return caught.value.reason


def test_a_person_logs_in(server: Server) -> None:
    directory = server.directory()
    begun = directory.begin(BACK)
    back = log_in(begun.url, "zhang")
    assert back["state"] == begun.state
    assert finish(directory, begun, back["code"]) == Identity(server.issuer, "zhang", "张 三", "13812345678")


@pytest.mark.parametrize(("login", "name"), [("li", "李四"), ("wang", "")])
def test_a_phone_that_nobody_verified_is_not_taken(server: Server, login: str, name: str) -> None:
    directory = server.directory()
    begun = directory.begin(BACK)
    identity = finish(directory, begun, log_in(begun.url, login)["code"])
    assert (identity.subject, identity.name, identity.phone) == (login, name, None)


def test_two_log_ins_share_nothing(server: Server) -> None:
    directory = server.directory()
    one, other = directory.begin(BACK), directory.begin(BACK)
    parts = ("state", "nonce", "code_verifier")
    assert all(getattr(one, part) != getattr(other, part) for part in parts)
    query = parse_qs(urlsplit(one.url).query)
    assert query["code_challenge_method"] == ["S256"]
    assert query["scope"] == ["openid profile phone"]
    assert one.code_verifier not in one.url


def test_a_code_is_for_one_use(server: Server) -> None:
    directory = server.directory()
    begun = directory.begin(BACK)
    code = log_in(begun.url, "zhang")["code"]
    finish(directory, begun, code)
    assert refusal(directory, begun, code) == "code"


def test_a_stolen_code_is_of_no_use_in_another_log_in(server: Server) -> None:
    directory = server.directory()
    victim, thief = directory.begin(BACK), directory.begin(BACK)
    assert refusal(directory, thief, log_in(victim.url, "zhang")["code"]) == "code"


def test_the_nonce_must_be_that_of_this_log_in(server: Server) -> None:
    directory = server.directory()
    begun = directory.begin(BACK)
    code = log_in(begun.url, "zhang")["code"]
    assert refusal(directory, begun, code, nonce=directory.begin(BACK).nonce) == "nonce"


def test_the_address_to_come_back_to_must_be_the_same(server: Server) -> None:
    directory = server.directory()
    begun = directory.begin(BACK)
    code = log_in(begun.url, "zhang")["code"]
    assert refusal(directory, begun, code, redirect_uri=BACK + "/other") == "code"


def test_a_wrong_secret_is_our_own_trouble(server: Server) -> None:
    directory = server.directory("not the secret, and long enough as well")
    begun = directory.begin(BACK)
    assert refusal(directory, begun, log_in(begun.url, "zhang")["code"]) == "client"


def test_a_person_who_says_no_comes_back_without_a_code(server: Server) -> None:
    begun = server.directory().begin(BACK)
    with requests.Session() as browser:
        page = browser.get(begun.url, timeout=10)
        abort = re.search(r'href="([^"]+/abort)"', page.text)
        assert abort, page.text
        answer = browser.get(urljoin(page.url, abort[1]), allow_redirects=False, timeout=10)
        answer = browser.get(answer.headers["Location"], allow_redirects=False, timeout=10)
    query = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert query["error"] == ["access_denied"]
    assert query["state"] == [begun.state]
