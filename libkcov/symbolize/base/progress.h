/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_PROGRESS_H
#define KCOV_SYMBOLIZE_PROGRESS_H

/* Whom to tell how far an index is: see struct kcov_symbolizer_opts. */
struct kcov_progress {
	/* NULL: nobody. */
	void (*tell)(void *context, const char *path, unsigned int percent);
	void *context;
};

/* What an index takes: its units are read, laid out as one, and written. */
#define KCOV_PROGRESS_READ 66u
#define KCOV_PROGRESS_FLAT 83u
#define KCOV_PROGRESS_DONE 100u

#endif
