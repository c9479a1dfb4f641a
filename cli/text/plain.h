/* SPDX-License-Identifier: MIT */
/* Text of others, as a terminal may have it: it stays one line, and moves no cursor. */
#ifndef KCOVCTL_PLAIN_H
#define KCOVCTL_PLAIN_H

#include <ctype.h>

static inline void plain_make(char *text)
{
	for (; *text; text++)
		if (iscntrl((unsigned char)*text))
			*text = '?';
}

#endif
