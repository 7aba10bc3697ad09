/** Codec: CRC-32 (ISO 3309), as zlib has it. The module is loaded for the first sum: few lives of the agent take one,
 * and its evaluation would cost every start. */

/** @param before the sum of the bytes before these */
export const crc32 = (bytes: Uint8Array, before = 0): number =>
  process.getBuiltinModule("node:zlib").crc32(bytes, before);
