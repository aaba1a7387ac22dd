"""The pages for employers (用人单位), on a phone or on a desktop: registering, posts, applications, interviews."""

from handlers.employer import entry, unit

DOORS = (entry.door, unit.door)
