"""The words of a generated site, the same every time."""

from __future__ import annotations

from collections import Counter
from functools import cache
from itertools import accumulate
from random import Random

from articles import markup


class Words:
    """Texts of a language that does not exist, in which a few words are common and most are rare."""

    def __init__(self, seed: int = 1) -> None:
        random = Random(seed)  # noqa: S311  # meant to be the same every time
        syllables = [
            f"{start}{vowel}{end}"
            for start in "bdfgklmnprstvz"
            for vowel in "aeiou"
            for end in ("", "n", "r", "s", "l")
        ]
        words = sorted({"".join(random.choices(syllables, k=random.choice((1, 2, 2, 3)))) for _ in range(6_000)})
        random.shuffle(words)
        self.words = words[:4_000]
        weights = list(accumulate(1 / (rank + 3) for rank in range(len(self.words))))

        def sentence(least: int, most: int) -> str:
            chosen = random.choices(self.words, cum_weights=weights, k=random.randint(least, most))
            return " ".join(chosen).capitalize()

        self.headlines = [sentence(5, 10) for _ in range(1_500)]
        self.standfirsts = [f"{sentence(14, 26)}." for _ in range(1_500)]
        self.paragraphs = [" ".join(f"{sentence(8, 22)}." for _ in range(random.randint(3, 6))) for _ in range(2_000)]
        self.remarks = [" ".join(f"{sentence(5, 18)}." for _ in range(random.randint(1, 5))) for _ in range(3_000)]
        # As the site itself cleans them, so that a whole body is clean line by line.
        self.headings = [markup.clean(f"<h2>{text}</h2>").strip() for text in self.headlines[:200]]
        self.blocks = [f"<p>{text}</p>" for text in self.paragraphs]
        self.names = [f"{sentence(1, 1)} {sentence(1, 1)}" for _ in range(1_000)]
        # The one word that stands in exactly three paragraphs, and so in about one article of a hundred.
        seen = Counter(word for text in self.paragraphs for word in set(text.lower().replace(".", "").split()))
        self.rare = min(word for word, count in seen.items() if count == 3 and len(word) > 5)


@cache
def words() -> Words:
    """Return the texts, made once in a process."""
    return Words()


def mixed(number: int, below: int, salt: int = 0) -> int:
    """Return an even, repeatable number below a bound for a row's number."""
    value = (number + salt * 7_919) * 2_654_435_761 & 0xFFFFFFFF
    return ((value >> 15) ^ value) * 2_246_822_519 % 4_294_967_291 % below


def article_text(words: Words, number: int) -> tuple[str, str]:
    """Return an article's HTML, one block a line, and its plain text: six to ten paragraphs, some with a heading."""
    lines, plain = [], []
    first = mixed(number, len(words.headings), 7)
    for at in range(6 + number % 5):
        if at in (2, 4, 6):
            heading = (first + at * 37) % len(words.headings)
            lines.append(words.headings[heading])
            plain.append(words.headlines[heading])
        paragraph = mixed(number, len(words.paragraphs), at + 20)
        lines.append(words.blocks[paragraph])
        plain.append(words.paragraphs[paragraph])
    return "\n".join(lines), " ".join(plain)
