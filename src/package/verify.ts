/** Rule: the last judgement before a package may be planned: its size and the hashes of its files.
 * TR-069 E.3, E.4.3. */
import type { JudgedPackage } from "./judge.ts";
import { PackageRefused } from "./reason.ts";

declare const verified: unique symbol;

/** A package of which everything has been judged; only `verify` makes one, and only one can be planned. */
export interface VerifiedPackage extends JudgedPackage {
  readonly [verified]: true;
}

/** @param totalBytes octets of the whole file
 * @param sha1 of each payload file, hexadecimal, by the place of its command
 * @throws PackageRefused */
export function verify(
  judged: JudgedPackage,
  totalBytes: number,
  sha1: ReadonlyMap<number, string>,
): VerifiedPackage {
  judgeSize(judged, totalBytes);
  for (const piece of judged.pieces) {
    if (sha1.get(piece.command) !== piece.sha1) {
      throw new PackageRefused(
        "hash",
        "Its file does not have the SHA-1 that the command says.",
        piece.command,
      );
    }
  }
  return judged as unknown as VerifiedPackage;
}

/** E.3: every octet of the file is accounted for. @throws PackageRefused */
export function judgeSize(parsed: { readonly totalBytes: number }, totalBytes: number): void {
  if (totalBytes < parsed.totalBytes) {
    throw new PackageRefused(
      "truncated",
      `The file has ${totalBytes} octets; its header promises ${parsed.totalBytes}.`,
    );
  }
  if (totalBytes > parsed.totalBytes) {
    throw new PackageRefused(
      "trailing-bytes",
      `The file has ${totalBytes} octets, ${totalBytes - parsed.totalBytes} more than its header says.`,
    );
  }
}
