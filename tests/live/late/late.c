// SPDX-License-Identifier: MIT
/*
 * To be preloaded into kcovctl: a tracer that comes late, as if others had the processors. Between
 * any two of its steps the tasks that it does not hold may get far ahead, or be killed by others.
 */
#include <dlfcn.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	/* One step in so many is late, by so much at most. */
	STEPS = 6,
	LATE_US = 6000,
};

static unsigned int seed;

/* What kcovctl runs is not to have it. */
__attribute__((constructor)) static void begin(void)
{
	unsetenv("LD_PRELOAD");
	seed = (unsigned int)getpid();
}

static void be_late(void)
{
	const int error = errno;
	const unsigned int random = (unsigned int)rand_r(&seed);
	const long us = random / STEPS % LATE_US;

	if (random % STEPS == 0)
		nanosleep(&(const struct timespec){ .tv_nsec = us * 1000 }, NULL);
	errno = error;
}

pid_t waitpid(pid_t pid, int *status, int options)
{
	pid_t (*next)(pid_t, int *, int) = (pid_t(*)(pid_t, int *, int))dlsym(RTLD_NEXT, "waitpid");
	const pid_t tid = next(pid, status, options);

	if (tid > 0)
		be_late();
	return tid;
}

long ptrace(enum __ptrace_request request, ...)
{
	long (*next)(enum __ptrace_request, ...) =
		(long (*)(enum __ptrace_request, ...))dlsym(RTLD_NEXT, "ptrace");
	void *address, *data;
	va_list args;
	pid_t tid;

	va_start(args, request);
	tid = va_arg(args, pid_t);
	address = va_arg(args, void *);
	data = va_arg(args, void *);
	va_end(args);
	be_late();
	return next(request, tid, address, data);
}
