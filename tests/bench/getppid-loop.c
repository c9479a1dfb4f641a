// SPDX-License-Identifier: MIT
/* The shortest of system calls, so many times. */
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	for (long n = argc > 1 ? atol(argv[1]) : 10000; n > 0; n--)
		syscall(SYS_getppid);
	return 0;
}
