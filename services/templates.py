"""Our template messages and subscription notices against those the official account has."""

from collections.abc import Iterable, Mapping

from config.template_ids import notice_ids, template_ids
from services.context import Context
from templates_msg.catalogue import CATALOGUE
from wechat.answers import RemoteTemplate


def problems(ctx: Context) -> list[str]:
    """What is missing or different, a line each; empty when every message can be sent. Raises WeChatTrouble.

    A message needs no subscription notice; one whose id is written down must be as we fill it.
    """
    source = ctx.settings.template_ids
    ids = template_ids(source)
    missing = [
        f"{name} ({message.title}): no id in {source}"
        for name, message in CATALOGUE.items()
        if name not in ids
    ]
    notices = notice_ids(source)
    return [
        *missing,
        *_differing(ids, ctx.gateway.templates(), "template"),
        *(_differing(notices, ctx.gateway.notices(), "subscription notice") if notices else ()),
    ]


def _differing(ids: Mapping[str, str], remote: Iterable[RemoteTemplate], what: str) -> list[str]:
    theirs, found = {one.template_id: one for one in remote}, []
    for name, template_id in ids.items():
        message, one = CATALOGUE.get(name), theirs.get(template_id)
        if message is None:
            found.append(f"{name}: no message of ours has this name ({what} {template_id})")
        elif one is None:
            found.append(f"{name} ({message.title}): the account has no {what} {template_id}")
        elif set(one.fields) != set(message.slots()):
            ours = sorted(message.slots())
            found.append(f"{name}: we fill {ours}, the account's {what} asks for {sorted(one.fields)}")
    return found
