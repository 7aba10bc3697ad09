/** Rule: the target of an HTTP redirect. TR-069 3.4.2. */
import { Lost } from "../errors.ts";
import { linkLimits } from "./limits.ts";

/** 301, 302 and 307 re-send the same POST; so does 308, which says nothing else. */
export const isRedirect = (status: number): boolean => [301, 302, 307, 308].includes(status);

/** @param location the Location header, absolute or relative to `from`
 * @throws Lost when it leads to no URL that a CPE may use */
export function redirectTarget(from: URL, location: string | undefined): URL {
  if (location === undefined || location.trim() === "") {
    throw new Lost("the ACS redirects without saying where to");
  }
  if (!URL.canParse(location, from.href)) throw new Lost("the ACS redirects to something that is no URL");
  const url = new URL(location, from);
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    const scheme = url.protocol.slice(0, linkLimits.quotedCharsMax);
    throw new Lost(`the ACS redirects to ${scheme} which is neither http nor https`);
  }
  if (url.username !== "" || url.password !== "") {
    throw new Lost("the ACS redirects to a URL with credentials in it");
  }
  if (url.hostname.length > linkLimits.hostCharsMax) {
    throw new Lost("the ACS redirects to a host whose name is too long");
  }
  url.hash = "";
  return url;
}
