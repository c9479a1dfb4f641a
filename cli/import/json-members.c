// SPDX-License-Identifier: MIT
#include "json-members.h"

#include "../text/addresses.h"

#include <inttypes.h>
#include <string.h>

bool json_has(const struct json_line *line, const char *name)
{
	return json_object_object_get_ex(line->object, name, NULL);
}

/* NULL: it is none of that type, which was told. */
static struct json_object *get(const struct json_line *line, const char *name, json_type type,
			       const char *what)
{
	struct json_object *member;

	if (!json_object_object_get_ex(line->object, name, &member))
		input_refuse(line->input, "\"%s\" is not there", name);
	else if (!json_object_is_type(member, type))
		input_refuse(line->input, "\"%s\" is not %s", name, what);
	else
		return member;
	return NULL;
}

int json_text(const struct json_line *line, const char *name, const char **ret)
{
	struct json_object *member = get(line, name, json_type_string, "a string");

	if (member)
		*ret = json_object_get_string(member);
	return member ? 0 : -1;
}

int json_text_or(const struct json_line *line, const char *name, const char *other,
		 const char **ret)
{
	if (json_has(line, name))
		return json_text(line, name, ret);
	*ret = other;
	return 0;
}

int json_number(const struct json_line *line, const char *name, int64_t min, int64_t max,
		int64_t *ret)
{
	struct json_object *member = get(line, name, json_type_int, "a whole number");
	int64_t value;

	if (!member)
		return -1;
	/* One that has more bits is the largest. */
	value = json_object_get_int64(member);
	if (value < min || value > max)
		return input_refuse(line->input, "\"%s\" is not between %" PRId64 " and %" PRId64,
				    name, min, max);
	*ret = value;
	return 0;
}

int json_number_or(const struct json_line *line, const char *name, int64_t min, int64_t max,
		   int64_t other, int64_t *ret)
{
	if (json_has(line, name))
		return json_number(line, name, min, max, ret);
	*ret = other;
	return 0;
}

int json_unsigned(const struct json_line *line, const char *name, uint64_t *ret)
{
	struct json_object *member = get(line, name, json_type_int, "a whole number");

	if (!member)
		return -1;
	if (json_object_get_int64(member) < 0)
		return input_refuse(line->input, "\"%s\" is negative", name);
	*ret = json_object_get_uint64(member);
	return 0;
}

int json_flag(const struct json_line *line, const char *name, bool *ret)
{
	struct json_object *member = get(line, name, json_type_boolean, "true or false");

	if (member)
		*ret = json_object_get_boolean(member);
	return member ? 0 : -1;
}

int json_flag_or(const struct json_line *line, const char *name, bool other, bool *ret)
{
	if (json_has(line, name))
		return json_flag(line, name, ret);
	*ret = other;
	return 0;
}

int json_seconds(const struct json_line *line, const char *name, double *ret)
{
	struct json_object *member;
	double value;

	if (!json_object_object_get_ex(line->object, name, &member))
		return input_refuse(line->input, "\"%s\" is not there", name);
	value = json_object_get_double(member);
	if ((!json_object_is_type(member, json_type_double) &&
	     !json_object_is_type(member, json_type_int)) ||
	    !(value >= 0 && value < 1e10))
		return input_refuse(line->input, "\"%s\" is no time in seconds", name);
	*ret = value;
	return 0;
}

static int get_hex(const struct json_line *line, const char *name, struct json_object *value,
		   uint64_t *ret)
{
	const char *text =
		json_object_is_type(value, json_type_string) ? json_object_get_string(value) : "";

	if (strncmp(text, "0x", 2) != 0 || !address_parse(text, ret))
		return input_refuse(
			line->input,
			"\"%s\" has no hexadecimal number, as \"0x1f\", where one has to "
			"be",
			name);
	return 0;
}

int json_hex(const struct json_line *line, const char *name, uint64_t *ret)
{
	struct json_object *member = get(line, name, json_type_string, "a string");

	return member ? get_hex(line, name, member, ret) : -1;
}

int json_array(const struct json_line *line, const char *name, struct json_object **ret)
{
	struct json_object *member = get(line, name, json_type_array, "an array");

	if (member)
		*ret = member;
	return member ? 0 : -1;
}

int json_hex_at(const struct json_line *line, const char *name, const struct json_object *array,
		size_t i, uint64_t *ret)
{
	return get_hex(line, name, json_object_array_get_idx(array, i), ret);
}
