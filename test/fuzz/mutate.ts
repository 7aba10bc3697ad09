/** Bytes of a protocol of lines, broken by seed. */
import { encode, type seeded } from "../connreq/desk.ts";

/** What means something to every reader of lines. */
export const lineSplices: readonly string[] = ["\r\n", "\n", "\r", "\0", " ", "\t", ":"];

/** Between one and eight changes: bytes flipped, cut out, doubled, moved, spliced in, or the end lost.
 * @param splices texts that mean something to the reader */
export function mutate(
  original: Uint8Array,
  splices: readonly string[],
  dice: ReturnType<typeof seeded>,
): Uint8Array {
  let bytes = [...original];
  for (let changes = 1 + dice.below(8); changes > 0; changes -= 1) {
    const at = dice.below(bytes.length + 1);
    const length = dice.below(dice.below(2) ? 4 : 64);
    const piece = bytes.slice(at, at + length);
    const kind = dice.below(6);
    if (kind === 0 && at < bytes.length) bytes[at] = dice.below(256);
    else if (kind === 1) bytes.splice(at, length);
    else if (kind === 2) bytes.splice(at, 0, ...piece);
    else if (kind === 3) bytes.splice(dice.below(bytes.length + 1), 0, ...bytes.splice(at, length));
    else if (kind === 4) bytes.splice(at, 0, ...encode(splices[dice.below(splices.length)]!));
    else if (dice.below(4) === 0) bytes = bytes.slice(0, at);
  }
  return Uint8Array.from(bytes);
}
