// SPDX-License-Identifier: MIT
// Signals with SA_RESTART into calls that wait: the calls go on, and end as if alone. Each
// signal is sent when the one before was handled and the call waits again.
#include "zoo.h"

#define SIGNALS 10

struct shared {
	volatile int handled;
	volatile int calling;
};

static struct shared *shared;

static void count(int signal)
{
	(void)signal;
	shared->handled++;
}

static void send_signals(pid_t pid)
{
	for (int i = 0; i < SIGNALS; i++) {
		zoo_until_blocked(pid);
		zoo_must(kill(pid, SIGUSR1), "kill");
		while (shared->handled <= i)
			zoo_sleep(1);
	}
	zoo_until_blocked(pid);
}

/* A child that sends signals to its parent, then ends what that waits for. */
static pid_t sender(int fd)
{
	pid_t parent = getpid(), pid;

	shared->handled = shared->calling = 0;
	pid = zoo_must(fork(), "fork");
	if (pid)
		return pid;
	while (!shared->calling)
		zoo_sleep(1);
	send_signals(parent);
	_exit(write(fd, "data", 4) == 4 ? 5 : 6);
}

int main(void)
{
	char text[8] = "";
	int ends[2], status;
	ssize_t length;
	pid_t pid;

	shared = zoo_shared(sizeof(*shared));
	zoo_handle(SIGUSR1, count, SA_RESTART);
	zoo_must(pipe(ends), "pipe");
	pid = sender(ends[1]);
	shared->calling = 1;
	length = read(ends[0], text, sizeof(text) - 1);
	zoo_say("read: %zd, \"%s\", after %d signals\n", length, text, shared->handled);
	zoo_say("the sender: status %d\n", zoo_reap(pid));

	pid = sender(ends[1]);
	shared->calling = 1;
	zoo_say("waitpid: %d", waitpid(pid, &status, 0) == pid);
	zoo_say(", status %d, after %d signals\n", zoo_status(status), shared->handled);
	close(ends[0]);
	close(ends[1]);
	zoo_fds("end");
	return 19;
}
