/* SPDX-License-Identifier: MIT */
/*
 * Which functions a file has, of all that have a line in it. DWARF gives code of a function a line
 * of its caller now and then, or of what it calls: __next_thread() of a header then seems to be in
 * fs/exec.c, too.
 *
 * A function is at home where most points of a copy of it are as a real function, or where it is
 * inlined from into another file. What is inlined within its own file may be at home there, unless
 * a header has a function of that name.
 */
#ifndef KCOVCTL_SOURCE_FUNCTIONS_H
#define KCOVCTL_SOURCE_FUNCTIONS_H

#include "source-lines.h"

/*
 * When all points are added: source_lines_sort(), without functions that are not at home, and how
 * often the others ran.
 */
void source_functions_finish(struct source_lines *lines);

#endif
