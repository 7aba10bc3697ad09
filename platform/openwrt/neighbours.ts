/** Codec: the lease file of dnsmasq and the ARP table. What is no line of theirs is passed over. */
import type { Lease, Neighbour } from "../../src/ports/facts.ts";
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
