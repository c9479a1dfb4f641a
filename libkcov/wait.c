// SPDX-License-Identifier: MIT
#include "opts.h"
#include "protect.h"
#include "sys.h"

#include <errno.h>

#define KCOV_STILL_MS 100
#define KCOV_TIMEOUT_MS 5000
/* How long a look may come too late. */
#define KCOV_LOOK_MS 10

static int kcov_wait_opts_read(const struct kcov_wait_opts *opts, struct kcov_wait_opts *ret)
{
	struct kcov_wait_opts known = { .size = sizeof(known) };
	int err = kcov_opts_copy(opts, sizeof(known), &known);

	if (err)
		return err;
	if (!known.still_ms)
		known.still_ms = KCOV_STILL_MS;
	if (!known.timeout_ms)
		known.timeout_ms = KCOV_TIMEOUT_MS;
	*ret = known;
	return 0;
}

/* The look from which on the records are as they are now. */
struct kcov_watch {
	size_t count;
	uint64_t since;
	/* So many at once fill a section; 0 if that is not known. */
	size_t section;
	unsigned int doubts;
};

/* Whether there is nothing more to wait for. */
static bool kcov_watch_look(struct kcov_watch *watch, const struct kcov *kcov, unsigned int still)
{
	const size_t count = kcov_count(kcov);
	const uint64_t now = kcov_sys_now_ms();

	if (count != watch->count) {
		if (watch->section && count >= watch->count + watch->section)
			watch->doubts |= KCOV_DOUBT_SECTION;
		watch->count = count;
		watch->since = now;
	}
	if (kcov_is_full(kcov)) {
		watch->doubts |= KCOV_DOUBT_FULL;
		return true;
	}
	return count && now - watch->since >= still;
}

KCOV_PUBLIC int kcov_wait_remote(const struct kcov *kcov, const struct kcov_wait_opts *opts,
				 struct kcov_remote_data *ret)
{
	struct kcov_watch watch = {
		.section = kcov_words_to_entries(kcov->area_size, kcov->mode),
	};
	struct kcov_wait_opts known;
	uint64_t begin;
	int err;

	err = kcov_wait_opts_read(opts, &known);
	if (err)
		return err;
	begin = watch.since = kcov_sys_now_ms();
	while (!kcov_watch_look(&watch, kcov, known.still_ms)) {
		const uint64_t waited = kcov_sys_now_ms() - begin;
		uint64_t pause = KCOV_LOOK_MS;

		if (waited >= known.timeout_ms) {
			watch.doubts |= watch.count ? KCOV_DOUBT_MOVING : KCOV_DOUBT_NOTHING;
			break;
		}
		if (pause > known.timeout_ms - waited)
			pause = known.timeout_ms - waited;
		if (pause > known.still_ms)
			pause = known.still_ms;
		kcov_sys_sleep_ms((unsigned int)pause);
	}
	*ret = (struct kcov_remote_data){ .count = watch.count, .doubts = watch.doubts };
	return 0;
}
