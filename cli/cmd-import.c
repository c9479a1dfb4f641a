// SPDX-License-Identifier: MIT
#include "cmd.h"
#include "import/import-run.h"
#include "run/images.h"

#include <getopt.h>
#include <string.h>
#include <unistd.h>

enum {
	KEY_APPEND = 256,
	KEY_NAME,
	KEY_ADDRESSES,
};

static const struct cmd_option options[] = {
	{ 'o', "output", "FILE", "the recording (default " RECORDING_DEFAULT ")" },
	{ KEY_APPEND, "append", NULL, "add them to a recording that is there" },
	{ KEY_NAME, "name", "NAME", "what their runs are called (default: the file)" },
	{ 'l', "layout", "FILE", "where the kernel lay that they are from (kcovctl layout)" },
	{ KEY_ADDRESSES, "addresses", "WHICH",
	  "return or call: what they are; default: whichever most are points" },
	{ 'v', "vmlinux", "FILE", "the image of that kernel, with DWARF" },
	{ 'M', "module", "FILE", "the file of a module, with DWARF; may be given again" },
	IMAGES_DEBUGINFOD,
	{ 0 },
};

struct import {
	const char *output;
	bool is_added;
	const char *name;
	enum import_addresses addresses;
	struct images images;
};

static int take_option(const struct cmd *cmd, int key, const char *arg, void *context)
{
	struct import *import = context;

	switch (key) {
	case 'o':
		import->output = arg;
		break;
	case KEY_APPEND:
		import->is_added = true;
		break;
	case KEY_NAME:
		if (!arg[0])
			return cmd_usage_error(cmd, "--name: a run's name is not empty");
		import->name = arg;
		break;
	case KEY_ADDRESSES:
		if (strcmp(arg, "return") != 0 && strcmp(arg, "call") != 0)
			return cmd_usage_error(cmd, "--addresses %s: return or call", arg);
		import->addresses = arg[0] == 'r' ? IMPORT_RETURN : IMPORT_CALL;
		break;
	default:
		return images_take(&import->images, key, arg) ? EXIT_USAGE : 0;
	}
	return 0;
}

static int import_file(const struct import *import, const struct recording *recording,
		       const struct kcov_symbolizer *symbolizer, const char *path)
{
	struct input input;
	const struct import_run run = { .recording = recording,
					.symbolizer = symbolizer,
					.is_of_another =
						import->images.vmlinux || import->images.layout,
					.layout = import->images.layout,
					.name = import->name,
					.addresses = import->addresses,
					.input = &input };
	int err = input_open(path, &input);

	if (err)
		return err;
	err = input.kind == INPUT_JSON ? import_json(&run) : import_pcs(&run);
	input_close(&input);
	return err;
}

/* Before what is there of the recording's name is put away. */
static int check_files(char **paths)
{
	for (; *paths; paths++) {
		if (strcmp(*paths, "-") == 0 || access(*paths, R_OK) == 0)
			continue;
		error_tell("cannot open %s: %m", *paths);
		return EXIT_USAGE;
	}
	return 0;
}

static int import_all(const struct import *import, char **paths)
{
	struct kcov_symbolizer *symbolizer;
	struct recording recording;
	int err = check_files(paths);

	if (err)
		return err;
	if (open_symbolizer(&import->images, &symbolizer))
		return EXIT_USAGE;
	err = import->is_added ? recording_append(import->output, &recording)
			       : recording_create(import->output, &recording);
	if (!err) {
		for (; *paths && !err; paths++)
			err = import_file(import, &recording, symbolizer, *paths);
		recording_close(&recording);
	}
	kcov_symbolizer_close(symbolizer);
	return err ? EXIT_USAGE : 0;
}

static int cmd_import_main(const struct cmd *cmd, int argc, char **argv)
{
	struct import import = { .output = RECORDING_DEFAULT };
	int status = cmd_parse(cmd, argc, argv, take_option, &import);

	if (status == CMD_GO_ON)
		status = optind == argc ? cmd_usage_error(cmd, "which files?")
					: import_all(&import, argv + optind);
	images_fini(&import.images);
	return status;
}

const struct cmd cmd_import = {
	.name = "import",
	.args = "[OPTION...] FILE...",
	.summary = "make a recording of what others collected",
	.description =
		"Reads PCs, hexadecimal ones, one a line, or binary ones of 8 bytes, or what kcovctl\n"
		"run -f json wrote, and writes them into a recording: each FILE is a run, \"-\" is\n"
		"standard input. What is no PC of the kernel or its modules is kept as an unknown\n"
		"address. Exits with 2 if something cannot be read or written.",
	.options = options,
	.run = cmd_import_main,
};
