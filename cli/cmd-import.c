// SPDX-License-Identifier: MIT
#include "cmd.h"
#include "coverage/pc-kinds.h"
#include "run/images.h"
#include "store/recorder.h"
#include "text/addresses.h"
#include "text/lines.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <string.h>
#include <unistd.h>

enum {
	KEY_APPEND = 256,
	KEY_NAME,
	KEY_ADDRESSES,
	/* PCs that are handed on at a time, and that are looked at to tell what they are. */
	PIECE = 8192,
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

enum which {
	ADDRESSES_ANY,
	/* Behind the calls that coverage points are, as KCOV records them. */
	ADDRESSES_RETURN,
	/* Of these calls, as syzkaller has them. */
	ADDRESSES_CALL,
};

struct import {
	const char *output;
	bool is_added;
	const char *name;
	enum which which;
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
		import->which = arg[0] == 'r' ? ADDRESSES_RETURN : ADDRESSES_CALL;
		break;
	default:
		return images_take(&import->images, key, arg) ? EXIT_USAGE : 0;
	}
	return 0;
}

/* PCs of a file, some at a time. */
struct pcs {
	const char *path;
	struct lines lines;
	bool is_binary;
	/* Of what was read as text. */
	size_t line;
	uint64_t at[PIECE];
	size_t n;
};

/* Text has no NUL and nothing that is no text; eight bytes that are an address have one of both. */
static bool looks_binary(int fd)
{
	unsigned char bytes[64];
	const ssize_t n = pread(fd, bytes, sizeof(bytes), 0);

	for (ssize_t i = 0; i < n; i++)
		if (bytes[i] >= 0x80 || (bytes[i] < ' ' && !strchr("\t\n\r", bytes[i])))
			return true;
	return false;
}

static int open_pcs(const char *path, struct pcs *ret)
{
	*ret = (struct pcs){ .path = path };
	ret->lines.fd = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	if (ret->lines.fd < 0) {
		error_tell("cannot open %s: %m", path);
		return -1;
	}
	ret->is_binary = looks_binary(ret->lines.fd);
	return 0;
}

static void close_pcs(struct pcs *pcs)
{
	lines_fini(&pcs->lines);
	if (pcs->lines.fd != STDIN_FILENO)
		close(pcs->lines.fd);
}

static int read_binary(struct pcs *pcs)
{
	size_t n = 0;

	while (n < sizeof(pcs->at)) {
		const ssize_t got = read(pcs->lines.fd, (char *)pcs->at + n, sizeof(pcs->at) - n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			error_tell("cannot read %s: %m", pcs->path);
			return -1;
		}
		if (!got)
			break;
		n += (size_t)got;
	}
	if (n % sizeof(uint64_t)) {
		error_tell("%s: not PCs: its last one has %zu of 8 bytes", pcs->path,
			   n % sizeof(uint64_t));
		return -1;
	}
	pcs->n = n / sizeof(uint64_t);
	return 0;
}

static bool is_blank(const char *text, size_t size)
{
	while (size && strchr(" \t\r", *text)) {
		text++;
		size--;
	}
	return !size || *text == '#';
}

static int read_text(struct pcs *pcs)
{
	const char *line;
	size_t size;
	int n = 0;

	pcs->n = 0;
	while (pcs->n < PIECE && (n = lines_next(&pcs->lines, &line, &size)) > 0) {
		struct address_scan scan = { .text = line, .end = line + size };

		pcs->line++;
		if (is_blank(line, size))
			continue;
		if (!address_scan_next(&scan, &pcs->at[pcs->n])) {
			error_tell("%s:%zu: no address: PCs are hexadecimal, one a line, or binary "
				   "with 8 bytes each",
				   pcs->path, pcs->line);
			return -1;
		}
		pcs->n++;
	}
	if (n < 0)
		error_tell("cannot read %s: %s", pcs->path, strerror(-n));
	return n < 0 ? -1 : 0;
}

/* The next of them; none: there are no more. 0 or -1, told. */
static int read_pcs(struct pcs *pcs)
{
	return pcs->is_binary ? read_binary(pcs) : read_text(pcs);
}

/* Which they are by what most of the first ones are. */
static enum which guess(const struct kcov_symbolizer *symbolizer, const struct pcs *pcs)
{
	struct pc_kinds kinds = { 0 };

	for (size_t i = 0; i < pcs->n; i++) {
		const uint64_t before = pcs->at[i] - 1;
		struct kcov_location location;

		if (!kcov_symbolizer_lookup(symbolizer, &before, 1, NULL, &location))
			pc_kinds_add(&kinds, &location);
	}
	return kinds.n_calls > kinds.n_points ? ADDRESSES_CALL : ADDRESSES_RETURN;
}

/* What KCOV records of a call: the next point behind it, if it is a call of one. */
static uint64_t behind_call(const struct kcov_symbolizer *symbolizer, uint64_t call)
{
	const uint64_t before = call - 1;
	struct kcov_location location;
	uint64_t point;

	if (kcov_symbolizer_lookup(symbolizer, &before, 1, NULL, &location) ||
	    kcov_location_call_site(&location) <= KCOV_POINT_NONE)
		return call;
	return kcov_symbolizer_points(symbolizer, location.image, KCOV_POINT_PC, call + 1, &point,
				      1) == 1
		       ? point
		       : call;
}

static int import_pieces(const struct import *import, const struct kcov_symbolizer *symbolizer,
			 struct pcs *pcs, struct recorder *recorder)
{
	const struct sink sink = recorder_sink(recorder);
	const struct totals totals = { .tasks = 0 };
	struct event piece = { .kind = EVENT_TASK, .is_covered = true };
	enum which which = import->which;
	void *stream = NULL;
	int err = sink.begin(sink.context);

	while (!err && !(err = read_pcs(pcs)) && pcs->n) {
		if (!which) {
			which = guess(symbolizer, pcs);
			if (which == ADDRESSES_CALL)
				error_tell("%s: most are where calls of coverage points begin: "
					   "moved behind them",
					   pcs->path);
		}
		for (size_t i = 0; i < pcs->n && which == ADDRESSES_CALL; i++)
			pcs->at[i] = behind_call(symbolizer, pcs->at[i]);
		piece.records = (struct kcov_records){ .kind = kcov_record_kind(KCOV_MODE_PC),
						       .records = pcs->at,
						       .count = pcs->n };
		err = sink.records(sink.context, &stream, &piece);
	}
	return err ? err : sink.end(sink.context, &totals);
}

static int import_file(const struct import *import, const struct recording *recording,
		       const struct kcov_symbolizer *symbolizer, const char *path)
{
	const struct recorder_opts opts = {
		.recording = recording,
		.symbolizer = symbolizer,
		.mode = KCOV_MODE_PC,
		.keep = RECORDER_ORDER,
		.name = import->name ? import->name : path,
		.command = path,
		.way = "import",
	};
	struct recorder *recorder;
	struct pcs pcs;
	int err;

	if (open_pcs(path, &pcs))
		return -1;
	err = recorder_open(&opts, &recorder);
	if (!err) {
		err = import_pieces(import, symbolizer, &pcs, recorder);
		if (!err)
			err = recorder_finish(recorder, 0, 0);
		recorder_close(recorder);
	}
	close_pcs(&pcs);
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
	.summary = "make a recording of PCs that others collected",
	.description =
		"Reads PCs, hexadecimal ones, one a line, or binary ones of 8 bytes, and writes them\n"
		"into a recording: each FILE is a run, \"-\" is standard input. What is no PC of the\n"
		"kernel or its modules is kept as an unknown address. Exits with 2 if something\n"
		"cannot be read or written.",
	.options = options,
	.run = cmd_import_main,
};
