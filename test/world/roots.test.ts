/** The other root is another device to the ACS, and each finds its own again. 3.7.1.5, A.3.2.1, A.3.2.4, A.3.2.6. */
import { expect, test } from "vitest";
import { deviceRoot } from "../../platform/openwrt/gateway/device2/root.ts";
import { igdRoot } from "../../platform/openwrt/gateway/igd/root.ts";
import { ask } from "../../src/acs/state.ts";
import { Household, setting, wanIp } from "./household.ts";

const codes = (home: Household): readonly string[] =>
  home
    .informs()
    .at(-1)!
    .Event.map(({ EventCode }) => EventCode);

const informed = (home: Household): ReadonlyMap<string, string> =>
  new Map(
    home
      .informs()
      .at(-1)!
      .ParameterList.map(({ Name, Value }) => [Name, Value]),
  );

async function serve(home: Household, root: typeof igdRoot): Promise<void> {
  home.served = root;
  await home.restart(undefined);
  await home.rest();
}

test("3.7.1.5 another data model root starts with 0 BOOTSTRAP and has its own forced parameters", async () => {
  const home = await new Household().settle();
  await serve(home, deviceRoot);
  expect(codes(home)).toContain("0 BOOTSTRAP");
  const names = [...informed(home).keys()];
  expect(names).toEqual([
    "Device.RootDataModelVersion",
    "Device.DeviceInfo.HardwareVersion",
    "Device.DeviceInfo.SoftwareVersion",
    "Device.DeviceInfo.ProvisioningCode",
    "Device.ManagementServer.ParameterKey",
    "Device.ManagementServer.ConnectionRequestURL",
  ]);
});

test("A.3.2.1 A.3.2.6 ParameterKey, instance numbers and attributes of each root are kept while the other root is served", async () => {
  const home = await new Household().settle();
  const [added] = await home.asked(
    ask("AddObject", { ObjectName: `${wanIp}PortMapping.`, ParameterKey: "of TR-098" }),
  );
  const instance = (added as { args: { InstanceNumber: number } }).args.InstanceNumber;
  const name = `${wanIp}PortMapping.${instance}.PortMappingDescription`;
  await home.asked(
    ask("SetParameterAttributes", {
      ParameterList: [
        { Name: name, NotificationChange: true, Notification: 1, AccessListChange: false, AccessList: [] },
      ],
    }),
  );
  await serve(home, deviceRoot);
  expect(informed(home).get("Device.ManagementServer.ParameterKey")).toBe("");
  await home.asked(
    ask("SetParameterValues", {
      ...setting({ "Device.Time.NTPServer1": "a.example" }),
      ParameterKey: "of TR-181",
    }),
  );
  await serve(home, igdRoot);
  expect(codes(home)).toContain("0 BOOTSTRAP");
  expect(informed(home).get("InternetGatewayDevice.ManagementServer.ParameterKey")).toBe("of TR-098");
  const [attributes] = await home.asked(ask("GetParameterAttributes", { ParameterNames: [name] }));
  expect(attributes).toMatchObject({ args: { ParameterList: [{ Name: name, Notification: 1 }] } });
  await serve(home, deviceRoot);
  expect(informed(home).get("Device.ManagementServer.ParameterKey")).toBe("of TR-181");
});

test("A.3.2.1 a whole row as in the templates of servers is accepted: lease duration 0, any remote host", async () => {
  const home = await new Household().settle();
  const [added] = await home.asked(
    ask("AddObject", { ObjectName: `${wanIp}PortMapping.`, ParameterKey: "" }),
  );
  const row = `${wanIp}PortMapping.${(added as { args: { InstanceNumber: number } }).args.InstanceNumber}.`;
  const [set] = await home.asked(
    ask(
      "SetParameterValues",
      setting({
        [`${row}PortMappingEnabled`]: "1",
        [`${row}PortMappingLeaseDuration`]: "0",
        [`${row}RemoteHost`]: "0.0.0.0",
        [`${row}ExternalPort`]: "8080",
        [`${row}InternalPort`]: "80",
        [`${row}PortMappingProtocol`]: "TCP",
        [`${row}InternalClient`]: "192.168.1.9",
        [`${row}PortMappingDescription`]: "web",
      }),
    ),
  );
  expect(set).toMatchObject({ is: "reply", args: { Status: 1 } });
});
