/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A module that a test can make run: whoever writes a number to its parameter "poke" calls
 * its poke(), and loading it its start(). It keeps the sum of what both returned.
 */
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/moduleparam.h>

static int sum;

static __always_inline int add_bits(int value)
{
	int bits = 0;

	for (; value; value &= value - 1)
		bits++;
	return bits;
}

static int poke(int value);
static int start(void);

static int poke_set(const char *text, const struct kernel_param *param)
{
	int value, err = kstrtoint(text, 0, &value);

	if (!err)
		sum += poke(value);
	return err;
}

static const struct kernel_param_ops poke_ops = {
	.set = poke_set,
	.get = param_get_int,
};
module_param_cb(poke, &poke_ops, &sum, 0600);

static int __init poke_init(void)
{
	sum = start();
	return 0;
}
module_init(poke_init);

static void __exit poke_exit(void)
{
	pr_debug("sum %d\n", sum);
}
module_exit(poke_exit);

MODULE_DESCRIPTION("Made to run by a test of kcovctl");
MODULE_LICENSE("GPL");
