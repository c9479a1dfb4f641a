// SPDX-License-Identifier: MIT
#include "header.h"
#include "tree-writer.h"

static const char *mark_of(enum tree_how how)
{
	static const char *const marks[] = {
		[TREE_CALL] = "",
		[TREE_INDIRECT] = "",
		[TREE_TAIL] = " [tail call]",
		[TREE_INLINE] = " [inlined]",
		[TREE_ASYNC] = "",
		[TREE_UNKNOWN] = " [the thread was lost here]",
	};

	return marks[how];
}

static void write_node(const struct tree_node *node, FILE *out)
{
	fprintf(out, "%*s", 2 + 2 * (int)node->depth, "");
	if (node->how == TREE_ASYNC)
		fputs("(interrupted by)", out);
	else
		fprintf(out, "%s", node->function ? node->function : "??");
	if (node->file)
		fprintf(out, "  %s:%u", node->file, node->line);
	fputs(mark_of(node->how), out);
	if (node->times > 1)
		fprintf(out, "  × %u", node->times);
	fputc('\n', out);
}

void tree_write_text(const struct written_tree *tree, FILE *out)
{
	fputc('\n', out);
	report_write_event(tree->event, out);
	fputc('\n', out);
	if (tree->cause)
		fprintf(out, "  %s\n", tree->cause);
	for (size_t i = 0; tree->nodes && i < tree->nodes->n; i++)
		write_node(&tree->nodes->at[i], out);
}
