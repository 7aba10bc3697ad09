/** Codec: an HTTP request to the message of the CPE in it. TR-069 3.4.1, 3.4.2, 3.5. */
import { Malformed } from "../errors.ts";
import { decode, type Message } from "../rpc/decode.ts";
import type { Args } from "../rpc/table.ts";
import type { CwmpVersion } from "../soap/names.ts";
import { serves } from "./answer.ts";
import { header } from "./authenticate.ts";
import { charsetOf } from "./framing.ts";
import type { WebRequest } from "./state.ts";

export type Heard =
  | Message
  | { readonly is: "empty" }
  | { readonly is: "unreadable"; readonly reason: string };

export function hear(request: WebRequest): Heard {
  if (request.body.length === 0) return { is: "empty" };
  try {
    return decode(request.body, { charset: charsetOf(header(request, "content-type")), serves });
  } catch (error) {
    if (error instanceof Malformed) return { is: "unreadable", reason: error.message };
    throw error;
  }
}

/** The session that it belongs to, by either kind of cookie (3.4.2). */
export function cookieOf(request: WebRequest): string | undefined {
  return /(?:^|[;,\s])session="?([0-9a-f]+)/.exec(header(request, "cookie") ?? "")?.[1];
}

/** "Inform", "GetRPCMethodsResponse", "Fault", "" for nothing. */
export function nameOf(heard: Heard): string {
  switch (heard.is) {
    case "call":
    case "badCall":
      return heard.method;
    case "reply":
      return `${heard.method}Response`;
    case "empty":
      return "";
    case "fault":
      return "Fault";
    default:
      return heard.is;
  }
}

export function deviceKey(id: Args<"Inform">["DeviceId"]): string {
  return [id.OUI, id.ProductClass, id.SerialNumber].join("-");
}

/** The versions that it speaks itself; 3.7.2.1: a CPE of v1.0 is answered in v1.0. */
export function versionFor(said: string): CwmpVersion {
  return said === "cwmp-1-0" ? "cwmp-1-0" : "cwmp-1-1";
}
