/* SPDX-License-Identifier: MIT */
/* What the parts of the fake kernel share; one lock is over all of it. */
#ifndef KCOV_TESTS_FAKE_INTERNAL_H
#define KCOV_TESTS_FAKE_INTERNAL_H

#include "fake.h"

#define N(array_) (sizeof(array_) / sizeof((array_)[0]))

/* For what no library may do, and for what a test has no use to go on after. */
__attribute__((noreturn)) void fake_die(const char *why);

void fake_lock(void);

/* Lock, record the call, and count it. What it is to fail with, if it is to. */
int fake_begin(enum fake_call call);

/* Count what may fail and is no call of its own. */
int fake_step(enum fake_call call);

/* Unlock. */
int fake_end(int result);

/* A device's buffer as a file, or -EINVAL if it has none yet. */
int fake_memory_of(int fd, size_t *size);

bool fake_has_pkeys(void);

void fake_memory_state(struct fake_state *state);

#endif
