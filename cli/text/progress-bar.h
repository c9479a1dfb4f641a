/* SPDX-License-Identifier: MIT */
#ifndef KCOVCTL_PROGRESS_BAR_H
#define KCOVCTL_PROGRESS_BAR_H

/* A line on stderr, if that is a terminal, that says how far the index of an image is. */
void progress_bar_show(void *context, const char *path, unsigned int percent);

#endif
