import { readFileSync, writeFileSync } from "node:fs";
import { expect, it } from "vitest";
import { countedByKernel } from "../facts/counters.ts";
import { Acs } from "./acs.ts";
import { checkAll } from "./checks.ts";
import { Device } from "./device.ts";
import { path } from "./paths.ts";

const line = (device: Device, name: string) => readFileSync(device.path(name), "utf8").trim();

it("A.3.2.2 [R-3.6-03] DeviceInfo is what /proc, /etc and the board say", async () => {
  const acs = await Acs.open();
  const device = await Device.running(acs.url);
  const session = await acs.session();
  const read = await session.values(path.device);
  const of = (name: string) => read.get(path.device + name);
  const memory = (name: string) =>
    new RegExp(`^${name}: *(\\d+) kB$`, "m").exec(line(device, "proc/meminfo"))![1];
  const release = (name: string) =>
    new RegExp(`^${name}="?(.*?)"?$`, "m").exec(line(device, "usr/lib/os-release"))![1];
  expect(of("MemoryStatus.Total")).toBe(memory("MemTotal"));
  expect(of("MemoryStatus.Free")).toBe(memory("MemFree"));
  expect(of("UpTime")).toBe(line(device, "proc/uptime").split(".")[0]);
  expect(of("Manufacturer")).toBe(release("OPENWRT_DEVICE_MANUFACTURER"));
  expect(of("HardwareVersion")).toBe(release("OPENWRT_DEVICE_REVISION"));
  expect(`OpenWrt ${of("SoftwareVersion")}`).toBe(release("OPENWRT_RELEASE"));
  expect(of("ModelName")).toBe(line(device, "tmp/sysinfo/model"));
  expect(of("SerialNumber")).toBe(line(device, "sys/class/dmi/id/product_serial"));
  expect(of("ManufacturerOUI")).toBe(
    line(device, "sys/class/net/lan1/address").replaceAll(":", "").slice(0, 6).toUpperCase(),
  );
  expect(of("DeviceLog")?.trim()).toBe(line(device, "tmp/log/messages"));
  // What has changed since shows in the same session: it is no configuration.
  writeFileSync(device.path("proc/uptime"), "99999.01 1.00\n");
  expect((await session.values(`${path.device}UpTime`)).get(`${path.device}UpTime`)).toBe("99999");
  await session.end();
});

it("A.3.2.2 [R-3.6-03] Ethernet and WAN statistics are the kernel's counters, in 32 bits", async () => {
  const acs = await Acs.open();
  const device = await Device.running(acs.url);
  const session = await acs.session();
  const counter = (port: string, file: string) =>
    String(Number(BigInt(line(device, `sys/class/net/${port}/statistics/${file}`)) % 4294967296n));
  const lan = `${path.lan}LANEthernetInterfaceConfig.`;
  const read = await session.values(lan);
  for (const port of [1, 2, 3, 4]) {
    const name = read.get(`${lan}${port}.Name`)!;
    expect(name).toBe(`lan${port}`);
    expect(read.get(`${lan}${port}.MACAddress`)).toBe(
      line(device, `sys/class/net/${name}/address`).toUpperCase(),
    );
    const carrier = line(device, `sys/class/net/${name}/carrier`);
    expect(read.get(`${lan}${port}.Status`)).toBe(carrier === "1" ? "Up" : "NoLink");
    for (const [parameter, file] of Object.entries(countedByKernel))
      expect([parameter, read.get(`${lan}${port}.Stats.${parameter}`)]).toEqual([
        parameter,
        counter(name, file),
      ]);
  }
  const stats = await session.values(`${path.wan}Stats.`);
  expect(stats.get(`${path.wan}Stats.EthernetBytesSent`)).toBe(counter("wan", "tx_bytes"));
  expect(stats.get(`${path.wan}Stats.EthernetBytesReceived`)).toBe(counter("wan", "rx_bytes"));
  expect(stats.get(`${path.wan}Stats.EthernetPacketsReceived`)).toBe(counter("wan", "rx_packets"));
  await session.end();
});

checkAll();
