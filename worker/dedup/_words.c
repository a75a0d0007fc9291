/* Turns a text into the codes of its words, with the same results as `_words_in_python` in word_codes.py, which runs
   where this file was not compiled. The steps are explained there. One pass finds the tokens, a second one what follows
   from them. */

#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030B0000
#include <Python.h>
#include <string.h>

#include "../text/code_points.h"

enum { JOIN = 1, DIGIT, LETTER, SYLLABLE, IDEOGRAPH }; /* the classes of characters; 0: not part of a word */
enum { NUMBER = 1, CONTENT = 2, CAPITAL = 4, NAME = 8, FIRST = 16, SINGLE = 32, FOLLOWS = 64, HEAVY = 128 };
/* of a token; it is HEAVY if it is content in a text without spaces */
enum { ALPHABET = 32, FUNCTION_WORDS = 32, CONTENT_LETTERS = 4, MAX_WORDS = 2048, MAX_NUMBERS = 128 };
enum { MAX_TITLE_WORDS = 32, LEAST_PAIRS = 4, PAIRS_PER_KEY = 16, NAMES_PER_KEY = 8, MOST_PAIRS = 64 };
static const uint64_t BASE = 0x9E3779B97F4A7C15u, MIX = 0xD6E8FEB86659FD93u;
static const uint32_t OF_NAMES = 0x5BD1E995u;

typedef struct {
    uint64_t hash;
    uint32_t start, end;
    uint8_t flags;
} Token;

typedef struct {
    Token *token;
    Py_ssize_t count, room;
    uint8_t alphabet[ALPHABET]; /* how often the text has each letter */
} Tokens;

typedef struct {
    uint32_t lowest[MOST_PAIRS];
    Py_ssize_t count, most, words;
    uint64_t before;
} Keys;

/* An entry of a code point has the lower case, the class, and whether a text with this character may not be in NFKC. */
static uint32_t lower(uint32_t entry) { return entry & 0x1FFFFF; }
static unsigned class_of(uint32_t entry) { return entry >> 21 & 7; }
static int is_unstable(uint32_t entry) { return entry >> 24 & 1; }

/* Replace each character by its entry. Returns 1; 0 if the text is not in NFKC and must be, and -1 with an exception. */
static int look_all_up(const Py_UCS4 *codes, Py_ssize_t size, PyObject *describe, int must_be_stable, uint32_t *entries) {
    for (Py_ssize_t at = 0; at < size; at++) {
        if (!look_up(codes[at], describe, &entries[at])) return -1;
        if (must_be_stable && is_unstable(entries[at])) return 0;
    }
    return 1;
}

/* Whether a sentence goes on after a token that this character follows. */
static int goes_on(Py_UCS4 code) {
    return code == ' ' || code == 0xA0 || code == ',' || code == '-' || code == '/' || code == '\'' || code == 0x2019;
}

static Token *new_token(Tokens *tokens) {
    if (tokens->count == tokens->room) {
        const Py_ssize_t room = 2 * tokens->room;
        Token *more = PyMem_Resize(tokens->token, Token, (size_t)room);
        if (!more) return NULL;
        tokens->token = more, tokens->room = room;
    }
    return &tokens->token[tokens->count++];
}

/* Find the tokens. The first and the last character are in none. Returns whether there was enough memory. */
static int find_tokens(const Py_UCS4 *codes, const uint32_t *entries, Py_ssize_t size, Py_ssize_t begin, Tokens *tokens) {
    static const uint8_t weights[8] = {0, 0, 1, 1, 2, 4};
    uint8_t ignored[ALPHABET] = {0};
    int has_line = 0, unspaced = 0;
    for (Py_ssize_t at = 1, start; at + 1 < size;) {
        unsigned class = class_of(entries[at]), before, weight = 0;
        if (class <= JOIN) {
            has_line |= codes[at++] == '\n';
            continue;
        }
        uint8_t *alphabet = at < begin ? ignored : tokens->alphabet;
        const int number = class == DIGIT, capital = lower(entries[at]) != codes[at];
        const int flags = (number ? NUMBER | NAME : 0) | (has_line ? FIRST : 0) | (class == IDEOGRAPH ? SINGLE : 0);
        uint64_t hash = 0, power = 1;
        start = at, has_line = 0;
        do {
            const uint32_t small = lower(entries[at++]);
            hash += small * power;
            power *= BASE;
            weight += weights[class];
            alphabet[small % ALPHABET] += class >= LETTER;
            unspaced |= class > LETTER;
            before = class, class = at + 1 < size ? class_of(entries[at]) : 0;
        } while ((class > JOIN || (class == JOIN && before == DIGIT && class_of(entries[at + 1]) == DIGIT)) &&
                 class != IDEOGRAPH && before != IDEOGRAPH);
        Token *token = new_token(tokens);
        if (!token) return 0;
        const Py_ssize_t letters = at - start;
        const int more = (number || (capital && letters > 2) ? CAPITAL : 0) |
                         (number || letters >= CONTENT_LETTERS ? CONTENT : 0) |
                         (number || weight >= CONTENT_LETTERS ? HEAVY : 0);
        *token = (Token){hash * MIX, (uint32_t)start, (uint32_t)at, (uint8_t)(flags | more)};
    }
    for (Py_ssize_t at = 0; unspaced && at < tokens->count; at++) {
        uint8_t *flags = &tokens->token[at].flags;
        *flags = (uint8_t)((*flags & ~CONTENT) | (*flags & HEAVY ? CONTENT : 0));
    }
    return 1;
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
    const uint32_t top = (uint32_t)(token->hash >> 48);
    return (uint8_t)(token->flags & CONTENT ? (top * (256 - FUNCTION_WORDS) >> 16) + FUNCTION_WORDS
                                            : top * FUNCTION_WORDS >> 16);
}

/* Keep the pair of this word and the one before among the lowest, in ascending order. */
static void add_word(Keys *keys, uint64_t hash, uint64_t seed, uint32_t salt) {
    const uint64_t word = hash >> 32;
    if (keys->words++) {
        const uint32_t pair = (uint32_t)(((keys->before * BASE + word) * seed) >> 32) ^ salt;
        if (keys->count < keys->most || pair < keys->lowest[keys->most - 1]) {
            Py_ssize_t at = keys->count < keys->most ? keys->count++ : keys->most - 1;
            for (; at > 0 && keys->lowest[at - 1] > pair; at--) keys->lowest[at] = keys->lowest[at - 1];
            keys->lowest[at] = pair;
        }
    }
    keys->before = word;
}

static PyObject *list_of(const uint32_t *numbers, Py_ssize_t count) {
    PyObject *list = PyList_New(count);
    for (Py_ssize_t at = 0; list && at < count; at++) {
        PyObject *number = PyLong_FromUnsignedLong(numbers[at]);
        if (!number || PyList_SetItem(list, at, number)) Py_CLEAR(list);
    }
    return list;
}

/* How many pairs become keys. */
static Py_ssize_t most_keys(Py_ssize_t words, Py_ssize_t per_key) {
    const Py_ssize_t most = LEAST_PAIRS + words / per_key;
    return most < MOST_PAIRS ? most : MOST_PAIRS;
}

/* What words_of needs to know, as a tuple; see `call_read`. */
static PyObject *describe_tokens(const Token *tokens, Py_ssize_t count, Py_ssize_t in_title, const uint8_t *alphabet,
                                 uint64_t seed) {
    const Token *own = tokens + in_title;
    const Py_ssize_t words = count - in_title, kept = words < MAX_WORDS ? words : MAX_WORDS;
    uint8_t sequence[MAX_WORDS], names[MAX_WORDS / 8] = {0}, lines[MAX_WORDS / 8] = {0}, title[2 + MAX_TITLE_WORDS];
    uint16_t codes[MAX_WORDS];
    uint32_t numbers[MAX_NUMBERS];
    Py_ssize_t number_count = 0;
    Keys of_content = {0}, of_names = {0};
    uint64_t whole = 0;
    for (Py_ssize_t at = 0; at < words; at++) {
        of_content.most += own[at].flags & CONTENT ? 1 : 0;
        of_names.most += own[at].flags & CAPITAL ? 1 : 0;
    }
    of_content.most = most_keys(of_content.most, PAIRS_PER_KEY);
    of_names.most = most_keys(of_names.most, NAMES_PER_KEY);
    for (Py_ssize_t at = 0; at < words; at++) {
        const Token *token = &own[at];
        if (at < kept) {
            sequence[at] = byte_of(token);
            codes[at] = (uint16_t)((token->hash >> 48 & 0xFFFE) | (token->flags & NUMBER));
            names[at / 8] |= (uint8_t)((token->flags & NAME ? 0x80 : 0) >> at % 8);
            lines[at / 8] |= (uint8_t)((token->flags & FIRST ? 0x80 : 0) >> at % 8);
        }
        if (token->flags & NUMBER && number_count < MAX_NUMBERS)
            numbers[number_count++] = (uint16_t)(token->hash >> 32);
        if (token->flags & CONTENT) add_word(&of_content, token->hash, seed, 0);
        if (token->flags & CAPITAL) add_word(&of_names, token->hash, seed, OF_NAMES);
    }
    for (Py_ssize_t at = 0; at < in_title; at++) {
        whole += tokens[at].hash;
        if (at < MAX_TITLE_WORDS) title[2 + at] = byte_of(&tokens[at]);
    }
    title[0] = (uint8_t)(whole >> 56), title[1] = (uint8_t)(whole >> 48);
    const Py_ssize_t title_size = in_title ? 2 + (in_title < MAX_TITLE_WORDS ? in_title : MAX_TITLE_WORDS) : 0;
    PyObject *numbers_list = list_of(numbers, number_count), *pairs = list_of(of_content.lowest, of_content.count);
    PyObject *pairs_of_names = list_of(of_names.lowest, of_names.count), *result = NULL;
    if (numbers_list && pairs && pairs_of_names)
        result = Py_BuildValue("y#Oy#y#y#y#nOOy#", (char *)sequence, kept, numbers_list, (char *)names, (kept + 7) / 8,
                               (char *)title, title_size, (char *)lines, (kept + 7) / 8, (char *)alphabet,
                               (Py_ssize_t)ALPHABET, words, pairs, pairs_of_names, (char *)codes, 2 * kept);
    Py_XDECREF(numbers_list);
    Py_XDECREF(pairs);
    Py_XDECREF(pairs_of_names);
    return result;
}

static PyObject *read_text(const Py_UCS4 *codes, const uint32_t *entries, Py_ssize_t size, Py_ssize_t begin,
                           uint64_t seed) {
    Tokens tokens = {.room = size / 8 + 8};
    tokens.token = PyMem_New(Token, (size_t)tokens.room);
    PyObject *result = NULL;
    if (tokens.token && find_tokens(codes, entries, size, begin, &tokens)) {
        Py_ssize_t in_title = 0;
        relate(codes, tokens.token, tokens.count);
        while (in_title < tokens.count && tokens.token[in_title].start < begin) in_title++;
        result = describe_tokens(tokens.token, tokens.count, in_title, tokens.alphabet, seed);
    } else
        PyErr_NoMemory();
    PyMem_Free(tokens.token);
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
    uint32_t *entries = PyMem_New(uint32_t, (size_t)size);
    if (codes && entries) {
        const int found = look_all_up(codes, size, describe, must_be_stable, entries);
        result = found > 0 ? read_text(codes, entries, size, begin, seed) : found ? NULL : Py_NewRef(Py_None);
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
