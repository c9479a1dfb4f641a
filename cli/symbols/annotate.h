/* SPDX-License-Identifier: MIT */
/* Text with where each symbol in it comes from. */
#ifndef KCOVCTL_ANNOTATE_H
#define KCOVCTL_ANNOTATE_H

#include <kcov/symbolize.h>

/*
 * Copy standard input to standard output, and put " (file:line)" behind each symbol; with_inlines:
 * its whole inline chain. 0, or EXIT_FAILED, and why was told: something could not be read, or
 * there were symbols that are not known.
 */
int annotate_input(const struct kcov_symbolizer *symbolizer, bool with_inlines);

#endif
