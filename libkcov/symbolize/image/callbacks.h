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

/*
 * Whether a symbol is a callback of -fsanitize-coverage at all, by its own name: KCOV_POINT_CMP if
 * it is one of those for comparisons, KCOV_POINT_PC if it is any other, known or not; or
 * KCOV_POINT_NONE.
 */
enum kcov_point kcov_callback_family(const char *symbol);

#endif
