// SPDX-License-Identifier: MIT
#include "unit.h"

#include "analyse/machine-code.h"

#include <elf.h>
#include <errno.h>
#include <string.h>

#define BYTES(...) (const uint8_t[]){ __VA_ARGS__ }, sizeof((const uint8_t[]){ __VA_ARGS__ })

static const struct machine_code *machine;
static void *decoder;

static int init(void **state)
{
	(void)state;
	machine = machine_code_of(EM_X86_64);
	decoder = machine ? machine->open() : NULL;
	return decoder ? 0 : -1;
}

static int fini(void **state)
{
	(void)state;
	machine->close(decoder);
	return 0;
}

static struct instruction decode(const uint8_t *bytes, size_t n)
{
	struct instruction ret;

	assert_int_equal(machine->decode(decoder, bytes, n, 0x1000, &ret), 0);
	assert_int_equal(ret.size, n);
	return ret;
}

static void other_machines_are_not_known(void **state)
{
	(void)state;
	assert_null(machine_code_of(EM_AARCH64));
}

static void calls_and_jumps_say_where_they_go(void **state)
{
	struct instruction is;

	(void)state;
	is = decode(BYTES(0xe8, 0xfb, 0x0f, 0, 0));
	assert_int_equal(is.flow, FLOW_CALL);
	assert_int_equal(is.target, 0x2000);
	is = decode(BYTES(0xeb, 0xfe));
	assert_int_equal(is.flow, FLOW_JUMP);
	assert_int_equal(is.target, 0x1000);
	is = decode(BYTES(0x0f, 0x84, 0xfa, 0x0f, 0, 0));
	assert_int_equal(is.flow, FLOW_BRANCH);
	assert_int_equal(is.condition, IF_EQUAL);
	assert_int_equal(is.target, 0x2000);
	/* jmp *0x2000(,%rax,8) */
	is = decode(BYTES(0xff, 0x24, 0xc5, 0, 0x20, 0, 0));
	assert_int_equal(is.flow, FLOW_JUMP_INDIRECT);
	assert_int_equal(is.by.kind, OPERAND_MEMORY);
	assert_int_equal(is.by.index, 0);
	assert_int_equal(is.by.scale, 8);
	assert_int_equal(is.by.value, 0x2000);
	assert_int_equal(decode(BYTES(0xff, 0xd0)).flow, FLOW_CALL_INDIRECT);
	assert_int_equal(decode(BYTES(0xc3)).flow, FLOW_RETURN);
	assert_int_equal(decode(BYTES(0x0f, 0x0b)).flow, FLOW_TRAP);
	assert_int_equal(decode(BYTES(0xcc)).flow, FLOW_END);
}

static void operations_have_their_operands(void **state)
{
	struct instruction is;

	(void)state;
	/* mov $-22, %ebx */
	is = decode(BYTES(0xbb, 0xea, 0xff, 0xff, 0xff));
	assert_int_equal(is.op.kind, OP_MOVE);
	assert_int_equal(is.op.to.reg, 3);
	assert_int_equal(is.op.to.size, 4);
	assert_int_equal((int32_t)is.op.a.value, -22);
	/* mov 0x10(%rip), %rax */
	is = decode(BYTES(0x48, 0x8b, 0x05, 0x10, 0, 0, 0));
	assert_int_equal(is.op.a.kind, OPERAND_MEMORY);
	assert_int_equal(is.op.a.base, NO_REGISTER);
	assert_int_equal(is.op.a.value, 0x1017);
	/* mov %gs:0x20, %rax */
	is = decode(BYTES(0x65, 0x48, 0x8b, 0x04, 0x25, 0x20, 0, 0, 0));
	assert_true(is.op.a.is_local);
	/* cmp $9, %rdi */
	is = decode(BYTES(0x48, 0x83, 0xff, 0x09));
	assert_int_equal(is.op.kind, OP_COMPARE);
	assert_true(is.op.sets_flags);
	assert_int_equal(is.op.a.reg, 7);
	/* cmovs %r13d, %eax */
	is = decode(BYTES(0x41, 0x0f, 0x48, 0xc5));
	assert_int_equal(is.op.kind, OP_SELECT);
	assert_int_equal(is.op.condition, IF_NEGATIVE);
	assert_int_equal(is.op.a.reg, 13);
	assert_int_equal(is.op.b.reg, 0);
	/* sbb %eax, %eax */
	assert_int_equal(decode(BYTES(0x19, 0xc0)).op.kind, OP_BORROW);
	/* movslq %eax, %rdx */
	is = decode(BYTES(0x48, 0x63, 0xd0));
	assert_int_equal(is.op.kind, OP_SIGN_EXTEND);
	assert_int_equal(is.op.a.size, 4);
	/* mul %rcx: rax and rdx are known no more */
	is = decode(BYTES(0x48, 0xf7, 0xe1));
	assert_int_equal(is.op.kind, OP_UNKNOWN);
	assert_int_equal(is.op.written & 5, 5);
	assert_false(decode(BYTES(0x66, 0x90)).has_op);
}

static void what_the_library_does_not_know_has_a_length(void **state)
{
	struct instruction is;

	(void)state;
	/* wrpkru, serialize, endbr64, lkgs %eax */
	decode(BYTES(0x0f, 0x01, 0xef));
	decode(BYTES(0x0f, 0x01, 0xe8));
	decode(BYTES(0xf3, 0x0f, 0x1e, 0xfa));
	decode(BYTES(0xf2, 0x0f, 0x00, 0xf0));
	assert_int_equal(machine->decode(decoder, BYTES(0x06), 0x1000, &is), -EBADMSG);
	assert_int_equal(machine->decode(decoder, BYTES(0xe8, 0), 0x1000, &is), -EBADMSG);
}

static void calls_are_found_in_bytes(void **state)
{
	const uint8_t bytes[] = {
		0x90, 0xe8, 1, 0, 0, 0, 0x90, 0xe9, 0xf4, 0xff, 0xff, 0xff, 0xe8
	};
	size_t at = 0;
	uint64_t target;

	(void)state;
	assert_true(machine->find_call(bytes, sizeof(bytes), 0x1000, &at, &target));
	assert_int_equal(target, 0x1007);
	assert_true(machine->find_call(bytes, sizeof(bytes), 0x1000, &at, &target));
	assert_int_equal(target, 0x1000);
	assert_false(machine->find_call(bytes, sizeof(bytes), 0x1000, &at, &target));
}

static void assembler_keeps_registers_and_fixups_set_them(void **state)
{
	const struct call_effect any = machine->effect(NULL), put = machine->effect("__put_user_4");
	int64_t number = 0;

	(void)state;
	assert_int_equal(any.results, 1);
	assert_int_equal(any.clobbers & machine->callee_saved, 0);
	assert_int_equal(put.results, 2);
	/* EX_TYPE_EFAULT_REG of rdx; EX_TYPE_UACCESS */
	assert_int_equal(machine->fixup(17 | 2 << 8 | 0xfff2u << 16, &number), 2);
	assert_int_equal(number, -14);
	assert_int_equal(machine->fixup(3, &number), NO_REGISTER);
}

static void each_condition_has_an_opposite(void **state)
{
	(void)state;
	for (int i = IF_OTHER; i <= IF_NOT_NEGATIVE; i++) {
		const enum condition condition = (enum condition)i;

		assert_int_equal(condition_not(condition_not(condition)), condition);
		assert_true(i == IF_OTHER || condition_not(condition) != condition);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(other_machines_are_not_known),
		cmocka_unit_test(calls_and_jumps_say_where_they_go),
		cmocka_unit_test(operations_have_their_operands),
		cmocka_unit_test(what_the_library_does_not_know_has_a_length),
		cmocka_unit_test(calls_are_found_in_bytes),
		cmocka_unit_test(assembler_keeps_registers_and_fixups_set_them),
		cmocka_unit_test(each_condition_has_an_opposite),
	};

	return cmocka_run_group_tests(tests, init, fini);
}
