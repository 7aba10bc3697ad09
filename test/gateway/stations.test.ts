/** The access points of TR-181: who is let in, and how stations pair. */
import { expect, onTestFinished, test } from "vitest";
import { deviceRoot } from "../../platform/openwrt/gateway/device2/root.ts";
import { igdRoot } from "../../platform/openwrt/gateway/igd/root.ts";
import { simExec } from "../../platform/sim/exec.ts";
import { openTree } from "../sandbox/model.ts";
import { sampleGateway } from "./grown.ts";

async function device(root = deviceRoot) {
  const { directory, remove } = await sampleGateway();
  onTestFinished(remove);
  const { model, config } = openTree(directory, (view) => simExec(directory, view), root);
  const set = (wishes: Readonly<Record<string, string>>) =>
    model.set(
      Object.entries(wishes).map(([Name, Value]) => ({ Name, Value, type: "" })),
      "acs",
    );
  const option = (name: string) =>
    config.view().package("wireless")?.section("default_radio0")?.options.get(name);
  return { model, set, option };
}

const point = "Device.WiFi.AccessPoint.1.";
const list = `${point}AllowedMACAddress`;
const control = `${point}MACAddressControlEnabled`;

test("a list that lets stations in is not emptied while it holds: nobody would get in", async () => {
  const { set, option } = await device();
  await set({ [list]: "00:00:5E:00:53:10", [control]: "1" });
  expect(option("macfilter")).toBe("allow");
  await expect(set({ [list]: "" })).rejects.toMatchObject({
    parameters: [{ name: list, code: 9007, text: expect.stringContaining("let nobody in") }],
  });
  await set({ [list]: "", [control]: "0" });
  expect([option("macfilter"), option("maclist")]).toEqual([undefined, undefined]);
});

test("WPS is there where the configuration has the option, and takes the methods that it has", async () => {
  const { model, set, option } = await device();
  await set({ [`${point}WPS.Enable`]: "1", [`${point}WPS.ConfigMethodsEnabled`]: "PushButton" });
  expect(option("wps_pushbutton")).toBe("1");
  await set({ [`${point}WPS.Enable`]: "0" });
  expect(option("wps_pushbutton")).toBe("0");
  await expect(set({ [`${point}WPS.ConfigMethodsEnabled`]: "PIN" })).rejects.toMatchObject({ code: 9003 });
  await expect(model.values(["Device.WiFi.AccessPoint.2.WPS."])).rejects.toMatchObject({ code: 9005 });
});

test.each([
  [deviceRoot, "Device.WiFi.Radio.1."],
  [igdRoot, "InternetGatewayDevice.LANDevice.1.WLANConfiguration.1."],
])(
  "a channel of the band that is not in PossibleChannels is refused, because the driver would not start: $name",
  async (root, radio) => {
    const { model, set } = await device(root);
    const value = async (name: string) => (await model.values([`${radio}${name}`]))[0]?.Value;
    expect((await value("PossibleChannels"))?.split(",")).not.toContain("14");
    await expect(set({ [`${radio}Channel`]: "14" })).rejects.toMatchObject({
      parameters: [
        { name: `${radio}Channel`, code: 9007, text: expect.stringContaining("PossibleChannels: 1, 2") },
      ],
    });
    await set({ [`${radio}Channel`]: "13" });
    expect(await value("Channel")).toBe("13");
  },
);

test.each([
  ["192.0.2.1", true],
  ["2001:db8::1", true],
  ["", true],
  ["::", false],
  ["ff02::1", false],
  ["radius.example", false],
])("hostapd takes a RADIUS server by its address of either family: %j %s", async (address, taken) => {
  const { set, option } = await device();
  const name = `${point}Security.RadiusServerIPAddr`;
  if (!taken) await expect(set({ [name]: address })).rejects.toMatchObject({ code: 9003 });
  else await set({ [name]: address });
  expect(option("auth_server")).toBe(taken && address !== "" ? address : undefined);
});

test("the one key of WEP is the one in use", async () => {
  const { set, option } = await device();
  await set({ [`${point}Security.WEPKey`]: "0123456789" });
  expect([option("key1"), option("key")]).toEqual(["0123456789", "correct horse battery"]);
});

test("DefaultConnectionService is taken as it is, also with the dot at its end", async () => {
  const { model, set } = await device(igdRoot);
  const name = "InternetGatewayDevice.Layer3Forwarding.DefaultConnectionService";
  const [value] = await model.values([name]);
  await set({ [name]: value!.Value });
  await set({ [name]: `${value!.Value}.` });
  await expect(set({ [name]: "InternetGatewayDevice.WANDevice.7." })).rejects.toMatchObject({ code: 9003 });
});
