/* Adds up the votes of lines, with the same results as `_chosen_in_python` in candidates.py, which runs where this file
   was not compiled.

   A table remembers what each word says, and finds it by the bytes of the word. The sums are exact: the weights have
   few bits. */

#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030B0000
#include <Python.h>
#include <math.h>

#define TABLE "worker.residue._votes.table"
#include "votes.h"

enum { MOST_CHARS = 255 };

/* -- Lines ------------------------------------------------------------------------------------------------------- */

/* Splits a line into words. Only Python knows those that are too long for the table. Returns -1 with an error set. */
static int read_words(Scan *scan, const char *line, size_t size) {
    Table *table = scan->table;
    scan->count = 0;
    scan->ask = 0;
    for (size_t at = 0;;) {
        size_t space, begin;
        while (at < size && (space = space_at((const unsigned char *)line + at, size - at))) at += space;
        if (at >= size || scan->count == MOST_IN_LINE) return 0;
        for (begin = at; at < size && !space_at((const unsigned char *)line + at, size - at);) at++;
        Text *text = &scan->texts[scan->count++];
        *text = find(table, line + begin, at - begin);
        if (!text->word.text && learn(scan, text)) return -1;
    }
}

/* The votes of the phrases that begin with the word before these. Returns -1 with an error set. */
static int add_phrases(Scan *scan, Place phrases, Text *next, size_t left, double *sum) {
    size_t at = 0;
    while (at + 9 <= size_at(scan->table, phrases)) {
        double vote;
        memcpy(&vote, text_at(scan->table, phrases) + at, 8);
        const size_t parts = (uint8_t)text_at(scan->table, phrases)[at + 8];
        int fit = parts <= left;
        at += 9;
        for (size_t number = 0; number < parts; number++) {
            if (fit && !next[number].word.folded && fold(scan, &next[number])) return -1;
            const size_t end = size_at(scan->table, phrases); /* read now, because `fold` may move the texts */
            const char *part = text_at(scan->table, phrases) + at;
            if (at + 2 > end || at + 2 + (uint8_t)part[1] > end) return 0; /* never written so */
            if (fit && !next[number].word.folded) scan->ask = 1;
            fit = fit && !scan->ask && fits(scan->table, next[number].word.folded, part + 2, (uint8_t)part[1], part[0]);
            at += 2 + (size_t)(uint8_t)part[1];
        }
        if (fit) *sum += vote;
    }
    return 0;
}

/* A line, or the head of one. */
typedef struct {
    const char *bytes;
    size_t size;
} Piece;

/* What Python says about words that are not all remembered. */
static int ask_about(const Scan *scan, Piece piece, long *telling, double *votes) {
    PyObject *text = PyUnicode_DecodeUTF8(piece.bytes, (Py_ssize_t)piece.size, NULL);
    PyObject *words = text ? PyUnicode_Split(text, NULL, -1) : NULL;
    PyObject *said = words ? tuple_of(PyObject_CallMethod(scan->votes, "of", "O", words)) : NULL;
    const int failed = !said || !PyArg_ParseTuple(said, "ld", telling, votes);
    Py_XDECREF(said);
    Py_XDECREF(words);
    Py_XDECREF(text);
    return failed ? -1 : 0;
}

/* What `Votes.of` says about the words of a piece. */
static int votes_of(Scan *scan, Piece piece, long *telling, double *votes) {
    const double begins = scan->begins, mark = scan->mark;
    double sum = mark / 2, of_phrases = 0;
    if (read_words(scan, piece.bytes, piece.size)) return -1;
    for (size_t at = 0; at < scan->count; at++) {
        const Word *word = &scan->texts[at].word;
        sum += word->vote;
        if (word->about && add_phrases(scan, word->about, &scan->texts[at + 1], scan->count - at - 1, &of_phrases))
            return -1;
    }
    if (scan->ask) return ask_about(scan, piece, telling, votes);
    const double marked = sum - floor(sum / begins) * begins + of_phrases, marks = floor(marked / mark);
    *telling = (long)marks;
    *votes = (marked - marks * mark - mark / 2) / sqrt((double)scan->count);
    return 0;
}

typedef struct {
    double one, word, root, stop, start, end, two, three; /* the weights of terms */
    double signature;                                     /* what it adds */
    Py_ssize_t most_chars, most_of_head, far, near, most_words;
    const char *stops;
} Rules;

/* Whether a word ends with one of these marks. */
static int has_stop(Text word, const char *stops) {
    size_t last = word.size - 1;
    while (last && (word.bytes[last] & 0xC0) == 0x80) last--;
    char mark[5] = {0};
    memcpy(mark, word.bytes + last, word.size - last < 4 ? word.size - last : 4);
    return mark[0] && strstr(stops, mark) != NULL;
}

/* As `_score` in candidates.py. Without words, nothing tells. */
static int score_of(Scan *scan, const Rules *rules, Piece piece, Py_ssize_t at, Py_ssize_t from_end, long *telling,
                    double *score) {
    *telling = 0;
    if (votes_of(scan, piece, telling, score)) return -1;
    const double words = (double)scan->count;
    if (!scan->count) return 0;
    /* One after the other, as Python adds them. */
    *score = *score + rules->one + rules->word * words + rules->root * sqrt(words) +
             rules->stop * has_stop(scan->texts[scan->count - 1], rules->stops) +
             rules->start * (double)(at < rules->far ? at : rules->far) +
             rules->end * (double)(from_end < rules->far ? from_end : rules->far) + rules->two * (*telling >= 2) +
             rules->three * (*telling >= 3);
    return 0;
}

/* Whether a row of dashes begins here, and white space follows it within this many characters. */
static int is_row(Piece line, size_t at, Py_ssize_t chars_left) {
    size_t size;
    for (; at < line.size && chars_left > 0 && is_dash(char_at(line.bytes + at, &size)); chars_left--) at += size;
    return at < line.size && chars_left > 0 && space_at((const unsigned char *)line.bytes + at, line.size - at);
}

/* `head_of` in candidates.py: what stands before the first of its `SEPARATOR`s, if that is near the beginning. */
static Piece head_of(Piece line, Py_ssize_t most_chars) {
    int after_space = 0;
    size_t size;
    Py_ssize_t chars = 0;
    for (size_t at = 0; at < line.size && chars < most_chars; at += size, chars++) {
        const unsigned code = char_at(line.bytes + at, &size);
        const int is_separator = separates(code) || (after_space && is_dash(code) && is_row(line, at, most_chars - chars));
        if (chars >= 2 && is_separator) return (Piece){line.bytes, at};
        after_space = space_at((const unsigned char *)line.bytes + at, line.size - at) > 0;
    }
    return (Piece){line.bytes, 0};
}

/* Adds (index, whether only a signature can be meant) to the result if the line may be a candidate. */
static int choose(Scan *scan, const Rules *rules, PyObject *text, Py_ssize_t at, Py_ssize_t last, PyObject *result) {
    const Py_ssize_t chars = PyUnicode_GetLength(text), from_end = last - at;
    if (chars <= 0 || chars > rules->most_chars) return chars < 0 ? -1 : 0;
    Piece line;
    long telling, of_head;
    double score = 0, score_of_head = 0;
    if (!(line.bytes = bytes_of(text, &line.size))) return -1;
    if (score_of(scan, rules, line, at, from_end, &telling, &score)) return -1;
    if (!scan->count) return 0;
    int is_chosen = telling && score > 0;
    if (telling && !is_chosen) {
        if (score_of(scan, rules, head_of(line, rules->most_of_head), at, from_end, &of_head, &score_of_head)) return -1;
        is_chosen = of_head && score_of_head > 0;
    }
    const int may_be_signed = (at < from_end ? at : from_end) < rules->near && score + rules->signature > 0;
    if (!is_chosen && !may_be_signed) return 0;
    PyObject *entry = Py_BuildValue("(nN)", at, PyBool_FromLong(!is_chosen));
    const int failed = entry ? PyList_Append(result, entry) : -1;
    Py_XDECREF(entry);
    return failed;
}

/* Reads what `packed_signs` in packing.py has written. */
static int read_signs(Signs *signs, const char *bytes, Py_ssize_t size) {
    const Py_ssize_t before = 2 * OF_MASK, weights = (size - before) / (Py_ssize_t)sizeof(double);
    if (size < before || (size - before) % (Py_ssize_t)sizeof(double) || weights <= HOW || weights > MOST_SIGNS) {
        PyErr_SetString(PyExc_ValueError, "not the weights of signs");
        return -1;
    }
    signs->concepts = (size_t)weights - HOW;
    signs->weak = mask_from((const uint8_t *)bytes);
    signs->function = mask_from((const uint8_t *)bytes + OF_MASK);
    memcpy(signs->weights, bytes + before, (size_t)(size - before));
    return 0;
}

/* chosen(table, votes, lines, weights, signs, own, limits, stops): the lines that may be candidates. `weights` are
   those of terms, and the marks of votes.py; `signs` is what `packed_signs` has written. None if the table is in
   use. */
static PyObject *chosen(PyObject *self, PyObject *args) {
    (void)self;
    PyObject *capsule, *lines;
    const char *signs;
    Py_ssize_t of_signs;
    Scan scan; /* 7 KB, so it is not cleared */
    Rules rules;
    if (!PyArg_ParseTuple(args, "OOO(ddddddddddd)y#i(nnnnn)s", &capsule, &scan.votes, &lines, &rules.one, &rules.word,
                          &rules.root, &rules.stop, &rules.start, &rules.end, &rules.two, &rules.three,
                          &rules.signature, &scan.begins, &scan.mark, &signs, &of_signs, &scan.own,
                          &rules.most_chars, &rules.most_of_head, &rules.far, &rules.near, &rules.most_words,
                          &rules.stops))
        return NULL;
    if (read_signs(&scan.signs, signs, of_signs)) return NULL;
    if (rules.most_words < 0) return PyErr_Format(PyExc_ValueError, "not a number of words");
    if (rules.most_chars > MOST_CHARS) return PyErr_Format(PyExc_ValueError, "too many characters");
    if (scan.own < 0 || scan.own >= MOST_LEXICONS) return PyErr_Format(PyExc_ValueError, "not the number of a language");
    Table *table = scan.table = PyCapsule_GetPointer(capsule, TABLE);
    if (!table) return NULL;
    scan.lexicon = lexicon_of(table);
    if (table->busy) return Py_NewRef(Py_None);
    const Py_ssize_t count = PySequence_Size(lines);
    PyObject *result = count < 0 ? NULL : PyList_New(0);
    table->busy = 1;
    for (Py_ssize_t at = 0; result && at < count; at++) {
        PyObject *line = make_room(table, (size_t)rules.most_words) ? NULL : PySequence_GetItem(lines, at);
        if (!line || choose(&scan, &rules, line, at, count - 1, result)) Py_CLEAR(result);
        Py_XDECREF(line);
    }
    table->busy = 0;
    return result;
}

static PyMethodDef methods[] = {
    {"lexicon", new_lexicon, METH_VARARGS, NULL},
    {"place", call_place, METH_VARARGS, NULL},
    {"stems", call_stems, METH_VARARGS, NULL},
    {"table", new_table, METH_VARARGS, NULL},
    {"chosen", chosen, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_votes", NULL, -1, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__votes(void) {
    PyObject *self = PyModule_Create(&module);
    if (self && PyModule_AddStringConstant(self, "SOURCE", SOURCE)) Py_CLEAR(self);
    return self;
}
