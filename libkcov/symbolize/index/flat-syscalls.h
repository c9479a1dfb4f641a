/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_FLAT_SYSCALLS_H
#define KCOV_SYMBOLIZE_FLAT_SYSCALLS_H

#include "../dwarf/read-units.h"
#include "flat.h"

/*
 * Add what system calls take, in an order that does not depend on which unit was first; of two of a
 * name, either. Returns 0 or -ENOMEM.
 */
int kcov_flat_add_syscalls(struct kcov_flat *flat, const struct kcov_read_units *units);

#endif
