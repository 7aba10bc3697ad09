/** The forms in which operators bring the Internet to a gateway: what holds of every one, in both roots. */
import { afterEach, describe, expect, test } from "vitest";
import { deviceRoot } from "../../platform/openwrt/gateway/device2/root.ts";
import { igdRoot } from "../../platform/openwrt/gateway/igd/root.ts";
import { simExec } from "../../platform/sim/exec.ts";
import type { Form } from "../../platform/sim/form.ts";
import { judge } from "../../src/model/judge.ts";
import { openTree } from "../sandbox/model.ts";
import { type Gateway, type Grown, grown, sampleGateway } from "./grown.ts";

let gateway: Gateway;
afterEach(() => gateway.remove());

const forms: readonly Form[] = [
  { wan: "dhcp" },
  { wan: "dhcp", vlan: 7 },
  { wan: "static" },
  { wan: "pppoe" },
  { wan: "pppoe", vlan: 7 },
  { wan: "qmi" },
  { wan: "sta" },
];

const named = forms.map((form) => ({
  form,
  name: `${form.wan}${form.vlan === undefined ? "" : ` in VLAN ${form.vlan}`}`,
}));

const shownBy = ({ leaves, tree }: Grown, name: string): string | undefined => {
  const leaf = leaves.find((one) => one.name === name);
  return leaf && tree.value(leaf).Value;
};

describe.each(named)("a gateway with $name", ({ form }) => {
  test.each([igdRoot, deviceRoot])("A.3.2.2 every value and reference of $name is valid", async (root) => {
    gateway = await sampleGateway(form);
    const { leaves, tree, env } = grown(root, gateway);
    const wrong = leaves.flatMap((leaf) => {
      const { Value } = tree.value(leaf);
      const { fact, rule } = leaf.shape;
      // What has no number of its own now is 0: a channel that the driver chooses, a session that is not there.
      if (fact.hidden || Value === "" || /\.(Channel|\w*SessionID)$/.test(leaf.name)) return [];
      const values = new Map([...rule().values.keys()].map((value) => [value, true] as const));
      const judged = judge({ ...rule(), values }, fact.type, Value, env.now);
      const lost =
        rule().refersTo === undefined ? [] : Value.split(",").filter((one) => !tree.find(`${one}.`));
      return judged.ok && lost.length === 0 ? [] : [`${leaf.name} = ${Value}`];
    });
    expect(wrong).toEqual([]);
  });

  test("A.3.3.1 the Inform has one ExternalIPAddress, of the connection that leads to the ACS", async () => {
    gateway = await sampleGateway(form);
    const { leaves, tree, env } = grown(igdRoot, gateway);
    const told = leaves.filter(
      (leaf) =>
        leaf.name.endsWith(".ExternalIPAddress") &&
        leaf.parent.shape.def.informs?.(leaf.parent.at, env) !== false,
    );
    expect(told.map((leaf) => tree.value(leaf).Value)).toEqual(["203.0.113.24"]);
  });

  test("TR-181 IP.Interface.1 is the interface by which the ACS is reached, with its address", async () => {
    gateway = await sampleGateway(form);
    const here = grown(deviceRoot, gateway);
    expect(shownBy(here, "Device.IP.Interface.1.Name")).toBe("wan");
    expect(shownBy(here, "Device.IP.Interface.1.IPv4Address.1.IPAddress")).toBe("203.0.113.24");
  });

  test("only an uplink on an Ethernet port has Ethernet objects and the access type Ethernet", async () => {
    gateway = await sampleGateway(form);
    const here = grown(igdRoot, gateway);
    const wired = form.wan !== "qmi" && form.wan !== "sta";
    const wan = "InternetGatewayDevice.WANDevice.1.";
    expect(shownBy(here, `${wan}WANCommonInterfaceConfig.WANAccessType`)).toBe(wired ? "Ethernet" : "");
    const ethernet = here.leaves.filter(
      ({ name }) => /WANEthernet|EthernetLink/.test(name) && name.startsWith(wan),
    );
    expect(ethernet.length > 0).toBe(wired);
  });
});

describe("PPPoE", () => {
  const first = "InternetGatewayDevice.WANDevice.1.WANConnectionDevice.1.WANPPPConnection.1.";
  const set = (Name: string, Value: string) => ({ Name, Value, type: "" });

  test("TR-098 a PPPoE session shows its account, peer, session id and echo settings; its password reads empty", async () => {
    gateway = await sampleGateway({ wan: "pppoe" });
    const here = grown(igdRoot, gateway);
    const told = Object.fromEntries(
      here.leaves
        .filter(({ name }) => name.startsWith(first) && !/PortMapping|Stats/.test(name))
        .map((leaf) => [leaf.name.slice(first.length), here.tree.value(leaf).Value]),
    );
    expect(told).toMatchObject({
      ConnectionStatus: "Connected",
      Username: "sample@isp.example",
      Password: "",
      ExternalIPAddress: "203.0.113.24",
      RemoteIPAddress: "203.0.113.1",
      PPPoESessionID: "4001",
      PPPLCPEcho: "10",
      PPPLCPEchoRetry: "5",
      CurrentMRUSize: "1492",
      TransportType: "PPPoE",
      ConnectionTrigger: "AlwaysOn",
      LastConnectionError: "ERROR_NONE",
      MACAddress: "00:00:5E:00:53:02",
    });
  });

  test("TR-181 a PPPoE session lies between the IP interface and its link, over the VLAN if there is one", async () => {
    gateway = await sampleGateway({ wan: "pppoe", vlan: 7 });
    const here = grown(deviceRoot, gateway);
    expect(shownBy(here, "Device.IP.Interface.1.LowerLayers")).toBe("Device.PPP.Interface.1");
    expect(shownBy(here, "Device.PPP.Interface.1.LowerLayers")).toBe("Device.Ethernet.VLANTermination.1");
    expect(shownBy(here, "Device.Ethernet.VLANTermination.1.LowerLayers")).toBe("Device.Ethernet.Link.1");
    expect(shownBy(here, "Device.IP.Interface.1.IPv4Address.1.AddressingType")).toBe("IPCP");
  });

  test("A.3.2.1 settings of the session written through one root read back through the other", async () => {
    gateway = await sampleGateway({ wan: "pppoe" });
    const open = (root: typeof igdRoot) =>
      openTree(gateway.directory, (view) => simExec(gateway.directory, view), root).model;
    const [igd, device] = [open(igdRoot), open(deviceRoot)];
    const changes = [
      ["Username", "Username", "other@isp.example"],
      ["PPPoEACName", "PPPoE.ACName", "ac-1"],
      ["PPPoEServiceName", "PPPoE.ServiceName", "internet"],
      ["IdleDisconnectTime", "IdleDisconnectTime", "600"],
    ] as const;
    await igd.set(
      [
        set(`${first}Password`, "sesame, open"),
        ...changes.map(([name, , value]) => set(first + name, value)),
      ],
      "acs",
    );
    for (const [, name, value] of changes)
      expect((await device.values([`Device.PPP.Interface.1.${name}`]))[0]?.Value).toBe(value);
    expect((await igd.values([`${first}ConnectionTrigger`]))[0]?.Value).toBe("OnDemand");
    expect((await igd.values([`${first}Password`]))[0]?.Value).toBe("");
    const wan = gateway.config.view().package("network")?.section("wan");
    expect(wan?.options.get("password")).toBe("sesame, open");
    await device.set([set("Device.PPP.Interface.1.ConnectionTrigger", "AlwaysOn")], "acs");
    expect((await igd.values([`${first}IdleDisconnectTime`]))[0]?.Value).toBe("0");
  });
});
