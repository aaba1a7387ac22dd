"""Who may pass where: every route names its guard, and an application with an unguarded route does not start."""

import functools
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Flask, g, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from domain.actors import Role
from domain.hiring import WORKING
from domain.refusals import NotAllowed, NotFound
from handlers import signed, visit
from services import second_factor, sessions
from services.sessions import Visitor
from services.throttle import WRITES

# By these a proxy in front gives itself away, whichever of them it sends.
_FORWARDED = ("X-Forwarded-For", "X-Real-IP", "Forwarded")

View = Callable[..., ResponseReturnValue]


class Guard(StrEnum):
    """Whom a route is for."""

    ANYONE = "anyone"
    PARTNER = "partner"  # the program of a 合作单位, by a signed request
    OPERATOR = "operator"  # a machine at one of the addresses in WXB_METRICS_ALLOW
    ENTRANT = "entrant"  # has logged in, and may still owe a new password
    OWNER = "owner"  # ENTRANT who has shown the second factor, where the account has one
    PERSON = "person"
    GRADUATE = "graduate"
    RECRUITER = "recruiter"  # acts for an employer, whatever an office thinks of it
    EMPLOYER = "employer"  # RECRUITER of an employer that an office has approved
    STAFF = "staff"  # 部、省、校、院、辅导员
    COUNSELOR = "counselor"
    RECENT = "recent"  # STAFF who logged in lately, and may still owe the second factor
    CONSOLE = "console"  # STAFF who logged in lately and, from 校级 up, has shown the second factor


FOR_STAFF = frozenset({Guard.STAFF, Guard.COUNSELOR, Guard.RECENT, Guard.CONSOLE})


class GuardedView:
    """A view behind its guard."""

    def __init__(self, view: View, guard: Guard, most_bytes: int = 0) -> None:
        self.view = view
        self.guard = guard
        self.most_bytes = most_bytes
        functools.update_wrapper(self, view)

    def __call__(self, **values: Any) -> ResponseReturnValue:
        return _stopped(self.guard) or self.view(**values)


class Door(Blueprint):
    """A set of routes that share a name. ``reads_database`` is False for those that must work without it."""

    def __init__(self, name: str, *, reads_database: bool = True) -> None:
        super().__init__(name, __name__)
        self.reads_database = reads_database

    def on(
        self, rule: str, guard: Guard, methods: Sequence[str] = ("GET",), *, most_bytes: int = 0
    ) -> Callable[[View], View]:
        """Opens ``rule`` to those whom ``guard`` lets pass; the endpoint is called like the view.

        ``most_bytes`` is how much a request may bring where files are sent; elsewhere the usual limit holds.
        """

        def add(view: View) -> View:
            self.add_url_rule(
                rule, view.__name__, GuardedView(view, guard, most_bytes), methods=list(methods)
            )
            return view

        return add


def check_guards(app: Flask) -> None:
    """Raises RuntimeError naming every route that no guard stands before."""
    open_routes = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if not isinstance(app.view_functions[rule.endpoint], GuardedView)
    ]
    if open_routes:
        raise RuntimeError(f"routes without a guard: {', '.join(sorted(open_routes))}")


def guard_of(app: Flask, endpoint: str) -> Guard:
    """The guard before an endpoint."""
    view = app.view_functions[endpoint]
    if not isinstance(view, GuardedView):
        raise LookupError(endpoint)
    return view.guard


def entrance(onward: str) -> Response:
    """Leads a stranger in: inside WeChat by asking the platform who this is, elsewhere to the log-in page."""
    if visit.is_at_console():
        return _leads_to(f"{visit.CONSOLE}login", onward)
    page = f"{visit.EMPLOYER}login" if visit.is_at_employers() else "/h5/login"
    if visit.is_in_wechat() and visit.known_openid() is None:
        page = "/h5/oauth/begin"
    return _leads_to(page, onward)


def _leads_to(page: str, onward: str) -> Response:
    return redirect(f"{page}?{urlencode({'next': onward})}", 303)


def _stopped(guard: Guard) -> ResponseReturnValue | None:
    """None when the visitor may pass, else where they are led; raises a Refusal."""
    if guard is Guard.ANYONE:
        return None
    if guard in _MACHINES:
        _MACHINES[guard]()
        return None
    visitor = visit.visitor()
    if visitor is None:
        return _stranger()
    if not visit.only_reads():
        visit.ctx().throttle.use(WRITES, visitor.account.code)
    if guard is Guard.ENTRANT:
        return None
    if guard is Guard.OWNER:
        return _not_the_owner(visitor)
    if visitor.account.must_change_password:
        # Recruiters have no page of their own for it.
        return _leads_to(f"{visit.CONSOLE if visit.is_at_console() else visit.HOME}password", _here())
    return _wrong_capacity(guard, visitor) or _not_yet(guard, visitor)


def _check_operator() -> None:
    """Raises NotFound unless the asker is one of ours; a forwarded request that we did not expect never is."""
    settings = visit.ctx().settings
    is_forwarded = settings.trusted_proxies == 0 and any(name in request.headers for name in _FORWARDED)
    if is_forwarded or visit.address() not in settings.metrics_allow:
        raise NotFound()


_MACHINES = {Guard.OPERATOR: _check_operator, Guard.PARTNER: signed.check}


def _stranger() -> Response:
    if visit.wants_json():
        raise NotAllowed("log_in_first")
    return entrance(_here())


def _wrong_capacity(guard: Guard, visitor: Visitor) -> Response | None:
    if guard is Guard.GRADUATE and not visitor.actor.is_a(Role.GRADUATE):
        if visit.only_reads():
            return _leads_to("/h5/identify", _here())
        raise NotAllowed("identify_first")
    if guard in (Guard.RECRUITER, Guard.EMPLOYER):
        return _no_recruiter(guard, visitor)
    if guard in (Guard.STAFF, Guard.RECENT, Guard.CONSOLE) and not visitor.staff:
        raise NotAllowed("staff_only")
    if guard is Guard.COUNSELOR and visitor.counselor is None:
        raise NotAllowed("not_a_counselor" if visitor.staff else "counselors_only")
    return None


def _no_recruiter(guard: Guard, visitor: Visitor) -> Response | None:
    """Who acts for no unit yet is led to register one."""
    if visitor.recruiter is None:
        if visit.only_reads() and not (visitor.staff or visitor.graduate):
            return _leads_to(f"{visit.EMPLOYER}unit", _here())
        raise NotAllowed("recruiter_first")
    if guard is Guard.EMPLOYER and visitor.recruiter.employer.status not in WORKING:
        raise NotAllowed("employer_not_approved")
    return None


def _not_the_owner(visitor: Visitor) -> Response | None:
    """Whoever has come by the password alone must not be able to change it and lock its owner out."""
    owes_password = visitor.account.must_change_password
    if not owes_password and second_factor.is_on(visitor) and second_factor.is_owed(visitor):
        return _asks_second_factor()
    return None


def _not_yet(guard: Guard, visitor: Visitor) -> Response | None:
    """Where somebody must go before the console opens; a script is told so instead."""
    if guard not in (Guard.RECENT, Guard.CONSOLE):
        return None
    if not sessions.is_recent(visit.ctx(), visitor.session):
        if visit.wants_json():
            raise NotAllowed("log_in_first")
        return entrance(_here())
    if not visit.wants_json():  # a page that asks how far a job is does so without anybody before it
        sessions.note_seen(visit.ctx(), visitor.session)
    if guard is Guard.RECENT:
        return None
    if second_factor.is_owed(visitor):
        return _asks_second_factor()
    g.at_console = True
    return None


def _asks_second_factor() -> Response:
    if visit.wants_json():
        raise NotAllowed("second_factor_first")
    return _leads_to(f"{visit.CONSOLE}second-factor", _here())


def _here() -> str:
    """The page to come back to: this one, when it can be asked for again."""
    rule = request.url_rule
    if rule is None or rule.methods is None or "GET" not in rule.methods:
        return visit.home()
    return visit.own_path(request.full_path.rstrip("?") if visit.only_reads() else request.path)
