"""What the well-known data-preparation notebook for chat files does, as a program: reads all lines as JSON, counts errors of
format, and counts tokens of every message with tiktoken. Takes the vocabulary of o200k_base and the file; prints what the
benchmark reads."""

import base64
import collections
import json
import os
import resource
import sys
import time

import tiktoken

# the published expression of o200k_base
PATTERN = "|".join(
    [
        r"""[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?""",
        r"""[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?""",
        r"""\p{N}{1,3}""",
        r""" ?[^\s\p{L}\p{N}]+[\r\n/]*""",
        r"""\s*[\r\n]+""",
        r"""\s+(?!\S)""",
        r"""\s+""",
    ]
)


def encoding(ranks_file):
    ranks = {}
    with open(ranks_file, "rb") as lines:
        for line in lines:
            token, rank = line.split()
            ranks[base64.b64decode(token)] = int(rank)
    return tiktoken.Encoding("o200k_base", pat_str=PATTERN, mergeable_ranks=ranks, special_tokens={})


def format_errors(examples):
    errors = collections.Counter()
    for example in examples:
        if not isinstance(example, dict):
            errors["not an object"] += 1
            continue
        messages = example.get("messages")
        if not messages:
            errors["no messages"] += 1
            continue
        for message in messages:
            if "role" not in message or "content" not in message:
                errors["key missing"] += 1
            if any(key not in ("role", "content", "name", "function_call", "weight") for key in message):
                errors["key unknown"] += 1
            if message.get("role") not in ("system", "user", "assistant", "function"):
                errors["role unknown"] += 1
            content = message.get("content")
            if (not content and not message.get("function_call")) or not isinstance(content, str):
                errors["no content"] += 1
        if not any(message.get("role") == "assistant" for message in messages):
            errors["no answer"] += 1
    return errors


def main():
    tokenizer = encoding(sys.argv[1])
    start, begun = time.perf_counter(), time.process_time()
    with open(sys.argv[2], encoding="utf-8") as lines:
        examples = [json.loads(line) for line in lines]
    format_errors(examples)
    total = contents = 0
    for example in examples:
        for message in example["messages"]:
            total += 3
            for key, value in message.items():
                count = len(tokenizer.encode(value))
                total += count
                if key == "content":
                    contents += count
        total += 3
    seconds, processor = time.perf_counter() - start, time.process_time() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(os.path.getsize(sys.argv[2]), f"{seconds:.4f}", f"{processor:.4f}", 0, peak, -1, contents)


main()
