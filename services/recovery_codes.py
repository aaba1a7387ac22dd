"""Recovery codes: each stands once for a code of the authenticator app, as when the phone is lost."""

from domain import recovery
from domain.refusals import Conflict, Invalid
from models import journal
from models.db import transaction
from models.recovery import RecoveryCode
from services import second_factor
from services.context import Context
from services.sessions import Visitor


def left(visitor: Visitor) -> int:
    """How many of the visitor's codes are still good."""
    return RecoveryCode.left(visitor.account.id)


def show(ctx: Context, visitor: Visitor, typed: str) -> int:
    """Lets the session in by a recovery code, which is used up thereby; answers how many are left.

    Raises Conflict without a second factor, Invalid for a wrong or used code, TooMany. Tries count with those at
    the app's codes.
    """
    if not second_factor.is_on(visitor):
        raise Conflict("second_factor_off")
    second_factor.take_try(ctx, visitor.account)
    digest = recovery.digest(visitor.account.code, typed)
    rest = _let_in(ctx, visitor, digest)
    if rest is None:
        second_factor.count_wrong(ctx, visitor.account)
        raise Invalid.field("recovery", "recovery_code_wrong")
    second_factor.forget_tries(ctx, visitor.account)
    return rest


@transaction
def _let_in(ctx: Context, visitor: Visitor, digest: str) -> int | None:
    if not RecoveryCode.use(visitor.account.id, digest, ctx.clock()):
        return None
    rest = RecoveryCode.left(visitor.account.id)
    visitor.session.note_second_factor(ctx.clock())
    journal.write(visitor.account, "use_recovery_code", visitor.actor, note={"left": rest})
    second_factor.tell(ctx, visitor.account, "recovery_code_used", left=str(rest))
    return rest


def renew(ctx: Context, visitor: Visitor, code: str) -> tuple[str, ...]:
    """Ten new codes in the place of all former ones, by a code of the app; they are answered this once.

    Raises Conflict without a second factor, Invalid for a wrong or used code of the app, TooMany.
    """
    if not second_factor.is_on(visitor):
        raise Conflict("second_factor_off")
    step = second_factor.step_of(ctx, visitor.account, visitor.account.totp_secret, code)
    codes = recovery.fresh()
    _replace(ctx, visitor, step, codes)
    second_factor.forget_tries(ctx, visitor.account)
    return codes


@transaction
def _replace(ctx: Context, visitor: Visitor, step: int, codes: tuple[str, ...]) -> None:
    second_factor.use_step(visitor.account, step)
    second_factor.keep_codes(ctx, visitor.account, codes)
    journal.write(visitor.account, "renew_recovery_codes", visitor.actor)
    second_factor.tell(ctx, visitor.account, "recovery_codes_renewed")
