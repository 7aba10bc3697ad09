/** Rule: the name of a file on an FTP or TFTP server. RFC 1738 3.2.2, RFC 3617. */
import { TransferFailure } from "../../src/transfer/failure.ts";

/** The path of the URL, decoded, without the slash that opens it. @throws TransferFailure */
export function pathOf(url: string): string {
  const path = decoded(new URL(url).pathname).replace(/^\//, "");
  if (path === "" || path.includes("\0")) throw noName();
  return path;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw noName();
  }
}

const noName = () =>
  new TransferFailure("access", "The URL names no file that its server could be asked for");
