/* SPDX-License-Identifier: MIT */
/*
 * Whether a WAL is damaged that SQLite will recover, which takes the first frame that is not as it
 * was written for the WAL's end, and says nothing.
 *
 * A frame's checksum goes on from the one before. So a later frame that goes on from what the frame
 * before it says, and ends a transaction, was written behind frames that were as they should be:
 * what is not so in front of it is damaged, and not the end of what a process wrote that was
 * killed. It cannot be known of the last transaction's last frame.
 */
#ifndef KCOVCTL_WAL_DAMAGE_H
#define KCOVCTL_WAL_DAMAGE_H

#include <stddef.h>

struct wal_damage {
	/* The first frame that is not as it was written, from 1 on; 0: the WAL's header. */
	size_t frame;
	/* How many there are. */
	size_t n;
};

/* Of a WAL that nobody writes; there need not be one. 1: it is damaged; 0, or -errno. */
int wal_damage_find(const char *path, struct wal_damage *ret);

#endif
