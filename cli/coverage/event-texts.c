// SPDX-License-Identifier: MIT
#include "event-texts.h"

#include <string.h>

/* The texts themselves, and the bytes that they are about. */
size_t event_texts_size(const struct event *event)
{
	size_t size = event->n_texts * sizeof(struct event_text);

	for (size_t i = 0; i < event->n_texts; i++)
		size += event->texts[i].n + 1;
	return size;
}

void event_texts_copy(const struct event *event, void *at, struct event *ret)
{
	struct event_text *texts = at;
	char *bytes = (char *)(texts + event->n_texts);

	for (size_t i = 0; i < event->n_texts; i++) {
		texts[i] = event->texts[i];
		texts[i].at = bytes;
		bytes = (char *)mempcpy(bytes, event->texts[i].at, event->texts[i].n) + 1;
		bytes[-1] = '\0';
	}
	ret->texts = texts;
	ret->n_texts = event->n_texts;
}
