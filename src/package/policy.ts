/** Rule: the conditions on a package here: the options of the command line over `config package` of UCI. */
import type { Now } from "../ports/clock.ts";
import type { Package, Section } from "../ports/config.ts";

/** The facts of the device, and the demands on a package. */
export interface Policy {
  readonly requireSignature: boolean;
  /** Whether signatures, of the package and within its chain, may be made with SHA-1. */
  readonly allowSha1: boolean;
  readonly allowDowngrade: boolean;
  /** Roles that are taken at all; undefined: all. */
  readonly roles: readonly number[] | undefined;
  /** Which Roles a signer may have, by a certificate in its chain; undefined: every signer all. */
  readonly signerRoles: readonly SignerRoles[] | undefined;
  /** Validity is judged at the present, or at the time that the signer has signed along. */
  readonly signatureTime: "now" | "signing";
  /** Milliseconds since 1970; undefined: the clock is not known, and dates are not judged. */
  readonly now: number | undefined;
  /** The device's own software version, as it is written; undefined: not known. */
  readonly version: string | undefined;
  /** Octets that the device has free; undefined: not known. */
  readonly storage: { readonly nonvolatile: number | undefined; readonly volatile: number | undefined };
  readonly attributes: readonly Attribute[];
  /** The root of the package is the root of the device: it is never formatted. */
  readonly wholeDevice: boolean;
}

export interface SignerRoles {
  /** SHA-256 of the certificate's DER, hexadecimal. */
  readonly certificate: string;
  readonly roles: readonly number[];
}

/** E.4.13: a value that this device has. */
export interface Attribute {
  readonly entity: number;
  readonly class: number;
  readonly value: number;
}

/** A `config package` section, checked. */
export interface PackageSettings {
  readonly name: string;
  /** File types of Download that the section is for. A.3.2.8 Table 30. */
  readonly fileTypes: readonly string[];
  /** Paths of the package lie beneath it; below the device's root. */
  readonly directory: string;
  /** PEM files, or directories of them; below the device's root. */
  readonly trust: readonly string[];
  readonly requireSignature: boolean;
  readonly allowSha1: boolean;
  readonly allowDowngrade: boolean;
  readonly signatureTime: "now" | "signing";
  readonly roles: readonly number[] | undefined;
  readonly version: string | undefined;
  readonly storage: Policy["storage"];
  readonly attributes: readonly Attribute[];
  /** `config package_signer`: a PEM file below the device's root, and the Roles of the signers that it certifies. */
  readonly signers: readonly { readonly certificate: string; readonly roles: readonly number[] }[];
}

/** The settings without a section: no signer is trusted, and a signature is required. */
const initialSettings: PackageSettings = {
  name: "",
  fileTypes: [],
  directory: "/",
  trust: [],
  requireSignature: true,
  allowSha1: true,
  allowDowngrade: true,
  signatureTime: "now",
  roles: undefined,
  version: undefined,
  storage: { nonvolatile: undefined, volatile: undefined },
  attributes: [],
  signers: [],
};

/** Every `config package` of `/etc/config/cwmp`, in the file's order. A bad value is named, and the strictest that it
 * can have meant is taken.
 * @param file undefined: there is none */
export function readPackageSettings(
  file: Package | undefined,
  problems: string[],
): readonly PackageSettings[] {
  const signers = (file?.ofType("package_signer") ?? []).map((section) => ({
    of: textOf(section, "package"),
    certificate: textOf(section, "certificate"),
    roles: numbersOf(section, "role", problems) ?? [],
  }));
  return (file?.ofType("package") ?? []).map((section) => ({
    name: section.name,
    fileTypes: listOf(section, "file_type"),
    directory: textOf(section, "directory") || initialSettings.directory,
    trust: listOf(section, "trust"),
    requireSignature: flagOf(section, "require_signature", true, true, problems),
    allowSha1: flagOf(section, "allow_sha1", true, false, problems),
    allowDowngrade: flagOf(section, "allow_downgrade", true, false, problems),
    signatureTime: textOf(section, "signature_time") === "signing" ? "signing" : "now",
    roles: numbersOf(section, "role", problems),
    version: textOf(section, "version") || undefined,
    storage: {
      nonvolatile: parseUnsigned(textOf(section, "nonvolatile"), Number.MAX_SAFE_INTEGER),
      volatile: parseUnsigned(textOf(section, "volatile"), Number.MAX_SAFE_INTEGER),
    },
    attributes: listOf(section, "attribute").flatMap((text) => {
      const attribute = parseAttribute(text);
      if (attribute === undefined)
        problems.push(
          `cwmp.${section.name}.attribute "${text}" is no ENTITY:CLASS=VALUE; it is passed over.`,
        );
      return attribute ?? [];
    }),
    signers: signers.filter(({ of }) => of === "" || of === section.name),
  }));
}

/** The section by which a package given by hand is judged: the named one, or the first; without one the
 * policy that holds where nothing is set. undefined: none has that name. */
export function settingsFor(
  all: readonly PackageSettings[],
  name: string | undefined,
): PackageSettings | undefined {
  return name === undefined ? (all[0] ?? initialSettings) : all.find((one) => one.name === name);
}

/** The section for a file type of Download (A.3.2.8 Table 30); undefined: such packages are not taken. */
export function settingsForType(
  all: readonly PackageSettings[],
  fileType: string,
): PackageSettings | undefined {
  return all.find((one) => one.fileTypes.includes(fileType));
}

/** The settings with the facts of the device.
 * @param signerRoles the certificates of `signers`, read
 * @param now the moment at which dates are judged */
export function policyOf(
  settings: PackageSettings,
  world: {
    readonly now: Pick<Now, "wall" | "known">;
    readonly signerRoles: readonly SignerRoles[];
    readonly wholeDevice: boolean;
  },
): Policy {
  return {
    requireSignature: settings.requireSignature,
    allowSha1: settings.allowSha1,
    allowDowngrade: settings.allowDowngrade,
    roles: settings.roles,
    signerRoles: settings.signers.length === 0 ? undefined : world.signerRoles,
    signatureTime: settings.signatureTime,
    now: world.now.known ? world.now.wall : undefined,
    version: settings.version,
    storage: settings.storage,
    attributes: settings.attributes,
    wholeDevice: world.wholeDevice,
  };
}

/** "ENTITY:CLASS=VALUE", unsigned decimals of 32 bits. */
export function parseAttribute(text: string): Attribute | undefined {
  const [, entity, class_, value] = /^(\d+):(\d+)=(\d+)$/.exec(text) ?? [];
  const numbers = [entity, class_, value].map((part) => parseUnsigned(part ?? "", 0xffff_ffff));
  if (numbers.includes(undefined)) return undefined;
  return { entity: numbers[0]!, class: numbers[1]!, value: numbers[2]! };
}

/** A decimal number without a sign. */
export function parseUnsigned(text: string, max: number): number | undefined {
  if (!/^\d{1,16}$/.test(text)) return undefined;
  const value = Number(text);
  return value <= max ? value : undefined;
}

function listOf(section: Section, option: string): readonly string[] {
  const value = section.options.get(option);
  return value === undefined ? [] : typeof value === "string" ? [value] : value;
}

const textOf = (section: Section, option: string): string => listOf(section, option)[0] ?? "";

function flagOf(
  section: Section,
  option: string,
  otherwise: boolean,
  strict: boolean,
  problems: string[],
): boolean {
  const text = textOf(section, option).toLowerCase();
  if (text === "") return otherwise;
  if (["1", "on", "true", "yes", "enabled"].includes(text)) return true;
  if (["0", "off", "false", "no", "disabled"].includes(text)) return false;
  problems.push(`cwmp.${section.name}.${option} is not 0 or 1; ${strict ? 1 : 0} is taken.`);
  return strict;
}

function numbersOf(section: Section, option: string, problems: string[]): readonly number[] | undefined {
  const texts = listOf(section, option);
  if (texts.length === 0) return undefined;
  return texts.flatMap((text) => {
    const value = parseUnsigned(text, 0xffff_ffff);
    if (value === undefined)
      problems.push(`cwmp.${section.name}.${option} "${text}" is no number; it is passed over.`);
    return value ?? [];
  });
}
