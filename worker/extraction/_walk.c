/* Reads the blocks of a page, with the same results as `_walk` in walk.py, which runs where this file was not compiled.

   Nothing here recurses, however deep a page is nested. */

#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030B0000
#define _GNU_SOURCE
#include <Python.h>
#include <string.h>

#include "../lexbor.h"

/* What an element is: the code of a container's tag, or one of these. */
enum { PLAIN = -1, LINK = -2, BOLD = -3, BREAK = -4, NO_TEXT = -5, UNKNOWN = -128 };

#define KNOWN_TAGS 512 /* the parser numbers the tags of the HTML standard from 0; other tags have far larger numbers */
static int8_t kind_of_tag[KNOWN_TAGS];
static PyObject *kinds; /* tag name: kind */
static long long body_property, not_shown, region_mask, pre_code;

/* -- Buffers that grow ------------------------------------------------------------------------------------------- */

typedef struct {
    char *data;
    size_t size, room;
} Buffer;

static int reserve(Buffer *buffer, size_t more) {
    if (more > PY_SSIZE_T_MAX / 4 || buffer->size > PY_SSIZE_T_MAX / 4) {
        PyErr_NoMemory();
        return -1;
    }
    size_t needed = buffer->size + more;
    if (needed <= buffer->room) return 0;
    size_t room = needed + needed / 2 < 4096 ? 4096 : needed + needed / 2;
    char *data = PyMem_Realloc(buffer->data, room);
    if (!data) {
        PyErr_NoMemory();
        return -1;
    }
    buffer->data = data;
    buffer->room = room;
    return 0;
}

static int append(Buffer *buffer, const void *bytes, size_t size) {
    if (!size) return 0; /* memcpy may take no null pointer */
    if (reserve(buffer, size)) return -1;
    memcpy(buffer->data + buffer->size, bytes, size);
    buffer->size += size;
    return 0;
}

static int append_number(Buffer *buffer, int64_t number) { return append(buffer, &number, sizeof number); }

#define NUMBERS(buffer) ((int64_t *)(buffer).data)
#define COUNT(buffer) ((buffer).size / sizeof(int64_t))

/* -- White space ------------------------------------------------------------------------------------------------- */

#define LINE_BREAK '\x0b'

/* The length of the white space (as str.isspace sees it) at the beginning of UTF-8 text, 0 if there is none. */
static size_t space_at(const unsigned char *at, const unsigned char *end) {
    unsigned char first = *at;
    if (first < 0x80) return first == ' ' || (first >= 9 && first <= 13) || (first >= 0x1c && first <= 0x1f);
    if (first == 0xc2) return end - at > 1 && (at[1] == 0x85 || at[1] == 0xa0) ? 2 : 0;
    if (first < 0xe1 || first > 0xe3 || end - at < 3 || (at[1] & 0xc0) != 0x80 || (at[2] & 0xc0) != 0x80) return 0;
    unsigned code = (first & 15u) << 12 | (at[1] & 63u) << 6 | (at[2] & 63u);
    int is_space = code == 0x1680 || (code >= 0x2000 && code <= 0x200a) || code == 0x2028 || code == 0x2029 ||
                   code == 0x202f || code == 0x205f || code == 0x3000;
    return is_space ? 3 : 0;
}

static int is_space(const char *text, size_t size) {
    const unsigned char *at = (const unsigned char *)text, *end = at + size;
    while (at < end) {
        size_t length = space_at(at, end);
        if (!length) return 0;
        at += length;
    }
    return size > 0;
}

static int64_t count_chars(const char *text, size_t size) {
    int64_t count = 0;
    for (size_t at = 0; at < size; at++) count += (text[at] & 0xc0) != 0x80;
    return count;
}

/* Write single spaces and single line breaks for all white space, none at the edges. Returns the new size. */
static size_t squeeze(char *text, size_t size, int is_pre) {
    unsigned char *from = (unsigned char *)text, *end = from + size, *to = from, *begin = from;
    unsigned char between = 0;
    while (from < end) {
        size_t length = *from > ' ' && *from < 0x80 ? 0 : space_at(from, end);
        if (!length) {
            if (between && to > begin) *to++ = between;
            between = 0;
            *to++ = *from++;
            continue;
        }
        if (*from == LINE_BREAK || (is_pre && *from == '\n'))
            between = '\n';
        else if (!between)
            between = ' ';
        from += length;
    }
    return (size_t)(to - begin);
}

/* -- Names ------------------------------------------------------------------------------------------------------- */

enum { MAX_NAME = 300, MAX_WORD = 24, SLOTS = 4096, MAX_TAGS = 128 };

/* The words of `worker.extraction.categories`. In a whole word, nothing follows. The first one is none. */
static struct {
    int64_t bits;
    uint8_t size, whole;
    char word[MAX_WORD];
} words[SLOTS / 2];
static uint16_t number_at[SLOTS]; /* of the word in each slot, or 0: small enough to stay in the cache */
static uint16_t word_count;
static uint8_t longest[26][26]; /* the longest word that begins with these two letters, of those that are a beginning */
static int64_t bits_of_tag[MAX_TAGS];

static uint64_t hash_on(uint64_t hash, char letter) { return (hash ^ (unsigned char)letter) * 0x100000001b3u; }

static size_t slot_of(const char *word, size_t size, int whole, uint64_t hash) {
    size_t slot = (size_t)((hash ^ hash >> 32) + (uint64_t)whole) % SLOTS, number;
    while ((number = number_at[slot]) &&
           !(words[number].size == size && words[number].whole == whole && !memcmp(words[number].word, word, size)))
        slot = (slot + 1) % SLOTS;
    return slot;
}

static int64_t bits_of(const char *word, size_t size, int whole, uint64_t hash) {
    return words[number_at[slot_of(word, size, whole, hash)]].bits;
}

static int is_lower(char letter) { return letter >= 'a' && letter <= 'z'; }
static int is_upper(char letter) { return letter >= 'A' && letter <= 'Z'; }
static int is_digit(char letter) { return letter >= '0' && letter <= '9'; }

/* The categories of an atom: those of the whole word, if there is such a word, or else of the longest beginning. */
static int64_t of_atom(const char *atom, size_t size) {
    char word[MAX_WORD];
    uint64_t hash[MAX_WORD + 1];
    hash[0] = 0; /* to clear them all would take an eighth of the walk */
    size_t kept = size < MAX_WORD ? size : MAX_WORD;
    for (size_t at = 0; at < kept; at++) {
        word[at] = is_upper(atom[at]) ? (char)(atom[at] + 'a' - 'A') : atom[at];
        hash[at + 1] = hash_on(hash[at], word[at]);
    }
    if (size <= MAX_WORD) {
        int64_t bits = bits_of(word, size, 1, hash[size]);
        if (!bits && is_digit(word[size - 1])) bits = bits_of(word, size - 1, 1, hash[size - 1]);
        if (bits) return bits;
    }
    if (size < 2 || !is_lower(word[1])) return 0;
    size_t most = longest[word[0] - 'a'][word[1] - 'a'];
    for (size_t length = most < kept ? most : kept; length > 1; length--) {
        int64_t bits = bits_of(word, length, 0, hash[length]);
        if (bits) return bits;
    }
    return 0;
}

/* The categories of a name in ASCII. An atom is a word in small letters, perhaps with a capital at its beginning, or a
   word in capitals; one digit may follow. */
static int64_t categories_of(const char *name, size_t size) {
    int64_t bits = 0;
    for (size_t at = 0; at < size;) {
        size_t begin = at;
        if (is_upper(name[at]) && !(at + 1 < size && is_lower(name[at + 1])))
            while (at < size && is_upper(name[at])) at++;
        else {
            if (is_upper(name[at])) at++;
            while (at < size && is_lower(name[at])) at++;
        }
        if (at == begin) {
            at++;
            continue;
        }
        if (at < size && is_digit(name[at])) at++;
        bits |= of_atom(name + begin, at - begin);
    }
    return bits;
}

/* Take over the words from Python. A word that no atom can be is left out. */
static int take_words(PyObject *table) {
    PyObject *key, *value;
    Py_ssize_t place = 0;
    memset(words, 0, sizeof words);
    memset(number_at, 0, sizeof number_at);
    memset(longest, 0, sizeof longest);
    word_count = 0;
    while (PyDict_Next(table, &place, &key, &value)) {
        Py_ssize_t length;
        const char *word = PyUnicode_AsUTF8AndSize(key, &length);
        int64_t bits = PyLong_AsLongLong(value);
        if (!word || PyErr_Occurred()) return -1;
        int whole = length > 0 && word[length - 1] == '$';
        size_t size = (size_t)length - (size_t)whole, at = 0;
        uint64_t hash = 0;
        while (at < size && (is_lower(word[at]) || is_digit(word[at]))) hash = hash_on(hash, word[at++]);
        if (at < size || !is_lower(word[0])) continue;
        if (size > MAX_WORD || word_count + 1 >= SLOTS / 2 || (!whole && size > 1 && !is_lower(word[1]))) {
            PyErr_SetString(PyExc_ValueError, "a word that the look-up does not expect, or too many");
            return -1;
        }
        uint16_t *number = &number_at[slot_of(word, size, whole, hash)];
        if (!*number) *number = ++word_count;
        words[*number].bits = bits;
        words[*number].size = (uint8_t)size;
        words[*number].whole = (uint8_t)whole;
        memcpy(words[*number].word, word, size);
        if (!whole && size > 1) {
            uint8_t *most = &longest[word[0] - 'a'][word[1] - 'a'];
            if (*most < size) *most = (uint8_t)size;
        }
    }
    return 0;
}

/* -- The walk ---------------------------------------------------------------------------------------------------- */

typedef struct {
    PyObject *texts, *categories_of;
    Buffer container, link_chars, bold_chars, links;                                            /* of blocks */
    Buffer parent, tag, depth, own, inherited, template, region, first_block, end_block; /* of containers */
    Buffer raw, name;
    int64_t here, in_link, in_bold, pieces, linked, bold, links_here;
    Node *document;
} Walk;

static int end_block(Walk *walk) {
    if (!walk->pieces) return 0;
    int is_pre = NUMBERS(walk->tag)[walk->here] == pre_code;
    size_t size = squeeze(walk->raw.data, walk->raw.size, is_pre);
    if (size) {
        PyObject *text = PyUnicode_DecodeUTF8(walk->raw.data, (Py_ssize_t)size, NULL);
        if (!text) return -1;
        int failed = PyList_Append(walk->texts, text);
        Py_DECREF(text);
        if (failed || append_number(&walk->container, walk->here) || append_number(&walk->link_chars, walk->linked) ||
            append_number(&walk->bold_chars, walk->bold) || append_number(&walk->links, walk->links_here))
            return -1;
    }
    walk->raw.size = 0;
    walk->pieces = walk->linked = walk->bold = 0;
    walk->links_here = walk->in_link;
    return 0;
}

typedef struct {
    const char *data;
    size_t size;
} Value;

static int has(const Value *value, const char *word) {
    return value->data && memmem(value->data, value->size, word, strlen(word)) != NULL;
}

/* The categories of an element's class and id, which Python finds if they are not in ASCII. */
static int name_bits(Walk *walk, const Value *class, const Value *id, int64_t *bits) {
    Buffer *name = &walk->name;
    name->size = 0;
    if (append(name, class->data, class->size) || append(name, " ", 1) || append(name, id->data, id->size)) return -1;
    size_t at = 0;
    while (at < name->size && !(name->data[at] & 0x80)) at++;
    if (at == name->size) {
        *bits = categories_of(name->data, name->size < MAX_NAME ? name->size : MAX_NAME);
        return 0;
    }
    PyObject *found = PyObject_CallFunction(walk->categories_of, "s#", name->data, (Py_ssize_t)name->size);
    if (!found) return -1;
    *bits = PyLong_AsLongLong(found);
    Py_DECREF(found);
    return PyErr_Occurred() ? -1 : 0;
}

static uint64_t hash_of(uint64_t hash, const Value *value) {
    const uint64_t factor = 0x9E3779B97F4A7C15u;
    hash = (hash * factor) ^ (value->data ? value->size + 1 : 0);
    hash = (hash ^ hash >> 29) * factor;
    for (size_t at = 0; at < value->size; at += 8) {
        uint64_t word = 0;
        memcpy(&word, value->data + at, value->size - at < 8 ? value->size - at : 8);
        hash = (hash ^ word) * factor;
        hash ^= hash >> 29;
    }
    return hash;
}

static int looks(Walk *walk, Node *node, int code, int64_t *bits, int64_t *template) {
    Value class = {NULL, 0}, id = {NULL, 0}, style = {NULL, 0}, property = {NULL, 0};
    int hidden = 0, aria_hidden = 0;
    for (Node *attribute = dom.first_attribute(node); attribute; attribute = dom.next_attribute(attribute)) {
        size_t size = 0;
        Value value = {NULL, 0};
        const char *name = dom.attribute_name(attribute, &size);
        if (!name) continue;
        value.data = dom.attribute_value(attribute, &value.size);
        if (!value.data) value.size = 0;
        if (size == 5 && !memcmp(name, "class", 5))
            class = value;
        else if (size == 2 && !memcmp(name, "id", 2))
            id = value;
        else if (size == 5 && !memcmp(name, "style", 5))
            style = value;
        else if (size == 6 && !memcmp(name, "hidden", 6))
            hidden = 1;
        else if (size == 8 && !memcmp(name, "itemprop", 8))
            property = value;
        else if (size == 11 && !memcmp(name, "aria-hidden", 11))
            aria_hidden = value.data && value.size == 4 && !memcmp(value.data, "true", 4);
    }
    *bits = 0;
    if ((class.size || id.size) && name_bits(walk, &class, &id, bits)) return -1;
    *bits |= bits_of_tag[code];
    *template = (int64_t)hash_of(hash_of((uint64_t)code + 1, &class), &id);
    if (has(&property, "articleBody")) *bits |= body_property;
    if (hidden || aria_hidden || (has(&style, "none") && has(&style, "display"))) *bits |= not_shown;
    return 0;
}

static int open_container(Walk *walk, int64_t parent, int code, int64_t bits, int64_t template) {
    int64_t number = (int64_t)COUNT(walk->parent), depth = 0, above = 0, region = 0;
    if (number) {
        depth = NUMBERS(walk->depth)[parent] + 1;
        above = NUMBERS(walk->inherited)[parent];
        region = bits & region_mask ? number : NUMBERS(walk->region)[parent];
    }
    walk->here = number;
    return append_number(&walk->parent, parent) || append_number(&walk->tag, code) ||
           append_number(&walk->depth, depth) || append_number(&walk->own, bits) ||
           append_number(&walk->inherited, above | bits) || append_number(&walk->template, template) ||
           append_number(&walk->region, region) || append_number(&walk->first_block, PyList_Size(walk->texts)) ||
           append_number(&walk->end_block, -1);
}

/* The kind of an element: asked from Python once for each tag of the standard. */
static int kind_of(Node *node) {
    uintptr_t id = dom.tag_id(node);
    if (id < KNOWN_TAGS && kind_of_tag[id] != UNKNOWN) return kind_of_tag[id];
    size_t size = 0;
    const char *name = dom.name(node, &size);
    int kind = PLAIN;
    if (name && size < 32) {
        char copy[32] = {0};
        memcpy(copy, name, size);
        PyObject *found = PyDict_GetItemString(kinds, copy);
        if (found) kind = (int)PyLong_AsLong(found);
        if (kind >= MAX_TAGS) kind = PLAIN;
    }
    if (id < KNOWN_TAGS) kind_of_tag[id] = (int8_t)kind;
    return kind;
}

static int add_text(Walk *walk, Node *node) {
    size_t size = 0;
    char *text = dom.text(node, &size);
    if (!text) {
        PyErr_NoMemory();
        return -1;
    }
    int failed = 0, blank = is_space(text, size);
    if (!blank) {
        failed = append(&walk->raw, text, size);
        walk->pieces++;
        int64_t chars = walk->in_link || walk->in_bold ? count_chars(text, size) : 0;
        if (walk->in_link) walk->linked += chars;
        if (walk->in_bold) walk->bold += chars;
    } else if (walk->pieces) {
        failed = append(&walk->raw, " ", 1);
        walk->pieces++;
    }
    dom.free_text(walk->document, text);
    return failed ? -1 : !blank;
}

static int close_element(Walk *walk, Node *node) {
    int kind = dom.type(node) == ELEMENT ? kind_of(node) : PLAIN;
    if (kind >= 0) {
        if (end_block(walk)) return -1;
        NUMBERS(walk->end_block)[walk->here] = (int64_t)PyList_Size(walk->texts);
        walk->here = NUMBERS(walk->parent)[walk->here];
    } else if (kind == LINK) {
        walk->in_link--;
        if (walk->links_here && !walk->pieces) walk->links_here--; /* the link had no text */
    } else if (kind == BOLD)
        walk->in_bold--;
    return 0;
}

static int walk_tree(Walk *walk, Node *root) {
    int breaks = 0;
    Node *node = dom.first_child(root), *above = root;
    for (;;) {
        if (!node) {
            if (above == root) return walk->pieces ? end_block(walk) : 0;
            if (close_element(walk, above)) return -1;
            node = dom.next(above);
            above = dom.parent(above);
            continue;
        }
        unsigned type = dom.type(node);
        int kind = type == ELEMENT ? kind_of(node) : type == PROCESSING_INSTRUCTION ? PLAIN : NO_TEXT;
        if (type == TEXT) {
            int has_text = add_text(walk, node);
            if (has_text < 0) return -1;
            if (has_text) breaks = 0;
        } else if (kind >= 0) {
            int64_t bits = 0, template = 0;
            if (end_block(walk) || looks(walk, node, kind, &bits, &template) ||
                open_container(walk, walk->here, kind, bits, template))
                return -1;
            breaks = 0;
        } else if (kind == LINK) {
            walk->in_link++;
            walk->links_here++;
        } else if (kind == BOLD)
            walk->in_bold++;
        else if (kind == BREAK) {
            if (++breaks == 2 && walk->pieces) {
                if (end_block(walk)) return -1;
            } else if (walk->pieces) {
                char mark = LINE_BREAK;
                if (append(&walk->raw, &mark, 1)) return -1;
                walk->pieces++;
            }
        }
        if (type == TEXT || kind == NO_TEXT || kind == BREAK)
            node = dom.next(node);
        else {
            above = node;
            node = dom.first_child(node);
        }
    }
}

static PyObject *as_bytes(Buffer *buffer) { return PyBytes_FromStringAndSize(buffer->data, (Py_ssize_t)buffer->size); }

static PyObject *read_tree(PyObject *self, PyObject *args) {
    (void)self;
    unsigned long long address;
    Walk walk = {0};
    PyObject *result = NULL;
    if (!PyArg_ParseTuple(args, "KO", &address, &walk.categories_of)) return NULL;
    Node *root = (Node *)(uintptr_t)address;
    if (!dom.first_child || !root) {
        PyErr_SetString(PyExc_RuntimeError, "the parser is not bound");
        return NULL;
    }
    for (Node *node = root; node; node = dom.parent(node)) walk.document = node;
    if (dom.type(walk.document) != DOCUMENT) {
        PyErr_SetString(PyExc_ValueError, "not a node of a page");
        return NULL;
    }
    walk.texts = PyList_New(0);
    if (!walk.texts) return NULL;
    Buffer *columns[] = {&walk.container, &walk.link_chars, &walk.bold_chars, &walk.links,    &walk.parent,
                         &walk.tag,       &walk.depth,      &walk.own,        &walk.inherited, &walk.template,
                         &walk.region,    &walk.first_block, &walk.end_block};
    const size_t count = sizeof columns / sizeof *columns;
    if (!open_container(&walk, 0, 0, 0, 0) && !walk_tree(&walk, root)) {
        int64_t blocks = (int64_t)PyList_Size(walk.texts);
        for (size_t n = 0; n < COUNT(walk.end_block); n++)
            if (NUMBERS(walk.end_block)[n] < 0) NUMBERS(walk.end_block)[n] = blocks;
        result = PyTuple_New((Py_ssize_t)count + 1);
        if (result) PyTuple_SetItem(result, 0, Py_NewRef(walk.texts));
        for (size_t n = 0; result && n < count; n++) {
            PyObject *column = as_bytes(columns[n]);
            PyMem_Free(columns[n]->data); /* a page may have 300,000 containers, so no column is held twice for long */
            columns[n]->data = NULL;
            if (column)
                PyTuple_SetItem(result, (Py_ssize_t)n + 1, column);
            else
                Py_CLEAR(result);
        }
    }
    for (size_t n = 0; n < count; n++) PyMem_Free(columns[n]->data);
    PyMem_Free(walk.raw.data);
    PyMem_Free(walk.name.data);
    Py_DECREF(walk.texts);
    return result;
}

/* bind(path, kinds, words, bits, body_property, not_shown, region, pre): find the functions of the parser in the
   library at this path, and take over the tables. `bits` has those of each tag, 8 bytes each. */
/* Without the library or one of its functions, nothing changes: an earlier call stays in force. */
static PyObject *bind(PyObject *self, PyObject *args) {
    (void)self;
    const char *path, *bits;
    PyObject *names, *table;
    Py_ssize_t size;
    long long property, hidden, region, pre;
    if (!PyArg_ParseTuple(args, "sO!O!y#LLLL", &path, &PyDict_Type, &names, &PyDict_Type, &table, &bits, &size, &property,
                          &hidden, &region, &pre))
        return NULL;
    if (size > (Py_ssize_t)sizeof bits_of_tag) {
        PyErr_SetString(PyExc_ValueError, "too many tags");
        return NULL;
    }
    if (!bind_parser(path) || take_words(table)) return NULL;
    memcpy(bits_of_tag, bits, (size_t)size);
    body_property = property;
    not_shown = hidden;
    region_mask = region;
    pre_code = pre;
    Py_INCREF(names);
    Py_XDECREF(kinds);
    kinds = names;
    memset(kind_of_tag, UNKNOWN, sizeof kind_of_tag);
    Py_RETURN_NONE; /* the library stays open: its functions are in use */
}

static PyMethodDef methods[] = {
    {"bind", bind, METH_VARARGS, NULL},
    {"read", read_tree, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_walk", NULL, -1, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__walk(void) {
    PyObject *self = PyModule_Create(&module);
    if (self && PyModule_AddStringConstant(self, "SOURCE", SOURCE)) Py_CLEAR(self);
    return self;
}
