// SPDX-License-Identifier: MIT
#include "blind.h"

#include <inttypes.h>
#include <string.h>

void blind_add(struct blind *blind, const char *name, uint64_t n)
{
	if (strcmp(name, "ptrace") == 0)
		blind->ptrace += n;
	else if (strcmp(name, "io_uring_setup") == 0)
		blind->io_uring_setup += n;
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
			blind->io_uring_setup,
			blind->has_common ? "in the remote part if the kernel records it, as from "
					    "Linux 7.3 on"
					  : "not recorded without -r common, nor before Linux 7.3");
}
