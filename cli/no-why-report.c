// SPDX-License-Identifier: MIT
/* Of a kcovctl that was built without capstone. */
#include "text/error.h"
#include "tree-report.h"
#include "why-report.h"

bool why_report_is_there(void)
{
	return false;
}

int why_report(const struct recording *recording, const struct why_report *wanted)
{
	(void)recording;
	(void)wanted;
	return EXIT_USAGE;
}

int tree_report(const struct recording *recording, const struct tree_report *wanted)
{
	(void)recording;
	(void)wanted;
	error_tell("this kcovctl was built without capstone, which --tree needs");
	return EXIT_USAGE;
}
