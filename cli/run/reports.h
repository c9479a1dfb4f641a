/* SPDX-License-Identifier: MIT */
/* What a run recorded, written as it is wanted. */
#ifndef KCOVCTL_REPORTS_H
#define KCOVCTL_REPORTS_H

#include "../coverage/set.h"
#include "run.h"

/* What a run adds up to. 0, or the status to exit with, and why was told. */
int reports_write(struct run_session *session, const struct set *set, const struct totals *totals);

/* A report was written where no header says what is missing: told on standard error. */
void reports_warn(const struct run_session *session, const struct report *report);

/* Whether all of it was written; as reports_write(). */
int reports_end(const struct run_session *session);

#endif
