/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_CALLBACKS_H
#define KCOV_SYMBOLIZE_CALLBACKS_H

#include <kcov/symbolize.h>

/*
 * What a call of a symbol records: KCOV_POINT_PC or KCOV_POINT_CMP of the callbacks of
 * -fsanitize-coverage by which a KCOV records, and of a linker's veneers to them; else
 * KCOV_POINT_NONE. A callback at the end of a function (_pc_exit) tells KCOV where calls end and
 * records nothing.
 */
enum kcov_point kcov_callback_kind(const char *symbol);

#endif
