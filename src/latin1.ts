/** Codec: bytes to characters of the same number, one for one: ISO 8859-1, as HTTP heads are read. */

/** Not TextDecoder's "latin1", which is the Windows code page. */
export function fromLatin1(bytes: Uint8Array): string {
  // A call takes only so many arguments.
  if (bytes.length <= pieceBytes) return piece(bytes);
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    parts.push(piece(bytes.subarray(at, at + pieceBytes)));
  }
  return parts.join("");
}

const pieceBytes = 8192;

/** `apply` takes bytes as they are; spread, they would be walked through one by one. */
const piece = (bytes: Uint8Array): string => String.fromCharCode.apply(null, bytes as unknown as number[]);
