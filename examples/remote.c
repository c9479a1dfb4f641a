// SPDX-License-Identifier: MIT
/*
 * remote [HANDLE...]: the PCs of what the kernel does elsewhere, the program of
 * Documentation/dev-tools/kcov.rst on libkcov. Without arguments it listens to USB bus
 * 1 and to what it sets going itself: plug something in meanwhile.
 */
#include <errno.h>
#include <inttypes.h>
#include <kcov/kcov.h>
#include <stdio.h>

/* A hub's section, with all its tries, is a long one. */
#define ENTRIES (1 << 20)

static int complain(enum kcov_call call, const char *what, int err)
{
	fprintf(stderr, "remote: %s: %s\n", what, kcov_strerror(call, err));
	return 1;
}

/* Sorts handles into the places where they belong. */
static int read_handles(char **texts, struct kcov_remote_opts *opts, uint64_t *handles)
{
	uint64_t handle;
	int err;

	for (; *texts; texts++) {
		err = kcov_handle_parse(*texts, &handle);
		if (err)
			return complain(KCOV_CALL_HANDLE, *texts, err);
		if (kcov_handle_check(handle, KCOV_HANDLE_COMMON) == 0)
			opts->common_handle = handle;
		else if (opts->n_handles < KCOV_MAX_HANDLES)
			handles[opts->n_handles++] = handle;
		else
			return complain(KCOV_CALL_ENABLE_REMOTE, *texts, -EMSGSIZE);
	}
	return 0;
}

static int show(const struct kcov *kcov, const struct kcov_remote_data *data)
{
	struct kcov_pcs pcs;
	int err = kcov_pcs(kcov, &pcs);

	if (err)
		return complain(KCOV_CALL_READ, "cannot read PCs", err);
	for (size_t i = 0; i < data->count; i++)
		printf("0x%" PRIx64 "\n", pcs.pcs[i]);
	if (data->doubts & KCOV_DOUBT_NOTHING)
		fputs("remote: no section has ended: nothing was recorded\n", stderr);
	else if (data->doubts)
		fputs("remote: there may be more than was recorded\n", stderr);
	return 0;
}

int main(int argc, char **argv)
{
	static char *usual[] = { "usb:1", NULL };
	const struct kcov_opts device = { .size = sizeof(device), .capacity = ENTRIES };
	const struct kcov_wait_opts wait = { .size = sizeof(wait),
					     .still_ms = 10000,
					     .timeout_ms = 60000 };
	struct kcov_remote_opts opts = { .size = sizeof(opts),
					 .area_size = ENTRIES,
					 .common_handle = KCOV_COMMON_AUTO };
	uint64_t handles[KCOV_MAX_HANDLES];
	struct kcov_remote_data data;
	struct kcov *kcov;
	int err;

	opts.handles = handles;
	if (read_handles(argc > 1 ? argv + 1 : usual, &opts, handles))
		return 2;
	err = kcov_open(&device, &kcov);
	if (err)
		return complain(KCOV_CALL_OPEN, "cannot open kcov", err);
	err = kcov_enable_remote(kcov, &opts);
	if (err) {
		kcov_close(kcov);
		return complain(KCOV_CALL_ENABLE_REMOTE, "cannot listen", err);
	}
	/* Here a fuzzer would make the kernel do something. */
	fputs("remote: listening\n", stderr);
	err = kcov_wait_remote(kcov, &wait, &data);
	if (err)
		complain(KCOV_CALL_WAIT_REMOTE, "cannot wait", err);
	else
		err = show(kcov, &data);
	kcov_close(kcov);
	return err ? 1 : 0;
}
