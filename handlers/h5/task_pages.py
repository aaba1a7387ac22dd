"""What the pages of a task show: steps, check-ins, deadline, each worked out from the assignment and the clock."""

from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from documents.rich_text import cleaned
from domain.tasks import Window
from handlers.task_words import length_words, moment_words, size_words, span_words
from models.task import Assignment, Task, TaskFile
from services.tasks.course import windows_of


@dataclass(frozen=True, slots=True)
class Step:
    """One of 查看, 转发, 完成, 签到. ``state`` is done, now or later."""

    word: str
    state: str


@dataclass(frozen=True, slots=True)
class CheckIn:
    """One check-in of a live course. ``state`` is done, open, later or missed; ``seconds`` to the next change."""

    mark: str
    word: str
    state: str
    say: str
    hint: str
    seconds: int


def body_of(task: Task) -> Markup:
    """The text as it may stand on a page; it was cleaned when it was written, and is again."""
    return Markup(cleaned(task.body))  # noqa: S704 - only what the cleaner lets through


def link_of(task: Task) -> str:
    """The task's link, if it is one that a page may lead to."""
    return task.link if task.link.startswith("https://") else ""


def sized(files: list[TaskFile]) -> list[tuple[TaskFile, str]]:
    """Attachments with their sizes in words."""
    return [(file, size_words(file.size)) for file in files]


def check_ins(row: Assignment, now: datetime) -> list[CheckIn]:
    """The check-ins of a task, none unless it is a live course."""
    asked = windows_of(row.task)
    names = ("签到",) if len(asked) < 2 else ("课前签到", "课后签到")
    return [
        _check_in(name, window, getattr(row, window.mark), now)
        for name, window in zip(names, asked, strict=False)
    ]


def _check_in(word: str, window: Window, done_at: datetime | None, now: datetime) -> CheckIn:
    span = f"{word}时间 {span_words(window.opens_at, window.closes_at, now)}"
    if done_at is not None:
        return CheckIn(window.mark, word, "done", f"已{word}", f"{moment_words(done_at, now)}", 0)
    if now > window.closes_at:
        return CheckIn(window.mark, word, "missed", f"{word}时间已过，不能补签", span, 0)
    is_open = now >= window.opens_at
    left = (window.closes_at if is_open else window.opens_at) - now
    say = f"现在可以{word}，还剩 {length_words(left)}" if is_open else f"还有 {length_words(left)}开始{word}"
    state, seconds = "open" if is_open else "later", int(left.total_seconds()) + 1
    return CheckIn(window.mark, word, state, say, span, seconds)


def steps(row: Assignment, asked: list[CheckIn]) -> list[Step]:
    """查看 → 转发 → 完成 (→ 签到); the first that is not done is the one to take."""
    done = [
        ("查看", row.viewed_at is not None),
        ("转发", row.forwarded_at is not None),
        ("完成", row.completed_at is not None),
        *((one.word, one.state == "done") for one in asked),
    ]
    following = next((word for word, is_done in done if not is_done), "")
    return [
        Step(word, "done" if is_done else "now" if word == following else "later") for word, is_done in done
    ]


def due_words(row: Assignment, now: datetime) -> str:
    """明天 18:00 截止, or by how much it is overdue; empty without a deadline."""
    due = row.task.due_at
    if due is None:
        return ""
    if due > now or row.finished_at is not None:
        return f"{moment_words(due, now)} 截止"
    return f"已逾期 {length_words(now - due)}"


def state_words(row: Assignment, now: datetime) -> tuple[str, str]:
    """How far a task is in a word, and how that is marked: good, warn, bad or nothing."""
    task = row.task
    if task.status == "withdrawn":
        return "已撤回", ""
    if row.finished_at is not None:
        return "已完成", "good"
    if row.status == "unread":
        return "未读", "new"
    if row.completed_at is None and task.due_at is not None and task.due_at <= now:
        return "已逾期", "bad"
    states = {one.state for one in check_ins(row, now)}
    if "open" in states:
        return "可签到", "warn"
    if row.completed_at is not None:
        return ("待签到", "warn") if "later" in states else ("缺签到", "bad")
    return "待完成", "warn"
