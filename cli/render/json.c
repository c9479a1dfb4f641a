// SPDX-License-Identifier: MIT
#include "report.h"

#include <inttypes.h>

static void write_pcs(const struct report *report, FILE *out)
{
	fputs("\"pcs\":[", out);
	for (size_t i = 0; i < report->pcs.count; i++)
		fprintf(out, "%s\"0x%" PRIx64 "\"", i ? "," : "", report->pcs.pcs[i]);
	fputc(']', out);
}

static void write_cmps(const struct report *report, FILE *out)
{
	const char *comma = "";
	struct kcov_cmp cmp;

	fprintf(out, "\"damaged\":%zu,\"cmps\":[", report_count_damaged(report));
	for (size_t i = 0; i < report->cmps.count; i++) {
		if (!report_cmp(report, i, &cmp))
			continue;
		fprintf(out,
			"%s{\"ip\":\"0x%" PRIx64 "\",\"size\":%u,\"const\":%s,"
			"\"arg1\":\"0x%" PRIx64 "\",\"arg2\":\"0x%" PRIx64 "\"}",
			comma, cmp.ip, cmp.size, cmp.is_const ? "true" : "false", cmp.arg1,
			cmp.arg2);
		comma = ",";
	}
	fputc(']', out);
}

/* Each has a name without blanks or anything else that would need escaping. */
static void write_doubts(const struct report *report, FILE *out)
{
	static const char *const names[] = { "nothing", "moving", "full", "section" };
	const char *comma = "";

	fputs("\"doubts\":[", out);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!(report->doubts & 1u << i))
			continue;
		fprintf(out, "%s\"%s\"", comma, names[i]);
		comma = ",";
	}
	fputs("],", out);
}

static void write_handles(const struct report *report, FILE *out)
{
	char text[KCOV_HANDLE_TEXT_SIZE];

	fputs("\"handles\":[", out);
	for (size_t i = 0; i < report->n_handles; i++)
		if (!kcov_handle_print(report->handles[i], sizeof(text), text))
			fprintf(out, "%s\"%s\"", i ? "," : "", text);
	fputs("],", out);
}

static void write_hits(const struct report *report, FILE *out)
{
	fputs(",\"hits\":[", out);
	for (size_t i = 0; i < report_count(report); i++)
		fprintf(out, "%s%" PRIu64, i ? "," : "", report_hits(report, i));
	fputc(']', out);
}

static void write_subject(const struct report *report, FILE *out)
{
	if (report->call) {
		fprintf(out, "\"kind\":\"syscall\",\"name\":\"%s\",\"calls\":%" PRIu64 ",",
			report->call->name, report->call->calls);
		return;
	}
	if (!report->handles) {
		fprintf(out, "\"kind\":\"run\",\"pid\":%d,\"tid\":%d,\"first_thread_only\":true,",
			(int)report->pid, (int)report->pid);
		return;
	}
	fprintf(out, "\"kind\":\"remote\",\"pid\":%d,", (int)report->pid);
	write_handles(report, out);
	write_doubts(report, out);
}

/*
 * One object on one line. Addresses and operands are strings: JSON numbers lose the
 * low bits of anything above 2^53. No field holds text that would need escaping.
 */
int report_write_json(struct report *report, FILE *out)
{
	fputs("{\"version\":2,", out);
	write_subject(report, out);
	fprintf(out, "\"mode\":\"%s\",\"complete\":%s,\"capacity\":%zu,",
		report->mode == KCOV_MODE_CMP ? "cmp" : "pc",
		report_is_complete(report) ? "true" : "false", report->capacity);
	if (report->mode == KCOV_MODE_CMP)
		write_cmps(report, out);
	else
		write_pcs(report, out);
	if (report->hits)
		write_hits(report, out);
	fputs("}\n", out);
	return 0;
}
