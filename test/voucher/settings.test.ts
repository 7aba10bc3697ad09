/** What /etc/config/cwmp says of vouchers and Options, and the programs that turn Options on and off. */
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openConfig } from "../../platform/openwrt/config.ts";
import { optionPrograms } from "../../platform/openwrt/programs.ts";
import { readOptionSettings, readVoucherSettings, sectionAt } from "../../src/voucher/settings.ts";

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "cwmpd-options-"));
});
afterAll(() => rmSync(root, { recursive: true }));

const put = (name: string, text: string, mode = 0o644) => {
  const path = join(root, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text, { mode });
  chmodSync(path, mode);
};

function read(text: string) {
  put("etc/config/cwmp", text);
  const view = openConfig(root).view();
  const problems: string[] = [];
  const file = view.package("cwmp");
  return {
    vouchers: readVoucherSettings(file, problems),
    options: readOptionSettings(file, problems),
    problems,
    view,
  };
}

describe("sections voucher and option", () => {
  test("without a section nothing is trusted, and the device has no Options", () => {
    const { vouchers, options, problems } = read("config cpe 'cpe'\n");
    expect(vouchers).toMatchObject({ trust: [], bytesMax: 65_536 });
    expect(vouchers.algorithms).toHaveLength(4);
    expect([options, problems]).toEqual([[], []]);
  });

  test("a list of algorithms without any known one accepts nothing", () => {
    const { vouchers, problems } = read(
      "config voucher 'voucher'\n\tlist algorithms 'rsa-md5'\n\toption bytes_max '2000000'\n",
    );
    expect(vouchers).toMatchObject({ algorithms: [], bytesMax: 65_536 });
    expect(problems).toEqual([expect.stringMatching(/"rsa-md5"/), expect.stringMatching(/bytes_max/)]);
  });

  test("an Option switches a value, even of an anonymous section, a program, or nothing", () => {
    put(
      "etc/config/wireless",
      "config wifi-iface\n\toption ssid 'a'\n\nconfig wifi-iface\n\toption ssid 'b'\n",
    );
    const { options, problems, view } = read(
      [
        "config option 'one'\n\toption name 'The one'\n\toption uci 'wireless.@wifi-iface[1].disabled'\n\toption on '0'\n\toption off '1'",
        "config option 'two'\n\toption program 'two.sh'",
        "config option 'three'\n\toption program '../../bin/sh'",
        "config option 'four'\n\toption uci 'wireless'",
        "config option 'five'\n\toption name 'The one'\n",
      ].join("\n\n"),
    );
    const place = { package: "wireless", section: "@wifi-iface[1]", option: "disabled" };
    expect(options).toEqual([
      { name: "The one", switch: { is: "uci", place, on: "0", off: "1" }, setUp: undefined },
      { name: "two", switch: { is: "program", program: "two.sh" }, setUp: undefined },
      { name: "three", switch: undefined, setUp: undefined },
      { name: "four", switch: undefined, setUp: undefined },
    ]);
    expect(problems).toHaveLength(3);
    expect(sectionAt(view, place)?.options.get("ssid")).toBe("b");
  });

  test("a damaged file leaves the Options unknown", () => {
    expect(read("config option 'one'\n\toption 'x\n").options).toBeUndefined();
  });
});

describe("programs of Options", () => {
  const turn = (program: string, on = true) => optionPrograms(root).turn(program, "The one; rm -rf /", on);

  test("are called with the name and on or off as arguments, never by a shell", async () => {
    put("usr/lib/cwmpd/options/good", `#!/bin/sh\nprintf '%s|' "$@" >>${root}/called\n`, 0o755);
    await turn("good");
    await turn("good", false);
    expect(readFileSync(join(root, "called"), "utf8")).toBe("The one; rm -rf /|on|The one; rm -rf /|off|");
  });

  test("are refused if they fail, are missing, are links, or can be written by others", async () => {
    put("usr/lib/cwmpd/options/bad", "#!/bin/sh\nexit 3\n", 0o755);
    put("usr/lib/cwmpd/options/open", "#!/bin/sh\n", 0o777);
    symlinkSync("/bin/true", join(root, "usr/lib/cwmpd/options/link"));
    await expect(turn("bad")).rejects.toThrow(/exit code 3/);
    await expect(turn("open")).rejects.toThrow(/Others may write/);
    await expect(turn("link")).rejects.toThrow(/There is no file/);
    await expect(turn("none")).rejects.toThrow(/There is no file/);
  });
});
