"""What speaks for and against spam in one comment: small functions, each with its points and words for moderators."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence

from comments.spam.features import slots, weighed
from comments.spam.identity import (
    goes_by_a_name_of_the_newsroom,
    is_letters_at_random,
    links_to_a_trade,
    names_itself_oddly,
)
from comments.spam.offers import (
    gives_a_name_on_a_messenger,
    names_a_shady_trade,
    names_wares,
    offers_and_is_reached,
    praises_in_general,
    proposes_links,
    vouches_for_a_trader,
)
from comments.spam.sample import ADDRESS, MAIL, PHONE, Sample, Signal, hosts_of
from comments.words import folded

__all__ = [
    "LEARNED_AT_MOST",
    "SIGNALS",
    "Sample",
    "Signal",
    "hosts_of",
    "reads_like_spam",
    "stands_under_a_trusted_address",
]

SHORTENERS = frozenset(
    {"bit.ly", "t.co", "goo.gl", "tinyurl.com", "ow.ly", "is.gd", "buff.ly", "t.ly", "rb.gy", "cutt.ly", "shorturl.at"}
    | {"rebrand.ly", "bl.ink", "tiny.cc", "s.id", "v.gd", "adf.ly", "clck.ru", "vk.cc", "surl.li", "soo.gd"}
)
CHEAP_ENDINGS = frozenset(
    {"xyz", "top", "click", "shop", "online", "site", "icu", "buzz", "live", "loan", "win", "bid", "work", "rest"}
    | {"vip", "cam", "monster"}
)
# Where readers take a source from. Pages that anybody may fill, as of video sites, are not among them.
SOURCES = frozenset(
    {"wikipedia.org", "wikimedia.org", "github.com", "gitlab.com", "codeberg.org", "arxiv.org", "doi.org", "ietf.org"}
    | {"w3.org", "whatwg.org", "mozilla.org", "python.org", "kernel.org", "debian.org", "archive.org", "eff.org"}
    | {"nature.com", "science.org", "acm.org", "ieee.org", "nih.gov", "europa.eu", "nist.gov", "mitre.org"}
    | {"bbc.co.uk", "bbc.com", "reuters.com", "apnews.com", "nytimes.com", "theguardian.com", "washingtonpost.com"}
    | {"ft.com", "bloomberg.com", "economist.com", "wired.com", "arstechnica.com", "theverge.com", "theregister.com"}
    | {"lwn.net", "heise.de", "golem.de", "spiegel.de", "zeit.de", "lemonde.fr", "elpais.com", "nrc.nl"}
    | {"microsoft.com", "apple.com", "openai.com", "courtlistener.com", "bund.de", "gov.uk", "admin.ch"}
    | {"rfc-editor.org", "stackoverflow.com", "repubblica.it"}
)
TOO_FAST = 3.0  # seconds from the page with the form to the post; nobody types so
LEARNED_AT_MOST = 50  # points of the memory: words alone hold a comment, and never put it into the folder
GAIN = 20  # points for a unit of what the memory leans to

_MARKUP = re.compile(r"<a\s[^>]*href|\[(?:url|link)\b[=\]]|</a>|\[/(?:url|link)\]", re.I)
_SHORT_CODE = re.compile(r"\b(?:txt|text|call|sms|reply|send)\b[^.\n]{0,40}?\b(?!(?:19|20)\d\d\b)\d{4,6}\b", re.I)
_MESSENGER = re.compile(
    r"whats\s?app|telegram|\bt\.me/|\bsignal\b|\bskype\b|\bwechat\b|微信|вотсап|телеграм|\bviber\b", re.I
)
_ADD_ME = re.compile(r"[加联系请][^\n。]{0,6}(?:微信|QQ|电报)|\b(?:add|text|message|dm|inbox|whatsapp) me\b", re.I)
_HANDLE = re.compile(r"(?<!\S)@\w{3,}|\bt\.me/\w+|\+\d{7,}")
_LETTERS = re.compile(r"[^\W\d_]")
_PLUG = re.compile(
    r"\b(?:my|our) (?:\w+ )?(?:channel|site|website|page|videos?|song|music|mixtape|cover|profile|instagram|"
    r"webpage|homepage|soundcloud|playlist|app|group|store|shop)\b|\bsub(?:scribe)?(?: back| 4 sub| for sub| to me)\b|"
    r"\bsub4sub\b|\bsubscribe (?:to|2) (?:me|my|our)\b|\bcheck (?:me|it|us|this) ?out\b|"
    r"\bcheck out (?:my|our|this)\b|\bfollow me\b|\blike my\b|\bvisit (?:my|our|us|here|this)\b|"
    r"\bclick (?:here|my|on|the link)\b|\blink in (?:my )?bio\b|\b(?:go|please|plz|pls|just|should) check out\b|"
    r"\b(?:like|upvote|share) (?:this|my) comment\b|\bthumbs up (?:so|this|please)\b|"
    r"\b(?:plz|pls) (?:share|like|sub)\b",
    re.I,
)
_OWN_PAGES = re.compile(r"\b(?:my|our) (?:\w+ )?blogs?\b", re.I)  # a reader's too, where he wrote of this before
_COIN = re.compile(r"\$[A-Z]{3,6}\b")
_TALKED_UP = re.compile(
    r"\b\d{1,4}x\b|\b(?:moon(?:ing|shot)?|pump(?:ing)?|gems?|all in|lambo|dyor|presale|airdrop|to the moon)\b", re.I
)
_LETTER_BY_LETTER = re.compile(
    r"(?<![^\W_])(?:[^\W\d_]([ .\-_*])){3,}[^\W\d_](?![^\W_])|h\s?t\s?t\s?p\s?s?\s:\s?/", re.I
)
_PRIZE = re.compile(
    r"\b(?:you(?:'ve| have|r \w+)? (?:won|been (?:selected|awarded|chosen))|winner|prize|claim (?:your|ur|code)|"
    r"free (?:entry|msg|ringtone|gift|iphone|spins|trial|quotes?|estimates?|audits?|consultations?|shipping|"
    r"delivery|followers|robux|v-?bucks|coins|credits)|guaranteed|100% (?:free|real|legit)|"
    r"no (?:deposit|prescription|risk|experience|(?:human )?verification|hidden (?:fees|charges))|"
    r"without (?:an? |any )?(?:exams?|prescription|verification|schufa)|(?:promo|bonus|coupon|discount) codes?|"
    r"pay after|full version|cracked|make money|earn (?:money|cash|up to|\$)|passive income|"
    r"limited (?:time|offer)|act now|order now|apply now|call now|txt|best price|cheap(?:est)?|discount|% off|"
    r"urgent)\b",
    re.I,
)


def fell_into_the_trap(sample: Sample) -> Iterator[Signal]:
    if sample.trapped:
        yield 30, "fills the field that people do not see"


def links_much(sample: Sample) -> Iterator[Signal]:
    count = len(sample.links)
    if not count:
        return
    address_share = sum(map(len, ADDRESS.findall(sample.prose))) / max(1, len(sample.prose.strip()))
    hosts = hosts_of(sample.links)
    if hosts and all(map(is_source, hosts)):  # an address that cannot be read has no host, and is no source
        if count <= 4:
            yield -12, "links to where readers take a source from"
        return
    if address_share > 0.8:
        yield 22, "is an address and little else"
    elif address_share > 0.4:
        yield 17, f"is an address for {address_share:.0%} of its length"
    if count > 4:
        yield 24, f"{count} links"
    elif count > 2:
        yield 12, f"{count} links"
    elif sample.words < 40:
        yield 7, "a link in a short text"


def is_source(host: str) -> bool:
    """Whether a host, or the one above it, is where readers take a source from; schools and governments are."""
    labels = host.split(".")
    return bool({".".join(labels[at:]) for at in range(len(labels) - 1)} & SOURCES) or bool(
        {"edu", "gov", "ac"} & set(labels[-2:])
    )


def writes_markup(sample: Sample) -> Iterator[Signal]:
    if _MARKUP.search(sample.prose):
        yield 34, "links written as HTML or BBCode, which do nothing here"


def leads_to_known_hosts(sample: Sample) -> Iterator[Signal]:
    for host in sample.linked_hosts:
        approved, spam = sample.hosts.get(host, (0, 0))
        if spam > approved:
            yield min(40, 20 + 4 * spam), f"{host} was linked by spam before"
        elif approved > 1 and not spam:
            yield -10, f"{host} was linked by approved comments before"
        elif host in SHORTENERS:
            yield 16, f"{host} hides where the link leads"
        elif host.rpartition(".")[2] in CHEAP_ENDINGS:
            yield 10, f"links to a .{host.rpartition('.')[2]} domain"


def repeats_elsewhere(sample: Sample) -> Iterator[Signal]:
    if "spam" in sample.repeats:
        yield 45, "the same words lie in the spam folder"
    elif sample.repeats and len(sample.text) > 40:
        times = len(sample.repeats)
        yield min(40, 14 + 6 * times), f"the same words under {times} other article{'s' if times > 1 else ''}"


def asks_to_be_contacted(sample: Sample) -> Iterator[Signal]:
    if PHONE.search(sample.prose):
        yield 16, "gives a telephone number"
    elif _SHORT_CODE.search(sample.prose):
        yield 14, "asks for a message to a short number"
    if _ADD_ME.search(sample.prose):
        yield 22, "asks to be added on a messenger"
    elif _MESSENGER.search(sample.prose) and (_HANDLE.search(sample.prose) or PHONE.search(sample.prose)):
        yield 18, "gives a contact on a messenger"
    if MAIL.search(sample.prose):
        yield 10, "gives a mail address"


def advertises_itself(sample: Sample) -> Iterator[Signal]:
    if match := _PLUG.search(sample.prose):
        yield 26, f"asks for visits (“{match[0].lower()[:40]}”)"
    elif match := _OWN_PAGES.search(sample.prose):
        yield 10, f"speaks of pages of its own (“{match[0].lower()[:40]}”)"
    found = {match[0].lower() for match in _PRIZE.finditer(sample.prose)}
    if found:
        yield (10 if len(found) == 1 else 22), f"words of advertisements (“{sorted(found)[0][:30]}”)"


def talks_a_coin_up(sample: Sample) -> Iterator[Signal]:
    if (coin := _COIN.search(sample.prose)) and _TALKED_UP.search(sample.prose):
        yield 26, f"talks a coin or a share up (“{coin[0]}”)"


def hides_words(sample: Sample) -> Iterator[Signal]:
    text = sample.prose
    if _LETTER_BY_LETTER.search(text):
        yield 24, "words spelled letter by letter"
    inside = any(
        unicodedata.category(char) == "Cf" and char not in "\u200d\u200e\u200f\ufeff"
        and text[at - 1 : at].isalpha() and text[at - 1 : at].isascii() and text[at + 1 : at + 2].isalpha()
        for at, char in enumerate(text)
        if char > "\x7f"
    )  # fmt: skip
    if inside:
        yield 26, "invisible characters within words"
    mixed = [word for word in re.findall(r"[^\W\d_]{4,}", text) if not word.isascii() and _mixes_alphabets(word)]
    if mixed:
        yield 26, "words that mix alphabets"


def _mixes_alphabets(word: str) -> bool:
    latin = any("a" <= char <= "z" or "A" <= char <= "Z" for char in word)
    return latin and any("\u0370" <= char <= "\u03ff" or "\u0400" <= char <= "\u04ff" for char in word)


def shouts(sample: Sample) -> Iterator[Signal]:
    letters = _LETTERS.findall(sample.prose)
    if len(letters) > 24 and sum(char.isupper() for char in letters) > 0.7 * len(letters):
        yield 9, "capitals throughout"
    if sample.text.count("!") > 3:
        yield 5, "many exclamation marks"


def is_in_another_script(sample: Sample) -> Iterator[Signal]:
    if sample.article:
        theirs, own = _script(sample.article), _script(sample.prose)
        if theirs and own and theirs != own:
            yield 12, f"{own} letters under an article in {theirs} ones"


def _script(text: str) -> str:
    """Return the script of most letters, by the first word of their Unicode names; empty where there are few."""
    letters = _LETTERS.findall(text[:400])
    if len(letters) < 8:
        return ""
    if sum(map(str.isascii, letters)) * 2 > len(letters):
        return "Latin"
    counts: dict[str, int] = {}
    for char in letters:
        name = unicodedata.name(char, "?").partition(" ")[0].capitalize()
        counts[name] = counts.get(name, 0) + 1
    return max(counts, key=counts.__getitem__)


def was_too_fast(sample: Sample) -> Iterator[Signal]:
    if sample.seconds is not None and sample.seconds < TOO_FAST and len(sample.text) > 40:
        yield 22, f"posted less than {sample.seconds + 1:.0f} s after the form was asked for"


def answers_what_is_there(sample: Sample) -> Iterator[Signal]:
    """Words of the article, and lines quoted from what it answers, speak for a reader."""
    quoted = [line.lstrip("> ").strip() for line in sample.text.splitlines() if line.startswith(">")]
    if sample.parent and any(len(line) > 15 and line in sample.parent for line in quoted):
        yield -14, "quotes what it answers"
    if sample.article:
        theirs = set(re.findall(r"\w{4,}", folded(sample.article)))
        shared = theirs & set(re.findall(r"\w{4,}", folded(sample.prose)))
        if len(shared) > 1 and not sample.links and not sample.website:
            yield -8, f"takes up the article’s words ({', '.join(sorted(shared)[:3])})"


def stands_under_a_trusted_address(sample: Sample) -> Iterator[Signal]:
    """It appears only when the address's owner says so: little is lost where the words alone are odd.

    Apart from ``SIGNALS``, which know no person: what a stranger is told may not follow from this one.
    """
    if sample.trusted:
        yield -12, "stands under a trusted address"


SIGNALS: tuple[Callable[[Sample], Iterator[Signal]], ...] = (
    fell_into_the_trap,
    links_much,
    writes_markup,
    leads_to_known_hosts,
    repeats_elsewhere,
    asks_to_be_contacted,
    advertises_itself,
    talks_a_coin_up,
    hides_words,
    shouts,
    proposes_links,
    gives_a_name_on_a_messenger,
    offers_and_is_reached,
    names_a_shady_trade,
    names_wares,
    vouches_for_a_trader,
    praises_in_general,
    names_itself_oddly,
    goes_by_a_name_of_the_newsroom,
    links_to_a_trade,
    is_letters_at_random,
    is_in_another_script,
    was_too_fast,
    answers_what_is_there,
)


def reads_like_spam(sample: Sample, weights: Sequence[int]) -> Iterator[Signal]:
    """What the memory says of its words; bounded, so that words alone never put a comment into the spam folder."""
    leaning = weighed(slots(sample.learnable), weights)
    points = round(max(-24.0, min(LEARNED_AT_MOST, leaning * GAIN)))
    if points > 3:
        yield points, "reads like spam"
    elif points < -3:
        yield points, "reads like comments that were approved"
