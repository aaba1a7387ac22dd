"""Reasons to say no. Each has a code for programs and a sentence for the person; the doors dress them."""


class Refusal(Exception):
    """A request that is understood and refused; nothing was changed.

    ``code`` is a short English word for programs and logs, ``say`` a Chinese sentence that tells the person
    what to do next, ``status`` the HTTP status a door may use.
    """

    status = 400

    def __init__(self, code: str, say: str) -> None:
        super().__init__(code)
        self.code = code
        self.say = say


class NotFound(Refusal):
    """The record does not exist, or not for this person: the two look alike on purpose."""

    status = 404

    def __init__(self, code: str = "not_found", say: str = "没有找到您要的内容，请返回上一页再试。") -> None:
        super().__init__(code, say)


class NotAllowed(Refusal):
    """The person may not do this."""

    status = 403

    def __init__(self, code: str = "not_allowed", say: str = "您没有进行这项操作的权限。") -> None:
        super().__init__(code, say)


class Conflict(Refusal):
    """The record is no longer as the person saw it, or somebody else was first."""

    status = 409


class IllegalMove(Conflict):
    """The machine has no such arrow from the present status."""

    def __init__(self, machine: str, status: str, verb: str) -> None:
        super().__init__("illegal_move", "当前状态下不能进行这项操作，请刷新页面查看最新状态。")
        self.args = (f"{machine}: no {verb} from {status}",)


class Stale(Conflict):
    """Somebody else moved the record between our reading and our writing."""

    def __init__(self) -> None:
        super().__init__("stale", "这条记录刚刚被更新过，请刷新页面后再试。")


class Invalid(Refusal):
    """Input that cannot be used. ``fields`` maps a form field to its own sentence."""

    status = 422

    def __init__(self, code: str, say: str, fields: dict[str, str] | None = None) -> None:
        super().__init__(code, say)
        self.fields = fields or {}


class TooMany(Refusal):
    """Too often; ``retry_after`` seconds from now it may be tried again."""

    status = 429

    def __init__(self, code: str, say: str, retry_after: int) -> None:
        super().__init__(code, say)
        self.retry_after = retry_after


class Unavailable(Refusal):
    """Something outside did not answer; nothing was changed and trying again later is right."""

    status = 503

    def __init__(self, code: str, say: str = "服务暂时繁忙，请稍后再试。") -> None:
        super().__init__(code, say)
