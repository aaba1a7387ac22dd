"""Moments, spans and sizes as people speak of them."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.tasks import TaskKind
from handlers import task_words

NOW = datetime(2026, 12, 30, 15, 30, tzinfo=UTC)  # 23:30 in China


def china(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC) - timedelta(hours=8)  # type: ignore[misc, arg-type]  # parts of a moment


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (china(2026, 12, 29, 0, 0), "昨天 00:00"),
        (china(2026, 12, 30, 23, 59), "今天 23:59"),
        (china(2026, 12, 31, 0, 0), "明天 00:00"),
        (china(2027, 1, 1, 8, 5), "后天 08:05"),
        (china(2027, 1, 2, 8, 5), "2027年1月2日 08:05"),
        (china(2026, 12, 28, 8, 5), "12月28日 08:05"),
    ],
)
def test_a_moment_is_named_as_seen_from_china(at: datetime, said: str) -> None:
    assert task_words.moment_words(at, NOW) == said


def test_a_span_names_its_second_day_only_when_there_is_one() -> None:
    begins = china(2026, 12, 30, 23, 0)
    assert task_words.span_words(begins, china(2026, 12, 30, 23, 50), NOW) == "今天 23:00–23:50"
    assert task_words.span_words(begins, china(2026, 12, 31, 0, 30), NOW) == "今天 23:00–明天 00:30"


def test_a_day_is_named_with_its_weekday() -> None:
    assert task_words.day_words(china(2026, 12, 31, 0, 30)) == "12月31日 周四"


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (timedelta(seconds=59), "不到 1 分钟"),
        (timedelta(minutes=1), "1 分钟"),
        (timedelta(minutes=59, seconds=59), "59 分钟"),
        (timedelta(hours=2), "2 小时"),
        (timedelta(hours=2, minutes=5), "2 小时 5 分钟"),
        (timedelta(hours=24), "1 天"),
        (timedelta(days=3, hours=23), "3 天"),
    ],
)
def test_a_length_is_said_in_its_largest_parts(length: timedelta, said: str) -> None:
    assert task_words.length_words(length) == said


@pytest.mark.parametrize(("size", "said"), [(1, "1 KB"), (2048, "2 KB"), (1_300_000, "1.2 MB")])
def test_a_size(size: int, said: str) -> None:
    assert task_words.size_words(size) == said


def test_every_kind_has_its_name() -> None:
    assert task_words.KINDS == {
        TaskKind.POLICY: "就业创业政策",
        TaskKind.EVENT: "招聘活动",
        TaskKind.COURSE: "就业课程",
        TaskKind.JOB: "岗位信息",
        TaskKind.NOTICE: "通知",
        TaskKind.LIVE: "就业创业直播课",
    }
