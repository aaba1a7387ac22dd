"""Where what lies in the numbers that Python and the compiled kernel hand each other. All are 64-bit integers."""

# -- the block that a call is given -------------------------------------------------------------------------
# Addresses of the index's columns. Rows are two words each:
#   first:  post 24 bits | static points 16 | kind 8 | industry 8 | nature 8
#   second: what the hard rules compare (see below) 30 | lowest pay 16 | highest pay 16
ROWS, LIST_KEYS, LIST_STARTS, SLICES, FACTS = 0, 1, 2, 3, 4
LISTS_KNOWN, MOST_STATIC = (
    5,
    6,
)  # how many lists there are; the highest static points of any post in the index
# Of the posts published since. TIES place each among the index's posts in the order of ties.
NEW, NEW_ROWS, NEW_TIES, NEW_FACTS = 7, 8, 9, 10
NEW_MAJOR_START, NEW_MAJORS, NEW_PLACE_START, NEW_PLACES = 11, 12, 13, 14
POINTS = 15  # address of what the criteria earn
# Address of the news, and what they were when the block was made: another number means that the block is old.
NEWS, SEEN = 16, 17
# What is asked for.
TODAY, COUNT = 18, 19
QUERIES, QUERY_STARTS, ASKED, OUT, OUT_COUNTS, SCRATCH = 20, 21, 22, 23, 24, 25
IS_OLD = 26  # the answer to whether it was

# -- rows ---------------------------------------------------------------------------------------------------
POST_BITS, STATIC_AT, KIND_AT, INDUSTRY_AT, NATURE_AT = 24, 24, 40, 48, 56
# A field of a hard rule holds a number that must not be above the graduate's; over each is a bit for the borrow, so
# that one subtraction compares all fields.
YEAR_FROM_AT, YEAR_TO_AT, FLOOR_AT, CEILING_AT, NOT_FULL_AT, NOT_INTERN_AT = 0, 9, 18, 22, 26, 28
GUARDS = 1 << 8 | 1 << 17 | 1 << 21 | 1 << 25 | 1 << 27 | 1 << 29
PAY_LOW_AT, PAY_HIGH_AT = 30, 46
LAST_LEVEL, LAST_BYTE = 7, 255

# -- the facts of a post, together because they are asked for together --------------------------------------
ID, EMPLOYER, HELD, REST, FACT = 0, 1, 2, 3, 4
# REST: day of expiry 32 bits (0 once the post is closed) | points of freshness 16 | of headcount 15
EXPIRY = 0xFFFFFFFF

# -- points -------------------------------------------------------------------------------------------------
MAJOR_POINTS, PLACE_POINTS, WISH_POINTS, OFF_POINTS = 0, 4, 10, 13
PAY_MOST, PAY_NEGOTIABLE, OF_ONE_EMPLOYER = 16, 17, 18

# -- a query ------------------------------------------------------------------------------------------------
LEVEL, YEAR, WORK_TYPES, STRICTNESS, MAJOR, FLOOR = 0, 1, 2, 3, 4, 7
WISHED, WISHED_PLACES = 8, 9
# How many there are of each list; the lists follow one another. Three are codes wanted (kinds, industries, natures),
# three are codes disliked.
WANTED, DISLIKED, BLOCKED_POSTS, BLOCKED_EMPLOYERS, UNITS, LISTS = 12, 15, 18, 19, 20, 21

# -- a result -----------------------------------------------------------------------------------------------
POST, SCORE, MAJOR_FIT, PLACE_FIT, PARTS = 0, 1, 2, 3, 4
PART_NAMES = ("major", "place", "kind", "industry", "nature", "pay", "freshness", "headcount", "feedback")
RESULT = PARTS + len(PART_NAMES)

# -- scratch ------------------------------------------------------------------------------------------------
TABLE = 256  # of points by code; there are three, for kinds, industries and natures
LENGTH, LEAST, LEAST_SCORE, WAITING = 768, 769, 770, 771
MOST_TRAITS, RULES = 772, 773  # the most that traits and pay can earn, the graduate's side of the hard rules
LISTS_OUT, LISTS_UNITS = 774, 775  # where the query's lists of what is blocked, and of units, begin
MINE = 776  # the graduate's lists by major fit: the first slice of each, and that after its last
GROUPS, GROUP = MINE + 8, 3  # points, major fit, place fit
WAITERS, WAITER, ROOM = GROUPS + GROUP * 24, 3, 12  # key, row, fit of those that wait for their facts
KEPT = WAITERS + WAITER * ROOM
ENTRY = 4  # key, employer, row (the index's, or -1 - the new post's), fit


def scratch_size(count: int) -> int:
    """How many numbers a call for so many posts needs for itself; they must be 0 at first, and are left so."""
    return KEPT + ENTRY * count


# -- a hold: until this day (an ordinal) the post is for the graduates of one unit alone --------------------
HELD_BITS = 32  # day << HELD_BITS | unit

# -- keys ---------------------------------------------------------------------------------------------------
# Of an entry in the running for a place: (score + BIAS) << TIE_BITS | tie; the higher goes first. A tie is
# (rank among the index's posts) << ORDINAL_BITS | ordinal among the new posts of that rank.
BIAS, TIE_BITS, ORDINAL_BITS = 1 << 14, 46, 22
MOST_POSTS, MOST_NEW = (1 << POST_BITS) - 2, (1 << ORDINAL_BITS) - 2
# Of a list: (fit of its majors) << LIST_BITS | code. Its slices are in the order of places, each a word:
# place 15 bits | static points of its first row 16 | its first row 32; it ends where the next begins.
LIST_BITS = 34
PLACE_AT, HEAD_AT, FIRST_ROW = 48, 32, 0xFFFFFFFF
EVERY_PLACE = 1 << 14
