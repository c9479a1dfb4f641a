// SPDX-License-Identifier: MIT
#include "stored-parameters.h"

#include "../coverage/parameters.h"
#include "rows.h"

#include <stdlib.h>
#include <string.h>

enum {
	MAX_SIZE = 16,
};

static const char *text_of(sqlite3_stmt *row, int column)
{
	return (const char *)sqlite3_column_text(row, column);
}

/* The call of a row, that has none of its parameters yet, or those before this one. */
static struct kcov_syscall *find(struct stored_parameters *stored, uint64_t key)
{
	struct kcov_syscall *ret = map_get(&stored->syscalls, key);

	if (ret)
		return ret;
	ret = calloc(1, sizeof(*ret));
	if (ret && map_put(&stored->syscalls, key, ret)) {
		free(ret);
		return NULL;
	}
	return ret;
}

/* "arch, number, position, name, type, size, kind" */
static int add(struct stored_parameters *stored, sqlite3_stmt *row)
{
	struct kcov_syscall *syscall =
		find(stored, parameters_key((uint32_t)sqlite3_column_int64(row, 0),
					    (uint64_t)sqlite3_column_int64(row, 1)));
	const sqlite3_int64 position = sqlite3_column_int64(row, 2),
			    size = sqlite3_column_int64(row, 5);
	const char *name = text_of(row, 3), *type = text_of(row, 4);
	struct kcov_parameter *parameter;

	if (!syscall)
		return SQLITE_NOMEM;
	if (position != syscall->n || position >= KCOV_SYSCALL_PARAMETERS || !type || size < 0 ||
	    size > MAX_SIZE)
		return SQLITE_MISMATCH;
	parameter = &syscall->parameters[syscall->n];
	if (!parameter_kind_of(text_of(row, 6), &parameter->kind))
		return SQLITE_MISMATCH;
	parameter->size = (uint32_t)size;
	parameter->name = name ? strdup(name) : NULL;
	parameter->type = strdup(type);
	syscall->n++;
	return (name && !parameter->name) || !parameter->type ? SQLITE_NOMEM : SQLITE_OK;
}

int stored_parameters_init(struct stored_parameters *stored, const struct recording *recording,
			   sqlite3_int64 run)
{
	sqlite3_stmt *row;
	int code = sqlite3_prepare_v2(recording->db,
				      "SELECT arch, number, position, name, type, size, kind FROM "
				      "parameter WHERE run = ? ORDER BY arch, number, position",
				      -1, &row, NULL);

	if (!code)
		code = rows_bind(row, "i", run);
	while (!code && (code = sqlite3_step(row)) == SQLITE_ROW)
		code = add(stored, row);
	sqlite3_finalize(row);
	if (code != SQLITE_DONE)
		return code;
	return sqlite3_prepare_v2(recording->db,
				  "SELECT position, text, is_cut FROM argument WHERE event = ? "
				  "ORDER BY position",
				  -1, &stored->texts_of, NULL);
}

/* The next one, whose bytes are copied to at: a blob has no NUL behind it. */
static int read_text(const struct event *event, sqlite3_stmt *row, char *at, struct event_text *ret)
{
	const sqlite3_int64 position = sqlite3_column_int64(row, 0);
	const bool is_string = sqlite3_column_type(row, 1) == SQLITE_TEXT;
	const void *bytes = is_string ? text_of(row, 1) : sqlite3_column_blob(row, 1);
	const size_t n = (size_t)sqlite3_column_bytes(row, 1);

	if (position < 0 || position >= event->syscall->n || n > EVENT_TEXT_MAX)
		return SQLITE_MISMATCH;
	if (n)
		memcpy(at, bytes, n);
	at[n] = '\0';
	*ret = (struct event_text){ .position = (unsigned int)position,
				    .at = at,
				    .n = n,
				    .is_string = is_string,
				    .is_cut = sqlite3_column_int(row, 2) };
	return SQLITE_OK;
}

static int read_texts(struct stored_parameters *stored, sqlite3_int64 event_row,
		      struct event *event)
{
	sqlite3_stmt *row = stored->texts_of;
	char *at = stored->bytes;
	size_t n = 0;
	int code = rows_bind(row, "i", event_row);

	while (!code && (code = sqlite3_step(row)) == SQLITE_ROW) {
		code = n < KCOV_SYSCALL_PARAMETERS ? read_text(event, row, at, &stored->texts[n])
						   : SQLITE_MISMATCH;
		at += code ? 0 : stored->texts[n++].n + 1;
	}
	sqlite3_reset(row);
	event->texts = stored->texts;
	event->n_texts = n;
	return code == SQLITE_DONE ? SQLITE_OK : code;
}

static bool has_texts(const struct kcov_syscall *syscall)
{
	for (unsigned int i = 0; i < syscall->n; i++)
		if (syscall->parameters[i].kind == KCOV_PARAMETER_CHARS ||
		    syscall->parameters[i].kind == KCOV_PARAMETER_CONST_CHARS)
			return true;
	return false;
}

int stored_parameters_read(struct stored_parameters *stored, sqlite3_int64 event_row,
			   struct event *event)
{
	if (event->has_call)
		event->syscall =
			map_get(&stored->syscalls, parameters_key(event->arch, event->number));
	return event->syscall && has_texts(event->syscall) ? read_texts(stored, event_row, event)
							   : SQLITE_OK;
}

void stored_parameters_fini(struct stored_parameters *stored)
{
	struct kcov_syscall *syscall;
	size_t at = 0;

	while ((syscall = map_next(&stored->syscalls, &at))) {
		for (unsigned int i = 0; i < syscall->n; i++) {
			free((char *)syscall->parameters[i].name);
			free((char *)syscall->parameters[i].type);
		}
		free(syscall);
	}
	map_fini(&stored->syscalls);
	sqlite3_finalize(stored->texts_of);
}
