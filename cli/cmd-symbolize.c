// SPDX-License-Identifier: MIT
#include "cmd.h"
#include "coverage/frames.h"
#include "coverage/pc-kinds.h"
#include "coverage/unanswered.h"
#include "render/location.h"
#include "run/images.h"
#include "symbols/annotate.h"
#include "symbols/question.h"
#include "symbols/symbol-query.h"
#include "text/addresses.h"
#include "text/lines.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	/* Looked up at once, which is faster than one by one. */
	BATCH = 64,
	/* So many are enough to tell what most are, and take no time. */
	SAMPLE = 512,
	/* As many addresses of an oops may well be behind coverage points. */
	FEW = 8,
};

struct symbolize {
	struct kcov_symbolizer *symbolizer;
	struct images images;
	/* Look up the byte before each address. */
	bool is_return;
	/* NULL: as lines, if they are not copied with the text around them. */
	location_writer *write;
	bool is_annotated;
	bool with_inlines;
	/* Those that were read and not answered yet. */
	uint64_t batch[BATCH];
	size_t n_batch;
	size_t n;
	size_t n_unknown;
	uint64_t first_unknown;
	size_t n_unanswered;
	/* Of the first SAMPLE of them. */
	struct pc_kinds kinds;
	/* Symbols that were told by themselves: not found, or more than one. */
	size_t n_told;
	/* Of what is answered. */
	struct frames frames;
	struct symbol_query query;
};

static const struct cmd_option options[] = {
	{ 'v', "vmlinux", "FILE", "an image with DWARF; default: the running kernel's" },
	{ 'M', "module", "FILE", "the file of a loaded module, with DWARF; may be given again" },
	{ 'l', "layout", "FILE", "of the kernel that recorded them, from kcovctl layout there" },
	IMAGES_DEBUGINFOD,
	{ 'r', "return", NULL, "the addresses are return addresses: look up the byte before" },
	{ 'p', "pretty", NULL, "a line a frame, as addr2line -afip" },
	{ 'j', "json", NULL, "a JSON object an address" },
	{ 'a', "annotate", NULL,
	  "copy the text on standard input, with (file:line) behind symbols" },
	{ 'i', "inlines", NULL, "with --annotate: the inline chain of each symbol" },
	{ 0 },
};

static int failed(struct kcov_symbolize_error *error, int err)
{
	error_tell("cannot look addresses up: %s",
		   error ? kcov_symbolize_error_message(error) : strerror(-err));
	kcov_symbolize_error_free(error);
	return EXIT_FAILED;
}

/* What is to be told in the end. */
static void count(struct symbolize *job, uint64_t address, const struct kcov_location *location)
{
	job->n++;
	job->n_unanswered += location->is_unanswered;
	if (!location->image && !job->n_unknown++)
		job->first_unknown = address;
}

/* Frames first and all, so that what they point to is there when it is written. */
static int answer_located(struct symbolize *job, const struct kcov_location *locations, size_t n)
{
	struct located_one ones[BATCH];
	const struct kcov_frame *frames;

	job->frames.n = 0;
	for (size_t i = 0; i < n; i++) {
		int n_frames = frames_add(&job->frames, &locations[i]);

		if (n_frames < 0)
			return failed(NULL, n_frames);
		ones[i] = (struct located_one){ .address = job->batch[i],
						.location = &locations[i],
						.n_frames = (size_t)n_frames };
		count(job, job->batch[i], &locations[i]);
	}
	frames = job->frames.at;
	for (size_t i = 0; i < n; i++) {
		ones[i].frames = frames;
		if (ones[i].n_frames)
			frames += ones[i].n_frames;
	}
	job->write(ones, n, stdout);
	return 0;
}

/* What was looked up is the byte before, if the addresses are return addresses. */
static int count_kind(struct symbolize *job, const struct kcov_location *location)
{
	const uint64_t at = location->address - 1;
	struct kcov_location before;

	/* To look for what is in no image takes long. */
	if (!location->image)
		return 0;
	if (!job->is_return) {
		int err = kcov_symbolizer_lookup(job->symbolizer, &at, 1, NULL, &before);

		if (err)
			return err;
		location = &before;
	}
	return pc_kinds_add(&job->kinds, location);
}

static int sample(struct symbolize *job, const struct kcov_location *locations, size_t n)
{
	for (size_t i = 0; i < n && job->n + i < SAMPLE; i++) {
		int err = count_kind(job, &locations[i]);

		if (err)
			return failed(NULL, err);
	}
	return 0;
}

/* One of them cannot be looked up: those before it are answered. */
static int answer_one_by_one(struct symbolize *job, const uint64_t *at, size_t n)
{
	struct kcov_symbolize_error *error = NULL;
	struct kcov_location location;
	int status = 0, err;

	for (size_t i = 0; !status && i < n; i++) {
		err = kcov_symbolizer_lookup(job->symbolizer, &at[i], 1, &error, &location);
		job->batch[0] = job->batch[i];
		status = err ? failed(error, err) : answer_located(job, &location, 1);
	}
	return status;
}

static int answer_all(struct symbolize *job)
{
	struct kcov_location locations[BATCH];
	uint64_t at[BATCH] = { 0 };
	const size_t n = job->n_batch;
	int status;

	job->n_batch = 0;
	for (size_t i = 0; i < n; i++)
		at[i] = job->batch[i] - job->is_return;
	if (kcov_symbolizer_lookup(job->symbolizer, at, n, NULL, locations))
		return answer_one_by_one(job, at, n);
	status = sample(job, locations, n);
	return status ? status : answer_located(job, locations, n);
}

static int ask(struct symbolize *job, uint64_t address)
{
	job->batch[job->n_batch++] = address;
	return job->n_batch < BATCH ? 0 : answer_all(job);
}

/* One of those that a symbol may mean; location is NULL: it means none. */
static int answer_symbol(struct symbolize *job, const char *asked, uint64_t address,
			 bool is_nowhere, const struct kcov_location *location)
{
	static const struct kcov_location none;
	struct located_one one = { .address = address,
				   .location = location ? location : &none,
				   .asked = asked,
				   .is_nowhere = is_nowhere };
	int n_frames = 0;

	job->frames.n = 0;
	if (location)
		n_frames = frames_add(&job->frames, location);
	if (n_frames < 0)
		return failed(NULL, n_frames);
	one.frames = job->frames.at;
	one.n_frames = (size_t)n_frames;
	/* What lies before a symbol that begins a section is in no text; what means none was told.
	 */
	if (location)
		count(job, address, location);
	else
		job->n++;
	job->write(&one, 1, stdout);
	return 0;
}

/* As it was asked for; of several that answer, what tells them apart. */
static void format_asked(const struct symbol_query *query, size_t i,
			 const struct symbol_text *symbol, char ret[SYMBOL_TEXT_MAX + 1])
{
	const struct kcov_symbol_range *range = &query->at[i];

	if (query->n < 2)
		snprintf(ret, SYMBOL_TEXT_MAX + 1, "%.*s", (int)(symbol->end - symbol->begin),
			 symbol->begin);
	else
		snprintf(ret, SYMBOL_TEXT_MAX + 1, "%s+0x%" PRIx64 "/0x%" PRIx64 "%s%s%s",
			 symbol->name, symbol->offset, range->extent, *symbol->image ? " [" : "",
			 symbol->image, *symbol->image ? "]" : "");
}

static int answer_symbols(struct symbolize *job, const struct symbol_text *symbol,
			  enum symbol_place place)
{
	struct kcov_location location;
	char asked[SYMBOL_TEXT_MAX + 1];
	int status = 0;

	if (!job->query.n) {
		format_asked(&job->query, 0, symbol, asked);
		return answer_symbol(job, asked, 0, true, NULL);
	}
	for (size_t i = 0; !status && i < job->query.n; i++) {
		const struct kcov_symbol_range *range = &job->query.at[i];
		int err = symbol_query_look_up(&job->query, i, job->symbolizer, symbol, place,
					       &location);

		format_asked(&job->query, i, symbol, asked);
		status = err ? failed(NULL, err)
			     : answer_symbol(job, asked, range->pc + symbol->offset, !range->has_pc,
					     &location);
	}
	return status;
}

/* What came before it is answered first. */
static int ask_symbol(struct symbolize *job, const struct symbol_text *symbol)
{
	const enum symbol_place place = job->is_return ? SYMBOL_RETURN : SYMBOL_EXACT;
	char why[SYMBOL_WHY_SIZE];
	int err, status = answer_all(job);

	if (status)
		return status;
	err = symbol_query_find(&job->query, job->symbolizer, symbol, place, true);
	if (err)
		return failed(NULL, err);
	if (job->query.verdict != SYMBOL_FOUND) {
		symbol_query_why(&job->query, symbol, job->symbolizer, why);
		error_tell("%s", why);
		job->n_told++;
	}
	return answer_symbols(job, symbol, place);
}

static int symbolize_args(struct symbolize *job, char *const *args, int n)
{
	struct question question;
	int status = 0, words;

	for (int i = 0; !status && i < n; i += words) {
		words = question_parse(args + i, n - i, &question);
		status = question.is_symbol ? ask_symbol(job, &question.symbol)
					    : ask(job, question.address);
	}
	return status ? status : answer_all(job);
}

/* Before an image is looked for. CMD_GO_ON, or what is wrong has been told. */
static int check_args(const struct cmd *cmd, char *const *args, int n)
{
	struct question question;
	int words;

	for (int i = 0; i < n; i += words) {
		words = question_parse(args + i, n - i, &question);
		if (!words)
			return cmd_usage_error(cmd,
					       "not an address: %s: hexadecimal, as "
					       "0xffffffff81000000, or a symbol, as vfs_read+0x1a",
					       args[i]);
	}
	return CMD_GO_ON;
}

/* is_part: of a line, so that a word is not all that is in it. */
static int symbolize_text(struct symbolize *job, const char *text, const char *end, bool is_part)
{
	struct address_scan scan = { .text = text, .end = end, .started = is_part };
	uint64_t address;
	int status = 0;

	while (!status && address_scan_next(&scan, &address))
		status = ask(job, address);
	return status;
}

static int symbolize_line(struct symbolize *job, const char *line, size_t len)
{
	const char *at = line, *end = line + len;
	struct symbol_text symbol;
	int status = 0;

	while (!status && symbol_text_next(at, end, &symbol)) {
		status = symbolize_text(job, at, symbol.begin, true);
		if (!status && !symbol.is_user)
			status = ask_symbol(job, &symbol);
		at = symbol.end;
	}
	return status ? status : symbolize_text(job, at, end, at != line);
}

static int symbolize_input(struct symbolize *job)
{
	struct lines lines = { .fd = STDIN_FILENO };
	const char *line;
	int status = 0, more = 0;
	size_t n;

	while (!status && (more = lines_next(&lines, &line, &n)) > 0) {
		status = symbolize_line(job, line, n);
		/* Who waits for an answer may not say more before it has come. */
		if (!status && !lines_are_left(&lines))
			status = answer_all(job);
	}
	if (more < 0) {
		error_tell("cannot read standard input: %s", strerror(-more));
		status = EXIT_FAILED;
	}
	lines_fini(&lines);
	return status;
}

static int judge_unanswered(const struct symbolize *job)
{
	char *what;

	if (!job->n_unanswered)
		return 0;
	what = unanswered_describe(job->symbolizer);
	error_tell("%zu of %zu addresses are in text whose DWARF cannot be read: %s",
		   job->n_unanswered, job->n, what ? what : "");
	free(what);
	return EXIT_FAILED;
}

/* Most addresses are those before or behind what is looked up for them. */
static void warn(const struct symbolize *job)
{
	const struct pc_kinds *kinds = &job->kinds;

	if (job->is_return && kinds->n_calls > kinds->n / 2)
		error_tell("%zu of %zu addresses are calls that record, not the addresses behind "
			   "them: something moved them there; look them up without --return",
			   kinds->n_calls, kinds->n);
	else if (!job->is_return && kinds->n_points > kinds->n / 2 && kinds->n >= FEW)
		error_tell("%zu of %zu addresses are right behind calls that record, as KCOV gives "
			   "them: look them up with --return",
			   kinds->n_points, kinds->n);
}

/* What came out as ?? is told once, at the end: nothing that was found is lost. */
static int judge(const struct symbolize *job)
{
	const char *path = kcov_symbolizer_path(job->symbolizer);
	int status;

	if (!job->n) {
		error_tell(
			"no address on standard input: hexadecimal ones are looked for, as 0xffffffff81000000, and symbols, as vfs_read+0x1a");
		return EXIT_FAILED;
	}
	warn(job);
	status = judge_unanswered(job);
	if (!job->n_unknown)
		return job->n_told ? EXIT_FAILED : status;
	error_tell("%zu of %zu addresses (first: 0x%" PRIx64 ") are in no text of %s: of another "
		   "image, or %s?",
		   job->n_unknown, job->n, job->first_unknown, path,
		   job->images.layout ? "of a module whose file is not here (give --module)"
				      : "not of this boot");
	return EXIT_FAILED;
}

static int take_option(const struct cmd *cmd, int key, const char *arg, void *context)
{
	struct symbolize *job = context;

	(void)cmd;
	switch (key) {
	case 'r':
		job->is_return = true;
		break;
	case 'p':
		job->write = location_write_pretty;
		break;
	case 'j':
		job->write = location_write_json;
		break;
	case 'a':
		job->is_annotated = true;
		break;
	case 'i':
		job->with_inlines = true;
		break;
	default:
		return images_take(&job->images, key, arg);
	}
	return 0;
}

/* CMD_GO_ON, or what is wrong has been told. */
static int check(const struct cmd *cmd, struct symbolize *job, char *const *args, int n)
{
	if (job->with_inlines && !job->is_annotated)
		return cmd_usage_error(cmd, "--inlines goes with --annotate: without it, inline "
					    "chains are always shown");
	if (job->is_annotated && (job->write || job->is_return))
		return cmd_usage_error(cmd, "--annotate does not go with --%s",
				       job->is_return                      ? "return"
				       : job->write == location_write_json ? "json"
									   : "pretty");
	if (job->is_annotated && n)
		return cmd_usage_error(cmd, "--annotate reads standard input: %s", args[0]);
	if (!job->write)
		job->write = location_write_lines;
	return check_args(cmd, args, n);
}

static int run(struct symbolize *job, char *const *args, int n)
{
	int status;

	if (job->is_annotated)
		return annotate_input(job->symbolizer, job->with_inlines);
	status = n > 0 ? symbolize_args(job, args, n) : symbolize_input(job);
	return status ? status : judge(job);
}

static int cmd_symbolize_main(const struct cmd *cmd, int argc, char **argv)
{
	static char buffer[1 << 16];
	struct symbolize job = { 0 };
	int n, status = cmd_parse(cmd, argc, argv, take_option, &job);

	n = argc - optind;
	if (status == CMD_GO_ON)
		status = check(cmd, &job, argv + optind, n);
	if (status != CMD_GO_ON) {
		images_fini(&job.images);
		return status;
	}
	/* For millions of lines; who waits for answers is served by lines_next(). */
	if (!isatty(STDOUT_FILENO))
		setvbuf(stdout, buffer, _IOFBF, sizeof(buffer));
	status = open_symbolizer(&job.images, &job.symbolizer);
	if (!status)
		status = run(&job, argv + optind, n);
	kcov_symbolizer_close(job.symbolizer);
	images_fini(&job.images);
	free(job.frames.at);
	symbol_query_fini(&job.query);
	return status;
}

const struct cmd cmd_symbolize = {
	.name = "symbolize",
	.args = "[OPTION...] [ADDRESS | SYMBOL+0xOFFSET[/0xSIZE] [[MODULE]]...]",
	.summary = "show the function and line of kernel addresses",
	.description =
		"Prints each address, then function and file:line of each level of its inline\n"
		"chain, the innermost first, as addr2line -afi does. An address may be a symbol with an\n"
		"offset, as the kernel prints it: vfs_read+0x1a/0x90, or ext4_sync_fs+0x1a [ext4].\n"
		"Without ADDRESS it takes all symbols with offsets, and all hexadecimal numbers with 0x\n"
		"or of 16 digits, in the text on standard input, and lines that are one hexadecimal\n"
		"number. Addresses are looked up as given; KCOV records return addresses: use --return\n"
		"for those. They are addresses of vmlinux, as KCOV gives them, not those of a\n"
		"randomized (KASLR) kernel. Without --vmlinux the running kernel is asked, or with\n"
		"--layout the one that is described there, modules included. With --annotate the text\n"
		"itself is printed, an oops or any other, with (file:line) behind each symbol.",
	.options = options,
	.run = cmd_symbolize_main,
};
