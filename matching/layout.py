"""Where what lies in the numbers that Python and the compiled kernel hand each other. All are 64-bit integers."""

# -- the block that a call is given -------------------------------------------------------------------------
# Addresses of the index's columns. Rows are two words each:
#   first:  post 32 bits | static points 16 | kind 8 | industry 8
#   second: lowest pay 16 | highest pay 16 | years from 8 | to 8 | nature 8 | level from 3 | to 3 | work types 2
ROWS, SLICE_KEYS, SLICE_STARTS, SLICES, FACTS, ALIVE = 0, 1, 2, 3, 4, 5
MOST_STATIC = 6  # the highest static points of any post in the index
# Of the posts published since. TIES place each among the index's posts in the order of ties.
NEW, NEW_ROWS, NEW_TIES, NEW_FACTS = 7, 8, 9, 10
NEW_MAJOR_START, NEW_MAJORS, NEW_PLACE_START, NEW_PLACES = 11, 12, 13, 14
# What is asked for.
TODAY, COUNT, OF_ONE_EMPLOYER = 15, 16, 17
QUERIES, QUERY_STARTS, ASKED, OUT, OUT_COUNTS, SCRATCH = 18, 19, 20, 21, 22, 23

# -- the facts of a post, together because they are asked for together --------------------------------------
ID, EMPLOYER, HELD, REST, FACT = 0, 1, 2, 3, 4
# REST: day of expiry 32 bits | points of freshness 16 | of headcount 15

# -- a query ------------------------------------------------------------------------------------------------
LEVEL, YEAR, WORK_TYPES, STRICTNESS, MAJOR = 0, 1, 2, 3, 4
MAJOR_POINTS, PLACE_POINTS = 7, 11
FLOOR, PAY_MOST, PAY_NEGOTIABLE, MOST_TRAITS = 17, 18, 19, 20
WISHED, WISHED_PLACES = 21, 22
TRAITS, BLOCKED_POSTS, BLOCKED_EMPLOYERS, UNITS, LISTS = 25, 26, 27, 28, 29

# -- a result -----------------------------------------------------------------------------------------------
POST, SCORE, MAJOR_FIT, PLACE_FIT, PARTS = 0, 1, 2, 3, 4
PART_NAMES = ("major", "place", "kind", "industry", "nature", "pay", "freshness", "headcount", "feedback")
RESULT = PARTS + len(PART_NAMES)

# -- scratch ------------------------------------------------------------------------------------------------
TABLES = 3 * 256
LENGTH, LEAST, WORST, LEAST_SCORE, GROUPS = TABLES, TABLES + 1, TABLES + 2, TABLES + 3, TABLES + 4
GROUP = 3  # points, major fit, place fit
HEAP = GROUPS + GROUP * 24
ENTRY = 5  # key, employer, row (the index's, or -1 - the new post's), major fit, place fit


def scratch_size(count: int) -> int:
    """How many numbers a call for so many posts needs for itself; they must be 0 at first, and are left so."""
    return HEAP + ENTRY * count


# -- a hold: until this day (an ordinal) the post is for the graduates of one unit alone --------------------
HELD_BITS = 32  # day << HELD_BITS | unit

# -- keys ---------------------------------------------------------------------------------------------------
# Of an entry in the running for a place: (score + BIAS) << TIE_BITS | tie; the higher goes first. A tie is
# (rank among the index's posts) << ORDINAL_BITS | ordinal among the new posts of that rank.
BIAS, TIE_BITS, ORDINAL_BITS = 1 << 14, 46, 22
MOST_POSTS, MOST_NEW = (1 << (TIE_BITS - ORDINAL_BITS)) - 2, (1 << ORDINAL_BITS) - 2
# Of a slice: list << PLACE_BITS | place; a list is (fit of its majors) << LIST_BITS | code.
PLACE_BITS, LIST_BITS = 16, 34
EVERY_PLACE = 1 << PLACE_BITS
