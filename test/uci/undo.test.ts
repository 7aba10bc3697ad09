/** Changes that are undone: verbatim where nobody else has written, three-way where others have. */
import { expect, test } from "vitest";
import { openConfig } from "../../platform/openwrt/config.ts";
import type { Edit, Undo } from "../../src/ports/config.ts";
import { Tree } from "./tree.ts";

const network = `# the LAN, as delivered
config interface 'lan'
	option ipaddr '192.168.1.1' # never change this
	list dns '192.0.2.1'

config device
	option name 'br-lan'
	option mtu '1500'

config device
	option name 'eth1'

config route 'old'
	option target '10.0.0.0/8'
	option gateway '192.168.1.254'
`;

const edits: readonly Edit[] = [
  { edit: "set", package: "network", section: "lan", option: "ipaddr", value: "10.9.8.1" },
  { edit: "unset", package: "network", section: "lan", option: "dns" },
  { edit: "set", package: "network", section: "cfg030f15", option: "mtu", value: "1400" },
  { edit: "remove", package: "network", section: "old" },
  { edit: "add", package: "network", section: "fresh", type: "route" },
  { edit: "set", package: "network", section: "fresh", option: "target", value: "0.0.0.0/0" },
  { edit: "set", package: "firewall", section: "wan", option: "input", value: "DROP" },
];
const firewall = "config zone 'wan'\n\toption input 'REJECT'\n";

/** A tree with the changes in it, each committed by itself, and all that is needed to undo them. */
async function changed(...changes: readonly (readonly Edit[])[]) {
  const tree = new Tree({ network, firewall });
  const log: string[] = [];
  const config = openConfig(tree.root, (_level, what) => log.push(what));
  const undos: Undo[] = [];
  for (const list of changes) {
    // The name of an anonymous section is the one that it has now.
    const device = config
      .view()
      .package("network")!
      .ofType("device")
      .find((one) => one.options.get("name") === "br-lan")!;
    const named = list.map((edit) =>
      edit.section === "cfg030f15" ? { ...edit, section: device.name } : edit,
    );
    const staged = await config.stage(config.view(), named);
    undos.push(staged.undo(undos));
    staged.commit();
  }
  return { tree, config, undos, log };
}

async function takeBack({ config, undos }: Awaited<ReturnType<typeof changed>>) {
  // As the store gives them back.
  const staged = await config.revert(JSON.parse(JSON.stringify(undos)));
  staged.commit();
  return staged;
}

test("files untouched by others get their old text back byte for byte, after one change or many", async () => {
  for (const changes of [[edits], edits.map((edit) => [edit])]) {
    const world = await changed(...changes);
    expect(world.tree.packages()).not.toEqual({ network, firewall });
    const { left, packages } = await takeBack(world);
    expect(left).toEqual([]);
    expect([...packages].sort()).toEqual(["firewall", "network"]);
    expect(world.tree.packages()).toEqual({ network, firewall });
    // Once more changes nothing more.
    expect((await takeBack(world)).packages).toEqual([]);
    expect(world.tree.packages()).toEqual({ network, firewall });
  }
});

test("later changes do not store the old text again", async () => {
  const { undos } = await changed(edits.slice(0, 1), edits.slice(1, 2));
  expect(JSON.stringify(undos[0])).toContain("as delivered");
  expect(JSON.stringify(undos[1])).not.toContain("as delivered");
});

test("in files that others have changed only options with the value of the change are restored; the others stay and are named", async () => {
  const world = await changed(edits);
  const now = world.tree
    .read("etc/config/network")
    .replace("option ipaddr '10.9.8.1'", "option ipaddr '172.16.0.1'")
    .replace("option mtu '1400'", "option mtu '1400'\n\toption ipv6 '0' # ours")
    .replace("option target '0.0.0.0/0'", "option target '0.0.0.0/0'\n\toption metric '7'");
  world.tree.write("etc/config/network", `${now}\nconfig interface 'guest'\n\toption proto 'static'\n`);
  const { left } = await takeBack(world);
  expect(left).toEqual(["network.lan.ipaddr"]);
  expect(world.tree.read("etc/config/network")).toBe(`# the LAN, as delivered
config interface 'lan'
	option ipaddr '172.16.0.1' # never change this
	list dns '192.0.2.1'

config device
	option name 'br-lan'
	option mtu '1500'
	option ipv6 '0' # ours

config device
	option name 'eth1'

config route 'fresh'
	option metric '7'

config interface 'guest'
	option proto 'static'

config route 'old'
	option target '10.0.0.0/8'
	option gateway '192.168.1.254'
`);
  expect(world.tree.read("etc/config/firewall")).toBe(firewall);
});

test("a section that others have removed or recreated stays unchanged", async () => {
  const world = await changed(edits);
  const now = world.tree.read("etc/config/network").replace(/config interface 'lan'[^#]*#.*\n/, "");
  world.tree.write("etc/config/network", `${now}\nconfig route 'old'\n\toption target '203.0.113.0/24'\n`);
  const { left } = await takeBack(world);
  expect(left).toEqual(["network.old", "network.lan"]);
  const text = world.tree.read("etc/config/network");
  expect(text).toContain("203.0.113.0/24");
  expect(text).not.toContain("192.168.1.254");
  expect(text).toContain("option mtu '1500'");
  expect(text).not.toContain("fresh");
});

test("changes with changes of others in between are undone option by option: the old text would undo the others too", async () => {
  const tree = new Tree({ network, firewall });
  const config = openConfig(tree.root);
  const undos: Undo[] = [];
  for (const [i, edit] of [edits[0]!, edits[1]!].entries()) {
    const staged = await config.stage(config.view(), [edit]);
    undos.push(staged.undo(undos));
    staged.commit();
    if (i === 0) tree.write("etc/config/network", `${tree.read("etc/config/network")}# theirs\n`);
  }
  const { left } = await takeBack({ tree, config, undos, log: [] });
  expect(left).toEqual([]);
  const text = tree.read("etc/config/network");
  expect(text).toContain("# theirs");
  expect(text).toContain("192.168.1.1");
  expect(text).toContain("192.0.2.1");
});

test("pending changes of others that name anonymous sections by number keep sections from moving under them", async () => {
  const world = await changed(edits);
  world.tree.write("tmp/.uci/network", "network.cfg030f15.mtu='1280'\n");
  await expect(takeBack(world)).rejects.toThrow(/uncommitted changes/);
  expect(world.tree.read("etc/config/network")).toContain("10.9.8.1");
});

test("after a crash past the commit point, and a change by others, the start completes the undo", async () => {
  const world = await changed(edits);
  const staged = await world.config.revert(world.undos);
  const intent = JSON.parse(JSON.stringify(staged.intent));
  staged.abort();
  world.tree.write("etc/config/network", `${world.tree.read("etc/config/network")}# theirs\n`);
  await world.config.recover(intent);
  const text = world.tree.read("etc/config/network");
  expect(text).toContain("# theirs");
  expect(text).toContain("192.168.1.1");
  expect(world.tree.read("etc/config/firewall")).toBe(firewall);
});

test("a malformed undo record is refused, and nothing is written", async () => {
  const { config, tree } = await changed(edits);
  const before = tree.packages();
  for (const wrong of [
    null,
    {},
    { packages: [{}] },
    { packages: [{ name: "../x", before: null, after: "", sections: [] }] },
  ])
    await expect(config.revert([wrong])).rejects.toThrow(/not of this program/);
  expect(tree.packages()).toEqual(before);
});
