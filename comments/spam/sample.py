"""A comment as the spam score sees it, and what is found in many: addresses, telephone numbers, mail addresses."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from comments.hostnames import host_of

Signal = tuple[int, str]

_HREF = re.compile(r'href="([^"]*)"')
_CODE = re.compile(r"```.*?```|`[^`\n]*`", re.S)
ADDRESS = re.compile(
    r"(?:https?://|www\.)\S+|(?<![\w@.])(?:[a-z0-9-]+\.)+(?:[a-z]{2,12}/\S*|"
    r"(?:com|net|org|info|biz|xyz|top|shop|site|online|club|click|store|icu|vip|live|win|ru|cn|in|"
    r"stream|pro|bet|casino|fun|space|website|life|games|gg|tv|app|us|io|cc|ws)\b)",
    re.I,
)
PHONE = re.compile(
    r"(?<![\w/.=-])(?:(?:\+|\b00)\d[\d\s().\-–]{7,18}\d|\(?\d{2,4}\)?[ \-–]\d{3}[ \-–]\d{4}|"
    r"0\d{9,10}|[6-9]\d{9}|1[ \-–]8\d\d[ \-–]\d{3}[ \-–]\d{4})(?![\w/.])"
)
MAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]+\.[\w.]{2,}")


@dataclass
class Sample:
    """A comment and what is known about it; what is not known speaks neither way."""

    text: str
    html: str = ""
    name: str = ""
    goes_by: Sequence[str] = ()  # the names of the newsroom that the name holds
    website: str = ""
    article: str = ""  # the words of its headline and standfirst
    parent: str = ""  # the text of the comment that it answers
    trusted: bool = False  # whether the address that was typed is a trusted one, whose owner lets it appear
    trapped: bool = False  # whether the field was filled that people do not see
    seconds: float | None = None  # from the page with the form to the post, where a page of its own was asked for
    repeats: Sequence[str] = ()  # the statuses of the same words under other articles
    hosts: Mapping[str, tuple[int, int]] = field(default_factory=dict)  # host: (approved, spam) so far

    @cached_property
    def prose(self) -> str:
        """The text without code: what a program prints is nobody's prose."""
        return _CODE.sub(" ", self.text)

    @cached_property
    def links(self) -> list[str]:
        """The addresses in it, as rendered where it was, else as a reader would see them."""
        if self.html:
            return [html.unescape(address) for address in _HREF.findall(self.html)]
        return ADDRESS.findall(self.prose)

    @cached_property
    def linked_hosts(self) -> list[str]:
        """The hosts that it leads to, its writer's website among them, each once."""
        return hosts_of([*self.links, *filter(None, [self.website])])

    @cached_property
    def learnable(self) -> str:
        """What the memory reads: text without code, and the words of a website's name; to have one proves nothing."""
        names = [host.rpartition(".")[0] for host in hosts_of([self.website])] if self.website else []
        return "\n".join([self.prose, *(re.sub(r"[\W\d_]+", " ", name) for name in names)])

    @cached_property
    def words(self) -> int:
        return len(self.text.split())


def hosts_of(links: Sequence[str]) -> list[str]:
    """Return the hosts of some addresses, each once, without ``www.``; one that is none is passed over."""
    hosts: dict[str, None] = {}
    for link in links:
        try:
            host = host_of(link)
        except ValueError:
            continue
        if host:
            hosts[host.removeprefix("www.")[:255]] = None
    return list(hosts)
