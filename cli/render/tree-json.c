// SPDX-License-Identifier: MIT
#include "../text/text.h"
#include "tree-writer.h"

#include <inttypes.h>

static void put_node(const struct tree_node *node, struct text *out)
{
	static const char *const hows[] = {
		[TREE_CALL] = "call",     [TREE_INDIRECT] = "indirect", [TREE_TAIL] = "tail",
		[TREE_INLINE] = "inline", [TREE_ASYNC] = "async",       [TREE_UNKNOWN] = "unknown",
	};
	char at[32];

	text_put_number("{\"depth\":", node->depth, out);
	if (node->parent == TREE_NO_NODE)
		text_put(",\"parent\":null", out);
	else
		text_put_number(",\"parent\":", node->parent, out);
	text_put_member(",\"function\":", node->function, out);
	text_put_member(",\"file\":", node->file, out);
	if (node->line)
		text_put_number(",\"line\":", node->line, out);
	if (node->address) {
		snprintf(at, sizeof(at), ",\"at\":\"0x%" PRIx64 "\"", node->address);
		text_put(at, out);
	}
	text_put_member(",\"how\":", hows[node->how], out);
	if (node->call_line)
		text_put_number(",\"call_line\":", node->call_line, out);
	text_put_number(",\"first\":", node->first, out);
	text_put_number(",\"pcs\":", node->pcs, out);
	text_put_number(",\"times\":", node->times, out);
	text_put_char('}', out);
}

void tree_write_json(const struct written_tree *tree, FILE *out)
{
	char buffer[16384];
	struct text text = { out, buffer, buffer, buffer + sizeof(buffer) };

	text_put_number("{\"version\":1,\"kind\":\"tree\",\"event\":", tree->number, &text);
	text_put_number(",\"pid\":", (uint64_t)tree->event->pid, &text);
	text_put_number(",\"tid\":", (uint64_t)tree->event->tid, &text);
	text_put_member(",\"name\":", tree->event->name, &text);
	text_put_member(",\"cause\":", tree->cause, &text);
	text_put(",\"nodes\":[", &text);
	for (size_t i = 0; tree->nodes && i < tree->nodes->n; i++) {
		if (i)
			text_put_char(',', &text);
		put_node(&tree->nodes->at[i], &text);
	}
	text_put("]}\n", &text);
	text_flush(&text);
}
