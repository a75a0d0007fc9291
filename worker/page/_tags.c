/* Reads the tags of a page from its characters, with the same results as tags.py, which does it where this file was not
   compiled. Each function is linear in the length of the page. */

#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030B0000
#include <Python.h>
#include <string.h>

enum { LONGEST = 6 }; /* letters of a name that is looked for */

static int is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

static int is_space(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f'; }

/* The page in UTF-8; None in `other` if it has no such form. */
static const char *page_of(PyObject *html, Py_ssize_t *size, PyObject **other) {
    *other = NULL;
    const char *text = PyUnicode_AsUTF8AndSize(html, size);
    if (!text && PyErr_ExceptionMatches(PyExc_UnicodeEncodeError)) {
        PyErr_Clear();
        *other = Py_NewRef(Py_None);
    }
    return text;
}

/* Whether the names, each between two commas, hold this one. */
static int is_named(const char *names, const char *name, Py_ssize_t size) {
    char wanted[LONGEST + 3] = ",";
    for (Py_ssize_t at = 0; at < size; at++) wanted[at + 1] = (char)(name[at] | 32);
    wanted[size + 1] = ',';
    wanted[size + 2] = 0;
    return strstr(names, wanted) != NULL;
}

/* count(html, costly, merged) returns how many `<` there are, how many begin a tag with attributes and one of the
   `costly` names, and how many of these have one of the `merged` names. Names stand between commas. */
static PyObject *call_count(PyObject *self, PyObject *args) {
    (void)self;
    PyObject *html, *other;
    const char *costly_names, *merged_names;
    Py_ssize_t size, tags = 0, costly = 0, merged = 0;
    if (!PyArg_ParseTuple(args, "Uss", &html, &costly_names, &merged_names)) return NULL;
    const char *at = page_of(html, &size, &other);
    if (!at) return other;
    const char *end = at + size;
    while (at < end && (at = memchr(at, '<', (size_t)(end - at)))) {
        const char *name = ++at;
        tags++;
        while (at < end && at - name <= LONGEST && is_letter(*at)) at++;
        const Py_ssize_t letters = at - name;
        if (letters == 0 || letters > LONGEST || at == end || !(is_space(*at) || *at == '/')) continue;
        if (!is_named(costly_names, name, letters)) continue;
        costly++;
        merged += is_named(merged_names, name, letters);
    }
    return Py_BuildValue("nnn", tags, costly, merged);
}

/* The end of the attribute that begins here, or NULL if none does. A quote that is never closed begins no value. */
static const char *attribute_end(const char *at, const char *end) {
    while (at < end && (is_space(*at) || *at == '/')) at++;
    if (at == end || *at == '>') return NULL;
    at++;
    while (at < end && !is_space(*at) && *at != '/' && *at != '>' && *at != '=') at++;
    const char *value = at;
    while (value < end && is_space(*value)) value++;
    if (value == end || *value != '=') return at;
    value++;
    while (value < end && is_space(*value)) value++;
    if (value == end || *value == '>') return value;
    if (*value == '"' || *value == '\'') {
        const char *close = memchr(value + 1, *value, (size_t)(end - value - 1));
        return close ? close + 1 : value;
    }
    while (value < end && !is_space(*value) && *value != '>') value++;
    return value;
}

/* has_crowd(html, most) returns whether a tag has more attributes than that. */
static PyObject *call_has_crowd(PyObject *self, PyObject *args) {
    (void)self;
    PyObject *html, *other;
    Py_ssize_t size, most;
    if (!PyArg_ParseTuple(args, "Un", &html, &most)) return NULL;
    const char *at = page_of(html, &size, &other);
    if (!at) return other;
    const char *end = at + size, *next;
    while (at < end && (at = memchr(at, '<', (size_t)(end - at)))) {
        at++;
        if (at == end || !is_letter(*at)) continue;
        while (at < end && !is_space(*at) && *at != '>' && *at != '/') at++;
        for (Py_ssize_t count = 0; (next = attribute_end(at, end)); at = next)
            if (++count > most) Py_RETURN_TRUE;
    }
    Py_RETURN_FALSE;
}

static PyMethodDef methods[] = {
    {"count", call_count, METH_VARARGS, NULL},
    {"has_crowd", call_has_crowd, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_tags", NULL, -1, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__tags(void) {
    PyObject *self = PyModule_Create(&module);
    if (self && PyModule_AddStringConstant(self, "SOURCE", SOURCE)) Py_CLEAR(self);
    return self;
}
