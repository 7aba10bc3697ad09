/** Files that the ACS sends to be applied: hostile archives, batches, web content. TR-069 A.3.2.8. */
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { packTar } from "modern-tar";
import { describe, expect, test } from "vitest";
import { openConfig } from "../../platform/openwrt/config.ts";
import { readArchive } from "../../platform/openwrt/installer/archive.ts";
import { backup } from "../../platform/openwrt/installer/backup.ts";
import { applyConfiguration, takeConfigurationBack } from "../../platform/openwrt/installer/configuration.ts";
import { installLimits } from "../../platform/openwrt/installer/limits.ts";
import { applyWebContent } from "../../platform/openwrt/installer/web.ts";
import { folder } from "./lab.ts";

type Header = Parameters<typeof packTar>[0][number]["header"];

const tar = (...entries: (readonly [name: string, text: string, more?: Partial<Header>])[]) =>
  packTar(
    entries.map(([name, text, more]) => ({
      header: { name, size: text.length, type: "file" as const, ...more },
      body: text,
    })),
  ).then(Buffer.from);

describe("archives", () => {
  const hostile: Readonly<Record<string, Promise<Buffer>>> = {
    "an absolute name": tar(["/etc/config/network", "x"]),
    "a name that climbs": tar(["etc/../../x", "x"]),
    "a name that climbs at its end": tar(["a/..", "x"]),
    "a symbolic link": tar(["etc/config/x", "", { type: "symlink", linkname: "/etc/passwd" }]),
    "a hard link": tar(["etc/config/x", "", { type: "link", linkname: "../../etc/passwd" }]),
    "a device": tar(["etc/config/x", "", { type: "character-device" }]),
    "a backslash": tar(["a\\..\\b", "x"]),
    "a control character": tar(["a\nb", "x"]),
    nothing: tar(),
    "no archive": Promise.resolve(Buffer.from("x".repeat(2000))),
    "a gzip that ends early": tar(["a", "x".repeat(5000)]).then((bytes) => gzipSync(bytes).subarray(0, 40)),
  };
  for (const [what, bytes] of Object.entries(hostile)) {
    test(`${what} is refused`, async () => {
      await expect(readArchive(await bytes)).rejects.toMatchObject({ name: "TransferFailure" });
    });
  }

  test("an archive bomb and an archive of ten thousand entries are refused within the bounds", async () => {
    const bomb = gzipSync(Buffer.alloc(installLimits.unpackedBytesMax * 4));
    expect(bomb.length).toBeLessThan(installLimits.packedBytesMax);
    await expect(readArchive(bomb)).rejects.toMatchObject({ kind: "space" });
    const many = Array.from({ length: 10_000 }, (_, i) => [`f${i}`, "x"] as const);
    await expect(readArchive(await tar(...many))).rejects.toMatchObject({ kind: "corrupted" });
  });
});

/** A device with two packages. */
function device() {
  const root = folder();
  mkdirSync(join(root, "etc/config"), { recursive: true });
  const write = (name: string, text: string) => writeFileSync(join(root, "etc/config", name), text);
  const read = (name: string) => readFileSync(join(root, "etc/config", name), "utf8");
  write(
    "network",
    "config interface 'lan'\n\toption ipaddr '192.168.1.1'\n\tlist dns '1.1.1.1'\n\nconfig route\n\toption target '10.0.0.0'\n",
  );
  write("cwmp", "config acs 'acs'\n\toption url 'http://acs/'\n");
  const reloaded: (readonly string[])[] = [];
  const ports = {
    packages: openConfig(root).whole,
    reload: async (packages: readonly string[]) => void reloaded.push(packages),
    directory: join(root, "kept"),
    log: () => {},
  };
  return { root, ports, read, write, reloaded };
}

describe("configurations", () => {
  test("uci commands are applied all or none, and the bad line is named", async () => {
    const { ports, read, reloaded } = device();
    const before = read("network");
    const batch = (text: string) => applyConfiguration(ports, 1, Buffer.from(text));
    await expect(
      batch("set network.lan.ipaddr='192.168.9.1'\nset network.nosuch.ipaddr=1\n"),
    ).rejects.toThrow("Line 2");
    expect([read("network"), reloaded]).toEqual([before, []]);
    const lines = [
      "# comment",
      "uci set network.lan.ipaddr='192.168.9.1'",
      "add_list network.lan.dns='8.8.8.8'",
      "del_list network.lan.dns=1.1.1.1",
      "set network.@route[0].target='10.9.0.0'",
      "set network.guest=interface",
      "set network.guest.proto=static",
      "commit",
    ];
    await batch(lines.join("\n"));
    const now = read("network");
    expect(now).toContain("option ipaddr '192.168.9.1'");
    expect(now).toContain("list dns '8.8.8.8'");
    expect(now).not.toContain("1.1.1.1");
    expect(now).toContain("'10.9.0.0'");
    expect(now).toContain("config interface 'guest'");
    expect(reloaded).toEqual([["network"]]);
    await takeConfigurationBack(ports, 1);
    expect(read("network")).toBe(before);
  });

  test("the output of uci export is accepted, but not the agent's own package", async () => {
    const { ports, read } = device();
    const text =
      "package network\n\nconfig interface 'lan'\n\toption ipaddr '10.1.1.1'\n\npackage cwmp\n\nconfig acs 'acs'\n\toption url 'http://evil/'\n";
    await applyConfiguration(ports, 1, Buffer.from(text));
    expect(read("network")).toContain("10.1.1.1");
    expect(read("cwmp")).toContain("http://acs/");
  });

  test("A.3.2.8 no configuration can remove the connection to the ACS, in any form", async () => {
    const { ports, read, reloaded } = device();
    const before = read("cwmp");
    const evil = "config acs 'acs'\n\toption url 'http://evil/'\n\toption username 'evil'\n";
    for (const file of [
      await tar(["etc/config/cwmp", evil]),
      gzipSync(await tar(["./etc/config/cwmp", evil])),
      Buffer.from(`package cwmp\n\n${evil}`),
      Buffer.from(`package 'cwmp'\n\n${evil}`),
      Buffer.from("set cwmp.acs.url='http://evil/'\ndelete cwmp.acs.username\n"),
    ]) {
      await expect(applyConfiguration(ports, 1, file)).rejects.toMatchObject({ kind: "corrupted" });
      expect([read("cwmp"), reloaded]).toEqual([before, []]);
    }
  });

  test("an uploaded configuration has no secrets unless the settings allow them, and can be downloaded again", async () => {
    const { ports, write, read } = device();
    write(
      "wireless",
      "config wifi-iface 'w'\n\toption ssid 'x'\n\toption key 'geheim'\n\toption sae_password 'geheim'\n",
    );
    const entries = await readArchive(Buffer.from(await backup(ports.packages, false)));
    expect(entries.map(({ name }) => name).sort()).toEqual([
      "etc/config/cwmp",
      "etc/config/network",
      "etc/config/wireless",
    ]);
    expect(entries.map(({ bytes }) => Buffer.from(bytes).toString()).join("")).not.toContain("geheim");
    const whole = await backup(ports.packages, true);
    write("wireless", "");
    await applyConfiguration(ports, 2, Buffer.from(whole));
    expect(read("wireless")).toContain("geheim");
  });

  test("a file that is neither an archive, nor an export, nor commands is refused", async () => {
    const { ports } = device();
    for (const text of ["", "<html>", "config x\n", "rm -rf /\n", "\0\0\0"])
      await expect(applyConfiguration(ports, 1, Buffer.from(text)), text).rejects.toMatchObject({
        kind: "corrupted",
      });
  });
});

describe("web content", () => {
  test("one rename replaces the old content by the new, and only files of content are accepted", async () => {
    const home = join(folder(), "web");
    await applyWebContent(home, 1, await tar(["index.html", "one"], ["css/style.css", "a"]));
    expect(readFileSync(join(home, "current/index.html"), "utf8")).toBe("one");
    await applyWebContent(home, 2, await tar(["index.html", "two"]));
    expect(readFileSync(join(home, "current/index.html"), "utf8")).toBe("two");
    expect(readdirSync(home).sort()).toEqual(["current", "v2"]);
    await expect(applyWebContent(home, 3, await tar(["run.sh", "x"]))).rejects.toMatchObject({
      kind: "corrupted",
    });
    symlinkSync("/nowhere", join(home, "current.new"));
    await applyWebContent(home, 4, await tar(["index.html", "four"]));
    expect(readFileSync(join(home, "current/index.html"), "utf8")).toBe("four");
    expect(existsSync(join(home, "v2"))).toBe(false);
  });
});
