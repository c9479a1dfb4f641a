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
	SCHEMA_VERSION = 1000,
};

/* SQL that makes the tables in an empty database. */
extern const char schema_tables[];

/* The names of the tables, NULL behind the last: of a recording each is a table. */
extern const char *const schema_names[];

/* SQL of each view, NULL behind the last; "%s" in it is "" or "TEMP ". */
extern const char *const schema_views[];

/*
 * The same for reports, of what the table selected(point, runs, hits) has and not of all runs:
 * s_function, s_line and s_file.
 */
extern const char *const schema_selected_views[];

#endif
