/* SPDX-License-Identifier: MIT */
/* What is known of one address, as kcovctl symbolize prints it. */
#ifndef KCOVCTL_LOCATION_H
#define KCOVCTL_LOCATION_H

#include "../text/text.h"

#include <kcov/symbolize.h>
#include <stdio.h>

struct located_one {
	/* As it was given: what was looked up may be the byte before. */
	uint64_t address;
	const struct kcov_location *location;
	const struct kcov_frame *frames;
	size_t n_frames;
	/* The symbol that it was given as; NULL: it was the address. */
	const char *asked;
	/* With asked: its image is loaded nowhere, so that there is no address. */
	bool is_nowhere;
};

/* Of n locations. Only one thread writes to out. */
typedef void location_writer(const struct located_one *ones, size_t n, FILE *out);

/* As addr2line -afi does, a line for the function and one for the place of each frame. */
location_writer location_write_lines;

/* As addr2line -afip does, a line a frame. */
location_writer location_write_pretty;

/* A JSON object on a line. */
location_writer location_write_json;

/* The inline chain of one as a JSON array. */
void location_put_frames(const struct kcov_frame *frames, size_t n, struct text *out);

#endif
