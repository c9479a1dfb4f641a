// SPDX-License-Identifier: MIT
#include "unit.h"

#include <errno.h>
#include <kcov/kcov.h>
#include <string.h>

/* A word of what the reader is told to do or to look at. */
static const struct {
	enum kcov_call call;
	int error;
	const char *word;
} cases[] = {
	{ KCOV_CALL_OPEN, -ENOENT, "mount -t debugfs" },
	{ KCOV_CALL_OPEN, -ENODEV, "CONFIG_KCOV=y" },
	{ KCOV_CALL_OPEN, -EACCES, "root" },
	{ KCOV_CALL_OPEN, -EPERM, "lockdown" },
	{ KCOV_CALL_OPEN, -ENOTTY, "not a kcov device" },
	{ KCOV_CALL_OPEN, -EINVAL, "capacity" },
	{ KCOV_CALL_OPEN, -E2BIG, "newer libkcov" },
	{ KCOV_CALL_OPEN, -EBUSY, "open before enabling" },
	{ KCOV_CALL_OPEN, -EOPNOTSUPP, "KCOV_RESET_TRACE" },
	{ KCOV_CALL_OPEN, -ENOMEM, "smaller capacity" },
	{ KCOV_CALL_CLOSE, -EBUSY, "until it exits" },
	{ KCOV_CALL_ENABLE, -EINVAL, "the device is busy" },
	{ KCOV_CALL_ENABLE, -EBUSY, "the thread is busy" },
	{ KCOV_CALL_ENABLE, -KCOV_ENOTSUPP, "CONFIG_KCOV_ENABLE_COMPARISONS" },
	{ KCOV_CALL_DISABLE, -EINVAL, "does not record into this device" },
	{ KCOV_CALL_READ, -EINVAL, "other kind" },
	{ KCOV_CALL_READ, -ERANGE, "index" },
	{ KCOV_CALL_READ, -EBADMSG, "overwritten" },
	{ KCOV_CALL_FEATURES, -EBUSY, "records into a kcov device already" },
	{ KCOV_CALL_FEATURES, -EACCES, "root" },
	{ KCOV_CALL_RESET, -EINVAL, "thread that enabled" },
	{ KCOV_CALL_RESET, -ENOMEM, "another protection" },
	{ KCOV_CALL_HANDLE, -EINVAL, "usb:1" },
	{ KCOV_CALL_HANDLE, -ERANGE, "one byte" },
	{ KCOV_CALL_HANDLE, -EOVERFLOW, "four bytes" },
	{ KCOV_CALL_HANDLE, -EDOM, "not 0" },
	{ KCOV_CALL_HANDLE, -EPROTOTYPE, "common handle" },
	{ KCOV_CALL_HANDLE, -ENOSPC, "KCOV_HANDLE_TEXT_SIZE" },
	{ KCOV_CALL_ENABLE_REMOTE, -ERANGE, "area_size" },
	{ KCOV_CALL_ENABLE_REMOTE, -EDESTADDRREQ, "no handle" },
	{ KCOV_CALL_ENABLE_REMOTE, -EMSGSIZE, "256" },
	{ KCOV_CALL_ENABLE_REMOTE, -EOVERFLOW, "four bytes" },
	{ KCOV_CALL_ENABLE_REMOTE, -EDOM, "not 0" },
	{ KCOV_CALL_ENABLE_REMOTE, -EPROTOTYPE, "common handle" },
	{ KCOV_CALL_ENABLE_REMOTE, -E2BIG, "newer libkcov" },
	{ KCOV_CALL_ENABLE_REMOTE, -EINVAL, "the device is busy" },
	{ KCOV_CALL_ENABLE_REMOTE, -ENXIO, "subsystem" },
	{ KCOV_CALL_ENABLE_REMOTE, -EBUSY, "the thread is busy" },
	{ KCOV_CALL_ENABLE_REMOTE, -EEXIST, "in use" },
	{ KCOV_CALL_ENABLE_REMOTE, -KCOV_ENOTSUPP, "CONFIG_KCOV_ENABLE_COMPARISONS" },
	{ KCOV_CALL_ENABLE_REMOTE, -ENOTTY, "5.5" },
	{ KCOV_CALL_ENABLE_REMOTE, -ENOMEM, "handles" },
	{ KCOV_CALL_ENABLE_WITH_REMOTE, -EOPNOTSUPP, "7.2" },
	{ KCOV_CALL_ENABLE_WITH_REMOTE, -EEXIST, "in use" },
	{ KCOV_CALL_WAIT_REMOTE, -EINVAL, "size" },
	{ KCOV_CALL_WAIT_REMOTE, -E2BIG, "newer libkcov" },
	{ KCOV_CALL_POOL, -EAGAIN, "taken" },
	{ KCOV_CALL_POOL, -EBUSY, "another thread" },
	{ KCOV_CALL_POOL, -EINVAL, "pool" },
	{ KCOV_CALL_POOL, -EACCES, "root" },
};

static void every_documented_error_says_what_to_do(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *text = kcov_strerror(cases[i].call, cases[i].error);

		if (!strstr(text, cases[i].word))
			fail_msg("no \"%s\" in: %s", cases[i].word, text);
		assert_null(strchr(text, '\n'));
		assert_ptr_equal(text, kcov_strerror(cases[i].call, -cases[i].error));
	}
}

static void the_kernels_524_has_a_name_everywhere(void **state)
{
	(void)state;
	assert_non_null(strstr(kcov_strerror(KCOV_CALL_OPEN, -KCOV_ENOTSUPP), "ENOTSUPP"));
}

static void other_errors_are_libcs(void **state)
{
	(void)state;
	assert_string_equal(kcov_strerror(KCOV_CALL_OPEN, -EMFILE), "Too many open files");
}

static void nonsense_is_still_a_string(void **state)
{
	(void)state;
	assert_string_equal(kcov_strerror(KCOV_CALL_OPEN, 123456), "unknown error");
	assert_string_equal(kcov_strerror((enum kcov_call)99, INT32_MIN), "unknown error");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_documented_error_says_what_to_do),
		cmocka_unit_test(the_kernels_524_has_a_name_everywhere),
		cmocka_unit_test(other_errors_are_libcs),
		cmocka_unit_test(nonsense_is_still_a_string),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
