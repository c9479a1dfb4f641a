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
 *   to be in use any more. So what is late is remembered, and the end of what was in use.
 *
 * tests/model/drain.pml is this protocol for a model checker; tests/unit/test-drain.c has this very
 * code, and a kernel between any two of its accesses.
 */

/*
 * A record, and how many may come to be between two steps of it, with some to spare: what
 * interrupts a task is not recorded but for its first few calls. Less than half of any buffer.
 */
#define NESTED 32u

/* Of what is late: kcov_drain.late_flags. */
enum {
	/* It was the last that was counted: what came after it is not out yet. */
	LATE_LAST = 1 << 0,
	/* The count was set back since. */
	LATE_BEFORE = 1 << 1,
};

#define LATE_MAX (sizeof(((struct kcov_drain *)NULL)->late) / sizeof(size_t))

struct look {
	uint64_t *area;
	struct kcov_drain *drain;
	/* Words of an entry, the last of which is never 0 once it is there. */
	size_t entry;
	/* In entries. */
	size_t capacity;
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

/* False: there is nothing, or not yet. is_final: it will not be stored again before the next time.
 */
static inline bool take(struct look *look, size_t slot, bool is_final)
{
	uint64_t *const last = last_word(look, slot), *to = look->ret + look->n * look->entry;
	uint64_t value = drain_load(last);

	if (!value)
		return false;
	for (size_t i = 1; i < look->entry; i++)
		to[i - 1] = last[(ptrdiff_t)(i - look->entry)];
	if (is_final)
		drain_store(last, 0);
	else
		value = drain_exchange(last, 0);
	to[look->entry - 1] = value;
	look->n++;
	return true;
}

/* It is counted and not there. */
static void add_late(struct look *look, size_t slot, bool is_last)
{
	struct kcov_drain *drain = look->drain;

	if (drain->n_late == LATE_MAX) {
		look->doubts |= KCOV_DRAIN_OVERWRITTEN;
		return;
	}
	drain->late[drain->n_late] = slot;
	drain->late_flags[drain->n_late++] = is_last ? LATE_LAST : 0;
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

/* Whether that is the end of its being late. */
static bool settle(struct look *look, size_t slot, unsigned int flags, size_t count)
{
	const bool is_before = flags & LATE_BEFORE;

	/* The task has come there once more: it is the old record, or the new one, or neither. */
	if (is_before && count >= slot) {
		look->doubts |= KCOV_DRAIN_OVERWRITTEN;
		return true;
	}
	if (!(is_before ? take_behind(look, slot) : take(look, slot, false)))
		return false;
	if (!(flags & LATE_LAST))
		look->doubts |= KCOV_DRAIN_ORDER;
	return true;
}

static void take_late(struct look *look, size_t count)
{
	struct kcov_drain *drain = look->drain;
	size_t left = 0;

	for (size_t i = 0; i < drain->n_late; i++) {
		const size_t slot = drain->late[i];
		const unsigned char flags = drain->late_flags[i];

		if (settle(look, slot, flags, count))
			continue;
		drain->late[left] = slot;
		drain->late_flags[left++] = flags;
	}
	drain->n_late = left;
}

/* Where it is among the late ones; n_late: it is not. */
static size_t find_late(const struct look *look, size_t slot)
{
	size_t i = 0;

	while (i < look->drain->n_late && look->drain->late[i] != slot)
		i++;
	return i;
}

static bool is_late(const struct look *look, size_t slot)
{
	return find_late(look, slot) < look->drain->n_late;
}

static void forget_late(struct look *look, size_t slot)
{
	struct kcov_drain *drain = look->drain;
	size_t i = find_late(look, slot);

	if (i == drain->n_late)
		return;
	drain->n_late--;
	drain->late[i] = drain->late[drain->n_late];
	drain->late_flags[i] = drain->late_flags[drain->n_late];
}

/* Something came out that was stored after all that is late. */
static void add_newer(struct look *look)
{
	for (size_t i = 0; i < look->drain->n_late; i++)
		look->drain->late_flags[i] &= (unsigned char)~LATE_LAST;
}

/* Up to this slot nothing that was taken is stored again, and behind it there may be. */
static size_t again_from(size_t done)
{
	return done > NESTED ? done - NESTED : 0;
}

/* All that is new up to, and including, a slot. */
static void take_up_to(struct look *look, size_t count)
{
	struct kcov_drain *drain = look->drain;
	/* What was there already may have been stored again. */
	size_t slot = again_from(drain->done);

	/* The task did not see that the count was set back. */
	if (!drain->done && count > NESTED && !is_there(look, 1)) {
		for (slot = 1; slot < count && !is_there(look, slot + 1);)
			slot++;
		/* Not even the last one is there yet: the next look knows more. */
		if (slot == count)
			return;
		drain->done = slot;
		drain->went_on = true;
	}
	while (slot++ < count) {
		const bool is_final = slot + NESTED < count;

		if (take(look, slot, is_final)) {
			forget_late(look, slot);
			add_newer(look);
		} else if (slot > drain->done && !is_late(look, slot)) {
			add_late(look, slot, slot == count);
		}
	}
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
		if (!is_late(look, slot))
			take_behind(look, slot);
	}
	/* So many do not interrupt one. */
	if (count > NESTED)
		drain->before = 0;
}

/*
 * What is stored behind the count and not late: the count went back, since what stored that had
 * interrupted who counts now. The next records would be stored over it.
 */
static void take_nested(struct look *look, size_t count)
{
	const size_t end = count + NESTED < look->capacity ? count + NESTED : look->capacity;

	for (size_t slot = count + 1; slot <= end; slot++) {
		if (is_late(look, slot) || !is_there(look, slot))
			continue;
		/* It goes on. */
		if (count_now(look) != count)
			return;
		if (take(look, slot, false))
			look->doubts |= KCOV_DRAIN_ORDER;
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
	for (size_t i = 0; i < drain->n_late; i++)
		drain->late_flags[i] |= LATE_BEFORE;
	drain->before = drain->done;
	drain->done = 0;
	drain->went_on = false;
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
	take_late(look, count);
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
		.entry = mode == KCOV_MODE_CMP ? KCOV_CMP_WORDS : 1,
		.capacity = kcov_words_to_entries(kcov->words, mode),
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
