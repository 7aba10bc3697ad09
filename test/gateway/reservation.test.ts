/** Addresses kept for clients: rows that come and go in both roots. */
import { expect, test } from "vitest";
import { all } from "../igd/sample.ts";
import { world } from "../igd/world.ts";

const table = "LANDevice.1.LANHostConfigManagement.DHCPStaticAddress";
const hosts = (text: string) => world({ ...all, dhcp: `${all.dhcp}${text}` });
const nas = "config host 'nas'\n\toption mac '00:00:5e:00:53:21'\n\toption ip '192.168.1.21'\n";

test("a host section belongs to the LAN whose network has its address", () => {
  const here = hosts(`${nas}config host 'far'\n\toption mac '00:00:5E:00:53:22'\n\toption ip '10.9.9.9'\n`);
  expect(here.rows(table)).toEqual(["nas"]);
  expect(here.get(`${table}.1.Chaddr`)).toBe("00:00:5e:00:53:21");
  expect(here.get(`${table}.1.Yiaddr`)).toBe("192.168.1.21");
  expect(here.get(`${table}.1.Enable`)).toBe("1");
});

test("sections that no row can express are not shown: sections for several clients, and sections without an address", () => {
  const several =
    "config host 'two'\n\toption mac '00:00:5E:00:53:21 00:00:5E:00:53:22'\n\toption ip '192.168.1.22'\n";
  const ignored = "config host 'out'\n\toption mac '00:00:5E:00:53:23'\n\toption ip 'ignore'\n";
  expect(hosts(`${several}${ignored}`).rows(table)).toEqual([]);
});

test("R-A.3.2.6-06 a new reservation is disabled and empty, and belongs to its LAN until it has an address there", () => {
  const here = hosts("");
  const row = here.add(table);
  expect(["Enable", "Chaddr", "Yiaddr"].map((name) => here.get(`${row}.${name}`))).toEqual(["0", "", ""]);
  expect(() => here.set(`${row}.Enable`, "1")).toThrow(/Chaddr/);
  here.set(`${row}.Enable`, "0");
  here.set(`${row}.Chaddr`, "00:00:5E:00:53:24");
  here.set(`${row}.Yiaddr`, "192.168.1.24");
  here.set(`${row}.Enable`, "1");
  expect(here.option("dhcp", "cwmp_host_lan_1", "ip")).toBe("192.168.1.24");
  here.remove(row);
  expect(here.rows(table)).toEqual([]);
});

test.each([
  ["the Chaddr of another", "Chaddr", "00:00:5E:00:53:21", /Chaddr/],
  ["the Yiaddr of another", "Yiaddr", "192.168.1.21", /Yiaddr/],
  ["the LAN's own address", "Yiaddr", "192.168.1.1", /address of a client/],
  ["the broadcast address", "Yiaddr", "192.168.1.255", /address of a client/],
])("an enabled reservation refuses %s", (_, name, value, why) => {
  const here = hosts(
    `${nas}config host 'tv'\n\toption mac '00:00:5E:00:53:25'\n\toption ip '192.168.1.25'\n`,
  );
  expect(() => here.set(`${table}.2.${name}`, value)).toThrow(why);
});

test.each([
  ["12h", "43200"],
  ["30m", "1800"],
  ["3600", "3600"],
  ["infinite", "-1"],
  ["12H", "43200"],
  ["1W", "604800"],
  ["5M", "300"],
  ["30s", "120"],
  ["0", "120"],
  ["4294967295", "-1"],
  ["soon", "0"],
])("a lease time of %s is %s seconds", (text, value) => {
  const here = world({ ...all, dhcp: all.dhcp.replace("'12h'", `'${text}'`) });
  expect(here.get("LANDevice.1.LANHostConfigManagement.DHCPLeaseTime")).toBe(value);
});

test("a lease time shorter than dnsmasq's two minutes is refused", () => {
  const here = hosts("");
  expect(() => here.set("LANDevice.1.LANHostConfigManagement.DHCPLeaseTime", "60")).toThrow(/120/);
  here.set("LANDevice.1.LANHostConfigManagement.DHCPLeaseTime", "-1");
  expect(here.option("dhcp", "lan", "leasetime")).toBe("infinite");
});
