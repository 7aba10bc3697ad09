/** The UDP echo server. TR-143 5, A.1. */
import { expect, test } from "vitest";
import { openUdp } from "../../platform/bun/udp.ts";
import { noExec } from "../../platform/openwrt/exec.ts";
import { systemProbes } from "../../platform/openwrt/probes.ts";
import { echoed } from "../../src/diagnostics/echo.ts";
import { noEcho } from "../../src/own.ts";
import type { Endpoint } from "../../src/ports/udp.ts";
import { Household } from "../world/household.ts";
import { noProbes } from "./nothing.ts";

const now = { mono: 5_000_000, wall: Date.UTC(2026, 10, 24), known: true };
const bytes = Uint8Array.from({ length: 24 }, (_, i) => i);

test("only datagrams of the configured source are echoed; without a source none is", () => {
  const settings = { source: "192.0.2.9", plus: false };
  expect(echoed(noEcho, settings, "192.0.2.9", bytes, now).answer).toEqual(bytes);
  expect(echoed(noEcho, settings, "192.0.2.8", bytes, now)).toEqual({ counts: noEcho, answer: undefined });
  expect(echoed(noEcho, { source: "", plus: false }, "", bytes, now).answer).toBeUndefined();
});

test("echoed datagrams are counted, with the time of the first and of the last", () => {
  const settings = { source: "192.0.2.9", plus: false };
  const one = echoed(noEcho, settings, "192.0.2.9", bytes, now).counts;
  const two = echoed(one, settings, "192.0.2.9", bytes, { ...now, wall: now.wall + 10 }).counts;
  expect(two).toEqual({
    packetsReceived: 2,
    packetsResponded: 2,
    bytesReceived: 48,
    bytesResponded: 48,
    first: now.wall,
    last: now.wall + 10,
  });
});

test("UDPEchoPlus fills in its fields and leaves the rest unchanged; a datagram too short for the fields is echoed as it is", () => {
  const settings = { source: "a", plus: true };
  const { answer, counts } = echoed(noEcho, settings, "a", bytes, now);
  const view = new DataView(answer!.buffer);
  const micros = (5_000_000 * 1000) % 2 ** 32;
  expect([0, 4, 8, 12, 16].map((at) => view.getUint32(at))).toEqual([0x00010203, 1, micros, micros, 0]);
  expect(answer!.subarray(20)).toEqual(bytes.subarray(20));
  expect(new DataView(echoed(counts, settings, "a", bytes, now).answer!.buffer).getUint32(4)).toBe(2);
  const short = bytes.subarray(0, 19);
  expect(echoed(noEcho, settings, "a", short, now).answer).toEqual(short);
});

test("UDP echo is off until the ACS enables it; then it echoes datagrams of the source on its port, and counts them", async () => {
  const root = "InternetGatewayDevice.UDPEchoConfig.";
  const ports: Endpoint[] = [];
  const heard: ((bytes: Uint8Array, from: Endpoint) => void)[] = [];
  const sent: Endpoint[] = [];
  let closed = 0;
  const close = () => {
    closed += 1;
  };
  const home = await new Household({
    probes: {
      ...noProbes,
      async listen(at, take) {
        ports.push(at);
        heard.push(take);
        return { send: (_bytes, to) => void sent.push(to), close };
      },
    },
  }).settle();
  expect(ports).toEqual([]);
  const wan = "InternetGatewayDevice.WANDevice.1.WANConnectionDevice.1.WANIPConnection.1";
  await home.sets({
    [`${root}Interface`]: wan,
    [`${root}SourceIPAddress`]: "192.0.2.9",
    [`${root}UDPPort`]: "7007",
    [`${root}Enable`]: "1",
  });
  await home.rest();
  expect(ports).toEqual([{ address: "192.0.2.7", port: 7007 }]);
  heard[0]?.(bytes, { address: "192.0.2.9", port: 99 });
  heard[0]?.(bytes, { address: "192.0.2.10", port: 99 });
  expect(sent).toEqual([{ address: "192.0.2.9", port: 99 }]);
  expect(await home.value(`${root}PacketsResponded`)).toBe("1");
  expect(await home.value(`${root}BytesReceived`)).toBe("24");
  await home.sets({ [`${root}Enable`]: "0" });
  await home.rest();
  expect(closed).toBe(1);
});

test("the UDP port of the system receives a datagram and sends one back", async () => {
  const probes = systemProbes(noExec);
  const free = await openUdp({ address: "127.0.0.1", family: 4, port: 0, heard: () => {} });
  const { port } = free.local;
  free.close();
  const server = await probes.listen({ address: "127.0.0.1", port }, (got, from) => server.send(got, from));
  const back = new Promise<Uint8Array>((resolve) => {
    void openUdp({ address: "127.0.0.1", family: 4, port: 0, heard: resolve }).then((client) =>
      client.send(bytes, { address: "127.0.0.1", port }),
    );
  });
  expect(new Uint8Array(await back)).toEqual(bytes);
  server.close();
});
