"""The phone pages (H5): portrait, inside WeChat or in a desktop browser, with or without JavaScript."""

from handlers.h5 import (
    account,
    codes,
    counselors,
    graduates,
    help_desk,
    home,
    identify,
    intention,
    js_sdk,
    log_in,
    move,
    oauth,
    oidc,
    register,
    roster,
    workbench,
)

DOORS = (
    home.door,
    oauth.door,
    oidc.door,
    log_in.door,
    register.door,
    codes.door,
    move.door,
    identify.door,
    intention.door,
    roster.door,
    counselors.door,
    workbench.door,
    graduates.door,
    account.door,
    help_desk.door,
    js_sdk.door,
)
