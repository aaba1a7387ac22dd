"""What a broken or hostile identity provider may try, and what a slow one costs."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from fake_issuer import BACK, CLIENT_ID, NONCE, FakeIssuer, key, unsigned
from joserfc.jwk import ECKey, OctKey, RSAKey
from loopback import Told, told

from providers.oidc import Identity, OidcDirectory, OidcRefused, OidcUnavailable
from providers.oidc_issuer import MAX_AGE

pytestmark = pytest.mark.slow

DESCRIPTION = "/.well-known/openid-configuration"


@pytest.fixture(scope="module")
def first_key() -> RSAKey:
    return key("first")


@pytest.fixture(scope="module")
def second_key() -> RSAKey:
    return key("second")


@pytest.fixture
def issuer(first_key: RSAKey) -> Iterator[FakeIssuer]:
    fake = FakeIssuer(first_key)
    with fake.server:
        yield fake


def finish(directory: OidcDirectory, **other: str) -> Identity:
    return directory.finish(BACK, "code", **{"nonce": NONCE, "code_verifier": "v" * 64, **other})


def refusal(directory: OidcDirectory, **other: str) -> str:
    with pytest.raises(OidcRefused) as caught:
        finish(directory, **other)
    return caught.value.reason


def test_an_honest_provider_needs_no_userinfo(issuer: FakeIssuer) -> None:
    assert finish(issuer.directory()) == Identity(issuer.url, "zhang", "张三", "13812345678")
    assert issuer.asked("/me") == 0


@pytest.mark.parametrize(
    ("lie", "reason"),
    [
        ({"nonce": "another"}, "nonce"),
        ({"nonce": None}, "nonce"),
        ({"nonce": ["nonce-of-this-log-in"]}, "nonce"),
        ({"aud": "somebody else"}, "audience"),
        ({"aud": ["somebody else", "and another"]}, "audience"),
        ({"aud": None}, "audience"),
        ({"aud": []}, "audience"),
        ({"aud": {"ours": 1}}, "audience"),
        ({"aud": [CLIENT_ID, "somebody else"]}, "azp"),
        ({"azp": "somebody else"}, "azp"),
        ({"aud": [CLIENT_ID, "somebody else"], "azp": "somebody else"}, "azp"),
        ({"iss": "http://127.0.0.1:9"}, "issuer"),
        ({"iss": None}, "issuer"),
        ({"exp": None}, "bad_claims"),
        ({"exp": "tomorrow"}, "bad_claims"),
        ({"exp": 10**400}, None),
        ({"iat": None}, "bad_claims"),
        ({"sub": None}, "bad_claims"),
        ({"sub": ""}, "bad_claims"),
        ({"sub": 7}, "bad_claims"),
        ({"sub": "x" * 256}, "bad_claims"),
        ({"at_hash": "of another token"}, "at_hash"),
        ({"at_hash": 7}, "at_hash"),
    ],
    ids=str,
)
def test_claims_that_are_not_for_us_are_refused(
    issuer: FakeIssuer, lie: dict[str, Any], reason: str | None
) -> None:
    issuer.lies.claims = lie
    if reason:
        assert refusal(issuer.directory()) == reason
    else:
        assert finish(issuer.directory()).subject == "zhang"


@pytest.mark.parametrize(
    ("claim", "seconds", "reason"),
    [
        ("exp", -25, None),
        ("exp", -35, "expired"),
        ("iat", 25, None),
        ("iat", 35, "bad_claims"),
        ("nbf", 25, None),
        ("nbf", 35, "bad_claims"),
    ],
)
def test_clocks_may_differ_by_a_little(
    issuer: FakeIssuer, claim: str, seconds: int, reason: str | None
) -> None:
    issuer.lies.claims = {claim: int(issuer.now) + seconds}
    if reason:
        assert refusal(issuer.directory()) == reason
    else:
        finish(issuer.directory())


def test_several_audiences_are_fine_when_we_are_the_party(issuer: FakeIssuer) -> None:
    issuer.lies.claims = {"aud": [CLIENT_ID, "somebody else"], "azp": CLIENT_ID}
    assert finish(issuer.directory()).subject == "zhang"


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
@pytest.mark.parametrize("kid", ["first", None])
def test_algorithms_that_prove_nothing_are_refused(
    issuer: FakeIssuer, algorithm: str, kid: str | None
) -> None:
    issuer.lies.header = {"alg": algorithm, "kid": kid}
    assert refusal(issuer.directory()) == "algorithm"


def test_a_shared_secret_among_the_keys_is_of_no_use(issuer: FakeIssuer, first_key: RSAKey) -> None:
    issuer.published = [first_key, OctKey.generate_key(256, {"kid": "oct"})]
    issuer.lies.header = {"alg": "HS256", "kid": "oct"}
    assert refusal(issuer.directory()) == "algorithm"


@pytest.mark.parametrize("crit", [["surprise"], "surprise"])
def test_a_header_that_must_be_understood_and_is_not(issuer: FakeIssuer, crit: Any) -> None:
    header = {"alg": "RS256", "kid": "first", "crit": crit, "surprise": 1}
    issuer.lies.token = {"id_token": unsigned(header, issuer.claims()) + "c2lnbmF0dXJl"}
    assert refusal(issuer.directory()) == "bad_token"


def test_a_signature_by_another_key_is_refused_after_one_more_look(
    issuer: FakeIssuer, second_key: RSAKey
) -> None:
    directory = issuer.directory()
    finish(directory)
    issuer.signing = second_key
    issuer.lies.header = {"kid": "first"}
    assert refusal(directory) == "signature"
    assert issuer.asked("/keys") == 2


def test_changed_keys_are_noticed_by_themselves(issuer: FakeIssuer, second_key: RSAKey) -> None:
    directory = issuer.directory()
    finish(directory)
    finish(directory)
    assert issuer.asked("/keys") == 1
    issuer.signing, issuer.published = second_key, [second_key]
    assert finish(directory).subject == "zhang"
    assert issuer.asked("/keys") == 2


def test_an_unknown_key_is_looked_for_once(issuer: FakeIssuer) -> None:
    directory = issuer.directory()
    finish(directory)
    issuer.lies.header = {"kid": "never published"}
    assert refusal(directory) == "signature"
    assert issuer.asked("/keys") == 2


def test_keys_just_fetched_are_not_fetched_again(issuer: FakeIssuer) -> None:
    issuer.lies.header = {"kid": "never published"}
    assert refusal(issuer.directory()) == "signature"
    assert issuer.asked("/keys") == 1


def test_a_token_without_key_name_is_read_with_the_only_key(issuer: FakeIssuer) -> None:
    issuer.lies.header = {"kid": None}
    assert finish(issuer.directory()).subject == "zhang"


def test_withdrawn_keys_and_moved_addresses_are_noticed_within_the_hour(
    issuer: FakeIssuer, second_key: RSAKey
) -> None:
    directory = issuer.directory()
    finish(directory)
    issuer.now += MAX_AGE - 1
    finish(directory)
    assert (issuer.asked(DESCRIPTION), issuer.asked("/keys")) == (1, 1)
    issuer.now += 2
    issuer.published = [second_key]
    assert refusal(directory) == "signature"
    assert (issuer.asked(DESCRIPTION), issuer.asked("/keys")) == (2, 2)


def test_keys_that_are_not_for_signatures_or_not_understood_are_passed_over(
    issuer: FakeIssuer, first_key: RSAKey
) -> None:
    keys = [
        {"kty": "future", "kid": "f"},
        ECKey.generate_key("P-256", {"kid": "first", "use": "enc"}).as_dict(private=False),
        first_key.as_dict(private=False),
    ]
    issuer.lies.answers["/keys"] = told({"keys": keys})
    assert finish(issuer.directory()).subject == "zhang"


def test_a_key_for_sealing_beside_the_only_one_for_signing_does_not_confuse(
    issuer: FakeIssuer, first_key: RSAKey
) -> None:
    issuer.published = [RSAKey.generate_key(2048, {"kid": "sealing", "use": "enc"}), first_key]
    issuer.lies.header = {"kid": None}
    assert finish(issuer.directory()).subject == "zhang"


@pytest.mark.parametrize(
    "content",
    [{}, {"keys": []}, {"keys": "x"}, {"keys": ["x"]}, {"keys": [{"kty": "RSA", "n": "!", "e": 7}]}],
    ids=str,
)
def test_keys_that_are_no_keys(issuer: FakeIssuer, content: Any) -> None:
    issuer.lies.answers["/keys"] = told(content)
    assert refusal(issuer.directory()) == "bad_keys"


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "a.b.c.d.e", "é.b.c", "." * 3, 7, None, ["x"]], ids=repr)
def test_an_id_token_that_is_none(issuer: FakeIssuer, token: Any) -> None:
    issuer.lies.token = {"id_token": token}
    assert refusal(issuer.directory()) in ("bad_token", "token_answer")


@pytest.mark.parametrize(
    "lie", [{"access_token": None}, {"token_type": "DPoP"}, {"token_type": None}], ids=str
)
def test_a_token_answer_that_lacks_something(issuer: FakeIssuer, lie: dict[str, Any]) -> None:
    issuer.lies.token = lie
    assert refusal(issuer.directory()) == "token_answer"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (told({"error": "invalid_grant"}, 400), "code"),
        (told({"error": "invalid_client"}, 401), "client"),
        (told({"error": ["odd"]}, 400), "token_answer"),
        (Told(200, b"<html>"), "token_answer"),
        (Told(302, b"", {"Location": "/elsewhere"}), "token_answer"),
    ],
    ids=["code", "client", "odd", "html", "redirect"],
)
def test_refusals_of_the_code(issuer: FakeIssuer, answer: Told, reason: str) -> None:
    issuer.lies.answers["/token"] = answer
    assert refusal(issuer.directory()) == reason


def test_what_the_token_lacks_comes_from_userinfo(issuer: FakeIssuer) -> None:
    issuer.lies.claims = {"name": None, "phone_number": None}
    assert finish(issuer.directory()) == Identity(issuer.url, "zhang", "张三", "13812345678")
    asked = [heard.headers["authorization"] for heard in issuer.server.heard if heard.path == "/me"]
    assert asked == ["Bearer at"]


def test_the_signed_token_goes_before_userinfo(issuer: FakeIssuer) -> None:
    issuer.lies.claims = {"phone_number": None}
    issuer.lies.userinfo = {"sub": "zhang", "name": "李四"}
    identity = finish(issuer.directory())
    assert (identity.name, identity.phone) == ("张三", None)


@pytest.mark.parametrize("subject", ["li", None, 7])
def test_userinfo_of_another_person_is_refused(issuer: FakeIssuer, subject: Any) -> None:
    issuer.lies.claims = {"name": None}
    issuer.lies.userinfo = {"sub": subject, "name": "李四"}
    assert refusal(issuer.directory()) == "userinfo_subject"


@pytest.mark.parametrize(
    "answer", [told({}, 401), Told(200, b"[]"), Told(200, b"x")], ids=["401", "list", "text"]
)
def test_userinfo_that_cannot_be_read(issuer: FakeIssuer, answer: Told) -> None:
    issuer.lies.claims = {"name": None}
    issuer.lies.answers["/me"] = answer
    assert refusal(issuer.directory()) == "userinfo"


def test_a_provider_without_userinfo_will_do(issuer: FakeIssuer) -> None:
    issuer.lies.claims = {"name": None}
    issuer.lies.description = {"userinfo_endpoint": ""}
    assert finish(issuer.directory()).name == ""


@pytest.mark.parametrize(
    "lie",
    [
        {"phone_number_verified": False},
        {"phone_number_verified": "true"},
        {"phone_number_verified": None},
        {"phone_number": 13812345678},
        {"phone_number": "+85251234567"},
    ],
    ids=str,
)
def test_only_a_verified_mainland_mobile_counts_as_phone(issuer: FakeIssuer, lie: dict[str, Any]) -> None:
    issuer.lies.claims = lie
    issuer.lies.userinfo = {"sub": "zhang"}
    assert finish(issuer.directory()).phone is None


@pytest.mark.parametrize(("name", "taken"), [(" 张\u0000 三\n", "张 三"), ("x" * 41, ""), (7, ""), ("", "")])
def test_names_are_taken_as_people_mean_them(issuer: FakeIssuer, name: Any, taken: str) -> None:
    issuer.lies.claims = {"name": name}
    issuer.lies.userinfo = {"sub": "zhang"}
    assert finish(issuer.directory()).name == taken


@pytest.mark.parametrize(
    ("lie", "reason"),
    [
        ({"issuer": "http://127.0.0.1:9"}, "issuer"),
        ({"issuer": None}, "issuer"),
        ({"token_endpoint": None}, "bad_description"),
        ({"token_endpoint": "file:///etc/passwd"}, "bad_description"),
        ({"authorization_endpoint": "javascript:alert(1)"}, "bad_description"),
        ({"jwks_uri": ""}, "bad_description"),
    ],
    ids=str,
)
def test_a_description_that_does_not_fit(issuer: FakeIssuer, lie: dict[str, Any], reason: str) -> None:
    issuer.lies.description = lie
    assert refusal(issuer.directory()) == reason
    with pytest.raises(OidcRefused):
        issuer.directory().begin(BACK)


@pytest.mark.parametrize("missing", ["nonce", "code_verifier"])
def test_a_log_in_that_was_not_begun_is_not_finished(issuer: FakeIssuer, missing: str) -> None:
    assert refusal(issuer.directory(), **{missing: ""}) == "incomplete"
    assert issuer.server.heard == []


@pytest.mark.parametrize("path", [DESCRIPTION, "/keys", "/token", "/me"])
@pytest.mark.parametrize(
    "answer", [Told(pause=5), Told(503), Told(429), Told(200, b"{}" + b" " * 60, drip=0.1)],
    ids=["silent", "503", "429", "dripping"],
)  # fmt: skip
def test_a_slow_or_sick_provider_is_unavailable_soon(issuer: FakeIssuer, path: str, answer: Told) -> None:
    issuer.lies.claims = {"name": None}
    issuer.lies.answers[path] = answer
    since = time.monotonic()
    with pytest.raises(OidcUnavailable):
        finish(issuer.directory(timeout=0.3))
    assert time.monotonic() - since < 2


def test_after_trouble_the_next_log_in_is_tried_anew(issuer: FakeIssuer) -> None:
    directory = issuer.directory()
    issuer.lies.answers[DESCRIPTION] = Told(503)
    with pytest.raises(OidcUnavailable):
        directory.begin(BACK)
    issuer.lies.answers.clear()
    assert directory.begin(BACK).url.startswith(f"{issuer.url}/auth?")


def test_a_provider_that_is_gone_is_unavailable(first_key: RSAKey) -> None:
    fake = FakeIssuer(first_key)
    with fake.server:
        directory = fake.directory()
    with pytest.raises(OidcUnavailable):
        directory.begin(BACK)


def test_what_must_stay_secret_does_not_show_in_a_trace(issuer: FakeIssuer) -> None:
    begun = issuer.directory().begin(BACK)
    assert begun.code_verifier not in repr(begun)
    identity = finish(issuer.directory())
    assert repr(identity) == f"Identity(issuer={issuer.url!r}, subject='zhang')"
