/** Table: `cwmpd package`: look into a signed package, judge it, install it, build one. TR-069 Annex E.
 * The composition root performs it. */
import type { Command, Options } from "./command.ts";

const rootOption = {
  root: {
    is: "value",
    placeholder: "DIR",
    summary: "the directory beneath which the package's paths lie",
    default: "/",
  },
} as const satisfies Options;

const yesNo = ["yes", "no"] as const;

const policyOptions = {
  trust: {
    is: "several",
    placeholder: "PEM",
    summary: "a file of certificates, or a directory of such files, to trust; may be repeated",
  },
  "require-signature": {
    is: "value",
    placeholder: "yes|no",
    summary: "whether a package without a signature is refused",
    oneOf: yesNo,
  },
  "allow-sha1": {
    is: "value",
    placeholder: "yes|no",
    summary: "whether signatures over SHA-1 count",
    oneOf: yesNo,
  },
  version: {
    is: "value",
    placeholder: "1.4.2",
    summary: "the device's software version, for Minimum and Maximum Version",
  },
  storage: {
    is: "value",
    placeholder: "nonvolatile=N,volatile=N",
    summary:
      "octets that are free, for the minimum storage commands; without it, the octets that are free here",
  },
  attribute: {
    is: "several",
    placeholder: "ENTITY:CLASS=VALUE",
    summary: "an attribute of the device, for Required Attributes; may be repeated",
  },
  now: {
    is: "value",
    placeholder: "TIME",
    summary: "the time at which certificates are judged, as 2026-01-31T12:00:00Z or in seconds since 1970",
  },
  policy: {
    is: "value",
    placeholder: "NAME",
    summary:
      "the section `config package NAME` that holds where no option is given; without it the first one",
  },
} as const satisfies Options;

const jsonOption = {
  json: { is: "flag", summary: "one JSON object, described in docs/packages.md" },
} as const;

const exits = "0 good, 1 refused (the reason is on standard error), 2 wrong usage";

const policyNote =
  "Values without an option come from `config package` in etc/config/cwmp beneath the root. Without that file no signer is trusted, a signature is required, SHA-1 counts as TR-069 E.5 has it, and a downgrade is allowed. docs/packages.md is the manual.";

export const packageInspectCommand = {
  summary: "Show the content of a signed package",
  operands: "FILE",
  operandsMin: 1,
  operandsMax: 1,
  group: "tools",
  help: [
    "Prints header, signers, commands and files of a signed package (TR-069 Annex E). It judges nothing: neither signatures nor hashes nor paths are checked. A file that cannot be read as a package is refused.",
  ],
  examples: [{ run: "cwmpd package inspect web.pkg", tells: "what is in it" }],
  options: jsonOption,
  exits,
} as const satisfies Command;

export const packageVerifyCommand = {
  summary: "Judge a signed package and show its effect",
  operands: "FILE",
  operandsMin: 1,
  operandsMax: 1,
  group: "tools",
  help: [
    "Judges everything that an installation would judge: signatures, conditions, hashes, paths. Then it prints the changes that an installation beneath the root would make. It writes nothing, and needs neither the agent nor root rights.",
    policyNote,
  ],
  examples: [
    {
      run: "cwmpd package verify web.pkg --trust vendor-ca.pem --root /tmp/gw",
      tells: "would it be installed there",
    },
  ],
  options: { ...rootOption, ...policyOptions, ...jsonOption },
  exits,
} as const satisfies Command;

export const packageInstallCommand = {
  summary: "Install a signed package beneath a directory",
  operands: "FILE",
  operandsMin: 1,
  operandsMax: 1,
  group: "tools",
  help: [
    "Judges the package as `cwmpd package verify` does, then carries its commands out beneath the root: all of them or none. An installation that a crash interrupted is finished or undone first. It writes beneath the root for every Role of a package, touches no flash partition and never reboots: `effects.reboot` of --json says whether the package asks for it.",
    "Journal and staged files are kept in the state directory and removed when the command ends. If that directory is on another file system than the root, files are staged in a directory .cwmpd-package beneath the root instead.",
    policyNote,
  ],
  examples: [
    { run: "cwmpd package install web.pkg --root /tmp/gw --trust vendor-ca.pem", tells: "install it" },
  ],
  options: {
    ...rootOption,
    state: {
      is: "value",
      placeholder: "DIR",
      summary:
        "where the journal lies; without it, ROOT.cwmpd-package beside the root (/etc/cwmpd/package for /)",
    },
    ...policyOptions,
    ...jsonOption,
  },
  exits,
} as const satisfies Command;

export const packageBuildCommand = {
  summary: "Build a signed package from a manifest",
  operands: "MANIFEST",
  operandsMin: 1,
  operandsMax: 1,
  group: "tools",
  help: [
    "Makes a package of the commands in MANIFEST, a JSON file that docs/packages.md describes. Files that it names are read from the manifest's directory.",
    "Each --sign adds a signature: CERT is a PEM file with the signer's certificate and, after it, those of its chain; KEY is a PEM file with its RSA key. To sign elsewhere, --to-sign writes the octets that are signed and prints their digests; `openssl cms -sign -binary` makes a block of them, and --signatures puts that block into the package.",
  ],
  examples: [
    { run: "cwmpd package build web.json -o web.pkg --sign vendor.pem:vendor.key", tells: "build and sign" },
    {
      run: "cwmpd package build web.json -o web.pkg --to-sign web.tbs",
      tells: "leave the signing to others",
    },
    { run: "cwmpd package build web.json -o web.pkg --signatures web.p7", tells: "put their signature in" },
  ],
  options: {
    o: { is: "value", placeholder: "FILE", summary: "the package" },
    sign: { is: "several", placeholder: "CERT:KEY", summary: "a signer; may be repeated" },
    digest: {
      is: "value",
      placeholder: "sha1|sha256",
      summary: "what is signed; TR-069 E.5 demands SHA-1, and this agent takes SHA-256 as well",
      default: "sha1",
      oneOf: ["sha1", "sha256"],
    },
    "to-sign": { is: "value", placeholder: "FILE", summary: "write the octets that a signature is over" },
    signatures: { is: "value", placeholder: "FILE", summary: "a PKCS #7 block made elsewhere, DER" },
  },
  exits: "0 built, 1 a file cannot be read, written or used, 2 wrong usage",
} as const satisfies Command;
