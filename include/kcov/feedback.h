/* SPDX-License-Identifier: MIT */
/**
 * @file feedback.h
 * What fuzzers feed on, made from the records of a buffer: unique PCs, edges, a bitmap
 * of hit counts, the signal of a corpus, and the operands of comparisons.
 *
 * All of it is pure: no system call, no allocation, nothing kept between calls but in
 * memory that the caller hands over. Every function may be called from any thread, on
 * memory that no other thread changes meanwhile. Arrays are read and written in
 * elements of their type and may not overlap unless it says so.
 */
#ifndef KCOV_FEEDBACK_H
#define KCOV_FEEDBACK_H

#include <kcov/kcov.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * The different values among PCs (or edges), each once, in the order in which they
 * come first.
 *
 * @param values  count of them, as in kcov_pcs.pcs.
 * @param scratch 2 * count words, whose content does not matter and is lost.
 * @param ret     room for count values; may be values itself.
 * @return how many there are.
 *
 * @since 0.1
 */
size_t kcov_unique(const uint64_t *values, size_t count, uint64_t *scratch, uint64_t *ret);

/**
 * The different values among PCs (or edges), each once, smallest first.
 *
 * @param values  count of them.
 * @param scratch count words, whose content does not matter and is lost.
 * @param ret     room for count values; may be values itself.
 * @return how many there are.
 *
 * @since 0.1
 */
size_t kcov_unique_sorted(const uint64_t *values, size_t count, uint64_t *scratch, uint64_t *ret);

/**
 * The edges of a trace: one value for each step from a PC to the next one, the first
 * being the step from nowhere.
 *
 * An edge is a hash, below 2^32, of the two PCs' offsets in their pages. Those are the
 * same wherever KASLR puts the kernel and the loader a module, which the rest of an
 * address is not, so that edges of one build can be compared between boots. Two
 * different steps have the same edge with a chance of one in 2^24.
 *
 * @param pcs count PCs in the order in which they ran.
 * @param ret room for count edges; may be pcs itself.
 *
 * @since 0.1
 */
void kcov_edges(const uint64_t *pcs, size_t count, uint64_t *ret);

/**
 * Count the edges of a trace in a bitmap of 8-bit hit counts, as AFL's target side does
 * it: each edge has one byte, which it may share with others. A count that overflows
 * goes on at 1, not at 0, so that an edge that was hit never looks like one that was not.
 *
 * @param pcs  count PCs in the order in which they ran.
 * @param size bytes of map: a power of two, at most 2^32. An edge's byte in a map is
 *	that of the same edge in every map of the size.
 * @param map  is added to; zero it before the first trace of an execution.
 * @return 0, or -EINVAL: size is not such a power of two.
 *
 * @since 0.1
 */
int kcov_bitmap_add(const uint64_t *pcs, size_t count, size_t size, uint8_t *map);

/**
 * Replace each hit count by AFL's bucket of it: 0, 1, 2 and 3 become 0, 1, 2 and 4, from
 * 4 on 8, from 8 on 16, from 16 on 32, from 32 on 64, from 128 on 128.
 *
 * @param map  size bytes, any number.
 *
 * @since 0.1
 */
void kcov_bitmap_bucket(size_t size, uint8_t *map);

/** What a bitmap has that the bitmaps before did not. @since 0.1 */
enum kcov_novelty {
	/** Nothing. */
	KCOV_NOVELTY_NONE = 0,
	/** An edge was hit another number of times than ever. */
	KCOV_NOVELTY_HITS = 1,
	/** An edge was hit for the first time. */
	KCOV_NOVELTY_EDGES = 2,
};

/**
 * Add a bitmap to those seen before and say what is new about it.
 *
 * @param map  size bytes, after kcov_bitmap_bucket().
 * @param seen size bytes, all buckets that were ever seen; zeroed at first.
 * @return the greatest novelty.
 *
 * @since 0.1
 */
enum kcov_novelty kcov_bitmap_merge(const uint8_t *map, size_t size, uint8_t *seen);

/**
 * The signal of a corpus: the set of all PCs, or of all edges, that any input of it
 * has shown. An input that adds to it is worth keeping. The memory is the caller's;
 * the fields are the library's. @since 0.1
 */
struct kcov_signal {
	uint64_t *slots;
	size_t n_slots;
	/** How many values it holds: yours to read. */
	size_t count;
	bool has_zero;
};

/**
 * Make an empty signal.
 *
 * @param slots   memory for it, which it keeps using; need not be zeroed.
 * @param n_slots words in slots: a power of two. Three quarters of them can be used.
 * @return 0, or -EINVAL: n_slots is no power of two.
 *
 * @since 0.1
 */
int kcov_signal_init(uint64_t *slots, size_t n_slots, struct kcov_signal *ret);

/**
 * How many of the values a signal lacks. A value that comes twice counts twice.
 * @since 0.1
 */
size_t kcov_signal_missing(const struct kcov_signal *signal, const uint64_t *values, size_t count);

/**
 * Add values to a signal.
 *
 * @param fresh room for count values: those that were added, in their order; NULL if
 *	they are not wanted; may be values itself.
 * @param ret   how many were added: 0 means that there was nothing new.
 * @return 0, or -ENOSPC: kcov_signal_missing() would not fit. Nothing was added: use
 *	kcov_signal_copy() into a larger one, and try again.
 *
 * @since 0.1
 */
int kcov_signal_add(struct kcov_signal *signal, const uint64_t *values, size_t count,
		    uint64_t *fresh, size_t *ret);

/**
 * Add all of a signal to another one, as into one with more memory.
 *
 * @return 0, or -ENOSPC: they do not fit, and nothing was added.
 * @since 0.1
 */
int kcov_signal_copy(const struct kcov_signal *from, struct kcov_signal *to);

/**
 * The comparisons of a buffer that tell a fuzzer something: those of different
 * operands, each pair once with its size and whether arg1 is a constant, in the order
 * in which they come first; ip is that of the first one.
 *
 * @param scratch   2 * cmps->count words, whose content does not matter and is lost.
 * @param operands  room for cmps->count comparisons.
 * @param ret       how many there are.
 * @return 0, or -EBADMSG: a record's type is none that a kernel writes: the buffer was
 *	overwritten, or holds PCs, and nothing of it should be believed.
 *
 * @since 0.1
 */
int kcov_operands(const struct kcov_cmps *cmps, uint64_t *scratch, struct kcov_cmp *operands,
		  size_t *ret);

/** Bytes that kcov_dictionary() can at most need for one operand; one more for the NUL. @since 0.1
 */
#define KCOV_DICTIONARY_BYTES ((size_t)256)

/**
 * Write operands as a dictionary that both AFL and libFuzzer read: a line like
 * kcov_4_12efcdab="\x12\xef\xcd\xab" for each different value, in both byte orders.
 *
 * Of a comparison with a constant it is the constant that an input should have, else
 * either operand. Values of one byte, 0 and all ones are left out: a fuzzer tries them
 * without being told.
 *
 * @param operands count of them, as from kcov_operands().
 * @param scratch  16 * count words, whose content does not matter and is lost.
 * @param size     bytes of text, the final NUL included.
 * @param text     NUL-terminated.
 * @param ret      its length without the NUL.
 * @return 0, or -ENOSPC: size is too small; count * KCOV_DICTIONARY_BYTES + 1 never is. text
 *	is untouched then.
 *
 * @since 0.1
 */
int kcov_dictionary(const struct kcov_cmp *operands, size_t count, uint64_t *scratch, size_t size,
		    char *text, size_t *ret);

#ifdef __cplusplus
}
#endif

#endif
