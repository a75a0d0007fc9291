/* What Python knows about words, remembered by their bytes, for the files that include this one. They define TABLE, the
   name of their tables.

   Python works out what a word means, once for each word. So a line is read as UTF-8, and no object is made for its
   words. */

#include <stdint.h>
#include <string.h>

enum {
    MOST_BYTES = 64,      /* of texts in a table, for each word that it may have */
    MOST_OF_TEXT = 250,   /* bytes; longer texts are not remembered */
    BITS_OF_TEXT = 16,    /* in a filter: one other word in a hundred seems to be a member */
    MOST_PLAIN = 24,      /* letters; longer words are for Python */
};
static const char FILTER[] = "worker.residue.filter";

typedef uint32_t Place; /* in `texts`. 0 stands for nothing: the first byte there is not used */

typedef struct {
    uint64_t hash;
    Place text;   /* 0 if the slot is free */
    Place about;  /* what Python wrote about it; 0 if that is nothing */
    Place folded; /* what the word is in a phrase; 0 if nobody has asked yet */
    int is_plain; /* it means nothing: no need to ask Python */
    double vote;
} Word;

typedef struct {
    const char *bytes;
    size_t size;
    Word word;
} Text;

typedef struct {
    Word *words; /* a hash table with a power of two of slots, at most half of them in use */
    size_t slots, used;
    uint8_t *texts; /* each with its length before it */
    size_t size, room;
    uint64_t seed;
    PyObject *filter; /* a capsule: the words that may mean something */
    int busy;         /* Python code runs that was called from here: nothing may move */
} Table;

/* -- UTF-8 ------------------------------------------------------------------------------------------------------- */

/* The bytes of a str, or NULL. They live as long as it does. */
static const char *bytes_of(PyObject *text, size_t *size) {
    Py_ssize_t length = 0;
    const char *bytes = text && PyUnicode_Check(text) ? PyUnicode_AsUTF8AndSize(text, &length) : NULL;
    if (!bytes && !PyErr_Occurred()) PyErr_SetString(PyExc_TypeError, "not a str");
    *size = (size_t)length;
    return bytes;
}

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

/* The character at the beginning of UTF-8 text, and its size. */
static unsigned char_at(const char *text, size_t *size) {
    const unsigned char *at = (const unsigned char *)text;
    *size = at[0] < 0x80 ? 1 : at[0] < 0xE0 ? 2 : at[0] < 0xF0 ? 3 : 4;
    if (*size == 1) return at[0];
    if (*size == 2) return (at[0] & 31u) << 6 | (at[1] & 63u);
    if (*size == 3) return (at[0] & 15u) << 12 | (at[1] & 63u) << 6 | (at[2] & 63u);
    return (at[0] & 7u) << 18 | (at[1] & 63u) << 12 | (at[2] & 63u) << 6 | (at[3] & 63u);
}

/* The marks of `SEPARATOR` in reading.py: dashes, between spaces or alone, and what separates wherever it stands. */
static int is_dash(unsigned code) { return code == '-' || code == '/' || code == '>' || code == 0x2013 || code == 0x2014; }

static int separates(unsigned code) {
    return code == ':' || code == '|' || code == '=' || code == ']' || code == 0xFF1A || code == 0x55D || code == 0xFF5C ||
           code == 0xFF1D || code == 0x25BA || code == 0xBB || code == 0x2192 || code == 0x3011 || code == 0x2013 ||
           code == 0x2014;
}

/* -- The table --------------------------------------------------------------------------------------------------- */

/* The seed makes it impossible to write a text whose words have the same hash, or all the same slot: with both halves of
   the product, each bit of a word moves each bit of its hash. */
static uint64_t hash_of(uint64_t seed, const char *text, size_t size) {
    const uint64_t factor = 0x9E3779B97F4A7C15u;
    uint64_t hash = (seed ^ size) * factor;
    for (size_t at = 0; at < size; at += 8) {
        uint64_t some = 0;
        memcpy(&some, text + at, size - at < 8 ? size - at : 8);
        const unsigned __int128 product = (unsigned __int128)(hash ^ some) * factor;
        hash = (uint64_t)product ^ (uint64_t)(product >> 64);
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
    PyMem_Free(table->texts);
    table->words = words;
    table->slots = slots;
    table->used = 0;
    table->texts = NULL;
    table->room = 0;
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

static Text find(const Table *table, const char *bytes, size_t size) {
    const uint64_t hash = hash_of(table->seed, bytes, size);
    Text text = {bytes, size, table->words[slot_of(table, hash, bytes, size)]};
    text.word.hash = hash;
    return text;
}

/* Puts a word into the table. */
static int remember(Table *table, Text *text, const char *about, size_t of_about) {
    Word *word = &text->word;
    if (table->used * 2 >= table->slots && grow(table)) return -1;
    if (about && !(word->about = add_text(table, about, of_about))) return -1;
    if (!(word->text = add_text(table, text->bytes, text->size))) return -1;
    table->words[slot_of(table, word->hash, text->bytes, text->size)] = *word;
    table->used++;
    return 0;
}

/* -- Words without a meaning ------------------------------------------------------------------------------------- */

/* A set of texts. Some other texts may seem to be members, too: it is a Bloom filter. */
typedef struct {
    uint64_t *bits;
    uint64_t mask; /* one less than the number of bits, a power of two */
} Filter;

static void add(Filter *filter, const char *text, size_t size) {
    const uint64_t hash = hash_of(0, text, size), other = hash >> 32;
    filter->bits[(hash & filter->mask) / 64] |= (uint64_t)1 << hash % 64;
    filter->bits[(other & filter->mask) / 64] |= (uint64_t)1 << other % 64;
}

static int may_have(const Filter *filter, const char *text, size_t size) {
    const uint64_t hash = hash_of(0, text, size), other = hash >> 32;
    return filter->bits[(hash & filter->mask) / 64] >> hash % 64 & filter->bits[(other & filter->mask) / 64] >> other % 64 & 1;
}

/* The size in bytes of a mark of `Votes` at the beginning or end of text, 0 if there is none. */
static size_t mark_at(const char *text, size_t left, int is_end) {
    static const char *const longer[] = {"\xE2\x80\x9C", "\xE2\x80\x9D", "\xE2\x80\x98", "\xE2\x80\x99",
                                         "\xE2\x80\xA6", "\xC2\xAB", "\xC2\xBB"};
    if (!left) return 0;
    if (strchr(".,;:!?()[]\"'", text[is_end ? left - 1 : 0]) && text[is_end ? left - 1 : 0]) return 1;
    for (size_t number = 0; number < sizeof longer / sizeof *longer; number++) {
        const size_t size = strlen(longer[number]);
        if (left >= size && !memcmp(is_end ? text + left - size : text, longer[number], size)) return size;
    }
    return 0;
}

/* Removes the marks around a text. */
static void strip(const char **text, size_t *size) {
    size_t mark;
    while ((mark = mark_at(*text, *size, 0))) *text += mark, *size -= mark;
    while ((mark = mark_at(*text, *size, 1))) *size -= mark;
}

/* Whether a word in small letters certainly means nothing. There must be room for a byte after it. */
static int means_nothing(const Filter *filter, char *lower, size_t size) {
    if (size < 2 || may_have(filter, lower, size)) return 0;
    int is_known = 0;
    for (size_t of_stem = 2; of_stem <= size && !is_known; of_stem++) {
        const char next = lower[of_stem];
        lower[of_stem] = '*';
        is_known = may_have(filter, lower, of_stem + 1);
        lower[of_stem] = next;
    }
    return !is_known;
}

/* Which kind of word without a meaning a text is: see `Votes.of_plain`. OTHER if it may have a meaning, or if a part
   between hyphens may. */
enum { SMALL, CAPITAL, DIGITS, OTHER };

static int kind_of(const Filter *filter, const char *text, size_t size) {
    char lower[MOST_PLAIN + 1];
    size_t digits = 0, part = 0;
    if (size < 2 || size > MOST_PLAIN) return OTHER;
    for (size_t at = 0; at < size; at++) {
        const int is_digit = text[at] >= '0' && text[at] <= '9', is_letter = (text[at] | 0x20) >= 'a' && (text[at] | 0x20) <= 'z';
        if (!is_digit && !is_letter && text[at] != '-') return OTHER;
        lower[at] = is_letter ? (char)(text[at] | 0x20) : text[at];
        digits += (size_t)is_digit;
    }
    if ((digits && digits != size) || !means_nothing(filter, lower, size)) return OTHER;
    for (size_t at = 0; at <= size && !digits; at++) {
        if (at < size && lower[at] != '-') continue;
        if ((part || at < size) && !means_nothing(filter, lower + part, at - part)) return OTHER;
        part = at + 1;
    }
    return digits ? DIGITS : text[0] == lower[0] ? SMALL : CAPITAL;
}

/* Whether a text is one word of letters from a to z. */
static int is_plain(const char *text, size_t size) {
    for (size_t at = 0; at < size; at++)
        if ((text[at] | 0x20) < 'a' || (text[at] | 0x20) > 'z') return 0;
    return size > 0;
}

/* -- Capsules ----------------------------------------------------------------------------------------------------- */

static void free_table(PyObject *capsule) {
    Table *table = PyCapsule_GetPointer(capsule, TABLE);
    if (!table) return;
    PyMem_Free(table->words);
    PyMem_Free(table->texts);
    Py_XDECREF(table->filter);
    PyMem_Free(table);
}

/* table(seed, filter): a table without words. */
static PyObject *new_table(PyObject *self, PyObject *args) {
    (void)self;
    unsigned long long seed;
    PyObject *filter;
    if (!PyArg_ParseTuple(args, "KO", &seed, &filter) || !PyCapsule_GetPointer(filter, FILTER)) return NULL;
    Table *table = PyMem_Calloc(1, sizeof *table);
    if (!table) return PyErr_NoMemory();
    PyObject *capsule = PyCapsule_New(table, TABLE, free_table);
    if (!capsule) {
        PyMem_Free(table);
        return NULL;
    }
    table->seed = seed;
    table->filter = Py_NewRef(filter);
    if (forget(table, 1024)) Py_CLEAR(capsule);
    return capsule;
}

/* Forgets the words that mean nothing. */
static int forget_plain(Table *table) {
    Word *words = table->words;
    uint8_t *texts = table->texts;
    const size_t slots = table->slots;
    const Table old = *table;
    table->words = NULL;
    table->texts = NULL;
    if (forget(table, 1024)) {
        *table = old;
        return -1;
    }
    int failed = 0;
    for (size_t at = 0; at < slots && !failed; at++) {
        if (!words[at].text || words[at].is_plain) continue;
        Text text = {text_at(&old, words[at].text), size_at(&old, words[at].text), words[at]};
        text.word.folded = 0;
        failed = remember(table, &text, words[at].about ? text_at(&old, words[at].about) : NULL,
                          words[at].about ? size_at(&old, words[at].about) : 0);
    }
    PyMem_Free(words);
    PyMem_Free(texts);
    return failed;
}

static int is_full(const Table *table, size_t most) { return table->used >= most || table->size > most * MOST_BYTES; }

/* Forgets words if a table has as many words or bytes as it may have: those that mean nothing, or, if that is not enough,
   all. */
static int make_room(Table *table, size_t most) {
    if (!is_full(table, most)) return 0;
    if (forget_plain(table)) return -1;
    return is_full(table, most / 2) ? forget(table, 1024) : 0;
}

static void free_filter(PyObject *capsule) {
    Filter *filter = PyCapsule_GetPointer(capsule, FILTER);
    if (filter) PyMem_Free(filter->bits);
    PyMem_Free(filter);
}

static Filter *with_room_for(size_t texts) {
    Filter *filter = PyMem_Calloc(1, sizeof *filter);
    uint64_t bits = 64;
    while (bits < (uint64_t)texts * BITS_OF_TEXT) bits *= 2;
    if (filter && !(filter->bits = PyMem_Calloc((size_t)bits / 8, 1))) {
        PyMem_Free(filter);
        filter = NULL;
    }
    if (filter) filter->mask = bits - 1;
    return filter;
}

/* filter(texts): the words in small letters that may mean something, and the stems, with an asterisk. */
static PyObject *new_filter(PyObject *self, PyObject *texts) {
    (void)self;
    const Py_ssize_t count = PySequence_Size(texts);
    Filter *filter = count < 0 ? NULL : with_room_for((size_t)count);
    if (!filter) return PyErr_Occurred() ? NULL : PyErr_NoMemory();
    PyObject *capsule = PyCapsule_New(filter, FILTER, free_filter);
    for (Py_ssize_t at = 0; capsule && at < count; at++) {
        size_t size;
        PyObject *text = PySequence_GetItem(texts, at);
        const char *bytes = bytes_of(text, &size);
        if (bytes)
            add(filter, bytes, size);
        else
            Py_CLEAR(capsule);
        Py_XDECREF(text);
    }
    return capsule;
}
