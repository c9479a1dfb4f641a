/* SPDX-License-Identifier: MIT */
#ifndef KCOVCTL_UNANSWERED_H
#define KCOVCTL_UNANSWERED_H

#include <kcov/symbolize.h>

/*
 * Of which part of an image the DWARF cannot be read, and why, for the end of a line: the first,
 * and how many more there are. To be freed; NULL: there is none, or no memory.
 */
char *unanswered_describe(const struct kcov_symbolizer *symbolizer);

#endif
