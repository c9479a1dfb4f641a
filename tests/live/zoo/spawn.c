// SPDX-License-Identifier: MIT
// posix_spawn, by which glibc means CLONE_VM | CLONE_VFORK with a stack of its own.
#include "zoo.h"

#include <spawn.h>

static pid_t spawn(const char *path, const posix_spawn_file_actions_t *actions)
{
	char *argv[] = { (char *)path, (char *)"spawned", NULL };
	char *environment[] = { NULL };
	posix_spawnattr_t attributes;
	sigset_t mask;
	pid_t pid;

	sigfillset(&mask);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigmask(&attributes, &mask);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
	errno = posix_spawn(&pid, path, actions, &attributes, argv, environment);
	posix_spawnattr_destroy(&attributes);
	return errno ? -1 : pid;
}

int main(void)
{
	posix_spawn_file_actions_t actions;
	char text[64] = "";
	int ends[2];
	pid_t pid;

	zoo_must(pipe2(ends, O_CLOEXEC), "pipe2");
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
	for (int i = 0; i < 10; i++) {
		pid = zoo_must(spawn("/bin/echo", &actions), "posix_spawn");
		zoo_must((int)read(ends[0], text, sizeof(text) - 1), "read");
		zoo_say("%d: status %d, %s", i, zoo_reap(pid), text);
	}
	posix_spawn_file_actions_destroy(&actions);
	close(ends[0]);
	close(ends[1]);
	zoo_say_result("no such program", spawn("/no/such/program", NULL));
	zoo_fds("end");
	return 13;
}
