/* Computes the features of a page, with the same results as `_matrix` in features.py, which runs where this file was
   not compiled: the same groups in the same order, and in each group the same operations in the same order, so that not
   even the last bit differs. It also does the work of characters.py, wording.py, block_arrays.py and containers.py. */

#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030B0000
#include <Python.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

/* The classes of characters, in the order of `worker.extraction.characters`. */
enum { LOWER, UPPER, DIGIT, SPACE, COMMA, STOP, COLON, QUOTE, WIDE, SYMBOL, COMPLEX, CLASSES };

/* What is summed over stretches, in the order of `worker.extraction.block_arrays`. */
enum { ONE, WORDS, CHARS, LINKED, GOOD_WORDS, GOOD, MARKS, HEADINGS, SUMS };

/* The columns of blocks, and those of containers from PARENT on, in the order of `Blocks.columns`. */
enum { CONTAINER, LINK_CHARS, BOLD_CHARS, LINKS };
enum { PARENT = LINKS + 1, TAG, DEPTH, OWN, INHERITED, TEMPLATE, REGION, FIRST, END, COLUMNS };

enum { GROUPS = 13, IS_HEADING = 1 << 13, IS_H1 = 1 << 14, IS_ARTICLE = 1 << 15 }; /* bits of a tag */
enum { FAR = 150, FAR_WORDS = 2000, MANY = 1000, NOWHERE = -999, NEIGHBOURS = 6, STEPS = 4, SHARES = 9 };
static const int WIDTHS[] = {3, 6, 12};
enum { ONE_SIDED = 8, WEIGHTS = 1 << 16 };

/* What `bind` got from Python: copies of its tables, so that nothing can change them. */
enum { MAX_TAGS = 256, MAX_BITS = 63 };
static uint8_t *class_of;  /* of each character; the last entry stands for all above */
static uint64_t *folded_of; /* likewise */
static size_t last_class, last_folded;
static uint32_t bits_of_tag[MAX_TAGS];
static uint8_t landmark_bits[MAX_BITS];
static Py_ssize_t tag_count, bit_count, landmark_count;
static double complex_letters, step; /* `step` is that of the weights of words */

typedef struct {
    Py_ssize_t n, m, title, described; /* n blocks in m containers */
    double title_sure;
    const int64_t *column[COLUMNS];
    const int8_t *wording; /* in steps, so that the table stays in the cache */
    float *row; /* the next row of the matrix */
    void *arena; /* all arrays below are in it */
    double *counts, *words, *linked, *wording_score, *sums, *container_score, *scratch;
    int64_t *first, *last, *lengths, *copy, *group, *common, *c0, *c1;
    double total[SUMS], best_share;
    Py_ssize_t best;
} Page;

#define EXACT 4096
static double exact[EXACT]; /* log1p of the small integers: most sums are such */

static double log_of(double value) {
    if (value >= 0 && value < EXACT && value == (double)(int)value) return exact[(int)value];
    return log1p(value);
}

static double least(double a, double b) { return a < b ? a : b; }
static double most(double a, double b) { return a > b ? a : b; }
static Py_ssize_t least_of(Py_ssize_t a, Py_ssize_t b) { return a < b ? a : b; }
static Py_ssize_t most_of(Py_ssize_t a, Py_ssize_t b) { return a > b ? a : b; }
static double sum_at(const Page *page, int sum, Py_ssize_t at) { return page->sums[sum * (page->n + 1) + at]; }
static double count_of(const Page *page, int class, Py_ssize_t at) { return page->counts[class * page->n + at]; }
static uint32_t tag_bits(const Page *page, int64_t container) {
    return bits_of_tag[page->column[TAG][container]];
}

/* Write the next row: `value` may use `at`, the number of the block. */
#define PUT(value)                                                                          \
    do {                                                                                    \
        for (Py_ssize_t at = 0; at < n; at++) page->row[at] = (float)(value);               \
        page->row += n;                                                                     \
    } while (0)

/* Count the characters of one text, hash its words and pairs, and sum their weights (see `worker.extraction.wording`).
   The line break after each text counts too. */
static void read_text(Page *page, Py_ssize_t at, const Py_UCS4 *codes, Py_ssize_t size) {
    const uint64_t base = 0x9E3779B97F4A7C15u, mix = 0xC2B2AE3D27D4EB4Fu;
    const int8_t *weights = page->wording;
    int64_t counts[CLASSES] = {0};
    uint64_t word = 0, power = 1, before = 0, words = 0;
    int64_t sum = 0;
    int inside = 0, class = SPACE;
    page->first[at] = -1;
    for (Py_ssize_t n = 0; n <= size; n++) {
        size_t code = n < size ? codes[n] : '\n';
        int is_last = n == size, kind = class_of[code < last_class ? code : last_class];
        int in_word = kind <= DIGIT || kind == COMPLEX;
        counts[kind]++;
        if (n == 0) page->first[at] = kind == COMPLEX ? LOWER : kind;
        if (!is_last) class = kind;
        if (inside && !(in_word && inside == 2)) { /* the word ends here */
            uint64_t hash = word * mix;
            sum += weights[hash >> 48];
            if (words++) sum += weights[((before * base + hash) * mix) >> 48];
            before = hash;
            inside = 0;
        }
        if (kind != SPACE) {
            uint64_t letter = folded_of[code < last_folded ? code : last_folded];
            if (!inside) word = 0, power = 1;
            word += letter * power;
            power *= base;
            inside = in_word ? 2 : 1;
        }
    }
    page->last[at] = class == COMPLEX ? LOWER : class;
    page->lengths[at] = size;
    page->wording_score[at] = (double)sum * step / sqrt(most((double)(words ? 2 * words - 1 : 0), 1));
    for (int n = 0; n < CLASSES; n++) page->counts[n * page->n + at] = (double)counts[n];
}

static int read_texts(Page *page, PyObject *texts) {
    Py_UCS4 *codes = NULL;
    Py_ssize_t room = 0;
    PyObject *seen = PyDict_New();
    int failed = !seen;
    for (size_t at = 0; at < WEIGHTS; at += 64) __builtin_prefetch(page->wording + at); /* in order is far faster */
    for (Py_ssize_t at = 0; !failed && at < page->n; at++) {
        PyObject *text = PyList_GetItem(texts, at);
        if (!text || !PyUnicode_Check(text)) {
            if (!PyErr_Occurred()) PyErr_SetString(PyExc_TypeError, "a text is a string");
            failed = 1;
            break;
        }
        Py_ssize_t size = PyUnicode_GetLength(text);
        if (size >= room) {
            PyMem_Free(codes);
            room = 2 * size + 1024;
            codes = PyMem_New(Py_UCS4, room);
        }
        failed = !codes || !PyUnicode_AsUCS4(text, codes, room, 1);
        if (failed) break;
        read_text(page, at, codes, size);
        PyObject *before = PyDict_GetItemWithError(seen, text);
        page->copy[at] = before ? (int64_t)PyLong_AsLongLong(before) : 0;
        PyObject *now = PyErr_Occurred() ? NULL : PyLong_FromLongLong(page->copy[at] + 1);
        failed = !now || PyDict_SetItem(seen, text, now);
        Py_XDECREF(now);
    }
    PyMem_Free(codes);
    Py_XDECREF(seen);
    if (failed && !PyErr_Occurred()) PyErr_NoMemory();
    return failed ? -1 : 0;
}

/* Sum over blocks, score the containers, and find for each one the depth of the innermost that also holds the best. */
static void sum_up(Page *page) {
    const Py_ssize_t n = page->n, m = page->m;
    double *direct = page->scratch, *half = page->scratch + m, all = 0;
    memset(direct, 0, 2 * (size_t)m * sizeof *direct);
    for (Py_ssize_t at = 0; at < n; at++) {
        double comma = count_of(page, COMMA, at), stop = count_of(page, STOP, at), chars = (double)page->lengths[at];
        double words = most(count_of(page, SPACE, at) + count_of(page, WIDE, at) / 2 +
                                count_of(page, COMPLEX, at) / complex_letters, 1);
        double linked_chars = least((double)page->column[LINK_CHARS][at], chars);
        double linked = linked_chars / most(chars, 1);
        int good = words >= 10 && linked < 0.4 && comma + stop > 0;
        double row[SUMS] = {1, words, chars, linked_chars, words * good, good, comma + stop,
                            (tag_bits(page, page->c0[at]) & IS_HEADING) != 0};
        double score = words >= 8 && linked < 0.5 ? 1 + comma + least(chars / 100, 3) : 0;
        int64_t c2 = page->column[PARENT][page->c1[at]];
        page->words[at] = words;
        page->linked[at] = linked;
        direct[page->c1[at]] += score;
        half[c2] += score / 2;
        for (int sum = 0; sum < SUMS; sum++) {
            double *sums = page->sums + sum * (n + 1);
            sums[at + 1] = sums[at] + row[sum];
        }
    }
    for (int sum = 0; sum < SUMS; sum++) page->total[sum] = most(sum_at(page, sum, n), 1);
    for (Py_ssize_t c = 0; c < m; c++) {
        Py_ssize_t first = page->column[FIRST][c], end = page->column[END][c];
        double linked = sum_at(page, LINKED, end) - sum_at(page, LINKED, first);
        double chars = sum_at(page, CHARS, end) - sum_at(page, CHARS, first);
        page->container_score[c] = (direct[c] + half[c]) * (1 - linked / most(chars, 1));
        all += page->container_score[c];
        if (page->container_score[c] > page->container_score[page->best]) page->best = c;
    }
    double top = most(page->container_score[page->best], 1e-9);
    page->best_share = top / most(all, 1e-9);
    for (Py_ssize_t c = 0; c < m; c++) page->container_score[c] /= top, page->common[c] = -1;
    for (Py_ssize_t c = page->best;; c = page->column[PARENT][c]) {
        page->common[c] = page->column[DEPTH][c];
        if (!c) break;
    }
    for (Py_ssize_t c = 1; c < m; c++) /* a parent comes before its children */
        if (page->common[c] < 0) page->common[c] = page->common[page->column[PARENT][c]];
}

static void put_own(Page *page) {
    const Py_ssize_t n = page->n;
    const int64_t *chars = page->lengths;
    double *letters = page->scratch;
    for (Py_ssize_t at = 0; at < n; at++)
        letters[at] = count_of(page, LOWER, at) + count_of(page, UPPER, at) + count_of(page, WIDE, at) +
                      count_of(page, COMPLEX, at);
    PUT(log_of(page->words[at]));
    PUT(letters[at] / page->words[at]);
    PUT(page->linked[at]);
    PUT(log_of(page->linked[at] * (double)most_of(chars[at], 1)));
    PUT(page->column[LINKS][at]);
    PUT((double)page->column[BOLD_CHARS][at] / (double)most_of(chars[at], 1));
    PUT(count_of(page, UPPER, at) / most(letters[at], 1));
    PUT(count_of(page, DIGIT, at) / (double)most_of(chars[at], 1));
    PUT(count_of(page, COMMA, at) / page->words[at]);
    PUT(count_of(page, STOP, at) / page->words[at]);
    PUT(count_of(page, STOP, at));
    PUT(count_of(page, COLON, at));
    PUT(count_of(page, QUOTE, at) / page->words[at]);
    PUT(count_of(page, SYMBOL, at) / page->words[at]);
    PUT(count_of(page, WIDE, at) / (double)most_of(chars[at], 1));
    PUT(page->first[at]);
    PUT(page->last[at]);
    PUT(page->last[at] == STOP || (page->last[at] == QUOTE && count_of(page, STOP, at) > 0));
    PUT(page->copy[at]);
    PUT(page->column[DEPTH][page->c0[at]]);
}

static void put_names(Page *page) {
    const Py_ssize_t n = page->n;
    const int64_t *own = page->column[OWN], *c0 = page->c0, *c1 = page->c1;
    for (int group = 0; group < GROUPS; group++) PUT(tag_bits(page, c0[at]) >> group & 1);
    for (int group = 0; group < GROUPS; group++) PUT(tag_bits(page, c1[at]) >> group & 1);
    for (Py_ssize_t bit = 0; bit < bit_count; bit++) PUT(page->column[INHERITED][c0[at]] >> bit & 1);
    for (Py_ssize_t bit = 0; bit < bit_count; bit++) PUT((own[c0[at]] | own[c1[at]]) >> bit & 1);
}

/* The nine features of a stretch of blocks, into the rows from `row` on. */
static void put_shares(const Page *page, float *row, Py_ssize_t begin, Py_ssize_t end) {
    double sums[SUMS];
    for (int sum = 0; sum < SUMS; sum++) sums[sum] = sum_at(page, sum, end) - sum_at(page, sum, begin);
    double one = most(sums[ONE], 1), words = most(sums[WORDS], 1);
    const double values[] = {
        log_of(sums[WORDS]),
        sums[LINKED] / most(sums[CHARS], 1),
        sums[GOOD_WORDS] / words,
        sums[GOOD_WORDS] / page->total[GOOD_WORDS],
        sums[WORDS] / page->total[WORDS],
        sums[WORDS] / one,
        sums[GOOD] / one,
        sums[MARKS] / words,
        sums[HEADINGS] / one,
    };
    for (int value = 0; value < SHARES; value++) row[value * page->n] = (float)values[value];
}

static void put_stretches(Page *page) {
    const Py_ssize_t n = page->n, best = page->best;
    const int64_t *parent = page->column[PARENT], *region = page->column[REGION], *depth = page->column[DEPTH];
    const int64_t *c0 = page->c0, *common = page->common;
    float *row = page->row, *scores = row + 11 * SHARES * n;
    for (Py_ssize_t at = 0; at < n; at++) {
        int64_t level[6] = {c0[at], page->c1[at]};
        level[2] = parent[level[1]], level[3] = parent[level[2]];
        level[4] = region[c0[at]], level[5] = region[parent[level[4]]];
        for (int number = 0; number < 6; number++) {
            int64_t c = level[number];
            put_shares(page, row + number * SHARES * n + at, page->column[FIRST][c], page->column[END][c]);
            scores[number * n + at] = (float)page->container_score[c];
        }
        for (int width = 0; width < 3; width++)
            put_shares(page, row + (6 + width) * SHARES * n + at, most_of(at - WIDTHS[width], 0),
                      least_of(at + WIDTHS[width] + 1, n));
        put_shares(page, row + 9 * SHARES * n + at, most_of(at - ONE_SIDED, 0), at);
        put_shares(page, row + 10 * SHARES * n + at, at + 1, least_of(at + 1 + ONE_SIDED, n));
    }
    page->row += (11 * SHARES + 6) * n;
    PUT(common[c0[at]] - depth[best]);
    PUT(common[c0[at]]);
    PUT(depth[c0[at]] - common[c0[at]]);
    PUT(region[c0[at]] == region[best]);
    PUT(depth[region[c0[at]]]);
}

/* Number the blocks by template (and by parent): each gets the number of the first block that is like it. */
static void group_blocks(Page *page, int by_parent) {
    const int64_t *template = page->column[TEMPLATE];
    size_t slots = 4;
    while (slots < 2 * (size_t)page->n) slots *= 2;
    int64_t *table = page->group + page->n;
    memset(table, 0, slots * sizeof *table); /* a slot holds the number of a block plus one */
    for (Py_ssize_t at = 0; at < page->n; at++) {
        uint64_t factor = by_parent ? 0x9E3779B97F4A7Cu : 0;
        uint64_t key = (uint64_t)template[page->c0[at]] ^ ((uint64_t)page->c1[at] * factor);
        size_t slot = (size_t)((key * 0x9E3779B97F4A7C15u) >> 20) & (slots - 1);
        for (; table[slot]; slot = (slot + 1) & (slots - 1)) {
            int64_t other = table[slot] - 1;
            if (((uint64_t)template[page->c0[other]] ^ ((uint64_t)page->c1[other] * factor)) == key) break;
        }
        if (!table[slot]) table[slot] = at + 1;
        page->group[at] = table[slot] - 1;
    }
}

static void put_templates(Page *page) {
    const Py_ssize_t n = page->n;
    static const int summed[] = {ONE, WORDS, CHARS, LINKED, GOOD_WORDS};
    for (int by_parent = 0; by_parent < 2; by_parent++) {
        group_blocks(page, by_parent);
        double *sums[5];
        for (int which = 0; which < 5; which++) {
            sums[which] = page->scratch + which * n;
            memset(sums[which], 0, (size_t)n * sizeof(double));
            for (Py_ssize_t at = 0; at < n; at++)
                sums[which][page->group[at]] += sum_at(page, summed[which], at + 1) - sum_at(page, summed[which], at);
        }
        const int64_t *group = page->group;
        PUT(sums[0][group[at]]);
        PUT(log_of(sums[1][group[at]]));
        PUT(sums[1][group[at]] / page->total[WORDS]);
        PUT(sums[1][group[at]] / sums[0][group[at]]);
        PUT(sums[3][group[at]] / most(sums[2][group[at]], 1));
        PUT(sums[4][group[at]] / most(sums[1][group[at]], 1));
    }
}

static int is_good(const Page *page, Py_ssize_t at) {
    return sum_at(page, GOOD, at + 1) > sum_at(page, GOOD, at);
}

static void put_neighbours(Page *page) {
    const Py_ssize_t n = page->n;
    static const int steps[STEPS] = {-2, -1, 1, 2};
    const int64_t *template = page->column[TEMPLATE], *c0 = page->c0, *c1 = page->c1;
    double *looks = page->scratch;
    for (Py_ssize_t at = 0; at < n; at++) {
        uint32_t tag = tag_bits(page, c0[at]);
        looks[at] = log_of(page->words[at]);
        looks[n + at] = page->linked[at];
        looks[2 * n + at] = is_good(page, at);
        looks[3 * n + at] = (double)page->last[at];
        looks[4 * n + at] = (tag & IS_HEADING) != 0;
        looks[5 * n + at] = tag & 1;
    }
#define INSIDE(step) (at + (step) >= 0 && at + (step) < n)
    for (int look = 0; look < NEIGHBOURS; look++)
        for (int step = 0; step < STEPS; step++)
            PUT(INSIDE(steps[step]) ? looks[look * n + at + steps[step]] : -1);
    for (int step = 0; step < STEPS; step++)
        PUT(INSIDE(steps[step]) && template[c0[at + steps[step]]] == template[c0[at]]);
    for (int step = 0; step < STEPS; step++) PUT(INSIDE(steps[step]) && c1[at + steps[step]] == c1[at]);
}

static void put_position(Page *page) {
    const Py_ssize_t n = page->n, title = page->title, described = page->described;
    const int64_t *region = page->column[REGION], *c0 = page->c0;
    double *h1 = page->scratch, *heading = h1 + n, *good = heading + n, *next = good + n;
    Py_ssize_t h1s = 0, last_heading = -1, last_good = -1, next_good = n;
    for (Py_ssize_t at = 0; at < n; at++) {
        uint32_t tag = tag_bits(page, c0[at]);
        h1s += (tag & IS_H1) != 0;
        if (tag & IS_HEADING) last_heading = at;
        if (is_good(page, at)) last_good = at;
        h1[at] = (double)h1s, heading[at] = (double)last_heading, good[at] = (double)last_good;
    }
    for (Py_ssize_t at = n - 1; at >= 0; at--) {
        if (is_good(page, at)) next_good = at;
        next[at] = (double)next_good;
    }
#define NEAR(number) ((number) < -FAR ? -FAR : (number) > FAR ? FAR : (number))
    const double titled = sum_at(page, WORDS, title);
    PUT((double)at / (double)n);
    PUT(sum_at(page, WORDS, at) / page->total[WORDS]);
    PUT(sum_at(page, GOOD_WORDS, at) / page->total[GOOD_WORDS]);
    PUT(least_of(at, FAR));
    PUT(least_of(n - at, FAR));
    PUT(NEAR(at - title));
    PUT((double)((at > title) - (at < title)) * log_of(least(fabs(sum_at(page, WORDS, at) - titled), FAR_WORDS)));
    PUT(page->title_sure);
    PUT(at == title);
    PUT(region[c0[at]] == region[c0[title]]);
    PUT(h1[at] - h1[title] * (h1[at] >= h1[title]));
    PUT(least(sum_at(page, HEADINGS, at), FAR));
    PUT(least((double)at - heading[at], FAR));
    PUT(least((double)at - good[at], FAR));
    PUT(least(next[at] - (double)at, FAR));
    PUT(at == described);
    PUT(described < 0 ? NOWHERE : NEAR(at - described));
}

static void put_landmarks(Page *page) {
    const Py_ssize_t n = page->n;
    float *since = page->row, *until = since + landmark_count * n, *seen = until + landmark_count * n;
    for (Py_ssize_t kind = 0; kind < landmark_count; kind++, since += n, until += n, seen += n) {
        const int bit = landmark_bits[kind];
        Py_ssize_t before = -1, after = n, count = 0;
        for (Py_ssize_t at = 0; at < n; at++) {
            int there = page->column[INHERITED][page->c0[at]] >> bit & 1;
            seen[at] = (float)least_of(count, FAR);
            count += there;
            if (there) before = at;
            double words = sum_at(page, GOOD_WORDS, at) - sum_at(page, GOOD_WORDS, before + 1);
            since[at] = before < 0 ? -1 : (float)log_of(most(words, 0));
        }
        for (Py_ssize_t at = n - 1; at >= 0; at--) {
            if (page->column[INHERITED][page->c0[at]] >> bit & 1) after = at;
            double words = sum_at(page, GOOD_WORDS, after) - sum_at(page, GOOD_WORDS, at + 1);
            until[at] = after >= n ? -1 : (float)log_of(most(words, 0));
        }
    }
    page->row += 3 * landmark_count * n;
}

static void put_document(Page *page) {
    const Py_ssize_t n = page->n, best = page->best;
    const double *total = page->total;
    double paragraphs = 0, articles = 0, h1 = 0, wide = 0;
    for (Py_ssize_t at = 0; at < n; at++) {
        paragraphs += tag_bits(page, page->c0[at]) & 1;
        h1 += (tag_bits(page, page->c0[at]) & IS_H1) != 0;
        wide += count_of(page, WIDE, at);
    }
    for (Py_ssize_t c = 0; c < page->m; c++) articles += (tag_bits(page, c) & IS_ARTICLE) != 0;
    Py_ssize_t first = page->column[FIRST][best], end = page->column[END][best];
    const double values[] = {
        (double)least_of(n, MANY),
        log_of(total[WORDS]),
        log_of(total[GOOD_WORDS]),
        total[GOOD_WORDS] / total[WORDS],
        total[LINKED] / total[CHARS],
        paragraphs / (double)n,
        total[WORDS] / (double)n,
        total[GOOD_WORDS] / total[GOOD],
        (sum_at(page, GOOD_WORDS, end) - sum_at(page, GOOD_WORDS, first)) / total[GOOD_WORDS],
        page->best_share,
        (double)page->column[DEPTH][best],
        articles,
        h1,
        least(total[HEADINGS], FAR),
        wide / total[CHARS],
    };
    for (size_t value = 0; value < sizeof values / sizeof *values; value++) PUT(values[value]);
}

static void put_wording(Page *page) {
    const Py_ssize_t n = page->n;
    double *sums = page->scratch;
    sums[0] = 0;
    for (Py_ssize_t at = 0; at < n; at++) sums[at + 1] = sums[at] + page->wording_score[at];
    PUT(page->wording_score[at]);
    for (Py_ssize_t width = 1; width <= 4; width += 3)
        PUT((sums[least_of(at + width + 1, n)] - sums[most_of(at - width, 0)]) /
            (double)(least_of(at + width + 1, n) - most_of(at - width, 0)));
}

/* Whether every number in the columns stays within its array. */
static int is_sound(const Page *page) {
    const int64_t n = page->n, m = page->m;
    if (n < 1 || m < 1 || page->title < 0 || page->title >= n || page->described >= n) return 0;
    for (int64_t at = 0; at < n; at++)
        if (page->column[CONTAINER][at] < 0 || page->column[CONTAINER][at] >= m) return 0;
    for (int64_t c = 0; c < m; c++) {
        int64_t parent = page->column[PARENT][c], tag = page->column[TAG][c], region = page->column[REGION][c];
        int64_t first = page->column[FIRST][c], end = page->column[END][c];
        if (parent < 0 || (c ? parent >= c : parent > 0) || tag < 0 || tag >= tag_count || region < 0 || region >= m ||
            first < 0 || first > n || end < 0 || end > n)
            return 0;
    }
    return 1;
}

static int fill(Page *page, PyObject *texts) {
    const size_t n = (size_t)page->n, m = (size_t)page->m;
    size_t slots = 4;
    while (slots < 2 * n) slots *= 2;
    const size_t scratch = 6 * n + 2 * m + 1;
    const size_t doubles = (CLASSES + 3) * n + SUMS * (n + 1) + m + scratch, numbers = 7 * n + m + slots;
    page->arena = PyMem_Calloc(doubles + numbers, 8);
    if (!page->arena) {
        PyErr_NoMemory();
        return -1;
    }
    double *next = page->arena;
    page->counts = next, next += CLASSES * n;
    page->words = next, next += n;
    page->linked = next, next += n;
    page->wording_score = next, next += n;
    page->sums = next, next += SUMS * (n + 1);
    page->container_score = next, next += m;
    page->scratch = next, next += scratch;
    int64_t *number = (int64_t *)next;
    page->first = number, number += n;
    page->last = number, number += n;
    page->lengths = number, number += n;
    page->copy = number, number += n;
    page->c0 = number, number += n;
    page->c1 = number, number += n;
    page->common = number, number += m;
    page->group = number;
    for (size_t at = 0; at < n; at++) {
        page->c0[at] = page->column[CONTAINER][at];
        page->c1[at] = page->column[PARENT][page->c0[at]];
    }
    if (read_texts(page, texts)) return -1;
    sum_up(page);
    put_own(page);
    put_names(page);
    put_stretches(page);
    put_templates(page);
    put_neighbours(page);
    put_position(page);
    put_landmarks(page);
    put_document(page);
    put_wording(page);
    return 0;
}

static Py_ssize_t row_count(void) {
    return 20 + 2 * GROUPS + 2 * bit_count + 11 * SHARES + 6 + 5 + 2 * 6 + NEIGHBOURS * STEPS + 2 * STEPS + 17 +
           3 * landmark_count + 15 + 3;
}

/* fill(out, texts, columns, wording, title, title_sure, described): write the features, rows x blocks of float32, to
   `out`. `columns` has those of `Blocks` from `container` on. */
static PyObject *call_fill(PyObject *self, PyObject *args) {
    (void)self;
    Page page = {0};
    PyObject *texts, *columns, *object[COLUMNS + 2], *result = NULL;
    Py_buffer view[COLUMNS + 2];
    enum { WORDING = COLUMNS, OUT };
    int opened = 0;
    if (!PyArg_ParseTuple(args, "OO!O!Ondn", &object[OUT], &PyList_Type, &texts, &PyTuple_Type, &columns,
                          &object[WORDING], &page.title, &page.title_sure, &page.described))
        return NULL;
    if (PyTuple_Size(columns) != COLUMNS || !class_of) {
        PyErr_SetString(PyExc_ValueError, "not the columns of a page, or nothing is bound");
        return NULL;
    }
    for (int column = 0; column < COLUMNS; column++) object[column] = PyTuple_GetItem(columns, column);
    for (; opened < COLUMNS + 2; opened++)
        if (PyObject_GetBuffer(object[opened], &view[opened], opened == OUT ? PyBUF_WRITABLE : PyBUF_SIMPLE)) break;
    if (opened == COLUMNS + 2) {
        page.n = PyList_Size(texts);
        page.m = view[PARENT].len / 8;
        int sound = page.n <= PY_SSIZE_T_MAX >> 12 && view[WORDING].len == WEIGHTS &&
                    view[OUT].len == row_count() * page.n * 4;
        for (int column = 0; column < COLUMNS; column++) {
            page.column[column] = view[column].buf;
            sound = sound && view[column].len == (column < PARENT ? page.n : page.m) * 8;
        }
        page.wording = view[WORDING].buf;
        page.row = view[OUT].buf;
        if (!sound || !is_sound(&page))
            PyErr_SetString(PyExc_ValueError, "not the blocks of a page");
        else if (!fill(&page, texts))
            result = Py_NewRef(Py_None);
        PyMem_Free(page.arena);
    }
    while (opened > 0) PyBuffer_Release(&view[--opened]);
    return result;
}

static int copy_table(PyObject *object, void **copy, size_t *last, size_t item) {
    Py_buffer view;
    if (PyObject_GetBuffer(object, &view, PyBUF_SIMPLE)) return -1;
    size_t size = (size_t)view.len;
    void *data = size >= item ? PyMem_Malloc(size) : NULL;
    if (data) {
        memcpy(data, view.buf, size);
        PyMem_Free(*copy);
        *copy = data;
        *last = size / item - 1;
    } else
        PyErr_SetString(PyExc_ValueError, "an empty table");
    PyBuffer_Release(&view);
    return data ? 0 : -1;
}

/* bind(classes, folded, tags, landmarks, bits, complex_letters, step): take over the tables. Returns the number of rows. */
static PyObject *bind(PyObject *self, PyObject *args) {
    (void)self;
    PyObject *classes, *folded;
    const char *tags, *landmarks;
    Py_ssize_t tag_bytes;
    if (!PyArg_ParseTuple(args, "OOy#y#ndd", &classes, &folded, &tags, &tag_bytes, &landmarks, &landmark_count,
                          &bit_count, &complex_letters, &step))
        return NULL;
    tag_count = tag_bytes / (Py_ssize_t)sizeof *bits_of_tag;
    int sound = tag_count > 0 && tag_count <= MAX_TAGS && landmark_count <= MAX_BITS && bit_count >= 0 &&
                bit_count <= MAX_BITS && complex_letters > 0;
    for (Py_ssize_t kind = 0; sound && kind < landmark_count; kind++) sound = (uint8_t)landmarks[kind] < MAX_BITS;
    if (!sound) {
        PyErr_SetString(PyExc_ValueError, "not the tables of the features");
        return NULL;
    }
    memcpy(bits_of_tag, tags, (size_t)tag_count * sizeof *bits_of_tag);
    memcpy(landmark_bits, landmarks, (size_t)landmark_count);
    if (copy_table(classes, (void **)&class_of, &last_class, 1) ||
        copy_table(folded, (void **)&folded_of, &last_folded, sizeof *folded_of))
        return NULL;
    for (size_t code = 0; code <= last_class; code++)
        if (class_of[code] >= CLASSES) class_of[code] = SYMBOL;
    for (int value = 0; value < EXACT; value++) exact[value] = log1p(value);
    return PyLong_FromSsize_t(row_count());
}

static PyMethodDef methods[] = {
    {"bind", bind, METH_VARARGS, NULL},
    {"fill", call_fill, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_features", NULL, -1, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__features(void) {
    PyObject *self = PyModule_Create(&module);
    if (self && PyModule_AddStringConstant(self, "SOURCE", SOURCE)) Py_CLEAR(self);
    return self;
}
