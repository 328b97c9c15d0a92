#include "conf/words.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n';
}

/* One quoted run at *s (which is the quote) into word. */
static bool take_quoted(const char **s, struct text *word)
{
    char quote = *(*s)++;

    for (; **s && **s != quote; ++*s) {
        if (quote == '"' && **s == '\\' && ((*s)[1] == '"' || (*s)[1] == '\\'))
            ++*s;
        text_addc(word, **s);
    }
    if (!**s)
        return false;
    ++*s;
    return true;
}

static bool take_word(const char **s, struct text *word, struct err *e)
{
    text_clear(word);
    while (**s && !is_blank(**s)) {
        if (**s == '\'' || **s == '"') {
            char quote = **s;

            if (!take_quoted(s, word))
                return err_set(e, ERR_CONFIG, "the quote %c is not closed in the command", quote);
            continue;
        }
        if (**s == '\\' && (*s)[1])
            ++*s;
        text_addc(word, *(*s)++);
    }
    return true;
}

bool words_split(const char *s, char ***argv, struct err *e)
{
    char **words = x_calloc(WORDS_MAX + 1, sizeof *words);
    struct text word;
    size_t n = 0;
    bool ok = true;

    text_init(&word, 0);
    for (; ok; n++) {
        while (is_blank(*s))
            s++;
        if (!*s)
            break;
        ok = n < WORDS_MAX ? take_word(&s, &word, e)
                           : err_set(e, ERR_CONFIG, "more than %d words in the command", WORDS_MAX);
        if (ok)
            words[n] = x_strndup(word.s, word.len);
    }
    text_release(&word);
    if (ok && (!n || !*words[0]))
        ok = err_set(e, ERR_CONFIG, "the command is empty");
    if (!ok) {
        words_free(words);
        return false;
    }
    *argv = words;
    return true;
}

void words_free(char **argv)
{
    for (size_t i = 0; argv && argv[i]; i++)
        free(argv[i]);
    free(argv);
}
