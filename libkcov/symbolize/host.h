/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_HOST_H
#define KCOV_SYMBOLIZE_HOST_H

#include <sys/utsname.h>

/* The machine whose kernel runs: this one, or what a test makes up. */
struct kcov_host {
	/* What all paths begin with: "" but in tests. */
	const char *root;
	/* Release and machine are what matters. */
	struct utsname name;
};

/* This machine. */
void kcov_host_init(struct kcov_host *ret);

/* A path on the host, to be freed by the caller, or NULL: out of memory. */
char *kcov_host_path(const struct kcov_host *host, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
