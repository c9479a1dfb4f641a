/* SPDX-License-Identifier: MIT */
/* A sink that hands all it gets to two others. */
#ifndef KCOVCTL_TEE_H
#define KCOVCTL_TEE_H

#include "sink.h"

struct tee {
	struct sink first;
	struct sink second;
	/* What each of them keeps with a task. */
	struct tee_streams *streams;
};

/* What the first one fails with ends it for the second one, too. Records are for both, or none. */
struct sink tee_sink(struct tee *tee);

void tee_fini(struct tee *tee);

#endif
