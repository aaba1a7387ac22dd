"""The people who stand ready in every test: one of each kind, in one school with two colleges."""

from dataclasses import dataclass, field

from domain.keyring import Keyring
from models.account import IDENTITY_NUMBER, PHONE, Account
from models.db import Keys
from models.employer import Employer, Recruiter
from models.fields import utc_now
from models.graduate import Graduate
from models.org import OrgUnit, Responsibility, Staff

PASSWORD = "Gaokao2027"
YEAR = 2027
UNDERGRADUATE = "3"


@dataclass
class Persona:
    """A person of the cast. ``openid`` is the WeChat in their pocket, bound only when a test binds it."""

    key: str
    name: str
    phone: str
    openid: str
    account: Account | None = None
    graduate: Graduate | None = None
    staff: Staff | None = None
    student_number: str = ""
    identity_number: str = ""


@dataclass
class Cast:
    """Everybody by name, and the units they belong to. ``stranger`` has no account.

    ``employer`` recruits for ``unit``, which the school has approved.
    """

    graduate: Persona
    other_graduate: Persona
    fresh_graduate: Persona
    person: Persona
    counselor: Persona
    other_counselor: Persona
    college: Persona
    school: Persona
    province: Persona
    ministry: Persona
    employer: Persona
    stranger: Persona
    units: dict[str, OrgUnit] = field(default_factory=dict)
    unit: Employer | None = None


def assemble(password_hash: str) -> Cast:
    """Writes the cast into the empty database; ``password_hash`` is that of PASSWORD.

    李晓雨 and 陈浩然 have proved who they are; 林小满 has an account and a row on the roster, not yet tied together.
    王建国 answers for their college, 届别 and 层次; 赵敏 for another college. Nobody is bound or linked.
    """
    units = _units()
    people = {
        "graduate": Persona("graduate", "李晓雨", "13900000101", "oGraduate0000000000000000001"),
        "other_graduate": Persona("other_graduate", "陈浩然", "13900000102", "oGraduate0000000000000000002"),
        "fresh_graduate": Persona("fresh_graduate", "林小满", "13900000103", "oGraduate0000000000000000003"),
        "person": Persona("person", "何路", "13900000401", "oPerson000000000000000000001"),
        "counselor": Persona("counselor", "王建国", "13900000201", "oCounselor000000000000000001"),
        "other_counselor": Persona("other_counselor", "赵敏", "13900000202", "oCounselor000000000000000002"),
        "college": Persona("college", "孙丽", "13900000203", "oCollege00000000000000000001"),
        "school": Persona("school", "周涛", "13900000204", "oSchool000000000000000000001"),
        "province": Persona("province", "吴霞", "13900000205", "oProvince0000000000000000001"),
        "ministry": Persona("ministry", "郑强", "13900000206", "oMinistry0000000000000000001"),
        "employer": Persona("employer", "周敏", "13900000301", "oEmployer0000000000000000001"),
        "stranger": Persona("stranger", "路人", "13900000501", "oStranger0000000000000000001"),
    }
    for persona in people.values():
        if persona.key != "stranger":
            persona.account = add_account(persona.name, persona.phone, password_hash)
    for number, key in enumerate(("graduate", "other_graduate", "fresh_graduate"), start=1):
        persona = people[key]
        persona.student_number = f"2023{number:04d}"
        persona.identity_number = IDENTITY_NUMBERS[number - 1]
        persona.graduate = add_graduate(persona, units, account=persona.account if number < 3 else None)
    for key, unit in STAFF_UNITS.items():
        level = "counselor" if key == "other_counselor" else key
        people[key].staff = Staff.create(
            account=people[key].account, level=level, unit=units[unit], office="图书馆 305"
        )
    _answer_for(people["counselor"].staff, units["college"])
    _answer_for(people["other_counselor"].staff, units["other_college"])
    return Cast(**people, units=units, unit=_employ(people["employer"], units))


STAFF_UNITS = {
    "counselor": "college",
    "other_counselor": "other_college",
    "college": "college",
    "school": "school",
    "province": "province",
    "ministry": "ministry",
}
# Invented, with right check digits.
CREDIT_CODE = "91110000600037341L"
IDENTITY_NUMBERS = ("110101200501011239", "110101200502021236", "110101200503031233")


def _units() -> dict[str, OrgUnit]:
    ministry = OrgUnit.add("ministry", "教育部", None)
    province = OrgUnit.add("province", "安徽省", ministry)
    school = OrgUnit.add("school", "江淮大学", province)
    college = OrgUnit.add("college", "计算机学院", school)
    other = OrgUnit.add("college", "外国语学院", school)
    return {
        "ministry": ministry,
        "province": province,
        "school": school,
        "college": college,
        "other_college": other,
    }


def _answer_for(staff: Staff | None, college: OrgUnit) -> None:
    assert staff is not None
    Responsibility.add_many(
        staff, [{"year": YEAR, "college": college, "education": UNDERGRADUATE, "class_name": ""}]
    )


def _employ(persona: Persona, units: dict[str, OrgUnit]) -> Employer:
    """合肥创新软件有限公司, approved by the school, and the persona as its recruiter."""
    employer = Employer.create(
        name="合肥创新软件有限公司",
        name_key="合肥创新软件有限公司",
        credit_code=CREDIT_CODE,
        unit=units["school"],
        province_id=units["province"].id,
        school_id=units["school"].id,
        nature="39",
        industry="34",
        scale="s3",
        region="340104",
        address="高新区创新大道 88 号",
        contact_name=persona.name,
        contact_phone="0551-65000000",
        status="approved",
        filed_at=utc_now(),
    )
    Recruiter.create(
        account=persona.account,
        employer=employer,
        phone=persona.phone,
        phone_index=_ring().blind(persona.phone, PHONE),
    )
    return employer


def add_account(name: str, phone: str, password_hash: str) -> Account:
    """One more account of the built-in directory."""
    return Account.create(
        subject=phone,
        name=name,
        phone=phone,
        phone_index=_ring().blind(phone, PHONE),
        password_hash=password_hash,
    )


def add_graduate(persona: Persona, units: dict[str, OrgUnit], account: Account | None) -> Graduate:
    """The persona's row on the roster, in 软件工程2301班 of the first college."""
    return Graduate.create(
        year=YEAR,
        province=units["province"],
        school=units["school"],
        college=units["college"],
        class_name="软件工程2301",
        name=persona.name,
        student_number=persona.student_number,
        identity_number=persona.identity_number,
        identity_index=_ring().blind(persona.identity_number, IDENTITY_NUMBER),
        education=UNDERGRADUATE,
        major_code="080902",
        major_name="软件工程",
        account=account,
    )


def _ring() -> Keyring:
    return Keys.ring
