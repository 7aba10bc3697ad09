/** Handler: `cwmpd package`. Its options become a call, and the result of the call an outcome. */

import { parseDateTime } from "../datetime.ts";
import { type Attribute, parseAttribute, parseUnsigned } from "../package/policy.ts";
import type { Report } from "../package/report.ts";
import { escapeText, jsonText } from "../terminal.ts";
import type { OptionsOf, Outcome } from "./command.ts";
import type {
  packageBuildCommand,
  packageInspectCommand,
  packageInstallCommand,
  packageVerifyCommand,
} from "./package.ts";

/** The policy that the options give. An undefined member is taken from UCI or from the device. */
export interface HandPolicy {
  /** The section of UCI. */
  readonly section: string | undefined;
  readonly trust: readonly string[];
  readonly requireSignature: boolean | undefined;
  readonly allowSha1: boolean | undefined;
  readonly version: string | undefined;
  readonly storage: { readonly nonvolatile: number | undefined; readonly volatile: number | undefined };
  readonly attributes: readonly Attribute[];
  /** Milliseconds since 1970. */
  readonly now: number | undefined;
}

export type PackageCall =
  | { readonly verb: "inspect"; readonly file: string }
  | { readonly verb: "verify"; readonly file: string; readonly root: string; readonly policy: HandPolicy }
  | {
      readonly verb: "install";
      readonly file: string;
      readonly root: string;
      readonly state: string | undefined;
      readonly policy: HandPolicy;
    };

export interface BuildCall {
  readonly manifest: string;
  readonly output: string;
  readonly signers: readonly { readonly certificate: string; readonly key: string }[];
  readonly digest: "sha1" | "sha256";
  readonly toSign: string | undefined;
  readonly signatures: string | undefined;
}

/** The work of the composition root on a package. */
export interface PackageWorld {
  examine(call: PackageCall): Promise<Report>;
  /** @returns the text about it */
  build(call: BuildCall): Promise<string>;
}

type PolicyOptions = OptionsOf<typeof packageVerifyCommand>;

const usage = (verb: string, text: string): Outcome => ({
  exit: 2,
  err: `cwmpd package ${verb}: ${text}\nTry: cwmpd package ${verb} --help\n`,
});

export async function packageInspect(
  file: string,
  options: OptionsOf<typeof packageInspectCommand>,
  world: PackageWorld,
): Promise<Outcome> {
  return outcomeOf("inspect", await world.examine({ verb: "inspect", file }), options.json);
}

export async function packageVerify(
  file: string,
  options: PolicyOptions,
  world: PackageWorld,
): Promise<Outcome> {
  const policy = policyOf(options);
  if (typeof policy === "string") return usage("verify", policy);
  const report = await world.examine({ verb: "verify", file, root: options.root, policy });
  return outcomeOf("verify", report, options.json);
}

export async function packageInstall(
  file: string,
  options: OptionsOf<typeof packageInstallCommand>,
  world: PackageWorld,
): Promise<Outcome> {
  const policy = policyOf(options);
  if (typeof policy === "string") return usage("install", policy);
  const { root, state } = options;
  const report = await world.examine({ verb: "install", file, root, state, policy });
  return outcomeOf("install", report, options.json);
}

export async function packageBuild(
  manifest: string,
  options: OptionsOf<typeof packageBuildCommand>,
  world: PackageWorld,
): Promise<Outcome> {
  if (options.o === undefined) return usage("build", "-o FILE is missing: the file for the package.");
  if (options.sign.length > 0 && options.signatures !== undefined) {
    return usage("build", "Give --sign or --signatures, not both.");
  }
  const signers = options.sign.map((text) => {
    const colon = text.lastIndexOf(":");
    return { certificate: text.slice(0, Math.max(0, colon)), key: text.slice(colon + 1) };
  });
  if (signers.some(({ certificate, key }) => certificate === "" || key === "")) {
    return usage("build", "Option --sign takes CERT:KEY, two files.");
  }
  const out = await world.build({
    manifest,
    output: options.o,
    signers,
    digest: options.digest as "sha1" | "sha256",
    toSign: options["to-sign"],
    signatures: options.signatures,
  });
  return { exit: 0, out };
}

const saidYes = (word: string | undefined): boolean | undefined =>
  word === undefined ? undefined : word === "yes";

/** @returns the policy, or the fault of an option */
function policyOf(options: Omit<PolicyOptions, "root" | "json">): HandPolicy | string {
  const storage = storageOf(options.storage);
  if (typeof storage === "string") return storage;
  const attributes: Attribute[] = [];
  for (const text of options.attribute) {
    const attribute = parseAttribute(text);
    if (attribute === undefined) {
      return `Option --attribute takes ENTITY:CLASS=VALUE in decimals below 4294967296, not "${text}".`;
    }
    attributes.push(attribute);
  }
  if (options.version !== undefined && !/^\d{1,10}(\.\d{1,10})*$/.test(options.version)) {
    return `Option --version takes numbers with dots between, as 1.4.2, not "${options.version}".`;
  }
  const now = options.now === undefined ? undefined : timeOf(options.now);
  if (options.now !== undefined && now === undefined) {
    return `Option --now takes a time as 2026-01-31T12:00:00Z, or seconds since 1970, not "${options.now}".`;
  }
  return {
    section: options.policy,
    trust: options.trust,
    requireSignature: saidYes(options["require-signature"]),
    allowSha1: saidYes(options["allow-sha1"]),
    version: options.version,
    storage,
    attributes,
    now,
  };
}

function storageOf(text: string | undefined): HandPolicy["storage"] | string {
  const sizes: { nonvolatile: number | undefined; volatile: number | undefined } = {
    nonvolatile: undefined,
    volatile: undefined,
  };
  for (const part of text === undefined ? [] : text.split(",")) {
    const [, kind, number] = /^(nonvolatile|volatile)=(\d+)$/.exec(part) ?? [];
    const bytes = parseUnsigned(number ?? "", Number.MAX_SAFE_INTEGER);
    if (kind === undefined || bytes === undefined) {
      return `Option --storage takes nonvolatile=N,volatile=N in octets, or one of them, not "${text}".`;
    }
    sizes[kind as keyof typeof sizes] = bytes;
  }
  return sizes;
}

function timeOf(text: string): number | undefined {
  const seconds = parseUnsigned(text, 253_402_300_799);
  if (seconds !== undefined) return seconds * 1000;
  const time = parseDateTime(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00Z` : text);
  return time?.is === "time" ? time.ms : undefined;
}

// ---------------------------------------------------------------- texts

function outcomeOf(verb: PackageCall["verb"], report: Report, json: boolean): Outcome {
  const out = json ? jsonText(report) : textOf(verb, report);
  if (report.reason === null) return { exit: 0, out };
  const { command, text, code } = report.reason;
  const about =
    command === null ? "" : `command ${command}, ${report.commands[command]?.name ?? "unknown"}: `;
  return { exit: 1, out, err: `cwmpd package ${verb}: refused (${code}): ${about}${text}\n` };
}

/** A number octets of a file as people read it in a list. */
const row = (cells: readonly string[]): string => `  ${cells.join("  ")}\n`;

function textOf(verb: PackageCall["verb"], report: Report): string {
  const { effects, commands, signatures, plan } = report;
  let text = "";
  if (effects.version !== null) text += `Version      ${escapeText(effects.version)}\n`;
  if (effects.description !== null) text += `Description  ${escapeText(effects.description)}\n`;
  if (effects.role !== null) text += `Role         ${effects.role}\n`;
  if (signatures.length > 0) text += "Signatures\n";
  for (const { signer, digest, algorithm, verdict, reason, chain } of signatures) {
    text += row([verdict ?? "not judged", escapeText(signer), `${digest} with ${algorithm}`]);
    if (chain.length > 1) text += row(["  by", chain.slice(1).map(escapeText).join(" < ")]);
    if (reason !== null) text += row(["  ", escapeText(reason)]);
  }
  if (verb === "inspect" && commands.length > 0) {
    text += "Commands\n";
    for (const [index, command] of commands.entries()) text += commandRow(index, command);
  }
  if (plan.length > 0) text += verb === "install" ? "Done\n" : "Plan\n";
  for (const step of plan) {
    const from = step.from === undefined ? "" : ` from ${escapeText(step.from)}`;
    text += row([step.do.padEnd(14), `${escapeText(step.path)}${from}`]);
  }
  if (report.reason !== null) return text;
  if (verb !== "inspect" && plan.length === 0)
    text += "Nothing to do: the tree is already as the package asks.\n";
  if (effects.reboot) text += "The package asks for a reboot. This command does not reboot.\n";
  return text;
}

function commandRow(index: number, command: Report["commands"][number]): string {
  const { name, type, path, size, unsafe, to, value } = command;
  const cells = [String(index).padStart(3), `${name} (${type})`];
  if (path !== null) cells.push(escapeText(path));
  if (to !== undefined) cells.push(`to ${escapeText(to)}`);
  if (size !== null) cells.push(`${size} octets`);
  if (value !== undefined) cells.push(escapeText(String(value)));
  if (unsafe) cells.push("unsafe");
  return row(cells);
}
