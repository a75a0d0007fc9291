/* Reads a line as `Reader` in reading.py does, for _shape.c. Lines in scripts without spaces are for Python. */

enum { MOST_TOKENS = 256, MOST_LANGUAGES = 256, MAX_HEAD = 7, MOST_SEPARATORS = 4 };
/* As in reading.py: `_SURE_SHARE`, `_ENGLISH_BONUS`, `_OWN_BONUS`, `_TELLING_WORD`. */
static const double SURE_SHARE = 0.75, ENGLISH_BONUS = 0.3, OWN_BONUS = 0.6, TELLING_WORD = 1.4;
/* Bytes before the folded word in what `packed_word` writes, and all that `pack_word` may write. */
enum { OF_FLAGS = 3, MOST_PACKED = 4096 };

typedef struct {
    const char *bytes; /* of the line, or of a token that Python has found */
    size_t size, begin;
    Place about;     /* in the table; 0 if the word means nothing */
    int flags;       /* how it is written */
    Mask everywhere; /* concepts in all languages */
    Mask mask;       /* concepts in the language of the line */
} Token;

typedef struct {
    const char *bytes;
    size_t size;
    int is_ascii, own, english, language;
    size_t count, split, of_rest; /* tokens: all, before the separator, after a head */
    PyObject *tokens;             /* of a line that is not ASCII: keeps the bytes alive */
    Token token[MOST_TOKENS];
} Reading;

typedef struct {
    Table *table;
    PyObject *reader; /* a `Reader` */
} Source;

/* Returns 1, or 0 if the line has too many tokens, or one that is too long. */
static int split_ascii(Reading *line) {
    line->count = 0;
    for (size_t at = 0; at < line->size;) {
        const size_t end = token_end(line->bytes, at, line->size);
        if (end) {
            if (line->count == MOST_TOKENS || end - at > MOST_OF_WORD) return 0;
            line->token[line->count++] = (Token){.bytes = line->bytes + at, .size = end - at, .begin = at};
        }
        at = end ? end : at + 1;
    }
    return 1;
}

/* The number of tokens before the first separator; 0 if there is none between tokens. */
static size_t split_of(const Reading *line) {
    const char *text = line->bytes;
    int matches = 0;
    for (size_t at = 1; at < line->size && matches < MOST_SEPARATORS; at++) {
        size_t end = at + 1;
        if (is_dash((unsigned char)text[at]) && space_at((const unsigned char *)text + at - 1, 1)) {
            while (end < line->size && is_dash((unsigned char)text[end])) end++;
            if (end == line->size || !space_at((const unsigned char *)text + end, 1)) continue;
        } else if (!separates((unsigned char)text[at]))
            continue;
        matches++;
        size_t before = 0;
        while (before < line->count && line->token[before].begin < at) before++;
        if ((!is_digit(text[at - 1]) || end == line->size || !is_digit(text[end])) && before)
            return before < line->count ? before : 0;
        at = end - 1;
    }
    return 0;
}

/* Takes over the tokens that Python has found. Returns 1, 0 if the line is for Python, -1 with an error set. */
static int split_other(Reading *line, const Source *source, PyObject *text) {
    PyObject *said = PyObject_CallMethod(source->reader, "spaced", "O", text);
    if (!said || said == Py_None) {
        Py_XDECREF(said);
        return said ? 0 : -1;
    }
    Py_ssize_t split = 0;
    PyObject *tokens = NULL;
    int found = PyTuple_Check(said) && PyArg_ParseTuple(said, "On", &tokens, &split) ? 1 : -1;
    const Py_ssize_t count = found > 0 ? PySequence_Size(tokens) : 0;
    if (found > 0) line->tokens = Py_NewRef(tokens);
    if (count < 0 || split < 0 || split > count) found = -1;
    if (count > MOST_TOKENS) found = 0;
    for (Py_ssize_t at = 0; found > 0 && at < count; at++) {
        Token *token = &line->token[at];
        *token = (Token){0};
        PyObject *item = PySequence_GetItem(tokens, at);
        token->bytes = bytes_of(item, &token->size);
        Py_XDECREF(item); /* the sequence has it */
        if (!token->bytes) found = -1;
        if (token->size > MOST_OF_WORD) found = 0;
    }
    line->count = (size_t)count;
    line->split = (size_t)split;
    if (found < 0 && !PyErr_Occurred()) PyErr_SetString(PyExc_TypeError, "not the tokens of a line");
    Py_DECREF(said);
    return found;
}

/* -- What tokens mean -------------------------------------------------------------------------------------------- */

static const uint8_t *about(const Source *source, const Token *token) {
    return (const uint8_t *)text_at(source->table, token->about);
}

/* Whether the bytes that Python wrote about a word have the form that is read here. */
static int is_sound(const uint8_t *bytes, size_t size) {
    if (size < OF_FLAGS || size < OF_FLAGS + bytes[2] + OF_MASK + OF_LANGUAGE * (size_t)bytes[1]) return 0;
    size_t at = OF_FLAGS + bytes[2] + OF_MASK + OF_LANGUAGE * (size_t)bytes[1];
    while (at < size)
        if (!(at = phrase_end(bytes, at, size))) return 0;
    return 1;
}

/* Writes what a word means, as `packed_word` does. Returns the size; 0 if there is too much. */
static size_t pack_word(const Spelled *word, const Meaning *meaning, uint8_t *packed) {
    size_t languages = 0, size = OF_FLAGS + word->of_folded + OF_MASK;
    for (int language = 0; language < MOST_LEXICONS; language++) languages += meaning->known >> language & 1;
    for (size_t number = 0; number < meaning->count_lists; number++) size += number_at(meaning->lists[number]);
    if (size + languages * OF_LANGUAGE > MOST_PACKED) return 0;
    packed[0] = (uint8_t)word->flags;
    packed[1] = (uint8_t)languages;
    packed[2] = (uint8_t)word->of_folded;
    memcpy(packed + OF_FLAGS, word->folded, word->of_folded);
    size = OF_FLAGS + word->of_folded;
    put_mask(packed + size, meaning->everywhere);
    size += OF_MASK;
    for (int language = 0; language < MOST_LEXICONS; language++) {
        if (!(meaning->known >> language & 1)) continue;
        packed[size] = (uint8_t)language;
        put_mask(packed + size + 1, meaning->of[language]);
        size += OF_LANGUAGE;
    }
    for (size_t number = 0; number < meaning->count_lists; number++) {
        const size_t of_list = number_at(meaning->lists[number]);
        memcpy(packed + size, meaning->lists[number] + 4, of_list);
        size += of_list;
    }
    return size;
}

/* Lets Python spell a token, and packs what it means. Returns the size; 0 if only Python can tell, -1 with an
   error set. */
static Py_ssize_t pack_spelled(const Source *source, const Token *token, uint8_t *packed) {
    Meaning meaning;
    Spelled word;
    PyObject *said = PyObject_CallMethod(source->reader, "spelled", "s#", token->bytes, (Py_ssize_t)token->size);
    if (!said) return -1;
    const uint8_t *at = PyBytes_Check(said) ? (const uint8_t *)PyBytes_AsString(said) : NULL;
    Py_ssize_t size = 0;
    if (at && mean_spelled(lexicon_of(source->table), &at, at + PyBytes_Size(said), &word, &meaning))
        size = (Py_ssize_t)pack_word(&word, &meaning, packed);
    Py_DECREF(said);
    return size;
}

/* Asks Python what a token means. Returns bytes that live as long as `said`; NULL with an error set. */
static const uint8_t *ask_for(const Source *source, const Token *token, PyObject **said, size_t *size) {
    *said = PyObject_CallMethod(source->reader, "written", "s#", token->bytes, (Py_ssize_t)token->size);
    const uint8_t *bytes = *said && PyBytes_Check(*said) ? (const uint8_t *)PyBytes_AsString(*said) : NULL;
    *size = bytes ? (size_t)PyBytes_Size(*said) : 0;
    if (bytes && *size && is_sound(bytes, *size)) return bytes;
    if (*said) PyErr_SetString(PyExc_TypeError, "not what a word means");
    return NULL;
}

static int is_ascii(const char *text, size_t size) {
    for (size_t at = 0; at < size; at++)
        if ((unsigned char)text[at] >= 0x80) return 0;
    return 1;
}

/* Finds out what a new token means. Returns 1, 0 if that cannot be remembered, -1 with an error set. */
static int learn(const Source *source, const Token *token, Text *text) {
    uint8_t packed[MOST_PACKED];
    char lower[MOST_OF_WORD];
    Meaning meaning;
    Spelled word;
    PyObject *said = NULL;
    const uint8_t *bytes = packed;
    size_t size = 0;
    if (is_ascii(token->bytes, token->size)) {
        const int is_known = mean_ascii(lexicon_of(source->table), token->bytes, token->size, &word, lower, &meaning);
        const int is_plain = is_known && !meaning.known && !meaning.count_lists &&
                             (is_empty(meaning.everywhere) || is_all_digits(token->bytes, token->size));
        if (is_plain) return remember(source->table, text, NULL, 0) ? -1 : 1;
        if (is_known) size = pack_word(&word, &meaning, packed);
    } else {
        const Py_ssize_t found = pack_spelled(source, token, packed);
        if (found < 0) return -1;
        size = (size_t)found;
    }
    if (!size) bytes = ask_for(source, token, &said, &size);
    const int failed = !bytes || (size <= 0xFFFF && remember(source->table, text, (const char *)bytes, size));
    Py_XDECREF(said);
    return failed ? -1 : size <= 0xFFFF;
}

/* Finds what a token means. Returns what `learn` returns. */
static int look_up(const Source *source, Token *token) {
    Text text = find(source->table, token->bytes, token->size);
    const int found = text.word.text ? 1 : learn(source, token, &text);
    if (found <= 0) return found;
    token->about = text.word.about;
    token->flags = token->about ? about(source, token)[0] : flags_of(token->bytes, token->size);
    token->everywhere = (Mask){0, 0};
    if (token->about) token->everywhere = mask_from(about(source, token) + OF_FLAGS + about(source, token)[2]);
    if (!token->about && is_digit(token->bytes[0])) token->everywhere = rules.named[NUMBER];
    return 1;
}

static size_t count_languages(const Source *source, const Token *token) {
    return token->about ? about(source, token)[1] : 0;
}

/* The concepts of a word in one of the languages that know it, by its place among them. The language goes to `language`. */
static Mask mask_at(const Source *source, const Token *token, size_t number, int *language) {
    const uint8_t *entry = about(source, token) + OF_FLAGS + about(source, token)[2] + OF_MASK + OF_LANGUAGE * number;
    *language = entry[0];
    return mask_from(entry + 1);
}

/* Whether a language knows a word, and its concepts there. */
static int knows(const Source *source, const Token *token, int language, Mask *mask) {
    *mask = (Mask){0, 0};
    for (size_t number = 0; number < count_languages(source, token); number++) {
        int of_entry;
        const Mask found = mask_at(source, token, number, &of_entry);
        if (of_entry == language) {
            *mask = found;
            return 1;
        }
    }
    return 0;
}

/* -- Languages --------------------------------------------------------------------------------------------------- */

/* `Reader._of_head`; 0 if there is none. */
static int language_of_head(const Source *source, const Reading *line) {
    int known[MOST_LANGUAGES] = {0}, telling[MOST_LANGUAGES] = {0}, words = 0;
    for (size_t at = 0; at < line->split; at++) {
        const Token *token = &line->token[at];
        if (!is_empty(token->everywhere)) continue;
        words++;
        for (size_t number = 0; number < count_languages(source, token); number++) {
            int language;
            const Mask mask = mask_at(source, token, number, &language);
            known[language]++;
            telling[language] |= meets(mask, rules.named[STRONG]);
        }
    }
    if (!words) return 0;
    if (known[line->own] == words) return line->own;
    if (known[line->english] == words && telling[line->english]) return line->english;
    for (int language = 1; language < MOST_LANGUAGES && words > 1; language++)
        if (known[language] == words && telling[language]) return language;
    return 0;
}

/* `Reader._language`. */
static int language_of(const Source *source, const Reading *line) {
    double counts[MOST_LANGUAGES] = {0};
    int own = 0, any = 0, best = line->own;
    Mask mask;
    for (size_t at = 0; at < line->count; at++) {
        if (!is_empty(line->token[at].everywhere) || !count_languages(source, &line->token[at])) continue;
        any++;
        own += knows(source, &line->token[at], line->own, &mask);
    }
    if (own >= SURE_SHARE * any) return line->own;
    counts[line->english] = ENGLISH_BONUS;
    counts[line->own] = OWN_BONUS;
    for (size_t at = 0; at < line->count; at++) {
        const Token *token = &line->token[at];
        for (size_t number = 0; is_empty(token->everywhere) && number < count_languages(source, token); number++) {
            int language;
            mask = mask_at(source, token, number, &language);
            counts[language] += meets(mask, rules.named[STRONG]) ? TELLING_WORD : 1;
        }
    }
    for (int language = 0; language < MOST_LANGUAGES; language++)
        if (counts[language] > counts[best] || (counts[language] == counts[best] && language < best)) best = language;
    return best;
}

/* -- Phrases ----------------------------------------------------------------------------------------------------- */

/* Whether a word is this part of a phrase, or begins with it. */
static int fits(const Source *source, const Token *token, const char *part, size_t size, int is_stem) {
    if (token->about) {
        const uint8_t *folded = about(source, token) + OF_FLAGS;
        return (is_stem ? size <= folded[-1] : size == folded[-1]) && !memcmp(part, folded, size);
    }
    if (is_stem ? size > token->size : size != token->size) return 0;
    for (size_t at = 0; at < size; at++) {
        const int is_upper = token->bytes[at] >= 'A' && token->bytes[at] <= 'Z';
        if ((is_upper ? token->bytes[at] | 0x20 : token->bytes[at]) != part[at]) return 0;
    }
    return 1;
}

/* Gives their concepts to the words of the phrases that begin with this token. */
static void add_phrases(const Source *source, Reading *line, size_t begin) {
    if (!line->token[begin].about) return;
    const uint8_t *bytes = about(source, &line->token[begin]);
    const size_t size = size_at(source->table, line->token[begin].about);
    for (size_t at = OF_FLAGS + bytes[2] + OF_MASK + OF_LANGUAGE * (size_t)bytes[1]; at < size;) {
        const size_t parts = bytes[at + OF_LANGUAGE];
        const Mask mask = mask_from(bytes + at + 1);
        int fit = (bytes[at] == line->language || bytes[at] == 0) && begin + parts < line->count;
        at += OF_LANGUAGE + 1;
        for (size_t number = 1; number <= parts; at += 2 + (size_t)bytes[at + 1], number++)
            fit = fit && fits(source, &line->token[begin + number], (const char *)bytes + at + 2, bytes[at + 1], bytes[at]);
        if (!fit) continue;
        line->token[begin].mask = both(line->token[begin].mask, mask);
        for (size_t number = 1; number <= parts; number++)
            if (is_empty(line->token[begin + number].mask)) line->token[begin + number].mask = rules.named[PLAIN];
    }
}

/* -- The whole line ---------------------------------------------------------------------------------------------- */

/* Whether the words before the separator introduce what follows, which is not all known. */
static int has_head(const Reading *line) {
    int introduces = 0, rest_is_known = 1;
    if (!line->split || line->split > MAX_HEAD) return 0;
    for (size_t at = 0; at < line->count; at++) {
        const Mask mask = line->token[at].mask;
        if (at < line->split && is_empty(mask)) return 0;
        introduces |= at < line->split && meets(mask, rules.named[HEADS]);
        rest_is_known &= at < line->split || !is_empty(mask);
    }
    return introduces && !rest_is_known;
}

/* Reads a text without white space at its ends. Returns 1, 0 if it is for Python, -1 with an error set. */
static int read_text(Reading *line, const Source *source, PyObject *text) {
    line->tokens = NULL;
    line->split = line->of_rest = 0;
    line->bytes = bytes_of(text, &line->size);
    if (!line->bytes) {
        if (!PyErr_ExceptionMatches(PyExc_UnicodeEncodeError)) return -1; /* half a character */
        PyErr_Clear();
        return 0;
    }
    line->is_ascii = PyUnicode_GetLength(text) == (Py_ssize_t)line->size;
    int found = line->is_ascii ? split_ascii(line) : split_other(line, source, text);
    if (found <= 0 || !line->count) return found < 0 ? -1 : 0;
    for (size_t at = 0; at < line->count; at++)
        if ((found = look_up(source, &line->token[at])) <= 0) return found;
    if (line->is_ascii) line->split = split_of(line);
    line->language = line->split && line->split <= MAX_HEAD ? language_of_head(source, line) : 0;
    if (!line->language) line->language = language_of(source, line);
    for (size_t at = 0; at < line->count; at++) {
        knows(source, &line->token[at], line->language, &line->token[at].mask);
        line->token[at].mask = both(line->token[at].mask, line->token[at].everywhere);
    }
    for (size_t at = 0; at + 1 < line->count; at++) add_phrases(source, line, at);
    line->of_rest = has_head(line) ? line->count - line->split : 0;
    return 1;
}
