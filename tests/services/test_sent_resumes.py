"""A 简历 that was sent stays as it was sent, the photo with it, whatever its owner does to the own one."""

import io
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfReader

from models.graduate import Intention
from services import applications
from services.applications import sorting
from services.context import Context
from services.resumes import photo
from services.sessions import Visitor
from tests.cast import Cast
from tests.posts import add_employer, add_post
from tests.services.tools import Meet

Colour = tuple[int, int, int]
BLUE, RED = (20, 40, 200), (200, 30, 30)


def put(ctx: Context, visitor: Visitor, colour: Colour) -> None:
    content = io.BytesIO()
    Image.new("RGB", (300, 400), colour).save(content, "PNG")
    photo.put(ctx, visitor, content)


def sent(ctx: Context, visitor: Visitor, cast: Cast) -> str:
    post = add_post(ctx, add_employer(cast, has_recruiter=True))
    return applications.apply(ctx, visitor, post.code).code


def printed(ctx: Context, boss: Visitor, code: str) -> list[Colour]:
    """The colour in the middle of every picture in the PDF."""
    _name, content = sorting.resume_pdf(ctx, boss, code)
    pictures = [image.image for page in PdfReader(io.BytesIO(content)).pages for image in page.images]
    return [picture.convert("RGB").getpixel((100, 100)) for picture in pictures if picture is not None]


def is_like(found: Colour, wanted: Colour) -> bool:
    return all(abs(one - other) < 12 for one, other in zip(found, wanted, strict=True))


@pytest.mark.slow
@pytest.mark.parametrize("after", ["kept", "replaced", "removed"])
def test_the_photo_is_the_one_that_was_sent(ctx: Context, cast: Cast, meet: Meet, after: str) -> None:
    visitor = meet(cast.graduate)
    put(ctx, visitor, BLUE)
    code = sent(ctx, visitor, cast)
    if after == "replaced":
        put(ctx, visitor, RED)
    elif after == "removed":
        photo.remove(ctx, visitor)
    (found,) = printed(ctx, meet(cast.employer), code)
    assert is_like(found, BLUE)


@pytest.mark.slow
def test_who_had_none_or_hid_it_sends_none(ctx: Context, cast: Cast, meet: Meet, tmp_path: Path) -> None:
    visitor = meet(cast.graduate)
    employer = add_employer(cast, has_recruiter=True)
    without = applications.apply(ctx, visitor, add_post(ctx, employer).code)
    put(ctx, visitor, RED)
    Intention.create(graduate=cast.graduate.graduate, direction="employ", hides=["photo"])
    hidden = applications.apply(ctx, visitor, add_post(ctx, employer, title="测试工程师").code)
    boss = meet(cast.employer)
    assert [printed(ctx, boss, row.code) for row in (without, hidden)] == [[], []]
