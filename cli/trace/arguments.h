/* SPDX-License-Identifier: MIT */
/* What the arguments of a call point to, read where a task stops at its entry. */
#ifndef KCOVCTL_ARGUMENTS_H
#define KCOVCTL_ARGUMENTS_H

#include "../coverage/event.h"

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum {
	/* How much of a string is read, and of other data. */
	ARGUMENTS_MAX_STRING = EVENT_TEXT_MAX,
	ARGUMENTS_MAX_DATA = 32,
};

/* All zeros to begin with. */
struct arguments {
	struct event_text texts[KCOV_SYSCALL_PARAMETERS];
	size_t n;
	/* Where the texts are. */
	char *at;
	size_t used;
	size_t room;
};

/*
 * Of a task that is stopped: strings that the call reads, and data of which another argument says
 * how much it is. What cannot be read is left out: it is a bad pointer, and the kernel will say so.
 */
void arguments_read(struct arguments *arguments, pid_t tid, const struct kcov_syscall *syscall,
		    const uint64_t *args);

void arguments_fini(struct arguments *arguments);

#endif
