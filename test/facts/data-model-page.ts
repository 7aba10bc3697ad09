/** Writes docs/data-model.md from the tables of both roots: what there is, where it comes from, and what the profiles of
 * tier 1 lack and why. */
import { deviceRoot } from "../../platform/openwrt/gateway/device2/root.ts";
import { igdRoot } from "../../platform/openwrt/gateway/igd/root.ts";
import type { Asked, Binding, ObjectDef, Root, TableDef } from "../../src/model/define.ts";
import { profilesOf } from "../../src/model/profiles.ts";

export const pageFile = new URL("../../docs/data-model.md", import.meta.url);

/** Why a parameter is not there, or cannot be written, by its path. The first that fits counts. */
const reasons: readonly (readonly [RegExp, string])[] = [
  [/\.$/, "its rows follow from the configuration: the ACS makes and deletes none"],
  [/(Unicast|Broadcast|UnknownProto)\w*$|MulticastPacketsSent$/, "the kernel does not count these apart"],
  [
    /ManageableDevice|GatewayInfo|STUN|UDPConnectionRequest|NATDetected|ComplPolicy|CompletePolicy/,
    "waits for the machinery behind it",
  ],
  [/UUID$/, "the number of the schema is not known to the device"],
  [/Radio\.\{i\}\.MaxBitRate$/, "the driver does not report it to iwinfo"],
  [/Routing\.RIP/, "the system speaks no routing protocol"],
  [/IPv6CP\./, "pppd does not report them to netifd"],
  [/Stats\.Ethernet(Unicast|Multicast|Broadcast|Unknown)/, "the kernel does not count these apart"],
];

const reasonOf = ({ path, toWrite }: Asked, there: ReadonlyMap<string, Binding>): string => {
  const known = reasons.find(([pattern]) => pattern.test(path))?.[1];
  if (known !== undefined) return known;
  return toWrite && there.has(path)
    ? "a secret that this device does not change: it takes no value"
    : "not bound yet";
};

function declared(
  def: ObjectDef | TableDef,
  path: string,
  found: Map<string, Binding>,
): Map<string, Binding> {
  if (def.is === "table") return declared(def.instance, `${path}{i}.`, found);
  for (const [name, binding] of Object.entries(def.params)) found.set(path + name, binding);
  for (const [name, child] of Object.entries(def.objects)) declared(child, `${path}${name}.`, found);
  return found;
}

function sourceOf({ packages, fresh, orders }: Binding): string {
  const files = packages.filter((name) => !/^cwmp_(?:diagnostics|orders)$/.test(name));
  const uci = files.length > 0 ? [`UCI ${files.toSorted().join(", ")}`] : [];
  if (orders && packages.length === 0) return "order";
  const test = packages.includes("cwmp_diagnostics") ? ["test"] : [];
  return [...test, ...(fresh ? ["device"] : []), ...uci].join("; ") || "fixed";
}

function chapter(root: Root): string {
  const there = declared(root.object, "", new Map());
  const profiles = profilesOf(root);
  const asking = new Map<string, string[]>();
  for (const [name, asked] of root.schema.asked())
    for (const { path } of asked) asking.set(path, [...(asking.get(path) ?? []), name]);
  const complete = profiles.filter(({ lacks }) => lacks.length === 0).map(({ name }) => name);
  const lacking = profiles
    .filter(({ lacks }) => lacks.length > 0)
    .flatMap(({ name, lacks }) => {
      const byReason = new Map<string, string[]>();
      for (const one of lacks) {
        const reason = reasonOf(one, there);
        byReason.set(reason, [...(byReason.get(reason) ?? []), `\`${one.path}\``]);
      }
      return [...byReason].map(([reason, paths]) => `| ${name} | ${reason} | ${paths.join(" ")} |`);
    });
  const lines = [...there].map(([path, binding]) => {
    const writable = root.schema.parameter(path)?.writable && binding.write !== undefined;
    const profile = (asking.get(path) ?? []).join(", ");
    return `| \`${path}\` | ${writable ? "yes" : ""} | ${sourceOf(binding)} | ${profile} |`;
  });
  const isParameter = (path: string): boolean => !path.endsWith(".");
  const wanted = new Set([...asking.keys()].filter(isParameter));
  const lost = new Set(profiles.flatMap(({ lacks }) => lacks.map(({ path }) => path)).filter(isParameter));
  const share = ((1 - lost.size / wanted.size) * 100).toFixed(1);
  return `## ${root.name}:${root.schema.version}

${there.size} parameters. Of the ${wanted.size} that the profiles ask for ${wanted.size - lost.size} are served: ${share} %.
Complete profiles: ${complete.join(", ") || "none"}.

| parameter | writable | source | profiles |
|---|---|---|---|
${lines.join("\n")}

### Profiles that are not complete

| profile | why | lacks |
|---|---|---|
${lacking.join("\n")}
`;
}

export const dataModelPage = (): string => `# Data model

Written from the tables of the agent by \`make conformance\`. Which of the two roots an ACS sees is said by
\`cwmp.cpe.data_model\`. Sources: \`UCI\` names the packages that a value is read from; \`device\` is a fact of the running
system (sysfs, procfs, ubus, leases) or of the agent, read in every call; \`test\` is an argument or a result of the last
diagnostic; \`order\` is carried out after the session and reads as not given; \`fixed\` never changes. A parameter is
present only where the device has its subject.

Types that CWMP 1.1 does not have travel as \`xsd:string\`: lists, \`long\`, \`unsignedLong\`, \`hexBinary\`, \`decimal\`. Counters
of 32 bits begin again at 0 after 4,294,967,295; those of 64 bits keep every digit. A parameter that the standard lists
as writable and that this device cannot change takes the value that it has, so that servers can send whole rows; any other
value is refused with 9008.

On the first start the connection that leads to the ACS is number 1 (\`IP.Interface.1\`), as are the networks of 2.4 GHz before
those of 5 and 6 GHz. Numbers never move after that.

An unknown value is empty, or has the default that the model defines for it: 0 for a channel without a report and for a
PPPoE session that does not exist, -200 dBm and 1,000 kbit/s for a station whose driver reports neither, -274 degrees for a
sensor without a reading, -65.536 dBm for a dark fibre. \`LastChange\` of a link counts from the last change that netifd or
the agent itself has seen. Extremes of a sensor cover the readings of the agent since its start.

DHCP options that others have written, accounts (but for their passwords and locks) and the level of the firewall are
read-only. The level of the firewall is a summary of its zones and rules: setting it would overwrite those that others have
written. \`passwd\` locks or unlocks a user after the session; a locked user stays locked when a password is set, and a user
without a password is not unlocked without one. \`DHCPServerEnable\` of TR-098 is the server of the whole LAN: 0 turns every
pool of the LAN off, 1 turns on the pool for all clients; \`Enable\` of a pool in TR-181 is that pool alone. A call that turns
the DHCP client of the WAN off has to give the address, and a default route has to be configured: a call that would cut the
device off from its ACS is refused. The name of a parameter that
is of no standard begins with \`X_00005E_\`.

${[igdRoot, deviceRoot].map(chapter).join("\n")}`;
