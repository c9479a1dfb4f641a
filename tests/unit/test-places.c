// SPDX-License-Identifier: MIT
#include "kernel-fixture.h"

#include "alloc.h"
#include "coverage/places.h"

#include <errno.h>

enum {
	/* There have to be more slots once. */
	MANY = 20000,
};

/* What is to be done with new ones. */
struct made {
	unsigned int n;
	/* The nth is refused, after it got its text; 0: none is. */
	unsigned int refused;
};

static int make_text(void *context, struct place *place)
{
	struct made *made = context;

	assert_int_equal(place->tag, 0);
	assert_null(place->text);
	made->n++;
	place->tag = made->n;
	place->text = strdup("text");
	return made->n == made->refused || !place->text ? -ENOMEM : 0;
}

static void fini(struct places *places)
{
	places_fini(places);
	assert_int_equal(alloc_live(), 0);
}

static void a_place_is_made_once_and_stays_where_it_is(void **state)
{
	static struct place *at[MANY];
	struct made made = { 0 };
	struct places places = { .make = make_text, .context = &made };

	(void)state;
	for (uint64_t i = 0; i < MANY; i++) {
		at[i] = places_get(&places, 0xffffffff81000000 + 5 * i);
		assert_non_null(at[i]);
		assert_int_equal(at[i]->tag, i + 1);
		assert_null(at[i]->location.image);
	}
	for (uint64_t i = 0; i < MANY; i++) {
		assert_ptr_equal(places_get(&places, 0xffffffff81000000 + 5 * i), at[i]);
		assert_int_equal(at[i]->address, 0xffffffff81000000 + 5 * i);
		assert_string_equal(at[i]->text, "text");
	}
	assert_int_equal(made.n, MANY);
	assert_int_equal(places.map.n, MANY);
	fini(&places);
}

static void the_first_and_the_last_address_are_places_like_others(void **state)
{
	struct made made = { 0 };
	struct places places = { .make = make_text, .context = &made };
	const struct place *first, *last;

	(void)state;
	first = places_get(&places, 0);
	last = places_get(&places, UINT64_MAX);
	assert_non_null(first);
	assert_non_null(last);
	assert_int_equal(first->address, 0);
	assert_int_equal(last->address, UINT64_MAX);
	assert_ptr_equal(places_get(&places, 0), first);
	assert_ptr_equal(places_get(&places, UINT64_MAX), last);
	fini(&places);
}

static void what_is_looked_up_is_before_the_address(void **state)
{
	struct made made = { 0 };
	struct places places = { .make = make_text, .context = &made };
	struct kcov_symbolizer *symbolizer;
	const struct place *place;

	(void)state;
	make_kernel();
	symbolizer = open_kernel("out");
	places.symbolizer = symbolizer;
	/* Behind the last byte of in_assembler(). */
	place = places_get(&places, LINK_TEXT + 32);
	assert_non_null(place);
	assert_int_equal(place->address, LINK_TEXT + 32);
	assert_int_equal(place->location.address, LINK_TEXT + 31);
	assert_string_equal(place->location.symbol, "in_assembler");
	/* What is in no text is a place, too. */
	place = places_get(&places, 42);
	assert_non_null(place);
	assert_null(place->location.image);
	places_fini(&places);
	kcov_symbolizer_close(symbolizer);
}

static void what_could_not_be_made_is_made_when_it_comes_again(void **state)
{
	struct made made = { .refused = 2 };
	struct places places = { .make = make_text, .context = &made };
	const struct place *first, *second;

	(void)state;
	first = places_get(&places, 1);
	assert_null(places_get(&places, 2));
	assert_int_equal(places.map.n, 1);
	second = places_get(&places, 2);
	assert_non_null(second);
	assert_int_equal(second->tag, 3);
	assert_ptr_equal(places_get(&places, 1), first);
	assert_int_equal(places.map.n, 2);
	fini(&places);
}

/* Whether there was as much. If not, all but one are there, and that one can be had again. */
static bool get_without(size_t nth)
{
	struct made made = { 0 };
	struct places places = { .make = make_text, .context = &made };
	size_t missing = 0;
	bool failed;

	alloc_fail_at(nth);
	for (uint64_t i = 0; i < MANY; i++)
		missing += !places_get(&places, 16 * i);
	failed = alloc_failed();
	/* Without memory for more slots nothing is missing. */
	assert_true(missing <= failed);
	assert_int_equal(places.map.n, MANY - missing);
	for (uint64_t i = 0; i < MANY; i++)
		assert_non_null(places_get(&places, 16 * i));
	assert_int_equal(places.map.n, MANY);
	fini(&places);
	return failed;
}

static void without_memory_there_is_no_place_until_there_is_some(void **state)
{
	/* Two allocations for each, and now and then for more slots. */
	const size_t more_slots = 2 * 8192;

	(void)state;
	for (size_t nth = 1; nth < 8; nth++)
		assert_true(get_without(nth));
	for (size_t nth = more_slots; nth < more_slots + 20; nth++)
		assert_true(get_without(nth));
	assert_false(get_without(2 * MANY + 20));
}

static void of_nothing_there_is_nothing_to_free(void **state)
{
	struct places places = { .make = make_text };

	(void)state;
	fini(&places);
}

/* Of modules that came or went nothing is believed; what is made of the kernel's own stays. */
static void what_is_of_modules_is_looked_up_again(void **state)
{
	struct kcov_symbolizer *symbolizer;
	struct made made = { 0 };
	struct places places = { .make = make_text, .context = &made };
	struct place *own, *module;

	(void)state;
	make_kernel();
	symbolizer = open_kernel("out");
	places.symbolizer = symbolizer;
	own = places_get(&places, LINK_TEXT + 0x22);
	assert_string_equal(own->location.image, "vmlinux");
	module = places_get(&places, 0xffffffffc0100011 - OFFSET);
	assert_string_equal(module->location.image, "vfat");
	assert_int_equal(places_describe(&places, module), 0);
	assert_null(places_get(&places, 0xffffffffc0200011 - OFFSET)->location.image);
	assert_int_equal(made.n, 3);
	places_forget_modules(&places);
	assert_ptr_equal(places_get(&places, LINK_TEXT + 0x22), own);
	assert_int_equal(made.n, 3);
	/* Another one is in its place, and as many as before are loaded. */
	fixture_write("proc/modules", "fat2 4096 0 - Live 0xffffffffc0100000\n");
	fixture_write("proc/kallsyms", "ffffffff83000000 T _text\n"
				       "ffffffffc0100000 t start\t[fat2]\n");
	assert_true(kcov_symbolizer_refresh(symbolizer) > 0);
	assert_ptr_equal(places_get(&places, 0xffffffffc0100011 - OFFSET), module);
	assert_int_equal(made.n, 4);
	assert_false(module->is_described);
	assert_true(!module->location.image || strcmp(module->location.image, "vfat") != 0);
	assert_null(places_get(&places, 0xffffffffc0200011 - OFFSET)->location.image);
	assert_int_equal(made.n, 5);
	places_fini(&places);
	kcov_symbolizer_close(symbolizer);
	/* Of none there is nothing to forget. */
	places = (struct places){ .make = make_text, .context = &made };
	places_forget_modules(&places);
	assert_int_equal(places.map.n, 0);
}

/* What a program writes into its buffer is not kept for ever. */
static void many_that_are_in_no_image_are_forgotten(void **state)
{
	struct made made = { 0 };
	struct places places = { .make = make_text, .context = &made };

	(void)state;
	for (uint64_t i = 0; i <= 65536; i++)
		assert_non_null(places_get(&places, 64 * i));
	assert_int_equal(places.n_unknown, 65537);
	places_forget_modules(&places);
	assert_int_equal(places.map.n, 0);
	assert_int_equal(places.n_unknown, 0);
	assert_non_null(places_get(&places, 64));
	assert_int_equal(places.n_unknown, 1);
	fini(&places);
}

/* Until they are looked up with success. */
static void what_could_not_be_renewed_is_tried_again(void **state)
{
	struct made made = { .refused = 2 };
	struct places places = { .make = make_text, .context = &made };
	const struct place *place = places_get(&places, 1);

	(void)state;
	assert_non_null(place);
	places_forget_modules(&places);
	assert_null(places_get(&places, 1));
	assert_int_equal(places.err, -ENOMEM);
	assert_ptr_equal(places_get(&places, 1), place);
	assert_int_equal(place->tag, 3);
	assert_int_equal(places.n_unknown, 1);
	fini(&places);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_place_is_made_once_and_stays_where_it_is),
		cmocka_unit_test(the_first_and_the_last_address_are_places_like_others),
		cmocka_unit_test(what_is_looked_up_is_before_the_address),
		cmocka_unit_test(what_could_not_be_made_is_made_when_it_comes_again),
		cmocka_unit_test(without_memory_there_is_no_place_until_there_is_some),
		cmocka_unit_test(of_nothing_there_is_nothing_to_free),
		cmocka_unit_test(what_is_of_modules_is_looked_up_again),
		cmocka_unit_test(many_that_are_in_no_image_are_forgotten),
		cmocka_unit_test(what_could_not_be_renewed_is_tried_again),
	};

	return cmocka_run_group_tests(tests, setup, fixture_teardown);
}
