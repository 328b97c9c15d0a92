/* Scripts: keys and commands from a file, screens to files. One line each:
 *
 *   keys j j K Enter      press keys by name
 *   type TEXT             press the characters of the text
 *   :COMMAND              a command line
 *   wait idle             until everything asked is answered and nothing is planned
 *   advance DURATION      move the frozen clock, and let what is due happen
 *   size COLSxROWS        resize
 *   dump FILE             write the screen as text ("-": standard output); dump-roles FILE: with roles
 *   tape FILE             only before everything else: answer from this tape instead of servers; the clock stands at its time
 *   wire NAME URI         only before everything else: ask that server of the tape at this address, as user neo4j with NEO4J_PASSWORD;
 *                         one line for each of its servers. Names, clock and machines stay those of the tape
 *   record FILE           only before everything else: write all answers to this tape
 *   # comment             and empty lines */
#ifndef APP_SCRIPT_H
#define APP_SCRIPT_H

#include "app/app.h"

struct script {
    struct text text, tape; /* tape: empty when it names none */
    struct text wires;      /* lines "NAME URI", or empty */
    char *record;           /* or NULL */
};

/* Reads the script and the tape that it names, relative to it. */
bool script_read(struct script *s, const char *file, struct err *e);
void script_release(struct script *s);
/* Plays it on a memory grid, or w == 0 on the terminal. Returns the exit status; a wrong line is told with its number. */
int script_play(struct app *a, const char *file, const char *script, int w, int h);

#endif
