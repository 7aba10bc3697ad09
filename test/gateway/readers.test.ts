/** What the ACS may set is what the readers of the configuration take: each value at the bounds is shown to the reader
 * itself. A mapping whose name was too long once kept the whole firewall from loading. */
import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { judgeRuleName } from "../../platform/openwrt/gateway/accepted.ts";

const has = (program: string, ...args: string[]): boolean => spawnSync(program, args).status === 0;

/** As fw4 writes a redirect and its reflection. */
const fw4Rule = (name: string): string =>
  `table ip t {\n chain c {\n  type nat hook prerouting priority -100;\n  tcp dport 80 counter dnat to 192.168.1.2:80 comment "!fw4: ${name.replace(/["\\]/g, "\\$&")} (reflection)"\n }\n}\n`;

const nft = (rules: string): boolean => spawnSync("nft", ["-c", "-f", "-"], { input: rules }).status === 0;

describe.runIf(has("nft", "--version") && nft(fw4Rule("a")))("the name of a port mapping, and nft", () => {
  test.each([
    ["109 octets", "x".repeat(109)],
    ["110 octets", "x".repeat(110)],
    ["54 letters of two octets", "ä".repeat(54)],
    ["55 letters of two octets", "ä".repeat(55)],
    ["60 letters of two octets", "ä".repeat(60)],
    ["36 letters of three octets and one of one", `${"€".repeat(36)}x`],
    ["27 letters of four octets", "😀".repeat(27)],
    ["28 letters of four octets", "😀".repeat(28)],
    ["a quotation mark", 'a"b'],
    ["a quotation mark at the end", 'a"'],
    ["a backslash", "a\\b"],
    ["a backslash at the end", "a\\"],
    ["54 backslashes and a letter", `${"\\".repeat(54)}x`],
    ["55 backslashes", "\\".repeat(55)],
    ["a dollar, a brace, a semicolon, a number sign, an apostrophe, a star", "$x {y} ;z #w 'v' *"],
    ["a blank at either end", " a "],
  ])("%s: both take it, or neither does", (_name, value) => {
    expect(judgeRuleName(value) === undefined).toBe(nft(fw4Rule(value)));
  });
});
