"""Which majors a post asks for: names, classes and categories of 专业 read into codes."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from config.majors import MajorCatalogue, major_catalogue
from config.reading import reading_pattern, reading_words
from domain.disciplines import POSTGRADUATE, discipline
from domain.reading.folding import plain

_ANY_CODE = re.compile(r"[0-9]{6}(?=[TK]{0,2}$)", re.IGNORECASE)
_MOST_TAILS = 6
_DEEPEST = 2
_VOCATIONAL = "4"  # categories from here on are vocational, which no postgraduate studies


@dataclass(frozen=True, slots=True)
class Majors:
    """What a text asks for.

    ``codes`` are those of undergraduate and vocational catalogues: 6 digits a major, 4 a class, 2 a category.
    ``postgraduate`` are disciplines and their categories, with a letter for their first digit
    (``domain.disciplines``) since their numbers mean other things; a post takes both lists. ``is_open`` is that any
    major will do, which leaves no codes. ``is_related`` is that related majors will do as well, ``is_teaching`` that
    teachers' training (师范) is asked for. ``unread`` is what could not be read.
    """

    codes: tuple[str, ...] = ()
    is_open: bool = False
    unread: tuple[str, ...] = ()
    postgraduate: tuple[str, ...] = ()
    is_related: bool = False
    is_teaching: bool = False


class MajorBook:
    """Names of majors and where each leads."""

    def __init__(self, catalogue: MajorCatalogue, imported: Iterable[tuple[str, str]] = ()) -> None:
        """``imported`` are (code, name) of a table of the console: where it has a name, the shipped codes go."""
        taught = _by_name((code, name) for code, name in catalogue.taught.items() if len(code) > 2)
        ending = reading_words("majors")["category_ending"]
        categories = _by_name(
            (code, form)
            for code, name in catalogue.taught.items()
            if len(code) == 2
            for form in (name, name + ending)
        )
        aliases = {
            name: tuple(code for code in codes if code[0] != "p") for name, codes in catalogue.aliases.items()
        }
        # 法学 is a major before it is a category; 农业类 an alias before it is a class.
        brought = _by_name((code.rstrip("TK"), name) for code, name in imported)
        self._taught = categories | taught | aliases | brought
        self._postgraduate = _by_name((code, name) for code, name in catalogue.postgraduate.items())
        for name, codes in catalogue.aliases.items():
            self._postgraduate[name] = tuple(code[1:] for code in codes if code[0] == "p")
        self._kin = catalogue.kin
        self._names = dict(catalogue.taught) | {
            code: name for name, codes in brought.items() for code in codes
        }
        self._known = frozenset(catalogue.taught) | {code for codes in brought.values() for code in codes}
        whole = {*self._taught, *self._postgraduate}
        self.split_names = tuple(sorted(name for name in whole if re.search("[、,/ ]", plain(name))))
        self._long = frozenset(name for name in whole if len(name) >= 4)

    def taught(self, name: str) -> tuple[str, ...]:
        """Undergraduate and vocational codes of a name; a code that is known stands for itself."""
        code = _ANY_CODE.match(name)
        if code and code[0] in self._known:
            return (code[0],)
        return self._taught.get(name, ())

    def postgraduate(self, name: str, codes: Iterable[str]) -> tuple[str, ...]:
        """Disciplines of a name, and those that graduates of its classes go on to study."""
        kin = (other for code in codes for other in self._kin.get(code, ()))
        categories = (code for code in codes if len(code) == 2 and code < _VOCATIONAL)
        return tuple(map(discipline, dict.fromkeys((*self._postgraduate.get(name, ()), *kin, *categories))))

    def for_levels(self, codes: Sequence[str], low: int, high: int) -> tuple[str, ...]:
        """Numbers that a post names as codes, for the levels that it is for (ranks, 0 is no bound).

        The same numbers are classes among undergraduates and disciplines among postgraduates, and do not say which. A
        post for postgraduates alone names disciplines; in any other they are undergraduate ones, to which come the
        disciplines that their graduates go on to study where postgraduates may apply as well.
        """
        if low >= POSTGRADUATE:
            return tuple(dict.fromkeys(map(discipline, codes)))
        if high and high < POSTGRADUATE:
            return tuple(codes)
        further = (one for code in codes for one in self.postgraduate(self._names.get(code[:6], ""), (code,)))
        return tuple(dict.fromkeys((*codes, *further)))

    def knows(self, name: str) -> bool:
        """Whether a name leads anywhere."""
        return bool(self.taught(name) or self._postgraduate.get(name))

    def chain(self, text: str) -> list[str]:
        """Long names written one behind the other without anything between, or nothing."""
        found: list[str] = []
        while text:
            name = next((text[:size] for size in range(len(text), 3, -1) if text[:size] in self._long), "")
            if not name:
                return []
            found.append(name)
            text = text[len(name) :]
        return found


def _by_name(rows: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    names: dict[str, tuple[str, ...]] = {}
    for code, name in rows:
        names[name] = (*names.get(name, ()), code)
    return names


@cache
def shipped_book() -> MajorBook:
    """The names that are shipped."""
    return MajorBook(major_catalogue())


def read(text: str, book: MajorBook | None = None) -> Majors:
    """The majors that a field of a post names; nothing written, or 无, asks for none."""
    names = book or shipped_book()
    line = _word("directions").sub("", _word("label").sub("", plain(text)))
    if not line or _word("open").search(line):
        return Majors(is_open=True)
    found: list[str] = []
    unread: list[str] = []
    is_related = is_teaching = False
    for piece in _pieces(line, names.split_names):
        known, related = _names(piece, names)
        if known:
            found += known
            is_related = is_related or related
        elif _word("teaching").search(piece):
            is_teaching = True
        elif not _word("tails").sub("", piece):
            is_related = is_related or bool(_word("related").search(piece))
        else:
            unread.append(piece)
    codes = tuple(dict.fromkeys(code for name in found for code in names.taught(name)))
    disciplines = dict.fromkeys(
        code for name in found for code in names.postgraduate(name, names.taught(name))
    )
    return Majors(codes, False, tuple(unread), tuple(disciplines), is_related, is_teaching)


def _word(key: str) -> re.Pattern[str]:
    return reading_pattern("majors", key)


def _pieces(line: str, split_names: Iterable[str]) -> Iterator[str]:
    """What stands between separators; names that hold a separator themselves come whole."""
    for name in split_names:
        if name in line:
            yield name
            line = line.replace(name, ",")
    yield from filter(None, _word("splits").split(line))


def _names(piece: str, names: MajorBook) -> tuple[list[str], bool]:
    """The known names in a piece, and whether it takes related ones too; none where a part of it is unknown."""
    forms = list(_stripped(piece))
    for form in forms:
        name = next((name for name in _variants(form) if names.knows(name)), "")
        if name:
            around = piece.replace(form, "", 1) if form in piece else ""
            is_wider = form.endswith(name) is False or bool(_word("related").search(around))
            return [name], is_wider
    for form in forms:
        halves = _halves(form, names) or names.chain(form)
        if halves:
            return halves, bool(_word("related").search(piece.replace(form, "", 1)))
    return [], False


def _stripped(piece: str) -> Iterator[str]:
    """A piece with ever more of its ends taken off."""
    yield piece
    for _round in range(_MOST_TAILS):
        shorter = _word("tails").sub("", piece)
        if shorter == piece:
            shorter = _word("heads").sub("", piece)
        if shorter == piece or not shorter:
            return
        piece = shorter
        yield piece


def _variants(form: str) -> Iterator[str]:
    """A name as it may stand in the catalogue: 软件工程类 is not there, 软件工程 is."""
    yield form
    if len(form) > 2 and form[-1] == _class_ending():
        yield form[:-1]
    else:
        yield form + _class_ending()


@cache
def _class_ending() -> str:
    """What every class's name ends with."""
    classes: Mapping[str, str] = major_catalogue().taught
    return next(name for code, name in classes.items() if len(code) == 4)[-1]


def _halves(form: str, names: MajorBook, depth: int = 0) -> list[str]:
    """Names with an "and" between them, all of them known."""
    for joint in _word("joints").finditer(form):
        sides = (form[: joint.start()], form[joint.end() :])
        found = [_side(side, names, depth) for side in sides]
        if all(found):
            return [name for part in found for name in part]
    return []


def _side(side: str, names: MajorBook, depth: int) -> list[str]:
    forms = list(_stripped(side)) if side else []
    name = next((name for form in forms for name in _variants(form) if names.knows(name)), "")
    if name:
        return [name]
    return _halves(side, names, depth + 1) if depth < _DEEPEST else []
