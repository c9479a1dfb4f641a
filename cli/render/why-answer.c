// SPDX-License-Identifier: MIT
#include "why-answer.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

int why_frames(struct places *places, uint64_t address, const struct place **ret)
{
	/* Places are of what is before an address. */
	struct place *place = places_get(places, address + 1);
	int err = place ? places_describe(places, place) : places->err;

	if (!err)
		*ret = place;
	return err;
}

const char *why_errno_name(int64_t result, char room[16])
{
	static const char *const kernel_own[] = { "ERESTARTSYS", "ERESTARTNOINTR", "ERESTARTNOHAND",
						  "ENOIOCTLCMD", "ERESTART_RESTARTBLOCK" };
	const char *name = strerrorname_np((int)-result);

	if (name)
		return name;
	if (result <= -512 && result >= -516)
		return kernel_own[-result - 512];
	snprintf(room, 16, "%" PRId64, result);
	return room;
}

char *why_source_line(const struct kcov_frame *frame)
{
	FILE *file = frame->path && frame->line ? fopen(frame->path, "re") : NULL;
	char *line = NULL;
	size_t room = 0, n;
	ssize_t size = -1;

	for (uint32_t i = 0; file && i < frame->line; i++) {
		size = getline(&line, &room, file);
		if (size < 0)
			break;
	}
	if (file)
		fclose(file);
	if (size < 0) {
		free(line);
		return NULL;
	}
	line[strcspn(line, "\r\n")] = '\0';
	n = strspn(line, " \t");
	memmove(line, line + n, strlen(line + n) + 1);
	for (n = strlen(line); n && (line[n - 1] == ' ' || line[n - 1] == '\t'); n--)
		line[n - 1] = '\0';
	return line;
}
