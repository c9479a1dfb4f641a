// SPDX-License-Identifier: MIT
// Who is another user cannot take a descriptor from its tracer, and gets it through a socket. A
// name of that socket that could be guessed would be in use here.
#include "zoo.h"

#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>

#define NAMES 64

static void take_name(int i)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	const int fd = zoo_must(socket(AF_UNIX, SOCK_DGRAM, 0), "socket");
	const int length = snprintf(address.sun_path + 1, sizeof(address.sun_path) - 1,
				    "kcovctl-%d-%d", (int)getppid(), i);

	zoo_must(bind(fd, (struct sockaddr *)&address,
		      (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1) + (socklen_t)length),
		 "bind");
}

int main(void)
{
	for (int i = 0; i < NAMES; i++)
		take_name(i);
	zoo_must(setresuid(65534, 65534, 65534), "setresuid");
	for (int i = 0; i < 3; i++) {
		pid_t pid = zoo_must(fork(), "fork");

		if (!pid)
			_exit(i);
		zoo_say("status %d\n", zoo_reap(pid));
	}
	zoo_fds("end");
	return 50;
}
