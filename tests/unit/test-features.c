// SPDX-License-Identifier: MIT
#include "unit.h"

#include "script.h"

#include <errno.h>
#include <kcov/kcov.h>

static uint64_t area[512], other[512];

/* The lines of a /proc/kallsyms, of which only ksys_read's and the next one matter. */
static const char symbols[] = "0000000000000000 A fixed_percpu_data\n"
			      "ffffffff9d200000 T _text\n"
			      "ffffffff9d6b1230 t ksys_write\n"
			      "ffffffff9d6b1240 T ksys_read\n"
			      "ffffffff9d6b1340 T vfs_write\n";

/* clang-format off */
#define TRIED_MODES(cmp_) \
	SCRIPT_ENABLED(KCOV_MODE_PC, 0), \
	SCRIPT_DISABLED(0), \
	SCRIPT_ENABLED(KCOV_MODE_CMP, cmp_)

/* Neither comparisons nor remote coverage. */
#define ONLY_PCS \
	SCRIPT_OPENED(KCOV_DEFAULT_PATH, 512, area), \
	TRIED_MODES(-KCOV_ENOTSUPP), \
	SCRIPT_REMOTE_ENABLED(-ENOTTY)

#define TRIED_REMOTE \
	SCRIPT_REMOTE_ENABLED(0), \
	SCRIPT_DISABLED(0)

/* What reading from no file runs according to area; text_ is of a kallsyms. */
#define TRIED_KASLR(text_, length_) \
	{ .call = SCRIPT_OPEN_TO_READ, .path = "/proc/kallsyms", .result = 4 }, \
	{ .call = SCRIPT_READ, .fd = 4, .path = (text_), .result = (length_) }, \
	SCRIPT_ENABLED(KCOV_MODE_PC, 0), \
	{ .call = SCRIPT_READ, .fd = -1, .result = -EBADF, .count = area, .counted = 2 }, \
	SCRIPT_DISABLED(0), \
	{ .call = SCRIPT_CLOSE, .fd = 4 }

#define NO_KALLSYMS \
	{ .call = SCRIPT_OPEN_TO_READ, .path = "/proc/kallsyms", .result = -ENOENT }

#define NO_PKEYS { .call = SCRIPT_PKEY_ALLOC, .result = -ENOSPC }

#define TRIED_SIMULTANEOUS(result_) \
	SCRIPT_OPENED(KCOV_DEFAULT_PATH, 512, other), \
	SCRIPT_ENABLED(KCOV_MODE_PC, 0), \
	SCRIPT_REMOTE_ENABLED(result_)
/* clang-format on */

static unsigned int features_of(const struct script_step *steps)
{
	unsigned int features = 42;

	script_begin(steps);
	assert_int_equal(kcov_features(NULL, &features), 0);
	script_end();
	/* Whether this program has 32 bits is not the script's to say. */
	assert_int_equal(!!(features & KCOV_FEATURE_COMPAT), sizeof(long) == 4);
	return features & ~(unsigned int)KCOV_FEATURE_COMPAT;
}

static void a_kernel_that_can_only_trace_pcs_has_that_bit(void **state)
{
	const struct script_step steps[] = {
		ONLY_PCS,
		SCRIPT_RESET_TRACE(-ENOTTY),
		NO_PKEYS,
		NO_KALLSYMS, /* and so no KASLR to be seen */
		SCRIPT_CLOSED(512, area),
		SCRIPT_LAST,
	};

	(void)state;
	assert_int_equal(features_of(steps), KCOV_FEATURE_PC);
}

static void a_kernel_of_today_has_remote_but_not_simultaneous(void **state)
{
	const struct script_step steps[] = {
		SCRIPT_OPENED(KCOV_DEFAULT_PATH, 512, area),
		TRIED_MODES(0),
		SCRIPT_DISABLED(0),
		TRIED_REMOTE,
		SCRIPT_RESET_TRACE(-ENOTTY),
		NO_PKEYS,
		NO_KALLSYMS,
		TRIED_SIMULTANEOUS(-EBUSY),
		SCRIPT_DISABLED(0),
		SCRIPT_CLOSED(512, other),
		SCRIPT_CLOSED(512, area),
		SCRIPT_LAST,
	};

	(void)state;
	assert_int_equal(features_of(steps),
			 KCOV_FEATURE_PC | KCOV_FEATURE_CMP | KCOV_FEATURE_REMOTE);
}

/* Its number may be another ioctl's, which answers but does not empty the buffer. */
static void a_reset_trace_that_resets_nothing_is_none(void **state)
{
	const struct script_step steps[] = {
		ONLY_PCS,
		SCRIPT_TRIED_RESET_TRACE(area, 110),
		NO_PKEYS,
		NO_KALLSYMS,
		SCRIPT_CLOSED(512, area),
		SCRIPT_LAST,
	};

	(void)state;
	assert_int_equal(features_of(steps), KCOV_FEATURE_PC);
}

static unsigned int features_with_pc(uint64_t pc, const char *text, int length)
{
	const struct script_step steps[] = {
		ONLY_PCS,
		SCRIPT_RESET_TRACE(-ENOTTY),
		NO_PKEYS,
		TRIED_KASLR(text, length),
		SCRIPT_CLOSED(512, area),
		SCRIPT_LAST,
	};

	area[1] = 0xffffffff81000123;
	area[2] = pc;
	return features_of(steps);
}

static void a_pc_outside_its_function_by_whole_alignments_is_kaslr(void **state)
{
	const int length = sizeof(symbols) - 1;
	const uint64_t pc = 0xffffffff9d6b1250, offset = 0x1c200000;

	(void)state;
	assert_int_equal(features_with_pc(pc - offset, symbols, length),
			 KCOV_FEATURE_PC | KCOV_FEATURE_KASLR);
	/* In the function; before and behind it by less than a kernel is moved by. */
	assert_int_equal(features_with_pc(pc, symbols, length), KCOV_FEATURE_PC);
	assert_int_equal(features_with_pc(pc - 0x1000, symbols, length), KCOV_FEATURE_PC);
	assert_int_equal(features_with_pc(pc + offset, symbols, length), KCOV_FEATURE_PC);
}

static void symbols_without_addresses_say_nothing_of_kaslr(void **state)
{
	static const char hidden[] = "0000000000000000 T ksys_read\n"
				     "0000000000000000 T vfs_write\n";
	const struct script_step steps[] = {
		ONLY_PCS,
		SCRIPT_RESET_TRACE(-ENOTTY),
		NO_PKEYS,
		{ .call = SCRIPT_OPEN_TO_READ, .path = "/proc/kallsyms", .result = 4 },
		{ .call = SCRIPT_READ, .fd = 4, .path = hidden, .result = sizeof(hidden) - 1 },
		{ .call = SCRIPT_READ, .fd = 4 },
		{ .call = SCRIPT_CLOSE, .fd = 4 },
		SCRIPT_CLOSED(512, area),
		SCRIPT_LAST,
	};

	(void)state;
	assert_int_equal(features_of(steps), KCOV_FEATURE_PC);
}

/* Last: the process's key stays. */
static void a_kernel_with_everything_has_all_bits(void **state)
{
	const struct script_step steps[] = {
		SCRIPT_OPENED(KCOV_DEFAULT_PATH, 512, area),
		TRIED_MODES(0),
		SCRIPT_DISABLED(0),
		TRIED_REMOTE,
		SCRIPT_TRIED_RESET_TRACE(area, 3),
		{ .call = SCRIPT_PKEY_ALLOC, .result = 7 },
		{ .call = SCRIPT_PKEY_SET, .fd = 7 },
		TRIED_KASLR(symbols, sizeof(symbols) - 1),
		TRIED_SIMULTANEOUS(0),
		SCRIPT_DISABLED(0),
		SCRIPT_DISABLED(0),
		SCRIPT_CLOSED(512, other),
		SCRIPT_CLOSED(512, area),
		SCRIPT_LAST,
	};

	(void)state;
	area[1] = 0xffffffff81000123;
	area[2] = 0xffffffff9d6b1250 - 0x1c200000;
	assert_int_equal(features_of(steps),
			 KCOV_FEATURE_PC | KCOV_FEATURE_CMP | KCOV_FEATURE_REMOTE |
				 KCOV_FEATURE_SIMULTANEOUS | KCOV_FEATURE_RESET_TRACE |
				 KCOV_FEATURE_PKEY | KCOV_FEATURE_KASLR);
}

static void a_thread_that_records_already_is_ebusy(void **state)
{
	const struct script_step steps[] = {
		SCRIPT_OPENED(KCOV_DEFAULT_PATH, 512, area),
		SCRIPT_ENABLED(KCOV_MODE_PC, -EBUSY),
		SCRIPT_CLOSED(512, area),
		SCRIPT_LAST,
	};
	unsigned int features = 42;

	(void)state;
	script_begin(steps);
	assert_int_equal(kcov_features(NULL, &features), -EBUSY);
	assert_int_equal(features, 42);
	script_end();
}

/* From Linux 7.2 on it can own a remote device and enable a local one. */
static void a_thread_that_owns_a_remote_device_is_ebusy(void **state)
{
	const struct script_step steps[] = {
		SCRIPT_OPENED(KCOV_DEFAULT_PATH, 512, area),
		TRIED_MODES(0),
		SCRIPT_DISABLED(0),
		SCRIPT_REMOTE_ENABLED(-EBUSY),
		SCRIPT_CLOSED(512, area),
		SCRIPT_LAST,
	};
	unsigned int features = 42;

	(void)state;
	script_begin(steps);
	assert_int_equal(kcov_features(NULL, &features), -EBUSY);
	assert_int_equal(features, 42);
	script_end();
}

static void a_device_that_cannot_be_opened_says_why(void **state)
{
	const struct script_step steps[] = {
		{ .call = SCRIPT_OPEN, .path = KCOV_DEFAULT_PATH, .result = -EACCES },
		SCRIPT_LAST,
	};
	unsigned int features = 42;

	(void)state;
	script_begin(steps);
	assert_int_equal(kcov_features(NULL, &features), -EACCES);
	assert_int_equal(features, 42);
	script_end();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_kernel_that_can_only_trace_pcs_has_that_bit),
		cmocka_unit_test(a_kernel_of_today_has_remote_but_not_simultaneous),
		cmocka_unit_test(a_reset_trace_that_resets_nothing_is_none),
		cmocka_unit_test(a_pc_outside_its_function_by_whole_alignments_is_kaslr),
		cmocka_unit_test(symbols_without_addresses_say_nothing_of_kaslr),
		cmocka_unit_test(a_thread_that_records_already_is_ebusy),
		cmocka_unit_test(a_thread_that_owns_a_remote_device_is_ebusy),
		cmocka_unit_test(a_device_that_cannot_be_opened_says_why),
		cmocka_unit_test(a_kernel_with_everything_has_all_bits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
