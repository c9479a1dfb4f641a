// SPDX-License-Identifier: MIT
/*
 * The words of the buffer are the kernel's, 8 bytes, whatever the process's long is:
 * built twice, and as a 32-bit program without cmocka, which has no 32-bit package
 * beside the 64-bit one. Plain checks, therefore.
 */
#include <inttypes.h>
#include <kcov/kcov.h>
#include <stdio.h>
#include <unistd.h>

static int failures;

static void check(int holds, const char *what)
{
	printf("%s: %s\n", holds ? "ok" : "FAILED", what);
	failures += !holds;
}

static void check_pcs(struct kcov *kcov)
{
	struct kcov_pcs pcs = { 0 };
	int is_kernel_text = 1;

	check(kcov_enable(kcov, KCOV_MODE_PC) == 0, "PCs can be enabled");
	kcov_reset(kcov);
	check(kcov_count(kcov) < 100, "reset empties the buffer");
	if (read(-1, NULL, 0) >= 0)
		failures++;
	check(kcov_pcs(kcov, &pcs) == 0 && pcs.count > 0, "read(-1) records PCs");
	check(kcov_disable(kcov) == 0, "PCs can be disabled");
	for (size_t i = 0; i < pcs.count; i++)
		is_kernel_text &= pcs.pcs[i] >> 31 == 0x1ffffffff;
	check(is_kernel_text, "every PC is a 64-bit address of kernel text");
}

static void check_cmps(struct kcov *kcov)
{
	struct kcov_cmps cmps = { 0 };
	struct kcov_cmp cmp;
	int is_decoded = 1;

	check(kcov_enable(kcov, KCOV_MODE_CMP) == 0, "comparisons can be enabled");
	kcov_reset(kcov);
	if (read(-1, NULL, 0) >= 0)
		failures++;
	check(kcov_cmps(kcov, &cmps) == 0 && cmps.count > 0, "read(-1) records comparisons");
	check(kcov_disable(kcov) == 0, "comparisons can be disabled");
	for (size_t i = 0; i < cmps.count; i++)
		is_decoded &= kcov_cmp_decode(&cmps, i, &cmp) == 0;
	check(is_decoded, "every comparison decodes");
}

static void check_scribbled_count(struct kcov *kcov)
{
	struct kcov_pcs pcs;
	uint64_t *count;

	kcov_pcs(kcov, &pcs);
	count = (uint64_t *)pcs.pcs - 1;
	*count = (uint64_t)1 << 32;
	check(kcov_count(kcov) == kcov_capacity(kcov, KCOV_MODE_PC),
	      "a count of 2^32 is clamped, not cut to 0");
	kcov_reset(kcov);
	check(*count == 0, "reset clears all of the count");
}

static void check_features(void)
{
	unsigned int features = 0;

	check(kcov_features(NULL, &features) == 0 && (features & KCOV_FEATURE_PC), "features");
	check(!!(features & KCOV_FEATURE_COMPAT) == (sizeof(long) == 4),
	      "a 32-bit process on a 64-bit kernel is told, no other is");
	check(features & KCOV_FEATURE_KASLR, "KASLR, which the lab's kernel has, is told");
}

static void check_remote(struct kcov *kcov)
{
	const uint64_t usb = 0x0100000000000001;
	const struct kcov_remote_opts opts = { .size = sizeof(opts),
					       .area_size = KCOV_DEFAULT_AREA_SIZE,
					       .handles = &usb,
					       .n_handles = 1,
					       .common_handle = KCOV_COMMON_AUTO };

	check(kcov_enable_remote(kcov, &opts) == 0, "remote sections can be enabled");
	check(kcov_common_handle(kcov) >> 32 == 0, "the common handle is one");
	check(kcov_disable(kcov) == 0, "remote sections can be disabled");
}

int main(void)
{
	struct kcov *kcov;
	int err = kcov_open(NULL, &kcov);

	if (err) {
		printf("no kcov here: %s\n", kcov_strerror(KCOV_CALL_OPEN, err));
		return 77;
	}
	printf("long has %zu bytes here\n", sizeof(long));
	check_features();
	check_remote(kcov);
	check_cmps(kcov);
	check_pcs(kcov);
	check_scribbled_count(kcov);
	check(kcov_close(kcov) == 0, "close");
	return failures ? 1 : 0;
}
