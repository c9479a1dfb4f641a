// SPDX-License-Identifier: MIT
#include "run-rows.h"

#include "../coverage/places.h"
#include "../coverage/unanswered.h"
#include "rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

/* The first line of a file, or "". */
static void read_line(const char *path, char *ret, size_t size)
{
	FILE *file = fopen(path, "re");

	ret[0] = '\0';
	if (!file)
		return;
	if (fgets(ret, (int)size, file))
		ret[strcspn(ret, "\n")] = '\0';
	else
		ret[0] = '\0';
	fclose(file);
}

void run_rows_boot(char *ret, size_t size)
{
	read_line("/proc/sys/kernel/random/boot_id", ret, size);
}

void run_rows_uuid(char *ret, size_t size)
{
	read_line("/proc/sys/kernel/random/uuid", ret, size);
}

static sqlite3_int64 now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_REALTIME, &time);
	return (sqlite3_int64)time.tv_sec * 1000000000 + time.tv_nsec;
}

/* The words of a command, a NUL behind each, as /proc/PID/cmdline has them. NULL: no memory. */
static char *join(char *const *argv, size_t *size)
{
	char *ret = NULL;
	FILE *out = open_memstream(&ret, size);

	if (!out)
		return NULL;
	for (; argv && *argv; argv++)
		fwrite(*argv, 1, strlen(*argv) + 1, out);
	if (fclose(out)) {
		free(ret);
		return NULL;
	}
	return ret;
}

/* Where the names and lines of its addresses are from. */
static struct symbol_source source_of(const struct recorder_opts *opts)
{
	/* It is only asked for what it is. */
	const struct places places = { .symbolizer = (struct kcov_symbolizer *)opts->symbolizer };

	return opts->symbolizer ? places_source(&places) : (struct symbol_source){ 0 };
}

/* All of a file, or NULL. */
static char *read_text(const char *path)
{
	FILE *file = fopen(path, "re");
	char *ret = NULL;
	size_t room = 0;

	if (file && getdelim(&ret, &room, '\0', file) < 0) {
		free(ret);
		ret = NULL;
	}
	if (file)
		fclose(file);
	return ret;
}

int run_rows_begin(const struct recorder_opts *opts, const char *boot, sqlite3_int64 *ret)
{
	char uuid[64], host[256] = "", kernel[512], *layout = NULL, *argv;
	static const char *const keeps[] = { "totals", "sets", "order" };
	const struct symbol_source source = source_of(opts);
	struct utsname names;
	size_t size;
	int code;

	run_rows_uuid(uuid, sizeof(uuid));
	gethostname(host, sizeof(host) - 1);
	uname(&names);
	snprintf(kernel, sizeof(kernel), "%s %s %s", names.release, names.version, names.machine);
	argv = join(opts->argv, &size);
	if (!argv)
		return SQLITE_NOMEM;
	if (opts->is_of_another && opts->layout)
		layout = read_text(opts->layout);
	code = rows_get_once(
		opts->recording->db,
		"INSERT INTO run(uuid, name, command, argv, host, kernel, boot, layout, vmlinux, "
		"has_lines, is_of_clang, mode, way, has_events, keep, capacity, started, series, repeat, "
		"complete, tool) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?) "
		"RETURNING id",
		ret, "tttbtttttiittitiitot", uuid, opts->name, opts->command, argv, size, host,
		kernel, boot, layout, source.path, (sqlite3_int64)source.has_lines,
		(sqlite3_int64)source.is_of_clang, kcov_record_kind(opts->mode)->name, opts->way,
		(sqlite3_int64)opts->has_events, keeps[opts->keep], (sqlite3_int64)opts->capacity,
		now(), opts->series, opts->repeat ? (sqlite3_int64)opts->repeat : -1,
		"kcovctl " KCOVCTL_VERSION);
	free(layout);
	free(argv);
	return code == SQLITE_ROW ? SQLITE_OK : code;
}

int run_rows_find_layout(const struct recorder_opts *opts, sqlite3_int64 run)
{
	char *layout;
	int code;

	/* What is in memory is of this boot. Without it addresses are of this boot all the same. */
	if (opts->is_of_another || !opts->recording->path || kcov_layout_describe(NULL, &layout))
		return SQLITE_OK;
	code = rows_write_once(opts->recording->db, "UPDATE run SET layout = ? WHERE id = ?", "ti",
			       layout, run);
	free(layout);
	return code;
}

int run_rows_go_on(const struct recording *recording, sqlite3_int64 run, uint64_t records)
{
	return rows_write_once(recording->db, "UPDATE run SET records = ? WHERE id = ?", "ii",
			       (sqlite3_int64)records, run);
}

int run_rows_end_order(const struct recording *recording, sqlite3_int64 run)
{
	return rows_write_once(recording->db, "UPDATE run SET order_until = ? WHERE id = ?", "ii",
			       now(), run);
}

/* Of a run without events there are no numbers of them. */
static sqlite3_int64 of_events(const struct totals *totals, size_t n)
{
	return totals->has_events ? (sqlite3_int64)n : -1;
}

int run_rows_end(const struct recording *recording, sqlite3_int64 run, const struct run_end *end)
{
	const struct totals *totals = end->totals;
	const bool is_complete = !end->is_full && !totals->full && !totals->full_events &&
				 !(end->doubts & ~(unsigned int)KCOV_DRAIN_ORDER);
	char *unanswered = end->symbolizer ? unanswered_describe(end->symbolizer) : NULL;
	int code;

	code = rows_write_once(
		recording->db,
		"UPDATE run SET pid = ?, ended = ?, status = ?, complete = ?, doubts = ?, is_full = ?, "
		"only_thread = ?, tasks = ?, not_covered = ?, full = ?, uncertain = ?, calls = ?, "
		"between_calls = ?, exits = ?, full_events = ?, ptrace = ?, io_uring = ?, "
		"has_common = ?, damaged = ?, unanswered = ? WHERE id = ?",
		"iiioiitiiiiooooiiiiti", (sqlite3_int64)end->pid, now(), (sqlite3_int64)end->status,
		end->is_known ? (sqlite3_int64)is_complete : (sqlite3_int64)-1,
		(sqlite3_int64)end->doubts, (sqlite3_int64)end->is_full, totals->only,
		(sqlite3_int64)totals->tasks, (sqlite3_int64)totals->not_covered,
		(sqlite3_int64)totals->full, (sqlite3_int64)totals->uncertain,
		of_events(totals, totals->calls), of_events(totals, totals->between),
		of_events(totals, totals->exits), of_events(totals, totals->full_events),
		(sqlite3_int64)totals->blind.ptrace, (sqlite3_int64)totals->blind.io_uring_setup,
		(sqlite3_int64)totals->blind.has_common, (sqlite3_int64)end->damaged, unanswered,
		run);
	free(unanswered);
	return code;
}
