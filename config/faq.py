"""Keyword answers of the chat, read from faq.toml."""

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from typing import Any

FAQ_FILE = Path(__file__).with_name("faq.toml")

_LONGEST_ANSWER = 600
_IGNORED = re.compile(r"[\W_]+")


class BadFaq(Exception):
    """faq.toml cannot be used; ``problems`` lists everything wrong with it."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


@dataclass(frozen=True, slots=True)
class Topic:
    """One question with its answer; ``path`` and ``label`` are the page offered below it, or empty.

    ``is_listed`` is False for what only makes sense in a conversation, such as a greeting.
    """

    name: str
    answer: str
    path: str = ""
    label: str = ""
    is_listed: bool = True


@dataclass(frozen=True, slots=True)
class Desk:
    """The people behind the chat: their hours, their own account, their article of common questions."""

    opens: time
    closes: time
    account: str
    article: str
    words: frozenset[str]


class Faq:
    """Finds the topic of a message. Immutable, shared by threads."""

    def __init__(self, tree: dict[str, Any]) -> None:
        """Takes the parsed file. Raises BadFaq with all problems."""
        problems = _problems(tree)
        if problems:
            raise BadFaq(problems)
        desk = tree["desk"]
        self.desk = Desk(
            time.fromisoformat(desk["opens"]),
            time.fromisoformat(desk["closes"]),
            desk["account"],
            desk["article"],
            frozenset(plain(word) for word in desk["words"]),
        )
        self.topics = tuple(_topic(row) for row in tree["topic"])
        # Every keyword is a set of words that must all occur; longer ones are tried first.
        keyed = [
            (tuple(plain(word) for word in keyword.split()), topic)
            for row, topic in zip(tree["topic"], self.topics, strict=True)
            for keyword in row["keywords"]
        ]
        keyed.sort(key=lambda pair: -sum(map(len, pair[0])))
        self._keyed = [(words[0], words[1:], topic) for words, topic in keyed]
        # Most messages hold none of the words: one look with this settles those.
        self._any = re.compile("|".join(sorted({re.escape(words[0]) for words, _ in keyed})))

    def find(self, text: str) -> Topic | None:
        """The topic whose longest keyword occurs in ``text``, else nothing.

        A topic that is not listed must be the whole message: a question that begins with a greeting is a question.
        """
        said = plain(text)
        if not self._any.search(said):
            return None
        for first, others, topic in self._keyed:
            if topic.is_listed and first in said and all(word in said for word in others):
                return topic
            if not topic.is_listed and first == said:
                return topic
        return None

    def asks_for_people(self, text: str) -> bool:
        """Whether the message is nothing but a call for a human, such as 人工."""
        return plain(text) in self.desk.words


def plain(text: str) -> str:
    """The text as compared: one width, one case, neither spaces nor punctuation."""
    return _IGNORED.sub("", unicodedata.normalize("NFKC", text[:500]).casefold())


def load(path: Path = FAQ_FILE) -> Faq:
    """The FAQ of a file. Raises BadFaq, also where the file is not TOML."""
    try:
        return Faq(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadFaq([f"{path.name}: {error}"]) from None


def _topic(row: dict[str, Any]) -> Topic:
    page, _, label = row.get("link", "").partition("|")
    return Topic(row["name"], row["answer"].strip(), page, label, row.get("listed", True))


def _problems(tree: dict[str, Any]) -> list[str]:
    problems = []
    desk = tree.get("desk", {})
    for name in ("opens", "closes", "account", "article"):
        if not isinstance(desk.get(name), str):
            problems.append(f"[desk]: needs {name}")
    for name in ("opens", "closes"):
        try:
            time.fromisoformat(str(desk.get(name, "00:00")))
        except ValueError:
            problems.append(f"[desk]: {name} is a time such as 09:00")
    if not desk.get("words"):
        problems.append("[desk]: needs words that call for a human")
    if not tree.get("topic"):
        problems.append("needs [[topic]] tables")
    seen: dict[str, str] = {}
    for nth, row in enumerate(tree.get("topic", []), 1):
        problems += _topic_problems(f"topic {nth} ({row.get('name', 'no name')})", row, seen)
    return problems


def _topic_problems(where: str, row: dict[str, Any], seen: dict[str, str]) -> list[str]:
    problems = [f"{where}: needs {name}" for name in ("name", "keywords", "answer") if not row.get(name)]
    if len(row.get("answer", "")) > _LONGEST_ANSWER:
        problems.append(f"{where}: answer of {len(row['answer'])} characters, at most {_LONGEST_ANSWER}")
    link = row.get("link", "/|x")
    if not link.startswith("/") or not link.partition("|")[2]:
        problems.append(f"{where}: link is written as /path|what it says")
    for keyword in row.get("keywords", []):
        if not all(plain(word) for word in keyword.split()) or not keyword.strip():
            problems.append(f"{where}: keyword {keyword!r} has nothing to look for")
        other = seen.setdefault(plain(keyword), where)
        if other != where:
            problems.append(f"{where}: keyword {keyword} belongs to {other} already")
    return problems
