/** Table: the bounds of files that the ACS sends to be applied, each number with its unit and its reason. */

export const installLimits = {
  /** Bytes of a configuration or of web content as it is received: many times a whole /etc. */
  packedBytesMax: 16_777_216,
  /** Bytes of an archive once unpacked: an archive of zeros grows a thousandfold. */
  unpackedBytesMax: 33_554_432,
  /** Entries of an archive. */
  entriesMax: 2000,
  /** Bytes of one entry's name. */
  nameBytesMax: 255,
  /** Lines of a batch of uci commands. */
  batchLinesMax: 20_000,
  /** Bytes of the system log that an upload holds. */
  logBytesMax: 1_048_576,
  /** Characters of a name from a file in an error text. */
  quotedCharsMax: 60,
} as const;
