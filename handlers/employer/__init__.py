"""The pages for employers (用人单位), on a phone or on a desktop: registering, posts, applications, interviews."""

from handlers.employer import (
    agreements,
    applications,
    colleagues,
    degrees,
    details,
    entry,
    posts,
    sources,
    unit,
)

DOORS = (
    *(entry.door, unit.door, details.door, colleagues.door, posts.door),
    *(applications.door, agreements.door, sources.door, degrees.door),
)
