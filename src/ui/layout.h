/* Where the panes of the dashboard go: a pure function of the size and of how many rows each pane would like. */
#ifndef UI_LAYOUT_H
#define UI_LAYOUT_H

#include <stdbool.h>
#include "ui/grid.h"

enum pane { PANE_INSTANCES, PANE_DATABASES, PANE_TRANSACTIONS, PANE_PLUGINS, PANE_LOGS, NPANES };

#define LAYOUT_MIN_W 60
#define LAYOUT_MIN_H 15

struct layout {
    struct rect pane[NPANES]; /* with frame; w 0: not shown */
    int shown;                /* how many */
    bool too_small;           /* under 60x15: nothing is shown, the caller says so */
};

/* Panes fill rows above .. h - below - 1 of a screen of w x h: three bands while the instances are few (instances and databases
 * above the transactions, which have the whole width, plugins and logs below them), two columns when they are many, one below
 * 74 columns. want[p] is the rows of content that pane p would like, column names included; < 0 leaves it out. What does not fit is
 * given up: plugins first, then logs, databases, instances; transactions never. The transactions are the highest pane unless
 * their neighbours need the room less than they have; the layout does not depend on how many transactions there are. */
void layout_dashboard(int w, int h, int above, int below, const int want[NPANES], struct layout *out);

#endif
