// SPDX-License-Identifier: MIT
#include "frame-text.h"

#include <errno.h>
#include <stdlib.h>

enum {
	LINE_BITS = 20,
	COLUMN_BITS = 12,
};

static uint64_t if_fits(uint32_t number, int bits)
{
	return number < UINT32_C(1) << bits ? number : 0;
}

uint64_t frame_text_number(const struct stored_frame *frame)
{
	return frame->function << (LINE_BITS + COLUMN_BITS) |
	       if_fits(frame->line, LINE_BITS) << COLUMN_BITS | if_fits(frame->column, COLUMN_BITS);
}

int frame_text_next(const char **text, struct stored_frame *ret)
{
	const char *at = *text;
	uint64_t number;
	char *end;

	if (*at == ']')
		return at[1] ? -EBADMSG : 0;
	if ((*at != '[' && *at != ',') || at[1] < '0' || at[1] > '9')
		return -EBADMSG;
	errno = 0;
	number = strtoull(at + 1, &end, 10);
	if (errno)
		return -EBADMSG;
	*ret = (struct stored_frame){
		.function = number >> (LINE_BITS + COLUMN_BITS),
		.line = (uint32_t)(number >> COLUMN_BITS) & ((1 << LINE_BITS) - 1),
		.column = (uint32_t)number & ((1 << COLUMN_BITS) - 1),
	};
	*text = end;
	return 1;
}
