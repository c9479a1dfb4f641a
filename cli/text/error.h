/* SPDX-License-Identifier: MIT */
/* What kcovctl says, and how it ends, if something fails. */
#ifndef KCOVCTL_ERROR_H
#define KCOVCTL_ERROR_H

/* What kcovctl itself exits with; run passes CMD's own status on otherwise. */
enum {
	EXIT_FAILED = 1,
	EXIT_USAGE = 2,
	EXIT_RUN_FAILED = 125,
	EXIT_CANNOT_EXEC = 126,
	EXIT_NOT_FOUND = 127,
};

/* One line on stderr: "kcovctl: " and the message. */
__attribute__((format(printf, 1, 2))) void error_tell(const char *format, ...);

#endif
