"""The status tables of 网签: agreements by their three ways, the code that a unit scans, and 解约.

教学厅函〔2021〕14号 names the ways: 线上签约/解约, 线下签约/解约, 已签协议信息登记. All of them end in the same
life: an agreement takes effect once it is sealed, may be released by both sides, or be made void where it came about
by fraud.
"""

from collections.abc import Mapping

from domain.actors import Role
from domain.machine import Machine, To, to

UNIT = (Role.SIGNER, Role.EMPLOYER)  # whoever acts for the unit: by a code without an account, or registered
FIRST_REVIEW = (Role.COUNSELOR, Role.COLLEGE)

# From the school's word to the end, whatever the way there.
_LIFE: Mapping[tuple[str, str], To] = {
    ("sealing", "seal"): to("effective", Role.SYSTEM),
    ("effective", "ask_release"): to("releasing", Role.GRADUATE, *UNIT, *FIRST_REVIEW),
    ("releasing", "keep"): to("effective", Role.GRADUATE, *UNIT, *FIRST_REVIEW, Role.SCHOOL, Role.SYSTEM),
    ("releasing", "release"): to("released", Role.SYSTEM),
    ("sealing", "void"): to("voided", Role.SCHOOL),
    ("effective", "void"): to("voided", Role.SCHOOL),
    ("releasing", "void"): to("voided", Role.SCHOOL),
    # What the national system found wrong with it, and that it is mended: the school says so on that system's word.
    ("effective", "report_error"): to("effective", Role.SCHOOL),
    ("releasing", "report_error"): to("releasing", Role.SCHOOL),
    ("effective", "mend_error"): to("effective", Role.SCHOOL),
    ("releasing", "mend_error"): to("releasing", Role.SCHOOL),
}

# 线上签约. What a reviewer returns is material alone: the terms stay as both sides have signed them.
SIGNING = Machine(
    "signing",
    "draft",
    {
        ("draft", "submit"): to("offered", *UNIT),
        ("draft", "discard"): to("discarded", *UNIT),
        ("draft", "expire"): to("expired", Role.SYSTEM),
        ("offered", "revise"): to("offered", *UNIT),
        ("offered", "recall"): to("recalled", *UNIT),
        ("offered", "decline"): to("declined", Role.GRADUATE),
        ("offered", "expire"): to("expired", Role.SYSTEM),
        ("offered", "accept"): to("college_review", Role.GRADUATE),
        ("college_review", "pass"): to("school_review", *FIRST_REVIEW),
        ("college_review", "return"): to("returned", *FIRST_REVIEW),
        ("school_review", "return"): to("returned", Role.SCHOOL),
        ("returned", "replace"): to("college_review", Role.GRADUATE, *UNIT),
        ("returned", "expire"): to("rejected", Role.SYSTEM),
        ("college_review", "reject"): to("rejected", *FIRST_REVIEW),
        ("school_review", "reject"): to("rejected", Role.SCHOOL),
        ("college_review", "withdraw"): to("withdrawn", Role.GRADUATE),
        ("school_review", "withdraw"): to("withdrawn", Role.GRADUATE),
        ("returned", "withdraw"): to("withdrawn", Role.GRADUATE),
        ("school_review", "pass"): to("sealing", Role.SCHOOL),
        **_LIFE,
    },
)

# 线下签约: apply, get a numbered form, have it signed and stamped on paper, send the scan, which the unit may as well.
PAPER_SIGNING = Machine(
    "paper_signing",
    "draft",
    {
        ("draft", "apply"): to("form_college", Role.GRADUATE),
        ("draft", "discard"): to("discarded", Role.GRADUATE),
        ("draft", "expire"): to("discarded", Role.SYSTEM),
        ("form_college", "recall"): to("draft", Role.GRADUATE),
        ("form_college", "pass"): to("form_school", *FIRST_REVIEW),
        ("form_college", "return"): to("form_returned", *FIRST_REVIEW),
        ("form_college", "reject"): to("rejected", *FIRST_REVIEW),
        ("form_school", "pass"): to("issuing", Role.SCHOOL),
        ("form_school", "return"): to("form_returned", Role.SCHOOL),
        ("form_school", "reject"): to("rejected", Role.SCHOOL),
        ("form_returned", "apply"): to("form_college", Role.GRADUATE),
        ("form_returned", "discard"): to("discarded", Role.GRADUATE),
        ("form_returned", "expire"): to("rejected", Role.SYSTEM),
        ("issuing", "issue"): to("issued", Role.SYSTEM),
        ("issuing", "void"): to("voided", Role.SCHOOL),
        ("issued", "void"): to("voided", Role.SCHOOL),
        ("issued", "upload"): to("college_review", Role.GRADUATE, Role.SIGNER),
        ("issued", "cancel"): to("cancelled", Role.GRADUATE),
        ("issued", "expire"): to("expired", Role.SYSTEM),
        ("college_review", "pass"): to("school_review", *FIRST_REVIEW),
        ("college_review", "return"): to("returned", *FIRST_REVIEW),
        ("college_review", "reject"): to("rejected", *FIRST_REVIEW),
        ("school_review", "pass"): to("sealing", Role.SCHOOL),
        ("school_review", "return"): to("returned", Role.SCHOOL),
        ("school_review", "reject"): to("rejected", Role.SCHOOL),
        ("returned", "upload"): to("college_review", Role.GRADUATE, Role.SIGNER),
        ("returned", "cancel"): to("cancelled", Role.GRADUATE),
        ("returned", "expire"): to("rejected", Role.SYSTEM),
        **_LIFE,
    },
)

# 已签协议信息登记: signed on paper before; the seal is on a receipt that names the scan's digest.
RECORDING = Machine(
    "recording",
    "draft",
    {
        ("draft", "submit"): to("college_review", Role.GRADUATE),
        ("draft", "discard"): to("discarded", Role.GRADUATE),
        ("draft", "expire"): to("discarded", Role.SYSTEM),
        ("college_review", "pass"): to("school_review", *FIRST_REVIEW),
        ("college_review", "return"): to("returned", *FIRST_REVIEW),
        ("college_review", "reject"): to("rejected", *FIRST_REVIEW),
        ("college_review", "withdraw"): to("withdrawn", Role.GRADUATE),
        ("school_review", "pass"): to("sealing", Role.SCHOOL),
        ("school_review", "return"): to("returned", Role.SCHOOL),
        ("school_review", "reject"): to("rejected", Role.SCHOOL),
        ("school_review", "withdraw"): to("withdrawn", Role.GRADUATE),
        ("returned", "submit"): to("college_review", Role.GRADUATE),
        ("returned", "withdraw"): to("withdrawn", Role.GRADUATE),
        ("returned", "expire"): to("rejected", Role.SYSTEM),
        **_LIFE,
    },
)

# 解约, a record of its own. Online the other side answers first; a unit that keeps silent is replaced by its letter
# with the unit's seal (解约函), which is also how a release that was agreed on paper begins. The graduate hands that
# letter in, or 院系或辅导员 for them: it is the unit's word, and nothing of the unit's stands for a graduate's. Whoever
# cannot sign by hand answers the unit's question with it as well.
RELEASE = Machine(
    "release",
    "opened",
    {
        ("opened", "ask"): to("asked", Role.GRADUATE, *UNIT),
        ("opened", "file"): to("college_review", Role.GRADUATE, *FIRST_REVIEW),
        ("opened", "expire"): to("discarded", Role.SYSTEM),
        ("asked", "agree"): to("college_review", Role.GRADUATE, *UNIT),
        ("asked", "refuse"): to("refused", Role.GRADUATE, *UNIT),
        ("asked", "cancel"): to("cancelled", Role.GRADUATE, *UNIT),
        ("asked", "expire"): to("expired", Role.SYSTEM),
        ("asked", "add_proof"): to("college_review", Role.GRADUATE, *FIRST_REVIEW),
        ("expired", "add_proof"): to("college_review", Role.GRADUATE),
        ("college_review", "pass"): to("school_review", *FIRST_REVIEW),
        ("college_review", "reject"): to("rejected", *FIRST_REVIEW),
        ("school_review", "pass"): to("sealing", Role.SCHOOL),
        ("school_review", "reject"): to("rejected", Role.SCHOOL),
        ("sealing", "seal"): to("released", Role.SYSTEM),
        # What is void needs no release.
        ("asked", "void"): to("cancelled", Role.SCHOOL),
        ("college_review", "void"): to("cancelled", Role.SCHOOL),
        ("school_review", "void"): to("cancelled", Role.SCHOOL),
        ("sealing", "void"): to("cancelled", Role.SCHOOL),
    },
)

# 签约码: what a graduate shows or forwards and a unit scans.
TICKET = Machine(
    "signing_ticket",
    "live",
    {
        ("live", "revoke"): to("revoked", Role.GRADUATE),
        ("live", "expire"): to("expired", Role.SYSTEM),
    },
)

AGREEMENTS = (SIGNING, PAPER_SIGNING, RECORDING, RELEASE, TICKET)

ONLINE, PAPER, RECORDED = "online", "paper", "recorded"
BY_KIND = {ONLINE: SIGNING, PAPER: PAPER_SIGNING, RECORDED: RECORDING}

TWO_PARTY, THREE_PARTY = "two", "three"

# Both sides have signed, or the number is out: ``live_key`` is set, and the graduate can make no other one meanwhile.
BINDING = frozenset(
    {"issuing", "issued", "college_review", "school_review", "returned", "sealing", "effective", "releasing"}
)
IN_FORCE = frozenset({"effective", "releasing"})
# The school has given its word, so that nothing but two of its people undoes it.
VOIDABLE = IN_FORCE | {"issuing", "issued", "sealing"}
OVER = frozenset(
    {
        "discarded",
        "expired",
        "recalled",
        "declined",
        "rejected",
        "withdrawn",
        "cancelled",
        "released",
        "voided",
    }
)
IN_REVIEW = frozenset({"college_review", "school_review", "form_college", "form_school"})

# Of a form on paper: its scan may come now, or come anew.
WITH_SCAN = frozenset({"issued", "returned"})

# Of releases: those that nobody but who began them has seen, and those after which the agreement went on.
UNASKED = frozenset({"opened", "discarded"})
IN_VAIN = frozenset({"discarded", "refused", "cancelled", "expired", "rejected"})

# (status, verb) → how it is refused once the time of the status is over, whether or not the clock has been there.
# Giving up, taking back and declining can be done as long as the row stands.
IN_TIME: Mapping[tuple[str, str], str] = {
    ("draft", "submit"): "draft_over",
    ("draft", "apply"): "draft_over",
    ("offered", "revise"): "offer_over",
    ("offered", "accept"): "offer_over",
    ("form_returned", "apply"): "mending_over",
    ("issued", "upload"): "scan_over",
    ("returned", "replace"): "mending_over",
    ("returned", "upload"): "mending_over",
    ("returned", "submit"): "mending_over",
    ("opened", "ask"): "draft_over",
    ("opened", "file"): "draft_over",
    ("asked", "agree"): "release_over",
    ("asked", "refuse"): "release_over",
    ("expired", "add_proof"): "release_over",  # while the papers of the release are still kept
}

GRADUATE_SIDE, UNIT_SIDE = "graduate", "unit"


def live_key(graduate_id: int) -> str:
    """Unique among agreements: a graduate has one that binds."""
    return f"graduate:{graduate_id}"


def offer_key(graduate_id: int, credit_code: str) -> str:
    """Unique among open offers: a unit makes a graduate one at a time."""
    return f"{graduate_id}:{credit_code}"


def number_of(year: int, school_number: str, serial: int) -> str:
    """协议书号: 届别, the school's 标识码 and a serial of the school's year, as ``2027-4134010359-000001``."""
    return f"{year}-{school_number}-{serial:06d}"
