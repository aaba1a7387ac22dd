"""简历 on either database: what is saved, by whom, and what rivals and repeats get."""

import io
import threading

import pytest
from PIL import Image

from domain.refusals import Conflict, Invalid, NotAllowed, NotFound
from models.graduate import Graduate
from models.journal import Journal
from models.resume import Resume, ResumeEntry
from services import housekeeping
from services.jobs.steps import vault
from services.resumes import photo, printing, reading, standing, writing

CONTACTS = {"phone": "13900000101", "email": "li@example.cn", "address": "合肥市"}
AWARD = {"title": "奖学金", "won": "2025-11"}
CODE = "entry-code-00001"


@pytest.fixture
def visitor(cast, meet):
    return meet(cast.graduate)


def seen(ctx, visitor, block="contacts"):
    return reading.own(ctx, visitor).seen(block)


def test_the_same_block_saved_again_changes_nothing(ctx, cast, visitor):
    empty = seen(ctx, visitor)
    writing.save_block(ctx, visitor, "contacts", empty, CONTACTS)
    version = Resume.get().version
    writing.save_block(ctx, visitor, "contacts", empty, CONTACTS)
    assert Resume.get().version == version
    with pytest.raises(Conflict) as refused:
        writing.save_block(ctx, visitor, "contacts", empty, CONTACTS | {"address": "芜湖市"})
    assert refused.value.code == "resume_changed"
    assert reading.own(ctx, visitor).values["contacts"]["address"] == "合肥市"


def test_another_block_changed_meanwhile_is_no_conflict(ctx, cast, visitor):
    basics, contacts = seen(ctx, visitor, "basics"), seen(ctx, visitor)
    writing.save_block(ctx, visitor, "contacts", contacts, CONTACTS)
    writing.save_block(ctx, visitor, "basics", basics, {"residence": "合肥市"})
    assert reading.own(ctx, visitor).values["basics"] == {"residence": "合肥市"}


@pytest.mark.slow
def test_of_rivals_one_saves_and_the_others_are_told(ctx, cast, visitor):
    empty, said = seen(ctx, visitor), []

    def save(nth):
        values = CONTACTS | {"address": f"第 {nth} 号"}
        try:
            writing.save_block(ctx, visitor, "contacts", empty, values)
            said.append("saved")
        except Conflict as refusal:
            said.append(refusal.code)

    rivals = [threading.Thread(target=save, args=(nth,)) for nth in range(4)]
    for rival in rivals:
        rival.start()
    for rival in rivals:
        rival.join()
    assert sorted(said) == ["resume_changed"] * 3 + ["saved"]


def test_somebody_on_no_roster_has_no_resume(ctx, cast, meet):
    person = meet(cast.person)
    with pytest.raises(NotAllowed):
        reading.own(ctx, person)
    with pytest.raises(NotAllowed):
        writing.save_block(ctx, person, "contacts", "", CONTACTS)
    assert Resume.select().count() == 0


def test_an_entrys_code_is_its_owners(ctx, cast, visitor, meet):
    other = meet(cast.other_graduate)
    writing.save_entry(ctx, visitor, "awards", CODE, "", AWARD)
    for verb in (
        lambda: writing.save_entry(ctx, other, "awards", CODE, "", AWARD),
        lambda: writing.save_entry(ctx, visitor, "skills", CODE, "", {"title": "英语"}),
        lambda: writing.save_entry(ctx, visitor, "awards", "short", "", AWARD),
        lambda: writing.save_entry(ctx, visitor, "awards", "nobody-has-this0", "seen", AWARD),
        lambda: writing.remove_entry(ctx, other, "awards", CODE),
        lambda: writing.move_entry(ctx, other, "awards", CODE, 0),
        lambda: writing.save_block(ctx, visitor, "awards", "", {}),
    ):
        with pytest.raises(NotFound):
            verb()


def test_a_block_holds_so_many_and_a_removed_one_comes_back(ctx, cast, visitor):
    codes = [f"entry-code-{nth:05}" for nth in range(20)]
    for code in codes:
        writing.save_entry(ctx, visitor, "awards", code, "", AWARD)
    with pytest.raises(Conflict):
        writing.save_entry(ctx, visitor, "awards", "entry-code-99999", "", AWARD)
    writing.remove_entry(ctx, visitor, "awards", codes[0])
    writing.remove_entry(ctx, visitor, "awards", codes[0])
    writing.save_entry(ctx, visitor, "awards", "entry-code-99999", "", AWARD)
    with pytest.raises(Conflict):
        writing.restore_entry(ctx, visitor, "awards", codes[0])
    writing.remove_entry(ctx, visitor, "awards", codes[5])
    writing.restore_entry(ctx, visitor, "awards", codes[0])
    paper = reading.own(ctx, visitor)
    assert [entry.code for entry in paper.entries["awards"]][-1] == codes[0]
    assert [entry.code for entry in paper.removed["awards"]] == [codes[5]]


def test_saving_what_was_removed_elsewhere_loses_nothing(ctx, cast, visitor):
    writing.save_entry(ctx, visitor, "awards", CODE, "", AWARD)
    before = reading.own(ctx, visitor).entries["awards"][0].seen
    writing.remove_entry(ctx, visitor, "awards", CODE)
    writing.save_entry(ctx, visitor, "awards", CODE, before, AWARD | {"title": "一等奖学金"})
    assert reading.own(ctx, visitor).entries["awards"][0].head == "一等奖学金"


def test_what_was_removed_long_ago_goes_for_good(ctx, cast, visitor, clock):
    writing.save_entry(ctx, visitor, "awards", CODE, "", AWARD)
    writing.remove_entry(ctx, visitor, "awards", CODE)
    assert ResumeEntry.drop_before("removed_at", ctx.clock(), 10) == 0
    clock.advance(days=31)
    assert housekeeping.tidy(ctx) >= 1
    assert ResumeEntry.select().count() == 0


def test_the_list_and_the_person_agree_on_completeness(ctx, cast, visitor):
    writing.save_block(ctx, visitor, "contacts", seen(ctx, visitor), CONTACTS)
    writing.say_none(ctx, visitor, "awards", is_none=True)
    writing.save_entry(ctx, visitor, "skills", CODE, "", {"title": "英语六级"})
    row = Graduate.get_by_id(cast.graduate.graduate.id)
    measure = reading.own(ctx, visitor).measure
    assert (row.resume_percent, row.resume_missing) == (measure.percent, measure.mask) == (35, 0b0101101)
    assert row.version == cast.graduate.graduate.version
    assert row.resume_at == ctx.clock()
    Graduate.update(resume_percent=1).execute()
    everybody = list(Graduate.select())
    assert standing.recount_many(everybody) == len(everybody)
    assert standing.recount_many(Graduate.select()) == 0
    assert Graduate.get_by_id(row.id).resume_percent == 35


def test_the_journal_names_the_block_and_not_what_is_in_it(ctx, cast, visitor):
    writing.save_block(ctx, visitor, "contacts", seen(ctx, visitor), CONTACTS)
    row = Journal.select().where(Journal.kind == "resume").get()
    assert row.note == {"block": "contacts"}
    assert row.school_id == cast.units["school"].id


def test_a_photo_takes_the_former_ones_place(ctx, cast, visitor):
    before = set(vault(ctx).names())
    for _ in range(2):
        content = io.BytesIO()
        Image.new("RGB", (300, 400), "blue").save(content, "PNG")
        photo.put(ctx, visitor, content)
    assert set(vault(ctx).names()) - before == {Resume.get().photo}
    raw = vault(ctx).path(Resume.get().photo).read_bytes()
    assert b"JFIF" not in raw
    with pytest.raises(Invalid) as refused:
        photo.put(ctx, visitor, io.BytesIO(b"\xff\xd8\xff" + bytes(8 * 2**20)))
    assert refused.value.code == "photo_too_big"


@pytest.mark.slow
def test_what_is_hidden_is_not_printed(ctx, cast, visitor):
    writing.save_block(ctx, visitor, "contacts", seen(ctx, visitor), CONTACTS | {"family_name": "李建国"})
    paper = reading.own(ctx, visitor)
    told = printing.contents(ctx, paper, printing.HIDEABLE)
    assert told["sections"] == []
    assert printing.pdf(told, b"").startswith(b"%PDF-")
    assert "李建国" in str(printing.contents(ctx, paper))
