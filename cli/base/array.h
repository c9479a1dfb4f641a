/* SPDX-License-Identifier: MIT */
/* Arrays that grow: any struct with `at`, of `room` elements of which n are used. */
#ifndef KCOVCTL_ARRAY_H
#define KCOVCTL_ARRAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

/* For array_reserve(): the array, moved perhaps; NULL: no memory, and it is as it was. */
static inline void *array_with_room(void *at, size_t n, size_t more, size_t size, size_t *room)
{
	size_t larger = *room ? 2 * *room : 16;
	void *ret;

	if (at && more <= *room - n)
		return at;
	if (larger < n + more)
		larger = n + more;
	ret = reallocarray(at, larger, size);
	if (ret)
		*room = larger;
	return ret;
}

/* Room for as many elements more; false: there is no memory for them. */
#define array_reserve(array, more) array_reserve_sized(array, more, sizeof(*(array)->at))

/* The same of elements that are several of its type. */
#define array_reserve_sized(array, more, size)                                                     \
	({                                                                                         \
		void *at_ =                                                                        \
			array_with_room((array)->at, (array)->n, (more), (size), &(array)->room);  \
                                                                                                   \
		if (at_)                                                                           \
			(array)->at = at_;                                                         \
		!!at_;                                                                             \
	})

#endif
