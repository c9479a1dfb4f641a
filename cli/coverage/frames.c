// SPDX-License-Identifier: MIT
#include "frames.h"

#include "../base/array.h"

#include <errno.h>

static int read_frames(const struct frames *frames, const struct kcov_location *location)
{
	struct kcov_frame *end = frames->at ? frames->at + frames->n : NULL;

	return kcov_location_frames(location, end, frames->room - frames->n);
}

int frames_add(struct frames *frames, const struct kcov_location *location)
{
	int n = read_frames(frames, location);

	if (n > 0 && (size_t)n > frames->room - frames->n)
		n = array_reserve(frames, (size_t)n) ? read_frames(frames, location) : -ENOMEM;
	/* Somebody writes into the index. */
	if (n > 0 && (size_t)n > frames->room - frames->n)
		return -EBADMSG;
	if (n > 0)
		frames->n += (size_t)n;
	return n;
}
