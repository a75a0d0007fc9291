/* Adds up the votes of lines, with the same results as `_chosen_in_python` in candidates.py, which runs where this file
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
    BITS_OF_TEXT = 16,  /* in a filter: one word in a hundred seems to be a member */
    MOST_PLAIN = 24,    /* letters; longer words are for Python */
};
static const char TABLE[] = "worker.residue._votes.table", FILTER[] = "worker.residue._votes.filter";

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
    PyObject *filter; /* a capsule: the words that may mean something */
    double plain[3];  /* the votes of words that mean nothing */
    int busy;         /* Python code runs that was called from here: nothing may move */
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

/* -- Words without a meaning ------------------------------------------------------------------------------------- */

/* A set of texts, of which some others may seem to be members (a Bloom filter). */
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

/* Takes the marks around a text away. */
static void strip(const char **text, size_t *size) {
    size_t mark;
    while ((mark = mark_at(*text, *size, 0))) *text += mark, *size -= mark;
    while ((mark = mark_at(*text, *size, 1))) *size -= mark;
}

/* Whether a word in small letters surely means nothing. There must be room for a byte behind it. */
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

/* Which kind of word without a meaning a text surely is: see `Votes.of_plain`. With hyphens, no part has a meaning. */
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
static int ask_for(Scan *scan, Text *text) {
    PyObject *said = tuple_of(PyObject_CallMethod(scan->votes, "learn", "s#", text->bytes, (Py_ssize_t)text->size));
    const char *phrases;
    Py_ssize_t of_phrases;
    int is_kept, failed = -1;
    if (said && PyArg_ParseTuple(said, "dpz#", &text->word.vote, &is_kept, &phrases, &of_phrases)) {
        failed = 0;
        if (is_kept && text->size <= MOST_OF_TEXT && of_phrases <= 0xFFFF)
            failed = remember(scan->table, text, phrases, (size_t)of_phrases);
        else
            scan->ask |= phrases != NULL;
    }
    Py_XDECREF(said);
    return failed;
}

static Text find(const Table *table, const char *bytes, size_t size) {
    const uint64_t hash = hash_of(table->seed, bytes, size);
    Text text = {bytes, size, table->words[slot_of(table, hash, bytes, size)]};
    text.word.hash = hash;
    return text;
}

/* Finds out what a new word says: the same without the marks around it. Most words mean nothing. */
static int learn(Scan *scan, Text *text) {
    Table *table = scan->table;
    Text bare = *text;
    strip(&bare.bytes, &bare.size);
    const int kind = kind_of(PyCapsule_GetPointer(table->filter, FILTER), bare.bytes, bare.size);
    if (kind != OTHER) {
        text->word.vote = table->plain[kind];
        return remember(table, text, NULL, 0);
    }
    const int is_one_word = bare.size > 1 && is_plain(bare.bytes, bare.size); /* `(c)` means ©, `c` does not */
    if (bare.size == text->size || text->size > MOST_PLAIN || !is_one_word) return ask_for(scan, text);
    bare = find(table, bare.bytes, bare.size);
    if (!bare.word.text && ask_for(scan, &bare)) return -1;
    bare.word.hash = text->word.hash;
    text->word = bare.word;
    return remember(table, text, NULL, 0);
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

/* Of lines and heads of lines. */
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
static int votes_of(Scan *scan, Piece piece, double begins, double mark, long *telling, double *votes) {
    double sum = mark / 2, of_phrases = 0;
    if (read_words(scan, piece.bytes, piece.size)) return -1;
    for (size_t at = 0; at < scan->count; at++) {
        const Word *word = &scan->texts[at].word;
        sum += word->vote;
        if (word->phrases && add_phrases(scan, word->phrases, &scan->texts[at + 1], scan->count - at - 1, &of_phrases))
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
    double begins, mark;                                  /* as in votes.py */
    Py_ssize_t most_chars, most_of_head, far, near;
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
    if (votes_of(scan, piece, rules->begins, rules->mark, telling, score)) return -1;
    const double words = (double)scan->count;
    if (!scan->count) return 0;
    *score += rules->one + rules->word * words + rules->root * sqrt(words) +
              rules->stop * has_stop(scan->texts[scan->count - 1], rules->stops);
    *score += rules->start * (double)(at < rules->far ? at : rules->far) +
              rules->end * (double)(from_end < rules->far ? from_end : rules->far);
    *score += rules->two * (*telling >= 2) + rules->three * (*telling >= 3);
    return 0;
}

/* The character at the beginning of UTF-8 text, and its size. */
static unsigned char_at(const char *text, size_t *size) {
    const unsigned char *at = (const unsigned char *)text;
    *size = at[0] < 0x80 ? 1 : at[0] < 0xE0 ? 2 : at[0] < 0xF0 ? 3 : 4;
    if (*size == 1) return at[0];
    if (*size == 2) return (at[0] & 31u) << 6 | (at[1] & 63u);
    return *size == 3 ? (at[0] & 15u) << 12 | (at[1] & 63u) << 6 | (at[2] & 63u) : 0xFFFF;
}

static int is_dash(unsigned code) { return code == '-' || code == '/' || code == '>' || code == 0x2013 || code == 0x2014; }

/* Whether a character separates a head wherever it stands. */
static int separates(unsigned code) {
    return code == ':' || code == '|' || code == '=' || code == ']' || code == 0xFF1A || code == 0x55D || code == 0xFF5C ||
           code == 0xFF1D || code == 0x25BA || code == 0xBB || code == 0x2192 || code == 0x3011 || code == 0x2013 ||
           code == 0x2014;
}

/* Whether a row of dashes begins here that ends with white space, after so few characters. */
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

/* chosen(table, votes, lines, weights, limits, stops): the lines that may be candidates. `weights` are those of terms,
   and the marks of votes.py. None if the table is in use. */
static PyObject *chosen(PyObject *self, PyObject *args) {
    (void)self;
    PyObject *capsule, *lines;
    Scan scan; /* 8 KB, so it is not cleared */
    Rules rules;
    if (!PyArg_ParseTuple(args, "OOO(ddddddddddd)(nnnn)s", &capsule, &scan.votes, &lines, &rules.one, &rules.word,
                          &rules.root, &rules.stop, &rules.start, &rules.end, &rules.two, &rules.three,
                          &rules.signature, &rules.begins, &rules.mark, &rules.most_chars, &rules.most_of_head,
                          &rules.far, &rules.near, &rules.stops))
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
        if (!line || choose(&scan, &rules, line, at, count - 1, result)) Py_CLEAR(result);
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
    Py_XDECREF(table->filter);
    PyMem_Free(table);
}

/* table(seed, filter, plain): a table without words, and the votes of words that mean nothing. */
static PyObject *new_table(PyObject *self, PyObject *args) {
    (void)self;
    unsigned long long seed;
    PyObject *filter;
    double plain[3];
    if (!PyArg_ParseTuple(args, "KO(ddd)", &seed, &filter, &plain[0], &plain[1], &plain[2])) return NULL;
    if (!PyCapsule_GetPointer(filter, FILTER)) return NULL;
    Table *table = PyMem_Calloc(1, sizeof *table);
    if (!table) return PyErr_NoMemory();
    PyObject *capsule = PyCapsule_New(table, TABLE, free_table);
    if (!capsule) {
        PyMem_Free(table);
        return NULL;
    }
    table->seed = seed;
    table->filter = Py_NewRef(filter);
    memcpy(table->plain, plain, sizeof plain);
    if (forget(table, 1024)) Py_CLEAR(capsule);
    return capsule;
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

static PyMethodDef methods[] = {
    {"filter", new_filter, METH_O, NULL},
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
