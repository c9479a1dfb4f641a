// SPDX-License-Identifier: MIT
#include "unit.h"

#include "script.h"

#include <errno.h>
#include <kcov/kcov.h>
#include <pthread.h>
#include <string.h>

/* 512 words are what one page of 4096 bytes holds. */
static uint64_t area[512];

static const struct kcov_opts one_page = { .size = sizeof(one_page), .capacity = 511 };

/* Plays kcov_open() with these options and leaves *ret alone or checks that it was. */
static void open_fails(const struct kcov_opts *opts, const struct script_step *steps, int err)
{
	struct kcov *untouched = (struct kcov *)area;

	script_begin(steps);
	assert_int_equal(kcov_open(opts, &untouched), err);
	assert_ptr_equal(untouched, area);
	script_end();
}

static struct kcov *open_one_page(void)
{
	static const struct script_step steps[] = {
		SCRIPT_OPENED(KCOV_DEFAULT_PATH, 512, area),
		SCRIPT_LAST,
	};
	struct kcov *kcov;

	script_begin(steps);
	assert_int_equal(kcov_open(&one_page, &kcov), 0);
	script_end();
	return kcov;
}

static void open_maps_a_buffer_of_whole_pages(void **state)
{
	const struct kcov_opts opts = { .size = sizeof(opts), .capacity = 512 };
	const struct script_step steps[] = {
		SCRIPT_OPENED(KCOV_DEFAULT_PATH, 1024, area),
		SCRIPT_CLOSED(1024, area),
		SCRIPT_LAST,
	};
	struct kcov *kcov;

	(void)state;
	script_begin(steps);
	assert_int_equal(kcov_open(&opts, &kcov), 0);
	assert_int_equal(kcov_capacity(kcov, KCOV_MODE_PC), 1023);
	assert_int_equal(kcov_capacity(kcov, KCOV_MODE_CMP), 255);
	assert_int_equal(kcov_capacity(kcov, (enum kcov_mode)2), 0);
	assert_int_equal(kcov_fd(kcov), 500);
	assert_int_equal(kcov_close(kcov), 0);
	script_end();
}

/* Plays the life of a device whose buffer has so many words; returns what that holds. */
static size_t opened_capacity(const struct kcov_opts *opts, uint64_t words, enum kcov_mode mode)
{
	const struct script_step steps[] = {
		SCRIPT_OPENED("/sys/kernel/debug/kcov", words, area),
		SCRIPT_CLOSED(words, area),
		SCRIPT_LAST,
	};
	struct kcov *kcov;
	size_t capacity;

	script_begin(steps);
	assert_int_equal(kcov_open(opts, &kcov), 0);
	capacity = kcov_capacity(kcov, mode);
	kcov_close(kcov);
	script_end();
	return capacity;
}

static void open_rounds_to_pages_of_64k(void **state)
{
	(void)state;
	script_set_page_size(65536);
	assert_int_equal(opened_capacity(&one_page, 8192, KCOV_MODE_PC), 8191);
}

static void open_counts_capacity_in_comparisons_if_asked(void **state)
{
	const struct kcov_opts opts = { .size = sizeof(opts),
					.capacity = 128,
					.mode = KCOV_MODE_CMP };

	(void)state;
	assert_true(opened_capacity(&opts, 1024, KCOV_MODE_CMP) >= 128);
}

static void open_without_options_takes_the_defaults(void **state)
{
	(void)state;
	assert_true(opened_capacity(NULL, 66048, KCOV_MODE_PC) >= KCOV_DEFAULT_CAPACITY);
}

static void open_keeps_a_low_descriptor_if_there_are_no_high_ones(void **state)
{
	const struct script_step steps[] = {
		{ .call = SCRIPT_OPEN, .path = KCOV_DEFAULT_PATH, .result = 3 },
		{ .call = SCRIPT_DUP, .fd = 3, .result = -EINVAL },
		{ .call = SCRIPT_IOCTL, .fd = 3, .request = 0x80086301, .arg = 512 },
		{ .call = SCRIPT_RESERVE, .arg = 4096, .area = area },
		{ .call = SCRIPT_MAP, .fd = 3, .arg = 4096, .area = area },
		{ .call = SCRIPT_UNMAP, .area = area, .arg = 4096 },
		{ .call = SCRIPT_CLOSE, .fd = 3 },
		SCRIPT_LAST,
	};
	struct kcov *kcov;

	(void)state;
	script_begin(steps);
	assert_int_equal(kcov_open(&one_page, &kcov), 0);
	assert_int_equal(kcov_fd(kcov), 3);
	kcov_close(kcov);
	script_end();
}

static void open_passes_on_what_open_says(void **state)
{
	const int errors[] = { -EACCES, -EPERM, -EMFILE, -ENFILE, -ENOMEM };

	(void)state;
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		const struct script_step steps[] = {
			{ .call = SCRIPT_OPEN, .path = KCOV_DEFAULT_PATH, .result = errors[i] },
			SCRIPT_LAST,
		};

		open_fails(NULL, steps, errors[i]);
	}
}

static void open_without_debugfs_is_enoent(void **state)
{
	const struct script_step steps[] = {
		{ .call = SCRIPT_OPEN, .path = "/x/kcov", .result = -ENOENT },
		{ .call = SCRIPT_IS_ON_DEBUGFS, .path = "/x/kcov", .result = 0 },
		SCRIPT_LAST,
	};
	const struct kcov_opts opts = { .size = sizeof(opts), .path = "/x/kcov" };

	(void)state;
	open_fails(&opts, steps, -ENOENT);
}

static void open_on_a_kernel_without_kcov_is_enodev(void **state)
{
	const struct script_step steps[] = {
		{ .call = SCRIPT_OPEN, .path = KCOV_DEFAULT_PATH, .result = -ENOENT },
		{ .call = SCRIPT_IS_ON_DEBUGFS, .path = KCOV_DEFAULT_PATH, .result = 1 },
		SCRIPT_LAST,
	};

	(void)state;
	open_fails(NULL, steps, -ENODEV);
}

static void failed_init_trace_closes_the_device(void **state)
{
	/* Not kcov at all; too large for the kernel; no memory; a descriptor's path. */
	const int errors[] = { -ENOTTY, -EINVAL, -ENOMEM, -EBUSY };

	(void)state;
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		const struct script_step steps[] = {
			{ .call = SCRIPT_OPEN, .path = KCOV_DEFAULT_PATH, .result = 3 },
			{ .call = SCRIPT_DUP, .fd = 3, .result = 500 },
			{ .call = SCRIPT_CLOSE, .fd = 3 },
			{ .call = SCRIPT_IOCTL,
			  .fd = 500,
			  .request = 0x80086301,
			  .arg = 512,
			  .result = errors[i] },
			{ .call = SCRIPT_CLOSE, .fd = 500 },
			SCRIPT_LAST,
		};

		open_fails(&one_page, steps, errors[i]);
	}
}

static void failed_mmap_closes_the_device(void **state)
{
	const int errors[] = { -EINVAL, -ENOMEM };

	(void)state;
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		const struct script_step steps[] = {
			{ .call = SCRIPT_OPEN, .path = KCOV_DEFAULT_PATH, .result = 3 },
			{ .call = SCRIPT_DUP, .fd = 3, .result = 500 },
			{ .call = SCRIPT_CLOSE, .fd = 3 },
			{ .call = SCRIPT_IOCTL, .fd = 500, .request = 0x80086301, .arg = 512 },
			{ .call = SCRIPT_RESERVE, .arg = 4096, .area = area },
			{ .call = SCRIPT_MAP,
			  .fd = 500,
			  .arg = 4096,
			  .area = area,
			  .result = errors[i] },
			{ .call = SCRIPT_UNMAP, .arg = 4096, .area = area },
			{ .call = SCRIPT_CLOSE, .fd = 500 },
			SCRIPT_LAST,
		};

		open_fails(&one_page, steps, errors[i]);
	}
}

static void open_without_address_space_closes_the_device(void **state)
{
	const struct script_step steps[] = {
		{ .call = SCRIPT_OPEN, .path = KCOV_DEFAULT_PATH, .result = 3 },
		{ .call = SCRIPT_DUP, .fd = 3, .result = 500 },
		{ .call = SCRIPT_CLOSE, .fd = 3 },
		{ .call = SCRIPT_IOCTL, .fd = 500, .request = 0x80086301, .arg = 512 },
		{ .call = SCRIPT_RESERVE, .arg = 4096, .result = -ENOMEM },
		{ .call = SCRIPT_CLOSE, .fd = 500 },
		SCRIPT_LAST,
	};

	(void)state;
	open_fails(&one_page, steps, -ENOMEM);
}

static void open_refuses_what_no_kernel_maps(void **state)
{
	/* The kernel's limit is INT_MAX / 8 words, 268435455; 4 of them a comparison. */
	const struct kcov_opts too_large[] = {
		{ .size = sizeof(too_large[0]), .capacity = 268435455 },
		{ .size = sizeof(too_large[0]), .capacity = SIZE_MAX },
		{ .size = sizeof(too_large[0]), .capacity = 67108864, .mode = KCOV_MODE_CMP },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(too_large) / sizeof(too_large[0]); i++)
		open_fails(&too_large[i], NULL, -EINVAL);
}

static void open_refuses_a_mode_that_it_does_not_know(void **state)
{
	const struct kcov_opts opts = { .size = sizeof(opts), .mode = (enum kcov_mode)2 };

	(void)state;
	open_fails(&opts, NULL, -EINVAL);
}

static void options_of_an_older_program_are_filled_up(void **state)
{
	/* Only size and path: what comes after is not to be read. */
	const struct kcov_opts opts = { .size = offsetof(struct kcov_opts, capacity),
					.path = "/x",
					.capacity = SIZE_MAX,
					.mode = (enum kcov_mode)9 };
	const struct script_step steps[] = {
		{ .call = SCRIPT_OPEN, .path = "/x", .result = -EACCES },
		SCRIPT_LAST,
	};

	(void)state;
	open_fails(&opts, steps, -EACCES);
}

static void options_without_a_size_are_einval(void **state)
{
	const struct kcov_opts opts = { .capacity = 1 };

	(void)state;
	open_fails(&opts, NULL, -EINVAL);
}

static void unknown_options_are_e2big_unless_zero(void **state)
{
	struct {
		struct kcov_opts known;
		uint64_t later;
	} newer = { .known = { .size = sizeof(newer) }, .later = 1 };
	const struct script_step steps[] = {
		{ .call = SCRIPT_OPEN, .path = KCOV_DEFAULT_PATH, .result = -EACCES },
		SCRIPT_LAST,
	};

	(void)state;
	open_fails(&newer.known, NULL, -E2BIG);
	newer.later = 0;
	open_fails(&newer.known, steps, -EACCES);
}

static void close_disables_what_this_thread_enabled(void **state)
{
	const struct script_step steps[] = {
		SCRIPT_ENABLED(KCOV_MODE_PC, 0),
		SCRIPT_DISABLED(0),
		SCRIPT_CLOSED(512, area),
		SCRIPT_LAST,
	};
	struct kcov *kcov = open_one_page();

	(void)state;
	script_begin(steps);
	assert_int_equal(kcov_enable(kcov, KCOV_MODE_PC), 0);
	assert_int_equal(kcov_close(kcov), 0);
	script_end();
}

static void *enable_on_this_thread(void *kcov)
{
	assert_int_equal(kcov_enable(kcov, KCOV_MODE_PC), 0);
	return NULL;
}

static void close_tells_of_another_thread_that_did_not_disable(void **state)
{
	const struct script_step steps[] = {
		SCRIPT_ENABLED(KCOV_MODE_PC, 0),
		SCRIPT_CLOSED(512, area),
		SCRIPT_LAST,
	};
	struct kcov *kcov = open_one_page();
	pthread_t thread;

	(void)state;
	script_begin(steps);
	assert_int_equal(pthread_create(&thread, NULL, enable_on_this_thread, kcov), 0);
	/* Alive or dead, it was not seen to disable the device. */
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_int_equal(kcov_close(kcov), -EBUSY);
	script_end();
}

static void prepare_exec_keeps_the_page_with_the_count(void **state)
{
	static uint64_t pages[1536];
	const struct kcov_opts opts = { .size = sizeof(opts), .capacity = 1535 };
	const struct script_step steps[] = {
		SCRIPT_OPENED(KCOV_DEFAULT_PATH, 1536, pages),
		{ .call = SCRIPT_UNMAP_TO_RESERVE,
		  .area = pages + 512,
		  .arg = 8192,
		  .result = -ENOMEM },
		{ .call = SCRIPT_UNMAP_TO_RESERVE, .area = pages + 512, .arg = 8192 },
		SCRIPT_CLOSED(1536, pages),
		SCRIPT_LAST,
	};
	struct kcov *kcov;

	(void)state;
	script_begin(steps);
	assert_int_equal(kcov_open(&opts, &kcov), 0);
	assert_int_equal(kcov_prepare_exec(kcov), -ENOMEM);
	assert_int_equal(kcov_capacity(kcov, KCOV_MODE_PC), 1535);
	assert_int_equal(kcov_prepare_exec(kcov), 0);
	assert_int_equal(kcov_capacity(kcov, KCOV_MODE_PC), 511);
	assert_int_equal(kcov_prepare_exec(kcov), 0);
	kcov_close(kcov);
	script_end();
}

static void close_of_nothing_is_no_error(void **state)
{
	(void)state;
	assert_int_equal(kcov_close(NULL), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(open_maps_a_buffer_of_whole_pages),
		cmocka_unit_test(open_rounds_to_pages_of_64k),
		cmocka_unit_test(open_counts_capacity_in_comparisons_if_asked),
		cmocka_unit_test(open_without_options_takes_the_defaults),
		cmocka_unit_test(open_keeps_a_low_descriptor_if_there_are_no_high_ones),
		cmocka_unit_test(open_passes_on_what_open_says),
		cmocka_unit_test(open_without_debugfs_is_enoent),
		cmocka_unit_test(open_on_a_kernel_without_kcov_is_enodev),
		cmocka_unit_test(failed_init_trace_closes_the_device),
		cmocka_unit_test(failed_mmap_closes_the_device),
		cmocka_unit_test(open_without_address_space_closes_the_device),
		cmocka_unit_test(open_refuses_what_no_kernel_maps),
		cmocka_unit_test(open_refuses_a_mode_that_it_does_not_know),
		cmocka_unit_test(options_of_an_older_program_are_filled_up),
		cmocka_unit_test(options_without_a_size_are_einval),
		cmocka_unit_test(unknown_options_are_e2big_unless_zero),
		cmocka_unit_test(close_disables_what_this_thread_enabled),
		cmocka_unit_test(close_tells_of_another_thread_that_did_not_disable),
		cmocka_unit_test(prepare_exec_keeps_the_page_with_the_count),
		cmocka_unit_test(close_of_nothing_is_no_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
