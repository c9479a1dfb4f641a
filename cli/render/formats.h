/* SPDX-License-Identifier: MIT */
/* All formats. */
#ifndef KCOVCTL_FORMATS_H
#define KCOVCTL_FORMATS_H

#include "format.h"

#include <stddef.h>

/* Of that name, or the default for NULL; NULL: there is none. */
const struct format *formats_find(const char *name);

/*
 * The names of those that can do something, in room: "a, b or c", with that word before the last.
 * can: bits of enum format_capability; 0: of all. Returns how many they are.
 */
size_t formats_name(unsigned int can, const char *word, char *room, size_t size);

#endif
