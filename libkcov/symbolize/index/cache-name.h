/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_CACHE_NAME_H
#define KCOV_SYMBOLIZE_CACHE_NAME_H

#include "../image/build-id.h"

/* The names of files in the cache, those of other versions included. */

/* Room for any name of this version. */
#define KCOV_CACHE_NAME_SIZE (KCOV_BUILD_ID_HEX_SIZE + 64)

enum kcov_cache_kind {
	/* Nobody knows whose. */
	KCOV_CACHE_OTHER,
	/* BUILD-ID-SUM.index-VERSION */
	KCOV_CACHE_INDEX,
	/* The same of another version; or without a sum, as it once was. */
	KCOV_CACHE_OLD_INDEX,
	/* An index, and six letters behind a dot: it is being written, or its writer was killed. */
	KCOV_CACHE_PART,
	/* .STATE.image-VERSION, a symbolic link: hidden, so that a user sees indexes only. */
	KCOV_CACHE_LINK,
};

struct kcov_cache_name {
	enum kcov_cache_kind kind;
	/* Of an index. */
	uint64_t sum;
};

/* Write the name of an index of this version and return it. */
const char *kcov_cache_name_format(const struct kcov_build_id *id, uint64_t sum,
				   char name[KCOV_CACHE_NAME_SIZE]);

/* The same for the link from a state of an image. */
const char *kcov_cache_name_format_link(uint64_t state, char name[KCOV_CACHE_NAME_SIZE]);

/* What a name says. */
void kcov_cache_name_parse(const char *name, struct kcov_cache_name *ret);

#endif
