/* SPDX-License-Identifier: MIT */
/*
 * What runs hit in the events that a selection chooses, counted in the records that they keep in
 * their order.
 */
#ifndef KCOVCTL_CHOSEN_HITS_H
#define KCOVCTL_CHOSEN_HITS_H

#include "../base/map.h"
#include "block-cursor.h"
#include "known-points.h"
#include "recording.h"
#include "selection.h"

/*
 * SQL, what is to be true of an event of the run ?1: its call failed with ?2, or that is 0; it is
 * of a task whose id is ?3, or that is negative; it is of a call of chosen_call, or ?4 is 0.
 */
#define CHOSEN_EVENTS                                                                              \
	"event.run = ?1 AND (?2 = 0 OR (event.kind = 'call' AND event.result = -?2)) "             \
	"AND (?3 < 0 OR event.task IN (SELECT id FROM task WHERE run = ?1 AND tid = ?3)) "         \
	"AND (NOT ?4 OR event.call IN (SELECT id FROM chosen_call))"

/* All calls of a name, or all of a task. */
struct chosen_group {
	/* NULL: of a task. */
	char *name;
	sqlite3_int64 task;
	/* Of calls: they are chosen. */
	bool is_wanted;
	int64_t calls;
	int64_t failed;
	/* Of some of its calls it is not known whether they failed. */
	bool has_no_results;
	int64_t records;
	/* Different ones. */
	int64_t points;
	/* A bit for each point, by number, in chunks; NULL: none of these was hit. */
	uint64_t **chunks;
	/* Of a task whose calls are told by their entries: the one that it is in; or they are not
	 * known. */
	struct chosen_group *in;
	bool has_no_calls;
};

struct chosen_hits {
	const struct recording *recording;
	const struct query_selection *selection;
	struct known_points points;
	/* By number: in the run, in all, and in how many runs. */
	uint64_t *in_run;
	uint64_t *hits;
	uint32_t *runs;
	struct {
		struct chosen_group **at;
		size_t n;
		size_t room;
	} groups;
	/* Groups of calls by their rows, and by the addresses of texts of known_points.calls. */
	struct map calls;
	struct map entries;
	/* Groups of tasks by their rows. */
	struct map tasks;
	/* Of the run: its row; whether its calls are events. */
	sqlite3_int64 run;
	bool has_events;
	/* Something in its blocks need not be a point: it was killed before it wrote that, or it is
	 * a comparison that somebody wrote over. */
	bool may_lack_points;
	/* Its calls are told by their entries. */
	bool is_cut;
	/* The block that the cursor is in; 0: in none. */
	sqlite3_int64 block;
	struct block_cursor cursor;
	sqlite3_stmt *find_block;
};

/* 0, or -1, and why was told. */
int chosen_hits_init(struct chosen_hits *hits, const struct recording *recording,
		     const struct query_selection *selection);

/* Count a run, which has records of all that is chosen in their order. As above. */
int chosen_hits_count(struct chosen_hits *hits, sqlite3_int64 run);

/*
 * Write what was counted into the tables of query_select(): points and calls if events are chosen,
 * and tasks. As above.
 */
int chosen_hits_write(struct chosen_hits *hits);

void chosen_hits_fini(struct chosen_hits *hits);

#endif
