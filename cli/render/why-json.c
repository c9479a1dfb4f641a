// SPDX-License-Identifier: MIT
#include "../text/text.h"
#include "arguments-text.h"
#include "location.h"
#include "why-answer.h"

#include <inttypes.h>
#include <stdlib.h>

static void put_signed(const char *name, int64_t value, struct text *out)
{
	text_put(name, out);
	if (value < 0)
		text_put_char('-', out);
	text_put_number("", value < 0 ? 0 - (uint64_t)value : (uint64_t)value, out);
}

static void put_call(const struct why_answer *answer, struct text *out)
{
	const struct event *event = &answer->event;
	char room[16];

	text_put_number("{\"version\":1,\"kind\":\"why\",\"event\":", answer->number, out);
	text_put_number(",\"pid\":", (uint64_t)event->pid, out);
	text_put_number(",\"tid\":", (uint64_t)event->tid, out);
	text_put_member(",\"name\":", event->name, out);
	arguments_put_json(event, out);
	put_signed(",\"result\":", event->result, out);
	text_put_member(",\"errno\":", why_errno_name(event->result, room), out);
	text_put_number(",\"count\":", answer->count, out);
}

static void put_doubts(const struct finding *finding, struct text *out)
{
	const char *comma = "";

	text_put(",\"doubts\":[", out);
	for (unsigned int doubt = 1; finding_doubt_name(doubt); doubt <<= 1) {
		if (!(finding->doubts & doubt))
			continue;
		text_put_member(comma, finding_doubt_name(doubt), out);
		comma = ",";
	}
	text_put_char(']', out);
}

/* "vmlinux+0x1234" */
static void put_at(const struct place *place, struct text *out)
{
	char at[32];

	if (!place->location.image) {
		text_put("null", out);
		return;
	}
	snprintf(at, sizeof(at), "+0x%" PRIx64 "\"", place->location.offset);
	text_put_char('"', out);
	text_put(place->location.image, out);
	text_put(at, out);
}

static void put_source(const struct place *place, struct text *out)
{
	char *source = place->n_frames ? why_source_line(place->frames) : NULL;

	text_put_member(",\"source\":", source, out);
	free(source);
}

static int put_candidates(const struct finding *finding, struct places *places, struct text *out)
{
	const struct place *place;
	int err = 0;

	text_put(",\"candidates\":[", out);
	for (size_t i = 0; i < finding->n_candidates && !err; i++) {
		const struct finding_candidate *candidate = &finding->candidates[i];

		err = why_frames(places, candidate->address, &place);
		if (err)
			break;
		text_put_number(i ? ",{\"rank\":" : "{\"rank\":", i + 1, out);
		text_put_member(",\"role\":", finding_role_name(candidate->role), out);
		text_put(",\"at\":", out);
		put_at(place, out);
		text_put(",\"frames\":", out);
		location_put_frames(place->frames, place->n_frames, out);
		put_source(place, out);
		text_put_char('}', out);
	}
	text_put_char(']', out);
	return err;
}

static int put_callers(const struct finding *finding, struct places *places, struct text *out)
{
	const struct place *place;
	const char *before = "{\"function\":";
	int err = 0;

	text_put(",\"callers\":[", out);
	for (size_t i = 0; i < finding->callers.n && !err; i++) {
		err = why_frames(places, finding->callers.at[i], &place);
		for (size_t k = 0; !err && k < place->n_frames; k++) {
			const struct kcov_frame *frame = &place->frames[k];

			text_put_member(before, frame->function ? frame->function : "??", out);
			text_put_member(",\"file\":", frame->file, out);
			text_put_number(",\"line\":", frame->line, out);
			text_put_char('}', out);
			before = ",{\"function\":";
		}
	}
	text_put_char(']', out);
	return err;
}

static int put_gaps(const struct finding *finding, struct places *places, struct text *out)
{
	const struct place *place;
	int err = 0;

	text_put(",\"gaps\":[", out);
	for (size_t i = 0; i < finding->gaps.n && !err; i++) {
		/* A PC is what was recorded: places are of what is before it. */
		err = why_frames(places, finding->gaps.at[i].address - 1, &place);
		if (err)
			break;
		text_put_number(i ? ",{\"pc\":" : "{\"pc\":", finding->gaps.at[i].pc, out);
		text_put(",\"at\":", out);
		put_at(place, out);
		text_put_char('}', out);
	}
	text_put_char(']', out);
	return err;
}

static int put_answer(const struct why_answer *answer, struct places *places, struct text *out)
{
	const struct finding *finding = &answer->finding;
	int err;

	put_call(answer, out);
	text_put_member(",\"verdict\":", finding_verdict_name(finding->verdict), out);
	text_put(finding->is_sure ? ",\"sure\":true" : ",\"sure\":false", out);
	put_doubts(finding, out);
	text_put_member(",\"cause\":", answer->cause, out);
	err = put_candidates(finding, places, out);
	if (!err)
		err = put_callers(finding, places, out);
	if (!err)
		err = put_gaps(finding, places, out);
	text_put("}\n", out);
	return err;
}

int why_write_json(const struct why_answer *answer, struct places *places, FILE *out)
{
	char buffer[16384];
	struct text text = { out, buffer, buffer, buffer + sizeof(buffer) };
	int err = put_answer(answer, places, &text);

	text_flush(&text);
	return err;
}
