// SPDX-License-Identifier: MIT
/*
 * list-call-names ARCH: for each "NUMBER NAME FUNCTION" of standard input, as the kernel's tables
 * of system calls have them, the same and two names: that of the function, and libseccomp's of the
 * number, or "-". For test-call-names.
 */
#include "coverage/call-names.h"

#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
	const uint32_t arch = argc == 2 ? seccomp_arch_resolve_name(argv[1]) : 0;
	char name[128], function[128];
	int number;

	if (!arch)
		return 2;
	while (scanf("%d %127s %127s", &number, name, function) == 3) {
		const char *ours = call_name_of_symbol(function);
		char *theirs = seccomp_syscall_resolve_num_arch(arch, number);

		printf("%d %s %s %s %s\n", number, name, function, ours ? ours : "-",
		       theirs ? theirs : "-");
		free(theirs);
	}
	return 0;
}
