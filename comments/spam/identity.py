"""Signals of who says that he wrote: a name that is a keyword, a website named for what it sells, letters at random."""

from __future__ import annotations

import re
from collections.abc import Iterator

from comments.spam.sample import Sample, Signal, hosts_of

_LOOKS_LIKE_SITE = re.compile(r"https?:|www\.|\.(?:com|net|org|ru|info|shop|xyz|io|co)\b", re.I)
# Trades that advertise by comment; as whole words of a name, and within the run-together words of a host.
_TRADE = (
    r"casino|kasino|poker|slots?|betting|loans?|kredit\w*|credits?|payday|mortgages?|insurance|versicherung\w*|"
    r"assurance|seo|"
    r"backlinks?|marketing|agency|agentur|agence|agencia|outlet|discount|coupons?|promo|deals?|cheap|hotels?|"
    r"rentals?|"
    r"travels?|tours|cleaning|plumb(?:er|ers|ing)|plombier|roof(?:ing|ers?)|repairs?|services?|solutions|"
    r"consulting|lawyers?|"
    r"attorneys?|invest\w*|trading|forex|crypto|hosting|essays?|dissertation|assignment|escorts?|dating|massage|"
    r"pharma\w*|pills|cbd|vape|kratom|keto|dental|dentist|clinic|klinik|beauty|fashion|jewel\w*|watches|replica|"
    r"sneakers|"
    r"furniture|m[öo]bel|mattress|solar|solaire|photovoltaik|kitchens?|garage|locksmith|serrurier|schl[üu]sseldienst|"
    r"movers|moving|removals|umzug|umz[üu]ge|d[ée]m[ée]nagement|taxi|limo|supplier|manufacturer|factory|"
    r"wholesale|packaging|"
    r"printing|iptv|followers|apk|download|training|course|courses|institute|astrolog\w*|psychic|voyance|boutique|"
    r"shop|store|buy|kaufen|acheter|comprar|купить|казино|ремонт|займ\w*|окна|кредит|банкрот\w*|продвижение|"
    r"сантехник|грузчик\w*|потолки|подработка|заработок|накрутка|диплом\w*|юрист|эвакуатор|такси|маникюр|"
    r"prestiti|prestamos|préstamos|créditos?|empréstimos?|mudanzas?|mudanças|traslochi|verhuis\w*|slotenmaker|"
    r"pożyczki|chwilówki|zarobki|hydraulik|půjčky|instalatér|stěhování|flyttfirma|städfirma|snabblån|lån|laina|"
    r"kölcsön|hitel|költöztetés|împrumut\w*|instalator|kredi|bahis|nakliyat|tesisat\w*|takipçi|medyum|pinjaman|"
    r"slot\w*|gacor|togel|jasa|rental|sewa|iklan|vay tiền|cho vay|nhà cái|thuê xe|xe máy|bất động sản|δάνεια|"
    r"υδραυλικός|μετακομίσεις|הלוואות|משכנתאות|הובלות|אינסטלטור|שיפוצים|קזינו|قروض|قرض|تمويل|شركة|نقل عفش|"
    r"تنظيف|وام|باربری|فالوور|लोन|ज्योतिष\w*|वशीकरण"
)
_TRADE_WORD = re.compile(rf"(?<![^\W_])(?:{_TRADE})(?![^\W_])", re.I)
# Of scripts that put no spaces between words.
_TRADE_DENSE = re.compile(
    r"贷款|貸款|代办|代辦|兼职|刷单|娱乐城|博彩|办证|发票|开锁|疏通|搬家|律师|加盟|代理|批发|定制|厂家|供应|侦探|養毛|"
    r"副業|融資|激安|買取|引越|探偵|整体院|脱毛|カジノ|対応業者|대출|카지노|토토|바카라|슬롯|마사지|이사(?!벨)|누수|청소|흥신소|"
    r"리딩방|สล็อต|คาสิโน|เงินกู้|สินเชื่อ|รับสร้าง|ขนย้าย|รถเช่า"
)
_RUN_TOGETHER = re.compile(
    r"casino|poker|betting|loans|kredit|credit|payday|mortgage|insurance|marketing|agency|agentur|discount|"
    r"coupon|cheap|"
    r"hotels|rental|travel|cleaning|plumb|roofing|repair|service|solution|consulting|lawyer|attorney|invest|"
    r"trading|forex|"
    r"crypto|essay|assignment|escort|dating|massage|pharma|pills|vape|dental|clinic|klinik|beauty|fashion|jewel|"
    r"replica|"
    r"furniture|moebel|mattress|solar|kitchen|garage|locksmith|serrurier|movers|removals|umzug|supplier|"
    r"wholesale|packaging|"
    r"printing|iptv|follower|astrolog|voyance|outlet|shop|store|seo|bonus|backlink|onlin|promo|deals|remont|okna|zaim"
)
_PROFILES = (
    "github.com",
    "gitlab.com",
    "codeberg.org",
    "linkedin.com",
    "mastodon.",
    "bsky.app",
    "youtube.com",
    "medium.com",
)
_LATIN_WORD = re.compile(r"[A-Za-z]{5,}")
_UNLIKELY = re.compile(
    r"[bcdfghjklmnpqrstvwxz]{5}|q[^u]|[jqxzvw][jqxzvwkgdbp]|[bcdfghjklmprstvz][qx]|[fgkpvm][jqxz]|"
    r"[hkvw][bcdfgmpvxz][bcdfgjkmpqvxz]",
    re.I,
)
_MIXED_CASE = re.compile(r"[a-z][A-Z]+[a-z]+[A-Z]|[A-Z]{2}[a-z]+[A-Z]{2}")


def names_itself_oddly(sample: Sample) -> Iterator[Signal]:
    name = sample.name
    if not name:
        return
    if _LOOKS_LIKE_SITE.search(name):
        yield 24, "the name is an address"
    elif match := _TRADE_WORD.search(name) or _TRADE_DENSE.search(name):
        yield 24, f"the name is what somebody sells (“{match[0].lower()}”)"
    elif len(name.split()) > 4:
        yield 10, "the name is a phrase"


def goes_by_a_name_of_the_newsroom(sample: Sample) -> Iterator[Signal]:
    """People share names, so this holds and refuses nobody; who reads it is to look twice."""
    for name in sample.goes_by[:1]:
        yield 20, f"goes by the name of {name}"


def links_to_a_trade(sample: Sample) -> Iterator[Signal]:
    """Of the field for a website: people give their own pages, advertisers the page that is to rank."""
    if not sample.website:
        return
    for host in hosts_of([sample.website]):
        if host.startswith(_PROFILES):
            return
        label = host.rpartition(".")[0]
        found = {*_RUN_TOGETHER.findall(label), *(match[0] for match in _TRADE_WORD.finditer(label.replace("-", " ")))}
        if found:
            sure = len(found) > 1 or "-" in label
            yield (24 if sure else 18), f"a website named for a trade (“{host[:40]}”)"
        elif label.count("-") > 1:
            yield 18, f"a website named by keywords (“{host[:40]}”)"
        else:
            yield 10, "gives a website"  # Most who use the field want it visited.
        path = sample.website.partition("://")[2].partition("/")[2].strip("/")
        if len(path) > 3 and not path.startswith(("~", "@")):
            yield 8, "a website that is one page of a site"


def is_letters_at_random(sample: Sample) -> Iterator[Signal]:
    """Programs that look for open forms send words that are none."""
    if sample.links or sample.words > 20:
        return
    words = _LATIN_WORD.findall(sample.prose)
    odd = [word for word in words if _UNLIKELY.search(word) or _MIXED_CASE.search(word)]
    if odd and 2 * len(odd) > len(words) and (len(odd) > 1 or (sample.words == 1 and len(odd[0]) > 7)):
        yield 45, "letters at random"
