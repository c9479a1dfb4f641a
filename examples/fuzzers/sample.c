// SPDX-License-Identifier: MIT
#include "sample.h"

#include <endian.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAX_PAYLOAD (KCOV_SAMPLE_MAX_PACKET - sizeof(struct kcov_sample_header))

enum {
	MAX_RUNS = 8,
};

void sample_open(enum kcov_sample_type type, enum kcov_mode mode, struct sample *ret)
{
	const struct kcov_opts opts = { .size = sizeof(opts), .mode = mode };
	int e;

	*ret = (struct sample){ .fd = open("/dev/kcov-sample", O_WRONLY),
				.type = type,
				.mode = mode };
	if (ret->fd < 0)
		err(2, "cannot open /dev/kcov-sample");
	e = getenv("KCOV_BLIND") ? 0 : kcov_open(&opts, &ret->kcov);
	if (e)
		errx(2, "cannot open kcov: %s", kcov_strerror(KCOV_CALL_OPEN, e));
}

void sample_enable(const struct sample *sample)
{
	int e = sample->kcov ? kcov_enable(sample->kcov, sample->mode) : 0;

	if (e)
		errx(2, "cannot enable coverage: %s", kcov_strerror(KCOV_CALL_ENABLE, e));
}

/* The header is not fuzzed: it would only be in the way of what comes after. */
bool sample_parse(const struct sample *sample, const void *payload, size_t size)
{
	struct {
		struct kcov_sample_header header;
		uint8_t payload[MAX_PAYLOAD];
	} packet = { .header = { .magic = htole16(KCOV_SAMPLE_MAGIC),
				 .type = (uint8_t)sample->type } };

	if (size > MAX_PAYLOAD)
		size = MAX_PAYLOAD;
	packet.header.length = (uint8_t)size;
	if (size)
		memcpy(packet.payload, payload, size);
	if (write(sample->fd, &packet, sizeof(packet.header) + size) >= 0)
		return false;
	if (errno != EUCLEAN && errno != ENOTUNIQ && errno != EOVERFLOW && errno != EINVAL)
		err(2, "cannot write to /dev/kcov-sample");
	return errno != EINVAL;
}

bool sample_cover(const struct sample *sample, const void *payload, size_t size,
		  struct kcov_pcs *ret)
{
	size_t before;
	int runs = 0, e;

	*ret = (struct kcov_pcs){ 0 };
	if (!sample->kcov)
		return sample_parse(sample, payload, size);
	do {
		before = ret->count;
		kcov_reset(sample->kcov);
		if (sample_parse(sample, payload, size))
			return true;
		e = kcov_pcs(sample->kcov, ret);
		if (e)
			errx(2, "cannot read PCs: %s", kcov_strerror(KCOV_CALL_READ, e));
	} while (ret->count != before && ++runs < MAX_RUNS);
	return false;
}
