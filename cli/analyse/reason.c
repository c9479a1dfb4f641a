// SPDX-License-Identifier: MIT
#include "reason.h"

#include "../base/array.h"
#include "../coverage/call-names.h"
#include "deciders.h"
#include "path-variants.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	/* Callees whose results were tested, one in the other. */
	MAX_CAUSES = 4,
	MAX_CALLERS = 64,
	/* Other ways that are tried, and steps of all of them. */
	MAX_VARIANTS = 200,
	MAX_WORK = 1 << 19,
};

struct reasoner {
	struct code_blocks *blocks;
	const struct reason_question *question;
	struct call_path path;
	struct symbolic symbolic;
	/* Of the system call. */
	uint32_t entry;
	struct finding *finding;
	/* Where the number was made that is returned. */
	uint32_t frame;
};

/* The last frame of a system call: of what is restarted the last try counts. */
static uint32_t find_entry(const struct reasoner *reasoner)
{
	const struct call_path *path = &reasoner->path;
	const char *wanted = reasoner->question->name;
	uint32_t found = NO_FRAME;

	for (uint32_t i = 0; i < path->frames.n; i++) {
		const struct path_frame *frame = &path->frames.at[i];
		const char *name =
			frame->function ? call_name_of_symbol(frame->function->name) : NULL;

		if (!name || path->frames.at[frame->parent].parent != NO_FRAME)
			continue;
		found = i;
		if (wanted && strcmp(name, wanted) == 0)
			return i;
	}
	return found;
}

static void add_candidate(struct finding *finding, enum finding_role role, uint64_t address)
{
	if (!address || finding->n_candidates == FINDING_MAX)
		return;
	for (size_t i = 0; i < finding->n_candidates; i++)
		if (finding->candidates[i].address == address)
			return;
	finding->candidates[finding->n_candidates++] = (struct finding_candidate){ role, address };
}

/* The instruction that a condition is. */
static uint64_t address_of_step(const struct reasoner *reasoner, uint32_t step)
{
	const struct code_block *block =
		step == NO_STEP ? NULL : reasoner->path.steps.at[step].block;

	return block ? block->last : 0;
}

/* The frame's last point before a step, where nothing better is known. */
static uint64_t last_point(const struct reasoner *reasoner, uint32_t frame, uint32_t before)
{
	for (uint32_t step = before + 1; step-- > reasoner->path.frames.at[frame].entered;) {
		const struct path_step *at = &reasoner->path.steps.at[step];

		if (at->frame == frame && at->edge == EDGE_POINT)
			return at->block->last;
	}
	return 0;
}

static bool is_within(const struct call_path *path, uint32_t frame, uint32_t outer)
{
	while (frame != outer && frame != NO_FRAME)
		frame = path->frames.at[frame].parent;
	return frame == outer;
}

/* What a condition was of, if a callee made that; false: it did not. */
static bool find_tested(struct reasoner *reasoner, uint32_t frame, uint32_t step,
			struct value_origin *ret, int64_t *number)
{
	struct symbolic *symbolic = &reasoner->symbolic;
	const struct call_path *path = &reasoner->path;
	const struct value *flags;
	int64_t numbers[2];

	if (step == NO_STEP || path->steps.at[step].block->flow != BLOCK_BRANCH)
		return false;
	symbolic_seek(symbolic, step, true);
	flags = symbolic_value(symbolic, symbolic->places.at[PLACE_FLAGS]);
	if (flags->kind != VALUE_FLAGS)
		return false;
	*ret = value_origin_of(symbolic, flags->a, false, 0);
	if ((ret->kind != ORIGIN_CONSTANT && ret->kind != ORIGIN_CHOSEN) ||
	    symbolic_numbers(symbolic, ret->value, numbers, 2) != 1 ||
	    path->steps.at[ret->step].frame == frame ||
	    !is_within(path, path->steps.at[ret->step].frame, frame))
		return false;
	*number = numbers[0];
	return true;
}

/* What led to a number that a callee returned: the last first. */
static void add_causes(struct reasoner *reasoner, const struct value_origin *origin, int64_t number,
		       unsigned int depth)
{
	struct value_origin tested;
	struct deciders deciders;
	int64_t tested_number;

	deciders_find(reasoner->blocks, &reasoner->symbolic, origin, number, &deciders);
	if (depth &&
	    find_tested(reasoner, deciders.frame, deciders.check, &tested, &tested_number) &&
	    is_error_number(tested_number))
		add_causes(reasoner, &tested, tested_number, depth - 1);
	if (deciders.check != NO_STEP)
		add_candidate(reasoner->finding, ROLE_CAUSE,
			      address_of_step(reasoner, deciders.check));
	else
		add_candidate(reasoner->finding, ROLE_CAUSE,
			      last_point(reasoner, deciders.frame, origin->step));
}

/* The condition that decided, and what it was of. */
static void add_check(struct reasoner *reasoner, const struct deciders *deciders,
		      const struct value_origin *origin)
{
	struct finding *finding = reasoner->finding;
	const uint64_t check = address_of_step(reasoner, deciders->check);
	struct value_origin tested;
	int64_t number;
	const bool is_of_callee =
		find_tested(reasoner, deciders->frame, deciders->check, &tested, &number);

	if (is_of_callee && is_error_number(number)) {
		finding->doubts |= DOUBT_CONVERTED;
		add_causes(reasoner, &tested, number, MAX_CAUSES);
		add_candidate(finding, ROLE_CONVERSION, check);
	}
	add_candidate(finding, ROLE_CHECK, check);
	add_candidate(finding, ROLE_VALUE, origin->address);
	if (is_of_callee && !is_error_number(number))
		add_causes(reasoner, &tested, number, 1);
	for (size_t i = 0; i < deciders->n_weak; i++)
		add_candidate(finding, ROLE_CHECK, address_of_step(reasoner, deciders->weak[i]));
	for (size_t i = 0; i < deciders->n_strong; i++)
		add_candidate(finding, ROLE_CHECK, address_of_step(reasoner, deciders->strong[i]));
}

static bool is_fault(const struct reasoner *reasoner, uint32_t step)
{
	return step != NO_STEP && reasoner->path.steps.at[step].edge == EDGE_FAULT;
}

static void reason_constant(struct reasoner *reasoner, const struct value_origin *origin)
{
	struct finding *finding = reasoner->finding;
	struct deciders deciders;

	deciders_find(reasoner->blocks, &reasoner->symbolic, origin, reasoner->question->result,
		      &deciders);
	finding->verdict = is_fault(reasoner, deciders.check) ? VERDICT_PROCESSOR : VERDICT_CHECK;
	if (origin->kind == ORIGIN_CHOSEN) {
		add_candidate(finding, ROLE_CHECK,
			      value_condition(&reasoner->symbolic, origin->chooser));
		add_candidate(finding, ROLE_CHECK, origin->address);
		finding->doubts |= DOUBT_SEVERAL;
	} else if (deciders.is_weak || deciders.check == NO_STEP) {
		finding->doubts |= DOUBT_WEAK;
	}
	if (deciders.n_strong)
		finding->doubts |= DOUBT_SEVERAL;
	if (deciders.check == NO_STEP)
		add_candidate(finding, ROLE_CHECK,
			      last_point(reasoner, deciders.frame, origin->step));
	add_check(reasoner, &deciders, origin);
}

/* Of a value that is not known: who made it, and the condition after which that happened. */
static void reason_other(struct reasoner *reasoner, const struct value_origin *origin)
{
	struct finding *finding = reasoner->finding;
	const struct value *value = symbolic_value(&reasoner->symbolic, origin->value);
	struct deciders deciders;

	if (origin->kind == ORIGIN_RESULT && !value->number && finding->is_elsewhere) {
		add_candidate(finding, ROLE_CALL, origin->address);
	} else if (origin->kind == ORIGIN_RESULT) {
		finding->verdict = VERDICT_UNINSTRUMENTED;
		finding->callee = (uint64_t)value->number;
		add_candidate(finding, ROLE_CALL, origin->address);
	} else if (value->kind == VALUE_LOAD && value->number) {
		/* A switch that the compiler made a table: what is behind it decided. */
		finding->verdict = VERDICT_CHECK;
	} else {
		finding->verdict = VERDICT_MEMORY;
		add_candidate(finding, ROLE_VALUE, origin->address);
	}
	finding->doubts |= DOUBT_WEAK;
	deciders_find(reasoner->blocks, &reasoner->symbolic, origin, reasoner->question->result,
		      &deciders);
	add_check(reasoner, &deciders, origin);
}

static int add_callers(struct reasoner *reasoner)
{
	const struct call_path *path = &reasoner->path;
	struct finding *finding = reasoner->finding;
	uint32_t frame = reasoner->frame;

	while (frame != reasoner->entry && frame != NO_FRAME && finding->callers.n < MAX_CALLERS) {
		const struct code_block *block =
			path->steps.at[path->frames.at[frame].entered - 1].block;

		if (block && !array_reserve(&finding->callers, 1))
			return -ENOMEM;
		if (block) {
			add_candidate(finding, ROLE_CALLER, block->last);
			finding->callers.at[finding->callers.n++] = block->last;
		}
		frame = path->frames.at[frame].parent;
	}
	return 0;
}

/* Those within the system call. */
static int add_gaps(struct reasoner *reasoner)
{
	const struct call_path *path = &reasoner->path;
	const struct path_frame *entry = &path->frames.at[reasoner->entry];
	struct finding *finding = reasoner->finding;

	for (size_t i = 0; i < path->gaps.n; i++) {
		const struct path_gap *gap = &path->gaps.at[i];

		if (gap->step < entry->entered || gap->step >= entry->left)
			continue;
		if (!array_reserve(&finding->gaps, 1))
			return -ENOMEM;
		finding->gaps.at[finding->gaps.n++] =
			(struct finding_gap){ gap->pc, reasoner->question->pcs[gap->pc] };
		finding->is_elsewhere |= !code_image_is_text(reasoner->blocks->image,
							     reasoner->question->pcs[gap->pc] - 1);
		finding->doubts |= DOUBT_GAP;
	}
	return 0;
}

/* What the call returned. What was there before it does not come from it. */
static struct value_origin find_returned(struct reasoner *reasoner)
{
	const struct path_frame *entry = &reasoner->path.frames.at[reasoner->entry];
	struct symbolic *symbolic = &reasoner->symbolic;
	struct value_origin origin;

	symbolic_seek(symbolic, entry->left, false);
	origin = value_origin_of(symbolic, symbolic_register(symbolic, symbolic->machine->result),
				 true, reasoner->question->result);
	return origin.step < entry->entered ? (struct value_origin){ 0 } : origin;
}

/* Take another way in the place of the path. 0 or -errno. */
static int replace_path(struct reasoner *reasoner, struct call_path *path)
{
	symbolic_fini(&reasoner->symbolic);
	call_path_fini(&reasoner->path);
	reasoner->path = *path;
	return symbolic_init(&reasoner->symbolic, reasoner->blocks->machine, &reasoner->path);
}

/* What can only have gone another way than was found does so. */
static int mend_contradictions(struct reasoner *reasoner)
{
	uint32_t before = 0;
	int found = 1;

	for (unsigned int i = 0; i < MAX_VARIANTS && found > 0; i++) {
		const uint32_t step = reasoner->symbolic.contradiction;
		struct call_path path;

		if (step == UINT32_MAX || step < before)
			return 0;
		found = path_variant_at(reasoner->blocks, &reasoner->path, step, &path);
		if (found > 0)
			found = replace_path(reasoner, &path) ?: 1;
		before = step + 1;
	}
	return found < 0 ? found : 0;
}

/* Whether the call returns what it did by another way at a step; if so, that is its path. */
static int try_variant(struct reasoner *reasoner, uint32_t step, struct value_origin *ret)
{
	struct call_path path, before = reasoner->path;
	struct symbolic symbolic_before = reasoner->symbolic;
	int err = path_variant_at(reasoner->blocks, &before, step, &path);

	if (err <= 0)
		return err;
	reasoner->path = path;
	err = symbolic_init(&reasoner->symbolic, reasoner->blocks->machine, &reasoner->path);
	*ret = err ? (struct value_origin){ 0 } : find_returned(reasoner);
	if (ret->kind) {
		symbolic_fini(&symbolic_before);
		call_path_fini(&before);
		return 1;
	}
	symbolic_fini(&reasoner->symbolic);
	call_path_fini(&reasoner->path);
	reasoner->path = before;
	reasoner->symbolic = symbolic_before;
	reasoner->symbolic.path = &reasoner->path;
	return err;
}

/* Where the PCs leave open which way it took, the result says it: the last first. */
static int try_variants(struct reasoner *reasoner, struct value_origin *ret)
{
	const struct path_frame *entry = &reasoner->path.frames.at[reasoner->entry];
	const uint32_t entered = entry->entered;
	size_t n = reasoner->path.steps.n;
	unsigned int tried = 0;
	int found = 0;

	for (uint32_t step = entry->left;
	     step-- > entered && !found && tried < MAX_VARIANTS && n < MAX_WORK;) {
		const uint8_t flow = reasoner->path.steps.at[step].block
					     ? reasoner->path.steps.at[step].block->flow
					     : BLOCK_NEXT;

		if (flow != BLOCK_BRANCH && flow != BLOCK_KEY)
			continue;
		found = try_variant(reasoner, step, ret);
		tried++;
		n += reasoner->path.steps.n;
	}
	return found < 0 ? found : 0;
}

/* Where the call's result is from, or, if nothing else is known, the last place of that number. */
static int find_origin(struct reasoner *reasoner, struct value_origin *ret)
{
	const struct path_frame *entry = &reasoner->path.frames.at[reasoner->entry];
	int err = 0;

	*ret = (struct value_origin){ 0 };
	if (entry->left != UINT32_MAX) {
		*ret = find_returned(reasoner);
		if (!ret->kind)
			err = try_variants(reasoner, ret);
	} else {
		reasoner->finding->doubts |= DOUBT_INCOMPLETE;
	}
	if (err || ret->kind)
		return err;
	entry = &reasoner->path.frames.at[reasoner->entry];
	*ret = value_origin_guess(&reasoner->symbolic, reasoner->question->result, entry->entered,
				  entry->left);
	reasoner->finding->doubts |= DOUBT_WEAK;
	return 0;
}

/* A call whose function has no coverage points at all. */
static int reason_unseen(struct reasoner *reasoner)
{
	const struct code_image *image = reasoner->blocks->image;
	const char *wanted = reasoner->question->name;
	struct finding *finding = reasoner->finding;

	for (size_t i = 0; wanted && i < image->functions.n; i++) {
		struct code_function *function = &image->functions.at[i];
		const char *name = call_name_of_symbol(function->name);

		if (!name || strcmp(name, wanted) != 0 ||
		    code_blocks_has_points(reasoner->blocks, function))
			continue;
		finding->verdict = VERDICT_UNINSTRUMENTED;
		finding->callee = function->begin;
		finding->doubts |= DOUBT_WEAK;
		add_candidate(finding, ROLE_CALL, function->begin);
		return 0;
	}
	return -ENODATA;
}

static int reason(struct reasoner *reasoner)
{
	struct finding *finding = reasoner->finding;
	struct value_origin origin;
	int err;

	reasoner->entry = find_entry(reasoner);
	if (reasoner->entry == NO_FRAME)
		return reason_unseen(reasoner);
	if (!reasoner->question->is_complete)
		finding->doubts |= DOUBT_INCOMPLETE;
	err = add_gaps(reasoner);
	if (err)
		return err;
	err = find_origin(reasoner, &origin);
	if (err || !origin.kind)
		return err;
	reasoner->frame = reasoner->path.steps.at[origin.step].frame;
	if (origin.kind == ORIGIN_CONSTANT || origin.kind == ORIGIN_CHOSEN)
		reason_constant(reasoner, &origin);
	else
		reason_other(reasoner, &origin);
	finding->is_sure = finding->verdict == VERDICT_CHECK && !finding->doubts;
	return reasoner->symbolic.err ? reasoner->symbolic.err : add_callers(reasoner);
}

int reason_find(struct code_blocks *blocks, const struct reason_question *question,
		struct finding *ret)
{
	struct finding finding = { 0 };
	struct reasoner reasoner = { .blocks = blocks, .question = question, .finding = &finding };
	int err = call_path_find(blocks, question->pcs, question->n, &reasoner.path);

	/* Of what has no points there need not be PCs. */
	if (err == -ENODATA || !question->n)
		err = reason_unseen(&reasoner);
	else if (!err)
		err = symbolic_init(&reasoner.symbolic, blocks->machine, &reasoner.path) ?:
			      mend_contradictions(&reasoner) ?:
			      reason(&reasoner);
	symbolic_fini(&reasoner.symbolic);
	call_path_fini(&reasoner.path);
	if (err)
		finding_fini(&finding);
	else
		*ret = finding;
	return err;
}
