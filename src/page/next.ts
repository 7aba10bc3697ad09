/** Rule: the URLs of the ACS to which a browser may be sent. TR-069 A.4.2.1 Table 61, A.3.2.8 Table 30. */
import { charactersOf } from "./arguments.ts";

/** Characters that no URL may hold: blanks, control characters and the backslash, which browsers read as a slash. Other
 * characters beyond ASCII are escaped when the URL is sent. */
const unfit = /[\s\\\x00-\x20\x7f-\x9f]|\p{Surrogate}/u;

/** @param origin of the gateway, which a path is completed with
 * @param charsMax the longest that the method allows
 * @returns the header Location; undefined: no browser may be sent there */
export function destinationOf(url: string, origin: string, charsMax: number): string | undefined {
  if (url === "" || charactersOf(url) > charsMax || unfit.test(url)) return undefined;
  if (/^\/(?!\/)/.test(url)) return ascii(`${origin}${url}`);
  return /^https?:\/\/[^/?#]/i.test(url) && URL.canParse(url) ? ascii(url) : undefined;
}

/** CGI arguments are kept as they are; only characters that a header cannot carry are escaped. */
const ascii = (url: string): string | undefined =>
  /^[\x21-\x7e]+$/.test(url) ? url : URL.canParse(url) ? new URL(url).href : undefined;
