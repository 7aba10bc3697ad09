/** Codec: a line typed at the ACS to the tasks that it orders. */
import { Malformed } from "../errors.ts";
import { nearest } from "../nearest.ts";
import type { ParameterValueStruct } from "../rpc/messages.ts";
import { ask, type Device, type Task } from "./state.ts";

export type Order =
  | { readonly is: "tasks"; readonly tasks: readonly Task[] }
  | { readonly is: "connect" | "stun" | "udp" | "devices" | "help" | "quit" | "nothing" }
  | { readonly is: "use"; readonly device: string }
  | { readonly is: "wrong"; readonly text: string };

export const origin = "console";

export const consoleHelp = `Commands for the device (each waits for its next session, which a Connection Request brings at once)
  get PATH...            GetParameterValues; a path that ends with a dot is an object    A.3.2.2
  set PATH=VALUE...      SetParameterValues, all or none; quote 'values with blanks'     A.3.2.1
  names [PATH] [next]    GetParameterNames; with next only one level                     A.3.2.3
  add TABLE.             AddObject, as add InternetGatewayDevice.(...).PortMapping.      A.3.2.6
  delete INSTANCE.       DeleteObject                                                    A.3.2.7
  attributes PATH...     GetParameterAttributes                                          A.3.2.5
  notify PATH=0|1|2      SetParameterAttributes: off, passive, active                    A.3.2.4
  methods                GetRPCMethods                                                   A.3.1.1
  schedule SECONDS [KEY] ScheduleInform                                                  A.4.1.2
  reboot [KEY]           Reboot                                                          A.3.2.9
  factory-reset          FactoryReset                                                    A.4.1.6
  download TYPE URL [KEY] Download; TYPE is 1, 2, 3 or a whole FileType                  A.3.2.8
  upload TYPE URL [KEY]  Upload; TYPE is 1, 2 or a whole FileType                        A.4.1.5
  transfers              GetAllQueuedTransfers                                           A.4.1.7
Commands for the ACS
  connect                send a Connection Request                                       3.2.2
  stun                   have the device ask the STUN responder of the ACS               G.2.1
  udp                    send a UDP Connection Request to where it listens               G.2.2.3
  devices                list the devices that have called
  use DEVICE             choose one of several; at first it is the first that called
  help                   this
  quit                   end the ACS
`;

/** Splits a line at blanks; quotes and backslashes keep them. @throws Malformed for a quote left open */
export function words(line: string): string[] {
  const found: string[] = [];
  let word: string | undefined;
  let quote = "";
  for (let at = 0; at < line.length; at++) {
    const char = line[at]!;
    if (char === "\\" && quote !== "'" && at + 1 < line.length) word = (word ?? "") + line[++at];
    else if (quote !== "") {
      if (char === quote) quote = "";
      else word += char;
    } else if (char === "'" || char === '"') {
      quote = char;
      word ??= "";
    } else if (/\s/.test(char)) {
      if (word !== undefined) found.push(word);
      word = undefined;
    } else word = (word ?? "") + char;
  }
  if (quote !== "") throw new Malformed(`A ${quote} is left open.`);
  return word === undefined ? found : [...found, word];
}

function pair(text: string): readonly [name: string, value: string] {
  const at = text.indexOf("=");
  if (at <= 0) throw new Malformed(`Cannot read "${text}": expected PATH=VALUE`);
  return [text.slice(0, at), text.slice(at + 1)];
}

/** A.3.2.1: values carry their types, so these are asked for first. */
function setTask(pairs: readonly (readonly [name: string, value: string])[]): Task {
  const names = pairs.map(([name]) => name);
  const typed = (known: readonly ParameterValueStruct[]) =>
    pairs.map(([Name, Value]) => ({
      Name,
      Value,
      type: known.find((parameter) => parameter.Name === Name)?.type ?? "string",
    }));
  return ask(
    "GetParameterValues",
    { ParameterNames: names },
    {
      origin: "console, types",
      after: (result) =>
        result.is === "reply"
          ? [
              ask(
                "SetParameterValues",
                { ParameterList: typed(result.args.ParameterList), ParameterKey: "" },
                { origin },
              ),
            ]
          : [],
    },
  );
}

function notifyTask(pairs: readonly (readonly [name: string, value: string])[]): Task {
  const ParameterList = pairs.map(([Name, value]) => {
    if (!/^[012]$/.test(value)) throw new Malformed("Notification is 0 (off), 1 (passive) or 2 (active).");
    return {
      Name,
      NotificationChange: true,
      Notification: Number(value),
      AccessListChange: false,
      AccessList: [],
    };
  });
  return ask("SetParameterAttributes", { ParameterList }, { origin });
}

interface Verb {
  readonly usage: string;
  readonly least: number;
  readonly most: number;
  readonly task: (args: readonly string[], device: Pick<Device, "root">) => Task;
}

function verb(usage: string, least: number, most: number, task: Verb["task"]): Verb {
  return { usage, least, most, task };
}

function scheduleTask(args: readonly string[]): Task {
  if (!/^[1-9]\d{0,8}$/.test(args[0]!)) throw new Malformed("SECONDS is a whole number from 1.");
  return ask("ScheduleInform", { DelaySeconds: Number(args[0]), CommandKey: args[1] ?? "" }, { origin });
}

/** The standard file types by their first digit. Tables 30 and 53. */
const downloadTypes = ["1 Firmware Upgrade Image", "2 Web Content", "3 Vendor Configuration File"];
const uploadTypes = ["1 Vendor Configuration File", "2 Vendor Log File"];

const typeOf = (types: readonly string[], text: string): string =>
  types.find((type) => type.startsWith(`${text} `)) ?? text;

/** The arguments that Download and Upload share: no user name, no password, no delay. */
const place = ([, url = "", key = ""]: readonly string[]) => ({
  CommandKey: key,
  URL: url,
  Username: "",
  Password: "",
  DelaySeconds: 0,
});

function downloadTask(args: readonly string[]): Task {
  const FileType = typeOf(downloadTypes, args[0]!);
  const rest = { FileSize: 0, TargetFileName: "", SuccessURL: "", FailureURL: "" };
  return ask("Download", { ...place(args), FileType, ...rest }, { origin });
}

const uploadTask = (args: readonly string[]): Task =>
  ask("Upload", { ...place(args), FileType: typeOf(uploadTypes, args[0]!) }, { origin });

const many = 100;

const verbs: Readonly<Record<string, Verb>> = {
  get: verb("get PATH...", 1, many, (args) =>
    ask("GetParameterValues", { ParameterNames: args }, { origin }),
  ),
  set: verb("set PATH=VALUE...", 1, many, (args) => setTask(args.map(pair))),
  names: verb("names [PATH] [next]", 0, 2, (args, { root }) => {
    const NextLevel = args.at(-1) === "next";
    const ParameterPath = (NextLevel ? args.slice(0, -1) : args)[0] ?? root;
    return ask("GetParameterNames", { ParameterPath, NextLevel }, { origin });
  }),
  add: verb("add TABLE.", 1, 1, ([name]) =>
    ask("AddObject", { ObjectName: name!, ParameterKey: "" }, { origin }),
  ),
  delete: verb("delete INSTANCE.", 1, 1, ([name]) =>
    ask("DeleteObject", { ObjectName: name!, ParameterKey: "" }, { origin }),
  ),
  attributes: verb("attributes PATH...", 1, many, (args) =>
    ask("GetParameterAttributes", { ParameterNames: args }, { origin }),
  ),
  notify: verb("notify PATH=0|1|2", 1, many, (args) => notifyTask(args.map(pair))),
  methods: verb("methods", 0, 0, () => ask("GetRPCMethods", {}, { origin })),
  schedule: verb("schedule SECONDS [KEY]", 1, 2, scheduleTask),
  reboot: verb("reboot [KEY]", 0, 1, ([key]) => ask("Reboot", { CommandKey: key ?? "" }, { origin })),
  "factory-reset": verb("factory-reset", 0, 0, () => ask("FactoryReset", {}, { origin })),
  download: verb("download TYPE URL [KEY]", 2, 3, downloadTask),
  upload: verb("upload TYPE URL [KEY]", 2, 3, uploadTask),
  transfers: verb("transfers", 0, 0, () => ask("GetAllQueuedTransfers", {}, { origin })),
};

/** G.2.2: the device is to ask this STUN server, whose port sends the UDP Connection Requests. */
export function stunOrder({ root }: Device, at: { readonly address: string; readonly port: number }): Task {
  const name = (parameter: string) => `${root}ManagementServer.${parameter}`;
  // Listening everywhere: the device takes the host of the ACS URL.
  const address = ["0.0.0.0", "::"].includes(at.address) ? "" : at.address;
  const ParameterList = [
    { Name: name("STUNServerAddress"), Value: address, type: "string" },
    { Name: name("STUNServerPort"), Value: String(at.port), type: "unsignedInt" },
    { Name: name("STUNEnable"), Value: "1", type: "boolean" },
  ];
  return ask("SetParameterValues", { ParameterList, ParameterKey: "" }, { origin });
}

const own = ["connect", "stun", "udp", "devices", "help", "quit"] as const;

/** @param device the one that is spoken to; undefined: none has called yet */
export function readOrder(line: string, device: Pick<Device, "root"> | undefined): Order {
  try {
    return order(words(line), device);
  } catch (error) {
    if (error instanceof Malformed) return { is: "wrong", text: error.message };
    throw error;
  }
}

function order([name, ...args]: readonly string[], device: Pick<Device, "root"> | undefined): Order {
  if (name === undefined || name.startsWith("#")) return { is: "nothing" };
  const plain = own.find((word) => word === name);
  if (plain !== undefined) return { is: plain };
  if (name === "use") {
    return args.length === 1 ? { is: "use", device: args[0]! } : { is: "wrong", text: "Usage: use DEVICE" };
  }
  const found = Object.hasOwn(verbs, name) ? verbs[name] : undefined;
  if (found === undefined) {
    const guess = nearest(name, [...Object.keys(verbs), ...own, "use"]);
    const hint = guess === undefined ? "" : ` Did you mean ${guess}?`;
    return { is: "wrong", text: `Unknown command "${name}".${hint} Try: help` };
  }
  if (args.length < found.least || args.length > found.most)
    return { is: "wrong", text: `Usage: ${found.usage}` };
  return { is: "tasks", tasks: [found.task(args, device ?? { root: "InternetGatewayDevice." })] };
}
