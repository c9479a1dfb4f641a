// SPDX-License-Identifier: MIT
#include "json-report.h"

#include <inttypes.h>

static void write_cmp(const struct kcov_cmp *cmp, FILE *out)
{
	fprintf(out,
		"{\"ip\":\"0x%" PRIx64 "\",\"size\":%u,\"const\":%s,"
		"\"arg1\":\"0x%" PRIx64 "\",\"arg2\":\"0x%" PRIx64 "\"}",
		cmp->ip, cmp->size, cmp->is_const ? "true" : "false", cmp->arg1, cmp->arg2);
}

/* Millions of them: each is one call. */
static void write_addresses(const struct kcov_records *records, FILE *out)
{
	for (size_t i = 0; i < records->count; i++)
		fprintf(out, "%s\"0x%" PRIx64 "\"", i ? "," : "", records->records[i]);
}

/* Arrays, of as many numbers as a record has words. */
static void write_words(const struct kcov_records *records, FILE *out)
{
	const size_t n = records->kind->words;

	for (size_t i = 0; i < records->count; i++) {
		fputs(i ? ",[" : "[", out);
		for (size_t word = 0; word < n; word++)
			fprintf(out, "%s\"0x%" PRIx64 "\"", word ? "," : "",
				records->records[i * n + word]);
		fputc(']', out);
	}
}

static void write_cmps(const struct report *report, FILE *out)
{
	const char *comma = "";
	struct kcov_cmp cmp;

	for (size_t i = 0; i < report_count(report); i++) {
		if (!report_cmp(report, i, &cmp))
			continue;
		fputs(comma, out);
		write_cmp(&cmp, out);
		comma = ",";
	}
}

static void write_records(const struct report *report, FILE *out)
{
	const struct kcov_records *records = &report->records;

	if (report_is_of_cmps(report))
		fprintf(out, "\"damaged\":%" PRIu64 ",", report_count_damaged(report));
	fprintf(out, "\"%ss\":[", records->kind->name);
	if (report_is_of_cmps(report))
		write_cmps(report, out);
	else if (records->kind->words == 1)
		write_addresses(records, out);
	else
		write_words(records, out);
	fputc(']', out);
}

/* Each has a name without blanks or anything else that would need escaping. */
static void write_doubts(const struct event *event, FILE *out)
{
	static const char *const names[] = { "nothing", "moving", "full", "section" };
	const char *comma = "";

	fputs("\"doubts\":[", out);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!(event->doubts & 1u << i))
			continue;
		fprintf(out, "%s\"%s\"", comma, names[i]);
		comma = ",";
	}
	fputs("],", out);
}

static void write_handles(const struct event *event, FILE *out)
{
	char text[KCOV_HANDLE_TEXT_SIZE];

	fputs("\"handles\":[", out);
	for (size_t i = 0; i < event->n_handles; i++)
		if (!kcov_handle_print(event->handles[i], sizeof(text), text))
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
	if (!report_is_remote(report)) {
		fprintf(out, "\"kind\":\"run\",\"pid\":%d,\"tid\":%d,\"first_thread_only\":true,",
			(int)report->pid, (int)report->pid);
		return;
	}
	fprintf(out, "\"kind\":\"remote\",\"pid\":%d,", (int)report->pid);
	write_handles(report->event, out);
	write_doubts(report->event, out);
}

static const char *completeness_of(const struct report *report)
{
	if (report->is_of_others)
		return "null";
	return report_is_complete(report) ? "true" : "false";
}

/*
 * One object on one line. Addresses and operands are strings: JSON numbers lose the
 * low bits of anything above 2^53. No field holds text that would need escaping.
 */
int json_report_write(const struct report *report, FILE *out)
{
	fputs("{\"version\":2,", out);
	write_subject(report, out);
	fprintf(out, "\"mode\":\"%s\",\"complete\":%s,\"capacity\":%zu,",
		report->records.kind->name, completeness_of(report), report->capacity);
	write_records(report, out);
	if (report->hits)
		write_hits(report, out);
	fputs("}\n", out);
	return 0;
}
