"""The text that the starting model was trained on: a grammar of spam and of honest comments, spelled out by chance.

Only ``manage.py retrain_spam --starting`` reads it. Everything in it was written for this site.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent
_CHOICE = re.compile(r"\{([^{}]*)\}")
_LIST = re.compile(r"@([a-z]+)")
_MADE = re.compile(r"%(url|phone|handle|mail|source)")
_HONEST_HOSTS = (
    *("en.wikipedia.org/wiki/", "github.com/example/project/issues/", "lwn.net/Articles/", "arxiv.org/abs/"),
    *("eur-lex.europa.eu/eli/reg/", "www.rfc-editor.org/rfc/rfc", "bugs.debian.org/", "www.youtube.com/watch?v="),
    *("www.heise.de/news/", "arstechnica.com/tech-policy/", "stackoverflow.com/questions/", "web.archive.org/web/"),
    *("docs.python.org/3/library/", "www.bbc.co.uk/news/", "www.theguardian.com/technology/", "nvd.nist.gov/vuln/"),
)
_ENDINGS = ("com", "com", "org", "net", "de", "eu", "io", "example", "edu", "gov", "fr", "co.uk")
_LEET = str.maketrans("aeios", "431o5")


class Grammar:
    """The families of one kind of comments."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.families: dict[str, list[str]] = {}
        files = sorted(HERE.glob(f"{kind}*.txt"))
        for line in (line for file in files for line in file.read_text(encoding="utf-8").splitlines()):
            if line.startswith("[") and line.endswith("]") and "=" not in line and " " not in line:
                lines = self.families.setdefault(line[1:-1], [])
            elif line and not line.startswith("# "):
                lines.append(line)

    def texts(self, family: str, count: int, chance: random.Random) -> Iterator[str]:
        """Yield comments of one family, each of one to four of its sentences."""
        for _ in range(count):
            size = chance.choices((1, 2, 3, 4), (5, 3, 2, 1))[0]
            lines = [_spelled(chance.choice(self.families[family]), chance) for _ in range(size)]
            text = chance.choice((" ", " ", ". ", "\n")).join(lines)
            yield (_spam_habits if self.kind == "spam" else _honest_habits)(text, chance)


def _words() -> dict[str, list[str]]:
    lists = (line.partition(": ") for line in (HERE / "words.txt").read_text().splitlines() if not line.startswith("#"))
    return {name: words.split(", ") if name != "money" else re.split(r", (?=\d)", words) for name, _, words in lists}


_LISTS = _words()


def _spelled(line: str, chance: random.Random) -> str:
    """Return a line with one of each choice taken and its lists filled in."""
    while "{" in line and (choice := _CHOICE.search(line)):
        line = line[: choice.start()] + chance.choice(choice[1].split("|")) + line[choice.end() :]
    line = _LIST.sub(lambda match: chance.choice(_LISTS[match[1]]) if match[1] in _LISTS else match[0], line)
    return " ".join(_MADE.sub(lambda match: _made(match[1], chance), line).split())


def _made(kind: str, chance: random.Random) -> str:
    name = "".join(chance.choice("bcdfghklmnprst") + chance.choice("aeiou") for _ in range(chance.randint(2, 4)))
    number = str(chance.randint(10**9, 10**10 - 1))
    match kind:
        case "url":
            word = chance.choice((*_LISTS["spamword"], name, name, name))
            host = chance.choice((f"{word}{name}", f"{word}-{name}", f"{name}{word}", name, f"{word}{name[:2]}"))
            ending = chance.choice(
                ("com", "com", "com", "net", "org", "xyz", "top", "ru", "shop", "site", "info", "co")
            )
            path = chance.choice(("", "", "/", f"/{word}", f"/{word}-{name}", f"/?ref={name}", f"/{name}.html"))
            short = chance.choice(("bit.ly/", "tinyurl.com/", "t.me/", "goo.gl/")) + name
            full = short if chance.random() < 0.12 else f"{chance.choice(('', 'www.'))}{host}.{ending}{path}"
            return chance.choice(("https://", "https://", "http://", "")) + full
        case "phone":
            return chance.choice((f"+1-8{number[:2]}-{number[2:5]}-{number[5:9]}", f"+{number}", f"0{number}", number))
        case "handle":
            kind_of = chance.choice(("_trades", "_bot", "bot", "_shop", "", number[:2], number[:3]))
            return chance.choice(
                (f"@{name}{kind_of}", f"@{name}{kind_of}", f"+{number}", f"t.me/{name}", f"{name}{number[:3]}")
            )
        case "mail":
            return f"{name}{number[:3]}@{chance.choice(('gmail.com', 'yahoo.com', 'outlook.com', 'consultant.com'))}"
        case _:
            # Readers cite as many unknown hosts as known ones: an address alone is nothing to hold against them.
            other = f"{chance.choice(('', 'www.', 'docs.', 'blog.'))}{name}.{chance.choice(_ENDINGS)}/"
            host = chance.choice((chance.choice(_HONEST_HOSTS), other, f"{other}{chance.randint(2005, 2026)}/"))
            return "https://" + host + chance.choice((name, number[:5], f"{name}.html", f"{name}.pdf"))


def _spam_habits(text: str, chance: random.Random) -> str:
    luck = chance.random()
    if luck < 0.08:
        text = text.upper()
    elif luck < 0.16:
        text = text.lower()
    elif luck < 0.22:
        words = text.split()
        for at in range(0, len(words), 3):
            words[at] = words[at] if "/" in words[at] else words[at].translate(_LEET)
        text = " ".join(words)
    elif luck < 0.26:
        text = text.replace("!", "!!!") + " " + chance.choice("🔥💰🎁👉😍💯✅") * chance.randint(1, 3)
    return text


def _honest_habits(text: str, chance: random.Random) -> str:
    if chance.random() < 0.06:
        text = f"@{chance.choice(_LISTS['first'])}{chance.choice(('', '_k', '77', ','))} {text}"  # whom it answers
    luck = chance.random()
    if luck < 0.15:
        text = text.lower()
    elif luck < 0.25:
        text = text.replace(",", "").replace("'", "")
    elif luck < 0.3 and len(text) > 20:
        at = chance.randrange(1, len(text) - 2)
        text = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    elif luck < 0.34:
        text += " " + chance.choice((":)", ":-D", "😀", "🙄", "...", "!!"))
    return text
