"""One of two systems that share posts, in the hands of the test: run as a process over that system's settings.

``begin NAME N`` makes units, places, a partner (printed: key id and secret) and N posts; ``publish NAME N`` adds some;
``close N`` closes the first ones of its own; ``sync`` is the worker's
tick; ``list`` prints what graduates see, sorted.
"""

import json
import secrets
import sys

from config.settings import load
from domain.actors import SYSTEM
from models.employer import Employer
from models.org import OrgUnit
from models.partner import Partner, PeerLink
from models.post import Post
from services.context import Context
from services.posts import life, shelf
from services.sharing import peer
from wx_backend.context import build_context
from wx_backend.regions import bring_regions


def begin(ctx: Context, name: str, count: int) -> None:
    """Everything that there is before anything is shared."""
    bring_regions(ctx)
    root = OrgUnit.add("ministry", "教育部", None)
    province = OrgUnit.add("province", name, root)
    key_id, secret = secrets.token_urlsafe(9), secrets.token_urlsafe(32)
    Partner.create(
        kind="interface",
        unit=province,
        province_id=province.id,
        name="对方平台",
        contact_name="许静",
        ip_ranges="127.0.0.0/8",
        status="live",
        key_id=key_id,
        secret=secret,
        is_trusted=True,
    )
    Employer.create(
        name=f"{name}机械有限公司", name_key=f"{name}机械有限公司", unit=province, status="approved"
    )
    publish(ctx, name, count)
    print(json.dumps([key_id, secret]))


def publish(ctx: Context, name: str, count: int) -> None:
    """More posts of the system's own."""
    employer = Employer.get(Employer.name == f"{name}机械有限公司")
    first = Post.select().where(Post.partner.is_null()).count()
    for number in range(first, first + count):
        post = Post.create(
            employer=employer,
            unit=employer.unit,
            status="published",
            is_shareable=True,
            title=f"{chr(0x4E00 + 37 * number)}{chr(0x5200 + 11 * number)}工程师",
            description="负责自动化产线的机械结构设计、图纸评审和现场调试，配合电气工程师完成联调。",
            position="13",
            industry="22",
            nature="39",
            level_low=2,
            majors=["0802"],
            places=["340100"],
            pay_low=8000 + number,
            pay_high=12000 + number,
            published_at=ctx.clock(),
        )
        shelf.put(post)


def close(ctx: Context, count: int) -> None:
    """Ends the first posts of the system's own."""
    own = Post.select().where(Post.partner.is_null() & (Post.status == "published"))
    for post in own.order_by(Post.id).limit(count):
        life.move(post, "close", SYSTEM, closed_at=ctx.clock())


def listed() -> None:
    """What is before graduates, as it reads."""
    rows = Post.select(Post, Employer).join(Employer).where(Post.status == "published")
    print(
        json.dumps(
            sorted([row.title, row.employer.name, row.pay_low, row.pay_high, row.majors] for row in rows)
        )
    )


def main() -> None:
    ctx = build_context(load())
    verb, *rest = sys.argv[1:]
    if verb == "begin":
        begin(ctx, rest[0], int(rest[1]))
    elif verb == "publish":
        publish(ctx, rest[0], int(rest[1]))
    elif verb == "close":
        close(ctx, int(rest[0]))
    elif verb == "sync":
        peer.sync(ctx)
        print(json.dumps({"problem": PeerLink.get().problem}))
    else:
        listed()


if __name__ == "__main__":
    main()
