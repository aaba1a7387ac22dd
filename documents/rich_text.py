"""What people write with headings and lists: HTML of which only harmless parts stay."""

import nh3

_TAGS = {
    *("p", "br", "h2", "h3", "h4", "strong", "b", "em", "i", "u", "s", "blockquote", "hr"),
    *("ul", "ol", "li", "a", "table", "thead", "tbody", "tr", "th", "td"),
}
_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    clean_content_tags={"script", "style", "title", "textarea", "select", "noscript", "template"},
    attributes={"a": {"href"}, "th": {"colspan", "rowspan"}, "td": {"colspan", "rowspan"}},
    url_schemes={"https"},
    url_relative="deny",
    link_rel="noopener noreferrer nofollow",
    set_tag_attribute_values={"a": {"target": "_blank"}},
    strip_comments=True,
)
_TEXT = nh3.Cleaner(tags=set(), clean_content_tags={"script", "style", "title"})


def cleaned(html: str) -> str:
    """The HTML with paragraphs, headings, lists, tables and links to https addresses alone.

    Links open a page of their own, which learns nothing of where it was opened from. What is cleaned stays the
    same when it is cleaned again.
    """
    return _CLEANER.clean(html).strip()


def is_blank(html: str) -> bool:
    """Whether there is nothing in it to read."""
    return not _TEXT.clean(html).replace("&nbsp;", " ").strip("\u200b \t\r\n")
