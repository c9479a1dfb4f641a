/* SPDX-License-Identifier: MIT */
/* Instructions in the memory of a stopped task. */
#ifndef KCOVCTL_CODE_H
#define KCOVCTL_CODE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * Where n bytes are that can be executed, at a multiple of align: in the vdso, which every process
 * has as a rule, or anywhere else. Returns 0; -ENOEXEC: nowhere; or -errno.
 */
int code_find(pid_t tid, const uint8_t *bytes, size_t n, size_t align, uint64_t *ret);

#endif
