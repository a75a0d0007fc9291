/* Measures a text in one pass over its characters and one over its lines, with the same results as the Python code in
   words.py, kinds.py and prose.py, which runs where this file was not compiled. */

#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030B0000
#include <Python.h>
#include <string.h>

#include "code_points.h"

/* The classes of characters; see code_points.py. */
enum { OUTSIDE, LETTER, DIGIT, JOINS, JOINS_DIGITS, MARK, IDEOGRAPH, COMPLEX, COMPLEX_MARK };
enum { KINDS = 6, OTHER = 4, BLANK = 5, BATCH = 255 }; /* kinds of characters; how many one byte can count */
enum { LETTERS_A_WORD = 4, MOST_WORDS = 1 << 12 };
enum { SENTENCE_BYTES = 60, PARAGRAPH_BYTES = 300, LEAST_SENTENCE_BYTES = 25, LEAST_LINE_CHARS = 15 };
static const uint64_t FACTOR = 0x9E3779B97F4A7C15u, OF_WORDS = 0xC2B2AE3D27D4EB4Fu;

/* An entry of a code point has the lower case, the class, the kind, and whether it is a lower-case letter, and any letter. */
static uint32_t lower(uint32_t entry) { return entry & 0x1FFFFF; }
static unsigned class_of(uint32_t entry) { return entry >> 21 & 15; }
static unsigned kind_of(uint32_t entry) { return entry >> 25 & 7; }
static int is_lower(uint32_t entry) { return entry >> 28 & 1; }
static int is_letter(uint32_t entry) { return entry >> 29 & 1; }
static int is_part(unsigned class) { return class == LETTER || class == DIGIT; }

/* -- Characters and words ---------------------------------------------------------------------------------------- */

typedef struct {
    Py_ssize_t words, chars, kinds[KINDS + 2], ends;
    Py_ssize_t most;
    uint64_t *hashes; /* one for the text before the first word, `most` of words, and one for all later words */
} Sizes;

/* Whether a full stop ends a sentence before a space or a closing quote (1) or anywhere (2); 0 for other characters. */
static int full_stop(Py_UCS4 code) {
    switch (code) {
    case '.': case '!': case '?': case 0x2026: return 1;
    case 0x3002: case 0xFF01: case 0xFF1F: case 0x964: case 0x61F: case 0x6D4: return 2;
    default: return 0;
    }
}

static int closes(Py_UCS4 code) {
    return code == '"' || code == '\'' || code == 0x201D || code == 0x2019 || code == 0xBB || code == ')';
}

/* The hash of a text with one more character, or two. It begins with a seed: so nobody can write texts that have the same
   hash, or all the same slot. With both halves of the product, each bit of a text moves each bit of its hash. */
static uint64_t longer(uint64_t hash, uint64_t code) {
    const unsigned __int128 product = (unsigned __int128)(hash ^ code) * FACTOR;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static void unpack(uint64_t packed, Py_ssize_t *kinds) {
    for (int kind = 0; kind < KINDS + 2; kind++) kinds[kind] += (Py_ssize_t)(packed >> 8 * kind & 0xFF);
}

/* Where a text is read. */
typedef struct {
    unsigned before; /* the class of the character before */
    int in_word, in_run; /* in_run: letters in a word of a complex script */
} Place;

/* Go on with a character that is neither a letter nor a digit nor outside of words. Returns whether a word begins. */
static int move(Place *place, unsigned class, unsigned after) {
    if (place->in_word && ((class == MARK || class == COMPLEX_MARK) || (class == JOINS && is_part(after)) ||
                           (class == JOINS_DIGITS && place->before == DIGIT && after == DIGIT)))
        return 0;
    const int complex = class == COMPLEX || class == COMPLEX_MARK;
    place->in_word = 0;
    place->in_run = complex ? place->in_run % LETTERS_A_WORD + 1 : 0;
    return place->in_run == 1 || class == IDEOGRAPH;
}

/* How far a text was read, and what was counted. */
typedef struct {
    Py_ssize_t at, words, chars;
    Place place;
    uint32_t next; /* the entry of the character that comes next */
    uint64_t hash; /* of the word */
} Reading;

/* Count the characters, the words and the ends of sentences from where the reading stopped. With `hashes`, write the
   hashes of words, and stop where no more of them are wanted. The codes end with a null. Returns 0 with an
   exception. */
static inline __attribute__((always_inline)) int read_on(
    Reading *reading, const int hashes, const Py_UCS4 *codes, Py_ssize_t size, PyObject *describe, uint64_t seed, Sizes *sizes) {
    Place place = reading->place;
    uint32_t here, next = reading->next;
    uint64_t packed = 0, hash = reading->hash; /* packed: counts of kinds, in a register, which is faster */
    Py_ssize_t at = reading->at, words = reading->words, chars = reading->chars, unpacked = at + BATCH;
    for (; at < size && !(hashes && words > sizes->most); at++) {
        here = next, next = 0; /* after the end is nothing */
        if (at + 1 < size && !look_up(codes[at + 1], describe, &next)) return 0;
        const unsigned class = class_of(here);
        int begins, inside;
        if (class <= DIGIT) {
            inside = class != OUTSIDE;
            begins = inside & !place.in_word;
            place.in_word = inside, place.in_run = 0;
        } else {
            begins = move(&place, class, class_of(next));
            inside = begins | place.in_word | (place.in_run > 0);
        }
        place.before = class;
        words += begins, chars += inside;
        if (hashes) {
            hash = begins ? seed : hash;
            if (codes[at] == 0x130) hash = longer(longer(hash, 'i'), 0x307); /* the only lower case of two characters */
            else hash = inside ? longer(hash, lower(here)) : hash;
            sizes->hashes[words] = hash;
        }
        packed += (uint64_t)1 << 8 * kind_of(here);
        if (at + 1 == unpacked) unpack(packed, sizes->kinds), packed = 0, unpacked += BATCH;
        if (kind_of(here) == OTHER) {
            const int stop = full_stop(codes[at]);
            sizes->ends += stop == 2 || (stop && (at + 1 == size || kind_of(next) == BLANK || closes(codes[at + 1])));
        }
    }
    unpack(packed, sizes->kinds);
    *reading = (Reading){at, words, chars, place, next, hash};
    return 1;
}

/* The same from the beginning to the end. */
static int read_characters(const Py_UCS4 *codes, Py_ssize_t size, PyObject *describe, uint64_t seed, Sizes *sizes) {
    Reading reading = {0};
    if (size && !look_up(codes[0], describe, &reading.next)) return 0;
    if (sizes->hashes && !read_on(&reading, 1, codes, size, describe, seed, sizes)) return 0;
    if (!read_on(&reading, 0, codes, size, describe, seed, sizes)) return 0;
    sizes->words = reading.words, sizes->chars = reading.chars;
    return 1;
}

/* Join each of these hashes with the next one. Returns how often the most frequent hash then occurs. */
static Py_ssize_t top_after_joining(uint64_t *hashes, Py_ssize_t count) {
    enum { BITS = 13, SLOTS = 1 << BITS }; /* twice as many as MOST_WORDS */
    uint16_t seen[SLOTS] = {0}, times[MOST_WORDS];
    Py_ssize_t most = 0;
    for (Py_ssize_t at = 0; at < count; at++) {
        const uint64_t gram = hashes[at] = hashes[at] * OF_WORDS + hashes[at + 1];
        size_t slot = gram * FACTOR >> (64 - BITS);
        while (seen[slot] && hashes[seen[slot] - 1] != gram) slot = (slot + 1) % SLOTS;
        if (!seen[slot]) seen[slot] = (uint16_t)(at + 1), times[at] = 0;
        const Py_ssize_t now = ++times[seen[slot] - 1];
        most = now > most ? now : most;
    }
    return most;
}

/* -- Lines ------------------------------------------------------------------------------------------------------- */

static int is_stop(Py_UCS4 code) { return full_stop(code) || code == 0x589 || code == 0x1362; }

static int is_end(Py_UCS4 code) {
    return is_stop(code) || code == ':' || code == '"' || code == 0xFF1A || code == 0x201D || code == 0xBB || code == 0x300D ||
           code == 0x300F;
}

static int goes_on(Py_UCS4 code) {
    return code == ',' || code == ';' || code == 0x2013 || code == 0x2014 || code == 0x3001 || code == 0xFF0C ||
           code == 0xFF1B || code == 0x60C;
}

static int may_follow_a_stop(Py_UCS4 code) {
    switch (code) {
    case '"': case '\'': case ')': case ']': case '*': case ' ': case 0x201D: case 0x2019: case 0xBB: case 0x203A:
    case 0x3011: case 0x300D: case 0x300F: case 0xFF09: case 0x3009: case 0x300B: return 1;
    default: return 0;
    }
}

/* The size in UTF-8, with a question mark for each surrogate. */
static Py_ssize_t bytes_of(const Py_UCS4 *codes, Py_ssize_t size) {
    Py_ssize_t bytes = size;
    for (Py_ssize_t at = 0; at < size; at++)
        bytes += (codes[at] >= 0x80) + (codes[at] >= 0x800) + (codes[at] >= 0x10000) -
                 2 * (codes[at] - 0xD800 < 0x800);
    return bytes;
}

typedef struct {
    const Py_UCS4 *codes;
    Py_ssize_t size, bytes;
    int is_lower, has_letter;
} Line;

typedef struct {
    Line *line;
    Py_ssize_t count, room;
} Lines;

static int add_line(Lines *lines, Line line) {
    if (lines->count == lines->room) {
        const Py_ssize_t room = 2 * lines->room + 64;
        Line *more = PyMem_Resize(lines->line, Line, (size_t)room);
        if (!more) return PyErr_NoMemory(), 0;
        lines->line = more, lines->room = room;
    }
    lines->line[lines->count++] = line;
    return 1;
}

/* The entry of a character that was looked up before. */
static const uint32_t *entry_of(Py_UCS4 code) { return &known[code / BLOCK][code % BLOCK]; }

/* Find the lines, without the blanks around them; empty ones are left out. All characters are known. */
static int find_lines(const Py_UCS4 *codes, Py_ssize_t size, Lines *lines) {
    for (Py_ssize_t begin = 0, end; begin <= size; begin = end + 1) {
        for (end = begin; end < size && codes[end] != '\n'; end++) {}
        Py_ssize_t first = begin, last = end;
        while (first < last && kind_of(*entry_of(codes[first])) == BLANK) first++;
        while (last > first && kind_of(*entry_of(codes[last - 1])) == BLANK) last--;
        if (first == last) continue;
        Py_ssize_t letter = first;
        while (letter < last && !is_letter(*entry_of(codes[letter]))) letter++;
        const Line line = {codes + first, last - first, bytes_of(codes + first, last - first), is_lower(*entry_of(codes[first])),
                           letter < last};
        if (!add_line(lines, line)) return 0;
    }
    return 1;
}

static int ends_sentence(const Line *line) {
    Py_ssize_t last = line->size;
    if (is_end(line->codes[last - 1])) return 1;
    while (last > 0 && may_follow_a_stop(line->codes[last - 1])) last--;
    return last > 0 && is_stop(line->codes[last - 1]);
}

/* The bytes up to the last full stop; 0 if they are too few. */
static Py_ssize_t whole_sentences(const Line *line) {
    if (line->bytes < SENTENCE_BYTES) return 0;
    for (Py_ssize_t at = line->size - 1; at >= 0; at--) {
        const int stop = full_stop(line->codes[at]);
        if (!stop) continue;
        const Py_UCS4 next = line->codes[at + 1]; /* a line end, or the null after the text, if the line ends here */
        if (stop == 1 && at + 1 < line->size && !closes(next) && kind_of(*entry_of(next)) != BLANK) continue;
        const Py_ssize_t bytes = bytes_of(line->codes, at + 1);
        return bytes >= SENTENCE_BYTES ? bytes : 0;
    }
    return 0;
}

/* How many bytes are prose. Writes the sizes of the sentences that are one line into the list. Returns -1 with an
   exception. */
static double prose_of(const Lines *lines, PyObject *sentences) {
    double prose = 0, run = 0;
    for (Py_ssize_t at = 0; at < lines->count; at++) {
        const Line *line = &lines->line[at];
        const double size = (double)line->bytes;
        run += size;
        if (line->bytes >= PARAGRAPH_BYTES) prose += size, run = 0;
        else if (ends_sentence(line)) {
            if (run >= LEAST_SENTENCE_BYTES) prose += run * (run < SENTENCE_BYTES ? run / SENTENCE_BYTES : 1.0);
            if (run == size) {
                PyObject *number = PyLong_FromSsize_t(line->bytes);
                const int failed = !number || PyList_Append(sentences, number);
                Py_XDECREF(number);
                if (failed) return -1;
            }
            run = 0;
        } else if (!goes_on(line->codes[line->size - 1]) && !(at + 1 < lines->count && line[1].is_lower))
            prose += (double)whole_sentences(line), run = 0;
    }
    return prose;
}

static int is_same(const Line *one, const Line *other) {
    return one->size == other->size && !memcmp(one->codes, other->codes, (size_t)one->size * sizeof *one->codes);
}

static uint64_t hash_of(const Line *line, uint64_t seed) {
    uint64_t hash = seed;
    for (Py_ssize_t at = 0; at < line->size; at += 2)
        hash = longer(hash, line->codes[at] ^ (at + 1 < line->size ? (uint64_t)line->codes[at + 1] << 32 : 0));
    return hash;
}

/* How many lines with letters are long enough to count, and how many of these occurred before. */
static int count_repeated(const Lines *lines, uint64_t seed, Py_ssize_t *counted, Py_ssize_t *repeated) {
    size_t slots = 64;
    while (slots < 2 * (size_t)lines->count) slots *= 2;
    const Line **seen = PyMem_Calloc(slots, sizeof *seen);
    if (!seen) return PyErr_NoMemory(), 0;
    for (const Line *line = lines->line, *end = line + lines->count; line < end; line++) {
        if (line->size < LEAST_LINE_CHARS || !line->has_letter) continue;
        size_t slot = hash_of(line, seed) % slots;
        while (seen[slot] && !is_same(seen[slot], line)) slot = (slot + 1) % slots;
        ++*counted, *repeated += seen[slot] != NULL;
        seen[slot] = line;
    }
    PyMem_Free(seen);
    return 1;
}

/* -- Calls from Python ------------------------------------------------------------------------------------------- */

static PyObject *read_lines(const Py_UCS4 *codes, Py_ssize_t size, uint64_t seed) {
    Lines lines = {0};
    Py_ssize_t bytes = 0, counted = 0, repeated = 0;
    PyObject *sentences = PyList_New(0), *result = NULL;
    if (sentences && find_lines(codes, size, &lines)) {
        const double prose = prose_of(&lines, sentences);
        for (Py_ssize_t at = 0; at < lines.count; at++) bytes += lines.line[at].bytes;
        if (prose >= 0 && count_repeated(&lines, seed, &counted, &repeated))
            result = Py_BuildValue("dnnOnn", prose, bytes, lines.count, sentences, counted, repeated);
    }
    PyMem_Free(lines.line);
    Py_XDECREF(sentences);
    return result;
}

/* Open a text of code points that ends with a null, with room for the hashes of words; NULL with an exception. */
static Py_UCS4 *open_text(PyObject *text, Sizes *sizes) {
    if (sizes->most < 0 || sizes->most > MOST_WORDS) return PyErr_SetString(PyExc_ValueError, "too many words"), NULL;
    Py_UCS4 *codes = PyUnicode_AsUCS4Copy(text);
    if (codes && !(sizes->hashes = PyMem_New(uint64_t, (size_t)sizes->most + 2))) {
        PyErr_NoMemory();
        PyMem_Free(codes);
        return NULL;
    }
    return codes;
}

/* count(text, describe) returns the number of words. */
static PyObject *call_count(PyObject *self, PyObject *args) {
    (void)self;
    PyObject *text, *describe, *result = NULL;
    Py_UCS4 *codes;
    Sizes sizes = {0};
    if (!PyArg_ParseTuple(args, "UO", &text, &describe) || !(codes = PyUnicode_AsUCS4Copy(text))) return NULL;
    if (read_characters(codes, PyUnicode_GetLength(text), describe, 0, &sizes))
        result = PyLong_FromSsize_t(sizes.words);
    PyMem_Free(codes);
    return result;
}

/* measure(text, most, describe, seed) returns the fields of `Sizes`. `describe(number)` returns the entries of a block of
   256 code points, which are kept for all later calls. */
static PyObject *call_measure(PyObject *self, PyObject *args) {
    (void)self;
    PyObject *text, *describe, *lines, *result = NULL;
    unsigned long long seed;
    Py_UCS4 *codes;
    Sizes sizes = {0};
    if (!PyArg_ParseTuple(args, "UnOK", &text, &sizes.most, &describe, &seed) || !(codes = open_text(text, &sizes)))
        return NULL;
    const Py_ssize_t size = PyUnicode_GetLength(text), *kind = sizes.kinds;
    if (read_characters(codes, size, describe, seed, &sizes) && (lines = read_lines(codes, size, seed))) {
        const Py_ssize_t first = sizes.words < sizes.most ? sizes.words : sizes.most;
        const Py_ssize_t pair = top_after_joining(sizes.hashes + 1, first - 1); /* triples are pairs of pairs */
        const Py_ssize_t triple = top_after_joining(sizes.hashes + 1, first - 2);
        result = Py_BuildValue("nnnn(nnnnnn)nN", sizes.words, sizes.chars, pair, triple, kind[0], kind[1], kind[2],
                               kind[3], kind[4], kind[5], sizes.ends, lines);
    }
    PyMem_Free(sizes.hashes);
    PyMem_Free(codes);
    return result;
}

static PyMethodDef methods[] = {
    {"count", call_count, METH_VARARGS, NULL},
    {"measure", call_measure, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_sizes", NULL, -1, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__sizes(void) {
    PyObject *self = PyModule_Create(&module);
    if (self && PyModule_AddStringConstant(self, "SOURCE", SOURCE)) Py_CLEAR(self);
    return self;
}
