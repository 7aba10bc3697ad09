import { expect, test } from "vitest";
import { withFound } from "../../src/dhcp/overlay.ts";
import { overriding } from "../../src/override.ts";
import type { Config, Package, Section } from "../../src/ports/config.ts";

/** A configuration of one package, whose URL can be written. */
function file(): { readonly config: Config; write(url: string): void } {
  let made: Package | undefined;
  const write = (url: string): void => {
    const acs: Section = { name: "acs", anonymous: false, type: "acs", options: new Map([["url", url]]) };
    made = {
      name: "cwmp",
      version: (made?.version ?? 0) + 1,
      sections: [acs],
      section: (name) => (name === "acs" ? acs : undefined),
      ofType: () => [acs],
    };
  };
  write("http://a/");
  const view = { package: () => made, with: () => view };
  return { config: { view: () => view } as unknown as Config, write };
}

const urlOf = (config: Config) => config.view().package("cwmp")?.section("acs")?.options.get("url");

test("the overlay of a package is made once for each version of the package", () => {
  const { config, write } = file();
  const by = { package: "cwmp", section: "acs", type: "acs", option: "url", value: "http://b/" };
  const found = { over: "http://a/", url: "http://c/", provisioningCode: null } as never;
  const overlaid = [
    overriding(config, by),
    withFound(
      config,
      () => found,
      () => true,
    ),
  ];
  expect(overlaid.map(urlOf)).toEqual(["http://b/", "http://c/"]);
  const before = overlaid.map((one) => one.view().package("cwmp"));
  const same = () => overlaid.map((one, i) => one.view().package("cwmp") === before[i]);
  expect(same()).toEqual([true, true]);
  write("http://a/");
  expect(same()).toEqual([false, false]);
  expect(overlaid.map(urlOf)).toEqual(["http://b/", "http://c/"]);
  write("http://d/");
  expect(overlaid.map(urlOf)).toEqual(["http://d/", "http://d/"]);
});
