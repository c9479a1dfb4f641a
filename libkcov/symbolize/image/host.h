/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_HOST_H
#define KCOV_SYMBOLIZE_HOST_H

#include "../base/progress.h"
#include "../base/text.h"
#include "build-id.h"

#include <stdbool.h>
#include <sys/utsname.h>

/* The machine whose kernel runs: this one, that of a layout, or what a test makes up. */
struct kcov_host {
	/* What all paths begin with: "" but in tests. */
	const char *root;
	/* Release and machine are what matters. */
	struct utsname name;
	/* Of the kernel; n is 0: to be asked for. */
	struct kcov_build_id build_id;
	/* Whether debuginfod may be asked for its images. */
	bool debuginfod;
	/* Of what is read of its images. */
	struct kcov_progress progress;
	/* How people are told of the kernel. */
	const char *whose;
};

/* This machine. */
void kcov_host_init(struct kcov_host *ret);

/* A path on the host, to be freed by the caller, or NULL: out of memory. */
char *kcov_host_path(const struct kcov_host *host, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Read up to limit bytes of a file on the host, as kcov_file_read(); or -ENOMEM. */
int kcov_host_read(const struct kcov_host *host, const char *name, size_t limit, char **ret,
		   struct kcov_text *ret_text);

#endif
