/* Reduces a text to its words, with the same results as the Python code in content.py, which runs where this file was not
   compiled. The meaning of the signs is explained there. */

#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030B0000
#include <Python.h>
#include <string.h>

#include "../text/code_points.h"

/* An entry of a code point has its folded form, or one of these instead, and whether a text with this character may not
   be in NFKC. */
enum { SKIPPED, GROWS, SIGN, SPACE = ' ' };
enum { UNSTABLE = 1 << 24, ASCII = 0x80, NO_BREAK_SPACE = 0xA0, SHARP_S = 0xDF };

static int is_digit(Py_UCS4 code) { return code >= '0' && code <= '9'; }

static int is_plus_or_hash(Py_UCS4 code) { return code == '+' || code == '#'; }

/* The last two visible characters before a place, and their folded forms. Their blocks were read before. */
typedef struct {
    Py_UCS4 code[2], form[2];
} Before;

static Before before(const Py_UCS4 *text, Py_ssize_t at) {
    Before found = {{SPACE, SPACE}, {SPACE, SPACE}};
    for (int count = 0; count < 2 && at-- > 0;) {
        const Py_UCS4 code = text[at], form = known[code / BLOCK][code % BLOCK] & (UNSTABLE - 1);
        if (form == SKIPPED) continue;
        found.code[count] = form == GROWS ? 's' : code == NO_BREAK_SPACE ? SPACE : code;
        found.form[count++] = form == GROWS ? 's' : form;
    }
    return found;
}

/* The sign at a place, given the character that follows; a space if the sign does not count there. */
static Py_UCS4 sign_at(const Py_UCS4 *text, Py_ssize_t at, Py_UCS4 after) {
    const Py_UCS4 sign = text[at] == 0x2212 || text[at] == 0x2013 ? '-' : text[at];
    if (!is_digit(after) && !is_plus_or_hash(sign)) return SPACE; /* most signs */
    const Before around = before(text, at);
    const Py_UCS4 last = around.code[0];
    if (is_digit(after) && (last == ' ' || last == '\n' || last == '(') && sign != '#') return sign;
    if (!is_plus_or_hash(sign)) return SPACE;
    const int after_letter = around.form[0] > SPACE && !is_digit(last);
    const int after_plus = last == '+' && around.form[1] > SPACE && !is_digit(around.code[1]);
    return after_letter || after_plus ? sign : SPACE;
}

/* Find the next visible character; a space at the end. Returns 0 with an exception. */
static int look_after(const Py_UCS4 *text, Py_ssize_t size, Py_ssize_t at, PyObject *describe, Py_UCS4 *after) {
    for (*after = SPACE; ++at < size;) {
        uint32_t entry;
        if (!look_up(text[at], describe, &entry)) return 0;
        if ((entry & (UNSTABLE - 1)) == SKIPPED) continue;
        *after = text[at];
        break;
    }
    return 1;
}

/* Write a character in UTF-8. A surrogate is written like any other. */
static char *put(char *to, Py_UCS4 code) {
    if (code < 0x80) *to++ = (char)code;
    else if (code < 0x800) *to++ = (char)(0xC0 | code >> 6), *to++ = (char)(0x80 | (code & 0x3F));
    else {
        if (code < 0x10000) *to++ = (char)(0xE0 | code >> 12);
        else *to++ = (char)(0xF0 | (code >> 18 & 7)), *to++ = (char)(0x80 | (code >> 12 & 0x3F));
        *to++ = (char)(0x80 | (code >> 6 & 0x3F)), *to++ = (char)(0x80 | (code & 0x3F));
    }
    return to;
}

/* Write the words of a text, with a space after each, into a buffer with room for four bytes a character and one more.
   Returns the end of the last word; NULL with an exception, or without one if a character grows, or if the text must be
   in NFKC and may not be. */
static char *read_words(const Py_UCS4 *text, Py_ssize_t size, PyObject *describe, int must_be_stable, char *words) {
    const uint32_t refused = must_be_stable ? UNSTABLE : 0;
    char *end = words;
    int in_word = 0;
    for (Py_ssize_t at = 0; at < size; at++) {
        uint32_t entry;
        if (!look_up(text[at], describe, &entry)) return NULL;
        if (entry - SPACE < ASCII - SPACE) { /* most characters; branches at the ends of words are hard to predict */
            const int is_of_word = entry > SPACE;
            *end = (char)entry;
            end += is_of_word | in_word;
            in_word = is_of_word;
            continue;
        }
        Py_UCS4 form = entry & (UNSTABLE - 1);
        if (entry & refused || (form == GROWS && text[at] != SHARP_S)) return NULL;
        if (form == SKIPPED) continue;
        if (form == GROWS) *end++ = 's', form = 's';
        if (form == SIGN) {
            Py_UCS4 after;
            if (!look_after(text, size, at, describe, &after)) return NULL;
            form = sign_at(text, at, after);
        }
        if (form > SPACE) end = put(end, form), in_word = 1;
        else if (in_word) *end++ = ' ', in_word = 0;
    }
    return end > words && !in_word ? end - 1 : end;
}

/* words(text, describe, must_be_stable) returns the words in UTF-8 with a space between them; None if a character grows,
   or if the text must be in NFKC and may not be. `describe(number)` returns the entries of a block of 256 code points,
   which are kept for all later calls. */
static PyObject *call_words(PyObject *self, PyObject *args) {
    (void)self;
    PyObject *text, *describe, *result = NULL;
    int must_be_stable;
    if (!PyArg_ParseTuple(args, "UOp", &text, &describe, &must_be_stable)) return NULL;
    const Py_ssize_t size = PyUnicode_GetLength(text);
    if (size > PY_SSIZE_T_MAX / 16) return PyErr_NoMemory();
    Py_UCS4 *codes = PyUnicode_AsUCS4Copy(text);
    char *words = PyMem_Malloc(4 * (size_t)size + 1);
    if (codes && words) {
        const char *end = read_words(codes, size, describe, must_be_stable, words);
        if (end) result = PyBytes_FromStringAndSize(words, end - words);
        else if (!PyErr_Occurred()) result = Py_NewRef(Py_None);
    } else if (codes)
        PyErr_NoMemory();
    PyMem_Free(codes);
    PyMem_Free(words);
    return result;
}

static PyMethodDef methods[] = {
    {"words", call_words, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_content", NULL, -1, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__content(void) {
    PyObject *self = PyModule_Create(&module);
    if (self && PyModule_AddStringConstant(self, "SOURCE", SOURCE)) Py_CLEAR(self);
    return self;
}
