"""Writes vectors.tsv: texts with the ids that tiktoken gives them.

    pip install tiktoken && python3 make_vectors.py > vectors.tsv

A line has the text as UTF-8 in hexadecimal, its ids in o200k_base and its ids in cl100k_base, separated by tabs.
The texts are made here with a fixed seed, so the file can be made again with a later tiktoken and compared.
"""
import random

import tiktoken

FIXED = [
    "", " ", "\n", "a", "hello world", "Hello, world! It's 2024 and they'll've been HERE'S.",
    "El veloz murciélago hindú comía feliz cardillo y kiwi. ¿Qué pasó? ¡Ñandú, pingüino, vergüenza!",
    "¿Cuánto cuesta el envío a Bogotá? Son $12.500 (IVA incluido), entrega en 24–48 h.",
    "responsabilidades constitucionales otorrinolaringología electroencefalografista",
    "A SHOUTED SENTENCE, McDonald's iPhone eBay ÁRBOL Ñoño ÜBER straße DŽungla ǅ ǈ",
    "def f(x: int) -> str:\n    \"\"\"Doc.\"\"\"\n\treturn f'{x!r}'  # ok\r\n\r\n\nclass A(B): ...\n",
    "SELECT a.id, COUNT(*) FROM t AS a WHERE x <> 'it''s' GROUP BY 1;\n-- end",
    "<html><body class=\"x\">&nbsp;</body></html>\n\n\n   \n  ",
    "https://example.org/a/b?c=d&e=%20#f //// \\\\ path/to//file",
    "😀👩‍👩‍👧‍👦🇲🇽 emoji 👍🏽 text ❤️‍🔥", "漢字かな交じり文、東京都。", "我们去北京吃烤鸭吧!今天天气很好。",
    "안녕하세요 세계", "Привет, мир! Ёлка", "مرحبا بالعالم", "שלום עולם", "नमस्ते दुनिया", "สวัสดีชาวโลก", "Γειά σου Κόσμε",
    "e\u0301 a\u0303\u0327 \u0301ABC A\u0301BC ABC\u0301DEF \u0301 \u0301\u0302x", "aʰB ʰʰ Aʰa ªº x²³ ½ Ⅷ ①②③④ ٣٤٥٦ १२३४",
    "don't DON'T don'T we'LL I'Ve 'twas 'S '' ''' x'ſy 'ſt it'sabc rock'n'roll l'eau d'accord",
    "1 12 123 1234 12345 1234567890 3.14159 1e-10 0xFF 1,000,000",
    "\t\tindented\n\t \t mixed\n \n  \n   trailing   ", "a\u00a0b\u2003c\u3000d\u0085e\u2028f\u2029g\u200bh\ufeffi",
    "\r\n\r\n\r\n", "a\r\nb\rc\n\n d", "word/\n/word //\n\n/", "!!!???...;;;:::---___===+++***&&&%%%$$$###@@@~~~```",
    "<|endoftext|> <|im_start|>user<|im_end|> <|fim_prefix|>", "a" * 300, " " * 300, "ab" * 200, "=" * 150 + "\n" * 150,
    "我" * 120, "x" + "\u0301" * 120, "😀" * 60, "Supercalifragilisticexpialidocious" * 6,
]

ALPHABETS = [
    "abcdefghijklmnopqrstuvwxyz      ",
    "aábcdeéfghiíjklmnñoópqrstuúüvwxyzAÁBCDEÉ ,.;:¿?¡!\n ",
    "aA'sStTlLvVeErRmMdD' ",
    "(){}[];=+-*/<>!&|^%\"'\\#_ \n\t01239azAZ.,:",
    "0123456789 .,-",
    " \t\n\r\u00a0\u2003x/1'",
    "漢字かな交じり文東京都我们去北京、。 \n",
    "😀👍🏽\u200d\ufe0f🇲🇽 a1",
    "aA\u0301\u0302ʰªǅ1½ '\n/",
    "abc\u0000\u0001\u001f\u007f\u0080\ufffd\ue000\U000f0000",
]


def texts():
    yield from FIXED
    rng = random.Random(20240607)
    for alphabet in ALPHABETS:
        for length in (3, 7, 15, 30, 60, 120):
            for _ in range(4):
                yield "".join(rng.choice(alphabet) for _ in range(length))
    for length in (1, 2, 5, 10, 20, 50, 100, 200):
        for _ in range(6):
            yield bytes(rng.randrange(256) for _ in range(length)).decode("utf-8", "replace")
            points = (rng.randrange(0x110000) for _ in range(length))
            yield "".join(chr(p) for p in points if not 0xD800 <= p <= 0xDFFF)


def main():
    o200k = tiktoken.get_encoding("o200k_base")
    cl100k = tiktoken.get_encoding("cl100k_base")
    for text in texts():
        ids = [" ".join(map(str, e.encode(text, disallowed_special=()))) for e in (o200k, cl100k)]
        print(text.encode("utf-8").hex(), *ids, sep="\t")


main()
