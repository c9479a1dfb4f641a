// SPDX-License-Identifier: MIT
#include "blind.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

void blind_add(struct blind *blind, const char *name, uint64_t n)
{
	if (strcmp(name, "ptrace") == 0)
		blind->ptrace += n;
	else if (strcmp(name, "io_uring_setup") == 0)
		blind->io_uring_setup += n;
}

enum blind_workers blind_workers(const char *release, bool has_common)
{
	char *end;
	const unsigned long major = strtoul(release, &end, 10);
	const unsigned long minor = *end == '.' ? strtoul(end + 1, NULL, 10) : 0;

	if (major < 7 || (major == 7 && minor < 3))
		return BLIND_WORKERS_NOWHERE;
	return has_common ? BLIND_WORKERS_REMOTE : BLIND_WORKERS_NOT_ASKED_FOR;
}

static const char *where(enum blind_workers workers)
{
	switch (workers) {
	case BLIND_WORKERS_NOT_ASKED_FOR:
		return "not recorded without -r common";
	case BLIND_WORKERS_REMOTE:
		return "in the remote part";
	case BLIND_WORKERS_NOWHERE:
		break;
	}
	return "not recorded";
}

void blind_write(const struct blind *blind, FILE *out)
{
	if (blind->ptrace)
		fprintf(out,
			"# ptrace was %s %" PRIu64 " times: nobody else can trace what is followed "
			"here\n",
			blind->knows_results ? "refused" : "called", blind->ptrace);
	if (blind->io_uring_setup)
		fprintf(out,
			"# %" PRIu64 " io_urings were set up: what the kernel's workers ran for "
			"them is %s\n",
			blind->io_uring_setup, where(blind->workers));
}
