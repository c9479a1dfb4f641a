// SPDX-License-Identifier: MIT
#include "event-json.h"

#include "frames.h"
#include "location.h"
#include "text.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

static void put_short_hex(uint64_t value, struct text *out)
{
	char hex[24];

	snprintf(hex, sizeof(hex), "\"0x%" PRIx64 "\"", value);
	text_put(hex, out);
}

static void put_result(const struct report_event *event, struct text *out)
{
	const char *name = event->is_error ? strerrorname_np((int)-event->result) : NULL;

	text_put(",\"result\":", out);
	if (event->result < 0)
		text_put_char('-', out);
	text_put_number(
		"", event->result < 0 ? 0 - (uint64_t)event->result : (uint64_t)event->result, out);
	text_put_member(",\"errno\":", name, out);
}

static void put_call(const struct report_event *event, struct text *out)
{
	text_put_member(",\"arch\":", event->arch, out);
	text_put_member(",\"name\":", event->name, out);
	text_put_number(",\"number\":", event->number, out);
	text_put(",\"args\":[", out);
	for (int i = 0; i < 6; i++) {
		if (i)
			text_put_char(',', out);
		put_short_hex(event->args[i], out);
	}
	text_put_char(']', out);
	if (event->kind == REPORT_CALL)
		put_result(event, out);
}

static void put_event(const struct report_event *event, struct text *out)
{
	static const char *const kinds[] = { "call", "between", "exit" };
	char start[40];

	text_put("{\"version\":2,\"kind\":\"", out);
	text_put(kinds[event->kind], out);
	text_put_number("\",\"pid\":", (uint64_t)event->pid, out);
	text_put_number(",\"tid\":", (uint64_t)event->tid, out);
	snprintf(start, sizeof(start), ",\"start\":%lld.%06ld", (long long)event->start.tv_sec,
		 event->start.tv_nsec / 1000);
	text_put(start, out);
	if (event->has_call)
		put_call(event, out);
	text_put(event->is_covered ? ",\"covered\":true" : ",\"covered\":false", out);
}

static void put_cmp(const struct kcov_cmp *cmp, struct text *out)
{
	text_put("{\"ip\":\"", out);
	text_put_hex(cmp->ip, out);
	text_put_number("\",\"size\":", cmp->size, out);
	text_put(cmp->is_const ? ",\"const\":true,\"arg1\":" : ",\"const\":false,\"arg1\":", out);
	put_short_hex(cmp->arg1, out);
	text_put(",\"arg2\":", out);
	put_short_hex(cmp->arg2, out);
	text_put_char('}', out);
}

static void put_records(const struct report *report, struct text *out)
{
	const char *comma = "";
	struct kcov_cmp cmp;

	for (size_t i = 0; i < report->pcs.count && report->mode == KCOV_MODE_PC; i++) {
		char *at = text_put_with_room(i ? ",\"0x" : "\"0x", out);

		at = digits_add_hex16(at, report->pcs.pcs[i]);
		*at++ = '"';
		out->next = at;
	}
	for (size_t i = 0; i < report->cmps.count && report->mode == KCOV_MODE_CMP; i++) {
		if (!report_cmp(report, i, &cmp))
			continue;
		text_put(comma, out);
		put_cmp(&cmp, out);
		comma = ",";
	}
}

/* The one or the other text of each record's place. */
static int put_places(const struct report *report, struct places *places, bool is_second,
		      struct text *out)
{
	const char *comma = "";
	struct kcov_cmp cmp;

	for (size_t i = 0; i < report_count(report); i++) {
		const struct place *place;

		if (report->mode == KCOV_MODE_CMP && !report_cmp(report, i, &cmp))
			continue;
		place = places_get(places, report_address(report, i));
		if (!place)
			return -ENOMEM;
		text_put(comma, out);
		text_put(place->text + (is_second ? strlen(place->text) + 1 : 0), out);
		comma = ",";
	}
	return 0;
}

static int put_all(const struct report *report, struct places *places, bool with_frames,
		   struct text *out)
{
	int err;

	put_event(report->event, out);
	text_put(report_is_full(report) ? ",\"complete\":false" : ",\"complete\":true", out);
	text_put(report->mode == KCOV_MODE_CMP ? ",\"cmps\":[" : ",\"pcs\":[", out);
	put_records(report, out);
	text_put("],\"at\":[", out);
	err = put_places(report, places, false, out);
	if (!err && with_frames) {
		text_put("],\"frames\":[", out);
		err = put_places(report, places, true, out);
	}
	text_put("]}\n", out);
	return err;
}

int event_json_write(const struct report *report, struct places *places, bool with_frames,
		     FILE *out)
{
	char buffer[65536];
	struct text text = { out, buffer, buffer, buffer + sizeof(buffer) };
	int err = put_all(report, places, with_frames, &text);

	text_flush(&text);
	fflush(out);
	return err;
}

static void put_place(const struct kcov_location *location, const struct frames *frames,
		      struct text *out)
{
	char offset[24];

	if (location->image) {
		/* No name of an image has anything that is to be escaped. */
		text_put_char('"', out);
		text_put(location->image, out);
		snprintf(offset, sizeof(offset), "+0x%" PRIx64 "\"", location->offset);
		text_put(offset, out);
	} else {
		text_put("null", out);
	}
	text_put_char('\0', out);
	if (frames)
		location_put_frames(frames->at, frames->n, out);
}

char *event_json_place(const struct kcov_location *location, bool with_frames)
{
	char buffer[1024], *ret = NULL;
	struct text text = { NULL, buffer, buffer, buffer + sizeof(buffer) };
	struct frames frames = { 0 };
	size_t size;

	text.out = open_memstream(&ret, &size);
	if (!text.out)
		return NULL;
	if (with_frames && location->image)
		frames_add(&frames, location);
	put_place(location, with_frames ? &frames : NULL, &text);
	text_flush(&text);
	free(frames.at);
	if (fclose(text.out)) {
		free(ret);
		return NULL;
	}
	return ret;
}

void event_json_not_covered(pid_t pid, pid_t tid, const char *what, const char *why, FILE *out)
{
	/* Both are texts of ours, or of libc. */
	fprintf(out,
		"{\"version\":2,\"kind\":\"not_covered\",\"pid\":%d,\"tid\":%d,"
		"\"why\":\"cannot %s: %s\"}\n",
		(int)pid, (int)tid, what, why);
	fflush(out);
}

void event_json_totals(const struct event_totals *totals, FILE *out)
{
	const size_t events = totals->calls + totals->between + totals->exits;

	fprintf(out,
		"{\"version\":2,\"kind\":\"totals\",\"tasks\":%zu,\"not_covered\":%zu,"
		"\"calls\":%zu,\"between\":%zu,\"exits\":%zu,\"complete\":%zu,\"full\":%zu,"
		"\"ptrace_refused\":%" PRIu64 ",\"io_uring_setups\":%" PRIu64 "}\n",
		totals->tasks, totals->not_covered, totals->calls, totals->between, totals->exits,
		events - totals->full, totals->full, totals->blind.ptrace,
		totals->blind.io_uring_setup);
}

void event_json_tasks(const struct report_tasks *tasks, FILE *out)
{
	fprintf(out,
		"{\"version\":2,\"kind\":\"totals\",\"tasks\":%zu,\"not_covered\":%zu,"
		"\"full\":%zu,\"uncertain\":%zu,\"ptrace_calls\":%" PRIu64
		",\"io_uring_setups\":%" PRIu64 "}\n",
		tasks->n, tasks->not_covered, tasks->full, tasks->uncertain, tasks->blind.ptrace,
		tasks->blind.io_uring_setup);
}
