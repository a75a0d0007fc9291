/* Turns a text into the codes of its words, with the same results as `_words_in_python` in word_codes.py, which runs
   where this file was not compiled. The steps are explained there. One pass finds the tokens, a second one what follows
   from them. */

#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030B0000
#include <Python.h>
#include <string.h>

#include "../text/code_points.h"

enum { JOIN = 1, DIGIT, LETTER, SYLLABLE, IDEOGRAPH }; /* the classes of characters; 0: not part of a word */
enum { NUMBER = 1, CONTENT = 2, CAPITAL = 4, NAME = 8, FIRST = 16, SINGLE = 32, FOLLOWS = 64 }; /* of a token */
enum { ALPHABET = 32, FUNCTION_WORDS = 32, CONTENT_LETTERS = 4, MAX_WORDS = 2048, MAX_NUMBERS = 128 };
enum { MAX_TITLE_WORDS = 32, LEAST_PAIRS = 4, PAIRS_PER_KEY = 16, NAMES_PER_KEY = 8, MOST_PAIRS = 64 };
enum { PAST_END = 8 }; /* entries after those of the text, which are read but do not count */
static const uint64_t BASE = 0x9E3779B97F4A7C15u, MIX = 0xD6E8FEB86659FD93u;
static const uint32_t OF_NAMES = 0x5BD1E995u;

typedef struct {
    uint64_t hash;
    uint32_t start, end;
    uint8_t flags;
} Token;

/* Where runs of word characters begin and end, in turn; the upper half has the number of lines that ended before. */
typedef struct {
    uint64_t *edge;
    Py_ssize_t count;
    uint64_t lines; /* how many ended so far, in the upper half */
    uint32_t seen;  /* the bits that the entry of any character has */
} Edges;

typedef struct {
    uint32_t *word; /* of each, the upper half of its hash */
    Py_ssize_t count;
} Chosen;

/* An entry of a code point has the lower case, the class, and whether a text with this character may not be in NFKC. */
static uint32_t lower(uint32_t entry) { return entry & 0x1FFFFF; }
static unsigned class_of(uint32_t entry) { return entry >> 21 & 7; }
static int is_unstable(uint32_t entry) { return entry >> 24 & 1; }

/* Whether a sentence goes on after a token that this character follows. */
static int goes_on(Py_UCS4 code) {
    return code == ' ' || code == 0xA0 || code == ',' || code == '-' || code == '/' || code == '\'' || code == 0x2019;
}

/* Replace each character by its entry, count the letters, and find the runs. No branch depends on where words end:
   that is hard to predict. Returns 0 with an exception. */
static int look_all_up(const Py_UCS4 *codes, Py_ssize_t begin, Py_ssize_t end, PyObject *describe,
                       uint32_t *restrict entries, uint8_t *restrict alphabet, Edges *edges) {
    uint64_t *restrict edge = edges->edge;
    Py_ssize_t count = edges->count;
    uint64_t place = edges->lines | (uint64_t)begin;
    uint32_t seen = edges->seen;
    int in_word = 0;
    for (Py_ssize_t at = begin; at < end; at++) {
        uint32_t entry;
        if (!look_up(codes[at], describe, &entry)) return 0;
        const int is_of_word = class_of(entry) > JOIN;
        entries[at] = entry;
        seen |= entry;
        alphabet[entry % ALPHABET] += class_of(entry) >= LETTER;
        edge[count] = place;
        place += 1 + ((uint64_t)(codes[at] == '\n') << 32);
        count += is_of_word != in_word;
        in_word = is_of_word;
    }
    edge[count] = place;
    edges->count = count + in_word, edges->lines = place >> 32 << 32, edges->seen = seen;
    return 1;
}

/* Whether a number goes on after the character that follows it, as after the full stop of `1.5`. */
static int joins(const uint32_t *entries, Py_ssize_t end) {
    return class_of(entries[end]) == JOIN && class_of(entries[end - 1]) == DIGIT && class_of(entries[end + 1]) == DIGIT;
}

/* The sum of the characters, each times the power of the base for its place. The first ones take no branches. */
static uint64_t hash_of(const uint32_t *entries, Py_ssize_t size) {
    uint64_t hash = 0, power = 1;
    for (Py_ssize_t at = 0; at < PAST_END; at++, power *= BASE) hash += power * (lower(entries[at]) & -(at < size));
    for (Py_ssize_t at = PAST_END; at < size; at++, power *= BASE) hash += power * lower(entries[at]);
    return hash * MIX;
}

static void write_token(const Py_UCS4 *codes, const uint32_t *entries, Py_ssize_t start, Py_ssize_t end, int unspaced,
                        int first, Token *token) {
    static const uint8_t weights[8] = {0, 0, 1, 1, 2, 4};
    const int number = class_of(entries[start]) == DIGIT, capital = lower(entries[start]) != codes[start];
    Py_ssize_t letters = end - start;
    int flags = first | (number ? NUMBER | NAME : 0) | (number | (capital & (letters > 2)) ? CAPITAL : 0);
    if (unspaced) {
        flags |= class_of(entries[start]) == IDEOGRAPH ? SINGLE : 0;
        letters = 0;
        for (Py_ssize_t at = start; at < end; at++) letters += weights[class_of(entries[at])];
    }
    flags |= number | (letters >= CONTENT_LETTERS) ? CONTENT : 0;
    token->hash = hash_of(entries + start, end - start);
    token->start = (uint32_t)start, token->end = (uint32_t)end, token->flags = (uint8_t)flags;
}

/* Write the tokens of the runs, and return how many there are. Ideographs are tokens of their own. */
static Py_ssize_t find_tokens(const Py_UCS4 *codes, const uint32_t *entries, const Edges *edges, int unspaced,
                              Token *tokens) {
    Py_ssize_t count = 0;
    uint64_t before = 0, line;
    for (Py_ssize_t run = 0; run < edges->count; run += 2, before = line) {
        Py_ssize_t start = (uint32_t)edges->edge[run], end = (uint32_t)edges->edge[run + 1];
        line = edges->edge[run] >> 32;
        int first = line > before ? FIRST : 0;
        while (joins(entries, end)) run += 2, end = (uint32_t)edges->edge[run + 1];
        for (Py_ssize_t at = start + 1; unspaced && at < end; at++) {
            if (class_of(entries[at - 1]) != IDEOGRAPH && class_of(entries[at]) != IDEOGRAPH) continue;
            write_token(codes, entries, start, at, unspaced, first, &tokens[count++]);
            start = at, first = 0;
        }
        write_token(codes, entries, start, end, unspaced, first, &tokens[count++]);
    }
    return count;
}

/* Mark the names, and mix the next ideograph into the hash of each ideograph. */
static void relate(const Py_UCS4 *codes, Token *tokens, Py_ssize_t count) {
    for (Py_ssize_t at = 1; at < count; at++)
        if (tokens[at].flags & CAPITAL && goes_on(codes[tokens[at - 1].end])) tokens[at].flags |= NAME | FOLLOWS;
    for (Py_ssize_t at = 0; at + 1 < count; at++) {
        Token *one = &tokens[at], *next = one + 1;
        if (one->flags & CAPITAL && next->flags & FOLLOWS && codes[one->end] != ',') one->flags |= NAME;
        if (one->flags & next->flags & SINGLE && next->start == one->end) one->hash += (next->hash >> 32) * MIX;
    }
}

static uint8_t byte_of(const Token *token) {
    const uint32_t top = (uint32_t)(token->hash >> 48), content = token->flags & CONTENT ? 1 : 0;
    const uint32_t range = FUNCTION_WORDS + content * (256 - 2 * FUNCTION_WORDS);
    return (uint8_t)((top * range >> 16) + content * FUNCTION_WORDS);
}

/* Find the lowest pairs of neighbours that are below a limit, in ascending order. Returns how many there are. */
static Py_ssize_t pairs_below(Chosen chosen, uint64_t limit, uint64_t seed, uint32_t salt, uint32_t *lowest,
                              Py_ssize_t most) {
    Py_ssize_t count = 0;
    for (Py_ssize_t word = 1; word < chosen.count; word++) {
        const uint64_t both = chosen.word[word - 1] * BASE + chosen.word[word];
        const uint32_t pair = (uint32_t)((both * seed) >> 32) ^ salt;
        if (pair >= limit) continue;
        Py_ssize_t at = count < most ? count++ : most - 1;
        for (; at > 0 && lowest[at - 1] > pair; at--) lowest[at] = lowest[at - 1];
        lowest[at] = pair;
        if (count == most) limit = lowest[most - 1];
    }
    return count;
}

/* Find the lowest pairs of all. The first limit is such that about half as many again as are wanted should be
   below it. As a rule, enough are, and few are inserted in vain. */
static Py_ssize_t lowest_pairs(Chosen chosen, Py_ssize_t per_key, uint64_t seed, uint32_t salt, uint32_t *lowest) {
    const Py_ssize_t wanted = LEAST_PAIRS + chosen.count / per_key, most = wanted < MOST_PAIRS ? wanted : MOST_PAIRS;
    const uint64_t all = (uint64_t)1 << 32, below = (uint64_t)(most + most / 2 + 8);
    const uint64_t limit = all / (uint64_t)(chosen.count + 1) * below;
    const Py_ssize_t count = pairs_below(chosen, limit < all ? limit : all, seed, salt, lowest, most);
    return count == most || limit >= all ? count : pairs_below(chosen, all, seed, salt, lowest, most);
}

static PyObject *list_of(const uint32_t *numbers, Py_ssize_t count) {
    PyObject *list = PyList_New(count);
    for (Py_ssize_t at = 0; list && at < count; at++) {
        PyObject *number = PyLong_FromUnsignedLong(numbers[at]);
        if (!number || PyList_SetItem(list, at, number)) Py_CLEAR(list);
    }
    return list;
}

/* What words_of needs to know, as a tuple; see `call_read`. `room` is scratch space for two numbers per token. */
static PyObject *describe_tokens(const Token *tokens, Py_ssize_t count, Py_ssize_t in_title, const uint8_t *alphabet,
                                 uint64_t seed, uint32_t *room) {
    const Token *own = tokens + in_title;
    const Py_ssize_t words = count - in_title, kept = words < MAX_WORDS ? words : MAX_WORDS;
    uint8_t sequence[MAX_WORDS], names[MAX_WORDS / 8], lines[MAX_WORDS / 8], title[2 + MAX_TITLE_WORDS];
    uint16_t codes[MAX_WORDS];
    uint32_t numbers[MAX_NUMBERS], lowest[MOST_PAIRS], lowest_of_names[MOST_PAIRS];
    Py_ssize_t number_count = 0;
    Chosen content = {room, 0}, capital = {room + count, 0};
    unsigned name_bits = 0, line_bits = 0;
    uint64_t whole = 0;
    for (Py_ssize_t at = 0; at < kept; at++) {
        const Token *token = &own[at];
        sequence[at] = byte_of(token);
        codes[at] = (uint16_t)((token->hash >> 48 & 0xFFFE) | (token->flags & NUMBER));
        name_bits = name_bits << 1 | (token->flags & NAME ? 1 : 0);
        line_bits = line_bits << 1 | (token->flags & FIRST ? 1 : 0);
        names[at / 8] = (uint8_t)(name_bits << (7 - at % 8));
        lines[at / 8] = (uint8_t)(line_bits << (7 - at % 8));
    }
    for (Py_ssize_t at = 0; at < words; at++) {
        const uint32_t word = (uint32_t)(own[at].hash >> 32);
        const unsigned flags = own[at].flags;
        if (flags & NUMBER && number_count < MAX_NUMBERS) numbers[number_count++] = (uint16_t)word;
        content.word[content.count] = capital.word[capital.count] = word;
        content.count += (flags & CONTENT) != 0;
        capital.count += (flags & CAPITAL) != 0;
    }
    for (Py_ssize_t at = 0; at < in_title; at++) {
        whole += tokens[at].hash;
        if (at < MAX_TITLE_WORDS) title[2 + at] = byte_of(&tokens[at]);
    }
    title[0] = (uint8_t)(whole >> 56), title[1] = (uint8_t)(whole >> 48);
    const Py_ssize_t title_size = in_title ? 2 + (in_title < MAX_TITLE_WORDS ? in_title : MAX_TITLE_WORDS) : 0;
    const Py_ssize_t pair_count = lowest_pairs(content, PAIRS_PER_KEY, seed, 0, lowest);
    const Py_ssize_t name_count = lowest_pairs(capital, NAMES_PER_KEY, seed, OF_NAMES, lowest_of_names);
    PyObject *numbers_list = list_of(numbers, number_count), *pairs = list_of(lowest, pair_count);
    PyObject *pairs_of_names = list_of(lowest_of_names, name_count), *result = NULL;
    if (numbers_list && pairs && pairs_of_names)
        result = Py_BuildValue("y#Oy#y#y#y#nOOy#", (char *)sequence, kept, numbers_list, (char *)names, (kept + 7) / 8,
                               (char *)title, title_size, (char *)lines, (kept + 7) / 8, (char *)alphabet,
                               (Py_ssize_t)ALPHABET, words, pairs, pairs_of_names, (char *)codes, 2 * kept);
    Py_XDECREF(numbers_list);
    Py_XDECREF(pairs);
    Py_XDECREF(pairs_of_names);
    return result;
}

/* The same for a text. Its entries are filled in here. */
static PyObject *read_text(const Py_UCS4 *codes, uint32_t *entries, Py_ssize_t size, Py_ssize_t begin, uint64_t seed,
                           PyObject *describe, int must_be_stable) {
    uint8_t of_title[ALPHABET] = {0}, alphabet[ALPHABET] = {0};
    Edges edges = {.edge = PyMem_New(uint64_t, (size_t)size + 1)};
    Token *tokens = NULL;
    uint32_t *room = NULL;
    PyObject *result = NULL;
    if (!edges.edge) PyErr_NoMemory();
    else if (look_all_up(codes, 1, begin, describe, entries, of_title, &edges) &&
             look_all_up(codes, begin, size - 1, describe, entries, alphabet, &edges)) {
        const int unspaced = edges.seen >> 23 & 1; /* only the classes SYLLABLE and IDEOGRAPH have this bit */
        const size_t most = (size_t)(unspaced ? size : edges.count / 2 + 1);
        if (must_be_stable && is_unstable(edges.seen)) result = Py_NewRef(Py_None);
        else if ((tokens = PyMem_New(Token, most)) && (room = PyMem_New(uint32_t, 2 * most))) {
            Py_ssize_t in_title = 0;
            const Py_ssize_t count = find_tokens(codes, entries, &edges, unspaced, tokens);
            relate(codes, tokens, count);
            while (in_title < count && tokens[in_title].start < begin) in_title++;
            result = describe_tokens(tokens, count, in_title, alphabet, seed, room);
        } else
            PyErr_NoMemory();
    }
    PyMem_Free(room);
    PyMem_Free(tokens);
    PyMem_Free(edges.edge);
    return result;
}

/* read(text, begin, seed, describe, must_be_stable) returns the fields of `Words`, with the number of tokens and both
   kinds of pairs in place of those that follow from them; None if the text must be in NFKC and may not be. The title is
   before `begin`, and the first and the last character are spaces. `describe(number)` returns the entries of a block of
   256 code points, which are kept for all later calls. */
static PyObject *call_read(PyObject *self, PyObject *args) {
    (void)self;
    PyObject *text, *describe, *result = NULL;
    Py_ssize_t begin;
    unsigned long long seed;
    int must_be_stable;
    if (!PyArg_ParseTuple(args, "UnKOp", &text, &begin, &seed, &describe, &must_be_stable)) return NULL;
    const Py_ssize_t size = PyUnicode_GetLength(text);
    if (size < 2 || size > 1 << 20) return PyErr_SetString(PyExc_ValueError, "not a text between spaces"), NULL;
    Py_UCS4 *codes = PyUnicode_AsUCS4Copy(text);
    uint32_t *entries = PyMem_New(uint32_t, (size_t)size + PAST_END);
    begin = begin < 1 ? 1 : begin < size ? begin : size - 1;
    if (codes && entries) {
        entries[0] = 0;
        memset(entries + size - 1, 0, (1 + PAST_END) * sizeof *entries);
        result = read_text(codes, entries, size, begin, seed, describe, must_be_stable);
    } else if (codes)
        PyErr_NoMemory();
    PyMem_Free(codes);
    PyMem_Free(entries);
    return result;
}

static PyMethodDef methods[] = {
    {"read", call_read, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_words", NULL, -1, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__words(void) {
    PyObject *self = PyModule_Create(&module);
    if (self && PyModule_AddStringConstant(self, "SOURCE", SOURCE)) Py_CLEAR(self);
    return self;
}
