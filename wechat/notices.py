"""What people and the platform answer about subscription notices (订阅通知): lists inside of events.

The three events carry ``List`` once or several times, in XML below a group named after the event
(developers.weixin.qq.com, 订阅通知: 事件推送).
"""

from collections.abc import Mapping

ACCEPT = "accept"
SENT = "success"
MOST = 20  # templates of one event; the platform asks for three at a time
_LONGEST = 64
_ANSWERS = ("SubscribeStatusString", "ErrorStatus")


def answers(fields: Mapping[str, str]) -> list[tuple[str, str]]:
    """(template id, answer) of each entry of an event's flat fields: accept, reject … or the fate of a notice.

    Entries that name no usable template are left out.
    """
    found = []
    for name, template_id in fields.items():
        group, _, last = name.rpartition(".")
        if last != "TemplateId" or not 0 < len(template_id) <= _LONGEST or not _is_plain(template_id):
            continue
        answer = next((fields[f"{group}.{word}"] for word in _ANSWERS if f"{group}.{word}" in fields), "")
        found.append((template_id, answer if _is_plain(answer) else ""))
    return found[:MOST]


def _is_plain(text: str) -> bool:
    return text.isascii() and text.isprintable()
