/** Rule: whether a package may be installed here, by its signatures, conditions, paths and ranges. TR-069 E.4, E.5. */
import type { Command, Content, ContentOf } from "./commands.ts";
import type { ParsedPackage } from "./head.ts";
import { sha1Type } from "./list.ts";
import { judgePath, splitVersioned } from "./path.ts";
import type { Policy } from "./policy.ts";
import { PackageRefused } from "./reason.ts";
import type { Block, Verdict } from "./signature.ts";

declare const judged: unique symbol;

/** Everything before the payload has been judged; only `judge` makes one. */
export interface JudgedPackage extends ParsedPackage {
  readonly [judged]: true;
  readonly verdicts: readonly Verdict[];
  readonly actions: readonly Action[];
  /** The payload files in the order of the payload. */
  readonly pieces: readonly Piece[];
}

/** A command that changes the tree, its paths as names from the root down. */
export type Action =
  | { readonly is: "format"; readonly command: number }
  | {
      readonly is: "put";
      readonly command: number;
      readonly how: "extract" | "add";
      readonly versioned: boolean;
      readonly path: readonly string[];
      readonly size: number;
    }
  | {
      readonly is: "remove";
      readonly command: number;
      readonly how: "file" | "versioned" | "tree";
      readonly path: readonly string[];
    }
  | {
      readonly is: "move";
      readonly command: number;
      readonly versioned: boolean;
      readonly path: readonly string[];
      readonly to: readonly string[];
    };

/** @throws PackageRefused with the first thing that is wrong: signatures, then conditions, then paths and ranges */
export function judge(
  parsed: ParsedPackage,
  block: Block,
  verdicts: readonly Verdict[],
  policy: Policy,
): JudgedPackage {
  judgeBlock(block);
  judgeTrust(verdicts, policy);
  judgeOrder(parsed.commands);
  for (const command of parsed.commands) judgeCondition(command, policy);
  judgeRole(parsed.commands, verdicts, policy);
  judgeDowngrade(parsed.commands, policy);
  const actions = parsed.commands.flatMap((command) => actionOf(command, policy));
  const pieces = piecesOf(parsed);
  judgeRanges(parsed, pieces);
  return { ...parsed, verdicts, actions, pieces } as unknown as JudgedPackage;
}

const dataType = "1.2.840.113549.1.7.1";

function judgeBlock(block: Block): void {
  if (block.contentType !== dataType) {
    throw new PackageRefused(
      "signature-block",
      `The content of the signatures is ${block.contentType}, not data.`,
    );
  }
  if (block.encloses) {
    throw new PackageRefused(
      "signature-block",
      "The signature block encloses a message; it has to stand outside.",
    );
  }
}

/** E.5: one valid signature is enough; if there are some and none is valid, nothing is done, under any policy. */
function judgeTrust(verdicts: readonly Verdict[], policy: Policy): void {
  if (verdicts.some((one) => one.problem === undefined)) return;
  if (verdicts.length > 0) {
    const told = verdicts.map((one) => `signature of "${one.signer}": ${one.problem}`).join("; ");
    throw new PackageRefused("untrusted", `No signature can be trusted: ${told}.`);
  }
  if (policy.requireSignature) {
    throw new PackageRefused("unsigned", "The package has no signature, and one is required.");
  }
}

const once: readonly string[] = ["role", "version", "description"];

/** E.4.8: Reboot is done last. The text gives several Roles or Versions no meaning. */
function judgeOrder(commands: readonly Command[]): void {
  const seen = new Set<string>();
  for (const { index, content } of commands) {
    const what = content.is === "text" ? content.of : content.is;
    if (once.includes(what) && seen.has(what)) {
      throw new PackageRefused("command", `There is more than one ${what}.`, index);
    }
    seen.add(what);
    const next = commands[index + 1];
    if (content.is === "reboot" && next !== undefined && next.content.is !== "end") {
      throw new PackageRefused("reboot", "Reboot has to be the last command.", index);
    }
  }
}

function judgeCondition({ index, content }: Command, policy: Policy): void {
  if (content.is === "bound") judgeVersion(content, policy.version, index);
  if (content.is === "storage") judgeStorage(content, policy, index);
  if (content.is === "attributes") judgeAttributes(content, policy, index);
  if (content.is === "put" && content.hashType !== sha1Type) {
    throw new PackageRefused("hash-type", `Hash Type ${content.hashType} is not known.`, index);
  }
}

/** E.4.10: "1.0.20.3" as numbers, the most major first; undefined: not such a version. */
function parseVersion(text: string): number[] | undefined {
  return /^\d{1,10}(\.\d{1,10})*$/.test(text) ? text.split(".").map(Number) : undefined;
}

/** E.4.10: below 0 where `own` is less, over as many elements as the other has; elements that `own` lacks are 0. */
function compareVersions(own: readonly number[], other: readonly number[]): number {
  for (const [at, element] of other.entries()) {
    const difference = (own[at] ?? 0) - element;
    if (difference !== 0) return difference;
  }
  return 0;
}

function judgeVersion({ of, version }: ContentOf<"bound">, own: string | undefined, index: number): void {
  const shown = version.join(".");
  const numbers = own === undefined ? undefined : parseVersion(own);
  if (numbers === undefined) {
    const why =
      own === undefined ? "is not known: give --version" : `"${own}" is not numbers with dots between`;
    throw new PackageRefused(
      "version",
      `It asks for ${of} version ${shown}, and the own version ${why}.`,
      index,
    );
  }
  const difference = compareVersions(numbers, version);
  if (of === "minimum" ? difference < 0 : difference > 0) {
    throw new PackageRefused("version", `It asks for ${of} version ${shown}; the own one is ${own}.`, index);
  }
}

function judgeStorage({ of, bytes }: ContentOf<"storage">, policy: Policy, index: number): void {
  const free = policy.storage[of];
  if (free === undefined || free < bytes) {
    const has = free === undefined ? "it is not known what is there" : `there are ${free}`;
    throw new PackageRefused("storage", `It asks for ${bytes} octets of ${of} storage; ${has}.`, index);
  }
}

/** E.4.13: an entity or a class of which the device has no value is passed over. */
function judgeAttributes(content: ContentOf<"attributes">, policy: Policy, index: number): void {
  const own = policy.attributes.filter((a) => a.entity === content.entity && a.class === content.class);
  if (own.length === 0 || own.some((a) => content.values.includes(a.value))) return;
  const key = `${content.entity}:${content.class}`;
  throw new PackageRefused(
    "attribute",
    `It asks for attribute ${key} to be one of ${content.values.slice(0, 20).join(", ") || "nothing"}; it is ${own.map((a) => a.value).join(", ")}.`,
    index,
  );
}

function judgeRole(commands: readonly Command[], verdicts: readonly Verdict[], policy: Policy): void {
  const found = commands.find(({ content }) => content.is === "role");
  const role = found?.content.is === "role" ? found.content.role : undefined;
  const shown = role === undefined ? "without a Role" : `of Role ${role}`;
  if (policy.roles !== undefined && (role === undefined || !policy.roles.includes(role))) {
    throw new PackageRefused("role", `A package ${shown} is not taken here.`, found?.index);
  }
  if (policy.signerRoles === undefined) return;
  const may = verdicts.some(
    (one) =>
      one.problem === undefined &&
      role !== undefined &&
      policy.signerRoles!.some((s) => one.chainIds.includes(s.certificate) && s.roles.includes(role)),
  );
  if (may) return;
  throw new PackageRefused("role", `No signer may install a package ${shown} here.`, found?.index);
}

/** The Version of a package is information (E.4.6), except where a downgrade is forbidden: then it has to be known. */
function judgeDowngrade(commands: readonly Command[], policy: Policy): void {
  if (policy.allowDowngrade) return;
  const found = commands.find(({ content }) => content.is === "text" && content.of === "version");
  const text = found?.content.is === "text" ? found.content.text : undefined;
  const theirs = text === undefined ? undefined : parseVersion(text);
  const own = policy.version === undefined ? undefined : parseVersion(policy.version);
  if (theirs === undefined || own === undefined) {
    throw new PackageRefused(
      "downgrade",
      `A downgrade is forbidden, and ${theirs === undefined ? "the package's" : "the own"} version cannot be compared.`,
      found?.index,
    );
  }
  const longest = Array.from({ length: Math.max(own.length, theirs.length) }, (_, at) => own[at] ?? 0);
  if (compareVersions(theirs, longest) < 0) {
    throw new PackageRefused(
      "downgrade",
      `Version ${text} is older than the own ${policy.version}, and a downgrade is forbidden.`,
      found?.index,
    );
  }
}

function actionOf({ index: command, content }: Command, policy: Policy): Action | readonly Action[] {
  switch (content.is) {
    case "format":
      if (policy.wholeDevice) {
        throw new PackageRefused(
          "format",
          "The file system of the device itself is never formatted.",
          command,
        );
      }
      return { is: "format", command };
    case "put":
      return {
        is: "put",
        command,
        how: content.how,
        versioned: content.versioned,
        path: pathOf(content, command, content.versioned),
        size: content.length,
      };
    case "remove": {
      const versioned = content.how === "versioned";
      return { is: "remove", command, how: content.how, path: pathOf(content, command, versioned) };
    }
    case "move":
      return {
        is: "move",
        command,
        versioned: content.versioned,
        path: pathOf(content, command, content.versioned),
        to: judgePath(content.to, command, "file"),
      };
    default:
      return [];
  }
}

function pathOf(
  content: Extract<Content, { path: Uint8Array }>,
  command: number,
  versioned: boolean,
): string[] {
  const tree = content.is === "remove" && content.how === "tree";
  const names = judgePath(content.path, command, tree ? "tree" : "file");
  if (versioned && splitVersioned(names.at(-1)!) === undefined) {
    throw new PackageRefused(
      "path",
      `"${names.at(-1)}" is no versioned name: up to 8 characters, a dot, 3 characters.`,
      command,
    );
  }
  return names;
}

/** A payload file, for the code that hashes or writes it. */
export interface Piece {
  readonly command: number;
  /** Octets from the start of the package. */
  readonly at: number;
  readonly length: number;
  /** SHA-1, hexadecimal. */
  readonly sha1: string;
}

function piecesOf(parsed: ParsedPackage): Piece[] {
  return parsed.commands
    .flatMap(({ index, content }) =>
      content.is === "put"
        ? {
            command: index,
            at: parsed.payloadAt + content.offset,
            length: content.length,
            sha1: hex(content.hash),
          }
        : [],
    )
    .sort((a, b) => a.at - b.at || a.length - b.length);
}

/** No file reaches out of the payload, and no octet belongs to two. */
function judgeRanges(parsed: ParsedPackage, pieces: readonly Piece[]): void {
  let end = parsed.payloadAt;
  for (const piece of pieces) {
    if (piece.at + piece.length > parsed.totalBytes) {
      throw new PackageRefused("range", "Its file reaches past the end of the payload.", piece.command);
    }
    if (piece.length > 0 && piece.at < end) {
      throw new PackageRefused("overlap", "Its file overlaps the file of another command.", piece.command);
    }
    if (piece.length > 0) end = piece.at + piece.length;
  }
}

const pairs = Array.from({ length: 256 }, (_, octet) => octet.toString(16).padStart(2, "0"));

export function hex(bytes: Uint8Array): string {
  let text = "";
  for (const octet of bytes) text += pairs[octet];
  return text;
}
