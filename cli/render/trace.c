// SPDX-License-Identifier: MIT
#include "event-writer.h"
#include "header.h"

#include <inttypes.h>
#include <string.h>

/* "FUNCTION at FILE:LINE" of one level; without lines, what the symbol says. */
static void write_frame(const struct located_address *at, size_t frame, FILE *out)
{
	const struct located_place place = { at, frame };
	const struct kcov_frame *known = place_frame(&place);

	if (!known) {
		fputs("??", out);
		return;
	}
	if (known->file) {
		fprintf(out, "%s at ", known->function ? known->function : "??");
		located_write_line(known->file, known->line, out);
	} else {
		fprintf(out, "%s+0x%" PRIx64, place_function(&place),
			at->place->location.symbol_offset);
	}
	if (at->place->location.image && strcmp(at->place->location.image, "vmlinux") != 0)
		fprintf(out, " [%s]", at->place->location.image);
}

/* One entry of the buffer, in the order in which they were recorded. */
static void write_entry(const struct report *report, const struct located *located, size_t index,
			FILE *out)
{
	uint64_t address = report_address(report, index);
	const struct located_address *at;
	struct kcov_cmp cmp;

	if (!report_has(report, index))
		return;
	at = located_find(located, address);
	fprintf(out, "0x%016" PRIx64 " ", address);
	if (report_is_of_cmps(report) && report_cmp(report, index, &cmp))
		fprintf(out, "%u bytes, %s0x%" PRIx64 " with 0x%" PRIx64 ", in ", cmp.size,
			cmp.is_const ? "constant " : "", cmp.arg1, cmp.arg2);
	write_frame(at, 0, out);
	fputc('\n', out);
	for (size_t i = 1; i < at->place->n_frames; i++) {
		fputs("  (inlined by) ", out);
		write_frame(at, i, out);
		fputc('\n', out);
	}
}

static int write(const struct report *report, FILE *out)
{
	size_t n = report_count(report);
	struct located located;
	int err;

	err = located_init(report, &located);
	if (err)
		return err;
	report_write_header(report, &located, out);
	for (size_t i = 0; i < n; i++)
		write_entry(report, &located, i, out);
	located_fini(&located);
	return 0;
}

const struct format format_trace = {
	.name = "trace",
	.can = FORMAT_SYMBOLS | FORMAT_ORDER | FORMAT_CMPS,
	.write = write,
	.events = text_events,
};
