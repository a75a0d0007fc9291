/* Adds up what the words of a text say, as `Votes` in votes.py does. */

#include "words.h"

enum { MOST_IN_LINE = 128 }; /* words; no line of MOST_CHARS has more */

enum { SMALL, CAPITAL, CASELESS, FOREIGN, HOW }; /* the signs after the concepts: `SIGNS` in votes.py */
enum { MOST_SIGNS = 128 + HOW, MOST_KEPT = 24 /* characters; longer words do not recur */, MOST_PHRASES = 4096 /* bytes */ };

typedef struct {
    size_t concepts;
    Mask weak;                  /* concepts that tell nothing */
    Mask function;              /* the concept of words that stand only in phrases */
    double weights[MOST_SIGNS]; /* of concepts, and of how a word is written */
} Signs;

typedef struct {
    Table *table;
    const Lexicon *lexicon;
    PyObject *votes; /* a `Votes` */
    int own;             /* the language of the article */
    double begins, mark; /* as in votes.py */
    size_t count;        /* of the words of a line */
    int ask;             /* the line has phrases of words that are not remembered: only Python can tell */
    Signs signs;
    Text texts[MOST_IN_LINE];
} Scan;

/* What a method of `votes` says, a tuple; NULL with an error set. */
static PyObject *tuple_of(PyObject *said) {
    if (said && !PyTuple_Check(said)) {
        PyErr_SetString(PyExc_TypeError, "not a tuple");
        Py_CLEAR(said);
    }
    return said;
}

/* Asks Python what a new word says. It is remembered, unless that would take much space. */
static int ask_for(Scan *scan, Text *text) {
    PyObject *said = tuple_of(PyObject_CallMethod(scan->votes, "learn", "s#", text->bytes, (Py_ssize_t)text->size));
    const char *phrases;
    Py_ssize_t of_phrases;
    int is_kept, failed = -1;
    if (said && PyArg_ParseTuple(said, "dpz#", &text->word.vote, &is_kept, &phrases, &of_phrases)) {
        failed = 0;
        if (is_kept && text->size <= MOST_OF_TEXT && of_phrases <= 0xFFFF)
            failed = remember(scan->table, text, phrases, (size_t)of_phrases);
        else
            scan->ask |= phrases != NULL;
    }
    Py_XDECREF(said);
    return failed;
}

/* Whether one of these concepts tells anything. */
static int tells(const Scan *scan, Mask mask) {
    const Mask weak = scan->signs.weak;
    return !is_empty((Mask){mask.low & ~weak.low, mask.high & ~weak.high});
}

/* `Votes._of_mask`. */
static double vote_of_mask(const Scan *scan, Mask mask) {
    double sum = 0;
    for (size_t bit = 0; bit < scan->signs.concepts; bit++)
        if (bit_of(mask, bit)) sum += scan->signs.weights[bit];
    return sum + scan->mark * tells(scan, mask);
}

/* `Votes._of_token`. */
static double vote_of(const Scan *scan, const Meaning *meaning, int flags) {
    const double *how = scan->signs.weights + scan->signs.concepts;
    Mask mask = meaning->everywhere;
    if (meaning->known >> scan->own & 1) mask = both(mask, meaning->of[scan->own]);
    if (!is_empty(mask)) return vote_of_mask(scan, mask);
    if (meaning->inner >> scan->own & 1) return vote_of_mask(scan, scan->signs.function);
    double vote = how[flags & IS_SMALL ? SMALL : flags & IS_CAPITAL ? CAPITAL : CASELESS];
    for (int language = 1; language < MOST_LEXICONS && meaning->known >> language; language++)
        if (meaning->known >> language & 1 && tells(scan, meaning->of[language])) return vote + how[FOREIGN] + scan->mark;
    return vote;
}

/* Writes the phrases of the article's language that begin with a word: the vote and the parts of each. Returns the size,
   -1 if that is too much. */
static Py_ssize_t write_phrases(const Scan *scan, const Meaning *meaning, char *phrases) {
    size_t size = 0;
    for (size_t number = 0; number < meaning->count_lists; number++) {
        const uint8_t *list = meaning->lists[number] + 4;
        const size_t of_list = number_at(meaning->lists[number]);
        for (size_t at = 0, end; at < of_list; at = end) {
            end = phrase_end(list, at, of_list);
            if (list[at] != scan->own && list[at] != 0) continue;
            const double vote = vote_of_mask(scan, mask_from(list + at + 1));
            const size_t of_parts = end - at - OF_LANGUAGE;
            if (size + sizeof vote + of_parts > MOST_PHRASES) return -1;
            memcpy(phrases + size, &vote, sizeof vote);
            memcpy(phrases + size + sizeof vote, list + at + OF_LANGUAGE, of_parts);
            size += sizeof vote + of_parts;
        }
    }
    return (Py_ssize_t)size;
}

/* What the words of a text say together. */
typedef struct {
    double vote;
    Py_ssize_t of_phrases; /* the size of those that begin with its last word; -1 if there are too many */
    char phrases[MOST_PHRASES];
} Said;

static void add_word(const Scan *scan, const Meaning *meaning, int flags, Said *said) {
    said->vote += vote_of(scan, meaning, flags);
    said->of_phrases = write_phrases(scan, meaning, said->phrases);
}

/* Adds up the words of ASCII text. Returns 0 if only Python can tell. */
static int add_ascii(const Scan *scan, const char *ascii, size_t size, Said *said) {
    char lower[MOST_OF_WORD];
    Meaning meaning;
    Spelled word;
    for (size_t at = 0, end; at < size; at = end ? end : at + 1) {
        if (!(end = token_end(ascii, at, size))) continue;
        if (!mean_ascii(scan->lexicon, ascii + at, end - at, &word, lower, &meaning)) return 0;
        add_word(scan, &meaning, word.flags, said);
    }
    return said->of_phrases >= 0;
}

/* The same for words that Python spells; -1 with an error set. */
static int add_spelled(const Scan *scan, const Text *text, Said *said) {
    Meaning meaning;
    Spelled word;
    PyObject *spelled = PyObject_CallMethod(scan->votes, "spelled", "s#", text->bytes, (Py_ssize_t)text->size);
    if (!spelled) return -1;
    const uint8_t *at = PyBytes_Check(spelled) ? (const uint8_t *)PyBytes_AsString(spelled) : NULL;
    const uint8_t *end = at ? at + PyBytes_Size(spelled) : NULL;
    int found = at != NULL;
    while (found && at < end)
        if ((found = mean_spelled(scan->lexicon, &at, end, &word, &meaning))) add_word(scan, &meaning, word.flags, said);
    Py_DECREF(spelled);
    return found && said->of_phrases >= 0;
}

/* Finds out what a new text says. It is remembered, unless it is long. */
static int learn(Scan *scan, Text *text) {
    char ascii[MOST_OF_WORD];
    Said said;
    said.vote = 0;
    said.of_phrases = 0;
    const size_t size = to_ascii(text->bytes, text->size, ascii, sizeof ascii);
    const int found = size ? add_ascii(scan, ascii, size, &said) : add_spelled(scan, text, &said);
    if (found <= 0) return found < 0 ? -1 : ask_for(scan, text);
    text->word.vote = said.vote + scan->begins * (said.of_phrases > 0);
    if (text->size <= MOST_OF_TEXT && (said.of_phrases || count_chars(text->bytes, text->size) <= MOST_KEPT))
        return remember(scan->table, text, said.of_phrases ? said.phrases : NULL, (size_t)said.of_phrases);
    scan->ask |= said.of_phrases > 0;
    return 0;
}

/* Remembers what a word of the table is in a phrase. */
static int keep_folded(Scan *scan, Text *text, const char *folded, size_t size) {
    Table *table = scan->table;
    if (size > MOST_OF_TEXT) return 0;
    if (!(text->word.folded = add_text(table, folded, size))) return -1;
    table->words[slot_of(table, text->word.hash, text->bytes, text->size)].folded = text->word.folded;
    return 0;
}

/* Finds out what a word is in a phrase: its first token, folded. It stays unknown if the word is not in the table. */
static int fold(Scan *scan, Text *text) {
    char ascii[MOST_OF_WORD];
    if (!text->word.text) return 0;
    const size_t of_ascii = to_ascii(text->bytes, text->size, ascii, sizeof ascii);
    if (of_ascii) {
        size_t begin = 0, end = 0;
        while (begin < of_ascii && !(end = token_end(ascii, begin, of_ascii))) begin++;
        to_lower(ascii, of_ascii, ascii);
        return keep_folded(scan, text, ascii + begin, end ? end - begin : 0);
    }
    size_t size;
    PyObject *folded = PyObject_CallMethod(scan->votes, "folded", "s#", text->bytes, (Py_ssize_t)text->size);
    const char *bytes = bytes_of(folded, &size);
    const int failed = !bytes || keep_folded(scan, text, bytes, size);
    Py_XDECREF(folded);
    return failed ? -1 : 0;
}

/* Whether a folded word is this part of a phrase, or begins with it. */
static int fits(const Table *table, Place folded, const char *part, size_t size, int is_stem) {
    const size_t of_word = size_at(table, folded);
    return (is_stem ? size <= of_word : size == of_word) && !memcmp(part, text_at(table, folded), size);
}

