"""What can go wrong on purpose, switched from the page or by the machine API."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class ForcedError(BaseModel):
    """Answer the next ``times`` calls of ``path`` with ``errcode``, after doing the work if ``late``.

    A call that is refused on its own account uses up no late one. With ``hang`` the answer never comes, whatever was
    done.
    """

    model_config = ConfigDict(extra="forbid")

    path: str
    errcode: int
    times: int = Field(default=1, ge=1)
    late: bool = False
    hang: bool = False


class Faults(BaseModel):
    """All switches; the default is a platform in good health. Times are milliseconds."""

    model_config = ConfigDict(extra="forbid", validate_assignment=True)

    # API
    api: Literal["fine", "error500", "busy", "timeout"] = "fine"
    api_slow_ms: int = Field(default=0, ge=0, le=60_000)
    api_only: str = ""  # the three switches above hold only for paths that start so
    forced: list[ForcedError] = Field(default_factory=list)
    quota_spent: bool = False
    ip_refused: bool = False
    sms_down: bool = False

    # Callbacks
    callback_copies: int = Field(default=1, ge=1, le=20)
    callback_together: bool = False  # copies at once, not one after the other
    callback_wrong_app_id: bool = False
    callback_bad_signature: bool = False
    callback_stale_s: int = Field(default=0, ge=0)  # timestamps this many seconds old

    # Results of template messages
    receipt: Literal["", "success", "failed:user block", "failed: system failed", "failed:freq limit"] = ""
    receipt_lost: bool = False
    receipt_copies: int = Field(default=1, ge=1, le=20)
    receipt_delay_ms: int = Field(default=0, ge=0, le=600_000)
    receipt_shuffled: bool = False
    receipt_zero_msgid: bool = False

    def concerns(self, path: str) -> bool:
        return path.startswith(self.api_only)

    def take_forced(self, path: str, *, late: bool) -> ForcedError | None:
        """The forced error of this call before or after its work, counted down; None when there is none."""
        for error in self.forced:
            if error.path == path and error.late is late:
                error.times -= 1
                if error.times <= 0:
                    self.forced.remove(error)
                return error
        return None
