/** Codec: bytes as characters of the same number, one for one: ISO 8859-1, and what HTTP's heads are read as. */

/** Not TextDecoder's "latin1", which is the Windows code page. */
export function fromLatin1(bytes: Uint8Array): string {
  // A call takes only so many arguments.
  if (bytes.length <= pieceBytes) return String.fromCharCode(...bytes);
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    parts.push(String.fromCharCode(...bytes.subarray(at, at + pieceBytes)));
  }
  return parts.join("");
}

const pieceBytes = 8192;
