// SPDX-License-Identifier: MIT
#include "errno-names.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	/* The kernel's MAX_ERRNO. */
	LAST = 4095,
};

/* Other names of what has one, and what programs do not see, but tracers do. */
static const struct {
	const char *name;
	int number;
} others[] = {
	{ "EWOULDBLOCK", EWOULDBLOCK }, { "EDEADLOCK", EDEADLOCK },       { "ENOTSUP", ENOTSUP },
	{ "ERESTARTSYS", 512 },         { "ERESTARTNOINTR", 513 },        { "ERESTARTNOHAND", 514 },
	{ "ENOIOCTLCMD", 515 },         { "ERESTART_RESTARTBLOCK", 516 },
};

static int of_digits(const char *digits)
{
	char *end;
	const unsigned long number = strtoul(digits, &end, 10);

	return *end || number > LAST ? 0 : (int)number;
}

int errno_of_name(const char *name)
{
	if (isdigit((unsigned char)*name))
		return of_digits(name);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (strcmp(others[i].name, name) == 0)
			return others[i].number;
	for (int number = 1; number <= LAST; number++) {
		const char *known = strerrorname_np(number);

		if (known && strcmp(known, name) == 0)
			return number;
	}
	return 0;
}
