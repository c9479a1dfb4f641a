// SPDX-License-Identifier: MIT
#include "report.h"

struct report report_of(const struct report *common, const struct event *event)
{
	struct report report = *common;

	report.event = event;
	report.records = event->records;
	if (event->kind == EVENT_REMOTE)
		report.capacity = event->capacity;
	else
		report.drain_doubts = event->doubts;
	return report;
}

size_t report_count(const struct report *report)
{
	return report->records.count;
}

bool report_is_of_pcs(const struct report *report)
{
	return report->records.kind->mode == KCOV_MODE_PC;
}

bool report_is_of_cmps(const struct report *report)
{
	return report->records.kind->mode == KCOV_MODE_CMP;
}

bool report_is_remote(const struct report *report)
{
	return report->event && report->event->kind == EVENT_REMOTE;
}

unsigned int report_remote_doubts(const struct report *report)
{
	return report_is_remote(report) ? report->event->doubts : 0;
}

uint64_t report_hits(const struct report *report, size_t index)
{
	return report->hits ? report->hits[index] : 1;
}

uint64_t report_total(const struct report *report)
{
	const size_t n = report_count(report);
	uint64_t total = report->hits ? 0 : n;

	for (size_t i = 0; report->hits && i < n; i++)
		total += report->hits[i];
	return total;
}

bool report_is_complete(const struct report *report)
{
	return !report->records.full && !report_remote_doubts(report) && !report->drain_doubts &&
	       !report->is_cut;
}

bool report_cmp(const struct report *report, size_t index, struct kcov_cmp *ret)
{
	const struct kcov_cmps cmps = { .records = report->records.records,
					.count = report->records.count };

	return kcov_cmp_decode(&cmps, index, ret) == 0;
}

uint64_t report_address(const struct report *report, size_t index)
{
	const struct kcov_record_kind *kind = report->records.kind;

	return report->records.records[index * kind->words + kind->address];
}

bool report_has(const struct report *report, size_t index)
{
	struct kcov_cmp cmp;

	return !report_is_of_cmps(report) || report_cmp(report, index, &cmp);
}

uint64_t report_count_damaged(const struct report *report)
{
	uint64_t damaged = 0;

	for (size_t i = 0; report_is_of_cmps(report) && i < report_count(report); i++)
		damaged += report_has(report, i) ? 0 : report_hits(report, i);
	return damaged;
}
