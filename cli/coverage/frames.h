/* SPDX-License-Identifier: MIT */
/* Frames of locations, one after the other, in an array that grows. */
#ifndef KCOVCTL_FRAMES_H
#define KCOVCTL_FRAMES_H

#include <kcov/symbolize.h>

/* { 0 } to begin with; at is freed by who has it. */
struct frames {
	struct kcov_frame *at;
	size_t n;
	size_t room;
};

/* Add those of a location: how many, -ENOMEM, or an error of kcov_location_frames(). */
int frames_add(struct frames *frames, const struct kcov_location *location);

#endif
