/* SPDX-License-Identifier: MIT */
/* Functions of machine code that are read where they lie in the test, as those of a kernel are. */
#ifndef KCOV_TESTS_CODE_FIXTURE_H
#define KCOV_TESTS_CODE_FIXTURE_H

#include "analyse/callees.h"
#include "analyse/code-blocks.h"
#include "analyse/code-image.h"

#include <elf.h>
#include <string.h>

/* fx_*_pc* are what a point records, fx_*_at instructions, and fx_*_after what calls return to. */
asm(".pushsection .text.fixture,\"ax\",@progbits\n"
    "fx_begin:\n"
    "fx_point: ret\n"
    "fx_compare: ret\n"
    "fx_plain: movl $-5, %eax\n ret\n"
    "fx_seen: call fx_point\nfx_seen_pc: ret\n"
    "fx_calls: call fx_seen\nfx_calls_after: ret\n"
    /* As the linker has it, over any distance. */
    "fx_empty: .byte 0xe9\n .long fx_point - . - 4\n"
    /* if (rdi == 9) return -22; return 0; */
    "fx_check: call fx_point\nfx_check_pc1: movl $9, %esi\n call fx_compare\n"
    " cmpq $9, %rdi\nfx_check_at: je 1f\n"
    " call fx_point\nfx_check_pc2: xorl %eax, %eax\n ret\n"
    "1: call fx_point\nfx_check_pc3:\nfx_check_value_at: movl $-22, %eax\n ret\n"
    "fx_entry: subq $8, %rsp\n call fx_point\nfx_entry_pc1:\nfx_entry_call_at: call fx_check\n"
    "fx_entry_after: call fx_plain\n movl %eax, %edx\n call fx_point\nfx_entry_pc2:\n"
    " addq $8, %rsp\n ret\n"
    "fx_tail: call fx_point\nfx_tail_pc: jmp fx_check\n"
    "fx_indirect: subq $8, %rsp\n call fx_point\nfx_indirect_pc1: call *%rax\n"
    "fx_indirect_after: call fx_point\nfx_indirect_pc2: addq $8, %rsp\n ret\n"
    "fx_opaque: subq $8, %rsp\n call fx_point\nfx_opaque_pc1: call fx_calls\n"
    "fx_opaque_after: call fx_point\nfx_opaque_pc2: addq $8, %rsp\n ret\n"
    /* ebx = edi ? -1 : -61, and no point between */
    "fx_either: pushq %rbx\n call fx_point\nfx_either_pc1: movl $-61, %ebx\n testl %edi, %edi\n"
    "fx_either_at: je 1f\n movl $-1, %ebx\n1: call fx_point\nfx_either_pc2: movl %ebx, %eax\n"
    " popq %rbx\n ret\n"
    /* No branch at all. */
    "fx_chosen: call fx_point\nfx_chosen_pc: xorl %eax, %eax\nfx_chosen_compare_at: cmpl $2, %edi\n"
    " setg %al\n negl %eax\n andl $-33, %eax\n ret\n"
    /* By way of memory, which the caller has. */
    "fx_stores: pushq %rbx\n movq %rsi, %rbx\nfx_stores_point_at: call fx_point\n"
    "fx_stores_pc: movl $-3, 4(%rbx)\n popq %rbx\n ret\n"
    "fx_loads: subq $24, %rsp\n call fx_point\nfx_loads_pc1: leaq 8(%rsp), %rsi\n call fx_stores\n"
    "fx_loads_after: call fx_point\nfx_loads_pc2: movslq 12(%rsp), %rax\n addq $24, %rsp\n ret\n"
    "fx_switch: call fx_point\nfx_switch_pc: jmp *fx_table(,%rdi,8)\n"
    "1: call fx_point\nfx_switch_pc1: movl $1, %eax\n ret\n"
    "2: call fx_point\nfx_switch_pc2: movl $-95, %eax\n ret\n"
    "fx_switch_end: ud2\n"
    "fx_end:\n"
    ".set fx_table, 0x1000\n"
    ".popsection\n");

#define FX_LABEL(name) extern const char name[] __attribute__((visibility("hidden")))

FX_LABEL(fx_begin);
FX_LABEL(fx_point);
FX_LABEL(fx_compare);
FX_LABEL(fx_plain);
FX_LABEL(fx_seen);
FX_LABEL(fx_seen_pc);
FX_LABEL(fx_calls);
FX_LABEL(fx_calls_after);
FX_LABEL(fx_empty);
FX_LABEL(fx_check);
FX_LABEL(fx_check_pc1);
FX_LABEL(fx_check_at);
FX_LABEL(fx_check_pc2);
FX_LABEL(fx_check_pc3);
FX_LABEL(fx_check_value_at);
FX_LABEL(fx_entry);
FX_LABEL(fx_entry_pc1);
FX_LABEL(fx_entry_call_at);
FX_LABEL(fx_entry_after);
FX_LABEL(fx_entry_pc2);
FX_LABEL(fx_tail);
FX_LABEL(fx_tail_pc);
FX_LABEL(fx_indirect);
FX_LABEL(fx_indirect_pc1);
FX_LABEL(fx_indirect_after);
FX_LABEL(fx_indirect_pc2);
FX_LABEL(fx_opaque);
FX_LABEL(fx_opaque_pc1);
FX_LABEL(fx_opaque_after);
FX_LABEL(fx_opaque_pc2);
FX_LABEL(fx_either);
FX_LABEL(fx_either_pc1);
FX_LABEL(fx_either_at);
FX_LABEL(fx_either_pc2);
FX_LABEL(fx_chosen);
FX_LABEL(fx_chosen_pc);
FX_LABEL(fx_chosen_compare_at);
FX_LABEL(fx_stores);
FX_LABEL(fx_stores_point_at);
FX_LABEL(fx_stores_pc);
FX_LABEL(fx_loads);
FX_LABEL(fx_loads_pc1);
FX_LABEL(fx_loads_pc2);
FX_LABEL(fx_switch);
FX_LABEL(fx_switch_pc);
FX_LABEL(fx_switch_pc1);
FX_LABEL(fx_switch_pc2);
FX_LABEL(fx_switch_end);
FX_LABEL(fx_end);

#define AT(name) ((uint64_t)(uintptr_t)(name))

/* The table of fx_switch lies at 0x1000, whatever is there in this process. */
static uint64_t fx_targets[4];

static struct code_section fx_sections[2];

static struct code_function fx_functions[16];

/* In the order of the code; they are cut where the next one begins. */
static inline void fx_image_init(struct code_image *image)
{
	static const struct {
		const char *name;
		const char *begin;
		unsigned int roles;
	} known[] = {
		{ "__sanitizer_cov_trace_pc", fx_point, CODE_POINT },
		{ "__sanitizer_cov_trace_cmp4", fx_compare, CODE_COMPARISON },
		{ "fx_plain", fx_plain, 0 },
		{ "fx_seen", fx_seen, 0 },
		{ "fx_calls", fx_calls, 0 },
		{ "fx_empty", fx_empty, 0 },
		{ "fx_check", fx_check, 0 },
		{ "__x64_sys_read", fx_entry, CODE_SYSCALL },
		{ "__x64_sys_write", fx_tail, CODE_SYSCALL },
		{ "__x64_sys_open", fx_indirect, CODE_SYSCALL },
		{ "__x64_sys_close", fx_opaque, CODE_SYSCALL },
		{ "__x64_sys_stat", fx_either, CODE_SYSCALL },
		{ "__x64_sys_newfstat", fx_chosen, CODE_SYSCALL },
		{ "fx_stores", fx_stores, 0 },
		{ "__x64_sys_lstat", fx_loads, CODE_SYSCALL },
		{ "__x64_sys_poll", fx_switch, CODE_SYSCALL },
	};
	const size_t n = sizeof(known) / sizeof(known[0]);

	for (size_t i = 0; i < n; i++)
		fx_functions[i] = (struct code_function){
			.begin = AT(known[i].begin),
			.end = i + 1 < n ? AT(known[i + 1].begin) : AT(fx_end),
			.name = known[i].name,
			.roles = known[i].roles,
		};
	fx_targets[0] = AT(fx_switch_pc1) - 5;
	fx_targets[1] = AT(fx_switch_pc2) - 5;
	fx_targets[2] = AT(fx_switch_pc2) - 5;
	/* Of another function. */
	fx_targets[3] = AT(fx_check);
	fx_sections[0] =
		(struct code_section){ AT(fx_begin), AT(fx_end), (const uint8_t *)fx_begin, true };
	fx_sections[1] = (struct code_section){ 0x1000, 0x1000 + sizeof(fx_targets),
						(const uint8_t *)fx_targets, false };
	*image = (struct code_image){ .machine = EM_X86_64,
				      .sections = { fx_sections, 2, 2 },
				      .functions = { fx_functions, n, n },
				      .fd = -1 };
}

struct fx {
	struct code_image image;
	struct code_blocks blocks;
};

static inline int fx_init(void **state)
{
	static struct fx fx;

	fx_image_init(&fx.image);
	*state = &fx;
	return code_blocks_init(&fx.blocks, &fx.image);
}

static inline int fx_fini(void **state)
{
	struct fx *fx = *state;

	callees_free(&fx->image);
	code_blocks_fini(&fx->blocks);
	return 0;
}

/* PCs of labels, and how many. */
#define PCS(...)                                                                                   \
	(const uint64_t[]){ __VA_ARGS__ },                                                         \
		sizeof((const uint64_t[]){ __VA_ARGS__ }) / sizeof(uint64_t)

#endif
