/* The inside of a text view. */
#ifndef VIEW_TEXT_VIEW_H
#define VIEW_TEXT_VIEW_H

#include "ui/pager.h"
#include "view/view.h"

struct text_view {
    struct view base;
    struct pager pager;
    char *title;
    char *needle;        /* that was searched for last; NULL: nothing */
    bool fixed;          /* the text was set from outside and is not made from the model */
    uint64_t generation; /* of the model's sheet when it was filled */
    uint64_t opened;     /* and when the screen was opened */
    struct rect seen;    /* where it was drawn last */
};

#endif
