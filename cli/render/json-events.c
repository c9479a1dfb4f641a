// SPDX-License-Identifier: MIT
#include "../coverage/frames.h"
#include "../text/text.h"
#include "arguments-text.h"
#include "event-writer.h"
#include "json-report.h"
#include "location.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

static void put_result(const struct event *event, struct text *out)
{
	const char *name = event->is_error ? strerrorname_np((int)-event->result) : NULL;

	text_put(",\"result\":", out);
	if (event->result < 0)
		text_put_char('-', out);
	text_put_number(
		"", event->result < 0 ? 0 - (uint64_t)event->result : (uint64_t)event->result, out);
	text_put_member(",\"errno\":", name, out);
}

static void put_call(const struct event *event, struct text *out)
{
	text_put_member(",\"arch\":", event->arch_name, out);
	text_put_member(",\"name\":", event->name, out);
	text_put_number(",\"number\":", event->number, out);
	arguments_put_json(event, out);
	if (event->kind == EVENT_CALL)
		put_result(event, out);
}

static void put_event(const struct event *event, struct text *out)
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
	text_put_short_hex(cmp->arg1, out);
	text_put(",\"arg2\":", out);
	text_put_short_hex(cmp->arg2, out);
	text_put_char('}', out);
}

static void put_hex16(const char *before, uint64_t word, struct text *out)
{
	char *at = text_put_with_room(before, out);

	at = digits_add_hex16(at, word);
	*at++ = '"';
	out->next = at;
}

/* A number, or an array of as many as a record has words. */
static void put_words(const struct kcov_records *records, struct text *out)
{
	const size_t words = records->kind->words;

	for (size_t i = 0; words == 1 && i < records->count; i++)
		put_hex16(i ? ",\"0x" : "\"0x", records->records[i], out);
	for (size_t i = 0; words > 1 && i < records->count; i++) {
		for (size_t word = 0; word < words; word++)
			put_hex16(word ? ",\"0x"
				  : i  ? ",[\"0x"
				       : "[\"0x",
				  records->records[i * words + word], out);
		text_put_char(']', out);
	}
}

static void put_cmps(const struct report *report, struct text *out)
{
	const char *comma = "";
	struct kcov_cmp cmp;

	for (size_t i = 0; i < report_count(report); i++) {
		if (!report_cmp(report, i, &cmp))
			continue;
		text_put(comma, out);
		put_cmp(&cmp, out);
		comma = ",";
	}
}

/* The one or the other text of each record's place. */
static int put_places(const struct report *report, bool is_second, struct text *out)
{
	const char *comma = "";

	for (size_t i = 0; i < report_count(report); i++) {
		const struct place *place;

		if (!report_has(report, i))
			continue;
		place = places_get(report->places, report_address(report, i));
		if (!place)
			return report->places->err;
		text_put(comma, out);
		text_put(place->text + (is_second ? strlen(place->text) + 1 : 0), out);
		comma = ",";
	}
	return 0;
}

static int put_all(const struct report *report, bool with_frames, struct text *out)
{
	int err;

	put_event(report->event, out);
	text_put(report->records.full ? ",\"complete\":false,\"" : ",\"complete\":true,\"", out);
	text_put(report->records.kind->name, out);
	text_put("s\":[", out);
	if (report_is_of_cmps(report))
		put_cmps(report, out);
	else
		put_words(&report->records, out);
	text_put("],\"at\":[", out);
	err = put_places(report, false, out);
	if (!err && with_frames) {
		text_put("],\"frames\":[", out);
		err = put_places(report, true, out);
	}
	text_put("]}\n", out);
	return err;
}

static int write_event(const struct event_writer *writer, const struct report *report)
{
	char buffer[65536];
	struct text text = { writer->out, buffer, buffer, buffer + sizeof(buffer) };
	int err = put_all(report, writer->with_frames, &text);

	text_flush(&text);
	return err;
}

static void write_not_covered(const struct event *event, FILE *out)
{
	/* Both are texts of ours, or of libc. */
	fprintf(out,
		"{\"version\":2,\"kind\":\"not_covered\",\"pid\":%d,\"tid\":%d,"
		"\"why\":\"cannot %s: %s\"}\n",
		(int)event->pid, (int)event->tid, event->what, event->why);
}

static int begin(void *context)
{
	(void)context;
	return 0;
}

/* It is written out at once. */
static int take_event(void *context, const struct event *event)
{
	const struct event_writer *writer = context;
	const struct report report = report_of(&writer->report, event);
	int err = 0;

	errno = 0;
	switch (event->kind) {
	case EVENT_CALL:
	case EVENT_BETWEEN:
	case EVENT_EXIT:
		err = write_event(writer, &report);
		break;
	case EVENT_REMOTE:
		err = json_report_write(&report, writer->out);
		break;
	case EVENT_NOT_COVERED:
		write_not_covered(event, writer->out);
		break;
	case EVENT_TASK:
		return -EINVAL;
	}
	return event_writer_flush(writer, err);
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

/*
 * What is written of each record at a place: where it is, and, behind a NUL, with_frames, what is
 * inlined into what there.
 */
static char *make_place(const struct kcov_location *location, bool with_frames)
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

static void write_totals(const struct totals *totals, FILE *out)
{
	const size_t events = totals->calls + totals->between + totals->exits;

	fprintf(out,
		"{\"version\":2,\"kind\":\"totals\",\"tasks\":%zu,\"not_covered\":%zu,"
		"\"calls\":%zu,\"between\":%zu,\"exits\":%zu,\"complete\":%zu,\"full\":%zu,"
		"\"ptrace_refused\":%" PRIu64 ",\"io_uring_setups\":%" PRIu64 "}\n",
		totals->tasks, totals->not_covered, totals->calls, totals->between, totals->exits,
		events - totals->full_events, totals->full_events, totals->blind.ptrace,
		totals->blind.io_uring_setup);
}

/* Of a run that was not stopped, and has no events. */
static void write_tasks(const struct totals *totals, FILE *out)
{
	fprintf(out,
		"{\"version\":2,\"kind\":\"totals\",\"tasks\":%zu,\"not_covered\":%zu,"
		"\"full\":%zu,\"uncertain\":%zu,\"ptrace_calls\":%" PRIu64
		",\"io_uring_setups\":%" PRIu64 "}\n",
		totals->tasks, totals->not_covered, totals->full, totals->uncertain,
		totals->blind.ptrace, totals->blind.io_uring_setup);
}

/* The last object. */
static void write_end(const struct totals *totals, FILE *out)
{
	if (totals->has_events)
		write_totals(totals, out);
	else
		write_tasks(totals, out);
}

static int end(void *context, const struct totals *totals)
{
	const struct event_writer *writer = context;

	write_end(totals, writer->out);
	return 0;
}

static struct sink events(struct event_writer *writer)
{
	return (struct sink){ .begin = begin, .event = take_event, .end = end, .context = writer };
}

const struct format format_json = {
	.name = "json",
	.can = FORMAT_ORDER | FORMAT_CALLS | FORMAT_BY_SYSCALL | FORMAT_FRAMES | FORMAT_LOSS |
	       FORMAT_CMPS,
	.write = json_report_write,
	.events = events,
	.totals = write_end,
	.place = make_place,
};
