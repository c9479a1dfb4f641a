/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_DAMAGE_H
#define KCOV_SYMBOLIZE_DAMAGE_H

#include <errno.h>

/* Returns -EBADMSG, and cause says why: a text that stays. */
static inline int kcov_damage(const char **cause, const char *why)
{
	*cause = why;
	return -EBADMSG;
}

#endif
