// SPDX-License-Identifier: MIT
#include "finding.h"

#include <stdlib.h>

const char *finding_verdict_name(enum finding_verdict verdict)
{
	static const char *const names[] = {
		[VERDICT_UNKNOWN] = "unknown",
		[VERDICT_CHECK] = "check",
		[VERDICT_UNINSTRUMENTED] = "uninstrumented",
		[VERDICT_PROCESSOR] = "processor",
		[VERDICT_MEMORY] = "memory",
	};

	return names[verdict];
}

const char *finding_role_name(enum finding_role role)
{
	static const char *const names[] = {
		[ROLE_CHECK] = "check", [ROLE_CAUSE] = "cause", [ROLE_CONVERSION] = "conversion",
		[ROLE_VALUE] = "value", [ROLE_CALL] = "call",   [ROLE_CALLER] = "caller",
	};

	return names[role];
}

const char *finding_doubt_name(unsigned int doubt)
{
	switch (doubt) {
	case DOUBT_GAP:
		return "gap";
	case DOUBT_WEAK:
		return "weak";
	case DOUBT_SEVERAL:
		return "several";
	case DOUBT_INCOMPLETE:
		return "incomplete";
	case DOUBT_CONVERTED:
		return "converted";
	default:
		return NULL;
	}
}

void finding_fini(struct finding *finding)
{
	free(finding->callers.at);
	free(finding->gaps.at);
	*finding = (struct finding){ 0 };
}
