/** Double: a sample gateway whose files have been edited by hand, and its data model. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished } from "vitest";
import { igdRoot } from "../../platform/openwrt/gateway/igd/root.ts";
import { simExec } from "../../platform/sim/exec.ts";
import type { Form } from "../../platform/sim/form.ts";
import type { Root } from "../../src/model/define.ts";
import { openTree } from "../sandbox/model.ts";
import { sampleGateway } from "./grown.ts";

/** @param edit what becomes of the text of each file of /etc/config */
export async function device(
  edit: Readonly<Record<string, (text: string) => string>> = {},
  root: Root = igdRoot,
  form?: Form,
) {
  const { directory, remove } = await sampleGateway(form);
  onTestFinished(remove);
  const file = (name: string): string => join(directory, "etc/config", name);
  for (const [name, change] of Object.entries(edit))
    writeFileSync(file(name), change(readFileSync(file(name), "utf8")));
  const { model, config } = openTree(directory, (view) => simExec(directory, view), root);
  const set = (wishes: Readonly<Record<string, string>>) =>
    model.set(
      Object.entries(wishes).map(([Name, Value]) => ({ Name, Value, type: "" })),
      "acs",
    );
  const get = async (name: string): Promise<string | undefined> => (await model.values([name]))[0]?.Value;
  return { model, config, set, get };
}

export const lan = "InternetGatewayDevice.LANDevice.1.";
export const pool = `${lan}LANHostConfigManagement.`;
export const wan = "InternetGatewayDevice.WANDevice.1.WANConnectionDevice.1.WANIPConnection.1.";
export const refusal = (why: string) => ({
  parameters: [{ code: 9007, text: expect.stringContaining(why) }],
});
