/** Bench: resident memory in a guest of 128 MB after ten sessions that read the whole tree, against an empty compiled HTTP
 * server in the same guest; and the same after LAN page, STUN, a signed package and a voucher have been used. */
import { execFileSync } from "node:child_process";
import dgram from "node:dgram";
import { once } from "node:events";
import { appendFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as rest } from "node:timers/promises";
import type { Emulator } from "../../image/emulator.ts";
import { bindingResponse, mapped, message } from "../nat/messages.ts";
import { extract, makeKeys, Workshop as Packages, role } from "../package/workshop.ts";
import { binary, Workshop } from "./binary.ts";
import { getAll, scriptedAcs } from "./full-session.ts";
import { awaited, fromGuest, Guests, guestMsMax } from "./guest.ts";
import { emptyServer } from "./idle-read.ts";
import { type Row, row } from "./measure.ts";

const memoryMib = 128;
const sessions = 10;
const restMs = 30_000;
/** MiB above the empty server. */
const moreMax = { unused: 20, used: 45 } as const;

const again =
  "<c:ScheduleInform><DelaySeconds>1</DelaySeconds><CommandKey>next</CommandKey></c:ScheduleInform>";

/** The program as the service starts it; its memory is told every second, and of the page once that it was served. */
const script = (args: string) => `/usr/libexec/cwmpd/cwmpd ${args} > /dev/ttyS0 2>&1 &
agent=$!
(until wget -q -O /dev/null http://127.0.0.1:7580/ 2> /dev/null; do sleep 2; done
echo "bench: page served" > /dev/ttyS0) &
while sleep 1; do
	awk '/^VmRSS/ { print "bench: resident " $2 " KiB" }' /proc/$agent/status > /dev/ttyS0
done
`;

function residentMib(guest: Emulator): number {
  const found = guest.lines.map((line) => /bench: resident (\d+) KiB/.exec(line)?.[1]);
  return Number(found.findLast((one) => one !== undefined)) / 1024;
}

export async function run(): Promise<Row[]> {
  const guests = new Guests();
  try {
    const image = guests.image("ours.img", binary, "test");
    const unused = await agentAfter(guests, image, plain);
    const used = await agentAfter(guests, image, everything);
    const bare = await empty(guests);
    const above = (name: string, ours: number, more: number) =>
      row(name, ours, bare, (bare + more) / bare, "MiB");
    return [
      above("device-rss", unused, moreMax.unused),
      above("device-rss after all was used", used, moreMax.used),
    ];
  } finally {
    await guests.close();
  }
}

async function empty(guests: Guests): Promise<number> {
  const workshop = new Workshop();
  const image = guests.image("empty.img", workshop.compile("server", emptyServer), "test");
  workshop.close();
  const guest = guests.start(image, { memoryMib, script: script("") });
  await guest.said(/^ready/, guestMsMax);
  await rest(restMs);
  const found = residentMib(guest);
  await guest.cut();
  return found;
}

/** What an agent is set up for, and does beyond reading its tree. */
interface Use {
  /** Lines for the sample gateway's configuration. */
  readonly configuration: string;
  /** Files of the guest, by path. */
  readonly files: Readonly<Record<string, string>>;
  /** What the ACS asks in the tenth session. */
  readonly requests: readonly string[];
  /** Sessions that follow from that. */
  readonly moreSessions: number;
  /** @throws Error where something was not used after all */
  done(guest: Emulator): Promise<void>;
  close(): void;
}

const plain = async (): Promise<Use> => ({
  configuration: "",
  files: {},
  requests: [],
  moreSessions: 0,
  done: async () => {},
  close: () => {},
});

async function agentAfter(guests: Guests, image: string, prepare: () => Promise<Use>): Promise<number> {
  const use = await prepare();
  const workshop = new Workshop();
  appendFileSync(join(workshop.root, "etc/config/cwmp"), use.configuration);
  const inGateway = Object.entries(use.files).map(([path, text]) => [`root/gateway/${path}`, text]);
  const acs = await scriptedAcs((session) =>
    session < sessions - 1 ? [getAll, again] : session === sessions - 1 ? [getAll, ...use.requests] : [],
  );
  const guest = guests.start(image, {
    memoryMib,
    script: script(
      `run --root /root/gateway --state /root/state --log-level warn --acs-url ${fromGuest(acs.url)}`,
    ),
    files: {
      "root/gateway": { directory: workshop.root },
      ...use.files,
      ...Object.fromEntries(inGateway),
    },
  });
  try {
    for (let left = sessions + use.moreSessions; left > 0; left--)
      await awaited(guest, `the end of a session, ${left} before the last,`, acs.over());
    await use.done(guest);
    await rest(restMs);
    return residentMib(guest);
  } finally {
    await guest.cut();
    acs.close();
    use.close();
    workshop.close();
  }
}

/** A voucher and a package by the ACS, the page by a browser, and STUN. */
async function everything(): Promise<Use> {
  const keys = makeKeys();
  const packages = new Packages(keys);
  const made = await packages.bytes({
    commands: [role(3), extract("/pages/index.html", "<p>new</p>")],
    signers: ["signer"],
  });
  let asked = 0;
  const server = http.createServer((_, response) => {
    asked++;
    response.writeHead(200, { "Content-Length": made.length }).end(made);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const stun = await serveStun();
  const url = fromGuest(`http://127.0.0.1:${(server.address() as AddressInfo).port}/one.pkg`);
  return {
    configuration: configuration(stun.port),
    files: {
      "etc/bench-root.pem": readFileSync(join(keys, "root.pem"), "utf8"),
      "root/gateway/srv/.keep": "",
    },
    requests: [setVoucher(keys), download(url)],
    moreSessions: 1,
    async done(guest) {
      await guest.said(/bench: page served/, guestMsMax);
      if (asked === 0) throw new Error("the package has not been fetched");
      if (stun.asked() === 0) throw new Error("STUN has not been used");
    },
    close() {
      server.close();
      stun.close();
      packages.remove();
      rmSync(keys, { recursive: true, force: true });
    },
  };
}

const configuration = (stunPort: number) => `
config stun 'stun'
	option enable '1'
	option server '10.0.2.2'
	option port '${stunPort}'

config lan 'lan'
	option enabled '1'
	option port '7580'

config package 'web'
	list file_type '2 Web Content'
	option directory '/srv'
	list trust '/etc/bench-root.pem'
	list role '3'

config voucher 'voucher'
	list trust '/etc/bench-root.pem'
`;

async function serveStun() {
  let asked = 0;
  const socket = dgram.createSocket("udp4");
  socket.on("message", (bytes, from) => {
    asked++;
    const answer = message(bindingResponse, [mapped(from.address, from.port)], bytes.toString("hex", 4, 20));
    socket.send(answer, from.port, from.address);
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return { port: socket.address().port, asked: () => asked, close: () => void socket.close() };
}

const download = (url: string) =>
  `<c:Download><CommandKey>p</CommandKey><FileType>2 Web Content</FileType><URL>${url}</URL><Username/><Password/><FileSize>0</FileSize><TargetFileName/><DelaySeconds>0</DelaySeconds><SuccessURL/><FailureURL/></c:Download>`;

/** For the Option and the identity of the sample gateway. */
function setVoucher(keys: string): string {
  const option = {
    VSerialNum: "1",
    DeviceId: {
      Manufacturer: "Sample Networks",
      OUI: "00005E",
      ProductClass: "sample,gateway-one",
      SerialNumber: "SG1-0000042",
    },
    OptionIdent: "Guest Network",
    OptionDesc: "A network for guests",
    Mode: "EnableWithoutExpiration",
    Transferable: "1",
  };
  writeFileSync(join(keys, "options.json"), JSON.stringify([option]));
  const [signer, key] = ["signer.chain.pem", "signer.key"];
  execFileSync(
    binary,
    ["voucher", "sign", "options.json", "--key", key, "--cert", signer, "-o", "voucher.xml"],
    { cwd: keys, stdio: ["ignore", "ignore", "inherit"] },
  );
  const voucher = readFileSync(join(keys, "voucher.xml")).toString("base64");
  return `<c:SetVouchers><VoucherList e:arrayType="e:base64[1]"><base64>${voucher}</base64></VoucherList></c:SetVouchers>`;
}
