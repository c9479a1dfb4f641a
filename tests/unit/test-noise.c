// SPDX-License-Identifier: MIT
/*
 * What is cut off around ptrace stops. Records are letters: S is ptrace_stop(), L to N lead there,
 * D is ptrace_do_notify(), R is what ptrace_stop() calls when it goes on, C is get_signal(), W to Y
 * are task_work_run(), and all others are of nothing special.
 */
#include "kernel-fixture.h"

#include "trace/noise.h"

enum {
	MOST = 2048,
	/* Besides the address; none of them is looked at. */
	OPERANDS = 3,
};

static enum noise_function function_of_letter(void *context, uint64_t address)
{
	(void)context;
	switch (address) {
	case 'S':
		return NOISE_STOP;
	case 'L' ... 'N':
		return NOISE_LEAD;
	case 'D':
		return NOISE_NOTIFY;
	case 'R':
		return NOISE_RESUME;
	case 'C':
		return NOISE_CALLER;
	case 'W' ... 'Y':
		return NOISE_WORK;
	}
	return NOISE_OTHER;
}

/* Of so many words, the last of which is the address. */
static struct kcov_record_kind kind;
static const struct noise noise = { .kind = &kind, .function = function_of_letter };

/* How many records there are. */
static size_t write_records(const char *text, size_t words, uint64_t records[MOST * 4])
{
	const size_t n = strlen(text);

	assert_true(n <= MOST);
	kind.words = words;
	kind.address = words - 1;
	for (size_t i = 0; i < n; i++) {
		for (size_t word = 0; word < words; word++)
			records[i * words + word] = 'L' + (uint64_t)text[i] * (OPERANDS - word);
		records[(i + 1) * words - 1] = (uint64_t)text[i];
	}
	return n;
}

/* Each is the whole that it was written as. */
static const char *read_records(const uint64_t *records, size_t n, size_t words)
{
	static char text[MOST + 1];
	uint64_t again[MOST * 4];

	for (size_t i = 0; i < n; i++)
		text[i] = (char)records[(i + 1) * words - 1];
	text[n] = '\0';
	write_records(text, words, again);
	assert_memory_equal(records, again, n * words * sizeof(*records));
	return text;
}

static size_t head(const char *text)
{
	uint64_t records[MOST * 4];
	size_t n = write_records(text, 1, records), of_four;
	const size_t end = noise_head(&noise, records, n);

	n = write_records(text, OPERANDS + 1, records);
	of_four = noise_head(&noise, records, n);
	assert_int_equal(end, of_four);
	return end;
}

static void assert_tail(const char *text, const char *left)
{
	uint64_t records[MOST * 4];

	for (size_t words = 1; words <= OPERANDS + 1; words += OPERANDS) {
		size_t n = write_records(text, words, records);

		n = noise_cut_tail(&noise, records, n);
		assert_string_equal(read_records(records, n, words), left);
	}
}

/* Between two stops. */
static void assert_left(const char *text, const char *left)
{
	uint64_t records[MOST * 4];

	for (size_t words = 1; words <= OPERANDS + 1; words += OPERANDS) {
		size_t n = write_records(text, words, records);
		const size_t first = noise_head(&noise, records, n);

		n = noise_cut_tail(&noise, records + first * words, n - first);
		assert_string_equal(read_records(records + first * words, n, words), left);
	}
}

/* As many other functions, between a text and another one. */
static const char *spread(const char *before, size_t n, const char *behind)
{
	static char text[MOST + 1];

	snprintf(text, sizeof(text), "%s%*s%s", before, (int)n, "", behind);
	return text;
}

static void the_way_out_of_a_stop_is_cut(void **state)
{
	(void)state;
	assert_int_equal(head("S"), 1);
	assert_int_equal(head("SSLMown"), 4);
	assert_int_equal(head("SabSLown"), 5);
	/* Whoever is scheduled does something for the one before. */
	assert_int_equal(head("abcSLown"), 5);
	assert_int_equal(head("SLLL"), 4);
}

/* As gcc compiles Linux 6.1's. */
static void a_stop_without_a_record_of_its_own_is_told_by_what_it_calls(void **state)
{
	(void)state;
	assert_int_equal(head("RRRDown"), 4);
	assert_int_equal(head("abRRDLown"), 6);
	assert_int_equal(head("SRRDown"), 4);
	/* Nothing says that it was called from there. */
	assert_int_equal(head("RRown"), 0);
	assert_int_equal(head("RRownDabS"), 0);
	assert_int_equal(head("SownRDabS"), 1);
	assert_left("RRDownLDabDS", "own");
}

/* It asks for ids, in other functions. */
static void what_is_called_on_the_way_into_a_stop_is_cut(void **state)
{
	char left[MOST + 1];

	(void)state;
	assert_tail("ownLLDabcDS", "own");
	assert_tail("ownLDabcS", "own");
	assert_tail("ownDabcS", "own");
	assert_tail("ownDSmoreDS", "ownDSmore");
	assert_tail("ownLCaDS", "ownLCa");
	/* Farther away it is another one's. */
	strcpy(left, spread("ownL", 33, ""));
	assert_tail(spread("ownL", 33, "DS"), left);
	assert_tail(spread("ownL", 32, "DS"), "own");
}

static void the_way_into_the_next_stop_is_no_way_out(void **state)
{
	(void)state;
	assert_int_equal(head("SLownLabSS"), 2);
	assert_int_equal(head("SaLabSS"), 1);
	assert_int_equal(head("SLaCbLcS"), 2);
}

static void without_a_stop_there_is_no_way_out(void **state)
{
	(void)state;
	assert_int_equal(head(""), 0);
	assert_int_equal(head("own"), 0);
	assert_int_equal(head("ownLabS"), 0);
	assert_int_equal(head("CW"), 0);
	assert_int_equal(head(spread("", MOST, "")), 0);
}

static void the_way_out_is_not_longer_than_the_most_there_is(void **state)
{
	(void)state;
	assert_int_equal(head(spread("", NOISE_MAX - 1, "Sown")), NOISE_MAX);
	assert_int_equal(head(spread("", NOISE_MAX, "Sown")), 0);
	/* Too far behind. */
	assert_int_equal(head(spread("S", 31, "Sown")), 33);
	assert_int_equal(head(spread("S", 32, "Sown")), 1);
}

static void the_way_into_a_stop_is_cut(void **state)
{
	(void)state;
	assert_tail("ownLS", "own");
	assert_tail("ownLMNabSSS", "own");
	assert_tail("LS", "");
	/* What happens in it, before it is scheduled away. */
	assert_tail("ownLSabc", "own");
	/* Of an earlier one, which is not the last. */
	assert_tail("SLownLS", "SLown");
	assert_tail("ownLSmoreLS", "ownLSmore");
}

static void what_leads_to_no_stop_stays(void **state)
{
	(void)state;
	assert_tail("", "");
	assert_tail("own", "own");
	assert_tail("ownLMab", "ownLMab");
	assert_tail("ownWW", "ownWW");
	assert_tail("ownCab", "ownCab");
	/* Nothing says what it was stopped by. */
	assert_tail("ownSab", "ownSab");
}

static void the_way_in_is_not_longer_than_the_most_there_is(void **state)
{
	char own[MOST + 1];

	(void)state;
	assert_tail(spread("ownL", NOISE_MAX - 2, "S"), "own");
	strcpy(own, spread("ownL", NOISE_MAX - 1, "S"));
	assert_tail(own, own);
	strcpy(own, spread("ownLS", NOISE_MAX, ""));
	assert_tail(own, own);
}

/* It takes signals, whether it is traced or not. */
static void the_caller_of_a_stop_stays(void **state)
{
	(void)state;
	assert_tail("ownCabSS", "ownC");
	assert_tail("ownCabLcS", "ownCab");
	assert_tail("CS", "C");
	/* Far behind, nothing is of the stop. */
	assert_tail("ownLabCcS", "ownLabC");
}

static void work_on_the_way_into_a_stop_stays(void **state)
{
	char left[MOST + 1];

	(void)state;
	assert_tail("ownLMWaXLbS", "ownWaX");
	assert_tail("LWLS", "W");
	/* It is not known where it began. */
	assert_tail("WaXLS", "WaX");
	/* It is not known to have ended. */
	assert_tail("ownLWabLS", "ownLWab");
	/* More of it than a way in can be long. */
	strcpy(left, spread("ownW", NOISE_MAX, "X"));
	assert_tail(spread("ownLW", NOISE_MAX, "XLS"), left);
}

static void between_two_stops_a_call_is_left(void **state)
{
	char left[MOST + 1];

	(void)state;
	assert_left("abcSLLownLabSS", "own");
	assert_left("SLownLWaXLS", "ownWaX");
	assert_left("SLownLS", "own");
	assert_left("own", "own");
	/* Work is no noise, whatever the way out looks like. */
	assert_left("SLLWLS", "W");
	assert_left("SLWownWLS", "WownW");
	assert_left("SLownCabS", "ownC");
	/* So far behind the first one, a stop is no part of the way out. */
	strcpy(left, spread("own", 32, "C"));
	assert_left(spread("SLown", 32, "CabS"), left);
}

static void nothing_is_left_of_a_call_without_records_of_its_own(void **state)
{
	(void)state;
	assert_left("SLMLabSS", "");
	assert_left("aSabS", "");
	assert_left("SL", "");
	assert_left("", "");
}

/* What else is in the image, which begins with it. */
static struct kcov_symbolizer *open_with(const char *path, const char *source)
{
	make_kernel();
	fixture_write(path, source);
	link_vmlinux(strcmp(path, "in.s") == 0 ? "-g in.s" : "-g in.c");
	return open_kernel("out");
}

static void assert_function_at(const struct kcov_symbolizer *symbolizer, uint64_t address,
			       const char *symbol, enum noise_function function)
{
	struct kcov_location location;

	assert_int_equal(kcov_symbolizer_lookup(symbolizer, &address, 1, NULL, &location), 0);
	assert_string_equal(location.symbol, symbol);
	assert_int_equal(noise_function_of(&location), function);
}

static void functions_are_told_by_their_symbols(void **state)
{
	static const struct {
		const char *symbol;
		enum noise_function function;
	} symbols[] = {
		{ "ptrace_stop", NOISE_STOP },        { "ptrace_stop.part.0", NOISE_STOP },
		{ "ptrace_stopped", NOISE_OTHER },    { "ptrace_sto", NOISE_OTHER },
		{ "ptrace_do_notify", NOISE_NOTIFY }, { "recalc_sigpending_tsk", NOISE_RESUME },
		{ "ptrace_notify", NOISE_LEAD },      { "do_jobctl_trap.constprop.0", NOISE_LEAD },
		{ "get_signal", NOISE_CALLER },       { "get_signal.isra.0", NOISE_CALLER },
		{ "task_work_run", NOISE_WORK },      { "task_work_add", NOISE_OTHER },
		{ "_ptrace_notify", NOISE_OTHER },
	};
	const size_t n = sizeof(symbols) / sizeof(symbols[0]);
	struct kcov_symbolizer *symbolizer;
	char source[2048];
	int end = sprintf(source, ".text\n");

	(void)state;
	for (size_t i = 0; i < n; i++)
		end += sprintf(source + end, ".type %s, %%function\n%s: .skip 16\n.size %s, 16\n",
			       symbols[i].symbol, symbols[i].symbol, symbols[i].symbol);
	symbolizer = open_with("in.s", source);
	for (size_t i = 0; i < n; i++)
		assert_function_at(symbolizer, LINK_TEXT + 16 * i + 4, symbols[i].symbol,
				   symbols[i].function);
	kcov_symbolizer_close(symbolizer);
}

static void an_address_in_no_function_is_of_nothing_special(void **state)
{
	const struct kcov_location nowhere = { 0 };

	(void)state;
	assert_int_equal(noise_function_of(&nowhere), NOISE_OTHER);
}

/* Bits of what the addresses in a symbol are of. */
static unsigned int functions_in(const struct kcov_symbolizer *symbolizer, const char *symbol)
{
	unsigned int found = 0;

	for (uint64_t address = LINK_TEXT; address < LINK_TEXT + 0x200; address++) {
		struct kcov_location location;

		assert_int_equal(kcov_symbolizer_lookup(symbolizer, &address, 1, NULL, &location),
				 0);
		if (location.symbol && strcmp(location.symbol, symbol) == 0)
			found |= 1u << noise_function_of(&location);
	}
	return found;
}

static void what_leads_to_a_stop_may_be_inlined(void **state)
{
	static const char source[] =
		"#define STEP(n_) do { *x = (n_); __asm__ volatile(\"\"); } while (0)\n"
		"#define INLINE static inline __attribute__((always_inline))\n"
		"INLINE void ptrace_report_syscall(volatile int *x) { STEP(1); STEP(2); }\n"
		"INLINE void ptrace_stopped(volatile int *x) { STEP(3); STEP(4); }\n"
		"#define AROUND(n_) { STEP(n_); ptrace_report_syscall(x); ptrace_stopped(x); }\n"
		"void syscall_trace_enter(volatile int *x) AROUND(5)\n"
		"void get_signal(volatile int *x) AROUND(6)\n"
		"void ptrace_stop(volatile int *x) AROUND(7)\n";
	struct kcov_symbolizer *symbolizer;

	(void)state;
	symbolizer = open_with("in.c", source);
	assert_int_equal(functions_in(symbolizer, "syscall_trace_enter"),
			 1u << NOISE_OTHER | 1u << NOISE_LEAD);
	assert_int_equal(functions_in(symbolizer, "get_signal"),
			 1u << NOISE_CALLER | 1u << NOISE_LEAD);
	assert_int_equal(functions_in(symbolizer, "ptrace_stop"), 1u << NOISE_STOP);
	kcov_symbolizer_close(symbolizer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_way_out_of_a_stop_is_cut),
		cmocka_unit_test(a_stop_without_a_record_of_its_own_is_told_by_what_it_calls),
		cmocka_unit_test(what_is_called_on_the_way_into_a_stop_is_cut),
		cmocka_unit_test(the_way_into_the_next_stop_is_no_way_out),
		cmocka_unit_test(without_a_stop_there_is_no_way_out),
		cmocka_unit_test(the_way_out_is_not_longer_than_the_most_there_is),
		cmocka_unit_test(the_way_into_a_stop_is_cut),
		cmocka_unit_test(what_leads_to_no_stop_stays),
		cmocka_unit_test(the_way_in_is_not_longer_than_the_most_there_is),
		cmocka_unit_test(the_caller_of_a_stop_stays),
		cmocka_unit_test(work_on_the_way_into_a_stop_stays),
		cmocka_unit_test(between_two_stops_a_call_is_left),
		cmocka_unit_test(nothing_is_left_of_a_call_without_records_of_its_own),
		cmocka_unit_test(functions_are_told_by_their_symbols),
		cmocka_unit_test(an_address_in_no_function_is_of_nothing_special),
		cmocka_unit_test(what_leads_to_a_stop_may_be_inlined),
	};

	return cmocka_run_group_tests(tests, setup, fixture_teardown);
}
