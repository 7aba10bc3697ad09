/** Codec: the lease files of dnsmasq and odhcpd, and the ARP table. What is no line of theirs is passed over. */
import type { Lease, Lease6, Neighbour } from "../../src/ports/facts.ts";
import { factsLimits } from "./limits.ts";

const mac = /^(?:[0-9a-f]{2}:){5}[0-9a-f]{2}$/i;
const address = /^\d{1,3}(?:\.\d{1,3}){3}$/;

function words(text: string | undefined): readonly string[][] {
  return (text ?? "")
    .split("\n", factsLimits.tableRowsMax)
    .map((line) => line.trim().split(/\s+/))
    .filter((row) => row.length > 1);
}

/** `EXPIRY MAC IP HOSTNAME|* CLIENTID|*`; lines of IPv6 and of other hardware have no such MAC and IP. */
export function parseLeases(text: string | undefined): readonly Lease[] {
  return words(text).flatMap(([expires = "", hardware = "", ip = "", hostname = "*", clientId = "*"]) =>
    /^\d{1,12}$/.test(expires) && mac.test(hardware) && address.test(ip)
      ? [{ expires: Number(expires), mac: hardware.toUpperCase(), address: ip, hostname, clientId }]
      : [],
  );
}

/** odhcpd's state file: `# DEVICE MAC ipv4 NAME|- EXPIRY HEX 32 ADDRESS/32`, the MAC without colons, the expiry -1 for
 * a lease that never ends and 0 for one that has. Lines of IPv6 have a number in place of `ipv4`. */
export function parseOdhcpdLeases(text: string | undefined): readonly Lease[] {
  return words(text).flatMap(([mark, , hardware = "", family, hostname = "-", expires = "", , , ip = ""]) => {
    const plain = ip.replace(/\/32$/, "");
    const good = mark === "#" && family === "ipv4" && /^[0-9a-f]{12}$/i.test(hardware) && address.test(plain);
    if (!good || !/^(?:-1|[1-9]\d{0,11})$/.test(expires)) return [];
    const colons = hardware.toUpperCase().match(/../g)!.join(":");
    const name = hostname === "-" ? "*" : hostname;
    return [
      { expires: Math.max(Number(expires), 0), mac: colons, address: plain, hostname: name, clientId: "*" },
    ];
  });
}

/** ARP flag of a complete entry. Linux include/uapi/linux/if_arp.h: ATF_COM. */
const complete = 2;

/** `IP HWTYPE FLAGS MAC MASK DEVICE` below a line of headings. */
export function parseNeighbours(text: string | undefined): readonly Neighbour[] {
  return words(text).flatMap(([ip = "", , flags = "", hardware = "", , device = ""]) =>
    address.test(ip) && mac.test(hardware) && device !== ""
      ? [
          {
            mac: hardware.toUpperCase(),
            address: ip,
            device,
            reachable: (Number.parseInt(flags, 16) & complete) !== 0,
          },
        ]
      : [],
  );
}

/** Lines of IPv6 in odhcpd's state file: `# DEVICE DUID IAID NAME EXPIRY HEX LENGTH ADDRESS/LENGTH …`. A DUID of type 1
 * or 3 ends with a hardware address; of others nobody knows the host. */
export function parseLeases6(text: string | undefined): readonly Lease6[] {
  return words(text).flatMap(([mark, device = "", duid = "", , , , , length, ...addresses]) => {
    const hardware = /^(?:00010001[0-9a-f]{8}|00030001)([0-9a-f]{12})$/i.exec(duid)?.[1];
    if (mark !== "#" || hardware === undefined || length !== "128") return [];
    const plain = addresses.map((one) => one.replace(/\/128$/, "")).filter((one) => one.includes(":"));
    return [{ mac: hardware.toUpperCase().match(/../g)!.join(":"), device, addresses: plain }];
  });
}
