/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_TABLE_H
#define KCOV_SYMBOLIZE_TABLE_H

#include <stddef.h>
#include <stdint.h>

/* A growing table; {} to begin with. What is in at is freed by who has it. */
#define KCOV_TABLE(type_)                                                                          \
	struct {                                                                                   \
		type_ *at;                                                                         \
		size_t n;                                                                          \
	}

/* Memory of n things of a size, made to hold one more. NULL: out of memory, all is as before. */
void *kcov_table_grow(void *at, size_t n, size_t size);

/* Memory of n numbers that are none yet, all ones, and of one more; NULL: out of memory. */
uint32_t *kcov_table_of_none(size_t n);

/* One more at the end of a table, or of what has at and n, not zeroed; NULL: out of memory. */
#define KCOV_TABLE_ADD(table_)                                                                     \
	({                                                                                         \
		__typeof__((table_)->at) _at =                                                     \
			kcov_table_grow((table_)->at, (table_)->n, sizeof(*_at));                  \
		if (_at)                                                                           \
			(table_)->at = _at;                                                        \
		_at ? &_at[(table_)->n++] : NULL;                                                  \
	})

/* Of n things at at_, sorted by a field: for how many that is up to, and including, a key. */
#define KCOV_COUNT_UP_TO(at_, n_, field_, key_)                                                    \
	({                                                                                         \
		size_t _low = 0, _high = (n_);                                                     \
                                                                                                   \
		while (_low < _high) {                                                             \
			size_t _middle = _low + (_high - _low) / 2;                                \
                                                                                                   \
			if ((at_)[_middle].field_ <= (key_))                                       \
				_low = _middle + 1;                                                \
			else                                                                       \
				_high = _middle;                                                   \
		}                                                                                  \
		_low;                                                                              \
	})

#endif
