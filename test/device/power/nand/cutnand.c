// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * A NAND flash whose cells are a file of the machine that QEMU runs on, for tests.
 *
 * QEMU shows the file as the memory of an ivshmem device. Each byte that is programmed is in the file at once, so that
 * killing QEMU is a power cut between two bytes. Programming only clears bits, in whole pages, and erasing sets them, in
 * whole blocks, in two steps. Not modelled: out-of-band data, ECC, bit flips, wear, bad blocks.
 */
#include <linux/delay.h>
#include <linux/io.h>
#include <linux/module.h>
#include <linux/mtd/mtd.h>
#include <linux/pci.h>

#define PAGE_BYTES 2048
#define BLOCK_BYTES (128 * 1024)

/* Of small chips: microseconds for a page and for a block. */
#define PROGRAM_US 200
#define ERASE_US 1000

static u8 *cells;
static struct mtd_info nand;

static int cutnand_read(struct mtd_info *mtd, loff_t from, size_t length, size_t *done, u_char *into)
{
	memcpy(into, cells + from, length);
	*done = length;
	return 0;
}

static int cutnand_program(struct mtd_info *mtd, loff_t to, size_t length, size_t *done, const u_char *from)
{
	size_t at;

	if ((to | length) & (PAGE_BYTES - 1))
		return -EINVAL;
	for (at = 0; at < length; at++) {
		WRITE_ONCE(cells[to + at], cells[to + at] & from[at]);
		if ((at + 1) % PAGE_BYTES == 0)
			usleep_range(PROGRAM_US, PROGRAM_US + 50);
	}
	*done = length;
	return 0;
}

static int cutnand_erase(struct mtd_info *mtd, struct erase_info *what)
{
	u64 at;

	for (at = what->addr; at < what->addr + what->len; at += BLOCK_BYTES) {
		memset(cells + at, 0xff, BLOCK_BYTES / 2);
		usleep_range(ERASE_US, ERASE_US + 50);
		memset(cells + at + BLOCK_BYTES / 2, 0xff, BLOCK_BYTES / 2);
	}
	return 0;
}

static int __init cutnand_init(void)
{
	struct pci_dev *device = pci_get_device(0x1af4, 0x1110, NULL);

	if (!device)
		return -ENODEV;
	nand.size = pci_resource_len(device, 2);
	cells = memremap(pci_resource_start(device, 2), nand.size, MEMREMAP_WB);
	pci_dev_put(device);
	if (!cells)
		return -ENOMEM;
	nand.name = "cutnand";
	nand.owner = THIS_MODULE;
	nand.type = MTD_NANDFLASH;
	nand.flags = MTD_CAP_NANDFLASH;
	nand.erasesize = BLOCK_BYTES;
	nand.writesize = PAGE_BYTES;
	nand.writebufsize = PAGE_BYTES;
	nand._read = cutnand_read;
	nand._write = cutnand_program;
	nand._erase = cutnand_erase;
	return mtd_device_register(&nand, NULL, 0);
}

static void __exit cutnand_exit(void)
{
	mtd_device_unregister(&nand);
	memunmap(cells);
}

module_init(cutnand_init);
module_exit(cutnand_exit);
MODULE_DESCRIPTION("NAND flash in a file of the host, for power cuts");
MODULE_LICENSE("Dual MIT/GPL");
