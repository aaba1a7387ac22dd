"""/s/: a unit signs with a graduate, by the code that it scanned or as a registered one."""

from handlers.sign import answers, draft, entry, newcomers, releases, scans

DOORS = (entry.door, draft.door, answers.door, releases.door, newcomers.door, scans.door)
