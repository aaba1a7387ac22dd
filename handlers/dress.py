"""How pages are dressed: the template engine, and how values are said in Chinese."""

from datetime import datetime

from flask import Flask, render_template

from config.codes import name_of
from domain import personal
from domain.actors import Role
from domain.desk_hours import CHINA
from handlers import assets

LEVELS = {
    Role.MINISTRY: "部级工作人员",
    Role.PROVINCE: "省级工作人员",
    Role.SCHOOL: "校级工作人员",
    Role.COLLEGE: "院级工作人员",
    Role.COUNSELOR: "辅导员",
}


def page(template: str, **values: object) -> str:
    """The page made from a template of ours."""
    return render_template(template, **values)


def day(moment: datetime | None) -> str:
    """2026年11月20日, as it is in China."""
    if moment is None:
        return ""
    here = moment.astimezone(CHINA)
    return f"{here.year}年{here.month}月{here.day}日"


def level_name(level: str) -> str:
    """The Chinese name of a level of staff."""
    return LEVELS[Role(level)]


def pay(floor: int) -> str:
    """A pay floor in words; none means 面议."""
    return f"不低于 {floor} 元/月" if floor else "薪酬面议"


def names(codes: list[str] | None, table: str) -> str:
    """The names of some codes, as in 安徽省、上海市."""
    return "、".join(name_of(table, code) for code in codes or [])


def set_up(app: Flask) -> None:
    """Gives the templates their words."""
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters |= {
        "day": day,
        "level_name": level_name,
        "pay": pay,
        "names": names,
        "code_name": lambda code, table: name_of(table, code),
        "mask_number": personal.mask_student_number,
    }
    app.jinja_env.globals |= {"vendor": assets.vendor_address, "static": assets.static_address}
