/** Bench: CPU time of a fresh process that holds one whole session, against a bare compiled client that starts and posts
 * bodies of the same sizes to the same server; and the same session on a device whose ubus answers over its socket. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import net from "node:net";
import { join } from "node:path";
import { serveUbus } from "../ubus/ubusd.ts";
import { serviceEnvironment, stop, Workshop } from "./binary.ts";
import { median, type Row, row } from "./measure.ts";

const rounds = 5;
/** Starting, TLS and XML code and a first compilation of all that a session runs through. */
const timesMax = 6;
const deviceTimesMax = 1.15;

const root = "InternetGatewayDevice.";
const names = (list: readonly string[]) =>
  `<ParameterNames e:arrayType="xsd:string[${list.length}]">${list.map((n) => `<string>${n}</string>`).join("")}</ParameterNames>`;
export const getAll = `<c:GetParameterValues>${names([root])}</c:GetParameterValues>`;
/** What the ACS asks, one request after the other. */
export const wholeSession = [
  "<c:GetRPCMethods/>",
  `<c:GetParameterNames><ParameterPath>${root}</ParameterPath><NextLevel>1</NextLevel></c:GetParameterNames>`,
  `<c:GetParameterValues>${names([`${root}DeviceInfo.UpTime`])}</c:GetParameterValues>`,
  getAll,
  `<c:SetParameterValues><ParameterList e:arrayType="c:ParameterValueStruct[1]"><ParameterValueStruct><Name>${root}DeviceInfo.ProvisioningCode</Name><Value x:type="xsd:string">BENCH.%</Value></ParameterValueStruct></ParameterList><ParameterKey>%</ParameterKey></c:SetParameterValues>`,
];

const envelope = (id: number | string, body: string) =>
  `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:e="http://schemas.xmlsoap.org/soap/encoding/" xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:x="http://www.w3.org/2001/XMLSchema-instance" xmlns:c="urn:dslforum-org:cwmp-1-1"><s:Header><c:ID s:mustUnderstand="1">${id}</c:ID></s:Header><s:Body>${body}</s:Body></s:Envelope>`;

interface Acs {
  readonly url: string;
  /** Lengths of the bodies that the last session has posted. */
  readonly sizes: readonly number[];
  /** Milliseconds that each answer to a request of the script has taken in the last session. */
  readonly took: readonly number[];
  /** Resolves when the next session has had its last answer. */
  over(): Promise<void>;
  close(): void;
}

/** An ACS that asks what its script says, and confirms a TransferComplete.
 * @param script of every session, or of each by its number from 0 on
 * @param heard gets each request of the agent */
export async function scriptedAcs(
  script: readonly string[] | ((session: number) => readonly string[]),
  heard: (request: string) => void = () => {},
): Promise<Acs> {
  const scriptOf = typeof script === "function" ? script : () => script;
  const sockets = new Set<net.Socket>();
  let sizes: number[] = [];
  let took: number[] = [];
  let ended = () => {};
  let count = 0;
  const server = net.createServer((socket) => {
    sockets.add(socket);
    let bytes = Buffer.alloc(0);
    let posts = 0;
    let asked = 0;
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
    socket.on("data", (chunk) => {
      bytes = Buffer.concat([bytes, chunk]);
      const text = bytes.toString("latin1");
      const head = /^[\s\S]*?Content-Length: (\d+)[\s\S]*?\r\n\r\n/i.exec(text);
      if (head === null || bytes.length < head[0].length + Number(head[1])) return;
      bytes = Buffer.alloc(0);
      heard(text);
      if (posts === 0) [sizes, took] = [[], []];
      sizes.push(Number(head[1]));
      // The first is the Inform, the second empty.
      if (posts > 1) took.push(performance.now() - asked);
      if (/[<:]TransferComplete[\s>]/.test(text)) {
        send(socket, "<c:TransferCompleteResponse/>", /ID[^>]*>([^<]*)</.exec(text)![1]);
      } else answer(socket, posts++);
      asked = performance.now();
    });
  });
  function answer(socket: net.Socket, post: number): void {
    const first = "<c:InformResponse><MaxEnvelopes>1</MaxEnvelopes></c:InformResponse>";
    const request = post === 0 ? first : scriptOf(count)[post - 1];
    if (request !== undefined) {
      send(socket, request.replaceAll("%", String(count)));
      return;
    }
    count++;
    socket.write("HTTP/1.1 204 No Content\r\n\r\n");
    ended();
  }
  function send(socket: net.Socket, body: string, id: number | string = count): void {
    const text = envelope(id, body);
    socket.write(
      `HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: ${text.length}\r\n\r\n${text}`,
    );
  }
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as net.AddressInfo).port}/`,
    get sizes() {
      return sizes;
    },
    get took() {
      return took;
    },
    over: () =>
      new Promise((resolve) => {
        ended = resolve;
      }),
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

/** Milliseconds of processor time that a living process has had. */
export function cpuMs({ pid }: { readonly pid?: number | undefined }): number {
  const tasks = `/proc/${pid}/task`;
  const each = readdirSync(tasks).map((task) => {
    return Number(readFileSync(join(tasks, task, "schedstat"), "utf8").split(" ")[0]);
  });
  return each.reduce((sum, ns) => sum + ns, 0) / 1e6;
}

/** Starts a client of that ACS and measures it when its session is over. */
async function measured(acs: Acs, start: () => ChildProcess): Promise<number> {
  const over = acs.over();
  const child = start();
  await over;
  const used = cpuMs(child);
  await stop(child);
  return used;
}

const bareClient = (url: string, sizes: readonly number[]) => `
const { hostname, port } = new URL(${JSON.stringify(url)});
const sizes = ${JSON.stringify(sizes)};
let i = 0;
const post = (s) => {
  const n = sizes[i++];
  s.write("POST / HTTP/1.1\\r\\nHost: x\\r\\nContent-Type: text/xml\\r\\nContent-Length: " + n + "\\r\\n\\r\\n" + "x".repeat(n));
};
require("node:net").connect(Number(port), hostname, function () { post(this); })
  .on("data", function () { if (i < sizes.length) post(this); });
setInterval(() => {}, 1000);`;

/** Answers with the shapes of netifd on a device of two ports. */
const deviceObjects = {
  "network.interface dump": () => ({
    interface: [
      {
        interface: "lan",
        up: true,
        pending: false,
        available: true,
        autostart: true,
        uptime: 3900,
        l3_device: "br-lan",
        proto: "static",
        device: "br-lan",
        updated: ["addresses"],
        "ipv4-address": [{ address: "192.168.1.1", mask: 24 }],
        "ipv6-address": [],
        route: [],
        "dns-server": [],
        data: {},
      },
      {
        interface: "wan",
        up: true,
        pending: false,
        available: true,
        autostart: true,
        dynamic: false,
        uptime: 3890,
        l3_device: "wan",
        proto: "dhcp",
        device: "wan",
        updated: ["addresses", "routes", "data"],
        "ipv4-address": [{ address: "203.0.113.24", mask: 24 }],
        "ipv6-address": [],
        route: [{ target: "0.0.0.0", mask: 0, nexthop: "203.0.113.1", source: "203.0.113.24/32" }],
        "dns-server": ["203.0.113.53"],
        data: { dhcpserver: "203.0.113.1", hostname: "OpenWrt", leasetime: 600 },
      },
    ],
  }),
  "network.wireless status": () => ({
    radio0: { up: true, interfaces: [{ section: "default_radio0", ifname: "phy0-ap0" }] },
    radio1: { up: true, interfaces: [{ section: "default_radio1", ifname: "phy1-ap0" }] },
  }),
};

export async function run(): Promise<Row[]> {
  const workshop = new Workshop();
  const acs = await scriptedAcs(wholeSession);
  const socket = join(workshop.root, "var/run/ubus/ubus.sock");
  mkdirSync(join(workshop.root, "var/run/ubus"), { recursive: true });
  const ours = () => workshop.start(acs.url);
  try {
    await measured(acs, ours);
    const bare = workshop.compile("client", bareClient(acs.url, acs.sizes));
    const times = { full: [] as number[], device: [] as number[], bare: [] as number[] };
    for (let i = 0; i < rounds; i++) {
      times.full.push(await measured(acs, ours));
      times.bare.push(
        await measured(acs, () => spawn(bare, [], { stdio: "ignore", env: serviceEnvironment })),
      );
      const ubusd = await serveUbus(socket, deviceObjects);
      times.device.push(await measured(acs, ours));
      await ubusd.close();
      rmSync(socket, { force: true });
    }
    const [full, device, reference] = [times.full, times.device, times.bare].map(median);
    return [
      row("session-full", full!, reference!, timesMax, "ms CPU"),
      row("session-device", device!, full!, deviceTimesMax, "ms CPU"),
    ];
  } finally {
    acs.close();
    workshop.close();
  }
}
