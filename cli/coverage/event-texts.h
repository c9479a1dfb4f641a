/* SPDX-License-Identifier: MIT */
/* What the arguments of an event point to, for who keeps the event. */
#ifndef KCOVCTL_EVENT_TEXTS_H
#define KCOVCTL_EVENT_TEXTS_H

#include "event.h"

/* How many bytes a copy takes. */
size_t event_texts_size(const struct event *event);

/* Copy them to so many bytes, aligned as a pointer is; they are ret's then. */
void event_texts_copy(const struct event *event, void *at, struct event *ret);

#endif
