/** Orders that the ACS gives by setting a parameter: Reset, Renew, passwords. TR-098 WANIPConnection.Reset, TR-181. */
import { describe, expect, test } from "vitest";
import { deviceRoot } from "../../platform/openwrt/gateway/device2/root.ts";
import { ask } from "../../src/acs/state.ts";
import { Household, setting, wanIp } from "./household.ts";

const yes = ["1", "boolean"] as const;
const no = ["0", "boolean"] as const;
const reset = `${wanIp}Reset`;

/** The gateway with an account and with a wan6, in the root that is asked for. */
async function settled(root?: typeof deviceRoot): Promise<Household> {
  const home = new Household();
  if (root !== undefined) home.served = root;
  home.disk.edit([
    { edit: "add", package: "network", section: "wan6", type: "interface" },
    { edit: "set", package: "network", section: "wan6", option: "proto", value: "dhcpv6" },
    { edit: "set", package: "network", section: "wan6", option: "device", value: "eth0" },
  ]);
  return home.settle();
}

test("Reset tears the connection down after the session, once its new settings are in effect; it reads as false", async () => {
  const home = await settled();
  const [set, read] = await home.asked(
    ask("SetParameterValues", setting({ [reset]: yes, [`${wanIp}DNSServers`]: "192.0.2.53" })),
    ask("GetParameterValues", { ParameterNames: [reset] }),
  );
  expect(set).toMatchObject({ is: "reply" });
  expect(read).toMatchObject({ args: { ParameterList: [{ Value: "0" }] } });
  expect(home.orders).toEqual(["apply network", "reset wan"]);
  await home.sets({ [reset]: no });
  expect(home.orders).toEqual(["apply network", "reset wan"]);
});

test("no order is carried out while a session is under way, and all of one session are, each once", async () => {
  const home = await settled();
  const during: string[][] = [];
  home.mishap = () => {
    during.push([...home.orders]);
    return undefined;
  };
  await home.asked(
    ask("SetParameterValues", setting({ [reset]: yes })),
    ask("SetParameterValues", setting({ [reset]: yes })),
    ask(
      "SetParameterValues",
      setting({ "InternetGatewayDevice.LANConfigSecurity.ConfigPassword": "new secret" }),
    ),
  );
  expect(during.length).toBeGreaterThan(3);
  expect(during.flat()).toEqual([]);
  expect(home.orders).toEqual(["reset wan", "password root new secret"]);
});

test.each([
  ["Device.IP.Interface.1.Reset", "reset wan"],
  ["Device.DHCPv4.Client.1.Renew", "renew wan"],
  ["Device.DHCPv6.Client.1.Renew", "renew wan6"],
])("%s", async (name, order) => {
  const home = await settled(deviceRoot);
  expect(await home.sets({ [name]: yes })).toMatchObject({ is: "reply" });
  expect(home.orders).toEqual([order]);
});

test("the empty password that servers have read changes nothing; a line break is refused", async () => {
  const home = await settled();
  const password = "InternetGatewayDevice.LANConfigSecurity.ConfigPassword";
  expect(await home.sets({ [password]: "" })).toMatchObject({ is: "reply" });
  expect(await home.sets({ [password]: "one\ntwo" })).toMatchObject({ is: "fault" });
  expect(home.orders).toEqual([]);
});

test("a crash of the agent forgets no order; a boot has reset every connection, and sets the password still", async () => {
  for (const [offMs, after] of [
    [undefined, ["password root new secret", "reset wan"]],
    [60_000, ["password root new secret"]],
  ] as const) {
    const home = await settled();
    // The services are told of a change and never end.
    home.labour = new Promise(() => {});
    await home.sets({
      [`${wanIp}DNSServers`]: "192.0.2.53",
      [reset]: yes,
      "InternetGatewayDevice.LANConfigSecurity.ConfigPassword": "new secret",
    });
    expect(home.orders).toEqual(["apply network"]);
    home.labour = undefined;
    home.orders.length = 0;
    await home.restart(offMs);
    await home.rest();
    expect(home.orders.filter((order) => !order.startsWith("apply"))).toEqual(after);
    home.orders.length = 0;
    await home.restart(offMs);
    await home.rest();
    expect(home.orders).toEqual([]);
  }
});

describe.each([
  [undefined, "InternetGatewayDevice.User.1."],
  [deviceRoot, "Device.Users.User.1."],
] as const)("%#: the account of a user", (root, user) => {
  const enable = `${user}Enable`;
  const password = `${user}Password`;
  const withUser = async (enabled: boolean, hasPassword: boolean) => {
    const home = await settled(root);
    home.facts.state.accounts = [{ name: "guest", enabled, hasPassword }];
    return home;
  };
  const read = (home: Household) => home.asked(ask("GetParameterValues", { ParameterNames: [enable] }));
  const is = (Value: string) => ({ args: { ParameterList: [{ Value }] } });

  test("is locked and unlocked after the session, and reads as it will be from the response on", async () => {
    const home = await withUser(true, true);
    const [set, got] = await home.asked(
      ask("SetParameterValues", setting({ [enable]: no })),
      ask("GetParameterValues", { ParameterNames: [enable] }),
    );
    expect([set, got]).toMatchObject([{ is: "reply" }, is("0")]);
    expect(home.orders).toEqual(["lock guest"]);
    home.facts.state.accounts = [{ name: "guest", enabled: false, hasPassword: true }];
    expect(await read(home)).toMatchObject([is("0")]);
    await home.sets({ [enable]: yes });
    expect(home.orders).toEqual(["lock guest", "unlock guest"]);
  });

  test("stays locked although it gets a password, unless Enable comes with it in whatever order", async () => {
    const home = await withUser(false, false);
    await home.sets({ [password]: "new secret" });
    expect(home.orders).toEqual(["password guest new secret", "lock guest"]);
    home.orders.length = 0;
    await home.sets({ [password]: "other secret", [enable]: yes });
    expect(home.orders).toEqual(["password guest other secret", "unlock guest"]);
  });

  test("is not unlocked without a password: it would let everyone in", async () => {
    const home = await withUser(false, false);
    expect(await home.sets({ [enable]: yes })).toMatchObject({ is: "fault" });
    expect(home.orders).toEqual([]);
    expect(await read(home)).toMatchObject([is("0")]);
  });

  test("a boot before the order is carried out does not discard it", async () => {
    const home = await withUser(true, true);
    home.labour = new Promise(() => {});
    await home.sets({ [enable]: no });
    home.labour = undefined;
    home.orders.length = 0;
    await home.restart(60_000);
    await home.rest();
    expect(home.orders).toEqual(["lock guest"]);
  });
});

test("an order that cannot be carried out is logged and not retried for ever", async () => {
  const home = await settled();
  home.labour = Promise.reject(new Error("ubus does not answer"));
  home.labour.catch(() => {});
  await home.sets({ [reset]: yes });
  await home.clock.pass(3_600_000);
  expect(home.orders).toEqual(["reset wan"]);
  expect(home.logged.filter((line) => line.startsWith("error"))).toEqual([
    expect.stringContaining("Cannot carry out an order of the ACS"),
  ]);
});
