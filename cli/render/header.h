/* SPDX-License-Identifier: MIT */
/* The lines that text formats begin with. */
#ifndef KCOVCTL_HEADER_H
#define KCOVCTL_HEADER_H

#include "../coverage/located.h"
#include "../coverage/report.h"

#include <stdio.h>

/* "complete" or what speaks against it, and what to do about it. */
void report_write_completeness(const struct report *report, FILE *out);

/* The lines that the text formats begin with; of an event, one. */
void report_write_header(const struct report *report, const struct located *located, FILE *out);

/* What an event's line begins with: its task, and the call with its arguments and its result. */
void report_write_event(const struct event *event, FILE *out);

/* Which tasks it is about, and what may be missing of them, in lines. */
void report_write_tasks(const struct totals *totals, FILE *out);

/* What the symbols are from, and which points are left out, a line each. */
void report_write_source(const struct report *report, FILE *out);

/* Calls behind which something may run that is not shown, as lines; none if there were none. */
void report_write_blind_spots(const struct blind_spots *blind, FILE *out);

#endif
