/* SPDX-License-Identifier: MIT */
#ifndef KCOVCTL_PROC_STATUS_H
#define KCOVCTL_PROC_STATUS_H

#include <stdbool.h>
#include <sys/types.h>

/* A number that /proc says of a task, as that of "Tgid"; or otherwise, if it says none. */
long proc_status(pid_t tid, const char *field, long otherwise);

/* Whether it is us who traces it. */
bool proc_status_is_traced_by_us(pid_t tid);

#endif
