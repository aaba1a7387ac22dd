"""Who may pass where, as one table: every route for every role, and no route that is missing here."""

from collections.abc import Callable

import pytest
from flask import Blueprint, Flask
from werkzeug.test import TestResponse

from handlers.guards import GuardedView, check_guards, guard_of
from models.account import LoginSession
from services import links, sessions
from services.context import Context
from tests.browser import Browser
from tests.cast import Cast

pytestmark = pytest.mark.slow

ROLES = (
    *("stranger", "person", "graduate", "counselor", "college", "school", "province", "ministry"),
    "employer",
)

# ✓ may pass   L is led to log in   I is led to identify first
#   U is led to register a unit   ✗ is refused   – is not there for this asker
TABLE = """
                                          stranger person graduate counselor college school province ministry employer
GET  /                                       ✓       ✓       ✓         ✓        ✓      ✓       ✓        ✓        ✓
GET  /h5/                                    ✓       ✓       ✓         ✓        ✓      ✓       ✓        ✓        ✓
GET  /h5/help                                ✓       ✓       ✓         ✓        ✓      ✓       ✓        ✓        ✓
GET  /h5/bye                                 ✓       ✓       ✓         ✓        ✓      ✓       ✓        ✓        ✓
GET  /h5/login                               ✓       ✓       ✓         ✓        ✓      ✓       ✓        ✓        ✓
POST /h5/login                               ✓       ✓       ✓         ✓        ✓      ✓       ✓        ✓        ✓
GET  /h5/register                            ✓       ✓       ✓         ✓        ✓      ✓       ✓        ✓        ✓
POST /h5/register                            ✓       ✓       ✓         ✓        ✓      ✓       ✓        ✓        ✓
GET  /h5/reset                               ✓       ✓       ✓         ✓        ✓      ✓       ✓        ✓        ✓
POST /h5/reset                               ✓       ✓       ✓         ✓        ✓      ✓       ✓        ✓        ✓
POST /h5/code                                ✓       ✓       ✓         ✓        ✓      ✓       ✓        ✓        ✓
GET  /h5/oauth/begin                         ✓       ✓       ✓         ✓        ✓      ✓       ✓        ✓        ✓
GET  /h5/oauth/back                          ✗       ✓       ✓         ✓        ✓      ✓       ✓        ✓        ✓
GET  /h5/oidc/begin                          ✓       ✓       ✓         ✓        ✓      ✓       ✓        ✓        ✓
GET  /h5/oidc/back                           ✗       ✗       ✗         ✗        ✗      ✗       ✗        ✗        ✗
GET  /h5/js-signature                        –       –       –         –        –      –       –        –        –
GET  /h5/c/<word>                            ✓       ✓       ✓         ✓        ✓      ✓       ✓        ✓        ✓
POST /h5/logout                              L       ✓       ✓         ✓        ✓      ✓       ✓        ✓        ✓
GET  /h5/password                            L       ✓       ✓         ✓        ✓      ✓       ✓        ✓        ✓
POST /h5/password                            L       ✓       ✓         ✓        ✓      ✓       ✓        ✓        ✓
GET  /h5/move                                L       ✗       ✗         ✗        ✗      ✗       ✗        ✗        ✗
POST /h5/move                                L       ✗       ✗         ✗        ✗      ✗       ✗        ✗        ✗
GET  /h5/account                             L       ✓       ✓         ✓        ✓      ✓       ✓        ✓        ✓
POST /h5/account/unbind                      L       ✓       ✓         ✓        ✓      ✓       ✓        ✓        ✓
POST /h5/account/posts                       L       ✗       ✗       ✗       ✗       ✗       ✗       ✗       ✗
POST /h5/account/others                      L       ✓       ✓         ✓        ✓      ✓       ✓        ✓        ✓
POST /h5/notices/later                       L       ✓       ✓         ✓        ✓      ✓       ✓        ✓        ✓
GET  /h5/identify                            L       ✓       ✓         ✓        ✓      ✓       ✓        ✓        ✓
POST /h5/identify                            L       ✓       ✓         ✓        ✓      ✓       ✓        ✓        ✓
GET  /h5/intention                           L       I       ✓         I        I      I       I        I        I
POST /h5/intention                           L       ✗       ✓         ✗        ✗      ✗       ✗        ✗        ✗
POST /h5/intention/later                     L       ✗       ✓         ✗        ✗      ✗       ✗        ✗        ✗
GET  /h5/roster                              L       I       ✓         I        I      I       I        I        I
POST /h5/roster                              L       ✗       ✓         ✗        ✗      ✗       ✗        ✗        ✗
GET  /h5/recommended                         L       I       ✓       I       I       I       I       I       I
GET  /h5/posts                               L       ✓       ✓       ✓       ✓       ✓       ✓       ✓       ✓
GET  /h5/posts/<code>                        L       –       –       –       –       –       –       –       –
POST /h5/posts/<code>/keep                   L       ✗       –       ✗       ✗       ✗       ✗       ✗       ✗
POST /h5/posts/<code>/put-away               L       ✗       –       ✗       ✗       ✗       ✗       ✗       ✗
POST /h5/posts/<code>/bring-back             L       ✗       –       ✗       ✗       ✗       ✗       ✗       ✗
GET  /h5/posts/<code>/complaint              L       I       –       I       I       I       I       I       I
POST /h5/posts/<code>/complaint              L       ✗       –       ✗       ✗       ✗       ✗       ✗       ✗
GET  /h5/posts/<code>/apply                  L       I       –       I       I       I       I       I       I
POST /h5/posts/<code>/apply                  L       ✗       –       ✗       ✗       ✗       ✗       ✗       ✗
GET  /h5/post-digest                         L       ✗       ✗       ✓       ✗       ✗       ✗       ✗       ✗
GET  /h5/applications                        L       I       ✓       I       I       I       I       I       I
POST /h5/applications/<code>/withdraw        L       ✗       –       ✗       ✗       ✗       ✗       ✗       ✗
GET  /h5/interviews                          L       I       ✓       I       I       I       I       I       I
GET  /h5/interviews/<code>                   L       I       –       I       I       I       I       I       I
POST /h5/interviews/<code>/accept            L       ✗       –       ✗       ✗       ✗       ✗       ✗       ✗
POST /h5/interviews/<code>/decline           L       ✗       –       ✗       ✗       ✗       ✗       ✗       ✗
GET  /h5/fairs                               L       ✓       ✓       ✓       ✓       ✓       ✓       ✓       ✓
GET  /h5/fairs/<code>                        L       –       –       –       –       –       –       –       –
GET  /h5/kept-posts                          L       I       ✓       I       I       I       I       I       I
GET  /h5/resume                              L       I       ✓         I        I      I       I        I        I
GET  /h5/resume/photo                        L       I       ✓         I        I      I       I        I        I
POST /h5/resume/photo                        L       ✗       ✓         ✗        ✗      ✗       ✗        ✗        ✗
POST /h5/resume/photo/remove                 L       ✗       ✓         ✗        ✗      ✗       ✗        ✗        ✗
GET  /h5/resume/photo.jpg                    L       I       –         I        I      I       I        I        I
GET  /h5/resume/preview                      L       I       ✓         I        I      I       I        I        I
GET  /h5/resume/resume.pdf                   L       I       ✓         I        I      I       I        I        I
GET  /h5/resume/<block>                      L       I       ✓         I        I      I       I        I        I
POST /h5/resume/<block>                      L       ✗       –         ✗        ✗      ✗       ✗        ✗        ✗
POST /h5/resume/<block>/none                 L       ✗       ✓         ✗        ✗      ✗       ✗        ✗        ✗
GET  /h5/resume/<block>/new                  L       I       ✓         I        I      I       I        I        I
POST /h5/resume/<block>/new                  L       ✗       ✓         ✗        ✗      ✗       ✗        ✗        ✗
GET  /h5/resume/<block>/<code>               L       I       –         I        I      I       I        I        I
POST /h5/resume/<block>/<code>               L       ✗       –         ✗        ✗      ✗       ✗        ✗        ✗
POST /h5/resume/<block>/<code>/remove        L       ✗       –         ✗        ✗      ✗       ✗        ✗        ✗
POST /h5/resume/<block>/<code>/restore       L       ✗       –         ✗        ✗      ✗       ✗        ✗        ✗
POST /h5/resume/<block>/<code>/move          L       ✗       –         ✗        ✗      ✗       ✗        ✗        ✗
GET  /h5/my-counselors                       L       I       ✓         I        I      I       I        I        I
POST /h5/my-counselors                       L       ✗       ✓         ✗        ✗      ✗       ✗        ✗        ✗
POST /h5/my-counselors/<code>/unlink         L       ✗       ✓         ✗        ✗      ✗       ✗        ✗        ✗
GET  /h5/workbench                           L       ✗       ✗         ✓        ✓      ✓       ✓        ✓        ✗
GET  /h5/my-code                             L       ✗       ✗         ✓        ✗      ✗       ✗        ✗        ✗
GET  /h5/my-code.png                         L       ✗       ✗         ✓        ✗      ✗       ✗        ✗        ✗
GET  /h5/my-code.svg                         L       ✗       ✗         ✓        ✗      ✗       ✗        ✗        ✗
GET  /h5/tasks                                L       ✗       ✗       ✓       ✗       ✗       ✗       ✗       ✗
GET  /h5/tasks/<code>                         L       ✗       ✗       –       ✗       ✗       ✗       ✗       ✗
POST /h5/tasks/<code>/forwarded               L       ✗       ✗       –       ✗       ✗       ✗       ✗       ✗
POST /h5/tasks/<code>/complete                L       ✗       ✗       –       ✗       ✗       ✗       ✗       ✗
POST /h5/tasks/<code>/check-in                L       ✗       ✗       –       ✗       ✗       ✗       ✗       ✗
GET  /h5/tasks/<code>/files/<file>            L       ✗       ✗       –       ✗       ✗       ✗       ✗       ✗
GET  /h5/check-in                             L       ✗       ✗       ✓       ✗       ✗       ✗       ✗       ✗
GET  /h5/calendar                             L       ✗       ✗       ✓       ✗       ✗       ✗       ✗       ✗
GET  /h5/progress                             L       ✗       ✗       ✓       ✗       ✗       ✗       ✗       ✗
GET  /t/<code>                                –       –       –       –       –       –       –       –       –
POST /t/<code>/opened                         ✓       ✓       ✓       ✓       ✓       ✓       ✓       ✓       ✓
GET  /t/<code>/files/<file>                   –       –       –       –       –       –       –       –       –
GET  /h5/my-graduates                        L       ✗       ✗         ✓        ✗      ✗       ✗        ✗        ✗
POST /h5/my-graduates/<code>/unlink          L       ✗       ✗         ✓        ✗      ✗       ✗        ✗        ✗
POST /h5/my-graduates/export                 L       ✗       ✗         ✓        ✗      ✗       ✗        ✗        ✗
GET  /embed/<tenant>                         –       –       –         –        –      –       –        –        –
GET  /embed/<tenant>/posts/<code>            –       –       –         –        –      –       –        –        –
GET  /embed/<tenant>/posts/<code>/qr.svg     –       –       –         –        –      –       –        –        –
GET  /open/v1/openapi.json                   ✓       ✓       ✓         ✓        ✓      ✓       ✓        ✓        ✓
GET  /open/v1/hello                          ✗       ✗       ✗         ✗        ✗      ✗       ✗        ✗        ✗
GET  /open/v1/posts                          ✗       ✗       ✗         ✗        ✗      ✗       ✗        ✗        ✗
POST /open/v1/posts                          ✗       ✗       ✗         ✗        ✗      ✗       ✗        ✗        ✗
DELETE /open/v1/posts/<key>                  ✗       ✗       ✗         ✗        ✗      ✗       ✗        ✗        ✗
GET  /console/                               L       ✗       ✗         ✓        ✓      ✓       ✓        ✓        ✗
GET  /console/seat                           L       ✗       ✗         ✓        ✓      ✓       ✓        ✓        ✗
POST /console/seat                           L       ✗       ✗         ✗        ✗      ✗       ✗        ✗        ✗
GET  /console/login                          ✓       ✓       ✓         ✓        ✓      ✓       ✓        ✓        ✓
POST /console/login                          ✓       ✓       ✓         ✓        ✓      ✓       ✓        ✓        ✓
POST /console/logout                         L       ✓       ✓         ✓        ✓      ✓       ✓        ✓        ✓
GET  /console/password                       L       ✓       ✓         ✓        ✓      ✓       ✓        ✓        ✓
POST /console/password                       L       ✓       ✓         ✓        ✓      ✓       ✓        ✓        ✓
GET  /console/second-factor                  L       ✗       ✗         ✓        ✓      ✓       ✓        ✓        ✗
POST /console/second-factor                  L       ✗       ✗         ✓        ✓      ✓       ✓        ✓        ✗
GET  /console/second-factor/codes            L       ✗       ✗         ✓        ✓      ✓       ✓        ✓        ✗
POST /console/second-factor/codes            L       ✗       ✗         ✓        ✓      ✓       ✓        ✓        ✗
GET  /console/journal                        L       ✗       ✗         ✓        ✓      ✓       ✓        ✓        ✗
GET  /console/codes                          L       ✗       ✗         ✓        ✓      ✓       ✓        ✓        ✗
GET  /console/codes/<table>                  L       ✗       ✗         ✓        ✓      ✓       ✓        ✓        ✗
GET  /console/codes/<table>/file             L       ✗       ✗         ✓        ✓      ✓       ✓        ✓        ✗
GET  /console/codes/<table>/blank            L       ✗       ✗         ✓        ✓      ✓       ✓        ✓        ✗
GET  /console/codes/<table>/history          L       ✗       ✗         ✓        ✓      ✓       ✓        ✓        ✗
GET  /console/codes/<table>/import           L       ✗       ✗         ✗        ✗      ✗       ✓        ✓        ✗
POST /console/codes/<table>/import           L       ✗       ✗         ✗        ✗      ✗       ✓        ✓        ✗
GET  /console/codes/<table>/report/<word>    L       ✗       ✗         ✗        ✗      ✗       –        –        ✗
GET  /console/codes/<table>/editions/<code>  L       ✗       ✗         –        –      –       –        –        ✗
POST /console/codes/<table>/editions/<code>/take-effect L       ✗       ✗     ✗      ✗      ✗      –      –      ✗
POST /console/codes/<table>/editions/<code>/take-back   L       ✗       ✗     ✗      ✗      ✗      –      –      ✗
POST /console/codes/<table>/editions/<code>/discard     L       ✗       ✗     ✗      ✗      ✗      –      –      ✗
GET  /console/resumes                        L       ✗       ✗         ✓        ✓      ✓       ✓        ✓        ✗
POST /console/resumes/refresh                L       ✗       ✗         ✓        ✓      ✓       ✓        ✓        ✗
POST /console/resumes/export                 L       ✗       ✗         ✓        ✓      ✓       ✓        ✓        ✗
GET  /console/jobs                           L       ✗       ✗         ✓        ✓      ✓       ✓        ✓        ✗
GET  /console/jobs/import/<kind>             L       ✗       ✗         ✓        ✓      ✓       ✓        ✓        ✗
POST /console/jobs/import/<kind>             L       ✗       ✗         ✓        ✓      ✓       ✓        ✓        ✗
GET  /console/jobs/template/<kind>           L       ✗       ✗         ✓        ✓      ✓       ✓        ✓        ✗
GET  /console/jobs/<code>                    L       ✗       ✗         –        –      –       –        –        ✗
GET  /console/jobs/<code>/progress           L       ✗       ✗         –        –      –       –        –        ✗
GET  /console/jobs/<code>/file               L       ✗       ✗         –        –      –       –        –        ✗
POST /console/jobs/<code>/apply              L       ✗       ✗         –        –      –       –        –        ✗
POST /console/jobs/<code>/cancel             L       ✗       ✗         –        –      –       –        –        ✗
GET  /console/messages                       L       ✗       ✗         ✓        ✓      ✓       ✓        ✓        ✗
GET  /console/messages/templates             L       ✗       ✗         ✗        ✗      ✗       ✓        ✓        ✗
GET  /console/messages/unreached             L       ✗       ✗         ✗        ✗      ✗       ✗        ✓        ✗
POST /console/messages/unreached/<code>/confirm L    ✗       ✗         ✗        ✗      ✗       ✗        –        ✗
POST /console/messages/unreached/<code>/resend L     ✗       ✗         ✗        ✗      ✗       ✗        –        ✗
POST /console/messages/quota/reset           L       ✗       ✗         ✗        ✗      ✗       ✗        ✓        ✗
POST /console/messages/stops/<code>/resume   L       ✗       ✗         ✗        ✗      ✗       ✗        –        ✗
GET  /console/messages/questions             L       ✗       ✗         ✗        ✗      ✓       ✓        ✓        ✗
POST /console/messages/questions/<code>/answer L     ✗       ✗         ✗        ✗      –       –        –        ✗
GET  /console/clock                          L       ✗       ✗         ✗        ✗      ✗       ✗        ✓        ✗
GET  /console/tasks                              L       ✗       ✗         ✗        ✓      ✓       ✓        ✓        ✗
GET  /console/tasks/new                          L       ✗       ✗         ✗        ✓      ✓       ✓        ✓        ✗
POST /console/tasks/new                          L       ✗       ✗         ✗        ✓      ✓       ✓        ✓        ✗
GET  /console/tasks/units.json                   L       ✗       ✗         ✗        ✓      ✓       ✓        ✓        ✗
GET  /console/tasks/<code>                       L       ✗       ✗         ✗        –      –       –        –        ✗
GET  /console/tasks/<code>/edit                  L       ✗       ✗         ✗        –      –       –        –        ✗
POST /console/tasks/<code>/edit                  L       ✗       ✗         ✗        –      –       –        –        ✗
GET  /console/tasks/<code>/count                 L       ✗       ✗         ✗        –      –       –        –        ✗
POST /console/tasks/<code>/recount               L       ✗       ✗         ✗        –      –       –        –        ✗
GET  /console/tasks/<code>/unbound               L       ✗       ✗         ✗        –      –       –        –        ✗
POST /console/tasks/<code>/files                 L       ✗       ✗         ✗        –      –       –        –        ✗
GET  /console/tasks/<code>/files/<file>          L       ✗       ✗         ✗        –      –       –        –        ✗
POST /console/tasks/<code>/files/<file>/remove   L       ✗       ✗         ✗        –      –       –        –        ✗
POST /console/tasks/<code>/copy                  L       ✗       ✗         ✗        –      –       –        –        ✗
POST /console/tasks/<code>/discard               L       ✗       ✗         ✗        –      –       –        –        ✗
POST /console/tasks/<code>/dispatch              L       ✗       ✗         ✗        –      –       –        –        ✗
POST /console/tasks/<code>/schedule              L       ✗       ✗         ✗        –      –       –        –        ✗
POST /console/tasks/<code>/recall                L       ✗       ✗         ✗        –      –       –        –        ✗
POST /console/tasks/<code>/retry                 L       ✗       ✗         ✗        –      –       –        –        ✗
POST /console/tasks/<code>/rework                L       ✗       ✗         ✗        –      –       –        –        ✗
GET  /console/tasks/<code>/withdraw              L       ✗       ✗         ✗        –      –       –        –        ✗
POST /console/tasks/<code>/withdraw              L       ✗       ✗         ✗        –      –       –        –        ✗
GET  /console/tasks/<code>/progress              L       ✗       ✗         ✗        –      –       –        –        ✗
GET  /console/tasks/<code>/progress/now          L       ✗       ✗         ✗        –      –       –        –        ✗
GET  /console/tasks/<code>/counselors            L       ✗       ✗         ✗        –      –       –        –        ✗
POST /console/tasks/<code>/progress/export       L       ✗       ✗         ✗        –      –       –        –        ✗
POST /console/tasks/<code>/progress/remind       L       ✗       ✗         ✗        –      –       –        –        ✗
GET  /console/graduates                      L       ✗       ✗         ✓        ✓      ✓       ✓        ✓        ✗
POST /console/graduates/export               L       ✗       ✗         ✓        ✓      ✓       ✓        ✓        ✗
GET  /console/graduates/<code>               L       ✗       ✗         –        –      –       –        –        ✗
POST /console/graduates/<code>               L       ✗       ✗         –        –      –       –        –        ✗
POST /console/graduates/<code>/unlock        L       ✗       ✗         –        –      –       –        –        ✗
GET  /console/field-rights                   L       ✗       ✗         ✗        ✗      ✓       ✗        ✗        ✗
POST /console/field-rights                   L       ✗       ✗         ✗        ✗      ✓       ✗        ✗        ✗
GET  /console/people                         L       ✗       ✗         ✓        ✓      ✓       ✓        ✓        ✗
GET  /console/people/new                     L       ✗       ✗         ✗        ✓      ✓       ✓        ✓        ✗
POST /console/people/new                     L       ✗       ✗         ✗        ✓      ✓       ✓        ✓        ✗
POST /console/people/export                  L       ✗       ✗         ✓        ✓      ✓       ✓        ✓        ✗
POST /console/people/end                     L       ✗       ✗         ✓        ✓      ✓       ✓        ✓        ✗
GET  /console/people/roll-over               L       ✗       ✗         ✓        ✓      ✓       ✓        ✓        ✗
POST /console/people/roll-over               L       ✗       ✗         ✓        ✓      ✓       ✓        ✓        ✗
GET  /console/people/uncovered               L       ✗       ✗         ✓        ✓      ✓       ✓        ✓        ✗
POST /console/people/uncovered/export        L       ✗       ✗         ✗        ✓      ✓       –        –        ✗
GET  /console/people/staffing                L       ✗       ✗         ✓        ✓      ✓       ✓        ✓        ✗
GET  /console/people/<code>                  L       ✗       ✗         –        –      –       –        –        ✗
POST /console/people/<code>                  L       ✗       ✗         –        –      –       –        –        ✗
GET  /console/people/<code>/correct          L       ✗       ✗         –        –      –       –        –        ✗
POST /console/people/<code>/correct          L       ✗       ✗         –        –      –       –        –        ✗
POST /console/people/<code>/end              L       ✗       ✗         –        –      –       –        –        ✗
POST /console/people/<code>/restore          L       ✗       ✗         –        –      –       –        –        ✗
GET  /console/people/<code>/transfer         L       ✗       ✗         –        –      –       –        –        ✗
POST /console/people/<code>/transfer         L       ✗       ✗         –        –      –       –        –        ✗
POST /console/people/<code>/transfer/back    L       ✗       ✗         –        –      –       –        –        ✗
POST /console/people/<code>/send-password    L       ✗       ✗         –        –      –       –        –        ✗
POST /console/people/<code>/remind           L       ✗       ✗         –        –      –       –        –        ✗
POST /console/people/<code>/reset-second-factor L    ✗       ✗         –        –      –       –        –        ✗
POST /console/people/<code>/duties           L       ✗       ✗         –        –      –       –        –        ✗
POST /console/people/<code>/duties/remove    L       ✗       ✗         –        –      –       –        –        ✗
POST /console/people/<code>/duties/restore   L       ✗       ✗         –        –      –       –        –        ✗
POST /console/people/<code>/duties/year      L       ✗       ✗         –        –      –       –        –        ✗
GET  /console/units                          L       ✗       ✗         ✓        ✓      ✓       ✓        ✓        ✗
GET  /console/units/new                      L       ✗       ✗         ✗        ✗      ✓       ✓        ✓        ✗
POST /console/units/new                      L       ✗       ✗         ✗        ✗      ✓       ✓        ✓        ✗
GET  /console/units/<code>                   L       ✗       ✗         –        –      –       –        –        ✗
POST /console/units/<code>                   L       ✗       ✗         –        –      –       –        –        ✗
POST /console/units/<code>/close             L       ✗       ✗         –        –      –       –        –        ✗
POST /console/units/<code>/reopen            L       ✗       ✗         –        –      –       –        –        ✗
GET  /console/requests                       L       ✗       ✗         ✓        ✓      ✓       ✓        ✓        ✗
GET  /console/requests/mine                  L       ✗       ✗         ✓        ✓      ✓       ✓        ✓        ✗
GET  /console/requests/new                   L       ✗       ✗         ✓        ✓      ✓       ✓        ✗        ✗
POST /console/requests/new                   L       ✗       ✗         ✓        ✓      ✓       ✓        ✗        ✗
POST /console/requests/<code>/grant          L       ✗       ✗         –        –      –       –        –        ✗
POST /console/requests/<code>/decline        L       ✗       ✗         –        –      –       –        –        ✗
POST /console/requests/<code>/withdraw       L       ✗       ✗         –        –      –       –        –        ✗
GET  /employer/                              L       ✓       ✓         ✓        ✓      ✓       ✓        ✓        ✓
GET  /employer/login                         ✓       ✓       ✓         ✓        ✓      ✓       ✓        ✓        ✓
POST /employer/login                         ✓       ✓       ✓         ✓        ✓      ✓       ✓        ✓        ✓
GET  /employer/register                      ✓       ✓       ✓         ✓        ✓      ✓       ✓        ✓        ✓
POST /employer/register                      ✓       ✓       ✓         ✓        ✓      ✓       ✓        ✓        ✓
POST /employer/code                          ✓       ✓       ✓         ✓        ✓      ✓       ✓        ✓        ✓
POST /employer/logout                        L       ✓       ✓         ✓        ✓      ✓       ✓        ✓        ✓
GET  /employer/unit                          L       ✓       ✗         ✗        ✗      ✗       ✗        ✗        ✓
POST /employer/unit                          L       ✓       ✗         ✗        ✗      ✗       ✗        ✗        ✓
GET  /employer/licence                       L       U       ✗         ✗        ✗      ✗       ✗        ✗        ✓
POST /employer/licence                       L       ✗       ✗         ✗        ✗      ✗       ✗        ✗        ✓
GET  /employer/licence/file                  L       U       ✗         ✗        ✗      ✗       ✗        ✗        –
POST /employer/file                          L       ✗       ✗         ✗        ✗      ✗       ✗        ✗        ✓
GET  /employer/posts                         L       U       ✗         ✗        ✗      ✗       ✗        ✗        ✓
GET  /employer/posts/new                     L       U       ✗         ✗        ✗      ✗       ✗        ✗        ✓
POST /employer/posts/new                     L       ✗       ✗         ✗        ✗      ✗       ✗        ✗        ✓
GET  /employer/posts/<code>                  L       U       ✗         ✗        ✗      ✗       ✗        ✗        –
GET  /employer/posts/<code>/edit             L       U       ✗         ✗        ✗      ✗       ✗        ✗        –
POST /employer/posts/<code>/edit             L       ✗       ✗         ✗        ✗      ✗       ✗        ✗        –
POST /employer/posts/<code>/<verb>           L       ✗       ✗         ✗        ✗      ✗       ✗        ✗        –
GET  /employer/applications                  L       U       ✗         ✗        ✗      ✗       ✗        ✗        ✓
GET  /employer/applications/<code>           L       U       ✗         ✗        ✗      ✗       ✗        ✗        –
GET  /employer/applications/<code>/resume.pdf L      U       ✗         ✗        ✗      ✗       ✗        ✗        –
POST /employer/applications/<code>/reject    L       ✗       ✗         ✗        ✗      ✗       ✗        ✗        –
POST /employer/applications/<code>/<verb>    L       ✗       ✗         ✗        ✗      ✗       ✗        ✗        –
GET  /employer/applications/<code>/interview L       U       ✗         ✗        ✗      ✗       ✗        ✗        –
POST /employer/applications/<code>/interview L       ✗       ✗         ✗        ✗      ✗       ✗        ✗        –
POST /employer/interviews/<code>/cancel      L       ✗       ✗         ✗        ✗      ✗       ✗        ✗        –
POST /employer/applications/<code>/degree    L       ✗       ✗         ✗        ✗      ✗       ✗        ✗        –
GET  /employer/graduates                     L       U       ✗         ✗        ✗      ✗       ✗        ✗        ✓
GET  /employer/degree-checks                 L       U       ✗         ✗        ✗      ✗       ✗        ✗        ✓
POST /employer/degree-checks/<code>/look     L       ✗       ✗         ✗        ✗      ✗       ✗        ✗        –
GET  /h5/degree-checks                       L       I       ✓         I        I      I       I        I        I
POST /h5/degree-checks/<code>/grant          L       ✗       –         ✗        ✗      ✗       ✗        ✗        ✗
POST /h5/degree-checks/<code>/refuse         L       ✗       –         ✗        ✗      ✗       ✗        ✗        ✗
GET  /console/posts                          L ✗ ✗ ✗ ✗ ✓ ✓ ✓ ✗
GET  /console/posts/<code>                   L ✗ ✗ ✗ ✗ – – – ✗
POST /console/posts/<code>/publish           L ✗ ✗ ✗ ✗ – – – ✗
POST /console/posts/<code>/return            L ✗ ✗ ✗ ✗ – – – ✗
POST /console/posts/<code>/suspend           L ✗ ✗ ✗ ✗ – – – ✗
POST /console/posts/<code>/close             L ✗ ✗ ✗ ✗ – – – ✗
GET  /console/complaints                     L ✗ ✗ ✗ ✗ ✓ ✓ ✓ ✗
POST /console/complaints/<code>/uphold       L ✗ ✗ ✗ ✗ – – – ✗
POST /console/complaints/<code>/dismiss      L ✗ ✗ ✗ ✗ – – – ✗
GET  /console/fairs                          L ✗ ✗ ✗ ✗ ✓ ✓ ✓ ✗
GET  /console/fairs/new                      L ✗ ✗ ✗ ✗ ✓ ✓ ✓ ✗
POST /console/fairs/new                      L ✗ ✗ ✗ ✗ ✓ ✓ ✓ ✗
GET  /console/fairs/<code>                   L ✗ ✗ ✗ ✗ – – – ✗
GET  /console/fairs/<code>/edit              L ✗ ✗ ✗ ✗ – – – ✗
POST /console/fairs/<code>/edit              L ✗ ✗ ✗ ✗ – – – ✗
POST /console/fairs/<code>/posts             L ✗ ✗ ✗ ✗ – – – ✗
POST /console/fairs/<code>/posts/<post>/remove L ✗ ✗ ✗ ✗ – – – ✗
POST /console/fairs/<code>/publish           L ✗ ✗ ✗ ✗ – – – ✗
POST /console/fairs/<code>/withdraw          L ✗ ✗ ✗ ✗ – – – ✗
POST /console/fairs/<code>/discard           L ✗ ✗ ✗ ✗ – – – ✗
GET  /console/partners                       L       ✗       ✗         ✗        ✗      ✓       ✓        ✓        ✗
GET  /console/partners/apply/<kind>          L       ✗       ✗         ✗        ✗      ✗       ✗        ✗        ✗
POST /console/partners/apply/<kind>          L       ✗       ✗         ✗        ✗      ✗       ✗        ✗        ✗
GET  /console/partners/<code>                L       ✗       ✗         ✗        ✗      –       –        –        ✗
POST /console/partners/<code>/move           L       ✗       ✗         ✗        ✗      ✗       ✗        ✗        ✗
POST /console/partners/<code>/settle         L       ✗       ✗         ✗        ✗      ✗       ✗        –        ✗
POST /console/partners/<code>/key            L       ✗       ✗         ✗        ✗      –       –        –        ✗
POST /console/partners/<code>/rotate         L       ✗       ✗         ✗        ✗      –       –        –        ✗
GET  /console/employers                      L       ✗       ✗         ✗        ✗      ✓       ✓        ✓        ✗
GET  /console/employers/<code>               L       ✗       ✗         ✗        ✗      –       –        –        ✗
GET  /console/employers/<code>/licence       L       ✗       ✗         ✗        ✗      –       –        –        ✗
POST /console/employers/<code>/approve       L       ✗       ✗         ✗        ✗      –       –        –        ✗
POST /console/employers/<code>/return        L       ✗       ✗         ✗        ✗      –       –        –        ✗
POST /console/employers/<code>/decline       L       ✗       ✗         ✗        ✗      –       –        –        ✗
POST /console/employers/<code>/suspend       L       ✗       ✗         ✗        ✗      –       –        –        ✗
POST /console/employers/<code>/restore       L       ✗       ✗         ✗        ✗      –       –        –        ✗
GET  /static/<name>                          ✓       ✓       ✓         ✓        ✓      ✓       ✓        ✓        ✓
GET  /vendor/<name>                          ✓       ✓       ✓         ✓        ✓      ✓       ✓        ✓        ✓
GET  /healthz                                ✓       ✓       ✓         ✓        ✓      ✓       ✓        ✓        ✓
GET  /readyz                                 ✓       ✓       ✓         ✓        ✓      ✓       ✓        ✓        ✓
GET  /robots.txt                             ✓       ✓       ✓         ✓        ✓      ✓       ✓        ✓        ✓
GET  /metrics                                –       –       –         –        –      –       –        –        –
"""

FAR_AWAY = {"REMOTE_ADDR": "198.51.100.9"}


def rows() -> dict[tuple[str, str], dict[str, str]]:
    """(method, rule) → role → expected mark."""
    table = {}
    for line in TABLE.strip().splitlines()[1:]:
        method, rule, *marks = line.split()
        table[method, rule] = dict(zip(ROLES, marks, strict=True))
    return table


def test_the_table_lists_every_route(app: Flask) -> None:
    routes = {
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert set(rows()) == routes


@pytest.mark.parametrize("role", ROLES)
def test_every_route_for_every_role(
    role: str, app_with_oidc: Flask, cast: Cast, ctx: Context, client_of: Callable[..., Browser]
) -> None:
    graduate = sessions.visitor_of(ctx, sessions.open_session(ctx, cast.graduate.account, "desktop"))
    counselor = sessions.visitor_of(ctx, sessions.open_session(ctx, cast.counselor.account, "desktop"))
    assert graduate is not None
    assert counselor is not None
    link = links.link(ctx, graduate, [cast.counselor.staff.code])[0]
    samples = {
        "<word>": links.counselor_scene(ctx, counselor).word,
        "<code>": link.code,
        "<file>": link.code,
        "<post>": link.code,
        "<verb>": "submit",
        "<block>": "awards",
        "<table>": "gender",
        "<kind>": "graduates",
        "/static/<name>": "/static/h5.css",
        "/vendor/<name>": "/vendor/weui.css",
    }
    found, expected = {}, {}
    for (method, rule), marks in rows().items():
        path = rule
        for word, sample in samples.items():
            path = path.replace(word, sample)
        browser = client_of(getattr(cast, role), app=app_with_oidc)
        LoginSession.update(second_factor_at=ctx.clock()).execute()
        data = {"csrf_token": browser.token()} if method == "POST" else None
        ctx.redis.flushdb()  # so many forms of one person in one minute are otherwise too many
        answer = browser.client.open(
            path, method=method, data=data, base_url="http://wx.test", environ_overrides=FAR_AWAY
        )
        found[method, rule], expected[method, rule] = mark(answer), marks[role]
    assert found == expected


def mark(answer: TestResponse) -> str:
    """What became of a request, as the table writes it."""
    target = answer.headers.get("Location", "")
    if answer.status_code == 303 and target.startswith(("/h5/login?", "/console/login?", "/employer/login?")):
        return "L"
    if answer.status_code == 303 and target.startswith("/h5/identify?"):
        return "I"
    if answer.status_code == 303 and target.startswith("/employer/unit?"):
        return "U"
    if answer.status_code in (401, 403):
        return "✗"
    if answer.status_code == 404:
        return "–"
    assert answer.status_code < 500, (answer.request.path, answer.status_code)
    return "✓"


def test_a_route_without_a_guard_keeps_the_application_from_starting(app: Flask) -> None:
    check_guards(app)
    bare = Blueprint("bare", __name__)
    bare.add_url_rule("/bare", "bare", lambda: "open to all")
    fresh = Flask("bare", static_folder=None)
    fresh.register_blueprint(bare)
    with pytest.raises(RuntimeError, match="/bare"):
        check_guards(fresh)
    with pytest.raises(LookupError):
        guard_of(fresh, "bare.bare")


def test_nothing_is_written_by_a_get(app: Flask) -> None:
    """What changes something is sent as a form, so that its token is asked for."""
    verbs = ("forwarded", "complete", "unlink", "unbind", "logout", "others", "export", "later", "code")
    for rule in app.url_map.iter_rules():
        assert isinstance(app.view_functions[rule.endpoint], GuardedView)
        if rule.rule.rsplit("/", 1)[-1] in verbs:
            assert "GET" not in (rule.methods or set()), rule.rule
