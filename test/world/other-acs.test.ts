/** Another ACS from one look at the configuration to the next. 3.2.2, 3.7.1.5, F.2.2. */
import { expect, test } from "vitest";
import { Household, management } from "./household.ts";

const other = "http://other.example:80/cwmp";
const url = `${management}ConnectionRequestURL`;

/** Somebody writes the file, and no event tells of that. */
const writes = (home: Household, section: string, option: string, value: string) =>
  home.disk.edit([{ edit: "set", package: "cwmp", section, option, value }]);

const told = (home: Household) => home.told.map((post) => ({ to: post.url, first: post.codes[0] }));

test("3.2.2 the changes that a look finds are reported to the ACS that it finds, and not to the ACS before", async () => {
  const home = await new Household().settle();
  writes(home, "acs", "url", other);
  writes(home, "cpe", "provisioning_code", "P9");
  await home.clock.pass(300_000);
  expect(told(home)).toEqual([{ to: other, first: "0 BOOTSTRAP" }]);
});

test("3.2.2 an Inform names the port of Connection Requests once they are taken there", async () => {
  const home = await new Household().settle();
  let stands = () => {};
  home.moving = new Promise((resolve) => {
    stands = resolve;
  });
  writes(home, "cpe", "port", "7548");
  home.edits("cwmp", "acs", "url", other);
  await home.rest();
  expect(told(home)).toEqual([]);
  stands();
  await home.rest();
  expect(told(home)).toEqual([{ to: other, first: "0 BOOTSTRAP" }]);
  const path = home.engine.connectionRequestPath;
  expect(home.told[0]!.inform.ParameterList.find(({ Name }) => Name === url)?.Value).toBe(
    `http://192.0.2.7:7548${path}`,
  );
});

test("3.7.1 no session begins for a look that finds no ACS; it is held when one is named again", async () => {
  const home = await new Household().settle();
  const { sections } = home.disk.files.get("cwmp")!;
  home.disk.write("cwmp", []);
  home.engine.connectionRequest();
  await home.clock.pass(300_000);
  expect(told(home)).toEqual([]);
  home.disk.write("cwmp", sections);
  home.engine.touched();
  await home.rest();
  expect(told(home)).toEqual([{ to: "http://acs.example:80/cwmp", first: "6 CONNECTION REQUEST" }]);
  expect(home.told[0]!.inform.RetryCount).toBe(0);
});
