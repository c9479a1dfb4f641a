// SPDX-License-Identifier: MIT
#include "frames.h"

#include <errno.h>
#include <stdlib.h>

static int make_room(struct frames *frames, size_t n)
{
	const size_t room = 2 * frames->room + n;
	struct kcov_frame *at = reallocarray(frames->at, room, sizeof(*at));

	if (!at)
		return -ENOMEM;
	frames->at = at;
	frames->room = room;
	return 0;
}

static int read_frames(const struct frames *frames, const struct kcov_location *location)
{
	struct kcov_frame *end = frames->at ? frames->at + frames->n : NULL;

	return kcov_location_frames(location, end, frames->room - frames->n);
}

int frames_add(struct frames *frames, const struct kcov_location *location)
{
	int n = read_frames(frames, location);

	if (n > 0 && (size_t)n > frames->room - frames->n) {
		int err = make_room(frames, (size_t)n);

		n = err ? err : read_frames(frames, location);
	}
	/* Somebody writes into the index. */
	if (n > 0 && (size_t)n > frames->room - frames->n)
		return -EBADMSG;
	if (n > 0)
		frames->n += (size_t)n;
	return n;
}
