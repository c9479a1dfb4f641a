// SPDX-License-Identifier: MIT
#include "unit.h"

#include "script.h"

#include <errno.h>
#include <kcov/kcov.h>

static uint64_t area[512];

/* A section of so many words holds SECTION entries. */
#define AREA_SIZE 65
#define SECTION 64

/* clang-format off */
/* A look at the clock; count_ is what is in the buffer when the next look is taken. */
#define NOW(ms_) { .call = SCRIPT_NOW, .value = (ms_) }

#define SLEPT(ms_, count_) \
	{ .call = SCRIPT_SLEEP, .arg = (ms_), .count = area, .counted = (count_) }

/* A look that ends nothing is followed by the time that is left, and a pause. */
#define LOOKED(ms_, pause_, count_) NOW(ms_), NOW(ms_), SLEPT(pause_, count_)
/* clang-format on */

/* Still after 20 ms, over after 50. */
static const struct kcov_wait_opts brief = {
	.size = sizeof(brief),
	.still_ms = 20,
	.timeout_ms = 50,
};

static int setup_mode(void **state, enum kcov_mode mode)
{
	static const uint64_t usb1 = 0x0100000000000001;
	static const struct kcov_opts one_page = { .size = sizeof(one_page), .capacity = 511 };
	static const struct script_step steps[] = {
		SCRIPT_OPENED(KCOV_DEFAULT_PATH, 512, area),
		SCRIPT_REMOTE_ENABLED(0),
		SCRIPT_LAST,
	};
	const struct kcov_remote_opts opts = {
		.size = sizeof(opts),
		.mode = mode,
		.area_size = AREA_SIZE,
		.handles = &usb1,
		.n_handles = 1,
	};
	static struct kcov *kcov;

	script_begin(steps);
	if (kcov_open(&one_page, &kcov) || kcov_enable_remote(kcov, &opts))
		return -1;
	script_end();
	area[0] = 0;
	*state = kcov;
	return 0;
}

static int setup(void **state)
{
	return setup_mode(state, KCOV_MODE_PC);
}

static int setup_comparisons(void **state)
{
	return setup_mode(state, KCOV_MODE_CMP);
}

static int teardown(void **state)
{
	static const struct script_step steps[] = {
		SCRIPT_DISABLED(0),
		SCRIPT_CLOSED(512, area),
		SCRIPT_LAST,
	};

	script_begin(steps);
	kcov_close(*state);
	script_end();
	return 0;
}

static void finds(const struct kcov *kcov, const struct kcov_wait_opts *opts,
		  const struct script_step *steps, size_t count, unsigned int doubts)
{
	struct kcov_remote_data data = { .count = SIZE_MAX, .doubts = 0x8000 };

	script_begin(steps);
	assert_int_equal(kcov_wait_remote(kcov, opts, &data), 0);
	script_end();
	assert_int_equal(data.count, count);
	assert_int_equal(data.doubts, doubts);
}

static void fails(const struct kcov *kcov, const struct kcov_wait_opts *opts, int err)
{
	static const struct script_step nothing[] = { SCRIPT_LAST };
	struct kcov_remote_data data = { .count = 42, .doubts = 42 };

	script_begin(nothing);
	assert_int_equal(kcov_wait_remote(kcov, opts, &data), err);
	script_end();
	assert_int_equal(data.count, 42);
	assert_int_equal(data.doubts, 42);
}

static void records_that_are_still_for_long_enough_are_no_doubt(void **state)
{
	const struct script_step steps[] = {
		NOW(1000),           LOOKED(1000, 10, 0), LOOKED(1010, 10, 7), LOOKED(1020, 10, 7),
		LOOKED(1030, 10, 7), NOW(1040),           SCRIPT_LAST,
	};

	finds(*state, &brief, steps, 7, 0);
}

static void records_that_are_there_at_once_must_be_still_too(void **state)
{
	const struct script_step steps[] = {
		NOW(0), LOOKED(0, 10, 3), LOOKED(10, 10, 3), NOW(20), SCRIPT_LAST,
	};

	area[0] = 3;
	finds(*state, &brief, steps, 3, 0);
}

static void each_new_record_begins_the_stillness_anew(void **state)
{
	const struct script_step steps[] = {
		NOW(0),  LOOKED(0, 10, 1), LOOKED(10, 10, 2), LOOKED(20, 10, 2), LOOKED(30, 10, 2),
		NOW(40), SCRIPT_LAST,
	};

	area[0] = 1;
	finds(*state, &brief, steps, 2, 0);
}

static void time_without_a_record_is_the_doubt_of_nothing(void **state)
{
	const struct script_step steps[] = {
		NOW(0),
		LOOKED(0, 10, 0),
		LOOKED(10, 10, 0),
		LOOKED(20, 10, 0),
		LOOKED(30, 10, 0),
		/* The last pause is what is left. */
		LOOKED(45, 5, 0),
		NOW(50),
		NOW(50),
		SCRIPT_LAST,
	};

	finds(*state, &brief, steps, 0, KCOV_DOUBT_NOTHING);
}

static void records_that_come_to_the_end_are_the_doubt_of_moving(void **state)
{
	const struct script_step steps[] = {
		NOW(0),
		LOOKED(0, 10, 2),
		LOOKED(10, 10, 3),
		LOOKED(20, 10, 4),
		LOOKED(30, 10, 5),
		LOOKED(40, 10, 6),
		NOW(50),
		NOW(50),
		SCRIPT_LAST,
	};

	area[0] = 1;
	finds(*state, &brief, steps, 6, KCOV_DOUBT_MOVING);
}

static void a_full_buffer_ends_the_wait_at_once(void **state)
{
	const struct script_step steps[] = {
		NOW(0), LOOKED(0, 10, 500), LOOKED(10, 10, 511), NOW(20), SCRIPT_LAST,
	};

	area[0] = 460;
	/* Of the first look nobody knows how it arrived. */
	finds(*state, &brief, steps, 511, KCOV_DOUBT_FULL | KCOV_DOUBT_SECTION);
}

static void a_count_that_was_scribbled_over_is_a_full_buffer(void **state)
{
	const struct script_step steps[] = { NOW(0), NOW(0), SCRIPT_LAST };

	area[0] = UINT64_MAX;
	finds(*state, &brief, steps, 511, KCOV_DOUBT_FULL | KCOV_DOUBT_SECTION);
}

static void as_many_at_once_as_a_section_holds_are_a_doubt(void **state)
{
	const struct script_step steps[] = {
		NOW(0),
		LOOKED(0, 10, 10 + SECTION),
		/* Others after it do not take the doubt away. */
		LOOKED(10, 10, 10 + SECTION + 1),
		LOOKED(20, 10, 10 + SECTION + 1),
		LOOKED(30, 10, 10 + SECTION + 1),
		NOW(40),
		SCRIPT_LAST,
	};

	area[0] = 10;
	finds(*state, &brief, steps, 10 + SECTION + 1, KCOV_DOUBT_SECTION);
}

static void one_less_than_a_section_holds_is_no_doubt(void **state)
{
	const struct script_step steps[] = {
		NOW(0),
		LOOKED(0, 10, 2 * SECTION - 2),
		LOOKED(10, 10, 2 * SECTION - 2),
		LOOKED(20, 10, 2 * SECTION - 2),
		NOW(30),
		SCRIPT_LAST,
	};

	area[0] = SECTION - 1;
	finds(*state, &brief, steps, 2 * SECTION - 2, 0);
}

static void comparisons_fill_a_section_sooner(void **state)
{
	const struct script_step steps[] = {
		NOW(0), LOOKED(0, 10, 16), LOOKED(10, 10, 16), NOW(20), SCRIPT_LAST,
	};

	area[0] = 15;
	finds(*state, &brief,
	      (const struct script_step[]){ NOW(0), LOOKED(0, 10, 15), LOOKED(10, 10, 15), NOW(20),
					    SCRIPT_LAST },
	      15, 0);
	area[0] = 16;
	finds(*state, &brief, steps, 16, KCOV_DOUBT_SECTION);
}

static void without_options_it_is_100_ms_of_5000(void **state)
{
	const struct kcov_wait_opts zeros = { .size = sizeof(zeros) };
	const struct script_step nothing[] = {
		NOW(0), LOOKED(0, 10, 0), LOOKED(4999, 1, 0), NOW(5000), NOW(5000), SCRIPT_LAST,
	};
	const struct script_step still[] = {
		NOW(0), LOOKED(0, 10, 1), LOOKED(99, 10, 1), NOW(100), SCRIPT_LAST,
	};

	finds(*state, NULL, nothing, 0, KCOV_DOUBT_NOTHING);
	area[0] = 1;
	finds(*state, NULL, still, 1, 0);
	finds(*state, &zeros, still, 1, 0);
}

static void a_short_stillness_is_looked_for_as_often(void **state)
{
	const struct kcov_wait_opts opts = { .size = sizeof(opts),
					     .still_ms = 3,
					     .timeout_ms = 50 };
	const struct script_step steps[] = { NOW(0), LOOKED(0, 3, 1), NOW(3), SCRIPT_LAST };

	area[0] = 1;
	finds(*state, &opts, steps, 1, 0);
}

static void wait_options_of_an_older_program_are_filled_up(void **state)
{
	struct kcov_wait_opts opts = brief;
	const struct script_step steps[] = {
		NOW(0), LOOKED(0, 10, 0), LOOKED(4999, 1, 0), NOW(5000), NOW(5000), SCRIPT_LAST,
	};

	opts.size = offsetof(struct kcov_wait_opts, timeout_ms);
	finds(*state, &opts, steps, 0, KCOV_DOUBT_NOTHING);
}

static void wait_options_without_a_size_are_einval(void **state)
{
	struct kcov_wait_opts opts = brief;

	for (opts.size = 0; opts.size < sizeof(opts.size); opts.size++)
		fails(*state, &opts, -EINVAL);
}

static void unknown_wait_options_are_e2big_unless_zero(void **state)
{
	struct {
		struct kcov_wait_opts known;
		uint64_t later;
	} newer = { .known = brief, .later = 1 };
	const struct script_step full[] = { NOW(0), NOW(0), SCRIPT_LAST };

	newer.known.size = sizeof(newer);
	fails(*state, &newer.known, -E2BIG);
	newer.later = 0;
	area[0] = 511;
	finds(*state, &newer.known, full, 511, KCOV_DOUBT_FULL | KCOV_DOUBT_SECTION);
}

#define WAIT_TEST(test_) cmocka_unit_test_setup_teardown(test_, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WAIT_TEST(records_that_are_still_for_long_enough_are_no_doubt),
		WAIT_TEST(records_that_are_there_at_once_must_be_still_too),
		WAIT_TEST(each_new_record_begins_the_stillness_anew),
		WAIT_TEST(time_without_a_record_is_the_doubt_of_nothing),
		WAIT_TEST(records_that_come_to_the_end_are_the_doubt_of_moving),
		WAIT_TEST(a_full_buffer_ends_the_wait_at_once),
		WAIT_TEST(a_count_that_was_scribbled_over_is_a_full_buffer),
		WAIT_TEST(as_many_at_once_as_a_section_holds_are_a_doubt),
		WAIT_TEST(one_less_than_a_section_holds_is_no_doubt),
		cmocka_unit_test_setup_teardown(comparisons_fill_a_section_sooner,
						setup_comparisons, teardown),
		WAIT_TEST(without_options_it_is_100_ms_of_5000),
		WAIT_TEST(a_short_stillness_is_looked_for_as_often),
		WAIT_TEST(wait_options_of_an_older_program_are_filled_up),
		WAIT_TEST(wait_options_without_a_size_are_einval),
		WAIT_TEST(unknown_wait_options_are_e2big_unless_zero),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
