/* SPDX-License-Identifier: MIT */
/* Why a call failed, as it is written. */
#ifndef KCOVCTL_WHY_ANSWER_H
#define KCOVCTL_WHY_ANSWER_H

#include "../coverage/event.h"
#include "../coverage/finding.h"
#include "../coverage/places.h"

#include <stdio.h>

struct why_answer {
	/* Of the call: its records are not there any more, and its texts are these, to be freed. */
	struct event event;
	void *texts;
	/* Its number in the recording, from 1 on, and how many calls failed like it. */
	uint64_t number;
	uint64_t count;
	struct finding finding;
	/* Why there is no finding; NULL: there is one. */
	const char *cause;
	/* Of the deciding line; 0: there is none. */
	uint64_t decider;
};

/*
 * Addresses of an answer are looked up in places, whose symbolizer is of the image. 0 or -errno;
 * what the stream did not take is for the caller to find.
 */
typedef int why_writer(const struct why_answer *answer, struct places *places, FILE *out);

/* All of it as text, a line of it, or a JSON object. */
why_writer why_write_text;
why_writer why_write_line;
why_writer why_write_json;

/* The frames of an instruction, the innermost first. 0 or -errno. */
int why_frames(struct places *places, uint64_t address, const struct place **ret);

/* "EINVAL"; what programs do not see has its own name, too. Returns room if it has none. */
const char *why_errno_name(int64_t result, char room[16]);

/* A line of a file without the blanks at both ends, to be freed; NULL: it is not there. */
char *why_source_line(const struct kcov_frame *frame);

#endif
