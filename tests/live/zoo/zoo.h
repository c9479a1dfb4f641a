/* SPDX-License-Identifier: MIT */
/*
 * What the programs of the zoo have in common. They print the same at every run, so that runs
 * alone, under strace and under kcovctl can be compared byte by byte: no ids, no addresses,
 * no times. What can go wrong without a tracer ends a program with status 99.
 */
#ifndef KCOV_ZOO_H
#define KCOV_ZOO_H

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* One write a call: stdio's buffers are copied by fork, and it asks of a terminal by ioctl. */
__attribute__((format(printf, 1, 2))) static inline void zoo_say(const char *format, ...)
{
	char text[1024];
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (write(STDOUT_FILENO, text, (size_t)length) != length)
		_exit(98);
}

__attribute__((noreturn)) static inline void zoo_fail(const char *what)
{
	zoo_say("%s: %s\n", what, strerror(errno));
	_exit(99);
}

/* Takes what a call returned, and does not return if that is an error. */
static inline int zoo_must(int result, const char *what)
{
	if (result < 0)
		zoo_fail(what);
	return result;
}

/* What failed with which errno, for calls that shall fail. */
static inline void zoo_say_result(const char *what, long result)
{
	zoo_say("%s: %s\n", what, result < 0 ? strerrorname_np(errno) : "works");
}

/* A long of 32 bits has no room for those of three seconds. */
static inline int64_t zoo_nanoseconds(const struct timespec *begin, const struct timespec *end)
{
	return (int64_t)(end->tv_sec - begin->tv_sec) * 1000000000 + end->tv_nsec - begin->tv_nsec;
}

static inline void zoo_sleep(int milliseconds)
{
	struct timespec left = { milliseconds / 1000, milliseconds % 1000 * 1000000L };

	while (nanosleep(&left, &left) < 0 && errno == EINTR)
		;
}

/* That it can be followed from now on: in a file, and no descriptor comes or goes. */
static inline void zoo_is_ready(void)
{
	zoo_must(mknod("ready", S_IFREG | 0600, 0), "ready");
}

/* Who follows it says so in a file, too. */
static inline void zoo_until_go(void)
{
	while (access("go", F_OK))
		zoo_sleep(50);
}

/* Memory that children share. */
static inline void *zoo_shared(size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		zoo_fail("mmap");
	return p;
}

static inline pthread_t zoo_thread(void *(*function)(void *), void *arg)
{
	pthread_t thread;

	errno = pthread_create(&thread, NULL, function, arg);
	if (errno)
		zoo_fail("pthread_create");
	return thread;
}

static inline void zoo_handle(int signal, void (*handler)(int), int flags)
{
	struct sigaction action = { .sa_handler = handler, .sa_flags = flags };

	zoo_must(sigaction(signal, &action, NULL), "sigaction");
}

/*
 * Threads that have begun, of this process. strace does not know tasks that are killed before
 * that, and says so.
 */
static int zoo_begun;

static inline void zoo_has_begun(void)
{
	__atomic_add_fetch(&zoo_begun, 1, __ATOMIC_SEQ_CST);
}

static inline void zoo_until_begun(int threads)
{
	while (__atomic_load_n(&zoo_begun, __ATOMIC_SEQ_CST) < threads)
		zoo_sleep(1);
}

/* An end as shells tell it. */
static inline int zoo_status(int status)
{
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static inline int zoo_reap(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, __WALL) < 0) {
		if (errno != EINTR)
			zoo_fail("waitpid");
	}
	return zoo_status(status);
}

/* The letter for a task's state; 0 if there is no such task, or no /proc. */
static inline char zoo_state(pid_t tid)
{
	char text[512];
	const char *after;
	ssize_t length;
	int fd;

	snprintf(text, sizeof(text), "/proc/%d/stat", (int)tid);
	fd = open(text, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	length = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (length <= 0)
		return 0;
	text[length] = 0;
	after = strrchr(text, ')');
	return after && after[1] ? after[2] : 0;
}

/* Waits until a task sleeps in a call. */
static inline void zoo_until_blocked(pid_t tid)
{
	for (int i = 0; i < 30000; i++) {
		if (zoo_state(tid) == 'S')
			return;
		zoo_sleep(1);
	}
	zoo_say("a task does not come to sleep\n");
	_exit(97);
}

/* "who: descriptors 0 1 2". Without /proc or room for one more, the first 64 are tried. */
static inline void zoo_fds(const char *who)
{
	char text[512] = "";
	size_t length = 0;
	DIR *dir = opendir("/proc/self/fd");

	for (int fd = 0; dir || fd < 64; fd++) {
		if (dir) {
			struct dirent *entry = readdir(dir);

			if (!entry)
				break;
			if (entry->d_name[0] == '.')
				continue;
			fd = atoi(entry->d_name);
			if (fd == dirfd(dir))
				continue;
		} else if (fcntl(fd, F_GETFD) < 0) {
			continue;
		}
		if (length < sizeof(text) - 16)
			length += (size_t)sprintf(text + length, " %d", fd);
	}
	if (dir)
		closedir(dir);
	zoo_say("%s: descriptors%s\n", who, text);
}

#endif
