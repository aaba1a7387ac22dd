"""Sending a page on from one phone to another: the card that its script has set, else the page itself."""

import time
from urllib.parse import urlsplit

from sandbox.phones import NotPossible
from sandbox.state import CHAT_KEPT, Card, Message, Phone
from sandbox.world import World

TITLE_LONGEST = 60  # characters that a card shows
TEXT_LONGEST = 80


class Sharing:
    """The ··· menu of the in-app browser."""

    def __init__(self, world: World) -> None:
        self._world = world

    def send(self, phone: Phone, to: str) -> Card:
        """Sends the page on screen to ``to``, or to 朋友圈 when that is empty, and gives the card that was sent."""
        browser = phone.browser
        if browser is None or not browser.stack:
            raise NotPossible("没有打开网页")
        kind = "friend" if to else "timeline"
        # A page that the script's data belongs to no longer may still be loading: its own address is right then.
        page = browser.stack[-1]
        set_by_page = browser.sdk.cards.get(kind) if browser.sdk and browser.sdk.url == page else None
        card = set_by_page or Card(title=browser.title or page, text=page, url=page)
        card = card.model_copy(update={"title": card.title[:TITLE_LONGEST], "text": card.text[:TEXT_LONGEST]})
        if to:
            self._deliver(phone, to, card)
        return card

    def read(self, phone: Phone, friend: str) -> None:
        """The holder has seen what ``friend`` sent."""
        talk = phone.talks.get(friend)
        if talk:
            phone.talks_read[friend] = talk[-1].id
            self._world.touch(phone.key)

    def _deliver(self, phone: Phone, to: str, card: Card) -> None:
        other = self._world.state.phones.get(to)
        if other is None or other is phone:
            raise NotPossible("没有这个朋友")
        parts = urlsplit(card.url)
        # The platform marks how a page was come by.
        marked = parts._replace(query="&".join(filter(None, (parts.query, "from=singlemessage")))).geturl()
        received = card.model_copy(update={"url": marked})
        self._say(phone, to, "me", card)
        self._say(other, phone.key, "friend", received)

    def _say(self, phone: Phone, friend: str, side: str, card: Card) -> None:
        message = Message.model_validate(
            {
                "id": self._world.next_id(),
                "at": time.time(),
                "side": side,
                "kind": "link",
                "cards": [card.model_dump()],
            }
        )
        phone.talks[friend] = [*phone.talks.get(friend, [])[-CHAT_KEPT + 1 :], message]
        self._world.touch(phone.key)
