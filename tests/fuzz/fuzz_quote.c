/* Words for a shell from arbitrary bytes, read back by a real sh that runs beside: what it says must be what was meant. */
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "host/quote.h"

static FILE *to;
static int from;

static void start_shell(void)
{
    int in[2], out[2];

    if (pipe(in) != 0 || pipe(out) != 0)
        abort();
    if (fork() == 0) {
        dup2(in[0], 0);
        dup2(out[1], 1);
        close(in[1]);
        close(out[0]);
        execl("/bin/sh", "sh", (char *)NULL);
        _exit(127);
    }
    close(in[0]);
    close(out[1]);
    to = fdopen(in[1], "w");
    from = out[0];
}

/* Bytes up to each NUL are an argument. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    static const char end[] = "that was all";
    enum { ARGS = 64, MOST = 8000 };
    const char *argv[ARGS + 4] = {"printf", "%s\\0"};
    char *all, *back;
    size_t argc = 2, len = 0, want = 0, got = 0;
    struct text line;

    if (n > MOST)
        n = MOST; /* so that neither pipe fills up while we write */
    if (!to)
        start_shell();
    all = x_strndup((const char *)bytes, n);
    for (size_t at = 0; at <= n && argc < ARGS + 2; at += len + 1) {
        len = strlen(all + at);
        argv[argc++] = all + at;
        want += len + 1;
    }
    argv[argc++] = end;
    want += sizeof end;
    text_init(&line, 0);
    shell_quote_argv(&line, argv);
    fprintf(to, "%s\n", line.s);
    fflush(to);
    back = x_malloc(want);
    while (got < want) {
        ssize_t r = read(from, back + got, want - got);
        if (r < 0 && errno == EINTR) /* the fuzzer has a clock of its own */
            continue;
        if (r <= 0)
            abort();
        got += (size_t)r;
    }
    got = 0;
    for (size_t i = 2; i < argc; got += strlen(argv[i]) + 1, i++)
        if (memcmp(back + got, argv[i], strlen(argv[i]) + 1) != 0)
            abort();
    text_release(&line);
    free(back);
    free(all);
    return 0;
}
