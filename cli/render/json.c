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

/*
 * One object on one line. Addresses and operands are strings: JSON numbers lose the
 * low bits of anything above 2^53. No field holds text that would need escaping.
 */
int report_write_json(struct report *report, FILE *out)
{
	fprintf(out,
		"{\"version\":1,\"kind\":\"run\",\"pid\":%d,\"tid\":%d,\"first_thread_only\":true,"
		"\"mode\":\"%s\",\"complete\":%s,\"capacity\":%zu,",
		(int)report->pid, (int)report->pid, report->mode == KCOV_MODE_CMP ? "cmp" : "pc",
		report_is_full(report) ? "false" : "true", report->capacity);
	if (report->mode == KCOV_MODE_CMP)
		write_cmps(report, out);
	else
		write_pcs(report, out);
	fputs("}\n", out);
	return 0;
}
