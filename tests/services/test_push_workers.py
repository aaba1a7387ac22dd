"""Several workers pushing on one morning, and what a turn costs when nobody is new."""

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from config.push import push_plan
from models.account import Account
from models.graduate import Graduate, Intention
from models.message import Message
from models.pushing import Digested, Offered, Pushed
from models.wechat_user import Binding
from services.context import Context
from tests.cast import Cast, Persona
from tests.conftest import SECRET
from tests.posts import add_employer, add_post
from tests.services.tools import statements

ROOT = Path(__file__).resolve().parents[2]
PLAN = push_plan().graduates
PEOPLE, WORKERS = 400, 3
PATIENCE = 90


def people(ctx: Context, like: Persona, many: int) -> list[int]:
    """So many more graduates of the persona's class with a WeChat and a 求职意愿; their ids."""
    mine = like.graduate
    assert mine is not None
    columns = ("year", "school", "college", "education", "major_code", "identity_number", "identity_index")
    shared = {name: getattr(mine, name) for name in columns}
    ids = []
    for n in range(many):
        account = Account.create(subject=f"p{n}", name="李晓雨")
        graduate = Graduate.create(
            **shared, name="李晓雨", student_number=f"2029{n:05}", account=account, hardship="0"
        )
        Intention.create(graduate=graduate, direction="employ")
        Binding.create(
            app_id=ctx.settings.wechat_app_id, account=account, openid=f"oMany{n:023}", status="bound"
        )
        ids.append(graduate.id)
    return ids


@pytest.mark.slow
def test_workers_at_once_tell_each_graduate_once(ctx: Context, cast: Cast) -> None:
    ids, employer = people(ctx, cast.graduate, PEOPLE), add_employer(cast)
    plenty, scarce, rare = (add_post(ctx, employer, headcount=heads) for heads in (50, 1, 2))
    argv = [sys.executable, "-m", "tests.services.push_process", ctx.settings.database_url, SECRET]
    words = [ctx.clock().isoformat(), ",".join(str(post.id) for post in (scarce, rare, plenty))]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    workers = [subprocess.Popen([*argv, *words], cwd=ROOT, **pipes) for _ in range(WORKERS)]
    for worker in workers:
        worker.stdin.write("go\n")
        worker.stdin.flush()
    told = [int(worker.communicate(timeout=PATIENCE)[0]) for worker in workers]
    assert [worker.returncode for worker in workers] == [0] * WORKERS

    assert sum(told) == PEOPLE
    openids = Counter(row.openid for row in Message.select(Message.openid))
    assert openids == {f"oMany{n:023}": 1 for n in range(PEOPLE)}
    lists = {row.graduate_id: row.posts for row in Pushed.select()}
    assert sorted(lists) == ids
    assert {len(posts) - len(set(posts)) for posts in lists.values()} == {0}
    offers = Counter(post for posts in lists.values() for post in posts)
    assert offers == {plenty.id: PEOPLE, scarce.id: PLAN.scarce_offers, rare.id: PLAN.scarce_offers}
    assert {row.post_id: row.count for row in Offered.select()} == {
        scarce.id: PLAN.scarce_offers,
        rare.id: PLAN.scarce_offers,
    }


def test_a_turn_looks_at_the_newest_alone_when_nobody_is_new(ctx: Context, cast: Cast) -> None:
    ids = people(ctx, cast.graduate, 12)
    assert Pushed.enlist(5) == 12
    with statements() as said:
        assert Pushed.enlist(5) == 0
    assert len(said) == 2
    assert sorted(row.graduate_id for row in Pushed.select()) == ids


def test_who_was_left_out_when_a_worker_stopped_is_found_behind_the_newest(ctx: Context, cast: Cast) -> None:
    """Rows are written from the oldest: whatever a worker had no time for is the newest."""
    ids = people(ctx, cast.graduate, 12)
    Pushed.insert_once([{"graduate": row} for row in ids[:4]])
    assert Pushed.enlist(5) == 8
    assert sorted(row.graduate_id for row in Pushed.select()) == ids


def test_each_counselor_is_enlisted_once(ctx: Context, cast: Cast) -> None:
    both = {cast.counselor.staff.id, cast.other_counselor.staff.id}
    assert [Digested.enlist("counselor", 1), Digested.enlist("counselor", 1)] == [2, 0]
    assert {row.staff_id for row in Digested.select()} == both
