/** What engineers are told of a parameter, and of a change before it is made. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { igdRoot } from "../../platform/openwrt/gateway/igd/root.ts";
import { simExec } from "../../platform/sim/exec.ts";
import { layOutSandbox } from "../../platform/sim/sandbox.ts";
import { openTree } from "../sandbox/model.ts";

const root = "InternetGatewayDevice.";
const directory = mkdtempSync(join(tmpdir(), "cwmpd-described-"));
layOutSandbox(directory, Date.UTC(2026, 10, 24));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const { model } = openTree(directory, (view) => simExec(directory, view), igdRoot);
const files = () =>
  ["cwmp", "network", "wireless"]
    .map((name) => readFileSync(join(directory, "etc/config", name), "utf8"))
    .join();
const one = async (path: string) => (await model.described([root + path]))[0]!;

describe("the description of a parameter", () => {
  test("a parameter of the configuration is described by option, package and section", async () => {
    expect(await one("ManagementServer.PeriodicInformInterval")).toEqual({
      name: `${root}ManagementServer.PeriodicInformInterval`,
      value: "300",
      type: "unsignedInt",
      writable: true,
      notification: "off",
      sources: ["cwmp.acs.periodic_inform_interval"],
    });
  });

  test("a fact of the device and a state of the agent are described as such", async () => {
    expect((await one("DeviceInfo.UpTime")).sources).toEqual(["device: uptime"]);
    expect((await one("ManagementServer.ParameterKey")).sources).toEqual(["agent: parameterKey"]);
  });

  test("every parameter of the tree has a description, and names its source unless it is constant", async () => {
    const all = await model.described([""]);
    expect(all.length).toBeGreaterThan(200);
    expect(all.filter(({ sources }) => sources.length > 0).length).toBeGreaterThan(all.length / 2);
  });

  test("a password stays hidden", async () => {
    await model.set(
      [{ Name: `${root}ManagementServer.Password`, Value: "tr0ub4dor", type: "string" }],
      "local",
    );
    expect((await one("ManagementServer.Password")).value).toBe("");
  });
});

describe("a dry run of a change", () => {
  const ssid = `${root}LANDevice.1.WLANConfiguration.1.SSID`;

  test("lists the options that would be written, and writes nothing", async () => {
    const before = files();
    const [set] = await model.rehearsed([{ Name: ssid, Value: "Attic", type: "string" }]);
    expect(set).toMatchObject({ edit: "set", package: "wireless", option: "ssid", value: "Attic" });
    expect(files()).toBe(before);
    expect((await model.values([ssid]))[0]?.Value).not.toBe("Attic");
  });

  test("refuses a value that the real change would refuse", async () => {
    const wrong = { Name: `${root}ManagementServer.PeriodicInformInterval`, Value: "0", type: "string" };
    await expect(model.rehearsed([wrong])).rejects.toMatchObject({ code: 9003 });
  });

  test("shows no password", async () => {
    const secret = { Name: `${root}ManagementServer.Password`, Value: "correct horse", type: "string" };
    const edits = await model.rehearsed([secret]);
    expect(edits.length).toBe(1);
    expect(JSON.stringify(edits)).not.toContain("horse");
  });
});
