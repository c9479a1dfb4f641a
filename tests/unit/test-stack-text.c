// SPDX-License-Identifier: MIT
#include "unit.h"

#include "symbols/stack-text.h"

#include <string.h>

struct line {
	const char *text;
	enum symbol_place place;
};

/* Each line has one symbol. */
static void assert_places(const struct line *lines)
{
	struct stack_text stack = { 0 };
	struct symbol_text symbol;

	for (; lines->text; lines++) {
		const char *end = lines->text + strlen(lines->text);
		enum symbol_place place;

		assert_true(symbol_text_next(lines->text, end, &symbol));
		place = stack_text_place(&stack, lines->text, end, &symbol);
		if (place != lines->place)
			fail_msg("%s: %d, not %d", lines->text, place, lines->place);
	}
}

#define assert_stack(...) assert_places((const struct line[]){ __VA_ARGS__, { 0 } })

static void registers_are_exact_and_frames_are_return_addresses(void **state)
{
	(void)state;
	assert_stack({ "RIP: 0010:vfs_read+0x1a/0x90", SYMBOL_EXACT },
		     { "<4>[ 1.2] RIP: 0010:vfs_read+0x1a/0x90 [ext4]", SYMBOL_EXACT },
		     { "RIP: 0010:[<ffffffff81234567>]  vfs_read+0x1a/0x90", SYMBOL_EXACT },
		     { "RIP  [<ffffffff81234567>] vfs_read+0x1a/0x90", SYMBOL_EXACT },
		     { "kernel: pc : vfs_read+0x1a/0x90", SYMBOL_EXACT },
		     { "lr : vfs_read+0x1a/0x90", SYMBOL_RETURN },
		     { " ksys_read+0x75/0x90", SYMBOL_RETURN },
		     { " ? ksys_read+0x75/0x90", SYMBOL_RETURN },
		     { "[<0>] ksys_read+0x75/0x90", SYMBOL_RETURN },
		     { "TRIP: 00z0:vfs_read+0x1a/0x90", SYMBOL_RETURN });
}

static void a_warning_is_where_it_says(void **state)
{
	(void)state;
	assert_stack({ "WARNING: CPU: 0 PID: 1 at fs/a.c:7 vfs_read+0x1a/0x90", SYMBOL_EXACT },
		     { "BUG: KASAN: use-after-free in vfs_read+0x1a/0x90", SYMBOL_RETURN });
}

static void what_an_exception_interrupted_is_exact(void **state)
{
	(void)state;
	/* As stack_trace_print() has it, and arm64. */
	assert_stack({ " asm_exc_page_fault+0x26/0x30", SYMBOL_RETURN },
		     { " vfs_read+0x1a/0x90", SYMBOL_EXACT },
		     { " ksys_read+0x75/0x90", SYMBOL_RETURN });
	assert_stack({ " el1h_64_sync_handler+0x38/0x90", SYMBOL_RETURN },
		     { " el1h_64_sync+0x6c/0x70", SYMBOL_RETURN },
		     { " vfs_read+0x1a/0x90", SYMBOL_EXACT });
	assert_stack({ " end_repeat_nmi+0xf/0x53", SYMBOL_RETURN },
		     { " vfs_read+0x1a/0x90", SYMBOL_EXACT });
	/* As an oops has it: up to there nothing is vouched for. */
	assert_stack({ " ? exc_invalid_op+0x17/0x70", SYMBOL_RETURN },
		     { " ? asm_exc_invalid_op+0x1a/0x20", SYMBOL_RETURN },
		     { " ? vfs_read+0x1a/0x90", SYMBOL_EXACT },
		     { " ksys_read+0x75/0x90", SYMBOL_RETURN });
}

static void what_lies_about_on_the_stack_is_not_what_was_interrupted(void **state)
{
	(void)state;
	assert_stack({ " asm_sysvec_apic_timer_interrupt+0x1a/0x20", SYMBOL_RETURN },
		     { " ? stale+0x5/0x90", SYMBOL_RETURN },
		     { " [<ffffffff8123>] ? stale+0x5/0x90", SYMBOL_RETURN },
		     { " vfs_read+0x1a/0x90", SYMBOL_EXACT });
	assert_stack({ " ? asm_exc_page_fault+0x26/0x30", SYMBOL_RETURN },
		     { " ksys_read+0x75/0x90", SYMBOL_RETURN },
		     { " ? vfs_read+0x1a/0x90", SYMBOL_RETURN });
	/* The registers that are printed between are what was interrupted. */
	assert_stack({ " asm_sysvec_apic_timer_interrupt+0x1a/0x20", SYMBOL_RETURN },
		     { "RIP: 0010:vfs_read+0x1a/0x90", SYMBOL_EXACT },
		     { " ksys_read+0x75/0x90", SYMBOL_RETURN });
}

static void arm64_marks_what_comes_from_registers(void **state)
{
	(void)state;
	assert_stack({ " vfs_read+0x1a/0x90 (P)", SYMBOL_EXACT },
		     { " vfs_read+0x1a/0x90 [ext4] (FP)", SYMBOL_EXACT },
		     { " vfs_read+0x1a/0x90 (C)", SYMBOL_RETURN },
		     { " vfs_read+0x1a/0x90 (P", SYMBOL_RETURN },
		     { " vfs_read+0x1a/0x90 (Px)", SYMBOL_RETURN });
}

static void pointers_to_functions_are_exact(void **state)
{
	(void)state;
	assert_stack({ "initcall ext4_init+0x0/0x90 returned 0", SYMBOL_EXACT_OR_END },
		     { " ? __pfx_kthread+0x10/0x10", SYMBOL_EXACT_OR_END },
		     { " ? __cfi_kthread+0x10/0x10", SYMBOL_EXACT_OR_END },
		     { " ? __pfx_kthread+0x8/0x10", SYMBOL_RETURN },
		     { " do_exit+0x90/0x90", SYMBOL_RETURN });
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(registers_are_exact_and_frames_are_return_addresses),
		cmocka_unit_test(a_warning_is_where_it_says),
		cmocka_unit_test(what_an_exception_interrupted_is_exact),
		cmocka_unit_test(what_lies_about_on_the_stack_is_not_what_was_interrupted),
		cmocka_unit_test(arm64_marks_what_comes_from_registers),
		cmocka_unit_test(pointers_to_functions_are_exact),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
