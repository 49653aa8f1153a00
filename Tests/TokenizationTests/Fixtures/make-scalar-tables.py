"""Writes Sources/Tokenization/ScalarData.swift: how BERT's normaliser treats every Unicode scalar.

The facts are found by asking the reference, the Python package `tokenizers`, about each scalar in turn, and not read from a
Unicode database: its classes come from several versions of Unicode (unassigned in one, a mark in another), and
equal ids need exactly its own mixture.

    python make-scalar-tables.py > ../../../Sources/Tokenization/ScalarData.swift
"""

import importlib.metadata
import textwrap

from tokenizers.normalizers import NFD, BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer

cased = BertNormalizer(lowercase=False)
uncased = BertNormalizer(lowercase=True)
decompose = NFD().normalize_str
split = BertPreTokenizer().pre_tokenize_str

SCALARS = [c for c in range(0x110000) if not 0xD800 <= c < 0xE000]
HANGUL = range(0xAC00, 0xAC00 + 11172)

# One mark for each combining class that is used to measure the classes of the others.
MARKS = {
    1: 0x0334, 7: 0x093C, 8: 0x3099, 9: 0x094D, 10: 0x05B0, 11: 0x05B1, 12: 0x05B2, 13: 0x05B3,
    14: 0x05B4, 15: 0x05B5, 16: 0x05B6, 17: 0x05B7, 18: 0x05B8, 19: 0x05B9, 20: 0x05BB, 21: 0x05BC,
    22: 0x05BD, 23: 0x05BF, 24: 0x05C1, 25: 0x05C2, 26: 0xFB1E, 27: 0x064B, 28: 0x064C, 29: 0x064D,
    30: 0x064E, 31: 0x064F, 32: 0x0650, 33: 0x0651, 34: 0x0652, 35: 0x0670, 36: 0x0711, 84: 0x0C55,
    91: 0x0C56, 103: 0x0E38, 107: 0x0E48, 118: 0x0EB8, 122: 0x0EC8, 129: 0x0F71, 130: 0x0F72, 132: 0x0F74,
    202: 0x0321, 214: 0x1DCE, 216: 0x031B, 218: 0x302A, 220: 0x0316, 222: 0x059A, 224: 0x302E, 226: 0x1D16D,
    228: 0x05AE, 230: 0x0300, 232: 0x0315, 233: 0x035C, 234: 0x035D, 240: 0x0345,
}


def moves_before(mark, scalar):
    """Whether canonical ordering moves `mark` in front of `scalar` that stands before it."""
    text = "a" + chr(scalar) + chr(mark)
    return decompose(text).index(chr(mark)) < decompose(text).index(decompose(chr(scalar))[0])


def combining_class(scalar):
    """The canonical combining class, 0 for a starter, measured by what may be reordered with the scalar."""
    if decompose(chr(scalar)) != chr(scalar):
        return 0
    for value, mark in MARKS.items():
        if mark == scalar:
            return value
    above = chr(0x0345)  # class 240, the highest: every other non-starter moves in front of it
    if decompose("a" + above + chr(scalar)) == "a" + above + chr(scalar):
        return 0
    return min(value for value, mark in MARKS.items() if not moves_before(mark, scalar))


def classify(scalar):
    words = [word for word, _ in split("a" + cased.normalize_str(chr(scalar)) + "b")]
    for name, expected in {
        "removed": ["ab"],
        "space": ["a", "b"],
        "isolated": ["a", chr(scalar), "b"],
        "word": ["a" + chr(scalar) + "b"],
    }.items():
        if words == expected:
            return name
    raise ValueError(f"U+{scalar:04X} becomes {words}")


def ranges(scalars):
    found = []
    for scalar in scalars:
        if found and found[-1][1] == scalar - 1:
            found[-1][1] = scalar
        else:
            found.append([scalar, scalar])
    return found


def flat(lists):
    return [number for numbers in lists for number in numbers]


def runs(mapping):
    """Splits a mapping into runs (source, count, step of sources, step of targets, target) and pairs left over."""
    left = dict(mapping)
    found = []
    while left:
        source = min(left)
        best = (1, 1, 0)
        for step in (1, 2):
            if source + step in left:
                advance = left[source + step] - left[source]
                if advance in (0, 1, 2):
                    count = 2
                    while left.get(source + count * step) == left[source] + count * advance:
                        count += 1
                    best = max(best, (count, step, advance))
        count, step, advance = best
        found.append((source, count, step, advance, left[source]))
        for index in range(count):
            del left[source + index * step]
    return [r for r in found if r[1] > 2], sorted(
        (s + i * step, t + i * advance) for s, n, step, advance, t in found if n <= 2 for i in range(n))


classes = {scalar: classify(scalar) for scalar in SCALARS}
normal = {scalar: uncased.normalize_str(chr(scalar)).strip(" ") for scalar in SCALARS}
changed = {s: normal[s] for s in SCALARS if classes[s] in ("word", "isolated") and normal[s] != chr(s)}

# What the Swift side takes for granted.
for scalar, text in changed.items():
    kinds = {classes[ord(c)] for c in text}
    assert kinds <= {"word"} or (len(text) == 1 and kinds == {"isolated"}), hex(scalar)
    assert classes[scalar] == "word" or kinds == {"isolated"}, hex(scalar)
    assert all(normal[ord(c)] == c for c in text), hex(scalar)
    assert len(text) != 1 or combining_class(ord(text)) == 0, hex(scalar)
for scalar in HANGUL:
    first, rest = divmod(scalar - 0xAC00, 588)
    second, third = divmod(rest, 28)
    jamo = [0x1100 + first, 0x1161 + second] + ([0x11A7 + third] if third else [])
    assert changed.pop(scalar) == "".join(map(chr, jamo))

marks = [s for s, text in changed.items() if text == ""]
# A mark without a class of its own ends the stretch of marks that canonical ordering sorts.
starters = [s for s in marks if combining_class(s) == 0 and combining_class(ord(decompose(chr(s))[0])) == 0]
others = sorted(set(marks) - set(starters))
single_runs, single_pairs = runs({s: ord(text) for s, text in changed.items() if len(text) == 1})
sequences = [(s, len(text), *map(ord, text)) for s, text in sorted(changed.items()) if len(text) > 1]
sorted_kept = [(s, combining_class(s)) for s in SCALARS if s > 0x2FF and normal[s] == chr(s)]
sorted_kept = [(s, value) for s, value in sorted_kept if value]

TABLES = [
    ("removed", "Scalars that the clean-up drops: controls, formats, private use, U+FFFD. First and last of each range.",
     flat(ranges(s for s in SCALARS if classes[s] == "removed"))),
    ("spaces", "White space. First and last of each range.",
     flat(ranges(s for s in SCALARS if classes[s] == "space"))),
    ("isolated", "Punctuation and CJK ideographs: words of their own. First and last of each range.",
     flat(ranges(s for s in SCALARS if classes[s] == "isolated"))),
    ("marks", "Non-spacing marks, dropped with the accents. First and last of each range.", flat(ranges(others))),
    ("starterMarks", "Such marks with combining class 0. First and last of each range.", flat(ranges(starters))),
    ("orderedScalars", "Kept scalars with a combining class other than 0, and that class.", flat(sorted_kept)),
    ("mappedRuns", "Decomposed, stripped and lower-cased scalars that follow a pattern:\n"
     "first source, count, step of the sources, step of the targets, first target.", flat(single_runs)),
    ("mappedPairs", "The others that become one scalar: source and target.", flat(single_pairs)),
    ("mappedSequences", "Scalars that become several: source, count, targets.", flat(sequences)),
]

print(f"""\
// Written by Tests/TokenizationTests/Fixtures/make-scalar-tables.py from the behaviour of the Python package
// tokenizers {importlib.metadata.version("tokenizers")}; change the script, not this file.

/// How BERT's normaliser treats every Unicode scalar, as hexadecimal numbers in text, which compiles at once where
/// array literals of this size take seconds. Hangul syllables are left out: they decompose by arithmetic.
enum ScalarData {{""")
for index, (name, comment, numbers) in enumerate(TABLES):
    if index:
        print()
    for line in comment.split("\n"):
        print("\n".join("  /// " + part for part in textwrap.wrap(line, 100)))
    print(f'  static let {name}: StaticString = """')
    print(textwrap.fill(" ".join(f"{number:X}" for number in numbers), 110, initial_indent="    ",
                        subsequent_indent="    "))
    print('    """')
print("}")
