"""Our template messages against those the official account has."""

from config.template_ids import template_ids
from services.context import Context
from templates_msg.catalogue import CATALOGUE


def problems(ctx: Context) -> list[str]:
    """What is missing or different, a line each; empty when every message can be sent. Raises WeChatTrouble."""
    ids = template_ids(ctx.settings.template_ids)
    remote = {template.template_id: template for template in ctx.gateway.templates()}
    found = []
    for name, message in CATALOGUE.items():
        template_id = ids.get(name)
        if template_id is None:
            found.append(f"{name} ({message.title}): no id in {ctx.settings.template_ids}")
            continue
        theirs = remote.get(template_id)
        if theirs is None:
            found.append(f"{name} ({message.title}): the account has no template {template_id}")
            continue
        places = set(theirs.fields)
        if places != set(message.slots()):
            found.append(f"{name}: we fill {sorted(message.slots())}, the account asks for {sorted(places)}")
    return found
