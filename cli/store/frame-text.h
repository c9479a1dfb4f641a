/* SPDX-License-Identifier: MIT */
/* What is inlined at a point, as point.frames has it: "[NUMBER,NUMBER]", the innermost first. */
#ifndef KCOVCTL_FRAME_TEXT_H
#define KCOVCTL_FRAME_TEXT_H

#include <stdint.h>

struct stored_frame {
	/* Its row. */
	uint64_t function;
	/* 0: it is not known. */
	uint32_t line;
	uint32_t column;
};

/* The number of a frame; a line or a column that is too large is not known. */
uint64_t frame_text_number(const struct stored_frame *frame);

/*
 * The next frame of a text, which *text is to begin with, and is nothing of the caller's from then
 * on. 1; 0: there are no more; -EBADMSG: it is no such text.
 */
int frame_text_next(const char **text, struct stored_frame *ret);

#endif
