"""The same question to MariaDB, as well as it can be asked there: what the index is compared with.

The posts stand in a table by major, class, category and openness, each row with all that a score needs, clustered by
(how the major fits, code, place): whatever a query reads, it reads from one index, in order. A graduate is answered by
one query for each way in which a major may fit, the nearest first, until the last of the posts found beats the most
that the next can earn; each asks only for what is not below the last of those found.
"""

import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import pymysql

from config.matching import Weights
from matching import layout
from matching.building import Arrays
from matching.columns import FULL, INTERN, Ints
from matching.query import INDUSTRY, KIND, NATURE, Query, trait_points

CREATE = """
CREATE TABLE posting (
  fit TINYINT UNSIGNED NOT NULL, code BIGINT NOT NULL, place SMALLINT UNSIGNED NOT NULL, post BIGINT NOT NULL,
  employer BIGINT NOT NULL, published MEDIUMINT NOT NULL, static SMALLINT NOT NULL, expires INT NOT NULL,
  level_low TINYINT NOT NULL, level_high TINYINT NOT NULL, work_types TINYINT NOT NULL,
  year_from TINYINT UNSIGNED NOT NULL, year_to TINYINT UNSIGNED NOT NULL, kind TINYINT UNSIGNED NOT NULL,
  industry TINYINT UNSIGNED NOT NULL, nature TINYINT UNSIGNED NOT NULL, pay_low INT NOT NULL, pay_high INT NOT NULL,
  PRIMARY KEY (fit, code, place, post)
) ENGINE=InnoDB
"""
HARD = (
    "level_low <= {level} AND (level_high = 0 OR {level} <= level_high) AND work_types & {work} AND expires >= {today}"
    " AND year_from <= {year} AND {year} <= year_to"
)
FIRST_LIMIT = 100
BATCH = 200_000


class Table:
    """The table, filled from the arrays of an index."""

    def __init__(self, url: str, weights: Weights, today: int) -> None:
        parts = urlsplit(url)
        self._connection = pymysql.connect(
            host=parts.hostname,
            port=parts.port or 3306,
            user=parts.username,
            password=parts.password or "",
            database=parts.path.lstrip("/"),
            local_infile=True,
            autocommit=True,
        )
        self._weights, self._today = weights, today

    def fill(self, arrays: Arrays) -> int:
        """Writes all rows; answers how many."""
        cursor = self._connection.cursor()
        cursor.execute(CREATE)
        sizes = np.diff(arrays.slices & layout.FIRST_ROW)
        lists = np.repeat(np.repeat(arrays.list_keys, np.diff(arrays.list_starts)), sizes)
        places = np.repeat(arrays.slices[:-1] >> layout.PLACE_AT, sizes)
        for start in range(0, len(lists), BATCH):
            self._load(cursor, _lines(arrays, lists, places, slice(start, start + BATCH)))
        cursor.execute("ANALYZE TABLE posting")
        return len(lists)

    def _load(self, cursor: Any, lines: str) -> None:
        with tempfile.NamedTemporaryFile("w", suffix=".tsv") as file:
            file.write(lines)
            file.flush()
            cursor.execute(f"LOAD DATA LOCAL INFILE '{Path(file.name)}' INTO TABLE posting")

    def top(self, query: Query) -> list[tuple[int, int]]:
        """(post, score) of those to show, the best first."""
        weights = self._weights
        points = (weights.major.exact, weights.major.class_, weights.major.category, weights.major.open)
        codes = (*query.major_triple(), 0)
        fits = [fit for fit in range(4) if query.strictness >> fit & 1 and codes[fit] >= 0]
        most = self._most(query)
        found: dict[int, tuple[int, int, int]] = {}
        for fit in fits:
            best = self._shown(found)
            if len(best) == weights.count and best[-1][0] > points[fit] + most:
                break
            self._level(query, (fit, codes[fit], points[fit]), found)
        return [(post, score) for score, _, post in self._shown(found)]

    def _level(
        self, query: Query, level: tuple[int, int, int], found: dict[int, tuple[int, int, int]]
    ) -> None:
        """Adds the best of one way of fitting: as many as may be among those shown."""
        fit, code, points = level
        limit = FIRST_LIMIT
        while True:
            best = self._shown(found)
            least = best[-1][0] if len(best) == self._weights.count else 0
            cursor = self._connection.cursor()
            cursor.execute(self._statement(query, points, (least, limit)), (fit, code))
            rows = cursor.fetchall()
            for post, employer, published, score in rows:
                if post not in found or found[post][0] < score:
                    found[post] = (int(score), published, employer)
            best = self._shown(found)
            is_whole = len(rows) < limit
            if is_whole or (len(best) == self._weights.count and best[-1][0] > rows[-1][3]):
                return
            limit *= 4

    def _shown(self, found: dict[int, tuple[int, int, int]]) -> list[tuple[int, int, int]]:
        """(score, day, post) of the best, so many of one employer."""
        kept: list[tuple[int, int, int]] = []
        shown: dict[int, int] = {}
        ranked = sorted(((score, day, post, who) for post, (score, day, who) in found.items()), reverse=True)
        for score, day, post, employer in ranked:
            if shown.get(employer, 0) < self._weights.of_one_employer:
                shown[employer] = shown.get(employer, 0) + 1
                kept.append((score, day, post))
        return kept[: self._weights.count]

    def _most(self, query: Query) -> int:
        """The most that anything but the major can earn."""
        weights = self._weights
        place = weights.place.wished[0] if query.wishes() else weights.place.anywhere
        traits = sum(max((0, *points)) for points in self._by_trait(query).values())
        rest = weights.freshness.most + weights.headcount.most + (weights.pay.most if query.floor() else 0)
        return place + traits + rest

    def _by_trait(self, query: Query) -> dict[int, list[int]]:
        earned: dict[int, list[int]] = {KIND: [], INDUSTRY: [], NATURE: []}
        for (trait, _), (points, _) in trait_points(query, self._weights).items():
            earned[trait].append(points)
        return earned

    def _statement(self, query: Query, points: int, bounds: tuple[int, int]) -> str:
        """``bounds`` are the fewest points that help, and how many rows are wanted."""
        least, limit = bounds
        places, where = self._places(query)
        hard = HARD.format(
            level=query.level, work=query.work_types, today=self._today, year=query.year_byte()
        )
        for column, blocked in (("post", query.blocked_posts), ("employer", query.blocked_employers)):
            if blocked:
                hard += f" AND {column} NOT IN ({', '.join(map(str, blocked))})"
        score = " + ".join((str(points), "static", places, *self._traits(query), self._pay(query)))
        if least:
            hard += f" AND {score} >= {least}"
        return (
            f"SELECT post, employer, published, {score} AS score FROM posting WHERE fit = %s AND code = %s{where}"
            f" AND {hard} ORDER BY score DESC, published DESC, post DESC LIMIT {limit}"
        )

    def _places(self, query: Query) -> tuple[str, str]:
        """The points of a row's place, and which places are read at all."""
        wishes, place = query.wishes(), self._weights.place
        if not wishes:
            return str(place.anywhere), ""
        cases, provinces, ranges = "", "", ["place = 0"]
        for number, wish in enumerate(wishes):
            first = wish - wish % 100
            within = f"place BETWEEN {first} AND {first + 99}"
            ranges.append(within)
            is_city = wish % 100
            cases += f" WHEN {f'place = {wish}' if is_city else within} THEN {place.wished[number]}"
            provinces += f" WHEN {within} THEN {place.province}" if is_city else ""
        return f"CASE{cases}{provinces} ELSE {place.nationwide} END", f" AND ({' OR '.join(ranges)})"

    def _traits(self, query: Query) -> list[str]:
        columns = {KIND: "kind", INDUSTRY: "industry", NATURE: "nature"}
        return [
            f"({columns[trait]} = {code}) * {points + off}"
            for (trait, code), (points, off) in trait_points(query, self._weights).items()
        ]

    def _pay(self, query: Query) -> str:
        floor, pay = query.floor(), self._weights.pay
        if not floor:
            return "0"
        return (
            f"CASE WHEN pay_high = 0 THEN {pay.negotiable} WHEN pay_low >= {floor} THEN {pay.most}"
            f" WHEN pay_high < {floor} THEN 0 ELSE {pay.most} * (pay_high - {floor}) DIV (pay_high - pay_low) END"
        )


def _lines(arrays: Arrays, lists: Ints, places: Ints, part: slice) -> str:
    """Some rows of the index as tab-separated text; ``lists`` and ``places`` tell where each row stands."""
    first, second = arrays.rows[part, 0], arrays.rows[part, 1]
    post = first & (1 << layout.POST_BITS) - 1
    facts = arrays.facts[post]
    ceiling = layout.LAST_LEVEL - (second >> layout.CEILING_AT & 7)
    no_full, no_intern = second >> layout.NOT_FULL_AT & 1, second >> layout.NOT_INTERN_AT & 1
    columns = (
        *(lists[part] >> layout.LIST_BITS, lists[part] & (1 << layout.LIST_BITS) - 1, places[part]),
        *(facts[:, layout.ID], facts[:, layout.EMPLOYER], arrays.published[post]),
        *(first >> layout.STATIC_AT & 0xFFFF, facts[:, layout.REST] & layout.EXPIRY),
        *(
            second >> layout.FLOOR_AT & 7,
            ceiling % layout.LAST_LEVEL,
            FULL * (1 - no_full) + INTERN * (1 - no_intern),
        ),
        *(second >> layout.YEAR_FROM_AT & 255, layout.LAST_BYTE - (second >> layout.YEAR_TO_AT & 255)),
        *(first >> layout.KIND_AT & 255, first >> layout.INDUSTRY_AT & 255, first >> layout.NATURE_AT & 255),
        *(second >> layout.PAY_LOW_AT & 0xFFFF, second >> layout.PAY_HIGH_AT & 0xFFFF),
    )
    return "".join(
        "\t".join(map(str, row)) + "\n" for row in zip(*(one.tolist() for one in columns), strict=True)
    )
