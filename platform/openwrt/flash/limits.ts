/** Table: the bounds of writing images to flash, each number with its unit and its reason. */

export const flashLimits = {
  /** Milliseconds that `sysupgrade -T` may take to look through an image. */
  testMsMax: 120_000,
  /** Milliseconds after which a sysupgrade that has not taken the device down is seen as refused: it copies the image,
   * packs the configuration and asks procd before that. */
  acceptMsMax: 180_000,
  /** Bytes of an image's metadata. */
  metadataBytesMax: 65_536,
  /** Bytes copied at once. */
  copyBytes: 1_048_576,
  /** Bytes of a sector as sysfs counts the size of a device, also where the device's own sectors are larger. */
  sectorBytes: 512,
  /** Bytes of a boot environment. Those of boards have 4 KiB to 128 KiB. */
  environmentBytesMax: 1_048_576,
  /** Characters of an image's own words in an error text. */
  quotedCharsMax: 80,
} as const;
