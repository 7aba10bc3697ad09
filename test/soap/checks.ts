/** Helper: rules of 3.5, 3.7.1.5 and A.5 that XML Schema cannot express, over one message that a CPE or an ACS sends. */
import { parseDateTime } from "../../src/datetime.ts";
import type { Lenience } from "../../src/soap/lenience.ts";
import { namespaces } from "../../src/soap/names.ts";
import { type Element, parseTree } from "../../src/soap/tree.ts";

const valueTypes = ["string", "int", "unsignedInt", "boolean", "dateTime", "base64", "base64Binary"];
const moreValueTypes = ["long", "unsignedLong", "hexBinary", "decimal"];
const clientFaults = [9003, 9005, 9006, 9007, 9008, 8003];

function* all(element: Element): Generator<Element> {
  yield element;
  for (const child of element.children) yield* all(child);
}

function child(element: Element | undefined, local: string): Element | undefined {
  return element?.children.find((one) => one.local === local);
}

function texts(element: Element | undefined, local: string): string[] {
  return (element?.children ?? []).map((one) => child(one, local)?.text ?? "");
}

function repeated(values: readonly string[]): boolean {
  return new Set(values).size !== values.length;
}

function* arrayProblems(element: Element): Generator<string> {
  const arrayType = element.attribute("arrayType");
  if (!arrayType) return;
  const found = /^([^:[\]]+):([A-Za-z0-9]+)\[(\d+)\]$/.exec(arrayType.value);
  if (!found) return yield `bad arrayType ${arrayType.value}`;
  const [, prefix = "", type = "", count = ""] = found;
  const uri = element.resolve(prefix) ?? "";
  if (uri !== namespaces.schema && uri !== namespaces.encoding && !uri.startsWith(namespaces.cwmp)) {
    yield `prefix of arrayType ${arrayType.value} is bound to ${uri}`;
  }
  if (element.resolve(arrayType.prefix) !== namespaces.encoding)
    yield "arrayType is not of the SOAP encoding";
  if (Number(count) !== element.children.length) yield `${element.name} says ${count} entries`;
  if (element.children.some((entry) => entry.name !== type))
    yield `${element.name} has entries other than ${type}`;
}

function* valueProblems(element: Element): Generator<string> {
  if (element.name !== "Value" || element.attribute("type") === undefined) return;
  const type = element.attribute("type");
  const [prefix = "", local = ""] = (type?.value ?? "").split(":");
  const uri = element.resolve(prefix);
  if (element.resolve(type?.prefix ?? "") !== namespaces.instance) yield "type is not xsi:type";
  if (uri !== namespaces.schema && uri !== namespaces.encoding)
    yield `xsi:type ${type?.value} is no simple type`;
  if (![...valueTypes, ...moreValueTypes].includes(local)) yield `xsi:type ${type?.value} is not of CWMP`;
}

/** 3.5: below the top level nothing is qualified; a Value of a ParameterValueStruct names its type. */
function* elementProblems(element: Element): Generator<string> {
  yield* arrayProblems(element);
  yield* valueProblems(element);
  if (element.name === "ParameterValueStruct" && !child(element, "Value")?.attribute("type")) {
    yield "Value without xsi:type";
  }
  const must = element.attribute("mustUnderstand");
  if (must && must.value !== "1") yield `mustUnderstand is ${must.value}`;
}

/** A.3.3.1, 3.7.1.5. */
function* informProblems(inform: Element): Generator<string> {
  const event = child(inform, "Event");
  const codes = texts(event, "EventCode");
  const names = texts(child(inform, "ParameterList"), "Name");
  const keyed = (event?.children ?? []).filter((one) => child(one, "CommandKey")?.text !== "");
  if (codes.length > 64) yield "more than 64 events";
  if (repeated(codes.filter((code) => !code.startsWith("M ")))) yield `a single event twice: ${codes}`;
  if (codes.includes("3 SCHEDULED") && !codes.includes("M ScheduleInform")) yield "3 SCHEDULED alone";
  if (codes.includes("7 TRANSFER COMPLETE") && !codes.some((code) => /^M (Download|Upload)$/.test(code))) {
    yield "7 TRANSFER COMPLETE alone";
  }
  for (const one of keyed) {
    const code = child(one, "EventCode")?.text ?? "";
    if (!/^[MX] /.test(code)) yield `CommandKey on ${code}`;
  }
  const time = child(inform, "CurrentTime")?.text ?? "";
  if (!/(Z|[+-]\d\d:\d\d)$/.test(time) && parseDateTime(time)?.is !== "sinceBoot")
    yield `CurrentTime is ${time}`;
  if (child(inform, "MaxEnvelopes")?.text !== "1") yield "MaxEnvelopes is not 1";
  if (names.length === 0) yield "Inform without parameters";
  if (repeated(names)) yield "a parameter twice in Inform";
  if (names.some((name) => name.endsWith("."))) yield "a partial path in Inform";
}

function* faultProblems(fault: Element): Generator<string> {
  const source = child(fault, "faultcode")?.text.split(":").at(-1) ?? "";
  if (["MustUnderstand", "VersionMismatch"].includes(source)) return;
  const inner = child(child(fault, "detail"), "Fault");
  const code = Number(child(inner, "FaultCode")?.text);
  const entries = (inner?.children ?? []).filter((one) => one.local === "SetParameterValuesFault");
  if (!inner) yield "Fault without a CWMP Fault";
  if (!child(inner, "FaultString")) yield "Fault without FaultString";
  if (child(fault, "faultstring")?.text !== "CWMP fault") yield "faultstring is not CWMP fault";
  if (source !== (clientFaults.includes(code) ? "Client" : "Server"))
    yield `faultcode of ${code} is ${source}`;
  if (entries.length > 0 && code !== 9003) yield `SetParameterValuesFault in a fault ${code}`;
  if (entries.some((one) => child(one, "FaultCode")?.text === "9004")) yield "9004 for a parameter";
}

function* bodyProblems(body: Element | undefined): Generator<string> {
  const [message] = body?.children ?? [];
  if (!message || body?.children.length !== 1) return yield "Body does not hold exactly one element";
  const qualified =
    message.local === "Fault" ? undefined : [...all(message)].find((e) => e !== message && e.uri !== "");
  if (qualified) yield `${qualified.name} is qualified`;
  if (message.local === "Inform") yield* informProblems(message);
  if (message.local === "Fault") yield* faultProblems(message);
}

/** @returns what is wrong with the message, nothing if it is as it should be */
export function checkMessage(bytes: Uint8Array): string[] {
  const leniences = new Set<Lenience>();
  const { root } = parseTree(new TextDecoder().decode(bytes), false, leniences);
  const problems = [...all(root)].flatMap((element) => [...elementProblems(element)]);
  const header = child(root, "Header");
  const ids = (header?.children ?? []).filter((entry) => entry.local === "ID");
  if (root.uri !== namespaces.envelope || root.local !== "Envelope") problems.push("not a SOAP 1.1 Envelope");
  if (ids.length > 1) problems.push("more than one ID");
  if (leniences.size > 0) problems.push(`needs leniences: ${[...leniences]}`);
  return [...problems, ...bodyProblems(child(root, "Body"))];
}
