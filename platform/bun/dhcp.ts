/** Adapter: DHCPINFORM from port 68, beside the device's DHCP client, and the answers to it. RFC 2131 4.4.3.
 *
 * The socket is bound to the address of the interface: the kernel then sends a broadcast out of that interface and no
 * other, and delivers only datagrams to that address. It is open for one exchange. */
import dgram from "node:dgram";
import { networkInterfaces } from "node:os";
import { announcement } from "../../src/dhcp/offer.ts";
import { Refused } from "../../src/errors.ts";
import type { Dhcp, DhcpAnswer, DhcpQuestion } from "../../src/ports/dhcp.ts";
import type { Facts } from "../../src/ports/facts.ts";

const ports = { server: 67, client: 68 } as const;
const broadcast = "255.255.255.255";
/** Octets of the shortest message that every relay and server takes (RFC 1542 2.1). */
const messageBytesMin = 300;

/** The interface and the address that a DHCP question is sent from. */
interface Place {
  readonly device: string;
  readonly address: string;
  readonly mac: string;
}

export function systemDhcp(facts: Facts): Dhcp {
  let open: { readonly socket: dgram.Socket; readonly address: string } | undefined;

  function hangUp(): void {
    open?.socket.close();
    open = undefined;
  }

  async function socketAt(address: string, heard: (answer: DhcpAnswer) => void): Promise<dgram.Socket> {
    if (open?.address !== address) hangUp();
    if (open !== undefined) return open.socket;
    const socket = dgram.createSocket({ type: "udp4", reuseAddr: true });
    await bound(socket, address);
    socket.setBroadcast(true);
    socket.on("message", (bytes) => heard({ bytes, own: address }));
    // An error of the network is the same as no answer: the question is asked again.
    socket.on("error", () => {});
    open = { socket, address };
    return socket;
  }

  return {
    async inform(question, heard) {
      const place = placeOf(await facts.sheet("wired"), question.interface);
      const message = await informMessage(question, place);
      const socket = await socketAt(place.address, heard);
      await new Promise<void>((resolve, reject) =>
        socket.send(message, ports.server, broadcast, (error) =>
          error ? reject(new Refused(`${place.device} takes no DHCPINFORM: ${error.message}`)) : resolve(),
        ),
      );
    },
    hangUp,
  };
}

/** @param name a logical interface, or a network device */
function placeOf(sheet: Awaited<ReturnType<Facts["sheet"]>>, name: string): Place {
  const logical = sheet.interface(name);
  const device = logical?.device ?? name;
  const onDevice = (networkInterfaces()[device] ?? []).find((one) => one.family === "IPv4");
  if (logical?.device === undefined && onDevice === undefined)
    throw new Refused(`there is no interface ${name} with an IPv4 address`);
  const address = logical?.addresses[0]?.address ?? onDevice?.address;
  if (address === undefined) throw new Refused(`the interface ${name} has no IPv4 address yet`);
  const mac = sheet.netdev(device)?.mac || onDevice?.mac || "";
  if (!/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i.test(mac)) throw new Refused(`${device} has no hardware address`);
  return { device, address, mac };
}

function bound(socket: dgram.Socket, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException) => {
      socket.close();
      reject(new Refused(`port ${ports.client} of ${address} cannot be had: ${error.code ?? error.message}`));
    };
    socket.once("error", failed);
    socket.bind({ port: ports.client, address }, () => {
      socket.off("error", failed);
      resolve();
    });
  });
}

/** The library makes the message; option 125 is registered with it, since it does not know it. */
async function informMessage(question: DhcpQuestion, { address, mac }: Place): Promise<Uint8Array> {
  const [{ default: protocol }, { default: known }] = await Promise.all([
    import("dhcp/lib/protocol.js"),
    import("dhcp/lib/options.js"),
  ]);
  known.addOption(125, { name: "V-I Vendor-Specific Information", type: "UInt8s", config: "vendorSpecific" });
  const { _data: octets, _w: length } = protocol.format({
    op: 1,
    htype: 1,
    hlen: 6,
    hops: 0,
    xid: question.xid,
    secs: Math.min(question.seconds, 65_535),
    flags: 0,
    ciaddr: address,
    yiaddr: "0.0.0.0",
    siaddr: "0.0.0.0",
    giaddr: "0.0.0.0",
    chaddr: mac,
    sname: "",
    file: "",
    options: {
      53: 8,
      55: [43, 125],
      60: announcement,
      ...(question.option125 === undefined ? {} : { 125: [...question.option125] }),
    },
  });
  return octets.subarray(0, Math.max(length, messageBytesMin));
}
