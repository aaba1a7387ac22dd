"""Every page of ours, and who of the cast looks at it."""

# Page → whose eyes see it. Every page of ours that a GET shows stands here.
SEEN_BY = {
    "/h5/": ("stranger", "person", "graduate", "counselor"),
    "/h5/help": ("stranger",),
    "/h5/bye": ("stranger",),
    "/h5/login": ("stranger",),
    "/h5/register": ("stranger",),
    "/h5/reset": ("stranger",),
    "/h5/password": ("person",),
    "/h5/account": ("person", "graduate", "counselor"),
    "/h5/identify": ("person", "graduate"),
    "/h5/intention": ("graduate", "other_graduate"),
    "/h5/my-counselors": ("graduate", "other_graduate"),
    "/h5/workbench": ("counselor", "college", "other_counselor", "graduate"),
    "/h5/my-code": ("counselor",),
    "/h5/my-graduates": ("counselor", "other_counselor"),
    "/h5/my-graduates?q=nobody": ("counselor",),
    "/console/": ("counselor", "college", "school", "province", "ministry", "graduate"),
    "/console/login": ("stranger",),
    "/console/password": ("school",),
    "/console/second-factor": ("school",),
    "/console/seat": ("counselor", "school"),
    "/console/journal": ("counselor", "school", "ministry"),
    "/console/journal?person=nobody": ("school",),
    "/console/messages": ("ministry",),
    "/console/messages/questions": ("ministry", "school"),
    "/console/nowhere": ("school",),
    "/nowhere": ("stranger",),
}
CASES = [(path, who) for path, people in SEEN_BY.items() for who in people]
