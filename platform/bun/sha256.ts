/** Adapter: SHA-256 by the runtime itself. node:crypto does the same on Node, which runs the tests; loading it would
 * take half a millisecond of each start. FIPS 180-4. */

/** @returns the digest in hex */
export const sha256 = (bytes: Uint8Array): string =>
  typeof Bun === "undefined"
    ? process.getBuiltinModule("node:crypto").createHash("sha256").update(bytes).digest("hex")
    : Bun.SHA256.hash(bytes, "hex");
