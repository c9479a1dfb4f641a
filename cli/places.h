/* SPDX-License-Identifier: MIT */
/* What is known of each address that was recorded, looked up once. */
#ifndef KCOVCTL_PLACES_H
#define KCOVCTL_PLACES_H

#include "base/map.h"

#include <kcov/symbolize.h>
#include <stdbool.h>
#include <stdint.h>

struct place {
	/* As it was recorded: what is looked up is what is before it. */
	uint64_t address;
	struct kcov_location location;
	/* What whoever uses them makes of it; 0 and NULL to begin with. */
	unsigned int tag;
	char *text;
	/* Whoever's. */
	void *user;
};

struct places {
	const struct kcov_symbolizer *symbolizer;
	/* For a thread that must not wait: of addresses in modules nothing is known. */
	bool is_kernel_only;
	/* Called for each new one. 0 or -errno. */
	int (*make)(void *context, struct place *place);
	void *context;
	/* By address. */
	struct map map;
};

/* It stays where it is until it is forgotten, or places_fini(), which free text. NULL: no memory,
 * or make() failed. */
struct place *places_get(struct places *places, uint64_t address);

/* Modules came or went: what is not the kernel's own is looked up again. */
void places_forget_modules(struct places *places);

void places_fini(struct places *places);

#endif
