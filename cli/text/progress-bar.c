// SPDX-License-Identifier: MIT
#include "progress-bar.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
	WIDTH = 20,
	MAX_PATH = 32,
};

void progress_bar_show(void *context, const char *path, unsigned int percent)
{
	const int full = (int)(percent * WIDTH / 100);
	const size_t n = strlen(path);

	(void)context;
	/* What is wider than the terminal would scroll it. */
	if (n > MAX_PATH)
		path += n - MAX_PATH;
	if (!isatty(STDERR_FILENO))
		return;
	if (percent < 100)
		fprintf(stderr, "\rkcovctl: indexing %s [%.*s%*s] %3u %%\033[K", path, full,
			"####################", WIDTH - full, "", percent);
	else
		/* What comes next begins on an empty line. */
		fputs("\r\033[K", stderr);
}
