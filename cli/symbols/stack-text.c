// SPDX-License-Identifier: MIT
#include "stack-text.h"

#include <ctype.h>
#include <string.h>

static bool begins_with(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

static bool ends_with(const char *begin, const char *end, const char *suffix)
{
	const size_t n = strlen(suffix);

	return (size_t)(end - begin) >= n && memcmp(end - n, suffix, n) == 0;
}

static bool contains(const char *begin, const char *end, const char *text)
{
	return memmem(begin, (size_t)(end - begin), text, strlen(text));
}

/* What the kernel jumps to when an exception interrupts other code, which is the next frame. */
static bool is_exception_entry(const char *name)
{
	static const char *const prefixes[] = { "asm_exc_", "asm_sysvec_", "xen_asm_exc_" };
	static const char *const names[] = {
		"asm_common_interrupt", "asm_spurious_interrupt",
		"end_repeat_nmi",       "el1h_64_sync",
		"el1h_64_irq",          "el1h_64_fiq",
		"el1h_64_error",        "el1t_64_sync",
		"el1t_64_irq",          "el1t_64_fiq",
		"el1t_64_error",
	};

	for (size_t i = 0; i < sizeof(prefixes) / sizeof(*prefixes); i++)
		if (begins_with(name, prefixes[i]))
			return true;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

static const char *trim(const char *line, const char *end)
{
	while (end > line && (end[-1] == ' ' || end[-1] == '\t'))
		end--;
	return end;
}

/* Where what stands before a symbol ends, without its "[<address>]" or its segment, "0010:". */
static const char *end_of_label(const char *line, const char *symbol)
{
	const char *end = trim(line, symbol), *open;

	if (ends_with(line, end, ">]")) {
		open = memrchr(line, '[', (size_t)(end - line));
		end = open ? trim(line, open) : end;
	}
	if (end - line < 5 || end[-1] != ':')
		return end;
	for (const char *at = end - 5; at < end - 1; at++)
		if (!isxdigit((unsigned char)*at))
			return end;
	return trim(line, end - 5);
}

/* A line of registers, or of what went wrong where. */
static bool is_instruction_pointer(const char *line, const char *label_end)
{
	static const char *const labels[] = { "RIP:", "RIP", " IP:", "pc :", "PC is at" };

	for (size_t i = 0; i < sizeof(labels) / sizeof(*labels); i++)
		if (ends_with(line, label_end, labels[i]))
			return true;
	return contains(line, label_end, "WARNING: ") && contains(line, label_end, " at ");
}

/* arm64 marks what comes from registers: " (P)", among other letters. */
static bool is_marked(const struct symbol_text *symbol, const char *line_end)
{
	const char *at = symbol->end;
	bool is_pc = false;

	if (line_end - at < 4 || at[0] != ' ' || at[1] != '(')
		return false;
	for (at += 2; at < line_end && isupper((unsigned char)*at); at++)
		is_pc |= *at == 'P';
	return is_pc && at < line_end && *at == ')';
}

static bool is_function(const struct symbol_text *symbol)
{
	return !symbol->offset ||
	       (symbol->has_size && symbol->offset == symbol->size &&
		(begins_with(symbol->name, "__pfx_") || begins_with(symbol->name, "__cfi_")));
}

/*
 * Behind an entry that the unwinder vouches for, frames that it does not are of something else. It
 * vouches for no frame of the handlers of an oops, up to what was interrupted.
 */
static bool is_interrupted(struct stack_text *stack, bool is_reliable)
{
	bool is_behind = stack->is_behind_exception && stack->is_reliable == is_reliable;

	if (is_behind || is_reliable)
		stack->is_behind_exception = false;
	return is_behind;
}

enum symbol_place stack_text_place(struct stack_text *stack, const char *line, const char *line_end,
				   const struct symbol_text *symbol)
{
	const char *label_end = end_of_label(line, symbol->begin);
	const bool is_reliable = !ends_with(line, label_end, "?");
	bool is_exact;

	if (is_instruction_pointer(line, label_end)) {
		stack->is_behind_exception = false;
		return SYMBOL_EXACT;
	}
	is_exact = is_marked(symbol, line_end) || is_interrupted(stack, is_reliable);
	if (is_exception_entry(symbol->name)) {
		stack->is_behind_exception = true;
		stack->is_reliable = is_reliable;
	}
	if (is_function(symbol))
		return SYMBOL_EXACT_OR_END;
	return is_exact ? SYMBOL_EXACT : SYMBOL_RETURN;
}
