"""The platform's seal as services have it: the hand that sets it, and the roots that it is verified by."""

from dataclasses import dataclass

from documents.seal import Signer


@dataclass(frozen=True, slots=True)
class Seals:
    """What this process knows of the seal; nothing, unless the settings name one.

    ``roots`` are certificates as DER. A machine may know the roots without having the key: it verifies, and leaves
    sealing to others.
    """

    hand: Signer | None = None
    roots: tuple[bytes, ...] = ()

    @property
    def is_set_up(self) -> bool:
        """Whether there is a seal, here or on another machine: without one nothing may be opened for signing."""
        return bool(self.roots)

    def signer(self) -> Signer | None:
        """The hand that sets the seal; None where this machine has no key."""
        return self.hand
