"""Creating, reading and deleting the account's menu."""

import re

from sandbox.api.call import Answer, Call, Route, done
from sandbox.api.menu_rules import check_menu
from sandbox.api.refusal import ApiRefusal

ESCAPED = re.compile(r"\\u[0-9a-fA-F]{4}")


async def create_menu(call: Call) -> Answer:
    """POST /cgi-bin/menu/create; the text must be UTF-8 itself, not \\uXXXX."""
    if ESCAPED.search(call.text()):
        raise ApiRefusal(40033)
    menu = call.json()
    check_menu(menu)
    call.world.state.menu = {"button": menu["button"]}
    call.world.touch("menu")
    return done()


async def get_menu(call: Call) -> Answer:
    """GET /cgi-bin/menu/get; 46003 when there is none. Every button carries its sub_button list."""
    menu = call.world.state.menu
    if menu is None:
        raise ApiRefusal(46003)
    buttons = [
        {**button, "sub_button": [{**sub, "sub_button": []} for sub in button.get("sub_button", [])]}
        for button in menu["button"]
    ]
    return {"menu": {"button": buttons}}


async def delete_menu(call: Call) -> Answer:
    """GET /cgi-bin/menu/delete."""
    call.world.state.menu = None
    call.world.touch("menu")
    return done()


ROUTES = (
    Route("POST", "/cgi-bin/menu/create", create_menu, quota=1000),
    Route("GET", "/cgi-bin/menu/get", get_menu, quota=10_000),
    Route("GET", "/cgi-bin/menu/delete", delete_menu, quota=1000),
)
