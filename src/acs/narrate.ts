/** Rule: the conversation scrolling by, one or two lines a message, each with its section of TR-069. */
import type { ParameterInfoStruct, ParameterValueStruct } from "../rpc/messages.ts";
import { isMethod, type MethodName, methods } from "../rpc/table.ts";
import { escapeText } from "../terminal.ts";
import { isSecret, withoutPassword } from "./secret.ts";
import type { Entry, Said } from "./state.ts";

export interface Look {
  readonly colours: boolean;
}

interface Told {
  readonly name: string;
  readonly sections: readonly string[];
  readonly detail: string;
}

const detailMax = 160;
const listedMax = 3;
const nameMax = 40;

const paint = { cpe: "32", acs: "36", wrong: "31", name: "1", dim: "2" } as const;

/** @param look.colours only where a terminal shows them
 * @returns lines without ends */
export function narrate(entry: Entry, look: Look): string[] {
  const painted = (how: keyof typeof paint, text: string) =>
    look.colours ? `\x1b[${paint[how]}m${text}\x1b[0m` : text;
  const told = tell(entry);
  const arrow = entry.from === "cpe" ? "cpe --> acs" : "cpe <-- acs";
  const clock = new Date(entry.at).toISOString().slice(11, 19);
  const head = [
    painted("dim", clock),
    painted(isWrong(entry) ? "wrong" : entry.from, arrow),
    painted("name", escapeText(told.name)),
    painted("dim", `[${told.sections.join(", ")}] ${measure(entry)}`),
  ];
  const lines = [head.join("  ")];
  if (told.detail !== "") lines.push(`${" ".repeat(23)}${short(escapeText(told.detail))}`);
  return lines;
}

/** A complaint about a breach of the specification. */
export function narrateComplaint(text: string, look: Look): string {
  const mark = look.colours ? `\x1b[${paint.wrong}m!\x1b[0m` : "!";
  return `${" ".repeat(21)}${mark} ${short(escapeText(text))}`;
}

function short(text: string): string {
  return text.length <= detailMax ? text : `${text.slice(0, detailMax - 3)}...`;
}

function measure(entry: Entry): string {
  const { said, status, body } = entry;
  if (said.is === "connectionRequest") return "GET";
  return `${status ?? "POST"}${body.length > 0 ? `, ${body.length} bytes` : ""}`;
}

function isWrong(entry: Entry): boolean {
  return entry.said.is === "http" || entry.said.is === "fault" || entry.said.is === "refused";
}

/** The name of a message, its section, and its content. */
function tell(entry: Entry): Told {
  const { said } = entry;
  switch (said.is) {
    case "call":
      return call(said.method, said.args, said.method === "Inform" ? "3.7.1.1" : "3.7.1.3");
    case "asked": {
      const told = call(said.method, said.args, "3.7.2.3");
      return said.hold ? { ...told, name: `${told.name} (HoldRequests)` } : told;
    }
    case "reply":
      return reply(said.method, said.args, "3.7.1.2");
    case "answered":
      return reply(said.method, said.args, said.method === "Inform" ? "3.7.2.1" : "3.7.2.2");
    case "empty":
      return empty(entry);
    default:
      return trouble(said, entry.status);
  }
}

function empty({ from, last }: Entry): Told {
  if (from === "cpe")
    return { name: "(empty POST)", sections: ["3.7.1.3"], detail: "nothing to ask or to answer" };
  if (last) return { name: "(empty)", sections: ["3.7.2.4"], detail: "the session is over" };
  return { name: "(empty)", sections: ["3.7.2.3"], detail: "nothing to ask" };
}

function trouble(
  said: Exclude<Said, { is: "call" | "reply" | "asked" | "answered" | "empty" }>,
  status?: number,
): Told {
  switch (said.is) {
    case "fault":
      return {
        name: `Fault ${said.code}`,
        sections: ["3.5", "A.5.1"],
        detail: [said.text, ...said.parameters.map((p) => `${p.name}: ${p.code} ${p.text}`)].join("; "),
      };
    case "refused":
      return { name: `Fault ${said.code}`, sections: ["3.5", "A.5.2"], detail: said.text };
    case "badCall":
      return { name: said.method, sections: sectionsOf(said.method, "3.7.1.3"), detail: said.fault.message };
    case "soapFault":
      return { name: "(no SOAP 1.1)", sections: ["3.5"], detail: said.text };
    case "http":
      return { name: httpName(status), sections: [httpSection(status)], detail: said.text };
    case "connectionRequest":
      return {
        name: "Connection Request",
        sections: ["3.2.2"],
        detail: `${withoutPassword(said.url)}: ${said.outcome}`,
      };
  }
}

function httpName(status: number | undefined): string {
  if (status === undefined) return "(not readable)";
  if (status === 401) return "Unauthorized: log in";
  if (status === 400) return "Bad Request";
  return `HTTP ${status}`;
}

function httpSection(status: number | undefined): string {
  if (status === undefined) return "3.5";
  if (status === 401) return "3.4.4";
  if (status === 400) return "3.7.2.4";
  return status >= 300 && status < 400 ? "3.4.2" : "3.7.1.4";
}

function sectionsOf(method: string, chapter: string): string[] {
  return isMethod(method) ? [chapter, methods[method].section] : [chapter];
}

// ---------------------------------------------------------------- arguments

function call(method: MethodName, args: object, chapter: string): Told {
  return { name: method, sections: sectionsOf(method, chapter), detail: described(method, args) };
}

function reply(method: MethodName, args: object, chapter: string): Told {
  return {
    name: `${method}Response`,
    sections: sectionsOf(method, chapter),
    detail: described(method, args),
  };
}

function described(method: MethodName, args: object): string {
  if (method === "Inform" && "DeviceId" in args) return inform(args as InformArgs);
  return Object.entries(args)
    .map(([name, value]) => argument(name, value))
    .filter((text) => text !== "")
    .join("; ");
}

interface InformArgs {
  readonly DeviceId: {
    readonly Manufacturer: string;
    readonly ProductClass: string;
    readonly SerialNumber: string;
  };
  readonly Event: readonly { readonly EventCode: string; readonly CommandKey: string }[];
  readonly RetryCount: number;
  readonly ParameterList: readonly ParameterValueStruct[];
}

function inform({ DeviceId, Event, RetryCount, ParameterList }: InformArgs): string {
  const events = Event.map(({ EventCode, CommandKey }) =>
    CommandKey ? `${EventCode} "${CommandKey}"` : EventCode,
  );
  const device = [DeviceId.Manufacturer, DeviceId.ProductClass, DeviceId.SerialNumber].filter(
    (part) => part !== "",
  );
  const retries = RetryCount === 0 ? [] : [`retry ${RetryCount}`];
  return [events.join(", ") || "no event", ...retries, device.join(" "), counted(ParameterList)].join("; ");
}

function counted(list: readonly unknown[]): string {
  const [first] = list;
  const isParameters = typeof first === "object" && first !== null && "Value" in first;
  if (isParameters) return `${list.length} parameter${list.length === 1 ? "" : "s"}`;
  return `${list.length} ${list.length === 1 ? "entry" : "entries"}`;
}

function argument(name: string, value: unknown): string {
  if (Array.isArray(value)) return listed(value);
  if (isSecret(name) && value !== "") return `${name} (hidden)`;
  if (value === "" && name !== "ParameterPath") return "";
  if (value instanceof Uint8Array) return `${name} ${value.length} bytes`;
  if (typeof value === "object" && value !== null) return `${name} ${Object.values(value).join(" ")}`;
  if (name === "ParameterPath" || name === "ObjectName") return String(value) || "(the root)";
  if (typeof value === "boolean") return value ? name : "";
  return `${name} ${/URL$/.test(name) ? withoutPassword(String(value)) : value}`;
}

/** A list as its first few entries and their number. */
function listed(list: readonly unknown[]): string {
  const shown = list.slice(0, listedMax).map(member).join(", ");
  return list.length <= listedMax ? shown : `${counted(list)}: ${shown}, ...`;
}

/** The end of a long path: there it differs from its neighbours. */
function brief(path: string): string {
  const at = path.length <= nameMax ? -1 : path.indexOf(".", path.length - nameMax);
  return at < 0 || at === path.length - 1 ? path : `...${path.slice(at + 1)}`;
}

function member(entry: unknown): string {
  if (typeof entry !== "object" || entry === null) return brief(String(entry));
  if ("Value" in entry) {
    const { Name, Value } = entry as ParameterValueStruct;
    return `${brief(Name)}=${isSecret(Name) && Value !== "" ? "(hidden)" : Value}`;
  }
  if ("Writable" in entry) return brief((entry as ParameterInfoStruct).Name);
  if ("Notification" in entry) {
    const { Name, Notification } = entry as unknown as { Name: string; Notification: number };
    return `${brief(Name)} notification ${Notification}`;
  }
  return Object.values(entry).join(" ");
}
