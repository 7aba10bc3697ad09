/** `make demo`: one whole conversation that ends by itself. Exit code 0 only if every step did what it should, seen from
 * outside: in what the ACS hears, in the gateway's files, in what `cwmpd` prints. */
import { appendFileSync, copyFileSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { extract, makeKeys, Workshop } from "../package/workshop.ts";
import type { Child } from "./child.ts";
import { Files, sampleImage } from "./files.ts";
import { Lab, paint, say } from "./lab.ts";
import { isDevice, names } from "./names.ts";

const { model } = names;

class Wrong extends Error {}

let steps = 0;

function step(text: string): void {
  steps++;
  say(paint("1", `\n== ${steps}. ${text}`));
}

function check(is: boolean, text: string): void {
  if (!is) throw new Wrong(text);
  say(paint("32", `ok  ${text}`));
}

/** The agent gives that value over its control socket. */
function reads(lab: Lab, path: string, value: string): void {
  const { exit, out, err } = lab.command("get", "--root", lab.root, path);
  check(
    exit === 0 && out === `${path}=${value}\n`,
    `cwmpd get ${path} gives ${value}${exit === 0 ? "" : ` (${err.trim()})`}`,
  );
}

/** The package's file has that line. */
function holds(lab: Lab, name: string, line: string): void {
  const found = lab
    .configuration(name)
    .split("\n")
    .map((text) => text.trim());
  check(found.includes(line), `/etc/config/${name} holds: ${line}`);
}

/** The next Inform, with these events at least. */
async function informed(acs: Child, ...events: string[]): Promise<void> {
  await acs.seen(/cpe --> acs {2}Inform /, `an Inform with ${events.join(" and ")}`);
  const [line] = await acs.seen(/^.*; \d+ parameters?$/, "what is in the Inform");
  for (const event of events) check(line.includes(event), `the Inform reports ${event}`);
}

async function sessionEnds(acs: Child): Promise<void> {
  await acs.seen(/the session is over/, "the session ends as it should");
}

/** Types a command, which by itself brings a Connection Request and a session, and waits for its result. */
async function put(acs: Child, command: string, result: RegExp): Promise<RegExpExecArray> {
  say(paint("1", `acs> ${command}`));
  acs.type(command);
  await informed(acs, "6 CONNECTION REQUEST");
  const found = await acs.seen(/^= .*/, `the result of ${command.split(" ")[0]}`);
  const matched = result.exec(found[0]);
  if (matched === null) throw new Wrong(`${command}: the result is "${found[0]}"`);
  await sessionEnds(acs);
  return matched;
}

async function bootstrap(lab: Lab): Promise<Child> {
  step("A gateway that is new calls its ACS (3.7.1.1, 3.7.1.5)");
  lab.layOut();
  const acs = await lab.startAcs();
  lab.startAgent();
  await informed(acs, "0 BOOTSTRAP", "1 BOOT");
  for (const method of ["GetRPCMethods", "GetParameterNames", "GetParameterValues", "SetParameterValues"]) {
    await acs.seen(new RegExp(`cpe --> acs {2}${method}Response`), `${method} is answered`);
  }
  await sessionEnds(acs);
  check(
    true,
    "the ACS was answered GetRPCMethods, GetParameterNames, GetParameterValues, SetParameterValues",
  );
  return acs;
}

async function setOverThreePackages(lab: Lab, acs: Child): Promise<void> {
  step("One SetParameterValues over three packages (A.3.2.1)");
  const before = lab.configuration("system");
  const { lanAddress: address, ssid } = names;
  const interval = `${model}ManagementServer.PeriodicInformInterval`;
  await put(acs, `set ${address}=192.168.7.1 "${ssid}=It's a demo" ${interval}=600`, /^= done/);
  holds(lab, "network", "list ipaddr '192.168.7.1/24'");
  holds(lab, "wireless", "option ssid 'It'\\''s a demo'");
  holds(lab, "cwmp", "option periodic_inform_interval '600'");
  check(lab.configuration("system") === before, "/etc/config/system is as it was");
  reads(lab, address, "192.168.7.1");
  reads(lab, ssid, "It's a demo");
  reads(lab, interval, "600");
}

async function addPortMapping(lab: Lab, acs: Child): Promise<void> {
  step("A new port mapping (A.3.2.6)");
  const [, number] = await put(acs, `add ${names.mappings}`, /^= instance (\d+)/);
  const mapping = `${names.mappings}${number}.`;
  const values = [
    "ExternalPort=8080",
    "InternalPort=80",
    "InternalClient=192.168.7.20",
    `${names.protocol}=TCP`,
    `${names.enabled}=1`,
  ];
  if (isDevice) values.unshift("Interface=Device.IP.Interface.1");
  const pairs = values.map((value) => mapping + value).join(" ");
  await put(acs, `set ${pairs} "${mapping}${names.description}=demo web"`, /^= done/);
  for (const line of ["option src_dport '8080'", "option dest_ip '192.168.7.20'", "option name 'demo web'"]) {
    holds(lab, "firewall", line);
  }
  reads(lab, `${mapping}InternalPort`, "80");
}

async function connectionRequest(lab: Lab, acs: Child): Promise<void> {
  step("Connection Requests (3.2.2)");
  const { out } = lab.command("status", "--root", lab.root, "--json");
  const { connectionRequest } = JSON.parse(out) as { connectionRequest: { url: string } };
  const { status } = await fetch(connectionRequest.url, { signal: AbortSignal.timeout(10_000) });
  check(status === 401, `without credentials it is answered with 401`);
  acs.type("connect");
  await informed(acs, "6 CONNECTION REQUEST");
  await sessionEnds(acs);
}

async function udpConnectionRequest(acs: Child): Promise<void> {
  step("STUN and UDP Connection Requests (Annex G)");
  say(paint("1", "acs> stun"));
  acs.type("stun");
  await informed(acs, "6 CONNECTION REQUEST");
  // The agent asks as soon as it is told to, which is before its session ends.
  await acs.seen(/^A device takes UDP Connection Requests at \S+$/, "the agent asks the STUN responder");
  await sessionEnds(acs);
  say(paint("1", "acs> udp"));
  acs.type("udp");
  await informed(acs, "6 CONNECTION REQUEST");
  await sessionEnds(acs);
}

async function reboot(acs: Child): Promise<void> {
  step("Reboot (A.3.2.9)");
  await put(acs, "reboot demo", /^= done/);
  await informed(acs, "1 BOOT", 'M Reboot "demo"');
  await sessionEnds(acs);
}

/** TransferComplete of that CommandKey, without a fault. */
async function completed(acs: Child, key: string): Promise<void> {
  await acs.seen(/cpe --> acs {2}TransferComplete/, `TransferComplete of ${key}`);
  const [line] = await acs.seen(/^ {20,}\S.*$/, "what TransferComplete says");
  check(line.includes(key) && !line.includes("fault"), `TransferComplete says that ${key} is in effect`);
  await sessionEnds(acs);
}

/** A package of Annex E whose signer the gateway trusts. */
async function signedPackage(lab: Lab, acs: Child, server: Files): Promise<void> {
  step("A signed package by Download (Annex E)");
  const keys = makeKeys();
  const shop = new Workshop(keys);
  try {
    appendFileSync(
      join(lab.root, "etc/config/cwmp"),
      `\nconfig package 'web'\n\tlist file_type '2 Web Content'\n\toption directory '/srv'\n\tlist trust '/etc/vendor.pem'\n`,
    );
    copyFileSync(join(keys, "root.pem"), join(lab.root, "etc/vendor.pem"));
    mkdirSync(join(lab.root, "srv"), { recursive: true });
    const commands = [extract("/index.html", "<p>signed</p>")];
    const bytes = Buffer.from(await shop.bytes({ commands, signers: ["signer"] }));
    await put(acs, `download 2 ${server.offer("pages.pkg", bytes)} package`, /^= queued/);
    await completed(acs, "package");
    const found = readFileSync(join(lab.root, "srv/index.html"), "utf8");
    check(found === "<p>signed</p>", "the package's file lies beneath the directory that is its own");
  } finally {
    shop.remove();
    rmSync(keys, { recursive: true, force: true });
  }
}

async function downloads(lab: Lab, acs: Child): Promise<void> {
  step("A configuration and an image by Download (A.3.2.8, A.3.3.2)");
  const server = await Files.open();
  try {
    const configuration = "set system.@system[0].hostname='by-download'\n";
    await put(acs, `download 3 ${server.offer("configuration", configuration)} conf`, /^= queued/);
    await completed(acs, "conf");
    holds(lab, "system", "option hostname 'by-download'");
    await put(acs, `download 1 ${server.offer("image.bin", sampleImage("r40000-demo"))} image`, /^= queued/);
    await informed(acs, "1 BOOT");
    await sessionEnds(acs);
    await completed(acs, "image");
    const { out } = lab.command("get", "--root", lab.root, `${model}DeviceInfo.SoftwareVersion`);
    check(out.includes("r40000-demo"), "the new image runs, from the other slot");
    await signedPackage(lab, acs, server);
  } finally {
    server.close();
  }
}

function status(lab: Lab): void {
  step("What the technician sees");
  const { exit, out, err } = lab.command("status", "--root", lab.root);
  say(out + err);
  check(exit === 0 && out.includes("ended well"), "cwmpd status tells that the last session ended well");
}

const lab = new Lab();
const interrupted = () => void lab.stop().then(() => process.exit(130));
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, interrupted);
let code = 1;
try {
  const acs = await bootstrap(lab);
  await setOverThreePackages(lab, acs);
  await addPortMapping(lab, acs);
  await connectionRequest(lab, acs);
  await udpConnectionRequest(acs);
  await reboot(acs);
  if (process.env.DOWNLOAD) await downloads(lab, acs);
  status(lab);
  code = 0;
} catch (error) {
  say(
    paint("31", `\nNot as it should be, in step ${steps}: ${error instanceof Error ? error.message : error}`),
  );
}
await lab.stop();
say(code === 0 ? `\ndemo: all ${steps} steps did what they should` : `demo: FAILED in step ${steps}`);
process.exit(code);
