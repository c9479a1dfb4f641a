/* SPDX-License-Identifier: MIT */
/*
 * What a recording is made of: tables that only grow, by other tables and other columns, and whose
 * meaning stays, and views, which are the interface. docs/recording.md has both.
 */
#ifndef KCOVCTL_SCHEMA_H
#define KCOVCTL_SCHEMA_H

enum {
	/* "kcov": PRAGMA application_id. */
	SCHEMA_APPLICATION = 0x6b636f76,
	/* PRAGMA user_version: 1000 times the major version, and the minor one. */
	SCHEMA_VERSION = 1001,
	/* What call_hit.spans has together: so many ids of points. */
	SCHEMA_SPAN = 4096,
};

/* SQL that makes the tables in an empty database. */
extern const char schema_tables[];

/* The names of the tables, NULL behind the last: of a recording each is a table. */
extern const char *const schema_names[];

/* Those of later minor versions, which an older recording lacks; SQL as that of views. */
extern const struct schema_table {
	const char *name;
	const char *sql;
} schema_added[];

/* What is counted: coverage points of PCs, but for those that a kernel frees when it has started.
 */
#define SCHEMA_COUNTS "point.is_point = 1 AND NOT point.is_init"

/* What several files have together, as columns. */
#define SCHEMA_SUMS                                                                                \
	"sum(ran) AS ran, sum(points) AS points, sum(functions_ran) AS functions_ran, "            \
	"sum(functions) AS functions, sum(lines_ran) AS lines_ran, sum(lines) AS lines, "          \
	"max(runs) AS runs, sum(hits) AS hits"

/* SQL of each view, NULL behind the last; "%s" in it is "" or "TEMP ". */
extern const char *const schema_views[];

#endif
