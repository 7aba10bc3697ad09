/** Rule: the HTTP headers of each kind of request by a CPE. TR-069 3.4.1. */
import { header } from "./authenticate.ts";
import type { WebRequest } from "./state.ts";

/** The mistakes of a CPE in the frame of a message. @param what "Inform", "GetRPCMethodsResponse", "Fault", ""
 * for an empty POST */
export function framingComplaints(request: WebRequest, what: string): string[] {
  const complaints: string[] = [];
  const type = header(request, "content-type");
  const action = header(request, "soapaction");
  if (what === "") {
    if (type !== undefined) complaints.push("3.4.1: an empty POST has no Content-Type");
    if (action !== undefined) complaints.push("3.4.1: an empty POST has no SOAPAction");
    return complaints;
  }
  if (!/^text\/xml\s*(;|$)/i.test(type ?? ""))
    complaints.push("3.4.1: the Content-Type of an envelope is text/xml");
  const isAnswer = what.endsWith("Response") || what === "Fault";
  if (isAnswer && action !== "") complaints.push("3.4.1: SOAPAction has no value where an answer is sent");
  if (!isAnswer && action === undefined) complaints.push("SOAP 1.1 6.1.1: a request has a SOAPAction");
  return complaints;
}

/** The charset of a Content-Type, if it has one. */
export function charsetOf(type: string | undefined): string | undefined {
  return /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(type ?? "")?.[1];
}
