/** Rule: which part of a file is asked for, and which one an answer holds. RFC 9110 8.8, 13.1.5, 14.2, 14.4. */
import { headerValues } from "../http/answer.ts";
import type { Header, HttpHead } from "../ports/net.ts";
import { counted, sentText, TransferFailure } from "./failure.ts";

/** The validators of a response, which show whether the file is still the same. */
export interface Validator {
  readonly value: string;
}

/** The part that an answer holds: from that byte on; `total` is the size of the whole file. */
export interface Part {
  readonly from: number;
  readonly total: number | undefined;
}

/** A strong ETag, else Last-Modified: a weak one says that two files mean the same, not that they are. */
export function validatorOf({ headers }: HttpHead): Validator | undefined {
  const etag = headerValues(headers, "etag")[0]?.trim();
  if (etag !== undefined && /^"[\x21\x23-\x7e]*"$/.test(etag)) return { value: etag };
  const modified = headerValues(headers, "last-modified")[0]?.trim();
  return modified !== undefined && /^[\x20-\x7e]{1,64}$/.test(modified) ? { value: modified } : undefined;
}

/** Without a validator the rest may belong to another file: the whole file is requested.
 * @param bytes of the file that are there */
export function requestedPart(bytes: number, validator: Validator | undefined): Header[] {
  if (bytes === 0 || validator === undefined) return [];
  return [
    ["Range", `bytes=${bytes}-`],
    ["If-Range", validator.value],
  ];
}

/** @param bytes of the file that are there
 * @param known size of the whole file, as far as the server has named it before
 * @returns undefined for an answer that holds no file
 * @throws TransferFailure for a part that was not asked for, or a coding; OtherFile */
export function partOf(
  head: HttpHead,
  bytes: number,
  validator: Validator | undefined,
  known: number | undefined,
): Part | undefined {
  const { status, headers } = head;
  if (status !== 200 && status !== 206) return undefined;
  const coding = headerValues(headers, "content-encoding")[0]?.trim().toLowerCase() ?? "";
  if (coding !== "" && coding !== "identity") {
    const told = coding.slice(0, 20);
    throw new TransferFailure("access", `The file server sends the file coded as ${told}, unasked`);
  }
  const length = lengthOf(headers);
  if (status === 200) return { from: 0, total: length };
  const range = headerValues(headers, "content-range")[0]?.trim() ?? "";
  const [, first, last, size] = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15}|\*)$/i.exec(range) ?? [];
  const from = Number(first);
  const sized = length === undefined || length === Number(last) - from + 1;
  if (first === undefined || from !== bytes || bytes === 0 || Number(last) < from || !sized) {
    const place =
      first === undefined ? "without its place" : `of bytes ${counted(from)} to ${counted(Number(last))}`;
    const text = `The file server sends a part ${place}, and was asked for the rest from byte ${counted(bytes)} on`;
    throw new TransferFailure("corrupted", text);
  }
  const total = size === "*" ? undefined : Number(size);
  if (total !== undefined && Number(last) >= total) {
    const text = `The file server sends a part up to byte ${counted(Number(last))} of a file of ${counted(total)} bytes`;
    throw new TransferFailure("corrupted", text);
  }
  const now = validatorOf(head);
  const changed = validator !== undefined && now !== undefined && now.value !== validator.value;
  const resized = total !== undefined && known !== undefined && total !== known;
  if (changed || resized) throw new OtherFile(`${sentText(bytes, known)}, and then a part of another file`);
  return { from, total: total ?? Number(last) + 1 };
}

/** The file on the server is another one than when the download began: it has to be received from its start. */
export class OtherFile extends TransferFailure {
  constructor(message: string) {
    super("incomplete", message);
  }
}

/** A body in chunks has no length beforehand. */
function lengthOf(headers: readonly Header[]): number | undefined {
  if (headerValues(headers, "transfer-encoding").length > 0) return undefined;
  const text = headerValues(headers, "content-length")[0]?.trim() ?? "";
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
