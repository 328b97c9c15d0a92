/* A file of its own because curses' term.h has a struct term too, and makes macros of everyday words ("lines", "columns"). */
#include "ui/term_probe.h"
#include <curses.h>
#include <term.h>
#include <unistd.h>

bool term_described(const char *name)
{
    int why = 0;

    if (setupterm(name, STDOUT_FILENO, &why) == ERR)
        return false;
    del_curterm(cur_term);
    return true;
}
