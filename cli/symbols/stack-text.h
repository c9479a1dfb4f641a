/* SPDX-License-Identifier: MIT */
/* How the symbols of a stack, as the kernel prints it, are meant: exactly or as return addresses.
 */
#ifndef KCOVCTL_STACK_TEXT_H
#define KCOVCTL_STACK_TEXT_H

#include "symbol-query.h"

/* What was before in the text; { 0 } to begin with. */
struct stack_text {
	/* The last frame was the entry of an exception, and it was one that the unwinder vouched
	 * for. */
	bool is_behind_exception;
	bool is_reliable;
};

/*
 * How the next symbol of a line is meant. The instruction pointer of registers and of a warning is
 * exact, and so is the frame behind the entry of an exception, a function without an offset, and
 * the end of what lies before a function (__pfx_), which is the function's address. All else is
 * what a call returns to.
 */
enum symbol_place stack_text_place(struct stack_text *stack, const char *line, const char *line_end,
				   const struct symbol_text *symbol);

#endif
