// SPDX-License-Identifier: MIT
#include "addresses.h"
#include "cmd.h"
#include "open-symbolizer.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct symbolize {
	struct kcov_symbolizer *symbolizer;
	struct images images;
	/* Look up the byte before each address. */
	bool is_return;
	size_t n;
	size_t n_unknown;
	uint64_t first_unknown;
	/* Room for the longest chain that there was so far. */
	struct kcov_frame *frames;
	size_t room;
};

static const struct cmd_option options[] = {
	{ 'v', "vmlinux", "FILE", "an image with DWARF; default: the running kernel's" },
	{ 'M', "module", "FILE", "the file of a loaded module, with DWARF; may be given again" },
	{ 'r', "return", NULL, "the addresses are return addresses: look up the byte before" },
	{ 0 },
};

static void write_frame(const struct kcov_frame *frame)
{
	printf("%s\n%s:", frame->function ? frame->function : "??",
	       frame->path ? frame->path : "??");
	if (frame->line)
		printf("%" PRIu32 "\n", frame->line);
	else
		puts(frame->path ? "?" : "0");
}

/* Returns how many frames there are now in job->frames, or -errno. */
static int get_frames(struct symbolize *job, const struct kcov_location *location)
{
	int n = kcov_location_frames(location, job->frames, job->room);
	struct kcov_frame *frames;

	if (n < 0 || (size_t)n <= job->room)
		return n;
	frames = reallocarray(job->frames, (size_t)n, sizeof(*frames));
	if (!frames)
		return -ENOMEM;
	job->frames = frames;
	job->room = (size_t)n;
	n = kcov_location_frames(location, frames, job->room);
	/* Somebody writes into the index. */
	return n > 0 && (size_t)n > job->room ? -EBADMSG : n;
}

static int symbolize_one(struct symbolize *job, uint64_t address,
			 struct kcov_symbolize_error **error)
{
	const uint64_t at = address - job->is_return;
	struct kcov_location location;
	int n = kcov_symbolizer_lookup(job->symbolizer, &at, 1, error, &location);

	if (!n)
		n = get_frames(job, &location);
	if (n < 0)
		return n;
	printf("0x%016" PRIx64 "\n", address);
	for (int i = 0; i < n; i++)
		write_frame(&job->frames[i]);
	if (!n)
		puts("??\n??:0");
	if (!location.image && !job->n_unknown++)
		job->first_unknown = address;
	job->n++;
	return 0;
}

static int symbolize_all(struct symbolize *job, const uint64_t *addresses, size_t n)
{
	struct kcov_symbolize_error *error = NULL;
	int err = 0;

	for (size_t i = 0; !err && i < n; i++)
		err = symbolize_one(job, addresses[i], &error);
	if (err)
		cmd_error("cannot look addresses up: %s",
			  error ? kcov_symbolize_error_message(error) : strerror(-err));
	kcov_symbolize_error_free(error);
	return err ? EXIT_FAILED : 0;
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
		status = symbolize_all(job, &address, 1);
	return status;
}

static int symbolize_input(struct symbolize *job, FILE *in)
{
	char *line = NULL;
	size_t size = 0;
	int status = 0;
	ssize_t len;

	while (!status && (len = getline(&line, &size, in)) >= 0)
		status = symbolize_line(job, line, (size_t)len);
	if (ferror(in)) {
		cmd_error("cannot read standard input: %m");
		status = EXIT_FAILED;
	}
	free(line);
	return status;
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
	if (!job->n_unknown)
		return 0;
	cmd_error("%zu of %zu addresses (first: 0x%" PRIx64
		  ") are in no text of %s: of another image, or not of this boot?",
		  job->n_unknown, job->n, job->first_unknown, path);
	return EXIT_FAILED;
}

static int take_option(const struct cmd *cmd, int key, const char *arg, void *context)
{
	struct symbolize *job = context;

	(void)cmd;
	if (key == 'M')
		return images_add_module(&job->images, arg);
	if (key == 'v')
		job->images.vmlinux = arg;
	else
		job->is_return = true;
	return 0;
}

static int cmd_symbolize_main(const struct cmd *cmd, int argc, char **argv)
{
	struct symbolize job = { 0 };
	uint64_t *addresses = NULL;
	int n, status = cmd_parse(cmd, argc, argv, take_option, &job);

	n = argc - optind;
	if (status == CMD_GO_ON && n > 0)
		addresses = parse_args(cmd, n, argv + optind, &status);
	if (status != CMD_GO_ON) {
		images_fini(&job.images);
		return status;
	}
	status = open_symbolizer(&job.images, &job.symbolizer);
	if (!status && addresses)
		status = symbolize_all(&job, addresses, (size_t)n);
	else if (!status)
		status = symbolize_input(&job, stdin);
	if (!status)
		status = judge(&job);
	kcov_symbolizer_close(job.symbolizer);
	images_fini(&job.images);
	free(job.frames);
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
		"the running kernel is asked, modules included.",
	.options = options,
	.run = cmd_symbolize_main,
};
