// SPDX-License-Identifier: MIT
#include "event-writer.h"
#include "header.h"

#include <inttypes.h>

/* Of a comparison, size in bytes, constness and operands; of others, the words behind its address.
 */
static void write_record(const struct report *report, size_t i, FILE *out)
{
	const struct kcov_record_kind *kind = report->records.kind;
	const uint64_t *words = report->records.records + i * kind->words;
	struct kcov_cmp cmp;

	/* Millions of them: each is one call. */
	if (kind->words == 1) {
		fprintf(out, "0x%" PRIx64 "\n", words[0]);
		return;
	}
	fprintf(out, "0x%" PRIx64, words[kind->address]);
	if (report_is_of_cmps(report) && report_cmp(report, i, &cmp))
		fprintf(out, " %u %s 0x%" PRIx64 " 0x%" PRIx64, cmp.size,
			cmp.is_const ? "const" : "var", cmp.arg1, cmp.arg2);
	for (size_t word = 0; !report_is_of_cmps(report) && word < kind->words; word++)
		if (word != kind->address)
			fprintf(out, " 0x%" PRIx64, words[word]);
	fputc('\n', out);
}

/*
 * Nothing but data, for other tools: a record a line as the kernel recorded it, the address first;
 * remote ones, and those of each event, after a line that has no address in it. The caller tells
 * about a full buffer, on standard error.
 */
static int write(const struct report *report, FILE *out)
{
	if (report_is_remote(report)) {
		fputs("# remote\n", out);
	} else if (report->event) {
		report_write_event(report->event, out);
		fputc('\n', out);
	}
	for (size_t i = 0; i < report_count(report); i++)
		if (report_has(report, i))
			write_record(report, i, out);
	return 0;
}

const struct format format_raw = {
	.name = "raw",
	.can = FORMAT_ORDER | FORMAT_CMPS,
	.write = write,
	.events = text_events,
};
