// SPDX-License-Identifier: MIT
/* All that is of x86-64 in reading code. */
#include "machine-code.h"

#include <capstone/capstone.h>
#include <elf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* In the order of their numbers in instructions, which fixups have, too. */
enum {
	RAX,
	RCX,
	RDX,
	RBX,
	RSP,
	RBP,
	RSI,
	RDI,
	R8,
	R9,
	R10,
	R11,
	R12,
	R13,
	R14,
	R15,
};

#define BIT(reg) (UINT32_C(1) << (reg))

enum {
	CALLEE_SAVED = BIT(RBX) | BIT(RSP) | BIT(RBP) | BIT(R12) | BIT(R13) | BIT(R14) | BIT(R15),
	CLOBBERED = BIT(RAX) | BIT(RCX) | BIT(RDX) | BIT(RSI) | BIT(RDI) | BIT(R8) | BIT(R9) |
		    BIT(R10) | BIT(R11),
};

struct decoder {
	csh handle;
	cs_insn *room;
};

/* capstone's registers, of all sizes, by number; one more than it is, 0: another. */
static const uint8_t registers[X86_REG_ENDING] = {
	[X86_REG_RAX] = RAX + 1,  [X86_REG_EAX] = RAX + 1,  [X86_REG_AX] = RAX + 1,
	[X86_REG_AL] = RAX + 1,   [X86_REG_AH] = RAX + 1,   [X86_REG_RCX] = RCX + 1,
	[X86_REG_ECX] = RCX + 1,  [X86_REG_CX] = RCX + 1,   [X86_REG_CL] = RCX + 1,
	[X86_REG_CH] = RCX + 1,   [X86_REG_RDX] = RDX + 1,  [X86_REG_EDX] = RDX + 1,
	[X86_REG_DX] = RDX + 1,   [X86_REG_DL] = RDX + 1,   [X86_REG_DH] = RDX + 1,
	[X86_REG_RBX] = RBX + 1,  [X86_REG_EBX] = RBX + 1,  [X86_REG_BX] = RBX + 1,
	[X86_REG_BL] = RBX + 1,   [X86_REG_BH] = RBX + 1,   [X86_REG_RSP] = RSP + 1,
	[X86_REG_ESP] = RSP + 1,  [X86_REG_SP] = RSP + 1,   [X86_REG_RBP] = RBP + 1,
	[X86_REG_EBP] = RBP + 1,  [X86_REG_BP] = RBP + 1,   [X86_REG_BPL] = RBP + 1,
	[X86_REG_RSI] = RSI + 1,  [X86_REG_ESI] = RSI + 1,  [X86_REG_SI] = RSI + 1,
	[X86_REG_SIL] = RSI + 1,  [X86_REG_RDI] = RDI + 1,  [X86_REG_EDI] = RDI + 1,
	[X86_REG_DI] = RDI + 1,   [X86_REG_DIL] = RDI + 1,  [X86_REG_R8] = R8 + 1,
	[X86_REG_R8D] = R8 + 1,   [X86_REG_R8W] = R8 + 1,   [X86_REG_R8B] = R8 + 1,
	[X86_REG_R9] = R9 + 1,    [X86_REG_R9D] = R9 + 1,   [X86_REG_R9W] = R9 + 1,
	[X86_REG_R9B] = R9 + 1,   [X86_REG_R10] = R10 + 1,  [X86_REG_R10D] = R10 + 1,
	[X86_REG_R10W] = R10 + 1, [X86_REG_R10B] = R10 + 1, [X86_REG_R11] = R11 + 1,
	[X86_REG_R11D] = R11 + 1, [X86_REG_R11W] = R11 + 1, [X86_REG_R11B] = R11 + 1,
	[X86_REG_R12] = R12 + 1,  [X86_REG_R12D] = R12 + 1, [X86_REG_R12W] = R12 + 1,
	[X86_REG_R12B] = R12 + 1, [X86_REG_R13] = R13 + 1,  [X86_REG_R13D] = R13 + 1,
	[X86_REG_R13W] = R13 + 1, [X86_REG_R13B] = R13 + 1, [X86_REG_R14] = R14 + 1,
	[X86_REG_R14D] = R14 + 1, [X86_REG_R14W] = R14 + 1, [X86_REG_R14B] = R14 + 1,
	[X86_REG_R15] = R15 + 1,  [X86_REG_R15D] = R15 + 1, [X86_REG_R15W] = R15 + 1,
	[X86_REG_R15B] = R15 + 1,
};

static uint8_t number_of(unsigned int reg)
{
	return reg < X86_REG_ENDING && registers[reg] ? (uint8_t)(registers[reg] - 1) : NO_REGISTER;
}

static void close_decoder(void *context)
{
	struct decoder *decoder = context;

	if (decoder->room)
		cs_free(decoder->room, 1);
	cs_close(&decoder->handle);
	free(decoder);
}

static void *open_decoder(void)
{
	struct decoder *decoder = calloc(1, sizeof(*decoder));

	if (!decoder)
		return NULL;
	if (cs_open(CS_ARCH_X86, CS_MODE_64, &decoder->handle)) {
		free(decoder);
		return NULL;
	}
	cs_option(decoder->handle, CS_OPT_DETAIL, CS_OPT_ON);
	decoder->room = cs_malloc(decoder->handle);
	if (decoder->room)
		return decoder;
	close_decoder(decoder);
	return NULL;
}

/* What is relative to the instruction becomes absolute. */
static struct operand memory_of(const cs_insn *insn, const cs_x86_op *op)
{
	const bool is_relative = op->mem.base == X86_REG_RIP;

	return (struct operand){
		.kind = OPERAND_MEMORY,
		.size = op->size,
		.reg = NO_REGISTER,
		.base = is_relative ? NO_REGISTER : number_of(op->mem.base),
		.index = number_of(op->mem.index),
		.scale = (uint8_t)op->mem.scale,
		.is_local = op->mem.segment == X86_REG_GS || op->mem.segment == X86_REG_FS,
		.value = op->mem.disp + (is_relative ? (int64_t)(insn->address + insn->size) : 0),
	};
}

static struct operand operand_of(const cs_insn *insn, int i)
{
	const cs_x86_op *op = &insn->detail->x86.operands[i];
	struct operand ret = {
		.size = op->size, .reg = NO_REGISTER, .base = NO_REGISTER, .index = NO_REGISTER
	};

	if (i >= insn->detail->x86.op_count)
		return ret;
	if (op->type == X86_OP_MEM)
		return memory_of(insn, op);
	if (op->type == X86_OP_IMM) {
		ret.kind = OPERAND_CONSTANT;
		ret.value = op->imm;
	} else if (op->type == X86_OP_REG && number_of(op->reg) != NO_REGISTER) {
		ret.kind = OPERAND_REGISTER;
		ret.reg = number_of(op->reg);
	}
	return ret;
}

static struct operand register_of(uint8_t reg, uint8_t size)
{
	return (struct operand){ .kind = OPERAND_REGISTER,
				 .size = size,
				 .reg = reg,
				 .base = NO_REGISTER,
				 .index = NO_REGISTER };
}

static enum condition condition_of(unsigned int id)
{
	switch (id) {
	case X86_INS_JE:
	case X86_INS_CMOVE:
	case X86_INS_SETE:
		return IF_EQUAL;
	case X86_INS_JNE:
	case X86_INS_CMOVNE:
	case X86_INS_SETNE:
		return IF_NOT_EQUAL;
	case X86_INS_JL:
	case X86_INS_CMOVL:
	case X86_INS_SETL:
		return IF_LESS;
	case X86_INS_JLE:
	case X86_INS_CMOVLE:
	case X86_INS_SETLE:
		return IF_LESS_EQUAL;
	case X86_INS_JG:
	case X86_INS_CMOVG:
	case X86_INS_SETG:
		return IF_GREATER;
	case X86_INS_JGE:
	case X86_INS_CMOVGE:
	case X86_INS_SETGE:
		return IF_GREATER_EQUAL;
	case X86_INS_JB:
	case X86_INS_CMOVB:
	case X86_INS_SETB:
		return IF_BELOW;
	case X86_INS_JBE:
	case X86_INS_CMOVBE:
	case X86_INS_SETBE:
		return IF_BELOW_EQUAL;
	case X86_INS_JA:
	case X86_INS_CMOVA:
	case X86_INS_SETA:
		return IF_ABOVE;
	case X86_INS_JAE:
	case X86_INS_CMOVAE:
	case X86_INS_SETAE:
		return IF_ABOVE_EQUAL;
	case X86_INS_JS:
	case X86_INS_CMOVS:
	case X86_INS_SETS:
		return IF_NEGATIVE;
	case X86_INS_JNS:
	case X86_INS_CMOVNS:
	case X86_INS_SETNS:
		return IF_NOT_NEGATIVE;
	default:
		return IF_OTHER;
	}
}

static bool begins(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* What it writes that is not known, by capstone. */
static void read_unknown(const struct decoder *decoder, const cs_insn *insn, struct op *ret)
{
	cs_regs read, written;
	uint8_t n_read, n_written;

	ret->kind = OP_UNKNOWN;
	if (insn->detail->x86.op_count && (insn->detail->x86.operands[0].access & CS_AC_WRITE) &&
	    insn->detail->x86.operands[0].type == X86_OP_MEM)
		ret->to = operand_of(insn, 0);
	if (cs_regs_access(decoder->handle, insn, read, &n_read, written, &n_written))
		return;
	for (uint8_t i = 0; i < n_written; i++) {
		if (number_of(written[i]) != NO_REGISTER)
			ret->written |= BIT(number_of(written[i]));
		else if (written[i] == X86_REG_EFLAGS)
			ret->sets_flags = true;
	}
	ret->written &= ~BIT(RSP);
}

/* "to = to OP b" */
static void read_binary(const cs_insn *insn, enum op_kind kind, struct op *ret)
{
	ret->kind = (uint8_t)kind;
	ret->sets_flags = kind != OP_INVERT;
	ret->to = operand_of(insn, 0);
	ret->a = ret->to;
	ret->b = operand_of(insn, 1);
}

static void read_move(const cs_insn *insn, enum op_kind kind, struct op *ret)
{
	ret->kind = (uint8_t)kind;
	ret->to = operand_of(insn, 0);
	ret->a = operand_of(insn, 1);
}

static void read_compare(const cs_insn *insn, enum op_kind kind, struct op *ret)
{
	ret->kind = (uint8_t)kind;
	ret->sets_flags = true;
	ret->a = operand_of(insn, 0);
	ret->b = operand_of(insn, 1);
}

static void read_by_one(const cs_insn *insn, enum op_kind kind, struct op *ret)
{
	read_binary(insn, kind, ret);
	ret->b = (struct operand){ .kind = OPERAND_CONSTANT, .size = ret->to.size, .value = 1 };
}

static void read_select(const cs_insn *insn, struct op *ret)
{
	read_move(insn, OP_SELECT, ret);
	ret->b = ret->to;
	ret->condition = (uint8_t)condition_of(insn->id);
}

static void read_set(const cs_insn *insn, struct op *ret)
{
	ret->kind = OP_SET;
	ret->to = operand_of(insn, 0);
	ret->condition = (uint8_t)condition_of(insn->id);
}

/* Of rax into itself. */
static void read_own_extension(uint8_t from, uint8_t to, struct op *ret)
{
	ret->kind = OP_SIGN_EXTEND;
	ret->to = register_of(RAX, to);
	ret->a = register_of(RAX, from);
}

static void read_leave(struct op *ret)
{
	ret->kind = OP_UNKNOWN;
	ret->written = BIT(RBP);
}

/* Whether it is one of the binary operations, by capstone's number. */
static bool find_binary(unsigned int id, enum op_kind *ret)
{
	static const struct {
		unsigned int id;
		enum op_kind kind;
	} known[] = {
		{ X86_INS_ADD, OP_ADD },         { X86_INS_SUB, OP_SUBTRACT },
		{ X86_INS_SBB, OP_BORROW },      { X86_INS_AND, OP_AND },
		{ X86_INS_OR, OP_OR },           { X86_INS_XOR, OP_XOR },
		{ X86_INS_SHL, OP_SHIFT_LEFT },  { X86_INS_SAL, OP_SHIFT_LEFT },
		{ X86_INS_SHR, OP_SHIFT_RIGHT }, { X86_INS_SAR, OP_SHIFT_SIGNED },
		{ X86_INS_NEG, OP_NEGATE },      { X86_INS_NOT, OP_INVERT },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (known[i].id != id)
			continue;
		*ret = known[i].kind;
		return true;
	}
	return false;
}

static void read_op(const struct decoder *decoder, const cs_insn *insn, struct op *ret)
{
	enum op_kind binary;

	if (find_binary(insn->id, &binary)) {
		read_binary(insn, binary, ret);
		return;
	}
	switch (insn->id) {
	case X86_INS_MOV:
	case X86_INS_MOVABS:
	case X86_INS_MOVZX:
		/* Of control registers and the like nothing is known. */
		if (operand_of(insn, 0).kind && operand_of(insn, 1).kind)
			read_move(insn, OP_MOVE, ret);
		else
			read_unknown(decoder, insn, ret);
		break;
	case X86_INS_MOVSX:
	case X86_INS_MOVSXD:
		read_move(insn, OP_SIGN_EXTEND, ret);
		break;
	case X86_INS_CDQE:
		read_own_extension(4, 8, ret);
		break;
	case X86_INS_CWDE:
		read_own_extension(2, 4, ret);
		break;
	case X86_INS_LEA:
		read_move(insn, OP_ADDRESS, ret);
		break;
	case X86_INS_INC:
		read_by_one(insn, OP_ADD, ret);
		break;
	case X86_INS_DEC:
		read_by_one(insn, OP_SUBTRACT, ret);
		break;
	case X86_INS_CMP:
		read_compare(insn, OP_COMPARE, ret);
		break;
	case X86_INS_TEST:
		read_compare(insn, OP_TEST, ret);
		break;
	case X86_INS_XCHG:
		read_move(insn, OP_SWAP, ret);
		break;
	case X86_INS_PUSH:
		ret->kind = OP_PUSH;
		ret->a = operand_of(insn, 0);
		break;
	case X86_INS_POP:
		ret->kind = OP_POP;
		ret->to = operand_of(insn, 0);
		break;
	case X86_INS_LEAVE:
		read_leave(ret);
		break;
	default:
		if (begins(insn->mnemonic, "cmov"))
			read_select(insn, ret);
		else if (begins(insn->mnemonic, "set"))
			read_set(insn, ret);
		else
			read_unknown(decoder, insn, ret);
	}
}

/* What leaves the straight line. False: it does not. */
static bool read_flow(const cs_insn *insn, struct instruction *ret)
{
	const struct operand by = operand_of(insn, 0);
	const bool is_direct = by.kind == OPERAND_CONSTANT;

	switch (insn->id) {
	case X86_INS_CALL:
		ret->flow = is_direct ? FLOW_CALL : FLOW_CALL_INDIRECT;
		break;
	case X86_INS_JMP:
		ret->flow = is_direct ? FLOW_JUMP : FLOW_JUMP_INDIRECT;
		break;
	case X86_INS_RET:
		ret->flow = FLOW_RETURN;
		break;
	case X86_INS_UD2:
		ret->flow = FLOW_TRAP;
		break;
	case X86_INS_HLT:
	case X86_INS_INT3:
	case X86_INS_IRET:
	case X86_INS_IRETD:
	case X86_INS_IRETQ:
	case X86_INS_SYSRET:
	case X86_INS_SYSEXIT:
		ret->flow = FLOW_END;
		break;
	default:
		if (insn->mnemonic[0] != 'j' && !begins(insn->mnemonic, "loop"))
			return false;
		ret->flow = FLOW_BRANCH;
		ret->condition = (uint8_t)condition_of(insn->id);
	}
	ret->by = by;
	ret->target = is_direct ? (uint64_t)by.value : 0;
	return true;
}

/* What capstone 4.0.2 does not know, and the kernel has; none of it has operands that matter. */
static uint8_t length_of(const uint8_t *bytes, size_t n)
{
	static const struct {
		uint8_t n;
		uint8_t bytes[5];
		uint8_t size;
	} known[] = {
		/* rdpkru, wrpkru, serialize, monitorx, mwaitx, endbr64, endbr32, clui, stui */
		{ 3, { 0x0f, 0x01, 0xee }, 3 },
		{ 3, { 0x0f, 0x01, 0xef }, 3 },
		{ 3, { 0x0f, 0x01, 0xe8 }, 3 },
		{ 3, { 0x0f, 0x01, 0xfa }, 3 },
		{ 3, { 0x0f, 0x01, 0xfb }, 3 },
		{ 4, { 0xf3, 0x0f, 0x1e, 0xfa }, 4 },
		{ 4, { 0xf3, 0x0f, 0x1e, 0xfb }, 4 },
		{ 4, { 0xf3, 0x0f, 0x01, 0xee }, 4 },
		{ 4, { 0xf3, 0x0f, 0x01, 0xef }, 4 },
		/* lkgs, tpause and umwait of a register; tilerelease */
		{ 3, { 0xf2, 0x0f, 0x00 }, 4 },
		{ 4, { 0xf2, 0x48, 0x0f, 0x00 }, 5 },
		{ 3, { 0x66, 0x0f, 0xae }, 4 },
		{ 3, { 0xf2, 0x0f, 0xae }, 4 },
		{ 5, { 0xc4, 0xe2, 0x78, 0x49, 0xc0 }, 5 },
		/* rdsspq, saveprevssp, setssbsy */
		{ 4, { 0xf3, 0x48, 0x0f, 0x1e }, 5 },
		{ 4, { 0xf3, 0x0f, 0x01, 0xea }, 4 },
		{ 4, { 0xf3, 0x0f, 0x01, 0xe8 }, 4 },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (known[i].size <= n && memcmp(bytes, known[i].bytes, known[i].n) == 0)
			return known[i].size;
	return 0;
}

static int decode(void *context, const uint8_t *bytes, size_t n, uint64_t address,
		  struct instruction *ret)
{
	struct decoder *decoder = context;
	const uint8_t *at = bytes;
	uint64_t end = address;

	*ret = (struct instruction){ .address = address };
	if (!cs_disasm_iter(decoder->handle, &at, &n, &end, decoder->room)) {
		ret->size = length_of(bytes, n);
		return ret->size ? 0 : -EBADMSG;
	}
	ret->size = (uint8_t)decoder->room->size;
	if (!read_flow(decoder->room, ret) && decoder->room->id != X86_INS_NOP) {
		ret->has_op = true;
		ret->op.address = address;
		read_op(decoder, decoder->room, &ret->op);
	}
	return 0;
}

static bool find_call(const uint8_t *bytes, size_t n, uint64_t address, size_t *at,
		      uint64_t *target)
{
	int32_t distance;

	for (; *at + 5 <= n; ++*at) {
		if (bytes[*at] != 0xe8 && bytes[*at] != 0xe9)
			continue;
		memcpy(&distance, bytes + *at + 1, sizeof(distance));
		*target = address + *at + 5 + (uint64_t)(int64_t)distance;
		++*at;
		return true;
	}
	return false;
}

/* Functions of assembler that keep what others do not. */
static struct call_effect effect(const char *function)
{
	static const struct {
		const char *prefix;
		struct call_effect effect;
	} known[] = {
		{ "__get_user_", { BIT(RAX) | BIT(RDX), BIT(RAX) } },
		{ "__put_user_", { BIT(RCX) | BIT(RBX), BIT(RCX) } },
		{ "__sw_hweight", { BIT(RAX), BIT(RAX) } },
		{ "__raw_callee_save_", { BIT(RAX), BIT(RAX) } },
		{ "preempt_schedule_thunk", { 0, 0 } },
		{ "preempt_schedule_notrace_thunk", { 0, 0 } },
		{ "__SCT__preempt_schedule", { 0, 0 } },
		{ "rep_movs_alternative", { BIT(RCX) | BIT(RDI) | BIT(RSI) | BIT(R8), BIT(RCX) } },
		{ "rep_stos_alternative", { BIT(RCX) | BIT(RDI), BIT(RCX) } },
		{ "__fentry__", { 0, 0 } },
	};

	for (size_t i = 0; function && i < sizeof(known) / sizeof(known[0]); i++)
		if (begins(function, known[i].prefix))
			return known[i].effect;
	return (struct call_effect){ CLOBBERED, BIT(RAX) };
}

/* EX_TYPE_IMM_REG of the kernel's <asm/extable_fixup_types.h>, and those that mean -EIO. */
static uint8_t fixup(uint32_t data, int64_t *ret)
{
	const unsigned int type = data & 0xff;
	const uint8_t reg = (uint8_t)(data >> 8 & 15);

	if (type != 17 && type != 10 && type != 11)
		return NO_REGISTER;
	*ret = type == 17 ? (int16_t)(data >> 16) : -EIO;
	return reg;
}

static const struct machine_code x86_64 = {
	.machine = EM_X86_64,
	.stack_pointer = RSP,
	.result = RAX,
	.callee_saved = CALLEE_SAVED,
	.call_pushes = 8,
	.call_size = 5,
	.call_shrinks = 3,
	.open = open_decoder,
	.close = close_decoder,
	.decode = decode,
	.find_call = find_call,
	.effect = effect,
	.fixup = fixup,
};

const struct machine_code *machine_code_of(uint16_t machine)
{
	return machine == EM_X86_64 ? &x86_64 : NULL;
}
