// SPDX-License-Identifier: MIT
#include "internal.h"
#include "uapi.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define SUBSYSTEM_SHIFT 56

static const struct {
	enum kcov_subsystem subsystem;
	const char *name;
} names[] = {
	{ KCOV_SUBSYS_COMMON, "common" },
	{ KCOV_SUBSYS_USB, "usb" },
};

static const char *kcov_subsystem_name(unsigned int subsystem)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].subsystem == subsystem)
			return names[i].name;
	return NULL;
}

KCOV_PUBLIC int kcov_handle_make(unsigned int subsystem, uint64_t instance, uint64_t *ret)
{
	if (subsystem > UINT8_MAX)
		return -ERANGE;
	if (instance & ~KCOV_INSTANCE_MASK)
		return -EOVERFLOW;
	/* What an instance of another subsystem may be is that one's affair. */
	if (!instance && kcov_subsystem_name(subsystem))
		return -EDOM;
	*ret = (uint64_t)subsystem << SUBSYSTEM_SHIFT | instance;
	return 0;
}

KCOV_PUBLIC int kcov_handle_split(uint64_t handle, struct kcov_handle *ret)
{
	const unsigned int subsystem = (unsigned int)(handle >> SUBSYSTEM_SHIFT);
	uint64_t same;
	int err;

	err = kcov_handle_make(subsystem, handle & ~KCOV_SUBSYSTEM_MASK, &same);
	if (err)
		return err;
	*ret = (struct kcov_handle){
		.subsystem = (uint8_t)subsystem,
		.instance = (uint32_t)(handle & KCOV_INSTANCE_MASK),
	};
	return 0;
}

KCOV_PUBLIC int kcov_handle_check(uint64_t handle, enum kcov_handle_use use)
{
	struct kcov_handle parts;
	int err;

	if (use != KCOV_HANDLE_GLOBAL && use != KCOV_HANDLE_COMMON)
		return -EINVAL;
	err = kcov_handle_split(handle, &parts);
	if (err)
		return err;
	if ((parts.subsystem == KCOV_SUBSYS_COMMON) != (use == KCOV_HANDLE_COMMON))
		return -EPROTOTYPE;
	return 0;
}

/* All of text as a number; not what strtoull() takes besides: spaces and signs. */
static int kcov_number_parse(const char *text, uint64_t *ret)
{
	const bool hex = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
	const char *digits = hex ? text + 2 : text;
	const size_t length = strspn(digits, hex ? "0123456789abcdefABCDEF" : "0123456789");
	uint64_t number = 0;

	if (!length || digits[length])
		return -EINVAL;
	for (; *digits; digits++) {
		/* The low four bits of a letter count from 1. */
		const int digit = (*digits & 0xf) + (*digits > '9' ? 9 : 0);

		if (__builtin_mul_overflow(number, hex ? 16 : 10, &number) ||
		    __builtin_add_overflow(number, digit, &number))
			return -EOVERFLOW;
	}
	*ret = number;
	return 0;
}

KCOV_PUBLIC int kcov_handle_parse(const char *text, uint64_t *ret)
{
	const char *colon = strchr(text, ':');
	struct kcov_handle parts;
	uint64_t number;
	int err;

	err = kcov_number_parse(colon ? colon + 1 : text, &number);
	if (err)
		return err;
	if (!colon) {
		err = kcov_handle_split(number, &parts);
		if (!err)
			*ret = number;
		return err;
	}
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strlen(names[i].name) == (size_t)(colon - text) &&
		    strncmp(names[i].name, text, (size_t)(colon - text)) == 0)
			return kcov_handle_make(names[i].subsystem, number, ret);
	return -EINVAL;
}

KCOV_PUBLIC int kcov_handle_print(uint64_t handle, size_t size, char *ret)
{
	char text[KCOV_HANDLE_TEXT_SIZE];
	const char *name = NULL;
	struct kcov_handle parts;

	if (!kcov_handle_split(handle, &parts))
		name = kcov_subsystem_name(parts.subsystem);
	if (!name)
		snprintf(text, sizeof(text), "0x%016" PRIx64, handle);
	else if (parts.subsystem == KCOV_SUBSYS_COMMON)
		snprintf(text, sizeof(text), "%s:0x%" PRIx32, name, parts.instance);
	else
		snprintf(text, sizeof(text), "%s:%" PRIu32, name, parts.instance);
	if (strlen(text) >= size)
		return -ENOSPC;
	memcpy(ret, text, strlen(text) + 1);
	return 0;
}
