// SPDX-License-Identifier: MIT
#include "recorded-runs.h"

#include "../base/array.h"
#include "rows.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A text, unless it is there. 0 or -ENOMEM. */
static int add_once(struct recorded_texts *texts, const char *text)
{
	char *copy;

	for (size_t i = 0; i < texts->n; i++)
		if (strcmp(texts->at[i], text) == 0)
			return 0;
	copy = array_reserve(texts, 1) ? strdup(text) : NULL;
	if (!copy)
		return -ENOMEM;
	texts->at[texts->n++] = copy;
	return 0;
}

static int add_run(struct recorded_runs *runs, sqlite3_stmt *statement)
{
	struct recorded_texts *const to[] = { &runs->names, &runs->layouts };
	int err = 0;

	for (int i = 0; i < 2 && !err; i++) {
		const char *text = (const char *)sqlite3_column_text(statement, i);

		err = text ? add_once(to[i], text) : 0;
	}
	return err;
}

int recorded_runs_read(const struct recording *recording, struct recorded_runs *runs)
{
	sqlite3_stmt *statement = NULL;
	int code = sqlite3_prepare_v2(recording->db,
				      "SELECT name, layout FROM run WHERE id IN (SELECT id FROM "
				      "chosen_run) ORDER BY started, id",
				      -1, &statement, NULL);

	while (!code && (code = sqlite3_step(statement)) == SQLITE_ROW)
		code = add_run(runs, statement);
	sqlite3_finalize(statement);
	return code == SQLITE_DONE ? 0 : recording_cannot_read(recording, code, "its runs");
}

static void free_texts(struct recorded_texts *texts)
{
	for (size_t i = 0; i < texts->n; i++)
		free(texts->at[i]);
	free(texts->at);
}

void recorded_runs_fini(struct recorded_runs *runs)
{
	free_texts(&runs->names);
	free_texts(&runs->layouts);
}
