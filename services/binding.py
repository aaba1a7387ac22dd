"""绑定微信: tying an account to an openid, moving it to another phone, untying it."""

from domain import personal
from domain.actors import Actor, Role
from domain.machines import BINDING
from domain.refusals import Conflict, Invalid
from models import journal
from models.account import Account, LoginSession
from models.db import transaction
from models.message import Message
from models.wechat_user import Binding
from services import codes, identity
from services.callbacks import card_changed
from services.context import Context
from services.outbox import owe, owe_sms
from services.outbox.recording import leave
from templates_msg.account import NAMELESS, AccountBound, AccountMoved

ACCOUNT_PAGE = "/h5/account"


def binding_of(ctx: Context, account: Account) -> Binding | None:
    """The account's binding in this official account, if it has ever had one."""
    return Binding.of_account(ctx.settings.wechat_app_id, account.id)


def account_of(ctx: Context, openid: str) -> Account | None:
    """The account that an openid is bound to, unless that account is disabled."""
    row = Binding.of_openid(ctx.settings.wechat_app_id, openid)
    return row.account if row is not None and row.account.disabled_at is None else None


def bind(ctx: Context, account: Account, openid: str) -> Binding:
    """Ties a free account to a free openid; doing it again changes nothing.

    Raises Conflict: ``bound_elsewhere`` when the account has another phone (then ``move`` is the way),
    ``openid_taken`` when this WeChat belongs to another account.
    """
    binding = _bind(ctx, account, openid)
    card_changed(ctx, openid)
    return binding


@transaction
def _bind(ctx: Context, account: Account, openid: str) -> Binding:
    binding = _row(ctx, account, openid)
    if binding.openid == openid:
        return binding
    if binding.status == "bound":
        raise Conflict("bound_elsewhere")
    journal.step(binding, BINDING, "bind", _person(account), openid=openid, bound_at=ctx.clock())
    message = AccountBound(account=account.name or NAMELESS, at=ctx.clock())
    owe(ctx, message, openid=openid, key=f"bound:{binding.code}:{binding.version}", path=ACCOUNT_PAGE)
    return binding


def ask_move(ctx: Context, account: Account, address: str) -> int:
    """Sends the code that a move needs to the account's own phone; answers the seconds until another."""
    if account.phone is None:
        raise Conflict("external_account")
    return codes.send(ctx, account.phone, codes.Purpose.MOVE, address)


def move(ctx: Context, account: Account, openid: str, password: str, code: str) -> Binding:
    """Moves the binding to another WeChat after password and SMS code, and tells the phone it leaves.

    Doing it again changes nothing. Raises Conflict ``openid_taken`` before the code is used up.
    An account of an OIDC provider has no password here; its fresh log-in there stands for it.
    """
    here = binding_of(ctx, account)
    if here is not None and here.openid == openid:
        return here
    _refuse_taken(ctx, account, openid)
    if account.directory == identity.BUILTIN:
        identity.check_password(ctx, account, password)
    if account.phone is None:
        raise Invalid.field("code", "code_wrong")
    codes.use(ctx, account.phone, codes.Purpose.MOVE, code)
    binding, old = _move(ctx, account, openid)
    for one in (old, openid):
        if one:
            card_changed(ctx, one)
    return binding


@transaction
def _move(ctx: Context, account: Account, openid: str) -> tuple[Binding, str | None]:
    binding = _row(ctx, account, openid)
    old = binding.openid
    if old == openid:
        return binding, None
    verb = "move" if binding.status == "bound" else "bind"
    journal.step(binding, BINDING, verb, _person(account), openid=openid, bound_at=ctx.clock())
    if old:
        LoginSession.forget_openid(ctx.settings.wechat_app_id, old, ctx.clock())
        Message.readdress(old, openid, account.id)
        _tell_left(ctx, account, old, "account_moved", f"moved:{binding.code}:{binding.version}")
    message = AccountBound(account=account.name or NAMELESS, at=ctx.clock())
    owe(ctx, message, openid=openid, key=f"bound:{binding.code}:{binding.version}", path=ACCOUNT_PAGE)
    return binding, old


def ask_unbind(ctx: Context, account: Account, address: str) -> int:
    """Sends the code that unbinding needs outside the bound WeChat to the account's own phone; answers the seconds
    until another."""
    if account.phone is None:
        raise Conflict("unbind_in_wechat")
    return codes.send(ctx, account.phone, codes.Purpose.UNBIND, address)


def is_bound_here(ctx: Context, account: Account, openid: str | None) -> bool:
    """Whether ``openid``, for which WeChat vouched in this session, is the one that the account is bound to."""
    binding = binding_of(ctx, account)
    return binding is not None and openid is not None and binding.openid == openid


def unbind(ctx: Context, account: Account, openid: str | None, code: str = "") -> None:
    """Unties the account, ends the sessions that WeChat opened, and tells the WeChat that was untied and the phone.

    A password alone does not untie: it takes the bound WeChat itself (``openid``, as the session has it) or an SMS
    code. Doing it again changes nothing. Raises Invalid for a wrong code, Conflict where no code can be sent.
    """
    binding = binding_of(ctx, account)
    if binding is None or binding.openid is None:
        return
    if binding.openid != openid:
        if account.phone is None:
            raise Conflict("unbind_in_wechat")
        codes.use(ctx, account.phone, codes.Purpose.UNBIND, code)
    untied = _unbind(ctx, account, binding.openid)
    if untied:
        card_changed(ctx, untied)


@transaction
def _unbind(ctx: Context, account: Account, openid: str) -> str | None:
    """Unties the account from a WeChat; None when it is not bound to that one any more."""
    binding = binding_of(ctx, account)
    if binding is None or binding.openid != openid:
        return None
    journal.step(binding, BINDING, "unbind", _person(account), openid=None, bound_at=None)
    LoginSession.forget_openid(ctx.settings.wechat_app_id, openid, ctx.clock())
    leave(openid, "unbound", ctx.clock(), account.id)
    _tell_left(ctx, account, openid, "account_unbound", f"unbound:{binding.code}:{binding.version}")
    return openid


def _tell_left(ctx: Context, account: Account, openid: str, text: str, key: str) -> None:
    """Owes the WeChat that an account has left a message, and the phone a text, so that a stranger's act is seen."""
    told = AccountMoved(account=account.name or NAMELESS, at=ctx.clock())
    owe(ctx, told, openid=openid, key=key)
    owe_sms(ctx, text, {"time": told.payload()["time2"]}, phone=account.phone or "", key=f"{key}:sms")


def _row(ctx: Context, account: Account, openid: str) -> Binding:
    """The account's binding row, made when missing; raises Conflict when the openid is another account's."""
    _refuse_taken(ctx, account, openid)
    return Binding.add_or_get({"app_id": ctx.settings.wechat_app_id, "account": account}, {})[0]


def _refuse_taken(ctx: Context, account: Account, openid: str) -> None:
    owner = Binding.of_openid(ctx.settings.wechat_app_id, openid)
    if owner is not None and owner.account_id != account.id:
        raise Conflict("openid_taken")


def _person(account: Account) -> Actor:
    return Actor(code=account.code, roles=frozenset({Role.PERSON}), account_id=account.id)


def masked_phone(account: Account) -> str:
    """The account's phone as its own pages show it, empty when there is none."""
    return personal.mask_phone(account.phone) if account.phone else ""
