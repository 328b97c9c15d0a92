/* The machine of one instance as a text. */
#ifndef VIEW_HOST_VIEW_H
#define VIEW_HOST_VIEW_H

#include "view/text_view.h"

/* Takes over what the model knows of the machine of tv->base.instance; cheap when nothing changed. */
void host_update(struct text_view *tv, const struct view_ctx *c);

#endif
