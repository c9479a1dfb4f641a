// SPDX-License-Identifier: MIT
#include "cmd.h"
#include "coverage/header-files.h"
#include "coverage/image-lines.h"
#include "coverage/source-functions.h"
#include "coverage/unanswered.h"
#include "render/formats.h"
#include "render/lcov.h"
#include "run/image-search.h"
#include "store/gathered.h"
#include "store/query.h"
#include "store/recorded-addresses.h"
#include "store/recorded-frames.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	KEY_RUN = 256,
	KEY_IN,
	KEY_NO_HEADERS,
	KEY_STRIP,
};

static const struct cmd_option options[] = {
	{ 'f', "format", "FORMAT", "lcov (lines, for genhtml and editors) or raw (addresses)" },
	{ 'i', "input", "FILE", "a recording (default " RECORDING_DEFAULT "); may be given again" },
	{ 'o', "output", "FILE", "write it to FILE, not to standard output" },
	{ KEY_RUN, "run", "NAME", "only runs of that name" },
	{ KEY_IN, "in", "PATTERN", "only these files: 'fs/ext4/*'" },
	{ KEY_NO_HEADERS, "no-headers", NULL, "without header files" },
	{ KEY_STRIP, "strip", "DIR", "paths of files in DIR begin behind it" },
	{ 'v', "vmlinux", "FILE", "the image of the recorded kernel, with DWARF" },
	{ 'M', "module", "FILE", "the file of a module, with DWARF; may be given again" },
	IMAGES_DEBUGINFOD,
	{ 0 },
};

struct export
{
	/* What -i names, and all of that, with the runs that are wanted chosen. */
	const char **inputs;
	size_t n_inputs;
	struct gathered gathered;
	const char *output;
	const char *run;
	const char *in;
	bool is_without_headers;
	const char *strip;
	struct images images;
	/* NULL: none was given. */
	int (*write)(struct export * export, FILE * out);
};

/* Why, in a line, was told. */
static int out_of_memory(void)
{
	error_tell("out of memory");
	return EXIT_USAGE;
}

/* As --in of report has it. */
static bool is_wanted(void *context, const char *file)
{
	const struct export *export = context;

	return (!export->in || sqlite3_strglob(export->in, file) == 0) &&
	       !(export->is_without_headers && is_header(file));
}

/* An image that was found, with all of its points. */
static int add_found(const struct found_image *found, const struct recorded_image *recorded,
		     uint64_t number, struct source_lines *lines)
{
	const struct image_lines image = { .symbolizer = found->symbolizer,
					   .image = found->name,
					   .number = number,
					   .hits = &recorded->hits };
	size_t ran;
	int err = image_lines_add(&image, lines, &ran);

	if (err == -ENOMEM)
		return out_of_memory();
	if (!err && ran == recorded->hits.n)
		return 0;
	if (err)
		error_tell("%s: cannot tell its lines: %s", recorded->name,
			   err == -EBADMSG ? "its index is damaged" : strerror(-err));
	else
		error_tell(
			"%s: %zu of %zu coverage points that were recorded are none of the image "
			"that has its build-id, %s",
			recorded->name, recorded->hits.n - ran, recorded->hits.n, recorded->id);
	return EXIT_USAGE;
}

static int add_images(const struct export *export, const struct image_search *search,
		      struct source_lines *lines)
{
	const struct recorded_images *images = &search->images;
	int status = 0;

	for (size_t i = 0; i < images->n && !status; i++) {
		if (search->found[i].symbolizer)
			status = add_found(&search->found[i], &images->at[i], i, lines);
		else if (recorded_frames_add(&export->gathered.recording, &images->at[i], i, lines))
			status = EXIT_USAGE;
	}
	return status;
}

/* That lines which did not run are not there, of images that were not found. */
static void tell_missing(const struct image_search *search)
{
	const struct recorded_images *images = &search->images;
	const struct recorded_image *first = NULL;
	char others[40] = "";
	size_t n = 0;

	for (size_t i = 0; i < images->n; i++) {
		if (search->found[i].symbolizer || !images->at[i].hits.n)
			continue;
		if (!n++)
			first = &images->at[i];
	}
	if (!n)
		return;
	if (n > 1)
		snprintf(others, sizeof(others), " and %zu more image%s", n - 1, n > 2 ? "s" : "");
	error_tell(
		"of %s%s only lines that ran are written: no image of build-id %s was found: give "
		"it by --%s",
		first->name, others, first->id, first->is_kernel ? "vmlinux" : "module");
}

/* That of some units nothing is known. The status to exit with. */
static int tell_unanswered(const struct image_search *search)
{
	int status = 0;

	for (size_t i = 0; i < search->symbolizers.n; i++) {
		char *what = unanswered_describe(search->symbolizers.at[i]);

		if (!what)
			continue;
		error_tell("lines are missing: %s", what);
		free(what);
		status = EXIT_FAILED;
	}
	return status;
}

static int write_lines(const struct export *export, const struct image_search *search,
		       struct source_lines *lines, FILE *out)
{
	const struct recorded_texts *names = &search->runs.names;

	source_functions_finish(lines);
	if (!lines->lines.n) {
		error_tell("there is nothing to write: no line that was recorded is known%s",
			   export->in ? " in such files" : "");
		return EXIT_USAGE;
	}
	tell_missing(search);
	lcov_write(lines, names->n == 1 ? names->at[0] : NULL, export->strip, out);
	return tell_unanswered(search);
}

static int write_lcov(struct export *export, FILE *out)
{
	struct source_lines lines = { .is_wanted = is_wanted, .context = export };
	struct image_search search;
	int status = image_search_init(&export->images, &export->gathered.recording, &search);

	if (status)
		return status;
	status = add_images(export, &search, &lines);
	if (!status)
		status = write_lines(export, &search, &lines, out);
	image_search_fini(&search);
	source_lines_fini(&lines);
	return status;
}

/* As run -f raw writes those of one task. */
static int write_addresses(const struct recorded_addresses *addresses, FILE *out)
{
	struct report report = { .records = { .kind = kcov_record_kind(KCOV_MODE_PC),
					      .count = addresses->n } };
	uint64_t *records = calloc(addresses->n + 1, sizeof(*records));
	int err = -ENOMEM;

	for (size_t i = 0; i < addresses->n && records; i++)
		records[i] = addresses->at[i].address;
	report.records.records = records;
	if (records)
		err = formats_find("raw")->write(&report, out);
	free(records);
	return err ? out_of_memory() : 0;
}

static int write_raw(struct export *export, FILE *out)
{
	struct recorded_addresses addresses = { 0 };
	uint64_t address;
	int status = recorded_addresses_read(&export->gathered.recording, export->in, &addresses)
			     ? EXIT_USAGE
			     : 0;

	if (!status && recorded_addresses_sort(&addresses, &address)) {
		error_tell("0x%" PRIx64
			   " is not the same in all runs: other kernels or modules lay "
			   "there: choose runs of one boot by --run",
			   address);
		status = EXIT_USAGE;
	}
	if (!status)
		status = write_addresses(&addresses, out);
	recorded_addresses_fini(&addresses);
	return status;
}

static int take_option(const struct cmd *cmd, int key, const char *arg, void *context)
{
	struct export *export = context;

	switch (key) {
	case 'f':
		export->write = strcmp(arg, "lcov") == 0  ? write_lcov
				: strcmp(arg, "raw") == 0 ? write_raw
							  : NULL;
		return export->write ? 0
				     : cmd_usage_error(cmd, "no such format: %s: lcov or raw", arg);
	case 'i':
		export->inputs[export->n_inputs++] = arg;
		break;
	case 'o':
		export->output = arg;
		break;
	case KEY_RUN:
		export->run = arg;
		break;
	case KEY_IN:
		export->in = arg;
		break;
	case KEY_NO_HEADERS:
		export->is_without_headers = true;
		break;
	case KEY_STRIP:
		export->strip = arg;
		break;
	default:
		return images_take(&export->images, key, arg) ? EXIT_USAGE : 0;
	}
	return 0;
}

static int check(const struct cmd *cmd, const struct export *export)
{
	const struct images *images = &export->images;

	if (!export->write)
		return cmd_usage_error(cmd, "which format? -f lcov or -f raw");
	if (export->write == write_raw &&
	    (export->is_without_headers || export->strip || images->vmlinux || images->modules.n ||
	     images->debuginfod))
		return cmd_usage_error(cmd,
				       "-f raw needs no images, and has no paths: only -i, -o, "
				       "--run and --in go with it");
	return 0;
}

/* With the runs that are wanted chosen. 0, or EXIT_USAGE, told. */
static int open_all(struct export *export)
{
	const struct query_selection selection = { .run = export->run };
	const struct recording *recording = &export->gathered.recording;

	if (gathered_open(export->inputs, export->n_inputs, &export->gathered))
		return EXIT_USAGE;
	if (query_select(recording, &selection))
		return EXIT_USAGE;
	return 0;
}

static int write_export(void *context, FILE *out)
{
	struct export *export = context;

	return export->write(export, out);
}

static int cmd_export_main(const struct cmd *cmd, int argc, char **argv)
{
	/* There are no more inputs than words. */
	struct export export = { .inputs = calloc((size_t)argc + 1, sizeof(char *)),
				 .gathered.recording.lock = -1 };
	int status =
		export.inputs ? cmd_parse(cmd, argc, argv, take_option, &export) : out_of_memory();

	if (status == CMD_GO_ON && optind < argc)
		status = cmd_usage_error(cmd, "what is %s? -i names a recording", argv[optind]);
	if (status == CMD_GO_ON) {
		if (!export.n_inputs)
			export.inputs[export.n_inputs++] = RECORDING_DEFAULT;
		status = check(cmd, &export);
		if (!status)
			status = open_all(&export);
		if (!status)
			status = cmd_write(export.output, write_export, &export);
	}
	gathered_close(&export.gathered);
	images_fini(&export.images);
	free(export.inputs);
	return status;
}

const struct cmd cmd_export = {
	.name = "export",
	.args = "-f FORMAT [OPTION...]",
	.summary = "write what a recording has for other tools",
	.description =
		"Writes what ran in the runs of recordings as a tracefile of lcov, with each line of\n"
		"the kernel that has code, or as the addresses that were hit. Lines that did not run\n"
		"want the images of the kernel and its modules, which are known by their build-ids.\n"
		"Exits with 1 if the DWARF of a part of an image cannot be read, and with 2 if nothing\n"
		"can be written.",
	.options = options,
	.run = cmd_export_main,
};
