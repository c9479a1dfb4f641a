// SPDX-License-Identifier: MIT
/*
 * measure CMD…: run a command, its output thrown away, and print what it took on standard
 * output: wall and processor seconds, and the most memory that it had, in megabytes.
 */
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static double seconds(struct timeval time)
{
	return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

int main(int argc, char **argv)
{
	const double begin = now();
	struct rusage usage;
	int status;
	pid_t pid = fork();

	if (argc < 2 || pid < 0)
		errx(2, "usage: measure CMD...");
	if (pid == 0) {
		dup2(open("/dev/null", O_WRONLY), STDOUT_FILENO);
		execvp(argv[1], argv + 1);
		err(127, "cannot run %s", argv[1]);
	}
	if (wait4(pid, &status, 0, &usage) != pid)
		err(2, "cannot wait for %s", argv[1]);
	printf("%.3f %.3f %.0f\n", now() - begin, seconds(usage.ru_utime) + seconds(usage.ru_stime),
	       (double)usage.ru_maxrss / 1024);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}
