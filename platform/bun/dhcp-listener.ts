/** Adapter: broadcasts of DHCP clients on the LAN, heard beside dnsmasq. TR-069 F.2.1, F.2.4.
 *
 * The socket is bound to 255.255.255.255: the kernel gives it copies of broadcasts, and leaves every datagram that is
 * meant for the server's own address to dnsmasq. A DHCPINFORM that is sent to that address is not heard. */
import dgram from "node:dgram";
import { networkInterfaces } from "node:os";
import { Refused } from "../../src/errors.ts";

export interface DhcpListener {
  close(): void;
}

/** @param uplink the device of the management interface: datagrams from its networks are discarded
 * @param heard gets the datagram
 * @throws Refused the port cannot be had: dnsmasq has it to itself */
export async function listenForDhcp(
  uplink: () => string | undefined,
  heard: (bytes: Uint8Array) => void,
): Promise<DhcpListener> {
  const socket = dgram.createSocket({
    type: "udp4",
    reuseAddr: true,
    reusePort: true,
  } as dgram.SocketOptions);
  await new Promise<void>((resolve, reject) => {
    socket.once("error", (error: NodeJS.ErrnoException) => {
      socket.close();
      reject(
        new Refused(
          `broadcasts of DHCP clients cannot be heard (${error.code ?? error.message}): dnsmasq needs option nonwildcard 1`,
        ),
      );
    });
    socket.bind({ port: 67, address: "255.255.255.255" }, resolve);
  });
  socket.removeAllListeners("error");
  socket.on("error", () => {});
  socket.on("message", (bytes, { address }) => {
    // Without an address a client cannot be recognized by its network: only one that has a lease or an INFORM is
    // listed.
    if (address === "0.0.0.0" || onLan(address, uplink())) heard(bytes);
  });
  return { close: () => socket.close() };
}

/** True where the address lies in a network of this host that is not the uplink's. */
function onLan(address: string, uplink: string | undefined): boolean {
  const number = (text: string) => text.split(".").reduce((all, part) => all * 256 + Number(part), 0);
  const networks = Object.entries(networkInterfaces()).flatMap(([name, list]) =>
    name === uplink ? [] : (list ?? []).filter((one) => one.family === "IPv4" && !one.internal),
  );
  return networks.some((one) => {
    const mask = number(one.netmask);
    return (number(one.address) & mask) === (number(address) & mask);
  });
}
