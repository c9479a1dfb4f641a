// SPDX-License-Identifier: MIT
/*
 * Who made a child by vfork does not stop before the child is over: here, when there is a file
 * "go". The child says "ready" in a file of that name.
 */
#include "zoo.h"

int main(void)
{
	int status;
	pid_t child = vfork();

	if (child == 0) {

		zoo_is_ready();
		zoo_until_go();
		_exit(3);
	}
	zoo_must(waitpid(child, &status, 0), "waitpid");
	zoo_say("%d\n", WEXITSTATUS(status));
	return 47;
}
