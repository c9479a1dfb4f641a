// SPDX-License-Identifier: MIT
#include "../text/colour.h"
#include "arguments-text.h"
#include "why-answer.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
	WIDTH = 80,
	/* Of the callers' line: what is behind that goes onto the next one. */
	INDENT = 6,
	/* Before the place in a line for a kind of failure. */
	LINE_COLUMNS = 40,
	/* Text that is left out in the middle is not worth less. */
	MIN_SOURCE = 12,
};

/* An argument as text, to be freed; NULL: no memory. */
static char *argument_text(const struct event *event, unsigned int position)
{
	char *ret = NULL;
	size_t size;
	FILE *out = open_memstream(&ret, &size);

	if (!out)
		return NULL;
	argument_write(event, position, out);
	fputs(position + 1 < arguments_count(event) ? "," : ")", out);
	if (fclose(out)) {
		free(ret);
		return NULL;
	}
	return ret;
}

/* What is behind the width goes onto a line of its own. */
static void write_call(const struct event *event, FILE *out)
{
	char room[16], text[32];
	int column, n;

	if (event->name)
		column = fprintf(out, "%s", event->name);
	else
		column = fprintf(out, "syscall_%" PRIu64, event->number);
	for (unsigned int i = 0; i < arguments_count(event); i++) {
		char *argument = argument_text(event, i);

		n = argument ? (int)strlen(argument) : 0;
		if (column + 1 + n > WIDTH)
			column = fprintf(out, "\n    ") - 1;
		column += fprintf(out, "%s%s", i ? " " : "(", argument ? argument : "");
		free(argument);
	}
	if (!arguments_count(event))
		column += fprintf(out, "()");
	n = snprintf(text, sizeof(text), "= -1 %s", why_errno_name(event->result, room));
	fprintf(out, "%s%s\n", column + 1 + n > WIDTH ? "\n    " : " ", text);
}

/* As much of a line of source as fits behind some columns. */
static void write_source(const struct kcov_frame *frame, int columns, FILE *out)
{
	char *source = why_source_line(frame);
	const int room = WIDTH - columns - 3;

	if (source && room >= MIN_SOURCE && (int)strlen(source) > room)
		fprintf(out, "   %.*s...", room - 3, source);
	else if (source && room >= MIN_SOURCE)
		fprintf(out, "   %s", source);
	else if (source)
		fprintf(out, "\n      %.*s", WIDTH - 6, source);
	free(source);
}

static void write_place(const struct place *place, FILE *out)
{
	const struct kcov_frame *frame = place->n_frames ? place->frames : NULL;
	int columns = 2;

	if (!frame || !frame->file) {
		fprintf(out, "  %s+0x%" PRIx64,
			place->location.symbol ? place->location.symbol : "??",
			place->location.symbol_offset);
		return;
	}
	columns += fprintf(out, "  %s%s:%u%s", colour_begin(COLOUR_BAD), frame->file, frame->line,
			   colour_end(COLOUR_BAD)) -
		   2 - (int)strlen(colour_begin(COLOUR_BAD)) - (int)strlen(colour_end(COLOUR_BAD));
	columns += fprintf(out, "  %s()", frame->function ? frame->function : "??");
	write_source(frame, columns, out);
}

/* What a line is for, where that is not to be seen. */
static const char *word_of(const struct finding *finding, size_t i)
{
	switch (finding->candidates[i].role) {
	case ROLE_CONVERSION:
		return "  replaced by its caller:\n";
	case ROLE_CAUSE:
		return i ? "  because of:\n" : "";
	case ROLE_CHECK:
		return i ? "  or, before that:\n" : "";
	default:
		return "";
	}
}

/* What is shown of a finding: not all that only could have been it. */
static bool is_shown(const struct finding *finding, size_t i)
{
	const enum finding_role role = finding->candidates[i].role;
	const bool has_cause = finding->candidates[0].role == ROLE_CAUSE;

	switch (role) {
	case ROLE_CALLER:
		return false;
	case ROLE_CHECK:
		return i == 0 || (!has_cause && !finding->is_sure && i <= 3);
	default:
		return true;
	}
}

/* Of instructions: whether they are of one line. */
static bool is_same_line(const struct place *a, const struct place *b)
{
	return a == b || (a->n_frames && b->n_frames && a->frames->line == b->frames->line &&
			  a->frames->file && b->frames->file &&
			  strcmp(a->frames->file, b->frames->file) == 0);
}

static int write_candidates(const struct why_answer *answer, struct places *places, FILE *out)
{
	const struct finding *finding = &answer->finding;
	const struct place *shown[FINDING_MAX];
	const char *word, *before = "";
	size_t n = 0, k;
	int err = 0;

	for (size_t i = 0; i < finding->n_candidates && !err; i++) {
		if (!is_shown(finding, i))
			continue;
		err = why_frames(places, finding->candidates[i].address, &shown[n]);
		for (k = 0; !err && k < n && !is_same_line(shown[k], shown[n]); k++)
			;
		if (err || k < n)
			continue;
		word = word_of(finding, i);
		fputs(strcmp(word, before) == 0 ? "" : word, out);
		before = word;
		write_place(shown[n++], out);
		fputc('\n', out);
	}
	return err;
}

/* "do_open (:3834) < path_openat", in lines of the width. */
struct callers {
	FILE *out;
	int column;
	size_t n;
};

/* What SYSCALL_DEFINE() makes around a call says nothing. */
static bool is_wrapper(const char *function)
{
	return function && (kcov_syscall_of(function) || strncmp(function, "__se_sys_", 9) == 0 ||
			    strncmp(function, "__do_sys_", 9) == 0);
}

static void write_caller(struct callers *callers, const struct kcov_frame *frame)
{
	char text[160];
	const int size = snprintf(text, sizeof(text), "%s%s (:%u)", callers->n ? " < " : "",
				  frame->function ? frame->function : "??", frame->line);

	if (is_wrapper(frame->function))
		return;
	if (callers->n && callers->column + size > WIDTH) {
		fprintf(callers->out, "\n%*s", INDENT - 1, "");
		callers->column = INDENT - 1;
	}
	if (!callers->n) {
		fputs("  up: ", callers->out);
		callers->column = INDENT;
	}
	fputs(text, callers->out);
	callers->column += size;
	callers->n++;
}

/* The functions that the deciding one is inlined into come first. */
static int write_callers(const struct why_answer *answer, struct places *places, FILE *out)
{
	const struct finding *finding = &answer->finding;
	struct callers callers = { .out = out };
	const struct place *place;
	int err = answer->decider ? why_frames(places, answer->decider, &place) : 0;

	for (size_t i = 1; !err && answer->decider && i < place->n_frames; i++)
		write_caller(&callers, &place->frames[i]);
	for (size_t i = 0; i < finding->callers.n && !err; i++) {
		err = why_frames(places, finding->callers.at[i], &place);
		for (size_t k = 0; !err && k < place->n_frames; k++)
			write_caller(&callers, &place->frames[k]);
	}
	if (callers.n)
		fputc('\n', out);
	return err;
}

static const char *symbol_of(struct places *places, uint64_t address)
{
	const struct place *place;

	if (!address || why_frames(places, address, &place) || !place->location.symbol)
		return "a function";
	return place->location.symbol;
}

static void write_verdict(const struct why_answer *answer, struct places *places, FILE *out)
{
	const struct finding *finding = &answer->finding;

	if (finding->verdict == VERDICT_UNKNOWN && finding->is_elsewhere)
		fputs("  not found: it was decided in code that is not read, as that of modules\n",
		      out);
	else if (finding->verdict == VERDICT_UNKNOWN)
		fputs("  not found: what it returned is in no code that was followed\n", out);
	if (finding->verdict == VERDICT_UNINSTRUMENTED)
		fprintf(out, "  decided in %s(), which has no coverage points\n",
			symbol_of(places, finding->callee));
	if (finding->verdict == VERDICT_PROCESSOR)
		fputs("  decided by the processor: an address of the program could not be used\n",
		      out);
	if (finding->verdict == VERDICT_MEMORY)
		fputs("  the error was read from memory: something stored it before the call\n",
		      out);
}

static const char *describe_doubt(unsigned int doubt)
{
	switch (doubt) {
	case DOUBT_GAP:
		return "the trace has a gap";
	case DOUBT_WEAK:
		return "it may be a guess";
	case DOUBT_SEVERAL:
		return "others could have led elsewhere, too";
	case DOUBT_INCOMPLETE:
		return "the end of the call is missing: try a larger -c";
	default:
		return "a caller replaced the error";
	}
}

static void write_doubts(const struct finding *finding, FILE *out)
{
	const char *before = "  not sure: ";

	if (finding->is_sure) {
		fputs("  sure: the only check on the path that could still have led elsewhere\n",
		      out);
		return;
	}
	for (unsigned int doubt = 1; finding_doubt_name(doubt); doubt <<= 1) {
		if (!(finding->doubts & doubt))
			continue;
		fprintf(out, "%s%s", before, describe_doubt(doubt));
		before = "; ";
	}
	if (before[0] == ';')
		fputc('\n', out);
}

int why_write_text(const struct why_answer *answer, struct places *places, FILE *out)
{
	int err;

	write_call(&answer->event, out);
	if (answer->cause) {
		fprintf(out, "  %s\n", answer->cause);
		return 0;
	}
	err = write_candidates(answer, places, out);
	write_verdict(answer, places, out);
	if (!err)
		err = write_callers(answer, places, out);
	write_doubts(&answer->finding, out);
	return err;
}

/* "  3  openat  ENOENT  fs/namei.c:3405  may_open()", the function where there is room. */
int why_write_line(const struct why_answer *answer, struct places *places, FILE *out)
{
	const struct place *place = NULL;
	int column, err = answer->decider ? why_frames(places, answer->decider, &place) : 0;
	const struct kcov_frame *frame = place && place->n_frames ? place->frames : NULL;
	const char *function = frame && frame->function ? frame->function : "";
	char room[16], line[512];
	bool is_long;

	if (frame && frame->file)
		snprintf(line, sizeof(line), "%s:%u", frame->file, frame->line);
	else
		snprintf(line, sizeof(line), "%s",
			 answer->cause ? "cannot be followed" : "not found");
	/* Columns go before the width does. */
	is_long = LINE_COLUMNS + strlen(line) > WIDTH;
	column = fprintf(out, "%6" PRIu64 "  %-*s %-*s %s", answer->count, is_long ? 0 : 16,
			 answer->event.name ? answer->event.name : "??", is_long ? 0 : 14,
			 why_errno_name(answer->event.result, room), line);
	if (*function && column + 4 + (int)strlen(function) <= WIDTH)
		fprintf(out, "  %s()", function);
	fputc('\n', out);
	return err;
}
