// SPDX-License-Identifier: MIT
#include "unit.h"

#include "alloc.h"
#include "base/map.h"

#include <errno.h>
#include <stdlib.h>

enum {
	MANY = 3000,
};

static char values[MANY];

static void fini(struct map *map)
{
	map_fini(map);
	assert_int_equal(map->n, 0);
	assert_null(map_get(map, 1));
	assert_int_equal(alloc_live(), 0);
}

/* As addresses are, and ids. */
static uint64_t key_of(size_t i)
{
	return i % 2 ? 0xffffffff81000000 + 5 * i : i;
}

static void assert_all(const struct map *map, size_t first, size_t step)
{
	for (size_t i = 0; i < MANY; i++)
		assert_ptr_equal(map_get(map, key_of(i)),
				 i >= first && (i - first) % step == 0 ? &values[i] : NULL);
}

static void a_value_is_found_by_its_key(void **state)
{
	struct map map = { 0 };

	(void)state;
	assert_null(map_get(&map, 0));
	for (size_t i = 0; i < MANY; i++)
		assert_int_equal(map_put(&map, key_of(i), &values[i]), 0);
	assert_int_equal(map.n, MANY);
	assert_all(&map, 0, 1);
	assert_null(map_get(&map, UINT64_MAX));
	/* Another one in its place. */
	assert_int_equal(map_put(&map, key_of(7), &values[8]), 0);
	assert_int_equal(map.n, MANY);
	assert_ptr_equal(map_get(&map, key_of(7)), &values[8]);
	fini(&map);
}

/* Whatever was put behind them. */
static void what_was_removed_hides_no_other(void **state)
{
	struct map map = { 0 };

	(void)state;
	assert_null(map_remove(&map, 1));
	for (size_t step = 2; step < 5; step++) {
		for (size_t i = 0; i < MANY; i++)
			assert_int_equal(map_put(&map, key_of(i), &values[i]), 0);
		for (size_t i = 0; i < MANY; i++)
			if ((i + step - 1) % step)
				assert_ptr_equal(map_remove(&map, key_of(i)), &values[i]);
		assert_all(&map, 1, step);
		assert_null(map_remove(&map, key_of(0)));
	}
	fini(&map);
}

/* All of whose keys begin their search at the last slot, or before it. */
static void a_search_goes_on_at_the_first_slot(void **state)
{
	struct map map = { 0 };
	uint64_t keys[8] = { 0 };
	size_t n = 0;

	(void)state;
	assert_int_equal(map_put(&map, 0, &values[0]), 0);
	for (uint64_t key = 1; n < 8; key++)
		if (map_slot_of(&map, key) >= map.slots + map.n_slots - 2)
			keys[n++] = key;
	for (size_t i = 0; i < 8; i++)
		assert_int_equal(map_put(&map, keys[i], &values[i]), 0);
	for (size_t i = 0; i < 8; i += 2)
		assert_ptr_equal(map_remove(&map, keys[i]), &values[i]);
	for (size_t i = 0; i < 8; i++)
		assert_ptr_equal(map_get(&map, keys[i]), i % 2 ? &values[i] : NULL);
	assert_ptr_equal(map_get(&map, 0), &values[0]);
	fini(&map);
}

static void each_is_visited_once(void **state)
{
	struct map map = { 0 };
	char visited[MANY] = { 0 };
	const char *value;
	size_t at = 0;

	(void)state;
	assert_null(map_next(&map, &at));
	for (size_t i = 0; i < MANY; i += 3)
		assert_int_equal(map_put(&map, key_of(i), &values[i]), 0);
	for (at = 0; (value = map_next(&map, &at));)
		visited[value - values]++;
	for (size_t i = 0; i < MANY; i++)
		assert_int_equal(visited[i], i % 3 == 0);
	fini(&map);
}

/* Up to the last free slot, which ends a search for what is not there. */
static void without_memory_it_fills_up(void **state)
{
	struct map map = { 0 };
	size_t n = 0;

	(void)state;
	alloc_fail_at(1);
	assert_int_equal(map_put(&map, 0, &values[0]), -ENOMEM);
	assert_true(alloc_failed());
	assert_int_equal(map_put(&map, key_of(n), &values[n]), 0);
	for (n = 1; n + 1 < map.n_slots; n++) {
		if (2 * map.n >= map.n_slots)
			alloc_fail_at(1);
		assert_int_equal(map_put(&map, key_of(n), &values[n]), 0);
	}
	alloc_fail_at(1);
	assert_int_equal(map_put(&map, key_of(n), &values[n]), -ENOMEM);
	assert_null(map_get(&map, key_of(n)));
	for (size_t i = 0; i < n; i++)
		assert_ptr_equal(map_get(&map, key_of(i)), &values[i]);
	fini(&map);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_value_is_found_by_its_key),
		cmocka_unit_test(what_was_removed_hides_no_other),
		cmocka_unit_test(a_search_goes_on_at_the_first_slot),
		cmocka_unit_test(each_is_visited_once),
		cmocka_unit_test(without_memory_it_fills_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
