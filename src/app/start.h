/* From argv to one of: the console, a script, a batch command. */
#ifndef APP_START_H
#define APP_START_H

int neodeck_start(int argc, char **argv); /* exit status */

#endif
