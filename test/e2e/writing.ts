/** Helper: the ACS double's envelopes, in four handwritings that share nothing but the meaning, and a reader of what the
 * agent writes. None of it is the project's own codec. TR-069 3.5, Annex A. */
import { chunked } from "./wire.ts";

/** Prefixes that a handwriting has bound, its quotation mark, and its way with text. */
export interface Hand {
  readonly q: string;
  readonly xsi: string;
  readonly xsd: string;
  readonly enc: string;
  readonly cwmp: string;
  text(plain: string): string;
}

export interface Call {
  readonly method: string;
  args(hand: Hand): string;
}

interface Header {
  readonly id: string | undefined;
  readonly hold: boolean;
}

interface Handwriting {
  readonly name: string;
  readonly hand: Hand;
  /** @param element local name of what the Body holds, @param inner its content, unqualified */
  envelope(element: string, inner: string, header: Header): string;
  http(body: Buffer, extra: readonly string[]): Buffer;
}

const soapEnv = "http://schemas.xmlsoap.org/soap/envelope/";
const soapEnc = "http://schemas.xmlsoap.org/soap/encoding/";
const schema = "http://www.w3.org/2001/XMLSchema";
const cwmpNamespace = "urn:dslforum-org:cwmp-1-1";

const named = (plain: string) =>
  plain
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll("'", "&apos;")
    .replaceAll('"', "&quot;");
/** Everything that is not plain ASCII text as a reference, line ends too: else XML makes all of them LF. */
const numbered = (plain: string, base: "x" | "") =>
  Array.from(plain, (c) => {
    const code = c.codePointAt(0)!;
    return /[A-Za-z0-9 ._-]/.test(c) ? c : `&#${base}${code.toString(base === "x" ? 16 : 10)};`;
  }).join("");
const section = (plain: string) =>
  /[\r\n]/.test(plain) ? numbered(plain, "") : `<![CDATA[${plain.replaceAll("]]>", "]]]]><![CDATA[>")}]]>`;

const length = (body: Buffer, lines: readonly string[]) =>
  Buffer.concat([
    Buffer.from(`${["HTTP/1.1 200 OK", ...lines, `Content-Length: ${body.length}`].join("\r\n")}\r\n\r\n`),
    body,
  ]);

/** One prefix a namespace, apostrophes, CRLF. */
const formal: Handwriting = {
  name: "formal",
  hand: { q: "'", xsi: "xsi", xsd: "xsd", enc: "SOAP-ENC", cwmp: "m", text: named },
  envelope: (element, inner, { id, hold }) =>
    [
      "<?xml version='1.0' encoding='UTF-8' standalone='yes'?>",
      `<SOAP-ENV:Envelope xmlns:SOAP-ENV='${soapEnv}' xmlns:SOAP-ENC='${soapEnc}' xmlns:xsi='${schema}-instance' xmlns:xsd='${schema}' xmlns:m='${cwmpNamespace}'>`,
      "  <SOAP-ENV:Header>",
      ...(id === undefined ? [] : [`    <m:ID SOAP-ENV:mustUnderstand='1'>${named(id)}</m:ID>`]),
      `    <m:HoldRequests SOAP-ENV:mustUnderstand='1'>${hold ? 1 : 0}</m:HoldRequests>`,
      "  </SOAP-ENV:Header>",
      "  <SOAP-ENV:Body>",
      `    <m:${element}>${inner}</m:${element}>`,
      "  </SOAP-ENV:Body>",
      "</SOAP-ENV:Envelope>",
      "",
    ].join("\r\n"),
  http: (body, extra) =>
    length(body, [
      "Server: formal/1",
      'Content-Type: text/xml; charset="utf-8"',
      "SOAPServer: formal",
      ...extra,
    ]),
};

/** The envelope's namespace is the default one, all others are declared where they are used. In chunks, no declaration. */
const lazy: Handwriting = {
  name: "lazy",
  hand: { q: '"', xsi: "i", xsd: "s", enc: "n", cwmp: "c", text: (plain) => numbered(plain, "x") },
  envelope: (element, inner, { id, hold }) =>
    `<Envelope xmlns="${soapEnv}" xmlns:e="${soapEnv}"><Header>${hold ? `<c:HoldRequests xmlns:c="${cwmpNamespace}">1</c:HoldRequests>` : ""}${
      id === undefined
        ? ""
        : `<c:ID e:mustUnderstand="1" xmlns:c="${cwmpNamespace}">${numbered(id, "x")}</c:ID>`
    }</Header><Body><c:${element} xmlns:c="${cwmpNamespace}" xmlns="" xmlns:i="${schema}-instance" xmlns:s="${schema}" xmlns:n="${soapEnc}">${inner}</c:${element}></Body></Envelope>`,
  http: (body, extra) =>
    Buffer.concat([
      Buffer.from(
        `HTTP/1.1 200 fine\r\ntransfer-encoding: chunked\r\n${extra.map((line) => `${line}\r\n`).join("")}content-type: text/xml\r\ntrailer: x-checked\r\n\r\n`,
      ),
      chunked(body, 61),
    ]),
};

/** A byte order mark, comments and processing instructions wherever they may stand, references for everything. */
const chatty: Handwriting = {
  name: "chatty",
  hand: { q: '"', xsi: "XSI", xsd: "XSD", enc: "E", cwmp: "dslf_1.1", text: section },
  envelope: (element, inner, { id, hold }) =>
    `\ufeff<?xml version="1.0"?>\n<?acs-style plain?>\n<!-- an ACS that talks -->\n<env.1:Envelope env.1:encodingStyle="${soapEnc}" xmlns:dslf_1.1="${cwmpNamespace}" xmlns:XSD="${schema}" xmlns:XSI="${schema}-instance" xmlns:E="${soapEnc}" xmlns:env.1="${soapEnv}"><!-- head --><env.1:Header>
      <x:Trace xmlns:x="urn:example:trace" x:at="1">unknown, and need not be</x:Trace>
      ${id === undefined ? "" : `<dslf_1.1:ID env.1:mustUnderstand="1">${section(id)}</dslf_1.1:ID>`}<?pause?>${hold ? `<dslf_1.1:HoldRequests env.1:mustUnderstand="1">1</dslf_1.1:HoldRequests>` : ""}
    </env.1:Header><?between?><env.1:Body><!-- body --><dslf_1.1:${element}><!-- arguments -->${inner}<?end?></dslf_1.1:${element}></env.1:Body><!-- foot --></env.1:Envelope>\n<!-- bye -->\n`,
  http: (body, extra) =>
    Buffer.concat([
      Buffer.from(
        `HTTP/1.1 200 OK\r\n${extra.map((line) => `${line}\r\n`).join("")}CONTENT-LENGTH: ${body.length}\r\nCONTENT-TYPE: Text/XML ; Charset=UTF-8\r\nX-EMPTY:\r\n\r\n`,
      ),
      body,
    ]),
};

/** The method's namespace is the default one below the Body, tabs and newlines all over. In chunks of one byte. */
const airy: Handwriting = {
  name: "airy",
  hand: { q: "'", xsi: "a", xsd: "b", enc: "d", cwmp: "f", text: (plain) => numbered(plain, "") },
  envelope: (element, inner, { id, hold }) =>
    `<?xml version="1.0" encoding='utf-8' ?>\n<z:Envelope\n\txmlns:a = '${schema}-instance'\n\txmlns:z\t=\t"${soapEnv}"\n\txmlns:b="${schema}"\n\txmlns:d="${soapEnc}"\n\txmlns:f="${cwmpNamespace}" >\n\t<z:Header >\n\t\t<HoldRequests z:mustUnderstand="1" xmlns="${cwmpNamespace}" >${hold ? 1 : 0}</HoldRequests>\n${
      id === undefined
        ? ""
        : `\t\t<ID xmlns="${cwmpNamespace}" z:mustUnderstand='1'>${numbered(id, "")}</ID>\n`
    }\t</z:Header>\n\t<z:Body >\n\t\t<${element} xmlns='${cwmpNamespace}' >\n${inner.replace(/<([A-Za-z]+)(?=[\s>/])/g, "\n\t\t\t<$1 xmlns=''")}\n\t\t</${element} >\n\t</z:Body >\n</z:Envelope >`,
  http: (body, extra) =>
    Buffer.concat([
      Buffer.from(
        `HTTP/1.1 200 OK\r\nConnection: Keep-Alive\r\nContent-Type:text/xml;charset=utf-8\r\n${extra.map((line) => `${line}\r\n`).join("")}Transfer-Encoding: Chunked\r\n\r\n`,
      ),
      chunked(body, 1),
    ]),
};

export const handwritings: readonly Handwriting[] = [formal, lazy, chatty, airy];

const list = (hand: Hand, name: string, type: string, items: readonly string[]): string =>
  `<${name} ${hand.enc}:arrayType=${hand.q}${type}[${items.length}]${hand.q}>${items.join("")}</${name}>`;

const strings = (hand: Hand, name: string, items: readonly string[]): string =>
  list(
    hand,
    name,
    `${hand.xsd}:string`,
    items.map((item) => `<string>${hand.text(item)}</string>`),
  );

const method = (name: string, args: (hand: Hand) => string = () => ""): Call => ({ method: name, args });

export type Value = readonly [name: string, value: string, type?: string];

export const call = {
  methods: () => method("GetRPCMethods"),
  get: (...names: string[]) => method("GetParameterValues", (hand) => strings(hand, "ParameterNames", names)),
  names: (path: string, nextLevel: boolean) =>
    method(
      "GetParameterNames",
      (hand) =>
        `<ParameterPath>${hand.text(path)}</ParameterPath><NextLevel>${nextLevel ? 1 : 0}</NextLevel>`,
    ),
  set: (values: readonly Value[], key = "") =>
    method(
      "SetParameterValues",
      (hand) =>
        `${list(
          hand,
          "ParameterList",
          `${hand.cwmp}:ParameterValueStruct`,
          values.map(
            ([name, value, type = "string"]) =>
              `<ParameterValueStruct><Name>${hand.text(name)}</Name><Value ${hand.xsi}:type=${hand.q}${hand.xsd}:${type}${hand.q}>${hand.text(value)}</Value></ParameterValueStruct>`,
          ),
        )}<ParameterKey>${hand.text(key)}</ParameterKey>`,
    ),
  notify: (name: string, level: 0 | 1 | 2) =>
    method("SetParameterAttributes", (hand) =>
      list(hand, "ParameterList", `${hand.cwmp}:SetParameterAttributesStruct`, [
        `<SetParameterAttributesStruct><Name>${hand.text(name)}</Name><NotificationChange>true</NotificationChange><Notification>${level}</Notification><AccessListChange>0</AccessListChange>${strings(hand, "AccessList", [])}</SetParameterAttributesStruct>`,
      ]),
    ),
  add: (path: string, key = "") =>
    method(
      "AddObject",
      (hand) => `<ObjectName>${hand.text(path)}</ObjectName><ParameterKey>${hand.text(key)}</ParameterKey>`,
    ),
  remove: (path: string, key = "") =>
    method(
      "DeleteObject",
      (hand) => `<ObjectName>${hand.text(path)}</ObjectName><ParameterKey>${hand.text(key)}</ParameterKey>`,
    ),
  reboot: (key: string) => method("Reboot", (hand) => `<CommandKey>${hand.text(key)}</CommandKey>`),
  factoryReset: () => method("FactoryReset"),
  /** Download or Upload, its arguments in their order. */
  transfer: (name: "Download" | "Upload", args: Readonly<Record<string, string | number>>) =>
    method(name, (hand) =>
      Object.entries(args)
        .map(([key, value]) => `<${key}>${hand.text(String(value))}</${key}>`)
        .join(""),
    ),
  queued: () => method("GetAllQueuedTransfers"),
  /** A method that nobody knows. */
  unknown: (name: string) => method(name, () => "<Wish>0</Wish>"),
} as const;

// ---------------------------------------------------------------- what the agent writes

export interface Element {
  /** Without its prefix. */
  readonly name: string;
  readonly attributes: string;
  readonly children: Element[];
  text: string;
}

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
const plain = (text: string): string =>
  text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (_, hex, decimal, name) =>
    name
      ? (entities[name] ?? `?${name}?`)
      : String.fromCodePoint(hex ? Number.parseInt(hex, 16) : Number(decimal)),
  );

/** The tree of a text that others have checked to be well-formed. */
export function parse(xml: string): Element {
  const top: Element = { name: "", attributes: "", children: [], text: "" };
  const open: Element[] = [top];
  for (const [, ended, name = "", attributes = "", alone, text] of xml.matchAll(
    /<\?[^>]*\?>|<(\/?)(?:[\w.-]+:)?([\w.-]+)((?:\s[^>]*?)?)(\/?)>|([^<]+)/g,
  )) {
    const at = open.at(-1)!;
    if (text !== undefined) at.text += plain(text);
    else if (ended) open.pop();
    else if (name !== "") {
      const element: Element = { name, attributes, children: [], text: "" };
      at.children.push(element);
      if (!alone) open.push(element);
    }
  }
  return top.children[0] ?? top;
}

export const within = (element: Element | undefined, ...path: string[]): Element | undefined =>
  path.reduce((at, name) => at?.children.find((one) => one.name === name), element);

export const textOf = (element: Element | undefined, ...path: string[]): string =>
  within(element, ...path)?.text ?? "";

export interface Letter {
  readonly id: string | undefined;
  readonly body: Element;
}

export function readLetter(body: Buffer): Letter {
  const root = parse(body.toString("utf8"));
  return { id: within(root, "Header", "ID")?.text, body: within(root, "Body")!.children[0]! };
}

/** ParameterList as names and values. */
export const valuesIn = (body: Element): Map<string, string> =>
  new Map(within(body, "ParameterList")!.children.map((one) => [textOf(one, "Name"), textOf(one, "Value")]));
