// SPDX-License-Identifier: MIT
#include "unit.h"

#include "alloc.h"
#include "coverage/by-syscall.h"

#include <errno.h>
#include <string.h>

enum {
	READ = 0x100,
	WRITE = 0x200,
	EXIT_GROUP = 0x300,
	/* A task's end, and code that is none of these. */
	END = 0x400,
	OTHER = 0x500,
};

static int make_place(void *context, struct place *place)
{
	static const char *const names[] = { NULL,         "read",         "write",
					     "exit_group", BY_SYSCALL_END, NULL };
	const char *name = place->address % 0x100 ? NULL : names[place->address / 0x100];

	(void)context;
	place->text = name ? strdup(name) : NULL;
	return name && !place->text ? -ENOMEM : 0;
}

static const struct by_syscall_entry *entry_named(const struct by_syscall *by_syscall,
						  const char *name)
{
	for (size_t i = 0; i < by_syscall->n; i++)
		if (strcmp(by_syscall->at[i]->name, name) == 0)
			return by_syscall->at[i];
	return NULL;
}

static void assert_entry(const struct by_syscall *by_syscall, const char *name, uint64_t calls,
			 uint64_t records)
{
	const struct by_syscall_entry *entry = entry_named(by_syscall, name);

	assert_non_null(entry);
	assert_int_equal(entry->calls, calls);
	assert_int_equal(entry->tally.total, records);
}

static void calls_are_cut_where_they_begin(void **state)
{
	static const uint64_t first[] = { OTHER, READ, OTHER, OTHER, WRITE },
			      second[] = { OTHER, READ, OTHER };
	struct places places = { .make = make_place };
	struct by_syscall by_syscall = { 0 };
	struct by_syscall_entry *current = NULL;

	(void)state;
	assert_int_equal(by_syscall_add(&by_syscall, &places, &current, first, 5), 0);
	assert_int_equal(by_syscall_add(&by_syscall, &places, &current, second, 3), 0);
	assert_int_equal(by_syscall.n, 3);
	assert_entry(&by_syscall, "", 0, 1);
	assert_entry(&by_syscall, "read", 2, 5);
	assert_entry(&by_syscall, "write", 1, 2);
	by_syscall_sort(&by_syscall);
	assert_string_equal(by_syscall.at[0]->name, "");
	assert_string_equal(by_syscall.at[2]->name, "write");
	by_syscall_fini(&by_syscall);
	places_fini(&places);
	assert_int_equal(alloc_live(), 0);
}

/* Of no other call: neither if it is killed in one, nor where exit's entry has no point. */
static void ends_are_by_themselves(void **state)
{
	static const uint64_t killed[] = { READ, OTHER, END, OTHER, END, OTHER },
			      exits[] = { READ, EXIT_GROUP, END, OTHER, END };
	struct places places = { .make = make_place };
	struct by_syscall by_syscall = { 0 };
	struct by_syscall_entry *current = NULL;

	(void)state;
	assert_int_equal(by_syscall_add(&by_syscall, &places, &current, killed, 6), 0);
	assert_entry(&by_syscall, "read", 1, 2);
	assert_entry(&by_syscall, BY_SYSCALL_END, 1, 4);
	assert_true(entry_named(&by_syscall, BY_SYSCALL_END)->is_end);
	current = NULL;
	assert_int_equal(by_syscall_add(&by_syscall, &places, &current, exits, 5), 0);
	assert_entry(&by_syscall, "read", 2, 3);
	assert_entry(&by_syscall, BY_SYSCALL_END, 1, 4);
	assert_entry(&by_syscall, "exit_group", 1, 4);
	assert_false(entry_named(&by_syscall, "exit_group")->is_end);
	by_syscall_fini(&by_syscall);
	places_fini(&places);
	assert_int_equal(alloc_live(), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(calls_are_cut_where_they_begin),
		cmocka_unit_test(ends_are_by_themselves),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
