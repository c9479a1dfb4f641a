/* SPDX-License-Identifier: MIT */
/*
 * Colours of a terminal, which only underline what the text says: blue and vermillion, which those
 * who do not tell red from green can tell.
 */
#ifndef KCOVCTL_COLOUR_H
#define KCOVCTL_COLOUR_H

#include <stdbool.h>
#include <stdio.h>

enum colour {
	COLOUR_NONE,
	COLOUR_HEAD,
	COLOUR_GOOD,
	COLOUR_BAD,
};

enum colour_when {
	/* On a terminal that has colours, unless NO_COLOR is set. */
	COLOUR_AUTO,
	COLOUR_ALWAYS,
	COLOUR_NEVER,
};

/* From now on. out: what is written to. */
void colour_use(enum colour_when when, FILE *out);

/* What begins a colour, and what ends it: "" if there is none. */
const char *colour_begin(enum colour colour);
const char *colour_end(enum colour colour);

#endif
