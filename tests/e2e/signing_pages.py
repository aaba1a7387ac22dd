"""Every page of signing in each of its states, with names as long as they come: who sees it, and where."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import Any

from domain.agreements import PAPER_SIGNING, SIGNING
from models.agreement import Agreement, Release
from models.agreement_papers import AgreementFile, SealedPaper
from services.agreements import drafting, parties
from services.context import Context
from tests import agreement_ways as ways
from tests import agreements
from tests.agreements import OTHER_CREDIT_CODE, TERMS, UNIT_DEVICE, strokes
from tests.cast import Cast

UNIT = "安徽省第一建筑安装工程（集团）股份有限公司合肥高新技术产业开发区分公司"
LONG = TERMS | {
    "unit_name": UNIT,
    "unit_address": "合肥市高新技术产业开发区创新大道与望江西路交口西北角创新产业园二期 A4 栋 1208 室",
    "contact_email": "recruitment.and.graduates@construction-group-hefei.example.com",
    "post": "建筑信息模型（BIM）与智能建造软件研发工程师",
    "other": "单位提供住宿；\n入职第一年享受毕业生生活补贴，按月发放。",
}
_UNIQUE = ("id", "code", "live_key", "draft_key", "offer_key", "open_key", "verify_code", "number")
_PAPERS = {"effective": ("agreement",), "issued": ("form",), "released": ("agreement", "release")}
# Statuses whose pages differ in more than a word.
_SHOWN_RELEASES = ("asked", "refused", "expired", "college_review", "released")
_SHOWN = {
    "paper": PAPER_SIGNING.statuses - {"discarded"},
    "recorded": {"draft", "college_review", "returned", "effective"},
}
_number = count(1)


@dataclass(frozen=True)
class Seen:
    """A page, and whose eyes see it: a key of the cast. ``held`` is what a unit's browser holds."""

    path: str
    who: str
    held: str = ""


class Gallery:
    """Makes the pages' rows; ``pages`` are all of them."""

    def __init__(self, ctx: Context, cast: Cast) -> None:
        self._ctx, self._cast = ctx, cast
        agreements.open_school(ctx, cast, "three")
        self.pages: list[Seen] = [*self._drafts(), *self._signed(), *self._on_paper()]

    def _drafts(self) -> Iterator[Seen]:
        token = agreements.show_ticket(self._ctx, self._cast.other_graduate).token
        yield Seen(f"/s/{token}", "stranger")
        yield Seen("/s/no-such-code", "stranger")
        yield Seen("/h5/signing-code", "other_graduate")
        empty = agreements.scan(self._ctx, token, "oFirst", "one")[1]
        party, full = agreements.scan(self._ctx, token, "oSecond", "two")
        ways.know_signer(full)
        agreements.fill(self._ctx, party, full, **LONG)
        for row, step in (
            *((empty, step) for step in ("person", "terms", "papers", "finish")),
            *((full, step) for step in ("person", "terms", "papers", "finish")),
        ):
            yield Seen(f"/s/d/{row.code}/{step}", "stranger", row.code)
        party, row = agreements.scan(self._ctx, token, "oThird", "three")
        ways.know_signer(row)
        agreements.fill(self._ctx, party, row, **LONG | {"credit_code": OTHER_CREDIT_CODE})
        offer = drafting.submit(self._ctx, party, row, consent=True, strokes=strokes())
        yield Seen(f"/s/d/{offer.code}", "stranger", offer.code)
        yield Seen(f"/s/d/{offer.code}/revise", "stranger", offer.code)
        yield Seen(f"/h5/agreements/{offer.code}", "other_graduate")
        yield Seen(f"/h5/agreements/{offer.code}/sign", "other_graduate")

    def _signed(self) -> Iterator[Seen]:
        """What both sides have signed: under review first, then a copy in each status."""
        party, row = agreements.scan(
            self._ctx, agreements.show_ticket(self._ctx, self._cast.graduate).token, UNIT_DEVICE.openid
        )
        ways.know_signer(row)
        agreements.fill(self._ctx, party, row, **LONG)
        drafting.submit(self._ctx, party, row, consent=True, strokes=strokes())
        row = agreements.accept(self._ctx, self._cast.graduate, agreements.fresh(row))
        for who, page in (
            ("counselor", f"/h5/reviews/{row.code}"),
            ("college", f"/console/agreements/{row.code}"),
        ):
            yield Seen(page, who)
        for status in sorted(SIGNING.statuses - {"draft", "offered", "discarded"}):
            yield from self._both_sides(row, status)
        yield from self._returned(row)
        yield from self._releases(self._copy(row, "effective"))
        review = self._copy(row, "school_review", first_reviewer_id=self._staff("counselor"))
        yield Seen(f"/console/agreements/{review.code}", "school")
        yield Seen("/h5/reviews", "counselor")
        yield Seen("/console/agreements", "college")
        yield Seen("/h5/agreements", "graduate")
        yield Seen("/s/back", "stranger", review.code)

    def _both_sides(self, row: Agreement, status: str) -> Iterator[Seen]:
        one = self._copy(row, status)
        yield Seen(f"/s/d/{one.code}", "stranger", one.code)
        yield Seen(f"/h5/agreements/{one.code}", "graduate")
        if one.verify_code and status in ("effective", "releasing", "released", "voided"):
            yield Seen(f"/v/{one.verify_code}", "stranger")
            yield Seen(f"/console/agreements/{one.code}", "school")
        if status == "effective":
            yield Seen(f"/s/d/{one.code}/release", "stranger", one.code)
            yield Seen(f"/h5/agreements/{one.code}/release", "graduate")
            yield Seen(f"/h5/agreements/{one.code}/letter", "graduate")
            yield Seen(f"/console/agreements/{one.code}/letter", "college")

    def _returned(self, row: Agreement) -> Iterator[Seen]:
        why = "营业执照没有加盖公章，公章须与单位名称一致，照片请拍完整并保持清晰。"
        unit = self._copy(row, "returned", fix_side="unit", faults={"licence": why, "unit_ink": why})
        yield Seen(f"/s/d/{unit.code}", "stranger", unit.code)
        yield Seen(f"/s/d/{unit.code}/replace", "stranger", unit.code)
        ours = self._copy(row, "returned", fix_side="graduate", faults={"graduate_ink": why})
        yield Seen(f"/h5/agreements/{ours.code}", "graduate")
        yield Seen(f"/h5/agreements/{ours.code}/scan", "graduate")

    def _releases(self, row: Agreement) -> Iterator[Seen]:
        party = parties.signer_party(row.code, UNIT_DEVICE)
        asked = ways.asked(self._ctx, party, row, "单位业务调整，原定岗位不再设置，经与毕业生本人协商一致。")
        for status, side in (("asked", "graduate"), *((status, "unit") for status in _SHOWN_RELEASES)):
            one = self._release(
                asked, status, asked_by=side, answer="岗位仍然保留" if status == "refused" else ""
            )
            yield Seen(f"/s/d/{row.code}/releases/{one.code}", "stranger", row.code)
            yield Seen(f"/h5/agreements/{row.code}/releases/{one.code}", "graduate")
        review = self._release(asked, "college_review")
        yield Seen(f"/h5/reviews/releases/{review.code}", "counselor")
        yield Seen(f"/console/releases/{review.code}", "college")
        yield Seen("/console/releases", "college")
        for status in ("opened", "asked", "expired"):
            new = self._release(asked, status, is_new_signer=True, signer_name="欧阳文静")
            yield Seen(f"/s/other/{new.code}", "stranger", f"other-{new.code}")
        yield Seen("/s/other", "stranger")

    def _on_paper(self) -> Iterator[Seen]:
        """线下签约 and 已签协议登记, of the other graduate."""
        row = ways.applied(self._ctx, self._cast.other_graduate, **LONG)[1]
        whose = f"/h5/agreements/{row.code}"
        yield Seen(whose, "other_graduate")
        yield Seen(f"/console/agreements/{row.code}", "college")
        yield Seen("/h5/agreements", "other_graduate")
        for kind, statuses in _SHOWN.items():
            for status in sorted(statuses):
                faults = {"terms": "岗位与协议书不一致"} if status == "form_returned" else None
                one = self._copy(row, status, kind=kind, faults=faults)
                yield Seen(f"/h5/agreements/{one.code}", "other_graduate")
                if (
                    page := {"draft": "edit", "form_returned": "edit", "issued": "scan"}.get(status)
                ) is not None:
                    yield Seen(f"/h5/agreements/{one.code}/{page}", "other_graduate")
        for status, faults in (
            ("issued", None),
            ("returned", {"scan": "第 2 页公章不清楚"}),
            ("college_review", None),
        ):
            one = self._copy(row, status, kind="paper", faults=faults)
            yield Seen(f"/s/scan/{one.code}", "stranger", f"scan-{one.code}")
        yield Seen("/s/scan", "stranger")
        for page, faults in (
            ("scan", {"scan": "第 2 页公章不清楚"}),
            ("edit", {"terms": "岗位与协议书不一致"}),
        ):
            one = self._copy(row, "returned", kind="recorded", faults=faults)
            yield Seen(f"/h5/agreements/{one.code}/{page}", "other_graduate")

    def _copy(self, row: Agreement, status: str, **changes: Any) -> Agreement:
        """The same agreement in another status, with its files and the papers that it has by then."""
        nth = next(_number)
        now = self._ctx.clock()
        kept = _values(row) | {"code": f"copy{nth}", "status": status, "due_at": now + timedelta(days=3)}
        if status in ("effective", "releasing", "released", "voided", "issued"):
            kept |= {
                "verify_code": f"verify{nth}",
                "number": f"2027-4134010359-{nth:06}",
                "effective_at": now,
                "effective_on": now.date(),
            }
        if status in (
            "rejected",
            "recalled",
            "declined",
            "withdrawn",
            "voided",
            "cancelled",
            "form_returned",
        ):
            kept["reason"] = "岗位已经取消，另有安排。"
        Agreement.insert(kept | changes).execute()
        one = Agreement.by_code(f"copy{nth}")
        assert one is not None
        for file in AgreementFile.select().where(AgreementFile.agreement == row.id):
            AgreementFile.insert(_values(file) | {"code": f"file{next(_number)}", "agreement": one}).execute()
        for kind in _PAPERS.get(status, ()):
            names = {"key": f"{kind}{nth}", "file": f"none{nth}", "digest": "0" * 64, "size": 1}
            SealedPaper.create(agreement=one, kind=kind, **names)
        return one

    def _release(self, row: Release, status: str, **changes: Any) -> Release:
        nth = next(_number)
        Release.insert(_values(row) | {"code": f"release{nth}", "status": status} | changes).execute()
        one = Release.by_code(f"release{nth}")
        assert one is not None
        return one

    def _staff(self, who: str) -> int:
        staff = getattr(self._cast, who).staff
        assert staff is not None
        return int(staff.id)


def _values(row: Any) -> dict[str, Any]:
    return {name: value for name, value in row.__data__.items() if name not in _UNIQUE}
