/* Finds the same elements of a page as the selector in elements.py, which finds them where this file was not compiled.

   Nothing here recurses, however deep a page is nested. */

#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030B0000
#define _GNU_SOURCE
#include <Python.h>
#include <string.h>

#include "../lexbor.h"

typedef struct {
    const char *data;
    size_t size;
} Value;

enum { KNOWN_TAGS = 512, UNKNOWN = -128 }; /* the parser numbers the tags of the HTML standard from 0 */

static int is_upper(char letter) { return letter >= 'A' && letter <= 'Z'; }

/* The tags that the selector names. */
enum { META = 1, LINK_TAG, BASE, TITLE, H1, TIME, SCRIPT, INPUT, ANCHOR, SVG, ROLES };
static const char *const ROLE_NAMES[] = {"", "meta", "link", "base", "title", "h1", "time", "script", "input", "a", "svg"};
static int8_t role_of_tag[KNOWN_TAGS]; /* or UNKNOWN */

static int role_of(Node *node) {
    const uintptr_t id = dom.tag_id(node);
    if (id < KNOWN_TAGS && role_of_tag[id] != UNKNOWN) return role_of_tag[id];
    size_t size = 0;
    const char *name = dom.name(node, &size);
    int role = ROLES;
    while (--role > 0 && !(name && strlen(ROLE_NAMES[role]) == size && !memcmp(ROLE_NAMES[role], name, size)));
    if (id < KNOWN_TAGS) role_of_tag[id] = (int8_t)role;
    return role;
}

static int is_same(const char *text, size_t size, const char *word) {
    size_t at = 0;
    while (at < size && word[at] && (is_upper(text[at]) ? text[at] + 'a' - 'A' : text[at]) == word[at]) at++;
    return at == size && !word[at];
}

/* Whether one of the words in an attribute is this one, in any case. */
static int has_word(const Value *value, const char *word) {
    for (size_t at = 0, begin = 0; value->data && at <= value->size; at++)
        if (at == value->size || strchr(" \t\n\f\r", value->data[at])) {
            if (is_same(value->data + begin, at - begin, word)) return 1;
            begin = at + 1;
        }
    return 0;
}

static int has_in_any_case(const Value *value, const char *word) {
    const size_t length = strlen(word);
    for (size_t at = 0; value->data && at + length <= value->size; at++)
        if (is_same(value->data + at, length, word)) return 1;
    return 0;
}

/* Whether a class may be that of a byline. Most elements have a class, and `memmem` would take longer. */
static int is_of_byline(const Value *value) {
    for (size_t at = 0; at + 5 <= value->size; at++) {
        const char *part = value->data + at;
        if ((*part == 'u' && !memcmp(part, "uthor", 5)) || (*part == 'y' && !memcmp(part, "yline", 5))) return 1;
    }
    return 0;
}

static int has(const Value *value, const char *word, size_t size) {
    return value->data && memmem(value->data, value->size, word, size) != NULL;
}

/* Whether an element of this role is looked for because of this attribute. */
static int is_mark(int role, const char *name, size_t size, const Value *value) {
#define NAMED(word) (size == sizeof(word) - 1 && !memcmp(name, word, sizeof(word) - 1))
#define IS(word) (value->data && value->size == sizeof(word) - 1 && !memcmp(value->data, word, sizeof(word) - 1))
    if (NAMED("class")) return is_of_byline(value);
    if (NAMED("itemprop")) return IS("author") || IS("datePublished");
    switch (role) {
    case META: return NAMED("content");
    case LINK_TAG: return NAMED("rel") && has_word(value, "canonical");
    case TIME: return NAMED("datetime");
    case SCRIPT: return NAMED("type") && has_in_any_case(value, "ld+json");
    case INPUT: return NAMED("type") && value->data && is_same(value->data, value->size, "password");
    case ANCHOR:
        return (NAMED("href") && has(value, "/author", 7)) ||
               (NAMED("rel") && value->data && (is_same(value->data, value->size, "author") || has_word(value, "tag")));
    default: return 0;
    }
}

/* The value of an attribute, and its name. */
static const char *read_attribute(Node *attribute, size_t *size, Value *value) {
    value->size = *size = 0;
    value->data = dom.attribute_value(attribute, &value->size);
    if (!value->data) value->size = 0;
    return dom.attribute_name(attribute, size);
}

static int is_marked(Node *node, int role, int in_svg) {
    if (role == BASE || role == H1 || (role == TITLE && !in_svg)) return 1;
    for (Node *attribute = dom.first_attribute(node); attribute; attribute = dom.next_attribute(attribute)) {
        size_t size;
        Value value;
        const char *name = read_attribute(attribute, &size, &value);
        if (name && is_mark(role, name, size, &value)) return 1;
    }
    return 0;
}

enum { MAX_WANTED = 16 };

/* The attributes that are wanted: their names, also in Python. */
typedef struct {
    Py_ssize_t count;
    PyObject *key[MAX_WANTED];
    const char *name[MAX_WANTED];
    Py_ssize_t size[MAX_WANTED];
} Wanted;

static int read_wanted(Wanted *wanted, PyObject *names) {
    wanted->count = PyTuple_Size(names);
    if (wanted->count > MAX_WANTED) {
        PyErr_SetString(PyExc_ValueError, "too many attributes");
        return -1;
    }
    for (Py_ssize_t at = 0; at < wanted->count; at++) {
        wanted->key[at] = PyTuple_GetItem(names, at);
        wanted->name[at] = PyUnicode_AsUTF8AndSize(wanted->key[at], &wanted->size[at]);
        if (!wanted->name[at]) return -1;
    }
    return 0;
}

/* The wanted attributes of an element. */
static PyObject *attributes_of(const Wanted *wanted, Node *node) {
    PyObject *attributes = PyDict_New();
    for (Node *each = dom.first_attribute(node); each && attributes; each = dom.next_attribute(each)) {
        size_t size;
        Value value;
        const char *name = read_attribute(each, &size, &value);
        Py_ssize_t at = name ? 0 : wanted->count;
        while (at < wanted->count && !((size_t)wanted->size[at] == size && !memcmp(wanted->name[at], name, size))) at++;
        if (at == wanted->count) continue;
        PyObject *text = value.data ? PyUnicode_DecodeUTF8(value.data, (Py_ssize_t)value.size, "replace")
                                    : Py_NewRef(Py_None);
        if (!text || PyDict_SetItem(attributes, wanted->key[at], text)) Py_CLEAR(attributes);
        Py_XDECREF(text);
    }
    return attributes;
}

/* Call `visit` with the tag of an element, its wanted attributes and its address. */
static int tell(PyObject *visit, const Wanted *wanted, Node *node) {
    size_t size = 0;
    const char *tag = dom.name(node, &size);
    PyObject *attributes = attributes_of(wanted, node);
    if (!attributes) return -1;
    PyObject *done = PyObject_CallFunction(visit, "s#NK", tag ? tag : "", (Py_ssize_t)size, attributes,
                                           (unsigned long long)(uintptr_t)node);
    Py_XDECREF(done);
    return done ? 0 : -1;
}

/* find(address, visit, wanted): call `visit` for each element from this one on that the selector finds, in page order.
   `wanted` has the names of the attributes that are passed to it. */
static PyObject *find_marked(PyObject *self, PyObject *args) {
    (void)self;
    unsigned long long address;
    PyObject *visit, *names;
    Wanted wanted;
    if (!PyArg_ParseTuple(args, "KOO!", &address, &visit, &PyTuple_Type, &names) || read_wanted(&wanted, names))
        return NULL;
    Node *root = (Node *)(uintptr_t)address;
    if (!dom.first_child || !root) {
        PyErr_SetString(PyExc_RuntimeError, "the parser is not bound");
        return NULL;
    }
    size_t in_svg = 0;
    for (Node *node = root;;) {
        Node *inside = NULL;
        if (dom.type(node) == ELEMENT) {
            const int role = role_of(node);
            if (is_marked(node, role, in_svg > 0) && tell(visit, &wanted, node)) return NULL;
            inside = dom.first_child(node);
            in_svg += role == SVG && inside;
        }
        while (!inside && node != root) {
            inside = dom.next(node);
            if (!inside) {
                node = dom.parent(node);
                in_svg -= dom.type(node) == ELEMENT && role_of(node) == SVG;
            }
        }
        if (!inside) Py_RETURN_NONE;
        node = inside;
    }
}

/* path(address, from, most): how many siblings come before the node at this address and each element around it, the
   outermost first, up to the element at `from`. None if these are more than `most`. */
static PyObject *find_path(PyObject *self, PyObject *args) {
    (void)self;
    unsigned long long address, from;
    Py_ssize_t most, steps = 0;
    if (!PyArg_ParseTuple(args, "KKn", &address, &from, &most)) return NULL;
    PyObject *path = PyList_New(0);
    Node *node = (Node *)(uintptr_t)address, *root = (Node *)(uintptr_t)from;
    while (path && node && node != root) {
        Py_ssize_t before = 0;
        for (Node *other = dom.previous(node); other && steps + before <= most; other = dom.previous(other)) before++;
        steps += before + 1;
        if (steps > most) {
            Py_DECREF(path);
            Py_RETURN_NONE;
        }
        PyObject *number = PyLong_FromSsize_t(before);
        if (!number || PyList_Append(path, number)) Py_CLEAR(path);
        Py_XDECREF(number);
        node = dom.parent(node);
    }
    if (path && PyList_Reverse(path)) Py_CLEAR(path);
    return path;
}

/* bind(path): find the functions of the parser in the library at this path. */
static PyObject *bind(PyObject *self, PyObject *args) {
    (void)self;
    const char *path;
    if (!PyArg_ParseTuple(args, "s", &path)) return NULL;
    if (!bind_parser(path)) return NULL;
    memset(role_of_tag, UNKNOWN, sizeof role_of_tag);
    Py_RETURN_NONE; /* the library stays open: its functions are in use */
}

static PyMethodDef methods[] = {
    {"bind", bind, METH_VARARGS, NULL},
    {"find", find_marked, METH_VARARGS, NULL},
    {"path", find_path, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_elements", NULL, -1, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__elements(void) {
    PyObject *self = PyModule_Create(&module);
    if (self && PyModule_AddStringConstant(self, "SOURCE", SOURCE)) Py_CLEAR(self);
    return self;
}
