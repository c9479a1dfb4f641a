// SPDX-License-Identifier: MIT
#include "addresses.h"
#include "cmd.h"
#include "frames.h"
#include "lines.h"
#include "open-symbolizer.h"
#include "pc-kinds.h"
#include "render/location.h"
#include "unanswered.h"

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
	location_writer *write;
	/* Those that were read and not answered yet. */
	uint64_t batch[BATCH];
	size_t n_batch;
	size_t n;
	size_t n_unknown;
	uint64_t first_unknown;
	size_t n_unanswered;
	/* Of the first SAMPLE of them. */
	struct pc_kinds kinds;
	/* Of what is answered. */
	struct frames frames;
};

static const struct cmd_option options[] = {
	{ 'v', "vmlinux", "FILE", "an image with DWARF; default: the running kernel's" },
	{ 'M', "module", "FILE", "the file of a loaded module, with DWARF; may be given again" },
	{ 'l', "layout", "FILE", "of the kernel that recorded them, from kcovctl layout there" },
	IMAGES_DEBUGINFOD,
	{ 'r', "return", NULL, "the addresses are return addresses: look up the byte before" },
	{ 'p', "pretty", NULL, "a line a frame, as addr2line -afip" },
	{ 'j', "json", NULL, "a JSON object an address" },
	{ 0 },
};

static int failed(struct kcov_symbolize_error *error, int err)
{
	cmd_error("cannot look addresses up: %s",
		  error ? kcov_symbolize_error_message(error) : strerror(-err));
	kcov_symbolize_error_free(error);
	return EXIT_FAILED;
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
		ones[i].address = job->batch[i];
		ones[i].location = &locations[i];
		ones[i].n_frames = (size_t)n_frames;
		if (!locations[i].image && !job->n_unknown++)
			job->first_unknown = job->batch[i];
		job->n_unanswered += locations[i].is_unanswered;
	}
	frames = job->frames.at;
	for (size_t i = 0; i < n; i++) {
		ones[i].frames = frames;
		if (ones[i].n_frames)
			frames += ones[i].n_frames;
	}
	job->write(ones, n, stdout);
	job->n += n;
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

static int symbolize_args(struct symbolize *job, const uint64_t *addresses, size_t n)
{
	int status = 0;

	for (size_t i = 0; !status && i < n; i++)
		status = ask(job, addresses[i]);
	return status ? status : answer_all(job);
}

/* To be freed; NULL: said why. */
static uint64_t *parse_args(const struct cmd *cmd, int n, char **args, int *status)
{
	uint64_t *addresses = calloc((size_t)n, sizeof(*addresses));

	if (!addresses) {
		cmd_error("cannot look addresses up: %m");
		*status = EXIT_FAILED;
		return NULL;
	}
	for (int i = 0; i < n; i++) {
		if (address_parse(args[i], &addresses[i]))
			continue;
		*status = cmd_usage_error(
			cmd, "not an address: %s: hexadecimal, as 0xffffffff81000000", args[i]);
		free(addresses);
		return NULL;
	}
	return addresses;
}

static int symbolize_line(struct symbolize *job, const char *line, size_t len)
{
	struct address_scan scan = { .text = line, .end = line + len };
	uint64_t address;
	int status = 0;

	while (!status && address_scan_next(&scan, &address))
		status = ask(job, address);
	return status;
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
		cmd_error("cannot read standard input: %s", strerror(-more));
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
	cmd_error("%zu of %zu addresses are in text whose DWARF cannot be read: %s",
		  job->n_unanswered, job->n, what ? what : "");
	free(what);
	return EXIT_FAILED;
}

/* Most addresses are those before or behind what is looked up for them. */
static void warn(const struct symbolize *job)
{
	const struct pc_kinds *kinds = &job->kinds;

	if (job->is_return && kinds->n_calls > kinds->n / 2)
		cmd_error("%zu of %zu addresses are calls that record, not the addresses behind "
			  "them: something moved them there; look them up without --return",
			  kinds->n_calls, kinds->n);
	else if (!job->is_return && kinds->n_points > kinds->n / 2 && kinds->n >= FEW)
		cmd_error("%zu of %zu addresses are right behind calls that record, as KCOV gives "
			  "them: look them up with --return",
			  kinds->n_points, kinds->n);
}

/* What came out as ?? is told once, at the end: nothing that was found is lost. */
static int judge(const struct symbolize *job)
{
	const char *path = kcov_symbolizer_path(job->symbolizer);

	if (!job->n) {
		cmd_error(
			"no address on standard input: hexadecimal ones are looked for, as 0xffffffff81000000");
		return EXIT_FAILED;
	}
	warn(job);
	if (!job->n_unknown)
		return judge_unanswered(job);
	judge_unanswered(job);
	cmd_error("%zu of %zu addresses (first: 0x%" PRIx64 ") are in no text of %s: of another "
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
	default:
		return images_take(&job->images, key, arg);
	}
	return 0;
}

static int cmd_symbolize_main(const struct cmd *cmd, int argc, char **argv)
{
	static char buffer[1 << 16];
	struct symbolize job = { .write = location_write_lines };
	uint64_t *addresses = NULL;
	int n, status = cmd_parse(cmd, argc, argv, take_option, &job);

	n = argc - optind;
	if (status == CMD_GO_ON && n > 0)
		addresses = parse_args(cmd, n, argv + optind, &status);
	if (status != CMD_GO_ON) {
		images_fini(&job.images);
		return status;
	}
	/* For millions of lines; who waits for answers is served by lines_next(). */
	if (!isatty(STDOUT_FILENO))
		setvbuf(stdout, buffer, _IOFBF, sizeof(buffer));
	status = open_symbolizer(&job.images, &job.symbolizer);
	if (!status && addresses)
		status = symbolize_args(&job, addresses, (size_t)n);
	else if (!status)
		status = symbolize_input(&job);
	if (!status)
		status = judge(&job);
	kcov_symbolizer_close(job.symbolizer);
	images_fini(&job.images);
	free(job.frames.at);
	free(addresses);
	return status;
}

const struct cmd cmd_symbolize = {
	.name = "symbolize",
	.args = "[OPTION...] [ADDRESS...]",
	.summary = "show the function and line of kernel addresses",
	.description =
		"Prints each address, then function and file:line of each level of its inline\n"
		"chain, the innermost first, as addr2line -afi does. Without ADDRESS it takes all\n"
		"hexadecimal numbers with 0x or of 16 digits in the text on standard input, and\n"
		"lines that are one hexadecimal number. Addresses are looked up as given; KCOV\n"
		"records return addresses: use --return for those. They are addresses of vmlinux,\n"
		"as KCOV gives them, not those of a randomized (KASLR) kernel. Without --vmlinux\n"
		"the running kernel is asked, or with --layout the one that is described there,\n"
		"modules included.",
	.options = options,
	.run = cmd_symbolize_main,
};
