// SPDX-License-Identifier: MIT
#include "event-columns.h"

#include "../base/array.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char *text_of(sqlite3_stmt *row, int column)
{
	return (const char *)sqlite3_column_text(row, column);
}

static bool read_kind(const char *text, enum event_kind *ret)
{
	static const struct {
		const char *name;
		enum event_kind kind;
	} kinds[] = {
		{ "call", EVENT_CALL },
		{ "between", EVENT_BETWEEN },
		{ "exit", EVENT_EXIT },
		{ "remote", EVENT_REMOTE },
		{ "not_covered", EVENT_NOT_COVERED },
	};

	for (size_t i = 0; text && i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strcmp(kinds[i].name, text) != 0)
			continue;
		*ret = kinds[i].kind;
		return true;
	}
	return false;
}

/* "common:0x1 usb:1" */
static int read_handles(struct event_columns *columns, const char *text, struct event *ret)
{
	char one[KCOV_HANDLE_TEXT_SIZE];
	int err = 0;

	columns->n = 0;
	while (*text && !err) {
		const size_t size = strcspn(text, " ");

		if (!array_reserve(columns, 1))
			return -ENOMEM;
		if (!size || size >= sizeof(one))
			return -EBADMSG;
		memcpy(one, text, size);
		one[size] = '\0';
		err = kcov_handle_parse(one, &columns->at[columns->n++]);
		text += size + (text[size] == ' ');
	}
	ret->handles = columns->at;
	ret->n_handles = columns->n;
	return err ? -EBADMSG : 0;
}

/* Of a call without a name the number is one, which it has anyway. */
static const char *call_name(sqlite3_stmt *row)
{
	const char *name = text_of(row, 7);

	return name && strncmp(name, "syscall_", 8) != 0 ? name : NULL;
}

static void read_call(sqlite3_stmt *row, struct event *ret)
{
	ret->has_call = sqlite3_column_type(row, 8) != SQLITE_NULL;
	ret->arch = (uint32_t)sqlite3_column_int64(row, 8);
	ret->number = (uint64_t)sqlite3_column_int64(row, 9);
	for (int i = 0; i < 6; i++)
		ret->args[i] = (uint64_t)sqlite3_column_int64(row, 10 + i);
	ret->name = ret->kind == EVENT_CALL ? call_name(row) : NULL;
	ret->result = sqlite3_column_int64(row, 16);
	ret->is_error = sqlite3_column_type(row, 17) != SQLITE_NULL;
}

int event_columns_read(struct event_columns *columns, sqlite3_stmt *row, struct event *ret)
{
	const sqlite3_int64 started = sqlite3_column_int64(row, 18);
	const char *handles = text_of(row, 6);

	*ret = (struct event){
		.pid = (pid_t)sqlite3_column_int(row, 1),
		.tid = (pid_t)sqlite3_column_int(row, 2),
		.start = { .tv_sec = started / 1000000000, .tv_nsec = started % 1000000000 },
		.is_covered = sqlite3_column_int(row, 5),
		.records.full = sqlite3_column_int(row, 19),
		.doubts = (unsigned int)sqlite3_column_int(row, 20),
		.capacity = (size_t)sqlite3_column_int64(row, 21),
		.what = text_of(row, 3),
		.why = text_of(row, 4),
	};
	if (!read_kind(text_of(row, 0), &ret->kind))
		return -EBADMSG;
	read_call(row, ret);
	return handles ? read_handles(columns, handles, ret) : 0;
}

void event_columns_fini(struct event_columns *columns)
{
	free(columns->at);
}
