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
enum { UNSTABLE = 1 << 24, NO_BREAK_SPACE = 0xA0, SHARP_S = 0xDF };

static int is_digit(Py_UCS4 code) { return code >= '0' && code <= '9'; }

static int is_plus_or_hash(Py_UCS4 code) { return code == '+' || code == '#'; }

/* What stands before a place: the last two characters and their folded forms. */
typedef struct {
    Py_UCS4 code[2], form[2];
} Before;

static void move(Before *before, Py_UCS4 code, Py_UCS4 form) {
    before->code[1] = before->code[0], before->form[1] = before->form[0];
    before->code[0] = code, before->form[0] = form;
}

/* The sign after these characters and before this one, or a space if it does not count there. */
static Py_UCS4 sign_at(const Before *before, Py_UCS4 sign, Py_UCS4 after) {
    const Py_UCS4 last = before->code[0];
    if (sign == 0x2212 || sign == 0x2013) sign = '-';
    if (is_digit(after) && (last == ' ' || last == '\n' || last == '(') && sign != '#') return sign;
    if (!is_plus_or_hash(sign)) return SPACE;
    const int after_letter = before->form[0] > SPACE && !is_digit(last);
    const int after_plus = last == '+' && before->form[1] > SPACE && !is_digit(before->code[1]);
    return after_letter || after_plus ? sign : SPACE;
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

/* Write the words of a text into a buffer with room for five bytes a character. Returns their end; NULL with an
   exception, or without one if a character grows, or if the text must be in NFKC and may not be. */
static char *read_words(const Py_UCS4 *text, Py_ssize_t size, PyObject *describe, int must_be_stable, char *words) {
    const uint32_t refused = must_be_stable ? UNSTABLE : 0;
    Before before = {{SPACE, SPACE}, {SPACE, SPACE}};
    char *end = words;
    Py_UCS4 sign = 0; /* one that waits for the next character */
    int was_space = 0;
    for (Py_ssize_t at = 0; at <= size; at++) { /* a space follows the text */
        Py_UCS4 code = at < size ? text[at] : SPACE;
        const uint32_t *block = known[code / BLOCK];
        if (!block && !(block = read_block(code / BLOCK, describe))) return NULL;
        const uint32_t entry = block[code % BLOCK];
        Py_UCS4 form = entry & (UNSTABLE - 1);
        if (entry & refused || (form == GROWS && code != SHARP_S)) return NULL;
        if (form == SKIPPED) continue;
        if (sign) {
            const Py_UCS4 written = sign_at(&before, sign, code);
            if (written == SPACE) was_space = 1;
            else {
                if (was_space && end > words) *end++ = ' ';
                *end++ = (char)written, was_space = 0;
            }
            move(&before, sign, SIGN);
            sign = 0;
        }
        if (form == SIGN) {
            sign = code;
            continue;
        }
        if (form == GROWS) {
            move(&before, 's', 's');
            code = form = 's';
        } else if (code == NO_BREAK_SPACE)
            code = SPACE;
        move(&before, code, form);
        if (form == SPACE) {
            was_space = 1;
            continue;
        }
        if (was_space && end > words) *end++ = ' ';
        if (entry == GROWS) *end++ = 's';
        end = put(end, form);
        was_space = 0;
        Py_UCS4 last = form;
        const Py_ssize_t first = at; /* most characters follow another one of their word */
        for (; at + 1 < size && (block = known[text[at + 1] / BLOCK]); at++) {
            const uint32_t next = block[text[at + 1] % BLOCK];
            if (next <= SPACE || next >= UNSTABLE) break;
            before.form[1] = last, last = next;
            end = put(end, next);
        }
        if (at > first) before.code[1] = text[at - 1], before.code[0] = text[at], before.form[0] = last;
    }
    return end;
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
    char *words = PyMem_Malloc(5 * ((size_t)size + 1));
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
