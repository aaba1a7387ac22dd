"""What other people do while a test looks at a phone, in a process of its own: posts published, the clock moved.

``publish N``: N posts of several approved employers of 安徽 that a 软件工程 graduate may want.
``best TITLE``: one that suits such a graduate better than any of these.
``morning``: a worker's turn at pushing and sending on the next day at nine in China.
"""

import dataclasses
import sys
from datetime import UTC, datetime, time, timedelta

from config.settings import load
from domain.actors import SYSTEM
from domain.desk_hours import CHINA
from models.db import connected
from models.employer import Employer
from models.post import Post
from services import outbox
from services.context import Context
from services.posts import life
from services.push import graduates
from tests.posts import add_post
from wx_backend.context import build_context

_EACH = 2  # posts of one employer


def publish(ctx: Context, number: int) -> None:
    """Posts of employers that are made for them."""
    model = Employer.get(Employer.status == "approved")
    for count in range(number):
        name = f"合肥第{count // _EACH + 1}数据有限公司"
        columns = {"name_key": name, "status": "approved", "unit": model.unit}
        place = {"province_id": model.province_id, "nature": model.nature, "industry": model.industry}
        employer, _is_new = Employer.add_or_get({"name": name}, columns | place)
        _publish(ctx, employer, title=f"后端开发工程师{count + 1}", majors=["0809"])


def best(ctx: Context, title: str) -> None:
    """A post that names the very major."""
    employer = Employer.get(Employer.name == "合肥星河软件有限公司")
    major = {"majors": ["080902"], "majors_text": "软件工程"}
    _publish(ctx, employer, title=title, headcount=30, pay_low=15_000, pay_high=25_000, **major)


def _publish(ctx: Context, employer: Employer, **columns: object) -> Post:
    post = add_post(ctx, employer, status="draft", **columns)
    life.publish(ctx, post, SYSTEM)
    return post


def morning(ctx: Context) -> int:
    """How many graduates are told of something on the next morning."""
    tomorrow = datetime.now(CHINA).date() + timedelta(days=1)
    ahead = datetime.combine(tomorrow, time(9), CHINA) - datetime.now(UTC)
    then = dataclasses.replace(ctx, clock=lambda: datetime.now(UTC) + ahead)
    told = graduates.sweep(then)
    outbox.pump_templates(then)
    return told


def main() -> None:
    """One command with its argument."""
    ctx = build_context(load())
    with connected():
        match sys.argv[1:]:
            case ["publish", number]:
                publish(ctx, int(number))
            case ["best", title]:
                best(ctx, title)
            case ["morning"]:
                sys.exit(0 if morning(ctx) else 1)


if __name__ == "__main__":
    main()
