/* SPDX-License-Identifier: MIT */
/* A tracefile of lcov, as geninfo(1) has it. */
#ifndef KCOVCTL_LCOV_H
#define KCOVCTL_LCOV_H

#include "../coverage/source-lines.h"

#include <stdio.h>

/*
 * test: what the run is called, or NULL; of that are letters, digits and "_", and the rest is "_".
 * strip: a directory that paths are without; NULL: none is. What the stream does not take is for
 * the caller to find.
 */
void lcov_write(const struct source_lines *lines, const char *test, const char *strip, FILE *out);

#endif
