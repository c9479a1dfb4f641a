/* SPDX-License-Identifier: MIT */
/*
 * Members of an object of JSON that is a line of an input. Each is 0, or -1, and was told: it is
 * not there, or is something else. Those whose name ends in _or take what stands for one that is
 * not there.
 */
#ifndef KCOVCTL_JSON_MEMBERS_H
#define KCOVCTL_JSON_MEMBERS_H

#include "input.h"

#include <json-c/json.h>
#include <stdbool.h>
#include <stdint.h>

struct json_line {
	const struct input *input;
	struct json_object *object;
};

/* Whether there is one, null or not. */
bool json_has(const struct json_line *line, const char *name);

int json_text(const struct json_line *line, const char *name, const char **ret);
int json_text_or(const struct json_line *line, const char *name, const char *other,
		 const char **ret);

/* A whole number. */
int json_number(const struct json_line *line, const char *name, int64_t min, int64_t max,
		int64_t *ret);
int json_number_or(const struct json_line *line, const char *name, int64_t min, int64_t max,
		   int64_t other, int64_t *ret);

/* One of 64 bits. */
int json_unsigned(const struct json_line *line, const char *name, uint64_t *ret);

int json_flag(const struct json_line *line, const char *name, bool *ret);
int json_flag_or(const struct json_line *line, const char *name, bool other, bool *ret);

/* Seconds, which may have a fraction. */
int json_seconds(const struct json_line *line, const char *name, double *ret);

/* A hexadecimal number that is a text. */
int json_hex(const struct json_line *line, const char *name, uint64_t *ret);

int json_array(const struct json_line *line, const char *name, struct json_object **ret);

/* An element of such an array. */
int json_hex_at(const struct json_line *line, const char *name, const struct json_object *array,
		size_t i, uint64_t *ret);

#endif
