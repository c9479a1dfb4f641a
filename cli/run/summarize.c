// SPDX-License-Identifier: MIT
#include "summarize.h"

#include "../render/summary.h"
#include "../store/query.h"

int summarize(const struct recording *recording, const char *in, const char *hint, FILE *out)
{
	const struct query calls_query = { .by = "call" };
	const struct query dirs_query = { .by = QUERY_SHORT, .in = in };
	struct table calls = { 0 }, dirs = { 0 };
	struct run_summaries runs = { 0 };
	struct point_sum sum = { 0 };
	const struct summary summary = { &runs, &sum, &calls, &dirs, hint };
	int err = query_runs(recording, &runs);

	if (!err)
		err = query_sum(recording, &sum);
	if (!err)
		err = query_table(recording, &calls_query, &calls);
	if (!err)
		err = query_table(recording, &dirs_query, &dirs);
	if (!err)
		summary_write(&summary, out);
	run_summaries_fini(&runs);
	table_fini(&calls);
	table_fini(&dirs);
	return err;
}
