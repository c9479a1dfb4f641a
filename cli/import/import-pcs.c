// SPDX-License-Identifier: MIT
#include "../coverage/pc-kinds.h"
#include "../store/recorder.h"
#include "../text/addresses.h"
#include "../text/error.h"
#include "import-run.h"

#include <errno.h>
#include <string.h>

enum {
	/* PCs that are handed on at a time, and that are looked at to tell what they are. */
	PIECE = 8192,
};

/* PCs of a file, some at a time. */
struct pcs {
	struct input *input;
	uint64_t at[PIECE];
	size_t n;
};

static int read_binary(struct pcs *pcs)
{
	size_t n;

	if (input_read(pcs->input, pcs->at, sizeof(pcs->at), &n))
		return -1;
	if (n % sizeof(uint64_t)) {
		error_tell("%s: not PCs: its last one has %zu of 8 bytes", pcs->input->path,
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
	while (pcs->n < PIECE && (n = input_next(pcs->input, &line, &size)) > 0) {
		struct address_scan scan = { .text = line, .end = line + size };

		if (is_blank(line, size))
			continue;
		if (!address_scan_next(&scan, &pcs->at[pcs->n]))
			return input_refuse(
				pcs->input,
				"no address: PCs are hexadecimal, one a line, or binary "
				"with 8 bytes each");
		pcs->n++;
	}
	return n < 0 ? -1 : 0;
}

/* The next of them; none: there are no more. 0 or -1, told. */
static int read_pcs(struct pcs *pcs)
{
	return pcs->input->kind == INPUT_BINARY ? read_binary(pcs) : read_text(pcs);
}

/* Which they are by what most of the first ones are. */
static enum import_addresses guess(const struct kcov_symbolizer *symbolizer, const struct pcs *pcs)
{
	struct pc_kinds kinds = { 0 };

	for (size_t i = 0; i < pcs->n; i++) {
		const uint64_t before = pcs->at[i] - 1;
		struct kcov_location location;

		if (!kcov_symbolizer_lookup(symbolizer, &before, 1, NULL, &location))
			pc_kinds_add(&kinds, &location);
	}
	return kinds.n_calls > kinds.n_points ? IMPORT_CALL : IMPORT_RETURN;
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

static int import_pieces(const struct import_run *import, struct recorder *recorder)
{
	const struct kcov_symbolizer *symbolizer = import->symbolizer;
	const struct sink sink = recorder_sink(recorder);
	const struct totals totals = { .tasks = 0 };
	struct event piece = { .kind = EVENT_TASK, .is_covered = true };
	enum import_addresses which = import->addresses;
	struct pcs pcs = { .input = import->input };
	void *stream = NULL;
	int err = sink.begin(sink.context);

	while (!err && !(err = read_pcs(&pcs)) && pcs.n) {
		if (!which) {
			which = guess(symbolizer, &pcs);
			if (which == IMPORT_CALL)
				error_tell("%s: most are where calls of coverage points begin: "
					   "moved behind them",
					   import->input->path);
		}
		for (size_t i = 0; i < pcs.n && which == IMPORT_CALL; i++)
			pcs.at[i] = behind_call(symbolizer, pcs.at[i]);
		piece.records = (struct kcov_records){ .kind = kcov_record_kind(KCOV_MODE_PC),
						       .records = pcs.at,
						       .count = pcs.n };
		err = sink.records(sink.context, &stream, &piece);
	}
	return err ? err : sink.end(sink.context, &totals);
}

int import_pcs(const struct import_run *import)
{
	const struct recorder_opts opts = {
		.recording = import->recording,
		.symbolizer = import->symbolizer,
		.is_of_another = import->is_of_another,
		.layout = import->layout,
		.mode = KCOV_MODE_PC,
		.keep = RECORDER_ORDER,
		.name = import->name ? import->name : import->input->path,
		.command = import->input->path,
		.way = "import",
	};
	struct recorder *recorder;
	int err = recorder_open(&opts, &recorder);

	if (err)
		return err;
	err = import_pieces(import, recorder);
	if (!err)
		err = recorder_finish(recorder, &(struct recorder_end){ 0 });
	recorder_close(recorder);
	return err;
}
