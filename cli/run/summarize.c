// SPDX-License-Identifier: MIT
#include "summarize.h"

#include "../store/query.h"

/* Of files that are chosen there are only those that ran of those that there are. */
static int query_sums(const struct recording *recording, const char *in, struct point_sum *ret)
{
	struct point_sum sum;
	int err = query_sum(recording, ret);

	if (err || !in)
		return err;
	err = query_sum_in(recording, in, &sum);
	ret->ran = sum.ran;
	ret->points = sum.points;
	return err;
}

int summarize(const struct recording *recording, const struct summary_words *words, FILE *out)
{
	const struct query calls_query = { .by = "call", .is_plain = true };
	const struct query dirs_query = { .by = QUERY_SHORT, .in = words->in, .is_plain = true };
	struct table calls = { 0 }, dirs = { 0 };
	struct run_summaries runs = { 0 };
	struct point_sum sum = { 0 };
	const struct summary summary = { &runs, &sum, &calls, &dirs, words };
	int err = query_runs(recording, &runs);

	if (!err)
		err = query_sums(recording, words->in, &sum);
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
