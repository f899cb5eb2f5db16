package dev.afinador.dataset.tokens;

/// Cuts a text into the pieces that are encoded one by one: the work of an encoding's regular expression, written out over
/// bytes. The expressions are those of OpenAI's `tiktoken`, file `tiktoken_ext/openai_public.py`; tests hold the
/// two together.
abstract sealed class Splitter {

    /// @param from where a piece starts; less than `to`
    /// @return where it ends
    abstract int end(byte[] b, int from, int to);

    private static int classAt(byte[] b, int i) {
        byte c = b[i];
        return c >= 0 ? CharClass.ASCII[c] : CharClass.of(Utf8.codePoint(b, i));
    }

    private static int lengthAt(byte[] b, int i) {
        byte c = b[i];
        return c >= 0 ? 1 : Utf8.length(c);
    }

    /// Where the characters end that have one of the bits.
    private static int skip(byte[] b, int from, int to, int bits) {
        int i = from;
        while (i < to) {
            byte c = b[i];
            if (c >= 0) {
                if ((CharClass.ASCII[c] & bits) == 0) {
                    break;
                }
                i++;
            } else {
                if ((CharClass.of(Utf8.codePoint(b, i)) & bits) == 0) {
                    break;
                }
                i += Utf8.length(c);
            }
        }
        return Math.min(i, to);
    }

    /// Where the characters end that have none of the bits.
    private static int skipWithout(byte[] b, int from, int to, int bits) {
        int i = from;
        while (i < to) {
            byte c = b[i];
            if (c >= 0) {
                if ((CharClass.ASCII[c] & bits) != 0) {
                    break;
                }
                i++;
            } else {
                if ((CharClass.of(Utf8.codePoint(b, i)) & bits) != 0) {
                    break;
                }
                i += Utf8.length(c);
            }
        }
        return Math.min(i, to);
    }

    /// `\p{N}{1,3}`, of which the first is there.
    private static int numbers(byte[] b, int from, int to) {
        int i = from + lengthAt(b, from);
        for (int more = 0; more < 2 && i < to; more++) {
            if ((classAt(b, i) & CharClass.NUMBER) == 0) {
                break;
            }
            i += lengthAt(b, i);
        }
        return i;
    }

    /// `\s*[\r\n]+|\s+(?!\S)|\s+`: up to the last line break; without one, all but the last character, which goes with
    /// what follows it; at the end of the text, or where there is only one character, all of it.
    private static int spaces(byte[] b, int from, int to) {
        int afterBreak = -1;
        int last = from;
        int i = from;
        while (i < to) {
            int bits = classAt(b, i);
            if ((bits & CharClass.SPACE) == 0) {
                break;
            }
            last = i;
            i += lengthAt(b, i);
            if ((bits & CharClass.BREAK) != 0) {
                afterBreak = i;
            }
        }
        if (afterBreak >= 0) {
            return afterBreak;
        }
        return i >= to || last == from ? i : last;
    }

    /// `'s|'t|'re|'ve|'m|'ll|'d` in any case; Unicode counts the long s (U+017F) as a case of s.
    ///
    /// @return where it ends, or `i` when there is none
    private static int contraction(byte[] b, int i, int to) {
        if (i + 1 >= to || b[i] != '\'') {
            return i;
        }
        switch (b[i + 1] | 0x20) {
            case 's', 't', 'm', 'd' -> {
                return i + 2;
            }
            case 'r', 'v' -> {
                return i + 2 < to && (b[i + 2] | 0x20) == 'e' ? i + 3 : i;
            }
            case 'l' -> {
                return i + 2 < to && (b[i + 2] | 0x20) == 'l' ? i + 3 : i;
            }
            default -> {
                boolean longS = i + 2 < to && b[i + 1] == (byte) 0xC5 && b[i + 2] == (byte) 0xBF;
                return longS ? i + 3 : i;
            }
        }
    }

    /// The expression of `o200k_base`:
    /// ```
    /// [^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?
    /// [^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?
    /// \p{N}{1,3}
    ///  ?[^\s\p{L}\p{N}]+[\r\n/]*
    /// \s*[\r\n]+
    /// \s+(?!\S)
    /// \s+
    /// ```
    static final class O200k extends Splitter {

        @Override
        int end(byte[] b, int from, int to) {
            int bits = classAt(b, from);
            if ((bits & CharClass.LETTER) != 0) {
                int word = word(b, from, to);
                return word >= 0 ? word : ~word;
            }
            if ((bits & CharClass.NUMBER) != 0) {
                return numbers(b, from, to);
            }
            if ((bits & CharClass.BREAK) == 0) {
                int start = from + lengthAt(b, from);
                int word = NONE;
                if (start < to && (classAt(b, start) & (CharClass.HEAD | CharClass.TAIL)) != 0) {
                    word = word(b, start, to);
                    if (word >= 0) {
                        return word;
                    }
                }
                if ((bits & CharClass.TAIL) != 0) {
                    return word(b, from, to); // a mark that starts a piece by itself
                }
                if (word != NONE) {
                    return ~word;
                }
                if ((bits & CharClass.SPACE) == 0) {
                    return symbols(b, from, to);
                }
                if (b[from] == ' '
                        && start < to
                        && (classAt(b, start)
                                        & (CharClass.LETTER | CharClass.NUMBER | CharClass.SPACE))
                                == 0) {
                    return symbols(b, start, to);
                }
            }
            return spaces(b, from, to);
        }

        private static final int NONE = Integer.MIN_VALUE;

        /// The first two alternatives without their optional first character.
        ///
        /// The first one takes all heads, then gives back as many as it must to find a tail. A run of heads that is not
        /// followed by a tail and has none in it is left to the second one.
        ///
        /// @return where the first alternative ends; else the complement of where the second one ends
        private static int word(byte[] b, int from, int to) {
            int i = from;
            int afterTail = -1;
            while (i < to) {
                int bits = classAt(b, i);
                if ((bits & CharClass.HEAD) == 0) {
                    if ((bits & CharClass.TAIL) != 0) {
                        return contraction(b, skip(b, i, to, CharClass.TAIL), to);
                    }
                    break;
                }
                i += lengthAt(b, i);
                if ((bits & CharClass.TAIL) != 0) {
                    afterTail = i;
                }
            }
            return afterTail >= 0 ? contraction(b, afterTail, to) : ~contraction(b, i, to);
        }

        private static int symbols(byte[] b, int from, int to) {
            int i = skipWithout(b, from, to, CharClass.LETTER | CharClass.NUMBER | CharClass.SPACE);
            while (i < to && (b[i] == '\n' || b[i] == '\r' || b[i] == '/')) {
                i++;
            }
            return i;
        }
    }

    /// The expression of `cl100k_base`:
    /// ```
    /// '(?i:[sdmt]|ll|ve|re)
    /// [^\r\n\p{L}\p{N}]?+\p{L}++
    /// \p{N}{1,3}+
    ///  ?[^\s\p{L}\p{N}]++[\r\n]*+
    /// \s++$
    /// \s*[\r\n]
    /// \s+(?!\S)
    /// \s
    /// ```
    /// Spaces at the end of the text are one piece here and may be two in [#spaces], cut after their last line break. No
    /// token of the vocabulary goes on behind its last line break, so both give the same tokens.
    static final class Cl100k extends Splitter {

        @Override
        int end(byte[] b, int from, int to) {
            int bits = classAt(b, from);
            if ((bits & CharClass.LETTER) != 0) {
                return skip(b, from, to, CharClass.LETTER);
            }
            if ((bits & CharClass.NUMBER) != 0) {
                return numbers(b, from, to);
            }
            if ((bits & CharClass.BREAK) == 0) {
                int contraction = contraction(b, from, to);
                if (contraction > from) {
                    return contraction;
                }
                int start = from + lengthAt(b, from);
                int next = start < to ? classAt(b, start) : CharClass.SPACE;
                if ((next & CharClass.LETTER) != 0) {
                    return skip(b, start, to, CharClass.LETTER);
                }
                if ((bits & CharClass.SPACE) == 0) {
                    return symbols(b, from, to);
                }
                if (b[from] == ' ' && (next & (CharClass.NUMBER | CharClass.SPACE)) == 0) {
                    return symbols(b, start, to);
                }
            }
            return spaces(b, from, to);
        }

        private static int symbols(byte[] b, int from, int to) {
            int i = skipWithout(b, from, to, CharClass.LETTER | CharClass.NUMBER | CharClass.SPACE);
            while (i < to && (b[i] == '\n' || b[i] == '\r')) {
                i++;
            }
            return i;
        }
    }
}
