/** Codec: our answers to Connection Requests, value to bytes. TR-069 3.2.2: the body is always empty. */
import type { RequestHead } from "./request.ts";

/** 503 never carries Retry-After (3.2.2). */
export type Answer =
  | { readonly status: 200 | 400 | 404 | 503 }
  | { readonly status: 401; readonly challenge: string }
  | { readonly status: 405; readonly allow: string };

const reasons = {
  200: "OK",
  400: "Bad Request",
  401: "Unauthorized",
  404: "Not Found",
  405: "Method Not Allowed",
  503: "Service Unavailable",
} as const satisfies Record<Answer["status"], string>;

const bytes = new TextEncoder();

/** @param keep the connection stays open for another request
 * @param minor of the request: 1.0 needs the headers that 1.1 takes for granted. RFC 9112 9.3 */
export function writeAnswer(answer: Answer, keep: boolean, minor: RequestHead["minor"]): Uint8Array {
  const lines = [`HTTP/1.1 ${answer.status} ${reasons[answer.status]}`, "Content-Length: 0"];
  if (answer.status === 401) lines.push(`WWW-Authenticate: ${answer.challenge}`);
  if (answer.status === 405) lines.push(`Allow: ${answer.allow}`);
  if (!keep) lines.push("Connection: close");
  else if (minor === 0) lines.push("Connection: keep-alive");
  return bytes.encode(`${lines.join("\r\n")}\r\n\r\n`);
}
