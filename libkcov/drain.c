// SPDX-License-Identifier: MIT
#include "drain-atomics.h"
#include "internal.h"

#include <errno.h>
#include <string.h>

/*
 * The kernel's side, for each record (kernel/kcov.c): read the count, store it plus one, store the
 * record behind it. None of it is atomic, and what interrupts the task there may record, too: then
 * the count goes back, and a slot is stored twice. So the count only says how far to look; what
 * is recorded is a slot that is not 0, which is taken once, and made 0.
 *
 * The count is set back to 0 when half of the buffer is used, after all that is there has been
 * taken: the task has to fill half of it before it comes to what is still to be taken. Three
 * things can happen then:
 *
 * - it starts again from the first slot;
 * - it had read the count, and stores what it made of it: it goes on where it was, and all
 *   slots before stay 0. The next look sees that by the first one;
 * - it had stored the count, and not the record: that comes later, to a slot that does not seem
 *   to be in use any more. So the end of what was in use is looked at again.
 *
 * tests/model/drain.pml is this protocol for a model checker; tests/unit/test-drain.c has this very
 * code, and a kernel between any two of its accesses.
 */

/*
 * A record, and how many may come to be between two steps of it, with some to spare: what
 * interrupts a task is not recorded but for its first few calls. Less than half of any buffer.
 */
#define NESTED 32u

struct look {
	uint64_t *area;
	struct kcov_drain *drain;
	/* Words of an entry, the last of which is never 0 once it is there. */
	size_t entry;
	/* In entries. */
	size_t capacity;
	/* As the drain had them when the look began. */
	size_t before;
	bool is_before_late;
	uint64_t *ret;
	size_t n;
	unsigned int doubts;
};

static uint64_t *last_word(const struct look *look, size_t slot)
{
	return look->area + slot * look->entry;
}

static bool is_there(const struct look *look, size_t slot)
{
	return drain_load(last_word(look, slot)) != 0;
}

/* The words of an entry before the last one. */
static void copy_operands(const struct look *look, const uint64_t *last, uint64_t *to)
{
	for (size_t i = 1; i < look->entry; i++)
		to[i - 1] = last[(ptrdiff_t)(i - look->entry)];
}

/* False: there is nothing, or not yet. is_final: nobody stores there before the next time. */
static inline bool take(struct look *look, size_t slot, bool is_final)
{
	uint64_t *const last = last_word(look, slot), *to = look->ret + look->n * look->entry;
	const uint64_t value = drain_load(last);

	if (!value)
		return false;
	/* More than there can be: somebody else writes there. */
	if (look->n == look->capacity + KCOV_DRAIN_SLACK) {
		look->doubts |= KCOV_DRAIN_OVERWRITTEN;
		return false;
	}
	copy_operands(look, last, to);
	to[look->entry - 1] = value;
	if (is_final)
		drain_store(last, 0);
	else
		to[look->entry - 1] = drain_exchange(last, 0);
	/* Stored again meanwhile, all of it: the last word is stored last. */
	if (to[look->entry - 1] != value)
		copy_operands(look, last, to);
	look->n++;
	return true;
}

static size_t count_now(const struct look *look)
{
	const uint64_t count = drain_load(look->area);

	return count < look->capacity ? (size_t)count : look->capacity;
}

/* What was stored behind the count. */
static bool take_behind(struct look *look, size_t slot)
{
	if (!take(look, slot, false))
		return false;
	/* Or it is what the task stored when it came there, just now. */
	if (count_now(look) >= slot)
		look->doubts |= KCOV_DRAIN_OVERWRITTEN;
	return true;
}

/*
 * A slot was taken that had been, or will be, stored twice: of a record of several words, some
 * may be the other one's.
 */
static void doubt_words(struct look *look)
{
	if (look->entry > 1)
		look->doubts |= KCOV_DRAIN_OVERWRITTEN;
}

/* Up to this slot nothing that was taken is stored again, and behind it there may be. */
static size_t again_from(size_t done)
{
	return done > NESTED ? done - NESTED : 0;
}

/* Up to known all was taken once, but for itself if it was late. */
static void judge_again(struct look *look, size_t slot, size_t known, bool is_known_late)
{
	if (slot > known || (slot == known && is_known_late))
		return;
	/* By who was interrupted, and belongs before what came out since. */
	if (slot < known)
		look->doubts |= KCOV_DRAIN_ORDER;
	doubt_words(look);
}

/*
 * The task did not see that the count was set back: all before the first slot that there is
 * something in is of the time before. False: not even the last one is there yet.
 */
static bool skip_empty(struct look *look, size_t count)
{
	size_t slot = 1;

	while (slot < count && !is_there(look, slot + 1))
		slot++;
	if (slot == count)
		return false;
	look->drain->done = slot;
	look->drain->went_on = true;
	return true;
}

/* All that is new up to, and including, a slot. */
static void take_up_to(struct look *look, size_t count)
{
	struct kcov_drain *drain = look->drain;
	bool is_known_late = drain->is_late, is_taken = false;
	size_t known = drain->done;

	if (!drain->done && count > NESTED && !is_there(look, 1)) {
		if (!skip_empty(look, count))
			return;
		known = look->before;
		is_known_late = look->is_before_late;
	}
	/* What was there already may have been stored again. */
	for (size_t slot = again_from(drain->done) + 1; slot <= count; slot++) {
		is_taken = take(look, slot, slot + NESTED < count);
		if (is_taken)
			judge_again(look, slot, known, is_known_late);
	}
	if (count > drain->done || (count == drain->done && is_taken))
		drain->is_late = !is_taken;
	if (count > drain->done)
		drain->done = count;
}

/*
 * What comes to the end of what was in use until the count was set back: the record of who
 * was interrupted, and had counted what the interrupt then stored.
 */
static void take_again(struct look *look, size_t count)
{
	struct kcov_drain *drain = look->drain;
	size_t slot = again_from(drain->before);

	if (count > slot) {
		/* Half of the buffer was filled, and nobody looked there meanwhile. */
		if (drain->before && (drain->done ? !drain->went_on : is_there(look, 1)))
			look->doubts |= KCOV_DRAIN_OVERWRITTEN;
		drain->before = 0;
	}
	while (slot < drain->before) {
		slot++;
		if (!take_behind(look, slot))
			continue;
		judge_again(look, slot, drain->before, drain->is_before_late);
		drain->is_before_late &= slot != drain->before;
	}
	/* So many do not interrupt one. */
	if (count > NESTED)
		drain->before = 0;
}

/*
 * What is stored behind what is in use: the count went back, since what stored that had interrupted
 * who counts now. The next records would be stored over it.
 */
static void take_nested(struct look *look, size_t in_use)
{
	const size_t end = in_use + NESTED < look->capacity ? in_use + NESTED : look->capacity;

	for (size_t slot = in_use + 1; slot <= end; slot++) {
		if (!is_there(look, slot))
			continue;
		/* It is in use now. */
		if (count_now(look) >= slot)
			return;
		if (take(look, slot, false)) {
			look->doubts |= KCOV_DRAIN_ORDER;
			doubt_words(look);
		}
	}
}

/* From the first slot again. What was taken goes up to done. */
static void set_back(struct look *look)
{
	struct kcov_drain *drain = look->drain;
	const size_t done = drain->done;
	const uint64_t old = drain_exchange(look->area, 0);
	const size_t count = old < look->capacity ? (size_t)old : look->capacity;

	if (count == look->capacity)
		look->doubts |= KCOV_DRAIN_FULL;
	if (drain_barrier())
		look->doubts |= KCOV_DRAIN_OVERWRITTEN;
	take_up_to(look, count);
	take_nested(look, drain->done);
	drain->before = drain->done;
	drain->is_before_late = drain->is_late;
	drain->done = 0;
	drain->went_on = false;
	/* What was made 0 is so before it is looked at where the task is. */
	drain_fence();
	/* Meanwhile the task came to what was being taken, if it started from the first. */
	if (count_now(look) > again_from(done) && is_there(look, 1))
		look->doubts |= KCOV_DRAIN_OVERWRITTEN;
}

static void look_at(struct look *look)
{
	const size_t count = count_now(look);

	if (count == look->capacity)
		look->doubts |= KCOV_DRAIN_FULL;
	if (drain_barrier())
		look->doubts |= KCOV_DRAIN_OVERWRITTEN;
	take_again(look, count);
	take_up_to(look, count);
	/* Unless it is not known yet from where on it is in use. */
	if (count > look->capacity / 2 && look->drain->done)
		set_back(look);
	else
		take_nested(look, count);
}

static int check(const struct kcov *kcov)
{
	if (sizeof(size_t) < sizeof(uint64_t))
		return -EOPNOTSUPP;
	return kcov->protection == KCOV_PROTECT_GUARD ? 0 : -EACCES;
}

KCOV_PUBLIC int kcov_drain_init(struct kcov *kcov, struct kcov_drain *ret)
{
	int err = check(kcov);

	if (err)
		return err;
	if (drain_barrier())
		return -EOPNOTSUPP;
	memset(kcov->area, 0, kcov->words * sizeof(*kcov->area));
	*ret = (struct kcov_drain){ .done = 0 };
	return 0;
}

KCOV_PUBLIC int kcov_drain(struct kcov *kcov, enum kcov_mode mode, struct kcov_drain *drain,
			   uint64_t *ret, size_t room, struct kcov_drained *ret_drained)
{
	struct look look = {
		.area = kcov->area,
		.drain = drain,
		.entry = kcov_record_words(mode),
		.capacity = kcov_words_to_entries(kcov->words, mode),
		.before = drain->before,
		.is_before_late = drain->is_before_late,
		.ret = ret,
	};
	int err = check(kcov);

	if (err)
		return err;
	if (!kcov_is_mode(mode))
		return -EINVAL;
	if (room / look.entry < look.capacity + KCOV_DRAIN_SLACK)
		return -ENOBUFS;
	look_at(&look);
	*ret_drained = (struct kcov_drained){ .count = look.n, .doubts = look.doubts };
	return 0;
}
