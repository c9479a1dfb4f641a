// SPDX-License-Identifier: MIT
#include "run-summary.h"

#include <stdlib.h>

void run_summaries_fini(struct run_summaries *runs)
{
	for (size_t i = 0; i < runs->n; i++) {
		free(runs->at[i].command);
		free(runs->at[i].way);
	}
	free(runs->at);
	*runs = (struct run_summaries){ 0 };
}
