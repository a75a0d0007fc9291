/* Looks at the lines of a text: where some of them stand, and where a capital directly follows a small letter. The results
   are the same as those of the Python code in residue/place.py and capitals.py, which runs where this file was not
   compiled. */

#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030B0000
#include <Python.h>
#include <stdint.h>
#include <string.h>

enum { FAR = 6, SHORT = 60, MOST_CHARS = 255, MANY = 4, MANY_HEADINGS = 8, BEGINNING = 4, MOST_DIGITS = 3, PLACES = 14 };
enum { BLOCK = 32, MOST_OTHERS = 64 }; /* bytes compared at once; characters beyond ASCII that are noted */

/* -- Where lines stand ------------------------------------------------------------------------------------------- */

typedef struct {
    PyObject *text; /* borrowed from the list */
    Py_ssize_t size;
    uint64_t begin[2]; /* its first four characters, and how many of them it has */
    /* kind: -1 if not known yet; alike: how many different lines begin like this one, 0 if not known yet */
    signed char is_candidate, kind, alike;
} Line;

typedef struct {
    Line *line;
    Py_ssize_t count;
    PyObject *ask; /* `kind_of` in place.py */
} Lines;

enum { NEITHER, ITEM, LABEL }; /* the kinds of lines, as in place.py */

static PyObject *tab, *bar; /* the signs between two cells */

/* All that Python strips, and `\s` matches. */
static int is_space(Py_UCS4 code) {
    if (code < 0x80) return code == ' ' || (code >= '\t' && code <= '\r') || (code >= 0x1C && code <= 0x1F);
    return code == 0x85 || code == 0xA0 || code == 0x1680 || (code >= 0x2000 && code <= 0x200A) || code == 0x2028 ||
           code == 0x2029 || code == 0x202F || code == 0x205F || code == 0x3000;
}

static int is_sentence_end(Py_UCS4 code) {
    switch (code) {
    case '.': case '!': case '?': case ':': case ';': case ',': case 0x2026: case 0x3002: case 0xFF01: case 0xFF1F:
    case 0x6D4: case 0x964: case 0x589: return 1;
    default: return 0;
    }
}

/* Whether this mark may close a label between two marks. */
static int closes(Py_UCS4 code) {
    switch (code) {
    case '-': case 0x2013: case 0x2014: case '*': case 0x2022: case 0xB7: case 0x25AA: return 1;
    default: return 0;
    }
}

static int is_mark(Py_UCS4 code) { return closes(code) || code == 0x2713 || code == 0x2714 || code == 0x2705; }

static Py_UCS4 char_at(const Line *line, Py_ssize_t at) { return PyUnicode_ReadChar(line->text, at); }

/* The end of the line without spaces. */
static Py_ssize_t end_of(const Line *line) {
    Py_ssize_t end = line->size;
    while (end && is_space(char_at(line, end - 1))) end--;
    return end;
}

/* Whether a line begins like an item of a list: 1 or 0; -1 if only Python can tell, because it knows all digits. */
static int is_marked(const Line *line, Py_ssize_t begin, Py_ssize_t end) {
    const Py_UCS4 first = char_at(line, begin);
    Py_ssize_t at = begin;
    int beyond_ascii = 0;
    if (!is_mark(first)) {
        if (first >= 'a' && first <= 'z') at++;
        else
            for (Py_UCS4 code; at < end && at < begin + MOST_DIGITS; at++) {
                code = char_at(line, at);
                if (code < 0x80 && (code < '0' || code > '9')) break;
                beyond_ascii |= code >= 0x80;
            }
        if (at == begin || at == end || (char_at(line, at) != '.' && char_at(line, at) != ')')) return 0;
    }
    if (at + 1 >= end || !is_space(char_at(line, at + 1))) return 0;
    return beyond_ascii ? -1 : 1;
}

/* The kind of a line; -1 with an exception. */
static int kind_of(const Line *line, PyObject *ask) {
    const Py_ssize_t end = end_of(line);
    Py_ssize_t begin = 0;
    while (begin < end && is_space(char_at(line, begin))) begin++;
    const int marked = begin < end ? is_marked(line, begin, end) : 0;
    if (marked >= 0) return !marked ? NEITHER : closes(char_at(line, end - 1)) ? LABEL : ITEM;
    PyObject *answer = PyObject_CallFunctionObjArgs(ask, line->text, NULL);
    const long kind = answer ? PyLong_AsLong(answer) : -1;
    Py_XDECREF(answer);
    if (kind >= NEITHER && kind <= LABEL) return (int)kind;
    if (!PyErr_Occurred()) PyErr_SetString(PyExc_ValueError, "not a kind of line");
    return -1;
}

/* Finds the kind of a line, and remembers it. Returns 0 with an exception. */
static int find_kind(Lines *lines, Py_ssize_t at) {
    if (at < 0 || at >= lines->count || lines->line[at].kind >= 0) return 1;
    return (lines->line[at].kind = (signed char)kind_of(&lines->line[at], lines->ask)) >= 0;
}

/* How many different lines begin like this one, up to `MANY`; -1 with an exception. */
static int count_beginnings(const Lines *lines, const Line *line) {
    const Line *found[MANY];
    int count = 0;
    for (const Line *other = lines->line, *end = other + lines->count; other < end && count < MANY; other++) {
        if (other->begin[0] != line->begin[0] || other->begin[1] != line->begin[1]) continue;
        int is_new = 1;
        for (int at = 0; at < count && is_new; at++) {
            if (other->size != found[at]->size) continue;
            const int is_same = PyObject_RichCompareBool(other->text, found[at]->text, Py_EQ);
            if (is_same < 0) return -1;
            is_new = !is_same;
        }
        if (is_new) found[count++] = other;
    }
    return count;
}

/* The same for each candidate; lines that begin alike are counted once. Returns 0 with an exception. */
static int find_beginnings(Lines *lines, const Py_ssize_t *candidates, Py_ssize_t count) {
    for (Py_ssize_t at = 0; at < count; at++) {
        Line *line = &lines->line[candidates[at]];
        for (Py_ssize_t before = 0; before < at && !line->alike; before++) {
            const Line *other = &lines->line[candidates[before]];
            if (other->begin[0] == line->begin[0] && other->begin[1] == line->begin[1]) line->alike = other->alike;
        }
        if (!line->alike && (line->alike = (signed char)count_beginnings(lines, line)) < 0) return 0;
    }
    return 1;
}

/* Reads the lines of a list. Returns 0 with an exception. */
static int read_lines(PyObject *list, Lines *lines) {
    for (Py_ssize_t at = 0; at < lines->count; at++) {
        Line *line = &lines->line[at];
        if (!(line->text = PyList_GetItem(list, at))) return 0;
        if ((line->size = PyUnicode_GetLength(line->text)) < 0) return 0;
        line->kind = -1;
        const Py_ssize_t size = line->size < BEGINNING ? line->size : BEGINNING;
        line->begin[1] = (uint64_t)size;
        for (Py_ssize_t of = 0; of < size; of++)
            line->begin[of / 2] = line->begin[of / 2] << 24 | char_at(line, of);
    }
    return 1;
}

/* Marks the candidates among the lines. Returns 0 with an exception. */
static int read_candidates(PyObject *list, Py_ssize_t *candidates, Py_ssize_t count, Lines *lines) {
    for (Py_ssize_t number = 0; number < count; number++) {
        const Py_ssize_t at = PyLong_AsSsize_t(PyList_GetItem(list, number));
        if (at < 0 || at >= lines->count) {
            if (!PyErr_Occurred()) PyErr_SetString(PyExc_IndexError, "not the index of a line");
            return 0;
        }
        candidates[number] = at;
        lines->line[at].is_candidate = 1;
    }
    return 1;
}

/* The share of short lines, and how many lines look like headings. */
static void count_lines(const Lines *lines, double *whole) {
    Py_ssize_t is_short = 0, headings = 0;
    for (Py_ssize_t at = 0; at < lines->count; at++) {
        const Line *line = &lines->line[at];
        is_short += line->size <= SHORT;
        headings += line->size && line->size <= SHORT && at + 1 < lines->count && line[1].size > SHORT &&
                    !is_sentence_end(char_at(line, line->size - 1));
    }
    whole[0] = (double)is_short / (double)lines->count;
    whole[1] = (double)(headings < MANY_HEADINGS ? headings : MANY_HEADINGS);
}

static double least(Py_ssize_t one, Py_ssize_t other) { return (double)(one < other ? one : other); }

/* The line this many lines away; an empty one beyond the ends. */
static const Line *near(const Lines *lines, Py_ssize_t at, Py_ssize_t by) {
    static const Line none = {0};
    return at + by >= 0 && at + by < lines->count ? &lines->line[at + by] : &none;
}

static int is_short_there(const Lines *lines, Py_ssize_t at, Py_ssize_t by) {
    return at + by >= 0 && at + by < lines->count && lines->line[at + by].size <= SHORT;
}

/* The row of one candidate, in the order of `PLACES`; NULL with an exception. */
static PyObject *row_of(Lines *lines, Py_ssize_t at, const double *whole) {
    const Line *line = &lines->line[at], *before = near(lines, at, -1), *after = near(lines, at, 1);
    const Py_ssize_t colon = end_of(before);
    int candidates = 0, items = 0;
    for (Py_ssize_t by = -2; by <= 2; by++) {
        if (!find_kind(lines, at + by)) return NULL;
        if (!by) continue;
        candidates += near(lines, at, by)->is_candidate;
        items += near(lines, at, by)->kind == ITEM;
    }
    const Py_ssize_t tabs = PyUnicode_Count(line->text, tab, 0, line->size);
    const Py_ssize_t bars = PyUnicode_Count(line->text, bar, 0, line->size);
    if (tabs < 0 || bars < 0) return NULL;
    const double values[PLACES] = {
        least(at, FAR), least(lines->count - 1 - at, FAR),
        is_short_there(lines, at, -1) ? 1 + is_short_there(lines, at, -2) : 0,
        is_short_there(lines, at, 1) ? 1 + is_short_there(lines, at, 2) : 0,
        candidates, colon && (char_at(before, colon - 1) == ':' || char_at(before, colon - 1) == 0xFF1A),
        least(before->size, MOST_CHARS), least(after->size, MOST_CHARS), whole[0], whole[1],
        line->kind == LABEL ? 1 : line->alike, line->kind == ITEM, items, (double)(tabs + bars),
    };
    PyObject *row = PyList_New(PLACES);
    for (int number = 0; row && number < PLACES; number++) {
        PyObject *value = PyFloat_FromDouble(values[number]);
        if (!value || PyList_SetItem(row, number, value)) Py_CLEAR(row);
    }
    return row;
}

/* The rows of all candidates; NULL with an exception. */
static PyObject *rows_of(PyObject *texts, PyObject *numbers, Lines *lines, Py_ssize_t *candidates, Py_ssize_t count) {
    double whole[2];
    if (!read_lines(texts, lines) || !read_candidates(numbers, candidates, count, lines) ||
        !find_beginnings(lines, candidates, count))
        return NULL;
    count_lines(lines, whole);
    PyObject *rows = PyList_New(count);
    for (Py_ssize_t number = 0; rows && number < count; number++) {
        PyObject *row = row_of(lines, candidates[number], whole);
        if (!row || PyList_SetItem(rows, number, row)) Py_CLEAR(rows);
    }
    return rows;
}

/* places(lines, candidates, ask) returns a row for each candidate. `ask(line)` tells the kind of a line that may begin
   with digits beyond ASCII. */
static PyObject *call_places(PyObject *self, PyObject *args) {
    (void)self;
    PyObject *some_lines, *some_numbers, *rows = NULL;
    Lines lines = {0};
    if (!PyArg_ParseTuple(args, "OOO", &some_lines, &some_numbers, &lines.ask)) return NULL;
    PyObject *texts = PySequence_List(some_lines), *numbers = texts ? PySequence_List(some_numbers) : NULL;
    if (numbers) {
        const Py_ssize_t count = PyList_Size(numbers);
        lines.count = PyList_Size(texts);
        lines.line = PyMem_Calloc((size_t)lines.count + 1, sizeof *lines.line);
        Py_ssize_t *candidates = PyMem_New(Py_ssize_t, (size_t)count + 1);
        if (lines.line && candidates) rows = rows_of(texts, numbers, &lines, candidates, count);
        else PyErr_NoMemory();
        PyMem_Free(candidates);
        PyMem_Free(lines.line);
    }
    Py_XDECREF(numbers);
    Py_XDECREF(texts);
    return rows;
}

/* -- Capitals after small letters -------------------------------------------------------------------------------- */

/* Whether a capital after this byte may begin another word. After a character beyond ASCII it may, except after an
   opening quotation mark. */
static int may_end(const unsigned char *text, Py_ssize_t at) {
    const unsigned char code = text[at];
    if (code < 0x80) return (code >= 'a' && code <= 'z') || code == '.' || code == '?' || code == '!';
    return at < 2 || text[at - 2] != 0xE2 || text[at - 1] != 0x80 || (code != 0x9C && code != 0x98);
}

/* Whether these bytes have a capital after anything but a space, or are not all ASCII. The byte before them is read,
   too. The compiler makes code that compares many bytes at once. */
static int is_of_interest(const unsigned char *text) {
    unsigned char found = 0;
    for (size_t at = 0; at < BLOCK; at++)
        found |= (unsigned char)(((text[at] >= 'A') & (text[at] <= 'Z') & (text[at - 1] > ' ')) | (text[at] >= 0x80));
    return found;
}

typedef struct {
    PyObject *places; /* in characters */
    Py_ssize_t most;
    uint32_t others[MOST_OTHERS]; /* the bytes of characters beyond ASCII, each at least once */
    int count;
    uint32_t last[256]; /* the last of them that was noted, by a hash of its bytes */
} Capitals;

/* Notes the character that begins here. Returns its size in bytes, or 0 if there are too many others. */
static int note_other(Capitals *found, const unsigned char *text) {
    const int size = text[0] >= 0xF0 ? 4 : text[0] >= 0xE0 ? 3 : 2;
    uint32_t bytes = 0;
    for (int at = 0; at < size; at++) bytes = bytes << 8 | text[at];
    uint32_t *last = &found->last[(bytes ^ bytes >> 8) & 0xFF];
    if (*last == bytes) return size;
    if (found->count == MOST_OTHERS) return 0;
    *last = found->others[found->count++] = bytes;
    return size;
}

/* Notes the place of a capital, if there is room. Returns 0 with an exception. */
static int note_place(Capitals *found, Py_ssize_t place) {
    if (PyList_Size(found->places) >= found->most) return 1;
    PyObject *number = PyLong_FromSsize_t(place);
    const int failed = !number || PyList_Append(found->places, number);
    Py_XDECREF(number);
    return !failed;
}

/* Reads a text in UTF-8. Returns 1; 0 if it has too many characters beyond ASCII, and -1 with an exception. */
static int find_capitals(const unsigned char *text, Py_ssize_t size, Capitals *found) {
    Py_ssize_t at = 0, behind = 0; /* behind: how many bytes more than characters there are so far */
    while (at < size) {
        const Py_ssize_t end = at + BLOCK < size ? at + BLOCK : size;
        if (at && end - at == BLOCK && !is_of_interest(text + at)) at = end;
        while (at < end) {
            if (text[at] >= 0x80) {
                const int bytes = note_other(found, text + at);
                if (!bytes) return 0;
                at += bytes, behind += bytes - 1;
                continue;
            }
            if (at && text[at] >= 'A' && text[at] <= 'Z' && may_end(text, at - 1) && !note_place(found, at - behind))
                return -1;
            at++;
        }
    }
    return 1;
}

/* The noted characters. */
static PyObject *others_of(const Capitals *found) {
    char text[4 * MOST_OTHERS];
    Py_ssize_t size = 0;
    for (int number = 0; number < found->count; number++)
        for (int shift = 24; shift >= 0; shift -= 8)
            if (found->others[number] >> shift & 0xFF) text[size++] = (char)(found->others[number] >> shift & 0xFF);
    return PyUnicode_DecodeUTF8(text, size, NULL);
}

/* capitals(text, most) returns the places of up to `most` capitals from A to Z that directly follow a small letter, the
   end of a sentence, or a character beyond ASCII other than an opening quotation mark; and all characters beyond ASCII,
   each at least once. Returns None if these are too many, or if there are lone surrogates among them. */
static PyObject *call_capitals(PyObject *self, PyObject *args) {
    (void)self;
    PyObject *text;
    Py_ssize_t size;
    Capitals found = {0};
    if (!PyArg_ParseTuple(args, "Un", &text, &found.most)) return NULL;
    const unsigned char *bytes = (const unsigned char *)PyUnicode_AsUTF8AndSize(text, &size);
    if (!bytes) {
        if (!PyErr_ExceptionMatches(PyExc_UnicodeEncodeError)) return NULL;
        PyErr_Clear();
        Py_RETURN_NONE;
    }
    if (!(found.places = PyList_New(0))) return NULL;
    const int done = find_capitals(bytes, size, &found);
    if (done > 0) return Py_BuildValue("NN", found.places, others_of(&found));
    Py_DECREF(found.places);
    return done ? NULL : Py_NewRef(Py_None);
}

static PyMethodDef methods[] = {
    {"capitals", call_capitals, METH_VARARGS, NULL},
    {"places", call_places, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_lines", NULL, -1, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__lines(void) {
    PyObject *self = PyModule_Create(&module);
    tab = PyUnicode_FromString("\t"), bar = PyUnicode_FromString(" | ");
    if (self && (!tab || !bar || PyModule_AddStringConstant(self, "SOURCE", SOURCE))) Py_CLEAR(self);
    return self;
}
