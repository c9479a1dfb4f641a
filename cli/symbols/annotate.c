// SPDX-License-Identifier: MIT
#include "annotate.h"

#include "../coverage/frames.h"
#include "../coverage/located.h"
#include "../coverage/unanswered.h"
#include "../text/error.h"
#include "../text/lines.h"
#include "stack-text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct annotation {
	const struct kcov_symbolizer *symbolizer;
	bool with_inlines;
	struct stack_text stack;
	struct symbol_query query;
	struct frames frames;
	size_t n;
	/* Whose DWARF cannot be read. */
	size_t n_unanswered;
	/* Why the first of those that are not known is none. */
	size_t n_unknown;
	char why[SYMBOL_WHY_SIZE];
};

static void put_place(const struct kcov_frame *frame)
{
	if (frame && frame->file)
		located_write_line(frame->file, frame->line, stdout);
	else
		fputs("??:0", stdout);
}

static void put_chain(const struct kcov_frame *frames, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		printf("%s%s at ", i ? ", inlined by " : "",
		       frames[i].function ? frames[i].function : "??");
		put_place(&frames[i]);
	}
	if (!n)
		put_place(NULL);
}

static int put_location(struct annotation *job, const struct kcov_location *location)
{
	int n;

	job->n_unanswered += location->is_unanswered;
	job->frames.n = 0;
	n = frames_add(&job->frames, location);
	if (n < 0)
		return n;
	if (job->with_inlines)
		put_chain(job->frames.at, (size_t)n);
	else
		put_place(n ? job->frames.at : NULL);
	return 0;
}

/* All that it may mean. */
static int put_places(struct annotation *job, const struct symbol_text *symbol,
		      enum symbol_place place)
{
	struct kcov_location location;
	int err = 0;

	for (size_t i = 0; !err && i < job->query.n; i++) {
		err = symbol_query_look_up(&job->query, i, job->symbolizer, symbol, place,
					   &location);
		fputs(i ? " or " : " (", stdout);
		if (!err)
			err = put_location(job, &location);
	}
	putchar(')');
	return err;
}

static int annotate_symbol(struct annotation *job, const struct symbol_text *symbol,
			   enum symbol_place place)
{
	/* The kernel names the image of all that is not its own. */
	int err = symbol_query_find(&job->query, job->symbolizer, symbol, place, false);

	job->n++;
	if (err)
		return err;
	if (job->query.n)
		return put_places(job, symbol, place);
	if (!job->n_unknown++)
		symbol_query_why(&job->query, symbol, job->symbolizer, job->why);
	return 0;
}

static int annotate_line(struct annotation *job, const char *line, const char *end)
{
	const char *at = line;
	struct symbol_text symbol;
	enum symbol_place place;
	int err = 0;

	while (!err && symbol_text_next(at, end, &symbol)) {
		fwrite(at, 1, (size_t)(symbol.end - at), stdout);
		at = symbol.end;
		if (symbol.is_user)
			continue;
		place = stack_text_place(&job->stack, line, end, &symbol);
		err = annotate_symbol(job, &symbol, place);
	}
	fwrite(at, 1, (size_t)(end - at), stdout);
	return err;
}

/* Nothing of the text is lost, whatever cannot be looked up. */
static int annotate_lines(struct annotation *job)
{
	struct lines lines = { .fd = STDIN_FILENO };
	int more, err, first_err = 0;
	const char *line;
	size_t n;

	while ((more = lines_next(&lines, &line, &n)) > 0) {
		err = annotate_line(job, line, line + n);
		first_err = first_err ? first_err : err;
		if (lines_has_newline(&lines))
			putchar('\n');
	}
	lines_fini(&lines);
	if (more < 0)
		error_tell("cannot read standard input: %s", strerror(-more));
	else if (first_err)
		error_tell("cannot look symbols up: %s", strerror(-first_err));
	return more < 0 || first_err ? EXIT_FAILED : 0;
}

static int judge(const struct annotation *job)
{
	char *what;

	if (job->n_unanswered) {
		what = unanswered_describe(job->symbolizer);
		error_tell("%zu places are in text whose DWARF cannot be read: %s",
			   job->n_unanswered, what ? what : "");
		free(what);
	}
	if (job->n_unknown)
		error_tell("%zu of %zu symbols are not known (first: %s)", job->n_unknown, job->n,
			   job->why);
	return job->n_unknown || job->n_unanswered ? EXIT_FAILED : 0;
}

int annotate_input(const struct kcov_symbolizer *symbolizer, bool with_inlines)
{
	struct annotation job = { .symbolizer = symbolizer, .with_inlines = with_inlines };
	int status = annotate_lines(&job);

	if (!status)
		status = judge(&job);
	symbol_query_fini(&job.query);
	free(job.frames.at);
	return status;
}
