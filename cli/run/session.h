/* SPDX-License-Identifier: MIT */
/* A run from its options to its end. */
#ifndef KCOVCTL_SESSION_H
#define KCOVCTL_SESSION_H

#include "run.h"

/* They go together. The status to exit with; errors are told. */
int session_run(struct run *run);

#endif
