"""The province's rules that bear on what is signed: 生效规则 and 撤回, copied when terms are frozen, and part of them.

Both sides read them among the terms and sign them under the same digest; what a province lays down later is for later
offers. A row that was frozen before its rules were has none: its clauses say that it takes effect by the school's word.
"""

import json
from datetime import date
from typing import Any

from config.agreements import printed
from domain.agreements import ONLINE
from domain.desk_hours import CHINA
from models.agreement import Agreement
from services.agreements import rules, terms

SCHOOL, ACCEPTANCE = rules.EFFECTIVE_BY
EFFECTIVE_BY, MAY_WITHDRAW = "effective_by", "may_withdraw"

Rules = dict[str, Any]


def to_freeze(agreement: Agreement) -> Rules:
    """The columns of an agreement whose terms are frozen now: what it has, else what its province says today.

    Terms that are revised or mended keep the rules under which they were sent first. Raises Conflict
    ``signing_not_set``.
    """
    if agreement.status != "draft" and agreement.effective_by:
        return {EFFECTIVE_BY: agreement.effective_by, MAY_WITHDRAW: agreement.may_withdraw}
    province = rules.rules_of(agreement.school_id)
    return {EFFECTIVE_BY: province.effective_by, MAY_WITHDRAW: province.may_withdraw}


def frozen(agreement: Agreement, text: str, kept: Rules) -> str:
    """Frozen terms together with the rules, and the words in which people read them."""
    return terms.with_rules(text, kept | {"words": words(agreement.kind, kept)})


def words(kind: str, kept: Rules) -> list[list[str]]:
    """(name, title, words) of the rules as they stand among the terms of a kind of agreement.

    Going back on what both have signed is a matter of 线上签约 alone: a numbered form is given up otherwise.
    """
    way = "online" if kind == ONLINE else "paper"
    effect = "school" if kept[EFFECTIVE_BY] == SCHOOL else f"acceptance_{way}"
    found = [[EFFECTIVE_BY, printed("effect_rule"), printed(f"effect_{effect}")]]
    if kind == ONLINE:
        said = printed("withdraw_yes" if kept[MAY_WITHDRAW] else "withdraw_no")
        found.append([MAY_WITHDRAW, printed("withdraw_rule"), said])
    return found


def ahead(agreement: Agreement) -> list[tuple[str, str, str]]:
    """(name, title, words) of the rules that an offer would have if it were sent now, for who writes it.

    Raises Conflict ``signing_not_set``.
    """
    return [(name, title, said) for name, title, said in words(agreement.kind, to_freeze(agreement))]


def seen(agreement: Agreement) -> str:
    """What a page sends back of the rules that it showed."""
    return terms.digest_of(terms.frozen({"words": ahead(agreement)}))


def are_intact(agreement: Agreement) -> bool:
    """Whether the columns say what the frozen terms say."""
    inside: Rules = json.loads(agreement.terms or "{}").get(terms.RULES, {})
    known = {EFFECTIVE_BY: agreement.effective_by, MAY_WITHDRAW: agreement.may_withdraw}
    return not agreement.effective_by or all(inside.get(name) == value for name, value in known.items())


def may_withdraw(agreement: Agreement) -> bool:
    """Whether the graduate may go back on what both have signed."""
    kept = agreement.may_withdraw
    return bool(rules.rules_of(agreement.school_id).may_withdraw if kept is None else kept)


def effective_on(agreement: Agreement, today: date) -> date:
    """生效日期: the day of the school's word, or that of the acceptance, which on paper is the day written there."""
    if agreement.effective_by != ACCEPTANCE:
        return today
    accepted = agreement.accepted_at.astimezone(CHINA).date() if agreement.accepted_at else None
    return agreement.signed_on or accepted or today
