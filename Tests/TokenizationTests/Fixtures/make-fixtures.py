"""Writes the fixtures of the tokenization tests with Hugging Face's BertTokenizerFast.

    python make-fixtures.py [SHARED-DATA-FOLDER]

Writes, beside itself:
  vocabulary.txt   a small vocabulary, made here, that spells most of what the tests contain
  hard.json        hard texts as hexadecimal bytes, with ids for the small vocabulary, uncased and cased
  offsets.json     where in the text the pieces of those hard texts come from that are UTF-8 and
                   whose marks are in order
  pairs.json       pairs with a maximum length, and what is left of them
  hashes.json      hashes of the ids of generated texts, of the words around every Unicode scalar, and, with the data
                   folder, of every line of its files. Of those files nothing but hashes and counts is stored.
"""

import importlib.metadata
import json
import os
import pathlib
import sys
import unicodedata

os.environ["TOKENIZERS_PARALLELISM"] = "false"
os.environ["HF_HUB_OFFLINE"] = "1"

from transformers import BertTokenizerFast

HERE = pathlib.Path(__file__).parent
CASES = {"uncased": True, "cased": False}


class Hash:
    """FNV-1a over 32-bit units instead of bytes."""

    def __init__(self):
        self.value = 0xCBF29CE484222325

    def add(self, units):
        value = self.value
        for unit in units:
            value = ((value ^ unit) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
        self.value = value

    def __str__(self):
        return f"{self.value:016x}"


def tokenizer(path, lowercase):
    tokens = [line.rstrip("\r") for line in path.read_bytes().decode("utf-8").split("\n")]
    tokens = tokens[:-1] if tokens[-1] == "" else tokens
    made = BertTokenizerFast(vocab={token: index for index, token in enumerate(tokens)}, do_lower_case=lowercase)
    assert made.vocab_size == len(tokens) and made.is_fast
    assert [made.pad_token_id, made.mask_token_id] == [tokens.index("[PAD]"), tokens.index("[MASK]")]
    return made


# What a decoder with replacement makes of the bytes is what the reference sees.
def decode(data):
    return data.decode("utf-8", errors="replace")


# --- The small vocabulary -------------------------------------------------------------------------------------------

WORDS = """the of and to in is it was for on that with as at by be this have from or one had not but what all were when
there can an your which their said if do will each about how up out them then she many some so these would other into
has more her two like him see time could no make than first been its who now people my made over did down only way find
use may water long little very after words called just where most know get through back much before go good new write
our used me man too any day same right look think also around another came come work three word must because does part
even place well such here take why things help put years different away again off went old number great tell men say
small every found still between name should home big give air line set own under read last never us left end along while
might next sound below saw something thought both few those always looked show large often together asked house world
going want school important until form food keep children feet land side without boy once animals life enough took
sometimes four head above kind began almost live page got earth need far hand high year mother light parts country
father let night following picture being study second eyes soon times story boys since white days ever paper hard near
sentence better best across during today others however sure means knew try told young miles sun ways thing whole hear
example heard several change answer room sea against top turned learn point city play toward five using himself usually
uni un aff able token break fast encode run walk happy sad cafe naive resume Berlin Paris London Mary John CEO NASA"""
SUFFIXES = "s ed ing er est ly ness ment tion able ful less al ous ive ize ism ist y ies ism th n't 're ble ffa aff ization"
CHARACTERS = (
    [chr(c) for c in range(0x21, 0x7F)]
    + [chr(c) for c in range(0xA1, 0x180) if chr(c).isalpha() or not chr(c).isspace()]
    + list("αβγδεζηθικλμνξοπρστυφχψωςΑΒΓΔΣΩάέ" "абвгдежзийклмнопрстуфхцчшщъыьэюяёАБВЯЁ" "אבגדהוזחטיךכלםמןנסעףפץצקרשת")
    + list("ابتثجحخدذرزسشصضطظعغفقكلمنهويأإئى" "अआइकखगमनरसहािीे" "กขคงนมรอาเ" "ぁあいうえおかきがぱんアイウガパン" "ー々〆")
    + list("中文字日本語漢國人大小学生東京北海道一二三更車" "ᄀᄂᄃᄒ한글ᅡᅢᅵᆨᆫᆯᇂ" "😀😂🤔👩👨💻👧🏽❤🇩🇪🎉™©®€£¥•…–—‘’“”«»¿¡")
    + ["\u0301", "\u0308", "\u0323", "\u0327", "\u0338", "\u0344", "\u302e", "\u302f", "\u1b44", "\U0001d165", "\U0001d16d",
       "\u1dfb", "\u08d4", "\U0001d157", "\U0001d158", "\U0001e000", "\u0345", "\u034f", "\ufe0f", "\u20e3", "\u1dca"]
    + ["ﬁ", "ß", "ſ", "ı", "K", "Å", "Ω", "Ａ", "ａ", "０", "①", "ǅ", "ǆ", "豈", "ⅷ", "Ⅷ", "𐐀", "𐐨", "𝕏", "ᾳ", "ɐ", "ʼ"]
)


def make_vocabulary():
    tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    tokens += CHARACTERS
    tokens += ["##" + character for character in CHARACTERS]
    tokens += [word for word in WORDS.split()]
    tokens += ["##" + suffix for suffix in SUFFIXES.split()]
    tokens += ["👩💻", "##💻👩", "éé", "ee", "##ee", "naïve", "한", "##한", "##국", "aaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaaa", "##aaaaaaaa"]
    (HERE / "vocabulary.txt").write_text("".join(token + "\n" for token in dict.fromkeys(tokens)), encoding="utf-8")


# --- Hard texts -----------------------------------------------------------------------------------------------------

def hard_texts():
    texts = [
        "", " ", "\t\n\r", "the", "The CEO of NASA.", "unaffable", "don't they're", "tokenization's", "a" * 100, "a" * 101,
        "é" * 100, "é" * 101, "a" * 16, "a" * 17, "a" * 33, "x" * 1000 + " the end", "the " * 300, "中" * 120, "😀" * 100,
        "😀" * 101, "e\u0301" * 100, "e\u0301" * 101, "한" * 33, "한" * 34, "ǅ" * 100, "\u0301" * 200,
        "naïve café résumé", "NAÏVE CAFÉ RÉSUMÉ", "nai\u0308ve cafe\u0301", "a\u0323\u0301 a\u0301\u0323", "ὀδός ΟΔΟΣ ὈΔΌΣ ς",
        "İstanbul ISTANBUL ıstanbul Iı", "Straße STRASSE ẞ ß", "ﬁne ﬂow ſtop Kelvin Ångström Ω", "Ａａ０①Ⅷⅷ ǅ ǆ Ǆ",
        "≠ ≮ ≯ x≠y = \u0338 =\u0338", "\u037e; \u0387· \u1fef`", "\u0344 \u0340\u0341 a\u0344b", "𐐀𐐨 𝕏 𝒜",
        "👩‍💻 👨‍👩‍👧 👩🏽‍💻 ❤️ ❤ 🇩🇪 1️⃣ 🎉🎉", "😀😂🤔the😀", "日本語の文字、漢字。東京は大きい", "中文字abc中文 更車豈", "\uf900\ufa0e\U0002f800\U0002f9b2",
        "㐀 䶿 一 鿿 \U00020000\U0002a6df \U0002b820 \U0002ceb0 \U00030000 〇々〆ー", "한국어 한글 각 갂 힣 ᄀ ᄒ", "\u1112\u1161\u11ab 한",
        "שלום עולם שָׁלוֹם", "مرحبا بالعالم مَرْحَبًا ﷺ", "\u200fשלום\u200e abc \u202eabc\u202c \u2066abc\u2069", "ประเทศไทย กำ น้ำ", "हिन्दी किताब क़ख़",
        "zero\u200bwidth zero\u200cwidth zero\u200dwidth zero\ufeffwidth \u2060 \u00ad soft\u00adhyphen", "\ufeffthe", "a\u0000b\u0001c\u001fd\u007fe\u0080f\u009fg",
        "a\u0085b a\u000bb a\u000cb a\u001cb", "a\u00a0b a\u2003b a\u2028b a\u2029b a\u202fb a\u3000b a\u1680b a\u180eb a\u205fb",
        "\ufffd a\ufffdb", "\ue000 a\uf8ffb \U000f0000 \U0010fffd \U0010ffff \ufffe\uffff a\ufdd0b", "\u0378 a\u0379b \U000e0001 \U000e0041",
        "[CLS] the [SEP]", "the[MASK]man", "[MASK][MASK] [UNK] [PAD]", "[mask] [sep] [Cls]", "[ MASK ] [MASK [MASK]] [[SEP]] [SE[SEP]P]",
        "[\u200bSEP] [SEP\u0301] [SEP]\u0301 a[SEP]\u0301b", "[unused1] [CLS", "[", "]", "[]", "[SEP", "x[", "##ing ##s #s s##", "## # ###",
        "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", "$5.00 £3 €4 ¥5 1,000,000 3.14 50% @you #tag a_b C++ x^2", "«“quoted”» ‘single’ — – … • ¿que? ¡si!",
        "a\u034fb a\u0301\u034f\u0323b", "\u0301start \u0301", "the\u0301 man\u0308", "१२३ ٣٤٥ 一二三",
        "\U0001d15e\U0001d160 \U0001d158\U0001d165\U0001d16d\U0001d165", "\u302e\u1b44x\u1b44\u302e a\u302f\u302e\u1b44", "x\u1dfb\u1b44\u0334\u1b44",
        "a\u302e\u034f\u1b44 a\u302e\u200d\u1b44 a\u302e\ufffd\u1b44 a\u302e \u1b44", "\U0001e000\u1b44\u08d4\u302e\u1b44", "가\u302e\u1b44", "\u0958\u0959 \u095f \u09dc",
        "ꭰ Ꭰ Ᏸ ა Ა ⴀ Ⴀ ꙁ Ꙁ Ꟊ ꟊ \U0001e900\U0001e922 \u2c2f\u2c5f \u1c89\u1c8a", "ᾳ ᾼ ΐ ᾷ ῼ ᾲ", "ĳ Ĳ ŉ ǰ ẖ ẗ ẘ ẙ ẚ",
        "\u0f73 \u0f75 \u0f81 a\u0f73\u0f71", "\U000110bd a\U0001bca0b \u061c \u06dd \u070f \u08e2 \u110cd", "\u061d \u2e52 \U00010ead \U000119e2",
    ]
    data = [text.encode("utf-8") for text in texts]
    data += [
        b"\xff", b"the\xffman", b"caf\xe9", b"\xc3", b"a\xc3", b"\xc3(", b"\xe2\x82", b"\xe2\x82the", b"\xe2(\xa1", b"\xf0\x9f\x98", b"\xf0\x9f\x98 the",
        b"\xf0(\x8c\xbc", b"\xed\xa0\x80", b"a\xed\xa0\xbd\xed\xb8\x80b", b"\xed\xbf\xbf", b"\xc0\xaf \xe0\x80\xaf \xf0\x80\x80\xaf", b"\xf4\x90\x80\x80", b"\xf8\x88\x80\x80\x80",
        b"\x80\x81\xbf", b"the \xfe\xff man", b"\xef\xbb\xbfthe", b"\xef\xbf\xbd", b"\xe4\xb8", b"\xe4\xb8\xad\xe4\xb8", b"[SEP\xff]", b"[MASK]\xff[MASK]",
        b"\x00", b"the\r", b"a\tb", b"\xc2\xa0", b"\xcc\x81", b"e\xcc\xcc\x81", b"\xf0\x90\x90\x80\xf0\x90\x90",
    ]
    return data


# --- Generated texts ------------------------------------------------------------------------------------------------

class Generator:
    """A linear congruential generator, written the same way in the Swift tests."""

    def __init__(self, seed):
        self.state = seed

    def below(self, bound):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) & 0xFFFFFFFFFFFFFFFF
        return (self.state >> 33) % bound


def generated_texts(pool, count):
    """Strings of scalars from a pool, of arbitrary scalars, and of arbitrary bytes."""
    generator = Generator(20)
    for _ in range(count):
        text = bytearray()
        for _ in range(generator.below(24)):
            kind = generator.below(16)
            if kind == 0:
                text.append(generator.below(256))
            elif kind == 1:
                scalar = generator.below(0x110000)
                if not 0xD800 <= scalar < 0xE000:
                    text += chr(scalar).encode()
            elif kind == 2:
                scalar = generator.below(0x3000)
                text += chr(scalar).encode()
            elif kind < 6:
                text.append(97 + generator.below(26))
            else:
                text += pool[generator.below(len(pool))].encode()
        yield bytes(text)


def text_pool():
    """What generated texts are made of: the hard texts' scalars, and special tokens. Stored for the Swift side."""
    scalars = sorted({c for data in hard_texts() for c in decode(data)})
    return scalars + ["[SEP]", "[MASK]", "[CLS", "the", "[sep]", "\u0301", "\u302e", "\u1b44", "\u034f"]


def hash_texts(made, texts):
    made.backend_tokenizer.no_truncation()
    hashed = Hash()
    for text in texts:
        hashed.add(made.backend_tokenizer.encode(decode(text)).ids)
        hashed.add([0xFFFFFFFF])
    return str(hashed)


def hash_scalars(lowercase):
    """The normalised words of every scalar between two letters and after a mark."""
    made = tokenizer(HERE / "vocabulary.txt", lowercase).backend_tokenizer
    hashed = Hash()
    for scalar in range(0x110000):
        if 0xD800 <= scalar < 0xE000:
            continue
        for text in (f"A{chr(scalar)}b", f"a\u302f{chr(scalar)}\u1b44"):
            for word, _ in made.pre_tokenizer.pre_tokenize_str(made.normalizer.normalize_str(text)):
                hashed.add(word.encode())
                hashed.add([0x100])
        hashed.add([0x200])
    return str(hashed)


def is_in_order(text):
    """Whether no marks change places when the text is normalised."""
    return "".join(unicodedata.normalize("NFD", scalar) for scalar in text) == unicodedata.normalize("NFD", text)


def byte_offsets(made, text):
    """Where the pieces come from, as start, end, start, end… in bytes of UTF-8, special tokens around the text left out."""
    made.backend_tokenizer.no_truncation()
    offsets = made.backend_tokenizer.encode(text).offsets[1:-1]
    return [len(text[:place].encode()) for piece in offsets for place in piece]


# --- Files of the data folder ---------------------------------------------------------------------------------------

def hash_file(made, path):
    """Whole lines without truncation; neighbouring TAB-separated fields as pairs of at most 48 ids."""
    lines = path.read_bytes().split(b"\n")
    whole = Hash()
    pairs = Hash()
    pair_count = 0
    made.backend_tokenizer.no_truncation()
    for line in lines:
        whole.add(made.backend_tokenizer.encode(decode(line)).ids)
        whole.add([0xFFFFFFFF])
    made.backend_tokenizer.enable_truncation(48, strategy="longest_first")
    for line in lines:
        fields = decode(line).split("\t")
        for first, second in zip(fields, fields[1:]):
            encoding = made.backend_tokenizer.encode(first, second)
            pairs.add(encoding.ids)
            pairs.add(encoding.type_ids)
            pair_count += 1
    return {"lines": len(lines), "pairs": pair_count, "lineHash": str(whole), "pairHash": str(pairs)}


def write(name, value):
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"))
    for end in ("},", "],"):
        text = text.replace(end, end + "\n")
    (HERE / name).write_text(text + "\n")


def main():
    make_vocabulary()
    small = {case: tokenizer(HERE / "vocabulary.txt", lowercase) for case, lowercase in CASES.items()}

    write("hard.json", [
        {"utf8": data.hex(), **{case: made(decode(data)).input_ids for case, made in small.items()}}
        for data in hard_texts()
    ])

    write("offsets.json", [
        {"text": text, **{case: byte_offsets(made, text) for case, made in small.items()}}
        for text in map(decode, hard_texts()) if "\ufffd" not in text and is_in_order(text)
    ])

    def pair(first, second, maximum):
        made = small["uncased"]
        texts = (" ".join(["the"] * first), " ".join(["man"] * second))
        # A batch of one: called with two texts, it would take an empty second text for none.
        batch = made([texts[0]], [texts[1]], truncation="longest_first", max_length=maximum)
        ids, segments = batch.input_ids[0], batch.token_type_ids[0]
        kept = (ids.count(made.vocab["the"]), ids.count(made.vocab["man"]))
        assert segments == [0] * (kept[0] + 2) + [1] * (kept[1] + 1)
        return [first, second, maximum, *kept]

    write("pairs.json", [
        pair(first, second, maximum)
        for maximum in (4, 5, 6, 9, 10, 15, 16) for first in range(0, 16) for second in range(0, 16)
    ])

    pool = text_pool()
    hashes = {
        "tokenizers": importlib.metadata.version("tokenizers"),
        "transformers": importlib.metadata.version("transformers"),
        "pool": [text.encode().hex() for text in pool],
        "generatedCount": 100_000,
        "generated": {case: hash_texts(made, generated_texts(pool, 100_000)) for case, made in small.items()},
        "scalars": {case: hash_scalars(lowercase) for case, lowercase in CASES.items()},
        "files": {},
    }
    if len(sys.argv) > 1:
        root = pathlib.Path(sys.argv[1])
        for case, lowercase in CASES.items():
            made = tokenizer(root / "vocab" / f"bert-base-{case}-vocab.txt", lowercase)
            hashes["files"][case] = {
                path.relative_to(root).as_posix(): hash_file(made, path) for path in sorted(root.rglob("*")) if path.is_file()
            }
            hashes["generated"][f"bert-base-{case}"] = hash_texts(made, generated_texts(pool, 100_000))
    write("hashes.json", hashes)


main()
