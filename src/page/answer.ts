/** Rule: the headers of each answer of the LAN page. They restrict the use that a browser may make of it.
 * RFC 9110, Content Security Policy 3. */
import type { Html } from "./html.ts";
import type { PageAnswer } from "./request.ts";

/** Forbids scripts, content of other origins and frames. form-action: our forms lead to our own pages. */
const policy =
  "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/** Headers of every answer. No answer sets a cookie or names the server program. */
const common = [
  ["Content-Security-Policy", policy],
  ["X-Content-Type-Options", "nosniff"],
  ["X-Frame-Options", "DENY"],
  // With no-referrer a browser would not distinguish our own forms from others (Fetch 3.2: Origin is null then).
  ["Referrer-Policy", "same-origin"],
  ["Cross-Origin-Resource-Policy", "same-origin"],
  ["Permissions-Policy", "camera=(), geolocation=(), microphone=()"],
] as const;

const unstored = ["Cache-Control", "no-store"] as const;

export type Headers = PageAnswer["headers"];

/** @param more further headers, such as Refresh or Allow */
export const page = (status: number, document: Html, language: string, more: Headers = []): PageAnswer => ({
  status,
  headers: [
    ["Content-Type", "text/html; charset=utf-8"],
    ["Content-Language", language],
    ["Vary", "Accept-Language"],
    unstored,
    ...common,
    ...more,
  ],
  body: document.text,
});

/** D.3, A.4.2.1: the HTTP 302. */
export const redirect = (location: string): PageAnswer => ({
  status: 302,
  headers: [["Location", location], unstored, ...common],
  body: "",
});

/** Style, pictures and fonts. */
export const file = (type: string, body: string | Uint8Array): PageAnswer => ({
  status: 200,
  headers: [["Content-Type", type], ["Cache-Control", "no-cache"], ...common],
  body,
});

/** The answer to HEAD: that to GET without its body. RFC 9110 9.3.2. */
export const withoutBody = (answer: PageAnswer): PageAnswer => ({ ...answer, body: "" });
