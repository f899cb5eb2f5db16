"""Small tokenizers of each family's kind, and what the reference library makes of hard texts.

    pip install tokenizers==0.23.3
    python tokenizer_reference.py ../resources/tokenizer

Every tokenizer has the normalizer, splitter, model flags, post-processor and decoder that the family's own files have, with a
vocabulary learned from a few sentences. vectors.json holds, for each text, the ids without and with the tokens that the
post-processor adds, and the text that the ids decode to.
"""

import json
import random
import sys
from pathlib import Path

from tokenizers import AddedToken, Regex, Tokenizer, decoders, normalizers, pre_tokenizers, processors
from tokenizers.models import BPE
from tokenizers.trainers import BpeTrainer

TEXT = [
    "El niño comió una manzana y después bebió agua con su abuela.",
    "¿Cuál es la capital de Perú? La capital de Perú es Lima.",
    "The quick brown fox jumps over the lazy dog. It's 12:30, isn't it?",
    "We don't know what they'll do; I've seen 1,234 of them.",
    "def main():\n    return {'a': 1, \"b\": [2, 3]}\n",
    "日本語のテキスト と 中文 und Größe über Äpfel 😀👍🏽",
    "Señor Ibáñez pagó 3.456,70 € el 25/11/2026.",
] * 3

LLAMA3 = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
QWEN = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"


def byte_level(pre, special, normalizer=None, template=None, ignore_merges=False, size=500):
    tokenizer = Tokenizer(BPE(ignore_merges=ignore_merges))
    if normalizer:
        tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer = pre
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(
        TEXT,
        BpeTrainer(vocab_size=size, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False),
    )
    tokenizer.add_special_tokens([AddedToken(t, normalized=False, special=True) for t in special])
    if template:
        tokenizer.post_processor = processors.Sequence([
            processors.ByteLevel(trim_offsets=False),
            processors.TemplateProcessing(
                single=f"{template} $A", pair=f"{template} $A {template} $B",
                special_tokens=[(template, tokenizer.token_to_id(template))])])
    else:
        tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    return tokenizer


def sentence_piece(metaspace, special_normalized=False):
    """Llama 2, TinyLlama, Mistral: characters, byte fallback, ▁ for a space."""
    learner = Tokenizer(BPE(unk_token="<unk>"))
    learner.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    learner.train_from_iterator(
        [word for line in TEXT[:7] for word in line.split("\n")],
        BpeTrainer(vocab_size=420, special_tokens=["<unk>", "<s>", "</s>"]
                   + [f"<0x{b:02X}>" for b in range(256)],
                   limit_alphabet=60, show_progress=False))
    model = json.loads(learner.to_str())["model"]
    tokenizer = Tokenizer(BPE(
        vocab=model["vocab"], merges=[tuple(m) for m in model["merges"]],
        unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    tokenizer.add_special_tokens([
        AddedToken(t, normalized=special_normalized, special=True) for t in ("<unk>", "<s>", "</s>")])
    if metaspace:
        tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="first", split=False)
    else:
        tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    tokenizer.decoder = decoders.Sequence([
        decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)])
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A", pair="<s> $A <s> $B", special_tokens=[("<s>", tokenizer.token_to_id("<s>"))])
    return tokenizer


def families():
    split = lambda regex: pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(regex), behavior="isolated", invert=False),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    yield "llama3", byte_level(
        split(LLAMA3), ["<|begin_of_text|>", "<|eot_id|>", "<|start_header_id|>", "<|end_header_id|>"],
        template="<|begin_of_text|>", ignore_merges=True)
    qwen = byte_level(split(QWEN), ["<|endoftext|>", "<|im_start|>", "<|im_end|>"], normalizer=normalizers.NFC())
    qwen.add_tokens([AddedToken(t, normalized=False, special=False) for t in ("<tool_call>", "</tool_call>", "<think>")])
    yield "qwen", qwen
    yield "smollm", byte_level(
        pre_tokenizers.Sequence([
            pre_tokenizers.Digits(individual_digits=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)]),
        ["<|endoftext|>", "<|im_start|>", "<|im_end|>"])
    yield "gpt2-prefix", byte_level(pre_tokenizers.ByteLevel(add_prefix_space=True), ["<|endoftext|>"])
    yield "llama2", sentence_piece(metaspace=False)
    yield "llama2-normalized", sentence_piece(metaspace=False, special_normalized=True)
    yield "mistral", sentence_piece(metaspace=True)


def texts(special):
    yield from TEXT[:7]
    yield from ["", " ", "  ", "\n", "\n\n", " \n ", "a", " a", "a ", "   tres espacios   y fin  ", "tab\tand\r\nlines\r\n\r\n",
                "IT'S WE'LL 'sí' can't", "1234567890 12 1.234.567", "¡¿Qué?!...", "e\u0301 vs é, n\u0303 vs ñ",
                "\u00a0no-break\u2003em\u3000wide", "👩‍👩‍👧‍👦🏳️‍🌈", "ﬁ ﬀ Å Å ①½", "\u0000\u0001\u007f", "x" * 300, "ab" * 100 + " " * 50,
                "مرحبا بالعالم", "नमस्ते दुनिया", "ไทย", "한국어 텍스트", "𝔘𝔫𝔦 𐍈", "_a_b__c", "a_b-c.d/e\\f", "HTML <b>x</b> & {\"k\": \"v\"}"]
    for token in special:
        yield from [token, f"a{token}b", f"a {token} b", f"{token}{token}\n", f" {token}Hola", f"{token} Hola", token[:-1], f"x{token}\n\n y"]
    generator = random.Random(7)
    alphabet = "aábcñ EÉ\n\t 0123.,;¿?¡!'\"<>|_▁日本😀\u0301ß"
    for _ in range(60):
        yield "".join(generator.choice(alphabet) for _ in range(generator.randrange(1, 40)))


def main():
    out = Path(sys.argv[1])
    for name, tokenizer in families():
        folder = out / name
        folder.mkdir(parents=True, exist_ok=True)
        tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
        special = [t.content for t in tokenizer.get_added_tokens_decoder().values()]
        vectors = []
        for text in texts(special):
            plain = tokenizer.encode(text, add_special_tokens=False).ids
            vectors.append({
                "text": text, "ids": plain,
                "prompt": tokenizer.encode(text, add_special_tokens=True).ids,
                "decoded": tokenizer.decode(plain, skip_special_tokens=False),
                "skipped": tokenizer.decode(plain, skip_special_tokens=True)})
            tokenizer.encode_special_tokens = True
            vectors[-1]["as_text"] = tokenizer.encode(text, add_special_tokens=False).ids
            tokenizer.encode_special_tokens = False
        (folder / "vectors.json").write_text(json.dumps(vectors, ensure_ascii=True, separators=(",", ":")))
        print(name, tokenizer.get_vocab_size(), len(vectors))


main()
