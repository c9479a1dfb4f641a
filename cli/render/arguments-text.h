/* SPDX-License-Identifier: MIT */
/* The arguments of a call, as they are written. */
#ifndef KCOVCTL_ARGUMENTS_TEXT_H
#define KCOVCTL_ARGUMENTS_TEXT_H

#include "../coverage/event.h"
#include "../text/text.h"

#include <stdio.h>

/* How many of them there are: as many registers as there may be, if no more is known. */
unsigned int arguments_count(const struct event *event);

/* dfd=-100, filename="x"; without a name the register's number, 0x7f80. */
void argument_write(const struct event *event, unsigned int position, FILE *out);

/* "args", and, if something is known of them, "named": docs/json-format.md says what is in it. */
void arguments_put_json(const struct event *event, struct text *out);

#endif
