// SPDX-License-Identifier: MIT
#include "schema.h"

#include <stddef.h>

/*
 * A point's id is its image's times 2^40, and its offset, so that rows of hits come in the order of
 * their keys, and none is looked for; what is in no image is counted from 1 instead, and its offset
 * is its address. frames is a JSON array of a number a frame, the innermost first: its function
 * times 2^32, its line times 2^12, and its column, where 0 is not known. Its call is the name of
 * the system call that begins there. What calls of a name hit is a JSON object of arrays, by
 * the ids of points divided by 4096, of a number a point: how often it was hit times 4096, and the
 * rest of its id. Nanoseconds are since 1970.
 */
const char schema_tables[] =
	"CREATE TABLE image("
	" id INTEGER PRIMARY KEY,"
	" build_id TEXT NOT NULL UNIQUE,"
	" sum TEXT,"
	" name TEXT NOT NULL,"
	" kind TEXT NOT NULL,"
	" path TEXT,"
	" source TEXT,"
	" points INTEGER,"
	" init_points INTEGER,"
	" functions INTEGER,"
	" lines INTEGER"
	") STRICT;"
	"CREATE TABLE run("
	" id INTEGER PRIMARY KEY,"
	" uuid TEXT NOT NULL UNIQUE,"
	" name TEXT NOT NULL,"
	" command TEXT NOT NULL,"
	" argv BLOB,"
	" pid INTEGER,"
	" host TEXT,"
	" kernel TEXT,"
	" boot TEXT,"
	" layout TEXT,"
	" vmlinux TEXT,"
	" has_lines INTEGER,"
	" is_of_clang INTEGER,"
	" unanswered TEXT,"
	" mode TEXT NOT NULL,"
	" way TEXT NOT NULL,"
	" has_events INTEGER NOT NULL DEFAULT 0,"
	" keep TEXT NOT NULL,"
	" filter TEXT,"
	" capacity INTEGER,"
	" started INTEGER,"
	" ended INTEGER,"
	" status INTEGER,"
	" complete INTEGER,"
	" doubts INTEGER NOT NULL DEFAULT 0,"
	" is_full INTEGER NOT NULL DEFAULT 0,"
	" only_thread TEXT,"
	" tasks INTEGER,"
	" not_covered INTEGER,"
	" full INTEGER,"
	" uncertain INTEGER,"
	" calls INTEGER,"
	" between_calls INTEGER,"
	" exits INTEGER,"
	" full_events INTEGER,"
	" ptrace INTEGER,"
	" io_uring INTEGER,"
	" has_common INTEGER,"
	" records INTEGER,"
	" damaged INTEGER,"
	" order_until INTEGER,"
	" series TEXT,"
	" repeat INTEGER,"
	" tool TEXT NOT NULL"
	") STRICT;"
	"CREATE TABLE task("
	" id INTEGER PRIMARY KEY,"
	" run INTEGER NOT NULL REFERENCES run,"
	" pid INTEGER NOT NULL,"
	" tid INTEGER NOT NULL,"
	" comm TEXT,"
	" uncovered_what TEXT,"
	" uncovered_why TEXT,"
	" doubts INTEGER NOT NULL DEFAULT 0"
	") STRICT;"
	"CREATE TABLE file("
	" id INTEGER PRIMARY KEY,"
	" image INTEGER NOT NULL REFERENCES image,"
	" path TEXT NOT NULL,"
	" name TEXT,"
	" dir TEXT NOT NULL,"
	" sha256 TEXT,"
	" subsystem TEXT,"
	" points INTEGER NOT NULL,"
	" init_points INTEGER NOT NULL,"
	" functions INTEGER NOT NULL,"
	" lines INTEGER NOT NULL"
	") STRICT;"
	"CREATE TABLE function("
	" id INTEGER PRIMARY KEY,"
	" image INTEGER NOT NULL REFERENCES image,"
	" file INTEGER NOT NULL REFERENCES file,"
	" name TEXT NOT NULL,"
	" called TEXT NOT NULL,"
	" line INTEGER,"
	" offset INTEGER,"
	" points INTEGER NOT NULL,"
	" init_points INTEGER NOT NULL"
	") STRICT;"
	"CREATE TABLE point("
	" id INTEGER PRIMARY KEY,"
	" image INTEGER NOT NULL REFERENCES image,"
	" offset INTEGER NOT NULL,"
	" is_point INTEGER,"
	" is_init INTEGER NOT NULL DEFAULT 0,"
	" is_call_site INTEGER NOT NULL DEFAULT 0,"
	" is_disputed INTEGER NOT NULL DEFAULT 0,"
	" is_unanswered INTEGER NOT NULL DEFAULT 0,"
	" call TEXT,"
	" function INTEGER REFERENCES function,"
	" symbol TEXT,"
	" symbol_offset INTEGER,"
	" frames TEXT"
	") STRICT;"
	"CREATE TABLE hit("
	" run INTEGER NOT NULL REFERENCES run,"
	" point INTEGER NOT NULL REFERENCES point,"
	" hits INTEGER NOT NULL,"
	" PRIMARY KEY(run, point)"
	") STRICT, WITHOUT ROWID;"
	"CREATE TABLE call("
	" id INTEGER PRIMARY KEY,"
	" name TEXT NOT NULL UNIQUE"
	") STRICT;"
	"CREATE TABLE call_run("
	" run INTEGER NOT NULL REFERENCES run,"
	" call INTEGER NOT NULL REFERENCES call,"
	" calls INTEGER NOT NULL,"
	" failed INTEGER,"
	" records INTEGER NOT NULL,"
	" points INTEGER NOT NULL,"
	" PRIMARY KEY(run, call)"
	") STRICT, WITHOUT ROWID;"
	"CREATE TABLE call_hit("
	" run INTEGER NOT NULL REFERENCES run,"
	" call INTEGER NOT NULL REFERENCES call,"
	" spans TEXT NOT NULL,"
	" PRIMARY KEY(run, call)"
	") STRICT, WITHOUT ROWID;"
	"CREATE TABLE block("
	" id INTEGER PRIMARY KEY,"
	" run INTEGER NOT NULL REFERENCES run,"
	" kind TEXT NOT NULL,"
	" records INTEGER NOT NULL,"
	" data BLOB NOT NULL"
	") STRICT;"
	"CREATE TABLE part("
	" id INTEGER PRIMARY KEY,"
	" run INTEGER NOT NULL REFERENCES run,"
	" task INTEGER NOT NULL REFERENCES task,"
	" block INTEGER NOT NULL REFERENCES block,"
	" at INTEGER NOT NULL,"
	" records INTEGER NOT NULL"
	") STRICT;"
	"CREATE TABLE event("
	" id INTEGER PRIMARY KEY,"
	" run INTEGER NOT NULL REFERENCES run,"
	" task INTEGER REFERENCES task,"
	" kind TEXT NOT NULL,"
	" covered INTEGER NOT NULL,"
	" handles TEXT,"
	" call INTEGER REFERENCES call,"
	" arch INTEGER,"
	" number INTEGER,"
	" a0 INTEGER, a1 INTEGER, a2 INTEGER, a3 INTEGER, a4 INTEGER, a5 INTEGER,"
	" result INTEGER,"
	" errno TEXT,"
	" started INTEGER,"
	" complete INTEGER NOT NULL,"
	" is_full INTEGER NOT NULL DEFAULT 0,"
	" doubts INTEGER NOT NULL DEFAULT 0,"
	" capacity INTEGER,"
	" records INTEGER NOT NULL,"
	" block INTEGER REFERENCES block,"
	" at INTEGER,"
	" addresses INTEGER"
	") STRICT;"
	"CREATE TABLE placement("
	" run INTEGER NOT NULL REFERENCES run,"
	" image INTEGER NOT NULL REFERENCES image,"
	" offset INTEGER NOT NULL,"
	" address INTEGER NOT NULL,"
	" base INTEGER NOT NULL,"
	" PRIMARY KEY(run, image, offset)"
	") STRICT, WITHOUT ROWID;";

const char *const schema_names[] = { "image", "run",  "task",  "file",      "function",
				     "point", "hit",  "call",  "call_run",  "call_hit",
				     "block", "part", "event", "placement", NULL };

const struct schema_table schema_added[] = {
	{ "parameter", "CREATE %sTABLE IF NOT EXISTS parameter("
		       " run INTEGER NOT NULL REFERENCES run,"
		       " arch INTEGER NOT NULL,"
		       " number INTEGER NOT NULL,"
		       " position INTEGER NOT NULL,"
		       " name TEXT,"
		       " type TEXT NOT NULL,"
		       " size INTEGER NOT NULL,"
		       " kind TEXT NOT NULL,"
		       " PRIMARY KEY(run, arch, number, position)"
		       ") STRICT, WITHOUT ROWID" },
	{ "argument", "CREATE %sTABLE IF NOT EXISTS argument("
		      " event INTEGER NOT NULL REFERENCES event,"
		      " position INTEGER NOT NULL,"
		      " text ANY NOT NULL,"
		      " is_cut INTEGER NOT NULL,"
		      " PRIMARY KEY(event, position)"
		      ") STRICT, WITHOUT ROWID" },
	{ NULL, NULL },
};

/* The functions of the source that ran. */
#define RAN                                                                                        \
	"WITH ran AS MATERIALIZED (SELECT function.file AS file, function.called AS called,"       \
	" count(*) AS ran, max(function.points) AS points, min(function.line) AS line,"            \
	" max(v_hit.runs) AS runs, sum(v_hit.hits) AS hits FROM v_hit"                             \
	" JOIN point ON point.id = v_hit.point JOIN function ON function.id = point.function"      \
	" WHERE " SCHEMA_COUNTS " GROUP BY function.file, function.called)"

/* The lines that any frame of a point that ran is on. */
#define LINES                                                                                      \
	"SELECT function.file AS file, frame.line AS line, function.called AS called,"             \
	" count(DISTINCT frame.point) AS points, max(frame.runs) AS runs, max(frame.hits) AS hits" \
	" FROM (SELECT point.id AS point, v_hit.runs, v_hit.hits,"                                 \
	"  frames.value >> 32 AS function, (frames.value >> 12) & 1048575 AS line"                 \
	"  FROM v_hit JOIN point ON point.id = v_hit.point, json_each(point.frames) AS frames"     \
	"  WHERE " SCHEMA_COUNTS ") AS frame JOIN function ON function.id = frame.function"        \
	" WHERE frame.line > 0 GROUP BY function.file, frame.line"

const char *const schema_views[] = {
	"CREATE %sVIEW IF NOT EXISTS v_run AS SELECT id, uuid, name, command, host, kernel, mode, way, keep,"
	" started, ended, status, complete, tasks, not_covered, calls, records,"
	" (SELECT count(*) FROM hit WHERE hit.run = run.id) AS addresses,"
	" (SELECT count(*) FROM hit JOIN point ON point.id = hit.point WHERE hit.run = run.id"
	"  AND " SCHEMA_COUNTS ") AS points, series, repeat, order_until FROM run",
	"CREATE %sVIEW IF NOT EXISTS v_hit AS SELECT point, count(*) AS runs, sum(hits) AS hits FROM hit"
	" GROUP BY point",
	"CREATE %sVIEW IF NOT EXISTS v_call_hit AS SELECT call_hit.run, call_hit.call,"
	" (span.key << 12) + (hit.value & 4095) AS point, hit.value >> 12 AS hits"
	" FROM call_hit, json_each(call_hit.spans) AS span, json_each(span.value) AS hit",
	"CREATE %sVIEW IF NOT EXISTS v_call AS SELECT run.name AS run, call.name AS call, call_run.calls,"
	" call_run.failed, call_run.records, call_run.points"
	" FROM call_run JOIN run ON run.id = call_run.run JOIN call ON call.id = call_run.call",
	"CREATE %sVIEW IF NOT EXISTS v_function AS " RAN
	" SELECT image.name AS image, file.path AS file, ran.called AS function, ran.line,"
	" ran.ran, ran.points, ran.runs, ran.hits"
	" FROM ran JOIN file ON file.id = ran.file JOIN image ON image.id = file.image",
	"CREATE %sVIEW IF NOT EXISTS v_line AS WITH ran AS (" LINES ")"
	" SELECT image.name AS image, file.path AS file, ran.line, ran.called AS function,"
	" ran.points, ran.runs, ran.hits"
	" FROM ran JOIN file ON file.id = ran.file JOIN image ON image.id = file.image",
	"CREATE %sVIEW IF NOT EXISTS v_file AS " RAN
	", of_file AS MATERIALIZED (SELECT file, sum(ran) AS ran, count(*) AS functions,"
	"  max(runs) AS runs, sum(hits) AS hits FROM ran GROUP BY file)"
	", of_line AS MATERIALIZED (SELECT file, count(*) AS lines FROM (" LINES ") GROUP BY file)"
	" SELECT image.name AS image, file.path AS file, file.dir, file.subsystem,"
	" ifnull(of_file.ran, 0) AS ran, file.points,"
	" ifnull(of_file.functions, 0) AS functions_ran, file.functions,"
	" ifnull(of_line.lines, 0) AS lines_ran, file.lines, ifnull(of_file.runs, 0) AS runs,"
	" ifnull(of_file.hits, 0) AS hits"
	" FROM file JOIN image ON image.id = file.image LEFT JOIN of_file ON of_file.file = file.id"
	" LEFT JOIN of_line ON of_line.file = file.id",
	"CREATE %sVIEW IF NOT EXISTS v_dir AS SELECT image, dir, " SCHEMA_SUMS
	" FROM v_file GROUP BY image, dir",
	"CREATE %sVIEW IF NOT EXISTS v_subsystem AS SELECT subsystem, " SCHEMA_SUMS
	" FROM v_file GROUP BY subsystem",
	"CREATE %sVIEW IF NOT EXISTS v_event AS SELECT event.id, run.name AS run, task.pid, task.tid, event.kind,"
	" call.name AS call, a0, a1, a2, a3, a4, a5, result, errno, event.started,"
	" event.complete, event.records, event.addresses"
	" FROM event JOIN run ON run.id = event.run LEFT JOIN task ON task.id = event.task"
	" LEFT JOIN call ON call.id = event.call",
	"CREATE %sVIEW IF NOT EXISTS v_argument AS SELECT argument.event, run.name AS run, call.name AS call,"
	" parameter.name AS argument, argument.text, argument.is_cut FROM argument"
	" JOIN event ON event.id = argument.event JOIN run ON run.id = event.run"
	" JOIN parameter ON parameter.run = event.run AND parameter.arch = event.arch"
	"  AND parameter.number = event.number AND parameter.position = argument.position"
	" LEFT JOIN call ON call.id = event.call",
	NULL,
};
