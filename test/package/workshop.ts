/** A place where packages are made and handed in: a root, keys, and what an installation leaves. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Disk, systemDisk } from "../../platform/package/disk.ts";
import { examine } from "../../platform/package/hand.ts";
import { signBlock } from "../../platform/package/signing.ts";
import type { HandPolicy } from "../../src/cli/package-call.ts";
import type { Content } from "../../src/package/commands.ts";
import { writeHeader } from "../../src/package/header.ts";
import { joined, writeCommand } from "../../src/package/list.ts";
import type { Report } from "../../src/package/report.ts";

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A command, and the payload that goes with it. */
export interface Made {
  readonly type: number;
  readonly content: Content;
  readonly payload?: Uint8Array;
}

type Put = Extract<Content, { is: "put" }>;

function put(type: number, path: string, text: string, more: Partial<Put> = {}): Made {
  const payload = encode(text);
  const content: Put = {
    is: "put",
    how: type < 3 ? "extract" : "add",
    versioned: type % 2 === 0,
    unsafe: false,
    path: encode(path),
    hashType: 1,
    hash: createHash("sha1").update(payload).digest(),
    offset: -1,
    length: payload.length,
    ...more,
  };
  return { type, content, payload };
}

export const extract = (path: string, text: string, more?: Partial<Put>) => put(1, path, text, more);
export const extractVersioned = (path: string, text: string) => put(2, path, text);
export const add = (path: string, text: string) => put(3, path, text);
export const addVersioned = (path: string, text: string) => put(4, path, text);
const removal = (type: number, how: "file" | "versioned" | "tree", path: string): Made => ({
  type,
  content: { is: "remove", how, unsafe: false, path: encode(path) },
});
export const remove = (path: string) => removal(5, "file", path);
export const removeVersioned = (path: string) => removal(6, "versioned", path);
export const removeTree = (path: string) => removal(7, "tree", path);
const moving = (type: number, path: string, to: string): Made => ({
  type,
  content: { is: "move", versioned: type === 9, unsafe: false, path: encode(path), to: encode(to) },
});
export const move = (path: string, to: string) => moving(8, path, to);
export const moveVersioned = (path: string, to: string) => moving(9, path, to);
export const end: Made = { type: 0, content: { is: "end" } };
export const reboot: Made = { type: 16, content: { is: "reboot" } };
export const format: Made = { type: 17, content: { is: "format" } };
export const text = (of: "version" | "description", value: string): Made => ({
  type: of === "version" ? 10 : 11,
  content: { is: "text", of, text: value },
});
export const bound = (of: "minimum" | "maximum", version: string): Made => ({
  type: of === "minimum" ? 18 : 19,
  content: { is: "bound", of, version: version.split(".").map(Number) },
});
export const role = (value: number, more: readonly number[] = []): Made => ({
  type: 20,
  content: { is: "role", role: value, more: Uint8Array.from(more) },
});
export const storage = (of: "nonvolatile" | "volatile", bytes: number): Made => ({
  type: of === "nonvolatile" ? 21 : 22,
  content: { is: "storage", of, bytes },
});
export const attributes = (entity: number, class_: number, values: readonly number[]): Made => ({
  type: 25,
  content: { is: "attributes", entity, class: class_, values },
});
/** Any octets under any type. */
export const raw = (type: number, ...value: readonly number[]): Made => ({
  type,
  content: { is: "unknown", value: Uint8Array.from(value) },
});

export interface Parts {
  readonly commands: readonly Made[];
  /** Names of keys. */
  readonly signers?: readonly string[];
  readonly digest?: "sha1" | "sha256";
  /** A block made elsewhere. */
  readonly block?: (signed: Uint8Array) => Uint8Array | Promise<Uint8Array>;
  readonly minor?: number;
}

/** The two signed parts and the payload. */
export function compose({ commands, minor = 0 }: Parts): { signed: Uint8Array; payload: Uint8Array } {
  let offset = 0;
  const list = joined(
    commands.map(({ type, content, payload }) => {
      if (content.is !== "put") return writeCommand(type, content);
      const at = content.offset < 0 ? offset : content.offset;
      offset += payload?.length ?? 0;
      return writeCommand(type, { ...content, offset: at });
    }),
  );
  const payload = joined(commands.flatMap((one) => one.payload ?? []));
  const header = writeHeader({ major: 1, minor, listBytes: list.length, payloadBytes: payload.length });
  return { signed: joined([header, list]), payload };
}

export const nobody: HandPolicy = {
  section: undefined,
  trust: [],
  requireSignature: false,
  allowSha1: undefined,
  version: undefined,
  storage: { nonvolatile: undefined, volatile: undefined },
  attributes: [],
  now: undefined,
};

/** Files by path, links as "-> target", directories that are empty as "/". */
export type Tree = Readonly<Record<string, string>>;

export class Workshop {
  readonly directory = mkdtempSync(join(tmpdir(), "cwmpd-package-"));
  readonly root = join(this.directory, "root");
  private count = 0;

  constructor(readonly keys?: string) {
    mkdirSync(this.root);
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }

  async bytes(parts: Parts): Promise<Uint8Array> {
    const { signed, payload } = compose(parts);
    const signers = (parts.signers ?? []).map((name) => ({
      certificate: join(this.keys!, `${name}.chain.pem`),
      key: join(this.keys!, `${name}.key`),
    }));
    const block = parts.block?.(signed) ?? signBlock(signed, signers, parts.digest ?? "sha1", Date.now());
    return joined([signed, await block, payload]);
  }

  file(bytes: Uint8Array): string {
    this.count += 1;
    const path = join(this.directory, `${this.count}.pkg`);
    writeFileSync(path, bytes);
    return path;
  }

  async pack(...commands: readonly Made[]): Promise<string> {
    return this.file(await this.bytes({ commands }));
  }

  /** Fills the root anew. */
  lay(tree: Tree): void {
    rmSync(this.root, { recursive: true, force: true });
    mkdirSync(this.root);
    for (const [path, content] of Object.entries(tree)) {
      const full = join(this.root, path);
      mkdirSync(dirname(full), { recursive: true });
      if (content === "/") mkdirSync(full);
      else if (content.startsWith("-> ")) symlinkSync(content.slice(3), full);
      else writeFileSync(full, content);
    }
  }

  tree(directory = this.root): Tree {
    const found: Record<string, string> = {};
    const walk = (path: string, name: string) => {
      const stat = lstatSync(path);
      if (stat.isSymbolicLink()) found[name] = `-> ${readlinkSync(path)}`;
      else if (!stat.isDirectory()) found[name] = readFileSync(path, "utf8");
      else {
        const names = readdirSync(path).sort();
        if (names.length === 0 && name !== "") found[name] = "/";
        for (const one of names) walk(join(path, one), name === "" ? one : `${name}/${one}`);
      }
    };
    walk(directory, "");
    return found;
  }

  inspect(file: string): Promise<Report> {
    return examine({ verb: "inspect", file });
  }

  verify(file: string, policy: Partial<HandPolicy> = {}): Promise<Report> {
    return examine({ verb: "verify", file, root: this.root, policy: { ...nobody, ...policy } });
  }

  install(
    file: string,
    policy: Partial<HandPolicy> = {},
    disk: Disk = systemDisk,
    state?: string,
  ): Promise<Report> {
    const call = { verb: "install", file, root: this.root, state, policy: { ...nobody, ...policy } } as const;
    return examine(call, disk);
  }

  /** Lays a tree out, installs the commands on it, and gives what there is then. */
  async after(tree: Tree, ...commands: readonly Made[]): Promise<Tree> {
    this.lay(tree);
    const report = await this.install(await this.pack(...commands));
    if (report.reason !== null) throw new Error(`${report.reason.code}: ${report.reason.text}`);
    return this.tree();
  }

  /** The code of the refusal, after a look that nothing has changed; "ok" where there is none. */
  async refusal(tree: Tree, commands: readonly Made[], policy: Partial<HandPolicy> = {}): Promise<string> {
    this.lay(tree);
    const before = this.tree();
    const file = await this.pack(...commands);
    const verified = await this.verify(file, policy);
    const { reason } = await this.install(file, policy);
    if (reason === null) return verified.reason === null ? "ok" : "judged differently";
    if (JSON.stringify(this.tree()) !== JSON.stringify(before)) throw new Error("the tree has changed");
    return verified.reason?.code === reason.code ? reason.code : "judged differently";
  }
}

/** Keys for one test file. */
export function makeKeys(): string {
  const directory = mkdtempSync(join(tmpdir(), "cwmpd-keys-"));
  execFileSync("sh", [join(import.meta.dirname, "pki.sh"), directory]);
  return directory;
}
