/** Rule: the name of a message, and its section: a line of log for each, at level debug. Names and sizes
 * only, none of its content. TR-069 3.7.1, 3.7.2. */
import type { Message } from "../rpc/decode.ts";
import { isMethod, methods } from "../rpc/table.ts";
import { soapLimits } from "../soap/limits.ts";

export interface SaidFields {
  readonly message: string;
  readonly section: string;
  readonly bytes: number;
  readonly [name: string]: string | number;
}

/** Bytes of an envelope of ours in which its message is named. */
const headBytes = 1024;
const decoder = new TextDecoder();

/** @param method undefined: it is that of no method */
function fields(message: string, chapter: string, method: string, bytes: number): SaidFields {
  const section = isMethod(method) ? `${chapter}, ${methods[method].section}` : chapter;
  return { message: message.slice(0, soapLimits.quotedCharsMax), section, bytes };
}

/** The log fields of a POST of ours. @param body undefined: an empty POST */
export function posted(body: Uint8Array | undefined): SaidFields {
  if (body === undefined) return fields("(empty)", "3.7.1.3", "", 0);
  const head = decoder.decode(body.subarray(0, headBytes));
  const name = /<soap-env:Body><[\w-]+:(\w+)/.exec(head)?.[1] ?? "(unnamed)";
  if (name === "Fault") return fields(name, "3.5, A.5.1", "", body.length);
  const method = name.replace(/Response$/, "");
  if (method !== name) return fields(name, "3.7.1.2", method, body.length);
  return fields(name, name === "Inform" ? "3.7.1.1" : "3.7.1.3", name, body.length);
}

/** The log fields of an answer of the ACS. @param message undefined: an empty answer */
export function answered(message: Message | undefined, bytes: number): SaidFields {
  if (message === undefined) return fields("(empty)", "3.7.2.4", "", 0);
  switch (message.is) {
    case "call":
    case "badCall":
      return fields(message.method, "3.7.2.3", message.method, bytes);
    case "reply":
      return fields(
        `${message.method}Response`,
        message.method === "Inform" ? "3.7.2.1" : "3.7.2.2",
        message.method,
        bytes,
      );
    case "fault":
      return fields(`Fault ${message.code}`, "3.5, A.5.2", "", bytes);
    case "soapFault":
      return fields("(no SOAP 1.1)", "3.5", "", bytes);
  }
}

/** Whether an ACS that refuses a session says that it is the moment which does not suit it, in its own words: another
 * session of this device that it has not closed yet, or too much to do. 3.7.2.1: that says nothing of the version. */
export const saysNow = (words: string): boolean =>
  /\bsession\b|\bbusy\b|\boverload|\btoo many\b|\blater\b|\bretry\b|\bmaintenance\b|\bunavailable\b|\btimed? ?out\b/i.test(
    words,
  );
