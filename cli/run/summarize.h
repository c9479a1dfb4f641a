/* SPDX-License-Identifier: MIT */
/* The summary of what query_select() chose of a recording. */
#ifndef KCOVCTL_SUMMARIZE_H
#define KCOVCTL_SUMMARIZE_H

#include "../store/recording.h"

#include <stdio.h>

/*
 * in: directories of these files alone, as struct query has them; hint: as struct summary has it.
 * Both may be NULL. 0 or -1, and why was told; what the stream did not take is for the caller to
 * find.
 */
int summarize(const struct recording *recording, const char *in, const char *hint, FILE *out);

#endif
