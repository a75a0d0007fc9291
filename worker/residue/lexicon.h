/* Tells what words mean, with the same results as `Lexicons` in lexicon.py. Python spells words
   with letters beyond ASCII; those whose form matters (dates, times, addresses) are left to it. */

#include "entries.h"

enum {
    MOST_OF_WORD = 100, /* bytes; longer words are for Python */
    MOST_LISTS = 8,     /* of phrases that a word begins */
    MOST_PARTS = 5,     /* of a word with hyphens or apostrophes */
};

/* A word as it is written, and as `plain` and `fold` in tokens.py spell it. */
typedef struct {
    const char *token, *plain, *folded;
    size_t size, of_plain, of_folded;
    int flags;
} Spelled;

enum { IS_CAPITAL = 1, IS_SMALL = 2, IS_SHOUT = 4 };

typedef struct {
    uint64_t known;          /* a bit for each language that knows the word */
    Mask of[MOST_LEXICONS];  /* its concepts there */
    Mask everywhere;
    uint64_t inner;          /* a bit for each language that has it in a phrase, after the first word */
    const uint8_t *lists[MOST_LISTS]; /* of phrases: their size in 4 bytes, and the phrases */
    size_t count_lists;
} Meaning;

enum { CONCEPTS = 1, PHRASES = 2 };

/* Adds the concepts and phrases of an entry. The concepts of a language replace those that it had. */
static void add_entry(const Lexicon *lexicon, Entry entry, int what, Meaning *meaning) {
    const uint8_t *at = lexicon->meanings + entry.masks;
    for (size_t left = entry.masks && what & CONCEPTS ? *at++ : 0; left; left--, at += OF_LANGUAGE) {
        meaning->known |= (uint64_t)1 << at[0];
        meaning->of[at[0]] = mask_from(at + 1);
    }
    if (!entry.phrases || !(what & PHRASES)) return;
    if (meaning->count_lists < MOST_LISTS) meaning->lists[meaning->count_lists] = lexicon->meanings + entry.phrases;
    meaning->count_lists++;
}

/* Adds what a word's stems mean, and then what the word itself means. */
static void look(const Lexicon *lexicon, const char *word, size_t size, int what, Meaning *meaning) {
    size_t places[MOST_OF_ENTRY];
    const size_t count = find_stems(lexicon, word, size, places), own = place_of(lexicon, word, size);
    for (size_t number = 0; number < count; number++) add_entry(lexicon, entry_at(lexicon, places[number]), what, meaning);
    if (!own) return;
    const Entry entry = entry_at(lexicon, own);
    add_entry(lexicon, entry, what, meaning);
    if (what & PHRASES) meaning->inner = entry.inner;
}

static size_t count_chars(const char *text, size_t size) {
    size_t chars = 0;
    for (size_t at = 0; at < size; at++) chars += (text[at] & 0xC0) != 0x80;
    return chars;
}

/* Adds what a word means without its prefix, in the languages that do not know it with the prefix. */
static void add_prefixed(const Lexicon *lexicon, const char *word, size_t size, Meaning *meaning) {
    const size_t chars = count_chars(word, size);
    for (size_t at = 0; at < lexicon->of_prefixes; at += 2 + (size_t)lexicon->prefixes[at + 1]) {
        const uint8_t language = lexicon->prefixes[at];
        const size_t of_prefix = lexicon->prefixes[at + 1];
        const char *prefix = (const char *)lexicon->prefixes + at + 2;
        if (meaning->known >> language & 1 || size <= of_prefix || memcmp(word, prefix, of_prefix)) continue;
        if (count_chars(prefix, of_prefix) + 2 > chars) continue;
        Meaning rest;
        rest.known = 0;
        look(lexicon, word + of_prefix, size - of_prefix, CONCEPTS, &rest);
        if (!(rest.known >> language & 1) || is_empty(rest.of[language])) continue;
        meaning->known |= (uint64_t)1 << language;
        meaning->of[language] = rest.of[language];
    }
}

/* Whether digits with a full stop between them may be a time: `23.59`. */
static int is_time(const char *word, size_t size, size_t stop) {
    const int is_hour = stop == 1 || (stop == 2 && (word[0] <= '1' || (word[0] == '2' && word[1] <= '3')));
    return is_hour && word[stop] == '.' && size - stop == 3 && word[stop + 1] <= '5';
}

/* Whether the form of an ASCII word makes it a number. -1 if it may be something else, such as a date. */
static int form_of(const char *word, size_t size) {
    size_t digits = 0, joint = 0;
    if (word[0] == '(') return -1;
    if (!is_digit(word[0])) return size > 2 && memchr(word + 1, '.', size - 2) ? -1 : 0;
    for (size_t at = 0; at < size; at++) {
        digits += (size_t)is_digit(word[at]);
        if (word[at] == '.' || word[at] == '-') joint = at;
    }
    if (digits == size) return 1;
    return joint && digits + 1 == size && !is_time(word, size, joint) ? 1 : -1;
}

/* How an ASCII word is written, as flags. */
static int flags_of(const char *text, size_t size) {
    int small = 0, capital = 0;
    for (size_t at = 0; at < size; at++) {
        small |= text[at] >= 'a' && text[at] <= 'z';
        capital |= text[at] >= 'A' && text[at] <= 'Z';
    }
    const int first = text[0] >= 'a' && text[0] <= 'z' ? IS_SMALL : text[0] >= 'A' && text[0] <= 'Z' ? IS_CAPITAL : 0;
    return first | (size > 1 && capital && !small ? IS_SHOUT : 0);
}

/* What a spelled word means, apart from its form and its parts. */
static void mean(const Lexicon *lexicon, const Spelled *word, Meaning *meaning) {
    const int is_ascii = word->plain == word->folded;
    meaning->known = meaning->inner = meaning->count_lists = 0;
    meaning->everywhere = (Mask){0, 0};
    look(lexicon, word->plain, word->of_plain, is_ascii ? CONCEPTS | PHRASES : CONCEPTS, meaning);
    if (!is_ascii) {
        add_prefixed(lexicon, word->plain, word->of_plain, meaning);
        look(lexicon, word->folded, word->of_folded, PHRASES, meaning);
    }
    if (meaning->known & 1) meaning->everywhere = meaning->of[0];
    const int is_cased = word->size != word->of_plain || memcmp(word->token, word->plain, word->size);
    const size_t cased = is_cased ? place_of(lexicon, word->token, word->size) : 0;
    if (cased && entry_at(lexicon, cased).masks) {
        const uint8_t *masks = lexicon->meanings + entry_at(lexicon, cased).masks; /* one mask, for all languages */
        meaning->everywhere = both(meaning->everywhere, mask_from(masks + 2));
    }
    meaning->known &= ~(uint64_t)1;
}

static int mean_ascii(const Lexicon *lexicon, const char *token, size_t size, Spelled *word, char *lower, Meaning *meaning);

/* Adds what the parts of a word mean, if it has several, in the languages that do not know the whole word. Returns 0 if
   only Python can tell. */
static int add_parts(const Lexicon *lexicon, const char *token, size_t size, Meaning *meaning) {
    size_t begins[MOST_PARTS + 1] = {0}, count = 0;
    for (size_t at = 0; at < size; at++) {
        if (token[at] == '@') return 1;
        if (token[at] == '\'' || token[at] == '.' || token[at] == '-') {
            if (++count == MOST_PARTS) return 1;
            begins[count] = at + 1;
        }
    }
    if (!count) return 1;
    begins[++count] = size + 1;
    const uint64_t of_whole = meaning->known;
    Meaning part;
    Spelled spelled;
    char lower[MOST_OF_WORD];
    for (size_t number = 0; number < count; number++) {
        const size_t begin = begins[number], end = begins[number + 1] - 1;
        if (begin == end) continue;
        if (!mean_ascii(lexicon, token + begin, end - begin, &spelled, lower, &part)) return 0;
        meaning->everywhere = both(meaning->everywhere, part.everywhere);
        for (int language = 1; language < MOST_LEXICONS && part.known >> language; language++) {
            if (!(part.known >> language & 1) || of_whole >> language & 1) continue;
            const int is_first = !(meaning->known >> language & 1);
            meaning->of[language] = is_first ? part.of[language] : both(meaning->of[language], part.of[language]);
            meaning->known |= (uint64_t)1 << language;
        }
    }
    return 1;
}

/* What an ASCII word means. Its spelling goes to `word` and `lower`. Returns 0 if only Python can tell. */
static int mean_ascii(const Lexicon *lexicon, const char *token, size_t size, Spelled *word, char *lower, Meaning *meaning) {
    if (size > MOST_OF_WORD) return 0;
    to_lower(token, size, lower);
    const int form = form_of(lower, size);
    if (form < 0) return 0;
    *word = (Spelled){token, lower, lower, size, size, size, flags_of(token, size)};
    mean(lexicon, word, meaning);
    if (form) meaning->everywhere = both(meaning->everywhere, lexicon->number);
    if (meaning->count_lists > MOST_LISTS) return 0;
    return !is_empty(meaning->everywhere) || add_parts(lexicon, token, size, meaning);
}

/* What the next word of what `spelled` in packing.py has written means. Returns 0 at the end, if the bytes have another
   form, and if only Python can tell. */
static int mean_spelled(const Lexicon *lexicon, const uint8_t **at, const uint8_t *end, Spelled *word, Meaning *meaning) {
    if (end - *at < 4) return 0;
    const uint8_t *sizes = *at;
    const char *text = (const char *)sizes + 4;
    if ((size_t)(end - *at) < (size_t)4 + sizes[1] + sizes[2] + sizes[3]) return 0;
    *word = (Spelled){text, text + sizes[1], text + sizes[1] + sizes[2], sizes[1], sizes[2], sizes[3], sizes[0]};
    *at += (size_t)4 + sizes[1] + sizes[2] + sizes[3];
    if (!word->size || !word->of_plain || !word->of_folded) return 0;
    if (word->of_plain > MOST_OF_WORD || word->of_folded > MOST_OF_WORD) return 0;
    mean(lexicon, word, meaning);
    return meaning->count_lists <= MOST_LISTS;
}

