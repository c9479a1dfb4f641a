/* SPDX-License-Identifier: MIT */
/* The summary of what query_select() chose of a recording. */
#ifndef KCOVCTL_SUMMARIZE_H
#define KCOVCTL_SUMMARIZE_H

#include "../render/summary.h"
#include "../store/recording.h"

#include <stdio.h>

/* 0 or -1, and why was told; what the stream did not take is for the caller to find. */
int summarize(const struct recording *recording, const struct summary_words *words, FILE *out);

#endif
