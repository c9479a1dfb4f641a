// SPDX-License-Identifier: MIT
// exec of a program that is another user's and set-user-ID, by a third user: the copy of this
// one runs as its owner, and its children do.
#include "zoo.h"

#include <sys/stat.h>

#define OWNER 1000
#define CALLER 65534

static void say_ids(const char *who)
{
	uid_t real, effective, saved;

	getresuid(&real, &effective, &saved);
	zoo_say("%s: user %u, effective %u, saved %u\n", who, real, effective, saved);
}

static void *in_thread(void *arg)
{
	say_ids(arg);
	return NULL;
}

static void copy(const char *path)
{
	int from = zoo_must(open("/proc/self/exe", O_RDONLY | O_CLOEXEC), "/proc/self/exe");
	int to = zoo_must(open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0700), path);
	char buffer[4096];
	ssize_t length;

	while ((length = read(from, buffer, sizeof(buffer))) > 0)
		zoo_must((int)write(to, buffer, (size_t)length), path);
	zoo_must(fchown(to, OWNER, OWNER), "chown");
	zoo_must(fchmod(to, 04755), "chmod");
	close(from);
	close(to);
}

int main(int argc, char **argv)
{
	char directory[] = "/tmp/zoo-XXXXXX", path[64];
	pid_t pid;

	if (argc > 1) {
		say_ids(argv[1]);
		pid = zoo_must(fork(), "fork");
		if (!pid) {
			say_ids("its child");
			_exit(5);
		}
		zoo_reap(pid);
		pthread_join(zoo_thread(in_thread, (void *)"its thread"), NULL);
		zoo_fds(argv[1]);
		return 6;
	}
	if (!mkdtemp(directory))
		zoo_fail(directory);
	chmod(directory, 0755);
	snprintf(path, sizeof(path), "%s/zoo", directory);
	copy(path);
	pid = zoo_must(fork(), "fork");
	if (!pid) {
		zoo_must(setuid(CALLER), "setuid");
		execl(path, "zoo", "the other user's program", (char *)NULL);
		zoo_fail("exec");
	}
	zoo_say("status %d\n", zoo_reap(pid));
	unlink(path);
	rmdir(directory);
	say_ids("end");
	zoo_fds("end");
	return 26;
}
