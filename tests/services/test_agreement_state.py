"""Random people do random things to agreements, against the tables and the database together.

Whatever they try, a move that the tables do not have is refused and changes nothing, and what must always hold holds.
"""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from config.agreements import times
from domain.agreements import BINDING, BY_KIND, OVER, RELEASE, live_key
from domain.refusals import Refusal
from models.agreement import Agreement, Release
from models.agreement_papers import AgreementEvent, AgreementFile, SealedPaper
from models.graduate import Graduate
from services.agreements import (
    answering,
    chain,
    drafting,
    offers,
    paper_way,
    recording,
    release_reviews,
    releases,
    retention,
    sealing,
    timers,
)
from services.agreements.parties import Party, signer_party, staff_party
from services.context import Context
from services.jobs.steps import vault
from tests import agreement_ways as ways
from tests import agreements, databases
from tests.agreement_ways import DESK
from tests.agreements import OTHER_CREDIT_CODE, TERMS, strokes
from tests.cast import CREDIT_CODE, Cast, Persona, assemble
from tests.fakes import START, FixedClock

SIGNERS = ("oSigner00000000000000000001", "oSigner00000000000000000002")
UNITS = (CREDIT_CODE, OTHER_CREDIT_CODE)
NAMES = st.sampled_from(("graduate", "other_graduate"))
CLERKS = st.sampled_from(("counselor", "other_counselor", "college", "school", "province"))
WHICH = st.integers(0, 3)  # of the newest agreements


class Life(RuleBasedStateMachine):
    """Two graduates, two units, the staff of a school, and the clock."""

    ctx: Context
    clock: FixedClock
    password: str
    seen: ClassVar[set[tuple[str, str]]] = set()  # kinds and statuses that some example has come to

    def __init__(self) -> None:
        super().__init__()
        self.known: dict[int, tuple[str, str]] = {}  # id → kind, status, as last seen

    @initialize()
    def begin(self) -> None:
        databases.empty()
        self.ctx.redis.flushdb()
        self.clock.now = START
        self.cast: Cast = assemble(self.password)
        agreements.open_school(self.ctx, self.cast)
        self.second = ways.another(self.cast.school)
        self.scan("graduate", 0, is_sent=True)

    # -- who and what --------------------------------------------------------------------------------------

    def persona(self, name: str) -> Persona:
        found: Persona = getattr(self.cast, name)
        return found

    def rows(self) -> list[Agreement]:
        found = Agreement.select(Agreement, Graduate).join(Graduate).order_by(Agreement.id.desc())
        return list(found.limit(4))

    def tried(self, verb: Callable[[], Any]) -> None:
        """Does it or is refused; any other end is a fault of ours."""
        before = {row.id: (row.status, row.head_hash) for row in Agreement.select()}
        try:
            verb()
        except Refusal:
            after = {row.id: (row.status, row.head_hash) for row in Agreement.select()}
            changed = {key for key, value in before.items() if after[key] != value}
            assert not changed, "refused, and yet something moved"

    def of(self, which: int) -> Agreement | None:
        rows = self.rows()
        return rows[which % len(rows)] if rows else None

    def side(self, row: Agreement, is_unit: bool) -> Party:
        if is_unit:
            return signer_party(row.code, agreements.device_of(row.signer_openid))
        names = {self.cast.graduate.graduate.id: "graduate"} if self.cast.graduate.graduate else {}
        return ways.graduate_of(self.ctx, self.persona(names.get(row.graduate_id, "other_graduate")))

    # -- the unit and the graduate -------------------------------------------------------------------------

    @rule(name=NAMES, unit=st.integers(0, 1), is_sent=st.booleans())
    def scans(self, name: str, unit: int, is_sent: bool) -> None:
        self.scan(name, unit, is_sent=is_sent)

    def scan(self, name: str, unit: int, *, is_sent: bool) -> None:
        def verb() -> None:
            token = agreements.show_ticket(self.ctx, self.persona(name)).token
            party, row = agreements.scan(self.ctx, token, SIGNERS[unit])
            if is_sent and row.status == "draft":
                ways.know_signer(row)
                agreements.fill(self.ctx, party, row, credit_code=UNITS[unit])
                drafting.submit(self.ctx, party, row, consent=True, strokes=strokes())

        self.tried_many(verb)

    def tried_many(self, verb: Callable[[], Any]) -> None:
        """Several steps, of which any may be refused."""
        with suppress(Refusal):
            verb()

    @rule(name=NAMES, which=WHICH, what=st.sampled_from(("accept", "decline", "withdraw")))
    def answer(self, name: str, which: int, what: str) -> None:
        row = self.of(which)
        if row is None:
            return
        party, visitor = agreements.graduate_party(self.ctx, self.persona(name))
        verbs: dict[str, Callable[[], Any]] = {
            "accept": lambda: agreements.accept(self.ctx, self.persona(name), row),
            "decline": lambda: answering.decline(self.ctx, party, visitor, row.code, "已有去向"),
            "withdraw": lambda: answering.withdraw(self.ctx, party, visitor, row.code, "考研"),
        }
        self.tried(verbs[what])

    @rule(which=WHICH, what=st.sampled_from(("discard", "revise", "recall", "replace")))
    def unit_moves(self, which: int, what: str) -> None:
        row = self.of(which)
        if row is None:
            return
        party = self.side(row, is_unit=True)
        typed = TERMS | {"credit_code": row.credit_code or CREDIT_CODE, "pay": str(5000 + row.version)}
        verbs: dict[str, Callable[[], Any]] = {
            "discard": lambda: drafting.discard(self.ctx, party, row),
            "revise": lambda: offers.revise(self.ctx, party, row, typed, **ways.ink()),
            "recall": lambda: offers.recall(self.ctx, party, row, "岗位取消"),
            "replace": lambda: offers.replace(self.ctx, party, row),
        }
        self.tried(verbs[what])

    @rule(name=NAMES, what=st.sampled_from(("apply", "recall", "upload", "cancel", "discard")))
    def on_paper(self, name: str, what: str) -> None:
        party, visitor = agreements.graduate_party(self.ctx, self.persona(name))
        mine = (Agreement.kind == "paper") & (Agreement.graduate == visitor.graduate)
        row = Agreement.select().where(mine).order_by(Agreement.id.desc()).first()

        def verb() -> None:
            begun = paper_way.begin(self.ctx, party, visitor) if what == "apply" else row
            if begun is None:
                return
            if what == "upload" and begun.status in ("issued", "returned"):
                ways.add_scan(self.ctx, party, begun, pages=1)
            more: dict[str, list[Any]]
            more = {"apply": [TERMS], "cancel": ["不再录用"], "upload": [ways.SIGNED_ON]}
            getattr(paper_way, what)(self.ctx, party, begun, *more.get(what, ()))

        self.tried_many(verb)

    @rule(name=NAMES, is_withdrawn=st.booleans())
    def registers(self, name: str, is_withdrawn: bool) -> None:
        party, visitor = agreements.graduate_party(self.ctx, self.persona(name))

        def verb() -> None:
            row = recording.begin(self.ctx, party, visitor)
            if row.status == "draft":
                ways.add_scan(self.ctx, party, row, pages=1)
            if is_withdrawn:
                recording.withdraw(self.ctx, party, row, "填错")
            else:
                recording.submit(self.ctx, party, row, TERMS | ways.ON_PAPER)

        self.tried_many(verb)

    # -- the staff -----------------------------------------------------------------------------------------

    @rule(
        who=CLERKS,
        which=WHICH,
        what=st.sampled_from(("first", "first", "school", "school", "back", "reject")),
    )
    def reviews(self, who: str, which: int, what: str) -> None:
        row = self.of(which)
        if row is None:
            return
        kinds = {"paper": "scan", "recorded": "terms"}
        kind = "terms" if row.status.startswith("form") else kinds.get(row.kind, "graduate_ink")
        verbs: dict[str, Callable[[], Any]] = {
            "first": lambda: ways.pass_first(self.ctx, self.persona(who), row),
            "school": lambda: ways.pass_school(self.ctx, self.persona(who), row),
            "back": lambda: ways.give_back(self.ctx, self.persona(who), row, kind, "graduate"),
            "reject": lambda: ways.reject(self.ctx, self.persona(who), row),
        }
        self.tried(verbs[what])

    @rule(which=WHICH, is_second=st.booleans(), is_asked=st.booleans())
    def voids(self, which: int, is_second: bool, is_asked: bool) -> None:
        row = self.of(which)
        if row is not None:
            who = self.second if is_second else self.cast.school
            verb = ways.ask_void if is_asked else ways.confirm_void
            self.tried(lambda: verb(self.ctx, who, row))

    # -- releases ------------------------------------------------------------------------------------------

    @rule(which=WHICH, is_unit=st.booleans())
    def asks(self, which: int, is_unit: bool) -> None:
        row = self.of(which)
        if row is not None:
            self.tried(lambda: ways.asked(self.ctx, self.side(row, is_unit), row))

    @rule(is_unit=st.booleans(), what=st.sampled_from(("agree", "refuse", "cancel", "letter")))
    def answers(self, is_unit: bool, what: str) -> None:
        release = self.newest_release()
        if release is None:
            return
        party = self.side(release.agreement, is_unit)

        def letter() -> None:
            ways.add_letter(self.ctx, party, release)
            releases.add_proof(self.ctx, party, release)

        verbs: dict[str, Callable[[], Any]] = {
            "agree": lambda: ways.agreed(self.ctx, party, release),
            "refuse": lambda: releases.refuse(self.ctx, party, release, "不同意"),
            "cancel": lambda: releases.cancel(self.ctx, party, release),
            "letter": letter,
        }
        (self.tried_many if what == "letter" else self.tried)(verbs[what])

    @rule(who=CLERKS, which=WHICH)
    def brings_letter(self, who: str, which: int) -> None:
        row, clerk = self.of(which), self.persona(who)
        if row is None:
            return

        def verb() -> None:
            sitting = ways.seat(self.ctx, clerk)
            release = releases.begin_for(self.ctx, sitting, DESK, row)
            party = staff_party(sitting, DESK)
            ways.add_letter(self.ctx, party, release)
            if release.status == "asked":
                releases.add_proof(self.ctx, party, release)
            else:
                releases.file_offline(self.ctx, party, release, "单位停业")

        self.tried_many(verb)

    def newest_release(self) -> Release | None:
        row = Release.select(Release.code).order_by(Release.id.desc()).first()
        return Release.by_code(row.code) if row else None

    @rule(who=CLERKS, what=st.sampled_from(("pass_first", "pass_school", "reject")))
    def reviews_release(self, who: str, what: str) -> None:
        release = self.newest_release()
        if release is not None:
            more = {"reject": ["材料不符"], "pass_first": [ways.ALL]}.get(what, [])
            verb = getattr(release_reviews, what)
            self.tried(lambda: verb(self.ctx, ways.seat(self.ctx, self.persona(who)), DESK, release, *more))

    # -- what is usual: without it hardly any life would come far ------------------------------------------

    @rule(which=st.integers(0, 1), steps=st.integers(1, 3))
    def goes_on(self, which: int, steps: int) -> None:
        for _ in range(steps):
            row = self.of(which)
            if row is not None:
                self.tried_many(lambda row=row: self.next_step(row))  # type: ignore[misc]  # bound as it is now

    def next_step(self, row: Agreement) -> None:
        ctx, cast, clerk = self.ctx, self.cast, self.cast.counselor
        name = cast.graduate if self.cast.graduate.graduate.id == row.graduate_id else cast.other_graduate
        verbs: dict[str, Callable[[], Any]] = {
            "offered": lambda: agreements.accept(ctx, name, row),
            "form_college": lambda: ways.pass_first(ctx, clerk, row),
            "form_school": lambda: ways.pass_school(ctx, cast.school, row),
            "college_review": lambda: ways.pass_first(ctx, clerk, row),
            "school_review": lambda: ways.pass_school(ctx, cast.school, row),
            "sealing": lambda: sealing.sweep(ctx),
            "issuing": lambda: sealing.sweep(ctx),
            "issued": lambda: self.uploads(row),
            "effective": lambda: ways.asked(ctx, self.side(row, is_unit=True), row),
            "releasing": lambda: self.release_goes_on(row),
        }
        verbs.get(row.status, lambda: None)()

    def uploads(self, row: Agreement) -> None:
        party = self.side(row, is_unit=False)
        ways.add_scan(self.ctx, party, row, pages=1)
        paper_way.upload(self.ctx, party, row, ways.SIGNED_ON)

    def release_goes_on(self, row: Agreement) -> None:
        release = Release.open_of(row.id)
        assert release is not None
        release = ways.release_of(release)
        if release.status == "asked":
            party = self.side(row, is_unit=release.asked_by == "graduate")
            ways.agreed(self.ctx, party, release)
        elif release.status == "sealing":
            sealing.sweep(self.ctx)
        else:
            is_first = release.status == "college_review"
            sitting = ways.seat(self.ctx, self.cast.counselor if is_first else self.cast.school)
            if is_first:
                release_reviews.pass_first(self.ctx, sitting, DESK, release, ways.ALL)
            else:
                release_reviews.pass_school(self.ctx, sitting, DESK, release)

    # -- the clock -----------------------------------------------------------------------------------------

    @rule(hours=st.sampled_from((1, 1, 5, 30, 200, 800)))
    def waits(self, hours: int) -> None:
        self.clock.advance(hours=hours)
        timers.sweep(self.ctx)
        retention.sweep(self.ctx)
        kept = (AgreementFile.file != "") & Agreement.status.in_(retention._CAME_TO_NOTHING)
        late = Agreement.ended_at <= self.clock() - times().keep_ended
        assert not AgreementFile.select().join(Agreement).where(kept & late).exists()
        there = {file.file for file in AgreementFile.select() if file.file}
        assert there <= set(vault(self.ctx).names())

    @rule()
    def seals(self) -> None:
        sealing.sweep(self.ctx)
        waiting = Agreement.status.in_(("sealing", "issuing")) & (Agreement.due_at <= self.clock())
        assert not Agreement.select().where(waiting).exists()

    # -- what always holds ---------------------------------------------------------------------------------

    @invariant()
    def one_agreement_binds_a_graduate(self) -> None:
        bound = [row.graduate_id for row in Agreement.select() if row.status in BINDING]
        assert len(bound) == len(set(bound))
        for row in Agreement.select():
            assert row.live_key == (live_key(row.graduate_id) if row.status in BINDING else None)
            assert (row.ended_at is not None) == (row.status in OVER)

    @invariant()
    def each_status_was_reached_by_the_table(self) -> None:
        for row in Agreement.select():
            machine = BY_KIND[row.kind]
            before = self.known.get(row.id, (row.kind, machine.initial))[1]
            assert row.status in _reach(machine.arrows, before), (before, row.status)
            self.known[row.id] = (row.kind, row.status)
            self.seen.add((row.kind, row.status))

    @invariant()
    def chains_are_whole(self) -> None:
        for row in Agreement.select():
            assert chain.broken_at(row) is None
            last = AgreementEvent.select().where(AgreementEvent.agreement == row.id)
            newest = last.order_by(AgreementEvent.seq.desc()).first()
            assert (newest.seq, newest.hash) == (row.head_seq, row.head_hash) if newest else row.head_seq == 0

    @invariant()
    def a_release_goes_with_its_agreement(self) -> None:
        for row in Agreement.select():
            is_open = Release.open_of(row.id) is not None
            assert is_open == (row.status == "releasing")
        for release in Release.select():
            assert release.status in RELEASE.statuses

    @invariant()
    def each_paper_is_there_once(self) -> None:
        keys = [paper.key for paper in SealedPaper.select()]
        assert len(keys) == len(set(keys))
        in_force = Agreement.select().where(Agreement.effective_at.is_null(False)).count()
        assert len([key for key in keys if key.split(":")[0] in ("agreement", "receipt")]) == in_force
        assert {paper.file for paper in SealedPaper.select()} <= set(vault(self.ctx).names())


def _reach(arrows: Any, start: str) -> set[str]:
    """Where some moves lead from a status."""
    found, todo = {start}, [start]
    while todo:
        here = todo.pop()
        for (status, _verb), to in arrows.items():
            if status == here and to.status not in found:
                found.add(to.status)
                todo.append(to.status)
    return found


@pytest.mark.slow
def test_lives_of_agreements(
    ctx: Context, cast: Cast, clock: FixedClock, password_hash: str, tmp_path: Path
) -> None:
    Life.ctx, Life.clock, Life.password = ways.with_seal(ctx, tmp_path), clock, password_hash
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=30,
            stateful_step_count=30,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
    # Far enough to mean something.
    assert {("online", status) for status in ("effective", "releasing", "expired")} <= Life.seen
    assert {kind for kind, _status in Life.seen} == set(BY_KIND)
