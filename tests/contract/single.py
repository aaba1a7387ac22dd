"""One message through the gateway, the way all of them go."""

from wechat.answers import Parcel, Sent
from wechat.gateway import Gateway


def send_one(gateway: Gateway, parcel: Parcel) -> Sent:
    """Sends a parcel and answers what became of it."""
    waiting, told = [parcel], []

    def source(wanted: int) -> list[Parcel]:
        return [waiting.pop()] if waiting else []

    gateway.send_all(source, told.extend, connections=1)
    [(_parcel, sent)] = told
    return sent
