/* SPDX-License-Identifier: MIT */
/* What is known of each address that was recorded, looked up once. */
#ifndef KCOVCTL_PLACES_H
#define KCOVCTL_PLACES_H

#include "../base/map.h"
#include "frames.h"
#include "pc-kinds.h"

#include <kcov/symbolize.h>
#include <stdbool.h>
#include <stdint.h>

struct place {
	/* As it was recorded: what is looked up is what is before it. */
	uint64_t address;
	struct kcov_location location;
	/* After places_describe(): all that runs there, the innermost first; and whether it is a
	 * point. */
	const struct kcov_frame *frames;
	size_t n_frames;
	enum pc_kind kind;
	bool is_described;
	/* What whoever uses them makes of it; 0 and NULL to begin with. */
	unsigned int tag;
	char *text;
	/* Whoever's. */
	void *user;
	/* Of vmlinux, which stays what it is; of all else, when it was looked up. */
	bool is_of_kernel;
	unsigned int round;
};

/* Where names and lines are from. */
struct symbol_source {
	const char *path;
	/* Else functions only. */
	bool has_lines;
	bool is_of_clang;
	/* As unanswered_describe() says it, or NULL. */
	const char *unanswered;
};

struct places {
	/* NULL: nothing is known of any but what make() says. */
	struct kcov_symbolizer *symbolizer;
	/* What that knows it from; NULL: the symbolizer. */
	const struct symbol_source *source;
	/* For a thread that must not wait: of addresses in modules nothing is known. */
	bool is_kernel_only;
	/* Called for each new one, unless it is NULL. 0 or -errno. */
	int (*make)(void *context, struct place *place);
	void *context;
	/* By address. */
	struct map map;
	/* How many of them are in no image. */
	size_t n_unknown;
	/* How often modules came or went. */
	unsigned int round;
	/* Room for those of one. */
	struct frames frames;
	/* What failed in the last one that could not be had, and as the symbolizer says it, if it
	 * was that. */
	int err;
	struct kcov_symbolize_error *error;
};

/* Where the byte before an address is: what was recorded are return addresses. 0 or places->err. */
int places_look_up(struct places *places, uint64_t address, struct kcov_location *ret);

/*
 * It stays where it is until places_fini(), or, if it is in no image, places_forget_modules().
 * NULL: no memory, or the look-up or make() failed.
 */
struct place *places_get(struct places *places, uint64_t address);

/* 0, -ENOMEM, or an error of kcov_location_frames() or kcov_location_point(). */
int places_describe(struct places *places, struct place *place);

/*
 * Modules came or went, or may have: what is not the kernel's own is looked up again, and its text
 * freed, when it is asked for.
 */
void places_forget_modules(struct places *places);

/* Where they are from, but for unanswered. */
struct symbol_source places_source(const struct places *places);

/* As unanswered_describe(). */
char *places_describe_unanswered(const struct places *places);

void places_fini(struct places *places);

#endif
