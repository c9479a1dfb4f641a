/* SPDX-License-Identifier: MIT */
/* Choosing what of a recording is asked about. */
#ifndef KCOVCTL_QUERY_SELECTION_H
#define KCOVCTL_QUERY_SELECTION_H

#include "recording.h"
#include "selection.h"

/*
 * From now on, answers are of this. Temporary tables have it: chosen_run(id), chosen_call(id) if
 * calls are chosen, selected(point, runs, hits), selected_call(name, calls, failed, records,
 * points), selected_sum(records) and selected_task(task, calls, records, points), where NULL is not
 * known. 0, or -1, and why was told: it cannot be read, or has not what this asks for.
 */
int query_select(const struct recording *recording, const struct query_selection *selection);

#endif
