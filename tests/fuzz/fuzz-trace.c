// SPDX-License-Identifier: MIT
/*
 * What a call recorded, which its program can write to: PCs in any order, cut, and of no code. A
 * byte chooses one that is there, or begins one that is not.
 */
#include "../unit/code-fixture.h"
#include "analyse/reason.h"

#include <errno.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool is_true)
{
	if (!is_true)
		abort();
}

static const char *const labels[] = {
	fx_seen_pc,      fx_calls_after, fx_check_pc1,    fx_check_pc2,      fx_check_pc3,
	fx_entry_pc1,    fx_entry_after, fx_entry_pc2,    fx_tail_pc,        fx_indirect_pc1,
	fx_indirect_pc2, fx_opaque_pc1,  fx_opaque_after, fx_opaque_pc2,     fx_either_pc1,
	fx_either_pc2,   fx_chosen_pc,   fx_stores_pc,    fx_loads_pc1,      fx_loads_pc2,
	fx_switch_pc,    fx_switch_pc1,  fx_switch_pc2,   fx_indirect_after,
};

enum {
	N_LABELS = sizeof(labels) / sizeof(labels[0]),
	MAX_PCS = 4096,
};

/* Of the code by its number, somewhere near it, or anywhere. */
static size_t read_pcs(const uint8_t *data, size_t size, uint64_t *pcs)
{
	size_t n = 0;

	while (size && n < MAX_PCS) {
		const uint8_t first = *data++;

		size--;
		if (first < N_LABELS) {
			pcs[n++] = AT(labels[first]);
		} else if (first < 0xf0 || size < sizeof(*pcs)) {
			pcs[n++] = AT(fx_begin) + first;
		} else {
			memcpy(&pcs[n++], data, sizeof(*pcs));
			data += sizeof(*pcs);
			size -= sizeof(*pcs);
		}
	}
	return n;
}

static void ask(struct fx *fx, const struct reason_question *question)
{
	struct finding finding;
	const int err = reason_find(&fx->blocks, question, &finding);

	check(err == 0 || err == -ENODATA || err == -E2BIG);
	if (err)
		return;
	check(finding.n_candidates <= FINDING_MAX);
	check(!finding.is_sure || (finding.n_candidates && !finding.doubts));
	for (size_t i = 0; i < finding.n_candidates; i++)
		check(code_image_is_text(&fx->image, finding.candidates[i].address));
	for (size_t i = 0; i < finding.gaps.n; i++)
		check(finding.gaps.at[i].pc < question->n &&
		      finding.gaps.at[i].address == question->pcs[finding.gaps.at[i].pc]);
	finding_fini(&finding);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const int64_t results[] = { -22, -1, -61, -33, -3, -95, -5, -4095 };
	static uint64_t pcs[MAX_PCS];
	struct reason_question question = { .pcs = pcs, .name = "read" };
	struct fx fx;

	if (size < 1)
		return 0;
	fx_image_init(&fx.image);
	check(!code_blocks_init(&fx.blocks, &fx.image));
	question.result = results[data[0] & 7];
	question.is_complete = data[0] & 8;
	question.n = read_pcs(data + 1, size - 1, pcs);
	ask(&fx, &question);
	callees_free(&fx.image);
	code_blocks_fini(&fx.blocks);
	return 0;
}
