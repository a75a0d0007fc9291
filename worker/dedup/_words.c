/* Turns a text into the codes of its words, with the same results as `_words_in_python` in word_codes.py, which runs
   where this file was not compiled. The steps are explained there. One pass finds the tokens, a second one what follows
   from them. */

#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030B0000
#include <Python.h>
#include <stdint.h>
#include <string.h>

enum { JOIN = 1, DIGIT, LETTER, SYLLABLE, IDEOGRAPH }; /* the classes of characters; 0: not part of a word */
enum { NUMBER = 1, CONTENT = 2, CAPITAL = 4, NAME = 8, FIRST = 16, SINGLE = 32, FOLLOWS = 64, HEAVY = 128 };
/* of a token; it is HEAVY if it is content in a text without spaces */
enum { ALPHABET = 32, FUNCTION_WORDS = 32, CONTENT_LETTERS = 4, MAX_WORDS = 2048, MAX_NUMBERS = 128 };
enum { MAX_TITLE_WORDS = 32, LEAST_PAIRS = 4, PAIRS_PER_KEY = 16, NAMES_PER_KEY = 8, MOST_PAIRS = 64 };
enum { CLASSES, LOWER, FAR_CODES, FAR_CLASSES, FAR_LOWER, TABLES };
static const uint64_t BASE = 0x9E3779B97F4A7C15u, MIX = 0xD6E8FEB86659FD93u;
static const uint32_t OF_NAMES = 0x5BD1E995u;

typedef struct {
    uint64_t hash;
    uint32_t start, end;
    uint8_t flags;
} Token;

typedef struct {
    uint32_t lower;
    uint8_t class;
} Character;

typedef struct {
    Token *token;
    Py_ssize_t count, room;
    uint8_t alphabet[ALPHABET]; /* how often the text has each letter */
} Tokens;

typedef struct {
    uint32_t lowest[MOST_PAIRS];
    Py_ssize_t count, words;
    uint64_t before;
} Keys;

/* Look a character up in the tables. Returns whether it is in one of them. */
static int look_up(const Py_buffer *table, Py_UCS4 code, Character *found) {
    Py_ssize_t at = (Py_ssize_t)code, far = table[FAR_CLASSES].len;
    const uint8_t *classes = table[CLASSES].buf;
    const uint32_t *lower = table[LOWER].buf;
    if (at >= table[CLASSES].len) {
        const uint32_t *codes = table[FAR_CODES].buf;
        Py_ssize_t end = far;
        for (at = 0; at < end;) {
            const Py_ssize_t middle = at + (end - at) / 2;
            if (codes[middle] < code) at = middle + 1;
            else end = middle;
        }
        if (at == far || codes[at] != code) return 0;
        classes = table[FAR_CLASSES].buf;
        lower = table[FAR_LOWER].buf;
    }
    *found = (Character){lower[at], classes[at] > IDEOGRAPH ? 0 : classes[at]};
    return 1;
}

/* Whether a sentence goes on after a token that this character follows. */
static int goes_on(Py_UCS4 code) {
    return code == ' ' || code == ',' || code == '-' || code == '/' || code == '\'' || code == 0x2019;
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

/* Find the tokens, of which the first and the last character are none. Returns 1; 0 if a character is in no table, and
   -1 without memory. */
static int find_tokens(const Py_UCS4 *codes, Py_ssize_t size, Py_ssize_t begin, const Py_buffer *table, Tokens *tokens) {
    static const uint8_t weights[] = {0, 0, 1, 1, 2, 4};
    Character before = {0}, here = {0}, next = {0};
    Token *open = NULL;
    uint64_t power = 1;
    unsigned letters = 0, weight = 0;
    int number = 0, capital = 0, has_line = 0, unspaced = 0;
    if (!look_up(table, codes[1], &next)) return 0;
    for (Py_ssize_t at = 1; at < size; at++) {
        before = here, here = next, next = (Character){0};
        if (at + 2 < size && !look_up(table, codes[at + 1], &next)) return 0;
        if (at + 1 == size) here.class = 0;
        const int inside = here.class > JOIN || (here.class == JOIN && before.class == DIGIT && next.class == DIGIT);
        if (open && (!inside || here.class == IDEOGRAPH || before.class == IDEOGRAPH)) { /* the token ends here */
            open->hash *= MIX;
            open->end = (uint32_t)at;
            if (number || (capital && letters > 2)) open->flags |= CAPITAL;
            if (number || letters >= CONTENT_LETTERS) open->flags |= CONTENT;
            if (number || weight >= CONTENT_LETTERS) open->flags |= HEAVY;
            open = NULL;
        }
        if (!inside) {
            has_line |= codes[at] == '\n';
            continue;
        }
        if (!open) {
            if (!(open = new_token(tokens))) return -1;
            number = here.class == DIGIT, capital = here.lower != codes[at];
            const int flags = (number ? NUMBER | NAME : 0) | (has_line ? FIRST : 0) |
                              (here.class == IDEOGRAPH ? SINGLE : 0);
            *open = (Token){0, (uint32_t)at, (uint32_t)at, (uint8_t)flags};
            power = 1, letters = weight = 0, has_line = 0;
        }
        open->hash += here.lower * power;
        power *= BASE;
        letters++, weight += weights[here.class];
        unspaced |= here.class > LETTER;
        if (here.class >= LETTER && at >= begin) tokens->alphabet[here.lower % ALPHABET]++;
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
        if (keys->count < MOST_PAIRS || pair < keys->lowest[MOST_PAIRS - 1]) {
            Py_ssize_t at = keys->count < MOST_PAIRS ? keys->count++ : MOST_PAIRS - 1;
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

static PyObject *lowest(const Keys *keys, Py_ssize_t per_key) {
    const Py_ssize_t most = LEAST_PAIRS + keys->words / per_key;
    return list_of(keys->lowest, keys->count < most ? keys->count : most);
}

/* What words_of needs to know, as a tuple; see `call_read`. */
static PyObject *describe(const Token *tokens, Py_ssize_t count, Py_ssize_t in_title, const uint8_t *alphabet,
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
    PyObject *numbers_list = list_of(numbers, number_count), *pairs = lowest(&of_content, PAIRS_PER_KEY);
    PyObject *pairs_of_names = lowest(&of_names, NAMES_PER_KEY), *result = NULL;
    if (numbers_list && pairs && pairs_of_names)
        result = Py_BuildValue("y#Oy#y#y#y#nOOy#", (char *)sequence, kept, numbers_list, (char *)names, (kept + 7) / 8,
                               (char *)title, title_size, (char *)lines, (kept + 7) / 8, (char *)alphabet,
                               (Py_ssize_t)ALPHABET, words, pairs, pairs_of_names, (char *)codes, 2 * kept);
    Py_XDECREF(numbers_list);
    Py_XDECREF(pairs);
    Py_XDECREF(pairs_of_names);
    return result;
}

static PyObject *read_text(PyObject *text, Py_ssize_t begin, uint64_t seed, const Py_buffer *table) {
    const Py_ssize_t size = PyUnicode_GetLength(text);
    Py_UCS4 *codes = PyUnicode_AsUCS4Copy(text);
    if (!codes) return NULL;
    Tokens tokens = {.room = size / 8 + 8};
    tokens.token = PyMem_New(Token, (size_t)tokens.room);
    PyObject *result = NULL;
    const int found = tokens.token ? find_tokens(codes, size, begin, table, &tokens) : -1;
    if (found > 0) {
        Py_ssize_t in_title = 0;
        relate(codes, tokens.token, tokens.count);
        while (in_title < tokens.count && tokens.token[in_title].start < begin) in_title++;
        result = describe(tokens.token, tokens.count, in_title, tokens.alphabet, seed);
    } else if (found < 0)
        PyErr_NoMemory();
    else
        result = Py_NewRef(Py_None);
    PyMem_Free(codes);
    PyMem_Free(tokens.token);
    return result;
}

/* read(text, begin, seed, classes, lower, far_codes, far_classes, far_lower) returns the fields of `Words`, with the
   number of tokens and both kinds of pairs in place of those that follow from them; None if a character is in no table.
   The title is before `begin`. A table has a uint8 or uint32 for each code point; `far_codes` has those of the others in
   ascending order. The first and the last character are spaces. */
static PyObject *call_read(PyObject *self, PyObject *args) {
    (void)self;
    PyObject *text, *object[TABLES], *result = NULL;
    Py_buffer table[TABLES];
    Py_ssize_t begin;
    unsigned long long seed;
    int opened = 0;
    if (!PyArg_ParseTuple(args, "UnKOOOOO", &text, &begin, &seed, &object[CLASSES], &object[LOWER], &object[FAR_CODES],
                          &object[FAR_CLASSES], &object[FAR_LOWER]))
        return NULL;
    for (; opened < TABLES; opened++)
        if (PyObject_GetBuffer(object[opened], &table[opened], PyBUF_SIMPLE)) break;
    if (opened == TABLES) {
        const Py_ssize_t size = PyUnicode_GetLength(text);
        if (size < 2 || size > 1 << 20 || table[LOWER].len != 4 * table[CLASSES].len ||
            table[FAR_CODES].len != 4 * table[FAR_CLASSES].len || table[FAR_LOWER].len != 4 * table[FAR_CLASSES].len)
            PyErr_SetString(PyExc_ValueError, "not a text between spaces, or not the tables of characters");
        else
            result = read_text(text, begin, seed, table);
    }
    while (opened > 0) PyBuffer_Release(&table[--opened]);
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
