"""Make the kerning of the shipped faces small: half of a font's bytes for what no reader can see.

    python3 -m venv /tmp/fonts && /tmp/fonts/bin/pip install fonttools brotli
    /tmp/fonts/bin/python deploy/kerning.py static/fonts/*.woff2

Run once after a face was subset anew (docs/fonts.md); run again it changes nothing. An accented letter is kerned like
its base, signs that never stand in running text are not kerned, pairs that move by less than 1.5 % of the size are
left out, and the others are rounded to 1 %: an eighth of a pixel in text, less than half a pixel in a headline.
"""

from __future__ import annotations

import sys
import unicodedata
from collections import defaultdict

from fontTools.otlLib import builder
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables import otTables

SMALLEST = 0.015  # of the size; a pair that moves by less is not worth its bytes
STEP = 0.01  # of the size, to which the others are rounded
NEVER_KERNED = set("!#$%&()*+/:;<=>?@[]\\^{|}~_`£©°·×€•\N{NO-BREAK SPACE}")

Pairs = dict[tuple[str, str], int]


def pairs_of(font: TTFont) -> Pairs:
    """Return what each pair of glyphs is moved by; of several rules the first counts, as it does in a browser."""
    order = font.getGlyphOrder()
    found: Pairs = {}
    for lookup in font["GPOS"].table.LookupList.Lookup:
        for table in lookup.SubTable:
            rule = getattr(table, "ExtSubTable", table)
            if not isinstance(rule, otTables.PairPos):
                continue
            rule.ensureDecompiled()
            if rule.Format == 1:
                for first, after in zip(rule.Coverage.glyphs, rule.PairSet, strict=True):
                    for record in after.PairValueRecord:
                        found.setdefault((first, record.SecondGlyph), _advance(record.Value1))
            else:
                for first in rule.Coverage.glyphs:
                    row = rule.Class1Record[rule.ClassDef1.classDefs.get(first, 0)].Class2Record
                    for second in order:
                        value = row[rule.ClassDef2.classDefs.get(second, 0)].Value1
                        found.setdefault((first, second), _advance(value))
    return found


def _advance(value: object) -> int:
    return getattr(value, "XAdvance", 0)


def simplified(font: TTFont, pairs: Pairs) -> Pairs:
    """Return the pairs that are worth keeping, rounded."""
    units = font["head"].unitsPerEm
    step = round(STEP * units)
    glyphs = font.getBestCmap()
    letters = {glyph: chr(code) for code, glyph in glyphs.items() if chr(code) not in NEVER_KERNED}
    base = {glyph: glyphs.get(ord(unicodedata.normalize("NFD", letter)[0]), glyph) for glyph, letter in letters.items()}
    kept: Pairs = {}
    for first in letters:
        for second in letters:
            value = pairs.get((base[first], base[second]), 0)
            if abs(value) >= SMALLEST * units:
                kept[first, second] = round(value / step) * step
    return kept


def put_back(font: TTFont, pairs: Pairs) -> None:
    """Write the pairs as one table of classes: glyphs whose rows, or columns, are equal share one."""
    order = font.getGlyphOrder()
    rows: dict[tuple[int, ...], list[str]] = defaultdict(list)
    columns: dict[tuple[int, ...], list[str]] = defaultdict(list)
    for glyph in order:
        rows[tuple(pairs.get((glyph, other), 0) for other in order)].append(glyph)
        columns[tuple(pairs.get((other, glyph), 0) for other in order)].append(glyph)
    classes = {
        (tuple(row), tuple(column)): (builder.buildValue({"XAdvance": pairs[row[0], column[0]]}), None)
        for row in rows.values()
        for column in columns.values()
        if pairs.get((row[0], column[0]))
    }
    table = font["GPOS"].table
    lookup = table.LookupList.Lookup[0]
    lookup.LookupType, lookup.LookupFlag = 2, 0
    lookup.SubTable = [builder.buildPairPosClassesSubtable(classes, font.getReverseGlyphMap())]
    table.LookupList.Lookup = [lookup]
    for record in table.FeatureList.FeatureRecord:
        record.Feature.LookupListIndex = [0]
    if "GDEF" in font:
        del font["GDEF"]  # the variations of the old kerning, and the classes of marks that it did not touch


def main(paths: list[str]) -> None:
    for path in paths:
        font = TTFont(path, recalcTimestamp=False)
        before = font.reader.file.seek(0, 2)
        put_back(font, simplified(font, pairs_of(font)))
        font.flavor = "woff2"
        font.save(path)
        with open(path, "rb") as file:
            print(f"{path}: {before:,} bytes before, {file.seek(0, 2):,} now")


if __name__ == "__main__":
    main(sys.argv[1:])
