/* Adds up the votes of lines, with the same results as `_scored_in_python` in candidates.py, which runs where this file
   was not compiled.

   Python works out what a word says, once for each word; a table remembers it by the word's bytes. So a line is read
   as UTF-8, and no object is made for its words. The sums are exact: the weights have few bits. */

#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030B0000
#include <Python.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

enum {
    MOST_WORDS = 1 << 16,
    MOST_BYTES = 1 << 22, /* of texts in a table */
    MOST_OF_TEXT = 250,   /* bytes; longer texts are not remembered */
    MOST_IN_LINE = 128,   /* words; no line of MOST_CHARS has more */
    MOST_CHARS = 255,
};
static const char TABLE[] = "worker.residue._votes.table";

typedef uint32_t Place; /* in `texts`. 0 stands for nothing: the first byte there is not used */

typedef struct {
    uint64_t hash;
    Place text;    /* 0 if the slot is free */
    Place phrases; /* those that the word begins, as `Votes.learn` writes them; 0 if there are none */
    Place folded;  /* what the word is in a phrase; 0 if nobody has asked yet */
    double vote;
} Word;

typedef struct {
    Word *words; /* a hash table with a power of two of slots, at most half of them in use */
    size_t slots, used;
    uint8_t *texts; /* each with its length before it */
    size_t size, room;
    uint64_t seed;
    int busy; /* Python code runs that was called from here: nothing may move */
} Table;

/* -- The table --------------------------------------------------------------------------------------------------- */

/* The seed makes it impossible to write a text whose words all have the same hash. */
static uint64_t hash_of(uint64_t seed, const char *text, size_t size) {
    const uint64_t factor = 0x9E3779B97F4A7C15u;
    uint64_t hash = (seed ^ size) * factor;
    for (size_t at = 0; at < size; at += 8) {
        uint64_t some = 0;
        memcpy(&some, text + at, size - at < 8 ? size - at : 8);
        hash = (hash ^ some) * factor;
        hash ^= hash >> 29;
    }
    return hash;
}

/* Puts a text of up to 65,535 bytes into the table. Returns its place, 0 if there is no memory. */
static Place add_text(Table *table, const char *text, size_t size) {
    if (table->size + size + 2 > table->room) {
        size_t room = 2 * table->room + size + 4096;
        uint8_t *texts = PyMem_Realloc(table->texts, room);
        if (!texts) {
            PyErr_NoMemory();
            return 0;
        }
        table->texts = texts;
        table->room = room;
    }
    const Place place = (Place)table->size;
    table->texts[place] = (uint8_t)(size & 0xFF);
    table->texts[place + 1] = (uint8_t)(size >> 8);
    if (size) memcpy(table->texts + place + 2, text, size);
    table->size += size + 2;
    return place;
}

static size_t size_at(const Table *table, Place place) {
    return table->texts[place] | (size_t)table->texts[place + 1] << 8;
}

static const char *text_at(const Table *table, Place place) { return (const char *)table->texts + place + 2; }

static int forget(Table *table, size_t slots) {
    Word *words = PyMem_Calloc(slots, sizeof *words);
    if (!words) {
        PyErr_NoMemory();
        return -1;
    }
    PyMem_Free(table->words);
    table->words = words;
    table->slots = slots;
    table->used = 0;
    table->size = 1;
    return 0;
}

/* The slot of a word, or the free one where it belongs. */
static size_t slot_of(const Table *table, uint64_t hash, const char *text, size_t size) {
    const size_t mask = table->slots - 1;
    size_t slot = (size_t)hash & mask;
    for (; table->words[slot].text; slot = (slot + 1) & mask) {
        const Word *word = &table->words[slot];
        if (word->hash == hash && size_at(table, word->text) == size && !memcmp(text_at(table, word->text), text, size))
            break;
    }
    return slot;
}

static int grow(Table *table) {
    const size_t slots = 2 * table->slots;
    Word *words = PyMem_Calloc(slots, sizeof *words);
    if (!words) {
        PyErr_NoMemory();
        return -1;
    }
    for (size_t at = 0; at < table->slots; at++) {
        size_t slot = (size_t)table->words[at].hash & (slots - 1);
        while (words[slot].text) slot = (slot + 1) & (slots - 1);
        if (table->words[at].text) words[slot] = table->words[at];
    }
    PyMem_Free(table->words);
    table->words = words;
    table->slots = slots;
    return 0;
}

/* -- What Python knows about words ------------------------------------------------------------------------------- */

typedef struct {
    const char *bytes;
    size_t size;
    Word word;
} Text;

typedef struct {
    Table *table;
    PyObject *votes; /* a `Votes` */
    size_t count;    /* of the words of a line */
    int ask;         /* the line has phrases of words that are not remembered: only Python can tell */
    Text texts[MOST_IN_LINE];
} Scan;

/* The bytes of a str, or NULL. They live as long as it does. */
static const char *bytes_of(PyObject *text, size_t *size) {
    Py_ssize_t length = 0;
    const char *bytes = text && PyUnicode_Check(text) ? PyUnicode_AsUTF8AndSize(text, &length) : NULL;
    if (!bytes && !PyErr_Occurred()) PyErr_SetString(PyExc_TypeError, "not a str");
    *size = (size_t)length;
    return bytes;
}

/* Puts a word into the table. */
static int remember(Table *table, Text *text, const char *phrases, size_t of_phrases) {
    Word *word = &text->word;
    if (table->used * 2 >= table->slots && grow(table)) return -1;
    if (phrases && !(word->phrases = add_text(table, phrases, of_phrases))) return -1;
    if (!(word->text = add_text(table, text->bytes, text->size))) return -1;
    table->words[slot_of(table, word->hash, text->bytes, text->size)] = *word;
    table->used++;
    return 0;
}

/* What a method of `votes` says, a tuple; NULL with an error set. */
static PyObject *tuple_of(PyObject *said) {
    if (said && !PyTuple_Check(said)) {
        PyErr_SetString(PyExc_TypeError, "not a tuple");
        Py_CLEAR(said);
    }
    return said;
}

/* Asks Python what a new word says. It is remembered, unless that would take much space. */
static int learn(Scan *scan, uint64_t hash, Text *text) {
    PyObject *said = tuple_of(PyObject_CallMethod(scan->votes, "learn", "s#", text->bytes, (Py_ssize_t)text->size));
    const char *phrases;
    Py_ssize_t of_phrases;
    int is_kept, failed = -1;
    if (said && PyArg_ParseTuple(said, "dpz#", &text->word.vote, &is_kept, &phrases, &of_phrases)) {
        text->word.hash = hash;
        failed = 0;
        if (is_kept && text->size <= MOST_OF_TEXT && of_phrases <= 0xFFFF)
            failed = remember(scan->table, text, phrases, (size_t)of_phrases);
        else
            scan->ask |= phrases != NULL;
    }
    Py_XDECREF(said);
    return failed;
}

/* Asks Python what a word is in a phrase. It stays unknown if the word is not in the table. */
static int fold(Scan *scan, Text *text) {
    Table *table = scan->table;
    if (!text->word.text) return 0;
    size_t size;
    PyObject *folded = PyObject_CallMethod(scan->votes, "folded", "s#", text->bytes, (Py_ssize_t)text->size);
    const char *bytes = bytes_of(folded, &size);
    int failed = bytes ? 0 : -1;
    if (bytes && size <= MOST_OF_TEXT) {
        text->word.folded = add_text(table, bytes, size);
        failed = text->word.folded ? 0 : -1;
        table->words[slot_of(table, text->word.hash, text->bytes, text->size)].folded = text->word.folded;
    }
    Py_XDECREF(folded);
    return failed;
}

/* Whether a folded word is this part of a phrase, or begins with it. */
static int fits(const Table *table, Place folded, const char *part, size_t size, int is_stem) {
    const size_t of_word = size_at(table, folded);
    return (is_stem ? size <= of_word : size == of_word) && !memcmp(part, text_at(table, folded), size);
}

/* -- Lines ------------------------------------------------------------------------------------------------------- */

/* The length of the white space (as str.split sees it) at the beginning of UTF-8 text, 0 if there is none. */
static size_t space_at(const unsigned char *text, size_t left) {
    if (text[0] == ' ' || (text[0] >= 9 && text[0] <= 13) || (text[0] >= 28 && text[0] <= 31)) return 1;
    if (left >= 2 && text[0] == 0xC2 && (text[1] == 0x85 || text[1] == 0xA0)) return 2;
    if (left < 3 || text[0] < 0xE1 || text[0] > 0xE3) return 0;
    const unsigned code = (text[0] & 15u) << 12 | (text[1] & 63u) << 6 | (text[2] & 63u);
    const int is_space = code == 0x1680 || (code >= 0x2000 && code <= 0x200A) || code == 0x2028 || code == 0x2029 ||
                         code == 0x202F || code == 0x205F || code == 0x3000;
    return is_space ? 3 : 0;
}

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
        const uint64_t hash = hash_of(table->seed, line + begin, at - begin);
        Text *text = &scan->texts[scan->count++];
        *text = (Text){line + begin, at - begin, table->words[slot_of(table, hash, line + begin, at - begin)]};
        if (!text->word.text && learn(scan, hash, text)) return -1;
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

/* What `Votes.of` says about a line. */
static int votes_of(Scan *scan, PyObject *line, double begins, double mark, long *telling, double *votes) {
    size_t size;
    const char *bytes = bytes_of(line, &size);
    double sum = mark / 2, of_phrases = 0;
    if (!bytes || read_words(scan, bytes, size)) return -1;
    for (size_t at = 0; at < scan->count; at++) {
        const Word *word = &scan->texts[at].word;
        sum += word->vote;
        if (word->phrases && add_phrases(scan, word->phrases, &scan->texts[at + 1], scan->count - at - 1, &of_phrases))
            return -1;
    }
    if (scan->ask) {
        PyObject *words = PyUnicode_Split(line, NULL, -1);
        PyObject *said = words ? tuple_of(PyObject_CallMethod(scan->votes, "of", "O", words)) : NULL;
        const int failed = !said || !PyArg_ParseTuple(said, "ld", telling, votes);
        Py_XDECREF(said);
        Py_XDECREF(words);
        return failed ? -1 : 0;
    }
    const double marked = sum - floor(sum / begins) * begins + of_phrases, marks = floor(marked / mark);
    *telling = (long)marks;
    *votes = (marked - marks * mark - mark / 2) / sqrt((double)scan->count);
    return 0;
}

typedef struct {
    double one, word, root, stop, start, end, two, three; /* the weights of terms */
    double head, signature;                               /* what these may add at most */
    double begins, mark;                                  /* as in votes.py */
    Py_ssize_t most_chars, far, near;
    const char *stops;
} Rules;

/* Whether a line ends with one of these marks. */
static int has_stop(PyObject *line, const char *stops) {
    size_t size, last;
    const char *bytes = bytes_of(line, &size);
    if (!bytes || !size) return 0;
    for (last = size - 1; last && (bytes[last] & 0xC0) == 0x80;) last--;
    char mark[5] = {0};
    memcpy(mark, bytes + last, size - last < 4 ? size - last : 4);
    return mark[0] && strstr(stops, mark) != NULL;
}

/* Adds (index, number of words that tell, score) to the result if the line may be a candidate. */
static int score_line(Scan *scan, const Rules *rules, PyObject *line, Py_ssize_t at, Py_ssize_t last, PyObject *result) {
    const Py_ssize_t chars = PyUnicode_GetLength(line);
    if (chars <= 0 || chars > rules->most_chars) return chars < 0 ? -1 : 0;
    long telling = 0;
    double votes = 0;
    if (votes_of(scan, line, rules->begins, rules->mark, &telling, &votes)) return -1;
    const Py_ssize_t from_end = last - at;
    const double words = (double)scan->count;
    const int is_near = (at < from_end ? at : from_end) < rules->near;
    if (!scan->count || !(telling || is_near)) return 0;
    double score = votes + rules->one + rules->word * words + rules->root * sqrt(words) +
                   rules->stop * has_stop(line, rules->stops);
    score += rules->start * (double)(at < rules->far ? at : rules->far) +
             rules->end * (double)(from_end < rules->far ? from_end : rules->far);
    score += rules->two * (telling >= 2) + rules->three * (telling >= 3);
    if (!(score + rules->head + rules->signature * is_near > 0)) return 0;
    PyObject *entry = Py_BuildValue("(nld)", at, telling, score);
    const int failed = entry ? PyList_Append(result, entry) : -1;
    Py_XDECREF(entry);
    return failed;
}

/* scored(table, votes, lines, weights, limits, stops): the lines that may be candidates. `weights` are eight of terms,
   what a head and a signature may add, and the marks of votes.py. None if the table is in use. */
static PyObject *scored(PyObject *self, PyObject *args) {
    (void)self;
    PyObject *capsule, *lines;
    Scan scan; /* 8 KB, so it is not cleared */
    Rules rules;
    if (!PyArg_ParseTuple(args, "OOO(dddddddddddd)(nnn)s", &capsule, &scan.votes, &lines, &rules.one, &rules.word,
                          &rules.root, &rules.stop, &rules.start, &rules.end, &rules.two, &rules.three, &rules.head,
                          &rules.signature, &rules.begins, &rules.mark, &rules.most_chars, &rules.far, &rules.near,
                          &rules.stops))
        return NULL;
    if (rules.most_chars > MOST_CHARS) return PyErr_Format(PyExc_ValueError, "too many characters");
    Table *table = scan.table = PyCapsule_GetPointer(capsule, TABLE);
    if (!table) return NULL;
    if (table->busy) return Py_NewRef(Py_None);
    const Py_ssize_t count = PySequence_Size(lines);
    PyObject *result = count < 0 ? NULL : PyList_New(0);
    table->busy = 1;
    for (Py_ssize_t at = 0; result && at < count; at++) {
        const int is_full = table->used >= MOST_WORDS || table->size > MOST_BYTES;
        PyObject *line = is_full && forget(table, 1024) ? NULL : PySequence_GetItem(lines, at);
        if (!line || score_line(&scan, &rules, line, at, count - 1, result)) Py_CLEAR(result);
        Py_XDECREF(line);
    }
    table->busy = 0;
    return result;
}

static void free_table(PyObject *capsule) {
    Table *table = PyCapsule_GetPointer(capsule, TABLE);
    if (!table) return;
    PyMem_Free(table->words);
    PyMem_Free(table->texts);
    PyMem_Free(table);
}

/* table(seed): a table without words. */
static PyObject *new_table(PyObject *self, PyObject *seed) {
    (void)self;
    Table *table = PyMem_Calloc(1, sizeof *table);
    if (!table) return PyErr_NoMemory();
    PyObject *capsule = PyCapsule_New(table, TABLE, free_table);
    if (!capsule) {
        PyMem_Free(table);
        return NULL;
    }
    table->seed = PyLong_AsUnsignedLongLongMask(seed);
    if (PyErr_Occurred() || forget(table, 1024)) Py_CLEAR(capsule);
    return capsule;
}

static PyMethodDef methods[] = {
    {"table", new_table, METH_O, NULL},
    {"scored", scored, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_votes", NULL, -1, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__votes(void) {
    PyObject *self = PyModule_Create(&module);
    if (self && PyModule_AddStringConstant(self, "SOURCE", SOURCE)) Py_CLEAR(self);
    return self;
}
