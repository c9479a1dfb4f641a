// SPDX-License-Identifier: MIT
#include "report.h"

#include <inttypes.h>

/*
 * Nothing but data, for other tools: a PC a line as the kernel recorded it, or a
 * comparison's ip, size in bytes, constness and operands; remote ones, and those of each
 * event, after a line that has no address in it. The caller tells about a full buffer, on
 * standard error.
 */
int report_write_raw(struct report *report, FILE *out)
{
	size_t n = report_count(report);
	struct kcov_cmp cmp;

	if (report->handles)
		fputs("# remote\n", out);
	if (report->event) {
		report_write_event(report->event, out);
		fputc('\n', out);
	}
	for (size_t i = 0; i < n; i++) {
		if (report->mode == KCOV_MODE_PC)
			fprintf(out, "0x%" PRIx64 "\n", report_address(report, i));
		else if (report_cmp(report, i, &cmp))
			fprintf(out, "0x%" PRIx64 " %u %s 0x%" PRIx64 " 0x%" PRIx64 "\n", cmp.ip,
				cmp.size, cmp.is_const ? "const" : "var", cmp.arg1, cmp.arg2);
	}
	return 0;
}
