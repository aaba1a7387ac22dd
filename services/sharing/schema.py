"""What partners send and get, as types: by these a call is checked, and of these the OpenAPI document is made."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

MOST_POSTS = 1_000  # of a batch
KEY = r"^[A-Za-z0-9._:-]{1,64}$"
Result = Literal["created", "changed", "unchanged", "duplicate", "refused"]


def _no_number(value: Any) -> Any:
    if value is not None and not isinstance(value, str | date):
        raise ValueError("must be a day such as 2027-06-30")
    return value


Day = Annotated[date, BeforeValidator(_no_number), Field(strict=False)]
Code = Annotated[str, Field(max_length=8)]
Words = Annotated[str, Field(max_length=300)]


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class EmployerIn(_Strict):
    """用人单位: known by its 统一社会信用代码, or else by its name."""

    name: str = Field(min_length=2, max_length=100)
    credit_code: str = Field("", max_length=18, description="统一社会信用代码 (GB 32100-2015)")
    nature: Code = Field("", description="单位性质, code of the national table")
    industry: Code = Field("", description="单位行业, code of the national table")


class SharedPost(_Strict):
    """岗位. Of each property either codes are given or the words of the employer, which are then read into codes."""

    key: str = Field(
        pattern=KEY, description="the sender's own name of the post; the same again is the same post"
    )
    consent: bool = Field(False, description="用人单位同意共享: must be true")
    origin: str = Field("", max_length=120, pattern=r"^[\x21-\x7e]*$", description="who had it first")
    employer: EmployerIn
    title: str = Field(min_length=1, max_length=60)
    description: str = Field(
        min_length=1, max_length=5_000, description="plain text; phones and numbers are masked"
    )
    work_type: Literal["full", "intern"] = "full"
    position: Code = Field("", description="工作职位类别, code of the national table")
    tags: tuple[Code, ...] = Field((), max_length=20, strict=False)
    headcount: int = Field(1, ge=1, le=10_000)
    address: str = Field("", max_length=200)
    majors: tuple[Code, ...] | None = Field(
        None,
        max_length=60,
        strict=False,
        description="codes of 6, 4 or 2 digits; of disciplines where level_low is 3 or 4",
    )
    majors_text: Words = Field("", description="计算机类、电子信息类; 专业不限")
    level_low: int = Field(0, ge=0, le=4, description="1 专科, 2 本科, 3 硕士, 4 博士; 0 no bound")
    level_high: int = Field(0, ge=0, le=4)
    level_text: Words = Field("", description="本科及以上")
    places: tuple[Code, ...] | None = Field(
        None, max_length=30, strict=False, description="GB/T 2260; 000000 is 全国"
    )
    places_text: Words = Field("", description="安徽省合肥市蜀山区")
    pay_low: int = Field(0, ge=0, le=1_000_000, description="yuan a month; both 0 is 面议")
    pay_high: int = Field(0, ge=0, le=1_000_000)
    pay_text: Words = Field("", description="8-12k/月, 年薪15万, 面议")
    pay_thousands: tuple[float, float] | None = Field(None, strict=False, description="thousand yuan a month")
    year_low: int = Field(0, ge=0, le=2100, description="届别; 0 is any")
    year_high: int = Field(0, ge=0, le=2100)
    years_text: Words = Field("", description="2027届")
    closes_on: Day | None = Field(None, description="last day to apply")
    closes_text: Words = ""
    hold_until: Day | None = Field(None, description="until then it is shared with nobody else")
    contact_name: str = Field("", max_length=40)
    contact_phone: str = Field("", max_length=30)
    contact_email: str = Field("", max_length=200)


class Batch(BaseModel):
    """Posts to be taken, each for itself: one that is refused does not keep the others out."""

    model_config = ConfigDict(extra="forbid")

    posts: list[SharedPost] = Field(min_length=1, max_length=MOST_POSTS)


class Outcome(BaseModel):
    """What became of one post."""

    key: str
    result: Result
    code: str = Field("", description="our name of the post, or of the one it is a double of")
    status: str = Field("", description="published, or review while somebody looks at it")
    reason: str = Field("", description="stable word why it was refused, is a double or is looked at")
    say: str = ""
    fields: dict[str, str] = Field(default_factory=dict, description="field → what is wrong with it")
    unread: dict[str, list[str]] = Field(
        default_factory=dict, description="field → words that no code was found for"
    )


class BatchAnswer(BaseModel):
    """What became of each post, in the order of the batch."""

    is_rehearsal: bool = Field(description="true while the partner is being tested: nothing was kept")
    results: list[Outcome]


class Change(BaseModel):
    """One step of the feed."""

    id: int
    verb: Literal["publish", "withdraw"]
    key: str
    post: SharedPost | None = Field(None, description="with publish: the post as it stands now")


class Page(BaseModel):
    """Some steps of the feed, in order."""

    changes: list[Change]
    cursor: str = Field(
        description="ask with it for what follows, now or later; after too long it is refused with cursor_too_old"
    )
    more: bool = Field(description="whether something follows already")


class Hello(BaseModel):
    """Whose key it is, and how it stands."""

    partner: str
    status: str
    is_rehearsal: bool
    posts_left_today: int


class Problem(BaseModel):
    """RFC 9457."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    where: str = ""
    request_id: str
