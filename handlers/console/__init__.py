"""The staff console: server-rendered pages for 部、省、校、院 and counselors, on a desk or on a phone."""

from handlers.console import (
    clock,
    codes,
    field_rights,
    graduates,
    home,
    jobs,
    journal,
    log_in,
    messages,
    people,
    recovery,
    requests,
    roll_over,
    units,
)

DOORS = (
    home.door,
    clock.door,
    codes.door,
    log_in.door,
    recovery.door,
    journal.door,
    messages.door,
    graduates.door,
    field_rights.door,
    jobs.door,
    people.door,
    roll_over.door,
    units.door,
    requests.door,
)
